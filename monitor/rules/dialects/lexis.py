"""LexisNexis: OR first, then nearness (smallest number first), AND, and AND NOT last of all.

Nexis Newsdesk has the same operators, but reads AND, OR and NOT from left to right.
"""

import re
from dataclasses import replace

from monitor.rules.dialects.syntax import Dialect, Effect, Kind, Operator, Stems, Unit, Use

_AND, _AND_NOT, _OR = 100, 50, 900
_NEAR = re.compile(r"(w|near|pre|onear)/(\d{1,3})", re.IGNORECASE)
_UNITS = {
    "w/s": Operator(kind=Kind.NEAR, rank=400, unit=Unit.SENTENCE),
    "w/p": Operator(kind=Kind.NEAR, rank=300, unit=Unit.PARAGRAPH),
    "w/seg": Operator(
        kind=Kind.NEAR,
        rank=200,
        unit=Unit.SEGMENT,
        note="w/seg asks for the same section; AND for the same article",
        changed=True,
    ),
}
_PLAIN = {
    "and": Operator(kind=Kind.AND, rank=_AND),
    "or": Operator(kind=Kind.OR, rank=_OR),
    "not": Operator(kind=Kind.NOT, rank=_AND_NOT),
    **_UNITS,
}
_NOISE = (
    "Lexis does not count words such as the, of, a; here every word counts: look at each NEAR/n"
)
_CAPS = "CAPS( ) asks for any capital letter; = for exactly the capitals that stand here"
_ENTITY = "names an entity or subject by Lexis's index; write our entity @name, or its usual words"
_FUNCTIONS = {
    "headline": Use(effect=Effect.SCOPE, target="title"),
    "lead": Use(effect=Effect.SCOPE, target="lead"),
    "hlead": Use(effect=Effect.SCOPE, target="top"),
    "body": Use(effect=Effect.SCOPE, target="body"),
    "caps": Use(effect=Effect.EXACT, target="first", note=_CAPS),
    "allcaps": Use(effect=Effect.EXACT, target="upper"),
    "nocaps": Use(effect=Effect.EXACT, target="lower"),
    "singular": Use(effect=Effect.LITERAL),
    "plural": Use(
        effect=Effect.LITERAL, note="PLURAL( ) asks for the plural; here the word as it is written"
    ),
    **dict.fromkeys(("byline", "author"), Use(effect=Effect.META, target="author")),
    **dict.fromkeys(("publication", "source"), Use(effect=Effect.META, target="outlet")),
    "section": Use(effect=Effect.META, target="section"),
    "language": Use(effect=Effect.META, target="lang"),
    **{
        name: Use(effect=Effect.LOST, note=f"{name.upper()}( ) {_ENTITY}")
        for name in ("terms", "company", "person", "subject", "industry", "geographic", "ticker",
                     "organization", "city", "state", "country")
    },
}  # fmt: skip


def _operator(word: str) -> Operator | None:
    near = _NEAR.fullmatch(word)
    if near is None:
        return _PLAIN.get(word.casefold())
    number = int(near[2])
    return Operator(
        kind=Kind.NEAR,
        rank=800 - min(number, 255),
        distance=number,
        ordered=near[1].casefold() in ("pre", "onear"),
        note=_NOISE,
        changed=True,
    )


def _from_left_to_right(word: str) -> Operator | None:
    operator = _operator(word)
    if operator is None or operator.kind is Kind.NEAR:
        return operator
    return replace(operator, rank=_AND)


LEXIS = Dialect(
    title="LexisNexis",
    operator=_operator,
    use=_FUNCTIONS.get,
    blank=Operator(kind=Kind.NEAR, rank=1000, ordered=True, phrase=True),
    exclusion=_AND_NOT,
    functions=True,
    stems=Stems.PLURALS,
    signs={"!": "*", "*": "*", "?": "?"},
)
NEWSDESK = replace(
    LEXIS, title="Nexis Newsdesk", operator=_from_left_to_right, exclusion=_AND, stems=Stems.NONE
)

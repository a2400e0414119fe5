"""Factiva: words side by side are a phrase, AND before OR, nearN and adjN count from 1, hd= lp=.

Order, tightest first: phrase; same, adjN, w/N, nearN, /NN/, /FN/; atleastN, fields; not; and; or.
"""

import re

from monitor.rules.dialects.syntax import Dialect, Effect, Kind, Operator, Unit, Use

_NEARNESS = 40
_NEAR = re.compile(r"near(\d{1,4})|/n(\d{1,4})/", re.IGNORECASE)
_ORDERED = re.compile(r"(?:adj|w/)(\d{0,4})", re.IGNORECASE)
_FIELDS = {
    "hd": Use(effect=Effect.SCOPE, target="title"),
    "lp": Use(effect=Effect.SCOPE, target="lead"),
    "hlp": Use(effect=Effect.SCOPE, target="top"),
    "td": Use(
        effect=Effect.SCOPE,
        target="body",
        note="td= is the text below the lead paragraphs; body: is all below the headline",
    ),
    "by": Use(effect=Effect.META, target="author"),
    "sn": Use(effect=Effect.META, target="outlet"),
    "la": Use(effect=Effect.META, target="lang"),
    "se": Use(effect=Effect.META, target="section"),
    **{
        code: Use(
            effect=Effect.LOST, note=f"{code}= names {what} by Factiva's code; write {instead}"
        )
        for code, what, instead in (
            ("fds", "a company", "our entity: @name"),
            ("co", "a company", "our entity: @name"),
            ("pe", "a person", "our entity: @name"),
            ("in", "an industry", "its usual words"),
            ("ns", "a subject", "its usual words"),
            ("re", "a region", "country:(IN) or the names of its places"),
            ("sc", "a source", 'source:example.com or outlet:"The Example"'),
            ("rst", "a group of sources", 'source:(one.com two.com) or outlet:"The Example"'),
        )
    },
}
_PLAIN = {
    "and": Operator(kind=Kind.AND, rank=20),
    "or": Operator(kind=Kind.OR, rank=10),
    "not": Operator(kind=Kind.NOT, rank=30),
    "same": Operator(kind=Kind.NEAR, rank=_NEARNESS, unit=Unit.PARAGRAPH),
}


def _operator(word: str) -> Operator | None:
    if near := _NEAR.fullmatch(word):
        return _within(word, int(near[1] or near[2]), ordered=False)
    if (near := _ORDERED.fullmatch(word)) and word.casefold() != "w/":
        return _within(word, int(near[1] or 1), ordered=True)
    return _PLAIN.get(word.casefold())


def _within(word: str, number: int, *, ordered: bool) -> Operator:
    """Factiva counts from 1: near5 lets four words stand between."""
    distance = max(number - 1, 0)
    between = {0: "no word", 1: "1 word"}.get(distance, f"{distance} words")
    ours = f"{'BEFORE' if ordered else 'NEAR'}/{distance}"
    return Operator(
        kind=Kind.NEAR,
        rank=_NEARNESS,
        distance=distance,
        ordered=ordered,
        note=f"Factiva's {word} lets {between} stand between: {ours}" if distance <= 50 else "",
    )


FACTIVA = Dialect(
    title="Factiva",
    operator=_operator,
    use=_FIELDS.get,
    blank=Operator(kind=Kind.NEAR, rank=50, ordered=True, phrase=True),
    exclusion=30,
    prefix=_NEARNESS,
    assign="=",
    specials=r"/N\d{1,4}/",
    signs={"*": "*", "?": "?", "$": "*"},
)

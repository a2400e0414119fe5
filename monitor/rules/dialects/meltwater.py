"""Meltwater: AND OR NOT, NEAR/n and ONEAR/n with n words between (or 4), title: and ingress:."""

import re

from monitor.rules.dialects.syntax import Dialect, Effect, Kind, Mixing, Operator, Use

_NEAR = re.compile(r"(o?)near(?:/(\d{1,4}))?", re.IGNORECASE)
_FIELDS = {
    "title": Use(effect=Effect.SCOPE, target="title"),
    "headline": Use(effect=Effect.SCOPE, target="title"),
    "ingress": Use(
        effect=Effect.SCOPE,
        target="lead",
        note="the ingress is the opening text; lead: is the standfirst and two paragraphs",
    ),
    "source": Use(effect=Effect.META, target="source"),
    "url": Use(effect=Effect.META, target="url"),
    "author": Use(effect=Effect.META, target="author"),
    "lang": Use(effect=Effect.META, target="lang"),
    "language": Use(effect=Effect.META, target="lang"),
    "country": Use(effect=Effect.META, target="country"),
}
_PLAIN = {
    "and": Operator(kind=Kind.AND, rank=20),
    "or": Operator(kind=Kind.OR, rank=10),
    "not": Operator(kind=Kind.NOT, rank=20),
}


def _operator(word: str) -> Operator | None:
    if near := _NEAR.fullmatch(word):
        note = f"{word} without a number lets 4 words stand between" if not near[2] else ""
        distance = int(near[2] or 4)
        ordered = bool(near[1])
        return Operator(kind=Kind.NEAR, rank=30, distance=distance, ordered=ordered, note=note)
    return _PLAIN.get(word.casefold())


MELTWATER = Dialect(
    title="Meltwater",
    operator=_operator,
    use=_FIELDS.get,
    blank=Operator(
        kind=Kind.AND,
        rank=20,
        note="words side by side were read as AND; if a phrase was meant, quote it",
        changed=True,
    ),
    exclusion=20,
    mixing=Mixing.UNKNOWN,
    signs={"*": "*", "?": "?"},
)

"""Brandwatch: operators in capitals, NEAR/x and NEAR/xf, {Case}, "…"~x, <<<comments>>>, fields."""

import re

from monitor.rules.dialects.syntax import Dialect, Effect, Kind, Mixing, Operator, Use

_NEAR = re.compile(r"NEAR/(\d{1,4})(f?)")
_FIELDS = {
    "title": Use(effect=Effect.SCOPE, target="title"),
    "raw": Use(
        effect=Effect.EXACT,
        note="raw: also compares signs and punctuation; = compares letters, capitals and accents",
    ),
    "site": Use(effect=Effect.META, target="source"),
    "url": Use(effect=Effect.META, target="url"),
    "author": Use(effect=Effect.META, target="author"),
    "language": Use(effect=Effect.META, target="lang"),
    "country": Use(effect=Effect.META, target="country"),
    "entityid": Use(
        effect=Effect.LOST,
        note="entityId: names an entity by its Wikidata number; write our entity: @name",
    ),
    "sentiment": Use(effect=Effect.LOST, note="tone (sentiment:) is not judged here"),
}
_PLAIN = {
    "AND": Operator(kind=Kind.AND, rank=20),
    "OR": Operator(kind=Kind.OR, rank=10),
    "NOT": Operator(kind=Kind.NOT, rank=20),
}


def _operator(word: str) -> Operator | None:
    if near := _NEAR.fullmatch(word):
        return Operator(kind=Kind.NEAR, rank=30, distance=int(near[1]), ordered=bool(near[2]))
    return _PLAIN.get(word)


BRANDWATCH = Dialect(
    title="Brandwatch",
    operator=_operator,
    use=_FIELDS.get,
    blank=Operator(kind=Kind.AND, rank=20, note="words side by side mean AND in Brandwatch"),
    exclusion=20,
    exact_braces=True,
    mixing=Mixing.REFUSED,
    accents_exact=True,
    capitals=True,
    signs={"*": "*", "?": "?"},
)

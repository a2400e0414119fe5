"""Google Alerts: a blank is AND, OR and | bind tighter, - excludes, site: intitle: inurl:."""

import re

from monitor.rules.dialects.syntax import Dialect, Effect, Kind, Operator, Stems, Use

_AROUND = re.compile(r"AROUND\s*\((\d{1,4})\)", re.IGNORECASE)
_NO_FILTER = "has no equivalent; an article's date and address are not searched"
_FIELDS = {
    "intitle": Use(effect=Effect.SCOPE, target="title"),
    "allintitle": Use(effect=Effect.SCOPE, target="title", rest=True),
    "intext": Use(effect=Effect.SCOPE, target="body"),
    "allintext": Use(effect=Effect.SCOPE, target="body", rest=True),
    "inurl": Use(effect=Effect.META, target="url"),
    "allinurl": Use(effect=Effect.META, target="url", rest=True),
    "site": Use(effect=Effect.META, target="source"),
    "source": Use(effect=Effect.META, target="source"),
    "location": Use(effect=Effect.META, target="country"),
    **{
        name: Use(effect=Effect.LOST, note=f"{name}: {_NO_FILTER}")
        for name in ("filetype", "ext", "related", "cache", "before", "after", "daterange", "link")
    },
}
_OR = Operator(kind=Kind.OR, rank=30)
_AND = Operator(kind=Kind.AND, rank=20)
_PLAIN = {"OR": _OR, "|": _OR, "AND": _AND, "and": _AND, "NOT": Operator(kind=Kind.NOT, rank=20)}


def _operator(word: str) -> Operator | None:
    if around := _AROUND.fullmatch(word):
        return Operator(
            kind=Kind.NEAR,
            rank=40,
            distance=int(around[1]),
            note="AROUND(n) is not described by Google; read as at most n words between",
            changed=True,
        )
    return _PLAIN.get(word)


GOOGLE_ALERTS = Dialect(
    title="Google Alerts",
    operator=_operator,
    use=_FIELDS.get,
    blank=_AND,
    exclusion=20,
    specials=r"AROUND\s*\(\d{1,4}\)|\|",
    stems=Stems.FORMS,
    capitals=True,
    minus=True,
)

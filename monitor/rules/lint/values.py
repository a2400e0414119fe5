"""W025: values of metadata filters that no article has."""

import re
from collections.abc import Iterator

from monitor.rules.conditions import Meta
from monitor.rules.lint.walking import Subject, walk
from monitor.rules.problems import Flaw

_HOLDS = {
    "lang": (r"[a-z]{2,3}(?:-\w+)*", "a language has two letters: lang:en"),
    "country": (
        r"(?!uk$)[a-z]{2}",
        "a country has its two letters of ISO 3166: country:IN, country:GB",
    ),
    "source": (
        r"[\w-]+(?:\.[\w-]+)+",
        "a source is a host, without https:// and path: source:reuters.com; "
        "the name of a publication goes into outlet:",
    ),
}


def lint_values(subject: Subject) -> Iterator[Flaw]:
    """Filters whose value is not of the form that such metadata have."""
    for node, _ in walk(subject.condition):
        if isinstance(node, Meta) and node.field in _HOLDS:
            form, advice = _HOLDS[node.field]
            for value in node.values:
                if not re.fullmatch(form, value, re.IGNORECASE):
                    yield _never(node, value, advice)


def _never(node: Meta, value: str, advice: str) -> Flaw:
    return Flaw(
        code="W025",
        severity="warning",
        at=node.at,
        title=f"no article has the {node.field} “{value}”",
        label="holds for nothing",
        help=advice,
    )

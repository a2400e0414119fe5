"""Facts: the values of metadata that rules ask for, and which of them an article has.

They prune first: one look-up for each host, outlet, language and country of the article, however
many rules name one. Fields whose values are only *contained* (author, section, url) are looked up
by the openings of the values sought, at every place of the article's value.
"""

from collections.abc import Iterator

from monitor.model import Article
from monitor.rules.metadata import meta_values

CONTAINED = frozenset({"author", "section", "url"})
_OPENING = 6  # characters


class Facts:
    """Takes values to look for, and says which of them an article has."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], int] = {}
        self._openings: dict[tuple[str, str], list[tuple[str, int]]] = {}
        self._lengths: dict[str, frozenset[int]] = {}

    def known(self, field: str, value: str) -> int | None:
        """The node of a value, None if it is not looked for yet."""
        return self._known.get((field, _normal(field, value)))

    def seek(self, field: str, value: str, node: int) -> None:
        """Look for a value from now on."""
        wanted = _normal(field, value)
        self._known[field, wanted] = node
        if field in CONTAINED:
            opening = wanted[:_OPENING]
            self._openings.setdefault((field, opening), []).append((wanted, node))
            self._lengths[field] = self._lengths.get(field, frozenset()) | {len(opening)}

    def of(self, article: Article) -> set[int]:
        """The nodes of the values that an article has."""
        if not self._known:
            return set()
        found: set[int] = set()
        for field in ("source", "outlet", "lang", "country"):
            for value in meta_values(field, article):
                known = (self._known.get((field, each)) for each in _fitting(field, value))
                found.update(node for node in known if node is not None)
        for field in self._lengths:
            for value in meta_values(field, article):
                found.update(self._contained(field, value.casefold()))
        return found

    def _contained(self, field: str, value: str) -> Iterator[int]:
        for length in self._lengths[field]:
            for at in range(len(value) - length + 1):
                for wanted, node in self._openings.get((field, value[at : at + length]), ()):
                    if value.startswith(wanted, at):
                        yield node


def _normal(field: str, value: str) -> str:
    value = value.casefold()
    return value.replace("_", "-") if field == "lang" else value


def _fitting(field: str, value: str) -> Iterator[str]:
    """The values of a rule that an article's value fits: itself and, of some, what is wider."""
    found = _normal(field, value)
    yield found
    if field == "source":
        while "." in found:
            found = found.partition(".")[2]
            yield found
    elif field == "lang":
        while "-" in found:
            found = found.rpartition("-")[0]
            yield found

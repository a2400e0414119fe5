"""Parse drift: a source's pages cannot be read any more as they were.

Of each page that was read a mark is kept, the latest last: ``+`` for an article, ``s`` for one on
which a selector of the source named nothing, ``-`` for a page that gave no article. What neither
is, a teaser before a paywall, leaves no mark; nor does a list of links that a listing led to, which
may well be a section, while a feed's entries all lead to articles.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from monitor.model import Article, Page, PageKind, Source, SourceKind, SourceState

_KEPT = 20  # marks
_UNMATCHED = 3  # pages in a row on which a selector names nothing, until it is told
_BARE = 5  # pages in a row that give no article, until it is told
_FINE = 2  # articles in a row that end it
_NEUTRAL = {
    SourceKind.FEED: (PageKind.STUB,),
    SourceKind.LISTING: (PageKind.STUB, PageKind.LISTING),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """How one page was read, and what was wrong with it, for people."""

    letter: str
    why: str = ""


def mark_of(page: Page | None, article: Article, kind: SourceKind) -> Mark | None:
    """The mark of an entry's page, which is None if it could not be had at all; None for none."""
    if page is not None and page.kind in _NEUTRAL[kind]:
        return None
    if page is None or article.origin != "page":
        return Mark("-", article.note)
    if page.unmatched:
        return Mark("s", ", ".join(page.unmatched))
    return Mark("+")


def after_pages(state: SourceState, marks: Iterable[Mark]) -> SourceState:
    """What is remembered of a source after these pages: their marks, and whether they drift."""
    for mark in marks:
        letters = (state.pages + mark.letter)[-_KEPT:]
        state = replace(state, pages=letters, drift=_drift(letters, state.drift, mark.why))
    return state


def _drift(letters: str, before: str | None, why: str) -> str | None:
    if letters.endswith("+" * _FINE):
        return None
    if before is None and letters.endswith("s" * _UNMATCHED):
        return (
            f"its selectors ({why}) name nothing, or next to nothing, on its last {_UNMATCHED} "
            "pages, which were read without them"
        )
    if before is None and letters.endswith("-" * _BARE):
        used_to = ", though earlier ones did" if letters.strip("-") else ""
        return f"its last {_BARE} pages gave no article{used_to}: {why}"
    return before


def notice(source: Source, before: str | None, after: str | None) -> str | None:
    """What operators are to be told when a source begins or ends to drift; None for nothing."""
    if (before is None) == (after is None):
        return None
    if after is None:
        return f"{source.outlet}: the pages of source {source.id!r} are read as before again."
    return f"{source.outlet}: the pages of source {source.id!r} may have changed: {after}."

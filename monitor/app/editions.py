"""Updates of live blogs that were read before: whether they say something new, and to whom."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from monitor.model import Article, Page
from monitor.pipeline import Listed
from monitor.text import fold

_EDITIONS = 9  # of one update that are read after the first
_SAME = 0.6  # of the words that two editions of one update have in common


def edition_keys(pair: Listed) -> tuple[str, ...]:
    """Under which the later editions of what stands in one place are counted."""
    return tuple(f"{pair.keys[0]}|{number}" for number in range(_EDITIONS))


def edition(pair: Listed, own: Page, before: Article, taken: Collection[str]) -> Listed | None:
    """What a known place says now, if that is more than it said; None if it is not.

    Where most words are still there it is the same update, and who was told of it is not told
    again. Else the page numbers its places anew with each update, and this is another one. Pages
    whose words change each time they are read are read a few times. ``taken`` are the keys of
    earlier editions.
    """
    was, now = _words(before.title, before.text), _words(own.title or "", own.text)
    if now <= was:
        return None
    words = pair.keys[-1]
    if pair.anchor is not None and len(was & now) < _SAME * min(len(was), len(now)):
        return replace(pair, keys=(words,), anchor="")
    free = next((key for key in edition_keys(pair) if key not in taken), None)
    return replace(pair, keys=(words, free)) if free else None


def part_of_wholes(pair: Listed, own: Page, wholes: Sequence[Article]) -> Listed:
    """A new update; of the page's own story where the page was read with its very text in it."""
    text = fold(own.text)
    told = any(text in fold(article.text) for article in wholes if article.origin == "page")
    return replace(pair, anchor=None) if text and told else pair


def _words(title: str, text: str) -> frozenset[str]:
    """The words of a text, without numbers: a clock that goes on is no news."""
    return frozenset(word for word in fold(f"{title} {text}").split() if word.isalpha())

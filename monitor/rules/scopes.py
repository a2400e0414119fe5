"""Scopes: which tokens of an article are in view."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from monitor.rules.conditions import Scope
from monitor.text import Range, Tokens

FIELDS = ("title", "standfirst", "text")
_TITLE, _STANDFIRST, _TEXT = range(3)
_LEAD_PARAGRAPHS = 2
_HIDDEN = (0, 0)

Texts = tuple[Tokens, ...]
"""The tokens of each of FIELDS."""
Window = tuple[Range, ...]
"""The tokens in view, for each of FIELDS; an empty range hides a field."""


def views(scope: Scope, texts: Texts, window: Window) -> Iterator[Window]:
    """The windows a scope opens within another: one, or one for each sentence or paragraph."""
    match scope.field:
        case "title":
            yield title(window)
        case "lead":
            yield lead(texts, window)
        case "top":
            yield title(window)[:1] + lead(texts, window)[1:]
        case "body":
            yield (_HIDDEN, *window[1:])
        case "text":
            yield window
        case "first":
            yield (_HIDDEN, _HIDDEN, _clipped(window[_TEXT], (0, scope.count)))
        case "sentence":
            yield from _each([tokens.sentences for tokens in texts], window)
        case _:
            yield from _each([tokens.paragraphs for tokens in texts], window)


def title(window: Window) -> Window:
    """Of a window, the title."""
    return (window[_TITLE], _HIDDEN, _HIDDEN)


def lead(texts: Texts, window: Window) -> Window:
    """Of a window, the standfirst and the first two paragraphs of the text."""
    text = texts[_TEXT]
    long = len(text.breaks) > _LEAD_PARAGRAPHS
    end = text.breaks[_LEAD_PARAGRAPHS] if long else len(text)
    return (_HIDDEN, window[_STANDFIRST], _clipped(window[_TEXT], (0, end)))


def _each(units: Sequence[Sequence[Range]], window: Window) -> Iterator[Window]:
    for field, (first, last) in enumerate(window):
        if first >= last:
            continue
        at = max(bisect_left(units[field], (first + 1, 0)) - 1, 0)
        while at < len(units[field]) and units[field][at][0] < last:
            unit = _clipped((first, last), units[field][at])
            if unit != _HIDDEN:
                yield tuple(unit if other == field else _HIDDEN for other in range(len(window)))
            at += 1


def _clipped(window: Range, unit: Range) -> Range:
    first, last = max(window[0], unit[0]), min(window[1], unit[1])
    return (first, last) if first < last else _HIDDEN

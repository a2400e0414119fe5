"""What the attributes of an element say: its names, what these mean, whether it is hidden."""

import re

from monitor.extract.tags import CHROME_TAGS, FIGURE
from monitor.extract.tokens import Hint, hint_of, is_apart

_CHROME_ROLE_NAMES = """
navigation complementary contentinfo search menu menubar dialog alertdialog banner toolbar
alert tablist
"""
_CHROME_ROLES = frozenset(_CHROME_ROLE_NAMES.split())
# What developers call an element whose class names are made by a program.
_CALLED = (
    "data-testid", "data-test-id", "data-component", "data-component-name", "data-module",
    "data-qa", "data-area",
)  # fmt: skip
_TELLING = frozenset(("itemprop", "role", "hidden", "aria-hidden", "style", *_CALLED))
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HOLDS_TEXT = re.compile(r"table|quote", re.IGNORECASE)  # a figure of words
_STREAMED = re.compile(r"S:[\da-f]+")  # React puts these in place when the page has come
_LONGEST_NAMES, _LONGEST_CALLING = 300, 60  # characters
_NONE = Hint.NONE


def read_attributes(kind: int, attributes: dict[str, str | None]) -> tuple[str, Hint, bool]:
    """Names of an element, what they say of it, and whether it is hidden."""
    names = attributes.get("class") or ""
    if "id" in attributes:
        names = f"{names} {attributes['id'] or ''}"
    if len(names) > _LONGEST_NAMES:
        names = names[:_LONGEST_NAMES]
    if kind in CHROME_TAGS or not _TELLING.isdisjoint(attributes):
        names = _with_calling(names, attributes)
        return names, _hint(kind, names, attributes), _is_hidden(attributes)
    return names, hint_of(names) if names else _NONE, False


def _with_calling(names: str, attributes: dict[str, str | None]) -> str:
    """The names with what the element is called otherwise, where that names another box."""
    called = [value for key in _CALLED if (value := attributes.get(key))]
    telling = [value for value in called if len(value) <= _LONGEST_CALLING and is_apart(value)]
    return " ".join([names, *telling]) if telling else names


def _hint(kind: int, names: str, attributes: dict[str, str | None]) -> Hint:
    if attributes.get("itemprop") == "articleBody":
        return Hint.BODY
    if kind == FIGURE and _HOLDS_TEXT.search(names):
        return Hint.NONE
    if kind in CHROME_TAGS or attributes.get("role") in _CHROME_ROLES:
        return Hint.CHROME
    return hint_of(names) if names else Hint.NONE


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return not _STREAMED.fullmatch(attributes.get("id") or "")
    style = attributes.get("style")
    return bool(style and _HIDING_STYLE.search(style))

"""A page as a flat run of text blocks, each with the elements that hold it.

One walk over the tree. Blocks are what a reader sees as a paragraph, heading, list item or cell;
nothing is judged here beyond what the markup itself says (hidden, navigation, caption).

Most nodes of a page hold no text of it: icons, scripts, empty boxes. So the walk goes from text to
text, and reads an element only when a text stands in it. Nodes cost little, attributes more.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from monitor.extract.tokens import Hint, hint_of

_SKIPPED_TAGS = """
script style noscript template svg math iframe object embed canvas audio video map button
select option textarea input label datalist figcaption head meta link img picture source
dialog -comment -doctype
"""
_INLINE_TAGS = """
a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark nobr q rp rt ruby s
samp small span strike strong sub sup time tt u var wbr
"""
_CHROME_ROLE_NAMES = """
navigation complementary contentinfo search menu menubar dialog alertdialog banner toolbar
alert tablist
"""
_SKIPPED = frozenset(_SKIPPED_TAGS.split())
_INLINE = frozenset(_INLINE_TAGS.split())
_FLOWING = _INLINE.union(_SKIPPED)  # neither begins nor ends a block
_CHROME_TAGS = frozenset(("nav", "aside", "footer", "form", "menu", "header", "figure"))
_CHROME_ROLES = frozenset(_CHROME_ROLE_NAMES.split())
_TELLING = frozenset(("itemprop", "role", "hidden", "aria-hidden", "style"))
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HOLDS_TEXT = re.compile(r"table|quote", re.IGNORECASE)  # a figure of words
_STREAMED = re.compile(r"S:[\da-f]+")  # React puts these in place when the page has come
_INVISIBLE = "\u00ad\u200b\u2060\ufeff"
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f\u1000-\u109f\u1780-\u17ff]")
_DEEPEST = 2_000  # elements in each other; browsers stop at 512
_BREAK = "\0"  # a line break among texts, which hold no such character
_APART = -1  # the place of what is no text of the page
_LONGEST_NAMES = 300  # characters
_NONE, _BODY = Hint.NONE, Hint.BODY
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_KINDS = HEADINGS.union(("p", "li", "td", "th", "blockquote", "dt", "dd", "pre"))


@dataclass(slots=True)
class Element:
    """A block-level element that holds text; ``parent`` is the index of the one around it."""

    parent: int  # -1 at the top
    tag: str
    names: str = ""  # class names and id
    hint: Hint = Hint.NONE
    hidden: bool = False
    depth: int = 0  # how many elements are around it


class Block(NamedTuple):
    """A run of text without a break in it; lines parted by single ``<br>`` are kept as lines."""

    text: str
    tag: str  # of the nearest element that says what it is: p, li, h2, td, blockquote, div
    element: int  # index of the element that holds it
    link_chars: int  # how many of its characters are inside links
    weight: int  # its length, in characters of a spaced script

    @property
    def link_density(self) -> float:
        """The share of the text that is links, 0 to 1."""
        return min(1.0, self.link_chars / max(1, len(self.text)))


@dataclass(slots=True)
class Outline:
    """The elements and blocks of a page, both in document order."""

    elements: list[Element] = field(default_factory=lambda: [Element(-1, "html")])
    blocks: list[Block] = field(default_factory=list)

    def ancestors(self, element: int) -> Iterator[int]:
        """The element's index and those around it, innermost first."""
        while element >= 0:
            yield element
            element = self.elements[element].parent


def outline_of(root: LexborNode) -> Outline:
    """Walk a parsed page, or the part of one that a node holds."""
    top = root.parser.body or root if root.tag == "html" else root
    walk = _Walk(top)
    walk.run(top)
    return walk.outline


def weight_of(text: str) -> int:
    """Length of a text in characters of a spaced script: a Han character says about 2.5 of them."""
    if text.isascii():
        return len(text)
    return len(text) + int(1.5 * len(_UNSPACED.findall(text)))


class _Walk:
    """The state of one walk.

    The place of a node is twice the index of its element, and one more inside a link.
    """

    def __init__(self, top: LexborNode) -> None:
        self.outline = Outline()
        self.elements = self.outline.elements
        around = top.parent
        self.places = {(top if around is None or top.tag == "html" else around).mem_id: 0}
        self.parts: list[str] = []  # of the block that is being read
        self.link_chars = 0  # in these
        self.current = 0  # index of the element that they stand in

    def run(self, top: LexborNode) -> None:
        # Some 2,000 nodes a page pass here, so that what is common takes no call.
        parts = self.parts
        for node in top.traverse(include_text=True):
            tag = node.tag
            if tag == "-text":
                text = node.text_content
                if text and not text.isspace():
                    self.add(node, text)
                elif parts:  # most texts are the layout of the source
                    parts.append(" ")
            elif parts and tag not in _FLOWING and self.place_of(node.parent) != _APART:
                self.part(tag)
        self.flush()

    def add(self, node: LexborNode, text: str) -> None:
        place = self.place_of(node.parent)
        if place == _APART:
            return
        if place >> 1 != self.current:
            if self.parts:
                self.flush()
            self.current = place >> 1
        self.parts.append(text)
        if place & 1:
            self.link_chars += len(text.strip())

    def place_of(self, node: LexborNode | None) -> int:
        """Where the text of a node within the walk belongs."""
        places = self.places
        new: list[tuple[LexborNode, int]] = []  # hostile pages nest deeper than Python recurses
        place = None
        while node is not None:
            key = node.mem_id
            if key in places:
                place = places[key]
                break
            new.append((node, key))
            node = node.parent
        assert place is not None  # at the latest, that of what holds the top
        while new:
            inner, key = new.pop()
            if place != _APART:
                place = self.enter(inner, place)
            places[key] = place
        return place

    def enter(self, node: LexborNode, around: int) -> int:
        """The place of an element, given that of the one around it."""
        tag = node.tag or ""
        if tag in _SKIPPED:
            return _APART
        attributes = node.attributes
        names, hint, hidden = _read(tag, attributes) if attributes else ("", _NONE, False)
        if tag in _INLINE:
            if tag == "a" and attributes.get("href") is not None:
                around |= 1
            # Inline markup may stand apart from its sentence: a credit, a tooltip.
            if not (hidden or hint < 0):
                return around
        elif tag in _CHROME_TAGS and not attributes:
            hint = Hint.CHROME
        elements, parent = self.elements, around >> 1
        depth = elements[parent].depth + 1
        if depth > _DEEPEST:
            return around
        elements.append(Element(parent, tag, names, hint, hidden, depth))
        return (len(elements) - 1) * 2 + (around & 1)

    def part(self, tag: str | None) -> None:
        """End the block at the beginning of another, or at two line breaks."""
        if tag != "br":
            self.flush()
            return
        for part in reversed(self.parts):
            if part == _BREAK:
                self.flush()
                return
            if part != " ":
                break
        self.parts.append(_BREAK)

    def flush(self) -> None:
        text = _clean("".join(self.parts))
        if text:
            block = Block(text, self.kind(), self.current, self.link_chars, weight_of(text))
            self.outline.blocks.append(block)
        self.parts.clear()
        self.link_chars = 0

    def kind(self) -> str:
        """What holds the text, seen through wrappers: a div in a list item is a list item."""
        elements, index = self.elements, self.current
        for _ in range(3):
            element = elements[index]
            if element.tag in _KINDS:
                return element.tag
            index = element.parent
            if index < 0:
                break
        return elements[self.current].tag


def _read(tag: str, attributes: dict[str, str | None]) -> tuple[str, Hint, bool]:
    """Names of an element, what they say of it, and whether it is hidden."""
    names = attributes.get("class") or ""
    if "id" in attributes:
        names = f"{names} {attributes['id'] or ''}"
    if len(names) > _LONGEST_NAMES:
        names = names[:_LONGEST_NAMES]
    if tag in _CHROME_TAGS or not _TELLING.isdisjoint(attributes):
        return names, _hint(tag, names, attributes), _is_hidden(attributes)
    return names, hint_of(names) if names else _NONE, False


def _hint(tag: str, names: str, attributes: dict[str, str | None]) -> Hint:
    if attributes.get("itemprop") == "articleBody":
        return Hint.BODY
    if tag == "figure" and _HOLDS_TEXT.search(names):
        return Hint.NONE
    if tag in _CHROME_TAGS or attributes.get("role") in _CHROME_ROLES:
        return Hint.CHROME
    return hint_of(names) if names else Hint.NONE


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return not _STREAMED.fullmatch(attributes.get("id") or "")
    style = attributes.get("style")
    return bool(style and _HIDING_STYLE.search(style))


def _clean(text: str) -> str:
    """Single spaces, no empty lines, no invisible characters."""
    if not text.isascii():
        for character in _INVISIBLE:
            text = text.replace(character, "")
    if _BREAK not in text:
        return " ".join(text.split())
    lines = (" ".join(line.split()) for line in text.split(_BREAK))
    return "\n".join(line for line in lines if line)

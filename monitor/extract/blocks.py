"""A page as a flat run of text blocks, each with the elements that hold it.

One walk over the tree. Blocks are what a reader sees as a paragraph, heading, list item or cell;
nothing is judged here beyond what the markup itself says (hidden, navigation, caption), and that an
element holds but labels and links, which is passed over.

Most nodes of a page hold no text of it: icons, scripts, empty boxes. So the walk goes from text to
text, and reads an element only when a text stands in it. Nodes cost little, attributes more.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from monitor.extract.attributes import read_attributes
from monitor.extract.tags import (
    BREAKING,
    CHROME_TAGS,
    FLOWING,
    INLINE,
    LINK,
    LISTS,
    SILENT,
    SILENT_TAGS,
    SKIPPED,
    STORIES,
    TEXT,
)
from monitor.extract.tokens import Hint

_INVISIBLE = "\u00ad\u200b\u2060\ufeff"
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f\u1000-\u109f\u1780-\u17ff]")
_DEEPEST = 2_000  # elements in each other; browsers stop at 512
_BREAK = "\0"  # a line break among texts, which hold no such character
_APART = -1  # the place of what is no text of the page
_UNREAD = -2  # that of a node which holds no text so far
_OF_A_STORY = "h1, article, main, [itemprop=articleBody]"  # what holds these stays, too
_SPEECHLESS = ",".join(SILENT_TAGS.split())
# Of an element that holds links only: how long a line may be, the share of links, and their number.
_BESIDE, _LISTED = (100, 0.3, 1), (120, 0.85, 3)
_MUCH = 10_000  # characters; more is not looked at, scripts included
_NONE, _BODY, _CHROME = Hint.NONE, Hint.BODY, Hint.CHROME
CELL = 80  # weight of what is a paragraph rather than a cell of a table
_CELLS = ("td", "th")
_NEAR = 4  # elements, a block's own and its cell's among them
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
    passed: list[LexborNode] = field(default_factory=list)  # over: they hold but labels and links

    def row(self, index: int) -> int:
        """The table row that a block is a short cell of; -1 for none."""
        block = self.blocks[index]
        if block.tag not in _CELLS or block.weight >= CELL:
            return -1
        around = islice(self.ancestors(block.element), _NEAR)
        return next((each for each in around if self.elements[each].tag == "tr"), -1)

    def ancestors(self, element: int) -> Iterator[int]:
        """The element's index and those around it, innermost first."""
        while element >= 0:
            yield element
            element = self.elements[element].parent


def outline_of(root: LexborNode, *, links: bool = False) -> Outline:
    """Walk a parsed page, or the part of one that a node holds.

    Lists of links are passed over, as is what a page names as standing beside its story and holds
    but labels and links: a third of a page's blocks. With ``links`` they stay.
    """
    top = root.parser.body or root if root.tag == "html" else root
    walk = _Walk(top, links=links)
    parts = walk.parts
    # Some 900 nodes a page pass here, so that what is common takes no call.
    for node in top.traverse(include_text=True, skip_empty=True):
        kind = node.tag_id
        if kind == TEXT:
            walk.read(node)
        elif parts and kind not in FLOWING:
            walk.part(node, kind)
    if parts:
        walk.finish()
    return walk.outline


def weight_of(text: str) -> int:
    """Length of a text in characters of a spaced script: a Han character says about 2.5 of them."""
    if text.isascii():
        return len(text)
    return len(text) + int(1.5 * len(_UNSPACED.findall(text)))


class _Walk:
    """The block that is being read, and where it stands."""

    def __init__(self, top: LexborNode, *, links: bool) -> None:
        self.outline = Outline()
        self.places = _Places(self.outline, top, links=links)
        self.parts: list[str] = []
        self.link_chars = 0  # in these
        self.current = 0  # index of the element that they stand in
        self.last = top  # the text before

    def read(self, node: LexborNode) -> None:
        """Add a text to the block, or begin another one with it."""
        parts, around = self.parts, node.parent
        assert around is not None  # a text is never the top
        place = self.places.known.get(around.mem_id, _UNREAD)
        # What a script says is not even read.
        if place == _APART or (place == _UNREAD and around.tag_id in SILENT):
            return
        text = node.text_content or ""
        if text.isspace():  # and not of the layout of the source, which is passed over
            if parts:
                parts.append(" ")
            return
        if place == _UNREAD and (place := self.places.of(around)) == _APART:
            return
        if place >> 1 != self.current:
            if parts:
                self.finish()
            self.current = place >> 1
        elif parts and _is_parted(parts[-1], text, self.last, node):
            parts.append(" ")
        parts.append(text)
        self.last = node
        if place & 1:
            self.link_chars += len(text.strip())

    def part(self, node: LexborNode, kind: int) -> None:
        """End the block at the beginning of another, or at two line breaks."""
        if self.places.of(node.parent) == _APART:
            return
        if kind == BREAKING and not _ends_line(self.parts):
            self.parts.append(_BREAK)
        else:
            self.finish()

    def finish(self) -> None:
        """Keep the block, if its parts come to any text."""
        parts, elements = self.parts, self.outline.elements
        text = _clean(parts[0] if len(parts) == 1 else "".join(parts))
        if text:
            tag = _kind(elements, self.current)
            block = Block(text, tag, self.current, self.link_chars, weight_of(text))
            self.outline.blocks.append(block)
        parts.clear()
        self.link_chars = 0


class _Places:
    """Where texts belong: in which element, and whether in a link.

    A place is twice the index of an element, and one more inside a link.
    """

    def __init__(self, outline: Outline, top: LexborNode, *, links: bool) -> None:
        around = top.parent
        outside = top if around is None or top.tag == "html" else around
        self.known = {outside.mem_id: 0}  # by the identity of the node
        self.elements = outline.elements
        self.passed = outline.passed
        self.with_links = links

    def of(self, node: LexborNode | None) -> int:
        """The place of texts in a node within the walk, whose elements are read if need be."""
        assert node is not None  # at the latest, what holds the top is known
        known = self.known
        key = node.mem_id
        if key in known:
            return known[key]
        new = []  # from the inside; hostile pages nest deeper than Python recurses
        while key not in known:
            new.append((node, key))
            if node.tag_id in SILENT:
                known.update((key, _APART) for _, key in new)
                return _APART
            node = node.parent
            assert node is not None
            key = node.mem_id
        place = known[key]
        for node, key in reversed(new):
            if place != _APART:
                place = self._enter(node, place)
            known[key] = place
        return place

    def _enter(self, node: LexborNode, around: int) -> int:
        """The place of an element, given that of the one around it."""
        kind = node.tag_id
        if kind in SKIPPED:
            return _APART
        attributes = node.attributes
        if attributes:
            names, hint, hidden = read_attributes(kind, attributes)
            if kind == LINK and attributes.get("href") is not None:
                around |= 1
        else:
            names, hint, hidden = "", _CHROME if kind in CHROME_TAGS else _NONE, False
        # Inline markup may stand apart from its sentence: a credit, a tooltip.
        if kind in INLINE and not hidden and (hint is _NONE or hint is _BODY):
            return around
        parent = around >> 1
        is_beside = hint < 0 or kind in LISTS
        if is_beside and self._may_go(kind, hint, parent) and _holds_links_only(node, hint):
            self.passed.append(node)
            return _APART
        depth = self.elements[parent].depth + 1
        if depth > _DEEPEST:
            return around
        self.elements.append(Element(parent, node.tag or "", names, hint, hidden, depth))
        return 2 * (len(self.elements) - 1) + (around & 1)

    def _may_go(self, kind: int, hint: Hint, parent: int) -> bool:
        """Whether it may be passed over; in an article, a list of links may be its text."""
        if self.with_links or kind in INLINE or kind in STORIES:
            return False
        return hint < 0 or not self._is_in_article(parent)

    def _is_in_article(self, index: int) -> bool:
        while index >= 0:
            element = self.elements[index]
            if element.tag == "article" or element.hint is _BODY:
                return True
            index = element.parent
        return False


def _ends_line(parts: list[str]) -> bool:
    return next((part == _BREAK for part in reversed(parts) if part != " "), False)


def _is_parted(before: str, text: str, last: LexborNode, node: LexborNode) -> bool:
    """Whether blank text, over which the walk passes, parts two texts: the last one and a node's.

    Nearly all blank texts stand where a block ends, or beside another blank.
    """
    if before == _BREAK or before[-1].isspace() or text[0].isspace():
        return False
    leaf = _leaf_before(node)
    while leaf.mem_id != last.mem_id:
        if leaf.tag_id == TEXT and not (leaf.text_content or "").strip():
            return True
        leaf = _leaf_before(leaf)
    return False


def _leaf_before(node: LexborNode) -> LexborNode:
    """What ends last before a node that is not the first."""
    while (before := node.prev) is None:
        assert node.parent is not None
        node = node.parent
    while before.tag_id not in SILENT and (inner := before.last_child) is not None:
        before = inner
    return before


def _kind(elements: list[Element], index: int) -> str:
    """What holds a text, seen through wrappers: a div in a list item is a list item."""
    tag = elements[index].tag
    if tag in _KINDS:
        return tag
    for _ in range(2):
        index = elements[index].parent
        if index < 0:
            break
        if elements[index].tag in _KINDS:
            return elements[index].tag
    return tag


def _holds_links_only(node: LexborNode, hint: Hint) -> bool:
    """Whether there are but labels in an element, many of them links: a menu, a list of teasers.

    Blocks are made only of what may be one by its texts, which many short pieces may be, too.
    """
    limit, share, least = _BESIDE if hint < 0 else _LISTED
    links = node.css("a")
    if len(links) < least:
        return False
    text = node.text(separator=_BREAK)
    parts = text.split(_BREAK) if len(text) <= _MUCH else []
    texts = _cleaned(parts)
    if not texts:
        return False
    if len(max(texts, key=len)) >= limit:
        silent = {each.text() for each in node.css(_SPEECHLESS)}  # a script may be long
        texts = _cleaned([part for part in parts if part not in silent]) if silent else texts
        if len(max(texts, key=len, default="")) >= limit:
            return False
    linked, size = sum([len(link.text(strip=True)) for link in links]), sum(map(len, texts))
    if linked < share * size or node.css_first(_OF_A_STORY) is not None:
        return False
    if size - linked < limit and weight_of("".join(texts)) == size:  # no Han text, say
        return True
    return all(block.weight < limit for block in outline_of(node, links=True).blocks)


def _cleaned(parts: list[str]) -> list[str]:
    lines = [part.strip() for part in parts]
    return [
        line if line.isprintable() and "  " not in line else " ".join(line.split())
        for line in lines
        if line
    ]


def _clean(text: str) -> str:
    """Single spaces, no empty lines, no invisible characters."""
    text = text.strip()
    if text.isprintable() and "  " not in text:  # no other blank is printable, nor are the others
        return text
    if not text.isascii():
        for character in _INVISIBLE:
            text = text.replace(character, "")
    if _BREAK not in text:
        return " ".join(text.split())
    lines = (" ".join(line.split()) for line in text.split(_BREAK))
    return "\n".join(line for line in lines if line)

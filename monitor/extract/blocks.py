"""A page as a flat run of text blocks, each with the elements that hold it.

One walk over the tree. Blocks are what a reader sees as a paragraph, heading, list item or cell;
nothing is judged here beyond what the markup itself says (hidden, navigation, caption).
The walk keeps its own stack: hostile pages nest deeper than Python recurses.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from monitor.extract.tokens import Hint, hint_of

_SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "canvas",
        "audio",
        "video",
        "map",
        "button",
        "select",
        "option",
        "textarea",
        "input",
        "label",
        "datalist",
        "figcaption",
        "head",
        "meta",
        "link",
        "img",
        "picture",
        "source",
        "dialog",
        "-comment",
        "-doctype",
    ]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "mark",
        "nobr",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
_CHROME_TAGS = frozenset(("nav", "aside", "footer", "form", "menu", "header", "figure"))
_CHROME_ROLES = frozenset(
    [
        "navigation",
        "complementary",
        "contentinfo",
        "search",
        "menu",
        "menubar",
        "dialog",
        "alertdialog",
        "banner",
        "toolbar",
        "alert",
        "tablist",
    ]
)
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HOLDS_TEXT = re.compile(r"table|quote", re.IGNORECASE)  # a figure of words
_STREAMED = re.compile(r"S:[\da-f]+")  # React puts these in place when the page has come
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f\u1000-\u109f\u1780-\u17ff]")
_DEEPEST = 2_000  # elements in each other; browsers stop at 512
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


# An open element: its children yet to come, the index of the element to return to (None: it is
# inline), and whether it is a link.
_Frame = tuple[Iterator[LexborNode], int | None, bool]


@dataclass(slots=True)
class Element:
    """A block-level element; ``parent`` is the index of the one around it, -1 at the top."""

    parent: int
    tag: str
    names: str = ""  # class names and id
    hint: Hint = Hint.NONE
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Block:
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
    """Walk a parsed page."""
    walk = _Walk()
    walk.run(root)
    return walk.outline


def weight_of(text: str) -> int:
    """Length of a text in characters of a spaced script: a Han character says about 2.5 of them."""
    if text.isascii():
        return len(text)
    return len(text) + int(1.5 * len(_UNSPACED.findall(text)))


class _Walk:
    """The state of one walk."""

    def __init__(self) -> None:
        self.outline = Outline()
        self.parts: list[str] = []
        self.link_chars = 0
        self.links = 0  # how many links we are inside of
        self.current = 0  # index of the element we are in

    def run(self, root: LexborNode) -> None:
        stack: list[_Frame] = [(root.iter(include_text=True), 0, False)]
        while stack:
            children, before, is_link = stack[-1]
            node = next(children, None)
            if node is None:
                self.leave(before, is_link=is_link)
                stack.pop()
            elif (tag := node.tag) == "-text":
                self.add(node.text_content or "")
            elif tag in _SKIPPED or len(stack) >= _DEEPEST:
                continue
            elif tag == "br":
                self.line_break()
            else:
                stack.append(self.enter(node, tag or ""))
        self.flush()

    def add(self, text: str) -> None:
        if text.isspace():  # most text nodes are the layout of the source
            if self.parts:
                self.parts.append(" ")
            return
        self.parts.append(text.replace("\n", " "))
        if self.links:
            self.link_chars += len(text.strip())

    def enter(self, node: LexborNode, tag: str) -> _Frame:
        attributes = node.attributes
        is_link = tag == "a" and attributes.get("href") is not None
        children = node.iter(include_text=True)
        self.links += is_link
        if tag in _INLINE and not (attributes and self.is_set_apart(tag, attributes)):
            return children, None, is_link
        element = self.describe(tag, attributes)
        self.flush()
        before = self.current
        self.outline.elements.append(element)
        self.current = len(self.outline.elements) - 1
        return children, before, is_link

    def is_set_apart(self, tag: str, attributes: dict[str, str | None]) -> bool:
        """Whether inline markup stands apart from its sentence: a credit, a tooltip."""
        element = self.describe(tag, attributes)
        return element.hint < Hint.NONE or element.hidden

    def leave(self, before: int | None, *, is_link: bool) -> None:
        self.links -= is_link
        if before is not None:
            self.flush()
            self.current = before

    def describe(self, tag: str, attributes: dict[str, str | None]) -> Element:
        element = Element(self.current, tag)
        if tag in _CHROME_TAGS:
            element.hint = Hint.CHROME
        if not attributes:
            return element
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        element.names = names.strip()[:300]
        if attributes.get("itemprop") == "articleBody":
            element.hint = Hint.BODY
        elif tag == "figure" and _HOLDS_TEXT.search(element.names):
            element.hint = Hint.NONE
        elif attributes.get("role") in _CHROME_ROLES:
            element.hint = Hint.CHROME
        elif element.hint == Hint.NONE and element.names:
            element.hint = hint_of(element.names)
        element.hidden = _is_hidden(attributes)
        return element

    def line_break(self) -> None:
        """Two breaks in a row part paragraphs; a single one parts lines."""
        for part in reversed(self.parts):
            if part == "\n":
                self.flush()
                return
            if part.strip():
                break
        self.parts.append("\n")

    def flush(self) -> None:
        if self.parts:
            text = _clean("".join(self.parts))
            if text:
                tag = self.kind()
                block = Block(text, tag, self.current, self.link_chars, weight_of(text))
                self.outline.blocks.append(block)
            self.parts.clear()
        self.link_chars = 0

    def kind(self) -> str:
        """What holds the text, seen through wrappers: a div in a list item is a list item."""
        elements, index = self.outline.elements, self.current
        for _ in range(3):
            tag = elements[index].tag
            if tag in HEADINGS or tag in ("p", "li", "td", "th", "blockquote", "dt", "dd", "pre"):
                return tag
            index = elements[index].parent
            if index < 0:
                break
        return elements[self.current].tag


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return not _STREAMED.fullmatch(attributes.get("id") or "")
    style = attributes.get("style")
    return bool(style and _HIDING_STYLE.search(style))


def _clean(text: str) -> str:
    """Single spaces, no empty lines, no invisible characters."""
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)

"""The lines of text around a page's headline: where a reader finds who wrote it, and when."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from selectolax.lexbor import LexborNode

_SKIPPED = frozenset(
    ("script", "style", "noscript", "template", "svg", "nav", "select", "iframe", "form", "figure",
     "picture", "video", "audio", "-comment", "textarea", "head")
)  # fmt: skip
_INLINE = frozenset(
    ("a", "abbr", "b", "bdi", "cite", "em", "font", "i", "span", "strong", "small", "time", "u",
     "button", "label", "address", "mark", "wbr", "img", "x-name")
)  # fmt: skip
_NAMED = ("class", "id", "itemprop", "rel", "data-testid", "title")
_LINES_AFTER, _LINES_BEFORE = 30, 6
_PROSE = 120  # characters from which a line is a paragraph rather than a byline
_ENOUGH = 600  # characters of paragraphs after which the story has begun
_NODES = 1_500  # looked at; a headline without text near it costs no more


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text without markup in it, and what the elements around it say."""

    text: str
    names: str  # class names, ids and the like of the two innermost elements, in lower case
    around: str = ""  # the class names of the next one
    stamp: str = ""  # the datetime or content attribute
    href: str = ""  # of the link that it is in


@dataclass(frozen=True, slots=True)
class Line:
    """What stands in one row, in order."""

    runs: tuple[Run, ...]
    before: bool = False  # above the headline

    @property
    def text(self) -> str:
        """The runs joined by spaces."""
        return " ".join(run.text for run in self.runs)


class Surroundings:
    """The lines around a headline, read no further than somebody asks for them."""

    def __init__(self, heading: LexborNode | None) -> None:
        self._unread = iter(()) if heading is None else _around(heading)
        self._read: list[Line] = []

    def __iter__(self) -> Iterator[Line]:
        """All lines, from the first: those after the headline, then those before it."""
        number = 0
        while True:
            if number == len(self._read):
                following = next(self._unread, None)
                if following is None:
                    return
                self._read.append(following)
            yield self._read[number]
            number += 1


def _around(heading: LexborNode) -> Iterator[Line]:
    """The lines after a headline up to the story, then those right before it."""
    prose = 0
    for count, line in enumerate(_lines(_following(heading), before=False), 1):
        yield line
        size = len(line.text)
        prose += size if size >= _PROSE else 0
        if prose >= _ENOUGH or count >= _LINES_AFTER:
            break
    yield from _lines_before(heading)


def _lines_before(heading: LexborNode) -> list[Line]:
    """From the headline's own header: what stands before it in the three elements around it."""
    found: list[Line] = []
    node, climbed = heading, 0
    while climbed < 4 and len(found) < _LINES_BEFORE:
        previous = node.prev
        if previous is None:
            parent = node.parent
            if parent is None or parent.tag in ("body", "html"):
                break
            node, climbed = parent, climbed + 1
            continue
        node = previous
        if node.tag not in _SKIPPED and node.tag not in ("header", "ul"):
            inner = list(_lines(_within(node), before=True))
            found.extend(reversed(inner[-_LINES_BEFORE:]))
    return found[:_LINES_BEFORE]


def _lines(nodes: Iterator[LexborNode | None], *, before: bool) -> Iterator[Line]:
    """Gather texts until a block-level element begins or ends (None)."""
    runs: list[Run] = []
    for node in nodes:
        if node is not None:
            runs.append(_run(node))
        elif runs:
            yield Line(tuple(runs), before)
            runs = []
    if runs:
        yield Line(tuple(runs), before)


def _following(start: LexborNode) -> Iterator[LexborNode | None]:
    """Texts after an element in document order; None where a block begins or ends."""
    node: LexborNode | None = start
    for _ in range(30):  # levels; no headline is deeper in its article
        if node is None or node.tag in ("body", "html"):
            return
        sibling = node.next
        while sibling is not None:
            yield from _within(sibling)
            sibling = sibling.next
        yield None
        node = node.parent


def _within(top: LexborNode) -> Iterator[LexborNode | None]:
    """Texts of a subtree, without what is no text to a reader."""
    todo: list[LexborNode | None] = [top]
    for _ in range(_NODES):
        if not todo:
            return
        node = todo.pop()
        if node is None:
            yield None
            continue
        tag = node.tag
        if tag == "-text":
            text = node.text_content
            if text and not text.isspace():
                yield node
        elif tag is not None and tag not in _SKIPPED:
            children = list(islice(node.iter(include_text=True), 300))
            if tag not in _INLINE:
                yield None
                todo.append(None)
            todo.extend(reversed(children))


def _run(node: LexborNode) -> Run:
    text = " ".join((node.text_content or "").split())
    names, around, stamp, href = [], "", "", ""
    element = node.parent
    for level in range(3):
        if element is None:
            break
        attributes = element.attributes
        stamp = stamp or attributes.get("datetime") or attributes.get("content") or ""
        href = href or attributes.get("href") or ""
        if level < 2:
            names += [value for key in _NAMED if (value := attributes.get(key))]
        else:
            around = attributes.get("class") or ""
        element = element.parent
    return Run(text, " ".join(names).lower()[:300], around.lower(), stamp, href)

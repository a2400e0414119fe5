"""A source's own CSS selectors: what they name is believed before the general extractor.

Where one of them names nothing, the page is read as any other in that respect, so that no alert is
lost; what did not match is on the page, and parse drift is seen from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from monitor.extract.blocks import Outline, outline_of
from monitor.extract.dates import parse_date
from monitor.extract.lines import is_boilerplate, without_boilerplate
from monitor.extract.tokens import Hint
from monitor.model import Selectors

_WHOLE = ("html", "head", "body")  # never taken away: nothing would be left to read
_MOST = 200  # elements that one selector may name; more is a mistake


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What the selectors name on one page; None or empty where nothing."""

    title: str | None = None
    lines: tuple[str, ...] = ()  # of the body
    date: datetime | None = None
    unmatched: tuple[str, ...] = ()  # keys of those that name (next to) nothing


NOTHING = Chosen()


def check_selector(css: str) -> str:
    """The selector as it is; ValueError where it is none."""
    try:
        LexborHTMLParser("<p>").css(css)
    except SelectolaxError:
        raise ValueError(f'{css!r} is no CSS selector; write it like ".article__body p"') from None
    return css


def check_droppable(css: str) -> str:
    """The selector as it is; ValueError where it is none, or names every page as a whole."""
    tree = LexborHTMLParser("<p>")
    if any(node.tag in _WHOLE for node in tree.css(check_selector(css))):
        raise ValueError(f'{css!r} names the whole page; write it like ".promo"')
    return css


def drop(tree: LexborHTMLParser, selectors: Selectors) -> None:
    """Take away what is to be dropped."""
    for css in selectors.drop:
        # One by one: an element must not be looked at after the one around it is gone.
        for _ in range(_MOST):
            node = tree.css_first(css)
            if node is not None and node.tag in _WHOLE:
                node = next((other for other in tree.css(css) if other.tag not in _WHOLE), None)
            if node is None:
                break
            node.decompose()


def chosen(tree: LexborHTMLParser, selectors: Selectors) -> Chosen:
    """Read what the selectors name."""
    title = next((t for n in _named(tree, selectors.title) if (t := _line(n))), None)
    dates = (parse_date(said) for n in _named(tree, selectors.date) for said in _sayings(n))
    date = next(filter(None, dates), None)
    lines = tuple(text for node in _named(tree, selectors.body) for text in _texts(node))
    found = {"title": title, "body": lines, "date": date}
    wanted = {"title": selectors.title, "body": selectors.body, "date": selectors.date}
    return Chosen(
        title=title,
        lines=lines,
        date=date,
        unmatched=tuple(key for key, css in wanted.items() if css and not found[key]),
    )


def _named(tree: LexborHTMLParser, css: str) -> list[LexborNode]:
    return tree.css(css)[:_MOST] if css else []


def _line(node: LexborNode) -> str:
    return " ".join((node.text(separator=" ") or node.attributes.get("content") or "").split())


def _sayings(node: LexborNode) -> Iterator[str]:
    """Where an element may have its date: in an attribute, or in words."""
    for name in ("datetime", "content", "title"):
        if said := node.attributes.get(name):
            yield said
    yield _line(node)


def _texts(node: LexborNode) -> Iterator[str]:
    """The paragraphs in an element, without what its markup calls boxes, menus and captions."""
    outline = outline_of(node, links=True)
    for block in outline.blocks:
        text = without_boilerplate(block.text)
        if text and not is_boilerplate(text) and not _is_apart(outline, block.element):
            yield text


def _is_apart(outline: Outline, element: int) -> bool:
    # The first element is the one that was named: whatever it calls itself, it is the body.
    around = (outline.elements[index] for index in outline.ancestors(element) if index > 1)
    return any(other.hidden or other.hint < Hint.NONE for other in around)

"""The captions of a story that is told in pictures, which are no part of any other's text."""

import re
from collections.abc import Iterator
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.extract.blocks import weight_of
from monitor.extract.known import fold
from monitor.extract.tokens import is_apart

_LEAST = 3  # captions
_LONG = 80  # weight of a caption that tells something
_SHORT = 1_500  # weight of a text that may be no more than the story's opening
_MOST = 200
_BESIDE = frozenset(("aside", "nav", "footer", "li"))
_LEVELS = 8
_NAMES = 300  # characters of names that are looked at
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg)\b", re.IGNORECASE)


def may_be_told_in_pictures(html: str, text: str) -> bool:
    """Whether it is worth looking at a page's captions."""
    return weight_of(text) < _SHORT and html.count("<figcaption") >= _LEAST


def told_in_pictures(tree: LexborHTMLParser, text: str) -> list[str]:
    """The captions, in order, if they are many, long, and together as long as the text."""
    found = list(dict.fromkeys(_captions(tree)))
    told = fold(text)
    found = [caption for caption in found if fold(caption) not in told]
    enough = len(found) >= _LEAST and sum(map(weight_of, found)) >= weight_of(text)
    return found if enough else []


def _captions(tree: LexborHTMLParser) -> Iterator[str]:
    for node in tree.css("figcaption")[:_MOST]:
        caption = " ".join(node.text(separator=" ").split())
        if weight_of(caption) < _LONG or _is_link(node, caption):
            continue
        around = islice(_around(node), _LEVELS)
        if not any(each.tag in _BESIDE or _leads_away(each) or _is_box(each) for each in around):
            yield caption


def _around(node: LexborNode) -> Iterator[LexborNode]:
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def _is_link(node: LexborNode, caption: str) -> bool:
    """Whether a caption is the headline or the teaser of another story."""
    if node.css_first("a h2, a h3, h2 a, h3 a") is not None:
        return True
    linked = sum(len(" ".join(a.text(separator=" ").split())) for a in node.css("a[href]"))
    return 2 * linked > len(caption)


def _leads_away(node: LexborNode) -> bool:
    """Whether a link leads elsewhere than to the picture itself, at its full size."""
    href = (node.attributes.get("href") or "") if node.tag == "a" else ""
    return bool(href) and not href.startswith("#") and _PICTURE.search(href) is None


def _is_box(node: LexborNode) -> bool:
    names = (node.attributes.get("class"), node.attributes.get("id"))
    named = node.tag not in ("html", "body")
    return named and any(is_apart(each[:_NAMES]) for each in names if each)

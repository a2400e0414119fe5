"""The captions of a story that is told in pictures, which are no part of any other's text."""

from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from monitor.extract.blocks import weight_of
from monitor.extract.known import fold

_LEAST = 3  # captions
_LONG = 80  # weight of a caption that tells something
_SHORT = 1_500  # weight of a text that may be no more than the story's opening
_MOST = 200
_BESIDE = frozenset(("aside", "nav", "footer", "li"))
_LEVELS = 8


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
        if weight_of(caption) < _LONG or node.css_first("a h2, a h3, h2 a, h3 a") is not None:
            continue
        parent, level = node.parent, 0
        while parent is not None and parent.tag not in _BESIDE and level < _LEVELS:
            parent, level = parent.parent, level + 1
        if parent is None or parent.tag not in _BESIDE:
            yield caption

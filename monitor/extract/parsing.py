"""A page parsed, unless it nests so deep that the parser would stall on it."""

import re

import numpy as np
from selectolax.lexbor import LexborHTMLParser

from monitor.errors import ParseError

_DEEP = 5_000  # block elements in each other; the parser takes quadratic time in their number
_MANY = 20_000  # tags; in fewer, what nesting there may be costs little
_PIECE = 4_096  # characters
_BLOCK_TAGS = re.compile(
    rb"<(/?)(?:div|section|article|main|ul|ol|dl|center|blockquote|aside|nav|header|footer|form|"
    rb"fieldset|figure|details|summary|address|pre|h[1-6]|button)\b",
    re.IGNORECASE,
)


def parsed(html: str, url: str) -> LexborHTMLParser:
    """The tree of a page. Raises ParseError if its elements nest too deep; ``url`` says where."""
    data = _encoded(html)  # once, for the parser and for a quick count
    if np.count_nonzero(np.frombuffer(data, dtype=np.uint8) == ord("<")) >= _MANY:
        _check_depth(data, url)
    # With scripting, <noscript> stays one text, and cannot move the rest of the head into the body.
    tree = LexborHTMLParser(data, scripting=True)
    tree.raw_html = b""  # nothing needs it any more, and the page may be large
    return tree


def _encoded(html: str) -> bytes:
    """UTF-8, piece by piece: most pieces of most pages are ASCII, which is but copied."""
    pieces = (html[start : start + _PIECE] for start in range(0, len(html), _PIECE))
    return b"".join([piece.encode("utf-8", "ignore") for piece in pieces])


def _check_depth(data: bytes, url: str) -> None:
    depth = 0
    for tag in _BLOCK_TAGS.finditer(data):
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > _DEEP:
            raise ParseError(
                f"{url}: the page nests its elements over {_DEEP:,} deep, which no browser shows; "
                "check the address, or leave such links out of the source"
            )

"""Markup → plain text. Tags go, entities are decoded once, blocks become lines."""

import re
from html import unescape

from selectolax.lexbor import LexborHTMLParser

_MOST = 1_000_000  # characters of markup read of one field
_NO_TEXT = ["script", "style", "template", "noscript", "iframe", "object", "svg", "select", "title"]
_BLOCKS = (
    "address,article,aside,blockquote,br,dd,details,div,dl,dt,fieldset,figcaption,figure,footer,"
    "form,h1,h2,h3,h4,h5,h6,header,hr,li,main,nav,ol,p,pre,section,table,td,th,tr,ul"
)
_BREAK = "\x1e"  # no character of any text; line ends of the markup are blanks
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_ENTITY = re.compile(r"&(amp|lt|gt|quot|apos|nbsp|[lr][sd]quo|[nm]dash|#\d{2,6}|#x[0-9a-f]{2,5});")
# Written as if it were XML, these would swallow all that follows.
_UNCLOSED = re.compile(r"<(iframe|script|style|textarea|title|noscript)\b[^<>]*/>", re.IGNORECASE)
_LOOKS_MARKED_UP = re.compile(r"</[a-z][a-z0-9]*\s*>|<(br|hr|p|img|a|div)\b[^<>]*>", re.IGNORECASE)


def plain(value: str, *, marked_up: bool = True) -> str:
    """The text of a field, one paragraph a line.

    ``marked_up`` says that the field is declared as HTML; one that is not, but plainly is, is read
    as HTML all the same. (No title means to say ``&amp;``.)
    """
    value = _CONTROL.sub(" ", value[:_MOST])
    if "<" in value and (marked_up or _LOOKS_MARKED_UP.search(value)):
        return _without_tags(value)
    return _lines(unescape(value) if marked_up or _ENTITY.search(value) else value)


def plain_line(value: str, *, marked_up: bool = True) -> str:
    """The text of a field that is one line: a title, a name."""
    return " ".join(plain(value, marked_up=marked_up).split())


def _without_tags(markup: str) -> str:
    tree = LexborHTMLParser(_UNCLOSED.sub("", markup))
    tree.strip_tags(_NO_TEXT, recursive=True)
    if tree.body is None:  # a frameset
        return ""
    for node in tree.body.css(_BLOCKS):
        node.insert_before(_BREAK)
        node.insert_after(_BREAK)
    blocks = _CONTROL.sub(_BREAK, tree.body.text()).split(_BREAK)
    return "\n".join(filter(None, (" ".join(block.split()) for block in blocks)))


def _lines(text: str) -> str:
    return "\n".join(
        filter(None, (" ".join(_CONTROL.sub(" ", line).split()) for line in text.splitlines()))
    )

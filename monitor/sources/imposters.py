"""What a document is when it is not what was asked for, in words for operators."""

import re

from monitor.decoding import decode
from monitor.sources.plain import plain_line

_HEAD = 8192  # bytes looked at
_SKIPPED = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->|\ufeff", re.DOTALL)
_TAG = re.compile(r"<((?:!doctype\s+)?[a-z_][\w:.-]*)", re.IGNORECASE)
_TITLE = re.compile(r"<title[^<>]*>([^<]{0,300})", re.IGNORECASE)
_FEED_ROOTS = frozenset({"rss", "feed", "rdf", "channel"})
_HTML_STARTS = frozenset(
    {"html", "head", "body", "title", "meta", "link", "script", "style", "div", "p", "h1", "main"}
)
_XML_ROOTS = {"urlset": "a sitemap", "sitemapindex": "an index of sitemaps", "opml": "an OPML list"}
_BLOCK_TITLE = re.compile(
    r"just a moment|attention required|access denied|access to this page has been denied|forbidden"
    r"|are you (a )?(human|robot)|robot check|captcha|security check|verify(ing)? you|checking your"
    r"|pardon our interruption|request (was )?(blocked|rejected)|please wait|ddos|unusual traffic"
    r"|bot (detection|verification)|not a robot|incapsula|human verification",
    re.IGNORECASE,
)
_MAGIC = {
    b"%PDF": "a PDF file",
    b"\x89PNG": "an image",
    b"GIF8": "an image",
    b"\xff\xd8\xff": "an image",
    b"PK\x03\x04": "a zip file",
    b"\x1f\x8b": "gzip data that was not unpacked",
}


def head(data: bytes, content_type: str | None = None) -> str:
    """The start of a document as text, for guessing what it is."""
    return decode(data[:_HEAD], content_type).lstrip("\ufeff").replace("\x00", "")


def root(text: str) -> str:
    """The name of the first element, in lower case and without prefix; "html" for its doctype."""
    at = 0
    while skipped := _SKIPPED.match(text, at):
        at = skipped.end()
    found = _TAG.match(text, at)
    if found is None:
        return ""
    name = found[1].lower().removeprefix("!doctype").strip()
    return name.split(":")[-1]


def is_feed(text: str) -> bool:
    """Whether a document's head is that of an XML feed."""
    return root(text) in _FEED_ROOTS


def is_html(text: str) -> bool:
    """Whether a document's head is that of a web page."""
    return root(text) in _HTML_STARTS


def is_json(text: str) -> bool:
    """Whether a document's head is that of JSON."""
    return text.lstrip()[:1] in ("{", "[")


def described(data: bytes, content_type: str | None) -> str:
    """What a document is: "a web page (“Just a moment…”) that blocks programs"."""
    text = head(data, content_type)
    if not text.strip():
        return "an empty document"
    magic = next((name for start, name in _MAGIC.items() if data.startswith(start)), None)
    if magic:
        return magic
    if is_html(text):
        return _page(text)
    name = root(text)
    if name:
        return _XML_ROOTS.get(name, f"XML (<{name}>)")
    return "JSON" if is_json(text) else "no XML, JSON or HTML"


def keeps_out(title: str) -> bool:
    """Whether this is the title of a page that stands before the real one."""
    return bool(_BLOCK_TITLE.search(title))


def may_be_html(data: bytes, text: str) -> bool:
    """Whether a document may be a web page, a careless one included."""
    known = any(map(data.startswith, _MAGIC)) or is_json(text)
    return bool(text.strip()) and not known and (is_html(text) or root(text) not in _XML_ROOTS)


def _page(text: str) -> str:
    found = _TITLE.search(text)
    title = plain_line(found[1]) if found else ""
    what = "a page that keeps programs out" if keeps_out(title) else "a web page"
    return f"{what} (“{title[:80]}”)" if title else what

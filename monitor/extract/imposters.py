"""Bytes that are no page at all, though a page was asked for."""

import re

from monitor.errors import ParseError

_MAGIC = (
    (b"%PDF", "a PDF"), (b"\x89PNG", "a PNG image"), (b"GIF8", "a GIF image"),
    (b"\xff\xd8\xff", "a JPEG image"), (b"RIFF", "an image or sound"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "gzip data"), (b"{", "JSON"), (b"[", "JSON"), (b"ID3", "a sound"),
    (b"\x00\x00\x00", "a film or image"),
)  # fmt: skip
_FEED = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(rss|feed|rdf:RDF|urlset)\b", re.DOTALL
)
_LOOKS_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|meta|title|article|div|p)\b", re.IGNORECASE
)
_HTML_TYPES = ("text/html", "application/xhtml+xml", "")


def _is_binary(start: bytes) -> bool:
    """More control characters than any text has; UTF-16 with its byte order mark is text."""
    controls = sum(byte < 32 and byte not in b"\t\n\f\r\x1b" for byte in start)
    return controls * 20 > len(start) and not start.startswith((b"\xff\xfe", b"\xfe\xff"))


def check_is_page(data: bytes, url: str, content_type: str | None) -> None:
    """Raise ParseError where the bytes are no HTML page, and say what they are."""
    start = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    what = next((name for magic, name in _MAGIC if data.startswith(magic) or (
        name == "JSON" and start.startswith(magic))), None)  # fmt: skip
    if what is None and _FEED.match(start):
        what = "a feed or sitemap"
    if what is None and _is_binary(data[:2048]):
        what = "binary data"
    declared = (content_type or "").partition(";")[0].strip().lower()
    if what is None and declared not in _HTML_TYPES and not _LOOKS_HTML.search(start):
        what = declared
    if what is not None:
        raise ParseError(
            f"{url}: the server sent {what} where an HTML page should be; "
            "check the address, or leave such links out of the source"
        )

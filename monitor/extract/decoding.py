"""Bytes to text, and bytes that are no page at all."""

import codecs
import re

from monitor.errors import ParseError

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"),
         (codecs.BOM_UTF16_BE, "utf-16-be"))  # fmt: skip
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
# Labels mean what browsers take them to mean, which is often a larger character set.
_LABELS = {
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252",
    "us-ascii": "cp1252", "windows-1252": "cp1252", "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874", "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030",
    "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "sjis": "cp932",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "big5": "big5hkscs",
    "utf-16": "utf-8", "utf-16le": "utf-8", "utf-16be": "utf-8", "utf8": "utf-8",
}  # fmt: skip
# Codecs that Python knows but that no page is written in; some take quadratic time.
_NO_CHARSETS = frozenset(
    [
        "idna",
        "punycode",
        "unicode_escape",
        "unicode-escape",
        "raw_unicode_escape",
        "raw-unicode-escape",
        "utf-7",
        "utf_7",
        "undefined",
        "mbcs",
        "oem",
    ]
)
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


def decode(data: bytes, content_type: str | None = None) -> str:
    """Decode a page: by BOM, header, meta tag, as UTF-8, as windows-1252. Never raises.

    A declared encoding that plainly does not fit the bytes is passed over: either it leaves holes,
    or it is a Latin one and the bytes are sound UTF-8 beyond ASCII.
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(name, "replace")
    for name in (*_declared(data, content_type), "utf-8"):
        text = _try(data, name)
        if text is not None:
            return text
    return data.decode("cp1252", "replace")


def _declared(data: bytes, content_type: str | None) -> list[str]:
    found = []
    if header := _HEADER_CHARSET.search(content_type or ""):
        found.append(header[1])
    if meta := _META_CHARSET.search(data[:4096]):
        found.append(meta[1].decode("ascii", "replace"))
    return [_LABELS.get(name.lower(), name.lower()) for name in found]


def _try(data: bytes, name: str) -> str | None:
    """The text, or None if the encoding is unknown or leaves too many holes."""
    if name in _NO_CHARSETS or (name == "cp1252" and _is_utf8_beyond_ascii(data)):
        return None
    try:
        text = data.decode(name, "replace")
    except (LookupError, ValueError):
        return None
    holes = text.count("\ufffd")
    # A cut or damaged character is no reason to turn a whole page into mojibake.
    if holes and holes * 5 > sum(1 for char in text if char > "\x7f"):
        return None
    return text


def _is_utf8_beyond_ascii(data: bytes) -> bool:
    try:
        return not data.decode("utf-8").isascii()
    except UnicodeDecodeError:
        return False


def check_is_page(data: bytes, url: str, content_type: str | None) -> None:
    """Raise ParseError where the bytes are no HTML page, and say what they are."""
    start = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    what = next((name for magic, name in _MAGIC if data.startswith(magic) or (
        name == "JSON" and start.startswith(magic))), None)  # fmt: skip
    if what is None and _FEED.match(start):
        what = "a feed or sitemap"
    declared = (content_type or "").partition(";")[0].strip().lower()
    if what is None and declared not in _HTML_TYPES and not _LOOKS_HTML.search(start):
        what = declared
    if what is not None:
        raise ParseError(
            f"{url}: the server sent {what} where an HTML page should be; "
            "check the address, or leave such links out of the source"
        )

"""Bytes of a web page → text, as browsers read them."""

import codecs
import re

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

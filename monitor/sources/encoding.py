"""Bytes of a web page → text, as browsers read them."""

import codecs
import re
from collections.abc import Iterator

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^<>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
# What these labels mean on the web.
_LABELS = {
    "ascii": "windows-1252",
    "us-ascii": "windows-1252",
    "iso-8859-1": "windows-1252",
    "latin1": "windows-1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc-kr": "cp949",
}
# Codecs of Python that are no character sets of pages; some take quadratic time.
_NOT_ON_THE_WEB = re.compile(
    r"(idna|punycode|raw.unicode|unicode.escape|utf.?7|undefined)", re.IGNORECASE
)


def decode(data: bytes, content_type: str | None = None) -> str:
    """Decode by BOM, header, ``<meta charset>``, as UTF-8, as windows-1252. Never raises.

    A declaration that does not fit the bytes is passed over.
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(name, "replace")
    for name in (*_declared(data, content_type), "utf-8"):
        try:
            return data.decode(name)
        except (LookupError, ValueError):
            continue
    holes = data.decode("utf-8", "replace")
    mostly = holes.count("\ufffd") * 20 < sum(not c.isascii() for c in holes)
    return holes if mostly else data.decode("windows-1252", "replace")


def _declared(data: bytes, content_type: str | None) -> Iterator[str]:
    header, meta = _CHARSET.search(content_type or ""), _META.search(data[:4096])
    labels = [header[1] if header else "", meta[1].decode("ascii", "replace") if meta else ""]
    for label in labels:
        name = _LABELS.get(label.lower(), label.lower())
        if name and not _NOT_ON_THE_WEB.match(name):
            # Latin sets fit all bytes, so a wrong declaration of one shows only in sound UTF-8.
            if name == "windows-1252":
                yield "utf-8"
            yield name

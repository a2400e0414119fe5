import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.extract import decode, read_page
from monitor.model import PageKind

META = '<meta charset="{}"><p>'


@pytest.mark.parametrize(
    ("data", "content_type", "text"),
    [
        (codecs.BOM_UTF8 + "é".encode(), "text/html; charset=windows-1251", "é"),
        (codecs.BOM_UTF16_LE + "añ".encode("utf-16-le"), None, "añ"),
        (codecs.BOM_UTF16_BE + "añ".encode("utf-16-be"), None, "añ"),
        ("Привет".encode("cp1251"), "text/html; charset=windows-1251", "Привет"),
        ("Привет".encode("cp1251"), "text/html; Charset = 'windows-1251'", "Привет"),
        ("日本".encode("cp932"), 'text/html; charset="Shift_JIS"', "日本"),
        ("中国".encode("gb18030"), "text/html;charset=gb2312", "中国"),
        ("한국".encode("cp949"), "text/html;charset=EUC-KR", "한국"),
        ("“café”".encode("cp1252"), "text/html; charset=iso-8859-1", "“café”"),
        ("café, Noël".encode("cp1252"), "text/html; charset=utf-8", "café, Noël"),
        ("café".encode(), "text/html; charset=iso-8859-1", "café"),
        ("café".encode(), "text/html; charset=no-such-thing", "café"),
        ("café".encode(), "text/html; charset=rot13", "café"),
        ("café".encode(), "text/html; charset=idna", "café"),
        ("café".encode("cp1252"), None, "café"),
        (b"", None, ""),
    ],
)
def test_the_first_encoding_that_fits_is_taken(
    data: bytes, content_type: str | None, text: str
) -> None:
    assert decode(data, content_type) == text


def test_meta_tag_is_asked_after_the_header() -> None:
    data = META.format("koi8-r").encode() + "Привет".encode("koi8-r")
    assert decode(data, "text/html").endswith("Привет")
    assert not decode(data, "text/html; charset=windows-1251").endswith("Привет")


def test_a_page_that_could_be_read_as_ascii_is_not_utf16_whatever_it_says() -> None:
    assert decode(META.format("utf-16").encode() + "é".encode()).endswith("é")


def test_one_damaged_character_does_not_spoil_a_page() -> None:
    text = "Größe über alles schön, süß, öde, fröhlich"
    cut = text.encode() + "ß".encode()[:1]
    assert decode(cut, "text/html; charset=utf-8") == text + "\ufffd"


@given(st.binary(max_size=300), st.none() | st.text(max_size=40))
def test_decoding_never_raises(data: bytes, content_type: str | None) -> None:
    assert isinstance(decode(data, content_type), str)


@given(st.text(max_size=200), st.sampled_from(["utf-8", "utf8", "UTF-8"]))
def test_utf8_that_is_declared_comes_back(text: str, name: str) -> None:
    data = text.encode("utf-8", "surrogatepass") if text.isascii() else text.encode()
    if not text.startswith("\ufeff") and "charset" not in text and "\ufffd" not in text:
        assert decode(data, f"text/html; charset={name}") == text


@pytest.mark.parametrize(
    ("data", "content_type", "what"),
    [
        (b"%PDF-1.7 ...", "application/pdf", "a PDF"),
        (b"%PDF-1.7 ...", "text/html", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", None, "a PNG image"),
        (b"\xff\xd8\xff\xe0", "image/jpeg", "a JPEG image"),
        (b' {"a": 1}', "application/json", "JSON"),
        (b"[1, 2]", "text/html", "JSON"),
        (b"\x1f\x8b\x08", "text/html", "gzip data"),
        (b'<?xml version="1.0"?>\n<!-- x -->\n<rss version="2.0">', "text/html", "a feed"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom">', "application/atom+xml", "a feed"),
        (b"just words", "text/plain; charset=utf-8", "text/plain"),
        (b"\x00\x01", "application/octet-stream", "binary data"),
        (bytes(range(256)) * 9, "text/html", "binary data"),
    ],
)
def test_what_is_no_page_is_refused_by_name(
    data: bytes, content_type: str | None, what: str
) -> None:
    with pytest.raises(ParseError, match=what) as caught:
        read_page(data, "https://a.example/file", content_type)
    assert str(caught.value).startswith("https://a.example/file: the server sent ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b"<p>Hello</p>", "text/html"),
        (b"<p>Hello</p>", "TEXT/HTML; charset=utf-8"),
        (b"<p>Hello</p>", None),
        (b"<!DOCTYPE html><p>Hello</p>", "text/plain"),
        (b'<?xml version="1.0"?><html><body><p>Hello</p></body></html>', "application/xml"),
        (b"", "text/html"),
    ],
)
def test_a_page_is_read_though_its_type_is_odd(data: bytes, content_type: str | None) -> None:
    page = read_page(data, "https://a.example/", content_type)
    assert page.kind is PageKind.EMPTY

"""XML feeds, through feedparser: nobody knows more of how feeds are broken.

Its sanitiser and its resolving of links inside texts are off (slow, and a way to stall us): texts
are made plain here.
"""

import codecs
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urljoin
from xml.sax import SAXException

import feedparser

from monitor.errors import ParseError
from monitor.model import Document, Entry
from monitor.sources.dates import from_parts
from monitor.sources.plain import plain, plain_line
from monitor.urls import is_web

MOST_ENTRIES = 500  # taken of one document, in its order
_EXCERPT = 400  # characters of a summary that a feed does not give and the content must stand for
# feedparser takes a picture's description for the item's. Renamed, it stays out of the way.
_MEDIA = re.compile(rb"<(/?)media:description\b[^<>]{0,200}?(/?)>")
_MEDIA_TEXT = "media_caption"
# No character: half an emoji, or no number of Unicode. One makes feedparser drop the whole feed.
_REFERENCE = re.compile(rb"&#([0-9]{5,20}|[xX][0-9a-fA-F]{4,20});?")
_DECLARATION = re.compile(rb"<\?xml\s")
_BOMS = (codecs.BOM_UTF8, b"")
_KINDS = {"rss090": "rdf", "rss10": "rdf", "atom": "atom", "cdf": "rss", "rss": "rss"}

# What feedparser raises on documents that confuse it: elements named like its own fields, odd SGML.
_BREAKS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
    SAXException,
)

_Item = dict[str, Any]  # feedparser's own mapping; read with dict.get, which guesses nothing


def read_feed(data: bytes, url: str, content_type: str | None) -> Document | None:
    """Read an XML feed; None if it is none. Raises ParseError if it is too broken to read."""
    try:
        parsed = _parsed(data, content_type)
    except _BREAKS as error:
        what = f"{type(error).__name__}: {error}"[:120]
        raise ParseError(f"{url} is too broken to be read as a feed ({what}).") from None
    items: list[_Item] = parsed["entries"]
    if not items and not parsed["version"]:
        return None
    kind = _kind(parsed["version"])
    entries = [_entry(item, url, kind) for item in items[:MOST_ENTRIES]]
    problems = taken_problems(len(items), entries)
    return Document(
        kind=kind,
        title=_line(parsed["feed"], "title"),
        entries=tuple(entry for entry in entries if tells_something(entry)),
        problems=tuple(problems),
    )


def _parsed(data: bytes, content_type: str | None) -> _Item:
    # No base address is given: feedparser would resolve ids against it, and they would change
    # with the feed's address. Its links are relative to xml:base then, and ours are absolute.
    headers = {"content-type": content_type} if content_type else {}
    document: _Item = feedparser.parse(
        io.BytesIO(_mended(data)),  # bytes could be taken for a file's name
        response_headers=headers,
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    return document


def _mended(data: bytes) -> bytes:
    data = _MEDIA.sub(rb"<\1media:caption\2>", data)
    return _REFERENCE.sub(_sound_reference, data)


def _sound_reference(match: re.Match[bytes]) -> bytes:
    digits = match[1]
    number = int(digits[1:], 16) if digits[:1] in b"xX" else int(digits)
    return match[0] if number < 0xD800 or 0xDFFF < number < 0x110000 else b"&#xFFFD;"


def tells_something(entry: Entry) -> bool:
    """Whether there is anything to read: an address, or at least words."""
    return bool(entry.url or entry.title or entry.summary)


def taken_problems(listed: int, entries: Sequence[Entry]) -> list[str]:
    """What to tell of a document that listed so many items, of which these were taken."""
    problems = []
    if not listed:
        problems.append("the feed lists no entries")
    if listed > MOST_ENTRIES:
        problems.append(f"the feed lists {listed} entries: the first {MOST_ENTRIES} taken")
    if nothing := sum(not tells_something(entry) for entry in entries):
        problems.append(f"{nothing} of {listed} entries had no address and no words: left out")
    if unlinked := sum(not entry.url and tells_something(entry) for entry in entries):
        problems.append(
            f"{unlinked} of {listed} entries had no address: known by their words alone"
        )
    return problems


def cut_to_declaration(data: bytes) -> bytes:
    """The document without what a careless server wrote before its XML declaration."""
    found = _DECLARATION.search(data, 0, 4096)
    before = data[: found.start()] if found else b""
    return data[len(before) :] if before and before not in _BOMS else data


def _kind(version: str) -> str:
    return _KINDS.get(version) or _KINDS.get(version[:4]) or "rss"


def _entry(item: _Item, url: str, kind: str) -> Entry:
    published, updated = (
        from_parts(dict.get(item, f"{k}_parsed")) for k in ("published", "updated")
    )
    if kind == "rdf" and not published:
        published, updated = updated, None  # dc:date is all that RDF has, and means publication
    content = max(_contents(item), key=len, default="")
    return Entry(
        id=_string(item, "id").strip() or None,
        url=_address(item, url),
        title=_line(item, "title"),
        summary=_summary(item, content),
        content=content,
        published=published,
        updated=updated,
        authors=tuple(_authors(item)),
    )


def _address(item: _Item, url: str) -> str:
    """The entry's link, else its guid if that is an address; ``""`` if it has none."""
    guid = _string(item, "id")
    links = [_string(item, "link"), *_alternates(item)]
    # feedparser takes any guid for a link; a bare "hh-77" would become an address nobody has.
    links = [link for link in links if link and (link != guid or link.startswith("/"))]
    candidates = [*links, guid] if is_web(guid) else links
    return next(filter(None, (absolute(url, link) for link in candidates)), "")


def _alternates(item: _Item) -> list[str]:
    links = _mappings(item, "links")
    return [_string(link, "href") for link in links if link.get("rel") == "alternate"]


def absolute(base: str, link: str) -> str:
    """The link as an absolute web address; ``""`` if it cannot be one."""
    try:
        address = urljoin(base, "".join(link.split("\n")).strip())
    except ValueError:
        return ""
    return address if is_web(address) else ""


def excerpt(text: str) -> str:
    """The beginning of a text, cut between words."""
    text = " ".join(text.split())
    return text if len(text) <= _EXCERPT else text[:_EXCERPT].rpartition(" ")[0] + " …"


def _contents(item: _Item) -> Iterator[str]:
    for content in _mappings(item, "content"):
        yield plain(_string(content, "value"), marked_up=_is_markup(content))


def _summary(item: _Item, content: str) -> str:
    """The description; for want of one the picture's, else how the content begins."""
    value = _string(item, "summary") or _string(item, _MEDIA_TEXT)
    copied = any(value == part.get("value") for part in _mappings(item, "content"))  # feedparser's
    text = "" if copied else plain(value, marked_up=_is_markup(dict.get(item, "summary_detail")))
    return text or excerpt(content)


def _authors(item: _Item) -> Iterator[str]:
    names = (plain_line(_string(person, "name")) for person in _mappings(item, "authors"))
    return iter(dict.fromkeys(name for name in names if name and "@" not in name))


def _line(item: _Item, field: str) -> str:
    marked_up = _is_markup(dict.get(item, f"{field}_detail"))
    return plain_line(_string(item, field), marked_up=marked_up)


# --- feedparser's fields; an element of the feed that is named like one takes its place -----------


def _is_markup(detail: object) -> bool:
    """Whether a field is HTML; feedparser knows it from the format, the type and the looks."""
    return "html" in (_string(detail, "type") if isinstance(detail, dict) else "html")


def _string(item: _Item, field: str) -> str:
    value = dict.get(item, field)
    return value if isinstance(value, str) else ""


def _mappings(item: _Item, field: str) -> list[_Item]:
    value = dict.get(item, field)
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []

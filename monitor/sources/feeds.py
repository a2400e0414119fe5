"""XML feeds, through feedparser: nobody knows more of how feeds are broken.

Its sanitiser and its resolving of links inside texts are off (slow, and a way to stall us): texts
are made plain here.
"""

import codecs
import io
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import feedparser

from monitor.model import Document, Entry
from monitor.sources.dates import from_struct
from monitor.sources.plain import plain, plain_line
from monitor.urls import is_web

MOST_ENTRIES = 500  # taken of one document, in its order
_EXCERPT = 400  # characters of a summary that a feed does not give and the content must stand for
# feedparser takes a picture's description for the item's. Renamed, it stays out of the way.
_MEDIA = re.compile(rb"<(/?)media:description\b[^<>]{0,200}?(/?)>")
_MEDIA_TEXT = "media_caption"
_DECLARATION = re.compile(rb"<\?xml\s")
_BOMS = (codecs.BOM_UTF8, b"")
_KINDS = {"rss090": "rdf", "rss10": "rdf", "atom": "atom", "cdf": "rss", "rss": "rss"}

_Item = dict[str, Any]  # feedparser's own mapping; read with dict.get, which guesses nothing


def read_feed(data: bytes, url: str, content_type: str | None) -> Document | None:
    """Read an XML feed; None if it is none."""
    # No base address is given: feedparser would resolve ids against it, and they would change
    # with the feed's address. Its links are relative to xml:base then, and ours are absolute.
    headers = {"content-type": content_type} if content_type else {}
    parsed = feedparser.parse(
        io.BytesIO(_MEDIA.sub(rb"<\1media:caption\2>", data)),  # bytes could be a file's name
        response_headers=headers,
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    items: list[_Item] = parsed["entries"]
    if not items and not parsed["version"]:
        return None
    kind = _kind(parsed["version"])
    entries = [_entry(item, url, kind) for item in items[:MOST_ENTRIES]]
    problems = taken_problems(len(items), sum(not entry.url for entry in entries))
    return Document(
        kind=kind,
        title=_line(parsed["feed"], "title"),
        entries=tuple(entry for entry in entries if entry.url),
        problems=tuple(problems),
    )


def taken_problems(listed: int, without_address: int) -> list[str]:
    """What to tell of a document that listed so many items."""
    problems = []
    if not listed:
        problems.append("the feed lists no entries")
    if listed > MOST_ENTRIES:
        problems.append(f"the feed lists {listed} entries; the first {MOST_ENTRIES} were taken")
    if without_address:
        problems.append(f"{without_address} entries have no address and were left out")
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
        from_struct(dict.get(item, f"{k}_parsed")) for k in ("published", "updated")
    )
    if kind == "rdf" and not published:
        published, updated = updated, None  # dc:date is all that RDF has, and means publication
    content = max(_contents(item), key=len, default="")
    return Entry(
        id=str(dict.get(item, "id") or "").strip() or None,
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
    links = [
        link.get("href") for link in dict.get(item, "links") or () if link.get("rel") == "alternate"
    ]
    for link in (dict.get(item, "link"), *links, dict.get(item, "id")):
        if link and (address := absolute(url, link)):
            return address
    return ""


def absolute(base: str, link: str) -> str:
    """The link as an absolute web address; ``""`` if it cannot be one."""
    try:
        address = urljoin(base, "".join(link.split("\n")).strip())
    except ValueError:
        return ""
    return address if is_web(address) else ""


def _is_markup(detail: _Item | None) -> bool:
    """Whether a field is HTML; feedparser knows it from the format, the type and the looks."""
    return "html" in ((detail or {}).get("type") or "text/html")


def _line(item: _Item, field: str) -> str:
    value = dict.get(item, field) or ""
    return plain_line(value, marked_up=_is_markup(dict.get(item, f"{field}_detail")))


def _contents(item: _Item) -> Iterator[str]:
    for content in dict.get(item, "content") or ():
        yield plain(content.get("value") or "", marked_up=_is_markup(content))


def _summary(item: _Item, content: str) -> str:
    """The description; for want of one the picture's, else how the content begins."""
    value = dict.get(item, "summary") or dict.get(item, _MEDIA_TEXT) or ""
    if any(value == part.get("value") for part in dict.get(item, "content") or ()):
        return excerpt(content)  # feedparser's copy
    return plain(value, marked_up=_is_markup(dict.get(item, "summary_detail")))


def excerpt(text: str) -> str:
    """The beginning of a text, cut between words."""
    text = " ".join(text.split())
    return text if len(text) <= _EXCERPT else text[:_EXCERPT].rpartition(" ")[0] + " …"


def _authors(item: _Item) -> Iterator[str]:
    people = dict.get(item, "authors") or ()
    names = [plain_line(person.get("name") or "") for person in people]
    return iter(dict.fromkeys(name for name in names if name and "@" not in name))

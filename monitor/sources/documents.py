"""Bytes → a document of entries, whatever the format of the feed."""

from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from monitor.decoding import decode
from monitor.errors import ParseError
from monitor.model import Document
from monitor.sources import imposters
from monitor.sources.feeds import cut_to_declaration, read_feed
from monitor.sources.jsonfeed import read_json_feed

_FEED_LINKS = (
    'link[rel~="alternate" i][href]:is([type*="rss" i], [type*="atom" i], [type*="feed+json" i])'
)
_MOST_FEEDS = 3
_LONGEST = 300  # characters of an address
_HEAD = 200_000  # bytes of a page in which it names its feeds


def read_document(data: bytes, url: str, content_type: str | None = None) -> Document:
    """Read a feed: RSS 0.9 to 2.0, RDF, Atom, JSON Feed 1.0 and 1.1.

    ``url`` is where the bytes came from (after redirects), ``content_type`` the whole header.
    Links come out absolute, texts plain, dates in UTC or none. Raises ParseError, in a sentence
    that says what the document is instead, if it is no feed.
    """
    data = cut_to_declaration(data)
    head = imposters.head(data, content_type)
    if imposters.is_json(head):
        return read_json_feed(data, url)
    if not head.strip():
        raise ParseError(f"{url} is empty where a feed should be; it will be asked again.")
    if imposters.is_html(head):
        what = imposters.described(data, content_type)
        raise ParseError(
            f"{url} is {what}, not a feed; give the address of the feed"
            f'{_named_feeds(data, url, content_type)}, or set kind = "listing" to read the links '
            "of the page."
        )
    document = read_feed(data, url, content_type)
    if document is None:
        what = imposters.described(data, content_type)
        raise ParseError(f"{url} is {what}, not a feed; check the address.")
    return document


def _named_feeds(data: bytes, url: str, content_type: str | None) -> str:
    """“ (the page names http://…)”: the feeds that a page declares, or ""."""
    tree = LexborHTMLParser(decode(data[:_HEAD], content_type))
    found: list[str] = []
    for node in tree.css(_FEED_LINKS)[:_MOST_FEEDS]:
        try:
            found.append(urljoin(url, (node.attributes.get("href") or "").strip()[:_LONGEST]))
        except ValueError:
            continue
    return f" (the page names {', '.join(dict.fromkeys(found))})" if found else ""

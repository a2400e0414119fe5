"""A source and what it answers, up to its entries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class SourceKind(StrEnum):
    """What a source gives: a feed (RSS, RDF, Atom, JSON Feed) or a page that lists articles."""

    FEED = "feed"
    LISTING = "listing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectors:
    """CSS selectors by which a source's pages are read; "" where the page is read as any other."""

    title: str = ""
    body: str = ""
    date: str = ""
    drop: tuple[str, ...] = ()  # of what is taken away before anything is read


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """What is known of an outlet's pages before one of them is read."""

    selectors: Selectors | None = None
    recurring: frozenset[str] = frozenset()  # imprints of passages that the outlet repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A place that we poll, as configured."""

    id: str
    kind: SourceKind
    url: str
    outlet: str  # the publication behind it, as people call it
    every: timedelta  # wished time between polls
    lang: str | None = None  # BCP 47; what to assume where a page says nothing
    country: str | None = None  # ISO 3166, two letters
    pages: bool = True  # read the page of each entry; False: the feed's own text is enough
    selector: str | None = None  # listing: CSS selector of the links to articles
    selectors: Selectors | None = None  # of the parts of its entries' pages
    first_poll_newest: int = 0  # so many of the newest entries may alert on the very first poll


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What is remembered of a source between polls."""

    source: str
    url: str  # the address these facts are about; another one in the configuration starts anew
    next_poll_at: datetime
    polled_at: datetime | None = None
    succeeded_at: datetime | None = None
    baseline_at: datetime | None = None  # when its entries were first taken as known
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    failures: int = 0  # in a row
    error: str | None = None  # of the last poll, for people
    stopped: str | None = None  # why it is not polled any more
    pages: str = ""  # how its last pages were read, a letter each; see ``schedule``
    drift: str | None = None  # what is wrong with its pages, for people


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePage:
    """A live blog that goes on: it is read again until its updates end."""

    url: str
    source: str  # id
    title: str
    opened_at: datetime  # when it was first read, or listed at a first poll
    newest_at: datetime  # when an update was last new
    next_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    baseline: bool = False  # listed at a first poll; what it said then is still to be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One conditional GET. ``robots`` asks for robots.txt to be obeyed (pages nobody named)."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    robots: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What came back: status 200 with a decoded body, or 304 with none."""

    url: str  # as asked
    final_url: str  # after redirects
    status: int
    body: bytes = b""
    content_type: str | None = None  # the whole header, with its charset
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An item listed by a source. ``summary`` and ``content`` are plain text."""

    id: str | None  # the feed's guid, if it gives one
    url: str  # absolute; "" where the feed gives none
    title: str
    summary: str = ""
    content: str = ""  # the whole article where the feed carries it
    published: datetime | None = None  # none rather than a guess
    updated: datetime | None = None
    authors: tuple[str, ...] = ()


class LinkKind(StrEnum):
    """What a link of a listing page leads to."""

    ARTICLE = "article"
    SECTION = "section"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link of a listing page, judged."""

    url: str
    title: str
    kind: LinkKind
    score: float  # 2 and more is an article
    clues: tuple[str, ...] = ()  # for people, the strongest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A source's answer, read: at most 500 entries, in the order of the document."""

    kind: str  # rss, rdf, atom, json or listing
    title: str
    entries: tuple[Entry, ...]
    problems: tuple[str, ...] = ()  # what was odd but survivable, for people
    links: tuple[Link, ...] = ()  # of a listing, each address once

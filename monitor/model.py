"""The values of the product, in the order they flow from a source to a chat.

All are frozen. Times are aware datetimes in UTC. Texts are plain (no markup): escaping is done
where text is shown. Offsets count code points of the very field they name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

# --- polling -----------------------------------------------------------------------------------


class SourceKind(StrEnum):
    """What a source gives: a feed (RSS, RDF, Atom, JSON Feed) or a page that lists articles."""

    FEED = "feed"
    LISTING = "listing"


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
    url: str  # absolute
    title: str
    summary: str = ""
    content: str = ""  # the whole article where the feed carries it
    published: datetime | None = None  # none rather than a guess
    updated: datetime | None = None
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A source's answer, read: at most 500 entries, in the order of the document."""

    kind: str  # rss, rdf, atom, json or listing
    title: str
    entries: tuple[Entry, ...]
    problems: tuple[str, ...] = ()  # what was odd but survivable, for people


# --- articles and rules ------------------------------------------------------------------------


class PageKind(StrEnum):
    """What a page turned out to be."""

    ARTICLE = "article"
    LISTING = "listing"
    STUB = "stub"  # a teaser before a paywall
    BLOCKED = "blocked"  # consent, challenge or access-denied page
    NEEDS_JAVASCRIPT = "needs JavaScript"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the extractor reads from a page; ``text`` has one paragraph a line."""

    url: str
    kind: PageKind = PageKind.ARTICLE
    title: str | None = None
    standfirst: str = ""
    text: str = ""
    published: datetime | None = None
    modified: datetime | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    lang: str | None = None
    canonical_url: str | None = None
    image: str | None = None
    confidence: float = 1.0  # 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The text and metadata that rules are matched against."""

    url: str
    title: str
    text: str  # one paragraph a line
    standfirst: str = ""
    outlet: str = ""
    source: str = ""  # id of the source that listed it
    published: datetime | None = None
    modified: datetime | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    lang: str | None = None
    country: str | None = None
    canonical_url: str | None = None
    origin: str = "page"  # "page", or "feed" where the page gave nothing
    note: str = ""  # why the origin is the feed, for people


class Priority(StrEnum):
    """How much a rule's alerts matter; urgent ones do not wait for reprints."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """0 for low to 3 for urgent."""
        return list(Priority).index(self)


class RuleStatus(StrEnum):
    """Live rules alert; rules that are off are checked and tested but never matched."""

    LIVE = "live"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A named condition with its routing, as written in a pack."""

    id: str
    title: str
    query: str
    pack: str = ""
    priority: Priority = Priority.NORMAL
    channels: tuple[str, ...] = ()  # names of configured chats; empty: the default chats
    tags: tuple[str, ...] = ()
    status: RuleStatus = RuleStatus.LIVE


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Evidence: ``field[start:end]`` of the article, and the leaf of the condition it satisfied."""

    field: str  # title, standfirst or text
    start: int
    end: int
    leaf: str = field(default="", compare=False)  # as the operator wrote it: @openai, "Delhi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A rule holds for an article, with the evidence in order."""

    rule: Rule
    spans: tuple[Span, ...]


# --- stories and alerts ------------------------------------------------------------------------


class Relation(StrEnum):
    """How an article stands to those before it."""

    NEW = "new"
    SAME_URL = "same address"
    SAME_TEXT = "same text"


class Reason(StrEnum):
    """Why a chat is, or is not, told of a match. Stored, logged and shown."""

    FIRST = "first article of this story that the chat's rules match"
    MERGED = "joins the alert of this story that is about to be sent"
    ALREADY_TOLD = "the chat already has this story"
    REARMED = "the story's earlier alert never got through"
    NO_CHAT = "no chat receives this rule"
    SUSPENDED = "the chat is suspended"

    @property
    def tells(self) -> bool:
        """Whether a new message is queued."""
        return self in (Reason.FIRST, Reason.REARMED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """One destination. ``channel`` names the way there, ``address`` is that channel's own id."""

    name: str
    channel: str  # telegram or console
    address: str = ""
    topic: int | None = None  # a forum topic of a Telegram group
    default: bool = False  # receives the rules that name no chat
    operator: bool = False  # is told of broken rules and failing sources


class DeliveryState(StrEnum):
    """Where a delivery stands. ``SENT`` and ``DEAD`` are final."""

    QUEUED = "queued"
    RETRY = "retry"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message to one chat, with its state. Unique by chat, story, kind and revision."""

    id: int  # 0 until stored
    chat: str  # name of the chat
    story: int
    kind: str = "alert"
    revision: int = 0
    state: DeliveryState = DeliveryState.QUEUED
    ready_at: datetime  # fixed when queued; a chat's deliveries go out in this order
    due_at: datetime  # not before this; moves with every retry
    attempt: int = 0  # counts claims; also the fence against a worker that outlived its lease
    ambiguous: int = 0  # sends whose answer was lost: the message may be a repetition
    error: str | None = None
    ref: str | None = None  # the receiver's id of the message
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided for one chat about one article, for ``why``."""

    chat: str  # "" where no chat receives the rules
    rules: tuple[str, ...]
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An entry read to its end: everything that one transaction stores about it."""

    entry: Entry
    keys: tuple[str, ...]  # any of them known means seen
    article: Article
    url_keys: tuple[str, ...]  # canonical addresses under which the article is known
    text_key: str
    matches: tuple[Match, ...]
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store knows when a reading comes in, seen inside the same transaction."""

    relation: Relation = Relation.NEW
    story: int | None = None  # the story it belongs to; None for a new one
    deliveries: tuple[Delivery, ...] = ()  # of that story, latest revision of each chat
    suspended: frozenset[str] = frozenset()  # names of chats that cannot be reached now


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is to be stored of the decision: why for every chat, and the deliveries to queue.

    A queued delivery's ``story`` is 0 where the story is new: the store fills it in.
    """

    decisions: tuple[Decision, ...] = ()
    deliveries: tuple[Delivery, ...] = ()


# --- what a message is made of -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """An article of the archive with its place in it."""

    id: int
    story: int
    relation: Relation
    article: Article
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """Everything known of one story for one chat, oldest article first."""

    story: int
    articles: tuple[StoredArticle, ...]
    matches: Mapping[int, tuple[Match, ...]]  # by article id; only rules routed to this chat


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A delivery taken for sending, with its content. Nobody else sends it until the lease ends."""

    delivery: Delivery
    view: StoryView


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A piece of the article with the evidence in it, as offsets into ``text``."""

    text: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What a chat is told about a story, independent of how its channel shows it."""

    delivery: int  # id, for people to quote
    title: Snippet
    url: str
    outlet: str
    published: datetime | None
    read_at: datetime
    rules: tuple[Rule, ...]  # highest priority first
    evidence: tuple[str, ...]  # the leaves that held: '@openai “OpenAI” (headline)'
    snippets: tuple[Snippet, ...]
    also: tuple[tuple[str, str], ...] = ()  # other outlets with the same text: (outlet, url)
    from_feed: str = ""  # why only the feed's text was read; "" if the page was
    repeated: bool = False  # an earlier send may have arrived
    priority: Priority = Priority.NORMAL


# --- answers for people --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRecord:
    """What became of one listed entry."""

    source: str
    url: str
    title: str
    seen_at: datetime
    outcome: str  # "baseline", "article" or "unreadable"
    note: str = ""
    article: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Everything stored about one address, for ``monitor why``."""

    entries: tuple[EntryRecord, ...]
    article: StoredArticle | None = None
    story_articles: tuple[StoredArticle, ...] = ()
    matches: tuple[Match, ...] = ()
    decisions: tuple[tuple[datetime, Decision], ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    failure: str | None = None  # the page is still being tried: the last error


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Figures since a moment, for ``/status`` and the summary of ``--once``."""

    baseline: int = 0  # entries taken as known on a source's first poll
    articles: int = 0
    unreadable: int = 0
    from_feed: int = 0  # articles for which only the feed's text could be read
    matched: int = 0  # articles that at least one rule matched
    same_url: int = 0
    same_text: int = 0
    waiting: int = 0  # deliveries queued or to be retried, whatever their age
    sent: int = 0
    dead: int = 0
    ambiguous: int = 0

"""Articles, and the rules that are matched against them."""

import dataclasses
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class PageKind(StrEnum):
    """What a page turned out to be."""

    ARTICLE = "article"
    LIVE_BLOG = "live blog"  # one page that goes on: updates under each other
    LISTING = "listing"
    STUB = "stub"  # a teaser before a paywall
    BLOCKED = "blocked"  # consent, challenge or access-denied page
    NEEDS_JAVASCRIPT = "needs JavaScript"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A block of a page's text, as it is remembered to find out what its outlet repeats."""

    imprint: str  # the same for the same words
    opening: str  # its first words, for people
    within: bool = False  # it stands amid the text, where background paragraphs stand
    left_out: bool = False  # known to recur, it is not part of the text any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """A passage that an outlet repeats, with the evidence."""

    imprint: str
    opening: str  # its first words
    articles: int  # of different stories that have it
    topics: int  # of these, those whose headlines have nothing in common
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One update of a live blog; ``text`` has one paragraph a line."""

    anchor: str = ""  # where it stands on the page, without the #; "" where the page does not say
    title: str = ""
    text: str
    published: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the extractor reads from a page; ``text`` has one paragraph a line."""

    url: str
    kind: PageKind = PageKind.ARTICLE
    title: str | None = None
    standfirst: str = ""
    text: str = ""
    published: datetime | None = None  # in the zone that the page writes it in, as modified
    modified: datetime | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    lang: str | None = None
    canonical_url: str | None = None
    image: str | None = None
    confidence: float = 1.0  # 0 to 1
    updates: tuple[Update, ...] = ()  # of a live blog, in the order of the page; also in ``text``
    unmatched: tuple[str, ...] = ()  # the source's selectors that named nothing here, by their key
    passages: tuple[Passage, ...] = ()  # by which its outlet's boilerplate is learned


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
    note: str = ""  # for people: why the origin is the feed, or what it is an update of


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
    """Live rules alert; those in shadow are matched and reported to operators, never delivered;
    rules that are off are checked and tested but never matched.
    """

    LIVE = "live"
    SHADOW = "shadow"
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
    owner: str = ""  # who is asked about it; the pack's owner if the rule names none
    expires: date | None = None  # the last day on which it alerts, in UTC
    reason: str = ""  # why it exists, for operators: a ticket, a name

    def has_expired(self, today: date) -> bool:
        """Whether its last day is over: from then on it is as if it were off."""
        return self.expires is not None and self.expires < today


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Evidence: ``field[start:end]`` of the article, and the leaf of the condition it satisfied."""

    field: str  # title, standfirst or text
    start: int
    end: int
    leaf: str = dataclasses.field(default="", compare=False)  # as written: @openai


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A rule holds for an article, with the evidence in order."""

    rule: Rule
    spans: tuple[Span, ...]
    filtered: str = ""  # id of the shared filter that keeps it from alerting

    @property
    def may_alert(self) -> bool:
        """Whether chats may be told of it: its rule is live, and no shared filter holds."""
        return self.rule.status is RuleStatus.LIVE and not self.filtered

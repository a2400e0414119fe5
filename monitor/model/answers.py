"""Answers for people: what became of an address, and figures."""

from dataclasses import dataclass
from datetime import datetime

from monitor.model.articles import Match, Recurring
from monitor.model.messages import StoredArticle
from monitor.model.ruling import Firing
from monitor.model.stories import Decision, Delivery


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
    firings: tuple[Firing, ...] = ()  # of the story, or that count the article
    left_out: tuple[Recurring, ...] = ()  # of the article's page, since its outlet repeats them
    failure: str | None = None  # the page is still being tried: the last error


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowTally:
    """What a rule in shadow would have done: so many stories that it would have alerted on."""

    rule: str
    stories: int
    since: datetime  # the first of them
    newest_at: datetime
    newest_title: str


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
    suspended: int = 0  # of those that wait: for chats that are not sent to now
    sent: int = 0
    dead: int = 0
    ambiguous: int = 0

"""What a message is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.model.articles import Article, Match, Priority, Rule
from monitor.model.ruling import Firing
from monitor.model.stories import Delivery, Relation


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
    view: StoryView  # of a firing: its articles, whatever their stories
    firing: Firing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A piece of the article with the evidence in it, as offsets into ``text``."""

    text: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The correlation that an alert is about, with the articles that it saw besides the newest."""

    id: str
    title: str
    reason: str  # "6 outlets within 1 h"
    articles: tuple[tuple[str, str, str], ...] = ()  # (headline, outlet, url), newest first


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
    cause: Cause | None = None  # a correlation came true; else the article itself is told

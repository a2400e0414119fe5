"""Stories, decisions and deliveries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from monitor.model.articles import Article, Match, Passage
from monitor.model.polling import Entry
from monitor.model.ruling import Correlation, Firing, Trail


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
    FILTERED = "a shared filter holds for the article"
    SHADOW = "the rule is in shadow: operators see that it would have alerted"
    CORRELATED = "a correlation of matches came true"
    BASELINE = "it was there when its source was first polled, so it is not news"

    @property
    def tells(self) -> bool:
        """Whether a new message is queued."""
        return self in (Reason.FIRST, Reason.REARMED, Reason.CORRELATED)


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
    kind: str = "alert"  # or "correlation:" and its id
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
    rules: tuple[str, ...]  # ids; of a correlation where that is the reason
    reason: Reason
    detail: str = ""  # which filter, or what the correlation saw


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
    watches: tuple[Correlation, ...] = ()  # which its matches may make come true
    host: str = ""  # the site whose page it was read from
    passages: tuple[Passage, ...] = ()  # of that page, by which the site's boilerplate is learned
    baseline: bool = False  # it was there at a first poll: kept, and told to nobody
    old: tuple[str, ...] = ()  # rules that hold for it by what was there at a first poll
    shape: str = ""  # of its address, where a listing's link was guessed to be an article's
    shape_led_to_article: bool = True  # whether the guess was right


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store knows when a reading comes in, seen inside the same transaction."""

    relation: Relation = Relation.NEW
    story: int | None = None  # the story it belongs to; None for a new one
    deliveries: tuple[Delivery, ...] = ()  # of that story, latest revision of each chat
    suspended: frozenset[str] = frozenset()  # names of chats that cannot be reached now
    trails: Mapping[str, Trail] = field(default_factory=dict)  # by id of what the reading watches


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is to be stored of the decision: why for every chat, and the deliveries to queue.

    A queued delivery's ``story`` is 0 where the story is new: the store fills it in. So are the
    story of a firing, and the article among its articles that is being stored.
    """

    decisions: tuple[Decision, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    firings: tuple[Firing, ...] = ()

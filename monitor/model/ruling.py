"""What is shared by rules or watches over them: filters, and correlations of their matches."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model.articles import Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A shared exclusion: where its query holds, the rules it is for do not alert.

    ``rules`` and ``except_rules`` are patterns over rule ids of all packs (``*``, ``mna-*``); a
    rule is meant if one of the first and none of the second fits.
    """

    id: str
    query: str
    rules: tuple[str, ...] = ("*",)
    except_rules: tuple[str, ...] = ()
    pack: str = ""


class CorrelationType(StrEnum):
    """What a correlation looks for among the matches of its rules."""

    SPIKE = "spike"  # far more matches than the 14-day baseline of the same time span
    OUTLETS = "outlets"  # so many distinct outlets within the time span
    SEQUENCE = "sequence"  # the rules, in this order, on one story within the time span


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """A condition over the matches of rules, with its own routing.

    ``gte`` is the least number (of matches for a spike, of outlets for outlets); ``factor`` says
    how many times the baseline a spike must be.
    """

    id: str
    title: str
    type: CorrelationType
    rules: tuple[str, ...]  # ids of rules; for a sequence in their order
    timespan: timedelta
    gte: int = 1
    factor: float = 3.0
    priority: Priority = Priority.NORMAL
    channels: tuple[str, ...] = ()  # names of configured chats; empty: the default chats
    pack: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A match on record that counts for correlations: its rule was live, and no filter held."""

    article: int  # 0: the one that is being stored, which is the newest
    story: int  # 0: a new one
    rule: str
    outlet: str
    again: bool = False  # the article's address had been read before


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """What is on record for a correlation when a match of one of its rules comes in.

    ``usual`` is the number of articles matched in a time span on the average of the 14 days
    before, or of as much of them as the rules have been in force; None if that is less than one
    time span.
    """

    sightings: tuple[Sighting, ...] = ()  # within the time span, in the order they were stored
    usual: float | None = None
    recent: bool = False  # it came true within the time span
    told: bool = False  # it came true on this story, and somebody was told or is to be
    times: int = 0  # how often it came true on this story, though nobody could be told


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """A correlation that came true: once per story, or once per time span."""

    correlation: str  # id
    title: str
    priority: Priority
    story: int  # of the article that made it come true
    reason: str  # why, for people: "6 outlets within 1 h"
    articles: tuple[int, ...]  # the newest that count, oldest first
    rules: tuple[str, ...]  # whose matches counted
    at: datetime
    revision: int = 0  # how often it had come true on this story before

    @property
    def kind(self) -> str:
        """The kind of its deliveries."""
        return f"correlation:{self.correlation}"

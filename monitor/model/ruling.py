"""What is shared by rules or watches over them: filters, and correlations of their matches."""

from dataclasses import dataclass
from datetime import timedelta
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

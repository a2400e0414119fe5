"""What a condition would have done: back-tests over articles that were read earlier."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.model import Span, StoredArticle
from monitor.rules.analysis import Index, analyse
from monitor.rules.conditions import Condition
from monitor.rules.entities import Entities
from monitor.rules.matching import evidence


@dataclass(frozen=True, slots=True)
class Archive:
    """Articles, oldest first, and the days for which they stand; iterated once."""

    articles: Iterable[StoredArticle]
    days: float

    def a_day(self, number: int) -> float:
        """So many in all, as a number a day. What covers less than a day counts as a day."""
        return number / max(self.days, 1.0)


@dataclass(frozen=True, slots=True)
class Sample:
    """A match with its evidence."""

    stored: StoredArticle
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a condition matched. A chat is alerted once a story, so ``stories`` are the alerts.

    ``held_back`` counts articles that match, and that a shared filter would have kept from
    alerting: they are not among ``matched``. ``samples``: the first matches of the newest stories,
    newest first.
    """

    read: int = 0
    matched: int = 0
    stories: int = 0
    held_back: int = 0
    outlets: tuple[tuple[str, int], ...] = ()  # articles by outlet, most first
    samples: tuple[Sample, ...] = ()


def backtest(
    condition: Condition,
    entities: Entities,
    articles: Iterable[StoredArticle],
    *,
    filters: Iterable[Condition] = (),
    samples: int = 20,
) -> Backtest:
    """Evaluate a condition over articles; needs memory only for the stories it matches."""
    read = matched = held_back = 0
    filters = tuple(filters)
    stories: set[int] = set()
    outlets: Counter[str] = Counter()
    newest: deque[Sample] = deque(maxlen=samples)
    for stored in articles:
        read += 1
        index = analyse(stored.article, entities)
        spans = evidence(condition, index)
        if spans is None:
            continue
        if is_held_back(filters, index):
            held_back += 1
            continue
        matched += 1
        outlets[stored.article.outlet] += 1
        if stored.story not in stories:
            stories.add(stored.story)
            newest.append(Sample(stored, spans))
    ranked = tuple(sorted(outlets.items(), key=lambda pair: (-pair[1], pair[0])))
    return Backtest(read, matched, len(stories), held_back, ranked, tuple(reversed(newest)))


def is_held_back(filters: Iterable[Condition], index: Index) -> bool:
    """Whether one of these shared filters holds for an article."""
    return any(evidence(shared, index) is not None for shared in filters)

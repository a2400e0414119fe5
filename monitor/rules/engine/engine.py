"""The engine: a hundred thousand rules at the price of a thousand.

Three steps: *build* (``requirements``, over the nodes of a ``catalogue``, into ``rows``) turns
every condition into what it requires and lists it under the rarest of that; *select*
(``selecting``, on ``sightings``) reads an article once and decides all rules that it may concern;
*evaluate* (``monitor.rules.matching``) looks exactly at those that numbers alone cannot decide, on
the places found before. The cost of an article grows with the rules that it may concern, not with
all there are. Figures: docs/performance.md.

The idea is that of Lucene's Monitor (a query is found by the terms it cannot do without) with all
candidates decided at once, as in the second prototype of our study.

Rules are added, replaced and removed in place.
"""

from array import array
from collections.abc import Iterable, Sequence

import numpy as np

from monitor.model import Article
from monitor.rules.conditions import Condition
from monitor.rules.engine.catalogue import Catalogue
from monitor.rules.engine.requirements import Nodes, Requirements
from monitor.rules.engine.rows import Rows
from monitor.rules.engine.selecting import Selection, select
from monitor.rules.engine.sightings import Sightings, sight
from monitor.rules.entities import Entities

_LEARNED = 5.0  # articles that a guess is worth
_SPARE = 1_000  # rules


class Engine:
    """Conditions by rule, ready to be selected for articles."""

    def __init__(self, entities: Entities) -> None:
        self._catalogue = Catalogue(entities)
        self._requirements = Requirements(self._catalogue)
        self._rows = Rows()
        self._row_of: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._row_of)

    def __contains__(self, rule: str) -> bool:
        return rule in self._row_of

    @property
    def is_worn(self) -> bool:
        """Whether so many rules were given up that building anew is worth it: it frees places."""
        return len(self._rows.rules) > 2 * len(self._row_of) + _SPARE

    def put(self, rule: str, condition: Condition) -> int:
        """Add a rule, or replace it; returns its row."""
        if rule in self._row_of:
            self.remove(rule)
        required = self._requirements.of(condition)
        row = self._rows.add(rule, required, self._anchor(required.clauses))
        self._row_of[rule] = row
        return row

    def row(self, rule: str) -> int:
        """The row of a rule; KeyError if there is none of this name."""
        return self._row_of[rule]

    def remove(self, rule: str) -> None:
        """Give up a rule; KeyError if there is none of this name."""
        self._rows.remove(self._row_of.pop(rule))

    def know(self, entities: Entities) -> None:
        """Find these entities from now on, and no others; what rules name them does not matter."""
        self._catalogue.know(entities)

    def sight(self, article: Article) -> Sightings:
        """Read an article for all that the rules look for."""
        return sight(article, self._catalogue)

    def select(self, seen: Sightings) -> Selection:
        """The rows of the rules that match an article, and of those that may."""
        return select(self._rows, seen)

    @property
    def rules(self) -> Sequence[str]:
        """The rules by their rows, those given up among them."""
        return self._rows.rules

    def learn(self, articles: Iterable[Article]) -> None:
        """Take the shares of articles that have something from these, and list rules anew."""
        counts, total = _LEARNED * np.array(self._catalogue.shares), _LEARNED
        for article in articles:
            counts += self.sight(article).present
            total += 1
        self._catalogue.shares = array("d", counts / total)
        anchors = [(row, self._anchor(self._rows.clauses(row))) for row in self._row_of.values()]
        self._rows.list_anew(anchors)

    def _anchor(self, clauses: Iterable[Nodes]) -> Nodes:
        return min(clauses, key=self._requirements.weight, default=())

"""The engine: a hundred thousand rules at the price of a thousand.

Three steps, each in a module: *build* (``requirements``, ``catalogue``, ``rows``) turns every condition
into what it requires and lists it under the rarest of that; *select* (``sightings``, ``selecting``) reads
an article once and decides all rules that it may concern; *evaluate* (``monitor.rules.matching``) looks
exactly at those that numbers alone cannot decide, on the places found before. The cost of an article
grows with the rules that it may concern, not with all there are; figures in docs/performance.md.

Rules are added, replaced and removed in place.
"""

from collections.abc import Hashable, Iterable, Iterator

from monitor.model import Article
from monitor.rules.conditions import Condition
from monitor.rules.engine.catalogue import Catalogue
from monitor.rules.engine.requirements import Nodes, Requirements
from monitor.rules.engine.rows import Rows
from monitor.rules.engine.selecting import Selection, select
from monitor.rules.engine.sightings import Sightings, sight
from monitor.rules.entities import Entities

_LEARNED = 5.0  # articles that a guess is worth


class Engine:
    """Conditions by rule, ready to be selected for articles."""

    def __init__(self, entities: Entities) -> None:
        self.entities = entities
        self._catalogue = Catalogue(entities)
        self._requirements = Requirements(self._catalogue)
        self._rows = Rows()
        self._row_of: dict[Hashable, int] = {}

    def __len__(self) -> int:
        return len(self._row_of)

    def __contains__(self, rule: Hashable) -> bool:
        return rule in self._row_of

    @property
    def wasted(self) -> int:
        """How many rules were given up whose places are still taken."""
        return len(self._rows.keys) - len(self._row_of)

    def put(self, rule: Hashable, condition: Condition) -> None:
        """Add a rule, or replace it."""
        if rule in self._row_of:
            self.remove(rule)
        required = self._requirements.of(condition)
        self._row_of[rule] = self._rows.add(rule, required, self._anchor(required.clauses))

    def remove(self, rule: Hashable) -> None:
        """Give up a rule; KeyError if there is none of this name."""
        self._rows.remove(self._row_of.pop(rule))

    def sight(self, article: Article) -> Sightings:
        """Read an article for all that the rules look for."""
        return sight(article, self._catalogue)

    def select(self, seen: Sightings) -> tuple[list[Hashable], list[Hashable]]:
        """The rules that match an article, and those that may and must still be evaluated."""
        found: Selection = select(self._rows, seen)
        return list(self._rules(found.sure)), list(self._rules(found.open))

    def learn(self, articles: Iterable[Article]) -> None:
        """Take the shares of articles that have something from these, and list rules anew."""
        number, shares = 0, self._catalogue.shares.view
        counts = _LEARNED * shares
        for number, article in enumerate(articles, 1):
            counts += self.sight(article).present
        shares[:] = counts / (number + _LEARNED)
        for row in self._row_of.values() if number else ():
            self._rows.anchor(row, self._anchor(self._rows.clauses(row)))

    def _anchor(self, clauses: Iterable[Nodes]) -> Nodes:
        return min(clauses, key=self._requirements.weight, default=())

    def _rules(self, rows: Iterable[int]) -> Iterator[Hashable]:
        for row in rows:
            key = self._rows.keys[row]
            assert key is not None
            yield key.rule

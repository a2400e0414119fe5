"""All rules together, with the engine that finds those which an article may concern."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from monitor.model import Correlation, Filter, Rule, RuleStatus
from monitor.rules.conditions import Condition
from monitor.rules.engine import Column, Engine, Sightings
from monitor.rules.entities import Entities
from monitor.rules.garbage import uncollected


@dataclass(frozen=True)  # without slots: the engine is built when the first article comes
class RuleSet:
    """All rules, ready to match. ``conditions`` has one for each of ``rules``; their ids differ.

    ``filters`` are shared exclusions, each with its linked condition.
    """

    rules: tuple[Rule, ...]
    conditions: tuple[Condition, ...]
    entities: Entities
    filters: tuple[tuple[Filter, Condition], ...] = ()
    correlations: tuple[Correlation, ...] = ()

    @cached_property
    def _standing(self) -> "_Standing":
        """The engine of all rules that are not off."""
        with uncollected():
            standing = _Standing(Engine(self.entities), Column("i8"))
            for number in self.active(range(len(self.rules))):
                standing.put(number, self)
        return standing

    @property
    def engine(self) -> Engine:
        """The index of all rules that are not off, by their ids."""
        return self._standing.engine

    def build(self) -> None:
        """Build the engine now, so that the first article need not wait for it."""
        _ = self._standing

    def select(self, seen: Sightings) -> tuple[list[int], list[int]]:
        """The numbers of the rules that match an article, and of those that may, in order."""
        numbers, found = self._standing.numbers.view, self.engine.select(seen)
        return np.sort(numbers[found.sure]).tolist(), np.sort(numbers[found.unsure]).tolist()

    def take_over(self, old: "RuleSet") -> None:
        """Make the engine of a set that this one replaces its own: only what differs is touched.

        The old set would have to build another to match again.
        """
        if "_standing" not in old.__dict__ or old.engine.is_worn:
            self.build()
            return
        standing: _Standing = old.__dict__.pop("_standing")
        standing.engine.know(self.entities)
        first, last = _alike(old, self)
        more = len(self.rules) - len(old.rules)
        numbers = standing.numbers.view
        numbers[numbers >= len(old.rules) - last] += more
        before = {old.rules[n].id: n for n in old.active(range(first, len(old.rules) - last))}
        after = {self.rules[n].id: n for n in self.active(range(first, len(self.rules) - last))}
        for name in before.keys() - after.keys():
            standing.engine.remove(name)
        for name, number in after.items():
            if name in before and old.conditions[before[name]] is self.conditions[number]:
                standing.numbers[standing.engine.row(name)] = number
            else:
                standing.put(number, self)
        self.__dict__["_standing"] = standing

    def active(self, numbers: Iterable[int]) -> Iterator[int]:
        """Of these numbers, those of rules that are not off."""
        return (n for n in numbers if self.rules[n].status is not RuleStatus.OFF)


@dataclass(frozen=True, slots=True)
class _Standing:
    """An engine, and the number that each of its rows has in a set."""

    engine: Engine
    numbers: Column

    def put(self, number: int, ruleset: RuleSet) -> None:
        row = self.engine.put(ruleset.rules[number].id, ruleset.conditions[number])
        self.numbers[row] = number


def _alike(old: RuleSet, new: RuleSet) -> tuple[int, int]:
    """How many rules at the beginning, and how many at the end, are the same in both."""
    pairs = zip(old.rules, new.rules, old.conditions, new.conditions, strict=False)
    first = _length(pairs)
    rest = [
        reversed(all_[first:]) for all_ in (old.rules, new.rules, old.conditions, new.conditions)
    ]
    return first, _length(zip(*rest, strict=False))


def _length(pairs: Iterable[tuple[object, object, object, object]]) -> int:
    """How many rules are the same objects, conditions and all, up to the first that are not."""
    number = 0
    for one, other, before, after in pairs:
        if one is not other or before is not after:
            break
        number += 1
    return number

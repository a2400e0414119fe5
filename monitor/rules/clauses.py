"""The clauses of a conjunction, ready to be asked which of them implies a condition.

To try each clause with each condition takes hours for a query of thousands. Hence each clause is
noted under the *traces* of its leaves: the forms of its words, its entities, its fields of
metadata. Whatever law ``implies`` goes by, a clause that implies a condition has a trace of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from monitor.rules.conditions import (
    About,
    And,
    At,
    AtLeast,
    Condition,
    Count,
    Entity,
    Except,
    Meta,
    Near,
    NotNear,
    Or,
    Scope,
    Term,
    children,
)
from monitor.rules.implication import implies, opened
from monitor.rules.shapes import bases

Part = tuple[Condition, At]
"""A condition that must hold, with its place in the query."""


class Clauses:
    """Conditions that must all hold, each with its place."""

    def __init__(self, parts: list[Part]) -> None:
        self._parts = parts
        self._traced: dict[str, list[int]] = defaultdict(list)
        for number, (node, _) in enumerate(parts):
            for trace in set(_traces(node)):
                self._traced[trace].append(number)

    def implying(self, goal: Condition) -> At | None:
        """Where the first clause stands that implies a condition."""
        for number in self._candidates(goal):
            node, at = self._parts[number]
            if implies(node, goal):
                return at
        return None

    def _candidates(self, goal: Condition) -> Iterable[int]:
        wanted = _wanted(goal)
        if wanted is None:
            return range(len(self._parts))
        return sorted({number for trace in wanted for number in self._traced.get(trace, ())})


def _traces(node: Condition) -> Iterator[str]:
    match node:
        case Term():
            for options in node.pattern:
                for form, _ in options:
                    yield from bases(form)
        case Entity():
            yield node.leaf
        case Meta():
            yield f"{node.field}:"
        case _:
            for child in children(node):
                yield from _traces(child)


def _wanted(goal: Condition) -> set[str] | None:
    """Traces of which every clause that implies a condition has one; None if that is not known."""
    goal = opened(goal)
    match goal:
        case Term():
            return _first_forms(goal)
        case Entity() | Meta():
            return set(_traces(goal))
        case And() | Near():  # all of these must be implied: one of them is enough to go by
            known = map(_wanted, goal.children)
            return next((traces for traces in known if traces is not None), None)
        case Or() | AtLeast():
            each = [_wanted(child) for child in goal.children]
            known_ones = [traces for traces in each if traces is not None]
            return set().union(*known_ones) if len(known_ones) == len(each) else None
        case Scope() | About() | Count() | NotNear() | Except():
            return _wanted(goal.child)
        case _:
            return None


def _first_forms(term: Term) -> set[str] | None:
    """The forms one of which a term has that holds this one; None for wildcards."""
    forms = {form for form, _ in term.pattern[0]}
    if any(form.startswith("*") for form in forms):
        return None
    return forms | {form[1:] for form in forms if form.startswith("~")}

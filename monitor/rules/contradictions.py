"""E141: conditions that no article can satisfy, since one part excludes what another requires."""

from collections import defaultdict
from collections.abc import Hashable, Iterator
from itertools import combinations

from monitor.rules.clauses import Clauses, Part
from monitor.rules.conditions import (
    And,
    At,
    Condition,
    Count,
    Fragment,
    Meta,
    Not,
    NotNear,
    Or,
    Term,
    children,
)
from monitor.rules.implication import (
    count_range,
    holds_one,
    key,
    opened,
    value_implies,
)
from monitor.rules.problems import Flaw

_ONE_VALUE = frozenset({"lang", "country", "outlet", "source"})


def contradictions(condition: Condition) -> tuple[Flaw, ...]:
    """The parts of a condition that can never hold; what a fragment says is left to itself."""
    return tuple(_contradictions(condition))


def conjuncts(node: Condition, at: At | None = None) -> Iterator[Part]:
    """All that must hold for a condition to hold, each with its place in the query.

    What stands in a fragment has the fragment's place.
    """
    match node:
        case And():
            for child in node.children:
                yield from conjuncts(child, at)
        case Fragment(condition=inner) if inner is not None:
            yield from conjuncts(inner, at or node.at)
        case Not(child=inner):
            yield from _negated(inner, at)
        case Count() if count_range(node)[1] < 1:
            yield Not(node.child, node.at), at or node.at
        case _:
            yield node, at or node.at


def _negated(node: Condition, at: At | None) -> Iterator[Part]:
    """What must hold for a condition not to hold."""
    if isinstance(node, Fragment):
        at = at or node.at
    match opened(node):
        case Or(children=alternatives):  # none of them
            for child in alternatives:
                yield from _negated(child, at)
        case Not(child=inner):
            yield from conjuncts(inner, at)
        case whole:
            yield Not(whole, at or node.at), at or node.at


def _contradictions(node: Condition) -> Iterator[Flaw]:
    if isinstance(node, Fragment):
        return
    yield from _excluded(list(conjuncts(node)))
    if isinstance(node, NotNear) and holds_one(node.child, node.other):
        advice = "leave it out, or name longer phrases that are not meant after EXCEPT"
        label = "stands within every mention …"
        yield _flaw(node.other.at, label, node.child.at, "… of this", advice)
    for child in _below(node):
        if not isinstance(child, Term):
            yield from _contradictions(child)


def _below(node: Condition) -> Iterator[Condition]:
    """The nodes below whose own parts have not been looked at yet."""
    for child in children(node):
        if isinstance(child, And) and isinstance(node, And):
            yield from _below(child)
        else:
            yield child


def _excluded(parts: list[Part]) -> Iterator[Flaw]:
    positive: list[Part] = [(node, at) for node, at in parts if not isinstance(node, Not)]
    negative = [(node.child, at) for node, at in parts if isinstance(node, Not)]
    if negative:
        required = Clauses(positive)
        for goal, at in negative:
            needed = required.implying(goal)
            if needed is not None:
                advice = (
                    "leave one of the two out; to drop single mentions, write EXCEPT or NOT NEAR/5"
                )
                label = "excludes everything …"
                yield _flaw(at, label, needed, "… that this requires", advice)
    for (first, before), (second, after) in _rivals(positive):
        if _exclude(first, second):
            advice = "leave one of the two out"
            if isinstance(first, Meta) and isinstance(second, Meta):
                either = " ".join(map(_quoted, (*first.values, *second.values)))
                advice = f"for either of them write {first.field}:({either})"
            yield _flaw(after, "cannot hold …", before, "… together with this", advice)


def _rivals(parts: list[Part]) -> list[tuple[Part, Part]]:
    """The pairs that may rule each other out, in the order of the query."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for number, (node, _) in enumerate(parts):
        if isinstance(node, Meta) and node.field in _ONE_VALUE:
            groups[node.field].append(number)
        elif isinstance(node, Count):
            groups[key(node.child)].append(number)
    pairs = (pair for group in groups.values() for pair in combinations(group, 2))
    return [(parts[first], parts[second]) for first, second in sorted(pairs)]


def _exclude(first: Condition, second: Condition) -> bool:
    """Whether two rivals rule each other out."""
    match first, second:
        case Meta(), Meta():
            return not any(
                value_implies(first.field, a, b) or value_implies(first.field, b, a)
                for a in first.values
                for b in second.values
            )
        case Count(), Count():
            (low, high), (lowest, highest) = count_range(first), count_range(second)
            return high < lowest or highest < low
        case _:
            return False


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value


def _flaw(at: At, label: str, other: At, other_label: str, advice: str) -> Flaw:
    return Flaw(
        code="E141",
        at=at,
        title="this can never match",
        label=label,
        secondary=((other, other_label),) if other != at else (),
        help=advice,
    )

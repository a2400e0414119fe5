"""Which conditions follow from which, whatever the article.

``implies`` is sound though incomplete: True says that no article satisfies the first condition
and not the second, within any scope; False says nothing. Each step is a law of the language.
"""

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import fields, is_dataclass
from itertools import permutations

from monitor.rules.conditions import (
    About,
    And,
    AtLeast,
    Comparison,
    Condition,
    Count,
    Entity,
    Except,
    Fragment,
    Meta,
    Near,
    Not,
    NotNear,
    Or,
    Scope,
    Term,
    children,
    is_positional,
)
from monitor.rules.shapes import inside, runs, shape

_WITHIN = {
    "title": {"top"},
    "lead": {"top", "body"},
    "first": {"body"},
    "sentence": {"paragraph"},
}
"""Each scope with those that hold all of it; the whole article is no scope."""
_MOST_OPERANDS = 4  # of a NEAR whose orders are all tried


def implies(given: Condition, goal: Condition) -> bool:
    """Whether every article that satisfies the first condition satisfies the second."""
    given, goal = opened(given), opened(goal)
    if key(given) == key(goal):
        return True
    return _by_goal(given, goal) or _by_given(given, goal) or _by_pair(given, goal)


def opened(node: Condition) -> Condition:
    """The condition that a fragment stands for; ``text:`` is where everything is looked for."""
    while True:
        match node:
            case Fragment(condition=inner) if inner is not None:
                node = inner
            case Scope(field="text", child=inner):
                node = inner
            case _:
                return node


def key(node: Condition) -> Hashable:
    """Equal for conditions that say the same with other places, case, quotes or order."""
    node = opened(node)
    match node:
        case Term():
            return ("term", shape(node))
        case And() | Or():
            return (type(node).__name__, frozenset(map(key, node.children)))
        case Near(ordered=False) | AtLeast():
            others = (node.distance,) if isinstance(node, Near) else (node.number,)
            return (type(node).__name__, *others, _bag(node.children))
        case _:
            return (type(node).__name__, *_values(node))


def _bag(nodes: tuple[Condition, ...]) -> Hashable:
    return frozenset(Counter(map(key, nodes)).items())


def _values(node: Condition) -> Iterator[Hashable]:
    for part in fields(node):
        value = getattr(node, part.name)
        if part.name == "at":
            continue
        if isinstance(value, tuple) and value and is_dataclass(value[0]):
            yield tuple(map(key, value))
        else:
            yield key(value) if is_dataclass(value) else value  # type: ignore[arg-type]


def _by_goal(given: Condition, goal: Condition) -> bool:
    """What the goal is made of."""
    match goal:
        case And():
            return all(implies(given, child) for child in goal.children)
        case Or():
            return any(implies(given, child) for child in goal.children)
        case AtLeast():
            return sum(implies(given, child) for child in goal.children) >= goal.number
        case Not():
            return isinstance(given, Not) and implies(goal.child, given.child)
        case Count():
            return least(goal) == 1 and implies(given, goal.child)
        case _:
            return False


def _by_given(given: Condition, goal: Condition) -> bool:
    """What the given condition requires."""
    match given:
        case Or():
            return all(implies(child, goal) for child in given.children)
        case And() | Near():
            return any(implies(child, goal) for child in given.children)
        case AtLeast():
            enough = len(given.children) - given.number + 1
            return sum(implies(child, goal) for child in given.children) >= enough
        case Except() | NotNear():
            return implies(given.child, goal)
        case Count():
            return (least(given) or 0) >= 1 and implies(given.child, goal)
        case Scope() | About():
            return is_lasting(goal) and implies(given.child, goal)
        case _:
            return False


def _by_pair(given: Condition, goal: Condition) -> bool:
    """What conditions of the same kind have to do with each other."""
    match given, goal:
        case Term(), Term():
            return inside(given, goal)
        case Term(), Near():
            return _spells(given, goal)
        case Count(), Count():
            return key(given.child) == key(goal.child) and _counts_within(given, goal)
        case Scope(), Scope():
            return _scoped(given, goal)
        case Scope(), About():
            return given.field in ("title", "lead") and implies(given.child, goal.child)
        case Meta(), Meta():
            return given.field == goal.field and all(
                any(value_implies(goal.field, value, other) for other in goal.values)
                for value in given.values
            )
        case _:
            return finds_only(given, goal)


def finds_only(given: Condition, goal: Condition) -> bool:
    """Whether every mention of the first condition is one of the second: the same words."""
    given, goal = opened(given), opened(goal)
    if not (is_positional(given) and is_positional(goal)):
        return False
    if key(given) == key(goal):
        return True
    if isinstance(given, Or):
        return all(finds_only(child, goal) for child in given.children)
    if isinstance(goal, Or) and any(finds_only(given, child) for child in goal.children):
        return True
    return _finds_only(given, goal)


def _finds_only(given: Condition, goal: Condition) -> bool:
    match given, goal:
        case Term(), Term():
            return inside(given, goal, whole=True)
        case Near(), Near():
            return _nearer(given, goal)
        case (Except() | NotNear(), _):
            return finds_only(given.child, goal) or _excludes_more(given, goal)
        case Scope(), Scope():
            return _scoped(given, goal, mentions=True)
        case (Scope(), _):
            return is_lasting(goal) and finds_only(given.child, goal)
        case _:
            return False


def _excludes_more(given: Condition, goal: Condition) -> bool:
    """Whether what is left by one exclusion is left by another."""
    match given, goal:
        case Except(), Except():
            return finds_only(given.child, goal.child) and finds_only(goal.mask, given.mask)
        case NotNear(), NotNear():
            farther = given.distance >= goal.distance and finds_only(goal.other, given.other)
            return farther and finds_only(given.child, goal.child)
        case _:
            return False


def holds_one(given: Condition, goal: Condition) -> bool:
    """Whether every mention of the first condition has one of the second within it."""
    given, goal = opened(given), opened(goal)
    if finds_only(given, goal):
        return True
    match given, goal:
        case (Or(), _):
            return all(holds_one(child, goal) for child in given.children)
        case (_, Or()):
            return any(holds_one(given, child) for child in goal.children)
        case Term(), Term():
            return inside(given, goal)
        case (Near(), _):
            return any(holds_one(child, goal) for child in given.children)
        case (Except() | NotNear(), _):
            return holds_one(given.child, goal)
        case _:
            return False


def is_lasting(node: Condition) -> bool:
    """Whether a condition that holds within a scope holds in every wider one.

    An exclusion may meet more there, and of mentions that overlap other ones may be counted.
    """
    match node:
        case Not() | NotNear():
            return False
        case Except():
            return is_lasting(node.child)  # what masks is looked for in the whole article
        case Count():
            number = least(node)
            lone = number == 1 or _never_overlaps(node.child)
            return number is not None and lone and is_lasting(node.child)
        case About():
            lone = _never_overlaps(node.child) or not is_positional(node.child)
            return lone and is_lasting(node.child)
        case Fragment(condition=None):
            return False
        case _:
            return all(map(is_lasting, children(node)))


def _never_overlaps(node: Condition) -> bool:
    node = opened(node)
    return isinstance(node, Entity) or (isinstance(node, Term) and runs(node) == 1)


def least(node: Count) -> int | None:
    """The least number of mentions, if it has no highest; None if it has."""
    match node.comparison:
        case Comparison.AT_LEAST:
            return node.number
        case Comparison.MORE:
            return node.number + 1
        case _:
            return None


def count_range(node: Count) -> tuple[int, float]:
    """The lowest and the highest number of mentions that it allows."""
    match node.comparison:
        case Comparison.AT_LEAST:
            return node.number, float("inf")
        case Comparison.MORE:
            return node.number + 1, float("inf")
        case Comparison.AT_MOST:
            return 0, node.number
        case Comparison.LESS:
            return 0, node.number - 1
        case Comparison.EQUAL:
            return node.number, node.number


def _counts_within(given: Count, goal: Count) -> bool:
    (low, high), (lowest, highest) = count_range(given), count_range(goal)
    return lowest <= low and high <= highest


def _scoped(given: Scope, goal: Scope, *, mentions: bool = False) -> bool:
    follows = finds_only if mentions else implies
    if not follows(given.child, goal.child):
        return False
    if given.field == goal.field and given.count == goal.count:
        return True
    wider = goal.field in _wider(given.field)
    longer = given.field == goal.field == "first" and given.count < goal.count
    return (wider or longer) and is_lasting(goal.child)


def _wider(scope: str) -> set[str]:
    return _WITHIN.get(scope, set())


def _nearer(given: Near, goal: Near) -> bool:
    if given.distance > goal.distance or len(given.children) != len(goal.children):
        return False
    if goal.ordered and not given.ordered:
        return False
    return any(
        all(map(finds_only, given.children, order)) for order in _orders(goal.children, goal)
    )


def _orders(nodes: tuple[Condition, ...], near: Near) -> Iterator[tuple[Condition, ...]]:
    if near.ordered or len(nodes) > _MOST_OPERANDS:
        yield nodes
    else:
        yield from permutations(nodes)


def _spells(phrase: Term, near: Near) -> bool:
    """Whether the words of a phrase stand for all operands, each right after the one before."""
    operands = [opened(child) for child in near.children]
    terms = tuple(operand for operand in operands if isinstance(operand, Term))
    if len(terms) != len(operands):
        return False
    return any(inside(phrase, *order) for order in _orders(terms, near))  # type: ignore[arg-type]


def value_implies(field: str, value: str, other: str) -> bool:
    """Whether an article whose field fits one value fits the other."""
    value, other = value.casefold(), other.casefold()
    match field:
        case "source":
            return value == other or value.endswith(f".{other}")
        case "lang":
            return value == other or value.startswith(f"{other}-")
        case "author" | "section" | "url":
            return other in value
        case _:
            return value == other

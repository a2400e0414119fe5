"""Walks over conditions for the lint. Fragments are leaves: each is looked at by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from monitor.rules.conditions import (
    About,
    And,
    Condition,
    Count,
    Except,
    Fragment,
    Near,
    Not,
    NotNear,
    Or,
    children,
)
from monitor.rules.entities import Entities

Seen = tuple[Condition, tuple[Condition, ...]]


@dataclass(frozen=True, slots=True)
class Subject:
    """A query with its linked condition. ``standalone``: a rule's, not a fragment's or filter's."""

    query: str
    condition: Condition
    entities: Entities
    standalone: bool = True

    def text(self, node: Condition) -> str:
        """A part as it is written."""
        return self.query[slice(*node.at)]


def walk(node: Condition, above: tuple[Condition, ...] = ()) -> Iterator[Seen]:
    """All nodes with those above them, outermost first."""
    yield node, above
    if not isinstance(node, Fragment):
        for child in children(node):
            yield from walk(child, (*above, node))


def is_masked(node: Condition, above: tuple[Condition, ...]) -> bool:
    """Whether a node stands on the excluding side of NOT, EXCEPT or NOT NEAR."""
    path = (*above, node)
    return any(
        isinstance(parent, Not)
        or (isinstance(parent, Except) and child is parent.mask)
        or (isinstance(parent, NotNear) and child is parent.other)
        for parent, child in pairwise(path)
    )


def needs_mentions(above: tuple[Condition, ...]) -> bool:
    """Whether a node stands where its very mentions count, not only whether there are any."""
    return any(isinstance(node, Near | NotNear | Except | Count | About) for node in above)


def flat(node: And | Or) -> list[Condition]:
    """The children, with those of children of the same kind."""
    kind = type(node)
    found: list[Condition] = []
    for child in node.children:
        found += flat(child) if isinstance(child, kind) else [child]
    return found


def alternatives(node: Condition) -> list[Condition]:
    """The alternatives of an OR, or the node alone."""
    return flat(node) if isinstance(node, Or) else [node]

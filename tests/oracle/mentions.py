"""Mentions: a positional node found once, and how two of them lie to each other."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

Leaf = tuple[str, int, int, str]
"""Field, first token, one past the last, the leaf as written."""
View = dict[str, tuple[int, int]]
"""Field → the tokens in view, as (first, one past the last)."""


@dataclass(frozen=True)
class Mention:
    """The tokens that a node covers, and the leaves that this rests on."""

    field: str
    first: int
    last: int
    leaves: frozenset[Leaf] = field(compare=False)

    @property
    def place(self) -> tuple[str, int, int]:
        return self.field, self.first, self.last


def one(name: str, first: int, last: int, leaf: str) -> Mention:
    """The mention of a leaf."""
    return Mention(name, first, last, frozenset({(name, first, last, leaf)}))


def follows(left: Mention, right: Mention, distance: int) -> bool:
    """Whether the right one comes after the left, without overlap, so many tokens later at most."""
    return left.field == right.field and 0 <= right.first - left.last <= distance


def close(left: Mention, right: Mention, distance: int) -> bool:
    """Whether two mentions overlap or have at most so many tokens between them."""
    between = max(left.first, right.first) - min(left.last, right.last)
    return left.field == right.field and between <= distance


def inside(inner: Mention, outer: Mention) -> bool:
    """Whether one mention lies within another; equal ones do."""
    same = inner.field == outer.field
    return same and outer.first <= inner.first and inner.last <= outer.last


def disjoint(mentions: Iterable[Mention]) -> list[Mention]:
    """The mentions without overlaps: the leftmost, and of these the longest, wins."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.field, m.first, -m.last)):
        if not any(close(mention, other, -1) for other in kept):
            kept.append(mention)
    return kept


def gathered(mentions: Iterable[Mention]) -> set[Mention]:
    """One mention for each place, resting on all the leaves it is found by."""
    leaves: dict[tuple[str, int, int], set[Leaf]] = {}
    for mention in mentions:
        leaves.setdefault(mention.place, set()).update(mention.leaves)
    return {Mention(*place, frozenset(found)) for place, found in leaves.items()}


def leaves_of(mentions: Collection[Mention]) -> set[Leaf]:
    return {leaf for mention in mentions for leaf in mention.leaves}


def only(view: View, *names: str) -> View:
    """The view of some fields."""
    return {name: place for name, place in view.items() if name in names}


def clipped(view: View, name: str, unit: tuple[int, int]) -> View:
    """The view with what lies outside a unit of one of its fields hidden."""
    if name not in view:
        return view
    first, last = max(view[name][0], unit[0]), min(view[name][1], unit[1])
    return view | {name: (first, max(first, last))}

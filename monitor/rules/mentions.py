"""Where positional conditions stand in an article, and on which leaves that rests.

All of this works per field, on sorted lists of (first token, one past the last).
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from monitor.rules.analysis import NOWHERE, Index, Mention
from monitor.rules.conditions import (
    About,
    Condition,
    Entity,
    Except,
    Fragment,
    Near,
    NotNear,
    Or,
    Scope,
    Term,
    children,
)
from monitor.rules.proximity import (
    Mentions,
    any_near,
    clear_of,
    covers,
    members,
    members_within,
    outside_of,
)
from monitor.rules.recognition import Found
from monitor.rules.scopes import FIELDS, Window, lead, title, views
from monitor.text import Range

Chosen = Sequence[AbstractSet[Range]] | None
"""By field, the mentions of a node whose leaves are wanted; None for all."""


def mentions(node: Condition, index: Index, window: Window) -> Found:
    """All mentions of a positional condition within a window."""
    match node:
        case Term():
            return within(index.find(node.pattern), index, window)
        case Entity():
            return within(index.entities.get(node.slug, NOWHERE), index, window)
        case Or() | Fragment() | Scope():
            return _union(
                [mentions(part, index, view) for part, view in parts(node, index, window)]
            )
        case Near():
            return index.once(node, window, lambda: _covers(node, index, window))
        case NotNear() | Except():
            return _surviving(node, index, window)
        case _:
            raise AssertionError(f"{node} has no mentions")


def is_there(node: Condition, index: Index, window: Window) -> bool:
    """Whether a positional condition has a mention within a window."""
    match node:
        case Or() | Fragment() | Scope():
            return any(is_there(part, index, view) for part, view in parts(node, index, window))
        case Near():
            operands = operands_of(node, index, window)
            return any(any_near(field, node.distance, ordered=node.ordered) for field in operands)
        case _:
            return any(mentions(node, index, window))


def leaves(
    node: Condition, index: Index, window: Window, chosen: Chosen = None
) -> Iterator[Mention]:
    """The leaves on which the mentions of a positional condition rest."""
    match node:
        case Term() | Entity():
            for name, field in zip(FIELDS, _wanted(node, index, window, chosen), strict=True):
                yield from (Mention(name, first, last, node.leaf) for first, last in field)
        case Near():
            yield from _near_leaves(node, index, window, chosen)
        case NotNear() | Except():
            surviving = _wanted(node, index, window, chosen)
            yield from leaves(node.child, index, window, surviving)
        case _:
            for part, view in parts(node, index, window):
                yield from leaves(part, index, view, chosen)


def parts(node: Condition, index: Index, window: Window) -> Iterator[tuple[Condition, Window]]:
    """The nodes right below with the windows in which they count, one of which may be enough."""
    match node:
        case Fragment():
            yield opened(node), window
        case Scope():
            for view in views(node, index.texts, window):
                yield node.child, view
        case About():
            yield node.child, title(window)
            yield node.child, lead(index.texts, window)
        case _:
            for child in children(node):
                yield child, window


def opened(fragment: Fragment) -> Condition:
    """What a fragment stands for."""
    assert fragment.condition is not None  # linked before it is matched
    return fragment.condition


def operands_of(node: Near, index: Index, window: Window) -> list[list[Mentions]]:
    """For each field, the mentions of each operand; none if one of them has none anywhere."""
    found = []
    for child in node.children:
        found.append(mentions(child, index, window))
        if not any(found[-1]):
            return [[()] for _ in FIELDS]
    return [list(field) for field in zip(*found, strict=True)]


def _wanted(
    node: Condition, index: Index, window: Window, chosen: Chosen
) -> Sequence[AbstractSet[Range]]:
    """Of the mentions of a node, those whose leaves are wanted."""
    fields = map(frozenset, mentions(node, index, window))
    if chosen is None:
        return tuple(fields)
    return [field & some for field, some in zip(fields, chosen, strict=True)]


def within(found: Found, index: Index, window: Window) -> Found:
    """The mentions that lie within a window."""
    if found is NOWHERE or window == index.whole:
        return found
    kept = tuple(_clipped(field, *place) for field, place in zip(found, window, strict=True))
    return kept if any(kept) else NOWHERE


def _clipped(field: Mentions, first: int, last: int) -> Mentions:
    if not field or first >= last:
        return ()
    inner = field[bisect_left(field, (first, 0)) : bisect_left(field, (last, 0))]
    return [place for place in inner if place[1] <= last]


def _union(found: Sequence[Found]) -> Found:
    some = [each for each in found if any(each)]
    if len(some) < 2:
        return some[0] if some else NOWHERE
    return tuple(sorted(set().union(*field)) for field in zip(*some, strict=True))


def _covers(node: Near, index: Index, window: Window) -> Found:
    operands = operands_of(node, index, window)
    return tuple(covers(field, node.distance, ordered=node.ordered) for field in operands)


def _surviving(node: NotNear | Except, index: Index, window: Window) -> Found:
    """The mentions of the left side that the right side leaves."""
    found = mentions(node.child, index, window)
    if not any(found):
        return NOWHERE
    if isinstance(node, NotNear):
        others = mentions(node.other, index, window)
        pairs = zip(found, others, strict=True)
        return tuple(clear_of(left, right, node.distance) for left, right in pairs)
    masks = mentions(node.mask, index, index.whole)
    return tuple(outside_of(left, right) for left, right in zip(found, masks, strict=True))


def _near_leaves(node: Near, index: Index, window: Window, chosen: Chosen) -> Iterator[Mention]:
    fields = operands_of(node, index, window)
    if not any(map(all, fields)):
        return
    taking_part = [
        members(field, node.distance, ordered=node.ordered)
        if chosen is None
        else members_within(field, node.distance, chosen[number], ordered=node.ordered)
        for number, field in enumerate(fields)
    ]
    for label, child in enumerate(node.children):
        wanted = [set(field[label]) for field in taking_part]
        yield from leaves(child, index, window, wanted)

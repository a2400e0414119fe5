"""Why a condition holds or does not: the truth at every node, with the nearest miss."""

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.rules.analysis import Index
from monitor.rules.conditions import (
    About,
    Condition,
    Count,
    Except,
    Scope,
    children,
    is_positional,
    show,
)
from monitor.rules.matching import count, holds
from monitor.rules.mentions import mentions
from monitor.rules.misses import WHOLE, View, miss, narrowed
from monitor.rules.scopes import Window, lead, title


@dataclass(frozen=True, slots=True)
class Explained:
    """One node of a condition against an article.

    ``text`` is the node in the rule language. ``mentions`` is how often it is there in its scope,
    None where that means nothing. ``miss`` says what was nearest to holding: empty exactly if the
    node holds. Within ``sentence:`` and ``paragraph:`` the children are told for the sentence or
    paragraph in which most of them hold.
    """

    text: str
    holds: bool
    mentions: int | None
    miss: str
    children: tuple["Explained", ...] = ()


def explain(condition: Condition, index: Index) -> Explained:
    """The truth at every node of a linked condition."""
    return _explain(condition, index, View(index.whole, WHOLE))


def _explain(node: Condition, index: Index, view: View) -> Explained:
    true = holds(node, index, view.window)
    return Explained(
        text=show(node),
        holds=true,
        mentions=_mentions(node, index, view.window),
        miss="" if true else miss(node, index, view),
        children=tuple(_explain(child, index, inner) for child, inner in _below(node, index, view)),
    )


def _mentions(node: Condition, index: Index, window: Window) -> int | None:
    if isinstance(node, Count):
        return count(node.child, index, window)
    if not is_positional(node):
        return None
    return sum(map(len, mentions(node, index, window)))


def _below(node: Condition, index: Index, view: View) -> Iterator[tuple[Condition, View]]:
    """The children, each with the view in which it is told."""
    match node:
        case Scope():
            yield node.child, narrowed(node, index, view)
        case Except():
            yield node.child, view
            yield node.mask, View(index.whole, WHOLE)
        case About():
            prime = (
                View(title(view.window), "the title"),
                View(lead(index.texts, view.window), "the lead"),
            )
            yield node.child, next((v for v in prime if holds(node.child, index, v.window)), view)
        case _:
            for child in children(node):
                yield child, view

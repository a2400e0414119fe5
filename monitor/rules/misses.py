"""The nearest miss of a condition that does not hold, in words."""

from dataclasses import dataclass

from monitor.rules.absences import excluded_miss, leaf_miss, many, near_miss, quoted
from monitor.rules.analysis import Index, Mention
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
from monitor.rules.matching import MENTIONS_ABOUT, count, holds, satisfying
from monitor.rules.mentions import opened
from monitor.rules.metadata import meta_values
from monitor.rules.scopes import FIELDS, Window, views

WHOLE = "the article"
_PLACES = {
    "title": "the title",
    "lead": "the lead",
    "top": "the title or the lead",
    "body": "the body",
    "text": WHOLE,
}
_NEEDS = {
    Comparison.AT_LEAST: "needs {}",
    Comparison.MORE: "needs more than {}",
    Comparison.AT_MOST: "allows {}",
    Comparison.LESS: "allows fewer than {}",
    Comparison.EQUAL: "needs exactly {}",
}
_LONG = 80  # characters of a sentence that is quoted


@dataclass(frozen=True, slots=True)
class View:
    """The tokens in view, and what people call that part of the article."""

    window: Window
    name: str


def narrowed(node: Scope, index: Index, view: View) -> View:
    """The view within a scope; of all sentences or paragraphs the one that is nearest to it."""
    windows = list(views(node, index.texts, view.window))
    if node.field in _PLACES:
        return View(windows[0], view.name if node.field == "text" else _PLACES[node.field])
    if node.field == "first":
        return View(windows[0], f"the first {many(node.count, 'word')}")
    nothing = tuple((0, 0) for _ in view.window)
    nearest = max(
        windows, key=lambda window: _closeness(node.child, index, window), default=nothing
    )
    return View(nearest, f"this {node.field}")


def miss(node: Condition, index: Index, view: View) -> str:
    """What was nearest to holding, for a node that does not hold in a view."""
    match node:
        case Term() | Entity():
            return leaf_miss(node, index, view.name)
        case Near():
            return near_miss(node, index, view.window)
        case NotNear() | Except():
            return excluded_miss(node, index, view.window)
        case Fragment():
            return miss(opened(node), index, view)
        case Scope():
            return _scope(node, index, view)
        case Meta():
            known = meta_values(node.field, index.article)
            return f"the {node.field} is {', '.join(known)}" if known else f"no {node.field} known"
        case _:
            return _parts(node, index, view.window)


def _parts(node: And | Or | AtLeast | Not | Count | About, index: Index, window: Window) -> str:
    below = children(node)
    held = sum(holds(child, index, window) for child in below)
    verb = "holds" if held == 1 else "hold"
    match node:
        case And():
            return f"{held} of {len(below)} parts {verb}"
        case Or():
            return f"none of {len(below)} alternatives holds"
        case AtLeast():
            return f"{held} of {len(below)} {verb}, {node.number} needed"
        case Not():
            found = sorted(satisfying(node.child, index, window), key=_reading_order)
            texts = [index.written(mention) for mention in found]
            return f"found {quoted(texts)}" if texts else "what it excludes holds"
        case Count():
            number = count(node.child, index, window)
            return f"{many(number, 'mention')}, count {_NEEDS[node.comparison]}".format(node.number)
        case About():
            return _about(node, index, window)


def _reading_order(mention: Mention) -> tuple[int, int, int]:
    return FIELDS.index(mention.field), mention.first, mention.last


def _about(node: About, index: Index, window: Window) -> str:
    if not is_positional(node.child):
        return "holds neither in the title nor in the lead"
    told = many(count(node.child, index, window), "mention")
    return f"not in the title, not in the lead; {told}, {MENTIONS_ABOUT} would do"


def _scope(node: Scope, index: Index, view: View) -> str:
    inner = narrowed(node, index, view)
    if node.field not in ("sentence", "paragraph"):
        return miss(node.child, index, inner)
    if not holds(node.child, index, view.window):
        return miss(node.child, index, view)
    _, held = _closeness(node.child, index, inner.window)
    told = f"holds in {view.name}, but in no one {node.field}"
    if not held or len(children(node.child)) < 2:
        return told
    share = f"{held} of {len(children(node.child))} parts"
    return f"{told}; nearest, with {share}: {_shown(index, inner.window)}"


def _closeness(node: Condition, index: Index, window: Window) -> tuple[bool, int]:
    """How near a sentence or paragraph is to what a condition wants, to be compared."""
    held = sum(holds(child, index, window) for child in children(node))
    return holds(node, index, window), held


def _shown(index: Index, window: Window) -> str:
    """The sentence or paragraph of a window."""
    for tokens, (first, last) in zip(index.texts, window, strict=True):
        if first < last:
            text = tokens.written(first, last)
            return f"“{text}”" if len(text) <= _LONG else f"“{text[:_LONG].rpartition(' ')[0]} …”"
    raise AssertionError("a window of one sentence shows it")

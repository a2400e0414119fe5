"""The condition of a rule as a tree.

``at`` is where a node stands in its query, as (start, end), for carets. A node is *positional* if
it yields mentions (token spans): terms, entities, OR of positionals, NEAR, NOT NEAR, EXCEPT, and a
scope or fragment of one. All others only hold or do not hold.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from monitor.text import Pattern

At = tuple[int, int]


class Comparison(StrEnum):
    """How ``count(…)`` compares."""

    AT_LEAST = ">="
    MORE = ">"
    AT_MOST = "<="
    LESS = "<"
    EQUAL = "=="


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase.

    ``leaf`` is the whole as the operator wrote it; ``pattern`` what it looks for. ``words`` is the
    text within the quotes, with its ``~``, ``*`` and ``?``; ``exact``: ``=`` stands before it.
    """

    leaf: str
    pattern: Pattern
    at: At
    words: str = ""
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Entity:
    """``@slug``: any mention of the entity."""

    slug: str
    at: At

    @property
    def leaf(self) -> str:
        """As the operator wrote it."""
        return f"@{self.slug}"


@dataclass(frozen=True, slots=True)
class Fragment:
    """``$name``: stands for a condition of its pack. ``condition`` is there once it is linked."""

    name: str
    at: At
    condition: "Condition | None" = None


@dataclass(frozen=True, slots=True)
class And:
    """All children hold."""

    children: tuple["Condition", ...]
    at: At


@dataclass(frozen=True, slots=True)
class Or:
    """At least one child holds."""

    children: tuple["Condition", ...]
    at: At


@dataclass(frozen=True, slots=True)
class Not:
    """The child does not hold."""

    child: "Condition"
    at: At


@dataclass(frozen=True, slots=True)
class Near:
    """Mentions of all children, neighbours in text order at most ``distance`` tokens apart.

    ``ordered`` is BEFORE: they come in the order of the children.
    """

    children: tuple["Condition", ...]
    distance: int
    ordered: bool
    at: At


@dataclass(frozen=True, slots=True)
class NotNear:
    """Mentions of ``child`` with none of ``other`` overlapping or within ``distance`` tokens."""

    child: "Condition"
    other: "Condition"
    distance: int
    at: At


@dataclass(frozen=True, slots=True)
class Except:
    """Mentions of ``child`` that do not lie inside a mention of ``mask``."""

    child: "Condition"
    mask: "Condition"
    at: At


@dataclass(frozen=True, slots=True)
class Scope:
    """The child holds within ``field`` alone.

    ``field``: title, lead, top, body, text, sentence, paragraph, or first with ``count`` tokens.
    """

    field: str
    child: "Condition"
    at: At
    count: int = 0


@dataclass(frozen=True, slots=True)
class About:
    """In the title, or in the lead, or (positional children) mentioned at least three times."""

    child: "Condition"
    at: At


@dataclass(frozen=True, slots=True)
class Count:
    """So many mentions of the (positional) child, overlaps removed."""

    child: "Condition"
    comparison: Comparison
    number: int
    at: At


@dataclass(frozen=True, slots=True)
class AtLeast:
    """``number OF (…)``: at least so many different children hold."""

    number: int
    children: tuple["Condition", ...]
    at: At


@dataclass(frozen=True, slots=True)
class Meta:
    """The article's ``field`` (source, outlet, lang, country, author, section, url) is a value."""

    field: str
    values: tuple[str, ...]
    at: At


Condition = (
    Term | Entity | Fragment | And | Or | Not | Near | NotNear | Except
    | Scope | About | Count | AtLeast | Meta
)  # fmt: skip


def children(node: Condition) -> tuple[Condition, ...]:
    """The nodes right below, fragments opened."""
    match node:
        case And() | Or() | Near() | AtLeast():
            return node.children
        case Not() | Scope() | About() | Count():
            return (node.child,)
        case NotNear():
            return (node.child, node.other)
        case Except():
            return (node.child, node.mask)
        case Fragment() if node.condition is not None:
            return (node.condition,)
        case _:
            return ()


def makeup(node: Condition) -> set[type[Condition]]:
    """Of which classes the parts of a condition are, fragments opened."""
    found: set[type[Condition]] = {type(node)}
    coming = [node]
    while coming:
        for child in children(coming.pop()):
            found.add(type(child))
            if type(child) is not Term:  # most are, and have nothing below them
                coming.append(child)
    return found


def placed(node: Condition, at: At) -> Condition:
    """The same condition at another place in its query."""
    if isinstance(node, And | Or):  # nearly all that stand between parentheses
        return type(node)(node.children, at)
    return replace(node, at=at)


def is_positional(node: Condition) -> bool:
    """Whether the node yields mentions, which NEAR, EXCEPT and count need."""
    match node:
        case Term() | Entity() | Near() | NotNear() | Except():
            return True
        case Or():
            return all(map(is_positional, node.children))
        case Scope():
            return is_positional(node.child)
        case Fragment():
            return all(map(is_positional, children(node)))
        case _:
            return False


_PLAIN_VALUE = re.compile(r"(?!//)[\w./:?&=#@+%_;’'-]+")
_ANCHORING_META = frozenset({"source", "outlet", "author", "section", "url"})


def is_anchored(node: Condition) -> bool:
    """Whether the condition requires something that an index can find it by."""
    match node:
        case And():
            return any(map(is_anchored, node.children))
        case AtLeast():
            needed = len(node.children) - node.number + 1
            return sum(map(is_anchored, node.children)) >= needed
        case Count():
            return _requires_a_mention(node) and is_anchored(node.child)
        case Meta():
            return node.field in _ANCHORING_META
        case NotNear() | Except():
            return is_anchored(node.child)  # the other side is not required
        case Not():
            return False
        case _:
            return all(map(is_anchored, children(node)))


def _requires_a_mention(node: Count) -> bool:
    match node.comparison:
        case Comparison.AT_LEAST | Comparison.EQUAL:
            return node.number >= 1
        case Comparison.MORE:
            return node.number >= 0
        case Comparison.AT_MOST | Comparison.LESS:
            return False


def show(node: Condition) -> str:
    """The condition in the canonical form of the rule language: what parses to it again."""
    match node:
        case Term() | Entity() | Fragment() | Meta():
            return _show_leaf(node)
        case And() | Or():
            word = " AND " if isinstance(node, And) else " OR "
            return word.join(_within(child, (And, Or)) for child in node.children)
        case Not():
            return f"NOT {_within(node.child, (And, Or, Not))}"
        case Near():
            word = "BEFORE" if node.ordered else "NEAR"
            return f" {word}/{node.distance} ".join(map(_tight, node.children))
        case NotNear():
            return f"{_tight(node.child)} NOT NEAR/{node.distance} {_tight(node.other)}"
        case Except():
            return f"{_tightest(node.child)} EXCEPT {_tightest(node.mask)}"
        case _:
            return _show_prefixed(node)


def _show_leaf(node: Term | Entity | Fragment | Meta) -> str:
    match node:
        case Meta():
            values = " ".join(map(_show_value, node.values))
            return f"{node.field}:({values})" if len(node.values) > 1 else f"{node.field}:{values}"
        case Fragment():
            return f"${node.name}"
        case _:
            return node.leaf


def _show_value(value: str) -> str:
    operator = value.upper() in ("AND", "OR", "NOT")
    return f'"{value}"' if operator or not _PLAIN_VALUE.fullmatch(value) else value


def _show_prefixed(node: Scope | About | Count | AtLeast) -> str:
    match node:
        case Scope():
            name = f"first/{node.count}" if node.field == "first" else node.field
            return f"{name}:{_tightest(node.child)}"
        case About():
            return f"about:{_tightest(node.child)}"
        case Count():
            return f"count({show(node.child)}) {node.comparison} {node.number}"
        case AtLeast():
            return f"{node.number} OF ({', '.join(map(show, node.children))})"


def _tight(node: Condition) -> str:
    return _within(node, (And, Or, Not, Near, NotNear))


def _tightest(node: Condition) -> str:
    return _within(node, (And, Or, Not, Near, NotNear, Except))


def _within(node: Condition, looser: tuple[type, ...]) -> str:
    return f"({show(node)})" if isinstance(node, looser) else show(node)

"""The condition of a rule as a tree.

``at`` is where a node stands in its query, as (start, end), for carets. The nodes of the language
that this version does not have (proximity, counting, filters on metadata) will join these.
"""

from dataclasses import dataclass

from monitor.text import Pattern

At = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase, ``leaf`` as the operator wrote it."""

    leaf: str
    pattern: Pattern
    at: At


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
class Scope:
    """The child holds within ``field`` (title or lead) alone."""

    field: str
    child: "Condition"
    at: At


Condition = Term | Entity | Fragment | And | Or | Not | Scope


def children(node: Condition) -> tuple[Condition, ...]:
    """The nodes right below, fragments opened."""
    match node:
        case And() | Or():
            return node.children
        case Not() | Scope():
            return (node.child,)
        case Fragment() if node.condition is not None:
            return (node.condition,)
        case _:
            return ()


def is_anchored(node: Condition) -> bool:
    """Whether the condition requires a term or entity, so that an index can find it by that."""
    match node:
        case Term() | Entity():
            return True
        case And():
            return any(map(is_anchored, node.children))
        case Or():
            return all(map(is_anchored, node.children))
        case Not():
            return False
        case Scope() | Fragment():
            return all(map(is_anchored, children(node)))


def show(node: Condition) -> str:
    """The condition in the rule language."""
    match node:
        case Term() | Entity():
            return node.leaf
        case Fragment():
            return f"${node.name}"
        case And():
            return " AND ".join(_within(child, (And, Or)) for child in node.children)
        case Or():
            return " OR ".join(_within(child, (And, Or)) for child in node.children)
        case Not():
            return f"NOT {_within(node.child, (And, Or, Not))}"
        case Scope():
            return f"{node.field}:{_within(node.child, (And, Or, Not))}"


def _within(node: Condition, looser: tuple[type, ...]) -> str:
    return f"({show(node)})" if isinstance(node, looser) else show(node)

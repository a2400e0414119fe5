"""Requirements: what an article must have for a condition to hold, as far as an index can tell.

Every condition is turned into clauses (alternatives, one of which must be there), nodes that must
not be there, and pairs that must be near each other. If that is all that the condition says, it is
*sure*: its rules are decided for all candidates at once. If not (scopes but ``title:``, counts,
longer chains, entities, which masks and other entities may take away, terms whose case counts), the
clauses are still required, and what passes them is evaluated exactly.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

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
)
from monitor.rules.engine.catalogue import Catalogue

Nodes = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A mention of one side with at most ``distance`` tokens to one of the other."""

    left: Nodes
    right: Nodes
    distance: int
    ordered: bool


@dataclass(frozen=True, slots=True)
class Requirement:
    """What must hold: one node of each clause, none of ``forbidden``, and all pairs."""

    clauses: tuple[Nodes, ...] = ()
    forbidden: Nodes = ()
    pairs: tuple[Pair, ...] = ()
    sure: bool = True

    @property
    def alternatives(self) -> Nodes | None:
        """The nodes any one of which is enough, if that is all that is required."""
        single = self.sure and len(self.clauses) == 1 and not self.forbidden and not self.pairs
        return self.clauses[0] if single else None


class Requirements:
    """Works out requirements over the nodes of a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._readers: dict[type, Callable[[Condition, str], Requirement]] = {
            Term: self._term, Entity: self._entity, Meta: self._meta, Fragment: self._inner,
            And: self._and, Or: self._or, Not: self._not, Near: self._near, Scope: self._scope,
            AtLeast: self._at_least, Count: self._count, About: self._unsure,
            NotNear: self._unsure, Except: self._unsure,
        }  # fmt: skip

    def of(self, condition: Condition) -> Requirement:
        """What a condition requires of an article."""
        found = self._read(condition, "text")
        if len(found.clauses) == len(set(found.clauses)):
            return found
        return replace(found, clauses=tuple(dict.fromkeys(found.clauses)))

    def weight(self, clause: Nodes) -> float:
        """In what share of articles a clause holds, at most."""
        shares = self._catalogue.shares
        return sum([shares[node] for node in clause])

    def _read(self, node: Condition, scope: str) -> Requirement:
        """``scope``: "text" is the whole article, "title" its title, "part" anything else."""
        return self._readers[type(node)](node, scope)

    # --- leaves

    def _term(self, node: Condition, scope: str) -> Requirement:
        assert isinstance(node, Term)
        placed = self._catalogue.place(node.pattern)
        nodes = self._catalogue.titled(placed.nodes) if scope == "title" else placed.nodes
        return Requirement((nodes,), sure=placed.sure and scope != "part")

    def _entity(self, node: Condition, scope: str) -> Requirement:
        assert isinstance(node, Entity)
        return Requirement(((self._catalogue.entity(node.slug),),), sure=False)

    def _meta(self, node: Condition, scope: str) -> Requirement:
        assert isinstance(node, Meta)
        return Requirement((self._catalogue.values(node),), sure=scope != "part")  # may be empty

    # --- all of, any of, none of

    def _and(self, node: Condition, scope: str) -> Requirement:
        return _all([self._read(child, scope) for child in children(node)])

    def _or(self, node: Condition, scope: str) -> Requirement:
        side = self._side(node) if scope == "text" else None
        if side is not None:  # nothing but terms, as most are
            return Requirement((side,))
        return self._any([self._read(child, scope) for child in children(node)])

    def _any(self, found: Sequence[Requirement]) -> Requirement:
        if not all(each.clauses for each in found):
            return Requirement(sure=False)
        enough = [each.alternatives for each in found]
        clauses = [min(each.clauses, key=self.weight) for each in found]
        nodes = dict.fromkeys(node for clause in clauses for node in clause)
        return Requirement((tuple(nodes),), sure=None not in enough)

    def _not(self, node: Condition, scope: str) -> Requirement:
        (child,) = children(node)
        unwanted = self._read(child, scope).alternatives
        if unwanted is None or scope == "part":
            return Requirement(sure=False)
        return Requirement(forbidden=unwanted)

    def _at_least(self, node: Condition, scope: str) -> Requirement:
        """Of k alternatives n hold, so one of any k - n + 1 does: take the rarest of these."""
        assert isinstance(node, AtLeast)
        found = [self._read(child, scope) for child in node.children]
        if node.number == len(found):
            return _all(found)
        if node.number == 1:
            return self._any(found)
        bound = [each for each in found if each.clauses]
        bound.sort(key=lambda each: min(map(self.weight, each.clauses)))
        needed = len(found) - node.number + 1
        if len(bound) < needed:
            return Requirement(sure=False)
        return _doubtful(self._any(bound[:needed]))

    # --- mentions

    def _near(self, node: Condition, scope: str) -> Requirement:
        assert isinstance(node, Near)
        if scope == "text" and len(node.children) == 2:
            left, right = map(self._side, node.children)
            if left and right:
                pair = Pair(left, right, node.distance, node.ordered)
                return Requirement((left, right), pairs=(pair,))
        return _doubtful(_all([self._read(child, scope) for child in node.children]))

    def _side(self, node: Condition) -> Nodes | None:
        """The nodes that are the mentions of an operand of NEAR; None if they are not all."""
        if isinstance(node, Term):
            return self._catalogue.surely(node.pattern)
        if isinstance(node, Or | Fragment):
            found: dict[int, None] = {}
            for child in children(node):
                side = self._side(child)
                if side is None:
                    return None
                found.update(dict.fromkeys(side))
            return tuple(found)
        return None

    def _count(self, node: Condition, scope: str) -> Requirement:
        assert isinstance(node, Count)
        needed = node.comparison in (Comparison.AT_LEAST, Comparison.EQUAL) and node.number >= 1
        if needed or node.comparison is Comparison.MORE:
            return _doubtful(self._read(node.child, "part"))
        return Requirement(sure=False)

    def _unsure(self, node: Condition, scope: str) -> Requirement:
        """The mentions, or what holds, of the first child are needed, and perhaps not enough."""
        return _doubtful(self._read(children(node)[0], "part"))

    # --- windows

    def _scope(self, node: Condition, scope: str) -> Requirement:
        assert isinstance(node, Scope)
        inner = node.field if node.field in ("text", "title") else "part"
        if scope != "text":
            inner = scope if inner in ("text", scope) else "part"
        return self._read(node.child, inner)

    def _inner(self, node: Condition, scope: str) -> Requirement:
        (child,) = children(node)
        return self._read(child, scope)


def _all(found: Sequence[Requirement]) -> Requirement:
    clauses: list[Nodes] = []
    forbidden: list[int] = []
    pairs: list[Pair] = []
    sure = True
    for each in found:
        clauses += each.clauses
        forbidden += each.forbidden
        pairs += each.pairs
        sure = sure and each.sure
    return Requirement(tuple(clauses), tuple(forbidden), tuple(pairs), sure)


def _doubtful(found: Requirement) -> Requirement:
    """The same clauses; what is forbidden in a part may stand elsewhere."""
    return Requirement(found.clauses, sure=False)

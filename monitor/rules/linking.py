"""Looks up the entities and fragments of a condition, and checks that it requires something."""

import difflib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from operator import is_

from monitor.rules import usage
from monitor.rules.conditions import (
    About,
    And,
    AtLeast,
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
    is_anchored,
    is_positional,
    makeup,
)
from monitor.rules.contradictions import contradictions
from monitor.rules.lexemes import At, apart
from monitor.rules.problems import Flaw

Fragments = Mapping[str, Condition | None]
"""The linked fragments of a pack by name; None for those that have errors of their own."""


_LINKED = frozenset({Entity, Fragment, Near, NotNear, Except, Count})  # what there is to check of
_LOOSE = frozenset({Not, NotNear, Count, Meta})  # without these all that is said can be required


def link(
    condition: Condition, entities: Collection[str], fragments: Fragments
) -> tuple[Condition | None, tuple[Flaw, ...]]:
    """Put fragments in their places and check the entities' names.

    What names no fragment is not copied: it comes back as the same object.
    The condition is None if there are flaws, or if a fragment in it has errors of its own.
    """
    if makeup(condition).isdisjoint(_LINKED):
        return condition, ()
    linker = _Linker(entities, fragments)
    linked = linker.visit(condition)
    whole = not linker.flaws and not linker.broken
    return (linked if whole else None), tuple(linker.flaws)


class _Linker:
    def __init__(self, entities: Collection[str], fragments: Fragments) -> None:
        self.entities = entities
        self.fragments = fragments
        self.flaws: list[Flaw] = []
        self.broken = False
        self.scopes: list[str] = []

    def visit(self, node: Condition) -> Condition:
        """The node with everything below it linked."""
        linked = self._below(node)
        self._positional(linked)
        return linked

    def _all(self, nodes: tuple[Condition, ...]) -> tuple[Condition, ...]:
        linked = tuple(node if type(node) is Term else self.visit(node) for node in nodes)
        return nodes if all(map(is_, linked, nodes)) else linked

    def _below(self, node: Condition) -> Condition:
        match node:
            case Term() | Meta():
                return node
            case Entity():
                return self._entity(node)
            case Fragment():
                return self._fragment(node)
            case And() | Or() | Near() | AtLeast():
                below = self._all(node.children)
                return node if below is node.children else replace(node, children=below)
            case Not() | Scope() | About() | Count():
                return self._single(node)
            case NotNear() | Except():
                return self._pair(node)

    def _pair(self, node: NotNear | Except) -> Condition:
        parts = children(node)
        child, other = below = self._all(parts)
        if below is parts:
            return node
        if isinstance(node, Except):
            return replace(node, child=child, mask=other)
        return replace(node, child=child, other=other)

    def _single(self, node: Not | Scope | About | Count) -> Condition:
        scopes = [node.field] if isinstance(node, Scope) else []
        self.scopes += scopes
        child = self.visit(node.child)
        del self.scopes[len(self.scopes) - len(scopes) :]
        return node if child is node.child else replace(node, child=child)

    def _positional(self, node: Condition) -> None:
        """E117 for operands of NEAR, EXCEPT and count that have no mentions."""
        match node:
            case Near():
                operator = "BEFORE" if node.ordered else "NEAR"
            case NotNear():
                operator = "NOT NEAR"
            case Except():
                operator = "EXCEPT"
            case Count():
                operator = "count"
            case _:
                return
        for child in children(node):
            if not is_positional(child):
                culprit = _without_mentions(child)
                self.flaws.append(usage.no_mentions(child, culprit, operator))

    def _entity(self, node: Entity) -> Entity:
        if node.slug not in self.entities:
            self.flaws.append(_unknown_entity(node, self.entities))
        return node

    def _fragment(self, node: Fragment) -> Fragment:
        if node.name not in self.fragments:
            self.flaws.append(_unknown_fragment(node, self.fragments))
            return node
        condition = self.fragments[node.name]
        self.broken = self.broken or condition is None
        for outer in self.scopes if condition is not None else ():
            inner = next((field for field in _scopes(condition) if apart(outer, field)), None)
            if inner is not None:
                self.flaws.append(usage.empty_scope(node.at, inner, outer))
                break
        return replace(node, condition=condition)


def _scopes(node: Condition | None) -> Iterator[str]:
    """The scopes in a condition."""
    if isinstance(node, Scope):
        yield node.field
    for child in children(node) if node is not None else ():
        yield from _scopes(child)


def check_required(condition: Condition) -> tuple[Flaw, ...]:
    """E112 for NOT among alternatives, E140 if nothing is required, E141 if it can never hold."""
    if makeup(condition).isdisjoint(_LOOSE):
        return ()
    alternatives = check_alternatives(condition)
    if alternatives:
        return alternatives
    return contradictions(condition) if is_anchored(condition) else (_only_excludes(condition),)


def _only_excludes(condition: Condition) -> Flaw:
    restricted = [node for node in _restrictions(condition) if isinstance(node, Meta)]
    if restricted:
        field = restricted[0].field
        note = f"{field}: restricts a rule and cannot find articles by itself"
        title = "the rule only restricts and excludes: it would match nearly every article"
    else:
        note = "an exclusion holds for nearly every article"
        title = "the rule only excludes: it would match nearly every article"
    return Flaw(
        code="E140",
        at=condition.at,
        title=title,
        label="nothing here is required",
        note=note,
        help="require a word, a phrase or an entity: India AND NOT cricket",
    )


def _restrictions(node: Condition) -> Iterator[Condition]:
    yield node
    for child in children(node) if isinstance(node, And | Or | Scope) else ():
        yield from _restrictions(child)


def check_alternatives(node: Condition) -> tuple[Flaw, ...]:
    """E112 for NOT among alternatives; fragments are left to the check of their own queries."""
    if isinstance(node, Fragment):
        return ()
    bad = [child for child in node.children if _is_negative(child)] if isinstance(node, Or) else []
    below = [flaw for child in children(node) for flaw in check_alternatives(child)]
    return (*map(_negative_alternative, bad), *below)


def _is_negative(node: Condition) -> bool:
    """Whether the condition only excludes; OR groups below are checked by themselves."""
    match node:
        case Not():
            return True
        case And():
            return all(map(_is_negative, node.children))
        case Scope() | About() | Fragment():
            return any(map(_is_negative, children(node)))
        case _:
            return False


def _without_mentions(node: Condition) -> Condition:
    """The first part that keeps a node from having mentions."""
    below = children(node) if isinstance(node, Or | Scope) else ()
    guilty = next((child for child in below if not is_positional(child)), None)
    return _without_mentions(guilty) if guilty is not None else node


def _negative_alternative(node: Condition) -> Flaw:
    inner: At = node.child.at if isinstance(node, Not) else node.at
    return Flaw(
        code="E112",
        at=inner,
        title="NOT among alternatives",
        label="every article without this would match",
        note="`a OR NOT b` holds for nearly all articles; other systems read AND NOT, or drop it",
        help="join it with AND: (a OR c) AND NOT b",
    )


def _unknown_entity(node: Entity, entities: Collection[str]) -> Flaw:
    near = difflib.get_close_matches(node.slug.casefold().replace("-", "_"), entities, n=1)
    if near:
        advice = f'did you mean @{near[0]}? If it is a text, quote it: "@{node.slug}"'
    else:
        advice = (
            f'define [entity.{node.slug}] in entities/, or quote it if it is a text: "@{node.slug}"'
        )
    return Flaw(
        code="E130",
        at=node.at,
        title=f"there is no entity @{node.slug}",
        label="unknown",
        help=advice,
    )


def _unknown_fragment(node: Fragment, fragments: Collection[str]) -> Flaw:
    near = difflib.get_close_matches(node.name, fragments, n=1)
    if near:
        advice = f'did you mean ${near[0]}? If it is a ticker, quote it: "${node.name}"'
    else:
        advice = f'define {node.name} in [fragments], or quote it if it is a ticker: "${node.name}"'
    return Flaw(
        code="E131",
        at=node.at,
        title=f"there is no fragment ${node.name} in this pack",
        label="unknown",
        help=advice,
    )


def references(node: Condition) -> list[Fragment]:
    """The fragments that a condition names, in order."""
    own = [node] if isinstance(node, Fragment) else []
    return own + [found for child in children(node) for found in references(child)]


def cyclic(node: Fragment) -> Flaw:
    """E132: a fragment that leads back to itself."""
    return Flaw(
        code="E132",
        at=node.at,
        title=f"the fragment ${node.name} contains itself",
        label="the circle closes here",
        help="write out one of them",
    )

"""The tree of a dialect → a condition of ours, with notes on each change of meaning."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import prod

from monitor.rules.conditions import (
    And,
    Comparison,
    Condition,
    Count,
    Meta,
    Near,
    Not,
    NotNear,
    Or,
    Scope,
    is_positional,
)
from monitor.rules.dialects.notes import Notes
from monitor.rules.dialects.syntax import (
    Applied,
    At,
    Chain,
    Dialect,
    Effect,
    Foreign,
    Kind,
    Leaf,
    Negated,
    Node,
    Operator,
    Unit,
)
from monitor.rules.dialects.values import meta
from monitor.rules.dialects.wording import Style, term

_FARTHEST = 50  # what NEAR allows
_MOST_COMBINATIONS = 64
_NAMES = {"lang": "language", "url": "address"}
_BROADER = "AND or OR inside"


def translate(tree: Node, dialect: Dialect, notes: Notes) -> Condition | None:
    """The condition; None if nothing of it could be converted."""
    return _Translation(dialect, notes).node(tree, Style())


@dataclass(frozen=True, slots=True)
class _Translation:
    dialect: Dialect
    notes: Notes

    def node(self, node: Node, style: Style) -> Condition | None:
        match node:
            case Leaf():
                return term(node, self.dialect, style, self.notes)
            case Foreign():
                self.notes.lost(node.at, f"there is no equivalent of `{node.text}`")
                return None
            case Negated():
                child = self.node(node.child, style)
                return negated(child, node.at) if child else None
            case Chain():
                return self.chain(node, style)
            case Applied():
                return self.applied(node, style)

    def chain(self, chain: Chain, style: Style) -> Condition | None:
        operator = chain.operator
        if operator.note:
            tell = self.notes.changed if operator.changed else self.notes.same
            tell(chain.at, operator.note)
        read = [self.node(child, style) for child in chain.children]
        known = [child for child in read if child is not None]
        first, others = read[0], [child for child in read[1:] if child is not None]
        match operator.kind:
            case Kind.AND:
                return joined(And, known, chain.at)
            case Kind.OR:
                return self.alternatives(known, chain.at)
            case Kind.NOT:
                left = [first] if first else []
                return joined(And, [*left, *(negated(c, c.at) for c in others)], chain.at)
            case Kind.NEAR if operator.negated:
                return self.not_near(first, others, operator, chain.at)
            case Kind.NEAR:
                return self.near(known, operator, chain.at)

    def alternatives(self, known: list[Condition], at: At) -> Condition | None:
        positive = [child for child in known if not isinstance(child, Not)]
        if len(positive) < len(known):
            self.notes.lost(at, "OR NOT would match almost every article: the NOT was left out")
        return joined(Or, positive, at)

    def near(self, known: list[Condition], operator: Operator, at: At) -> Condition | None:
        if len(known) < 2 or operator.unit is Unit.SEGMENT:
            return joined(And, known, at)
        if operator.unit is not Unit.WORDS:
            return Scope(operator.unit, And(tuple(known), at), at)
        combinations = prod(len(_options(child)) for child in known)
        if combinations > _MOST_COMBINATIONS:
            self.notes.lost(at, "the operands of this nearness are too complex: AND instead")
            return joined(And, known, at)
        return self.spread(known, operator, at)

    def spread(self, known: Sequence[Condition], operator: Operator, at: At) -> Condition | None:
        """Nearness with AND and OR brought outside, since our NEAR wants mentions."""
        place = next((i for i, child in enumerate(known) if not is_positional(child)), None)
        if place is None:
            return Near(tuple(known), self.distance(operator, at), operator.ordered, at)
        broad = known[place]
        if not isinstance(broad, And | Or) or any(isinstance(c, Not) for c in broad.children):
            self.notes.lost(at, "this kind of condition cannot stand near another: AND instead")
            return joined(And, known, at)
        self.notes.changed(at, f"{_BROADER} nearness was written out: each part near the other")
        parts = (
            self.spread([*known[:place], part, *known[place + 1 :]], operator, at)
            for part in broad.children
        )
        return joined(type(broad), [part for part in parts if part], at)

    def distance(self, operator: Operator, at: At) -> int:
        if operator.distance > _FARTHEST:
            text = f"{operator.distance} words between; {_FARTHEST} are the most here"
            self.notes.lost(at, f"{text}, or use sentence:( ), paragraph:( ) or AND")
        return min(operator.distance, _FARTHEST)

    def not_near(
        self, first: Condition | None, others: list[Condition], operator: Operator, at: At
    ) -> Condition | None:
        if first is None or not others:
            return first
        if operator.unit in (Unit.SENTENCE, Unit.PARAGRAPH):
            away = [negated(other, other.at) for other in others]
            return Scope(operator.unit, And((first, *away), at), at)
        mentions = all(map(is_positional, (first, *others)))
        if operator.unit is Unit.SEGMENT or not mentions:
            if operator.unit is Unit.WORDS:
                self.notes.lost(at, "not near, of something that is not a plain term: NOT instead")
            return joined(And, [first, *(negated(other, other.at) for other in others)], at)
        for other in others:
            first = NotNear(first, other, self.distance(operator, at), at)
        return first

    def applied(self, node: Applied, style: Style) -> Condition | None:
        use = node.use
        if use.note and use.effect is not Effect.LOST:
            self.notes.changed(node.at, use.note)
        match use.effect:
            case Effect.LOST:
                self.notes.lost(node.at, use.note)
                return None
            case Effect.META:
                return self.metas(node.child, use.target)
            case Effect.SLOP:
                return self.slop(node, style)
            case Effect.EXACT:
                return self.node(node.child, Style(exact=True, capitals=use.target))
            case Effect.LITERAL:
                return self.node(node.child, replace(style, literal=True))
            case _:
                child = self.node(node.child, style)
                return self.narrowed(node, child) if child else None

    def narrowed(self, node: Applied, child: Condition) -> Condition:
        """A child within a scope, or counted."""
        match node.use.effect:
            case Effect.SCOPE:
                return Scope(node.use.target, child, node.at)
            case Effect.FIRST:
                return Scope("first", child, node.at, max(node.use.number, 1))
            case Effect.COUNT if is_positional(child):
                return Count(child, Comparison.AT_LEAST, max(node.use.number, 1), node.at)
            case Effect.COUNT:
                self.notes.lost(node.at, f"`{node.name}` of a condition with AND or NOT")
                return child
            case _:
                return child

    def slop(self, node: Applied, style: Style) -> Condition | None:
        if not isinstance(node.child, Leaf):
            self.notes.lost(node.at, f"`{node.name}` behind a group: left out")
            return self.node(node.child, style)
        words = [Leaf(word, node.child.at, quoted=True) for word in node.child.text.split()]
        known = [found for word in words if (found := self.node(word, style))]
        operator = Operator(kind=Kind.NEAR, rank=0, distance=node.use.number)
        text = f"a phrase with {node.name} became NEAR/{node.use.number}: so many words may stand "
        self.notes.changed(node.at, f"{text}between neighbours, in any order")
        return self.near(known, operator, node.at)

    # --- metadata

    def metas(self, node: Node, field: str) -> Condition | None:
        """The filters for the values that a field has."""
        match node:
            case Leaf():
                return self.value(node, field)
            case Chain():
                return self.chained_metas(node, field)
            case Negated():
                child = self.metas(node.child, field)
                return negated(child, node.at) if child else None
            case _:
                self.notes.lost(node.at, f"only plain values can stand in {field}:")
                return None

    def value(self, leaf: Leaf, field: str) -> Condition | None:
        signs = "*" if field == "url" else "*?"  # ? is common in addresses
        text = leaf.text.strip(signs)
        inside = any(sign in text for sign in signs)
        found = None if inside else meta(field, text, leaf.at)
        if found is None:
            self.notes.lost(leaf.at, f"`{leaf.text}` is no {_NAMES.get(field, field)} known here")
        elif text != leaf.text:
            self.notes.changed(leaf.at, f"{field}: has no wildcards; `{leaf.text}` lost its own")
        return found

    def chained_metas(self, node: Chain, field: str) -> Condition | None:
        values = [found for child in node.children if (found := self.metas(child, field))]
        match node.operator.kind:
            case Kind.OR:
                return one_of(values, node.at)
            case Kind.AND:
                return joined(And, values, node.at)
            case Kind.NOT:
                return joined(And, [*values[:1], *(negated(v, v.at) for v in values[1:])], node.at)
            case Kind.NEAR:
                self.notes.lost(node.at, f"nearness has no meaning in {field}:")
                return joined(And, values, node.at)


def negated(child: Condition, at: At) -> Condition:
    """NOT of a condition; two of them cancel out."""
    return child.child if isinstance(child, Not) else Not(child, at)


def joined(
    kind: Callable[[tuple[Condition, ...], At], And | Or], parts: Iterable[Condition], at: At
) -> Condition | None:
    """AND or OR of conditions, without needless parentheses; None of none."""
    flat: list[Condition] = []
    for part in parts:
        same = isinstance(kind, type) and isinstance(part, kind) and isinstance(part, And | Or)
        flat += part.children if same and isinstance(part, And | Or) else (part,)
    if len(flat) < 2:
        return flat[0] if flat else None
    return kind(tuple(flat), at)


def one_of(values: list[Condition], at: At) -> Condition | None:
    """Alternatives, as one list where they are values of one field."""
    metas = [value for value in values if isinstance(value, Meta)]
    if values and len(metas) == len(values) and len({value.field for value in metas}) == 1:
        return Meta(metas[0].field, tuple(v for value in metas for v in value.values), at)
    return joined(Or, values, at)


def _options(node: Condition) -> Sequence[Condition]:
    """What a non-positional operand would be spread into."""
    if isinstance(node, And | Or) and not is_positional(node):
        return [option for child in node.children for option in _options(child)]
    return [node]

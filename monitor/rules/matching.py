"""Conditions against articles. The evidence is what the evaluation found, not a second search."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.model import Article, Correlation, Filter, Match, Rule, RuleStatus, Span
from monitor.rules.conditions import (
    And,
    Condition,
    Entity,
    Fragment,
    Not,
    Or,
    Scope,
    Term,
    children,
    show,
)
from monitor.text import Pattern, Tokens, find, tokenize

FIELDS = ("title", "standfirst", "text")
_LEAD_PARAGRAPHS = 2

Window = Mapping[str, tuple[int, int]]
"""The tokens in view: field → (first, one past the last). Fields that are not there are hidden."""
Entities = Mapping[str, tuple[Pattern, ...]]
"""What each entity is found by, by its slug."""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules, ready to match. ``conditions`` has one for each of ``rules``.

    ``filters`` are shared exclusions, each with its linked condition.
    """

    rules: tuple[Rule, ...]
    conditions: tuple[Condition, ...]
    entities: Entities
    filters: tuple[tuple[Filter, Condition], ...] = ()
    correlations: tuple[Correlation, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A leaf found in an article: tokens ``first`` up to, without, ``last`` of a field."""

    field: str
    first: int
    last: int
    leaf: str


@dataclass(frozen=True, slots=True)
class Index:
    """An article analysed once for all rules."""

    fields: Mapping[str, Tokens]
    entities: Mapping[str, tuple[tuple[str, int, int], ...]]  # slug → mentions

    def span(self, mention: Mention) -> Span:
        """The mention as offsets into its field."""
        start, end = self.fields[mention.field].offsets(mention.first, mention.last)
        return Span(mention.field, start, end, mention.leaf)


def match(ruleset: RuleSet, article: Article) -> tuple[Match, ...]:
    """The live rules that hold for an article, in the order of their files, with the evidence."""
    index = analyse(article, ruleset.entities)
    found = []
    for rule, condition in zip(ruleset.rules, ruleset.conditions, strict=True):
        if rule.status is RuleStatus.LIVE:
            spans = evidence(condition, index)
            if spans is not None:
                found.append(Match(rule=rule, spans=spans))
    return tuple(found)


def analyse(article: Article, entities: Entities) -> Index:
    """Find the tokens of an article and all mentions of entities."""
    fields = {name: tokenize(getattr(article, name)) for name in FIELDS}
    return Index(fields, _entity_mentions(fields, entities))


def evidence(condition: Condition, index: Index) -> tuple[Span, ...] | None:
    """The mentions that satisfied a condition, in reading order; None if it does not hold."""
    mentions = _evaluate(condition, index, _whole(index))
    if mentions is None:
        return None
    spans = {(span, span.leaf): span for span in map(index.span, mentions)}
    return tuple(sorted(spans.values(), key=lambda s: (FIELDS.index(s.field), s.start, s.end)))


def unmet(condition: Condition, index: Index) -> tuple[str, ...]:
    """Which parts of a condition that does not hold are to blame, as the operator wrote them."""
    return tuple(dict.fromkeys(_unmet(condition, index, _whole(index))))


def _whole(index: Index) -> Window:
    return {name: (0, len(tokens)) for name, tokens in index.fields.items()}


def _entity_mentions(
    fields: Mapping[str, Tokens], entities: Entities
) -> dict[str, tuple[tuple[str, int, int], ...]]:
    """Mentions by slug; where names overlap, the leftmost and then the longest wins."""
    found: dict[str, list[tuple[str, int, int]]] = {}
    for name, tokens in fields.items():
        candidates = sorted(
            (first, -last, slug)
            for slug, patterns in entities.items()
            for wanted in patterns
            for first, last in find(tokens, wanted)
        )
        taken = (-1, 0)
        for first, negative_last, slug in candidates:
            span = (first, -negative_last)
            if first >= taken[1] or span == taken:  # equal names count for both entities
                found.setdefault(slug, []).append((name, *span))
                taken = span
    return {slug: tuple(dict.fromkeys(mentions)) for slug, mentions in found.items()}


def _evaluate(node: Condition, index: Index, window: Window) -> list[Mention] | None:
    """The mentions by which a node holds within the window; None if it does not."""
    match node:
        case Term() | Entity():
            return _mentions(node, index, window) or None
        case And():
            return _all(node, index, window)
        case Or():
            held = [_evaluate(child, index, window) for child in node.children]
            true = [mentions for mentions in held if mentions is not None]
            return [m for mentions in true for m in mentions] if true else None
        case Not():
            return [] if _evaluate(node.child, index, window) is None else None
        case Scope():
            return _evaluate(node.child, index, _narrow(node.field, index, window))
        case Fragment():
            assert node.condition is not None  # linked before it is matched
            return _evaluate(node.condition, index, window)


def _all(node: And, index: Index, window: Window) -> list[Mention] | None:
    together: list[Mention] = []
    for child in node.children:
        mentions = _evaluate(child, index, window)
        if mentions is None:
            return None
        together += mentions
    return together


def _mentions(leaf: Term | Entity, index: Index, window: Window) -> list[Mention]:
    if isinstance(leaf, Entity):
        found = index.entities.get(leaf.slug, ())
    else:
        found = tuple(
            (name, *place) for name in window for place in find(index.fields[name], leaf.pattern)
        )
    return [
        Mention(name, first, last, leaf.leaf)
        for name, first, last in found
        if name in window and window[name][0] <= first and last <= window[name][1]
    ]


def _narrow(scope: str, index: Index, window: Window) -> Window:
    """The window within a scope; the lead is the standfirst and the first two paragraphs."""
    if scope == "title":
        return {name: place for name, place in window.items() if name == "title"}
    text = index.fields["text"]
    lead = text.breaks[_LEAD_PARAGRAPHS] if len(text.breaks) > _LEAD_PARAGRAPHS else len(text)
    return {
        name: (first, min(last, lead) if name == "text" else last)
        for name, (first, last) in window.items()
        if name in ("standfirst", "text")
    }


def _unmet(node: Condition, index: Index, window: Window) -> list[str]:
    if _evaluate(node, index, window) is not None:
        return []
    if isinstance(node, And | Or | Fragment):
        return [blame for child in children(node) for blame in _unmet(child, index, window)]
    return [show(node)]

"""Conditions against articles. The evidence is what the evaluation found, not a second search."""

from collections.abc import Iterator

from monitor.model import Article, Match, Rule, Span
from monitor.rules.analysis import Index, Mention, analyse
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
    show,
)
from monitor.rules.entities import Entities
from monitor.rules.mentions import is_there, leaves, mentions, parts
from monitor.rules.metadata import meta_holds
from monitor.rules.proximity import disjoint
from monitor.rules.ruleset import RuleSet
from monitor.rules.scopes import FIELDS, Window

__all__ = [
    "Entities",
    "Index",
    "RuleSet",
    "analyse",
    "evidence",
    "holds",
    "match",
    "matching",
    "unmet",
]

MENTIONS_ABOUT = 3  # what an article mentions so often, it is about


def match(ruleset: RuleSet, article: Article) -> tuple[Match, ...]:
    """The rules that hold for an article, in the order of their files, with the evidence.

    Rules that are off are left out.
    """
    numbers, index = _matching(ruleset, article)
    rules, conditions = ruleset.rules, ruleset.conditions
    return tuple(Match(rule=rules[n], spans=_spans(conditions[n], index)) for n in numbers)


def matching(ruleset: RuleSet, article: Article) -> tuple[Rule, ...]:
    """The rules that ``match`` would find, without the evidence: much the cheaper part."""
    return tuple(ruleset.rules[number] for number in _matching(ruleset, article)[0])


def _matching(ruleset: RuleSet, article: Article) -> tuple[list[int], Index]:
    """The numbers of the rules that hold, in their order, and the article as it was looked at."""
    seen = ruleset.engine.sight(article)
    index = analyse(article, ruleset.entities, seen)
    sure, unsure = ruleset.select(seen)
    held = [n for n in unsure if holds(ruleset.conditions[n], index, index.whole)]
    return sorted(sure + held), index


def evidence(condition: Condition, index: Index) -> tuple[Span, ...] | None:
    """The mentions that satisfied a condition, in reading order; None if it does not hold."""
    return _spans(condition, index) if holds(condition, index, index.whole) else None


def _spans(condition: Condition, index: Index) -> tuple[Span, ...]:
    """The mentions by which a condition holds that is known to hold."""
    found = satisfying(condition, index, index.whole)
    spans = {(span, span.leaf): span for span in map(index.span, found)}
    return tuple(sorted(spans.values(), key=lambda s: (FIELDS.index(s.field), s.start, s.end)))


def unmet(condition: Condition, index: Index) -> tuple[str, ...]:
    """Which parts of a condition that does not hold are to blame, as the operator wrote them."""
    return tuple(dict.fromkeys(_unmet(condition, index, index.whole)))


def holds(node: Condition, index: Index, window: Window) -> bool:
    """Whether a condition holds within a window of an article."""
    match node:
        case And():
            return all(holds(child, index, window) for child in node.children)
        case Or() | Fragment() | Scope():
            return any(holds(part, index, view) for part, view in parts(node, index, window))
        case Not():
            return not holds(node.child, index, window)
        case AtLeast() | Count() | About():
            return _is_enough(node, index, window)
        case Meta():
            return meta_holds(node, index.article)
        case _:
            return is_there(node, index, window)


def _is_enough(node: AtLeast | Count | About, index: Index, window: Window) -> bool:
    match node:
        case AtLeast():
            held = (holds(child, index, window) for child in node.children)
            return sum(held) >= node.number
        case Count():
            return compare(count(node.child, index, window), node.comparison, node.number)
        case About():
            if any(holds(part, index, view) for part, view in parts(node, index, window)):
                return True
            positional = is_positional(node.child)
            return positional and count(node.child, index, window) >= MENTIONS_ABOUT


def count(node: Condition, index: Index, window: Window) -> int:
    """How many mentions a positional condition has, overlaps removed."""
    return sum(len(disjoint(field)) for field in mentions(node, index, window))


def compare(number: int, comparison: Comparison, limit: int) -> bool:
    """Whether a number of mentions is what ``count`` wants."""
    match comparison:
        case Comparison.AT_LEAST:
            return number >= limit
        case Comparison.MORE:
            return number > limit
        case Comparison.AT_MOST:
            return number <= limit
        case Comparison.LESS:
            return number < limit
        case Comparison.EQUAL:
            return number == limit


def satisfying(node: Condition, index: Index, window: Window) -> Iterator[Mention]:
    """The mentions by which a node holds that is known to hold."""
    match node:
        case Not() | Meta():
            return
        case Term() | Entity() | Near() | NotNear() | Except():
            yield from leaves(node, index, window)
        case Count() | About() if is_positional(node.child):
            yield from leaves(node.child, index, window)
        case _:
            for part, view in parts(node, index, window):
                if holds(part, index, view):
                    yield from satisfying(part, index, view)


def _unmet(node: Condition, index: Index, window: Window) -> list[str]:
    if holds(node, index, window):
        return []
    if isinstance(node, And | Or | Fragment):
        return [blame for child in children(node) for blame in _unmet(child, index, window)]
    return [show(node)]

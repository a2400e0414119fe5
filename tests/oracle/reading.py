"""Conditions against one article."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise, product
from urllib.parse import urlsplit

from monitor.model import Article
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
    is_positional,
)
from tests.oracle.mentions import (
    Leaf,
    Mention,
    View,
    clipped,
    close,
    disjoint,
    follows,
    gathered,
    inside,
    leaves_of,
    one,
    only,
)
from tests.oracle.words import Text

Evidence = tuple[str, int, int, str]
"""Field, start and end in the field's text, the leaf as written."""


@dataclass(frozen=True)
class Names:
    """An entity as its file defines it; each name in query syntax."""

    names: tuple[str, ...]
    weak: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    within: int = 15
    excepted: tuple[str, ...] = ()


def term(written: str) -> Term:
    """A term as an operator writes it, without the parser's help."""
    words = written.removeprefix("=").replace('"', "")
    return Term(written, (), (0, 0), words, written.startswith("="))


def evaluate(
    node: Condition, article: Article, entities: Mapping[str, Names]
) -> set[Evidence] | None:
    """The evidence for which a condition holds; None if it does not."""
    return Reading(article, entities).evidence(node)


class Reading:
    """One article, read once for all conditions."""

    def __init__(self, article: Article, entities: Mapping[str, Names]) -> None:
        self.article = article
        fields = {"title": article.title, "standfirst": article.standfirst, "text": article.text}
        self.texts = {name: Text(text, article.lang) for name, text in fields.items()}
        self.whole: View = {name: (0, len(text.tokens)) for name, text in self.texts.items()}
        self.terms: dict[str, set[Mention]] = {}
        self.entities = self._entities(entities)

    def evidence(self, node: Condition) -> set[Evidence] | None:
        """The leaves that made a condition hold; None if it does not."""
        leaves = self.holds(node, self.whole)
        if leaves is None:
            return None
        return {
            (name, *self.texts[name].tokens.offsets(first, last), leaf)
            for name, first, last, leaf in leaves
        }

    # --- does it hold, and by which leaves?

    def holds(self, node: Condition, view: View) -> set[Leaf] | None:  # noqa: C901
        match node:
            case And():
                return _if_so_many([self.holds(child, view) for child in node.children])
            case Or():
                return _if_so_many([self.holds(child, view) for child in node.children], 1)
            case AtLeast():
                found = [self.holds(child, view) for child in node.children]
                return _if_so_many(found, node.number)
            case Not():
                return set() if self.holds(node.child, view) is None else None
            case Scope():
                parts = self.views(node, view)
                return _if_so_many([self.holds(node.child, part) for part in parts], 1)
            case About():
                return self.is_about(node.child, view)
            case Count():
                mentions = self.mentions(node.child, view)
                right = compare(len(disjoint(mentions)), node.comparison, node.number)
                return leaves_of(mentions) if right else None
            case Meta():
                return set() if self.meta(node) else None
            case Fragment():
                assert node.condition is not None
                return self.holds(node.condition, view)
            case _:
                return leaves_of(self.mentions(node, view)) or None

    def is_about(self, child: Condition, view: View) -> set[Leaf] | None:
        """In the title, or in the lead, or three times."""
        places = [self.holds(child, only(view, "title")), self.holds(child, self.lead(view))]
        if not is_positional(child):
            return _if_so_many(places, 1)
        mentions = self.mentions(child, view)
        prominent = places != [None, None] or len(disjoint(mentions)) >= 3
        return leaves_of(mentions) if prominent else None

    def meta(self, node: Meta) -> bool:
        article = self.article
        values = [value.casefold() for value in node.values]
        match node.field:
            case "source":
                host = "." + (urlsplit(article.url).hostname or "")
                return any(host.endswith("." + value) for value in values)
            case "outlet":
                return article.outlet.casefold() in values
            case "country":
                return (article.country or "").casefold() in values
            case "lang":
                lang = (article.lang or "").casefold()
                return any(lang == value or lang.startswith(f"{value}-") for value in values)
            case "author":
                return any(v in author.casefold() for v in values for author in article.authors)
            case "section":
                return any(value in (article.section or "").casefold() for value in values)
            case "url":
                return any(value in article.url.casefold() for value in values)
        raise AssertionError(node)

    # --- where is it?

    def mentions(self, node: Condition, view: View) -> set[Mention]:
        """All mentions of a positional node within a view."""
        match node:
            case Term():
                return _seen(self._find(node), view)
            case Entity():
                places = self.entities.get(node.slug, set())
                return _seen({one(*place, node.leaf) for place in places}, view)
            case Or():
                return gathered(m for child in node.children for m in self.mentions(child, view))
            case Scope():
                parts = self.views(node, view)
                return gathered(m for part in parts for m in self.mentions(node.child, part))
            case Fragment():
                assert node.condition is not None
                return self.mentions(node.condition, view)
            case Near():
                return gathered(self.near(node, view))
            case NotNear():
                others = self.mentions(node.other, view)
                return {
                    mention
                    for mention in self.mentions(node.child, view)
                    if not any(close(mention, other, node.distance) for other in others)
                }
            case Except():
                masks = self.mentions(node.mask, self.whole)
                return {
                    mention
                    for mention in self.mentions(node.child, view)
                    if not any(inside(mention, mask) for mask in masks)
                }
        raise AssertionError(f"{node} has no mentions")

    def near(self, node: Near, view: View) -> Iterator[Mention]:
        """Every tuple of mentions, one of each child, whose neighbours are near enough."""
        for mentions in product(*(self.mentions(child, view) for child in node.children)):
            line = list(mentions) if node.ordered else sorted(mentions, key=lambda m: m.place)
            if all(follows(left, right, node.distance) for left, right in pairwise(line)):
                leaves = frozenset(leaves_of(line))
                yield Mention(line[0].field, line[0].first, line[-1].last, leaves)

    def views(self, scope: Scope, view: View) -> list[View]:
        """The views that a scope opens: one, or as many as there are sentences or paragraphs."""
        match scope.field:
            case "title":
                return [only(view, "title")]
            case "lead":
                return [self.lead(view)]
            case "top":
                return [only(view, "title") | self.lead(view)]
            case "body":
                return [only(view, "standfirst", "text")]
            case "text":
                return [view]
            case "first":
                return [clipped(only(view, "text"), "text", (0, scope.count))]
            case "sentence" | "paragraph":
                parts = [
                    clipped(only(view, name), name, unit)
                    for name in view
                    for unit in getattr(self.texts[name], f"{scope.field}s")
                ]
                return [part for part in parts if all(a < b for a, b in part.values())]
        raise AssertionError(scope)

    def lead(self, view: View) -> View:
        """The standfirst and the first two paragraphs of the text."""
        two = self.texts["text"].paragraphs[:2]
        end = two[-1][1] if two else 0
        return clipped(only(view, "standfirst", "text"), "text", (0, end))

    def _find(self, wanted: Term) -> set[Mention]:
        if wanted.leaf not in self.terms:
            self.terms[wanted.leaf] = {
                one(name, *place, wanted.leaf)
                for name, text in self.texts.items()
                for place in text.find(wanted)
            }
        return self.terms[wanted.leaf]

    # --- entities

    def _entities(self, entities: Mapping[str, Names]) -> dict[str, set[tuple[str, int, int]]]:
        """Counted names; where they overlap, the leftmost and then the longest wins."""
        counted = [
            (mention, slug) for slug, names in entities.items() for mention in self._names(names)
        ]
        found: dict[str, set[tuple[str, int, int]]] = {}
        winners = disjoint(mention for mention, _ in counted)
        for mention, slug in counted:
            if mention in winners:
                found.setdefault(slug, set()).add(mention.place)
        return found

    def _names(self, names: Names) -> list[Mention]:
        """The strong names, and the weak ones if anything in the article supports them."""
        masks = self._listed(names.excepted)
        strong, weak = (
            [m for m in self._listed(some) if not any(inside(m, mask) for mask in masks)]
            for some in (names.names, names.weak)
        )
        context = self._listed(names.context)
        supported = any(close(m, word, names.within) for m in weak for word in context)
        return [*strong, *weak] if strong or supported else strong

    def _listed(self, names: tuple[str, ...]) -> list[Mention]:
        return [mention for name in names for mention in self._find(term(name))]


def compare(number: int, comparison: Comparison, limit: int) -> bool:
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


def _seen(mentions: set[Mention], view: View) -> set[Mention]:
    """The mentions that lie within a view."""
    return {
        m
        for m in mentions
        if m.field in view and view[m.field][0] <= m.first and m.last <= view[m.field][1]
    }


def _if_so_many(found: list[set[Leaf] | None], needed: int | None = None) -> set[Leaf] | None:
    """The leaves of what holds, if that is as many as needed (all of them by default)."""
    holding = [leaves for leaves in found if leaves is not None]
    enough = len(holding) >= (len(found) if needed is None else needed)
    return set().union(*holding) if enough else None

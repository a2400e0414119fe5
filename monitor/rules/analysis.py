"""An article analysed once, for all rules."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property

from monitor.model import Article, Span
from monitor.rules.conditions import Condition
from monitor.rules.engine import Sightings
from monitor.rules.entities import Entities
from monitor.rules.recognition import Found, recognise
from monitor.rules.scopes import FIELDS, Window
from monitor.text import Pattern, Tokens, find, stemmed_language, tokenize

NOWHERE: Found = tuple(() for _ in FIELDS)


@dataclass(frozen=True, slots=True)
class Mention:
    """A leaf found in an article: tokens ``first`` up to, without, ``last`` of a field."""

    field: str
    first: int
    last: int
    leaf: str


@dataclass(frozen=True)  # without slots: all is found out when the first rule asks
class Index:
    """The tokens of an article, and where the leaves of conditions stand in it.

    ``seen`` is what an engine has found in it already: with that, most articles are never cut into
    tokens but by the engine.
    """

    article: Article
    known: Entities
    seen: Sightings | None = None
    _terms: dict[Pattern, Found] = field(default_factory=dict, repr=False, compare=False)
    _nodes: dict[tuple[int, Window], tuple[Condition, Found]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @cached_property
    def fields(self) -> Mapping[str, Tokens]:
        """The tokens of each field by its name."""
        return {name: tokenize(getattr(self.article, name)) for name in FIELDS}

    @cached_property
    def texts(self) -> tuple[Tokens, ...]:
        """The tokens of each of FIELDS."""
        return tuple(self.fields[name] for name in FIELDS)

    @cached_property
    def whole(self) -> Window:
        """The window that shows everything."""
        sizes = self.seen.sizes if self.seen is not None else map(len, self.texts)
        return tuple((0, size) for size in sizes)

    @cached_property
    def language(self) -> str | None:
        """The language in which words are stemmed; None if unknown."""
        return stemmed_language(self.article.lang)

    @cached_property
    def entities(self) -> Mapping[str, Found]:
        """The mentions of each entity that the article has any of.

        Of hundreds of entities an article has the words of few: only these are looked for.
        """
        likely = {slug: profile for slug, profile in self.known.items() if self._may_have(slug)}
        return recognise(likely, self.find)

    def knowing(self, entities: Entities) -> "Index":
        """The same article for other entities; what was found of its tokens is shared."""
        other = Index(self.article, entities)
        other.__dict__["fields"] = self.fields
        return other

    def find(self, pattern: Pattern) -> Found:
        """The mentions of a pattern, looked up once however many rules ask."""
        found = self._terms.get(pattern)
        if found is None:
            found = self.seen.find(pattern) if self.seen is not None else None
            if found is None:
                found = tuple(find(tokens, pattern, self.language) for tokens in self.texts)
            found = self._terms[pattern] = found if any(found) else NOWHERE
        return found

    @cached_property
    def _forms(self) -> AbstractSet[str]:
        return set[str]().union(*(tokens.places for tokens in self.texts))

    def _may_have(self, slug: str) -> bool:
        if self.seen is not None:
            return slug in self.seen.entities
        openings = self.known[slug].openings
        return openings is None or not openings.isdisjoint(self._forms)

    def once(self, node: Condition, window: Window, look: Callable[[], Found]) -> Found:
        """What ``look`` finds of a node within a window, remembered."""
        key = (id(node), window)
        if key not in self._nodes:
            self._nodes[key] = (node, look())  # with the node, so that its id stays its own
        return self._nodes[key][1]

    def written(self, mention: Mention) -> str:
        """The mention as it stands in the article."""
        return self.fields[mention.field].written(mention.first, mention.last)

    def span(self, mention: Mention) -> Span:
        """The mention as offsets into its field."""
        start, end = self.fields[mention.field].offsets(mention.first, mention.last)
        return Span(mention.field, start, end, mention.leaf)


def analyse(article: Article, entities: Entities, seen: Sightings | None = None) -> Index:
    """An article to look things up in, each of which is found out when conditions ask for it.

    ``seen`` must come from an engine that knows these entities.
    """
    return Index(article, entities, seen)

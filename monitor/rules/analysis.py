"""An article analysed once, for all rules."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from monitor.model import Article, Span
from monitor.rules.conditions import Condition
from monitor.rules.entities import Entities
from monitor.rules.recognition import Found, recognise
from monitor.rules.scopes import FIELDS, Window, whole
from monitor.text import Pattern, Tokens, find, stemmed_language, tokenize

NOWHERE: Found = tuple(() for _ in FIELDS)


@dataclass(frozen=True, slots=True)
class Mention:
    """A leaf found in an article: tokens ``first`` up to, without, ``last`` of a field."""

    field: str
    first: int
    last: int
    leaf: str


@dataclass(frozen=True)  # without slots: entities are looked for when the first rule asks
class Index:
    """The tokens of an article, and where the leaves of conditions stand in it."""

    article: Article
    fields: Mapping[str, Tokens]
    known: Entities
    _terms: dict[Pattern, Found] = field(default_factory=dict, repr=False, compare=False)
    _nodes: dict[tuple[int, Window], tuple[Condition, Found]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @cached_property
    def texts(self) -> tuple[Tokens, ...]:
        """The tokens of each of FIELDS."""
        return tuple(self.fields[name] for name in FIELDS)

    @cached_property
    def whole(self) -> Window:
        """The window that shows everything."""
        return whole(self.texts)

    @cached_property
    def language(self) -> str | None:
        """The language in which words are stemmed; None if unknown."""
        return stemmed_language(self.article.lang)

    @cached_property
    def entities(self) -> Mapping[str, Found]:
        """The mentions of each entity that the article has any of.

        Of hundreds of entities an article has the words of few: only these are looked for.
        """
        forms = set[str]().union(*(tokens.places for tokens in self.texts))
        likely = {
            slug: profile
            for slug, profile in self.known.items()
            if profile.openings is None or not profile.openings.isdisjoint(forms)
        }
        return recognise(likely, self.find)

    def find(self, pattern: Pattern) -> Found:
        """The mentions of a pattern, looked up once however many rules ask."""
        found = self._terms.get(pattern)
        if found is None:
            found = tuple(find(tokens, pattern, self.language) for tokens in self.texts)
            found = self._terms[pattern] = found if any(found) else NOWHERE
        return found

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


def analyse(article: Article, entities: Entities) -> Index:
    """Find the tokens of an article; the rest is found out when conditions ask for it."""
    return Index(article, {name: tokenize(getattr(article, name)) for name in FIELDS}, entities)

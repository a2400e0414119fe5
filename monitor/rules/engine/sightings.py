"""Sightings: which nodes of a catalogue an article has, and where, worked out once for all rules.

The article is read as words between blanks; the lexicon knows what each shows. Phrases are then put
together step by step: every beginning found so far with every form that follows it, all at once in
numpy, until no beginning is left. This is the same for a hundred rules and a hundred thousand.

Places count tokens from the start of the title; between fields lie ``APART`` more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from monitor.model import Article
from monitor.rules.engine.catalogue import Catalogue
from monitor.rules.engine.columns import Numbers, runs
from monitor.rules.engine.spellings import FIELD, PARAGRAPH, SPELLINGS
from monitor.rules.scopes import FIELDS
from monitor.text import Pattern, Range

Found = tuple[Sequence[Range], ...]
_NOWHERE: Found = tuple(() for _ in FIELDS)


@dataclass(frozen=True)  # without slots: what few rules ask for is found out when they do
class Sightings:
    """Nodes with the places where they begin and end, and ``others``, which have none.

    ``present`` tells of every node of the catalogue whether it is among these.

    ``bases`` are the places of the first token of each field, ``sizes`` the fields' numbers of
    tokens.
    """

    catalogue: Catalogue
    nodes: Numbers
    starts: Numbers
    ends: Numbers
    others: Numbers
    present: Numbers
    bases: tuple[int, ...]
    sizes: tuple[int, ...]

    def find(self, pattern: Pattern) -> Found | None:
        """The mentions of a word or phrase by field; None if that cannot be told from here."""
        if not pattern:
            return _NOWHERE
        placed = self.catalogue.placed(pattern)
        if placed is None or not placed.whole:
            return None
        if not any(self.present[node] for node in placed.nodes):
            return _NOWHERE
        if any(self.present[node] for node in placed.doubts):
            return None
        return self._by_field(sorted({p for node in placed.nodes for p in self._places(node)}))

    @cached_property
    def entities(self) -> frozenset[str]:
        """The entities any of whose names stands in the article."""
        nodes = np.flatnonzero(self.present[: len(self.catalogue)]).tolist()
        slugs = self.catalogue.slugs
        return frozenset(slugs[node] for node in nodes if node in slugs)

    @cached_property
    def ordered(self) -> tuple[Numbers, Numbers, Numbers]:
        """Nodes, starts and ends in the order of the nodes."""
        order = np.argsort(self.nodes)
        return self.nodes[order], self.starts[order], self.ends[order]

    def _places(self, node: int) -> Iterator[Range]:
        nodes, starts, ends = self.ordered
        first, last = np.searchsorted(nodes, (node, node + 1)).tolist()
        return zip(starts[first:last].tolist(), ends[first:last].tolist(), strict=True)

    def _by_field(self, places: Sequence[Range]) -> Found:
        return tuple(
            [(s - base, e - base) for s, e in places if base <= s < base + size]
            for base, size in zip(self.bases, self.sizes, strict=True)
        )


def sight(article: Article, catalogue: Catalogue) -> Sightings:
    """Read an article for everything that the catalogue knows."""
    words = catalogue.lexicon.words(article.lang)
    spelt, lengths = _spelt(article)
    words.read(spelt)
    tokens = words.tokens.view[spelt]
    after = np.cumsum(tokens)
    before = after - tokens
    owner, shown = runs(words.first.view[spelt], words.count.view[spelt])
    places = before[owner]
    nodes = words.numbers.view[shown]
    starts, ends = places + words.starts.view[shown], places + words.ends.view[shown]
    opened = np.zeros(int(after[-1]) + 1, bool)
    opened[before[spelt == SPELLINGS[PARAGRAPH]]] = True
    nodes, starts, ends = _with_phrases(catalogue, (nodes, starts, ends), opened)
    bases, sizes = _fields(before, after, lengths)
    others = _others(catalogue, article, nodes, starts < sizes[0])
    present = np.zeros(len(catalogue), bool)
    present[nodes] = True
    present[others] = True
    return Sightings(catalogue, nodes, starts, ends, others, present, bases, sizes)


def _others(catalogue: Catalogue, article: Article, nodes: Numbers, titled: Numbers) -> Numbers:
    """What follows from the nodes: those of the title by itself, entities; and metadata."""
    twins = catalogue.twins.reach(len(catalogue))[nodes[titled]]
    found = catalogue.facts.of(article)
    for name in nodes[catalogue.named.reach(len(catalogue))[nodes]].tolist():
        found.update(catalogue.named_by[name])
    return np.concatenate((twins[twins > 0], np.fromiter(found, np.int64, len(found))))


def _spelt(article: Article) -> tuple[Numbers, list[int]]:
    """The number of each word of the article; and how many words are before each field's end."""
    SPELLINGS.tidy()
    written: list[str] = []
    lengths = []
    for name in FIELDS:
        for line in getattr(article, name).splitlines():
            found = line.split()
            if found:
                written += found
                written.append(PARAGRAPH)
        lengths.append(len(written))
        written.append(FIELD)
    return np.fromiter(map(SPELLINGS.__getitem__, written), np.int64, len(written)), lengths


def _fields(
    before: Numbers, after: Numbers, lengths: Sequence[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    ends = before[lengths].tolist()  # where each field's separator stands
    bases = [0, *after[lengths].tolist()[:-1]]
    return tuple(bases), tuple(end - base for base, end in zip(bases, ends, strict=True))


def _with_phrases(
    catalogue: Catalogue, forms: tuple[Numbers, Numbers, Numbers], opened: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    """All forms and all phrases and beginnings of phrases with their places."""
    nodes, starts, ends = forms
    following = catalogue.follows.reach(len(catalogue))[nodes]
    leads = catalogue.leads.reach(len(catalogue))
    later, places, closing = nodes[following], starts[following], ends[following]
    found = [forms]
    while len(nodes):
        able = leads[nodes] & ~opened[ends]
        nodes, starts, ends = nodes[able], starts[able], ends[able]
        if not len(nodes):
            break
        first = np.searchsorted(places, ends)
        owner, at = runs(first, np.searchsorted(places, ends, "right") - first)
        real, nodes = catalogue.steps.find(nodes[owner], later[at])
        starts, ends = starts[owner[real]], closing[at[real]]
        found.append((nodes, starts, ends))
    if len(found) == 1:
        return forms
    return tuple(map(np.concatenate, zip(*found, strict=True)))  # type: ignore[return-value]

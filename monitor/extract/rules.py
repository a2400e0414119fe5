"""The story by rules made by hand: a feature for the learned model, and a good one.

They look for one element that holds nearly all of the prose, and at its blocks one by one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Marks = NDArray[np.bool_]
Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the blocks before choosing, each a column."""

    prose: Column  # weight as prose; 0 for links, labels, headings and boilerplate
    inside: Marks  # in the container and not in what is around the article
    around: Marks  # in what is around the article
    titles: Marks  # repeats the headline
    agreed: Marks  # JSON-LD's articleBody holds it
    boilerplate: Marks  # says something about the page
    heads: Marks  # is worded as what stands above related stories
    tails: Marks  # opens what follows an article
    ends: Marks  # ends as a sentence does
    headings: Marks
    paragraphs: Marks  # by their tag
    items: Marks  # of lists and tables
    lists: NDArray[np.int64]  # the number of the element that such an item is in
    density: Column  # of links
    lengths: Column
    links: Column  # characters
    weights: Column


def story_by_rules(facts: Facts) -> Marks:
    """Choose the blocks that are the story's body."""
    within = _between_title_and_tail(facts)
    kept = within & ((facts.agreed & (facts.density < 0.9)) | _looks_kept(facts, within))
    return kept & ~_leads_nowhere(facts, kept)


def _between_title_and_tail(facts: Facts) -> Marks:
    """Leave out what stands before the headline, and what follows a heading such as Comments."""
    prose = facts.prose * facts.inside
    past = prose.cumsum()
    before, total = past - prose, past[-1] or 1.0
    titles = (facts.inside & facts.titles & (before < 0.2 * total)).nonzero()[0]
    tails = (facts.inside & facts.tails & (before > 0.6 * total)).nonzero()[0]
    within = facts.inside.copy()
    if len(titles):
        within[: titles[-1] + 1] = False
    if len(tails):
        within[tails[0] :] = False
    return within


def _looks_kept(facts: Facts, within: Marks) -> Marks:
    density, paragraphs = facts.density, facts.paragraphs
    linked = paragraphs & facts.ends & (facts.weights > 60)
    plain = paragraphs | facts.ends | (facts.prose > 0)
    kept = np.where(density > 0.6, linked, plain)
    kept = np.where(facts.headings, (density < 0.5) & ~facts.heads, kept)
    items = facts.items & within
    if items.any():
        kept = np.where(items, (_density_of_lists(facts, items) < 0.5) & (density < 0.8), kept)
    found: Marks = kept & ~(facts.boilerplate | facts.titles)
    return found


def _density_of_lists(facts: Facts, items: Marks) -> Column:
    """Mean link density of the items of each block's list."""
    chars = np.bincount(facts.lists, facts.lengths * items)
    links = np.bincount(facts.lists, facts.links * items)
    density: Column = (links / np.maximum(1, chars))[facts.lists]
    return density


def _leads_nowhere(facts: Facts, kept: Marks) -> Marks:
    """Headings without text under them; what has links first is a box with a heading."""
    headings = kept & facts.headings
    if not headings.any():
        return headings
    count = len(kept)
    places = np.arange(count)
    linked = (facts.density > 0.7) & (facts.weights >= 20) & ~facts.around
    # The next of each kind, read from the end.
    texts = _next(np.where(kept & ~headings, places, count))
    follows = _next(np.where(kept, places, count))
    links = _next(np.where(linked, places, count))
    nowhere: Marks = headings & ((texts == count) | (links < follows))
    return nowhere


def _next(places: NDArray[np.int64]) -> NDArray[np.int64]:
    """The first of these places after each block; their number for none."""
    found = np.full(len(places), len(places))
    found[:-1] = np.minimum.accumulate(places[:0:-1])[::-1]
    return found

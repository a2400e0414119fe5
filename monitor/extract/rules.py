"""The story by rules made by hand: a feature for the learned model, and a good one.

They look for one element that holds nearly all of the prose, and at its blocks one by one.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.extract.blocks import HEADINGS, Block, Outline

_PARAGRAPHS = frozenset(("p", "blockquote", "pre", "dd"))
_LEAVES = frozenset(("p", "li", "blockquote", "pre", "dd", "td", "ul", "ol", *HEADINGS))


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the blocks before choosing; blocks are named by their index."""

    prose: Sequence[int]  # weight as prose; 0 for links, labels, headings and boilerplate
    inside: Sequence[int]  # blocks in the container and not in what is around the article
    around: Collection[int]  # blocks in what is around the article
    titles: Collection[int]  # blocks that repeat the headline
    agreed: Collection[int]  # blocks that JSON-LD's articleBody holds
    boilerplate: Collection[int]  # blocks that say something about the page
    heads: Collection[int]  # blocks worded as what stands above related stories
    tails: Collection[int]  # blocks that open what follows an article
    ends: Sequence[bool]  # whether a block ends as a sentence does
    density: Sequence[float]  # of links


def story_by_rules(outline: Outline, facts: Facts) -> list[int]:
    """Choose the blocks that are the story's body."""
    inside = _between_title_and_tail(facts)
    lists = _link_density_of_lists(outline, inside)
    blocks = outline.blocks
    kept = [
        i
        for i in inside
        if (i in facts.agreed and facts.density[i] < 0.9) or _is_kept(i, blocks[i], lists, facts)
    ]
    while kept and blocks[kept[-1]].tag in HEADINGS:
        kept.pop()
    after = dict(pairwise(kept))
    return [i for i in kept if blocks[i].tag not in HEADINGS or _leads_on(i, after, blocks, facts)]


def _between_title_and_tail(facts: Facts) -> Sequence[int]:
    """Leave out what stands before the headline, and what follows a heading such as Comments."""
    inside = facts.inside
    total = sum(facts.prose[i] for i in inside) or 1
    before, start, end = 0, 0, len(inside)
    for position, index in enumerate(inside):
        if before < 0.2 * total and index in facts.titles:
            start = position + 1
        elif before > 0.6 * total and index in facts.tails:
            end = position
            break
        before += facts.prose[index]
    return inside[start:end]


def _leads_on(index: int, after: dict[int, int], blocks: Sequence[Block], facts: Facts) -> bool:
    """Whether a heading has text under it; what has links first is a box with a heading."""
    return not any(
        facts.density[i] > 0.7 and blocks[i].weight >= 20 and i not in facts.around
        for i in range(index + 1, after[index])
    )


def _link_density_of_lists(outline: Outline, inside: Sequence[int]) -> dict[int, float]:
    """Mean link density of the list items under each list or wrapper."""
    chars: Counter[int] = Counter()
    links: Counter[int] = Counter()
    for index in inside:
        block = outline.blocks[index]
        if block.tag in ("li", "td", "th"):
            parent = outline.elements[block.element].parent
            chars[parent] += len(block.text)
            links[parent] += block.link_chars
    density = {parent: links[parent] / max(1, chars[parent]) for parent in chars}
    return {
        block.element: density[outline.elements[block.element].parent]
        for block in (outline.blocks[i] for i in inside)
        if block.tag in ("li", "td", "th")
    }


def _is_kept(index: int, block: Block, lists: dict[int, float], facts: Facts) -> bool:
    if index in facts.boilerplate or index in facts.titles:
        return False
    density, tag = facts.density[index], block.tag
    if tag in HEADINGS:
        return density < 0.5 and index not in facts.heads
    if tag in ("li", "td", "th"):
        return lists[block.element] < 0.5 and density < 0.8
    if density > 0.6:
        return tag in _PARAGRAPHS and facts.ends[index] and block.weight > 60
    return tag in _PARAGRAPHS or facts.ends[index] or facts.prose[index] > 0

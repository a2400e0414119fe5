"""The story by rules made by hand: a feature for the learned model, and a good one.

They look for one element that holds nearly all of the prose, and at its blocks one by one.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.extract.blocks import HEADINGS, Block, Outline
from monitor.extract.lines import is_tail_heading, is_tail_line
from monitor.extract.tokens import Hint

_STOP = re.compile(r"[.!?…:;。！？।॥؟۔][\"'”’»)\]」』]*$")
_PARAGRAPHS = frozenset(("p", "blockquote", "pre", "dd"))
_LEAVES = frozenset(("p", "li", "blockquote", "pre", "dd", "td", "ul", "ol", *HEADINGS))


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the blocks before choosing; blocks are named by their index."""

    prose: Sequence[int]  # weight as prose; 0 for links, labels, headings and boilerplate
    titles: Collection[int]  # blocks that repeat the headline
    agreed: Collection[int]  # blocks that JSON-LD's articleBody holds
    boilerplate: Collection[int]  # blocks that say something about the page


def story_by_rules(outline: Outline, facts: Facts) -> list[int]:
    """Choose the blocks that are the story's body."""
    around = _chrome(outline, facts.prose)
    apart = frozenset(
        i for i, b in enumerate(outline.blocks) if b.element in around and i not in facts.agreed
    )
    weights = [_weight(i, apart, facts) for i in range(len(facts.prose))]
    container = _container(outline, weights)
    inside = [i for i in _inside(outline, container) if i not in apart]
    inside = _between_title_and_tail(outline.blocks, inside, facts)
    return _kept(outline, inside, facts, around)


def _weight(index: int, apart: Collection[int], facts: Facts) -> int:
    if index in facts.agreed:
        return 3 * facts.prose[index]
    return 0 if index in apart else facts.prose[index]


def _totals(outline: Outline, weights: Iterable[int]) -> Counter[int]:
    """The weight that each element holds, its descendants included."""
    totals: Counter[int] = Counter()
    for block, weight in zip(outline.blocks, weights, strict=True):
        totals[block.element] += weight
    # Elements stand in document order, so that children come after their parents.
    for index in range(len(outline.elements) - 1, 0, -1):
        if totals[index]:
            totals[outline.elements[index].parent] += totals[index]
    return totals


def _chrome(outline: Outline, prose: Sequence[int]) -> frozenset[int]:
    """Elements around the article by their names, unless that leaves next to nothing.

    A name is not believed of an element that holds a great share of the page's prose; where names
    would take most of it all the same, they are believed of ever smaller elements only.
    """
    totals = _totals(outline, prose)
    found: frozenset[int] = frozenset()
    for share in (0.5, 0.25, 0.1):
        found = _chrome_below(outline, totals, share * totals[0])
        left = sum(w for b, w in zip(outline.blocks, prose, strict=True) if b.element not in found)
        if left > 0.3 * totals[0]:
            break
    return found


def _chrome_below(outline: Outline, totals: Counter[int], limit: float) -> frozenset[int]:
    found: set[int] = set()
    for index, element in enumerate(outline.elements):
        most = 0.9 * totals[0] if element.hint == Hint.COMMENTS else limit
        by_name = element.hint < Hint.NONE and totals[index] < most
        # What is hidden may be shown by a script, but only a page without other prose needs it.
        by_style = element.hidden and totals[0] - totals[index] > 250
        if element.parent in found or by_name or by_style:
            found.add(index)
    return frozenset(found)


def _container(outline: Outline, weights: Sequence[int]) -> int:
    """The innermost element that still holds nearly all of the prose."""
    totals = _totals(outline, weights)
    children: dict[int, list[int]] = {}
    for index, element in enumerate(outline.elements):
        if totals[index] and element.tag not in _LEAVES:
            children.setdefault(element.parent, []).append(index)
    current = 0
    while inner := children.get(current):
        best = max(inner, key=lambda index: totals[index])
        if totals[best] < _share_needed(outline, current, best) * totals[current]:
            break
        current = best
    return current


def _share_needed(outline: Outline, outer: int, inner: int) -> float:
    """How much of an element's prose its child must hold to stand for it."""
    child = outline.elements[inner]
    if child.hint == Hint.BODY:
        return 0.5
    if outline.elements[outer].hint == Hint.BODY:
        return 0.95
    return 0.6 if child.tag in ("article", "main") else 0.8


def _inside(outline: Outline, container: int) -> list[int]:
    """Blocks within an element."""
    inside = {container}
    for index in range(container + 1, len(outline.elements)):
        if outline.elements[index].parent in inside:
            inside.add(index)
    return [i for i, block in enumerate(outline.blocks) if block.element in inside]


def _between_title_and_tail(blocks: Sequence[Block], inside: list[int], facts: Facts) -> list[int]:
    """Leave out what stands before the headline, and what follows a heading such as Comments."""
    total = sum(facts.prose[i] for i in inside) or 1
    before, start, end = 0, 0, len(inside)
    for position, index in enumerate(inside):
        block = blocks[index]
        if before < 0.2 * total and index in facts.titles:
            start = position + 1
        elif before > 0.6 * total and _opens_tail(block):
            end = position
            break
        before += facts.prose[index]
    return inside[start:end]


def _opens_tail(block: Block) -> bool:
    # A linked line is one hint among the paragraphs (“Read more: …”), and the story goes on.
    return block.weight <= 80 and block.link_density < 0.5 and _stands_alone(block)


def _stands_alone(block: Block) -> bool:
    if block.tag in HEADINGS:
        return is_tail_heading(block.text)
    return is_tail_line(block.text)


def _kept(
    outline: Outline, inside: Sequence[int], facts: Facts, around: Collection[int]
) -> list[int]:
    blocks = outline.blocks
    lists = _link_density_of_lists(outline, inside)
    kept = [
        i for i in inside if _has_agreed(i, blocks, facts) or _is_kept(i, outline, lists, facts)
    ]
    while kept and blocks[kept[-1]].tag in HEADINGS:
        kept.pop()
    after = dict(pairwise(kept))
    return [i for i in kept if blocks[i].tag not in HEADINGS or _leads_on(i, after, blocks, around)]


def _has_agreed(index: int, blocks: Sequence[Block], facts: Facts) -> bool:
    return index in facts.agreed and blocks[index].link_density < 0.9


def _leads_on(
    index: int, after: dict[int, int], blocks: Sequence[Block], around: Collection[int]
) -> bool:
    """Whether a heading has text under it; what has links first is a box with a heading."""
    between = blocks[index + 1 : after[index]]
    return not any(
        b.link_density > 0.7 and b.weight >= 20 and b.element not in around for b in between
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


def _is_kept(index: int, outline: Outline, lists: dict[int, float], facts: Facts) -> bool:
    if index in facts.boilerplate or index in facts.titles:
        return False
    block = outline.blocks[index]
    if block.tag in HEADINGS:
        return block.link_density < 0.5 and not is_tail_heading(block.text)
    if block.tag in ("li", "td", "th"):
        return lists[block.element] < 0.5 and block.link_density < 0.8
    ends = bool(_STOP.search(block.text))
    if block.link_density > 0.6:
        return block.tag in _PARAGRAPHS and ends and block.weight > 60
    if block.tag in _PARAGRAPHS:
        return True
    return ends or facts.prose[index] > 0

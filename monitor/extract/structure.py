"""What the elements around a block say: names, tags, and how much prose and links they hold."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from monitor.extract.blocks import Element, Outline
from monitor.extract.tokens import Hint
from monitor.extract.vocabulary import Vocabulary

Column = NDArray[np.float64]
Numbers = NDArray[np.int64]

_LEAVES = frozenset(("p", "li", "blockquote", "td", "ul", "ol", "pre"))
_HOLDERS = (
    "article", "main", "aside", "nav", "header", "footer", "form", "figure", "section", "table",
    "ul", "blockquote", "li", "p",
)  # fmt: skip
_CHROME, _COMMENTS, _BODY, _HIDDEN = 1, 2, 4, 8
_BITS = {tag: 16 << number for number, tag in enumerate(_HOLDERS)}
_BITS |= {"ol": _BITS["ul"], "dl": _BITS["ul"], "menu": _BITS["nav"]}
_ALL_BITS = tuple(1 << bit for bit in range(4 + len(_HOLDERS)))
_LEVELS = 4  # elements around a block that are described one by one, from the innermost
_FAR = 9


@dataclass(frozen=True, slots=True)
class Structure:
    """The features of blocks that come from the elements around them."""

    columns: list[Column]
    parents: Numbers  # of elements; the top element is its own
    container: int  # the innermost element that holds nearly all of the prose
    inside: NDArray[np.bool_]  # blocks within it
    barred: NDArray[np.bool_]  # blocks that are hidden or named as comments


@dataclass(slots=True)
class _Chains:
    """Of each element, what it and all around it say."""

    bits: list[int] = field(default_factory=list)
    depths: list[int] = field(default_factory=list)
    inner: list[int] = field(default_factory=list)  # the nearest element that is chrome, or -1
    outer: list[int] = field(default_factory=list)  # the outermost
    near: list[int] = field(default_factory=list)  # how many elements away the nearest is
    # Lowest and highest score of names in the chain, their sums, and the element's own two.
    scores: list[tuple[float, ...]] = field(default_factory=list)


def structure_of(
    outline: Outline,
    vocabulary: Vocabulary,
    elements: Numbers,
    figures: tuple[Column, Column, Column],
) -> Structure:
    """Describe the blocks by their elements; figures are prose, length and links of each block."""
    count = len(outline.elements)
    parents = np.array([max(0, element.parent) for element in outline.elements])
    held = _held(elements, figures, parents, count)
    prose = held[:, 0]
    total = max(1.0, prose[0])
    chains = _chains(outline.elements, vocabulary)
    container = _container(outline.elements, prose.tolist())
    inside = _is_inside(container, parents, count)[elements]
    depths = np.array(chains.depths)
    inner, outer = np.array(chains.inner)[elements], np.array(chains.outer)[elements]
    hints = np.array([element.hint for element in outline.elements], dtype=np.float64)
    bits = np.array(chains.bits)[elements]
    scores = np.array(chains.scores)
    columns = [
        *((bits & bit) > 0 for bit in _ALL_BITS),
        hints[elements],
        hints[parents[elements]],
        np.where(inner >= 0, prose[inner] / total, 0),
        np.where(outer >= 0, prose[outer] / total, 0),
        np.minimum(_FAR, np.array(chains.near)[elements]) / _FAR,
        depths[elements] / 20,
        *(scores[elements].T / 2),
        *(scores[parents[elements], 4:].T / 2),
        *_levels(held / (total, 1, 1, 1, 1), parents, elements),
        _goes_on(elements, parents),
        inside,
        np.full(len(elements), prose[container] / total),
        np.where(inside, (depths[elements] - depths[container]) / 6, -0.5),
    ]
    return Structure(columns, parents, container, inside, (bits & (_HIDDEN | _COMMENTS)) > 0)


def _held(
    elements: Numbers, figures: tuple[Column, Column, Column], parents: Numbers, count: int
) -> Column:
    """What each element holds, descendants included: prose, length, links, blocks, blocks of prose.

    Elements stand in document order, so that those within one follow it without a gap.
    """
    own = [np.bincount(elements, figure, count) for figure in figures]
    own.append(np.bincount(elements, minlength=count))
    own.append(np.bincount(elements, figures[0] > 0, count))
    sums = np.zeros((count + 1, 5))
    np.cumsum(np.stack(own, axis=1), axis=0, out=sums[1:])
    return sums[_ends(parents, count)] - sums[:-1]


def _ends(parents: Numbers, count: int) -> Numbers:
    """The index after each element's last descendant."""
    sizes, around = [1] * count, parents.tolist()
    for index in range(count - 1, 0, -1):
        sizes[around[index]] += sizes[index]
    return np.arange(count) + np.array(sizes)


def _is_inside(container: int, parents: Numbers, count: int) -> NDArray[np.bool_]:
    places = np.arange(count)
    return (places >= container) & (places < _ends(parents, count)[container])


def _chains(elements: Sequence[Element], vocabulary: Vocabulary) -> _Chains:
    """Read each element once, after the one around it."""
    chains = _Chains()
    range_of = vocabulary.range_of_names
    for index, element in enumerate(elements):
        parent, names, hint = element.parent, element.names, element.hint
        low, high = range_of(names) if names else (0.0, 0.0)
        own = _BITS.get(element.tag, 0) | (_HIDDEN if element.hidden else 0) | _bit_of(hint)
        is_chrome = hint < Hint.NONE
        if parent < 0:
            chains.bits.append(own)
            chains.depths.append(0)
            chains.inner.append(-1)
            chains.outer.append(-1)
            chains.near.append(_FAR)
            chains.scores.append((low, high, low, high, low, high))
            continue
        outer, least, most, lows, highs = chains.outer[parent], *chains.scores[parent][:4]
        chains.bits.append(own | chains.bits[parent])
        chains.depths.append(chains.depths[parent] + 1)
        chains.inner.append(index if is_chrome else chains.inner[parent])
        chains.outer.append(index if is_chrome and outer < 0 else outer)
        chains.near.append(0 if is_chrome else chains.near[parent] + 1)
        least, most = min(least, low), max(most, high)
        chains.scores.append((least, most, lows + low, highs + high, low, high))
    return chains


def _bit_of(hint: Hint) -> int:
    if hint == Hint.NONE:
        return 0
    if hint == Hint.BODY:
        return _BODY
    return _COMMENTS if hint == Hint.COMMENTS else _CHROME


def _levels(held: Column, parents: Numbers, elements: Numbers) -> list[Column]:
    """The shares and densities of the element around each block, and of those around that."""
    columns, current = [], elements
    for _ in range(_LEVELS):
        prose, length, links, blocks, with_prose = held[current].T
        columns += [
            prose,
            links / np.maximum(1, length),
            np.log1p(blocks) / 3,
            with_prose / np.maximum(1, blocks),
        ]
        current = parents[current]
    return columns


def _goes_on(elements: Numbers, parents: Numbers) -> Column:
    """Whether a block stands beside the one before it."""
    same = np.zeros(len(elements))
    around = parents[elements]
    same[1:] = (elements[1:] == elements[:-1]) | (around[1:] == around[:-1])
    return same


def _container(elements: Sequence[Element], prose: Sequence[float]) -> int:
    """The innermost element that, like all around it, holds nearly all prose of its parent."""
    held = [True] * len(elements)
    container = 0
    for index, element in enumerate(elements):
        parent = element.parent
        if parent < 0:
            continue
        held[index] = (
            held[parent]
            and element.tag not in _LEAVES
            and prose[index] >= _share_needed(elements, index) * prose[parent] > 0
        )
        if held[index]:
            container = index
    return container


def _share_needed(elements: Sequence[Element], index: int) -> float:
    """How much of its parent's prose an element must hold to stand for it."""
    element = elements[index]
    if element.hint == Hint.BODY:
        return 0.5
    if elements[element.parent].hint == Hint.BODY:
        return 0.95
    return 0.6 if element.tag in ("article", "main") else 0.8

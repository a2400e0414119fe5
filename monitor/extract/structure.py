"""What the elements around a block say: names, tags, and how much prose and links they hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.extract.blocks import HEADINGS, Element
from monitor.extract.tokens import Hint, hint_of
from monitor.extract.vocabulary import Vocabulary

Column = NDArray[np.float64]
Numbers = NDArray[np.int64]
Marks = NDArray[np.bool_]

_LEAVES = frozenset(("p", "li", "blockquote", "pre", "dd", "td", "ul", "ol", *HEADINGS))
_HOLDERS = (
    "article", "main", "aside", "nav", "header", "footer", "form", "figure", "section", "table",
    "ul", "blockquote", "li", "p",
)  # fmt: skip
_HINT_BITS = (0, 4, 2, 1)  # by the hint as an index: NONE, BODY, COMMENTS (-2), CHROME (-1)
_COMMENTS, _HIDDEN = 2, 8
_CHROME = int(Hint.CHROME)
_TAG_BITS = {tag: 16 << number for number, tag in enumerate(_HOLDERS)}
_TAG_BITS |= {"ol": _TAG_BITS["ul"], "dl": _TAG_BITS["ul"], "menu": _TAG_BITS["nav"]}
_LEAF = 1 << 30  # of an element's own bits only
_BITS = _TAG_BITS | {tag: _TAG_BITS.get(tag, 0) | _LEAF for tag in _LEAVES}
_MAIN = _TAG_BITS["article"] | _TAG_BITS["main"]
_NAVIGATION = 1 << 29  # by its tag or role, whatever its names are
_NAVIGATING = frozenset(("nav", "menu", "footer"))
_NAMED = frozenset(("aside", "header", "form", "figure"))  # may well hold a part of a story
_TOLD = np.array([[1 << bit] for bit in range(4 + len(_HOLDERS))])
_SHARES = (0.5, 0.25, 0.1)  # of a page's prose, which an element named as chrome may hold
_LEVELS = 4  # elements around a block that are described one by one, from the innermost
_FAR = 9
_NEVER = 1e9


@dataclass(frozen=True, slots=True)
class Tree:
    """The elements of a page as columns, in document order: those within one follow it."""

    parents: Numbers  # the top element is its own
    depths: Numbers
    ends: Numbers  # the index after each element's last descendant
    bits: Numbers  # what an element's own markup says
    hints: Numbers
    ranges: Column  # lowest and highest score of an element's names


@dataclass(frozen=True, slots=True)
class Structure:
    """What the elements say of the blocks."""

    columns: list[NDArray[Any]]
    parents: Numbers  # of elements
    around: Marks  # blocks in elements around the article, by their names
    container: int  # the innermost element that holds nearly all of the prose
    inside: Marks  # blocks within it
    barred: Marks  # blocks that are hidden or named as comments
    navigation: Marks  # blocks in elements that are so by tag or role


def tree_of(elements: Sequence[Element], vocabulary: Vocabulary) -> Tree:
    """Turn elements into columns."""
    around = [element.parent for element in elements]
    sizes = [1] * len(around)
    for index in range(len(around) - 1, 0, -1):
        sizes[around[index]] += sizes[index]
    bits = [
        _BITS.get(e.tag, 0) | _HINT_BITS[e.hint] | (_HIDDEN if e.hidden else 0) for e in elements
    ]
    hints = np.array([element.hint for element in elements], dtype=np.int64)
    for index in np.flatnonzero(hints == _CHROME).tolist():
        if _is_navigation(elements[index]):
            bits[index] |= _NAVIGATION
    return Tree(
        parents=np.maximum(0, np.array(around)),
        depths=np.array([element.depth for element in elements]),
        ends=np.arange(len(around)) + np.array(sizes),
        bits=np.array(bits),
        hints=hints,
        ranges=vocabulary.ranges([element.names for element in elements]),
    )


def _is_navigation(element: Element) -> bool:
    if element.tag in _NAVIGATING:
        return True
    if element.tag in _NAMED or element.tag in _LEAVES:
        return False
    return hint_of(element.names) != Hint.CHROME


def structure_of(
    tree: Tree, elements: Numbers, figures: tuple[Column, ...], agreed: Column
) -> Structure:
    """Describe the blocks by their elements.

    ``figures`` are prose, length and links of each block; ``agreed`` marks what JSON-LD's
    articleBody holds, which no name takes away.
    """
    held = _held(tree, elements, figures)
    chrome = _chrome(tree, held[:, 0], elements, figures[0])
    around = chrome[elements] & (agreed == 0)
    weights = figures[0] * np.where(around, 0, 1 + 2 * agreed)
    container = _container(tree, _summed(tree, np.bincount(elements, weights, len(chrome))))
    inside = (elements >= container) & (elements < tree.ends[container])
    told = _inherited(tree.parents, tree.bits, np.bitwise_or)[elements]
    columns = [
        (told & _TOLD) > 0,
        around,
        *_named(tree, elements, held[:, 0] / max(1.0, held[0, 0])),
        *_levels(held / (max(1.0, held[0, 0]), 1, 1, 1, 1), tree.parents, elements),
        _goes_on(elements, tree.parents),
        inside,
        np.full(len(elements), held[container, 0] / max(1.0, held[0, 0])),
        np.where(inside, (tree.depths[elements] - tree.depths[container]) / 6, -0.5),
    ]
    barred = (told & (_HIDDEN | _COMMENTS)) > 0
    navigation = (told & _NAVIGATION) > 0
    return Structure(columns, tree.parents, around, container, inside, barred, navigation)


def _held(tree: Tree, elements: Numbers, figures: tuple[Column, ...]) -> Column:
    """Prose, length, links, blocks and blocks of prose in each element and all within it."""
    count = len(tree.parents)
    own = [np.bincount(elements, figure, count) for figure in figures]
    own.append(np.bincount(elements, minlength=count))
    own.append(np.bincount(elements, figures[0] > 0, count))
    return _summed(tree, np.stack(own, axis=1))


def _summed(tree: Tree, own: NDArray[Any]) -> Column:
    """The sums over each element and all within it."""
    sums = np.zeros((len(own) + 1, *own.shape[1:]))
    np.cumsum(own, axis=0, out=sums[1:])
    total: Column = sums[tree.ends] - sums[:-1]
    return total


def _inherited(parents: Numbers, own: NDArray[Any], join: np.ufunc) -> NDArray[Any]:
    """What each element and all around it say together.

    Every round joins with twice as far an ancestor (pointer jumping), so that five rounds do for
    elements 32 deep. ``join`` must not mind hearing the same twice.
    """
    told, above = own, parents
    while above.any():
        told = join(told, told[above])
        above = above[above]
    inherited: NDArray[Any] = join(told, told[0])
    return inherited


def _chrome(tree: Tree, prose: Column, elements: Numbers, weights: Column) -> Marks:
    """Elements around the article by their names, unless that leaves next to nothing.

    A name is not believed of an element that holds a great share of the page's prose; where names
    would take most of it all the same, they are believed of ever smaller elements only. What is
    hidden may be shown by a script, but only a page without other prose needs it.
    """
    total = prose[0]
    hidden = ((tree.bits & _HIDDEN) > 0) & (total - prose > 250)
    comments = (tree.hints == Hint.COMMENTS) & (prose < 0.9 * total)
    found: Marks = hidden | comments
    for share in _SHARES:
        named = (tree.hints < 0) & (prose < share * total)
        own = hidden | np.where(tree.hints == Hint.COMMENTS, comments, named)
        found = _inherited(tree.parents, own, np.logical_or)
        if weights[~found[elements]].sum() > 0.3 * total:
            break
    return found


def _named(tree: Tree, elements: Numbers, shares: Column) -> list[NDArray[Any]]:
    """What names say: hints, how much prose the nearest and the outermost chrome hold, scores."""
    places = np.arange(len(tree.parents))
    is_chrome = tree.hints < 0
    own = np.stack(
        [
            tree.ranges[:, 0],
            -tree.ranges[:, 1],
            np.where(is_chrome, -places, 1),
            np.where(is_chrome, places, _NEVER),
        ],
        axis=1,
    )
    low, high, nearest, outermost = _inherited(tree.parents, own, np.minimum)[elements].T
    inner = np.maximum(0, -nearest).astype(np.int64)
    outer = np.where(outermost < _NEVER, outermost, 0).astype(np.int64)
    within = nearest <= 0
    parents = tree.parents[elements]
    return [
        tree.hints[elements],
        tree.hints[parents],
        np.where(within, shares[inner], 0),
        np.where(within, shares[outer], 0),
        np.where(within, np.minimum(_FAR, tree.depths[elements] - tree.depths[inner]), _FAR) / _FAR,
        tree.depths[elements] / 20,
        low / 2,
        -high / 2,
        tree.ranges[elements].T / 2,
        tree.ranges[parents].T / 2,
        tree.ranges[tree.parents[parents]].T / 2,
    ]


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


def _container(tree: Tree, prose: Column) -> int:
    """The innermost element that, like all around it, holds nearly all prose of its parent."""
    apart = tree.hints[tree.parents]
    share = np.where((tree.bits & _MAIN) > 0, 0.6, 0.8)
    share[apart == Hint.BODY] = 0.95
    share[tree.hints == Hint.BODY] = 0.5
    above = prose[tree.parents]
    fails = (prose < share * above) | (above == 0) | ((tree.bits & _LEAF) > 0)
    fails[0] = False
    failed = _inherited(tree.parents, fails, np.logical_or)
    return int(np.flatnonzero(~failed)[-1])

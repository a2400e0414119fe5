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
_CHROME = Hint.CHROME
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
_FAR = 9
_LEVELS = 4  # elements around a block that are described one by one, from the innermost


@dataclass(frozen=True, slots=True)
class Tree:
    """The elements of a page as columns, in document order: those within one follow it."""

    parents: Numbers  # the top element is its own
    depths: Numbers
    ends: Numbers  # the index after each element's last descendant
    bits: Numbers  # what an element's own markup says
    told: Numbers  # what it and all around it say
    hints: Numbers
    looks: Numbers  # equal for equal names
    ranges: Column  # lowest and highest score of an element's names, a row each


@dataclass(frozen=True, slots=True)
class Structure:
    """What the elements say of the blocks."""

    columns: list[NDArray[Any]]
    around: Marks  # blocks in elements around the article, by their names
    container: int  # the innermost element that holds nearly all of the prose
    inside: Marks  # blocks within it
    barred: Marks  # blocks that are hidden or named as comments
    navigation: Marks  # blocks in elements that are so by tag or role


def tree_of(elements: Sequence[Element], vocabulary: Vocabulary) -> Tree:
    """Turn elements into columns."""
    around = [element.parent for element in elements]
    around[0] = 0
    sizes = [1] * len(around)
    for index in range(len(around) - 1, 0, -1):
        sizes[around[index]] += sizes[index]
    bits = [
        _BITS.get(e.tag, 0) | _HINT_BITS[e.hint] | (_HIDDEN if e.hidden else 0) for e in elements
    ]
    hints = [element.hint for element in elements]
    for index, hint in enumerate(hints):
        if hint is _CHROME and _is_navigation(elements[index]):
            bits[index] |= _NAVIGATION
    told = bits.copy()
    for index, parent in enumerate(around):
        told[index] |= told[parent]
    numbers: dict[str, int] = {}
    looks = _column([numbers.setdefault(e.names, len(numbers)) for e in elements])
    return Tree(
        parents=_column(around),
        depths=_column([element.depth for element in elements]),
        ends=np.arange(len(around)) + _column(sizes),
        bits=_column(bits),
        told=_column(told),
        hints=_column(hints),
        looks=looks,
        ranges=vocabulary.ranges(list(numbers))[looks],
    )


def _column(values: Sequence[int]) -> Numbers:
    return np.fromiter(values, np.int64, len(values))  # faster than numpy's own array, by a third


def _is_navigation(element: Element) -> bool:
    if element.tag in _NAVIGATING:
        return True
    if element.tag in _NAMED or element.tag in _LEAVES:
        return False
    return hint_of(element.names) is not _CHROME


def structure_of(
    tree: Tree, elements: Numbers, figures: tuple[Column, ...], agreed: Column
) -> Structure:
    """Describe the blocks by their elements.

    ``figures`` are prose, length and links of each block; ``agreed`` marks what JSON-LD's
    articleBody holds, which no name takes away.
    """
    held = _held(tree, elements, figures)
    prose = held[:, 0]
    low, high, *nearest = _nearest(tree).T
    chrome, comments, hidden = (column.astype(np.int64)[elements] for column in nearest)
    around = _around(prose, chrome, comments, hidden, figures[0]) & (agreed == 0)
    weights = figures[0] * np.where(around, 0, 1 + 2 * agreed)
    container = _container(tree, _summed(tree, np.bincount(elements, weights, len(prose))))
    inside = (elements >= container) & (elements < tree.ends[container])
    told = tree.told[elements]
    total, depths = max(1.0, prose[0]), tree.depths[elements]
    columns = [
        (told & _TOLD) > 0,
        around,
        tree.hints[elements],
        tree.hints[tree.parents[elements]],
        np.where(chrome > 0, prose[chrome] / total, 0),
        np.where(chrome > 0, np.minimum(_FAR, depths - tree.depths[chrome]), _FAR) / _FAR,
        depths / 20,
        low[elements] / 2,
        high[elements] / 2,
        *_levels(tree, held, elements),
        _goes_on(elements, tree.parents),
        inside,
        np.where(inside, (depths - tree.depths[container]) / 6, -0.5),
    ]
    barred = (told & (_HIDDEN | _COMMENTS)) > 0
    navigation = (told & _NAVIGATION) > 0
    return Structure(columns, around, container, inside, barred, navigation)


def _held(tree: Tree, elements: Numbers, figures: tuple[Column, ...]) -> Column:
    """Prose, length, links, blocks and blocks of prose in each element and all within it."""
    count = len(tree.parents)
    own = np.empty((count, len(figures) + 2))
    for number, figure in enumerate((*figures, None, figures[0] > 0)):
        own[:, number] = np.bincount(elements, figure, count)
    return _summed(tree, own)


def _summed(tree: Tree, own: NDArray[Any]) -> Column:
    """The sums over each element and all within it."""
    sums = np.zeros((len(own) + 1, *own.shape[1:]))
    own.cumsum(axis=0, out=sums[1:])
    total: Column = sums[tree.ends] - sums[:-1]
    return total


def _nearest(tree: Tree) -> Column:
    """Of each element and those around it, what counts as a row.

    The lowest score of a name (its sign turned), the highest, and the innermost element that is
    named as chrome, as comments, or is hidden: their index is the highest, since those within an
    element follow it; 0 for none.
    """
    places = np.arange(len(tree.parents))
    own = np.empty((len(places), 5))
    own[:, 0], own[:, 1] = -tree.ranges[:, 0], tree.ranges[:, 1]
    own[:, 2] = places * (tree.hints < 0)
    own[:, 3] = places * (tree.hints == Hint.COMMENTS)
    own[:, 4] = places * ((tree.bits & _HIDDEN) > 0)
    # Every round joins with twice as far an ancestor (pointer jumping), so that five rounds do for
    # elements 32 deep.
    above = tree.parents
    while above.any():
        np.maximum(own, own[above], out=own)
        above = above[above]
    return own


def _around(
    prose: Column, chrome: Numbers, comments: Numbers, hidden: Numbers, weights: Column
) -> Marks:
    """Blocks in elements around the article by their names, unless that leaves next to nothing.

    A name is not believed of an element that holds a great share of the page's prose; where names
    would take most of it all the same, they are believed of ever smaller elements only. What is
    hidden may be shown by a script, but only a page without other prose needs it. Of each kind, the
    innermost element around a block holds the least, so that it decides.
    """
    total = prose[0]
    surely = (hidden > 0) & (total - prose[hidden] > 250)
    surely |= (comments > 0) & (prose[comments] < 0.9 * total)
    found: Marks = surely
    for share in _SHARES:
        found = surely | ((chrome > 0) & (prose[chrome] < share * total))
        if weights[~found].sum() > 0.3 * total:
            break
    return found


def _levels(tree: Tree, held: Column, elements: Numbers) -> list[Column]:
    """What the element around each block is, and those around that.

    Its share of the prose, its density of links, its blocks and the share of them that are prose,
    and the lowest and highest score of its names.
    """
    about = np.empty((len(held), 6))
    about[:, 0] = held[:, 0] / max(1.0, held[0, 0])
    about[:, 1] = held[:, 2] / np.maximum(1, held[:, 1])
    about[:, 2] = np.log1p(held[:, 3]) / 3
    about[:, 3] = held[:, 4] / np.maximum(1, held[:, 3])
    about[:, 4:] = tree.ranges / 2
    found, current = [], elements
    for _ in range(_LEVELS):
        found.append(about[current].T)
        current = tree.parents[current]
    found[-1] = found[-1][:4]  # so far out, names say nothing of a block
    return found


def _goes_on(elements: Numbers, parents: Numbers) -> Column:
    """Whether a block stands beside the one before it."""
    same = np.zeros(len(elements))
    around = parents[elements]
    same[1:] = (elements[1:] == elements[:-1]) | (around[1:] == around[:-1])
    return same


def _container(tree: Tree, prose: Column) -> int:
    """The innermost element that, like all around it, holds nearly all prose of its parent."""
    share = np.where((tree.bits & _MAIN) > 0, 0.6, 0.8)
    share[tree.hints[tree.parents] == Hint.BODY] = 0.95
    share[tree.hints == Hint.BODY] = 0.5
    above = prose[tree.parents]
    holds = (prose >= share * above) & (above > 0) & ((tree.bits & _LEAF) == 0)
    found, chain = 0, {0}
    for index in holds.nonzero()[0].tolist():
        if int(tree.parents[index]) in chain:
            chain.add(index)
            found = index
    return found

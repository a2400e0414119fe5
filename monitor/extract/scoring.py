"""Which blocks of a page are the story: those that learned weights say, and why.

`features` describes the blocks, `weights` holds what was learned, a few rules have the last word.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from monitor.extract import weights
from monitor.extract.blocks import CELL, HEADINGS, Block, Outline
from monitor.extract.features import Features, features_of
from monitor.extract.known import Known, fold
from monitor.extract.lines import is_tail_heading
from monitor.extract.tokens import Hint, is_apart

SECONDED, ALONE = 0.3, 0.45  # the score that keeps a block with the rules, and against them
DOUBTFUL = 0.9  # the same against them for links, navigation, and headings of what is no story
GOING_ON = 0.2  # the same with them for a paragraph that looks and stands like the one before
ANNOUNCED = 0.05  # the same for the items of a list that the line before it announces
MISSED = 2.5  # what rules keep and scores leave, to what scores keep: more is too much
TABLE = 0.2  # the mean score of its cells that keeps a table
_NEXT = 2  # stories that an outlet puts below one
_LAYOUTS = 6  # tables within each other that lay out a page
_NEARLY_ALL = 0.9  # of what is likely the story
_CHROME = Hint.CHROME

Scores = NDArray[np.floating]
Look = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Story:
    """The chosen blocks, in order, and how clear the choice was."""

    blocks: tuple[int, ...] = ()
    certainty: float = (
        0.0  # the share of the words at stake that were clearly chosen or left, 0 to 1
    )
    prose: int = 0  # weight of the prose chosen
    rivals: int = 0  # weight of the visible prose left out


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided of one block, for people who ask why."""

    index: int  # of the block in the outline
    score: float  # how much it looks like the story, 0 to 1
    kept: bool
    reason: str  # in plain words


@dataclass(frozen=True, slots=True)
class _Judgement:
    """Every block's score, whether it is kept, and the blocks' features."""

    scores: Sequence[float]
    kept: Sequence[int]
    features: Features


def story_of(outline: Outline, known: Known) -> Story:
    """Choose the blocks that are the story's body."""
    if not outline.blocks:
        return Story()
    found = _judge(outline, known)
    prose = found.features.prose
    chosen = float(prose[list(found.kept)].sum())
    return Story(tuple(found.kept), _certainty(found), int(chosen), int(prose.sum() - chosen))


def judged(outline: Outline, known: Known) -> tuple[Verdict, ...]:
    """Every block of the page with its score, whether it is the story's, and why; for `explain`."""
    if not outline.blocks:
        return ()
    found = _judge(outline, known)
    kept = frozenset(found.kept)
    others = dict.fromkeys(_of_other_columns(outline, known), "in a column beside the story's")
    others |= dict.fromkeys(
        _of_other_articles(outline, known), "in an article of its own on this page: another story"
    )
    verdicts = []
    for i, score in enumerate(found.scores):
        reason = _reason(outline.blocks[i], score, known, i in kept)
        verdicts.append(Verdict(i, round(score, 3), i in kept, others.get(i, reason)))
    return tuple(verdicts)


def _judge(outline: Outline, known: Known) -> _Judgement:
    learned = weights.model()
    features = features_of(outline, known, learned.vocabulary)
    scores = learned.scores(features.table) * (1 - features.barred)
    apart = [*_of_other_articles(outline, known), *_of_other_columns(outline, known)]
    scores[apart] = 0
    apart += _in_boxes(outline, known, scores * features.weights)
    scores[apart] = features.ruled[apart] = 0
    chosen = _with_what_goes_on(outline, scores, features) & (features.titles == 0)
    _add_what_is_announced(outline, scores, chosen)
    for cells in _tables(outline):  # half a table says nothing, or something else
        if scores[cells].mean() >= TABLE:
            chosen[cells] |= (features.barred[cells] == 0) & ~features.doubtful[cells]
    kept = _without_bare_ends(outline.blocks, chosen.nonzero()[0].tolist())
    return _Judgement(scores.tolist(), kept, features)


def _tables(outline: Outline) -> Iterable[list[int]]:
    """The blocks that are cells, by their table; none of those that are there for the layout."""
    found: dict[int, list[int]] = defaultdict(list)
    for index, block in enumerate(outline.blocks):
        if block.tag in ("td", "th"):
            around = outline.ancestors(block.element)
            table = next((i for i in around if outline.elements[i].tag == "table"), 0)
            found[table].append(index)
    blocks = outline.blocks
    return [cells for cells in found.values() if all(blocks[i].weight < CELL for i in cells)]


def _of_other_articles(outline: Outline, known: Known) -> list[int]:
    """Blocks of one or two `<article>`s with a headline, which stand apart from the one asked for.

    Outlets put their next stories below it, in a place of their own. Chapters, updates and reports
    in brief stand beside each other, or are more.
    """
    headlines = [block for block in outline.blocks if block.tag == "h1"]
    if len(headlines) < 2 or not known.titles:
        return []
    asked_for = (block.element for block in headlines if known.titles[0] in fold(block.text))
    own = _article_around(outline, next(asked_for, 0))
    others = {_article_around(outline, block.element) for block in headlines} - {0}
    place = outline.elements[own].parent
    apart = {one for one in others - {own} if outline.elements[one].parent != place}
    apart -= set(outline.ancestors(own))
    if not own or not 1 <= len(apart) <= _NEXT or len(others) > len(apart) + 1:
        return []
    return _within(outline, apart)


def _of_other_columns(outline: Outline, known: Known) -> list[int]:
    """Blocks in cells beside the one that holds the headline: columns of an old page's layout.

    Not where they say more than that one: it may be a table of headlines and texts.
    """
    elements, blocks = outline.elements, outline.blocks
    cells = {index for index, element in enumerate(elements) if element.tag == "td"}
    if len(cells) < 2:
        return []
    headline = _headline(outline, known)
    found: list[int] = []
    around = outline.ancestors(headline.element) if headline else ()
    for own in islice((index for index in around if index in cells), _LAYOUTS):
        beside = {cell for cell in cells if elements[cell].parent == elements[own].parent} - {own}
        others, inside = _within(outline, beside), _within(outline, {own})
        if sum(blocks[i].weight for i in others) <= sum(blocks[i].weight for i in inside):
            found += others
    return found


def _headline(outline: Outline, known: Known) -> Block | None:
    """The block that shows the headline: a heading, if one does; menus name what is shown too."""
    showing = [block for block in outline.blocks if _shows_title(block, known)]
    headings = (block for block in showing if block.tag in HEADINGS)
    return next(headings, showing[0] if showing else None)


def _shows_title(block: Block, known: Known) -> bool:
    """Whether a line of a block is the headline; a date may stand above it."""
    lines = block.text.split("\n") if block.link_density < 0.5 else ()
    return any(fold(line) in known.titles for line in lines)


def _within(outline: Outline, elements: Collection[int]) -> list[int]:
    """The blocks that any of these elements holds."""
    held = [False] * (len(outline.elements) + 1)  # the last stands for what is around the first
    for index, element in enumerate(outline.elements):  # those around an element stand before it
        held[index] = held[element.parent] or index in elements
    return [index for index, block in enumerate(outline.blocks) if held[block.element]]


def _in_boxes(outline: Outline, known: Known, likely: Scores) -> list[int]:
    """Blocks in boxes named for other stories, the author or a newsletter.

    Not if that is nearly all that is ``likely`` the story's: then it is that which bears the name.
    So it is if the headline stands in the box.
    """
    elements = enumerate(outline.elements)
    boxes = {i for i, each in elements if each.hint is _CHROME and is_apart(each.names)}
    headline = _headline(outline, known) if boxes else None
    boxes.difference_update(outline.ancestors(headline.element) if headline else ())
    if not boxes:
        return []
    inside = _within(outline, boxes)
    return inside if likely[inside].sum() < _NEARLY_ALL * likely.sum() else []


def _article_around(outline: Outline, element: int) -> int:
    """The outermost `<article>` around an element; 0 for none."""
    around = [i for i in outline.ancestors(element) if outline.elements[i].tag == "article"]
    return around[-1] if around else 0


def _with_what_goes_on(outline: Outline, scores: Scores, features: Features) -> NDArray[np.bool_]:
    """What is chosen, and paragraphs that go on from it: a box between confuses the scores."""
    chosen = _chosen(scores, features)
    able = (features.ruled > 0) & (features.prose > 0) & (scores >= GOING_ON)
    last: Look | None = None
    for index in ((chosen & (features.prose > 0)) | able).nonzero()[0].tolist():
        look = _look(outline, index)
        if chosen[index]:
            last = look
        elif look == last:
            chosen[index] = True
    return chosen


def _add_what_is_announced(outline: Outline, scores: Scores, chosen: NDArray[np.bool_]) -> None:
    """Choose the list after a line that ends in a colon: without it, the line says nothing."""
    elements = outline.elements
    announced = -1  # the element that the announced list must stand in
    for index, block in enumerate(outline.blocks):
        holder = elements[elements[block.element].parent]  # the list, if this is an item
        is_next = block.tag == "li" and holder.parent == announced >= 0
        if is_next and holder.hint >= 0 and block.link_density <= 0.5:
            chosen[index] |= scores[index] >= ANNOUNCED
        elif chosen[index] and block.text.endswith((":", "：")) and not is_tail_heading(block.text):
            announced = elements[block.element].parent
        else:
            announced = -1


def _look(outline: Outline, index: int) -> Look:
    """What a block is, and where it stands."""
    block = outline.blocks[index]
    element = outline.elements[block.element]
    return block.tag, element.names, element.parent


def _chosen(scores: Scores, features: Features) -> NDArray[np.bool_]:
    """What scores well, and what the rules keep where that is most of the prose.

    A page unlike all that was learned from may be scored low as a whole, and a missed story is
    worse than a sidebar in it.
    """
    alone = np.where(features.doubtful, DOUBTFUL, ALONE)
    chosen = scores >= np.where(features.ruled > 0, SECONDED, alone)
    missed = features.weights[(features.ruled > 0) & ~chosen].sum()
    if missed > MISSED * features.weights[chosen].sum():
        return chosen | (features.ruled > 0)
    return chosen


def _without_bare_ends(blocks: Sequence[Block], kept: list[int]) -> list[int]:
    """Without headings after which nothing comes."""
    while kept and blocks[kept[-1]].tag in HEADINGS:
        kept.pop()
    return kept


def _certainty(found: _Judgement) -> float:
    """How far the scores are from even, in the mean over the words that may be the story's."""
    scores = np.array(found.scores)
    sizes = found.features.weights * np.sqrt(scores)
    return float((np.abs(2 * scores - 1) * sizes).sum() / max(1e-9, sizes.sum()))


def _reason(block: Block, score: float, known: Known, is_kept: bool) -> str:  # noqa: FBT001
    if is_kept:
        # Lists, tables and paragraphs may stay for what stands before them.
        return "kept" if score >= SECONDED else "kept with what stands around it"
    if fold(block.text) in known.titles:
        return "the headline"
    return (
        "a heading with nothing under it"
        if block.tag in HEADINGS and score >= ALONE
        else "left out"
    )

"""What a block looks like, as numbers for the model: one row a block, one column a feature.

The order of columns is part of the weights: a change here needs `benchmarks/train_extraction.py`.
Everything is computed for all blocks of a page at once, since a page has hundreds of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.extract.blocks import Block, Outline
from monitor.extract.known import Known, fold
from monitor.extract.lines import is_boilerplate, is_tail_heading, is_tail_line
from monitor.extract.rules import Facts, story_by_rules
from monitor.extract.structure import Structure, Tree, structure_of, tree_of
from monitor.extract.vocabulary import SHORT, Vocabulary
from monitor.extract.writing import Kind, Writing, writing_of

Table = NDArray[np.float32]
Column = NDArray[np.float64]

_TAGS = ("p", "h1", "h2", "h3", "h4", "li", "td", "blockquote", "div", "span", "section", "article")
_TAG_NUMBERS = {tag: number for number, tag in enumerate(_TAGS)} | {
    "h5": 4, "h6": 4, "th": 6, "dd": 5, "dt": 5, "pre": 7,
}  # fmt: skip
_NUMBERS_OF_TAGS = np.arange(len(_TAGS))[:, None]
_PARAGRAPH, _H1, _ITEM, _CELL, _QUOTE = (
    _TAG_NUMBERS[tag] for tag in ("p", "h1", "li", "td", "blockquote")
)
_DENSITIES = np.array([[0.0], [0.8]])
_WEIGHTS = np.array([[25], [100], [250]])
_MEAN_OF_SEVEN = np.ones(7) / 7
_TELLING = 600  # characters; a longer text is no line about the page


@dataclass(frozen=True, slots=True)
class Features:
    """The features of a page's blocks, and those of its figures that others need as well."""

    table: Table
    weights: Column  # of the blocks
    doubtful: NDArray[np.bool_]  # links, navigation, and what is worded as the heading of a box
    prose: Column  # of these, what is running text; 0 for links, labels and headings
    titles: Column  # 1 where the block is the headline
    ruled: Column  # 1 where the rules by hand keep the block
    barred: Column  # 1 where it is hidden or a comment, and they do not


@dataclass(frozen=True, slots=True)
class _Run:
    """The blocks of a page, each figure a column."""

    texts: tuple[str, ...]
    kinds: NDArray[np.int64]  # of the tags, by their place in _TAGS
    elements: NDArray[np.int64]
    weights: Column
    lengths: Column
    links: Column  # characters
    density: Column  # of links
    headings: NDArray[np.bool_]


def features_of(outline: Outline, known: Known, vocabulary: Vocabulary) -> Features:
    """Describe the blocks of a page that has at least one."""
    run = _run_of(outline.blocks)
    writing = writing_of(run.texts)
    marks = _punctuation(writing)
    prose = _prose(run, marks.sum(axis=0) + writing.ends)
    said = _said(run, known)
    tree = tree_of(outline.elements, vocabulary)
    figures = (prose, run.lengths, run.links)
    structure = structure_of(tree, run.elements, figures, said.agreed)
    ruled = _by_rules(run, prose, said, tree, structure, writing)
    columns = [
        *_shape(run),
        *_written(writing, marks),
        *said.columns(),
        *ruled,
        _words(run, vocabulary),
        *_repeats(run),
        run.kinds == _NUMBERS_OF_TAGS,
        *_places(prose),
        *structure.columns,
        *_alike(run, tree, prose),
        *_near_prose(prose, structure),
    ]
    table = _joined(columns, len(prose))
    doubtful = (run.density > 0.8) | structure.navigation | (said.heads > 0)
    barred = structure.barred * (1 - ruled[0])
    return Features(table, run.weights, doubtful, prose, said.titles, ruled[0], barred)


def _joined(columns: Sequence[NDArray[Any]], count: int) -> Table:
    """Columns, some of them as rows of an array, beside each other."""
    width = sum(1 if column.ndim == 1 else len(column) for column in columns)
    # Row by row, since numpy's own stack makes each column a table first.
    rows, start = np.empty((width, count), dtype=np.float32), 0
    for column in columns:
        end = start + (1 if column.ndim == 1 else len(column))
        rows[start:end] = column
        start = end
    return rows.T


def _run_of(blocks: list[Block]) -> _Run:
    texts, tags, elements, links, weights = zip(*blocks, strict=True)
    count = len(blocks)
    # Faster from an iterator than from a list, by a third.
    lengths = np.fromiter(map(len, texts), np.float64, count)
    linked = np.fromiter(links, np.float64, count)
    density = np.minimum(1.0, linked / lengths)  # no text is empty
    kinds = np.fromiter([_TAG_NUMBERS.get(tag, -1) for tag in tags], np.int64, count)
    headings = (kinds >= _H1) & (kinds < _H1 + 4)
    numbers = np.fromiter(elements, np.int64, count)
    sizes = np.fromiter(weights, np.float64, count)
    return _Run(texts, kinds, numbers, sizes, lengths, linked, density, headings)


def _shape(run: _Run) -> list[NDArray[Any]]:
    """How long the texts are, and how much of them is links."""
    weights, density = run.weights, run.density
    return [np.log1p(weights), density, density > _DENSITIES, weights >= _WEIGHTS]


def _punctuation(writing: Writing) -> Column:
    """The commas and the full stops of each text, as two rows."""
    counts = writing.counts
    marks: Column = (
        counts[Kind.COMMA : Kind.STOP + 1] + counts[Kind.WIDE_COMMA : Kind.WIDE_STOP + 1]
    )
    return marks


def _written(writing: Writing, marks: Column) -> list[NDArray[Any]]:
    """How the texts are written, and how they end."""
    counts = writing.counts
    words = counts[Kind.SPACE] + 1
    return [
        np.log1p(words),
        np.log1p(marks),
        np.minimum(1, marks[0] / words * 10),
        np.minimum(2, counts[Kind.UPPER : Kind.DIGIT + 1] / words),
        counts[Kind.SIGN] > 0,
        writing.ends,
    ]


def _prose(run: _Run, marks: Column) -> Column:
    bare = (run.weights < 100) & (marks == 0)
    no_prose = run.headings | (run.density > 0.5) | (run.weights < 40) | bare
    return np.where(no_prose, 0.0, run.weights * (1 - run.density))


@dataclass(frozen=True, slots=True)
class _Said:
    """What the metadata and the lists of lines by hand know of the texts; 1 or 0 a block."""

    titles: Column  # repeats the headline
    agreed: Column  # is in articleBody
    denied: Column  # is not in it, though there is one
    boilerplate: Column
    heads: Column  # is worded as what stands above related stories
    tails: Column  # opens what follows an article

    def columns(self) -> list[Column]:
        return [
            self.titles,
            self.agreed,
            self.denied,
            self.boilerplate,
            self.heads,
            self.tails,
            *_after_title(self.titles),
        ]


def _said(run: _Run, known: Known) -> _Said:
    short = (run.lengths <= 80) & (run.density < 0.5)
    heads = _where(short, run.texts, is_tail_heading)
    lines = _where((heads > 0) & ~run.headings, run.texts, is_tail_line)  # which are some of these
    plain = (run.density < 0.7) & (run.lengths <= _TELLING)
    sizes = [len(title) for title in known.titles]
    least, most = 0.8 * min(sizes, default=1), 2 * max(sizes, default=-10) + 20
    like_titles = (run.lengths >= least) & (run.lengths <= most)
    telling = (run.weights >= 30) & (len(known.body) >= 200)
    agreed = _where(telling, run.texts, lambda text: _agrees(text, known.body))
    return _Said(
        titles=_where(like_titles, run.texts, lambda text: fold(text) in known.titles),
        agreed=agreed,
        denied=telling * (1 - agreed),
        boilerplate=_where(plain, run.texts, is_boilerplate),
        heads=heads,
        tails=np.where(run.headings, heads, lines),
    )


def _where(asked: NDArray[np.bool_], texts: Sequence[str], says: Callable[[str], bool]) -> Column:
    """What a test says of the texts that it is asked of, 0 for the others."""
    found = np.zeros(len(texts))
    found[asked] = [says(text) for text in compress(texts, asked.tolist())]
    return found


def _by_rules(
    run: _Run, prose: Column, said: _Said, tree: Tree, structure: Structure, writing: Writing
) -> list[Column]:
    """Whether the rules by hand keep a block, and whether it stands within what they keep."""
    facts = Facts(
        prose=prose * (1 - said.boilerplate),
        inside=structure.inside & ~structure.around,
        around=structure.around,
        titles=said.titles > 0,
        agreed=said.agreed > 0,
        boilerplate=said.boilerplate > 0,
        heads=said.heads > 0,
        tails=said.tails > 0,
        ends=writing.ends,
        headings=run.headings,
        paragraphs=(run.kinds == _PARAGRAPH) | (run.kinds == _QUOTE),
        items=(run.kinds == _ITEM) | (run.kinds == _CELL),
        lists=tree.parents[run.elements],
        density=run.density,
        lengths=run.lengths,
        links=run.links,
        weights=run.weights,
    )
    kept = story_by_rules(facts).astype(np.float64)
    within = np.maximum.accumulate(kept) * np.maximum.accumulate(kept[::-1])[::-1]
    return [kept, within]


def _agrees(text: str, body: str) -> bool:
    folded = fold(text)
    return len(folded) >= 15 and folded in body


def _after_title(titles: Column) -> list[Column]:
    """Whether the first and the last headline are behind, and how near the first is."""
    places = np.arange(len(titles))
    found = titles.nonzero()[0]
    if not len(found):
        return [np.zeros(len(titles))] * 3
    after = (places > found[0]).astype(np.float64)
    return [after, after * np.exp(-np.maximum(0, places - found[0]) / 8), places > found[-1]]


def _words(run: _Run, vocabulary: Vocabulary) -> Column:
    """What the first words of labels say; what links say is as good as known."""
    read = (run.lengths <= SHORT) & (run.density <= 0.8)
    scores = np.zeros((3, len(run.texts)))
    scores[:, read] = vocabulary.scores_of_words([*compress(run.texts, read.tolist())]).T / 2
    return scores


def _repeats(run: _Run) -> list[Column]:
    """Whether an earlier or a later block has the same text, and how many do around it."""
    first: dict[str, int] = {}
    count = len(run.texts)
    of = np.fromiter(map(first.setdefault, run.texts, range(count)), np.int64, count)
    before = (of != np.arange(count)).astype(np.float64)
    long = before * (run.lengths > 40)
    around = np.convolve(long, _MEAN_OF_SEVEN)[3 : 3 + count]
    again = np.bincount(of, minlength=count)[of] > 1
    return [again.astype(np.float64), long, around]


def _places(prose: Column) -> list[Column]:
    """Where on the page a block stands, by number of blocks and by prose before and after it."""
    count = len(prose)
    places = np.arange(count)
    total = max(1.0, prose.sum())
    past = prose.cumsum() / total
    opening = np.exp(-places / 10)
    return [
        places / count,
        opening,
        opening[::-1],
        past - prose / total,
        1 - past,
        np.full(count, np.log1p(total) / 8),
        np.full(count, np.log1p(count) / 5),
        np.log1p(prose) / 5,
    ]


def _alike(run: _Run, tree: Tree, prose: Column) -> list[Column]:
    """What all blocks in the same kind of element are: paragraphs of a story share theirs."""
    own, around = tree.looks[run.elements], tree.looks[tree.parents[run.elements]]
    looks = (own * len(tree.looks) + around) * (len(_TAGS) + 1) + run.kinds
    group = np.unique(looks, return_inverse=True)[1]
    count = np.bincount(group)[group]
    share = np.bincount(group, prose)[group] / max(1.0, prose.sum())
    length = np.bincount(group, run.lengths)[group]
    density = np.bincount(group, run.links)[group] / length
    return [share, density, np.log1p(count) / 3, np.log1p(length / count) / 6]


def _near_prose(prose: Column, structure: Structure) -> list[Column]:
    """How far the last and the next prose are, and the ends of what the container holds."""
    places = np.arange(len(prose))
    held = (structure.inside & (prose > 0)).nonzero()[0]
    first, last = (held[0], held[-1]) if len(held) else (0, len(prose))
    return [
        np.minimum(12, _since(prose > 60)) / 6,
        np.minimum(12, _since(prose[::-1] > 60)[::-1]) / 6,
        np.clip((first - places) / 10, 0, 2),
        np.clip((places - last) / 10, 0, 2),
    ]


def _since(marks: NDArray[np.bool_]) -> Column:
    """The number of places since the last mark; 12 and more before the first."""
    places = np.arange(len(marks))
    last = np.maximum.accumulate(np.where(marks, places, -12))
    return (places - last).astype(np.float64)

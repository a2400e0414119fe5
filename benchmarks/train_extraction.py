"""Learn which blocks of a page are the story, and write the weights that the package ships with.

    python benchmarks/train_extraction.py DATA [--folds 5] [--seed 1] [--networks 3]
        [--fold-weights DIR] [--dry-run]

DATA is a folder of *.jsonl.xz, a page a line: set, id, url, html, text (the article's true text).
Neither pages nor texts belong into this repository. Needs nothing beyond what the package needs.

First the figures: the registrable domains are dealt into folds, and every page is read with weights
learned without its domain. Then weights are learned from all pages and written to
monitor/extract/weights.npz, with how they were made. `--fold-weights` keeps each fold's weights for
 `benchmarks/extraction.py`; `--dry-run` only prints the figures.
"""

import argparse
import json
import lzma
import multiprocessing
import os
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import log
from pathlib import Path
from statistics import fmean
from typing import Any
from urllib.parse import urlsplit

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from block_network import EPOCHS, Array, Sheet, assembled, learn

from monitor.extract import extract_article, weights
from monitor.extract.article import prepared
from monitor.extract.blocks import Outline
from monitor.extract.features import features_of
from monitor.extract.known import Known
from monitor.extract.network import standardized
from monitor.extract.parsing import parsed
from monitor.extract.tokens import hint_of
from monitor.extract.vocabulary import Vocabulary, leading_words, parts_of
from monitor.extract.weights import Model, packed, unpacked

WEIGHTS = Path(weights.__file__).with_name(weights.FILE)
UNSPACED = r"\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f\u1000-\u109f\u1780-\u17ff"
TOKEN = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+")
NAME_DOMAINS, WORD_DOMAINS = 6, 8  # on how many sites a name or word is seen to be learned
SHARE, DOUBT = 0.25, 2.5  # of blocks that are the story; weight of this assumption, in sites
LEVELS = 6  # elements around a block whose names are told what it is
TELLING = 0.1  # a score nearer to nothing is left out of the file
# What sites call an element that holds the story, though it says the contrary.
MISLEADING = (
    "comments-open", "has-sidebar comments", "promo", "related", "footer-wrap", "modal", "overlay",
    "sidebar", "share", "newsletter", "sponsored", "teaser", "author-bio", "gallery", "hidden",
)  # fmt: skip
SECOND_LEVEL = frozenset(
    ["co", "com", "org", "net", "gov", "edu", "ac", "or", "ne", "go", "gob", "gouv", "nic", "in"]
)


@dataclass(frozen=True, slots=True)
class Example:
    """A page to learn from."""

    set: str
    url: str
    domain: str
    html: str
    text: str
    outline: Outline
    known: Known
    labels: Array
    words: Array
    true_words: int


Rates = dict[str, float]  # name or word -> share of a domain's blocks with it that are the story


def load(folder: Path) -> Iterator[dict[str, Any]]:
    """The pages of a folder."""
    for path in sorted(folder.glob("*.jsonl.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def registrable(url: str, otherwise: str) -> str:
    """The part of a host that somebody registered: example.co.uk of news.example.co.uk."""
    labels = (urlsplit(url if "//" in url else f"//{url}").hostname or otherwise).split(".")
    known = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SECOND_LEVEL
    return ".".join(labels[-3 if known else -2 :])


def fold_of(domain: str, folds: int, seed: int) -> int:
    """The fold of a domain, whatever other domains there are."""
    return random.Random(f"{seed} {domain}").randrange(folds)


def example(page: Mapping[str, Any]) -> Example | None:
    """A page parsed and labelled; None if it shows no text at all."""
    _, outline, known = prepared(parsed(page["html"], page["url"]), page["url"])
    if not outline.blocks:
        return None
    outline.passed.clear()  # they keep the whole tree
    domain = registrable(page["url"], page["id"])
    true = words_of(page["text"])
    labels, words = labelled([words_of(b.text) for b in outline.blocks], page["text"])
    about = page["set"], page["url"], domain, page["html"], page["text"]
    return Example(*about, outline, known, labels, words, len(true))


def words_of(text: str) -> list[str]:
    """Lower-case tokens."""
    return TOKEN.findall(text.lower())


def labelled(blocks: Sequence[list[str]], text: str) -> tuple[Array, Array]:
    """The share of each block that is in the true text, and what the block weighs in words.

    Words are in it that belong to a run of four which it has. Of shorter blocks, those are that are
    a line of it, or go on from their neighbours as it does; otherwise, where the words stand
    somewhere in it, nobody knows, and the block hardly counts. What repeats a block that is the
    story's is not wanted a second time.
    """
    true = words_of(text)
    runs = {n: {tuple(true[i : i + n]) for i in range(len(true) - n + 1)} for n in (1, 2, 3, 4)}
    lines = {tuple(words_of(line)) for line in text.split("\n")}
    labels, weights = np.zeros(len(blocks), np.float32), np.zeros(len(blocks), np.float32)
    seen: set[tuple[str, ...]] = set()
    for index, block in enumerate(blocks):
        key, size = tuple(block), len(block)
        weights[index] = size
        if size > 8 and key in seen:
            weights[index] = size / 2
        elif size >= 4:
            labels[index] = sum(covered(block, runs[4])) / size
            if labels[index] > 0.5:
                seen.add(key)
        elif size and (key in lines or (key in runs[size] and goes_on(blocks, index, runs[4]))):
            labels[index] = 1
        elif size and key in runs[size]:
            weights[index] = 0.2 * size
    return labels, weights


def covered(words: Sequence[str], runs: Collection[tuple[str, ...]]) -> list[bool]:
    """Which words belong to a run of four that the true text has."""
    found = [False] * len(words)
    for i in range(len(words) - 3):
        if tuple(words[i : i + 4]) in runs:
            found[i : i + 4] = [True] * 4
    return found


def goes_on(blocks: Sequence[list[str]], index: int, runs: Collection[tuple[str, ...]]) -> bool:
    """Whether a short block and the words around it are a run of the true text."""
    before = [word for block in blocks[max(0, index - 4) : index] for word in block][-3:]
    after = [word for block in blocks[index + 1 : index + 5] for word in block][:3]
    found = covered([*before, *blocks[index], *after], runs)
    return all(found[len(before) : len(before) + len(blocks[index])])


def altered(page: Example, dice: random.Random) -> Example:
    """The page as another site could have made it: nameless, misnamed, with little around the story
    or a short one.

    Without such copies the model knows only what sites of the data look like, which all name their
    elements and surround a story of a dozen paragraphs by a hundred other blocks.
    """
    elements, blocks = page.outline.elements, page.outline.blocks
    if dice.random() < 0.6:
        elements = [replace(element, names="") for element in elements]
    keep = np.ones(len(blocks), bool)
    story = np.flatnonzero(page.labels > 0.5)
    if len(story) and dice.random() < 0.4:
        held = Counter(a for i in story for a in page.outline.ancestors(blocks[i].element))
        holders = sorted(a for a, count in held.items() if 2 * count > len(story))
        misnamed, names = dice.choice(holders), dice.choice(MISLEADING)
        elements = list(elements)
        elements[misnamed] = replace(elements[misnamed], names=names, hint=hint_of(names))
    if len(story) and dice.random() < 0.6:  # less around
        near = dice.randrange(8)
        keep[: max(0, story[0] - near)] = False
        keep[story[-1] + 1 + dice.randrange(12) :] = False
    if len(story) > 6 and dice.random() < 0.5:  # less of it
        start = dice.randrange(len(story) - 5)
        keep[story[start] : story[dice.randrange(start + 1, len(story) - 3)]] = False
    keep[:1] |= not keep.any()
    kept = [block for block, stays in zip(blocks, keep, strict=True) if stays]
    true = int(page.true_words * (page.labels * page.words * keep).sum()
               / max(1, (page.labels * page.words).sum()))  # fmt: skip
    known = Known(page.known.titles) if dice.random() < 0.5 else page.known
    return replace(
        page, outline=Outline(elements, kept), known=known,
        labels=page.labels[keep], words=page.words[keep], true_words=true,
    )  # fmt: skip


def rates(items: Iterable[tuple[Iterable[str], float, float]]) -> Rates:
    """Of each key, the weighted share of what bears it that is the story."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for keys, label, weight in items:
        for key in keys:
            sums[key][0] += weight * label
            sums[key][1] += weight
    return {key: story / all_ for key, (story, all_) in sums.items() if all_}


def name_rates(page: Example) -> Iterator[tuple[set[str], float, float]]:
    """The names around each block."""
    elements = page.outline.elements
    for block, label, words in zip(page.outline.blocks, page.labels, page.words, strict=True):
        around = list(page.outline.ancestors(block.element))[:LEVELS]
        names = {part for index in around for part in parts_of(elements[index].names)}
        yield names, float(label), float(words) ** 0.5


def word_rates(page: Example) -> Iterator[tuple[set[str], float, float]]:
    """The first words of each short block."""
    for block, label in zip(page.outline.blocks, page.labels, strict=True):
        yield set(leading_words(block.text)), float(label), 1.0


class Lexicon:
    """What the sites of the training say of names or words, each site with one voice."""

    def __init__(self, pages: Sequence[Example], read: Callable[..., Any], least: int) -> None:
        by_domain: dict[str, list[Example]] = defaultdict(list)
        for page in pages:
            by_domain[page.domain].append(page)
        self.by_domain = {
            domain: rates(item for page in pages for item in read(page))
            for domain, pages in by_domain.items()
        }
        sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for found in self.by_domain.values():
            for key, rate in found.items():
                sums[key][0] += rate
                sums[key][1] += 1
        self.sums = {key: (s, n) for key, (s, n) in sums.items() if n >= least}
        self.least = least
        self.scores = {key: _score(*self.sums[key]) for key in sorted(self.sums)}

    def without(self, domain: str) -> dict[str, float]:
        """The scores had this site not been seen: otherwise training would take its word for it."""
        own = self.by_domain.get(domain, {})
        changed = dict(self.scores)
        for key, rate in own.items():
            if key in changed:
                total, count = self.sums[key]
                del changed[key]
                if count - 1 >= self.least - 1:
                    changed[key] = _score(total - rate, count - 1)
        return changed

    def telling(self) -> dict[str, float]:
        """The scores that are worth their place in the file."""
        return {key: round(s, 3) for key, s in self.scores.items() if abs(s) >= TELLING}


def _score(total: float, count: float) -> float:
    odds = (total + DOUBT * SHARE) / (count - total + DOUBT * (1 - SHARE))
    return log(odds) - log(SHARE / (1 - SHARE))


def train(pages: Sequence[Example], seed: int, networks: int) -> Model:
    """Learn everything from these pages."""
    names = Lexicon(pages, name_rates, NAME_DOMAINS)
    words = Lexicon(pages, word_rates, WORD_DOMAINS)
    dice = random.Random(seed)
    pages = [copy for page in pages for copy in (page, altered(page, dice))]
    tables: list[Array] = []
    vocabularies: dict[str, Vocabulary] = {}
    for page in pages:
        if page.domain not in vocabularies:
            unseen = names.without(page.domain), words.without(page.domain)
            vocabularies = {page.domain: Vocabulary(*unseen)}  # pages stand by their domain
        tables.append(features_of(page.outline, page.known, vocabularies[page.domain]).table)
    whole = np.concatenate(tables)
    mean, scale = whole.mean(axis=0), whole.std(axis=0) + np.float32(0.03)
    sheets = [
        Sheet(standardized(table, mean, scale), page.labels, page.words, page.true_words)
        for table, page in zip(tables, pages, strict=True)
    ]
    learned = assembled([learn(sheets, 1000 * seed + number) for number in range(networks)])
    vocabulary = Vocabulary(names.telling(), words.telling())
    return unpacked(packed(Model(vocabulary, mean, scale, learned, {})))


def fits(model: Model, page: Example) -> bool:
    """Whether weights are for the features of today."""
    features = features_of(page.outline, page.known, model.vocabulary)
    return features.table.shape[1] == len(model.mean)


def read_with(model: Model, page: Example) -> str:
    """The text of a page read with other weights than the package's."""
    original = weights.model
    weights.model = lambda: model  # type: ignore[assignment]
    try:
        return extract_article(page.html, page.url).text
    finally:
        weights.model = original


def word_f1(true: str, got: str) -> float:
    """Harmonic mean of precision and recall of the bags of words."""
    expected, found = Counter(words_of(true)), Counter(words_of(got))
    return 2 * (expected & found).total() / max(1, expected.total() + found.total())


def figures(pages: Sequence[Example], texts: Sequence[str]) -> dict[str, float]:
    """Mean word F1, the share of pages under one half, and the mean of each set."""
    marks = [word_f1(page.text, text) for page, text in zip(pages, texts, strict=True)]
    by_set: dict[str, list[float]] = defaultdict(list)
    for page, mark in zip(pages, marks, strict=True):
        by_set[page.set].append(mark)
    means = {name: round(fmean(values), 4) for name, values in by_set.items()}
    bad = sum(mark < 0.5 for mark in marks) / len(marks)
    return {"word F1": round(fmean(marks), 4), "under .5": round(bad, 4), **means}


def main() -> None:
    """Cross-validate, train on everything, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--networks", type=int, default=3, help="whose mean counts")
    parser.add_argument("--jobs", type=int, default=2, help="folds learned at the same time")
    parser.add_argument("--fold-weights", type=Path, metavar="DIR")
    parser.add_argument("--dry-run", action="store_true", help="write no weights")
    options = parser.parse_args()
    pages = [found for page in load(options.data) if (found := example(page))]
    pages.sort(key=lambda page: (page.domain, page.url))
    if not pages:
        sys.exit(f"no pages in {options.data}: expected *.jsonl.xz")
    scores = cross_validated(pages, options)
    print(f"domains never trained on: {scores}")
    if WEIGHTS.exists() and fits(weights.model(), pages[0]):
        shipped = [extract_article(page.html, page.url).text for page in pages]
        print(f"current weights (which may know these pages): {figures(pages, shipped)}")
    if options.dry_run:
        return
    model = train(pages, options.seed, options.networks)
    learned = [read_with(model, page) for page in pages]
    print(f"new weights on the pages they were learned from: {figures(pages, learned)}")
    write(WEIGHTS, replace(model, provenance=provenance(options, pages, scores)))
    print(f"{WEIGHTS}: {WEIGHTS.stat().st_size:,} bytes")


def cross_validated(pages: Sequence[Example], options: argparse.Namespace) -> dict[str, float]:
    """Read every page with weights that never saw its domain."""
    texts: dict[int, str] = {}
    # Forked processes have the pages already.
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(options.jobs, context, _share, (pages, options)) as pool:
        for number, found in enumerate(pool.map(_held_out, range(options.folds)), 1):
            texts |= found
            print(f"fold {number} of {options.folds}", file=sys.stderr)
    return figures(pages, [texts[i] for i in range(len(pages))])


_shared: tuple[Sequence[Example], argparse.Namespace]


def _share(pages: Sequence[Example], options: argparse.Namespace) -> None:
    global _shared
    _shared = pages, options


def _held_out(number: int) -> dict[int, str]:
    """The texts of a fold's pages, by their place among all, read with weights of the rest."""
    pages, options = _shared
    inside = [fold_of(page.domain, options.folds, options.seed) == number for page in pages]
    rest = [page for page, held in zip(pages, inside, strict=True) if not held]
    model = train(rest, options.seed, options.networks)
    if options.fold_weights:
        about = {"fold": number, "folds": options.folds, "seed": options.seed}
        write(options.fold_weights / f"fold{number}.npz", replace(model, provenance=about))
    return {i: read_with(model, pages[i]) for i, held in enumerate(inside) if held}


def provenance(
    options: argparse.Namespace, pages: Sequence[Example], scores: dict[str, float]
) -> dict[str, Any]:
    """How the weights were made."""
    return {
        "command": f"python benchmarks/train_extraction.py DATA --folds {options.folds} "
        f"--seed {options.seed} --networks {options.networks}",
        "seed": options.seed,
        "epochs": EPOCHS,
        "numpy": np.__version__,
        "data": dict(Counter(page.set for page in pages)),
        "commits": _commits(options.data),
        "domains": len({page.domain for page in pages}),
        "cross-validated": scores,
        "date": datetime.now(UTC).date().isoformat(),
    }


def _commits(folder: Path) -> list[str]:
    """Commit ids that the data's README names."""
    readme = folder / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.exists() else ""
    return re.findall(r"\b[0-9a-f]{40}\b", text)


def write(path: Path, model: Model) -> None:
    """Store a model."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **packed(model))


if __name__ == "__main__":
    main()

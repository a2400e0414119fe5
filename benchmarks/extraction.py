"""How well and how fast articles are read from pages, beside trafilatura where it is installed.

    python benchmarks/train_extraction.py DATA --fold-weights FOLDS --dry-run
    python benchmarks/extraction.py DATA --fold-weights FOLDS [--pages 200] [--repeats 3]

DATA is a folder of *.jsonl.xz as `train_extraction.py` describes it. With FOLDS every page is read
with weights that never saw its domain; without, the weights may know the pages.
Both extractors read each page in turn, in changing order: compare the columns of one run, not runs.
It prints two tables: the figures, as in docs/extraction.md, and which of the goals they reach.
OPENBLAS_NUM_THREADS=1 keeps numpy from starting threads, whose CPU time would count.
"""

import argparse
import gc
import json
import logging
import multiprocessing
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import fmean
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from marks import Marks, Reading, marks_of
from train_extraction import fold_of, load, registrable

from monitor.extract import extract_article, weights
from monitor.extract.weights import Model, unpacked

# Pages read before any clock runs, since what is loaded at first need is not measured. trafilatura
# needs 1.3 s for its library of dates at the 37th, which would look like a gain of ours.
WARMING = 40
BIGGEST = 60  # pages that memory is measured with
SAMPLES = 2_000  # of the bootstrap
Read = Callable[[str, str], Reading]


@dataclass
class Column:
    """All that was measured of one extractor."""

    name: str
    read: Read
    marks: list[Marks] = field(default_factory=list)  # page by page
    cold: list[float] = field(default_factory=list)  # seconds of CPU at first sight of a page
    warm: list[float] = field(default_factory=list)  # the best of some more
    grown: float | None = None  # MB

    def mean(self, figure: str, places: Iterable[int] | None = None) -> float:
        """A figure's mean over the pages, or those at some places, whose truth is known."""
        chosen = self.marks if places is None else [self.marks[place] for place in places]
        return fmean(value for each in chosen if (value := getattr(each, figure)) is not None)

    def total(self, figure: str) -> int:
        """A figure's sum over the pages."""
        return sum(getattr(each, figure) for each in self.marks)

    @property
    def bad(self) -> int:
        """Pages under word F1 .5."""
        return sum(each.word_f1 < 0.5 for each in self.marks)


def ours(html: str, url: str) -> Reading:
    """The package's own."""
    page = extract_article(html, url)
    return Reading(page.text, page.title, page.published, "; ".join(page.authors))


def theirs(html: str, url: str) -> Reading:
    """trafilatura's with its defaults, metadata included."""
    import trafilatura

    found = trafilatura.bare_extraction(
        html, url=url or None, include_comments=False, with_metadata=True
    )
    if not found:
        return Reading("", None, None, "")
    published = datetime.fromisoformat(found.date) if found.date else None
    return Reading(found.text or "", found.title, published, found.author or "")


def readers() -> list[Column]:
    """What can be measured here."""
    logging.disable(logging.CRITICAL)
    columns = [Column("monitor", ours)]
    try:
        import trafilatura
    except ImportError:
        print("trafilatura is not installed: pip install 'media-monitor[trafilatura]'")
        return columns
    return [*columns, Column(f"trafilatura {trafilatura.__version__}", theirs)]


def folds_in(folder: Path | None) -> list[Model]:
    """The weights of each fold."""
    if folder is None:
        return []
    paths = sorted(folder.glob("fold*.npz"))
    if not paths:
        sys.exit(f"{folder}: no fold*.npz; see --fold-weights of train_extraction.py")
    models = []
    for path in paths:
        with np.load(path) as arrays:
            models.append(unpacked(dict(arrays)))
    return models


def measure(
    columns: Sequence[Column],
    pages: Sequence[dict[str, Any]],
    models: Sequence[Model],
    repeats: int,
) -> None:
    """Read every page with every extractor, in a new order at each turn."""
    dice = random.Random(7)
    for page in pages[:WARMING]:
        for column in columns:
            column.read(page["html"], page["url"])
    for number, page in enumerate(pages, 1):
        use_weights_for(page, models)
        times = clocked(columns, page, repeats, dice)
        for column in columns:
            column.cold += times[column.name][:1] if number > WARMING else []
            column.warm += [min(times[column.name][1:])] if repeats else []
        if number % 100 == 0:
            print(f"{number} of {len(pages)} pages", file=sys.stderr)


def clocked(
    columns: Sequence[Column], page: dict[str, Any], repeats: int, dice: random.Random
) -> dict[str, list[float]]:
    """Seconds of CPU of each extractor at each turn; the first turn is marked as well."""
    times: dict[str, list[float]] = defaultdict(list)
    for turn in range(1 + repeats):
        for column in dice.sample(columns, len(columns)):
            begin = time.process_time()
            reading = column.read(page["html"], page["url"])
            times[column.name].append(time.process_time() - begin)
            if turn == 0:
                column.marks.append(marks_of(page, reading))
    return times


def use_weights_for(page: dict[str, Any], models: Sequence[Model]) -> None:
    """Make the package read with weights that never saw the page's domain."""
    if not models:
        return
    about = models[0].provenance
    fold = fold_of(registrable(page["url"], page["id"]), about["folds"], about["seed"])
    weights.model = lambda: models[fold]  # type: ignore[assignment]


def growth(name: str, pages: Sequence[tuple[str, str]]) -> float:
    """By how many MB a process that has the pages grows at most while it reads them (Linux)."""

    def resident(key: str) -> float:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        return int(re.findall(rf"{key}:\s+(\d+)", status)[0]) / 1024

    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the peak of loading
    before = resident("VmRSS")
    read = ours if name == "monitor" else theirs
    for html, url in pages:
        read(html, url)
    return resident("VmHWM") - before


def report(columns: Sequence[Column], pages: Sequence[dict[str, Any]]) -> None:
    """Print the figures in Markdown."""
    print_row("", [column.name for column in columns])
    print("|---" * (1 + len(columns)) + "|")
    print_row("mean word F1", [f"{column.mean('word_f1'):.4f}" for column in columns])
    sets = {name: places_of(pages, name) for name in sorted({page["set"] for page in pages})}
    for name, places in sets.items():
        means = [f"{column.mean('word_f1', places):.3f}" for column in columns]
        print_row(f"… {name}, {len(places)} pages", means)
    print_row("pages under word F1 .5", [f"{c.bad} ({c.bad / len(pages):.1%})" for c in columns])
    false = [f"{c.total('false')} of {c.total('sent')}" for c in columns]
    print_row("brand alerts on news, false", false)
    missed = [f"{c.total('missed')} of {c.total('true')}" for c in columns]
    print_row("… missed", missed)
    for name, places in sets.items():
        if any(pages[place].get("title") for place in places):
            print_row(f"title, date, author right, {name}", [about(c, places) for c in columns])
    print_row("CPU a page cold, ms", [f"{1e3 * fmean(c.cold):.1f}" for c in columns])
    if columns[0].warm:
        print_row("CPU a page warm, ms", [f"{1e3 * fmean(c.warm):.1f}" for c in columns])
    if columns[0].grown is not None:
        grown = [f"{column.grown:.0f}" for column in columns]
        print_row(f"growth with the {BIGGEST} biggest, MB", grown)


def print_row(name: str, cells: Iterable[str]) -> None:
    """Print a line of a table."""
    print(f"| {name} | " + " | ".join(cells) + " |")


def places_of(pages: Sequence[dict[str, Any]], name: str) -> list[int]:
    """Where the pages of a set are among all."""
    return [place for place, page in enumerate(pages) if page["set"] == name]


def about(column: Column, places: Sequence[int]) -> str:
    """The shares of right titles, dates and authors."""
    return " ".join(f"{column.mean(figure, places):.3f}" for figure in ("title", "date", "author"))


def report_goals(us: Column, them: Column, pages: Sequence[dict[str, Any]]) -> None:
    """Print which goals are reached, those of issue 5 and of its design."""
    low, gain, high = difference(us, them)
    goals: list[tuple[str, str, str, bool]] = [
        ("word F1", f"{gain:+.4f} ({low:+.4f} to {high:+.4f})", "+.015", gain >= 0.015),
        ("pages under .5", f"{us.bad} to {them.bad}", "half", 2 * us.bad <= them.bad),
        at_most("false brand alerts", us.total("false"), them.total("false"), 0.6),
        at_most("missed brand alerts", us.total("missed"), them.total("missed"), 1),
        at_least("speed cold", fmean(them.cold) / fmean(us.cold), 8),
    ]
    if us.warm:
        goals.append(at_least("speed warm", fmean(them.warm) / fmean(us.warm), 10))
    if us.grown is not None and them.grown is not None:
        goals.append(at_most("growth of memory", round(us.grown), round(them.grown), 1 / 3))
    for name, wanted in (("fundus", (0.87, 0.98, 0.92)), ("wcxb", (0.88, 0.87, 0.80))):
        places = places_of(pages, name)
        for figure, goal in zip(("title", "date", "author"), wanted, strict=True):
            if places:
                got = us.mean(figure, places)
                goals.append((f"{figure}, {name}", f"{got:.3f}", f"{goal:.2f}", got >= goal))
    print("\n| goal | reached | wanted | |\n|---|---|---|---|")
    for name, got, goal, holds in goals:
        print_row(name, [got, goal, "yes" if holds else "no"])


def at_most(name: str, ours: float, theirs: float, share: float) -> tuple[str, str, str, bool]:
    """A goal that a figure is a share of the other extractor's."""
    return name, f"{ours} to {theirs}", f"at most {share:.2g} of it", ours <= share * theirs


def at_least(name: str, ratio: float, wanted: float) -> tuple[str, str, str, bool]:
    """A goal that something is many times the other extractor's."""
    return name, f"{ratio:.1f} times", f"{wanted:g} times", ratio >= wanted


def difference(us: Column, them: Column) -> tuple[float, float, float]:
    """The gain in word F1 amid its 95 % interval, of a paired bootstrap over the pages."""
    gains = [a.word_f1 - b.word_f1 for a, b in zip(us.marks, them.marks, strict=True)]
    dice = np.random.default_rng(7)
    chosen = dice.integers(len(gains), size=(SAMPLES, len(gains)))
    low, high = np.quantile(np.array(gains)[chosen].mean(axis=1), (0.025, 0.975))
    return float(low), fmean(gains), float(high)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--fold-weights", type=Path, metavar="DIR")
    parser.add_argument("--pages", type=int, help="a random part of them (default: all)")
    parser.add_argument("--repeats", type=int, default=3, help="warm readings of each page")
    parser.add_argument("--json", action="store_true", help="also each page's marks, as JSON")
    options = parser.parse_args()
    pages = list(load(options.data))
    random.Random(7).shuffle(pages)
    pages = pages[: options.pages]
    if len(pages) <= WARMING:
        sys.exit(f"{options.data}: {len(pages)} pages; more than {WARMING} *.jsonl.xz pages needed")
    columns = readers()
    measure(columns, pages, folds_in(options.fold_weights), options.repeats)
    biggest = sorted(pages, key=lambda page: -len(page["html"]))[:BIGGEST]
    if Path("/proc/self/clear_refs").exists():
        sent = [(page["html"], page["url"]) for page in biggest]
        for column in columns:
            with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:
                column.grown = fresh.submit(growth, column.name, sent).result()
    report(columns, pages)
    if len(columns) == 2:
        report_goals(columns[0], columns[1], pages)
    if options.json:
        marks = {column.name: list(map(asdict, column.marks)) for column in columns}
        print(json.dumps({"urls": [page["url"] for page in pages], **marks}))


if __name__ == "__main__":
    main()

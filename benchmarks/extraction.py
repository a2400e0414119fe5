"""How well and how fast articles are read from pages, beside trafilatura where it is installed.

    python benchmarks/train_extraction.py DATA --fold-weights FOLDS --dry-run
    python benchmarks/extraction.py DATA --fold-weights FOLDS [--pages 200] [--repeats 3]

DATA is a folder of *.jsonl.xz as `train_extraction.py` describes it. With FOLDS every page is read
with weights that never saw its domain; without, the weights may know the pages.
Both extractors read each page in turn, in changing order: compare the columns of one run, not runs.
The table that it prints is the one in docs/performance.md.
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
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from train_extraction import fold_of, load, registrable, word_f1

from monitor.extract import extract_article, weights
from monitor.extract.weights import Model, unpacked

WARMING = 20  # pages read before any clock runs: what is loaded at first need is not measured
BIGGEST = 60  # pages that memory is measured with
Read = Callable[[str, str], str]


@dataclass
class Column:
    """All that was measured of one extractor."""

    name: str
    read: Read
    marks: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)  # seconds of CPU at first sight of a page
    warm: list[float] = field(default_factory=list)  # the best of some more


def ours(html: str, url: str) -> str:
    """The package's own text."""
    return extract_article(html, url).text


def theirs(html: str, url: str) -> str:
    """trafilatura's with its defaults, metadata included."""
    import trafilatura

    found = trafilatura.bare_extraction(html, url=url, include_comments=False, with_metadata=True)
    return found.text or "" if found else ""


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
            text = column.read(page["html"], page["url"])
            times[column.name].append(time.process_time() - begin)
            if turn == 0:
                column.marks.append(word_f1(page["text"], text))
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


def report(
    columns: Sequence[Column], pages: Sequence[dict[str, Any]], grown: Sequence[float]
) -> None:
    """Print the table in Markdown."""
    sets = sorted({page["set"] for page in pages})
    print("| | " + " | ".join(column.name for column in columns) + " |")
    print("|---" * (1 + len(columns)) + "|")
    rows: list[tuple[str, list[str]]] = [
        ("mean word F1", [f"{fmean(c.marks):.3f}" for c in columns])
    ]
    for each in sets:
        of_set = [i for i, page in enumerate(pages) if page["set"] == each]
        means = [f"{fmean(column.marks[i] for i in of_set):.3f}" for column in columns]
        rows.append((f"… {each}, {len(of_set)} pages", means))
    bad = [fmean(mark < 0.5 for mark in column.marks) for column in columns]
    rows.append(("pages under word F1 .5", [f"{share:.1%}" for share in bad]))
    rows.append(("CPU a page cold, ms", [f"{1e3 * fmean(c.cold):.1f}" for c in columns]))
    if columns[0].warm:
        rows.append(("CPU a page warm, ms", [f"{1e3 * fmean(c.warm):.1f}" for c in columns]))
    if grown:
        rows.append((f"growth with the {BIGGEST} biggest, MB", [f"{mb:.0f}" for mb in grown]))
    for name, cells in rows:
        print(f"| {name} | " + " | ".join(cells) + " |")
    if len(columns) == 2:
        cold = fmean(columns[1].cold) / fmean(columns[0].cold)
        print(f"\n{cold:.1f} times faster cold", end="")
        if columns[0].warm:
            print(f", {fmean(columns[1].warm) / fmean(columns[0].warm):.1f} times warm", end="")
        print()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--fold-weights", type=Path, metavar="DIR")
    parser.add_argument("--pages", type=int, help="a random part of them (default: all)")
    parser.add_argument("--repeats", type=int, default=3, help="warm readings of each page")
    parser.add_argument("--json", action="store_true", help="also each page's word F1, as JSON")
    options = parser.parse_args()
    pages = list(load(options.data))
    random.Random(7).shuffle(pages)
    pages = pages[: options.pages]
    if len(pages) <= WARMING:
        sys.exit(f"{options.data}: {len(pages)} pages; more than {WARMING} *.jsonl.xz pages needed")
    columns = readers()
    measure(columns, pages, folds_in(options.fold_weights), options.repeats)
    biggest = sorted(pages, key=lambda page: -len(page["html"]))[:BIGGEST]
    grown = []
    if Path("/proc/self/clear_refs").exists():
        for column in columns:
            with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:
                sent = [(page["html"], page["url"]) for page in biggest]
                grown.append(fresh.submit(growth, column.name, sent).result())
    report(columns, pages, grown)
    if options.json:
        marks = {column.name: column.marks for column in columns}
        print(json.dumps({"urls": [page["url"] for page in pages], **marks}))


if __name__ == "__main__":
    main()

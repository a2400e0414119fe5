"""What reading a page costs before anything is decided: a bound on how fast extraction can be.

    OPENBLAS_NUM_THREADS=1 python benchmarks/floor.py DATA [--pages 200]

DATA is a folder as `train_extraction.py` describes it. Each page is parsed, its nodes, texts and
the attributes around these are looked at, JSON-LD and meta tags are read, the texts are split and
folded once, and the networks are run on a table of the usual size: the calls that any reading in
Python makes. The whole of our reading, and trafilatura's where it is installed, run in between.
"""

import argparse
import json
import random
import sys
import time
from collections import Counter
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import numpy as np
from extraction import WARMING, readers
from selectolax.lexbor import LexborHTMLParser
from train_extraction import load

from monitor.extract import weights
from monitor.extract.tags import SILENT, TEXT

BLOCKS = 118  # of the average page
PARTS = (
    "encode and parse", "JSON-LD, meta tags", "nodes, texts, attributes", "split and fold",
    "networks",
)  # fmt: skip
TABLE = np.random.default_rng(7).random((BLOCKS, len(weights.model().mean)), dtype=np.float32)
_TOLD = "title, meta[content], h1, script[type='application/ld+json' i]"


def head(tree: LexborHTMLParser) -> None:
    """What the page says of itself, undigested."""
    for node in tree.css(_TOLD):
        if node.tag == "meta":
            _ = node.attributes
        elif node.tag == "script":
            with suppress(ValueError):
                json.loads(node.text())
        else:
            node.text()


def walk(tree: LexborHTMLParser) -> list[str]:
    """All texts, with a look at the attributes of every element around one."""
    texts: list[str] = []
    seen: set[int] = set()
    top = tree.body or tree.root
    for node in top.traverse(include_text=True, skip_empty=True) if top else ():
        around = node.parent
        if node.tag_id != TEXT or around is None or around.tag_id in SILENT:
            continue
        texts.append(node.text_content or "")
        while around is not None and around.mem_id not in seen:
            seen.add(around.mem_id)
            _ = around.attributes
            around = around.parent
    return texts


def fold(texts: list[str]) -> None:
    """Every text split and folded once."""
    "\n".join([" ".join(text.split()) for text in texts])
    [text.casefold() for text in texts]


def floor(html: str, clock: Counter[str]) -> None:
    """Do all of it, and note the seconds of each part."""
    moments = [time.process_time()]
    tree = LexborHTMLParser(html)
    moments.append(time.process_time())
    head(tree)
    moments.append(time.process_time())
    texts = walk(tree)
    moments.append(time.process_time())
    fold(texts)
    moments.append(time.process_time())
    weights.model().scores(TABLE.copy())
    moments.append(time.process_time())
    for name, (begin, end) in zip(PARTS, pairwise(moments), strict=True):
        clock[name] += end - begin


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--pages", type=int, default=200)
    options = parser.parse_args()
    pages = list(load(options.data))
    random.Random(7).shuffle(pages)
    pages = pages[: options.pages]
    if len(pages) <= WARMING:
        sys.exit(f"{options.data}: {len(pages)} pages; more than {WARMING} are needed")
    clock: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    columns = readers()
    for number, page in enumerate(pages):
        if number == WARMING:
            clock.clear()
            whole.clear()
        for column in columns:
            begin = time.process_time()
            column.read(page["html"], page["url"])
            whole[column.name] += time.process_time() - begin
        floor(page["html"], clock)
    ms = 1e3 / (len(pages) - WARMING)
    for name, seconds in clock.items():
        print(f"{name:28}{seconds * ms:6.2f} ms a page")
    print(f"{'all of this':28}{clock.total() * ms:6.2f}")
    for name, seconds in whole.items():
        print(f"{name:28}{seconds * ms:6.2f}, {seconds / clock.total():.1f} times that")


if __name__ == "__main__":
    main()

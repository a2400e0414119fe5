"""What each step from a source to a chat costs, on the bundled newsroom's pages.

    python benchmarks/spine.py [--articles 400] [--rules 100]

Prints milliseconds of CPU a step, and how many readings and deliveries a second the store takes on
this disk, one at a time and twenty at a time (its writer groups what waits). Machines differ and
are noisy: compare lines of one run, not runs.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, wait
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeVar

from monitor import alerts, delivery, pipeline
from monitor.demo.generated import generated_story
from monitor.model import Article, Chat, Entry, Known, Outcome, Reading, Source, SourceKind
from monitor.pipeline import Listed
from monitor.rules import RuleSet, load, match
from monitor.store import SqliteStore, open_store

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SOURCE = Source(
    id="bench", kind=SourceKind.FEED, url="https://bench.example/rss", outlet="Bench",
    every=timedelta(minutes=5),
)  # fmt: skip
ROUTING = alerts.Routing((Chat(name="desk", channel="console", default=True),), {})
AT_ONCE = 20
T = TypeVar("T")


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--articles", type=int, default=400)
    options.add_argument("--rules", type=int, default=100)
    chosen = options.parse_args()
    stories = [generated_story(n, ["monsoon-wire"]) for n in range(chosen.articles)]
    pages = [(page(s.editions[0].headline, s.paragraphs), s.editions[0].headline) for s in stories]
    rules = ruleset(chosen.rules)
    print(
        f"{chosen.articles} articles of about {len(pages[0][0])} bytes of HTML; CPU ms an article"
    )
    articles = timed("extract a page", (lambda p=p: article(*p) for p in pages))
    timed(f"match {chosen.rules} rules", (lambda a=a: match(rules, a) for a in articles))
    readings = [reading(n, a, rules) for n, a in enumerate(articles)]
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "bench.db")
        half = len(readings) // 2
        rate("readings stored, one at a time", record(store, readings[:half], 1))
        rate(f"readings stored, {AT_ONCE} at a time", record(store, readings[half:], AT_ONCE))
        rate("deliveries claimed and finished, one chat", deliver(store))
        store.close()


def page(title: str, paragraphs: Iterable[str]) -> bytes:
    """An article page with the usual furniture around it."""
    links = "".join(f"<li><a href='/s/{n}'>Section {n}</a></li>" for n in range(40))
    body = "".join(f"<p>{p}</p>" for p in paragraphs)
    return (
        f"<html lang='en'><head><title>{title} | Bench</title></head><body><nav><ul>{links}</ul>"
        f"</nav><main><article><h1>{title}</h1>{body}</article></main>"
        f"<footer><ul>{links}</ul></footer></body></html>"
    ).encode()


def article(html: bytes, title: str) -> Article:
    """As the pipeline makes it."""
    url = f"https://bench.example/{abs(hash(title))}"
    entry = Entry(id=url, url=url, title=title, published=NOW)
    read = pipeline.read_page(html, url, "text/html; charset=utf-8")
    return pipeline.make_article(entry, SOURCE, read, now=NOW)


def ruleset(count: int) -> RuleSet:
    """One rule that matches every article, and others that match none."""
    rows = ['[[rule]]\nid = "hit"\nquery = "OpenAI AND India"\n']
    rows += [
        f'[[rule]]\nid = "r{n}"\nquery = \'"topic {n}" AND (alpha{n} OR "beta {n}") NOT gamma\'\n'
        for n in range(count - 1)
    ]
    loaded = load({"bench.toml": "\n".join(rows)})
    assert loaded.ruleset is not None, loaded.problems
    return loaded.ruleset


def reading(number: int, of: Article, rules: RuleSet) -> Reading:
    """A reading with its own keys."""
    of = replace(of, url=f"https://bench.example/{number}")
    pair = Listed(Entry(id=str(number), url=of.url, title=of.title), (f"guid:bench:{number}",))
    return pipeline.make_reading(pair, of, rules, final_url=of.url, now=NOW)


def decide(found: Reading) -> Callable[[Known], Outcome]:
    """As the application decides."""
    return lambda known: alerts.decide(found.matches, ROUTING, known, NOW, timedelta(0))


def record(store: SqliteStore, readings: list[Reading], at_once: int) -> tuple[int, float]:
    """Store readings, so many under way at a time: (how many, seconds)."""
    begun, source = time.perf_counter(), iter(readings)
    while group := list(islice(source, at_once)):
        under_way: list[Future[object]] = [store.record_reading(r, decide(r)) for r in group]  # type: ignore[misc]
        wait(under_way)
    return len(readings), time.perf_counter() - begun


def deliver(store: SqliteStore) -> tuple[int, float]:
    """Claim and finish every delivery of the one chat, in its order."""
    begun, done = time.perf_counter(), 0
    while claims := store.claim(NOW, lease=timedelta(minutes=1), limit=AT_ONCE).result():
        for claim in claims:
            alerts.compose(claim)
            store.finish(delivery.sent(claim.delivery, "1", NOW)).result()
            done += 1
    return done, time.perf_counter() - begun


def timed(what: str, calls: Iterable[Callable[[], T]]) -> list[T]:
    """Run the calls and print the mean CPU time of one."""
    begun = time.process_time()
    results = [call() for call in calls]
    print(f"  {what:<45} {(time.process_time() - begun) * 1000 / len(results):8.2f}")
    return results


def rate(what: str, measured: tuple[int, float]) -> None:
    """Print how many a second."""
    count, seconds = measured
    print(f"  {what:<45} {count / seconds:8.0f} a second")


if __name__ == "__main__":
    main()

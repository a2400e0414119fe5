"""What one article costs with 100 to 100,000 standing rules, against evaluating every rule.

    python benchmarks/matching.py [--sizes 100,1000,10000,100000] [--density dense|sparse|both]
                                  [--articles 60] [--rounds 3] [--naive 5] [--workload DIR]
    python benchmarks/matching.py --shapes

CPU microseconds of this thread an article: median and 95th percentile over all rounds; ``new`` is
the median of the first round, in which many words are seen for the first time. All sizes take turns
article by article. Exit status 1 if any rule matches here and not in the plain evaluation
(``workload.py``), or the other way round. ``--workload`` takes rules.jsonl and articles.jsonl of a
folder instead of inventing them; ``--shapes`` doubles what must stay linear.

Machines differ and are noisy: compare lines of one run, not runs.
"""

import argparse
import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import mean, median
from typing import Any

import shapes
import standing
import workload

from monitor.model import Article
from monitor.rules import RuleSet, match
from monitor.rules.matching import matching

CHANGED = 50  # rules changed, one at a time


def main() -> int:
    """Measure and print; 1 if there is a difference."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--sizes", default="100,1000,10000,100000")
    options.add_argument("--density", choices=(*workload.DENSITIES, "both"), default="both")
    options.add_argument("--articles", type=int, default=60, help="timed in every round")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--naive", type=int, default=5, help="articles evaluated plainly, too")
    options.add_argument("--seed", type=int, default=4)
    options.add_argument("--workload", type=Path, help="folder with rules.jsonl, articles.jsonl")
    options.add_argument("--shapes", action="store_true", help="only what must stay linear")
    chosen = options.parse_args()
    if chosen.shapes:
        shapes.main()
        return 0
    if chosen.density == "both" and not chosen.workload:  # else memory cannot be told apart
        again = [[sys.executable, *sys.argv, "--density", name] for name in workload.DENSITIES]
        return max(subprocess.run(each, check=False).returncode for each in again)
    return int(contest(str(chosen.workload or chosen.density), chosen) > 0)


def contest(name: str, chosen: argparse.Namespace) -> int:
    """Measure one density at all sizes; returns how often an answer differed."""
    sizes = sorted({int(size) for size in chosen.sizes.split(",")})
    rules, articles = drawn(name, sizes[-1], chosen)
    contestants = [Contestant.built(rules[:size]) for size in sizes]
    for turn in range(chosen.rounds):
        for number, article in enumerate(articles[: chosen.articles]):
            told = standing.told(article)
            for contestant in contestants:
                contestant.take(told)
                if turn == 0 and number < chosen.naive:
                    contestant.check(article, told)
    report(name, contestants, chosen)
    for contestant in contestants:
        contestant.change(standing.told(articles[0]))
    report_changes(contestants)
    return sum(contestant.differ for contestant in contestants)


def drawn(
    name: str, size: int, chosen: argparse.Namespace
) -> tuple[list[workload.Rule], list[Any]]:
    """Rules and articles, invented or read."""
    if chosen.workload:
        return workload.read(chosen.workload, size)
    spoken = workload.language(chosen.seed)
    articles = workload.articles(spoken, max(chosen.articles, 30), chosen.seed + 1)
    return workload.rules(spoken, size, name, chosen.seed + 2, articles), articles


@dataclass
class Contestant:
    """Some rules, ready to match; seconds of CPU and megabytes as measured."""

    rules: Sequence[workload.Rule]
    ruleset: RuleSet
    parsed: float
    built_in: float
    kept: float  # megabytes of rules and conditions
    indexed: float  # megabytes of the engine
    differ: int = 0
    found: list[int] = field(default_factory=list)
    ids: list[float] = field(default_factory=list)
    evidence: list[float] = field(default_factory=list)
    naive: list[float] = field(default_factory=list)
    changes: dict[str, float] = field(default_factory=dict)

    @classmethod
    def built(cls, rules: Sequence[workload.Rule]) -> "Contestant":
        gc.collect()
        before = resident()
        parsed, ruleset = timed(lambda: standing.ruleset(rules))
        between = resident()
        built, _ = timed(ruleset.build)
        gc.collect()
        return cls(rules, ruleset, parsed, built, between - before, resident() - between)

    def take(self, article: Article) -> None:
        """Match one article, without the evidence and with it."""
        turns = [(matching, self.ids), (match, self.evidence)]
        if len(self.found) % 2:  # so that each sees half of the new words first
            turns.reverse()
        answers = []
        for ask, times in turns:
            seconds, found = timed(lambda ask=ask: ask(self.ruleset, article))
            times.append(seconds)
            answers.append({each.id if ask is matching else each.rule.id for each in found})
        self.found.append(len(answers[0]))
        self.differ += answers[0] != answers[1]

    def check(self, article: dict[str, str], told: Article) -> None:
        """Evaluate every rule plainly, and compare."""
        seconds, expected = timed(lambda: workload.evaluate(self.rules, article))
        self.naive.append(seconds)
        self.differ += expected != {rule.id for rule in matching(self.ruleset, told)}

    def change(self, article: Article) -> None:
        """Change one rule, many times over: in the engine, and by taking over all others."""
        engine = self.ruleset.engine
        queries = [f'changed{n} AND ("new name{n}" OR other{n})' for n in range(CHANGED)]
        conditions = [c for text in queries if (c := standing.condition(text)) is not None]
        put = [
            timed(lambda c=c, n=n: engine.put(f"new{n}", c))[0] for n, c in enumerate(conditions)
        ]
        after = timed(lambda: matching(self.ruleset, article))[0]
        swapped = [
            timed(lambda c=c, n=n: engine.put(f"new{n}", c))[0]
            for n, c in enumerate(reversed(conditions))
        ]
        removed = [timed(lambda n=n: engine.remove(f"new{n}"))[0] for n in range(CHANGED)]
        self.changes = {
            "put": median(put), "replace": median(swapped), "remove": median(removed),
            "take over": median(self.take_over(each) for each in conditions[:5]), "next": after,
        }  # fmt: skip

    def take_over(self, condition: Any) -> float:
        """Seconds for a reload in which one rule differs."""
        conditions = (*self.ruleset.conditions[:-1], condition)
        newer = replace(self.ruleset, conditions=conditions)
        seconds, _ = timed(lambda: newer.take_over(self.ruleset))
        self.ruleset = newer
        return seconds


def report(name: str, contestants: Sequence[Contestant], chosen: argparse.Namespace) -> None:
    print(
        f"\n{name}: {chosen.articles} articles x {chosen.rounds} rounds, every rule evaluated for "
        f"{min(chosen.naive, chosen.articles)}; CPU us an article"
    )
    print(
        "   rules  match % differ   ids us     p95     new    /s  evid. us     p95  "
        "naive us  naive/ids  naive/evid."
    )
    for c in contestants:
        ids, evidence, naive = (1e6 * median(t) for t in (c.ids, c.evidence, c.naive))
        new = 1e6 * median(c.ids[: chosen.articles])
        share = 100 * mean(c.found) / len(c.rules)
        print(
            f"{len(c.rules):8d} {share:8.2f} {c.differ:6d} {ids:8.0f} {late(c.ids):7.0f} {new:7.0f}"
            f" {1e6 / ids:5.0f} {evidence:9.0f} {late(c.evidence):7.0f} {naive:9.0f}"
            f" {naive / ids:10.1f} {naive / evidence:12.1f}"
        )
    print("   rules  parse, link, check s  engine s  conditions MB  engine MB")
    for c in contestants:
        print(
            f"{len(c.rules):8d} {c.parsed:21.2f} {c.built_in:9.2f} {c.kept:14.1f} {c.indexed:10.1f}"
        )


def report_changes(contestants: Sequence[Contestant]) -> None:
    print("   rules  one rule changed: put ms  replace  remove  take over  the next article ms")
    for c in contestants:
        put, replaced, removed, taken, after = (1e3 * c.changes[what] for what in c.changes)
        print(
            f"{len(c.rules):8d} {put:25.2f} {replaced:8.2f} {removed:7.2f} {taken:10.2f}"
            f" {after:20.2f}"
        )


def late(seconds: Sequence[float]) -> float:
    """The 95th percentile in microseconds."""
    return 1e6 * sorted(seconds)[int(0.95 * (len(seconds) - 1))]


def resident() -> float:
    """Megabytes of memory of this process (Linux), else 0."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return 0.0
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of CPU, and the result."""
    begun = time.thread_time()
    result = call()
    return time.thread_time() - begun, result


if __name__ == "__main__":
    sys.exit(main())

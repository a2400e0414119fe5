"""Whether the engine finds in articles just what looking at every rule by itself finds.

    python -m benchmarks.agreement FOLDER [--rules 10000] [--articles 200] [--against tree|oracle]

FOLDER holds rules.jsonl and articles.jsonl as `monitor rules match` reads them. Matches are
compared, and their evidence. ``tree`` evaluates the condition of each rule as the monitor does, but
without the engine; ``oracle`` is the plain evaluator of the tests, which shares next to nothing
with the monitor and is slower still. 100,000 rules take about two seconds an article with ``tree``.
Exits with 1 if anything differs.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from monitor.model import Article
from monitor.rules import RuleSet, match
from monitor.rules.matching import analyse, evidence
from monitor.rules.rows import load_rows

Evidence = set[tuple[str, int, int, str]]
Found = dict[str, Evidence]
"""Rule → evidence."""
SHOWN = 10  # disagreements


def main() -> None:
    """Compare and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--rules", type=int, default=10_000)
    options.add_argument("--articles", type=int, default=200)
    options.add_argument("--against", choices=["tree", "oracle"], default="tree")
    chosen = options.parse_args()
    ruleset = rules(chosen.folder, chosen.rules)
    alone = by_tree if chosen.against == "tree" else by_oracle
    wrong = compare(ruleset, articles(chosen.folder, chosen.articles), alone)
    sys.exit(1 if wrong else 0)


def compare(
    ruleset: RuleSet, told: Iterator[Article], alone: Callable[[RuleSet, Article], Found]
) -> int:
    """Print how far the two agree; returns the number of rules and articles that they do not."""
    pairs = matches = spans = wrong = 0
    began = time.process_time()
    for article in told:
        found, expected = by_engine(ruleset, article), alone(ruleset, article)
        pairs += len(ruleset.rules)
        matches += len(expected)
        spans += sum(map(len, expected.values()))
        for name in sorted(found.keys() | expected.keys()):
            if found.get(name) != expected.get(name):
                wrong += 1
                if wrong <= SHOWN:
                    print(f"{article.url} {name}: engine {found.get(name)}, {expected.get(name)}")
    spent = time.process_time() - began
    print(f"{len(ruleset.rules)} rules, {pairs} pairs of a rule and an article, {spent:.0f} s CPU")
    print(f"{matches} matches, {spans} spans, {wrong} disagreements")
    return wrong


def by_engine(ruleset: RuleSet, article: Article) -> Found:
    """What ``match`` finds."""
    return {
        found.rule.id: {(s.field, s.start, s.end, s.leaf) for s in found.spans}
        for found in match(ruleset, article)
    }


def by_tree(ruleset: RuleSet, article: Article) -> Found:
    """What evaluating the condition of every rule finds, in an article that no engine has seen."""
    index = analyse(article, ruleset.entities)
    found = {}
    for rule, condition in zip(ruleset.rules, ruleset.conditions, strict=True):
        spans = evidence(condition, index)
        if spans is not None:
            found[rule.id] = {(s.field, s.start, s.end, s.leaf) for s in spans}
    return found


def by_oracle(ruleset: RuleSet, article: Article) -> Found:
    """What the tests' plain evaluator finds. It knows no entities here, and no rows name any."""
    from tests.oracle import Reading  # tests are not there where the monitor is installed alone

    reading = Reading(article, {})
    pairs = zip(ruleset.rules, ruleset.conditions, strict=True)
    found = {rule.id: reading.evidence(condition) for rule, condition in pairs}
    return {name: spans for name, spans in found.items() if spans is not None}


def rules(folder: Path, count: int) -> RuleSet:
    """The first rules of a folder, without those that the monitor refuses."""
    with (folder / "rules.jsonl").open(encoding="utf-8") as lines:
        rows = dict(enumerate(islice(lines, count), 1))
    loaded = load_rows("rules.jsonl", rows.items(), {})
    if loaded.problems:
        refused = {problem.line for problem in loaded.problems}
        print(f"{len(refused)} rules refused")
        rows = {number: row for number, row in rows.items() if number not in refused}
        loaded = load_rows("rules.jsonl", rows.items(), {})
    assert loaded.ruleset is not None
    return loaded.ruleset


def articles(folder: Path, count: int) -> Iterator[Article]:
    """The first articles of a folder, with their paragraphs."""
    with (folder / "articles.jsonl").open(encoding="utf-8") as lines:
        for line in islice(lines, count):
            yield told(json.loads(line))


def told(row: Mapping[str, Any]) -> Article:
    """An article of a row."""
    return Article(
        url=row["url"],
        title=row["title"],
        text=row["text"],
        standfirst=row.get("standfirst", ""),
        outlet=row.get("outlet", ""),
        authors=tuple(row.get("authors", ())),
        section=row.get("section"),
        lang=row.get("lang"),
        country=row.get("country"),
    )


if __name__ == "__main__":
    main()

"""``monitor rules match``: which rules hold for the articles of a file, however long it is."""

import gc
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from monitor.app.lanes import in_order
from monitor.cli.findings import Finding, Layout, Matcher
from monitor.cli.lines import Lines
from monitor.cli.output import err, errors_for_people
from monitor.cli.progress import Gauge, gauge
from monitor.cli.rulesets import read_ruleset
from monitor.errors import ParseError
from monitor.model import RuleStatus
from monitor.rules import RuleSet

RulesArgument = Annotated[
    Path,
    typer.Argument(
        metavar="RULES", help="A rule file, a directory of them, or JSON lines of rules (.jsonl)."
    ),
]
ArticlesArgument = Annotated[
    str, typer.Argument(metavar="ARTICLES", help="One article a line; - is the input.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON line a match.")]
NoSpansOption = Annotated[
    bool, typer.Option("--no-spans", help="Only which rules match, not by which words: faster.")
]
CountOption = Annotated[
    bool, typer.Option("--count", help="Only in how many articles each rule matches.")
]
JobsOption = Annotated[
    int, typer.Option("--jobs", "-j", min=0, max=512, help="Processes; 0: one for each core.")
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="No progress, and no summary at the end.")
]


def match_(
    rules: RulesArgument,
    articles: ArticlesArgument,
    *,
    as_json: JsonOption = False,
    no_spans: NoSpansOption = False,
    counted: CountOption = False,
    jobs: JobsOption = 1,
    quiet: QuietOption = False,
) -> None:
    """Match articles against rules and show the evidence. Nothing is stored or sent.

    ARTICLES is a file of any length, also compressed (.gz, .xz). Each line is a JSON object with
    title and text; id, standfirst, url, outlet, authors and lang as you like. Matches come in the
    order of the articles, with --jobs, too. At a line that is no article it stops with status 1;
    what was printed by then is right.

    RULES may be JSON lines as well: objects with id and query, and other keys of a rule as you
    like; keys that rules do not have are passed over. Entities are read from entities/ beside the
    file. Rules that are off are left out; expiry dates and shared filters are not looked at.
    With any error in the rules, all of them are shown and nothing is matched.

    Examples:

      monitor rules match rules/ai.toml articles.jsonl

      echo '{"title": "OpenAI opens a Delhi office"}' | monitor rules match rules -

      monitor rules match rules archive.jsonl.gz --count --jobs 0     # which rules are too broad

      monitor rules match rules.jsonl archive.jsonl --json --no-spans -j 4 > matches.jsonl
    """
    layout = Layout(as_json=as_json, spans=not no_spans, counted=counted)
    with (
        errors_for_people(),
        closing(Lines(articles)) as lines,
        _reading(rules, quiet=quiet) as ruleset,
    ):
        total = _Total(counted=counted)
        matcher = Matcher(ruleset, layout, rules, lines.name)
        total.print_all(lines, matcher, jobs or _cores(), quiet=quiet)
        if counted:
            total.print_counts(as_json=as_json)
        if not quiet:
            err.print(total.summary(ruleset), markup=False)


@contextmanager
def _reading(rules: Path, *, quiet: bool) -> Iterator[RuleSet]:
    """The rules, which the garbage collector leaves alone until the block ends.

    Rules are millions of objects that stay: looking through them again and again takes a quarter
    of the time that reading them takes, and makes forked processes copy what they share.
    """
    gc.disable()
    try:
        with gauge("reading rules", "rules", quiet=quiet) as shown:
            ruleset = read_ruleset(rules, shown.tell)
            shown.go_on_with(f"building the index of {_many(len(ruleset.rules), 'rule')}")
            ruleset.build()
        gc.freeze()
        gc.enable()
        yield ruleset
    finally:
        gc.unfreeze()
        gc.enable()


def _cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)  # what a container or taskset leaves to us
    return len(affinity(0)) if affinity else os.cpu_count() or 1


class _Total:
    """What was found in all articles so far."""

    def __init__(self, *, counted: bool) -> None:
        self._counted = counted
        self._articles = self._matched = self._matches = 0
        self._counts: Counter[str] = Counter()
        self._began = time.monotonic()
        self._seconds = 0.0

    def print_all(self, lines: Lines, matcher: Matcher, jobs: int, *, quiet: bool) -> None:
        """Print what is found in each block; raises ParseError for what is no article."""
        with (
            closing(in_order(lines, matcher, jobs)) as findings,
            gauge("matching", "articles", lines.size, quiet=quiet) as shown,
        ):
            for finding in findings:
                self._add(finding)
                _print(finding.text, shown)
                shown.tell(self._articles, finding.end)
                if finding.error:
                    raise ParseError(finding.error)
        self._seconds = time.monotonic() - self._began

    def _add(self, finding: Finding) -> None:
        self._articles += finding.articles
        self._matched += finding.matched
        self._matches += finding.matches
        self._counts.update(finding.counts)

    def print_counts(self, *, as_json: bool) -> None:
        """Print in how many articles each rule holds, the most first."""
        for rule, number in sorted(self._counts.items(), key=lambda each: (-each[1], each[0])):
            row = json.dumps({"rule": rule, "articles": number}, ensure_ascii=False)
            sys.stdout.write(f"{row}\n" if as_json else f"{number:>9}  {rule}\n")

    def summary(self, ruleset: RuleSet) -> str:
        """What was done, on one line."""
        parts = [
            _many(self._articles, "article"),
            f"{self._matched:,} with a match",
            _many(self._matches, "match", "matches"),
        ]
        if self._counted:
            live = sum(rule.status is not RuleStatus.OFF for rule in ruleset.rules)
            parts.append(f"{len(self._counts):,} of {_many(live, 'rule')} matched")
        rate = self._articles / max(self._seconds, 1e-9)
        return f"{', '.join(parts)}, {rate:,.0f} articles/s"


def _many(number: int, one: str, several: str = "") -> str:
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"


def _print(text: str, shown: Gauge) -> None:
    """Print at once what was found: whoever reads it may wait for it."""
    if text:
        with shown.aside():
            sys.stdout.write(text)
            sys.stdout.flush()

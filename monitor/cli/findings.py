"""What rules find in a block of articles, ready to be printed: the work of one process."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVarTuple

from monitor.cli.evidence import print_finding, print_match
from monitor.cli.lines import Block, text_of
from monitor.cli.output import out
from monitor.cli.reading import parse_article
from monitor.cli.rulesets import read_ruleset
from monitor.errors import ParseError
from monitor.model import Article, Match, Rule
from monitor.rules import RuleSet, match, matching, merged

Ts = TypeVarTuple("Ts")

_LARGEST = 1 << 18  # characters of text that are handed over at once


@dataclass(frozen=True, slots=True)
class Layout:
    """How matches are told: for people or as JSON, with the evidence or without, or counted."""

    as_json: bool = False
    spans: bool = True
    counted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found in some articles, and how far the file was read for them.

    ``counts``: in how many of the articles each rule holds, by its id, if that is asked for.
    ``error``: why the article after these could not be read.
    """

    text: str
    articles: int
    matched: int
    matches: int
    end: int
    counts: Mapping[str, int] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True, slots=True)
class Matcher:
    """Matches blocks of lines. A process that does not share its rules reads them itself."""

    ruleset: RuleSet
    layout: Layout
    rules: Path
    articles: str  # the name of their file, for messages

    def __call__(self, block: Block) -> Iterator[Finding]:
        """Match the articles of a block; ends with the first that cannot be read."""
        sheet = _Sheet()
        error = block.error
        try:
            for number, line in block.lines():
                where = f"{self.articles}:{number}"
                self._put(sheet, *parse_article(text_of(line, where), where))
                if sheet.size > _LARGEST:
                    yield sheet.finding(block.end)
                    sheet = _Sheet()
        except ParseError as found:
            error = str(found)
        yield sheet.finding(block.end, error)

    def _put(self, sheet: "_Sheet", name: str, article: Article) -> None:
        if self.layout.spans and not self.layout.counted:
            found = match(self.ruleset, article)
            sheet.add([each.rule for each in found])
            for each in found:
                sheet.write(self._evident(name, article, each))
            return
        rules = matching(self.ruleset, article)
        sheet.add(rules, counted=self.layout.counted)
        for rule in () if self.layout.counted else rules:
            sheet.write(self._plain(name, article, rule))

    def _evident(self, name: str, article: Article, found: Match) -> str:
        if self.layout.as_json:
            return _as_json(name, found.rule, merged(found.spans))
        return _captured(print_match, name, found, article)

    def _plain(self, name: str, article: Article, rule: Rule) -> str:
        if self.layout.as_json:
            return _as_json(name, rule)
        return _captured(print_finding, rule, name, article)

    def __reduce__(self) -> tuple[Callable[..., "Matcher"], tuple[Any, ...]]:
        return _again, (self.rules, self.layout, self.articles)


def _again(rules: Path, layout: Layout, articles: str) -> Matcher:
    return Matcher(read_ruleset(rules), layout, rules, articles)


class _Sheet:
    """Findings that are being collected."""

    def __init__(self) -> None:
        self.size = 0
        self._texts: list[str] = []
        self._articles = self._matched = self._matches = 0
        self._counts: Counter[str] = Counter()

    def add(self, rules: Sequence[Rule], *, counted: bool = False) -> None:
        self._articles += 1
        self._matched += bool(rules)
        self._matches += len(rules)
        if counted:
            self._counts.update(rule.id for rule in rules)

    def write(self, text: str) -> None:
        self.size += len(text)
        self._texts.append(text)

    def finding(self, end: int, error: str = "") -> Finding:
        return Finding(
            text="".join(self._texts),
            articles=self._articles,
            matched=self._matched,
            matches=self._matches,
            end=end,
            counts=dict(self._counts),
            error=error,
        )


def _as_json(article: str, rule: Rule, spans: Iterable[tuple[str, int, int]] | None = None) -> str:
    row: dict[str, object] = {"article": article, "rule": rule.id}
    if spans is not None:
        row["spans"] = [{"field": name, "start": start, "end": end} for name, start, end in spans]
    return f"{json.dumps(row, ensure_ascii=False)}\n"


def _captured(show: Callable[[*Ts], None], *args: *Ts) -> str:
    """What is printed for people: with colours if the output is a terminal."""
    with out.capture() as captured:
        show(*args)
    return captured.get()

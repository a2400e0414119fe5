"""The tests inside rule files: articles that a rule must, or must not, match."""

from dataclasses import dataclass

from monitor.model import Article, Span
from monitor.rules.conditions import Condition, Term, children
from monitor.rules.keys import TEST
from monitor.rules.matching import Entities, Index, analyse, evidence, unmet
from monitor.rules.places import Path
from monitor.rules.rulefile import RuleFile

_OF_THE_TEST = frozenset({"match", "spans", "todo", "body", "author"})


@dataclass(frozen=True, slots=True)
class Case:
    """A test of a rule, at its place in the file."""

    path: Path
    article: Article
    match: bool
    spans: tuple[str, ...]  # texts that must be highlighted
    todo: bool


@dataclass(frozen=True, slots=True)
class TestReport:
    """How the tests of one rule ended; ``todo`` counts known failures."""

    rule: str
    path: str
    passed: int = 0
    failed: int = 0
    todo: int = 0

    __test__ = False  # not a class of tests for pytest


def read_case(file: RuleFile, path: Path) -> Case | None:
    """Read one ``[[rule.test]]``; None if it cannot be run."""
    values = file.fields(path, TEST)
    if "match" not in values:
        if "match" not in file.value(path):
            advice = "write match = true or match = false"
            file.report("E157", path, "the test does not say whether the rule must match", advice)
        return None
    if "body" in values:
        values.setdefault("text", values["body"])
    if "author" in values:
        values.setdefault("authors", [values["author"]])
    given = {key: value for key, value in values.items() if key not in _OF_THE_TEST}
    article = {"url": "", "title": "", "text": ""} | given
    article["authors"] = tuple(given.get("authors", ()))
    spans = tuple(values.get("spans", ()))
    todo = values.get("todo", False) is not False
    return Case(path, Article(**article), values["match"], spans, todo)


def run_cases(
    file: RuleFile, rule: str, cases: tuple[Case, ...], condition: Condition, entities: Entities
) -> TestReport:
    """Run the tests of a rule; failures are reported to the file as E153."""
    passed = failed = todo = 0
    for number, case in enumerate(cases, 1):
        complaint = _complaint(case, condition, entities)
        if complaint is None:
            passed += 1
        elif case.todo:
            todo += 1
        else:
            failed += 1
            title = f"test {number} of the rule `{rule}` fails: {complaint}"
            key = "spans" if complaint.startswith("nothing") else "match"
            advice = 'mend the query or the test, or mark the test with todo = "why"'
            if case.article.lang is None and _inflects(condition):
                advice += '; without lang = "en" in the test, `~` finds no other forms of a word'
            file.report("E153", (*case.path, key), title, advice)
    return TestReport(rule, file.path, passed, failed, todo)


def _inflects(node: Condition) -> bool:
    return "~" in node.words if isinstance(node, Term) else any(map(_inflects, children(node)))


def _complaint(case: Case, condition: Condition, entities: Entities) -> str | None:
    """What is not as expected, for people."""
    index = analyse(case.article, entities)
    spans = evidence(condition, index)
    if spans is None:
        if not case.match:
            return None
        return f"expected a match, but this does not hold: {', '.join(unmet(condition, index))}"
    if not case.match:
        return f"expected no match, but found: {_list(spans, index)}"
    shown = {index.fields[name].text[start:end] for name, start, end in merged(spans)}
    shown |= {index.fields[span.field].text[span.start : span.end] for span in spans}
    missing = [text for text in case.spans if text not in shown]
    if missing:
        quoted = ", ".join(f"“{text}”" for text in missing)
        return f"nothing highlights {quoted}; highlighted: {_list(spans, index)}"
    return None


def merged(spans: tuple[Span, ...]) -> list[tuple[str, int, int]]:
    """Spans with those that overlap made one, as (field, start, end) in reading order."""
    found: list[tuple[str, int, int]] = []
    for span in spans:
        last = found[-1] if found else None
        if last and last[0] == span.field and span.start < last[2]:
            found[-1] = (last[0], last[1], max(last[2], span.end))
        else:
            found.append((span.field, span.start, span.end))
    return found


def _list(spans: tuple[Span, ...], index: Index) -> str:
    pieces = [f"“{index.fields[s.field].text[s.start : s.end]}”" for s in spans]
    return ", ".join(dict.fromkeys(pieces)) or "nothing that must not be there"

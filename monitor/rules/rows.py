"""Rules as JSON lines, one object a line, as other programs write them → a RuleSet.

A row has ``id`` and ``query``, and may have the other keys of a rule. Keys that rules do not have
belong to the program that wrote the row and are passed over, unless they look like a misspelling
of one that matters. ``test`` and ``allow`` are for rule files, and passed over, too.
"""

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import PurePath
from typing import Any

from monitor.model import Priority, Rule, RuleStatus
from monitor.rules.conditions import Condition
from monitor.rules.entities import Entities, holds_entities, read_entities
from monitor.rules.keys import RULE, Key, Kind
from monitor.rules.linking import check_required, link, references
from monitor.rules.matching import RuleSet
from monitor.rules.parsing import parse
from monitor.rules.problems import Flaw, Label, Problem
from monitor.rules.rulefile import RuleFile

_READ = {name: key for name, key in RULE.items() if name not in ("id", "query", "test", "allow")}
_MEANT = ("id", "query", *_READ)
_CLIP = 60  # characters of a line that are shown after a place in it


@dataclass(frozen=True, slots=True)
class LoadedRows:
    """What rows hold. ``ruleset`` is None if there is any problem, which are all errors.

    ``shown`` has the text of the line that a problem of a row is about: its query on one line, or
    the row itself. Problems of the entities' files are about these files.
    """

    ruleset: RuleSet | None
    problems: tuple[Problem, ...]
    shown: Mapping[Problem, str]


def load_rows(path: str, lines: Iterable[tuple[int, str]], files: Mapping[str, str]) -> LoadedRows:
    """Read numbered lines of a file called ``path``, and the entities that stand in ``files``.

    A problem's line is that of the row; its column counts within the query, in code points, where
    it is about the query, else within the row. Each row is looked at once, whatever the others
    hold.
    """
    opened = [RuleFile(name, text) for name, text in files.items() if holds_entities(name)]
    entities = read_entities(file for file in opened if not file.has_errors)
    rows = _Rows(path, entities)
    for number, line in lines:
        rows.read(number, line)
    problems = [problem for file in opened for problem in file.problems] + sorted(
        rows.shown, key=lambda problem: (problem.line, problem.column, problem.code)
    )
    errors = tuple(problem for problem in problems if problem.severity == "error")
    ruleset = RuleSet(tuple(rows.rules), tuple(rows.conditions), entities)
    return LoadedRows(None if errors else ruleset, errors, rows.shown)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row with the line that it was read from."""

    number: int
    line: str
    keys: Mapping[str, Any]


class _Rows:
    """The rules read so far, and what is wrong in their rows."""

    def __init__(self, path: str, entities: Entities) -> None:
        self.path = path
        self.pack = PurePath(path).name.split(".")[0]
        self.entities = entities
        self.rules: list[Rule] = []
        self.conditions: list[Condition] = []
        self.shown: dict[Problem, str] = {}
        self.homes: dict[str, int] = {}

    def read(self, number: int, line: str) -> None:
        """Read the row that stands at a line, or report what is wrong with it."""
        keys = self._object(number, line)
        if keys is None:
            return
        row = _Row(number, line, keys)
        known = len(self.shown)
        self._check_required(row, self._misspelt(row))
        name, values = self._name(row), self._values(row)
        query = keys.get("query")
        condition = self._condition(number, query) if isinstance(query, str) else None
        if condition is not None and len(self.shown) == known:
            self.rules.append(_rule(name, keys["query"], self.pack, values))
            self.conditions.append(condition)

    def _object(self, number: int, line: str) -> dict[str, Any] | None:
        title, at = "this is not an object", (0, len(line))
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            title = f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
            at = (error.pos, error.pos + 1)
        except (ValueError, RecursionError):  # numbers of thousands of digits, as many brackets
            title = "this is no JSON that could be a rule"
        else:
            if isinstance(row, dict):
                return row
        advice = 'write {"id": "…", "query": "…"}, one rule a line'
        self._report(number, line, Flaw(code="E155", at=at, title=title, help=advice))
        return None

    def _misspelt(self, row: _Row) -> set[str]:
        """The keys that are missing because they are misspelt."""
        found = set()
        for key in row.keys:
            meant = "" if key in RULE else _meant(key)
            if meant and meant not in row.keys:
                found.add(meant)
                self._report_key(
                    "E152", row, key, f"unknown key `{key}`", f"did you mean `{meant}`?"
                )
        return found

    def _check_required(self, row: _Row, misspelt: set[str]) -> None:
        for key in ("id", "query"):
            value, advice = row.keys.get(key), f'write "{key}": "…"'
            if value is None and key not in misspelt:
                self._report_key("E157", row, key, f"the rule has no `{key}`", advice)
            elif not (isinstance(value, str | None) or (key == "id" and _is_number(value))):
                self._report_key("E156", row, key, f"`{key}` must be a text", advice)

    def _name(self, row: _Row) -> str:
        """The row's id. Other programs number their rules, so it may be a number."""
        name = str(row.keys.get("id", ""))
        if name in self.homes:
            title = f"the rule id `{name}` is already used in line {self.homes[name]}"
            self._report_key("E150", row, "id", title, "give one of them another id")
        elif "id" in row.keys:
            self.homes[name] = row.number
        return name

    def _values(self, row: _Row) -> dict[str, Any]:
        """The optional keys that hold something; what others write as null is not there."""
        found = {k: v for k, v in row.keys.items() if k in _READ and v is not None}
        for name, value in found.items():
            wrong = _wrong(name, value, _READ[name])
            if wrong:
                self._report_key("E156", row, name, *wrong)
        return found

    def _condition(self, number: int, query: str) -> Condition | None:
        """The linked condition of a query; None if it has errors."""
        parsed = parse(query)
        condition, flaws = None, parsed.flaws
        if parsed.condition is not None:
            named = references(parsed.condition) if "$" in query else []
            flaws += tuple(_no_fragments(each.name, each.at) for each in named)
            unknown = dict.fromkeys(each.name for each in named)
            condition, more = link(parsed.condition, self.entities, unknown)
            flaws += more
        if condition is not None and not parsed.broken:
            flaws += check_required(condition)
        for flaw in flaws:
            if flaw.severity == "error":
                self._report_flaw(number, query, flaw)
        return condition

    # --- problems

    def _report_key(self, code: str, row: _Row, key: str, title: str, advice: str) -> None:
        written = json.dumps(key, ensure_ascii=False)
        start = row.line.find(written)
        at = (start, start + len(written)) if start >= 0 else (0, 1)
        self._report(row.number, row.line, Flaw(code=code, at=at, title=title, help=advice))

    def _report(self, number: int, line: str, flaw: Flaw) -> None:
        """Show a line as far as the flaw, and a little of what follows."""
        end = flaw.at[0] + _CLIP
        shown = line if len(line) <= end else f"{line[:end]}…"
        flaw = replace(flaw, at=(flaw.at[0], min(flaw.at[1], max(len(shown), flaw.at[0] + 1))))
        self.shown[_problem(self.path, number, flaw)] = shown

    def _report_flaw(self, number: int, query: str, flaw: Flaw) -> None:
        """Show a query of several lines on one: it stands on one line of the file."""
        shown = query.replace("\n", " ").replace("\r", " ")
        self.shown[_problem(self.path, number, flaw)] = shown


def _problem(path: str, number: int, flaw: Flaw) -> Problem:
    start, end = flaw.at
    return Problem(
        code=flaw.code,
        path=path,
        line=number,
        column=start + 1,
        width=max(end - start, 1),
        title=flaw.title,
        label=flaw.label,
        note=flaw.note,
        help=flaw.help,
        secondary=tuple(
            Label(number, first + 1, max(last - first, 1), text)
            for (first, last), text in flaw.secondary
        ),
    )


def _no_fragments(name: str, at: tuple[int, int]) -> Flaw:
    return Flaw(
        code="E131",
        at=at,
        title=f"there is no fragment ${name}: rules in JSON lines have none",
        label="unknown",
        help=f'write out what it stands for, or quote it if it is a ticker: "${name}"',
    )


def _rule(name: str, query: str, pack: str, values: Mapping[str, Any]) -> Rule:
    return Rule(
        id=name,
        title=values.get("title") or name,
        query=query,
        pack=pack,
        priority=Priority(values.get("priority", Priority.NORMAL)),
        channels=tuple(values.get("channels", ())),
        tags=tuple(values.get("tags", ())),
        status=RuleStatus(values.get("status", RuleStatus.LIVE)),
        owner=values.get("owner", ""),
        expires=date.fromisoformat(values["expires"]) if "expires" in values else None,
        reason=values.get("reason", ""),
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


@cache
def _meant(key: str) -> str:
    """The key of a rule that another key is probably a misspelling of; "" if there is none."""
    near = difflib.get_close_matches(key.casefold(), _MEANT, n=1, cutoff=0.75)
    return near[0] if near else ""


def _wrong(name: str, value: object, key: Key) -> tuple[str, str] | None:
    """What is wrong with a key's value, and what to write instead."""
    example = '["…", "…"]' if key.kind is Kind.TEXTS else '"…"'
    if key.kind is Kind.DATE:
        if not _is_date(value):
            return f"`{name}` must be a date", f'write "{name}": "2027-03-31"'
    elif not (_is_texts(value) if key.kind is Kind.TEXTS else isinstance(value, str)):
        return f"`{name}` must be {key.kind}", f'write "{name}": {example}'
    elif key.choices and value not in key.choices:
        near = difflib.get_close_matches(str(value), key.choices, n=1)
        advice = f"did you mean `{near[0]}`?" if near else f"one of: {', '.join(key.choices)}"
        return f"`{name}` cannot be `{value}`", advice
    return None


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_date(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False

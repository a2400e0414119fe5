"""One rule file: its values with their places, checked key by key."""

import copy
import difflib
import re
import tomllib
from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from functools import cached_property
from typing import Any

from monitor.rules.keys import Key, Keys, Kind
from monitor.rules.places import Path, Places, locate
from monitor.rules.problems import Flaw, Label, Problem, Severity

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")

_DEEP = 20  # values within each other; more could exhaust the stack wherever they are located


class RuleFile:
    """A rule file being read. ``data`` is empty if it is not TOML.

    ``reported`` grows: each problem with the path of the key it is about.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.source = text.replace("\r\n", "\n")
        self.reported: list[tuple[Path, Problem]] = []
        self.data: dict[str, Any] = {}
        try:
            data = tomllib.loads(self.source)
            if _is_deep(data):
                self.places = locate(self.source)
        except tomllib.TOMLDecodeError as error:
            self._not_toml(str(error))
        except RecursionError:
            self._not_toml("Values nested too deep")
        else:
            self.data = data

    @cached_property
    def places(self) -> Places:
        """Where everything stands. Looked up when there is something to report: seldom."""
        return locate(self.source)

    def reopened(self, reported: Iterable[tuple[Path, Problem]]) -> "RuleFile":
        """The same file as if nothing but these problems had been reported."""
        twin = copy.copy(self)
        twin.reported = list(reported)
        return twin

    def report(
        self,
        code: str,
        path: Path,
        title: str,
        help: str = "",  # noqa: A002 - the word of the reports
        *,
        label: str = "",
        severity: Severity = "error",
    ) -> None:
        """Report a problem at a key, table or element."""
        line, column = self.places.line_and_column(self.places.nearest(path))
        width = len(str(path[-1])) if path and isinstance(path[-1], str) else 1
        if isinstance(path[-1] if path else None, int) and path in self.places.texts:
            width = self.places.texts[path][-1] + 1 - self.places.keys[path]  # with its quotes
        self._report(
            path,
            Problem(
                code=code,
                severity=severity,
                path=self.path,
                line=line,
                column=column,
                width=width,
                title=title,
                label=label,
                help=help,
            ),
        )

    def report_flaw(self, path: Path, flaw: Flaw) -> None:
        """Report a flaw of the query that stands at a path."""
        main = self._label(path, flaw.at, flaw.label)
        others = tuple(self._label(path, at, text) for at, text in flaw.secondary)
        self._report(
            path,
            Problem(
                code=flaw.code,
                severity=flaw.severity,
                path=self.path,
                line=main.line,
                column=main.column,
                width=main.width,
                title=flaw.title,
                label=flaw.label,
                note=flaw.note,
                help=flaw.help,
                secondary=others,
            ),
        )

    def value(self, path: Path) -> Any:
        """What stands at a path that the file has."""
        found: Any = self.data
        for step in path:
            found = found[step]
        return found

    def has(self, path: Path) -> bool:
        """Whether the file has a value at a path."""
        found: Any = self.data
        for step in path:
            inside = step in found if isinstance(found, dict) else isinstance(found, list)
            if not inside:
                return False
            found = found[step]
        return True

    def fields(self, path: Path, known: Keys) -> dict[str, Any]:
        """The known keys of a table that hold what they should; all others are reported."""
        found = {}
        for name, value in self.value(path).items():
            if name not in known:
                self._unknown((*path, name), known)
            elif self._fits((*path, name), value, known[name]):
                found[name] = value
        return found

    def require(self, path: Path, known: Keys, what: str) -> None:
        """Report the keys that a table must have and has not; ``what`` names it."""
        for name, key in known.items():
            if key.required and name not in self.value(path):
                title = f"{what} has no `{name}`"
                self.report("E157", path, title, f"write {name} = {key.example}")

    def _fits(self, path: Path, value: object, key: Key) -> bool:
        """Whether a value is what its key should hold; if not, it is reported."""
        name = str(path[-1])
        if not _IS[key.kind](value):
            self.report("E156", path, f"`{name}` must be {key.kind}", _example(name, key.kind))
        elif key.choices and value not in key.choices:
            near = difflib.get_close_matches(str(value), key.choices, n=1)
            advice = f"did you mean `{near[0]}`?" if near else f"one of: {', '.join(key.choices)}"
            self.report("E156", path, f"`{name}` cannot be `{value}`", advice)
        elif key.least is not None and isinstance(value, int | float) and value < key.least:
            title = f"`{name}` must be at least {key.least}"
            self.report("E156", path, title, f"write {name} = {key.default or key.least}")
        else:
            return True
        return False

    @property
    def has_errors(self) -> bool:
        """Whether anything but warnings was reported."""
        return any(problem.severity == "error" for problem in self.problems)

    @property
    def problems(self) -> list[Problem]:
        """What was reported, in the order of the file."""
        found = [problem for _, problem in self.reported]
        return sorted(found, key=lambda problem: (problem.line, problem.column, problem.code))

    def _report(self, path: Path, problem: Problem) -> None:
        self.reported.append((path, problem))

    def _label(self, path: Path, at: tuple[int, int], text: str) -> Label:
        offsets = self.places.texts[path]
        start, end = offsets[at[0]], offsets[at[1]]
        newline = self.source.find("\n", start, end)
        line, column = self.places.line_and_column(start)
        return Label(line, column, max((end if newline < 0 else newline) - start, 1), text)

    def _unknown(self, path: Path, known: Collection[str]) -> None:
        near = difflib.get_close_matches(str(path[-1]), known, n=1)
        advice = f"did you mean `{near[0]}`?" if near else f"known here: {', '.join(known)}"
        self.report("E152", path, f"unknown key `{path[-1]}`", advice, label="unknown")

    def _not_toml(self, message: str) -> None:
        self.places = Places(self.source)
        place = _PLACE.search(message)
        line, column = self.places.line_and_column(len(self.source))
        if place and place[1]:
            line, column = int(place[1]), int(place[2])
        what = message[: place.start()] if place else message
        quotes = "queries stand in three single quotes: query = '''OpenAI AND \"New Delhi\"'''"
        self._report(
            (),
            Problem(
                code="E155",
                path=self.path,
                line=line,
                column=column,
                title=f"this is not TOML: {what[:1].lower()}{what[1:]}",
                label="here",
                help=quotes if re.search("string|escape|character|\"'", what) else "",
            ),
        )


_IS: dict[Kind, Callable[[Any], bool]] = {
    Kind.TEXT: lambda value: isinstance(value, str),
    Kind.FLAG: lambda value: isinstance(value, bool),
    Kind.NUMBER: lambda value: isinstance(value, int) and not isinstance(value, bool),
    Kind.DECIMAL: lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    Kind.DATE: lambda value: isinstance(value, date) and not isinstance(value, datetime),
    Kind.TABLE: lambda value: isinstance(value, dict),
    Kind.TEXTS: lambda value: isinstance(value, list) and all(isinstance(i, str) for i in value),
    Kind.TABLES: lambda value: isinstance(value, list) and all(isinstance(i, dict) for i in value),
    Kind.ANY: lambda value: True,
}


def _is_deep(data: dict[str, Any]) -> bool:
    """Whether values are nested deeper than in any rule file that makes sense."""
    level: list[Any] = [data]
    for _ in range(_DEEP):
        inner = (one for each in level for one in (each.values() if type(each) is dict else each))
        level = [one for one in inner if isinstance(one, dict | list)]
    return bool(level)


def _example(key: str, kind: Kind) -> str:
    return {
        Kind.TEXT: f'write {key} = "…"',
        Kind.TEXTS: f'write {key} = ["…", "…"]',
        Kind.FLAG: f"write {key} = true or {key} = false",
        Kind.NUMBER: f"write {key} = 3",
        Kind.DECIMAL: f"write {key} = 2.5",
        Kind.DATE: f"write {key} = 2027-03-31",
        Kind.TABLE: f"write [{key}] on a line of its own, its keys below",
        Kind.TABLES: f"write [[{key}]] on a line of its own, its keys below",
    }[kind]

"""One rule file: its values with their places, checked key by key."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from monitor.rules.places import Path, Places, locate
from monitor.rules.problems import Flaw, Label, Problem, Severity

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


class Kind(StrEnum):
    """What a key holds."""

    TEXT = "a text"
    TEXTS = "a list of texts"
    FLAG = "true or false"
    TABLE = "a table"
    TABLES = "a list of tables"
    ANY = "anything"


class RuleFile:
    """A rule file being read. ``data`` is empty if it is not TOML; ``problems`` grows."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.source = text.replace("\r\n", "\n")
        self.problems: list[Problem] = []
        self.data: dict[str, Any] = {}
        self.places = Places(self.source)
        try:
            self.data = tomllib.loads(self.source)
        except tomllib.TOMLDecodeError as error:
            self._not_toml(str(error))
        else:
            self.places = locate(self.source)

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
        self.problems.append(
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
            )
        )

    def report_flaw(self, path: Path, flaw: Flaw) -> None:
        """Report a flaw of the query that stands at a path."""
        main = self._label(path, flaw.at, flaw.label)
        others = tuple(self._label(path, at, text) for at, text in flaw.secondary)
        self.problems.append(
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
            )
        )

    def value(self, path: Path) -> Any:
        """What stands at a path that the file has."""
        found: Any = self.data
        for step in path:
            found = found[step]
        return found

    def fields(
        self, path: Path, known: Mapping[str, Kind], later: frozenset[str] = frozenset()
    ) -> dict[str, Any]:
        """The known keys of a table that hold what they should; all others are reported."""
        found = {}
        for key, value in self.value(path).items():
            if key in later:
                title = f"`{key}` comes with a later version of monitor"
                self.report("E199", (*path, key), title, "leave it out", label="not yet available")
            elif key not in known:
                self._unknown((*path, key), known)
            elif _is(value, known[key]):
                found[key] = value
            else:
                title = f"`{key}` must be {known[key]}"
                self.report("E156", (*path, key), title, _example(key, known[key]))
        return found

    @property
    def has_errors(self) -> bool:
        """Whether anything but warnings was reported."""
        return any(problem.severity == "error" for problem in self.problems)

    def _label(self, path: Path, at: tuple[int, int], text: str) -> Label:
        offsets = self.places.texts[path]
        start, end = offsets[at[0]], offsets[at[1]]
        newline = self.source.find("\n", start, end)
        line, column = self.places.line_and_column(start)
        return Label(line, column, max((end if newline < 0 else newline) - start, 1), text)

    def _unknown(self, path: Path, known: Mapping[str, Kind]) -> None:
        near = difflib.get_close_matches(str(path[-1]), known, n=1)
        advice = f"did you mean `{near[0]}`?" if near else f"known here: {', '.join(known)}"
        self.report("E152", path, f"unknown key `{path[-1]}`", advice, label="unknown")

    def _not_toml(self, message: str) -> None:
        place = _PLACE.search(message)
        line, column = self.places.line_and_column(len(self.source))
        if place and place[1]:
            line, column = int(place[1]), int(place[2])
        what = message[: place.start()] if place else message
        quotes = "queries stand in three single quotes: query = '''OpenAI AND \"New Delhi\"'''"
        self.problems.append(
            Problem(
                code="E155",
                path=self.path,
                line=line,
                column=column,
                title=f"this is not TOML: {what[:1].lower()}{what[1:]}",
                label="here",
                help=quotes if re.search("string|escape|character|\"'", what) else "",
            )
        )


def _is(value: object, kind: Kind) -> bool:
    match kind:
        case Kind.TEXT:
            return isinstance(value, str)
        case Kind.FLAG:
            return isinstance(value, bool)
        case Kind.TABLE:
            return isinstance(value, dict)
        case Kind.TEXTS:
            return isinstance(value, list) and all(isinstance(item, str) for item in value)
        case Kind.TABLES:
            return isinstance(value, list) and all(isinstance(item, dict) for item in value)
        case Kind.ANY:
            return True


def _example(key: str, kind: Kind) -> str:
    return {
        Kind.TEXT: f'write {key} = "…"',
        Kind.TEXTS: f'write {key} = ["…", "…"]',
        Kind.FLAG: f"write {key} = true or {key} = false",
        Kind.TABLE: f"write [{key}] on a line of its own, its keys below",
        Kind.TABLES: f"write [[{key}]] on a line of its own, its keys below",
    }[kind]

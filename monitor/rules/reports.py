"""Problems for programs: JSON, workflow commands of GitHub, SARIF 2.1.0."""

import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from monitor.rules.codes import CODES
from monitor.rules.problems import Label, Problem

_FIELDS = ("code", "severity", "path", "line", "column", "title", "label", "note", "help")
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_json(problems: Sequence[Problem]) -> str:
    """One object with a list of problems; lines and columns count from 1, in code points."""
    rows = [{name: getattr(problem, name) for name in _FIELDS} for problem in problems]
    return json.dumps({"problems": rows}, ensure_ascii=False, indent=2)


def as_github(problems: Sequence[Problem]) -> str:
    """A workflow command a line, which GitHub shows beside the changed lines of a pull request."""
    return "\n".join(map(_command, problems))


def _command(problem: Problem) -> str:
    properties = {
        "file": problem.path,
        "line": str(problem.line),
        "col": str(problem.column),
        "endColumn": str(problem.column + problem.width),
        "title": f"{problem.code}: {problem.title}",
    }
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{problem.severity} {written}::{_data(_message(problem))}"


def _data(text: str) -> str:
    """A text as the data of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _message(problem: Problem) -> str:
    """What is wrong, why, and what to write instead."""
    parts = [f"{problem.title}: {problem.label}" if problem.label else problem.title]
    if problem.note:
        parts.append(f"note: {problem.note}")
    if problem.help:
        parts.append(f"help: {problem.help}")
    return "\n".join(parts)


def as_sarif(problems: Sequence[Problem], version: str) -> str:
    """A SARIF 2.1.0 log of one run; ``version`` is that of monitor."""
    codes = sorted({problem.code for problem in problems})
    driver = {
        "name": "monitor rules check",
        "version": version,
        "rules": [
            {
                "id": code,
                "shortDescription": {"text": CODES[code]},
                "defaultConfiguration": {"level": "error" if code[0] == "E" else "warning"},
            }
            for code in codes
        ],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, codes.index(problem.code)) for problem in problems],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2)


def _result(problem: Problem, index: int) -> dict[str, Any]:
    main = Label(problem.line, problem.column, problem.width, problem.label)
    found: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": index,
        "level": problem.severity,
        "message": {"text": _message(problem)},
        "locations": [_location(problem.path, main)],
    }
    if problem.secondary:
        found["relatedLocations"] = [
            {"id": number, **_location(problem.path, label), "message": {"text": label.text}}
            for number, label in enumerate(problem.secondary, 1)
        ]
    return found


def _location(path: str, label: Label) -> dict[str, Any]:
    region = {
        "startLine": label.line,
        "startColumn": label.column,
        "endColumn": label.column + label.width,
    }
    artifact = {"uri": _uri(path)}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def _uri(path: str) -> str:
    place = PurePath(path)
    return place.as_uri() if place.is_absolute() else quote(place.as_posix())

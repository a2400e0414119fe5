"""Brings the rules that a command was given: rule files, or JSON lines of rules."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import typer

from monitor.app.files import read_entity_files, read_rule_files
from monitor.cli.checking import print_problems, print_rendered
from monitor.cli.lines import Lines, text_of
from monitor.cli.output import count, err
from monitor.errors import ParseError
from monitor.rules import RuleSet, load, render
from monitor.rules.rows import load_rows

_JSON_LINES = (".jsonl", ".ndjson")


def read_ruleset(path: Path, tell: Callable[[int], None] = lambda number: None) -> RuleSet:
    """The rules of a file or directory; shows all that is wrong with them, and exits.

    ``tell`` hears how many rules of a file of JSON lines were read.
    """
    ruleset = _from_rows(path, tell) if _is_rows(path) else _from_files(path)
    if not ruleset.rules:
        raise ParseError(f"{path} has no rules; rules/README.md tells how they are written")
    return ruleset


def _is_rows(path: Path) -> bool:
    suffixes = [suffix.casefold() for suffix in path.suffixes[-2:]]
    packed = bool(suffixes) and suffixes[-1] in (".gz", ".xz")
    return bool(suffixes) and suffixes[-2 if packed and len(suffixes) > 1 else -1] in _JSON_LINES


def _from_files(path: Path) -> RuleSet:
    files = read_rule_files(path)
    loaded = load(files)
    if loaded.ruleset is None:
        errors = [problem for problem in loaded.problems if problem.severity == "error"]
        print_problems(errors, files)
        _refuse(len(errors))
    return loaded.ruleset


def _from_rows(path: Path, tell: Callable[[int], None]) -> RuleSet:
    files = read_entity_files(path)
    with closing(Lines(str(path))) as lines:
        loaded = load_rows(str(path), _numbered(lines, tell), files)
    for problem in loaded.problems:
        if problem in loaded.shown:
            shown = render(problem, loaded.shown[problem], begins=problem.line)
        else:
            shown = render(problem, files[problem.path])
        print_rendered(problem, shown)
    if loaded.ruleset is None:
        _refuse(len(loaded.problems))
    return loaded.ruleset


def _numbered(lines: Lines, tell: Callable[[int], None]) -> Iterator[tuple[int, str]]:
    for block in lines.blocks():
        if block.error:
            raise ParseError(block.error)
        for number, line in block.lines():
            yield number, text_of(line, f"{lines.name}:{number}")
            tell(number)


def _refuse(errors: int) -> NoReturn:
    told = f"error: {count(errors, 'error')} in the rules; nothing was matched"
    err.print(told, style="red", markup=False)
    raise typer.Exit(1)

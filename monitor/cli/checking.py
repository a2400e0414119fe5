"""``monitor rules check``, ``fmt`` and ``schema``: rule files as texts."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from monitor import __version__
from monitor.app.clock import now
from monitor.app.files import read_rule_files
from monitor.cli.archive import SinceOption, open_archive, period
from monitor.cli.output import (
    DEFAULT_CONFIG,
    ConfigOption,
    config_or_defaults,
    count,
    err,
    errors_for_people,
    out,
)
from monitor.rules import Loaded, Problem, load, render
from monitor.rules.keys import ENTITY_FILE, PACK_FILE
from monitor.rules.reports import as_github, as_json, as_sarif
from monitor.rules.rewriting import format_file
from monitor.rules.schema import schema as schema_of

RulesArgument = Annotated[
    Path, typer.Argument(metavar="[PATH]", help="A rule file, or a directory of them.")
]
DEFAULT_RULES = Path("rules")


class Format(StrEnum):
    """How problems are printed."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


class FileKind(StrEnum):
    """Which rule files a schema describes."""

    ALL = "all"
    PACK = "pack"
    ENTITIES = "entities"


def check(
    path: RulesArgument = DEFAULT_RULES,
    *,
    format_: Annotated[
        Format,
        typer.Option("--format", help="For people, or for programs: GitHub, code scanning."),
    ] = Format.TEXT,
    archive: Annotated[
        bool, typer.Option("--archive", help="Judge the rules by the articles of the archive, too.")
    ] = False,
    since: SinceOption = "30d",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Check rule files: every mistake with its place, the reason and the corrected text.

    Runs the tests inside the files, too, and warns of what is right in form and probably not
    meant; // allow: W021 why in a query, or allow = ["W021"] beside it, says that it is.
    Exit status 0: all fine; 1: errors; 2: only warnings. Whether the channels exist is checked
    by monitor config check.

    With --archive also: too broad, dead for 30 days, twice the same, clauses that never decide,
    wildcards and singulars that find too much or too little.

    Examples:

      monitor rules check

      monitor rules check rules/ai.toml --format json

      monitor rules check --archive           # by the articles of the last 30 days

      monitor rules check --format github     # in a workflow: comments beside the lines
    """
    with errors_for_people():
        files = read_rule_files(path)
        loaded = _judge(files, config, since) if archive else load(files, today=now().date())
    match format_:
        case Format.TEXT:
            print_problems(loaded.problems, files)
            out.print(_verdict(loaded), markup=False)
        case Format.JSON:
            typer.echo(as_json(loaded.problems))
        case Format.GITHUB:
            typer.echo(as_github(loaded.problems), nl=bool(loaded.problems))
        case Format.SARIF:
            typer.echo(as_sarif(loaded.problems, __version__))
    if loaded.problems:
        raise typer.Exit(1 if loaded.ruleset is None else 2)


def _judge(files: Mapping[str, str], config: Path, since: str) -> Loaded:
    """Check rule files and judge them by the archive."""
    moment = now()
    with open_archive(config_or_defaults(config)) as store:
        articles = period(store, since, moment, what="judging")
        return load(files, today=moment.date(), archive=articles)


def print_problems(problems: Iterable[Problem], files: Mapping[str, str]) -> None:
    """Show problems with their lines on standard error."""
    for problem in problems:
        print_rendered(problem, render(problem, files[problem.path]))


def print_rendered(problem: Problem, rendered: str) -> None:
    """Show a problem, its first line in the colour of its severity."""
    style = "red" if problem.severity == "error" else "yellow"
    head, rest = rendered.split("\n", 1)
    err.print(head, style=style, markup=False)
    err.print(f"{rest}\n", markup=False)


def _verdict(loaded: Loaded) -> str:
    errors = sum(problem.severity == "error" for problem in loaded.problems)
    warnings = len(loaded.problems) - errors
    counts = f"{count(errors, 'error')}, {count(warnings, 'warning')}"
    if loaded.ruleset is None:
        return counts
    tests = sum(report.passed for report in loaded.tests)
    sizes = (
        count(len(loaded.ruleset.rules), "rule"),
        count(len(loaded.ruleset.entities), "entity"),
        count(tests, "test"),
    )
    return f"{', '.join(sizes)}: {counts}"


def fmt(
    path: RulesArgument = DEFAULT_RULES,
    *,
    check_: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit status 1 if anything would.")
    ] = False,
) -> None:
    """Write the queries of rule files in their canonical form, in place.

    Operators in capitals, one blank between, long lists a line each. Comments and all else in the
    files stay as they are; so do queries with errors. Exit status 0: fine; 1: a file has errors
    (or, with --check, would change).

    Examples:

      monitor rules fmt

      monitor rules fmt rules/ai.toml --check
    """
    with errors_for_people():
        files = read_rule_files(path)
    if path.is_file():  # the entities beside it were not asked for
        files = {str(path): files[str(path)]}
    results = [_format(Path(name), write=not check_) for name in files]
    changed = sum(queries for queries, _ in results)
    broken = sum(failed for _, failed in results)
    verb = "would be rewritten" if check_ else "rewritten"
    out.print(f"{len(files)} files: {changed} queries {verb}", markup=False)
    if broken:
        advice = "monitor rules check says why"
        err.print(f"{broken} with errors, left as they are; {advice}", style="red", markup=False)
    if broken or (check_ and changed):
        raise typer.Exit(1)


def _format(path: Path, *, write: bool) -> tuple[int, int]:
    """How many queries of a file were rewritten, and how many have errors."""
    text = path.read_bytes().decode("utf-8")  # as it is, with its line ends
    try:
        formatted = format_file(text)
    except tomllib.TOMLDecodeError:
        return 0, 1
    if formatted.changed:
        out.print(f"{path}: {formatted.changed}", markup=False)
        if write:
            path.write_bytes(formatted.text.encode("utf-8"))
    return formatted.changed, formatted.broken


def schema(
    kind: Annotated[FileKind, typer.Argument(help="Of which files.")] = FileKind.ALL,
) -> None:
    """Print the JSON Schema of rule files, for completion and checks while you write.

    Save it, and name it in the first line of a rule file: #:schema ../rules.schema.json

    Examples:

      monitor rules schema > rules.schema.json

      monitor rules schema entities
    """
    keys = {FileKind.ALL: None, FileKind.PACK: PACK_FILE, FileKind.ENTITIES: ENTITY_FILE}[kind]
    typer.echo(json.dumps(schema_of(keys), ensure_ascii=False, indent=2))

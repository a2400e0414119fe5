"""``monitor rules import``: queries of other systems → rules."""

import sys
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.output import err, errors_for_people
from monitor.errors import ParseError
from monitor.rules import Problem, render
from monitor.rules.dialects import (
    DIALECTS,
    Conversion,
    Naming,
    Query,
    Weight,
    convert,
    pack,
    queries,
)
from monitor.rules.problems import Flaw


class DialectName(StrEnum):
    """Whose query language it is; the values are keys of DIALECTS."""

    MELTWATER = "meltwater"
    BRANDWATCH = "brandwatch"
    FACTIVA = "factiva"
    LEXIS = "lexis"
    NEWSDESK = "newsdesk"
    GOOGLE_ALERTS = "google-alerts"


_COLOURS = {Weight.SAME: "dim", Weight.CHANGED: "yellow", Weight.LOST: "red"}


def import_rules(
    place: Annotated[
        str,
        typer.Argument(
            metavar="FILE|-",
            help="Queries, one a line or separated by blank lines, or CSV of name,query; "
            "- is the input.",
        ),
    ],
    *,
    dialect: Annotated[DialectName, typer.Option("--dialect", "-d", help="Whose queries.")],
    id_: Annotated[
        str, typer.Option("--id", metavar="ID", help="The rule's id; several are numbered.")
    ] = "",
    title: Annotated[
        str, typer.Option("--title", metavar="TITLE", help="The title that alerts show.")
    ] = "",
) -> None:
    """Convert queries of Meltwater, Brandwatch, Factiva, LexisNexis or Google Alerts into rules.

    Prints a rule file. What is not quite the same is told above each rule and on standard error;
    a rule of which parts have no equivalent is written with status = "off", a query that cannot
    be converted as a comment. docs/importing.md lists the differences of each system.

    Exit status 0: every query became a rule; 1: something was not converted.

    Examples:

      monitor rules import --dialect brandwatch old-queries.csv > rules/desk.toml

      echo 'hd=(openai near5 india) and la=en' | monitor rules import --dialect factiva -

      monitor rules import -d lexis query.txt --id chips --title "Chip makers in court"
    """
    with errors_for_people():
        found = _read(place)
        if not found:
            raise ParseError(f"{_name(place)} has no queries; write one a line")
    converted = [(query, convert(query.text, dialect.value)) for query in found]
    for query, conversion in converted:
        _report(query, conversion, _name(place))
    system = DIALECTS[dialect.value].title
    typer.echo(pack(converted, system, Naming(id_, title)), nl=False)
    err.print(_summary([conversion for _, conversion in converted]), markup=False)
    if any(conversion.weight is Weight.LOST for _, conversion in converted):
        raise typer.Exit(1)


def _read(place: str) -> list[Query]:
    try:
        data = sys.stdin.buffer.read() if place == "-" else Path(place).read_bytes()
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ParseError(f"{_name(place)} is not UTF-8 text; save it as UTF-8") from error
    except OSError as error:
        raise ParseError(f"{place} cannot be read: {error.strerror}; name a text file") from error
    try:
        return queries(text, as_csv=Path(place).suffix.casefold() in (".csv", ".tsv"))
    except ParseError as error:
        raise ParseError(f"{_name(place)}: {error}") from error


def _name(place: str) -> str:
    return "standard input" if place == "-" else place


def _report(query: Query, conversion: Conversion, name: str) -> None:
    for flaw in conversion.flaws:
        source = "\n" * (query.line - 1) + query.text
        err.print(render(_problem(query, flaw, name), source), markup=False)
        err.print()
    for note in conversion.notes:
        line, column = _position(query, note.at[0])
        place = f"{name}:{line}:{column}:"
        err.print(place, str(note), style=_COLOURS[note.weight], markup=False)


def _problem(query: Query, flaw: Flaw, name: str) -> Problem:
    line, column = _position(query, flaw.at[0])
    inside = query.text[slice(*flaw.at)].partition("\n")[0]
    return Problem(
        code=flaw.code,
        path=name,
        line=line,
        column=column,
        width=max(len(inside), 1),
        title=flaw.title,
        label=flaw.label,
        note=flaw.note,
        help=flaw.help,
    )


def _position(query: Query, offset: int) -> tuple[int, int]:
    """Line and column in the file; in CSV, the column within the query."""
    before = query.text[:offset]
    return query.line + before.count("\n"), offset - (before.rfind("\n") + 1) + 1


def _summary(conversions: list[Conversion]) -> str:
    """``12 queries: 9 exact, 2 with notes, 1 not converted``."""
    counts = Counter(conversion.weight for conversion in conversions)
    named = ((Weight.SAME, "exact"), (Weight.CHANGED, "with notes"), (Weight.LOST, "not converted"))
    parts = [f"{counts[weight]} {name}" for weight, name in named if counts[weight]]
    total = len(conversions)
    return f"{total} {'query' if total == 1 else 'queries'}: {', '.join(parts)}"

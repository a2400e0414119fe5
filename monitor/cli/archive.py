"""What the commands that look at the archive share: rules, the store, a period, a bar."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from monitor.app.files import beside
from monitor.cli.output import config_or_defaults, err
from monitor.config import Config, parse_duration
from monitor.errors import MonitorError
from monitor.model import History, StoredArticle
from monitor.rules import RuleSet, load, render
from monitor.rules.archive import Archive
from monitor.store import SqliteStore, read_store
from monitor.urls import place_key, url_keys

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


def _check_time(value: str) -> str:
    try:
        since = parse_duration(value)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if since <= timedelta(0):
        raise typer.BadParameter("must be longer than zero, like 7d")
    return value


SinceOption = Annotated[
    str,
    typer.Option("--since", metavar="TIME", callback=_check_time, help="How far back: 12h, 30d."),
]
RulesOption = Annotated[
    Path | None,
    typer.Option(
        "--rules", "-r", metavar="PATH", help="The rule files; default: those of the configuration."
    ),
]


@dataclass(frozen=True, slots=True)
class Setting:
    """The configuration with the place of the rule files."""

    config: Config
    rules: Path


def setting(config: Path, rules: Path | None) -> Setting:
    """The configuration, or the defaults, with the rule files that are meant."""
    found = config_or_defaults(config)
    return Setting(found, rules or beside(found, found.rules.path))


@contextmanager
def open_archive(config: Config) -> Iterator[SqliteStore]:
    """The store, for reading; raises StoreError if there is none."""
    store = read_store(beside(config, config.store.path))
    try:
        yield store
    finally:
        store.close()


def history_of(store: SqliteStore, url: str) -> History:
    """What became of an article; of an update of a live blog, if the address names its place."""
    of_place = store.history([place_key(url)])
    known = of_place.entries or of_place.article or of_place.failure
    return of_place if known else store.history(url_keys(url, None, None))


def period(store: SqliteStore, since: str, now: datetime, *, what: str) -> Archive:
    """The articles of a time (30d) up to now, with a bar on a terminal; ``what`` is being done.

    Says on standard error if the archive is shorter; raises MonitorError if it is empty.
    """
    oldest = next(store.articles_since(_BEGINNING), None)
    if oldest is None:
        raise MonitorError(
            "the archive has no articles yet; let `monitor run` read some, then try again"
        )
    time = parse_duration(since)
    begin = now - time
    if oldest.read_at > begin:
        age = now - oldest.read_at
        err.print(f"the archive begins {in_words(age)} ago", style="yellow", markup=False)
    days = min(time, max(now - oldest.read_at, timedelta(0))) / _DAY
    total = store.counts(begin).articles
    return Archive(_with_bar(store.articles_since(begin), total, what), days)


def _with_bar(articles: Iterable[StoredArticle], total: int, what: str) -> Iterable[StoredArticle]:
    return track(
        articles,
        description=what,
        total=total,
        console=err,
        transient=True,
        disable=not err.is_terminal,
    )


def in_words(time: timedelta) -> str:
    """A time in its largest unit: 2 days, 3 hours."""
    for unit, length in (("day", _DAY), ("hour", timedelta(hours=1))):
        if time >= length:
            return _many(time // length, unit)
    return _many(max(time // timedelta(minutes=1), 0), "minute")


def _many(number: int, unit: str) -> str:
    return f"{number} {unit}{'s' if number != 1 else ''}"


def load_rules(files: dict[str, str], what: str = "the rules") -> RuleSet:
    """The rules of files, whether their tests pass or not; shows other errors and exits with 1."""
    loaded = load(files, tested=False)
    if loaded.ruleset is not None:
        return loaded.ruleset
    errors = [problem for problem in loaded.problems if problem.severity == "error"]
    for problem in errors:
        err.print(f"{render(problem, files[problem.path])}\n", markup=False, style="red")
    number = f"{len(errors)} error{'s' if len(errors) != 1 else ''}"
    err.print(f"error: {number} in {what}; mend them first", style="red", markup=False)
    raise typer.Exit(1)


def print_json(value: object) -> None:
    """Print a value as JSON: for programs, whatever the terminal is like."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))

"""``monitor rules``: check rule files, run the tests in them, match articles."""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from monitor.app.files import read_rule_files
from monitor.cli import checking, importing
from monitor.cli.checking import DEFAULT_RULES, RulesArgument, print_problems
from monitor.cli.output import err, errors_for_people, out
from monitor.errors import ParseError
from monitor.model import Article, Match, Span
from monitor.rules import RuleSet, load, match, merged

app = typer.Typer(
    help="Check rule files, run the tests in them, match articles.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    epilog="A rule: [bold]query = '''@openai AND (India OR lawsuit)'''[/bold]. "
    "The language is explained in rules/README.md.",
)
app.command()(checking.check)
app.command()(checking.fmt)
app.command()(checking.schema)
app.command("import")(importing.import_rules)

_TEXTS = {field.name for field in fields(Article)} - {"authors", "published", "modified"}
_AROUND = 60  # characters shown on each side of the evidence


@app.command("test")
def run_tests(path: RulesArgument = DEFAULT_RULES) -> None:
    """Run the tests inside rule files: one line a rule, and what was found where one fails.

    Exit status 0: all pass; 1: a test fails, or a file has errors.

    Examples:

      monitor rules test

      monitor rules test rules/ai.toml
    """
    with errors_for_people():
        files = read_rule_files(path)
    loaded = load(files)
    for report in loaded.tests:
        out.print(_test_line(report.failed, report.passed, report.todo), report.rule, markup=False)
    print_problems([p for p in loaded.problems if p.severity == "error"], files)
    passed = sum(report.passed for report in loaded.tests)
    failed = sum(report.failed for report in loaded.tests)
    todo = sum(report.todo for report in loaded.tests)
    known = f", {todo} known to fail" if todo else ""
    summary = f"{len(loaded.tests)} rules: {passed} tests pass, {failed} fail{known}"
    out.print(summary, style="red" if failed else "green", markup=False)
    if loaded.ruleset is None:
        raise typer.Exit(1)


@app.command("match")
def match_(
    rules: Annotated[
        Path, typer.Argument(metavar="RULES.toml", help="A rule file, or a directory of them.")
    ],
    articles: Annotated[
        str, typer.Argument(metavar="ARTICLES.jsonl", help="One article a line; - is the input.")
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON line a match.")] = False,
) -> None:
    """Match articles against rules and show the evidence. Nothing is stored or sent.

    Each line of the articles is a JSON object with title and text; id, standfirst, url, outlet,
    authors and lang as you like. Entities are read from entities/ beside the rule file.

    Examples:

      monitor rules match rules/ai.toml articles.jsonl

      echo '{"title": "OpenAI opens a Delhi office"}' | monitor rules match rules -
    """
    with errors_for_people():
        files = read_rule_files(rules)
        ruleset = _ruleset(files)
        for name, article in _read_articles(articles):
            for found in match(ruleset, article):
                if as_json:
                    typer.echo(json.dumps(_match_as_json(name, found), ensure_ascii=False))
                else:
                    _print_match(name, found, article)


def _test_line(failed: int, passed: int, todo: int) -> str:
    if failed:
        return f"FAIL  {passed} of {passed + failed} "
    if todo:
        return f"todo  {passed} of {passed + todo} "
    return f"ok    {passed} of {passed} " if passed else "none  no tests"


def _ruleset(files: Mapping[str, str]) -> RuleSet:
    loaded = load(files)
    if loaded.ruleset is None:
        errors = [problem for problem in loaded.problems if problem.severity == "error"]
        print_problems(errors, files)
        err.print(f"error: {len(errors)} errors in the rules; nothing was matched", style="red")
        raise typer.Exit(1)
    return loaded.ruleset


# --- articles


def _read_articles(place: str) -> Iterator[tuple[str, Article]]:
    """Each article with its id; raises ParseError that names the line."""
    for number, line in enumerate(_lines(place), 1):
        if line.strip():
            yield _read_article(
                line.strip(), f"{'standard input' if place == '-' else place}:{number}"
            )


def _lines(place: str) -> Iterator[str]:
    if place == "-":
        yield from sys.stdin
        return
    try:
        with Path(place).open(encoding="utf-8-sig") as stream:
            yield from stream
    except UnicodeDecodeError as error:
        raise ParseError(f"{place} is not UTF-8 text; save it as UTF-8") from error
    except OSError as error:
        raise ParseError(f"{place} cannot be read: {error.strerror}; name a JSONL file") from error


def _read_article(line: str, where: str) -> tuple[str, Article]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        what = f"is not JSON ({error.msg} at column {error.colno})"
        raise ParseError(f'{where} {what}; write {{"title": "…", "text": "…"}}') from error
    if not isinstance(row, dict):
        raise ParseError(f'{where} is not an object; write {{"title": "…", "text": "…"}}')
    values: dict[str, Any] = {"url": "", "title": "", "text": ""}
    for key in _TEXTS & row.keys():
        if not isinstance(row[key], str | None):
            raise ParseError(f"{where}: `{key}` must be a text")
        values[key] = row[key] or values.get(key)
    authors = row.get("authors") or []
    if not isinstance(authors, list) or not all(isinstance(name, str) for name in authors):
        raise ParseError(f"{where}: `authors` must be a list of texts")
    name = row.get("id", values["url"] or where)
    return str(name), Article(**values, authors=tuple(authors))


# --- matches


def _match_as_json(article: str, found: Match) -> dict[str, Any]:
    spans = [
        {"field": name, "start": start, "end": end} for name, start, end in merged(found.spans)
    ]
    return {"article": article, "rule": found.rule.id, "spans": spans}


def _print_match(name: str, found: Match, article: Article) -> None:
    out.print(Text.assemble((found.rule.id, "bold cyan"), "  ", article.title or name))
    leaves: dict[str, Span] = {}
    for span in found.spans:
        leaves.setdefault(span.leaf, span)
    for span in leaves.values():
        out.print(
            Text.assemble(f"    {span.leaf}: ", *_excerpt(getattr(article, span.field), span))
        )


def _excerpt(text: str, span: Span) -> list[str | tuple[str, str]]:
    """The evidence with a few words around it."""
    start, end = max(span.start - _AROUND, 0), min(span.end + _AROUND, len(text))
    before = ("…" if start else "") + text[start : span.start]
    after = text[span.end : end] + ("…" if end < len(text) else "")
    shown = text[span.start : span.end]
    pieces: list[str | tuple[str, str]] = [before.replace("\n", " "), (f"«{shown}»", "bold")]
    return [*pieces, after.replace("\n", " "), f"  ({span.field})"]

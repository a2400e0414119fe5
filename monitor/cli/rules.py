"""``monitor rules``: check rule files, run the tests in them, match articles."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.app.files import read_rule_files
from monitor.cli import backtest, checking, explaining, importing, lsp, routing
from monitor.cli.checking import DEFAULT_RULES, RulesArgument, print_problems
from monitor.cli.evidence import print_match
from monitor.cli.output import err, errors_for_people, out
from monitor.cli.reading import read_articles
from monitor.model import Match
from monitor.rules import RuleSet, load, match, merged

app = typer.Typer(
    help="Check rule files, run the tests in them, match articles.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    epilog="A rule: `query = '''@openai AND (India OR lawsuit)'''`. "
    "The language is explained in rules/README.md.",
)
app.command()(checking.check)
app.command()(checking.fmt)
app.command()(checking.schema)
app.command()(explaining.explain)
app.command("try")(backtest.try_)
app.command()(backtest.diff)
app.command()(routing.route)
app.command("import")(importing.import_rules)
app.command()(lsp.lsp)


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
        for name, article in read_articles(articles):
            for found in match(ruleset, article):
                if as_json:
                    typer.echo(json.dumps(_match_as_json(name, found), ensure_ascii=False))
                else:
                    print_match(name, found, article)


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


# --- matches


def _match_as_json(article: str, found: Match) -> dict[str, Any]:
    spans = [
        {"field": name, "start": start, "end": end} for name, start, end in merged(found.spans)
    ]
    return {"article": article, "rule": found.rule.id, "spans": spans}

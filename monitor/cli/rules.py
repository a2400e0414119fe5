"""``monitor rules``: check rule files, run the tests in them, match articles."""

import typer

from monitor.app.files import read_rule_files
from monitor.cli import backtest, checking, explaining, importing, lsp, matching, routing
from monitor.cli.checking import DEFAULT_RULES, RulesArgument, print_problems
from monitor.cli.output import errors_for_people, out
from monitor.rules import load

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
app.command("match")(matching.match_)
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


def _test_line(failed: int, passed: int, todo: int) -> str:
    if failed:
        return f"FAIL  {passed} of {passed + failed} "
    if todo:
        return f"todo  {passed} of {passed + todo} "
    return f"ok    {passed} of {passed} " if passed else "none  no tests"

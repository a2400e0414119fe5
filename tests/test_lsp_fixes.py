"""Quick fixes: what a problem's help tells, put into the file."""

from pathlib import Path

import pytest

from monitor.lsp.fixes import Fix, fixes, trimmed
from monitor.rules import Problem, load
from tests.test_rules_golden import ENTITIES, FILES, TODAY

WITHOUT = {"E123-list"}  # its help leaves something to fill in


def problems(name: str, text: str) -> list[Problem]:
    files = {name: text, "entities/e.toml": ENTITIES}
    found = load(files, ["sea", "quay"], today=TODAY).problems
    return [problem for problem in found if problem.path == name]


def applied(text: str, fix: Fix) -> str:
    return text[: fix.start] + fix.new + text[fix.end :]


def mended(text: str, code: str) -> list[str]:
    """The text with each of the fixes of its first problem of a kind."""
    problem = next(problem for problem in problems("p.toml", text) if problem.code == code)
    return [applied(text, fix) for fix in fixes(text, problem)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_fix_leaves_one_problem_less(file: Path) -> None:
    text = file.read_text("utf-8")
    before = problems(file.name, text)
    for problem in before:
        found = fixes(text, problem)
        advises = "\n" in problem.help or "did you mean" in problem.help
        assert bool(found) == (advises and file.stem not in WITHOUT)
        for fix in found:
            after = [one.code for one in problems(file.name, applied(text, fix))]
            assert after.count(problem.code) < sum(one.code == problem.code for one in before)


def rule(query: str) -> str:
    return f"[[rule]]\nid = 'a'\nquery = {query}\n"


@pytest.mark.parametrize(
    ("written", "code", "expected"),
    [
        ("'a and b'", "W001", ["'a AND b'"]),
        ('"a and \\"b c\\""', "W001", ['"a AND \\"b c\\""']),
        ('"""a and "b c\\""""', "W001", ['"""a AND "b c\\""""']),
        ("'''\na and b\n'''", "W001", ["'''\na AND b\n'''"]),
        ("'a AND \"b'", "E101", ["'a AND \"b\"'"]),
        ("'a AND ab cd ef'", "E110", ["'a AND \"ab cd ef\"'", "'a AND ab AND cd AND ef'"]),
        ("'(ab cd) AND ab'", "E110", ["'(\"ab cd\") AND ab'", "'(ab AND cd) AND ab'"]),
        ("'a || b AND c'", "E102", ["'a OR b AND c'"]),
    ],
)
def test_the_query_changes_within_its_quotes(written: str, code: str, expected: list[str]) -> None:
    assert mended(rule(written), code) == [rule(one) for one in expected]


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("ownr = 'me'", "owner = 'me'", "E152"),
        ("[[rul]]", "[[rule]]", "E152"),
        ("priority = 'hihg'", "priority = 'high'", "E156"),
        ('channels = ["quay", "see"]', 'channels = ["quay", "sea"]', "E151"),
        ("query = 'b AND @ferry_lin'", "query = 'b AND @ferry_line'", "E130"),
        ("test = [{ mach = true }]", "test = [{ match = true }]", "E152"),
    ],
)
def test_names_that_are_nearly_right(before: str, after: str, code: str) -> None:
    start = "" if before.startswith("[") else "[[rule]]\n"
    assert mended(f"{start}{before}\n", code) == [f"{start}{after}\n"]


def test_what_is_no_toml_is_not_guessed() -> None:
    assert mended("[[rule]\n", "E155") == []


def test_what_the_help_does_not_tell_is_not_guessed() -> None:
    assert mended(rule("'NOT a'"), "E140") == []
    assert mended(rule("'a'").replace("id", "id_"), "E157") == []


@pytest.mark.parametrize(
    ("before", "after", "edit"),
    [
        ("a\nb\nc\n", "a\nb\nc\n", None),
        ("a\nb\nc\n", "a\nB\nc\n", (2, 4, "B\n")),
        ("a\nc", "a\nb\nc", (2, 2, "b\n")),
        ("a\na\n", "a\n", (2, 4, "")),
        ("", "a", (0, 0, "a")),
    ],
)
def test_an_edit_is_as_small_as_lines_allow(
    before: str, after: str, edit: tuple[int, int, str] | None
) -> None:
    assert trimmed(before, after) == edit

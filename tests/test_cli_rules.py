"""The commands of ``monitor rules``."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.rules import app

GOOD = """
[[rule]]
id = "harbour"
title = "Harbour"
query = '''@ferry_line AND (harbour OR quay)'''
  [[rule.test]]
  match = true
  title = "Nordic Ferry Line leaves the harbour"
  [[rule.test]]
  match = false
  title = "A harbour without ferries"
[pack]
owner = "sea desk"
"""
ENTITIES = "[entity.ferry_line]\nnames = ['\"Nordic Ferry Line\"', 'Nordic']\n"
ARTICLES = [
    {"id": 7, "title": "Nordic Ferry Line’s crew", "text": "At the quay.\nThe quay-side is full."},
    {"id": "none", "title": "A train", "text": "No ship."},
    {"url": "https://n.example/x", "title": "Harbour", "text": None, "standfirst": "Nordic waits",
     "authors": ["A"], "published": "2026-11-22T08:00:00Z", "score": 3},
]  # fmt: skip


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A rule file with an entity beside it."""
    (tmp_path / "entities").mkdir()
    (tmp_path / "entities" / "e.toml").write_text(ENTITIES, "utf-8")
    file = tmp_path / "sea.toml"
    file.write_text(GOOD, "utf-8")
    return file


def run(*arguments: object, text: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=text)


def write_articles(path: Path) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in ARTICLES) + "\n", "utf-8")
    return path


@pytest.mark.parametrize("where", ["file", "directory"])
def test_check_says_what_is_there_when_all_is_fine(rules: Path, where: str) -> None:
    result = run("check", rules if where == "file" else rules.parent)
    assert result.exit_code == 0
    assert "1 rule, 1 entity, 2 tests: 0 errors, 0 warnings" in result.stdout


def test_check_shows_errors_with_carets_and_exits_1(rules: Path) -> None:
    rules.write_text(GOOD.replace(" OR quay)", ""), "utf-8")
    result = run("check", rules)
    assert result.exit_code == 1
    assert "error[E104]: this parenthesis is never closed" in result.stderr
    assert f"--> {rules}:5:28" in result.stderr
    assert "^ opened here" in result.stderr
    assert "1 error, 0 warnings" in result.stdout


def test_check_exits_2_if_there_are_only_warnings(rules: Path) -> None:
    rules.write_text(GOOD.replace("AND", "and"), "utf-8")
    result = run("check", rules)
    assert result.exit_code == 2
    assert "warning[W001]" in result.stderr


def test_check_as_json(rules: Path) -> None:
    rules.write_text(GOOD.replace("@ferry_line", "@fery_line"), "utf-8")
    result = run("check", rules, "--format", "json")
    assert result.exit_code == 1
    [problem] = json.loads(result.stdout)["problems"]
    assert problem == {
        "code": "E130",
        "severity": "error",
        "path": str(rules),
        "line": 5,
        "column": 12,
        "title": "there is no entity @fery_line",
        "label": "unknown",
        "note": "",
        "help": 'did you mean @ferry_line? If it is a text, quote it: "@fery_line"',
    }


@pytest.mark.parametrize("command", [["check"], ["test"]])
def test_a_path_without_rules_is_one_clear_line(tmp_path: Path, command: list[str]) -> None:
    result = run(*command, tmp_path / "nothing.toml")
    assert result.exit_code == 1
    assert "does not exist" in result.stderr
    assert "Traceback" not in result.output


def test_test_prints_a_line_a_rule_and_a_summary(rules: Path) -> None:
    more = "[[rule]]\nid = 'bare'\nquery = 'x'\n[[rule]]\nid = 'known'\nquery = 'x'\n"
    more += "[[rule.test]]\nmatch = true\ntodo = true\n"
    rules.write_text(GOOD + more, "utf-8")
    result = run("test", rules)
    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[:3] == [
        ["ok", "2", "of", "2", "harbour"],
        ["none", "no", "tests", "bare"],
        ["todo", "0", "of", "1", "known"],
    ]
    assert "3 rules: 2 tests pass, 0 fail, 1 known to fail" in result.stdout


def test_test_shows_what_was_expected_and_found(rules: Path) -> None:
    rules.write_text(GOOD.replace("the harbour", "the beach"), "utf-8")
    result = run("test", rules)
    assert result.exit_code == 1
    assert result.stdout.split()[:5] == ["FAIL", "1", "of", "2", "harbour"]
    assert "expected a match, but this does not hold: harbour, quay" in result.stderr


def test_match_prints_merged_spans_as_json_lines(rules: Path, tmp_path: Path) -> None:
    result = run("match", rules, write_articles(tmp_path / "a.jsonl"), "--json")
    assert result.exit_code == 0
    first, second = map(json.loads, result.stdout.splitlines())
    assert first == {
        "article": "7",
        "rule": "harbour",
        "spans": [
            {"field": "title", "start": 0, "end": 19},
            {"field": "text", "start": 7, "end": 11},
            {"field": "text", "start": 17, "end": 21},
        ],
    }
    assert second["article"] == "https://n.example/x"
    assert [span["field"] for span in second["spans"]] == ["title", "standfirst"]


def test_match_for_people_shows_the_evidence_in_its_words(rules: Path) -> None:
    article = json.dumps(
        {"title": "Nordic", "text": "word " * 40 + "harbour [red] " + "word " * 40}
    )
    result = run("match", rules, "-", text=article)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "harbour  Nordic"
    assert lines[1] == "    @ferry_line: «Nordic»  (title)"
    assert "«harbour» [red] word" in lines[2]
    assert lines[2].startswith("    harbour: …")
    assert lines[2].endswith("…  (text)")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"title": ', "standard input:2 is not JSON"),
        ("[1]", "standard input:2 is not an object"),
        ('{"title": 5}', "standard input:2: `title` must be a text"),
        ('{"title": "x", "authors": "me"}', "standard input:2: `authors` must be a list"),
    ],
)
def test_a_broken_line_is_named_after_the_matches_before_it(
    rules: Path, line: str, says: str
) -> None:
    good = json.dumps({"id": "a", "title": "Nordic at the quay"})
    result = run("match", rules, "-", "--json", text=f"{good}\n{line}\n")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["article"] == "a"
    assert result.stderr.startswith(f"error: {says}")


def test_files_that_cannot_be_read_are_one_clear_line(rules: Path, tmp_path: Path) -> None:
    missing = run("match", rules, tmp_path / "none.jsonl")
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert "none.jsonl cannot be read: No such file" in missing.stderr
    latin = tmp_path / "latin.jsonl"
    latin.write_bytes('{"title": "é"}'.encode("latin-1"))
    assert "is not UTF-8" in run("match", rules, latin).stderr


def test_match_refuses_rules_with_errors(rules: Path) -> None:
    rules.write_text(GOOD.replace("AND", "NEAR"), "utf-8")
    result = run("match", rules, "-", text="{}")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "error[E113]" in result.stderr
    assert "nothing was matched" in result.stderr


@pytest.mark.parametrize("command", ["check", "test", "match", "fmt", "schema"])
def test_help_teaches_by_example(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"monitor rules {command}" in result.stdout


# --- formats


def test_check_for_github_is_a_workflow_command_a_line(rules: Path) -> None:
    rules.write_text(GOOD.replace("AND", "and"), "utf-8")
    result = run("check", rules, "--format", "github")
    assert result.exit_code == 2
    [line] = result.stdout.splitlines()
    assert line.startswith(f"::warning file={rules},line=5,col=24,endColumn=27,title=W001%3A ")


def test_check_for_code_scanning_is_sarif(rules: Path) -> None:
    rules.write_text(GOOD.replace(" OR quay)", ""), "utf-8")
    result = run("check", rules, "--format", "sarif")
    assert result.exit_code == 1
    [row] = json.loads(result.stdout)["runs"][0]["results"]
    assert (row["ruleId"], row["level"]) == ("E104", "error")


@pytest.mark.parametrize("format_", ["github", "sarif", "json"])
def test_programs_get_nothing_to_complain_of_when_all_is_fine(rules: Path, format_: str) -> None:
    result = run("check", rules, "--format", format_)
    assert result.exit_code == 0
    assert result.stderr == ""
    assert "W0" not in result.stdout


# --- fmt


def test_fmt_rewrites_queries_and_nothing_else(rules: Path) -> None:
    loose = GOOD.replace("AND", " and").replace("\n", "\r\n") + "# the end\r\n"
    rules.write_bytes(loose.encode())
    result = run("fmt", rules)
    assert result.exit_code == 0
    assert "1 files: 1 queries rewritten" in result.stdout
    assert rules.read_bytes().decode() == loose.replace("  and", " AND")
    assert "0 queries rewritten" in run("fmt", rules).stdout


def test_fmt_check_changes_nothing_and_tells(rules: Path) -> None:
    loose = GOOD.replace("AND", "and")
    rules.write_text(loose, "utf-8")
    result = run("fmt", rules.parent, "--check")
    assert result.exit_code == 1
    assert f"{rules}: 1" in result.stdout
    assert "2 files: 1 queries would be rewritten" in result.stdout
    assert rules.read_text("utf-8") == loose
    rules.write_text(GOOD, "utf-8")
    assert run("fmt", rules.parent, "--check").exit_code == 0


@pytest.mark.parametrize("broken", [GOOD.replace("AND", "AND OR"), "[pack"])
def test_fmt_leaves_what_is_broken_and_says_so(rules: Path, broken: str) -> None:
    rules.write_text(broken, "utf-8")
    result = run("fmt", rules)
    assert result.exit_code == 1
    assert "1 with errors, left as they are; monitor rules check says why" in result.stderr
    assert rules.read_text("utf-8") == broken


# --- schema


def test_schema_prints_what_editors_need() -> None:
    both = json.loads(run("schema").stdout)
    assert {"pack", "rule", "filter", "correlation", "entity"} <= both["properties"].keys()
    pack = json.loads(run("schema", "pack").stdout)
    assert "entity" not in pack["properties"]
    assert set(json.loads(run("schema", "entities").stdout)["properties"]) == {"library", "entity"}

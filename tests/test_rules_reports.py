"""Problems for programs: JSON, GitHub's workflow commands, SARIF."""

import json
import re
from pathlib import Path

from monitor.rules import Label, Problem
from monitor.rules.codes import CODES
from monitor.rules.reports import as_github, as_json, as_sarif

ERROR = Problem(
    code="E111",
    path="rules/my desk/日本.toml",
    line=7,
    column=21,
    width=2,
    title="AND and OR mixed, without parentheses: 100%",
    label="OR here",
    note="others differ",
    help="add parentheses\na AND (b OR c)",
    secondary=(Label(6, 3, 3, "AND here"),),
)
WARNING = Problem(
    code="W062", path="a.toml", line=1, column=1, title="unused", severity="warning", help="remove"
)


def test_json_has_what_programs_need() -> None:
    rows = json.loads(as_json([ERROR, WARNING]))["problems"]
    assert [row["code"] for row in rows] == ["E111", "W062"]
    assert rows[0]["help"] == "add parentheses\na AND (b OR c)"
    assert (rows[0]["line"], rows[0]["column"], rows[0]["severity"]) == (7, 21, "error")
    assert json.loads(as_json([])) == {"problems": []}


def test_workflow_commands_escape_what_would_end_them() -> None:
    first, second = as_github([ERROR, WARNING]).split("\n")
    assert first == (
        "::error file=rules/my desk/日本.toml,line=7,col=21,endColumn=23,"
        "title=E111%3A AND and OR mixed%2C without parentheses%3A 100%25"
        "::AND and OR mixed, without parentheses: 100%25: OR here%0A"
        "note: others differ%0Ahelp: add parentheses%0Aa AND (b OR c)"
    )
    assert second.endswith("title=W062%3A unused::unused%0Ahelp: remove")
    assert as_github([]) == ""


def test_sarif_follows_the_structure_of_2_1_0() -> None:
    log = json.loads(as_sarif([ERROR, WARNING, ERROR], "1.2.3"))
    assert log["version"] == "2.1.0"
    assert "sarif-2.1.0" in log["$schema"]
    [run] = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["version"] == "1.2.3"
    assert [rule["id"] for rule in driver["rules"]] == ["E111", "W062"]
    assert run["columnKind"] == "unicodeCodePoints"
    for result in run["results"]:
        rule = driver["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["shortDescription"]["text"] == CODES[rule["id"]]
        assert result["level"] == rule["defaultConfiguration"]["level"]
        assert result["message"]["text"]
    first, second, _ = run["results"]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "rules/my%20desk/%E6%97%A5%E6%9C%AC.toml"
    assert place["region"] == {"startLine": 7, "startColumn": 21, "endColumn": 23}
    assert first["relatedLocations"][0]["message"]["text"] == "AND here"
    assert first["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 6
    assert "relatedLocations" not in second


def test_sarif_names_absolute_paths_as_uris() -> None:
    problem = Problem(code="E100", path="/srv/a b.toml", line=1, column=1, title="empty")
    [result] = json.loads(as_sarif([problem], "0"))["runs"][0]["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "file:///srv/a%20b.toml"


def test_every_code_that_the_program_gives_is_explained() -> None:
    sources = (Path(__file__).parent.parent / "monitor").rglob("*.py")
    used = {code for s in sources for code in re.findall(r'"([EW]\d{3})"', s.read_text("utf-8"))}
    assert used - {"E199"} == set(CODES)

"""Files of queries, the rules written from them, and ``monitor rules import``."""

import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.rules import app
from monitor.errors import ParseError
from monitor.rules import load
from monitor.rules.dialects import Naming, Query, convert, pack, queries

DATA = Path(__file__).parent / "data" / "rules" / "dialects" / "files"


def texts(text: str, *, as_csv: bool = False) -> list[tuple[int, str]]:
    return [(query.line, query.text) for query in queries(text, as_csv=as_csv)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("\n \n", []),
        ("ferry", [(1, "ferry")]),
        ("ferry\nboat\n", [(1, "ferry"), (2, "boat")]),
        ("\ufeffferry\r\nboat\r\n", [(1, "ferry"), (2, "boat")]),
        ("\n\nferry\n\n\nboat\n", [(3, "ferry"), (6, "boat")]),
        ("ferry AND (\n  boat\n)\nquay", [(1, "ferry AND (\n  boat\n)"), (4, "quay")]),
        ("ferry\nAND boat\nquay", [(1, "ferry\nAND boat"), (3, "quay")]),
        ("ferry near5\nboat", [(1, "ferry near5\nboat")]),
        ("ferry w/s\nboat", [(1, "ferry w/s\nboat")]),
        ("ferry <<<a\ncomment>>>\nboat", [(1, "ferry <<<a\ncomment>>>"), (3, "boat")]),
        ('"night (boat"\nquay', [(1, '"night (boat"'), (2, "quay")]),
        ("android\norbit", [(1, "android"), (2, "orbit")]),
    ],
)
def test_queries_are_found_by_line_and_stay_together_over_lines(text, expected):
    assert texts(text) == expected


def test_a_parenthesis_left_open_swallows_no_other_query():
    assert texts("ferry AND (boat\nquay\nharbour\n\nx") == [
        (1, "ferry AND (boat"), (2, "quay"), (3, "harbour"), (5, "x"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "as_csv", "expected"),
    [
        ("name,query\nSea,ferry\n", False, [Query("ferry", 2, "Sea")]),
        ('name,query\nSea,"ferry AND ""night boat"""\n', False,
         [Query('ferry AND "night boat"', 2, "Sea")]),
        ("Query;Name;Owner\nferry;Sea;me\n\nboat;Land;me\n", False,
         [Query("ferry", 2, "Sea"), Query("boat", 4, "Land")]),
        ("id\tquery\nsea\tferry, boat\n", False, [Query("ferry, boat", 2, "sea")]),
        ('name,query\nSea,"ferry\nAND boat"\nLand,quay\n', False,
         [Query("ferry\nAND boat", 2, "Sea"), Query("quay", 4, "Land")]),
        ("Sea,ferry\nLand,quay\n", True, [Query("ferry", 1, "Sea"), Query("quay", 2, "Land")]),
        ("Sea\tferry\n", True, [Query("ferry", 1, "Sea")]),
        ("ferry\nquay\n", True, [Query("ferry", 1), Query("quay", 2)]),
        ("query,country\nferry,in\n", False, [Query("ferry", 2)]),
        ("", True, []),
    ],
)  # fmt: skip
def test_csv_of_name_and_query(text, as_csv, expected):
    assert queries(text, as_csv=as_csv) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('name,query\nSea,"ferry" AND boat\n', "line 2 is not CSV"),
        ("owner,name,query\nSea,ferry\n", "line 2 has no query"),
    ],
)
def test_csv_that_cannot_be_read_says_where(text, message):
    with pytest.raises(ParseError, match=message):
        queries(text)


def written(*found: Query, naming: Naming | None = None) -> list[dict[str, object]]:
    file = pack([(query, convert(query.text, "meltwater")) for query in found], "Meltwater", naming)
    assert not [p for p in load({"sea.toml": file}).problems if p.severity == "error"]
    return tomllib.loads(file).get("rule", [])


def test_ids_are_made_of_names_or_words_and_never_twice():
    found = written(
        Query("ferry AND boat", 1, "Fähren & Häfen"),
        Query("title:ferry AND (night NEAR/3 boat OR quay)", 2),
        Query("港", 3),
        Query("港口", 4),
        Query("boat", 5, "Fähren & Häfen"),
    )
    assert [rule["id"] for rule in found] == [
        "fahren-hafen", "ferry-night-boat-quay", "imported", "imported-2", "fahren-hafen-2",
    ]  # fmt: skip
    assert found[0]["title"] == "Fähren & Häfen"


def test_id_and_title_as_wished_and_numbered_if_there_are_several():
    naming = Naming("Sea Watch", 'All "at sea"')
    (rule,) = written(Query("ferry", 1), naming=naming)
    assert (rule["id"], rule["title"]) == ("sea-watch", 'All "at sea"')
    several = written(Query("ferry", 1), Query("boat", 2), naming=naming)
    assert [rule["id"] for rule in several] == ["sea-watch-1", "sea-watch-2"]


def test_long_titles_are_cut_and_lines_joined():
    (rule,) = written(Query("ferry AND\n" + " AND ".join(["harbour"] * 20), 1))
    assert rule["title"] == "ferry AND harbour AND harbour AND harbour AND harbour AND h…"


# --- the command


def run(*arguments: object, text: str | None = None) -> Result:
    return CliRunner().invoke(app, ["import", *map(str, arguments)], input=text)


@pytest.mark.parametrize(
    ("name", "dialect", "status"),
    [("sea.csv", "brandwatch", 1), ("sea.txt", "factiva", 1), ("quiet.txt", "lexis", 0)],
)
def test_what_operators_see(name, dialect, status):
    """The rule file and the notes, as they are in the golden files."""
    result = run("-d", dialect, DATA / name)
    assert result.exit_code == status
    stem = name.replace(".", "-")
    assert result.stdout == (DATA / f"{stem}.toml").read_text("utf-8")
    seen = result.stderr.replace(f"{DATA}/", "")
    assert seen == (DATA / f"{stem}.stderr").read_text("utf-8")


def test_what_is_imported_loads_and_off_rules_stay_off(tmp_path):
    result = run("--dialect", "factiva", "-", text="ferry near5 quay\nfds=oslofe and ferry\n")
    assert result.exit_code == 1
    loaded = load({"sea.toml": result.stdout})
    assert loaded.ruleset is not None
    status = {
        rule["id"]: rule.get("status", "live") for rule in tomllib.loads(result.stdout)["rule"]
    }
    assert status == {"ferry-quay": "live", "oslofe-ferry": "off"}


def test_the_input_is_named_in_errors():
    result = run("-d", "brandwatch", "-", text="ferry AND (boat")
    assert "error[E170]: this parenthesis is never closed" in result.stderr
    assert "--> standard input:1:11" in result.stderr
    assert "1 query: 1 not converted" in result.stderr


@pytest.mark.parametrize(
    ("text", "status", "summary"),
    [
        ("ferry\n", 0, "1 query: 1 exact"),
        ("ferry\nboat quay\n", 0, "2 queries: 1 exact, 1 with notes"),
        ("ferry\nboat quay\nlang:en\n", 1, "3 queries: 1 exact, 1 with notes, 1 not converted"),
    ],
)
def test_the_last_line_counts(text, status, summary):
    result = run("-d", "meltwater", "-", text=text)
    assert result.exit_code == status
    assert result.stderr.splitlines()[-1] == summary


def test_id_and_title_options():
    result = run("-d", "meltwater", "-", "--id", "sea", "--title", "At sea", text="ferry")
    (rule,) = tomllib.loads(result.stdout)["rule"]
    assert (rule["id"], rule["title"], rule["query"]) == ("sea", "At sea", "ferry")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read: No such file or directory; name a text file"),
        (b"caf\xe9", "is not UTF-8 text; save it as UTF-8"),
        (b"\n", "has no queries; write one a line"),
        (b'name,query\nSea,"ferry" x\n', "line 2 is not CSV"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_clear_line(tmp_path, content, message):
    path = tmp_path / "q.txt"
    if content is not None:
        path.write_bytes(content)
    result = run("-d", "lexis", path)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert "Traceback" not in result.output


def test_an_unknown_dialect_lists_those_there_are():
    result = run("-d", "klingon", "-", text="x")
    assert result.exit_code == 2
    assert "google-alerts" in result.output

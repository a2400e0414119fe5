"""Queries formatted in their files: all else stays byte for byte."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.formatting import format_query
from monitor.rules.rewriting import format_file

ROOT = Path(__file__).parent.parent
LONG = " OR ".join(f"harbour{number}" for number in range(20))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("query = 'a  and b' # why\n", "query = 'a AND b' # why\n"),
        ('query = "a  and \\"b c\\""\n', 'query = "a AND \\"b c\\""\n'),
        ("query='''a and\n b'''\n", "query='''\na AND\n b'''\n"),
        ('query = """a and "b c\\""""\n', 'query = """a AND "b c\\""""\n'),
        ('query = """\\\n   a and b"""\n', 'query = """\\\n   a AND b"""\n'),
        ("query = '''\na and b // c\n'''\n", "query = '''\na AND b  // c\n'''\n"),
        ("query = 'a AND'\n", "query = 'a AND'\n"),
    ],
)
def test_a_query_is_rewritten_within_its_quotes(text: str, wanted: str) -> None:
    head = "# top\n[pack] # the pack\nid = \"a and b\"\n\n[[rule]]\nid  =  'x'\n"
    found = format_file(f"{head}{text}tags = [ 'a and b' ]\n")
    data = tomllib.loads(found.text)
    if "\n b" not in text:  # lines are the formatter's business
        assert found.text == f"{head}{wanted}tags = [ 'a and b' ]\n"
    before = tomllib.loads(text)["query"]
    assert data["rule"][0]["query"].strip() == format_query(before).strip()
    assert found.changed == (text != wanted)
    assert found.broken == ("AND'" in text)


@pytest.mark.parametrize("quote", ["'", '"', "'''", '"""'])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_becomes_too_long_gets_lines_of_its_own(quote: str, end: str) -> None:
    text = f"[fragments]{end}f = {quote}{LONG}{quote}{end}# after{end}"
    found = format_file(text)
    assert found.changed == 1
    assert found.text.endswith(f"{end}# after{end}")
    assert ("\r\n" in found.text) == (end == "\r\n")
    assert "\n" not in found.text.replace("\r\n", "") or end == "\n"
    query = tomllib.loads(found.text)["fragments"]["f"]
    assert query.strip() == format_query(LONG)
    assert format_file(found.text).changed == 0


def test_rules_filters_and_fragments_are_formatted_and_nothing_else() -> None:
    text = (
        "[fragments]\na = 'x and y'\n[[rule]]\nid = 'r'\ntitle = 'x and y'\nquery = 'x and $a'\n"
        "[[rule.test]]\nmatch = false\ntitle = 'x and y'\n"
        "[[filter]]\nid = 'f'\nquery = 'source:a.example and x'\n"
    )
    found = format_file(text)
    assert found.changed == 3
    assert found.text.count("x and y") == 2
    assert found.text.count("AND") == 3


@pytest.mark.parametrize(
    "text", ["rule = 1\n", "rule = [1]\nfragments = 2\n", "[fragments]\na = 1\n"]
)
def test_files_of_the_wrong_form_are_left_alone(text: str) -> None:
    assert format_file(text).text == text


def test_broken_toml_is_the_callers_business() -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        format_file("[pack\n")


words = st.sampled_from(
    ["a", "and", "OR", '"b c"', "(", ")", "NEAR/3", "not", "// why\n", "~", "é"]
)
queries = st.lists(words, min_size=1, max_size=12).map(" ".join)


def quoted(query: str, quote: str) -> str:
    if quote[0] == '"':
        query = query.replace("\\", "\\\\").replace('"', '\\"')
    if len(quote) == 1:
        query = query.replace("\n", "\\n" if quote == '"' else " ")
    return f"{quote}{query}{quote}"


@given(st.lists(st.tuples(queries, st.sampled_from(["'", '"', "'''", '"""'])), max_size=4))
def test_only_queries_change_and_only_once(drawn: list[tuple[str, str]]) -> None:
    rows = [
        f"[[rule]] # {n}\nid='r{n}'\nquery = {quoted(q, quote)} # a and b\n\n"
        for n, (q, quote) in enumerate(drawn)
    ]
    text = "".join(rows)
    before, found = tomllib.loads(text), format_file(text)
    after = tomllib.loads(found.text)
    for old, new in zip(before.get("rule", []), after.get("rule", []), strict=True):
        assert new["query"].strip() == format_query(old["query"]).strip()
        assert new["id"] == old["id"]
    assert found.text.count("# a and b") == len(rows)
    again = format_file(found.text)
    assert (again.text, again.changed) == (found.text, 0)


@pytest.mark.parametrize("file", sorted((ROOT / "rules").glob("*.toml")), ids=lambda f: f.name)
def test_what_ships_is_formatted(file: Path) -> None:
    assert format_file(file.read_text("utf-8")).changed == 0

"""Queries of other systems: what each becomes, what is said about it, and where mistakes are."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.rules import load
from monitor.rules.conditions import show
from monitor.rules.dialects import DIALECTS, Query, Weight, convert, pack
from monitor.rules.parsing import parse

TABLES = Path(__file__).parent / "data" / "rules" / "dialects"
CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}: {case['theirs']}")
    for path in sorted(TABLES.glob("*.toml"))
    for case in tomllib.loads(path.read_text("utf-8"))["case"]
]


@pytest.mark.parametrize(("dialect", "case"), CASES)
def test_a_query_becomes_ours_with_its_notes(dialect, case):
    found = convert(case["theirs"], dialect)
    assert found.query == case.get("ours")
    assert [str(note) for note in found.notes] == case.get("notes", [])
    errors = [(flaw.title, case["theirs"][slice(*flaw.at)]) for flaw in found.flaws]
    assert errors == ([(case["error"], case["caret"])] if "error" in case else [])


@pytest.mark.parametrize(("dialect", "case"), CASES)
def test_what_is_converted_is_canonical_and_loads(dialect, case):
    found = convert(case["theirs"], dialect)
    if found.query is None:
        assert found.flaws
        return
    parsed = parse(found.query)
    assert parsed.flaws == ()
    assert show(parsed.condition) == found.query


def test_every_dialect_has_a_table():
    assert {path.stem for path in TABLES.glob("*.toml")} == set(DIALECTS)


# --- the differences that cost alerts, side by side


@pytest.mark.parametrize(
    ("dialect", "theirs", "ours"),
    [
        ("factiva", "ferry near5 quay", "ferry NEAR/4 quay"),
        ("meltwater", "ferry NEAR/5 quay", "ferry NEAR/5 quay"),
        ("brandwatch", "ferry NEAR/5 quay", "ferry NEAR/5 quay"),
        ("lexis", "Ferry w/5 Quay", "Ferry NEAR/5 Quay"),
        ("factiva", "a1 or b1 and c1", "a1 OR (b1 AND c1)"),
        ("lexis", "A1 or B1 and C1", "(A1 OR B1) AND C1"),
        ("newsdesk", "A1 and B1 or C1", "(A1 AND B1) OR C1"),
        ("google-alerts", "A1 OR B1 C1", "(A1 OR B1) AND C1"),
        ("factiva", "night boat", '"night boat"'),
        ("newsdesk", "night boat", '"night boat"'),
        ("brandwatch", "night boat", "night AND boat"),
        ("google-alerts", "Night Boat", "Night AND Boat"),
    ],
)
def test_distance_order_and_blank_by_dialect(dialect, theirs, ours):
    assert convert(theirs, dialect).query == ours


@pytest.mark.parametrize(
    ("theirs", "dialect", "weight"),
    [
        ("ferry AND boat", "meltwater", Weight.SAME),
        ("Ferry NEAR boat", "meltwater", Weight.SAME),
        ("ferry AND boat OR quay", "meltwater", Weight.CHANGED),
        ("ferry NEAR/51 boat", "meltwater", Weight.LOST),
        ("ferry NEAR/50 boat", "meltwater", Weight.SAME),
        ("NOT ferry", "meltwater", Weight.LOST),
        ("lang:en", "meltwater", Weight.LOST),
        ("", "meltwater", Weight.LOST),
        ("<<<only a comment>>>", "brandwatch", Weight.LOST),
    ],
)
def test_how_far_a_query_was_converted(theirs, dialect, weight):
    assert convert(theirs, dialect).weight is weight


@pytest.mark.parametrize(
    "word", ["with", "und", "near", "before", "count", "of", "except", "about"]
)
def test_words_that_mean_something_to_us_are_quoted(word):
    assert convert(f"ferry AND {word}", "brandwatch").query == f'ferry AND "{word}"'
    assert convert(f"ferry AND {word}", "brandwatch").weight is Weight.SAME


@pytest.mark.parametrize("quotes", ["“%s”", "„%s“", "«%s»", '"%s"', "“%s“"])
def test_quotes_of_all_kinds_are_read(quotes):
    assert convert(quotes % "night boat" + " AND ferry", "meltwater").query == (
        '"night boat" AND ferry'
    )


def test_a_note_stands_at_its_place_and_is_made_once():
    query = "ferry near5 boat and quay near5 boat and fds=oslofe"
    found = convert(query, "factiva")
    assert [query[slice(*note.at)] for note in found.notes] == ["ferry near5 boat", "fds=oslofe"]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "text",
    ["(" * 5000, "not " * 500 + "a", "hd=" * 3000 + "a", "title:" * 3000 + "a", "-" * 500 + "a",
     "a and b or " * 200 + "c", "HEADLINE(" * 2000 + "a", "a" + "/F3/" * 2000,
     "(a and b) w/3 " * 40 + "c", "(a AND b) NEAR/3 " * 40 + "c"],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_endless_nesting_is_refused_or_read_but_never_breaks(dialect, text):
    found = convert(text, dialect)
    assert (found.query is None) == bool(found.flaws)


def test_many_combinations_of_nearness_become_and():
    theirs = " NEAR/3 ".join(["(ferry AND boat)"] * 7)
    found = convert(theirs, "meltwater")
    assert found.query is not None
    assert "NEAR" not in found.query
    assert found.weight is Weight.LOST


# --- laws

PIECES = [
    "ferry", "Boat", '"night boat"', "“q”", '"', "(", ")", "[", "]", "AND", "OR", "NOT", "and not",
    "NEAR", "NEAR/3", "ONEAR/7", "NEAR/99", "near5", "near0", "w/5", "w/s", "not w/p", "w/seg",
    "pre/2", "same", "adj3", "/N30/", "AROUND(2)", "|", "-", "+", "~3", "^9", "/F50/", "/F0/",
    "{BT}", "title:", "hd=", "la=en", "lang:xx", "site:a.example/x", "intitle:", "allintitle:",
    "author:", "raw:", "HEADLINE(", "ATLEAST3(", "atleast2", "caps(", "COMPANY(", "wc>5", "ab*",
    "*x", "x?", "ferr$2", "ferr$", "港*", "<<<c>>>", ",", "a * b", '"a * b"', "'''", "''", "\\",
    "\n", "@x", "$y", "#z", "//", "5", "2 of", "count(", "first/3:", "é", "%", "E.U.",
]  # fmt: skip
TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
    st.text(max_size=40),
)


@settings(max_examples=400, deadline=None)
@given(text=TEXTS, dialect=st.sampled_from(sorted(DIALECTS)))
def test_any_text_becomes_a_rule_that_loads_or_an_error_with_its_place(text, dialect):
    found = convert(text, dialect)
    for at in (*(note.at for note in found.notes), *(flaw.at for flaw in found.flaws)):
        assert 0 <= at[0] <= at[1] <= len(text)
    file = pack([(Query(text, 1), found)], "X")
    loaded = load({"x.toml": file})
    assert [problem for problem in loaded.problems if problem.severity == "error"] == []
    if found.query is None:
        assert found.flaws
        assert tomllib.loads(file) == {}
    else:
        (rule,) = tomllib.loads(file)["rule"]
        assert rule["query"] == found.query
        assert (rule.get("status") == "off") == (found.weight is Weight.LOST)


WORDS = st.sampled_from(["ferry", "boat", "quay", "harbour", "storm"])
QUERIES = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} AND {pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} OR {pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} AND NOT {pair[1]})"),
    ),
    max_leaves=8,
)


def holds(node, words: frozenset[str]) -> bool:
    """A plain evaluator of words in Boolean conditions."""
    kind = type(node).__name__
    if kind == "Term":
        return node.words in words
    if kind == "Not":
        return not holds(node.child, words)
    return {"And": all, "Or": any}[kind](holds(child, words) for child in node.children)


@given(theirs=QUERIES, words=st.frozensets(WORDS))
@settings(max_examples=150, deadline=None)
@pytest.mark.parametrize("dialect", ["meltwater", "brandwatch", "factiva", "newsdesk"])
def test_queries_with_all_their_parentheses_keep_their_meaning(dialect, theirs, words):
    """Python reads the same text: the words as true or false."""
    expected = eval(
        theirs.replace("AND", "and").replace("OR", "or").replace("NOT", "not"),
        {word: word in words for word in ("ferry", "boat", "quay", "harbour", "storm")},
    )
    found = convert(theirs, dialect)
    if found.query is None:  # our own checks have seen that it can never match
        (flaw,) = found.flaws
        assert "can never" in flaw.title
        return
    assert found.weight is Weight.SAME
    assert holds(parse(found.query).condition, words) == expected


# --- the document

GUIDE = (Path(__file__).parents[1] / "docs" / "importing.md").read_text("utf-8")
SECTIONS = {
    "Meltwater": "meltwater",
    "Brandwatch": "brandwatch",
    "Factiva": "factiva",
    "LexisNexis": "lexis",
    "Google Alerts": "google-alerts",
}
ROWS = [
    (SECTIONS[title], *row)
    for title, section in re.findall(r"^## (.+)\n((?:(?!^## ).*\n)+)", GUIDE, re.MULTILINE)
    if title in SECTIONS
    for row in re.findall(r"^\| `(.+?)` \| `(.+?)` \| (off)?", section, re.MULTILINE)
]


@pytest.mark.parametrize(("dialect", "theirs", "ours", "off"), ROWS)
def test_the_guide_says_what_happens(dialect, theirs, ours, off):
    found = convert(theirs, dialect)
    assert found.query == ours
    assert (found.weight is Weight.LOST) == bool(off)


def test_the_guide_has_examples_of_each_system():
    assert {row[0] for row in ROWS} == set(SECTIONS.values())
    below = GUIDE.partition("## Meltwater")[2]
    assert len(ROWS) == len(re.findall(r"^\| `", below, re.MULTILINE))

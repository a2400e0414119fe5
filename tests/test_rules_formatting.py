"""The canonical form of queries: what fmt writes."""

import pytest

from monitor.rules.formatting import format_query

LONG = " or ".join(f"harbour{number:02}" for number in range(12))
LINES = "\n".join(["  harbour00", *(f"  OR harbour{number:02}" for number in range(1, 12))])


@pytest.mark.parametrize(
    ("query", "formatted"),
    [
        ("ferry and  port", "ferry AND port"),
        ("( ferry or port )", "(ferry OR port)"),
        ("TITLE: ferry AND First/20:(a)", "title:ferry AND first/20:(a)"),
        ("Count( ferry )=3", "count(ferry) == 3"),
        ("count(ferry)>=3", "count(ferry) >= 3"),
        ("2 of(a ,b,)", "2 OF (a, b)"),
        ("a not near / 05 b", "a NOT NEAR/5 b"),
        ("a except(b)", "a EXCEPT (b)"),
        ("COUNTRY:( IN,SG OR us ) and a", "country:(IN SG us) AND a"),
        ("lang:(hi, or) and a", 'lang:(hi "or") AND a'),
        ('="Port  Authority"~ and =US', '="Port  Authority"~ AND =US'),
        ("@ferry_line and $court", "@ferry_line AND $court"),
        ("a AND b // why\n", "a AND b  // why\n"),
        ("\n\n// head\n a\n", "// head\na\n"),
        ("a AND\n b", "a\nAND b"),
        ("a AND (\nb OR c)", "a AND (\n  b\n  OR c\n)"),
        ("a AND (b OR\n c) AND d", "a\nAND (\n  b\n  OR c\n)\nAND d"),
        ("a NEAR/3\n b", "a NEAR/3 b"),
        ("a NEAR/3 // far\n b", "a NEAR/3  // far\n  b"),
        ("a NOT // far\n NEAR/3 b AND c", "a\n  // far\n  NOT NEAR/3 b\nAND c"),
        ("a // one\n// two\nAND b\n// end", "a  // one\n// two\nAND b\n// end"),
        ("2 OF (a // x\n, b)", "2 OF (\n  a,  // x\n  b\n)"),
        ("2 OF (a, // x\n// y\n, b, // z\n)", "2 OF (\n  a,\n  // x\n  // y\n  b  // z\n)"),
        ("2 OF (a\nAND b, c)", "2 OF (\n  a\n    AND b,\n  c\n)"),
        ("lang:(en, // x\nfr) AND a", "lang:(\n  en  // x\n  fr\n)\nAND a"),
        ("a AND lang:(, en, // x\n, // y\nfr)", "a AND lang:(\n  en\n  // x\n  // y\n  fr\n)"),
        ("title:( // x\na)", "title:(  // x\n  a\n)"),
        ("a AND (b OR c // x\n)", "a AND (\n  b\n  OR c  // x\n)"),
        (f"ferry and ({LONG})", f"ferry\nAND (\n{LINES}\n)"),
        (f"title:({LONG})", f"title:(\n{LINES}\n)"),
        (f"ferry AND (\n{LINES}\n)", f"ferry AND (\n{LINES}\n)"),
        (f"source:({LONG.replace('or', '')})", f"source:(\n{LINES.replace('OR ', '')}\n)"),
        (
            f"2 OF (ferry, {LONG})",
            "2 OF (\n  ferry,\n  harbour00"
            + "".join(f"\n    OR harbour{number:02}" for number in range(1, 12))
            + "\n)",
        ),
        (f"(a OR b) NEAR/3 ({LONG})", f"(a OR b) NEAR/3 (\n{LINES}\n)"),
    ],
)  # fmt: skip
def test_queries_get_their_canonical_form(query: str, formatted: str) -> None:
    assert format_query(query) == formatted
    assert format_query(formatted) == formatted


@pytest.mark.parametrize("query", ["", "// only a comment", "a b", "(a  OR b", "a near b"])
def test_a_query_with_errors_stays_as_it_is(query: str) -> None:
    assert format_query(query) == query

"""The parser: what it reads, what it refuses, and how it says so."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.conditions import And, Condition, Entity, Fragment, Not, Or, Scope, Term, show
from monitor.rules.linking import check_required, link
from monitor.rules.parsing import parse
from monitor.rules.problems import Flaw
from monitor.text import pattern


def flaws(query: str) -> tuple[Flaw, ...]:
    """All flaws of a query in a pack with the entity @ferry_line and the fragment $court."""
    parsed = parse(query)
    found = list(parsed.flaws)
    if parsed.condition is not None:
        court = parse("lawsuit OR court").condition
        linked, more = link(parsed.condition, {"ferry_line", "port"}, {"court": court})
        found += more
        if linked is not None and not parsed.broken:
            found += check_required(linked)
    return tuple(found)


@pytest.mark.parametrize(
    ("query", "shape"),
    [
        ("harbour", "harbour"),
        ("a AND b AND c", "a AND b AND c"),
        ("a OR (b AND c)", "a OR (b AND c)"),
        ("((a))", "a"),
        ("a NOT b", "a AND NOT b"),
        ("a AND NOT (b OR c)", "a AND NOT (b OR c)"),
        ("NOT a AND b", "NOT a AND b"),
        ("title:a AND b", "title:a AND b"),
        ("TITLE:(a OR b)", "title:(a OR b)"),
        ("title: a", "title:a"),
        ("title:(title:a)", "title:title:a"),
        ("NOT lead:a AND b", "NOT lead:a AND b"),
        ("@ferry_line AND $court", "@ferry_line AND $court"),
        ('"High Court" OR "and"', '"High Court" OR "and"'),
        ("a // one AND\n AND b // two", "a AND b"),
        ('"$ACME" OR AT&T OR C++ OR e-mail', '"$ACME" OR AT&T OR C++ OR e-mail'),
        ("O’Brien AND U.S.", "O’Brien AND U.S."),
        ("$5 AND #strike", "$5 AND #strike"),
        ("東京電力 AND กรุง", "東京電力 AND กรุง"),
        ("with AND plus", "with AND plus"),
    ],
)
def test_queries_are_read(query: str, shape: str) -> None:
    parsed = parse(query)
    assert parsed.flaws == ()
    assert parsed.condition is not None
    assert show(parsed.condition) == shape


@pytest.mark.parametrize(
    ("query", "code", "caret", "mended"),
    [
        ("", "E100", "", ""),
        ("  // nothing yet", "E100", "  // nothing yet", ""),
        ('ferry AND "Port Authority', "E101", '"', 'ferry AND "Port Authority"'),
        ('"Port Authority AND ferry', "E101", '"', '"Port Authority" AND ferry'),
        ('(ferry AND "Port Authority) AND x', "E101", '"', '(ferry AND "Port Authority") AND x'),
        ("ferry ; port", "E102", ";", ""),
        ("ferry AND port!", "E102", "!", ""),
        ("（ferry）", "E102", "（", ""),
        ("“Port Authority” AND ferry", "E103", "“Port Authority”", '"Port Authority" AND ferry'),
        ("ferry AND ‘Port Authority’", "E103", "‘Port Authority’", 'ferry AND "Port Authority"'),
        ("「東京」 AND 港", "E103", "「東京」", '"東京" AND 港'),
        ("ferry AND (port OR quay", "E104", "(", "ferry AND (port OR quay)"),
        ("ferry AND port) AND quay", "E105", ")", "ferry AND port AND quay"),
        ("ferry AND OR port", "E106", "OR", "ferry AND port"),
        ("OR ferry", "E106", "OR", "ferry"),
        ("AND", "E106", "AND", ""),
        ("ferry AND ()", "E106", "()", ""),
        ("NOT NOT ferry AND port", "E106", "NOT", "NOT ferry AND port"),
        ("ferry AND", "E107", "AND", "ferry"),
        ("(ferry OR) AND port", "E107", "OR", "(ferry) AND port"),
        ("ferry AND NOT", "E107", "AND NOT", "ferry"),
        ("NOT", "E107", "NOT", ""),
        ("ferry AND title:", "E107", "title:", ""),
        ("ferry AND title:NOT port", "E107", "title:", ""),
        ("ferry w/5 port", "E108", "w/5", ""),
        ("ferry adj3 port", "E108", "adj3", ""),
        ("ferry w/s port", "E108", "w/s", ""),
        ("ferry without port", "E109", "without", "ferry NOT port"),
        ("ferry oder port", "E109", "oder", "ferry OR port"),
        ("ferry & port", "E109", "&", "ferry AND port"),
        ("Port Authority", "E110", "Authority", '"Port Authority"'),
        ("NOT Port Authority AND x", "E110", "Authority", 'NOT "Port Authority"'),
        ("title:Port Authority of Oslo", "E110", "Authority", 'title:"Port Authority of Oslo"'),
        ("(a OR b) port", "E110", "port", "(a OR b) AND port"),
        ('"Port Authority" ferry @port', "E110", "ferry", '"Port Authority" AND ferry AND @port'),
        ("a AND b OR c", "E111", "OR", "a AND (b OR c)"),
        ("a OR b OR c AND d OR e", "E111", "AND", "(a OR b OR c) AND (d OR e)"),
        ("a b AND c OR d", "E111", "OR", "parentheses"),
        ("a OR b NOT c", "E111", "NOT", "(a OR b) NOT c"),
        ("a OR NOT b", "E112", "b", ""),
        ("a OR (NOT b)", "E112", "b", ""),
        ("a AND (b OR title:(NOT c))", "E112", "title:(NOT c)", ""),
        ("a AND NOT (b OR NOT c)", "E112", "c", ""),
        ("(" * 60 + "a" + ")" * 60, "E119", "(", ""),
        ("title:" * 900 + "a", "E119", "title:", ""),
        ("titel:ferry", "E120", "titel:", "title:ferry"),
        ("headline:ferry AND port", "E120", "headline:", "title:ferry AND port"),
        ("10:30 AND ferry", "E120", "10:", ""),
        ("ferry AND =", "E121", "=", ""),
        ("-port AND ferry", "E125", "-", "NOT port AND ferry"),
        ("ferry AND +port", "E125", "+", "ferry AND port"),
        ('"…" AND ferry', "E127", '"…"', ""),
        ("ferry AND %", "E127", "%", ""),
        ("@ferry-line AND x", "E130", "@ferry-line", "@ferry_line"),
        ("@desk AND x", "E130", "@desk", '"@desk"'),
        ("$cort AND x", "E131", "$cort", "$court"),
        ("$ACME AND x", "E131", "$ACME", '"$ACME"'),
        ("title:(lead:ferry)", "E133", "lead:", ""),
        ("NOT ferry", "E140", "NOT ferry", ""),
        ("NOT (a AND b) AND NOT c", "E140", "NOT (a AND b) AND NOT c", ""),
        ("ferry and port", "W001", "and", "ferry AND port"),
        ("ferry Not port", "W001", "Not", "ferry NOT port"),
    ],
)
def test_a_mistake_is_pointed_at_and_mended(query: str, code: str, caret: str, mended: str) -> None:
    found = flaws(query)
    assert code in {flaw.code for flaw in found}
    flaw = next(flaw for flaw in found if flaw.code == code)
    assert query[slice(*flaw.at)] == caret
    assert mended in flaw.help
    assert flaw.title
    assert "syntax" not in flaw.title


@pytest.mark.parametrize(
    "query",
    [
        *("a AND b OR c", "a OR NOT b", "Port Authority", "title:(lead:ferry)", "ferry w/5 port"),
        *("ferry AND +port", "ferry without port", '"…" AND ferry', "AND ferry", "ferry AND ="),
        *("“Port Authority” AND ferry", "ferry AND (port OR quay", "ferry AND port) AND quay"),
    ],
)
def test_one_mistake_gives_one_error(query: str) -> None:
    assert len(flaws(query)) == 1


def test_several_mistakes_are_reported_together_in_order() -> None:
    query = "titel:ferry AND OR @desk AND “Port” AND \n(quay AND pier OR $cort"
    codes = [flaw.code for flaw in sorted(flaws(query), key=lambda flaw: flaw.at)]
    assert codes == ["E120", "E106", "E130", "E103", "E104", "E111", "E131"]


def test_words_that_name_operators_can_be_quoted() -> None:
    assert parse('"before" AND "near" AND count AND of').flaws == ()


# --- laws

leaf = st.sampled_from(["ferry", "Port", '"High Court"', "C++", "東京", "e-mail"]).map(
    lambda text: Term(text, pattern(text.strip('"')), (0, 0), text.strip('"'))
) | st.sampled_from([Entity("port", (0, 0)), Fragment("court", (0, 0))])


def _branches(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    def operands(kind: type[And] | type[Or]) -> st.SearchStrategy[Condition]:
        return st.lists(inner, min_size=2, max_size=3).map(lambda found: kind(tuple(found), (0, 0)))

    return (
        operands(And)
        | operands(Or)
        | inner.map(lambda node: Not(node, (0, 0)))
        | inner.map(lambda node: Scope("title", node, (0, 0)))
    )


def _bare(node: Condition) -> Condition:
    """The node without places."""
    match node:
        case And() | Or():
            return replace(node, children=tuple(map(_bare, node.children)), at=(0, 0))
        case Not() | Scope():
            return replace(node, child=_bare(node.child), at=(0, 0))
        case _:
            return replace(node, at=(0, 0))


@given(st.recursive(leaf, _branches, max_leaves=8))
def test_what_is_shown_reads_as_the_same_condition(condition: Condition) -> None:
    parsed = parse(show(condition))
    assert parsed.flaws == ()
    assert parsed.condition is not None
    assert _bare(parsed.condition) == _bare(condition)


pieces = st.lists(
    st.sampled_from(
        ["a", "and", "OR", "NOT", "(", ")", '"', "“", "title:", "lead:", "x:", "@e", "$f", "-", "+",
         "=", "~", "*", "//", "\n", " ", "2 of", "near/3", "with", "…", "count(", ",", "'", "東"]
    )
)  # fmt: skip


@given(pieces.map("".join) | pieces.map(" ".join) | st.text(max_size=30))
def test_any_text_is_read_or_refused_with_places_inside_it(query: str) -> None:
    parsed = parse(query)
    assert parsed.condition is not None or parsed.broken
    for flaw in flaws(query):
        places = [flaw.at, *(at for at, _ in flaw.secondary)]
        assert all(0 <= start <= end <= len(query) for start, end in places)

"""What keeps rules small and quick to read, and changes nothing of what they say."""

import gc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.rules.clauses import Clauses
from monitor.rules.conditions import Condition, Fragment, Not, Term, makeup
from monitor.rules.contradictions import conjuncts
from monitor.rules.garbage import uncollected
from monitor.rules.implication import implies
from monitor.rules.lexemes import lex
from monitor.rules.linking import link
from monitor.rules.parsing import parse
from monitor.text import pattern


def read(query: str) -> Condition:
    parsed = parse(query)
    assert parsed.condition is not None, parsed.flaws
    return parsed.condition


# --- reading

ASCII = st.text("abzABZ019 _-.*~?'", min_size=1, max_size=12)


@given(ASCII, st.booleans())
@example("New Delhi", False)
@example("G20", True)
def test_plain_words_look_for_what_they_would_beside_others(words: str, exact: bool) -> None:
    """A sign that is no token sends the words the long way round."""
    assert pattern(words, exact=exact) == pattern(f"{words} …", exact=exact)


def test_equal_words_and_patterns_are_the_same_objects() -> None:
    first, second = read("Harbour"), read("quay OR Harbour").children[1]  # type: ignore[union-attr]
    assert isinstance(first, Term)
    assert isinstance(second, Term)
    assert second.pattern is first.pattern
    assert second.words is first.words is first.leaf is second.leaf


def test_places_of_equal_lexemes_are_the_same_objects() -> None:
    for one, other in zip(lex("a OR bb").lexemes, lex("x OR yy").lexemes, strict=True):
        assert one.at is other.at


@pytest.mark.parametrize("sign", ["w/ſ", "w/s", "W/S"])
def test_sentence_operators_of_others_are_known_in_any_shape(sign: str) -> None:
    assert [flaw.code for flaw in parse(f"a {sign} b").flaws] == ["E108"]


def test_a_query_is_read_without_leaving_cycles() -> None:
    query = 'title:(a OR "b c") AND count(d) >= 2 AND NOT source:(x.example OR y.example)'
    parse(query)
    gc.collect()
    gc.disable()
    try:
        parsed = [parse(query) for _ in range(10)]
        assert gc.collect() == 0
    finally:
        gc.enable()
    assert not any(each.broken for each in parsed)


def test_the_collector_rests_and_wakes() -> None:
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


# --- linking

FRAGMENTS = {"f": read("port OR quay"), "g": read("NOT port")}


@pytest.mark.parametrize(
    "query",
    [
        "harbour",
        "a AND (b OR NOT c)",
        "(a OR b) NEAR/3 (c EXCEPT d) AND count(e) >= 2",
        "2 OF (a, title:b, @one)",
        "about:a AND b NOT NEAR/2 c",
    ],
)
def test_what_names_no_fragment_is_not_copied(query: str) -> None:
    condition = read(query)
    assert link(condition, {"one"}, FRAGMENTS) == (condition, ())
    assert link(condition, {"one"}, FRAGMENTS)[0] is condition


def test_only_what_leads_to_a_fragment_is_copied() -> None:
    condition = read("(a OR b) AND title:(c OR $f)")
    linked, _ = link(condition, (), FRAGMENTS)
    assert linked is not None
    assert linked.children[0] is condition.children[0]  # type: ignore[union-attr]
    assert makeup(linked) >= {Fragment, Term}
    assert Not not in makeup(linked)


# --- what clauses imply

LEAVES = [
    "a",
    "b",
    "=A",
    "a~",
    "abc*",
    "abcd",
    '"a b"',
    "#a",
    "U.S.",
    "@one",
    "lang:en",
    "lang:en-GB",
    "$f",
]
nodes = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda q: f"({' OR '.join(q)})"),
        st.lists(inner, min_size=2, max_size=3).map(lambda q: f"({' AND '.join(q)})"),
        st.lists(inner, min_size=2, max_size=3).map(lambda q: f"2 OF ({', '.join(q)})"),
        st.tuples(inner, inner).map(lambda q: f"({q[0]} NEAR/2 {q[1]})"),
        st.tuples(inner, inner).map(lambda q: f"({q[0]} EXCEPT {q[1]})"),
        st.tuples(inner, inner).map(lambda q: f"({q[0]} NOT NEAR/1 {q[1]})"),
        inner.map(lambda q: f"title:({q})"),
        inner.map(lambda q: f"about:({q})"),
        inner.map(lambda q: f"(count({q}) >= 1)"),
        inner.map(lambda q: f"(NOT {q})"),
    ),
    max_leaves=5,
)


def linked(query: str) -> Condition | None:
    return link(read(query), {"one"}, FRAGMENTS)[0]


@given(st.lists(nodes, min_size=1, max_size=4), nodes)
def test_clauses_imply_what_one_of_them_implies(clauses: list[str], goal: str) -> None:
    given_, wanted = linked(" AND ".join(clauses)), linked(goal)
    if given_ is None or wanted is None:
        return  # operands of NEAR without mentions
    parts = list(conjuncts(given_))
    first = next((at for node, at in parts if implies(node, wanted)), None)
    assert Clauses(parts).implying(wanted) == first

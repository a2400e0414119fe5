"""The parser: what it reads, what it refuses, and how it says so."""

import pytest

from monitor.rules.conditions import (
    About,
    And,
    AtLeast,
    Comparison,
    Condition,
    Count,
    Except,
    Meta,
    Near,
    Not,
    NotNear,
    Or,
    Scope,
    Term,
    show,
)
from monitor.rules.linking import check_required, link
from monitor.rules.parsing import parse
from monitor.rules.problems import Flaw

FRAGMENTS = {"court": "lawsuit OR court", "both": "a AND b", "opening": "lead:(a OR b)"}


def flaws(query: str) -> tuple[Flaw, ...]:
    """All flaws of a query in a pack with the entities @ferry_line and @port."""
    parsed = parse(query)
    found = list(parsed.flaws)
    if parsed.condition is not None:
        fragments = {name: parse(query).condition for name, query in FRAGMENTS.items()}
        linked, more = link(parsed.condition, {"ferry_line", "port"}, fragments)
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
        ("a NEAR/3 b NEAR/3 c", "a NEAR/3 b NEAR/3 c"),
        ("a BEFORE / 2 (b OR c)", "a BEFORE/2 (b OR c)"),
        ("(a NEAR/3 b) NEAR/5 c", "(a NEAR/3 b) NEAR/5 c"),
        ("a OR b NEAR/5 c", "a OR b NEAR/5 c"),
        ("a NOT NEAR/4 (b OR c) AND d", "a NOT NEAR/4 (b OR c) AND d"),
        ("a NOT // far from\n NEAR/4 b", "a NOT NEAR/4 b"),
        ("a EXCEPT b NEAR/0 c", "a EXCEPT b NEAR/0 c"),
        ("a EXCEPT b EXCEPT (c OR d)", "a EXCEPT (b OR (c OR d))"),
        ("NOT a NEAR/3 b AND c", "NOT a NEAR/3 b AND c"),
        ("title:a NEAR/3 b", "title:a NEAR/3 b"),
        ("about:(a) AND Count (a OR b)>=3", "about:a AND count(a OR b) >= 3"),
        ("count(a) = 3 OR count(a) == 4", "count(a) == 3 OR count(a) == 4"),
        ("2 of (a, b AND c,\n (d OR e),)", "2 OF (a, b AND c, d OR e)"),
        ('=US AND ="A B" AND =sue~', '=US AND ="A B" AND =sue~'),
        ('ship~ OR "ship yard"~ OR "ship~ yards"', 'ship~ OR "ship yard"~ OR "ship~ yards"'),
        ("ferr* OR colo?r OR e-comm*", "ferr* OR colo?r OR e-comm*"),
        ("First/20:(a) AND Top:a AND BODY:a", "first/20:a AND top:a AND body:a"),
        ("paragraph:(a AND sentence:b)", "paragraph:(a AND sentence:b)"),
        ("a AND country:(IN, SG OR US)", "a AND country:(IN SG US)"),
        ("a AND lang:(or hi) AND lang:or", 'a AND lang:("or" hi) AND lang:"or"'),
        ('a AND author:"A Sailor" AND url:/sea/', 'a AND author:"A Sailor" AND url:/sea/'),
        ("url:https://x.example/a AND b // c", "url:https://x.example/a AND b"),
        ("near-miss AND nearby AND w/o", "near-miss AND nearby AND w/o"),
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
        ("ferry w/5 port", "E108", "w/5", "ferry NEAR/5 port"),
        ("ferry adj3 port", "E108", "adj3", "ferry NEAR/2 port"),
        ("ferry w/s port", "E108", "w/s", "sentence:("),
        ("ferry pre/2 port", "E108", "pre/2", "ferry BEFORE/2 port"),
        ("ferry w/99 port", "E108", "w/99", "ferry NEAR/50 port"),
        ("ferry w/p port", "E108", "w/p", "paragraph:("),
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
        ("a OR (NOT b AND NOT c)", "E112", "(NOT b AND NOT c)", ""),
        ("a OR title:(lang:en OR NOT c)", "E112", "c", ""),
        ("a AND (b OR title:(NOT c))", "E112", "title:(NOT c)", ""),
        ("a AND NOT (b OR NOT c)", "E112", "c", ""),
        ("ferry NEAR port", "E113", "NEAR", "ferry NEAR/5 port"),
        ("ferry near port", "E113", "near", '"near" if you mean the word'),
        ("ferry NEAR/x port", "E113", "NEAR/x", "ferry NEAR/5 port"),
        ("ferry NEAR / port", "E113", "NEAR /", "ferry NEAR/5 port"),
        ("ferry BEFORE port", "E113", "BEFORE", "ferry BEFORE/5 port"),
        ("ferry NOT NEAR port", "E113", "NOT NEAR", "ferry NOT NEAR/5 port"),
        ("ferry NEAR/51 port", "E114", "NEAR/51", "sentence:(… AND …)"),
        ("ferry BEFORE/9999999999 port", "E114", "BEFORE/9999999999", "ferry BEFORE/50 port"),
        ("a NEAR/3 b NEAR/5 c", "E115", "a NEAR/3 b NEAR/5 c", "(a NEAR/3 b) NEAR/5 c"),
        ("a NEAR/3 b BEFORE/3 c", "E115", "a NEAR/3 b BEFORE/3 c", "(a NEAR/3 b) BEFORE/3 c"),
        ("a NEAR/3 b NOT NEAR/3 c", "E115", "a NEAR/3 b NOT NEAR/3 c", "(a NEAR/3 b) NOT NEAR"),
        ("a NOT NEAR/3 b NOT NEAR/3 c", "E116", "c", "a NOT NEAR/3 (b OR c)"),
        ("(a AND b) NEAR/5 c", "E117", "(a AND b)", "sentence:"),
        ("a BEFORE/5 about:b", "E117", "about:b", "NEAR between"),
        ("a NOT NEAR/5 (count(b) > 2)", "E117", "(count(b) > 2)", "NEAR between"),
        ("a NEAR/5 2 OF (b, c)", "E117", "2 OF (b, c)", "NEAR between"),
        ("a NEAR/5 (NOT b)", "E117", "(NOT b)", "NEAR between"),
        ("a NEAR/5 (b OR lang:en)", "E117", "(b OR lang:en)", "NEAR between"),
        ("a NEAR/5 title:(b AND c)", "E117", "title:(b AND c)", "NEAR between"),
        ("a EXCEPT (b AND c)", "E117", "(b AND c)", "use NOT"),
        ("lang:en EXCEPT a", "E117", "lang:en", "use NOT"),
        ("count(a AND b) >= 2", "E117", "a AND b", "count(a) >= 2 AND"),
        ("count($both) >= 2", "E117", "$both", "count(a) >= 2 AND"),
        ("(" * 60 + "a" + ")" * 60, "E119", "(", ""),
        ("title:" * 900 + "a", "E119", "title:", ""),
        ("= " * 900 + "a", "E119", "=", ""),
        ("2 of " * 900 + "a", "E119", "2 of", ""),
        (("title:" * 40 + "(") * 40 + "a" + ")" * 40, "E119", "title:", ""),
        ("titel:ferry", "E120", "titel:", "title:ferry"),
        ("headline:ferry AND port", "E120", "headline:", "title:ferry AND port"),
        ("10:30 AND ferry", "E120", "10:", ""),
        (
            "sorce:(a.example b.example) AND a",
            "E120",
            "sorce:",
            "source:(a.example b.example) AND a",
        ),
        ("sentance:(a AND b)", "E120", "sentance:", "sentence:(a AND b)"),
        ("first:ferry", "E120", "first:", "first/20:ferry"),
        ("first/0:ferry", "E120", "first/0:", "first/20:ferry"),
        ("first/two:ferry", "E120", "first/two:", "first/20:ferry"),
        ("near:ferry", "E120", "near:", "a NEAR/5 b"),
        ("http://x.example AND ferry", "E120", "http:", 'url:"https://'),
        ("ferry AND =", "E121", "=", ""),
        ("=(US OR UK) AND tariff", "E121", "=", "(=US OR =UK)"),
        ("= US AND tariff", "E121", "=", "=US"),
        ("=@port AND tariff", "E121", "=", "@port AND tariff"),
        ("a AND == AND b", "E121", "==", "=US"),
        ("count(ferry) AND a", "E122", "count", "count(ferry) >= 3"),
        ("count(ferry) >= AND a", "E122", "count", "count(ferry) >= 3"),
        ("count(ferry) => 3", "E122", "count", ">="),
        ("count(ferry) >= three", "E122", "count", "count(ferry) >= 3"),
        ("count(ferry) >= 99999999", "E122", "count", ""),
        ("2 OF ferry", "E123", "2 OF", "2 OF (ferry, …)"),
        ("a AND 2 OF", "E123", "2 OF", "2 OF (one, two, three)"),
        ("4 OF (a, b, c)", "E124", "4 OF", "the list has 3 alternatives"),
        ("0 OF (a, b, c)", "E124", "0 OF", "1 OF"),
        ("2 OF ()", "E124", "2 OF", "0 alternatives"),
        ("2 OF (a OR b OR c)", "E124", "2 OF", "2 OF (a, b, c)"),
        ("-port AND ferry", "E125", "-", "NOT port AND ferry"),
        ("ferry AND +port", "E125", "+", "ferry AND port"),
        ("co* AND ferry", "E126", "co*", "co~"),
        ("*bank AND ferry", "E126", "*bank", "bank~"),
        ("?olor AND ferry", "E126", "?olor", "letters"),
        ("ferry AND * AND port", "E126", "*", "letters"),
        ("e-c* AND ferry", "E126", "e-c*", "letters"),
        ('"a* probe" AND ferry', "E126", '"a* probe"', "letters"),
        ("東京* AND ferry", "E126", "東京*", "東京"),
        ("source:*.example AND ferry", "E126", "*.example", "source:example.com"),
        ("country:I* AND ferry", "E126", "I*", "country:(one two)"),
        ('"…" AND ferry', "E127", '"…"', ""),
        ("ferry AND %", "E127", "%", ""),
        ('author:"" AND ferry', "E127", '""', ""),
        ('"ferry port"~5', "E128", "~5", "ferry NEAR/5 port"),
        ("ferry~2 AND port", "E128", "~2", "ferry~"),
        ("ferry AND ~port", "E102", "~", "lawsuit~"),
        ("ferry, port", "E102", ",", "ferry OR port"),
        ("ferry || port", "E102", "||", "ferry OR port"),
        ("ferry > 3", "E102", ">", ""),
        ("title :ferry", "E102", ":", "title:India"),
        ("country:(IN AND SG) AND a", "E106", "AND", "NOT country:"),
        ("country:(IN (SG)) AND a", "E106", "(", "leave it out"),
        ("a NEAR/3 NOT b", "E106", "NOT", "a NOT NEAR/3 b"),
        ("a AND NEAR/3 b", "E106", "NEAR/3", "a AND b"),
        ("a EXCEPT", "E107", "EXCEPT", "a"),
        ("a NOT NEAR/3", "E107", "NOT NEAR/3", "a"),
        ("country:() AND a", "E107", "country:", "country:(one two)"),
        ("source: AND a", "E107", "source:", "source:value"),
        ("country:(IN SG AND ferry", "E104", "(", "country:(IN SG) AND ferry"),
        ("country:IN SG", "E110", "SG", "country:(IN SG)"),
        ('source:"a.example" ferry', "E110", "ferry", 'source:"a.example" AND ferry'),
        ("@ferry-line AND x", "E130", "@ferry-line", "@ferry_line"),
        ("@desk AND x", "E130", "@desk", '"@desk"'),
        ("$cort AND x", "E131", "$cort", "$court"),
        ("$ACME AND x", "E131", "$ACME", '"$ACME"'),
        ("title:(lead:ferry)", "E133", "lead:", ""),
        ("title:(first/20:ferry)", "E133", "first/20:", ""),
        ("title:(a OR $opening)", "E133", "$opening", "title:… AND lead:…"),
        ("body:(count(title:ferry) > 2)", "E133", "title:", "body:… AND title:…"),
        ("lang:en AND NOT ferry", "E140", "lang:en AND NOT ferry", "require"),
        ("count(ferry) < 2", "E140", "count(ferry) < 2", "require"),
        ("ferry OR count(port) >= 0", "E140", "ferry OR count(port) >= 0", "require"),
        ("1 OF (ferry, lang:en)", "E140", "1 OF (ferry, lang:en)", "require"),
        ("ferry AND NOT ferry", "E141", "ferry", ""),
        ("NOT ferry", "E140", "NOT ferry", ""),
        ("NOT (a AND b) AND NOT c", "E140", "NOT (a AND b) AND NOT c", ""),
        ("ferry and port", "W001", "and", "ferry AND port"),
        ("ferry Not port", "W001", "Not", "ferry NOT port"),
        ("ferry near/3 port", "W001", "near/3", "ferry NEAR/3 port"),
        ("ferry not near / 3 port", "W001", "not near / 3", "ferry NOT NEAR / 3 port"),
        ("ferry except port", "W001", "except", "ferry EXCEPT port"),
        ("ferry AND lang:(en or fr)", "W001", "or", "lang:(en OR fr)"),
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
        *("a NEAR b", "a NEAR/60 b", "a NEAR/3 b NEAR/5 c", "a NOT NEAR/3 b NOT NEAR/3 c"),
        *("(a AND b) NEAR/5 c", "=(US OR UK) AND a", "count(a) AND b", "2 OF a", "4 OF (a, b)"),
        *(
            "co* AND ferry",
            "source:*.example AND a",
            '"a b"~5',
            "country:(IN AND SG) AND a",
            "a, b",
        ),
        *("country:(IN SG AND a OR b", "near:a", "http://x.example AND a", "a AND port!", "a | b"),
        *("count() >= 2", "2 OF (a OR b)", "ferry w/s port", "a not near/x b", "sorce:(a b) AND a"),
        *("a AND not near/3 b", "a ; b", "title:(first/20:ferry)", "NOT a", "a AND NOT a"),
    ],
)
def test_one_mistake_gives_one_error(query: str) -> None:
    assert [flaw.severity for flaw in flaws(query)].count("error") == 1


def test_several_mistakes_are_reported_together_in_order() -> None:
    query = "titel:ferry AND OR @desk AND “Port” AND \n(quay AND pier OR $cort"
    codes = [flaw.code for flaw in sorted(flaws(query), key=lambda flaw: flaw.at)]
    assert codes == ["E120", "E106", "E130", "E103", "E104", "E111", "E131"]


def test_words_that_name_operators_can_be_quoted() -> None:
    assert parse('"before" AND "near" AND count AND of').flaws == ()


def test_nodes_carry_all_that_was_written() -> None:
    def read(query: str) -> Condition | None:
        return parse(query).condition

    near = read("a BEFORE/7 b BEFORE/7 c")
    assert isinstance(near, Near)
    assert (len(near.children), near.distance, near.ordered) == (3, 7, True)
    apart = read("a NOT NEAR/2 b")
    assert isinstance(apart, NotNear)
    assert apart.distance == 2
    count = read("count(a) <= 3")
    assert isinstance(count, Count)
    assert (count.comparison, count.number) == (Comparison.AT_MOST, 3)
    first = read("FIRST/20:a")
    assert isinstance(first, Scope)
    assert (first.field, first.count) == ("first", 20)
    assert isinstance(read("about:a"), About)
    assert isinstance(read("a EXCEPT b"), Except)
    few = read("2 OF (a, b, c)")
    assert isinstance(few, AtLeast)
    assert (few.number, len(few.children)) == (2, 3)
    assert read('Country:(IN, "SG")') == Meta("country", ("IN", "SG"), (0, 18))
    term = read('="Ship yard"~')
    assert isinstance(term, Term)
    assert (term.words, term.exact, term.leaf) == ("Ship yard~", True, '="Ship yard"~')
    assert isinstance(read("a AND NOT b"), And)
    assert isinstance(read("a OR b"), Or)
    assert isinstance(read("NOT a"), Not)


def test_places_cover_parentheses_and_all_that_belongs_to_a_node() -> None:
    query = "(a OR b) NEAR/3 =c~ AND count(x) >= 2 AND 2 OF (d, e) AND lang:(en fr)"
    condition = parse(query).condition
    assert isinstance(condition, And)
    assert [query[slice(*child.at)] for child in condition.children] == query.split(" AND ")
    near = condition.children[0]
    assert isinstance(near, Near)
    assert [query[slice(*child.at)] for child in near.children] == ["(a OR b)", "=c~"]


def test_two_labels_show_what_contradicts() -> None:
    query = "a NEAR/3 b BEFORE/5 c"
    flaw = flaws(query)[0]
    shown = [(query[slice(*at)], text) for at, text in flaw.secondary]
    assert shown == [("NEAR/3", "NEAR/3 here"), ("BEFORE/5", "BEFORE/5 here")]


def test_what_only_restricts_may_be_an_alternative_of_what_is_required() -> None:
    assert flaws("(port OR country:IN) AND ferry") == ()
    assert flaws("source:rail.example") == ()
    assert flaws("2 OF (a, b, NOT c)") == ()


@pytest.mark.parametrize(
    ("query", "mended"),
    [
        ("sentence(port AND quay) AND x", "sentence:(port AND quay)"),
        ("about (India)", "about:(India)"),
        ("fire AND outlet:Energy Times", 'outlet:"Energy Times"'),
    ],
)
def test_what_lacks_a_colon_or_quotes_gets_them(query: str, mended: str) -> None:
    (flaw,) = parse(query).flaws
    assert flaw.code == "E110"
    assert mended in flaw.help.splitlines()
    assert not parse(mended).broken

"""The lint: what it warns of, what it leaves in peace, and how warnings are allowed."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules import Problem, load
from monitor.rules.lint import Subject, lint_query
from monitor.rules.parsing import parse

TODAY = date(2026, 11, 22)
ENTITIES = """
library = true
[entity.ferry_line]
label = "NordicFerry"
names = ['NordicFerry', '"Nordic Ferry Line"', 'Ferrylines']
[entity.apple]
label = "Apple Inc."
names = ['"Apple Inc"']
weak = ['=Apple']
context = ['iPhone']
"""
HEAD = "[pack]\nowner = 'sea desk'\n"
TESTS = "[[rule.test]]\nmatch = true\ntodo = 'x'\n[[rule.test]]\nmatch = false\n"


def rule(query: str, more: str = "", *, fragments: str = "") -> str:
    table = f"[fragments]\n{fragments}\n" if fragments else ""
    return f"{HEAD}{table}[[rule]]\nid = 'a'\ntitle = 'A'\nquery = '''{query}'''\n{more}{TESTS}"


def lint(pack: str, entities: str = ENTITIES) -> list[Problem]:
    return list(load({"p.toml": pack, "entities/e.toml": entities}, today=TODAY).problems)


def codes(pack: str, entities: str = ENTITIES) -> list[str]:
    return [problem.code for problem in lint(pack, entities)]


@pytest.mark.parametrize(
    "query",
    [
        "ferry NEAR/15 harbour",
        "ferry NOT NEAR/40 harbour",
        "ferry~ AND Гавань~",
        "cyber* AND harbour",
        "ferr* AND harbour",
        '"in the harbour" AND ferry',
        "=US AND ferry",
        "NASA AND ferry",
        '"US Navy" AND ferry',
        "東京港 AND ferry",
        '京都 EXCEPT "東京都"',
        "=Apple AND ferry",
        "apple AND ferry",
        "Apple NEAR/5 ferry",
        'Apple EXCEPT "apple pie"',
        "NordicFerry AND harbour",  # the one word everybody writes
        "ferry OR harbour",
        "(ferry OR ferries) AND harbour",
        '(big OR "big bad") NEAR/0 wolf',  # the longer mention reaches farther
        'count(ferry OR "ferry line") >= 2',
        "ferry AND title:harbour",
        'ferry EXCEPT ("ferry tale" OR @apple)',
        "@apple EXCEPT pie",
        '"e-mail" EXCEPT "e mail fraud"',
        "(ferry NOT NEAR/5 storm) AND harbour AND NOT title:(count(storm) < 2)",
        'ferry AND NOT "harbour ferries"',
        "@apple AND NOT lawsuit",
        "lang:hi AND @apple",
        "lang:(hi en) AND ferry",
        "lang:hi AND OpenAI",
        "lang:hi AND (ferry OR नौका)",
        "lang:de AND ferry~",
        "source:port.example AND ferry",
        "2 OF (ferry, harbour, quay)",
        '"Note: ferry line"',
        " OR ".join(f"ship{number}" for number in range(200)),
        "// allowed: nothing\nferry AND harbour",
    ],
)
def test_what_is_fine_is_left_in_peace(query: str) -> None:
    assert [f"{p.code} {p.title}" for p in lint(rule(query))] == []


@pytest.mark.parametrize(
    ("query", "code", "at"),
    [
        ("harbour AND IT", "W021", "IT"),
        ("harbour AND It", "W020", "It"),
        ("harbour AND (ferry OR the)", "W020", "the"),
        ("harbour~ AND 항구~", "W011", "항구~"),
        ("lang:ar AND ميناء~", "W011", "ميناء~"),
        ("source:port.example AND section:sea", "W043", "source:port.example"),
        ("source:port.example AND NOT ferry", "W043", "source:port.example"),
        ("$wires", "W043", "$wires"),
        ("about:url:port", "W043", "url:port"),
        ("Ferrylines AND harbour", "W024", "Ferrylines"),
        ("(ferry OR (harbour OR ferry)) AND quay", "W035", "ferry"),
        ("2 OF (ferry, harbour, Ferry)", "W035", "Ferry"),
        ("(ferry OR =Ferry) AND quay", "W030", "=Ferry"),
        ('(ferry OR "$FERRY") AND quay', "W030", '"$FERRY"'),
        ("title:ferry OR quay OR ferry", "W030", "title:ferry"),
        ("harbour NEAR/2 (ferry OR ferry~)", "W030", "ferry"),
        ("NOT ferry AND NOT (ferry AND quay) AND harbour", "W031", "NOT (ferry AND quay)"),
        ("harbour AND (ferry AND @apple AND ferry*)", "W031", "ferry*"),
        ("(Orange OR Vodafone) AND harbour", "W023", "Orange"),
        ("Apple AND harbour", "W023", "Apple"),
        ("sentence:(ferry NEAR/20 harbour)", "W010", "NEAR/20"),
        ("ferry EXCEPT (ferry~ OR tale)", "W034", "(ferry~ OR tale)"),
        ("ferry EXCEPT harbour", "W032", "harbour"),
        ("(ferry OR tanker) EXCEPT (harbour OR tank*)", "W032", "harbour"),
        ('(ferry OR quay) AND NOT (tale OR "quay west")', "W033", '"quay west"'),
        ('"source:port.example" AND ferry', "W063", '"source:port.example"'),
    ],
)
def test_what_is_doubtful_is_placed(query: str, code: str, at: str) -> None:
    fragments = "wires = 'source:(a.example b.example)'" if "$wires" in query else ""
    pack = rule(query, fragments=fragments)
    found = [p for p in lint(pack) if p.code != "W060"]  # of alternatives without a test
    assert [p.code for p in found] == [code]
    [problem] = found
    line = pack.split("\n")[problem.line - 1]
    assert line[problem.column - 1 :][: problem.width] == at
    assert problem.severity == "warning"


@pytest.mark.parametrize(
    ("query", "mended"),
    [
        ("Apple AND harbour", "@apple AND harbour"),
        ("Orange AND harbour", "=Orange AND harbour"),
        ("ferry NEAR/20 (quay OR pier)", "sentence:(ferry AND (quay OR pier))"),
        ('ferry NOT "ferry tale"', 'ferry EXCEPT "ferry tale"'),
        (
            'quay AND (ferry NOT ("ferry tale" OR "ferry book"))',
            'quay AND ferry EXCEPT ("ferry tale" OR "ferry book")',
        ),
        (
            'x AND (title:ferry AND NOT ("ferry tale" OR quay))',
            'x AND title:(ferry EXCEPT "ferry tale") AND NOT quay',
        ),
        ("strike* AND harbour", "strike~ AND harbour"),
        ('"lang:en" AND harbour', "lang:en AND harbour"),
    ],
)
def test_the_corrected_query_is_one_and_has_no_such_warning(query: str, mended: str) -> None:
    [problem] = [p for p in lint(rule(query)) if p.code != "W060"]
    assert problem.help.split("\n", 1)[1] == mended
    assert problem.code not in codes(rule(mended))


def test_fragments_and_filters_are_linted_where_they_stand() -> None:
    pack = rule("$f AND harbour", fragments="f = 'ferry OR the'")
    assert [(p.code, p.line) for p in lint(pack)] == [("W020", 4)]
    pack = rule("ferry") + "[[filter]]\nid = 'f'\nquery = 'source:a.example OR (US AND ferry)'\n"
    assert [(p.code, p.line) for p in lint(pack)] == [("W021", 14)]


def test_lint_is_for_those_who_ask_for_it() -> None:
    assert load({"p.toml": rule("the AND ferry and quay")}).problems[0].code == "W001"
    assert len(load({"p.toml": rule("the AND ferry and quay")}).problems) == 1


# --- allowances


@pytest.mark.parametrize(
    "pack",
    [
        rule("the AND ferry", "allow = ['W020']\n"),
        rule("the AND ferry // allow: W020 for the magazine of that name"),
        rule("the // ALLOW w020\nAND ferry"),
        rule("the AND US // allow: W020, W021 both"),
        rule("the and ferry // allow: W020 W001"),
        rule("$f", fragments="f = 'the OR ferry // allow: W020'"),
        rule("ferry") + "[[filter]]\nid = 'f'\nquery = 'the'\nallow = ['W020']\n",
        HEAD + "allow = ['W020']\n" + rule("the AND ferry").removeprefix(HEAD),
        rule("ferry AND quay", "allow = ['W040', 'W041']\n"),  # judged by the archive
    ],
)
def test_what_is_allowed_is_not_told(pack: str) -> None:
    assert codes(pack) == []


@pytest.mark.parametrize(
    ("pack", "place", "says"),
    [
        (rule("ferry", "allow = ['W020']\n"), (7, 10), "nothing here gives"),
        (rule("ferry // allow: W020"), (6, 28), "nothing here gives"),
        (rule("ferry", "allow = ['W777']\n"), (7, 10), "no warning W777"),
        (rule("ferry", "allow = ['E110']\n"), (7, 10), "cannot be allowed"),
        (rule('"// allow: W020" AND ferry', "allow = ['W020']\n"), (7, 10), "nothing here"),
    ],
)
def test_an_allowance_that_nothing_needs_is_told(
    pack: str, place: tuple[int, int], says: str
) -> None:
    [problem] = lint(pack)
    assert (problem.code, problem.line, problem.column) == ("W090", *place)
    assert says in problem.title


def test_an_allowance_counts_for_its_own_rule_alone() -> None:
    second = "[[rule]]\nid = 'b'\ntitle = 'B'\nquery = 'the OR ferry'\n" + TESTS
    assert codes(rule("the AND ferry", "allow = ['W020']\n") + second) == ["W020"]


def test_errors_are_told_whatever_is_allowed() -> None:
    assert "E107" in codes(rule("ferry AND", "allow = ['E107']\n"))


@pytest.mark.parametrize("pack", ["allow = 1", "[pack]\nallow = 1", "rule = 1", "[fragments]\na=1"])
def test_files_of_the_wrong_form_are_linted_without_harm(pack: str) -> None:
    assert {problem.severity for problem in lint(pack)} == {"error"}


# --- files


def test_the_tests_of_rules_are_looked_at() -> None:
    bare = rule("ferry").replace(TESTS, "")
    assert "no test" in lint(bare)[0].title
    assert codes(bare.replace("title = 'A'", "title = 'A'\nstatus = 'off'")) == []
    one = bare + "[[rule.test]]\nmatch = false\n"
    assert "must match" in lint(one)[0].title


def test_expired_rules_are_told_from_the_next_day_on() -> None:
    assert codes(rule("ferry", "expires = 2026-11-22\n")) == []
    [problem] = lint(rule("ferry", "expires = 2026-11-21\n"))
    assert (problem.code, problem.line) == ("W061", 7)


def test_owners_are_asked_for_once_a_file() -> None:
    pack = rule("ferry").removeprefix(HEAD)
    assert [(p.code, p.line) for p in lint(pack)] == [("W061", 1)]
    assert codes(pack.replace("id = 'a'", "id = 'a'\nowner = 'me'")) == []


def test_unused_fragments_count_only_when_all_queries_could_be_read() -> None:
    fragments = "f = 'ferry'\ng = '$f AND quay'"
    assert codes(rule("$g", fragments=fragments)) == []
    assert codes(rule("harbour", fragments=fragments)) == ["W062", "W062"]
    assert codes(rule("harbour AND", fragments=fragments)) == ["E107"]


def test_unused_entities_are_told_unless_they_are_a_library() -> None:
    own = ENTITIES.replace("library = true", "")
    found = lint(rule("@apple"), own)
    assert [(p.code, p.path, p.title) for p in found] == [
        ("W062", "entities/e.toml", "no rule uses @ferry_line")
    ]
    assert codes(rule("@apple AND"), own) == ["E107"]
    assert codes("[fragments]\nf = '@apple'\n", own) == ["W062"]


def test_channels_of_a_pack_that_all_rules_replace() -> None:
    pack = rule("ferry", "channels = ['x']\n").replace(HEAD, HEAD + "channels = ['y']\n")
    assert codes(pack) == ["W062"]
    more = "[[rule]]\nid = 'b'\ntitle = 'B'\nquery = 'quay'\n" + TESTS
    assert codes(pack + more) == []


# --- any query


words = st.sampled_from(
    [
        *("ferry", "the", "US", "Apple", "京都", '"ferry line"', "ferry~", "strike*", "=Apple"),
        *("@apple", "AND", "OR", "NOT", "(", ")", "NEAR/20", "EXCEPT", "title:", "lang:hi"),
        *("source:a.example", "NOT NEAR/3", "AND", "OR"),
    ]
)


@given(st.lists(words, max_size=12).map(" ".join))
def test_any_query_is_linted_with_places_inside_it(query: str) -> None:
    parsed = parse(query)
    if parsed.broken or parsed.condition is None:
        return
    for flaw in lint_query(Subject(query, parsed.condition, {})):
        assert re.fullmatch(r"W\d{3}", flaw.code)
        assert 0 <= flaw.at[0] < flaw.at[1] <= len(query)
        assert all(0 <= a < b <= len(query) for (a, b), _ in flaw.secondary)
        assert flaw.help

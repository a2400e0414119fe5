"""The engine against every rule by itself: the same matches, the same evidence."""

from dataclasses import replace
from random import Random

import pytest

from monitor.model import Article
from monitor.rules import match, matching
from monitor.rules.conditions import (
    And,
    AtLeast,
    Condition,
    Count,
    Meta,
    Near,
    Not,
    Or,
    Scope,
    Term,
)
from monitor.rules.engine import Engine
from monitor.rules.entities import Entities, Profile
from monitor.rules.linking import link
from monitor.rules.matching import RuleSet
from monitor.rules.parsing import parse
from monitor.text import pattern
from tests.engine_examples import (
    asked,
    by_engine,
    by_every_rule,
    check,
    drawn,
    entities,
    named,
    ruleset_of,
)
from tests.oracle.files import linked
from tests.oracle.reading import term
from tests.oracle.writing import AT, Writer
from tests.test_rules_oracle import by_oracle, read


def article(text: str = "", title: str = "", lang: str | None = "en", **more: object) -> Article:
    made = Article(url="https://a.example/1", title=title, text=text, lang=lang)
    return replace(made, **more)  # type: ignore[arg-type]


def held(ruleset: RuleSet, *texts: Article) -> list[str]:
    """The rules found in an article, once checked against each by itself."""
    check(ruleset, texts)
    return [rule.id for rule in matching(ruleset, texts[-1])]


def decided(ruleset: RuleSet, text: Article) -> tuple[int, int]:
    """How many rules the engine decides, and how many it leaves to be looked at."""
    found = ruleset.engine.select(ruleset.engine.sight(text))
    return len(found.sure), len(found.unsure)


# --- many rules in one set


@pytest.mark.parametrize("seed", range(6))
def test_many_rules_of_the_whole_language_in_articles_of_all_scripts(seed: int) -> None:
    conditions, articles = drawn(seed, 700, 12)
    ruleset = ruleset_of(conditions)
    assert check(ruleset, articles) > 12 * 700 / 12  # otherwise there is little to agree on
    sure, unsure = map(sum, zip(*(decided(ruleset, each) for each in articles), strict=True))
    assert sure > 200
    assert unsure < 0.75 * 12 * 700  # of those selected


def test_two_thousand_rules_in_one_set_agree_with_the_oracle() -> None:
    writer = Writer(Random(2_000))
    conditions = {f"r{number}": writer.rule() for number in range(2_000)}
    ruleset, refused = read(conditions)
    accepted = {name: node for name, node in conditions.items() if name not in refused}
    matches = 0
    for text in (writer.article() for _ in range(3)):
        expected = by_oracle(accepted, text)
        found = {name: set(spans) for name, spans in by_engine(ruleset, text).items()}
        assert found == expected
        matches += len(expected)
    assert matches > 500


def test_the_same_rules_in_articles_that_change_their_language_from_one_to_the_next() -> None:
    ruleset = asked(
        *("ferry~", "Häfen~", "şirket~", "банк~", "شركة~", '"λόγος~"', '="Hafen~"', "Hafen*"),
        *("title:ferry~", "ferry~ NEAR/3 Hafen~", "ferries", '"die ferry~"', "election~"),
    )
    text = (
        "Ferries und die Ferry, die Hafen, Häfen, şirketler şirketin, банки банка, "
        "شركات والشركة, λόγοι λόγου, elections l'élection électoral"
    )
    languages = ["en", "de", None, "tr", "ru", "ar", "el", "xx", "fr", "EN-gb", "de_AT", "en", ""]
    told = {}
    for lang in languages:
        held(ruleset, article(text, "The ferrying", lang))
        told[lang] = by_engine(ruleset, article(text, "The ferrying", lang))
    assert told["en"] == told["EN-gb"] != told["de"]
    assert told["xx"] == told[None] == told[""]
    assert len({str(found) for found in told.values()}) >= 6


def test_rules_that_say_the_same_are_all_found() -> None:
    ruleset = asked(*["ferry NEAR/3 strike AND NOT port"] * 500)
    assert len(held(ruleset, article("a ferry on strike"))) == 500
    assert held(ruleset, article("a ferry on strike in port")) == []


# --- odd articles


@pytest.mark.parametrize(
    "text",
    [
        article(),
        article(title="Ferry strike"),
        article(standfirst="Ferry strike"),
        article(" \n\t\n\f ", "\x00", standfirst="\u2028"),
        article("ferry\x00strike \x00ferry strike\x00"),
        *(
            article(f"ferry{c}strike{c}{c}ferry strike{c}")
            for c in "\f\n\r\v\x1c\x1d\x1e\x85\u2028"
        ),
        *(article(f"ferry{c}strike{c}{c}ferry strike{c}") for c in "\t\x1f\xa0\u3000\u200b\ufeff"),
        article("ferry", "ferry", standfirst="strike"),
        article("strike", "", standfirst="ferry"),
        article("ferry\f", "\fferry\f", standfirst="\nstrike\n"),
        article("ferry " * 5_000 + "strike"),
        article("ferry" * 1_000 + " ferry " + "ferry-" * 1_000 + "strike"),
        article("f" * 5_000 + " strike"),
        article("ferry-strike ferry–strike ferry‑strike ferry - strike ferry-\nstrike"),
        article("FERRY STRIKE IN THE US PORT. Ferry strike in the US port."),
        article("\ud800 ferry \udfff strike"),
    ],
    ids=range(29),
)
def test_odd_articles(text: Article) -> None:
    ruleset = asked(
        *("ferry", "strike", '"ferry strike"', "ferry NEAR/0 strike", "ferry BEFORE/50 strike"),
        *(
            "title:ferry",
            "NOT ferry",
            "ferry AND NOT title:ferry",
            "ferry-strike",
            '="ferry strike"',
        ),
        *("ferrystrike", "=US", "=Ferry", "ferr*", "ferry~", "count(ferry) > 3", "sentence:ferry"),
        *("paragraph:(ferry AND strike)", "ferry NOT NEAR/1 strike", "title:(ferry OR strike)"),
        *("title:(NOT strike)", "body:ferry", "about:strike", "ferry NEAR/0 ferry"),
    )
    check(ruleset, [text])


def test_words_stand_between_fields_and_paragraphs_that_no_text_can_hold() -> None:
    """The engine writes a form feed between fields and a line feed between paragraphs."""
    ruleset = asked('"a b"', "a NEAR/50 b", "b")
    assert held(ruleset, article("b", "a")) == ["2"]
    assert held(ruleset, article("a\fb")) == ["1", "2"]
    assert held(ruleset, article("b", "a\f\n")) == ["2"]
    assert held(ruleset, article("\f\n\f", "\f")) == []


def test_nothing_is_near_across_fields() -> None:
    ruleset = asked("a NEAR/50 b", "b BEFORE/50 a", '"a b"')
    assert held(ruleset, article("b", "a", standfirst="x")) == []
    assert held(ruleset, article("a", "b")) == []
    assert held(ruleset, article("x a " + "x " * 50 + "b")) == ["0"]
    assert held(ruleset, article("x a " + "x " * 51 + "b")) == []


def test_mentions_of_both_sides_that_overlap_are_not_near() -> None:
    ruleset = asked(
        '"a b" NEAR/3 b', '"a b" NEAR/3 "b c"', "a NEAR/3 a", "a-b NEAR/0 b", "b BEFORE/0 a"
    )
    assert held(ruleset, article("a b c")) == []
    assert held(ruleset, article("a b b c")) == ["0", "1", "3"]
    assert held(ruleset, article("a-b")) == []
    assert held(ruleset, article("b a a-b")) == ["0", "2", "4"]


# --- metadata


META = article(
    url="https://News.Daily.Example:8080/Sport/Kolkata/12345?from=Wire",
    outlet="The HERALD",
    authors=("", "Anna Lindqvist", "Mo GROSS"),
    section="World Business",
    country="in",
    lang="zh-Hant_TW",
)


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("source:news.daily.example", True),
        ("source:DAILY.example", True),
        ("source:example", True),
        ("source:aily.example", False),
        ("source:(other.example daily.example)", True),
        ("outlet:'the herald'", True),
        ("outlet:Herald", False),
        ("author:lind", True),
        ("author:'Lindqvist Mo'", False),
        ("author:groß", True),
        ("author:a", True),
        ("section:business", True),
        ("section:'World Business news'", False),
        ("url:/sport/", True),
        ("url:/Sport/kolkata/12345", True),
        ("url:/sport/kolkata/12346", False),
        ("url:wire", True),
        ("country:IN", True),
        ("country:I", False),
        ("lang:zh", True),
        ("lang:zh-hant", True),
        ("lang:ZH_Hant-TW", True),
        ("lang:z", False),
        ("lang:zh-hant-tw-x", False),
        ("NOT source:example", False),
        ("NOT lang:(de en)", True),
        ("title:lang:zh", True),
        ("sentence:lang:zh", False),
        ("paragraph:lang:zh", False),
        ("about:lang:zh", True),
        ("NOT sentence:lang:zh", True),
        ("2 OF (lang:zh, country:in, country:sg)", True),
        ("3 OF (lang:zh, country:in, country:sg)", False),
    ],
)
def test_values_of_metadata(query: str, holds: bool) -> None:
    query = query.replace("'", '"')
    for more in ((), ("lang:en", "source:b.example", "url:/spo", "author:(x y)")):
        assert ("0" in held(asked(query, *more), META)) is holds
    unknown = article(url="https://[x/", lang=None, outlet="", section=None, country=None)
    check(asked(query, "ferry"), [unknown, replace(unknown, url="")])


# --- how words stand


def test_capitals_in_sentences_that_shout() -> None:
    ruleset = asked(
        *("=US", "U.S.", "=Port", "=PORT", '="US Port"', "=US NEAR/3 ferry", "NOT =US", '"in =US"'),
        *("=Port OR =US", "title:=US", "title:=Port", "count(=Port) >= 1", "=Port~", "=Por*"),
    )
    calm = article("The US Port is open. Ask us.", "The US Port")
    loud = article("THE US PORT IS OPEN", "THE US PORT IS OPEN")
    both = article("THE US PORT IS OPEN. The US Port is not.", "THE U.S. PORT IS OPEN")
    found = [held(ruleset, text) for text in (calm, loud, both, article("us port"))]
    assert "0" in found[0]
    assert "0" not in found[1]
    assert "2" in found[1]


def test_a_form_of_a_whole_hyphenated_word_covers_all_of_it() -> None:
    """Here the whole, ``lll``, is written like a form of its first piece."""
    ruleset = asked("lll", '"lll l"', "lll NEAR/3 l", "ll")
    assert held(ruleset, article("l'll-l")) == ["0", "3"]
    assert by_engine(ruleset, article("l'll-l"))["0"] == (("text", 0, 6, "lll"),)


def test_wildcards_leave_out_the_signs_of_words_that_are_not_there_without_them() -> None:
    conditions = [
        linked(term("ferr*")),
        Term("c*", pattern("c*"), AT),
        Term("c?*", pattern("c?*"), AT),
    ]
    ruleset = ruleset_of({str(n): node for n, node in enumerate(conditions)}, {})
    assert held(ruleset, article("C++ and C# and c+")) == []
    assert held(ruleset, article("Ferry+ or C")) == ["0", "1"]
    assert held(ruleset, article("Ferry++ or CC")) == ["0", "1", "2"]


def test_parts_within_parts() -> None:
    ruleset = asked(
        *("sentence:title:(a AND b)", "title:sentence:(a AND b)", "body:title:a", "title:body:a"),
        *("paragraph:title:(a AND NOT b)", "text:title:(a AND b)", "title:title:(a AND b)"),
        *(
            "title:text:(a AND b)",
            "first/3:text:(a AND b)",
            "text:first/1:a",
            "about:title:(a AND b)",
        ),
        *("sentence:text:(a AND b)", "title:(a NEAR/3 b)", "title:(NOT (a AND b))"),
    )
    for text in ("", "a b", "a. B", "x b. X a", "a"):
        for title in ("", "a b", "x a. X b", "a", "A b. A"):
            check(ruleset, [article(text, title), article(text, title, standfirst="a b")])
    assert held(ruleset, article("", "x a. X b")) == ["5", "6", "7", "10", "12"]


def test_words_of_articles_are_not_compared_with_themselves_alone() -> None:
    ruleset = asked('"cyber attack*"', "cyber-attack*", "e-mail~", '"colo?r*"', "har*or", '"pay?"')
    held(ruleset, article("cyber-attacks cyberattack cyber attacked e-mails emails colours pay+"))
    assert held(ruleset, article("har-bor harbo-ur pays")) == ["4", "5"]


def test_a_phrase_with_more_ways_to_write_it_than_the_engine_follows() -> None:
    words = "a-b c-d e-f g-h i-j k-l m-n"  # 128 ways
    ruleset = asked(f'"{words}"', f'NOT "{words}"', f'"{words}" NEAR/2 z', f'title:"{words}"')
    assert held(ruleset, article(words.replace("-", "") + " z")) == ["0", "2"]
    assert held(ruleset, article("a b cd ef g h ij kl mn")) == ["0"]
    assert held(ruleset, article("a b cd ef g h ij kl m")) == ["1"]
    assert "3" in held(ruleset, article(title=words))


# --- large rules, large sets, large articles


def names(number: int) -> list[Condition]:
    return [linked(term(f"name{n}x")) for n in range(number)]


def test_all_of_very_many() -> None:
    whole = " ".join(f"name{n}x" for n in range(2_000))
    for count in (61, 62, 63, 64, 65, 2_000):
        parts = names(count)
        ruleset = ruleset_of(
            {
                "all": And(tuple(parts), AT),
                "not": And((*parts[:-1], Not(parts[-1], AT)), AT),
                "one not": And((parts[0], Not(Or(tuple(parts[1:]), AT), AT)), AT),
                "most": AtLeast(count - 1, tuple(parts), AT),
            },
            {},
        )
        assert held(ruleset, article(whole)) == ["all", "most"]
        assert held(ruleset, article(whole.replace(f"name{count - 1}x", ""))) == ["not", "most"]
        assert held(ruleset, article("name0x")) == ["one not"]


def test_any_of_very_many() -> None:
    parts = tuple(names(5_000))
    near = Near((Or(parts[:2_500], AT), Or(parts[2_500:], AT)), 2, True, AT)
    conditions: dict[str, Condition] = {
        "any": Or(parts, AT),
        "none": Not(Or(parts, AT), AT),
        "title": Scope("title", Or(parts, AT), AT),
        "near": near,
    }
    ruleset = ruleset_of(conditions, {})
    assert held(ruleset, article("the name4999x")) == ["any"]
    assert held(ruleset, article("nothing")) == ["none"]
    assert held(ruleset, article("name0x and name2500x", "name7x")) == ["any", "title", "near"]
    assert held(ruleset, article("name2500x and name0x")) == ["any"]


def test_many_rules_with_one_anchor() -> None:
    queries = [f'"rare word" AND (common OR name{n}x) AND NOT name{n + 1}x' for n in range(500)]
    ruleset = asked(*queries)
    assert len(held(ruleset, article("a rare word is common"))) == 500
    assert len(held(ruleset, article("a rare word is common name7x"))) == 499
    assert held(ruleset, article("a rare word name7x")) == ["7"]
    assert held(ruleset, article("rare, and a common word")) == []


def test_an_entity_with_very_many_names() -> None:
    parts = [parse(f'"Name{n}x Corp"').condition for n in range(3_000)]
    known: Entities = {"many": Profile(names=tuple(parts))}  # type: ignore[arg-type]
    conditions = {q: linked_to(q, known) for q in ("@many", "title:@many", "NOT @many")}
    ruleset = ruleset_of(conditions, known)
    assert held(ruleset, article("The Name2999x Corp", "Name3000x Corp")) == ["@many"]
    assert held(ruleset, article(title="name0x corp")) == ["@many", "title:@many"]
    assert held(ruleset, article("name0x, corp" + "\n" + "Name1x\nCorp")) == ["@many"]
    assert held(ruleset, article("Name1x\nCorp")) == ["NOT @many"]


def linked_to(query: str, known: Entities) -> Condition:
    condition, flaws = link(parse(query).condition, known, {})  # type: ignore[arg-type]
    assert condition is not None, flaws
    return condition


def test_an_article_of_a_megabyte() -> None:
    conditions, _ = drawn(77, 20, 0)
    _, articles = drawn(78, 0, 150)
    text = "\n".join(f"{each.title} {each.text}" for each in articles)
    big = article((text * (1 + 1_000_000 // len(text)))[:1_000_000] + " lastword", "Firstword")
    ruleset = asked("lastword", "firstword", "lastword AND NOT firstword", '"ferry lastword"')
    assert held(ruleset, big) == ["0", "1"]
    assert len(by_engine(ruleset_of(conditions), big)) > 4


# --- what an index cannot anchor


def test_conditions_that_require_nothing() -> None:
    ruleset = asked(
        *("NOT a", "NOT (a OR b)", "NOT (a AND b)", "a OR NOT b", "count(a) < 2", "count(a) == 0"),
        *("count(a) <= 0", "NOT title:a", "title:(NOT a)", "NOT =US", "1 OF (a, NOT b)"),
        *("2 OF (a, NOT b, NOT c)", "NOT (a NEAR/2 b)", "NOT NOT a", "NOT lang:en", "a AND NOT a"),
        *(
            "NOT count(a) > 1",
            "NOT sentence:(a AND b)",
            "sentence:(NOT a)",
            "NOT (NOT a AND NOT b)",
        ),
    )
    texts = ["", "a", "b", "a b", "b c", "a a. b", "US", "A US PORT IN CAPITALS"]
    found = {tuple(held(ruleset, article(t, title))) for t in texts for title in ("", "a", "c")}
    assert len(found) > 12


def test_alternatives_that_nothing_can_satisfy() -> None:
    ruleset = ruleset_of(
        {
            "too many": AtLeast(3, (term_of("a"), term_of("b")), AT),
            "no value": Meta("source", (), AT),
            "either": Or((Meta("source", (), AT), term_of("a")), AT),
            "more": Count(term_of("a"), parse("count(a) > 1").condition.comparison, 0, AT),  # type: ignore[union-attr]
        },
        {},
    )
    assert held(ruleset, article("a b")) == ["either", "more"]
    ruleset.engine.learn([article("a"), article("b")])
    assert held(ruleset, article("a b")) == ["either", "more"]


def term_of(word: str) -> Condition:
    return linked(term(word))


# --- what is decided without looking at a rule


@pytest.mark.parametrize(
    "query",
    [
        *("a", '"a b"', "a OR b", "a AND b", "a AND NOT c", "a AND NOT (c OR d)", "title:a"),
        *("a AND NOT title:b", "a NEAR/3 b", "(a OR c) BEFORE/3 (b OR d)", "a AND lang:en"),
        *("2 OF (a, b)", "1 OF (a, b)", "text:(a AND b)", "title:(a OR b)", "title:(a AND NOT b)"),
        *("a~", "a-b OR b", '"abc*" OR a', "source:a.example"),
    ],
)
def test_usual_rules_are_decided_by_numbers_alone(query: str) -> None:
    ruleset = asked(query)
    assert decided(ruleset, article("a b", "a")) == (1, 0)
    assert held(ruleset, article("a b", "a")) == ["0"]


def test_rules_that_an_article_has_nothing_of_are_not_looked_at() -> None:
    ruleset = asked("sentence:(a AND b)", "count(c) > 2", "about:(a AND c)", "b EXCEPT c")
    assert decided(ruleset, article("a d")) == (0, 0)
    assert decided(ruleset, article("a b")) == (0, 2)


def test_spans_are_of_the_rule_that_asked() -> None:
    ruleset = asked("a", '"a b"', "b OR a", "c")
    spans = {
        m.rule.id: [(s.start, s.end, s.leaf) for s in m.spans]
        for m in match(ruleset, article("a b"))
    }
    assert spans == {
        "0": [(0, 1, "a")],
        "1": [(0, 3, '"a b"')],
        "2": [(0, 1, "a"), (2, 3, "b")],
    }
    assert by_every_rule(ruleset, article("a b")) == by_engine(ruleset, article("a b"))


def test_an_empty_set_and_an_empty_engine() -> None:
    assert match(ruleset_of({}), article("a")) == ()
    engine = Engine(entities())
    assert len(engine) == 0
    assert named(engine, engine.sight(article("a"))) == ([], [])
    assert engine.sight(article("a b")).sizes == (0, 0, 2)

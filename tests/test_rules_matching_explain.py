"""Why a rule holds or not: the truth at every node, and the nearest miss in words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Article
from monitor.rules import load
from monitor.rules.conditions import Condition
from monitor.rules.explaining import Explained, explain
from monitor.rules.matching import Index, analyse, evidence

ENTITIES = """
[entity.quince]
names = ['"Quince Motors"', 'Quincemobile']
weak = ['=Quince']
context = ['car~', 'factory']
except = ['"Quince jam"', '"Quince Street"']

[entity.quince_bank]
names = ['"Quince Motors Bank"']

[entity.pear]
names = ['Pearsoft']
weak = ['=Pear']
"""
TITLE = "Ferry strike spreads"
STANDFIRST = "Unions meet"
TEXT = """The harbour closed at noon. Two lawsuits were filed by a ship owner.
A jam of apples and quinces is sold on Quince Street by Quince. Pear is ripe.
The pilots' union wants a long and costly inquiry into the grounding.
JOIN US FOR THE HARBOUR TALK TODAY"""


def article(**keys: object) -> Article:
    given_keys = {"title": TITLE, "standfirst": STANDFIRST, "text": TEXT, "lang": "en"} | keys
    return Article(url="https://www.harbour.example/a/1", outlet="Harbour Post", **given_keys)  # type: ignore[arg-type]


def read(query: str) -> Condition:
    pack = f"[fragments]\nboat = 'ship OR barge'\n[[rule]]\nid = 'r'\nquery = '''{query}'''\n"
    loaded = load({"entities/e.toml": ENTITIES, "r.toml": pack})
    assert loaded.ruleset is not None, loaded.problems
    KNOWN.update(loaded.ruleset.entities)
    return loaded.ruleset.conditions[0]


KNOWN: dict[str, object] = {}


def explained(query: str, **keys: object) -> Explained:
    condition = read(query)
    return explain(condition, analyse(article(**keys), KNOWN))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "miss"),
    [
        # words
        ("whale", "none"),
        ("lawsuit", "found as “lawsuits”: write lawsuit~"),
        ('"ship owners"', 'found as “ship owner”: write "ship owners~"'),
        ('"lawsuits was filed"', "none; there is no “was”"),
        ('"owner ship"', "its words are there, but not as this phrase"),
        ('"lawsuit was"', "none"),
        ("=ferry", "found as “Ferry” only, and = wants it as written"),
        ("=US", "found as “US” in a line of capitals, where short ones tell nothing"),
        ("title:harbour", "found in the text, not in the title"),
        ("lead:grounding", "found in the text, not in the lead"),
        ("body:ferry", "found in the title, not in the body"),
        ("first/3:noon", "found in the text, not in the first 3 words"),
        ("title:(text:noon)", "found in the text, not in the title"),
        # entities
        ("@quince", "only a weak name of @quince, without context within 15 words"),
        ("@pear", "only a weak name of @pear, without context within 15 words"),
        ("@quince_bank", "none"),
        # nearness
        ("harbour NEAR/5 union", "the closest pair is 13 words apart, NEAR/5 allows 5"),
        ("harbour NEAR/0 noon", "the closest pair is 2 words apart, NEAR/0 allows 0"),
        ("harbour NEAR/0 closed NEAR/0 noon", "the closest are 1 word apart, NEAR/0 allows 0"),
        ("ship BEFORE/5 lawsuits", "the closest pair is 4 words apart, but in another order"),
        ("harbour BEFORE/0 noon", "the closest pair is 2 words apart, BEFORE/0 allows 0"),
        ("harbour NEAR/5 whale", "no mention of whale"),
        ("shark NEAR/5 whale", "no mention of shark or whale"),
        ("ferry NEAR/5 noon", "they stand in different fields, which NEAR never crosses"),
        ("ferry NEAR/5 ferry", "their mentions overlap, and each needs one of its own"),
        # mentions taken away
        (
            "noon NOT NEAR/4 closed",
            "the only mention of noon is near closed: at most 1 word apart, "
            "NOT NEAR/4 wants more than 4",
        ),
        (
            "harbour NOT NEAR/4 (closed OR talk)",
            "every mention of harbour is near closed OR talk: at most 0 words apart, "
            "NOT NEAR/4 wants more than 4",
        ),
        (
            'noon NOT NEAR/4 ("closed at noon" OR shark)',
            'the only mention of noon is near "closed at noon" OR shark: they overlap',
        ),
        ("whale NOT NEAR/4 closed", "no mention of whale"),
        ('jam EXCEPT "a jam"', "the only mention of jam lies inside “A jam”"),
        ('whale EXCEPT "a whale"', "no mention of whale"),
        # counts and lists
        ("count(harbour) >= 3", "2 mentions, count needs 3"),
        ("count(noon) > 1", "1 mention, count needs more than 1"),
        ("noon AND count(harbour) < 2", "1 of 2 parts holds"),
        ("count(harbour) == 1", "2 mentions, count needs exactly 1"),
        ("2 OF (harbour, whale, shark)", "1 of 3 holds, 2 needed"),
        ("about:grounding", "not in the title, not in the lead; 1 mention, 3 would do"),
        ("about:(grounding AND pilots)", "holds neither in the title nor in the lead"),
        # logic
        ("harbour AND noon AND whale", "2 of 3 parts hold"),
        ("whale OR shark", "none of 2 alternatives holds"),
        ("$boat AND $boat AND whale", "2 of 3 parts hold"),
        # sentences
        (
            "sentence:(harbour AND ship)",
            "holds in the article, but in no one sentence; nearest, with 1 of 2 parts: "
            "“The harbour closed at noon”",
        ),
        (
            "paragraph:(jam AND pilots AND inquiry)",
            "holds in the article, but in no one paragraph; nearest, with 2 of 3 parts: "
            "“The pilots' union wants a long and costly inquiry into the grounding”",
        ),
        ("sentence:(harbour AND whale)", "1 of 2 parts holds"),
        ("sentence:(count(harbour) >= 2)", "holds in the article, but in no one sentence"),
        ("sentence:(count(harbour) == 2)", "holds in the article, but in no one sentence"),
        ("title:(sentence:(harbour AND noon))", "0 of 2 parts hold"),
        # metadata
        ("source:other.example", "the source is www.harbour.example"),
        ("outlet:(Gazette)", "the outlet is Harbour Post"),
        ("author:Lindqvist", "no author known"),
    ],
)
def test_the_nearest_miss_is_told(query: str, miss: str) -> None:
    found = explained(query)
    assert not found.holds
    assert found.miss == miss


def test_a_long_sentence_is_cut() -> None:
    text = "\n".join([f"Harbour {'word ' * 30}", "noon"])
    found = explained("paragraph:(harbour AND noon)", text=text)
    assert found.miss.endswith(f"1 of 2 parts: “Harbour {'word ' * 14}…”")


@pytest.mark.parametrize(
    ("text", "miss"),
    [
        ("Jam on Quince Street", "only inside “Quince Street”, an exception of @quince"),
        ("Quince Motors Bank opens", "only within a longer name: @quince_bank"),
    ],
)
def test_names_that_do_not_count_are_told(text: str, miss: str) -> None:
    assert explained("@quince", text=text).miss == miss


def test_an_unknown_language_is_told_where_it_matters() -> None:
    miss = "none; in an article of unknown language ~ finds no other forms"
    assert explained("lawsuit~", lang=None).miss == miss
    assert explained("whale", lang=None).miss == "none"


def test_an_entity_that_nobody_defined_is_told() -> None:
    found = explain(read("@pear"), analyse(article(), {}))
    assert found.miss == "there is no @pear"


def test_what_is_excluded_is_quoted() -> None:
    found = explained("harbour AND NOT (noon OR ship)")
    assert found.children[1] == Explained(
        text="NOT (noon OR ship)",
        holds=False,
        mentions=None,
        miss="found “noon”, “ship”",
        children=found.children[1].children,
    )
    assert explained("harbour AND NOT (a OR the OR at OR by)").children[1].miss == (
        "found “The”, “at”, “by” and 1 more"
    )
    assert explained("harbour AND NOT lang:en").children[1].miss == "what it excludes holds"


def test_the_tree_tells_every_node_in_its_own_scope() -> None:
    found = explained("title:(strike AND harbour) OR $boat OR sentence:(noon AND harbour)")
    assert found.holds
    assert [child.text for child in found.children] == [
        "title:(strike AND harbour)",
        "$boat",
        "sentence:(noon AND harbour)",
    ]
    title, boat, sentence = found.children
    assert (title.holds, title.miss) == (False, "1 of 2 parts holds")
    strike, harbour = title.children[0].children
    assert (strike.holds, strike.mentions, strike.miss) == (True, 1, "")
    assert (harbour.mentions, harbour.miss) == (0, "found in the text, not in the title")
    assert (boat.holds, boat.mentions, boat.children[0].text) == (True, 1, "ship OR barge")
    assert [child.mentions for child in sentence.children[0].children] == [1, 1]


def test_masks_are_told_for_the_whole_article() -> None:
    found = explained("title:(ferry EXCEPT harbour)")
    assert [child.mentions for child in found.children[0].children] == [1, 2]


def test_about_is_told_where_it_holds() -> None:
    assert explained("about:strike").children[0].mentions == 1
    assert explained("about:(harbour OR us)").children[0].mentions == 1
    assert explained("about:(quince OR us)").children[0].mentions == 2


def nodes(found: Explained) -> list[Explained]:
    return [found, *(below for child in found.children for below in nodes(child))]


WORDS = ["ant", "bee", "cat", "ants"]
texts = st.lists(st.sampled_from([*WORDS, "\n", "eel.", "Dog"]), max_size=10).map(" ".join)
leaves = st.sampled_from(["ant", "bee~", '"ant bee"', "=Dog", "eel"])


def _branches(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def form(*shapes: str) -> st.SearchStrategy[str]:
        return st.tuples(st.sampled_from(shapes), inner, inner).map(
            lambda t: t[0].format(f"({t[1]})", f"({t[2]})")
        )

    return form(
        "{0} AND {1}", "{0} OR {1}", "{0} NEAR/1 {1}", "{0} BEFORE/2 {1}", "{0} NOT NEAR/1 {1}",
        "{0} EXCEPT {1}", "ant AND NOT {0}", "title:{0}", "lead:{0}", "first/3:{0}",
        "sentence:{0}", "paragraph:{0}", "about:{0}", "count({0}) >= 2", "2 OF (ant, {0}, {1})",
    )  # fmt: skip


@settings(max_examples=150)
@given(st.recursive(leaves, _branches, max_leaves=4), texts, texts)
def test_a_node_has_a_miss_exactly_if_it_does_not_hold(query: str, title: str, text: str) -> None:
    pack = f"[[rule]]\nid = 'r'\nquery = '''{query}'''\n"
    loaded = load({"r.toml": pack})
    if loaded.ruleset is None:
        return  # NEAR over conditions without mentions
    condition = loaded.ruleset.conditions[0]
    index: Index = analyse(Article(url="", title=title, text=text, lang="en"), {})
    found = explain(condition, index)
    assert found.holds == (evidence(condition, index) is not None)
    for node in nodes(found):
        assert node.holds == (node.miss == "")

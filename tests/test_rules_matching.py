"""Conditions against articles: what holds, and by which words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Article, RuleStatus, Span
from monitor.rules import RuleSet, load, match, merged
from monitor.rules.conditions import And, Condition, Not, Or, Scope, Term
from monitor.rules.matching import analyse, evidence, unmet
from monitor.text import fold, pattern

ENTITIES = """
[entity.ferry_line]
label = "Nordic Ferry Line"
names = ['"Nordic Ferry Line"', 'NordicFerry', '"北方轮渡"']

[entity.nordic]
label = "Nordic Council"
names = ['"Nordic Council"', 'Nordic']

[entity.nordic_twin]
names = ['Nordic']
"""


def article(title: str = "", text: str = "", standfirst: str = "") -> Article:
    return Article(url="https://news.example/1", title=title, text=text, standfirst=standfirst)


def ruleset(query: str, **keys: str) -> RuleSet:
    more = "".join(f"{key} = '{value}'\n" for key, value in keys.items())
    pack = (
        f"[fragments]\nboat = 'ship OR vessel'\n[[rule]]\nid = 'r'\nquery = '''{query}'''\n{more}"
    )
    loaded = load({"rules/entities/e.toml": ENTITIES, "rules/r.toml": pack})
    assert loaded.ruleset is not None, loaded.problems
    return loaded.ruleset


def highlighted(query: str, found: Article) -> list[str] | None:
    """The evidence as field:text, or None if the rule does not hold."""
    matches = match(ruleset(query), found)
    if not matches:
        return None
    spans = matches[0].spans
    return [f"{s.field}:{getattr(found, s.field)[s.start : s.end]}" for s in spans]


NEWS = article(
    title="Nordic Ferry Line’s ship runs aground",
    standfirst="A lawsuit is likely",
    text="The harbour closed.\nPassengers walked home.\nThe U.S. owner was silent. Lawsuit talk.",
)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("harbour", ["text:harbour"]),
        ("lawsuit", ["standfirst:lawsuit", "text:Lawsuit"]),
        ('"ferry line"', ["title:Ferry Line’s"]),
        ('"aground a lawsuit"', None),
        ('"closed passengers"', None),
        ("harbour AND ship", ["title:ship", "text:harbour"]),
        ("harbour AND whale", None),
        ("whale OR harbour OR ship", ["title:ship", "text:harbour"]),
        ("whale OR shark", None),
        ("harbour NOT whale", ["text:harbour"]),
        ("harbour NOT ship", None),
        ("NOT whale AND harbour", ["text:harbour"]),
        ("title:ship", ["title:ship"]),
        ("title:harbour", None),
        ("lead:lawsuit", ["standfirst:lawsuit"]),
        ("lead:passengers", ["text:Passengers"]),
        ("lead:owner", None),
        ("lead:ship", None),
        ("harbour AND NOT title:lawsuit", ["text:harbour"]),
        ("harbour AND title:(NOT lawsuit)", ["text:harbour"]),
        ("harbour AND NOT lead:lawsuit", None),
        ("(title:ship OR title:boat) AND lead:(harbour OR port)", ["title:ship", "text:harbour"]),
        ("@ferry_line", ["title:Nordic Ferry Line’s"]),
        ("title:@ferry_line AND harbour", ["title:Nordic Ferry Line’s", "text:harbour"]),
        ("lead:@ferry_line", None),
        ("@nordic", None),
        ("$boat AND harbour", ["title:ship", "text:harbour"]),
        ("harbour AND NOT $boat", None),
        ("owner AND U.S.", ["text:U.S.", "text:owner"]),
        ('ship AND "ship runs"', ["title:ship", "title:ship runs"]),
    ],
)
def test_a_rule_holds_by_the_mentions_that_satisfy_it(
    query: str, expected: list[str] | None
) -> None:
    assert highlighted(query, NEWS) == expected


def test_the_longest_name_wins_across_entities_and_equal_ones_count_for_both() -> None:
    found = article(
        title="Nordic Ferry Line joins Nordic Council", text="A Nordic idea. 北方轮渡公司"
    )
    assert highlighted("@ferry_line", found) == ["title:Nordic Ferry Line", "text:北方轮渡"]
    assert highlighted("@nordic", found) == ["title:Nordic Council", "text:Nordic"]
    assert highlighted("@nordic_twin", found) == ["text:Nordic"]


def test_leaves_are_told_as_the_operator_wrote_them() -> None:
    [found] = match(ruleset('@ferry_line AND ("Harbour" OR Whale) AND $boat'), NEWS)
    assert [span.leaf for span in found.spans] == ["@ferry_line", "ship", '"Harbour"']
    assert found.spans[0] == Span("title", 0, 19)


def test_rules_that_are_off_are_loaded_but_never_match() -> None:
    rules = ruleset("harbour", status="off")
    assert rules.rules[0].status is RuleStatus.OFF
    assert match(rules, NEWS) == ()


def test_an_empty_article_matches_nothing() -> None:
    assert match(ruleset("harbour"), article()) == ()
    assert match(ruleset("lead:harbour"), article()) == ()


def test_overlapping_spans_are_merged_in_reading_order() -> None:
    spans = (
        Span("title", 0, 4),
        Span("title", 2, 9),
        Span("title", 9, 12),
        Span("text", 0, 3),
        Span("text", 0, 1),
    )
    assert merged(spans) == [("title", 0, 9), ("title", 9, 12), ("text", 0, 3)]


@pytest.mark.parametrize(
    ("query", "blame"),
    [
        ("harbour AND whale AND shark", ("whale", "shark")),
        ("(whale OR title:harbour) AND ship", ("whale", "title:harbour")),
        ("harbour AND NOT ship", ("NOT ship",)),
        ("@nordic AND $boat", ("@nordic",)),
        ("harbour", ()),
    ],
)
def test_what_does_not_hold_is_named(query: str, blame: tuple[str, ...]) -> None:
    rules = ruleset(query)
    assert unmet(rules.conditions[0], analyse(NEWS, rules.entities)) == blame


# --- laws: the evaluator against plain logic

WORDS = ["ant", "bee", "cat", "dog"]
texts = st.lists(st.sampled_from([*WORDS, "\n", "eel"]), max_size=8).map(" ".join)
articles = st.builds(article, title=texts, text=texts, standfirst=texts)
leaves = st.sampled_from(WORDS).map(lambda word: Term(word, pattern(word), (0, 0)))


def _branches(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    some = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return (
        st.builds(And, some, st.just((0, 0)))
        | st.builds(Or, some, st.just((0, 0)))
        | st.builds(Not, inner, st.just((0, 0)))
        | st.builds(Scope, st.sampled_from(["title", "lead"]), inner, st.just((0, 0)))
    )


def holds(node: Condition, fields: dict[str, list[str]]) -> bool:
    """The obvious evaluator over words by field; the lead is a field of its own here."""
    match node:
        case Term():
            return any(node.leaf in fields[name] for name in fields)
        case And():
            return all(holds(child, fields) for child in node.children)
        case Or():
            return any(holds(child, fields) for child in node.children)
        case Not():
            return not holds(node.child, fields)
        case Scope("title"):
            return holds(node.child, {k: v for k, v in fields.items() if k == "title"})
        case Scope():
            return holds(node.child, {k: v for k, v in fields.items() if k in ("stand", "lead")})
    raise AssertionError(node)


def by_field(found: Article) -> dict[str, list[str]]:
    lines = [line.split() for line in found.text.split("\n") if line.strip()]
    return {
        "title": found.title.split(),
        "stand": found.standfirst.split(),
        "lead": [word for line in lines[:2] for word in line],
        "rest": [word for line in lines[2:] for word in line],
    }


@given(st.recursive(leaves, _branches, max_leaves=8), articles)
def test_conditions_hold_exactly_as_logic_says(condition: Condition, found: Article) -> None:
    spans = evidence(condition, analyse(found, {}))
    assert (spans is not None) == holds(condition, by_field(found))
    for span in spans or ():
        assert fold(getattr(found, span.field)[span.start : span.end]) == span.leaf


@given(st.recursive(leaves, _branches, max_leaves=8), articles)
def test_there_is_blame_if_and_only_if_a_condition_fails(
    condition: Condition, found: Article
) -> None:
    index = analyse(found, {})
    assert bool(unmet(condition, index)) == (evidence(condition, index) is None)

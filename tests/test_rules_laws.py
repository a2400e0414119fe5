"""Laws of the rule language, over random conditions and articles of the whole language."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from monitor.model import Article, Span
from monitor.rules import RuleSet, load, match
from monitor.rules.conditions import (
    About,
    And,
    AtLeast,
    Comparison,
    Condition,
    Count,
    Except,
    Fragment,
    Near,
    Not,
    NotNear,
    Or,
    Scope,
    Term,
    show,
)
from monitor.rules.matching import analyse, evidence
from monitor.rules.parsing import parse
from monitor.text import fold, fold_word
from tests.oracle.files import linked, rule_files
from tests.oracle.writing import Writer

AT = (0, 0)
EMPTY = load(rule_files({})).ruleset

randoms = st.randoms(use_true_random=False)
articles = randoms.map(lambda random: Writer(random).article())


conditions = randoms.map(lambda random: linked(Writer(random).condition(2)))
positionals = randoms.map(lambda random: linked(Writer(random).positional(2)))
rules = randoms.map(lambda random: Writer(random).rule())


def found(node: Condition, article: Article) -> set[Span] | None:
    assert EMPTY is not None
    spans = evidence(node, analyse(article, EMPTY.entities))
    return None if spans is None else set(spans)


def holds(node: Condition, article: Article) -> bool:
    return found(node, article) is not None


# --- reading and writing


def plain(node: Condition) -> Condition:
    """A condition without its places in a query, and without what the text room made of it."""
    match node:
        case Term():
            return replace(node, at=AT, pattern=())
        case And() | Or() | Near() | AtLeast():
            return replace(node, at=AT, children=tuple(map(plain, node.children)))
        case Not() | Scope() | About() | Count():
            return replace(node, at=AT, child=plain(node.child))
        case NotNear():
            return replace(node, at=AT, child=plain(node.child), other=plain(node.other))
        case Except():
            return replace(node, at=AT, child=plain(node.child), mask=plain(node.mask))
        case Fragment():
            return replace(node, at=AT, condition=None)
        case _:
            return replace(node, at=AT)


@given(rules)
def test_what_is_shown_is_read_again(node: Condition) -> None:
    parsed = parse(show(node))
    assert [flaw for flaw in parsed.flaws if flaw.severity == "error"] == []
    assert parsed.condition is not None
    assert plain(parsed.condition) == plain(node)
    assert show(parsed.condition) == show(node)


PIECES = [
    *("ferry", "port", '"', '"a b"', "(", ")", "AND", "OR", "NOT", "and", "NEAR/3", "BEFORE/0"),
    *("NOT NEAR/2", "NEAR", "near/99", "EXCEPT", "title:", "lead:", "titel:", "first/5:", "first:"),
    *("sentence:", "about:", "count(", ">=", "==", "=", "3", "2 OF (", "OF", ",", "lang:en", "~"),
    *(
        "source:",
        "country:(IN SG)",
        "@port",
        "@",
        "$boat",
        "$",
        "=US",
        "ferr*",
        "*",
        "?",
        "f?",
        "-",
    ),
    *(
        "+",
        "w/5",
        "“",
        "”",
        "’",
        "東京",
        "\n",
        "// no",
        "//",
        "\t",
        "\x00",
        "\u200b",
        "𝔘",
        "…",
        "#",
    ),
]
mashes = st.lists(st.sampled_from(PIECES), max_size=14).flatmap(
    lambda pieces: st.sampled_from(["", " ", "  "]).map(lambda glue: glue.join(pieces))
)


@given(st.text(max_size=60) | mashes)
@settings(max_examples=400)
def test_any_text_is_a_condition_or_has_a_flaw_at_a_place_within(query: str) -> None:
    parsed = parse(query)
    errors = [flaw for flaw in parsed.flaws if flaw.severity == "error"]
    assert errors or parsed.condition is not None
    for flaw in parsed.flaws:
        for start, end in (flaw.at, *(at for at, _ in flaw.secondary)):
            assert 0 <= start <= end <= len(query)
        assert flaw.title
        assert flaw.code[0] in "EW"


@given(mashes.filter(lambda query: "'" not in query and query.isprintable()))
@settings(max_examples=100)
def test_problems_of_a_file_stand_at_places_in_it(query: str) -> None:
    text = f"[[rule]]\nid = 'r'\nquery = '''{query}'''\n"
    loaded = load({"r.toml": text})
    assert (loaded.ruleset is None) == any(p.severity == "error" for p in loaded.problems)
    lines = text.split("\n")
    for problem in loaded.problems:
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1


# --- logic


@given(conditions, conditions, articles)
def test_de_morgan(a: Condition, b: Condition, article: Article) -> None:
    neither = Not(Or((a, b), AT), AT)
    not_both = Not(And((a, b), AT), AT)
    assert holds(neither, article) == holds(And((Not(a, AT), Not(b, AT)), AT), article)
    assert holds(not_both, article) == holds(Or((Not(a, AT), Not(b, AT)), AT), article)


@given(conditions, articles)
def test_double_negation_and_the_excluded_middle(a: Condition, article: Article) -> None:
    assert holds(Not(Not(a, AT), AT), article) == holds(a, article)
    assert holds(Not(a, AT), article) != holds(a, article)


@pytest.mark.parametrize("kind", [And, Or])
@given(a=conditions, b=conditions, c=conditions, article=articles)
def test_and_or_commute_and_associate_in_what_they_find(
    kind: type[And] | type[Or], a: Condition, b: Condition, c: Condition, article: Article
) -> None:
    flat = found(kind((a, b, c), AT), article)
    assert found(kind((c, a, b), AT), article) == flat
    assert found(kind((kind((a, b), AT), c), AT), article) == flat
    assert found(kind((a, kind((b, c), AT)), AT), article) == flat


@given(st.lists(conditions, min_size=2, max_size=4), articles)
def test_at_least_lies_between_or_and_and(parts: list[Condition], article: Article) -> None:
    children = tuple(parts)
    wanted = [found(AtLeast(n, children, AT), article) for n in range(1, len(parts) + 1)]
    assert wanted[0] == found(Or(children, AT), article)
    assert wanted[-1] == found(And(children, AT), article)
    assert sum(spans is not None for spans in wanted) == sum(holds(p, article) for p in parts)


# --- scopes


@given(positionals, articles)
def test_the_title_is_in_the_top_and_the_top_in_the_text(a: Condition, article: Article) -> None:
    assume(not _excludes(a))
    wider = [found(Scope(name, a, AT), article) or set() for name in ("title", "top", "text")]
    assert wider[0] <= wider[1] <= wider[2] == (found(a, article) or set())
    lead, body = (found(Scope(name, a, AT), article) or set() for name in ("lead", "body"))
    assert lead <= body <= wider[2]
    assert lead <= wider[1]


@given(positionals, articles)
def test_a_sentence_is_in_a_paragraph(a: Condition, article: Article) -> None:
    assume(not _excludes(a))
    sentence, paragraph = Scope("sentence", a, AT), Scope("paragraph", a, AT)
    assert (found(sentence, article) or set()) <= (found(paragraph, article) or set())
    assert found(Scope("paragraph", sentence, AT), article) == found(sentence, article)
    assert found(Scope("sentence", paragraph, AT), article) == found(sentence, article)


def _excludes(node: Condition) -> bool:
    """Whether something less in view can make more of the node: NOT NEAR looks in its scope."""
    return "NOT NEAR" in show(node)


@pytest.mark.parametrize(
    "scope", ["title", "lead", "top", "body", "text", "sentence", "paragraph", "first"]
)
@given(a=conditions, article=articles, count=st.integers(1, 12))
def test_a_scope_in_itself_is_the_same(
    scope: str, a: Condition, article: Article, count: int
) -> None:
    once = Scope(scope, a, AT, count if scope == "first" else 0)
    assert found(replace(once, child=once), article) == found(once, article)


@given(positionals, articles, st.integers(1, 12))
def test_more_first_words_find_more(a: Condition, article: Article, count: int) -> None:
    assume(not _excludes(a))
    fewer, more = (found(Scope("first", a, AT, n), article) or set() for n in (count, count + 1))
    assert fewer <= more


# --- mentions


@given(positionals, positionals, articles, st.integers(0, 9), st.booleans())
def test_a_wider_near_finds_all_that_a_narrower_finds(
    a: Condition, b: Condition, article: Article, distance: int, ordered: bool
) -> None:
    narrow, wide = (
        found(Near((a, b), n, ordered, AT), article) or set() for n in (distance, distance + 1)
    )
    assert narrow <= wide
    assert wide <= (found(Or((a, b), AT), article) or set())


@given(st.lists(positionals, min_size=2, max_size=3), articles, st.integers(0, 6))
def test_before_is_near_in_one_order(
    parts: list[Condition], article: Article, distance: int
) -> None:
    children = tuple(parts)
    ordered, free, backwards = (
        found(node, article) or set()
        for node in (
            Near(children, distance, True, AT),
            Near(children, distance, False, AT),
            Near(children[::-1], distance, False, AT),
        )
    )
    assert ordered <= free == backwards


@given(positionals, positionals, articles, st.integers(0, 9))
def test_near_and_not_near_share_out_the_mentions(
    a: Condition, b: Condition, article: Article, distance: int
) -> None:
    clear = found(NotNear(a, b, distance, AT), article) or set()
    clearer = found(NotNear(a, b, distance + 1, AT), article) or set()
    assert clearer <= clear <= (found(a, article) or set())
    assert found(NotNear(a, a, distance, AT), article) is None


@given(positionals, positionals, articles)
def test_except_only_takes_away(a: Condition, b: Condition, article: Article) -> None:
    everything = found(a, article)
    assert (found(Except(a, b, AT), article) or set()) <= (everything or set())
    assert found(Except(a, a, AT), article) is None
    twice = Except(Except(a, b, AT), b, AT)
    assert found(twice, article) == found(Except(a, b, AT), article)
    if not holds(b, article):
        assert found(Except(a, b, AT), article) == everything


@given(positionals, articles, st.integers(0, 5))
def test_counts(a: Condition, article: Article, number: int) -> None:
    def count(comparison: Comparison, limit: int) -> bool:
        return holds(Count(a, comparison, limit, AT), article)

    assert found(Count(a, Comparison.AT_LEAST, 1, AT), article) == found(a, article)
    assert count(Comparison.EQUAL, 0) == (not holds(a, article))
    assert count(Comparison.AT_LEAST, number) != count(Comparison.LESS, number)
    assert count(Comparison.MORE, number) != count(Comparison.AT_MOST, number)
    assert count(Comparison.AT_LEAST, number + 1) == count(Comparison.MORE, number)
    both = count(Comparison.AT_LEAST, number) and count(Comparison.AT_MOST, number)
    assert both == count(Comparison.EQUAL, number)


@given(positionals, articles)
def test_about_is_title_or_lead_or_three(a: Condition, article: Article) -> None:
    places = (Scope("title", a, AT), Scope("lead", a, AT), Count(a, Comparison.AT_LEAST, 3, AT))
    assert holds(About(a, AT), article) == holds(Or(places, AT), article)


# --- evidence


@given(rules, articles)
def test_spans_lie_in_the_text_and_cover_whole_words(node: Condition, article: Article) -> None:
    for span in found(linked(node), article) or ():
        text = getattr(article, span.field)
        assert 0 <= span.start < span.end <= len(text)
        assert fold(text[span.start : span.end])
        for at in (span.start, span.end):
            around = text[max(at - 1, 0) : at + 1]
            assert not (len(around) == 2 and around.isalpha() and around.isascii())


WORDS = ["ferry", "Port", "strike", "=Nordic", '"cargo ship"', "Île", "=Straße", "банк", "λόγος"]


@given(st.sampled_from(WORDS), articles)
def test_spans_fold_to_their_term(word: str, article: Article) -> None:
    node = linked(Scope("text", parse(word).condition or pytest.fail(word), AT))
    for span in found(node, article) or ():
        written = getattr(article, span.field)[span.start : span.end]
        if written[1:2] not in "’'":  # l’île is found by Île
            wanted = [fold_word(part) for part in word.strip("=").replace('"', "").split()]
            assert fold(written.removeprefix("$")).split() == wanted
        assert span.leaf == word


@given(st.lists(rules, min_size=2, max_size=5), articles)
@settings(max_examples=40, deadline=None)
def test_each_rule_alone_finds_what_it_finds_among_others(
    nodes: list[Condition], article: Article
) -> None:
    alone = [load(rule_files({f"r{n}": node})).ruleset for n, node in enumerate(nodes)]
    sound = {f"r{n}": node for n, node in enumerate(nodes) if alone[n]}
    together = load(rule_files(sound)).ruleset
    assert together is not None
    separate = {}
    for ruleset in filter(None, alone):
        separate |= _matches(ruleset, article)
    assert _matches(together, article) == separate
    backwards = replace(together, rules=together.rules[::-1], conditions=together.conditions[::-1])
    assert _matches(backwards, article) == separate


def _matches(ruleset: RuleSet, article: Article) -> dict[str, tuple[Span, ...]]:
    return {found.rule.id: found.spans for found in match(ruleset, article)}


def test_the_writer_uses_the_whole_language() -> None:
    shown = " ".join(show(Writer(Random(n)).rule()) for n in range(400))
    operators = ["AND NOT", " OR ", "NEAR/", "BEFORE/", "NOT NEAR/", "EXCEPT", "count(", " OF ("]
    operators += ["about:", "first/", "sentence:", "paragraph:", "lead:", "top:", "body:", "@", "$"]
    operators += ["source:", "lang:", "author:", "url:", "=US", "~", "*", "?"]
    assert [operator for operator in operators if operator not in shown] == []

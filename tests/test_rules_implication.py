"""Which conditions follow from which: examples both ways, and soundness by the plain evaluator."""

from itertools import permutations
from random import Random

import pytest

from monitor.rules import load
from monitor.rules.conditions import (
    And,
    AtLeast,
    Condition,
    Near,
    Not,
    Or,
    Scope,
    children,
    is_positional,
    show,
)
from monitor.rules.contradictions import contradictions
from monitor.rules.implication import finds_only, holds_one, implies, key
from monitor.rules.parsing import parse
from tests.oracle import Reading
from tests.oracle.files import linked
from tests.oracle.writing import AT, ENTITIES, Writer


def read(query: str) -> Condition:
    parsed = parse(query)
    assert not parsed.broken, parsed.flaws
    assert parsed.condition is not None
    return parsed.condition


@pytest.mark.parametrize(
    ("given", "goal"),
    [
        ("ferry", "Ferry"),
        ('"ferry"', "ferry"),
        ('"ferry strike"', "strike"),
        ('"cargo ferry strike"', '"ferry strike"'),
        ('"e-mail fraud"', "e-mail"),
        ("ferry", "ferry~"),
        ("ferryboat", "ferry*"),
        ("ferryb*", "ferry*"),
        ("ferry", "fer?y"),
        ("=Ferry", "ferry"),
        ("=Ferry~", "ferry~"),
        ('"$PORT"', "port"),
        ("@port AND ferry", "@port"),
        ("ferry AND port", "port AND ferry"),
        ("ferry", "ferry OR port"),
        ("ferry OR port", "port OR quay OR ferry"),
        ("NOT ferry AND x", 'NOT "ferry strike"'),
        ("2 OF (a, b, c)", "a OR b"),
        ("2 OF (a, b, c)", "1 OF (a, b, c)"),
        ("a AND b", "2 OF (a, b, c)"),
        ("a NEAR/3 b", "a NEAR/8 b"),
        ("a NEAR/3 b", "b NEAR/3 a"),
        ("a BEFORE/3 b", "b NEAR/3 a"),
        ('"big a" NEAR/3 b', '"big a" NEAR/4 b'),
        ("a NEAR/3 b", "a AND b"),
        ('"a b"', "a BEFORE/0 b"),
        ('"a b c"', "c NEAR/2 b"),
        ("a NEAR/3 (b OR c)", "a NEAR/3 (c OR b OR d)"),
        ('ferry EXCEPT "ferry tale"', "ferry"),
        ("ferry EXCEPT (@port OR @twin)", "ferry EXCEPT @port"),
        ("ferry NOT NEAR/5 port", "ferry NOT NEAR/2 port"),
        ("ferry NOT NEAR/5 (port OR quay)", "ferry"),
        ("title:ferry", "ferry"),
        ("title:ferry", "top:ferry"),
        ("lead:ferry", "body:ferry"),
        ("first/5:ferry", "first/9:ferry"),
        ("sentence:(a AND b)", "paragraph:(a AND b)"),
        ("sentence:(a AND b)", "a AND b"),
        ("title:(a AND NOT b)", "title:(NOT b)"),
        ("text:ferry", "ferry"),
        ("ferry", "text:ferry"),
        ("title:ferry", "about:ferry"),
        ("about:ferry", "ferry"),
        ("about:(ferry AND port)", "port"),
        ("count(ferry) >= 3", "count(ferry) > 1"),
        ("count(ferry) == 3", "count(ferry) <= 4"),
        ("count(ferry) >= 1", "ferry"),
        ("ferry", "count(ferry) > 0"),
        ("title:(count(ferry) >= 2)", "count(ferry) >= 2"),
        ("source:news.port.example", "source:port.example"),
        ("lang:en-GB", "lang:en"),
        ("country:IN", "country:(in sg)"),
        ('author:"A. Lind"', "author:lind"),
        ("section:business-india", "section:(india sport)"),
    ],
)
def test_what_follows(given: str, goal: str) -> None:
    assert implies(read(given), read(goal))


@pytest.mark.parametrize(
    ("given", "goal"),
    [
        ("ferry", "ferries"),
        ("ferries", "ferry~"),  # the stem depends on the article's language
        ("ferry~", "ferry"),
        ("ferry*", "ferry"),
        ("ferry", "=Ferry"),
        ("=Ferry", "=ferry"),
        ("=Port*", "=Port"),
        ("port", '"$PORT"'),
        ("C", '"C++"'),
        ('"C++"', "C"),
        ("ferry?", "ferry*n"),
        ("email", "e-mail"),
        ("e-mail", "mail"),  # the article may write it as one word
        ('"a b"', '"b a"'),
        ('"a b"', "b BEFORE/9 a"),
        ('"a x b"', "a NEAR/5 b"),  # x may be several tokens
        ('"a b"', "a NEAR/0 @b"),
        ("a OR b", "a"),
        ("2 OF (a, b, c)", "a"),
        ("1 OF (a, b, c)", "2 OF (a, b, c)"),
        ("a NEAR/8 b", "a NEAR/3 b"),
        ("a NEAR/3 b", "a BEFORE/3 b"),
        ("a NEAR/3 b", "a NEAR/3 b NEAR/3 c"),
        ("a NEAR/3 b", '"a b"'),
        ("ferry", 'ferry EXCEPT "ferry tale"'),
        ("ferry NOT NEAR/2 port", "ferry NOT NEAR/5 port"),
        ("title:(ferry NOT NEAR/2 port)", "ferry NOT NEAR/2 port"),
        ("title:(NOT ferry)", "NOT ferry"),
        ("ferry", "title:ferry"),
        ("top:ferry", "title:ferry"),
        ("body:ferry", "first/9:ferry"),
        ("first/9:ferry", "first/5:ferry"),
        ("paragraph:(a AND b)", "sentence:(a AND b)"),
        ("about:ferry", "title:ferry"),
        ("title:(count(a OR b) >= 2)", "count(a OR b) >= 2"),
        ("body:(about:(a OR b))", "about:(a OR b)"),
        ("count(ferry) >= 2", "count(ferry) >= 3"),
        ("count(ferry) < 2", "ferry"),
        ("source:port.example", "source:news.port.example"),
        ("lang:en", "lang:en-GB"),
        ("source:a.example", "outlet:a.example"),
        ("$boats", "ferry"),
        ("ferry", "$boats"),
        ("NOT ferry AND x", "NOT port"),
    ],
)
def test_what_does_not_follow(given: str, goal: str) -> None:
    assert not implies(read(given), read(goal))


def test_mentions_are_told_from_what_merely_holds() -> None:
    phrase, word = read('"ferry strike"'), read("strike")
    assert implies(phrase, word)
    assert holds_one(phrase, word)
    assert not finds_only(phrase, word)
    assert finds_only(read("strike"), read("strike~"))
    assert holds_one(read('"ferry strike" NEAR/3 port'), word)
    assert not holds_one(word, phrase)
    assert not finds_only(read("a AND b"), read("a"))
    assert finds_only(read("title:(a OR b)"), read("a OR b OR c"))
    assert finds_only(read("title:a"), read("top:a"))
    assert not finds_only(read("top:a"), read("title:a"))
    assert finds_only(read("a EXCEPT (b OR c)"), read("(a OR d) EXCEPT c"))
    assert not finds_only(read("a EXCEPT b"), read("a EXCEPT (b OR c)"))
    assert finds_only(read("a NOT NEAR/5 (b OR c)"), read("a NOT NEAR/3 b"))
    assert not finds_only(read("a NOT NEAR/3 b"), read("a NOT NEAR/5 b"))
    assert finds_only(read("a NEAR/2 b"), read("(b OR c) NEAR/3 a"))
    assert not finds_only(read("a"), read("a NEAR/3 b"))
    assert holds_one(read("(a OR b) EXCEPT c"), read("a OR b OR d"))
    assert holds_one(read('"a b" OR "a c"'), read("a"))
    assert not holds_one(read("a"), read("@b"))


def test_keys_are_equal_whatever_the_order_and_the_case() -> None:
    assert key(read("(a OR B) AND c")) == key(read('C AND (b OR "A")'))
    assert key(read("a NEAR/2 b")) == key(read("b NEAR/2 a"))
    assert key(read("a BEFORE/2 b")) != key(read("b BEFORE/2 a"))
    assert key(read("2 OF (a, b, b)")) != key(read("2 OF (a, a, b)"))
    assert key(read("lang:en")) != key(read("lang:de"))


@pytest.mark.parametrize(
    ("query", "at"),
    [
        ("ferry AND NOT ferry", "ferry"),
        ('"ferry port" AND NOT (quay OR port)', "port"),
        ("title:ferry AND NOT ferry", "ferry"),
        ("port AND (quay OR (ferry AND NOT Ferry))", "Ferry"),
        ("ferry AND count(ferry) == 0", "count(ferry) == 0"),
        ("count(ferry) > 3 AND count(ferry) <= 3", "count(ferry) <= 3"),
        ("ferry AND lang:en AND lang:(de fr)", "lang:(de fr)"),
        ("source:a.example AND source:b.example", "source:b.example"),
        ('"ferry port" NOT NEAR/2 port', "port"),
        ("sentence:(a AND NOT a) AND b", "a"),
    ],
)
def test_contradictions_are_found_and_placed(query: str, at: str) -> None:
    [flaw] = contradictions(read(query))
    assert flaw.code == "E141"
    assert query[slice(*flaw.at)] == at
    assert flaw.at[0] == query.rindex(at, 0, flaw.at[1])


@pytest.mark.parametrize(
    "query",
    [
        "ferry AND NOT port",
        'ferry AND NOT "ferry port"',
        "ferry AND NOT title:ferry",
        "ferry AND NOT =Ferry",
        "lang:en AND lang:en-GB AND ferry",
        "author:lind AND author:mo",
        "count(ferry) >= 3 AND count(port) < 3",
        "port NOT NEAR/2 ferry",
        "$boats AND NOT ferry",
    ],
)
def test_what_can_hold_is_no_contradiction(query: str) -> None:
    assert contradictions(read(query)) == ()


# --- soundness


def subtrees(node: Condition) -> list[Condition]:
    return [node, *(below for child in children(node) for below in subtrees(child))]


def related(random: Random, nodes: list[Condition]) -> list[Condition]:
    """Conditions that have something to do with some others."""
    found = list(nodes)
    for node in random.sample(nodes, min(len(nodes), 12)):
        other = random.choice(nodes)
        found += [
            Or((other, node), AT),
            And((node, other), AT),
            AtLeast(2, (node, other, random.choice(nodes)), AT),
            *(Scope(random.choice(["title", "lead", "top", "body"]), node, AT) for _ in "ab"),
            Scope(random.choice(["sentence", "paragraph"]), node, AT),
            Scope("first", node, AT, random.choice([3, 8])),
        ]
        if isinstance(node, Near):
            found.append(Near(node.children[::-1], node.distance + 2, False, AT))
        if is_positional(node) and is_positional(other):
            found.append(Near((node, other), random.choice([1, 4]), random.random() < 0.5, AT))
    return found


@pytest.mark.parametrize("seed", range(3))
def test_what_is_said_to_follow_holds_in_every_article(seed: int) -> None:
    random = Random(seed)
    writer = Writer(random)
    nodes = [below for _ in range(4) for below in subtrees(linked(writer.rule()))]
    pool = list({show(node): node for node in related(random, nodes)}.values())
    pool = random.sample(pool, min(len(pool), 80))
    pairs = [(a, b) for a, b in permutations(pool, 2) if implies(a, b)]
    positional = [(a, b) for a, b in pairs if is_positional(a) and finds_only(a, b)]
    assert len(pairs) > 30
    seen = 0
    for _ in range(25):
        reading = Reading(writer.article(), ENTITIES)
        for view in (reading.whole, *views(reading)):
            held = {id(node): reading.holds(node, view) is not None for node in pool}
            wrong = [(show(a), show(b)) for a, b in pairs if held[id(a)] and not held[id(b)]]
            assert wrong == [], reading.article
            seen += sum(held[id(a)] for a, _ in pairs)
        for a, b in positional:
            found, among = reading.mentions(a, reading.whole), reading.mentions(b, reading.whole)
            assert {m.place for m in found} <= {m.place for m in among}, (show(a), show(b))
    assert seen > 100


def views(reading: Reading) -> list[dict[str, tuple[int, int]]]:
    """Some narrower scopes."""
    length = reading.whole["text"][1]
    return [{"title": reading.whole["title"]}, {"text": (0, length // 2)}]


def test_fragments_are_opened_and_blamed_where_they_are_named() -> None:
    head = "[fragments]\nboats = 'ferry OR ship'\nnone = 'NOT $boats'\nsea = 'NOT quay'\n"
    for query, at in [("ferry AND $none", "$none"), ("NOT $sea AND $sea AND ferry", "$sea AND f")]:
        pack = f"{head}[[rule]]\nid = 'a'\nquery = '{query}'\n"
        [problem] = load({"p.toml": pack}).problems
        assert (problem.code, problem.line) == ("E141", 7)
        assert problem.column == len("query = '") + query.index(at) + 1


def test_negation_turns_implication_round() -> None:
    for given, goal in [("ferry", "ferry OR port"), ('"ferry port"', "port")]:
        assert implies(Not(read(goal), AT), Not(read(given), AT))
        assert not implies(Not(read(given), AT), Not(read(goal), AT))

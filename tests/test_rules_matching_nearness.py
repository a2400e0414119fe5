"""Mentions as bits against plain enumeration; long articles stay quick."""

from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from random import Random
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Article
from monitor.rules import load
from monitor.rules.matching import analyse, evidence
from monitor.rules.proximity import (
    any_near,
    clear_of,
    closest,
    covers,
    disjoint,
    members,
    members_within,
    outside_of,
)

Range = tuple[int, int]

ranges = st.tuples(st.integers(0, 24), st.integers(1, 4)).map(lambda p: (p[0], p[0] + p[1]))
operand = st.lists(ranges, max_size=5, unique=True).map(sorted)
chains = st.lists(operand, min_size=2, max_size=4)
distances = st.integers(0, 6)


def tuples(
    operands: Sequence[Sequence[Range]], distance: int, ordered: bool
) -> Iterator[tuple[Range, ...]]:
    """Every tuple of mentions whose neighbours are near enough."""
    for picked in product(*operands):
        line = picked if ordered else sorted(picked)
        if all(0 <= right[0] - left[1] <= distance for left, right in pairwise(line)):
            yield picked


@given(chains, distances, st.booleans())
def test_chains_are_found_as_by_trying_all(
    operands: list[list[Range]], distance: int, ordered: bool
) -> None:
    found = list(tuples(operands, distance, ordered))
    assert any_near(operands, distance, ordered=ordered) == bool(found)
    taking_part = [sorted({line[n] for line in found}) for n in range(len(operands))]
    assert list(map(list, members(operands, distance, ordered=ordered))) == taking_part
    spanned = sorted({(min(line)[0], max(line)[1]) for line in found})
    assert covers(operands, distance, ordered=ordered) == spanned


@given(chains, distances, st.booleans(), st.data())
def test_chosen_covers_rest_on_their_own_mentions(
    operands: list[list[Range]], distance: int, ordered: bool, data: st.DataObject
) -> None:
    every = covers(operands, distance, ordered=ordered)
    chosen = data.draw(st.sets(st.sampled_from([*every, (0, 1)]))) if every else {(0, 1)}
    lines = [
        line
        for line in tuples(operands, distance, ordered)
        if (min(line)[0], max(line)[1]) in chosen
    ]
    expected = [sorted({line[n] for line in lines}) for n in range(len(operands))]
    assert members_within(operands, distance, chosen, ordered=ordered) == expected


@given(chains, st.booleans())
def test_the_closest_distance_is_the_least_that_is_allowed(
    operands: list[list[Range]], ordered: bool
) -> None:
    least = closest(operands, ordered=ordered)
    if least is None:
        assert not any_near(operands, 100, ordered=ordered)
    else:
        assert any_near(operands, least, ordered=ordered)
        assert not least or not any_near(operands, least - 1, ordered=ordered)


@given(operand, operand, distances)
def test_exclusions_are_found_as_by_trying_all(
    mentions: list[Range], others: list[Range], distance: int
) -> None:
    assert clear_of(mentions, others, distance) == [
        (a, b) for a, b in mentions if all(c - b > distance or a - d > distance for c, d in others)
    ]
    assert outside_of(mentions, others) == [
        (a, b) for a, b in mentions if not any(c <= a and b <= d for c, d in others)
    ]


def test_far_mentions_meet_across_blocks() -> None:
    operands = [[(5, 6), (2000, 2001)], [(8, 9), (2003, 2005)], [(12, 13), (2009, 2010)]]
    assert covers(operands, 4, ordered=True) == [(5, 13), (2000, 2010)]
    assert members_within(operands, 4, [(2000, 2010)], ordered=True) == [
        [(2000, 2001)],
        [(2003, 2005)],
        [(2009, 2010)],
    ]


@pytest.mark.parametrize(
    ("mentions", "kept"),
    [
        ([], []),
        ([(0, 1), (0, 3), (2, 4), (3, 4)], [(0, 3), (3, 4)]),
        ([(4, 5), (0, 1)], [(0, 1), (4, 5)]),
        ([(0, 2), (1, 9), (2, 3)], [(0, 2), (2, 3)]),
    ],
)
def test_overlaps_go_to_the_leftmost_then_the_longest(
    mentions: list[Range], kept: list[Range]
) -> None:
    assert disjoint(mentions) == kept


# --- long articles

HOT = ["alpha", "beta", "gamma", "delta"]


def long_article(characters: int) -> Article:
    """A text in which every seventh word is one of four."""
    random = Random(7)
    pieces, size = [], 0
    while size < characters:
        word = random.choice(HOT) if random.random() < 0.15 else f"w{random.randrange(8000)}"
        piece = word + random.choice([" ", " ", " ", " ", " ", " ", " ", ". ", ".\n"])
        pieces.append(piece)
        size += len(piece)
    return Article(url="", title="Alpha", text="".join(pieces), lang="en")


@pytest.mark.parametrize(
    "query",
    [
        "alpha NEAR/50 beta NEAR/50 gamma NEAR/50 delta",
        "((alpha NEAR/50 beta NEAR/50 gamma) NEAR/50 delta) NEAR/50 (alpha OR beta)",
        "(alpha NEAR/50 beta NEAR/50 gamma) EXCEPT (alpha BEFORE/50 beta)",
        "count(alpha NEAR/50 beta) >= 3",
        "paragraph:(sentence:(alpha AND beta AND NOT gamma))",
        "alpha~ AND bet* AND =alpha AND @letter",
    ],
)
def test_thousands_of_mentions_cost_moments(query: str) -> None:
    files = {
        "r.toml": f"[[rule]]\nid = 'r'\nquery = '''{query}'''\n",
        "entities/e.toml": "[entity.letter]\nnames = ['\"alpha beta\"']\nweak = ['=gamma']\n"
        "context = ['delta~']\nexcept = ['\"gamma delta\"']\n",
    }
    ruleset = load(files).ruleset
    assert ruleset is not None
    article = long_article(300_000)
    begun = perf_counter()
    spans = evidence(ruleset.conditions[0], analyse(article, ruleset.entities))
    assert spans is not None
    assert len(spans) > 100
    assert perf_counter() - begun < 10, "about one second on a machine at rest"

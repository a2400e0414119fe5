"""Selecting: which rules an article may match, decided for all candidates at once.

Candidates are the rows listed under the nodes that the article has. Their requirements are
gathered and compared in a handful of numpy calls: the bits of all nodes that are there, or-ed over
each row, must be exactly those of all its clauses. Pairs that must be near each other are looked at
only for what is left: of the sorted mentions of one side, the next after each of the other.

After the second prototype of our study ("one gather and OR-reduce decides all candidates"), with
runs of any length in place of sixteen columns, so that any rule fits and can be changed in place.
"""

from dataclasses import dataclass

import numpy as np

from monitor.rules.engine.columns import Numbers, distinct, runs
from monitor.rules.engine.rows import Rows
from monitor.rules.engine.sightings import Sightings

_FAR = 1 << 32  # more than any place


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows of rules that match, and rows that have all that is required but must be evaluated."""

    sure: Numbers
    unsure: Numbers


def select(rows: Rows, seen: Sightings) -> Selection:
    """The rules that an article matches or may match."""
    nodes = np.concatenate((seen.nodes, seen.others))
    listed = rows.postings.under(nodes, seen.present)
    candidates = distinct(np.concatenate((listed, np.array(rows.always, np.int64))))
    passed = candidates[_clauses_hold(rows, seen, candidates)]
    passed = passed[_pairs_hold(rows, seen, passed)]
    sure = rows.sure.view[passed]
    return Selection(passed[sure], passed[~sure])


def _clauses_hold(rows: Rows, seen: Sightings, candidates: Numbers) -> Numbers:
    count = rows.count.view[candidates]
    _, at = runs(rows.first.view[candidates], count)
    there = np.where(seen.present[rows.nodes.view[at]], rows.bits.view[at], 0)
    passed: Numbers = _ored(there, count) == rows.wanted.view[candidates]
    return passed


def _ored(values: Numbers, count: Numbers) -> Numbers:
    """The values or-ed over runs of these lengths."""
    found = np.zeros(len(count), np.int64)
    some = count > 0
    if some.any():
        first = np.cumsum(count) - count
        found[some] = np.bitwise_or.reduceat(values, first[some])
    return found


def _pairs_hold(rows: Rows, seen: Sightings, passed: Numbers) -> Numbers:
    """Of each row, whether all its pairs are near each other."""
    holds = np.ones(len(passed), bool)
    owner, pair = runs(rows.pairs.view[passed], rows.pairs_count.view[passed])
    if len(pair):
        holds[owner[~_near(rows, seen, pair)]] = False
    return holds


def _near(rows: Rows, seen: Sightings, pair: Numbers) -> Numbers:
    """Of each pair, whether mentions of its two sides are near enough."""
    left, right = _mentions(rows, seen, pair)
    limits = rows.distance.view[pair]
    near = np.zeros(len(pair), bool)
    near[_followed(left, right, limits)] = True
    either = ~rows.is_ordered.view[pair]
    backwards = _followed(right, left, limits)
    near[backwards[either[backwards]]] = True
    return near


_Mentions = tuple[Numbers, Numbers, Numbers]  # pair (its number in the list), start, end


def _mentions(rows: Rows, seen: Sightings, pair: Numbers) -> tuple[_Mentions, _Mentions]:
    """The mentions of the left and of the right sides of pairs."""
    nodes, starts, ends = seen.ordered
    number, at = runs(rows.sides.view[pair], rows.sides_count.view[pair])
    wanted = rows.side.view[at]
    first = np.searchsorted(nodes, wanted)
    owner, places = runs(first, np.searchsorted(nodes, wanted, "right") - first)
    number, starts, ends = number[owner], starts[places], ends[places]
    right = rows.is_right.view[at][owner]
    left = ~right
    return (number[left], starts[left], ends[left]), (number[right], starts[right], ends[right])


def _followed(left: _Mentions, right: _Mentions, limits: Numbers) -> Numbers:
    """The pairs in which a mention of the right side follows one of the left near enough."""
    opening = np.sort(right[0] * _FAR + right[1])
    closing = left[0] * _FAR + left[2]
    at = np.searchsorted(opening, closing)
    real = at < len(opening)
    gap = opening[at[real]] - closing[real]
    pair: Numbers = left[0][real]
    followed: Numbers = pair[gap <= limits[pair]]
    return followed

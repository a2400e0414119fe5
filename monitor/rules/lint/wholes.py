"""W010, W043, W051: what a query is as a whole."""

import re
from collections.abc import Iterator
from dataclasses import replace

from monitor.rules.conditions import (
    About,
    And,
    AtLeast,
    Condition,
    Entity,
    Fragment,
    Meta,
    Near,
    Or,
    Scope,
    Term,
    is_anchored,
)
from monitor.rules.lint.walking import Subject, needs_mentions, walk
from monitor.rules.problems import Flaw, edited

FARTHEST = 15  # words between, beyond which nearness says little
MOST_TERMS = 200

_NEARNESS = re.compile(r"(?:near|before)/\d+", re.IGNORECASE)


def lint_whole(subject: Subject) -> Iterator[Flaw]:
    """What is doubtful about distances, size and what a query requires."""
    terms = [node for node, _ in walk(subject.condition) if isinstance(node, Term | Entity)]
    for node, above in walk(subject.condition):
        if isinstance(node, Near) and node.distance > FARTHEST:
            yield _far(subject, node, scoped=not needs_mentions(above))
    if len(terms) > MOST_TERMS:
        yield _huge(terms[MOST_TERMS], len(terms))
    if subject.standalone and is_anchored(subject.condition):
        metas = [node for node, _ in walk(subject.condition) if isinstance(node, Meta | Fragment)]
        if metas and not is_anchored(_without_meta(subject.condition)):
            yield _everything(metas[0])


def _far(subject: Subject, node: Near, *, scoped: bool) -> Flaw:
    first, second = node.children[0].at[1], node.children[1].at[0]
    operator = _NEARNESS.search(subject.query, first, second)
    within = f"sentence:({' AND '.join(map(subject.text, node.children))})"
    mended = f"\n{edited(subject.query, node.at, within)}" if scoped else ""
    return Flaw(
        code="W010",
        severity="warning",
        at=operator.span() if operator else node.at,
        title=f"{node.distance} words between is far: they may be about different things",
        label="more than a sentence",
        note=f"beyond {FARTHEST} words a sentence or paragraph says better what belongs together",
        help=f"write sentence:(…) or paragraph:(…){mended}",
    )


def _huge(beyond: Condition, terms: int) -> Flaw:
    return Flaw(
        code="W051",
        severity="warning",
        at=beyond.at,
        title=f"the query has {terms} terms: nobody can see what it does",
        label=f"number {MOST_TERMS + 1}",
        help="move lists into [fragments], names of one thing into an entity",
    )


def _everything(meta: Meta | Fragment) -> Flaw:
    return Flaw(
        code="W043",
        severity="warning",
        at=meta.at,
        title="the rule takes every article from there",
        label="no word is required",
        note="for a regulator's site that may be right",
        help='add a word or entity, or say why: allow = ["W043"]',
    )


def _without_meta(node: Condition) -> Condition:
    """The condition as if no metadata could be required."""
    match node:
        case Meta():
            return replace(node, field="lang")
        case And() | Or() | AtLeast():
            return replace(node, children=tuple(map(_without_meta, node.children)))
        case Scope() | About():
            return replace(node, child=_without_meta(node.child))
        case Fragment(condition=inner) if inner is not None:
            return replace(node, condition=_without_meta(inner))
        case _:
            return node

"""The engine against the plain evaluator of `tests/oracle`: same matches, same evidence."""

from collections.abc import Mapping
from random import Random

import pytest

from monitor.model import Article
from monitor.rules import Problem, RuleSet, load, match
from monitor.rules.conditions import Condition, children, show
from monitor.rules.contradictions import contradictions
from tests.oracle import Reading
from tests.oracle.files import linked, rule_files
from tests.oracle.writing import ENTITIES, Writer

SEEDS, RULES, ARTICLES = 16, 50, 27  # 21,600 pairs

Found = dict[str, set[tuple[str, int, int, str]]]
"""Rule → evidence."""


def read(conditions: Mapping[str, Condition]) -> tuple[RuleSet, dict[str, Problem]]:
    """The rules as the product reads them, and those that it refuses, with the reason."""
    files = rule_files(conditions)
    refused = {}
    loaded = load(files)
    for problem in (p for p in loaded.problems if p.severity == "error"):
        line = files[problem.path].split("\n")[problem.line - 2]
        refused[line.removeprefix("id = '").removesuffix("'")] = problem
    if refused:
        loaded = load(rule_files({k: v for k, v in conditions.items() if k not in refused}))
    assert loaded.ruleset is not None, loaded.problems
    return loaded.ruleset, refused


def by_engine(ruleset: RuleSet, article: Article) -> Found:
    return {
        found.rule.id: {(s.field, s.start, s.end, s.leaf) for s in found.spans}
        for found in match(ruleset, article)
    }


def by_oracle(conditions: Mapping[str, Condition], article: Article) -> Found:
    reading = Reading(article, ENTITIES)
    evidence = {name: reading.evidence(node) for name, node in conditions.items()}
    return {name: spans for name, spans in evidence.items() if spans is not None}


@pytest.mark.parametrize("seed", range(SEEDS))
def test_engine_and_oracle_agree(seed: int) -> None:
    writer = Writer(Random(seed))
    conditions = {f"r{number}": writer.rule() for number in range(RULES)}
    ruleset, refused = read(conditions)
    assert {problem.code for problem in refused.values()} <= {"E141"}
    assert len(refused) < RULES / 10
    accepted = {name: node for name, node in conditions.items() if name not in refused}
    matches = spans = 0
    for _ in range(ARTICLES):
        article = writer.article()
        expected = by_oracle(accepted, article)
        found = by_engine(ruleset, article)
        for name, node in accepted.items():
            if found.get(name) != expected.get(name):
                told = f"{show(node)}\n{article}\nengine {found.get(name)}\noracle"
                pytest.fail(f"{told} {expected.get(name)}")
        matches += len(expected)
        spans += sum(map(len, expected.values()))
    assert matches > RULES * ARTICLES / 12  # otherwise there is little to agree on
    assert spans > matches


def impossible(node: Condition) -> list[Condition]:
    """The smallest parts of a condition that the product says can never hold."""
    parts = [part for child in children(node) for part in impossible(child)]
    return parts or ([node] if contradictions(node) else [])


@pytest.mark.parametrize("seed", range(SEEDS, SEEDS + 4))
def test_what_is_refused_as_impossible_never_holds(seed: int) -> None:
    writer = Writer(Random(seed))
    parts: list[Condition] = []
    while len(parts) < 25:
        parts += impossible(linked(writer.rule()))
    for _ in range(50):
        reading = Reading(writer.article(), ENTITIES)
        assert [show(part) for part in parts if reading.evidence(part) is not None] == []

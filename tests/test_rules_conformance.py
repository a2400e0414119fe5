"""What the contract of the rule language promises, case by case, in words of our own.

The data are rule files with tests inside; here their `spans` are all that may be highlighted. The
plain evaluator of `tests/oracle` is held to the same cases, so that neither drifts.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from monitor.model import Article, Span
from monitor.rules import Loaded, load, match, merged
from monitor.rules.conditions import Condition
from tests.oracle import Names, evaluate

HOME = Path(__file__).parent / "data/rules/conformance"
PACKS = sorted(HOME.glob("*.toml"))
ENTITIES = HOME / "entities/invented.toml"


@cache
def loaded(pack: Path) -> Loaded:
    files = [ENTITIES, pack]
    return load({str(path.relative_to(HOME)): path.read_text("utf-8") for path in files})


@cache
def names() -> dict[str, Names]:
    return {
        slug: Names(
            names=tuple(entity["names"]),
            weak=tuple(entity.get("weak", ())),
            context=tuple(entity.get("context", ())),
            within=entity.get("within", 15),
            excepted=tuple(entity.get("except", ())),
        )
        for slug, entity in tomllib.loads(ENTITIES.read_text("utf-8"))["entity"].items()
    }


def cases() -> list[Any]:
    return [
        pytest.param(pack, rule["id"], case, id=f"{pack.stem}-{rule['id']}-{number}")
        for pack in PACKS
        for rule in tomllib.loads(pack.read_text("utf-8"))["rule"]
        for number, case in enumerate(rule["test"], 1)
    ]


def article(case: dict[str, Any]) -> Article:
    given = {key: value for key, value in case.items() if key not in ("match", "spans")}
    given["authors"] = tuple(given.get("authors", ()))
    return Article(**({"url": "https://news.example/1", "title": "", "text": ""} | given))


def condition(pack: Path, rule: str) -> Condition:
    ruleset = loaded(pack).ruleset
    assert ruleset is not None
    return ruleset.conditions[[known.id for known in ruleset.rules].index(rule)]


def highlighted(found: Article, spans: tuple[Span, ...]) -> list[str]:
    return [getattr(found, name)[start:end] for name, start, end in merged(spans)]


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.stem)
def test_the_packs_load_and_their_own_tests_pass(pack: Path) -> None:
    found = loaded(pack)
    assert [p for p in found.problems if p.severity == "error"] == []
    assert sum(report.passed for report in found.tests) > len(found.tests) > 10


@pytest.mark.parametrize(("pack", "rule", "case"), cases())
def test_engine(pack: Path, rule: str, case: dict[str, Any]) -> None:
    ruleset, found = loaded(pack).ruleset, article(case)
    assert ruleset is not None
    matches = {m.rule.id: highlighted(found, m.spans) for m in match(ruleset, found)}
    assert (rule in matches) == case["match"]
    if case["match"]:
        assert matches[rule] == case["spans"]


@pytest.mark.parametrize(("pack", "rule", "case"), cases())
def test_oracle(pack: Path, rule: str, case: dict[str, Any]) -> None:
    found = article(case)
    evidence = evaluate(condition(pack, rule), found, names())
    assert (evidence is not None) == case["match"]
    if evidence is not None:
        order = ("title", "standfirst", "text")
        spans = sorted(evidence, key=lambda e: (order.index(e[0]), e[1:]))
        assert highlighted(found, tuple(Span(*span) for span in spans)) == case["spans"]

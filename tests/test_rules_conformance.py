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


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("ferry AND port OR quay", "E111"),  # each vendor reads it another way
        ("ferry port", "E110"),  # AND, OR or a phrase, depending on the vendor
        ("ferry OR NOT port", "E112"),
        ("ferry OR lang:en", "E140"),  # would match nearly all there is
        ("NOT ferry AND NOT port", "E140"),
        ("lang:en AND country:NO", "E140"),
        ("count(ferry) < 3", "E140"),
        ("ferry AND NOT ferry", "E141"),  # accepted elsewhere, and silent for ever
        ('"ferry port" AND NOT port', "E141"),
        ('"ferry port"~5', "E128"),  # an edit budget, or words between, or swaps
        ("ferry w/5 port", "E108"),  # off by one between vendors
        ("ferry NEAR port", "E113"),
        ("ferry NEAR/60 port", "E114"),
        ("ferry NEAR/3 port NEAR/4 quay", "E115"),
        ("ferry NEAR/3 port BEFORE/3 quay", "E115"),
        ("ferry NOT NEAR/3 port NOT NEAR/3 quay", "E116"),
        ("(ferry AND port) NEAR/3 quay", "E117"),
        ("count(ferry AND port) > 2", "E117"),
        ("ferry EXCEPT (NOT port)", "E117"),
        ("“ferry port”", "E103"),
        ("fe* AND port", "E126"),
        ("*ferry", "E126"),
        ("-ferry AND port", "E125"),
        ("$ACME AND port", "E131"),
        ("3 OF (ferry, port)", "E124"),
        ("title:(body:ferry)", "E133"),
        ("ferry without port", "E109"),
    ],
)
def test_what_others_read_in_several_ways_is_refused(query: str, code: str) -> None:
    found = load({"r.toml": f"[[rule]]\nid = 'r'\nquery = '''{query}'''\n"})
    errors = [problem for problem in found.problems if problem.severity == "error"]
    assert [problem.code for problem in errors] == [code]
    assert errors[0].help

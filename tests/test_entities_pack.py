"""The entities that ship: every name finds its own, and everyday words find nobody."""

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from monitor.model import Article
from monitor.rules import RuleSet, load, match, merged
from monitor.rules.loading import Loaded
from monitor.text import fold

FILES = sorted((Path(__file__).parents[1] / "rules" / "entities").glob("*.toml"))
ENTITIES: dict[str, dict[str, Any]] = {
    slug: table
    for path in FILES
    for slug, table in tomllib.loads(path.read_text("utf-8"))["entity"].items()
}
AMBIGUOUS = sorted(slug for slug, table in ENTITIES.items() if table.get("weak"))
EXCEPTING = sorted(slug for slug, table in ENTITIES.items() if table.get("except"))
PACK = '[pack]\nid = "each"\n' + "".join(
    f'[[rule]]\nid = "{slug.replace("_", "-")}"\nquery = "@{slug}"\n' for slug in ENTITIES
)
CASES = [
    pytest.param(case, id=f"{path.stem}-{number}-{case['entity']}")
    for path in sorted((Path(__file__).parent / "data" / "rules" / "entities").glob("*.toml"))
    for number, case in enumerate(tomllib.loads(path.read_text("utf-8"))["case"], 1)
]


def words(name: str) -> str:
    """A name as it would be printed."""
    return name.lstrip("=").rstrip("~").strip('"').rstrip("~")


VOCABULARY = {
    slug: {
        word
        for name in (*table["names"], *table.get("weak", ()))
        for word in fold(words(name)).split()
    }
    for slug, table in ENTITIES.items()
}


@cache
def library() -> Loaded:
    return load(
        {"rules/each.toml": PACK}
        | {f"rules/entities/{path.name}": path.read_text("utf-8") for path in FILES}
    )


@cache
def surroundings(slug: str, *, alone: bool = False) -> RuleSet:
    """The rule of one entity, and the entities that can take a mention away from it.

    Mentions that overlap have a word in common, so all others cannot matter, and cost time.
    With ``alone``, none but the entity itself is known.
    """
    whole = library().ruleset
    assert whole is not None
    at = list(ENTITIES).index(slug)
    profiles = {
        other: profile
        for other, profile in whole.entities.items()
        if other == slug or (not alone and VOCABULARY[other] & VOCABULARY[slug])
    }
    return RuleSet((whole.rules[at],), (whole.conditions[at],), profiles)


def found(slug: str, text: str, lang: str = "en", *, alone: bool = False) -> list[str]:
    """The words of a text that are highlighted for an entity."""
    hits = match(surroundings(slug, alone=alone), article(text, lang))
    return [text[start:end] for hit in hits for _, start, end in merged(hit.spans)]


def article(text: str, lang: str = "en") -> Article:
    return Article(url="https://news.example/a", title="", text=text, lang=lang)


def test_the_library_is_sound_and_large():
    assert library().problems == ()
    assert len(ENTITIES) >= 160


@pytest.mark.parametrize("case", CASES)
def test_case(case):
    spans = found(case["entity"], case["text"], case.get("lang", "en"))
    assert spans == (case["spans"] if case["match"] else [])


def test_each_entity_has_a_case_and_each_ambiguous_one_a_warning_example():
    rows = [case.values[0] for case in CASES]
    assert {row["entity"] for row in rows if row["match"]} == set(ENTITIES)
    assert {row["entity"] for row in rows if not row["match"]} >= set(AMBIGUOUS)


def test_no_two_entities_are_called_the_same():
    homes = Counter(
        name
        for table in ENTITIES.values()
        for name in {fold(words(name)) for name in table["names"]}
    )
    assert [name for name, count in homes.items() if count > 1] == []


def test_every_name_finds_its_entity_among_all_others():
    names = [(slug, words(name)) for slug, table in ENTITIES.items() for name in table["names"]]
    lines = [f"yesterday it was {name}, they said" for _, name in names]
    whole = library().ruleset
    assert whole is not None
    seen = {
        (hit.rule.id.replace("-", "_"), span.start)
        for hit in match(whole, article("\n".join(lines)))
        for span in hit.spans
    }
    lost, start = [], 0
    for (slug, name), line in zip(names, lines, strict=True):
        if not any((slug, start + at) in seen for at in range(len(line))):
            lost.append((slug, name))
        start += len(line) + 1
    assert lost == []


@pytest.mark.parametrize("slug", AMBIGUOUS)
def test_a_weak_name_says_nothing_by_itself(slug):
    alone = "\n".join(f"it was {words(name)}" for name in ENTITIES[slug]["weak"])
    assert found(slug, alone) == []


@pytest.mark.parametrize("slug", AMBIGUOUS)
def test_each_word_of_the_context_supports_each_weak_name(slug):
    table = ENTITIES[slug]
    silent = [
        (name, word)
        for name in table["weak"]
        for word in table["context"]
        if not found(slug, f"{words(word)}, yesterday, and {words(name)}, they said", alone=True)
    ]
    assert silent == []


@pytest.mark.parametrize("slug", EXCEPTING)
def test_an_exception_hides_a_name_even_beside_a_strong_one(slug):
    phrases = [words(phrase) for phrase in ENTITIES[slug]["except"]]
    text = "\n".join([f"it was {words(ENTITIES[slug]['names'][0])}", *phrases])
    assert len(found(slug, text, alone=True)) == 1


@pytest.mark.parametrize("slug", EXCEPTING)
def test_every_exception_has_a_name_to_hide(slug):
    table = ENTITIES[slug]
    names = [fold(words(name)) for name in (*table["names"], *table.get("weak", ()))]
    idle = [
        phrase
        for phrase in table["except"]
        if not any(f" {name} " in f" {fold(words(phrase))} " for name in names)
    ]
    assert idle == []

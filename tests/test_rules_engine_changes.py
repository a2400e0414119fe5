"""The engine changed in place: after any changes it finds what a new one would."""

from collections.abc import Iterable
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from monitor.model import Article, RuleStatus
from monitor.rules import RuleSet, match
from monitor.rules.conditions import Condition, Entity
from monitor.rules.engine import Engine, spellings
from monitor.rules.entities import Entities, Profile
from monitor.rules.matching import analyse, holds
from monitor.rules.parsing import parse
from tests.engine_examples import (
    World,
    asked,
    by_engine,
    check,
    drawn,
    entities,
    named,
    ruleset_of,
)
from tests.oracle.writing import AT


def article(text: str, title: str = "", lang: str | None = "en") -> Article:
    return Article(url="https://a.example/1", title=title, text=text, lang=lang)


def condition(query: str) -> Condition:
    found = parse(query).condition
    assert found is not None
    return found


def found(
    engine: Engine, rules: dict[str, Condition], known: Entities, articles: Iterable[Article]
) -> list[set[str]]:
    """The rules that an engine finds, with those that it leaves open evaluated."""
    matches = []
    for each in articles:
        seen = engine.sight(each)
        sure, unsure = named(engine, seen)
        assert not {*sure} & {*unsure}
        assert len(sure) + len(unsure) == len({*sure, *unsure})
        index = analyse(each, known, seen)
        matches.append({*sure, *(n for n in unsure if holds(rules[n], index, index.whole))})
    return matches


def alone(
    rules: dict[str, Condition], known: Entities, articles: Iterable[Article]
) -> list[set[str]]:
    """The rules that are found by looking at each."""
    indexes = [analyse(each, known) for each in articles]
    return [
        {name for name, node in rules.items() if holds(node, index, index.whole)}
        for index in indexes
    ]


def other_entities(random: Random) -> Entities:
    """Some of the entities, with names left out, made weak, or taken from another."""
    base = entities()
    changed: dict[str, Profile] = {}
    for slug in random.sample(sorted(base), random.randint(1, len(base))):
        profile, other = base[slug], base[random.choice(sorted(base))]
        changed[slug] = random.choice(
            [
                profile,
                replace(profile, names=other.names, masks=other.names[:1]),
                replace(profile, names=profile.names[:1], weak=other.names),
                replace(profile, names=(), weak=profile.names, context=other.context, within=5),
                replace(other, masks=profile.masks),
            ]
        )
    return changed


@pytest.mark.parametrize("seed", range(10))
def test_rules_put_replaced_and_removed_and_entities_known_in_any_order(seed: int) -> None:
    random = Random(seed)
    world = World(random)
    known: Entities = entities()
    engine, rules = Engine(known), dict[str, Condition]()
    articles = [world.article() for _ in range(6)]
    for _ in range(12):
        for _ in range(random.randint(0, 25)):
            name = f"r{random.randint(0, 40)}"
            if name in rules and random.random() < 0.4:
                engine.remove(name)
                del rules[name]
            else:
                rules[name] = world.rule()
                engine.put(name, rules[name])
        if random.random() < 0.5:
            known = other_entities(random)
            engine.know(known)
        if random.random() < 0.3:
            engine.learn([world.article() for _ in range(8)])
        assert len(engine) == len(rules)
        assert all(name in engine for name in rules)
        assert "r99" not in engine
        told = found(engine, rules, known, articles)
        assert told == alone(rules, known, articles)
        new = Engine(known)
        for name, node in rules.items():
            new.put(name, node)
        assert told == found(new, rules, known, articles)


@pytest.mark.parametrize("seed", range(6))
def test_sets_that_replace_each_other(seed: int) -> None:
    random = Random(seed)
    world = World(random)
    conditions, articles = drawn(seed + 500, 60, 4)
    ruleset = ruleset_of(conditions)
    check(ruleset, articles)
    for step in range(8):
        for _ in range(random.randint(0, 6)):
            conditions[f"r{random.randint(0, 70)}"] = world.rule()
        for name in random.sample(sorted(conditions), 3):
            del conditions[name]
        names = sorted(conditions, key=lambda _: random.random())
        known = other_entities(random) if random.random() < 0.4 else ruleset.entities
        following = ruleset_of({name: conditions[name] for name in names}, known)
        off = {name for name in names if random.random() < 0.1}
        rules = [replace(r, status=RuleStatus.OFF) if r.id in off else r for r in following.rules]
        following = replace(following, rules=tuple(rules))
        following.take_over(ruleset)
        assert len(following.engine) == len(names) - len(off)
        check(following, articles)
        if step % 3 == 0:
            check(ruleset, articles[:1])  # builds another
            assert ruleset.engine is not following.engine
        if step % 3 == 1:
            following.engine.learn(articles)
            check(following, articles)
        ruleset = following


def test_only_the_rule_that_changed_is_touched() -> None:
    conditions, articles = drawn(3, 50, 3)
    old = ruleset_of(conditions)
    check(old, articles)
    engine = old.engine
    before = dict(engine._row_of)
    conditions["r7"] = condition("ferry AND NOT port")
    new = ruleset_of(conditions)
    new.take_over(old)
    assert new.engine is engine
    assert engine._row_of.pop("r7") == len(conditions)  # a row of its own, the last
    del before["r7"]
    assert engine._row_of == before
    assert len(engine.rules) == len(conditions) + 1


def test_an_old_set_can_match_again() -> None:
    old, new = asked("a", "a AND b"), asked("a", "c")
    assert list(by_engine(old, article("a b c"))) == ["0", "1"]
    new.take_over(old)
    assert list(by_engine(old, article("a b"))) == ["0", "1"]
    assert list(by_engine(new, article("a b"))) == ["0"]
    assert list(by_engine(new, article("a c"))) == ["0", "1"]
    assert old.engine is not new.engine


def test_a_set_that_never_matched_has_nothing_to_take_over() -> None:
    old, new = asked("a"), asked("b")
    new.take_over(old)
    assert "_standing" not in old.__dict__
    assert "_standing" in new.__dict__
    assert list(by_engine(new, article("b"))) == ["0"]


def test_rules_move_and_keep_their_ids() -> None:
    conditions = {"x": condition("a"), "y": condition("b"), "z": condition("a OR b")}
    old = ruleset_of(conditions, {})
    check(old, [article("a")])
    new = ruleset_of({name: conditions[name] for name in ("z", "w", "y", "x") if name != "w"}, {})
    new.take_over(old)
    assert [found.rule.id for found in match(new, article("a b"))] == ["z", "y", "x"]
    assert [found.rule.id for found in match(new, article("a"))] == ["z", "x"]


def test_a_rule_that_was_off_is_found_once_it_is_on_and_the_other_way_round() -> None:
    on = asked("a", "b")
    off = replace(on, rules=(replace(on.rules[0], status=RuleStatus.OFF), on.rules[1]))
    for old, new, expected in ((on, off, ["1"]), (off, on, ["0", "1"])):
        fresh = replace(new)  # a set of its own
        fresh.take_over(old)
        assert list(by_engine(fresh, article("a b"))) == expected


def test_entities_that_change_are_found_by_their_new_names_alone() -> None:
    def profiles(*names: str) -> Entities:
        return {"acme": Profile(names=tuple(map(condition, names)))}  # type: ignore[arg-type]

    rules = (Entity("acme", AT), condition("port"))

    def holding(known: Entities) -> RuleSet:
        return ruleset_of({"0": rules[0], "1": rules[1]}, known)

    old = holding(profiles('"Acme Corp"'))
    assert list(by_engine(old, article("Acme Corp"))) == ["0"]
    steps: list[tuple[Entities, list[str]]] = [
        (profiles("Acmex", "port"), ["0", "1"]),
        (profiles("Acmex"), ["1"]),
        ({}, ["1"]),
        ({"other": Profile(names=(condition("port"),))}, ["1"]),  # type: ignore[arg-type]
        (profiles("Corp"), ["0", "1"]),
        (profiles("corp~", '"Acme Corp"'), ["0", "1"]),
    ]
    for known, expected in steps:
        new = holding(known)
        new.take_over(old)
        assert list(by_engine(new, article("Acme Corp in port"))) == expected
        check(new, [article("Acmex ports"), article("acme"), article("corps", "corp")])
        old = new


def test_worn_engines_are_built_anew() -> None:
    old = asked("a", "b")
    for number in range(1_100):
        assert not (old.engine.is_worn and number < 1_000)
        old.engine.put("0", condition("a"))
    engine = old.engine
    assert engine.is_worn
    new = asked("a", "b OR c")
    new.take_over(old)
    assert new.engine is not engine
    assert not new.engine.is_worn
    assert list(by_engine(new, article("a c"))) == ["0", "1"]


def test_rules_are_listed_by_what_articles_show_to_be_rare() -> None:
    ruleset = asked("the AND zyx", "zyx OR (the AND not)", "zyx")
    engine = ruleset.engine

    def looked_at(text: str) -> int:
        """How many rules the engine thinks of."""
        present = engine.sight(article(text)).present
        return len({*engine._rows.postings.under(np.flatnonzero(present), present).tolist()})

    assert (looked_at("the"), looked_at("zyx")) == (1, 3)
    texts = [article("a zyx b") for _ in range(40)]
    engine.learn(texts)
    assert (looked_at("the"), looked_at("zyx")) == (2, 2)
    assert list(by_engine(ruleset, article("the zyx"))) == ["0", "1", "2"]
    engine.remove("0")
    assert list(by_engine(ruleset, article("the zyx"))) == ["1", "2"]
    with pytest.raises(KeyError):
        engine.remove("0")


def test_words_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spellings, "MOST_LETTERS", 300)
    conditions, articles = drawn(11, 150, 12)
    ruleset = ruleset_of(conditions)
    assert check(ruleset, [*articles, *articles]) > 100
    for number in range(100):
        ruleset.engine.sight(article(f"word{number} 东京{number}东京"))
        assert sum(map(len, spellings.SPELLINGS)) < 300 + 50


def test_entities_that_are_given_up_are_not_thought_of() -> None:
    names = (condition("Acme"), condition('"Acme Corp"'))
    known: Entities = {
        "acme": Profile(names=names),  # type: ignore[arg-type]
        "other": Profile(weak=names[:1], context=names[1:]),  # type: ignore[arg-type]
    }
    engine = Engine(known)
    text = article("Acme Corp")
    assert engine.sight(text).entities == {"acme", "other"}
    engine.know({"acme": known["acme"]})
    assert engine.sight(text).entities == {"acme"}
    engine.know({"acme": Profile(names=(condition("port"),))})  # type: ignore[arg-type]
    assert engine.sight(text).entities == set()
    assert engine.sight(article("port")).entities == {"acme"}
    engine.know(known)
    assert engine.sight(text).entities == {"acme", "other"}
    assert engine.sight(article("port")).entities == set()


def test_a_stem_asked_for_later_is_found_in_words_seen_before() -> None:
    ruleset = asked("ferry", "strike")
    engine = ruleset.engine
    words = article("ferries strikes cyber-attacks $PORTS")
    assert list(by_engine(ruleset, words)) == []
    for query in ("ferry~", '"cyberatt*"', '="ferries strikes"', "title:ferries", "=cyber-attacks"):
        engine.put("0", condition(query))
        seen = engine.sight(words)
        sure, unsure = named(engine, seen)
        assert (sure + unsure == ["0"]) is (not query.startswith("title"))

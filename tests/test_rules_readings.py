"""Loads that take over what did not change: the same outcome, and the same objects."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.app.rulebook import RuleBook
from monitor.rules import Loaded, load
from monitor.rules import readings as module
from monitor.rules.conditions import Condition

TODAY = date(2026, 3, 1)
ENTITIES = """
[entity.ferry_line]
names = ['"Nordic Ferry Line"', 'NordicFerry']

[entity.port]
names = ['Rotterdam']
"""
SHIPS = """
[pack]
id = "ships"
channels = ["sea"]

[fragments]
boat = "$hull OR vessel"
hull = "ship"

[[rule]]
id = "aground"
query = '@ferry_line AND $boat'
[[rule.test]]
match = true
title = "NordicFerry ship aground"

[[rule]]
id = "strike"
query = "harbour AND strike"
[[rule.test]]
match = true
title = "Strike at the harbour"
"""
TRAINS = """
[[rule]]
id = "rails"
query = "rail AND strike"

[[filter]]
id = "wires"
query = "source:wire.example"
"""
FILES = {"entities/e.toml": ENTITIES, "ships.toml": SHIPS, "trains.toml": TRAINS}
CHATS = ["sea", "land"]


def conditions(loaded: Loaded) -> dict[str, Condition]:
    assert loaded.ruleset is not None, loaded.problems
    return dict(
        zip((rule.id for rule in loaded.ruleset.rules), loaded.ruleset.conditions, strict=True)
    )


def again(files: Mapping[str, str], before: Loaded, chats: list[str] | None = CHATS) -> Loaded:
    """Load anew, and see that it makes no difference that there was a load before."""
    loaded = load(files, chats, previous=before)
    assert outcome(loaded) == outcome(load(files, chats))
    return loaded


def outcome(loaded: Loaded) -> object:
    rules = loaded.ruleset
    return (
        loaded.problems,
        loaded.tests,
        rules
        and (
            rules.rules,
            rules.conditions,
            list(rules.entities.items()),
            rules.filters,
            rules.correlations,
        ),
    )


def kept(before: Loaded, after: Loaded) -> set[str]:
    """The rules whose conditions are the same objects."""
    old, new = conditions(before), conditions(after)
    return {name for name in old if new.get(name) is old[name]}


@pytest.fixture
def first() -> Loaded:
    return load(FILES, CHATS)


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The rules whose tests are run from here on."""
    names: list[str] = []
    run = module.run_cases

    def noted(file, rule, cases, condition, entities):  # type: ignore[no-untyped-def]
        names.append(rule)
        return run(file, rule, cases, condition, entities)

    monkeypatch.setattr(module, "run_cases", noted)
    return names


def test_nothing_is_read_again_if_nothing_changed(first: Loaded, ran: list[str]) -> None:
    loaded = load(FILES, CHATS, previous=first)
    assert kept(first, loaded) == {"aground", "strike", "rails"}
    assert ran == []
    assert loaded.readings is not None
    assert first.readings is not None
    for path, reading in loaded.readings.files.items():
        assert reading is first.readings.files[path]
    assert outcome(loaded) == outcome(first)


def test_a_changed_rule_is_read_again_and_no_other(first: Loaded, ran: list[str]) -> None:
    files = FILES | {"ships.toml": SHIPS.replace('"harbour AND', '"quay AND')}
    loaded = load(files, CHATS, previous=first)
    assert ran == ["strike"]
    assert loaded.ruleset is None  # its test fails now
    assert [problem.code for problem in loaded.problems] == ["E153"]
    ran.clear()
    mended = again(FILES, loaded)
    assert kept(first, mended) == {"aground", "rails"}


def test_a_test_that_failed_is_reported_until_it_passes(first: Loaded) -> None:
    broken = SHIPS.replace("Strike at", "Peace at")
    failing = again(FILES | {"ships.toml": broken}, first)
    moved = again(FILES | {"ships.toml": f"# moved down\n{broken}"}, failing)
    [before], [after] = failing.problems, moved.problems
    assert (before.code, after.line) == ("E153", before.line + 1)
    assert again(FILES, moved).problems == ()


def test_an_edited_test_is_run(first: Loaded, ran: list[str]) -> None:
    files = FILES | {"ships.toml": SHIPS.replace("Strike at the", "A strike at the")}
    loaded = load(files, CHATS, previous=first)
    assert ran == ["strike"]
    assert kept(first, loaded) == {"aground", "strike", "rails"}


def test_rules_that_moved_keep_their_conditions(first: Loaded, ran: list[str]) -> None:
    above = '[[rule]]\nid = "new"\nquery = "canal"\n'
    loaded = load(
        FILES | {"ships.toml": SHIPS.replace("[[rule]]", f"{above}\n[[rule]]", 1)},
        CHATS,
        previous=first,
    )
    assert kept(first, loaded) == {"aground", "strike", "rails"}
    assert ran == ["new"]


def test_rules_that_name_a_changed_fragment_are_read_again(first: Loaded, ran: list[str]) -> None:
    files = FILES | {"ships.toml": SHIPS.replace('hull = "ship"', 'hull = "ship OR hull"')}
    loaded = load(files, CHATS, previous=first)
    assert kept(first, loaded) == {"strike", "rails"}
    assert ran == ["aground"]
    again(files, first)


def test_changed_names_of_an_entity_leave_conditions_and_rerun_tests(
    first: Loaded, ran: list[str]
) -> None:
    files = FILES | {"entities/e.toml": ENTITIES.replace("'NordicFerry'", "'Nordic'")}
    loaded = load(files, CHATS, previous=first)
    assert ran == ["aground"]
    assert [problem.code for problem in loaded.problems] == ["E153"]
    again(files, first)


def test_an_entity_that_did_not_change_is_the_same_object(first: Loaded) -> None:
    files = FILES | {"entities/e.toml": ENTITIES.replace("'Rotterdam'", "'Antwerp'")}
    loaded = again(files, first)
    assert loaded.ruleset is not None
    assert first.ruleset is not None
    old, new = first.ruleset.entities, loaded.ruleset.entities
    assert new["ferry_line"] is old["ferry_line"]
    assert new["port"] != old["port"]
    assert kept(first, loaded) == {"aground", "strike", "rails"}


def test_a_renamed_entity_is_missed_where_it_was_named(first: Loaded) -> None:
    files = FILES | {"entities/e.toml": ENTITIES.replace("ferry_line", "ferries")}
    missing = again(files, first)
    assert [problem.code for problem in missing.problems] == ["E130"]
    assert again(FILES, missing).problems == ()


def test_chats_are_checked_anew(first: Loaded) -> None:
    loaded = again(FILES, first, ["land"])
    assert [problem.code for problem in loaded.problems] == ["E151"]
    assert again(FILES, again(FILES, loaded, None)).problems == ()


def test_a_renamed_file_is_another_file(first: Loaded) -> None:
    files = {"entities/e.toml": ENTITIES, "boats.toml": SHIPS, "trains.toml": TRAINS}
    loaded = again(files, first)
    assert {report.path for report in loaded.tests} == {"boats.toml", "trains.toml"}


def test_a_removed_file_takes_its_rules_along(first: Loaded) -> None:
    loaded = again({"ships.toml": SHIPS, "entities/e.toml": ENTITIES}, first)
    assert set(conditions(loaded)) == {"aground", "strike"}


def test_ids_are_compared_across_files_that_did_not_change(first: Loaded) -> None:
    twice = FILES | {"more.toml": '[[rule]]\nid = "rails"\nquery = "rail"\n'}
    doubled = again(twice, first)
    assert [problem.code for problem in doubled.problems] == ["E150"]
    again_doubled = again(twice, doubled)  # said once more, not twice
    assert again_doubled.problems == doubled.problems
    assert again(FILES, again_doubled).problems == ()


def test_problems_of_unchanged_files_are_still_reported(first: Loaded) -> None:
    files = FILES | {"bad.toml": '[[rule]]\nid = "b"\nquery = "a AND"\n'}
    broken = again(files, first)
    later = again(files | {"trains.toml": f"{TRAINS}\n# edited\n"}, broken)
    assert [problem.path for problem in later.problems] == ["bad.toml"]


def test_a_file_that_is_no_toml_for_a_while_keeps_its_conditions(first: Loaded) -> None:
    torn = again(FILES | {"ships.toml": SHIPS[:-5]}, first)
    assert [problem.code for problem in torn.problems] == ["E155"]
    worse = again(FILES | {"ships.toml": SHIPS[:-3]}, torn)
    assert kept(first, again(FILES, worse)) == {"aground", "strike", "rails"}


def test_line_ends_of_windows_change_no_rule(first: Loaded) -> None:
    files = {path: text.replace("\n", "\r\n") for path, text in FILES.items()}
    loaded = again(files, first)
    assert kept(first, loaded) == {"aground", "strike", "rails"}


def test_warnings_of_a_query_are_given_each_time() -> None:
    files = {"p.toml": '[[rule]]\nid = "a"\nquery = "x and y"\n'}
    loaded = load(files)
    assert [problem.code for problem in loaded.problems] == ["W001"]
    edited = again({"p.toml": f"{files['p.toml']}# edited\n"}, loaded, None)
    assert edited.problems == loaded.problems


def test_lint_judges_a_load_and_leaves_no_trace_in_the_next(first: Loaded) -> None:
    judged = load(FILES, CHATS, today=TODAY, previous=first)
    assert judged.problems == load(FILES, CHATS, today=TODAY).problems != ()
    assert load(FILES, CHATS, previous=judged).problems == ()


def test_a_load_without_tests_does_not_stand_for_one_with_them(ran: list[str]) -> None:
    untested = load(FILES, CHATS, tested=False)
    assert ran == []
    assert again(FILES, untested).tests == load(FILES, CHATS).tests != ()


def test_a_rule_book_takes_over_what_did_not_change(tmp_path: Path) -> None:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    book = RuleBook(tmp_path, CHATS)
    old = dict(zip((r.id for r in book.ruleset.rules), book.ruleset.conditions, strict=True))
    (tmp_path / "trains.toml").write_text(TRAINS[:-5], "utf-8")
    assert "E155" in (book.reload() or "")
    (tmp_path / "trains.toml").write_text(TRAINS.replace("AND strike", "OR strike"), "utf-8")
    assert "fine again" in (book.reload() or "")
    new = dict(zip((r.id for r in book.ruleset.rules), book.ruleset.conditions, strict=True))
    assert {name for name in old if old[name] is new[name]} == {"aground", "strike"}


# --- any edits

RULES = [
    '[[rule]]\nid = "a"\nquery = "harbour"\n[[rule.test]]\nmatch = true\ntitle = "harbour"\n',
    '[[rule]]\nid = "a"\nquery = "harbour"\n[[rule.test]]\nmatch = true\ntitle = "quay"\n',
    '[[rule]]\nid = "a"\nquery = "harbour AND"\n',
    '[[rule]]\nid = "b"\nquery = "$f AND x"\n[[rule.test]]\nmatch = true\ntitle = "x port"\n',
    '[[rule]]\nid = "c"\nquery = "@one OR $f"\n[[rule.test]]\nmatch = true\ntitle = "Uno"\n',
    '[[rule]]\nid = "d"\nquery = "@two and y"\n[[rule.test]]\nmatch = false\ntitle = "Uno y"\n',
    '[[rule]]\nid = "e"\nquery = "title:$f"\nchannels = ["sea"]\n',
    '[[rule]]\nid = "g"\nquery = "\\u0040one AND z"\nstatus = "off"\n',
    '[[filter]]\nid = "a"\nquery = "NOT @one"\nrules = ["b"]\n',
    '[[correlation]]\nid = "k"\ntype = "spike"\nrules = ["a", "zz"]\n',
    "[[rule]]\nid = 5\n",
    "nonsense\n",
]
FRAGMENTS = [
    "",
    '[fragments]\nf = "port"\n',
    '[fragments]\nf = "$g"\ng = "port"\n',
    '[fragments]\nf = "body:port OR @two"\n',
    '[fragments]\nf = "$f"\n',
]
GLOSSARIES = [
    "",
    "[entity.one]\nnames = ['Uno']\n",
    "[entity.one]\nnames = ['Uno', 'Uno y']\n[entity.two]\nnames = ['Due']\n",
    "[entity.two]\nnames = ['Uno']\n[entity.one]\nnames = ['Uno']\n",
    "[entity.two]\nnames = ['Uno y']\n",
    "[entity.one\n",
]
packs = st.builds(
    lambda fragments, rules: fragments + "".join(rules),
    st.sampled_from(FRAGMENTS),
    st.lists(st.sampled_from(RULES), max_size=4),
)
states = st.tuples(
    st.dictionaries(st.sampled_from(["p.toml", "q.toml", "r/s.toml"]), packs, max_size=3),
    st.dictionaries(
        st.sampled_from(["entities/e.toml", "entities/f.toml"]), st.sampled_from(GLOSSARIES)
    ),
    st.sampled_from([None, ("sea",), ("land",)]),
    st.sampled_from([None, TODAY]),
    st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(states, min_size=2, max_size=4))
def test_whatever_is_edited_the_outcome_is_that_of_a_fresh_load(history) -> None:  # type: ignore[no-untyped-def]
    before = None
    for rules, glossary, chats, today, tested in history:
        files = glossary | rules
        before = load(files, chats, today=today, tested=tested, previous=before)
        assert outcome(before) == outcome(load(files, chats, today=today, tested=tested))

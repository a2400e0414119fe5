"""Entities: strong and weak names, context, exceptions, and what is wrong with their files."""

import pytest

from monitor.model import Article
from monitor.rules import Loaded, load, match
from monitor.rules.entities import Profile

ENTITIES = """
[entity.quince]
label = "Quince Motors Ltd"
wikidata = "Q1"
names = ['"Quince Motors"', '"$QNC"']
weak = ['=Quince', '"the carmaker"']
context = ['car~', '"test drive"']
within = 4
except = ['"Quince Street"', '"Quince Motors Museum"']

[entity.bank]
names = ['"Quince Motors Bank"', '"Quince"']

[entity.twin]
names = ['"Quince Motors"']

[entity.pear]
names = ['Pearsoft']
weak = ['=Pear']
context = ['=Pear', 'software']
within = 0
"""


def loaded(query: str, entities: str = ENTITIES) -> Loaded:
    rule = f"[[rule]]\nid = 'r'\nquery = '''{query}'''\n"
    return load({"rules/entities/e.toml": entities, "rules/r.toml": rule})


def found(query: str, text: str, *, title: str = "", lang: str | None = "en") -> list[str] | None:
    ruleset = loaded(query).ruleset
    assert ruleset is not None
    matches = match(ruleset, Article(url="", title=title, text=text, lang=lang))
    if not matches:
        return None
    article = {"title": title, "text": text}
    return [article[span.field][span.start : span.end] for span in matches[0].spans]


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("Quince Motors and the carmaker", ["Quince Motors", "the carmaker"]),
        ("$QNC rose; THE carmaker and its Quinces", ["$QNC", "THE carmaker"]),
        ("the carmaker", None),
        ("the carmaker builds many cars", ["the carmaker"]),
        ("the carmaker sold four or five cars", ["the carmaker"]),
        ("the carmaker sold four or five small cars", None),
        ("a car by the carmaker. Much later the carmaker again", ["the carmaker", "the carmaker"]),
        ("cars of Quince Street", None),
        ("the Quince Motors Museum and the carmaker", None),
        ("a test drive of the carmaker", ["the carmaker"]),
        ("a car\nthe carmaker", ["the carmaker"]),
    ],
)
def test_weak_names_need_support(text: str, evidence: list[str] | None) -> None:
    assert found("@quince", text) == evidence


def test_context_is_not_sought_in_another_field_but_in_the_whole_article() -> None:
    assert found("@quince", "the carmaker", title="Cars") is None
    assert found("title:@quince", "cars of the carmaker", title="The carmaker") == ["The carmaker"]
    assert found("title:@quince", "Quince Motors", title="The carmaker") == ["The carmaker"]


def test_inflected_context_needs_a_known_language() -> None:
    assert found("@quince", "the carmaker builds cars", lang=None) is None
    assert found("@quince", "the carmaker builds a car", lang=None) == ["the carmaker"]


def test_a_context_word_that_overlaps_supports() -> None:
    assert found("@pear", "Pear software") == ["Pear"]
    assert found("@pear", "a Pear") == ["Pear"]


def test_the_longest_name_wins_and_equal_ones_count_for_both() -> None:
    text = "Quince Motors Bank lends to Quince Motors and to Quince"
    assert found("@bank", text) == ["Quince Motors Bank", "Quince"]
    assert found("@twin", text) == ["Quince Motors"]
    assert found("@quince", text) == ["Quince Motors", "Quince"]


def test_a_profile_has_all_that_the_file_says() -> None:
    ruleset = loaded("@quince").ruleset
    assert ruleset is not None
    profile = ruleset.entities["quince"]
    assert [term.leaf for term in profile.names] == ['"Quince Motors"', '"$QNC"']
    assert [term.leaf for term in profile.weak] == ["=Quince", '"the carmaker"']
    assert [term.leaf for term in profile.context] == ["car~", '"test drive"']
    assert [term.leaf for term in profile.masks] == ['"Quince Street"', '"Quince Motors Museum"']
    assert (profile.within, profile.label, profile.wikidata) == (4, "Quince Motors Ltd", "Q1")
    assert ruleset.entities["twin"].label == "twin"
    assert Profile().within == 15


@pytest.mark.parametrize(
    ("entity", "code", "place", "help_"),
    [
        ("names = ['A b']", "E110", (2, 13), "quote the phrase"),
        ("names = ['Apple OR Pear']", "E117", (2, 11), "list each name by itself"),
        ("names = ['ok']\nweak = ['@other']", "E117", (3, 10), "list each name"),
        ("names = ['ok']\ncontext = ['a*']", "E126", (3, 13), ""),
        ("names = ['ok']\nexcept = ['\"ok go']", "E101", (3, 12), "close it"),
        ("names = ['ok']\nexcept = 'no'", "E156", (3, 1), "write except = "),
        ("names = ['ok']\nwithin = -1", "E156", (3, 1), "write within = 15"),
        ("names = ['ok']\nwithin = 'near'", "E156", (3, 1), "write within = "),
        ("names = ['ok']\nwithn = 3", "E152", (3, 1), "did you mean `within`?"),
        ("names = ['ok']\nwikidata = '312'", "E156", (3, 1), "Q21708200"),
        ("weak = ['ok']", "E157", (2, 1), "context"),
        ("label = 'ok'", "E157", (1, 1), "write names = "),
        ("names = []", "E157", (2, 1), "add one"),
    ],
)
def test_a_mistake_in_an_entity_is_placed(
    entity: str, code: str, place: tuple[int, int], help_: str
) -> None:
    problems = loaded("@thing", f"[entity.thing]\n{entity}\n").problems
    first = next(p for p in problems if p.severity == "error")
    assert (first.code, first.line, first.column) == (code, *place)
    assert help_ in first.help


def test_weak_names_with_context_are_enough() -> None:
    entity = "[entity.thing]\nweak = ['ok']\ncontext = ['fine']\n"
    result = loaded("@thing", entity)
    assert result.ruleset is not None
    article = Article(url="", title="ok, fine", text="")
    assert match(result.ruleset, article)


def test_an_entity_that_is_no_table_or_has_no_proper_name_is_told() -> None:
    codes = [p.code for p in loaded("harbour", "[entity]\nthing = 3\n").problems]
    assert codes == ["E156"]
    codes = [p.code for p in loaded("harbour", "[entity.'A B']\nnames = ['x']\n").problems]
    assert "E158" in codes

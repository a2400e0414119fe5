"""The JSON Schema of rule files says what the strict reader says."""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from monitor.rules import load
from monitor.rules.keys import ENTITY_FILE, PACK_FILE, Key, Keys
from monitor.rules.schema import schema

ROOT = Path(__file__).parent.parent
DRAFT_4 = {
    *("$schema", "title", "description", "type", "properties", "additionalProperties", "items"),
    *("required", "enum", "pattern", "minimum", "default", "format"),
}
TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "array": list,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "object": dict,
}


def complaints(value: Any, rules: dict[str, Any], at: str = "") -> list[str]:
    """What a validator of these few words of draft 4 would say."""
    if isinstance(value, date):
        value = value.isoformat()
    kind = rules.get("type")
    flag = isinstance(value, bool) and kind in ("integer", "number")
    if kind is not None and (flag or not isinstance(value, TYPES[kind])):
        return [f"{at}: not {kind}"]
    found = limits(value, rules, at)
    if isinstance(value, dict):
        for name, inner in value.items():
            known = rules.get("properties", {}).get(name, rules.get("additionalProperties", {}))
            unknown = [f"{at}.{name}: unknown"]
            found += unknown if known is False else complaints(inner, known, f"{at}.{name}")
    if isinstance(value, list):
        for number, inner in enumerate(value):
            found += complaints(inner, rules.get("items", {}), f"{at}[{number}]")
    return found


def limits(value: Any, rules: dict[str, Any], at: str) -> list[str]:
    found = [f"{at}: lacks {name}" for name in rules.get("required", ()) if name not in value]
    if value not in rules.get("enum", [value]):
        found.append(f"{at}: not one of the words")
    if "pattern" in rules and not re.search(rules["pattern"], value):
        found.append(f"{at}: does not fit")
    if "minimum" in rules and value < rules["minimum"]:
        found.append(f"{at}: too small")
    return found


def words(rules: dict[str, Any]) -> set[str]:
    found = set(rules)
    for name in rules.get("properties", {}):
        found |= words(rules["properties"][name])
    for name in ("items", "additionalProperties"):
        if isinstance(rules.get(name), dict):
            found |= words(rules[name])
    return found


@pytest.mark.parametrize("keys", [None, PACK_FILE, ENTITY_FILE])
def test_the_schema_uses_the_words_of_draft_4(keys: Keys | None) -> None:
    made = schema(keys)
    assert made["$schema"] == "http://json-schema.org/draft-04/schema#"
    assert words(made) <= DRAFT_4


def every_key(keys: Keys) -> list[Key]:
    entries = [key.entry for key in keys.values() if key.entry is not None]
    below = [key.table for key in (*keys.values(), *entries)]
    return [*keys.values(), *entries, *(found for table in below for found in every_key(table))]


def test_every_key_has_a_description() -> None:
    for key in every_key({**PACK_FILE, **ENTITY_FILE}):
        assert key.about.endswith((".", ":"))


@pytest.mark.parametrize("file", sorted((ROOT / "rules").rglob("*.toml")), ids=lambda f: f.name)
def test_what_ships_is_valid(file: Path) -> None:
    keys = ENTITY_FILE if "entities" in file.parts else PACK_FILE
    data = tomllib.loads(file.read_text("utf-8"))
    assert complaints(data, schema(keys)) == []
    assert complaints(data, schema()) == []


RULE = "[[rule]]\nid = 'a'\nquery = 'harbour'\n"


@pytest.mark.parametrize(
    ("pack", "code"),
    [
        (RULE, None),
        (RULE + "expires = 2027-01-01\nstatus = 'shadow'\nallow = ['W060']\nreason = 'x'\n", None),
        (RULE + "[[rule.test]]\nmatch = true\ntitle = 'harbour'\ntodo = 5\n", None),
        ("[fragments]\na = 'x'\n", None),
        (RULE + "[[correlation]]\nid = 'b'\ntype = 'outlets'\nrules = ['a']\ngte = 4\n", None),
        (RULE + "[[filter]]\nid = 'f'\nquery = 'x'\nrules = ['*']\n", None),
        ("[[rule]]\nid = 'a'\n", "E157"),
        ("[[rule]]\nid = 'A b'\nquery = 'x'\n", "E158"),
        (RULE + "colour = 1\n", "E152"),
        (RULE + "tags = 'x'\n", "E156"),
        (RULE + "tags = [1]\n", "E156"),
        (RULE + "status = 'on'\n", "E156"),
        (RULE + "expires = 5\n", "E156"),
        (RULE + "[[rule.test]]\nmatch = 1\n", "E156"),
        (RULE + "[[rule.test]]\ntitle = 'x'\n", "E157"),
        ("[pack]\nrequire_tests = 1\n", "E156"),
        ("[fragments]\na = 1\n", "E156"),
        ("rule = 1\n", "E156"),
        (RULE + "[[correlation]]\nid = 'b'\ntype = 'burst'\nrules = ['a']\n", "E156"),
        (RULE + "[[correlation]]\nid = 'b'\ntype = 'spike'\nrules = ['a']\ngte = 0\n", "E156"),
        (RULE + "[[correlation]]\nid = 'b'\ntype = 'spike'\nrules = ['a']\ngte = true\n", "E156"),
        (
            RULE + "[[correlation]]\nid='b'\ntype='spike'\nrules=['a']\ntimespan='1 h'\n",
            "E156",
        ),
    ],
)
def test_schema_and_reader_agree(pack: str, code: str | None) -> None:
    found = {p.code for p in load({"p.toml": pack}).problems}
    assert found == ({code} if code else set())
    assert bool(complaints(tomllib.loads(pack), schema(PACK_FILE))) == (code is not None)


@pytest.mark.parametrize(
    ("entities", "fine"),
    [
        ("library = true\n[entity.a]\nnames = ['A']\nwithin = 3\nexcept = ['\"A b\"']\n", True),
        ("[entity.a]\nnames = 'A'\n", False),
        ("[entity.a]\nnames = ['A']\nname = 'x'\n", False),
        ("[entity.a]\nnames = ['A']\nwithin = -1\n", False),
        ("[entity.a]\nnames = ['A']\nwikidata = 'x'\n", False),
        ("[entity]\na = 1\n", False),
    ],
)
def test_schema_and_reader_agree_on_entities(entities: str, *, fine: bool) -> None:
    assert (load({"entities/e.toml": entities}).problems == ()) == fine
    assert (complaints(tomllib.loads(entities), schema(ENTITY_FILE)) == []) == fine

"""The JSON Schema of rule files, for completion and checks in editors.

It is made from the very table that the strict reader uses. Draft 4, since the editors' TOML
plugins know no later one.
"""

from typing import Any

from monitor.rules.keys import ENTITY_FILE, PACK_FILE, Key, Keys, Kind

_TYPES = {
    Kind.TEXT: "string",
    Kind.TEXTS: "array",
    Kind.FLAG: "boolean",
    Kind.NUMBER: "integer",
    Kind.DECIMAL: "number",
    Kind.DATE: "string",
    Kind.TABLE: "object",
    Kind.TABLES: "array",
}


def schema(keys: Keys | None = None) -> dict[str, Any]:
    """The schema of packs (PACK_FILE), of entity files (ENTITY_FILE), or of both."""
    title = {id(PACK_FILE): "A pack of rules", id(ENTITY_FILE): "Entities"}
    return {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "title": title.get(id(keys), "Rule files of monitor: packs and entities"),
        **_table({**PACK_FILE, **ENTITY_FILE} if keys is None else keys),
    }


def _table(keys: Keys) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _value(key) for name, key in keys.items()},
    }
    required = [name for name, key in keys.items() if key.required]
    return {**found, "required": required} if required else found


def _value(key: Key) -> dict[str, Any]:
    found: dict[str, Any] = {"description": key.about}
    if key.kind is not Kind.ANY:
        found["type"] = _TYPES[key.kind]
    if key.kind is Kind.TEXTS:
        found["items"] = {"type": "string"}
    elif key.kind is Kind.TABLES:
        found["items"] = _table(key.table)
    elif key.kind is Kind.DATE:
        found["format"] = "date"
    elif key.entry is not None:
        found["additionalProperties"] = _value(key.entry)
    elif key.kind is Kind.TABLE:
        found |= _table(key.table)
    return found | _limits(key)


def _limits(key: Key) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    if key.choices:
        limits["enum"] = list(key.choices)
    if key.pattern:
        limits["pattern"] = f"^(?:{key.pattern})$"
    if key.least is not None:
        limits["minimum"] = key.least
    if key.default is not None:
        limits["default"] = key.default
    return limits

"""What the rule files of a place define: entities, fragments and rules, with where they stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from monitor.lsp.outline import Kind, Path, Piece, outline, read_text
from monitor.rules.entities import holds_entities
from monitor.rules.keys import ENTITY_FILE, PACK_FILE, Key, Keys
from monitor.rules.keys import Kind as Holds

QUERIES = frozenset({("rule", "query"), ("filter", "query")})
RULE_LISTS = frozenset({("correlation", "rules"), ("filter", "rules"), ("filter", "except_rules")})


@dataclass(slots=True)
class Definition:
    """Something with a name. ``texts``: what its keys hold, each a list of texts."""

    name: str
    path: str
    start: int
    end: int
    texts: dict[str, list[str]] = field(default_factory=dict)

    def first(self, key: str) -> str:
        """The text of a key; empty if there is none."""
        return next(iter(self.texts.get(key, ())), "")


Definitions = Mapping[str, Definition]


def is_query(path: Path) -> bool:
    """Whether a condition stands at a path."""
    return path in QUERIES or (len(path) == 2 and path[0] == "fragments")


def entities(files: Mapping[str, str]) -> dict[str, Definition]:
    """All entities by slug."""
    found: dict[str, Definition] = {}
    for path, source in files.items():
        if holds_entities(path):
            for definition in _entities(path, source):
                found.setdefault(definition.name, definition)
    return found


def fragments(path: str, source: str) -> dict[str, Definition]:
    """The fragments of a pack by name; what they hold is their ``query``."""
    found: dict[str, Definition] = {}
    for piece in outline(source):
        if len(piece.path) == 2 and piece.path[0] == "fragments":
            name = piece.path[1]
            if piece.kind is Kind.KEY:
                end = piece.start + len(source[slice(*piece.inner)].rstrip())
                found.setdefault(name, Definition(name, path, piece.start, end))
            elif piece.kind is Kind.TEXT and name in found:
                found[name].texts.setdefault("query", []).append(read_text(source, piece).value)
    return found


def rules(files: Mapping[str, str]) -> dict[str, Definition]:
    """All rules by id."""
    found: dict[str, Definition] = {}
    for path, source in files.items():
        for definition in _rows(path, source, ("rule",)):
            name = definition.first("id")
            if name:
                definition.name = name
                found.setdefault(name, definition)
    return found


def key_at(path: Path) -> Key | None:
    """What the schema knows of a key; None for names that operators choose, too."""
    known: Keys = {**PACK_FILE, **ENTITY_FILE}
    key: Key | None = None
    for part in path:
        key = key.entry if key is not None and key.entry is not None else known.get(part)
        if key is None:
            return None
        known = key.table
    return key


def headers(keys: Keys) -> dict[str, Key]:
    """The headers of tables that a file may have, as they are written."""
    found: dict[str, Key] = {}
    for name, key in keys.items():
        if key.kind is Holds.TABLES:
            found[f"[[{name}]]"] = key
            found |= {f"[[{name}.{sub}]]": key.table[sub] for sub in _tables(key.table)}
        elif key.entry is not None and key.entry.table:
            found[f"[{name}.]"] = key
        elif key.kind is Holds.TABLE:
            found[f"[{name}]"] = key
    return found


def names_rules(path: Path) -> bool:
    """Whether ids of rules, or patterns of them, stand at a path."""
    return path in RULE_LISTS


def _tables(keys: Keys) -> list[str]:
    return [name for name, key in keys.items() if key.table]


@lru_cache(maxsize=64)
def _entities(path: str, source: str) -> tuple[Definition, ...]:
    named: dict[str, Definition] = {}
    for piece in outline(source):
        if len(piece.path) < 2 or piece.path[0] != "entity":
            continue
        slug = piece.path[1]
        if slug not in named:
            named[slug] = Definition(slug, path, piece.start, piece.end)
        _note(named[slug], source, piece, 2)
    return tuple(named.values())


def _rows(path: str, source: str, table: Path) -> list[Definition]:
    """Each row of a list of tables."""
    rows: list[Definition] = []
    for piece in outline(source):
        if piece.kind is Kind.HEADER and piece.path == table:
            rows.append(Definition("", path, piece.start, piece.end))
        elif rows and piece.path[:-1] == table:
            _note(rows[-1], source, piece, len(table))
    return rows


def _note(definition: Definition, source: str, piece: Piece, depth: int) -> None:
    if piece.kind is Kind.TEXT and len(piece.path) == depth + 1:
        definition.texts.setdefault(piece.path[-1], []).append(read_text(source, piece).value)

"""What may be written at a place of a rule file."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from monitor.lsp import glossary
from monitor.lsp.glossary import Definition
from monitor.lsp.meanings import FIELDS, OPERATORS, Meaning, shown
from monitor.lsp.outline import Cursor, Kind, Path, cursor, outline, piece_at
from monitor.rules.codes import CODES
from monitor.rules.entities import holds_entities
from monitor.rules.keys import ENTITY_FILE, PACK_FILE, Key
from monitor.rules.keys import Kind as Holds
from monitor.rules.lexemes import META

_WORD = re.compile(r"[@$]?[\w-]*$")
_VALUE = re.compile(rf"\b(?:{'|'.join(META)}):(?:\([^()]*|[^\s()]*)$", re.IGNORECASE)
_OPERAND = re.compile(r"""(?:[\w"~*?)’'.]|\d)\s+$""")
_OPERATOR = re.compile(r"(?:\b(?:AND|OR|NOT|EXCEPT|OF)|/\d+|:)\s+$")
_QUOTED = re.compile(r'"[^"\n]*"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Something that may be written instead of ``start`` to ``end``.

    ``kind`` is what it is: operator, field, entity, fragment, key, table, value, rule. ``insert``
    has ``$0`` where writing goes on. ``filter`` is what typed letters are compared with; ``rank``
    puts what fits best first.
    """

    label: str
    kind: str
    insert: str
    start: int
    end: int
    detail: str = ""
    about: str = ""
    filter: str = ""
    rank: int = 1


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known around a file: the files of its place by path, and the configured chats."""

    files: Mapping[str, str]
    chats: Collection[str] = field(default=())


def complete(path: str, source: str, offset: int, around: Surroundings) -> list[Suggestion]:
    """All that may be written at an offset of a file."""
    at = cursor(source, offset)
    match at.kind:
        case Kind.TEXT if glossary.is_query(at.path):
            return list(_query(path, source, at.start, offset, around))
        case Kind.TEXT:
            piece = piece_at(source, offset)
            end = piece.inner[1] if piece and piece.closed else offset
            return list(_values(at, max(end, offset), around, quoted=True))
        case Kind.SCALAR:
            return list(_values(at, offset, around, quoted=False))
        case Kind.KEY | Kind.HEADER:
            return list(_keys(path, source, at, offset))
        case _:
            return []


# --- queries


def _query(
    path: str, source: str, start: int, offset: int, around: Surroundings
) -> Iterator[Suggestion]:
    before = source[start:offset]
    line = _QUOTED.sub("", before.rpartition("\n")[2])
    if '"' in line or "//" in line or _VALUE.search(line):
        return  # inside a phrase, a comment or a value
    word = _WORD.search(before)
    typed = word.group() if word else ""
    first, left = offset - len(typed), before[: len(before) - len(typed)]
    if not typed.startswith("$"):
        for entity in glossary.entities(around.files).values():
            yield _entity(entity, first, offset)
    if not typed.startswith("@"):
        for fragment in glossary.fragments(path, source).values():
            yield _fragment(fragment, first, offset)
    if not typed.startswith(("@", "$")):
        operator_comes = bool(_OPERAND.search(left)) and not _OPERATOR.search(left)
        for name, meaning in OPERATORS.items():
            infix = name not in ("count", "OF", "NOT")
            fits = infix == operator_comes or name == "NOT"
            yield _meant(name, "operator", meaning, (first, offset), rank=0 if fits else 2)
        for meaning in FIELDS.values():
            rank = 2 if operator_comes else 0
            yield _meant(meaning.insert.split("$")[0], "field", meaning, (first, offset), rank=rank)


def _meant(
    label: str, kind: str, meaning: Meaning, at: tuple[int, int], *, rank: int
) -> Suggestion:
    return Suggestion(
        label=label.removesuffix("("),
        kind=kind,
        insert=meaning.insert,
        start=at[0],
        end=at[1],
        detail=meaning.example,
        about=shown(meaning),
        rank=rank,
    )


def _entity(entity: Definition, start: int, end: int) -> Suggestion:
    label, names = entity.first("label"), entity.texts.get("names", [])
    plain = [name.strip("=\"'") for name in names]
    return Suggestion(
        label=f"@{entity.name}",
        kind="entity",
        insert=f"@{entity.name}",
        start=start,
        end=end,
        detail=label,
        about=", ".join(plain),
        filter=" ".join((f"@{entity.name}", label, *plain)),
    )


def _fragment(fragment: Definition, start: int, end: int) -> Suggestion:
    return Suggestion(
        label=f"${fragment.name}",
        kind="fragment",
        insert=f"\\${fragment.name}",
        start=start,
        end=end,
        detail="a fragment of this pack",
        about=f"```\n{fragment.first('query').strip()}\n```",
    )


# --- values


def _values(at: Cursor, end: int, around: Surroundings, *, quoted: bool) -> Iterator[Suggestion]:
    for value, about in _choices(at.path, around):
        bare = quoted or value in ("true", "false")
        insert = value if bare else f'"{value}"'
        yield Suggestion(
            label=value, kind="value", insert=insert, start=at.start, end=end, about=about
        )


def _choices(path: Path, around: Surroundings) -> Iterator[tuple[str, str]]:
    """The values that a key may have, with what they mean."""
    key = glossary.key_at(path)
    if path and path[-1] == "channels":
        yield from ((chat, "a chat of config.toml") for chat in around.chats)
    elif path and path[-1] == "allow":
        yield from ((code, what) for code, what in CODES.items() if code.startswith("W"))
    elif glossary.names_rules(path):
        yield from (
            (name, rule.first("title")) for name, rule in glossary.rules(around.files).items()
        )
    elif key is not None and key.kind is Holds.FLAG:
        yield from ((value, key.about) for value in ("true", "false"))
    elif key is not None:
        yield from ((choice, key.about) for choice in key.choices)


# --- keys and headers


def _keys(path: str, source: str, at: Cursor, offset: int) -> Iterator[Suggestion]:
    file_keys = ENTITY_FILE if holds_entities(path) else PACK_FILE
    start = at.start
    if at.kind is Kind.HEADER:
        start = source.rfind("[", 0, start)
        start -= source[start - 1 : start] == "["
    end = offset + len(source[offset : offset + 2]) - len(source[offset : offset + 2].lstrip("]"))
    for header, key in glossary.headers(file_keys).items():
        insert = header.replace(".]", ".$0]") if header.endswith(".]") else f"{header}\n$0"
        yield Suggestion(
            label=header, kind="table", insert=insert, start=start, end=end, about=key.about,
            rank=2 if at.kind is Kind.KEY and at.path else 0,
        )  # fmt: skip
    if at.kind is Kind.KEY:
        yield from _missing(source, at, offset, file_keys)


def _missing(
    source: str, at: Cursor, offset: int, file_keys: Mapping[str, Key]
) -> Iterator[Suggestion]:
    """The keys that a table may have and has not."""
    table = glossary.key_at(at.path)
    known = table.table if table is not None else {} if at.path else file_keys
    there = {
        piece.path[len(at.path)]
        for piece in outline(source)
        if piece.kind is Kind.KEY and piece.closed and piece.header == at.header
        and len(piece.path) > len(at.path)
    }  # fmt: skip
    for name, key in known.items():
        if name not in there and key.kind not in (Holds.TABLE, Holds.TABLES):
            yield Suggestion(
                label=name,
                kind="key",
                insert=f"{name} = {_opening(name, key)}",
                start=at.start,
                end=offset,
                detail=str(key.kind),
                about=key.about,
                rank=0 if key.required else 1,
            )


def _opening(name: str, key: Key) -> str:
    """The beginning of a value, up to where it is to be written."""
    if name == "query":
        return "'''$0'''"
    return {Holds.TEXT: '"$0"', Holds.TEXTS: "[$0]"}.get(key.kind, "$0")

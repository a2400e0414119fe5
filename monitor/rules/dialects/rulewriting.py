"""Converted queries → rules in TOML, with the original and all notes above each."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.rules.dialects.conversion import Conversion
from monitor.rules.dialects.notes import Weight
from monitor.rules.dialects.queries import Query

_ID_WORDS = 4
_TITLE_LENGTH = 60
_OPERATOR_WORDS = re.compile(
    r"\b(?:and|or|not|o?near(?:/?\d+f?)?|adj\d*|same|w/\w+|pre/\d+)\b"
    r"|\batleast\d+\b"  # codespell:ignore atleast
    r"|\w+[:=]|[a-z]\w*(?=\()|/[FN]\d+/",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Naming:
    """The id and title that the operator wishes; several queries are numbered."""

    id: str = ""
    title: str = ""


def pack(
    converted: Sequence[tuple[Query, Conversion]], system: str, naming: Naming | None = None
) -> str:
    """The rules for queries of a system, as text of a rule file."""
    head = f"# Imported from {system}. Read the notes, add tests, then: monitor rules check\n"
    ids = _ids([query for query, _ in converted], naming or Naming())
    rules = (
        _rule(query, conversion, id_, _title(query, naming or Naming()))
        for (query, conversion), id_ in zip(converted, ids, strict=True)
    )
    return "\n".join([head, *rules])


def _rule(query: Query, conversion: Conversion, id_: str, title: str) -> str:
    lines = [f"# {line}" for line in _comment(query.text)]
    lines += [f"#   {_plain(str(note))}" for note in conversion.notes]
    lines += [f"#   not converted: {_plain(flaw.title)}" for flaw in conversion.flaws]
    if conversion.query is None:
        return "\n".join([*lines, ""])
    lines += ["[[rule]]", f"id = {_text(id_)}", f"title = {_text(title)}"]
    lines.append(f"query = '''{conversion.query}'''")
    if conversion.weight is Weight.LOST:
        lines.append('status = "off"  # parts of it were not converted: mend the query first')
    return "\n".join([*lines, ""])


def _ids(found: Sequence[Query], naming: Naming) -> Iterator[str]:
    """An id for each query; no two alike."""
    given: set[str] = set()
    for query in found:
        stem = slug(naming.id) or slug(query.name) or _slug_of_words(query.text) or "imported"
        id_, number = stem, 1
        if naming.id and len(found) > 1:
            id_ = f"{stem}-1"
        while id_ in given:
            number += 1
            id_ = f"{stem}-{number}"
        given.add(id_)
        yield id_


def slug(name: str) -> str:
    """A name as an id: lower-case letters, digits and single hyphens; may be empty."""
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c)
    )
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _slug_of_words(text: str) -> str:
    words = re.findall(r"\w+", _OPERATOR_WORDS.sub(" ", text))
    return slug("-".join(words[:_ID_WORDS]))


def _title(query: Query, naming: Naming) -> str:
    title = " ".join(_plain(naming.title or query.name or query.text).split())
    return title if len(title) <= _TITLE_LENGTH else f"{title[: _TITLE_LENGTH - 1].rstrip()}…"


def _comment(text: str) -> list[str]:
    return [_plain(line) for line in text.split("\n")]


def _plain(text: str) -> str:
    """Text without the control characters that TOML refuses, and without surrogates."""
    kept = (" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in text)
    return "".join(kept).rstrip()


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

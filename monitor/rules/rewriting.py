"""Formats the queries of a rule file in place: all else in the file stays as it is."""

import re
import tomllib
from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

from monitor.rules.formatting import format_query
from monitor.rules.parsing import parse
from monitor.rules.places import Path, Places, locate

_CRLF = re.compile("\r\n").finditer


@dataclass(frozen=True, slots=True)
class Formatted:
    """A rule file with its queries in canonical form.

    ``changed``: how many were rewritten; ``broken``: how many have errors and were left alone.
    """

    text: str
    changed: int = 0
    broken: int = 0


def format_file(text: str) -> Formatted:
    """Format all queries of a pack; raises tomllib.TOMLDecodeError if the text is no TOML."""
    source = text.replace("\r\n", "\n")
    try:
        data = tomllib.loads(source)
        places = locate(source)
    except RecursionError:
        raise tomllib.TOMLDecodeError("values nested too deep") from None
    edits: list[tuple[int, int, str]] = []
    broken = 0
    for path, query in _queries(data):
        broken += parse(query).broken
        wanted = format_query(query)
        if wanted != query and path in places.texts:
            edits.append(edit_text(places, path, wanted))
    return Formatted(_apply(text, edits), len(edits), broken)


def _queries(data: dict[str, Any]) -> list[tuple[Path, str]]:
    """The queries of a pack, as far as it has the right form."""
    found: list[tuple[Path, object]] = []
    fragments = data.get("fragments")
    if isinstance(fragments, dict):
        found += [(("fragments", name), query) for name, query in fragments.items()]
    for table in ("rule", "filter"):
        rows = data.get(table)
        for number, row in enumerate(rows if isinstance(rows, list) else ()):
            if isinstance(row, dict):
                found.append(((table, number, "query"), row.get("query")))
    return [(path, query) for path, query in found if isinstance(query, str)]


def edit_text(places: Places, path: Path, wanted: str) -> tuple[int, int, str]:
    """What to put where (start, end, new), so that the text at a path becomes another one."""
    source, start, end = places.source, places.texts[path][0], places.texts[path][-1]
    quote = source[end]
    if source.startswith(quote * 3, end):
        lone = "\n" in wanted and source[start - 1] != "\n"  # now it begins on a line of its own
        shown = f"\n{wanted.rstrip()}\n" if lone else wanted
        return start, end, _escaped(shown, quote * 3)
    if "\n" in wanted or (quote == "'" and "'" in wanted):
        return start - 1, end + 1, f"'''\n{wanted.rstrip()}\n'''"
    return start, end, _escaped(wanted, quote)


def _escaped(text: str, quotes: str) -> str:
    """A text as it stands between such quotes."""
    if quotes[0] == "'":
        return text
    text = text.replace("\\", "\\\\")
    if len(quotes) == 1:
        return text.replace('"', '\\"').replace("\t", "\\t")
    text = text.replace('"""', '\\"\\"\\"')
    return f'{text[:-1]}\\"' if text.endswith('"') else text


def _apply(text: str, edits: list[tuple[int, int, str]]) -> str:
    """The original text with edits that count ``\\r\\n`` as one character."""
    returns = [at - number for number, at in enumerate(found.start() for found in _CRLF(text))]
    for start, end, new in sorted(edits, reverse=True):
        first, last = start + bisect_left(returns, start), end + bisect_left(returns, end)
        shown = new.replace("\n", "\r\n") if returns else new
        text = text[:first] + shown + text[last:]
    return text

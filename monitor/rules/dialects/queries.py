"""Finds the queries in a text: one a line, separated by blank lines, or CSV of name and query."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.errors import ParseError

_JOINED = re.compile(  # a line that ends or begins like this belongs with its neighbour
    r"(?:\b(?:and|or|not|o?near(?:/?\d+f?)?|adj\d*|same|w/\w+|pre/\d+)|[(|,])\s*$", re.IGNORECASE
)
_JOINS = re.compile(
    r"\s*(?:(?:and|or|not|o?near(?:/?\d+f?)?|adj\d*|same|w/\w+|pre/\d+)\b|[)|])", re.IGNORECASE
)
_QUOTED = re.compile('["“”„][^"“”„]*["“”]')
_QUERY_HEADS = ("query", "search", "keywords", "boolean", "search string", "search query")
_NAME_HEADS = ("name", "title", "id", "search name", "query name")


@dataclass(frozen=True, slots=True)
class Query:
    """A query as found: its ``text``, the ``line`` it begins on (from 1), and a name if it has."""

    text: str
    line: int
    name: str = ""


def queries(text: str, *, as_csv: bool = False) -> list[Query]:
    """All queries of a file; raises ParseError if its CSV cannot be read.

    ``as_csv`` for files that are called so; a first line with ``name,query`` says it, too.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if as_csv or _has_header(text):
        return list(_rows(text))
    return list(_blocks(text.split("\n")))


def _has_header(text: str) -> bool:
    heads = _heads(text.lstrip("\n").partition("\n")[0])
    return len(heads) > 1 and any(head in _QUERY_HEADS for head in heads)


def _heads(line: str) -> list[str]:
    return [head.strip('" \t').casefold() for head in re.split(r"[,;\t]", line)]


def _rows(text: str) -> Iterator[Query]:
    first = text.lstrip("\n").partition("\n")[0]
    delimiter = "," if _has_header(text) or "\t" not in first else "\t"
    if _has_header(text):
        delimiter = next((sign for sign in ",;\t" if sign in first), ",")
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    name_at, query_at, begins = 0, 1, 1
    try:
        for row in reader:
            if begins == 1 and _has_header(text) and any(map(str.strip, row)):
                name_at, query_at = _columns([cell.strip().casefold() for cell in row])
            elif any(map(str.strip, row)):
                yield _row(row, name_at, query_at, begins)
            begins = reader.line_num + 1
    except csv.Error as error:
        what = f"line {reader.line_num} is not CSV ({error})"
        raise ParseError(f'{what}; write name,"query", quotes in the query doubled: ""') from error


def _columns(heads: list[str]) -> tuple[int, int]:
    query = next(i for i, head in enumerate(heads) if head in _QUERY_HEADS)
    name = next((i for i, head in enumerate(heads) if head in _NAME_HEADS), -1)
    return name, query


def _row(row: list[str], name_at: int, query_at: int, line: int) -> Query:
    if len(row) == 1:
        return Query(row[0].strip(), line)
    if query_at >= len(row):
        raise ParseError(f'line {line} has no query; write name,"query"')
    name = row[name_at].strip() if name_at >= 0 else ""
    return Query(row[query_at].strip(), line, name)


def _blocks(lines: list[str]) -> Iterator[Query]:
    start = 0
    while start < len(lines):
        if not lines[start].strip():
            start += 1
            continue
        end = _end(lines, start)
        yield Query("\n".join(lines[start:end]).rstrip(), start + 1)
        start = end


def _end(lines: list[str], start: int) -> int:
    """One past the last line of the query that begins here.

    A parenthesis that stays open to the end of the block is a mistake of its own line, which must
    not swallow the queries below it.
    """
    stop = next((i for i in range(start, len(lines)) if not lines[i].strip()), len(lines))
    for end in range(start + 1, stop + 1):
        goes_on = end < stop and (_JOINS.match(lines[end]) or _JOINED.search(lines[end - 1]))
        if not goes_on and not _is_open("\n".join(lines[start:end])):
            return end
    return start + 1


def _is_open(text: str) -> bool:
    plain = _QUOTED.sub("", text)
    opened = plain.count("(") - plain.count(")")
    return opened > 0 or plain.count("<<<") > plain.count(">>>") or '"' in plain

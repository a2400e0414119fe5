"""Corrections of problems as edits: what their help says, put into the file."""

import re
from collections import Counter
from dataclasses import dataclass

from monitor.rules.parsing import parse
from monitor.rules.places import Path, Places
from monitor.rules.problems import Problem
from monitor.rules.rewriting import edit_text
from monitor.rules.rulefile import RuleFile

_MEANT = re.compile(r"did you mean (?:`([^`]+)`|([@$][\w-]+))\?")
_WRONG = re.compile(r"`([^`]+)`|([@$][\w-]+)")
_PARTS = frozenset({"E126"})  # the help shows the term alone, not the whole query
_ALTERNATIVES = frozenset({"E110"})  # each line of the help is another way to write the terms


@dataclass(frozen=True, slots=True)
class Fix:
    """An edit of ``start`` to ``end`` that mends a problem."""

    title: str
    start: int
    end: int
    new: str


def fixes(source: str, problem: Problem) -> list[Fix]:
    """The ways to mend a problem that its help tells, best first.

    ``source`` has ``\\n`` as line ends, and is the text in which the problem was found.
    """
    if problem.code == "E155":
        return []
    advice, _, mended = problem.help.partition("\n")
    start = offset_of(source, problem.line, problem.column)
    if _MEANT.search(advice):
        return _renamed(source, start, problem.title, advice)
    file = RuleFile(problem.path, source)
    path = _text_at(file.places, start)
    if not mended or path is None:
        return []
    query = file.value(path)
    at = file.places.texts[path].index(start)
    return [
        Fix(f"write {_short(new)}", *edit_text(file.places, path, new))
        for new in _candidates(problem, query, mended, at)
        if _is_better(query, new, problem.code)
    ]


def offset_of(source: str, line: int, column: int) -> int:
    """The offset of a problem's place, which counts from 1."""
    start = 0
    for _ in range(line - 1):
        start = source.find("\n", start) + 1
    return min(start + column - 1, len(source))


def trimmed(before: str, after: str) -> tuple[int, int, str] | None:
    """The smallest edit of whole lines that makes one text the other; None if they are equal."""
    if before == after:
        return None
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    start = sum(map(len, old[:first]))
    end = len(before) - sum(map(len, old[len(old) - last :]))
    return start, end, "".join(new[first : len(new) - last])


def _renamed(source: str, start: int, title: str, advice: str) -> list[Fix]:
    """The name that a problem is about, as the title has it, replaced by the one that is meant."""
    meant, named = _MEANT.search(advice), _WRONG.findall(title)
    if meant is None or not named:
        return []
    old, new = named[-1][0] or named[-1][1], meant[1] or meant[2]
    end = source.find("\n", start)
    at = source.find(old, start, end if end >= 0 else len(source))
    return [Fix(f"write {new}", at, at + len(old), new)] if at >= 0 else []


def _text_at(places: Places, offset: int) -> Path | None:
    """The path of the text that an offset lies in."""
    return next((path for path, at in places.texts.items() if at[0] <= offset <= at[-1]), None)


def _candidates(problem: Problem, query: str, mended: str, at: int) -> list[str]:
    if problem.code in _PARTS:
        return [query[:at] + mended + query[at + problem.width :]]
    if problem.code in _ALTERNATIVES:
        return _rewritten_terms(query, mended.split("\n"), at)
    blank = query[: len(query) - len(query.lstrip())], query[len(query.rstrip()) :]
    return [f"{blank[0]}{mended.strip()}{blank[1]}"]


def _rewritten_terms(query: str, lines: list[str], at: int) -> list[str]:
    """The query with the terms around a place written in each of these ways."""
    terms = lines[-1].split(" AND ")
    side_by_side = re.compile(r"(?:\s+AND\s+|\s+)".join(map(re.escape, terms)))
    for found in side_by_side.finditer(query):
        if found.start() <= at < found.end():
            return [query[: found.start()] + line + query[found.end() :] for line in lines]
    return []


def _is_better(query: str, new: str, code: str) -> bool:
    """Whether a query has fewer flaws of this kind than before, and not more in all."""
    if new == query or ("…" in new and "…" not in query):  # the operator is to fill something in
        return False
    before = Counter(flaw.code for flaw in parse(query).flaws)
    after = Counter(flaw.code for flaw in parse(new).flaws)
    return after[code] <= max(before[code] - 1, 0) and after.total() <= before.total()


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"

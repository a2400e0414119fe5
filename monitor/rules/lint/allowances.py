"""Warnings that are meant to be: ``// allow: W020 reason`` in a query, ``allow = ["W020"]``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.rules.codes import CODES, NEEDS_ARCHIVE
from monitor.rules.places import Path
from monitor.rules.problems import Flaw
from monitor.rules.rulefile import RuleFile

_COMMENT = re.compile(r'"[^"\n]*"|(?P<comment>//[^\n]*)')
_ALLOW = re.compile(r"//\s*allow:?\s*(?P<codes>[A-Za-z]\d+(?:[\s,]+[A-Za-z]\d+)*)", re.IGNORECASE)
_CODE = re.compile(r"[A-Za-z]\d+")


@dataclass(frozen=True, slots=True)
class Allowance:
    """A code that is allowed in all that a path leads to.

    It is written in the element at ``path``, or at ``at`` in the comment of the query there.
    """

    code: str
    scope: Path
    path: Path
    at: tuple[int, int] | None = None


def comments(query: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """The codes that the comments of a query allow, with their places."""
    for found in _COMMENT.finditer(query):
        allow = _ALLOW.match(found["comment"] or "")
        if allow:
            start = found.start() + allow.start("codes")
            for code in _CODE.finditer(allow["codes"]):
                yield code.group().upper(), (start + code.start(), start + code.end())


def read_allowances(file: RuleFile) -> list[Allowance]:
    """All allowances of a pack."""
    found = []
    for path in _tables(file):
        table = file.value(path)
        codes = table.get("allow")
        scope = () if path == ("pack",) else path
        for number, code in enumerate(codes if isinstance(codes, list) else ()):
            found.append(Allowance(str(code).strip().upper(), scope, (*path, "allow", number)))
        queries = [key for key in table if path == ("fragments",) or key == "query"]
        for key in queries:
            if isinstance(table[key], str):
                scope = path if key == "query" and path != ("fragments",) else (*path, key)
                found += [Allowance(c, scope, (*path, key), at) for c, at in comments(table[key])]
    return found


def _tables(file: RuleFile) -> list[Path]:
    single: list[Path] = [(name,) for name in ("pack", "fragments")]
    tables = [path for path in single if isinstance(file.data.get(str(path[0])), dict)]
    for name in ("rule", "filter"):
        many = file.data.get(name)
        rows = many if isinstance(many, list) else []
        tables += [(name, at) for at, row in enumerate(rows) if isinstance(row, dict)]
    return tables


def allow(file: RuleFile, *, judged: bool) -> None:
    """Take the warnings that are allowed out of what was reported.

    ``judged``: all of the lint has run, so allowances that nothing needed are reported (W090).
    """
    if not judged and all(problem.severity == "error" for _, problem in file.reported):
        return
    allowances = read_allowances(file)
    used: set[Allowance] = set()
    kept = []
    for path, problem in file.reported:
        fits = [
            allowance
            for allowance in allowances
            if problem.severity == "warning"
            and allowance.code == problem.code
            and path[: len(allowance.scope)] == allowance.scope
        ]
        used.update(fits)
        if not fits:
            kept.append((path, problem))
    file.reported[:] = kept
    if judged:
        for allowance in allowances:
            if allowance not in used and allowance.code not in NEEDS_ARCHIVE:
                _unused(file, allowance)


def _unused(file: RuleFile, allowance: Allowance) -> None:
    code = allowance.code
    if code not in CODES:
        title = f"there is no warning {code}"
    elif not code.startswith("W"):
        title = f"{code} is an error: it cannot be allowed"
    else:
        title = f"{code} is allowed, but nothing here gives that warning"
    label, advice = "not needed", "leave it out"
    if allowance.at is None:
        file.report("W090", allowance.path, title, advice, label=label, severity="warning")
    else:
        flaw = Flaw(
            code="W090",
            at=allowance.at,
            title=title,
            severity="warning",
            label=label,
            help=advice,
        )
        file.report_flaw(allowance.path, flaw)

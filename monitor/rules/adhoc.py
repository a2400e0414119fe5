"""Queries that stand in no file: read with the entities and fragments of the rule files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from monitor.rules.conditions import Condition, show
from monitor.rules.entities import Entities, holds_entities, read_entities
from monitor.rules.linking import Fragments, check_required, link, references
from monitor.rules.packs import read_pack
from monitor.rules.parsing import parse
from monitor.rules.problems import Flaw, Label, Problem
from monitor.rules.rulefile import RuleFile

PLACE = "query"  # what problems name as their file


@dataclass(frozen=True, slots=True)
class AdHoc:
    """A query as read; ``condition`` is None if any of ``problems`` is an error."""

    condition: Condition | None
    entities: Entities
    problems: tuple[Problem, ...]


def read_adhoc(query: str, files: Mapping[str, str]) -> AdHoc:
    """Read a query that may name the entities of these rule files, and fragments of any pack.

    Problems of the files themselves are left to their own check.
    """
    opened = [RuleFile(path, text) for path, text in files.items()]
    readable = [file for file in opened if not file.has_errors]
    entities = read_entities(file for file in readable if holds_entities(file.path))
    packs = [
        (file.path, read_pack(file, entities, None).fragments)
        for file in readable
        if not holds_entities(file.path)
    ]
    fragments, rivals = _merged(packs)
    parsed = parse(query)
    condition, flaws = None, parsed.flaws
    if parsed.condition is not None:
        flaws += tuple(_ambiguous(parsed.condition, rivals))
        condition, more = link(parsed.condition, entities, fragments)
        flaws += more
    if condition is not None and not any(flaw.severity == "error" for flaw in flaws):
        flaws += check_required(condition)
    broken = any(flaw.severity == "error" for flaw in flaws)
    problems = tuple(_problem(query, flaw) for flaw in flaws)
    return AdHoc(None if broken else condition, entities, problems)


def _merged(
    packs: Iterable[tuple[str, Fragments]],
) -> tuple[dict[str, Condition | None], dict[str, list[str]]]:
    """The fragments of all packs, and the packs of those that mean different things in them."""
    merged: dict[str, Condition | None] = {}
    homes: dict[str, list[str]] = {}
    rivals: dict[str, list[str]] = {}
    for path, fragments in packs:
        for name, condition in fragments.items():
            other = merged.setdefault(name, condition)
            homes.setdefault(name, []).append(path)
            if other and condition and show(other) != show(condition):
                rivals[name] = homes[name]
    return merged, rivals


def _ambiguous(condition: Condition, rivals: Mapping[str, list[str]]) -> Iterable[Flaw]:
    for reference in references(condition):
        if reference.name in rivals:
            paths = rivals[reference.name]
            yield Flaw(
                code="E131",
                at=reference.at,
                title=f"${reference.name} means different things in {' and '.join(paths)}",
                label="which of them?",
                help=f"name the pack whose fragments are meant: --rules {paths[0]}",
            )


def _problem(query: str, flaw: Flaw) -> Problem:
    main = _label(query, flaw.at, flaw.label)
    return Problem(
        code=flaw.code,
        path=PLACE,
        line=main.line,
        column=main.column,
        width=main.width,
        title=flaw.title,
        severity=flaw.severity,
        label=flaw.label,
        note=flaw.note,
        help=flaw.help,
        secondary=tuple(_label(query, at, text) for at, text in flaw.secondary),
    )


def _label(query: str, at: tuple[int, int], text: str) -> Label:
    start, end = at
    opening = query.rfind("\n", 0, start) + 1
    closing = query.find("\n", start, end)
    width = (end if closing < 0 else closing) - start
    return Label(query.count("\n", 0, start) + 1, start - opening + 1, max(width, 1), text)

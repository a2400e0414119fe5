"""Rule files → a RuleSet, or everything that is wrong with them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from monitor.rules.cases import TestReport, run_cases
from monitor.rules.entities import read_entities
from monitor.rules.matching import RuleSet
from monitor.rules.packs import Draft, read_pack
from monitor.rules.problems import Problem
from monitor.rules.rulefile import RuleFile


@dataclass(frozen=True, slots=True)
class Loaded:
    """What rule files hold. ``ruleset`` is None if any of ``problems`` is an error.

    Problems are in the order of files and lines; ``tests`` has a report for each rule whose
    query could be read.
    """

    ruleset: RuleSet | None
    problems: tuple[Problem, ...]
    tests: tuple[TestReport, ...] = ()


def load(files: Mapping[str, str], chats: Collection[str] | None = None) -> Loaded:
    """Read rule files (path → TOML text), check them and run the tests inside them.

    Files below an ``entities`` directory define entities, the others are packs. With ``chats``,
    the channels of packs and rules must be among these names.
    """
    opened = [RuleFile(path, text) for path, text in files.items()]
    readable = [file for file in opened if not file.has_errors]
    entities = read_entities(file for file in readable if _holds_entities(file.path))
    drafts: list[tuple[RuleFile, Draft]] = []
    for file in readable:
        if not _holds_entities(file.path):
            drafts += [(file, draft) for draft in read_pack(file, entities, chats)]
    _check_unique(drafts)
    tests = tuple(
        run_cases(file, draft.rule.id, draft.cases, draft.condition, entities)
        for file, draft in drafts
        if draft.condition is not None
    )
    problems = tuple(
        problem
        for file in opened
        for problem in sorted(file.problems, key=lambda p: (p.line, p.column, p.code))
    )
    if any(problem.severity == "error" for problem in problems):
        return Loaded(None, problems, tests)
    ready = [(draft.rule, draft.condition) for _, draft in drafts if draft.condition is not None]
    rules, conditions = tuple(rule for rule, _ in ready), tuple(tree for _, tree in ready)
    return Loaded(RuleSet(rules, conditions, entities), problems, tests)


def _holds_entities(path: str) -> bool:
    return "entities" in PurePath(path.replace("\\", "/")).parts[:-1]


def _check_unique(drafts: list[tuple[RuleFile, Draft]]) -> None:
    homes: dict[str, str] = {}
    for file, draft in drafts:
        name = draft.rule.id
        if name and name in homes:
            title = f"the rule id `{name}` is already used in {homes[name]}"
            file.report("E150", (*draft.path, "id"), title, "give one of them another id")
        homes.setdefault(name, file.path)

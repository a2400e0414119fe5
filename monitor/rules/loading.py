"""Rule files → a RuleSet, or everything that is wrong with them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from monitor.rules.archive import Archive
from monitor.rules.cases import TestReport, run_cases
from monitor.rules.entities import read_entities
from monitor.rules.lint import allow, lint_archive, lint_files
from monitor.rules.matching import Entities, RuleSet
from monitor.rules.packs import Pack, check_correlated, check_unique, read_pack
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


def load(
    files: Mapping[str, str],
    chats: Collection[str] | None = None,
    *,
    today: date | None = None,
    archive: Archive | None = None,
    tested: bool = True,
) -> Loaded:
    """Read rule files (path → TOML text), check them and run the tests inside them.

    Files below an ``entities`` directory define entities, the others are packs. With ``chats``,
    the channels of packs and rules must be among these names. With ``today``, they are linted,
    too: warnings about what is right in form and probably not meant; with an ``archive`` of
    articles also by what they would have done there, unless they have errors.
    Tests that fail are errors; where it is to be seen why they do, ``tested`` leaves them out.
    """
    opened = [RuleFile(path, text) for path, text in files.items()]
    readable = [file for file in opened if not file.has_errors]
    entity_files = [file for file in readable if holds_entities(file.path)]
    entities = read_entities(entity_files)
    packs = [read_pack(file, entities, chats) for file in readable if not holds_entities(file.path)]
    check_unique(packs)
    check_correlated(packs)
    tests = _run_tests(packs, entities) if tested else ()
    if today is not None:
        lint_files(packs, entity_files, entities, today)
    if archive is not None and not any(file.has_errors for file in opened):
        lint_archive(packs, entities, archive)
    for pack in packs:
        allow(pack.file, judged=today is not None)
    problems = tuple(problem for file in opened for problem in file.problems)
    if any(problem.severity == "error" for problem in problems):
        return Loaded(None, problems, tests)
    return Loaded(_rule_set(packs, entities), problems, tests)


def _run_tests(packs: list[Pack], entities: Entities) -> tuple[TestReport, ...]:
    return tuple(
        run_cases(pack.file, draft.rule.id, draft.cases, draft.condition, entities)
        for pack in packs
        for draft in pack.drafts
        if draft.condition is not None
    )


def _rule_set(packs: list[Pack], entities: Entities) -> RuleSet:
    drafts = [draft for pack in packs for draft in pack.drafts if draft.condition is not None]
    return RuleSet(
        tuple(draft.rule for draft in drafts),
        tuple(draft.condition for draft in drafts if draft.condition is not None),
        entities,
        tuple((f, tree) for pack in packs for _, f, tree in pack.filters if tree is not None),
        tuple(correlation for pack in packs for _, correlation in pack.correlations),
    )


def holds_entities(path: str) -> bool:
    """Whether a rule file defines entities, by where it stands."""
    return "entities" in PurePath(path.replace("\\", "/")).parts[:-1]

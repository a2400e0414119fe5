"""Rule files → a RuleSet, or everything that is wrong with them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from monitor.rules.archive import Archive
from monitor.rules.cases import TestReport
from monitor.rules.garbage import uncollected
from monitor.rules.lint import allow, lint_archive, lint_files
from monitor.rules.matching import Entities, RuleSet
from monitor.rules.packs import Pack, check_correlated, check_unique
from monitor.rules.problems import Problem
from monitor.rules.readings import Readings, read_files


@dataclass(frozen=True, slots=True)
class Loaded:
    """What rule files hold. ``ruleset`` is None if any of ``problems`` is an error.

    Problems are in the order of files and lines; ``tests`` has a report for each rule whose
    query could be read. ``readings`` is what the next load can take over.
    """

    ruleset: RuleSet | None
    problems: tuple[Problem, ...]
    tests: tuple[TestReport, ...] = ()
    readings: Readings | None = field(default=None, compare=False, repr=False)


def load(
    files: Mapping[str, str],
    chats: Collection[str] | None = None,
    *,
    today: date | None = None,
    archive: Archive | None = None,
    tested: bool = True,
    previous: Loaded | None = None,
) -> Loaded:
    """Read rule files (path → TOML text), check them and run the tests inside them.

    Files below an ``entities`` directory define entities, the others are packs. With ``chats``,
    the channels of packs and rules must be among these names. With ``today``, they are linted,
    too: warnings about what is right in form and probably not meant; with an ``archive`` of
    articles also by what they would have done there, unless they have errors.
    Tests that fail are errors; where it is to be seen why they do, ``tested`` leaves them out.
    What did not change since a ``previous`` load is taken over from it: the conditions of rules
    that say the same are the same objects. The outcome is that of a load without it.
    """
    before = previous.readings if previous else None
    with uncollected():
        readings = read_files(files, chats, tested=tested, before=before)
    opened = [reading.reopened() for reading in readings.files.values()]
    entities = readings.surroundings.entities
    packs = [each.pack for each in opened if each.pack is not None]
    check_unique(packs)
    check_correlated(packs)
    tests = tuple(report for each in opened for report in each.tests)
    if today is not None:
        lint_files(packs, [each.file for each in opened if each.glossary], entities, today)
    if archive is not None and not any(each.file.has_errors for each in opened):
        lint_archive(packs, entities, archive)
    for pack in packs:
        allow(pack.file, judged=today is not None)
    problems = tuple(problem for each in opened for problem in each.file.problems)
    if any(problem.severity == "error" for problem in problems):
        return Loaded(None, problems, tests, readings)
    return Loaded(_rule_set(packs, entities), problems, tests, readings)


def _rule_set(packs: list[Pack], entities: Entities) -> RuleSet:
    drafts = [draft for pack in packs for draft in pack.drafts if draft.condition is not None]
    return RuleSet(
        tuple(draft.rule for draft in drafts),
        tuple(draft.condition for draft in drafts if draft.condition is not None),
        entities,
        tuple((f, tree) for pack in packs for _, f, tree in pack.filters if tree is not None),
        tuple(correlation for pack in packs for _, correlation in pack.correlations),
    )

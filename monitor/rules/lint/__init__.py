"""Lint: warnings about rules that are right in form, and probably not what their writer wants.

``lint_query`` judges one query by itself, ``lint_files`` all that was read; neither needs an
archive, as ``lint_archive`` does. Warnings that are allowed are taken out by ``allow``.
"""

from datetime import date

from monitor.rules.conditions import Condition
from monitor.rules.entities import Entities
from monitor.rules.lint.allowances import allow
from monitor.rules.lint.archive import lint_archive
from monitor.rules.lint.clauses import lint_clauses
from monitor.rules.lint.exclusions import lint_exclusions
from monitor.rules.lint.files import lint_entities, lint_pack
from monitor.rules.lint.values import lint_values
from monitor.rules.lint.walking import Subject
from monitor.rules.lint.wholes import lint_whole
from monitor.rules.lint.words import lint_words
from monitor.rules.packs import Pack
from monitor.rules.places import Path
from monitor.rules.problems import Flaw
from monitor.rules.rulefile import RuleFile

__all__ = ["Subject", "allow", "lint_archive", "lint_files", "lint_query"]


def lint_query(subject: Subject) -> tuple[Flaw, ...]:
    """All warnings about one linked query, in its order."""
    flaws = (
        *lint_words(subject),
        *lint_values(subject),
        *lint_clauses(subject),
        *lint_exclusions(subject),
        *lint_whole(subject),
    )
    return tuple(sorted(flaws, key=lambda flaw: (flaw.at, flaw.code)))


def lint_files(
    packs: list[Pack], entity_files: list[RuleFile], entities: Entities, today: date
) -> None:
    """Report all warnings about packs and entities to their files."""
    for pack in packs:
        for path, condition in _queries(pack):
            subject = Subject(pack.file.value(path), condition, entities, path[0] == "rule")
            for flaw in lint_query(subject):
                pack.file.report_flaw(path, flaw)
        lint_pack(pack, packs, entities, today)
    lint_entities(entity_files, packs)


def _queries(pack: Pack) -> list[tuple[Path, Condition]]:
    found: list[tuple[Path, Condition | None]] = [
        *((("fragments", name), condition) for name, condition in pack.fragments.items()),
        *(((*draft.path, "query"), draft.condition) for draft in pack.drafts),
        *(((*path, "query"), condition) for path, _, condition in pack.filters),
    ]
    return [(path, condition) for path, condition in found if condition is not None]

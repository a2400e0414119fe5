"""Readings: rule files as they were read, so that a reload reads only what changed.

A pack is taken over whole if its text is the same, and so are the chats and, if it names any, the
entities. Of a pack that must be read again, the rules whose queries say the same keep their
conditions, as the same objects, and their tests are not run again unless something that they
depend on changed. Problems are kept as they were found in the file by itself: what files have to
do with each other is looked at after each load.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from monitor.rules.cases import Case, TestReport, run_cases
from monitor.rules.conditions import Condition, Entity, makeup
from monitor.rules.entities import Entities, holds_entities, read_entities
from monitor.rules.packs import Draft, Pack, read_pack
from monitor.rules.places import Path
from monitor.rules.problems import Problem
from monitor.rules.queries import Kept
from monitor.rules.rulefile import RuleFile

Reported = tuple[tuple[Path, Problem], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as it was read by itself.

    ``pack`` is None if the file is not TOML, or a ``glossary`` of entities. ``last`` is the last
    reading with a pack, if this one has none.
    """

    text: str
    file: RuleFile
    reported: Reported
    pack: Pack | None = None
    tests: tuple[TestReport, ...] = ()
    names_entities: bool = False
    glossary: bool = False
    last: "Reading | None" = None

    def reopened(self) -> "Reading":
        """The same reading, to which more may be reported."""
        file = self.file.reopened(self.reported)
        return replace(self, file=file, pack=self.pack and replace(self.pack, file=file))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the reading of a pack depends on, apart from its text."""

    entities: Entities
    chats: tuple[str, ...] | None
    tested: bool


@dataclass(frozen=True, slots=True)
class Readings:
    """All files of a load, by their paths."""

    files: Mapping[str, Reading]
    surroundings: Surroundings


def read_files(
    files: Mapping[str, str],
    chats: Collection[str] | None,
    *,
    tested: bool,
    before: Readings | None,
) -> Readings:
    """Read rule files (path → TOML text), and take over what has not changed."""
    known = before.files if before else {}
    texts = {path: text for path, text in files.items() if holds_entities(path)}
    entities, found = _read_glossary(texts, before)
    now = Surroundings(entities, None if chats is None else tuple(chats), tested)
    reader = _Reader(now, before.surroundings if before else None)
    for path, text in files.items():
        if path not in texts:
            found[path] = reader.read(path, text, known.get(path))
    return Readings({path: found[path] for path in files}, now)


def _read_glossary(
    texts: Mapping[str, str], before: Readings | None
) -> tuple[Entities, dict[str, Reading]]:
    """The entities of these files; those that are as before are the same objects."""
    old = {p: r for p, r in before.files.items() if holds_entities(p)} if before else {}
    if before and list(texts.items()) == [(path, one.text) for path, one in old.items()]:
        return before.surroundings.entities, old
    known = before.surroundings.entities if before else {}
    opened = {path: RuleFile(path, text) for path, text in texts.items()}
    entities = read_entities(file for file in opened.values() if not file.has_errors)
    for slug, profile in entities.items():
        if known.get(slug) == profile:
            entities[slug] = known[slug]
    readings = {
        path: Reading(texts[path], file, tuple(file.reported), glossary=bool(file.data))
        for path, file in opened.items()
    }
    return entities, readings


class _Reader:
    """Reads packs in their surroundings, with what was known of them in those before."""

    def __init__(self, now: Surroundings, before: Surroundings | None) -> None:
        self._now = now
        self._before = before
        self._same_entities = before is not None and (
            before.entities is now.entities
            or list(before.entities.items()) == list(now.entities.items())
        )

    def read(self, path: str, text: str, old: Reading | None) -> Reading:
        """The reading of a pack, which is the one before if nothing that matters changed."""
        if old is not None and old.text == text and self._is_as_before(old):
            return old
        if old is not None and old.pack is None:
            old = old.last
        file = RuleFile(path, text)
        if file.has_errors:
            return Reading(text, file, tuple(file.reported), last=old)
        kept = _kept(old) if old is not None else None
        pack = read_pack(file, self._now.entities, self._now.chats, kept)
        tests = self._test(pack, old) if self._now.tested else ()
        return Reading(text, file, tuple(file.reported), pack, tests, _names_entities(pack))

    def _is_as_before(self, old: Reading) -> bool:
        before, now = self._before, self._now
        if before is None or (before.chats, before.tested) != (now.chats, now.tested):
            return False
        return self._same_entities or not old.names_entities

    def _test(self, pack: Pack, old: Reading | None) -> tuple[TestReport, ...]:
        """A report for each rule whose query could be read."""
        reports = {report.rule: report for report in old.tests} if old else {}
        drafts = {draft.rule.id: draft for draft in old.pack.drafts} if old and old.pack else {}
        entities, found = self._now.entities, []
        for draft in pack.drafts:
            if draft.condition is not None:
                name = draft.rule.id
                report = reports.get(name)
                if report is None or report.failed or not self._tests_as(draft, drafts[name]):
                    report = run_cases(pack.file, name, draft.cases, draft.condition, entities)
                found.append(report)
        return tuple(found)

    def _tests_as(self, draft: Draft, old: Draft) -> bool:
        """Whether the tests of a rule must end as before."""
        if draft.condition is None or draft.condition is not old.condition:
            return False
        independent = self._same_entities or Entity not in makeup(draft.condition)
        return independent and list(map(_content, draft.cases)) == list(map(_content, old.cases))


def _content(case: Case) -> Case:
    return replace(case, path=())


def _kept(old: Reading) -> Kept | None:
    """What a pack that is read again may keep: the conditions about which nothing was said."""
    if old.pack is None:
        return None
    said = {path for path, _ in old.reported}
    conditions: dict[str, Condition] = {}
    for draft in old.pack.drafts:
        if draft.condition is not None and (*draft.path, "query") not in said:
            conditions[draft.rule.query] = draft.condition
    return Kept(conditions, old.pack.fragments)


def _names_entities(pack: Pack) -> bool:
    queries = [
        *(draft.rule.query for draft in pack.drafts),
        *(shared.query for _, shared, _ in pack.filters),
        str(pack.file.data.get("fragments", "")),
    ]
    return any("@" in query for query in queries)

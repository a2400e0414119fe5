"""Pack files: the rules of one desk with their routing, fragments and tests."""

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from monitor.model import Correlation, Filter, Priority, Rule, RuleStatus
from monitor.rules.cases import Case, read_case
from monitor.rules.conditions import Condition
from monitor.rules.keys import PACK, PACK_FILE, RULE
from monitor.rules.linking import Fragments
from monitor.rules.places import Path
from monitor.rules.queries import Kept, Names, read_fragments, read_query
from monitor.rules.rulefile import RuleFile
from monitor.rules.shared import check_id, read_correlation, read_filter


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule as read; ``condition`` is None if its query, or what it names, has errors."""

    rule: Rule
    path: Path
    condition: Condition | None
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack file as read, with all that its rules share."""

    file: RuleFile
    id: str
    drafts: tuple[Draft, ...]
    fragments: Fragments
    filters: tuple[tuple[Path, Filter, Condition | None], ...]
    correlations: tuple[tuple[Path, Correlation], ...]


def read_pack(
    file: RuleFile,
    entities: Collection[str],
    chats: Collection[str] | None,
    kept: Kept | None = None,
) -> Pack:
    """Read a pack; problems are reported to the file. ``chats``: the channels there are.

    Conditions that are the same as those ``kept`` are the same objects.
    """
    top = file.fields((), PACK_FILE)
    pack = file.fields(("pack",), PACK) if "pack" in top else {}
    pack.setdefault("id", PurePath(file.path).stem.casefold())
    check_id(file, ("pack", "id"), pack["id"])
    before = kept or Kept({}, {})
    fragments = read_fragments(file, top.get("fragments", {}), entities, before.fragments)
    names = Names(entities, fragments, before.conditions)
    drafts = tuple(_read_rule(file, path, pack, names) for path in _paths(top, "rule"))
    filters = [(path, *read_filter(file, path, pack, names)) for path in _paths(top, "filter")]
    watching = [(path, read_correlation(file, path, pack)) for path in _paths(top, "correlation")]
    for path in (("pack",), *_paths(top, "rule"), *_paths(top, "correlation")):
        _check_channels(file, (*path, "channels"), chats)
    return Pack(
        file,
        pack["id"],
        drafts,
        fragments,
        tuple(filters),
        tuple((path, correlation) for path, correlation in watching if correlation is not None),
    )


def _paths(top: dict[str, Any], table: str) -> list[Path]:
    return [(table, number) for number in range(len(top.get(table, ())))]


def _read_rule(file: RuleFile, path: Path, pack: dict[str, Any], names: Names) -> Draft:
    values = file.fields(path, RULE)
    file.require(path, RULE, f"the rule{_named(values)}")
    if "id" in values:
        check_id(file, (*path, "id"), values["id"])
    condition = read_query(file, (*path, "query"), names) if "query" in values else None
    rule = Rule(
        id=values.get("id", ""),
        title=values.get("title") or values.get("id", ""),
        query=values.get("query", ""),
        pack=pack["id"],
        priority=Priority(values.get("priority", Priority.NORMAL)),
        channels=tuple(values.get("channels", pack.get("channels", ()))),
        tags=tuple(values.get("tags", ())),
        status=RuleStatus(values.get("status", RuleStatus.LIVE)),
        owner=values.get("owner", pack.get("owner", "")),
        expires=values.get("expires"),
        reason=values.get("reason", ""),
    )
    numbers = range(len(values.get("test", ())))
    cases = [read_case(file, (*path, "test", number)) for number in numbers]
    if pack.get("require_tests") and not numbers and rule.status is not RuleStatus.OFF:
        title = f"the rule{_named(values)} has no test, which this pack requires"
        advice = "add a [[rule.test]] with match = true and one with match = false"
        file.report("E154", (*path, "id"), title, advice)
    return Draft(rule, path, condition, tuple(case for case in cases if case))


def _named(values: dict[str, Any]) -> str:
    return f" `{values['id']}`" if values.get("id") else ""


def _check_channels(file: RuleFile, path: Path, chats: Collection[str] | None) -> None:
    if chats is None or not file.has(path):
        return
    names = file.value(path)
    for number, name in enumerate(names if isinstance(names, list) else ()):
        if isinstance(name, str) and name not in chats:
            near = difflib.get_close_matches(name, chats, n=1)
            known = ", ".join(sorted(chats)) or "none"
            advice = f"did you mean `{near[0]}`?" if near else f"configured chats: {known}"
            file.report("E151", (*path, number), f"there is no chat `{name}`", advice)


def check_unique(packs: list[Pack]) -> None:
    """E150 for an id that two rules, filters or correlations have, in one pack or in several."""
    given = [name for pack in packs for name in _names(pack)]
    if len(set(given)) == len(given):
        return
    homes: dict[tuple[str, str], str] = {}
    for pack in packs:
        for path, kind, name in _ids(pack):
            space = "filter" if kind == "filter" else ""  # correlations alert as rules do
            if name and (space, name) in homes:
                home = homes[space, name]
                title = f"the {kind} id `{name}` is already used in {home}"
                pack.file.report("E150", (*path, "id"), title, "give one of them another id")
            homes.setdefault((space, name), pack.file.path)


def _names(pack: Pack) -> list[str]:
    """The ids of a pack; those of filters, which may be those of rules, with a mark."""
    return [
        *(draft.rule.id for draft in pack.drafts),
        *(f"filter {shared.id}" for _, shared, _ in pack.filters),
        *(watch.id for _, watch in pack.correlations),
    ]


def _ids(pack: Pack) -> list[tuple[Path, str, str]]:
    return [
        *((draft.path, "rule", draft.rule.id) for draft in pack.drafts),
        *((path, "filter", shared.id) for path, shared, _ in pack.filters),
        *((path, "correlation", watch.id) for path, watch in pack.correlations),
    ]


def check_correlated(packs: list[Pack]) -> None:
    """E159 for a correlation over rules that there are not."""
    if not any(pack.correlations for pack in packs):
        return
    known = {draft.rule.id for pack in packs for draft in pack.drafts}
    for pack in packs:
        for path, correlation in pack.correlations:
            for number, name in enumerate(correlation.rules):
                if name not in known:
                    near = difflib.get_close_matches(name, known, n=1)
                    advice = f"did you mean `{near[0]}`?" if near else "name rules by their ids"
                    title = f"there is no rule `{name}`"
                    pack.file.report("E159", (*path, "rules", number), title, advice)


def own_channels(files: Mapping[str, str]) -> frozenset[str]:
    """The ids of the rules and correlations of rule files that name their channels themselves."""
    tables = [
        table
        for path, text in files.items()
        for name in ("rule", "correlation")
        for table in RuleFile(path, text).data.get(name, ())
    ]
    return frozenset(table["id"] for table in tables if "channels" in table)

"""Pack files: the rules of one desk with their routing, fragments and tests."""

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, TypeVar

from monitor.model import Priority, Rule, RuleStatus
from monitor.rules.cases import Case, read_case
from monitor.rules.conditions import Condition
from monitor.rules.linking import (
    Fragments,
    check_alternatives,
    check_required,
    cyclic,
    link,
    references,
)
from monitor.rules.parsing import parse
from monitor.rules.places import Path
from monitor.rules.rulefile import Kind, RuleFile

_TOP = {"pack": Kind.TABLE, "fragments": Kind.TABLE, "rule": Kind.TABLES}
_LATER_TOP = frozenset({"filter", "correlation"})
_PACK = {"id": Kind.TEXT, "owner": Kind.TEXT, "channels": Kind.TEXTS}
_RULE = {
    **dict.fromkeys(("id", "title", "query", "priority", "status"), Kind.TEXT),
    **dict.fromkeys(("channels", "tags"), Kind.TEXTS),
    "test": Kind.TABLES,
}
_LATER_RULE = frozenset({"expires"})
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

Chosen = TypeVar("Chosen", Priority, RuleStatus)


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule as read; ``condition`` is None if its query, or what it names, has errors."""

    rule: Rule
    path: Path
    condition: Condition | None
    cases: tuple[Case, ...]


def read_pack(
    file: RuleFile, entities: Collection[str], chats: Collection[str] | None
) -> list[Draft]:
    """Read all rules of a pack; problems are reported to the file."""
    top = file.fields((), _TOP, _LATER_TOP)
    pack = file.fields(("pack",), _PACK) if "pack" in top else {}
    pack.setdefault("id", PurePath(file.path).stem.casefold())
    _check_id(file, ("pack", "id"), pack["id"])
    _check_channels(file, ("pack", "channels"), pack.get("channels", ()), chats)
    fragments = _read_fragments(file, top.get("fragments", {}), entities)
    drafts = []
    for number in range(len(top.get("rule", ()))):
        draft = _read_rule(file, ("rule", number), pack, entities, fragments)
        _check_channels(file, ("rule", number, "channels"), draft.rule.channels, chats)
        drafts.append(draft)
    return drafts


def _read_rule(
    file: RuleFile,
    path: Path,
    pack: dict[str, Any],
    entities: Collection[str],
    fragments: Fragments,
) -> Draft:
    values = file.fields(path, _RULE, _LATER_RULE)
    for key, example in (("id", '"openai-india"'), ("query", "'''@openai AND India'''")):
        if key not in values and key not in file.data["rule"][path[1]]:
            name = values.get("id", "")
            title = f"the rule{f' `{name}`' if name else ''} has no `{key}`"
            file.report("E157", path, title, f"write {key} = {example}")
    _check_id(file, (*path, "id"), values.get("id", "none"))
    condition = None
    if "query" in values:
        condition = _condition(file, (*path, "query"), entities, fragments)
        if condition is not None:
            condition = _required(file, (*path, "query"), condition)
    rule = Rule(
        id=values.get("id", ""),
        title=values.get("title") or values.get("id", ""),
        query=values.get("query", ""),
        pack=pack["id"],
        priority=_choice(file, (*path, "priority"), values, Priority.NORMAL),
        channels=tuple(values.get("channels", pack.get("channels", ()))),
        tags=tuple(values.get("tags", ())),
        status=_choice(file, (*path, "status"), values, RuleStatus.LIVE),
    )
    numbers = range(len(values.get("test", ())))
    cases = [read_case(file, (*path, "test", number)) for number in numbers]
    return Draft(rule, path, condition, tuple(case for case in cases if case))


def _read_fragments(
    file: RuleFile, table: dict[str, object], entities: Collection[str]
) -> Fragments:
    """The linked fragments; None for one that has errors of its own."""
    values = file.fields(("fragments",), dict.fromkeys(table, Kind.TEXT)) if table else {}
    parsed: dict[str, Condition | None] = dict.fromkeys(table)
    for name in values:
        result = parse(values[name])
        parsed[name] = None if result.broken else result.condition
        for flaw in result.flaws:
            file.report_flaw(("fragments", name), flaw)
    linked: dict[str, Condition | None] = {}
    for name in parsed:
        _link_fragment(file, name, parsed, linked, entities)
    return linked


def _link_fragment(
    file: RuleFile,
    name: str,
    parsed: Fragments,
    linked: dict[str, Condition | None],
    entities: Collection[str],
    above: tuple[str, ...] = (),
) -> None:
    """Link a fragment after those it names; a cycle is reported once, where it closes."""
    if name in linked:
        return
    condition = parsed[name]
    for reference in references(condition) if condition else ():
        if reference.name in (*above, name):
            file.report_flaw(("fragments", name), cyclic(reference))
            linked[name] = None
            return
        if reference.name in parsed:
            _link_fragment(file, reference.name, parsed, linked, entities, (*above, name))
    linked[name] = None
    if condition is not None:
        whole, flaws = link(condition, entities, {**dict.fromkeys(parsed), **linked})
        for flaw in (*flaws, *(check_alternatives(whole) if whole else ())):
            file.report_flaw(("fragments", name), flaw)
        linked[name] = whole


def _condition(
    file: RuleFile, path: Path, entities: Collection[str], fragments: Fragments
) -> Condition | None:
    """The linked condition of the query at a path."""
    parsed = parse(file.value(path))
    condition, flaws = None, parsed.flaws
    if parsed.condition is not None:  # names are checked in broken queries, too
        condition, more = link(parsed.condition, entities, fragments)
        flaws += more
    for flaw in flaws:
        file.report_flaw(path, flaw)
    return None if parsed.broken else condition


def _required(file: RuleFile, path: Path, condition: Condition) -> Condition | None:
    flaws = check_required(condition)
    for flaw in flaws:
        file.report_flaw(path, flaw)
    return None if flaws else condition


def _check_id(file: RuleFile, path: Path, value: str) -> None:
    if not _ID.fullmatch(value):
        mended = re.sub(r"[^a-z0-9]+", "-", value.casefold()).strip("-") or "my-rule"
        title = f"`{value}` is not an id: lower-case letters, digits and single hyphens"
        file.report("E158", path, title, f'write id = "{mended}"')


def _check_channels(
    file: RuleFile, path: Path, names: Collection[str], chats: Collection[str] | None
) -> None:
    if chats is None or path not in file.places.keys:
        return
    for number, name in enumerate(names):
        if name not in chats:
            near = difflib.get_close_matches(name, chats, n=1)
            known = ", ".join(sorted(chats)) or "none"
            advice = f"did you mean `{near[0]}`?" if near else f"configured chats: {known}"
            file.report("E151", (*path, number), f"there is no chat `{name}`", advice)


def _choice(file: RuleFile, path: Path, values: dict[str, Any], default: Chosen) -> Chosen:
    """One of the words that a key may hold."""
    kind = type(default)
    word = values.get(str(path[-1]), default.value)
    if word in set(kind):
        return kind(word)
    if word == "shadow":
        title = "rules in shadow come with a later version of monitor"
        file.report("E199", path, title, 'write status = "off"', label="not yet available")
    else:
        known = ", ".join(kind)
        near = difflib.get_close_matches(word, list(kind), n=1)
        advice = f"did you mean `{near[0]}`?" if near else f"one of: {known}"
        file.report("E156", path, f"`{path[-1]}` cannot be `{word}`", advice)
    return default

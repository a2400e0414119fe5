"""The queries of a rule file, linked: those of its rules and filters, and its fragments."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from monitor.rules.conditions import Condition, Entity, Fragment, children
from monitor.rules.contradictions import contradictions
from monitor.rules.keys import FRAGMENT
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
from monitor.rules.rulefile import RuleFile


@dataclass(frozen=True, slots=True)
class Names:
    """What queries may name: entities by slug, fragments of the pack by name."""

    entities: Collection[str]
    fragments: Fragments
    kept: Mapping[str, Condition] = field(default_factory=dict)
    """Query → its condition when the pack was read before, if nothing was wrong with it."""

    def still_mean(self, node: Condition) -> bool:
        """Whether a linked condition would be linked to the same again."""
        match node:
            case Entity():
                return node.slug in self.entities
            case Fragment():
                return self.fragments.get(node.name) is node.condition
            case _:
                return all(map(self.still_mean, children(node)))


@dataclass(frozen=True, slots=True)
class Kept:
    """What may be taken over from when a pack was read before."""

    conditions: Mapping[str, Condition]  # by query, if nothing was wrong with it
    fragments: Fragments


def read_query(
    file: RuleFile, path: Path, names: Names, *, required: bool = True
) -> Condition | None:
    """The linked condition of the query at a path; None if it, or what it names, has errors.

    ``required``: it must require something that an index can find it by.
    """
    kept = names.kept.get(file.value(path)) if required else None
    if kept is not None and names.still_mean(kept):
        return kept
    parsed = parse(file.value(path))
    condition, flaws = None, parsed.flaws
    if parsed.condition is not None:  # names are checked in broken queries, too
        condition, more = link(parsed.condition, names.entities, names.fragments)
        flaws += more
    condition = None if parsed.broken else condition
    if condition is not None:
        wrong = check_required(condition) if required else contradictions(condition)
        condition, flaws = None if wrong else condition, flaws + wrong
    for flaw in flaws:
        file.report_flaw(path, flaw)
    return condition


def read_fragments(
    file: RuleFile,
    table: Mapping[str, object],
    entities: Collection[str],
    before: Fragments | None = None,
) -> Fragments:
    """The linked fragments; None for one that has errors of its own.

    Those that say the same as ``before`` are the same objects.
    """
    values = file.fields(("fragments",), dict.fromkeys(table, FRAGMENT)) if table else {}
    parsed: dict[str, Condition | None] = dict.fromkeys(table)
    for name in values:
        result = parse(values[name])
        parsed[name] = None if result.broken else result.condition
        for flaw in result.flaws:
            file.report_flaw(("fragments", name), flaw)
    linked: dict[str, Condition | None] = {}
    for name in parsed:
        _link_fragment(file, name, parsed, linked, entities)
    same = {name: old for name, old in (before or {}).items() if linked.get(name) == old}
    return {name: same.get(name, condition) for name, condition in linked.items()}


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
        if whole is not None:
            flaws += check_alternatives(whole) or contradictions(whole)
        for flaw in flaws:
            file.report_flaw(("fragments", name), flaw)
        linked[name] = whole

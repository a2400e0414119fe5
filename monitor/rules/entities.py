"""Entity files: names that stand for one organisation, person or place."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from monitor.rules.conditions import Term
from monitor.rules.keys import ENTITY, ENTITY_FILE, SLUG_PATTERN, WIKIDATA_PATTERN
from monitor.rules.parsing import parse
from monitor.rules.places import Path
from monitor.rules.problems import Flaw
from monitor.rules.rulefile import RuleFile
from monitor.text import openings

WITHIN = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What an entity is found by.

    ``names`` count wherever they stand; ``weak`` ones if a name stands in the same article, or a
    ``context`` word at most ``within`` tokens from one of them. Nothing counts that lies inside
    a mention of ``masks``.
    """

    names: tuple[Term, ...] = ()
    weak: tuple[Term, ...] = ()
    context: tuple[Term, ...] = ()
    masks: tuple[Term, ...] = ()
    within: int = WITHIN
    label: str = ""
    wikidata: str = ""
    openings: frozenset[str] | None = field(init=False, compare=False, repr=False)
    """Forms one of which an article with any of the names must have; None if any may."""

    def __post_init__(self) -> None:
        found = [openings(name.pattern) for name in (*self.names, *self.weak)]
        known = [forms for forms in found if forms is not None]
        every = frozenset[str]().union(*known) if len(known) == len(found) else None
        object.__setattr__(self, "openings", every)


Entities = Mapping[str, Profile]
"""All entities by their slugs."""


def holds_entities(path: str) -> bool:
    """Whether a rule file defines entities, by where it stands."""
    return "entities" in PurePath(path.replace("\\", "/")).parts[:-1]


def read_entities(files: Iterable[RuleFile]) -> dict[str, Profile]:
    """What each entity of these files is found by; problems are reported to the files.

    An entity with errors is there, too, so that rules that name it are not blamed.
    """
    found: dict[str, Profile] = {}
    homes: dict[str, str] = {}
    for file in files:
        for slug in file.fields((), ENTITY_FILE).get("entity", {}):
            path: Path = ("entity", slug)
            if slug in homes:
                title = f"the entity `{slug}` is already defined in {homes[slug]}"
                file.report("E150", path, title, "merge the two, or give one another name")
                continue
            homes[slug] = file.path
            found[slug] = _read_entity(file, path, slug)
    return found


def _read_entity(file: RuleFile, path: Path, slug: str) -> Profile:
    if not re.fullmatch(SLUG_PATTERN, slug):
        advice = f"write [entity.{re.sub(r'[^a-z0-9_-]+', '_', slug.casefold()) or 'name'}]"
        file.report("E158", path, f"`{slug}` is no name for an entity (a-z, 0-9, _)", advice)
    if not isinstance(file.value(path), dict):
        file.report("E156", path, f"`{slug}` must be a table", f"write [entity.{slug}]")
        return Profile()
    values = file.fields(path, ENTITY)
    if not re.fullmatch(WIKIDATA_PATTERN, values.get("wikidata", "Q1")):
        title = "`wikidata` must be an item's id"
        file.report("E156", (*path, "wikidata"), title, 'write it like "Q21708200"')
    _check_support(file, path, slug, values)
    return Profile(
        names=_terms(file, (*path, "names"), values),
        weak=_terms(file, (*path, "weak"), values),
        context=_terms(file, (*path, "context"), values),
        masks=_terms(file, (*path, "except"), values),
        within=values.get("within", WITHIN),
        label=values.get("label", slug),
        wikidata=values.get("wikidata", ""),
    )


def _check_support(file: RuleFile, path: Path, slug: str, values: Mapping[str, Any]) -> None:
    """E157 for an entity that nothing can be found by: weak names alone need context."""
    if values.get("names") or (values.get("weak") and values.get("context")):
        return
    written = file.value(path)
    if values.get("weak"):
        advice = "add `context` words that tell it apart, or a name that always counts"
        title = f"the entity `{slug}` has only weak names, and nothing that supports them"
        file.report("E157", (*path, "weak"), title, advice)
    elif "names" in values:
        file.report("E157", (*path, "names"), f"the entity `{slug}` has no names", "add one")
    elif "names" not in written:
        advice = """write names = ['OpenAI', '"Open AI"']"""
        file.report("E157", path, f"the entity `{slug}` has no `names`", advice)


def _terms(file: RuleFile, path: Path, values: Mapping[str, Any]) -> tuple[Term, ...]:
    names = values.get(str(path[-1]), ())
    found = [_term(file, (*path, number), name) for number, name in enumerate(names)]
    return tuple(term for term in found if term is not None)


def _term(file: RuleFile, path: Path, name: str) -> Term | None:
    parsed = parse(name)
    for flaw in parsed.flaws:
        file.report_flaw(path, flaw)
    if isinstance(parsed.condition, Term):
        return parsed.condition
    if parsed.condition is not None and not parsed.broken:
        flaw = Flaw(
            code="E117",
            at=parsed.condition.at,
            title="a name is one word or one phrase",
            label="this is a condition",
            help="list each name by itself: names = ['OpenAI', '\"Open AI\"']",
        )
        file.report_flaw(path, flaw)
    return None

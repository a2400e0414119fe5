"""Entity files: names that stand for one organisation, person or place."""

import re
from collections.abc import Iterable

from monitor.rules.conditions import Term
from monitor.rules.parsing import parse
from monitor.rules.places import Path
from monitor.rules.problems import Flaw
from monitor.rules.rulefile import Kind, RuleFile
from monitor.text import Pattern

_KEYS = {"label": Kind.TEXT, "wikidata": Kind.TEXT, "names": Kind.TEXTS}
_LATER = frozenset({"weak", "context", "within", "except"})
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]*")


def read_entities(files: Iterable[RuleFile]) -> dict[str, tuple[Pattern, ...]]:
    """What each entity of these files is found by; problems are reported to the files.

    An entity with errors is there, too, so that rules that name it are not blamed.
    """
    found: dict[str, tuple[Pattern, ...]] = {}
    homes: dict[str, str] = {}
    for file in files:
        for slug in file.fields((), {"entity": Kind.TABLE}).get("entity", {}):
            path: Path = ("entity", slug)
            if slug in homes:
                title = f"the entity `{slug}` is already defined in {homes[slug]}"
                file.report("E150", path, title, "merge the two, or give one another name")
                continue
            homes[slug] = file.path
            found[slug] = _read_entity(file, path, slug)
    return found


def _read_entity(file: RuleFile, path: Path, slug: str) -> tuple[Pattern, ...]:
    if not _SLUG.fullmatch(slug):
        advice = f"write [entity.{re.sub(r'[^a-z0-9_-]+', '_', slug.casefold()) or 'name'}]"
        file.report("E158", path, f"`{slug}` is no name for an entity (a-z, 0-9, _)", advice)
    if not isinstance(file.data["entity"][slug], dict):
        file.report("E156", path, f"`{slug}` must be a table", f"write [entity.{slug}]")
        return ()
    values = file.fields(path, _KEYS, _LATER)
    if not re.fullmatch(r"Q[1-9]\d*", values.get("wikidata", "Q1")):
        title = "`wikidata` must be an item's id"
        file.report("E156", (*path, "wikidata"), title, 'write it like "Q21708200"')
    if not values.get("names") and "names" not in file.data["entity"][slug]:
        advice = """write names = ['OpenAI', '"Open AI"']"""
        file.report("E157", path, f"the entity `{slug}` has no `names`", advice)
    patterns = [
        _name(file, (*path, "names", at), n) for at, n in enumerate(values.get("names", ()))
    ]
    if patterns == [] and "names" in values:
        file.report("E157", (*path, "names"), f"the entity `{slug}` has no names", "add one")
    return tuple(pattern for pattern in patterns if pattern is not None)


def _name(file: RuleFile, path: Path, name: str) -> Pattern | None:
    parsed = parse(name)
    for flaw in parsed.flaws:
        file.report_flaw(path, flaw)
    if isinstance(parsed.condition, Term):
        return parsed.condition.pattern
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

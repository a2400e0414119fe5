"""W060, W061, W062: rules without tests, owners or a future, and what no rule uses."""

import fnmatch
import re
from collections.abc import Iterator
from datetime import date

from monitor.model import RuleStatus
from monitor.rules.conditions import Condition, Entity, Fragment, Or, Term, children, show
from monitor.rules.entities import Entities
from monitor.rules.matching import analyse, evidence
from monitor.rules.packs import Draft, Pack
from monitor.rules.places import Path
from monitor.rules.rulefile import RuleFile

_TAG = re.compile(r"[^\W_A-Z]+(?:-[^\W_A-Z]+)*")


def lint_pack(pack: Pack, packs: list[Pack], entities: Entities, today: date) -> None:
    """Report what is doubtful about the rules of a pack beside their queries."""
    for draft in pack.drafts:
        _tests(pack.file, draft, entities)
        _conventions(pack.file, draft, today)
    if pack.drafts and not all(draft.rule.owner for draft in pack.drafts):
        nobody = next(draft for draft in pack.drafts if not draft.rule.owner)
        path = ("pack",) if "pack" in pack.file.data else nobody.path
        advice = 'write owner = "technology desk" under [pack]'
        _warn(pack.file, "W061", path, "nobody owns these rules", advice)
    _unused_fragments(pack)
    _unused_channels(pack)
    _idle_filters(pack, packs)


def _warn(file: RuleFile, code: str, path: Path, title: str, advice: str) -> None:
    file.report(code, path, title, advice, severity="warning")


def _tests(file: RuleFile, draft: Draft, entities: Entities) -> None:
    """W060: what the tests of a rule leave open."""
    if draft.rule.status is RuleStatus.OFF or not draft.rule.id:
        return
    path = (*draft.path, "id")
    if not draft.cases:
        advice = "add a [[rule.test]] with match = true and one with match = false"
        _warn(file, "W060", path, f"the rule `{draft.rule.id}` has no test", advice)
        return
    for match, what in ((True, "must match"), (False, "must not match")):
        if not any(case.match is match for case in draft.cases):
            title = f"no test of the rule `{draft.rule.id}` has an article that {what}"
            advice = f"add a [[rule.test]] with match = {str(match).lower()}"
            _warn(file, "W060", path, title, advice)
    for untested in _untested(draft, entities):
        title = f"no test of the rule `{draft.rule.id}` matches by {show(untested)}"
        advice = "add a [[rule.test]] for this alternative"
        _warn(file, "W060", path, title, advice)


def _untested(draft: Draft, entities: Entities) -> Iterator[Condition]:
    """The alternatives of the whole query, apart from lists of words, that no article satisfies."""
    node = draft.condition
    articles = [case.article for case in draft.cases if case.match]
    if isinstance(node, Or) and articles:
        indexes = [analyse(article, entities) for article in articles]
        for child in node.children:
            listed = isinstance(child, Term | Entity)
            if not listed and not any(evidence(child, index) is not None for index in indexes):
                yield child


def _conventions(file: RuleFile, draft: Draft, today: date) -> None:
    """W061: titles, tags and the time of a rule."""
    rule, path = draft.rule, draft.path
    if rule.id and rule.title == rule.id:
        title = f"the rule `{rule.id}` has no title: people will read its id in alerts"
        _warn(file, "W061", (*path, "id"), title, 'write title = "OpenAI in India, or in court"')
    for number, tag in enumerate(rule.tags):
        if not _TAG.fullmatch(tag):
            mended = re.sub(r"[\W_]+", "-", tag.casefold()).strip("-")
            title = f"the tag `{tag}` is not in lower case with hyphens"
            _warn(file, "W061", (*path, "tags", number), title, f'write "{mended}"')
    if rule.expires is not None and rule.expires < today:
        title = f"the rule `{rule.id}` expired on {rule.expires}: it no longer alerts"
        advice = "give it a later date, or remove it"
        _warn(file, "W061", (*path, "expires"), title, advice)


def _conditions(pack: Pack) -> list[Condition | None]:
    return [
        *(draft.condition for draft in pack.drafts),
        *(condition for _, _, condition in pack.filters),
    ]


def _below(node: Condition) -> Iterator[Condition]:
    yield node
    for child in children(node):
        yield from _below(child)


def _unused_fragments(pack: Pack) -> None:
    """W062: fragments that no query of the pack names, even through another one."""
    conditions = _conditions(pack)
    whole = [condition for condition in conditions if condition is not None]
    if len(whole) < len(conditions) or None in pack.fragments.values():
        return  # a broken query may name it
    named = {node.name for tree in whole for node in _below(tree) if isinstance(node, Fragment)}
    for name in pack.fragments:
        if name not in named:
            path = ("fragments", name)
            _warn(pack.file, "W062", path, f"no query uses the fragment ${name}", "remove it")


def _unused_channels(pack: Pack) -> None:
    """W062: channels of a pack all of whose rules and correlations name others."""
    watching = [*(draft.path for draft in pack.drafts), *(path for path, _ in pack.correlations)]
    own = [path for path in watching if pack.file.has((*path, "channels"))]
    if watching and len(own) == len(watching) and pack.file.has(("pack", "channels")):
        title = "no rule uses the channels of the pack: all name their own"
        _warn(pack.file, "W062", ("pack", "channels"), title, "remove them here or there")


def _idle_filters(pack: Pack, packs: list[Pack]) -> None:
    """W062: patterns of filters that fit no rule."""
    known = [draft.rule.id for each in packs for draft in each.drafts]
    for path, shared, _ in pack.filters:
        for key, patterns in (("rules", shared.rules), ("except_rules", shared.except_rules)):
            for number, pattern in enumerate(patterns):
                if known and not fnmatch.filter(known, pattern):
                    title = f"no rule has an id like `{pattern}`"
                    advice = "patterns are over rule ids: mna-* or *"
                    _warn(pack.file, "W062", (*path, key, number), title, advice)


def lint_entities(files: list[RuleFile], packs: list[Pack]) -> None:
    """W062: entities that no rule names, but for those of libraries."""
    conditions = [condition for pack in packs for condition in _conditions(pack)]
    if not conditions or None in conditions:
        return
    trees = [
        *(condition for condition in conditions if condition is not None),
        *(tree for pack in packs for tree in pack.fragments.values() if tree is not None),
    ]
    named = {node.slug for tree in trees for node in _below(tree) if isinstance(node, Entity)}
    for file in files:
        entities = file.data.get("entity")
        if file.data.get("library") is True or not isinstance(entities, dict):
            continue
        for slug in entities:
            if slug not in named:
                advice = "remove it, or write library = true at the top of the file"
                _warn(file, "W062", ("entity", slug), f"no rule uses @{slug}", advice)

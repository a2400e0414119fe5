"""What a command was asked about: a rule by its id, or a query."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import typer

from monitor.cli.output import err
from monitor.model import Rule, RuleStatus
from monitor.rules import RuleSet, load, render
from monitor.rules.adhoc import read_adhoc
from monitor.rules.conditions import Condition
from monitor.rules.entities import Entities
from monitor.rules.filters import is_for


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition with all that it needs. ``rule`` is None for a query.

    ``filters``: the shared filters that are for it, by id.
    """

    name: str
    rule: Rule | None
    condition: Condition
    entities: Entities
    filters: dict[str, Condition]


def asked(text: str, files: dict[str, str]) -> Asked:
    """A rule of these files by its id, else a query; shows what is wrong with it and exits."""
    ruleset = load(files, tested=False).ruleset
    if ruleset is None:
        err.print("the rule files have errors, which monitor rules check shows:", style="yellow")
        err.print("no rule is known by its id until they are mended", style="yellow")
    for rule, condition in zip(*_pairs(ruleset), strict=True):
        if rule.id == text:
            if rule.status is not RuleStatus.LIVE:
                err.print(f"{text} is {rule.status}: no chat is alerted", style="yellow")
            assert ruleset is not None  # it has the rule
            return Asked(text, rule, condition, ruleset.entities, _filters(ruleset, text))
    _doubt(text, [rule.id for rule in ruleset.rules] if ruleset is not None else [])
    adhoc = read_adhoc(text, files)
    for problem in adhoc.problems:
        style = "red" if problem.severity == "error" else "yellow"
        err.print(f"{render(problem, text)}\n", style=style, markup=False)
    if adhoc.condition is None:
        raise typer.Exit(1)
    filters = _filters(ruleset, "") if ruleset is not None else {}
    return Asked(text, None, adhoc.condition, adhoc.entities, filters)


def _doubt(text: str, ids: Sequence[str]) -> None:
    """Say that what looks like a rule's id is none: read as a query it finds something else."""
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)+", text):
        return
    near = difflib.get_close_matches(text, ids, n=1)
    meant = f" (did you mean {near[0]}?)" if near else ""
    err.print(f"there is no rule {text}{meant}: read as a query", style="yellow", markup=False)


def _pairs(ruleset: RuleSet | None) -> tuple[tuple[Rule, ...], tuple[Condition, ...]]:
    return (ruleset.rules, ruleset.conditions) if ruleset is not None else ((), ())


def _filters(ruleset: RuleSet, rule: str) -> dict[str, Condition]:
    """The filters for a rule; those for all rules, where it has no id yet."""
    return {shared.id: tree for shared, tree in ruleset.filters if is_for(shared, rule)}

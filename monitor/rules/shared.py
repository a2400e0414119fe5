"""What stands beside the rules of a pack: filters over them, and correlations of their matches."""

import re
from datetime import timedelta
from typing import Any

from monitor.model import Correlation, CorrelationType, Filter, Priority
from monitor.rules.conditions import Condition
from monitor.rules.keys import CORRELATION, FILTER, ID_PATTERN, TIMESPAN_PATTERN
from monitor.rules.places import Path
from monitor.rules.queries import Names, read_query
from monitor.rules.rulefile import RuleFile

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_LEAST = {CorrelationType.SPIKE: 5, CorrelationType.OUTLETS: 3, CorrelationType.SEQUENCE: 1}
_MEANINGLESS = {
    CorrelationType.SPIKE: (),
    CorrelationType.OUTLETS: ("factor",),
    CorrelationType.SEQUENCE: ("factor", "gte"),
}
_LONGEST = timedelta(days=14)  # the baseline of a spike


def check_id(file: RuleFile, path: Path, value: str) -> None:
    """E158 unless a text is an id."""
    if not re.fullmatch(ID_PATTERN, value):
        mended = re.sub(r"[^a-z0-9]+", "-", value.casefold()).strip("-") or "my-rule"
        title = f"`{value}` is not an id: lower-case letters, digits and single hyphens"
        file.report("E158", path, title, f'write id = "{mended}"')


def read_filter(
    file: RuleFile, path: Path, pack: dict[str, Any], names: Names
) -> tuple[Filter, Condition | None]:
    """A ``[[filter]]`` with its condition, which is None if the query has errors."""
    values = file.fields(path, FILTER)
    file.require(path, FILTER, "the filter")
    if "id" in values:
        check_id(file, (*path, "id"), values["id"])
    condition = None
    if "query" in values:
        condition = read_query(file, (*path, "query"), names, required=False)
    found = Filter(
        id=values.get("id", ""),
        query=values.get("query", ""),
        rules=tuple(values.get("rules", ("*",))),
        except_rules=tuple(values.get("except_rules", ())),
        pack=pack["id"],
    )
    return found, condition


def read_correlation(file: RuleFile, path: Path, pack: dict[str, Any]) -> Correlation | None:
    """A ``[[correlation]]``; None if it lacks what it needs."""
    values = file.fields(path, CORRELATION)
    file.require(path, CORRELATION, "the correlation")
    if "id" in values:
        check_id(file, (*path, "id"), values["id"])
    timespan = _timespan(file, (*path, "timespan"), values.get("timespan", "1h"))
    if not {"id", "type", "rules"} <= values.keys():
        return None
    kind = CorrelationType(values["type"])
    _check_fitting(file, path, kind, values)
    return Correlation(
        id=values["id"],
        title=values.get("title") or values["id"],
        type=kind,
        rules=tuple(values["rules"]),
        timespan=timespan,
        gte=values.get("gte", _LEAST[kind]),
        factor=float(values.get("factor", 3.0)),
        priority=Priority(values.get("priority", Priority.NORMAL)),
        channels=tuple(values.get("channels", pack.get("channels", ()))),
        pack=pack["id"],
    )


def _timespan(file: RuleFile, path: Path, value: str) -> timedelta:
    if not re.fullmatch(TIMESPAN_PATTERN, value):
        title = f"`{value}` is not a time span: a number and s, m, h, d or w"
        file.report("E156", path, title, 'write timespan = "1h"')
        return timedelta(hours=1)
    span = timedelta(**{_UNITS[value[-1]]: min(int(value[:-1]), 10**6)})
    if span > _LONGEST:
        title = f"`{value}` is too long: matches are remembered for 14 days"
        file.report("E156", path, title, 'write timespan = "14d" or less')
    return min(span, _LONGEST)


def _check_fitting(
    file: RuleFile, path: Path, kind: CorrelationType, values: dict[str, Any]
) -> None:
    """E156 for keys that mean nothing to a correlation of this type, and for too few rules."""
    for key in _MEANINGLESS[kind]:
        if key in values:
            file.report(
                "E156", (*path, key), f"`{key}` means nothing to the type {kind}", "leave it out"
            )
    fewest = 2 if kind is CorrelationType.SEQUENCE else 1
    if len(values["rules"]) < fewest:
        needs = "two rules or more, in their order" if fewest > 1 else "at least one rule"
        advice = 'write rules = ["merger-talks", "merger-signed"]'
        file.report("E157", (*path, "rules"), f"the type {kind} needs {needs}", advice)

"""Shared filters: which matches of an article do not alert, and by which filter."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from monitor.model import Article, Filter
from monitor.rules.analysis import analyse
from monitor.rules.matching import RuleSet, evidence


def filtered(ruleset: RuleSet, article: Article, rules: Iterable[str]) -> Mapping[str, str]:
    """Rule id → id of the first filter that is for it and holds for the article."""
    concerned = {
        number: meant
        for number, (shared, _) in enumerate(ruleset.filters)
        if (meant := [rule for rule in rules if is_for(shared, rule)])
    }
    if not concerned:
        return {}
    index = analyse(article, ruleset.entities)
    found: dict[str, str] = {}
    for number, meant in concerned.items():
        shared, condition = ruleset.filters[number]
        if evidence(condition, index) is not None:
            for rule in meant:
                found.setdefault(rule, shared.id)
    return found


def is_for(shared: Filter, rule: str) -> bool:
    """Whether a filter is meant for a rule: one pattern fits its id, and no exception does."""
    return _fits(rule, shared.rules) and not _fits(rule, shared.except_rules)


def _fits(rule: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(rule, pattern) for pattern in patterns)

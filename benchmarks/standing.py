"""Many standing rules, built and matched as the monitor does it.

``match(rules, articles)`` takes dicts with ``id`` and ``query``, and yields for one article after
the other (dicts with ``title`` and ``text``) the ids of the rules that match.

The lines of an article are joined by blanks here: a plain evaluator knows no paragraphs, while in
our language no phrase crosses one. Rules that the check refuses since they can never hold (E141:
``x NOT x``) are left out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from monitor.model import Article, Rule
from monitor.rules import RuleSet
from monitor.rules.conditions import Condition
from monitor.rules.garbage import uncollected
from monitor.rules.linking import check_required, link
from monitor.rules.matching import matching
from monitor.rules.parsing import parse

NEVER = "E141"


def match(
    rules: Sequence[Mapping[str, Any]], articles: Iterable[Mapping[str, Any]]
) -> Iterator[set[str]]:
    """For each article, the ids of the rules that hold."""
    standing = ruleset(rules)
    standing.build()
    for article in articles:
        yield {rule.id for rule in matching(standing, told(article))}


def ruleset(rules: Sequence[Mapping[str, Any]]) -> RuleSet:
    """Read queries as a rule file's are read."""
    kept: list[Rule] = []
    conditions: list[Condition] = []
    with uncollected():  # as rule files are read
        for rule in rules:
            found = condition(rule["query"])
            if found is not None:
                kept.append(Rule(id=rule["id"], title=rule["id"], query=rule["query"]))
                conditions.append(found)
    return RuleSet(tuple(kept), tuple(conditions), {})


def condition(query: str) -> Condition | None:
    """Parsed, linked and checked; None if it can never hold."""
    parsed = parse(query)
    assert parsed.condition is not None, query
    linked, flaws = link(parsed.condition, {}, {})
    assert linked is not None, query
    flaws = (*parsed.flaws, *flaws, *check_required(linked))
    errors = [flaw.code for flaw in flaws if flaw.severity == "error"]
    assert set(errors) <= {NEVER}, query
    return None if errors else linked


def told(article: Mapping[str, Any]) -> Article:
    """An article as the monitor has it, in one paragraph."""
    return Article(
        url=article.get("url", "https://bench.example/"),
        title=article["title"],
        text=article["text"].replace("\n", " "),
        lang=article.get("lang", "en"),
        outlet=article.get("outlet", "Bench"),
    )

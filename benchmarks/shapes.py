"""What must stay linear: long articles and rules, one anchor of many rules, many aliases.

Each is doubled twice; the last column is the cost of a step over that of the step before, so about
2 is linear. CPU milliseconds of this thread, the least of three.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial

import standing
import workload

from monitor.model import Article, Rule
from monitor.rules import RuleSet, match
from monitor.rules.conditions import Entity, Term
from monitor.rules.entities import Profile
from monitor.rules.matching import matching
from monitor.rules.parsing import parse

Step = tuple[str, Callable[[], object]]
Shape = Callable[[int], Iterator[Step]]


def main() -> None:
    """Measure and print."""
    spoken = workload.language(4)
    some = workload.rules(spoken, 1_000, "dense", 6, workload.articles(spoken, 30, 5))
    rules = standing.ruleset(some)
    print(f"{'shape':<34} {'step':<24} {'size':>9} {'ms':>9} {'ratio':>6}")
    doubled("an article of bytes, 1,000 rules", partial(long_article, spoken, rules), 1 << 20)
    doubled("a rule of terms, AND", partial(long_rule, " AND "), 2_000)
    doubled("a rule of terms, OR", partial(long_rule, " OR "), 2_000)
    doubled("rules with the same anchor", same_anchor, 500)
    doubled("an entity with aliases", many_aliases, 3_000)


def doubled(what: str, shape: Shape, size: int) -> None:
    """Measure a shape at three sizes, each twice the one before."""
    before: dict[str, float] = {}
    for each in (size, 2 * size, 4 * size):
        for step, call in shape(each):
            cost = min(cpu(call) for _ in range(3))
            ratio = f"{cost / before[step]:6.2f}" if step in before else ""
            print(f"{what:<34} {step:<24} {each:9,d} {1e3 * cost:9.2f} {ratio}")
            before[step] = cost


def long_article(spoken: workload.Language, rules: RuleSet, size: int) -> Iterator[Step]:
    told = standing.told(workload.articles(spoken, 1, 7, tokens=size // 8)[0])
    assert abs(len(told.text) - size) < 0.3 * size, len(told.text)
    yield "ids", lambda: matching(rules, told)
    yield "evidence", lambda: match(rules, told)


def long_rule(joint: str, terms: int) -> Iterator[Step]:
    words = [f"word{letters(n)}" for n in range(terms)]
    query = joint.join(words)
    yield "parse, link, check", lambda: standing.condition(query)
    row = {"id": "long", "query": query}
    yield "parse … engine", lambda: standing.ruleset([row]).build()
    rules = standing.ruleset([row])
    yield from matched(rules, told(" ".join(words)), 1)


def same_anchor(count: int) -> Iterator[Step]:
    rows = [{"id": f"r{n}", "query": f"rarity AND word{letters(n)}"} for n in range(count)]
    rules = standing.ruleset(rows)
    yield "engine", lambda: ruleset_like(rules).build()
    text = " ".join(f"word{letters(n)}" for n in range(0, count, 2))
    yield from matched(rules, told(f"Rarity {text}"), count // 2)


def many_aliases(count: int) -> Iterator[Step]:
    names = [alias(f'"name{letters(n)} house"') for n in range(count)]
    entities = {"many": Profile(names=tuple(names))}
    condition = Entity(slug="many", at=(0, 5))
    rules = RuleSet((Rule(id="r", title="r", query="@many"),), (condition,), entities)
    yield "engine", lambda: ruleset_like(rules).build()
    text = ". ".join(f"Name{letters(n)} House" for n in range(0, count, 100))
    yield from matched(rules, told(text), 1)


def matched(rules: RuleSet, article: Article, expected: int) -> Iterator[Step]:
    assert len(matching(rules, article)) == expected
    yield "ids", lambda: matching(rules, article)
    yield "evidence", lambda: match(rules, article)


def ruleset_like(rules: RuleSet) -> RuleSet:
    """The same without an engine."""
    return RuleSet(rules.rules, rules.conditions, rules.entities)


def alias(name: str) -> Term:
    found = parse(name).condition
    assert isinstance(found, Term)
    return found


def told(text: str) -> Article:
    return standing.told({"title": "A title", "text": text})


def letters(number: int) -> str:
    """A number in letters, so that it is one word without digits."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def cpu(call: Callable[[], object]) -> float:
    begun = time.thread_time()
    call()
    return time.thread_time() - begun

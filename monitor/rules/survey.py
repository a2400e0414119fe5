"""What rules did over an archive, in one pass: the figures that the archive's lint judges by."""

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from monitor.model import Rule
from monitor.rules.analysis import Index, analyse
from monitor.rules.archive import Archive
from monitor.rules.conditions import And, Condition, Entity, Meta, Or, Term, children
from monitor.rules.entities import Entities
from monitor.rules.matching import holds
from monitor.rules.shapes import is_plain
from monitor.text import fold

Leaf = Term | Entity | Meta
Key = Hashable
"""What leaves that find the same have in common."""

_WORD = re.compile("[a-z]{3,}")


@dataclass(slots=True)
class Weight:
    """How a clause of AND, or an alternative of OR, told on a rule.

    ``tried``: the articles in which all else that is needed held (of an alternative: and it
    held, too). ``decided``: of these, the ones in which the rule would have ended otherwise
    without it.
    """

    tried: int = 0
    decided: int = 0


@dataclass(slots=True)
class Record:
    """A rule with what it matched: numbers of articles and of stories."""

    rule: Rule
    condition: Condition
    articles: set[int] = field(default_factory=set)
    stories: set[int] = field(default_factory=set)
    weights: dict[int, Weight] = field(default_factory=dict)  # by id of the node

    def take(self, number: int, story: int, index: Index) -> None:
        """Evaluate the rule for one more article."""
        self._weigh(self.condition, index)
        if holds(self.condition, index, index.whole):
            self.articles.add(number)
            self.stories.add(story)

    def weight(self, node: Condition) -> Weight:
        """How a node told on the rule."""
        return self.weights.setdefault(id(node), Weight())

    def _weigh(self, node: Condition, index: Index) -> None:
        """Weigh what is below a node on which, in this article, the whole rule depends."""
        match node:
            case And():
                self._weigh_clauses(node, index)
            case Or():
                self._weigh_alternatives(node, index)
            case _:
                return

    def _weigh_clauses(self, node: And, index: Index) -> None:
        failing: list[Condition] = []
        for child in node.children:
            if not holds(child, index, index.whole):
                failing.append(child)
                if len(failing) == 2:
                    return  # neither of them could have saved it
        for child in failing or node.children:
            weight = self.weight(child)
            weight.tried += 1
            weight.decided += bool(failing)
            self._weigh(child, index)

    def _weigh_alternatives(self, node: Or, index: Index) -> None:
        held = [child for child in node.children if holds(child, index, index.whole)]
        for child in held:
            weight = self.weight(child)
            weight.tried += 1
            weight.decided += len(held) == 1
        for child in node.children if not held else held[:1] if len(held) == 1 else ():
            self._weigh(child, index)


@dataclass(frozen=True, slots=True)
class Survey:
    """Figures about rules over an archive of so many articles and days.

    ``spread``: in how many articles a leaf is found. ``fitting``: the words that each wildcard
    found, with how often. ``words``: in how many articles a plain word or a plural of it stands.
    """

    days: float
    read: int
    records: tuple[Record, ...]
    spread: Counter[Key]
    fitting: Mapping[Key, Counter[str]]
    words: Counter[str]

    @property
    def span(self) -> float:
        """The days to divide by: what covers less than a day counts as a day."""
        return max(self.days, 1.0)


def survey(
    rules: Iterable[tuple[Rule, Condition]],
    others: Iterable[Condition],
    entities: Entities,
    archive: Archive,
) -> Survey:
    """Evaluate rules over an archive; of ``others`` (fragments, filters) only the leaves count."""
    records = tuple(Record(rule, condition) for rule, condition in rules)
    trees = [*(record.condition for record in records), *others]
    leaves = {key(leaf): leaf for tree in trees for leaf in leaves_of(tree)}
    wild = {name: leaf for name, leaf in leaves.items() if is_wild(leaf)}
    forms = {form for leaf in leaves.values() for form in _numbers(leaf)}
    spread: Counter[Key] = Counter()
    fitting: dict[Key, Counter[str]] = {name: Counter() for name in wild}
    words: Counter[str] = Counter()
    read = 0
    for read, stored in enumerate(archive.articles, 1):
        index = analyse(stored.article, entities)
        for record in records:
            record.take(read, stored.story, index)
        spread.update(name for name, leaf in leaves.items() if holds(leaf, index, index.whole))
        words.update(form for form in forms if any(form in t.places for t in index.texts))
        for name, leaf in wild.items():
            fitting[name].update(_written(leaf, index))
    return Survey(archive.days, read, records, spread, fitting, words)


def key(leaf: Leaf) -> Key:
    """Equal for leaves that find the same."""
    match leaf:
        case Term():
            return leaf.pattern
        case Entity():
            return leaf.slug
        case Meta():
            return (leaf.field, leaf.values)


def is_wild(leaf: Leaf) -> bool:
    """Whether a leaf is a term with a wildcard."""
    return isinstance(leaf, Term) and any(
        form.lstrip("=").startswith("*") for step in leaf.pattern for form, _ in step
    )


def plain_word(leaf: Leaf) -> str:
    """The folded word that a leaf looks for, if that is all it is; else nothing."""
    if not isinstance(leaf, Term) or len(leaf.pattern) != 1 or not is_plain(leaf):
        return ""
    form = leaf.pattern[0][0][0]
    return form if len(leaf.pattern[0]) == 1 and _WORD.fullmatch(form) else ""


def plurals(word: str) -> tuple[str, ...]:
    """The English plurals that a word in the singular may have."""
    if word.endswith("s"):
        return (f"{word}es",) if word.endswith("ss") else ()
    if re.search("[^aeiou]y$", word):
        return (f"{word[:-1]}ies",)
    return (f"{word}es",) if re.search("(x|z|ch|sh)$", word) else (f"{word}s",)


def leaves_of(node: Condition) -> Iterator[Leaf]:
    """All leaves of a condition, fragments opened."""
    if isinstance(node, Term | Entity | Meta):
        yield node
    for child in children(node):
        yield from leaves_of(child)


def _numbers(leaf: Leaf) -> tuple[str, ...]:
    word = plain_word(leaf)
    return (word, *plurals(word)) if word else ()


def _written(leaf: Leaf, index: Index) -> Iterator[str]:
    assert isinstance(leaf, Term)  # nothing else has wildcards
    for tokens, ranges in zip(index.texts, index.find(leaf.pattern), strict=True):
        for first, last in ranges:
            yield fold(tokens.written(first, last))

"""Seeded standing rules and articles in an invented language, and their plain evaluation.

A rule is a dict with ``id``, ``query`` in the rule language, and the same as a ``tree``: ["and",
x…], ["or", x…], ["not", x], ["near", n, x, y], or a leaf ["term" | "prefix", field, word] or
["phrase", field, [word…]] with "title" or None (anywhere) as the field. An article is a dict with
``title`` and ``text``.

Shares: NEAR/10 20 %, prefix 10 %, NOT 15 %, ``title:`` 10 %, most rules with phrases and groups of
alternatives. How many of the names that are watched for never occur is fitted until the wanted
share of the rules matches an article. The first n rules are the same however many are drawn.
"""

import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice, product
from pathlib import Path
from typing import Any, Generic, TypeVar

DENSITIES = {"dense": 0.006, "sparse": 0.001}
WORDS, NAMES, PAIRS, COMMON = 20_000, 3_000, 4_000, 80
WORD = re.compile("[a-z]+")

Tree = list[Any]
Rule = dict[str, Any]
T = TypeVar("T")


# --- an invented language


class Zipf(Generic[T]):
    """Things of which the first are drawn most often."""

    def __init__(self, things: Sequence[T], flatter: float, power: float) -> None:
        self.things = things
        self.shares = list(accumulate((i + flatter) ** -power for i in range(len(things))))

    def draw(self, by: random.Random, count: int) -> list[T]:
        return by.choices(self.things, cum_weights=self.shares, k=count)


@dataclass(frozen=True, slots=True)
class Language:
    """The most frequent words are in no rule; names are one word or two."""

    words: Zipf[str]
    watched: Zipf[str]
    pairs: Zipf[tuple[str, ...]]
    names: Zipf[tuple[str, ...]]


def language(seed: int) -> Language:
    """Words of two and three syllables, pairs of them that go together, and names."""
    by = random.Random(seed)
    syllables = [a + b + c for a, b, c in product("bdfgklmprstvz", "aeiou", "lnrsx")]
    letters = {"".join(by.choices(syllables, k=by.choice((2, 2, 3)))) for _ in range(2 * WORDS)}
    words = sorted(letters)
    by.shuffle(words)
    common, first, last = words[:WORDS], words[WORDS:-NAMES], words[-NAMES:]
    pairs = [tuple(by.sample(common[COMMON:6_000], 2)) for _ in range(PAIRS)]
    names = [(by.choice(last),) if by.random() < 0.3 else pair(by, first, last) for _ in last]
    return Language(
        Zipf(common, 2.0, 1.1), Zipf(common[COMMON:], 20, 1.0), Zipf(pairs, 20, 0.8),
        Zipf(names, 10, 0.9),
    )  # fmt: skip


def pair(by: random.Random, first: Sequence[str], last: Sequence[str]) -> tuple[str, ...]:
    return by.choice(first), by.choice(last)


def articles(spoken: Language, count: int, seed: int, tokens: int = 800) -> list[dict[str, str]]:
    """Articles of about so many tokens each, with the names that they are about in the title."""
    by = random.Random(seed)
    found = []
    for number in range(count):
        about = spoken.names.draw(by, 12)
        sentences = [sentence(spoken, about, by) for _ in range(round(tokens / 22))]
        title = [*spoken.words.draw(by, 4), *map(str.title, about[0]), *spoken.watched.draw(by, 3)]
        found.append({"id": f"a{number}", "title": " ".join(title), "text": "\n".join(sentences)})
    return found


def sentence(spoken: Language, about: Sequence[tuple[str, ...]], by: random.Random) -> str:
    """About 22 words."""
    words = spoken.words.draw(by, by.randint(10, 26))
    name = [part.title() for part in by.choice(about)]
    words[3:3] = [*name, *spoken.pairs.draw(by, 1)[0]]
    return " ".join(words).capitalize() + "."


# --- rules


@dataclass(frozen=True, slots=True)
class Author:
    """Draws rules; ``unseen`` is the share of names that no article has but by chance."""

    spoken: Language
    by: random.Random
    unseen: float

    def name(self, field: str | None = None) -> Tree:
        if self.by.random() < self.unseen:
            two = [n for n in self.spoken.names.draw(self.by, 12) if len(n) == 2][:2]
            return leaf((two[0][0], two[-1][1]) if len(two) == 2 else ("unseen", "name"), field)
        return leaf(self.spoken.names.draw(self.by, 1)[0], field)

    def word(self, field: str | None = None) -> Tree:
        if self.by.random() < 0.25:
            return leaf(self.spoken.pairs.draw(self.by, 1)[0], field)
        return leaf(tuple(self.spoken.watched.draw(self.by, 1)), field)

    def any_of(
        self, draw: Callable[[str | None], Tree], most: int, field: str | None = None
    ) -> Tree:
        found: list[Tree] = []
        for _ in range(self.by.randint(1, most)):
            drawn = draw(field)
            found += [drawn] if drawn not in found else []
        return ["or", *found] if len(found) > 1 else found[0]

    def rule(self) -> Tree:
        parts = self.core()
        if self.by.random() < 0.10:
            stem = next(w for w in self.spoken.watched.draw(self.by, 50) if len(w) >= 6)
            parts.append(["or", ["prefix", None, stem[: len(stem) - 2]], self.word()])
        if self.by.random() < 0.15:
            unwanted = self.any_of(self.word, 3)
            if written(unwanted).isdisjoint(written(["and", *parts])):  # else it never matches
                parts.append(["not", unwanted])
        return ["and", *parts] if len(parts) > 1 else parts[0]

    def core(self) -> list[Tree]:
        kind = self.by.random()
        if kind < 0.20:
            near = ["near", 10, self.any_of(self.name, 3), self.any_of(self.word, 3)]
            return [near, self.word()] if self.by.random() < 0.2 else [near]
        if kind < 0.30:
            titled = [self.any_of(self.name, 3, "title"), leaf(self.title(), "title")]
            return [self.by.choice(titled), self.any_of(self.word, 3)]
        if kind < 0.60:
            return [self.any_of(self.name, 4), self.any_of(self.word, 4)]
        if kind < 0.80:
            return [self.name(), *(self.word() for _ in range(self.by.choice((1, 2, 2, 3))))]
        alone = [self.any_of(self.name, 5)]
        return [*alone, self.word()] if self.by.random() < 0.5 else alone

    def title(self) -> tuple[str, ...]:
        return tuple(self.spoken.watched.draw(self.by, 1))


def leaf(words: tuple[str, ...], field: str | None) -> Tree:
    return ["term", field, words[0]] if len(words) == 1 else ["phrase", field, list(words)]


def written(tree: Tree) -> set[str]:
    """The words of a tree."""
    return set(WORD.findall(query(tree)))


def query(tree: Tree, *, inside: bool = False) -> str:
    """The rule language's text of a tree."""
    match tree:
        case [("and" | "or") as joint, *parts]:
            joined = f" {joint.upper()} ".join(query(part, inside=True) for part in parts)
        case ["near", distance, left, right]:
            joined = f"{query(left, inside=True)} NEAR/{distance} {query(right, inside=True)}"
        case ["not", part]:
            return f"NOT {query(part, inside=True)}"
        case _:
            kind, field, said = tree
            shown = f'"{" ".join(said)}"' if kind == "phrase" else said
            return (f"{field}:" if field else "") + shown + ("*" if kind == "prefix" else "")
    return f"({joined})" if inside else joined


def rules(
    spoken: Language, count: int, density: str, seed: int, sample: Sequence[dict[str, str]]
) -> list[Rule]:
    """Rules of which about the share of that density matches an article like these."""
    documents = [Document(article) for article in sample[:30]]
    low, high = 0.0, 1.0
    for _ in range(8):
        middle = (low + high) / 2
        author = Author(spoken, random.Random(seed + 1), middle)
        trees = [author.rule() for _ in range(1_000)]
        matches = sum(holds(tree, document) for tree in trees for document in documents)
        share = matches / (len(trees) * len(documents))
        low, high = (middle, high) if share > DENSITIES[density] else (low, middle)
    author = Author(spoken, random.Random(seed), high)
    trees = [author.rule() for _ in range(count)]
    return [{"id": f"r{n}", "query": query(t), "tree": t} for n, t in enumerate(trees)]


def read(folder: Path, count: int) -> tuple[list[Rule], list[dict[str, str]]]:
    """The first rules and all articles of files of this form."""
    with (folder / "rules.jsonl").open(encoding="utf-8") as lines:
        found = [json.loads(line) for line in islice(lines, count)]
    with (folder / "articles.jsonl").open(encoding="utf-8") as lines:
        return found, [json.loads(line) for line in lines]


# --- the plain evaluation: every rule, nothing shared or skipped

Place = tuple[str, int, int]


class Document:
    """Where each word stands, by field."""

    def __init__(self, article: dict[str, str]) -> None:
        self.fields: dict[str, dict[str, list[int]]] = {}
        for field in ("title", "text"):
            places = self.fields[field] = {}
            for at, word in enumerate(WORD.findall(article[field].lower())):
                places.setdefault(word, []).append(at)


def mentions(tree: Tree, document: Document) -> list[Place]:
    """(field, first word, one past the last) of a leaf or of alternatives of leaves."""
    if tree[0] == "or":
        return [place for part in tree[1:] for place in mentions(part, document)]
    kind, field, said = tree
    found: list[Place] = []
    for name, places in document.fields.items():
        if field not in (None, name):
            continue
        if kind == "term":
            found += [(name, at, at + 1) for at in places.get(said, ())]
        elif kind == "prefix":
            begun = [
                at for word, all_at in places.items() if word.startswith(said) for at in all_at
            ]
            found += [(name, at, at + 1) for at in begun]
        else:
            found += [(name, at, at + len(said)) for at in phrase(said, places)]
    return found


def phrase(said: Sequence[str], places: dict[str, list[int]]) -> list[int]:
    rest = list(enumerate(said[1:], 1))
    begun = places.get(said[0], ())
    return [at for at in begun if all(at + n in places.get(word, ()) for n, word in rest)]


def holds(tree: Tree, document: Document) -> bool:
    """Whether a rule matches."""
    kind = tree[0]
    if kind == "and":
        return all(holds(part, document) for part in tree[1:])
    if kind == "or":
        return any(holds(part, document) for part in tree[1:])
    if kind == "not":
        return not holds(tree[1], document)
    if kind == "near":
        return near(tree[1], mentions(tree[2], document), mentions(tree[3], document))
    return bool(mentions(tree, document))


def near(distance: int, left: list[Place], right: list[Place]) -> bool:
    return any(
        a == b and (0 <= after - end <= distance or 0 <= start - last <= distance)
        for a, start, end in left
        for b, after, last in right
    )


def evaluate(rules: Sequence[Rule], article: dict[str, str]) -> set[str]:
    """The ids of all rules that match."""
    document = Document(article)
    return {rule["id"] for rule in rules if holds(rule["tree"], document)}

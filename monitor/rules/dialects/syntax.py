"""What the query languages of other systems have in common: operators, fields, and their tree.

A dialect differs from the others by its operators and their ranks, by what a blank means, and by
its fields; the reader and the translation serve all of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

At = tuple[int, int]

TIGHTEST = 10_000  # the rank of what binds to a single term


class Kind(StrEnum):
    """What an operator does."""

    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    NEAR = "NEAR"


class Unit(StrEnum):
    """What the operands of a proximity operator have to share."""

    WORDS = "words"
    SENTENCE = "sentence"
    PARAGRAPH = "paragraph"
    SEGMENT = "segment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """What joins two operands; the higher its ``rank``, the tighter it binds.

    ``distance`` is the number of words that may stand between. ``note`` tells the operator of the
    monitor what became of it; ``changed`` says that it does not mean quite the same.
    """

    kind: Kind
    rank: int
    unit: Unit = Unit.WORDS
    distance: int = 0
    ordered: bool = False
    negated: bool = False
    phrase: bool = False
    note: str = ""
    changed: bool = False


class Effect(StrEnum):
    """What a field, function or suffix does to the operand it stands at."""

    SCOPE = "scope"
    META = "meta"
    EXACT = "exact"
    LITERAL = "literal"
    COUNT = "count"
    FIRST = "first"
    SLOP = "slop"
    NOTHING = "nothing"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What becomes of a field, function or suffix.

    ``target`` is our field; ``number`` belongs to counts, first words and slops. ``note`` is said
    if it does not mean quite the same, or why it is lost. ``rest`` says that it reaches to the end.
    """

    effect: Effect
    target: str = ""
    number: int = 0
    note: str = ""
    rest: bool = False
    rank: int = TIGHTEST


class Mixing(StrEnum):
    """What a dialect says to different operators without parentheses."""

    ORDERED = "ordered"  # it has an order of its own
    UNKNOWN = "unknown"  # its guide does not say
    REFUSED = "refused"


class Stems(StrEnum):
    """Which other forms of a word a dialect finds by itself."""

    NONE = "none"
    PLURALS = "plurals"
    FORMS = "forms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One query language.

    ``operator`` reads a word as an operator, ``use`` the name of a field or function; both give
    None for what they do not know. ``exclusion`` is the rank of NOT and AND NOT, ``prefix`` the
    rank down to which a field reaches. ``signs`` maps wildcards to ours. ``capitals`` says that
    operators are written in capitals only, ``minus`` that - excludes.
    """

    title: str
    operator: Callable[[str], Operator | None]
    use: Callable[[str], Use | None]
    blank: Operator
    exclusion: int
    prefix: int = TIGHTEST
    assign: str = ":"
    specials: str = "(?!)"
    functions: bool = False
    exact_braces: bool = False
    mixing: Mixing = Mixing.ORDERED
    stems: Stems = Stems.NONE
    accents_exact: bool = False
    capitals: bool = False
    minus: bool = False
    signs: Mapping[str, str] = field(default_factory=dict)


class UnreadableError(Exception):
    """A query that its own system would not accept either: where, what, and what to do."""

    def __init__(self, at: At, sentence: str, advice: str) -> None:
        super().__init__(sentence)
        self.at = at
        self.sentence = sentence
        self.advice = advice


# --- the tree


@dataclass(frozen=True, slots=True)
class Leaf:
    """A word or phrase as written, without its quotes."""

    text: str
    at: At
    quoted: bool = False
    exact: bool = False
    grouped: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """Operands joined by one operator; ``grouped`` if parentheses stand around it."""

    operator: Operator
    children: tuple["Node", ...]
    at: At
    depth: int
    grouped: bool = False


@dataclass(frozen=True, slots=True)
class Negated:
    """NOT before an operand."""

    child: "Node"
    at: At
    depth: int
    grouped: bool = False


@dataclass(frozen=True, slots=True)
class Applied:
    """A field, function or suffix at its operand; ``name`` as written."""

    name: str
    use: Use
    child: "Node"
    at: At
    depth: int
    grouped: bool = False


@dataclass(frozen=True, slots=True)
class Foreign:
    """Something that stands for itself and has no equivalent: ``wc>500``."""

    text: str
    at: At
    grouped: bool = False


Node = Leaf | Chain | Negated | Applied | Foreign


def depth(node: Node) -> int:
    """How many nodes stand within each other."""
    return 1 if isinstance(node, Leaf | Foreign) else node.depth

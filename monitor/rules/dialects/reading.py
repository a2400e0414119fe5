"""Lexemes of a dialect → tree, by the ranks of its operators."""

from dataclasses import dataclass, field, replace

from monitor.rules.dialects.lexing import STARTS, Lexeme, Sort, lex
from monitor.rules.dialects.syntax import (
    Applied,
    At,
    Chain,
    Dialect,
    Foreign,
    Kind,
    Leaf,
    Mixing,
    Negated,
    Node,
    Operator,
    UnreadableError,
    depth,
)

_DEEPEST = 45  # the rule language allows 50
_QUOTES = '"“”„‟«»＂'


@dataclass(frozen=True, slots=True)
class Reading:
    """The tree of a query, and the places where its order of operators had to be guessed."""

    tree: Node
    guesses: tuple[At, ...]


def read(query: str, dialect: Dialect) -> Reading:
    """Read a query as its own system does; raises UnreadableError."""
    reader = _Reader(dialect, lex(query, dialect), len(query))
    return Reading(reader.whole(), tuple(reader.guesses))


@dataclass(slots=True)
class _Reader:
    dialect: Dialect
    lexemes: list[Lexeme]
    end: int
    next: int = 0
    open: int = 0
    guesses: list[At] = field(default_factory=list)

    def whole(self) -> Node:
        if not self.lexemes:
            raise UnreadableError((0, self.end), "the query is empty", "write at least one word")
        tree = self.expression(0)
        if left := self.peek():
            sentence = "this parenthesis was never opened"
            raise UnreadableError(left.at, sentence, "leave it out, or open one before")
        return tree

    def peek(self, ahead: int = 0) -> Lexeme | None:
        at = self.next + ahead
        return self.lexemes[at] if at < len(self.lexemes) else None

    def expression(self, lowest: int) -> Node:
        """An operand with all that is joined to it by operators of this rank or higher."""
        left = self.operand()
        while True:
            lexeme = self.peek()
            if lexeme and lexeme.use and lexeme.sort is Sort.SUFFIX and lexeme.use.rank >= lowest:
                self.next += 1
                left = self.applied(lexeme, left)
                continue
            operator, width = self.joint()
            if operator is None or operator.rank < lowest:
                return left
            place = lexeme.at if lexeme else left.at
            self.next += width
            right = self.expression(operator.rank + 1)
            left = self.combined(operator, left, right, place)

    def joint(self) -> tuple[Operator | None, int]:
        """What joins the next operand, and of how many lexemes it is made."""
        lexeme, after = self.peek(), self.peek(1)
        if lexeme is None or lexeme.sort in (Sort.CLOSE, Sort.SUFFIX):
            return None, 0
        if lexeme.operator is None:
            return self.dialect.blank, 0
        following = after.operator if after else None
        if lexeme.operator.kind is Kind.AND and following and following.kind is Kind.NOT:
            return following, 2
        if lexeme.operator.kind is Kind.NOT and following and following.kind is Kind.NEAR:
            return replace(following, negated=True), 2
        return lexeme.operator, 1

    def combined(self, operator: Operator, left: Node, right: Node, at: At) -> Node:
        if operator.phrase and isinstance(left, Leaf) and isinstance(right, Leaf):
            return Leaf(f"{left.text} {right.text}", (left.at[0], right.at[1]), quoted=True)
        for side in (left, right):
            if isinstance(side, Chain) and not side.grouped and _mixes(operator, side.operator):
                self.mixed(operator, side.operator, at)
        whole = (left.at[0], right.at[1])
        if isinstance(left, Chain) and not left.grouped and left.operator == operator:
            deepest = max(left.depth, depth(right) + 1)
            return Chain(operator, (*left.children, right), whole, deepest)
        return Chain(operator, (left, right), whole, self.deeper(whole, left, right))

    def mixed(self, operator: Operator, other: Operator, at: At) -> None:
        proximities = (operator.kind is Kind.NEAR) + (other.kind is Kind.NEAR)
        if self.dialect.mixing is Mixing.UNKNOWN and proximities != 1:  # NEAR is always tighter
            self.guesses.append(at)
        if self.dialect.mixing is Mixing.REFUSED:
            pair = f"{other.kind} and {operator.kind}"
            if other.kind is operator.kind:
                pair = f"two different {operator.kind}"
            sentence = f"{self.dialect.title} refuses {pair} side by side without parentheses"
            raise UnreadableError(at, sentence, "put parentheses around what belongs together")

    def deeper(self, at: At, *nodes: Node) -> int:
        deepest = 1 + max(map(depth, nodes))
        if deepest > _DEEPEST:
            sentence = f"more than {_DEEPEST} conditions within each other"
            raise UnreadableError(at, sentence, "cut the query into several")
        return deepest

    def operand(self) -> Node:
        lexeme = self.peek()
        if lexeme is None or (lexeme.sort not in STARTS and not _negates(lexeme)):
            raise self.missing(lexeme)
        self.next += 1
        self.open += 1
        if self.open > _DEEPEST:
            self.deeper(lexeme.at, Chain(self.dialect.blank, (), lexeme.at, _DEEPEST))
        node = self.started(lexeme)
        self.open -= 1
        return node

    def started(self, lexeme: Lexeme) -> Node:
        match lexeme.sort:
            case Sort.OPEN:
                return self.group(lexeme)
            case Sort.PREFIX:
                assert lexeme.use is not None
                child = self.expression(0 if lexeme.use.rest else self.dialect.prefix)
                return self.applied(lexeme, child)
            case Sort.OPERATOR:
                child = self.expression(self.dialect.exclusion + 1)
                at = (lexeme.at[0], child.at[1])
                return Negated(child, at, self.deeper(at, child))
            case Sort.FOREIGN:
                return Foreign(lexeme.text, lexeme.at)
            case _:
                quoted = lexeme.text[0] in _QUOTES if lexeme.text else False
                text = lexeme.text[1:-1] if quoted else lexeme.text
                return Leaf(text, lexeme.at, quoted, lexeme.sort is Sort.EXACT)

    def group(self, opening: Lexeme) -> Node:
        inner = self.expression(0)
        closing = self.peek()
        if closing is None:
            sentence = "this parenthesis is never closed"
            raise UnreadableError(opening.at, sentence, "write ) where the group ends")
        self.next += 1
        return replace(inner, at=(opening.at[0], closing.at[1]), grouped=True)

    def applied(self, lexeme: Lexeme, child: Node) -> Node:
        assert lexeme.use is not None
        at = (min(lexeme.at[0], child.at[0]), max(lexeme.at[1], child.at[1]))
        return Applied(lexeme.text, lexeme.use, child, at, self.deeper(at, child))

    def missing(self, lexeme: Lexeme | None) -> UnreadableError:
        """The error for nothing where an operand should be."""
        before = self.lexemes[self.next - 1] if self.next else None
        if lexeme is not None and lexeme.sort is Sort.CLOSE and before is None:
            return UnreadableError(lexeme.at, "this parenthesis was never opened", "leave it out")
        if before is None or before.sort is Sort.OPEN:
            place = lexeme or before
            assert place is not None
            what = f"`{place.text}` has nothing before it"
            if place.sort in (Sort.OPEN, Sort.CLOSE):
                what = "there is nothing between the parentheses"
            return UnreadableError(place.at, what, "write a term there")
        sentence = f"nothing that could be searched follows `{before.text}`"
        return UnreadableError(before.at, sentence, "write a term after it, or leave it out")


def _negates(lexeme: Lexeme) -> bool:
    return lexeme.operator is not None and lexeme.operator.kind is Kind.NOT


def _mixes(one: Operator, other: Operator) -> bool:
    """Whether two operators on one level need an order: AND and NOT do not."""
    if one.kind is Kind.NEAR and other.kind is Kind.NEAR:
        return one != other
    return (one.kind is Kind.NOT or one.kind is Kind.AND) != (
        other.kind is Kind.NOT or other.kind is Kind.AND
    ) or (one.kind is not other.kind and Kind.NEAR in (one.kind, other.kind))

"""Query text → condition, or everything that is wrong with it.

Hand-written recursive descent, since the messages are the product: each points at the place,
says why, and gives the corrected text. It goes on after an error to find the next.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from monitor.rules import advice, signs, usage
from monitor.rules.brackets import balance, too_deep
from monitor.rules.conditions import (
    About,
    And,
    AtLeast,
    Comparison,
    Condition,
    Count,
    Entity,
    Except,
    Fragment,
    Meta,
    Near,
    Not,
    NotNear,
    Or,
    Scope,
)
from monitor.rules.lexemes import (
    META,
    NEARNESS,
    OPERATORS,
    SCOPES,
    STARTS,
    Kind,
    Lexed,
    Lexeme,
    lex,
)
from monitor.rules.problems import Flaw
from monitor.rules.terms import read_term

_WORDS_OF_OTHERS = {
    **dict.fromkeys(("with", "plus", "und", "et", "y", "e", "mit", "avec", "con"), Kind.AND),
    **dict.fromkeys(("oder", "ou", "o", "oppure"), Kind.OR),
    **dict.fromkeys(("without", "ohne", "sans", "sin", "senza", "nicht"), Kind.NOT),
    "&": Kind.AND,
    "&&": Kind.AND,
}
_MISPLACED = frozenset({Kind.COMMA, Kind.COMPARE, Kind.VALUE})
_NUMBER = re.compile(r"\d{1,6}")
_FIRST = re.compile(r"first/(\d{1,6})")
_IN_BODY = frozenset({"lead", "body", "first"})


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a query says, as far as it could be read; not to be used if it is broken."""

    condition: Condition | None
    flaws: tuple[Flaw, ...]

    @property
    def broken(self) -> bool:
        """Whether any flaw is an error."""
        return any(flaw.severity == "error" for flaw in self.flaws)


def parse(query: str) -> Parsed:
    """Read a query. Entities and fragments in it are not looked up yet."""
    lexed = lex(query)
    if not lexed.lexemes and not lexed.flaws:
        return Parsed(None, (_empty(query),))
    condition = _read(lexed)
    return Parsed(condition, tuple(sorted(lexed.flaws, key=lambda flaw: flaw.at)))


def _empty(query: str) -> Flaw:
    return Flaw(
        code="E100",
        at=(0, len(query)),
        title="the query is empty",
        help="write at least one word, phrase or entity, such as @openai AND India",
    )


def _read(lexed: Lexed) -> Condition | None:
    balance(lexed)
    deep = too_deep(lexed.lexemes)
    if deep is not None:
        lexed.flaws.append(deep)
    if deep is not None or not lexed.lexemes:
        return None
    return _Parser(lexed).chain()


class _Parser:
    """Reads lexemes from left to right; ``chain`` is the whole query."""

    def __init__(self, lexed: Lexed) -> None:
        self._query = lexed.query
        self._lexemes = lexed.lexemes
        self._flaws = lexed.flaws
        self._next = 0
        self._scopes: list[str] = []

    # --- what stands where

    def _peek(self, ahead: int = 0) -> Lexeme | None:
        at = self._next + ahead
        return self._lexemes[at] if at < len(self._lexemes) else None

    def _kind(self, ahead: int = 0) -> Kind | None:
        lexeme = self._peek(ahead)
        return lexeme.kind if lexeme else None

    def _take(self) -> Lexeme:
        self._next += 1
        return self._lexemes[self._next - 1]

    def _is_foreign(self, lexeme: Lexeme) -> bool:
        """Whether a word stands between two terms as if it were an operator."""
        known = lexeme.text.casefold() in _WORDS_OF_OTHERS
        return known and lexeme.kind is Kind.WORD and self._kind(1) in STARTS

    def _skip_strays(self) -> None:
        """Pass what has no meaning here; signs of unknown meaning are reported already."""
        while (kind := self._kind()) is Kind.STRAY or kind in _MISPLACED:
            lexeme = self._take()
            if kind is not Kind.STRAY:
                self._flaws.append(signs.stray(self._query, lexeme.at))

    # --- AND, OR, NOT

    def chain(self, *, listed: bool = False) -> Condition | None:
        """Operands joined by one kind of operator, up to a closing parenthesis or the end.

        ``listed``: a comma ends it, too.
        """
        operands = [self._factor()]
        joints: list[advice.Joint] = []
        while (lexeme := self._peek()) is not None and lexeme.kind is not Kind.CLOSE:
            if lexeme.kind is Kind.COMMA and listed:
                break
            if lexeme.kind is Kind.STRAY or lexeme.kind in _MISPLACED:
                self._skip_strays()
                operands += [self._factor()] if self._kind() in STARTS else []
            elif lexeme.kind in STARTS and not self._is_foreign(lexeme):
                self._side_by_side(operands, lexeme)
            else:
                joints.append((self._joint(lexeme), lexeme))
                operands.append(self._factor())
        if mixed := advice.mixed(self._query, joints, operands):
            self._flaws.append(mixed)
        return _joined(operands, joints)

    def _joint(self, lexeme: Lexeme) -> Kind:
        """Take what joins the next operand; NOT stays, since it belongs to the operand."""
        if lexeme.kind is Kind.NOT:
            return Kind.AND
        self._take()
        if lexeme.kind in OPERATORS:
            return lexeme.kind
        meant = _WORDS_OF_OTHERS[lexeme.text.casefold()]
        self._flaws.append(advice.foreign(self._query, lexeme, meant))
        return Kind.OR if meant is Kind.OR else Kind.AND

    def _side_by_side(self, operands: list[Condition | None], second: Lexeme) -> None:
        """Read on over terms with nothing between them, and report them once."""
        start, known = self._next, len(operands)
        while (lexeme := self._peek()) and lexeme.kind in STARTS and not self._is_foreign(lexeme):
            operands.append(self._near())
        run = [operand for operand in operands[known - 1 :] if operand is not None]
        words = all(lexeme.kind is Kind.WORD for lexeme in self._lexemes[start - 1 : self._next])
        if len(run) > 1:
            self._flaws.append(advice.side_by_side(self._query, run, second, words=words))

    def _factor(self) -> Condition | None:
        """An operand with its NOT."""
        negation = self._take() if self._kind() is Kind.NOT else None
        child = self._operand(self._near)
        if negation is None or child is None:
            return child
        return Not(child, (negation.at[0], child.at[1]))

    def _operand(self, read: Callable[[], Condition | None]) -> Condition | None:
        """What ``read`` reads, where something must stand."""
        self._skip_strays()
        while self._kind() in OPERATORS:
            self._early_operator(self._take(), self._peek(-2) if self._next > 1 else None)
        self._skip_strays()
        if self._kind() in STARTS:
            return read()
        self._report_missing()
        return None

    def _early_operator(self, lexeme: Lexeme, before: Lexeme | None) -> None:
        if before and before.kind in NEARNESS and lexeme.kind is Kind.NOT:
            self._flaws.append(usage.not_inside_nearness(self._query, before, lexeme))
        else:
            self._flaws.append(advice.early_operator(self._query, lexeme, before))

    def _report_missing(self) -> None:
        """Nothing where an operand should be: after an operator, or between parentheses."""
        first = self._next
        while first and self._lexemes[first - 1].kind in OPERATORS:
            first -= 1
        before = self._lexemes[first - 1] if first else None
        last = self._lexemes[self._next - 1]
        if before is last:
            if last.kind is Kind.OPEN:
                closing = self._lexemes[self._next]
                self._flaws.append(advice.empty_group((last.at[0], closing.at[1])))
        elif before is None or before.kind is Kind.OPEN:
            if first + 1 == self._next and last.kind is Kind.NOT:
                self._flaws.append(advice.late_operator(self._query, last.at, last))
        else:
            at = (self._lexemes[first].at[0], last.at[1])
            self._flaws.append(advice.late_operator(self._query, at, last))

    # --- NEAR, BEFORE, NOT NEAR, EXCEPT

    def _near(self) -> Condition | None:
        operands = [self._except()]
        joints: list[Lexeme] = []
        while self._kind() in NEARNESS:
            joints.append(self._take())
            operands.append(self._operand(self._except))
        read = [operand for operand in operands if operand is not None]
        distances = [self._distance(joint) for joint in joints]
        if not joints or len(read) < 2:
            return read[0] if read else None
        self._check_chain(joints, read)
        at = (read[0].at[0], read[-1].at[1])
        if joints[0].kind is Kind.NOT_NEAR:
            return NotNear(read[0], read[1], distances[0], at)
        return Near(tuple(read), distances[0], joints[0].kind is Kind.BEFORE, at)

    def _distance(self, joint: Lexeme) -> int:
        if not re.fullmatch(r"\d+", joint.text):
            self._flaws.append(usage.no_distance(self._query, joint))
            return 5
        distance = int(joint.text[:9])
        if distance > usage.FARTHEST:
            self._flaws.append(usage.too_far(self._query, joint))
        return min(distance, usage.FARTHEST)

    def _check_chain(self, joints: list[Lexeme], operands: list[Condition]) -> None:
        places = [operand.at for operand in operands]
        kinds = {(joint.kind, joint.text) for joint in joints}
        if len({joint.kind for joint in joints}) == 1 and joints[0].kind is Kind.NOT_NEAR:
            if len(places) > 2:
                self._flaws.append(usage.third_not_near(self._query, places))
        elif len(kinds) > 1:
            at = (places[0][0], places[-1][1])
            self._flaws.append(usage.mixed_nearness(self._query, at, joints, places))

    def _except(self) -> Condition | None:
        node = self._primary()
        masks: list[Condition] = []
        while self._kind() is Kind.EXCEPT:
            self._take()
            mask = self._operand(self._primary)
            masks += [mask] if mask else []
        if node is None or not masks:
            return node
        end = masks[-1].at[1]
        mask = masks[0] if len(masks) == 1 else Or(tuple(masks), (masks[0].at[0], end))
        return Except(node, mask, (node.at[0], end))

    # --- what stands by itself

    def _primary(self) -> Condition | None:
        lexeme = self._take()
        match lexeme.kind:
            case Kind.OPEN:
                return self._group(lexeme)
            case Kind.FIELD:
                return self._field(lexeme)
            case Kind.COUNT:
                return self._count(lexeme)
            case Kind.OF:
                return self._at_least(lexeme)
            case Kind.EQUALS:
                return self._exact(lexeme)
            case Kind.ENTITY:
                return Entity(lexeme.text, lexeme.at)
            case Kind.FRAGMENT:
                return Fragment(lexeme.text, lexeme.at)
            case _:
                return read_term(self._query, lexeme, lexeme.at, self._flaws)

    def _group(self, opening: Lexeme) -> Condition | None:
        inner = self.chain()
        closing = self._take()
        return replace(inner, at=(opening.at[0], closing.at[1])) if inner else None

    def _exact(self, equals: Lexeme) -> Condition | None:
        following = self._peek()
        adjacent = following is not None and following.at[0] == equals.at[1]
        if adjacent and self._kind() in (Kind.WORD, Kind.PHRASE):
            term = self._take()
            return read_term(self._query, term, (equals.at[0], term.at[1]), self._flaws)
        self._flaws.append(usage.no_equality(self._query, equals, following))
        return self._primary() if self._kind() in STARTS else None

    def _field(self, lexeme: Lexeme) -> Condition | None:
        name = lexeme.text.casefold()
        if name in META or self._kind() is Kind.VALUE:
            return self._meta(lexeme, name)
        number = _FIRST.fullmatch(name)
        field, count = ("first", int(number[1])) if number else (name, 0)
        known = count > 0 if field == "first" else field in SCOPES or field == "about"
        if not known:
            self._flaws.append(usage.unknown_field(self._query, lexeme))
        elif outer := [scope for scope in self._scopes if _apart(field, scope)]:
            self._flaws.append(usage.empty_scope(lexeme, outer[-1]))
        if self._kind() not in STARTS:
            self._flaws.append(usage.bare_field(lexeme))
            return None
        self._scopes.append(field)
        child = self._primary()
        self._scopes.pop()
        if child is None:
            return None
        at = (lexeme.at[0], child.at[1])
        return About(child, at) if field == "about" else Scope(field, child, at, count)

    def _meta(self, lexeme: Lexeme, name: str) -> Condition | None:
        if name not in META:
            self._flaws.append(usage.unknown_field(self._query, lexeme))
        if self._kind() is Kind.OPEN:
            self._take()
            values = self._values(name)
        elif self._kind() is Kind.VALUE:
            values = [self._take()]
        else:
            values = []
        if not values:
            self._flaws.append(usage.bare_field(lexeme))
            return None
        for value in values:
            self._check_value(value, name)
        end = self._lexemes[self._next - 1].at[1]
        return Meta(name, tuple(value.text for value in values), (lexeme.at[0], end))

    def _values(self, name: str) -> list[Lexeme]:
        """The values of a list, up to its closing parenthesis."""
        values = []
        depth = 1
        while depth:
            lexeme = self._take()
            depth += {Kind.OPEN: 1, Kind.CLOSE: -1}.get(lexeme.kind, 0)
            if lexeme.kind is Kind.VALUE:
                values.append(lexeme)
            elif lexeme.kind in (Kind.AND, Kind.NOT, Kind.OPEN):
                self._flaws.append(usage.not_a_value(self._query, lexeme, name))
        return values

    def _check_value(self, value: Lexeme, name: str) -> None:
        if not value.text.strip():
            self._flaws.append(usage.nothing_searchable(value.at))
        elif "*" in value.text or (name != "url" and "?" in value.text):
            self._flaws.append(usage.wild_value(value.at, name))

    def _count(self, lexeme: Lexeme) -> Condition | None:
        opening = self._take()
        child = self.chain()
        if child is None and self._kind(-1) is Kind.STRAY:
            self._flaws.append(advice.empty_group(opening.at))
        end = self._take().at[1]
        comparison, number = self._compared(lexeme, end)
        end = self._lexemes[self._next - 1].at[1]
        return Count(child, comparison, number, (lexeme.at[0], end)) if child else None

    def _compared(self, lexeme: Lexeme, end: int) -> tuple[Comparison, int]:
        """The comparison after a count."""
        sign, number = self._peek(), self._peek(1)
        if sign and sign.kind in (Kind.COMPARE, Kind.EQUALS):
            text = "==" if sign.text == "=" else sign.text
            self._take()
            numeric = number and number.kind is Kind.WORD
            if numeric and number and _NUMBER.fullmatch(number.text):
                self._take()
                if text in list(Comparison):
                    return Comparison(text), int(number.text)
        self._flaws.append(usage.no_comparison(self._query, lexeme, end))
        return Comparison.AT_LEAST, 1

    def _at_least(self, lexeme: Lexeme) -> Condition | None:
        if self._kind() is not Kind.OPEN:
            child = self._primary() if self._kind() in STARTS else None
            self._flaws.append(usage.no_list(self._query, lexeme, child.at if child else None))
            return child
        self._take()
        read, size = [], 0
        while self._kind() is not Kind.CLOSE:
            if self._kind() is Kind.COMMA:
                self._take()
                continue
            read.append(self.chain(listed=True))
            size += 1
        at = (lexeme.at[0], self._take().at[1])
        number = int(lexeme.text[:9])
        if not 1 <= number <= size:
            self._flaws.append(usage.list_too_short(lexeme, size))
        children = tuple(child for child in read if child is not None)
        return AtLeast(number, children, at) if children else None


def _joined(operands: list[Condition | None], joints: list[advice.Joint]) -> Condition | None:
    read = [operand for operand in operands if operand is not None]
    if len(read) < 2:
        return read[0] if read else None
    kind = Or if joints and joints[0][0] is Kind.OR else And
    return kind(tuple(read), (read[0].at[0], read[-1].at[1]))


def _apart(one: str, other: str) -> bool:
    """Whether nothing can stand in both scopes."""
    return (one == "title" and other in _IN_BODY) or (other == "title" and one in _IN_BODY)

"""Query text → condition, or everything that is wrong with it.

Hand-written recursive descent, since the messages are the product: each points at the place,
says why, and gives the corrected text. It goes on after an error to find the next.
"""

from dataclasses import dataclass, replace

from monitor.rules import advice
from monitor.rules.brackets import balance, too_deep
from monitor.rules.conditions import And, Condition, Entity, Fragment, Not, Or, Scope, Term
from monitor.rules.lexemes import OPERATORS, STARTS, Kind, Lexed, Lexeme, lex
from monitor.rules.problems import Flaw
from monitor.text import pattern

_WORDS_OF_OTHERS = {
    **dict.fromkeys(("with", "plus", "und", "et", "y", "e", "mit", "avec", "con"), Kind.AND),
    **dict.fromkeys(("oder", "ou", "o", "oppure"), Kind.OR),
    **dict.fromkeys(("without", "ohne", "sans", "sin", "senza", "nicht"), Kind.NOT),
    "&": Kind.AND,
    "&&": Kind.AND,
}


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
    condition = None if lexed.unreadable else _read(lexed)
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

    def chain(self) -> Condition | None:
        """Operands joined by one kind of operator, up to a closing parenthesis or the end."""
        operands = [self._operand()]
        joints: list[advice.Joint] = []
        while (lexeme := self._peek()) is not None and lexeme.kind is not Kind.CLOSE:
            if lexeme.kind in STARTS and not self._is_foreign(lexeme):
                self._side_by_side(operands, lexeme)
            else:
                joints.append((self._joint(lexeme), lexeme))
                operands.append(self._operand())
        if mixed := advice.mixed(self._query, joints, operands):
            self._flaws.append(mixed)
        read = [operand for operand in operands if operand is not None]
        if len(read) < 2:
            return read[0] if read else None
        kind = Or if joints and joints[0][0] is Kind.OR else And
        return kind(tuple(read), (read[0].at[0], read[-1].at[1]))

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
            operands.append(self._primary())
        run = [operand for operand in operands[known - 1 :] if operand is not None]
        words = all(lexeme.kind is Kind.WORD for lexeme in self._lexemes[start - 1 : self._next])
        if len(run) > 1:
            self._flaws.append(advice.side_by_side(self._query, run, second, words=words))

    def _operand(self) -> Condition | None:
        """An operand with its NOT."""
        negation = self._take() if self._kind() is Kind.NOT else None
        while self._kind() in OPERATORS:
            before = self._peek(-1) if self._next else None
            self._flaws.append(advice.early_operator(self._query, self._take(), before))
        if self._kind() not in STARTS:
            self._report_missing()
            return None
        child = self._primary()
        if negation is None or child is None:
            return child
        return Not(child, (negation.at[0], child.at[1]))

    def _primary(self) -> Condition | None:
        lexeme = self._take()
        match lexeme.kind:
            case Kind.OPEN:
                return self._group(lexeme)
            case Kind.FIELD:
                return self._scope(lexeme)
            case Kind.ENTITY:
                return Entity(lexeme.text, lexeme.at)
            case Kind.FRAGMENT:
                return Fragment(lexeme.text, lexeme.at)
            case _:
                return self._term(lexeme)

    def _group(self, opening: Lexeme) -> Condition | None:
        inner = self.chain()
        closing = self._take()
        return replace(inner, at=(opening.at[0], closing.at[1])) if inner else None

    def _scope(self, lexeme: Lexeme) -> Condition | None:
        name = lexeme.text.casefold()
        if name not in advice.SCOPES:
            self._flaws.append(advice.unknown_field(self._query, lexeme))
        elif outer := [scope for scope in self._scopes if scope != name]:
            self._flaws.append(advice.empty_scope(lexeme, outer[-1]))
        if self._kind() not in STARTS:
            self._flaws.append(advice.bare_field(lexeme))
            return None
        self._scopes.append(name)
        child = self._primary()
        self._scopes.pop()
        return Scope(name, child, (lexeme.at[0], child.at[1])) if child else None

    def _term(self, lexeme: Lexeme) -> Condition | None:
        wanted = pattern(lexeme.text)
        if not wanted:
            self._flaws.append(advice.nothing_searchable(lexeme.at))
            return None
        return Term(self._query[slice(*lexeme.at)], wanted, lexeme.at)

    def _report_missing(self) -> None:
        """Nothing where an operand should be: after an operator, or between parentheses."""
        first = self._next
        while first and self._lexemes[first - 1].kind in OPERATORS:
            first -= 1
        before = self._lexemes[first - 1] if first else None
        last = self._lexemes[self._next - 1]
        if before is last:
            closing = self._lexemes[self._next]
            self._flaws.append(advice.empty_group((last.at[0], closing.at[1])))
        elif before is None or before.kind is Kind.OPEN:
            if first + 1 == self._next and last.kind is Kind.NOT:
                self._flaws.append(advice.late_operator(self._query, last.at, last))
        else:
            at = (self._lexemes[first].at[0], last.at[1])
            self._flaws.append(advice.late_operator(self._query, at, last))

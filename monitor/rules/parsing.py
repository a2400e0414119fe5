"""Query text → condition, or everything that is wrong with it.

Hand-written recursive descent, since the messages are the product: each points at the place,
says why, and gives the corrected text. It goes on after an error to find the next.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from monitor.rules import advice, usage
from monitor.rules.brackets import balance, too_deep
from monitor.rules.conditions import And, Condition, Except, Near, Not, NotNear, Or
from monitor.rules.cursor import Cursor
from monitor.rules.lexemes import NEARNESS, OPERATORS, STARTS, Kind, Lexed, Lexeme, lex, shared
from monitor.rules.primaries import Primaries
from monitor.rules.problems import Flaw

_WORDS_OF_OTHERS = {
    **dict.fromkeys(("with", "plus", "und", "et", "y", "e", "mit", "avec", "con"), Kind.AND),
    **dict.fromkeys(("oder", "ou", "o", "oppure"), Kind.OR),
    **dict.fromkeys(("without", "ohne", "sans", "sin", "senza", "nicht"), Kind.NOT),
    "&": Kind.AND,
    "&&": Kind.AND,
}
_TERMS = frozenset({Kind.WORD, Kind.PHRASE})
_ENDS = frozenset({Kind.AND, Kind.OR, Kind.CLOSE, None})  # what ends an operand for sure


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
    flaws = sorted(lexed.flaws, key=lambda flaw: flaw.at) if lexed.flaws else ()
    return Parsed(condition, tuple(flaws))


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
    return _Parser(Cursor(lexed.query, lexed.lexemes, lexed.flaws)).chain()


class _Parser(Primaries):
    """Reads lexemes from left to right; ``chain`` is the whole query."""

    def _is_foreign(self, lexeme: Lexeme) -> bool:
        """Whether a word stands between two terms as if it were an operator."""
        known = lexeme.text.casefold() in _WORDS_OF_OTHERS
        return known and lexeme.kind is Kind.WORD and self._cursor.kind(1) in STARTS

    # --- AND, OR, NOT

    def chain(self, *, listed: bool = False) -> Condition | None:
        """Operands joined by one kind of operator, up to a closing parenthesis or the end.

        ``listed``: a comma ends it, too.
        """
        cursor, operands = self._cursor, [self._factor()]
        joints: list[advice.Joint] = []
        while (kind := cursor.kinds[cursor.next]) is not None and kind is not Kind.CLOSE:
            lexeme = cursor.lexemes[cursor.next]
            if kind is Kind.AND or kind is Kind.OR:
                cursor.next += 1
                joints.append((kind, lexeme))
                operands.append(self._factor())
            elif kind is Kind.COMMA and listed:
                break
            elif cursor.at_stray():
                self._cursor.skip_strays()
                operands += [self._factor()] if self._cursor.starts() else []
            elif lexeme.kind in STARTS and not self._is_foreign(lexeme):
                self._side_by_side(operands, lexeme)
            else:
                joints.append((self._joint(lexeme), lexeme))
                operands.append(self._factor())
        if len(joints) > 1 and (mixed := advice.mixed(self._cursor.query, joints, operands)):
            self._cursor.report(mixed)
        return _joined(operands, joints)

    def _joint(self, lexeme: Lexeme) -> Kind:
        """Take what joins the next operand; NOT stays, since it belongs to the operand."""
        if lexeme.kind is Kind.NOT:
            return Kind.AND
        self._cursor.take()
        if lexeme.kind in OPERATORS:
            return lexeme.kind
        meant = _WORDS_OF_OTHERS[lexeme.text.casefold()]
        self._cursor.report(advice.foreign(self._cursor.query, lexeme, meant))
        return Kind.OR if meant is Kind.OR else Kind.AND

    def _side_by_side(self, operands: list[Condition | None], second: Lexeme) -> None:
        """Read on over terms with nothing between them, and report them once."""
        start, known = self._cursor.next, len(operands)
        while (
            (lexeme := self._cursor.peek())
            and lexeme.kind in STARTS
            and not self._is_foreign(lexeme)
        ):
            operands.append(self._near())
        run = [operand for operand in operands[known - 1 :] if operand is not None]
        words = all(
            lexeme.kind is Kind.WORD
            for lexeme in self._cursor.lexemes[start - 1 : self._cursor.next]
        )
        if len(run) > 1:
            self._cursor.report(advice.side_by_side(self._cursor.query, run, second, words=words))

    def _factor(self) -> Condition | None:
        """An operand with its NOT."""
        cursor = self._cursor
        if cursor.kinds[cursor.next] in _TERMS and cursor.kinds[cursor.next + 1] in _ENDS:
            return self.term(cursor.take())  # as most are: no need to ask for all that could be
        negation = cursor.take() if cursor.kind() is Kind.NOT else None
        child = self._operand(self._near)
        if negation is None or child is None:
            return child
        return Not(child, (negation.at[0], child.at[1]))

    def _operand(self, read: Callable[[], Condition | None]) -> Condition | None:
        """What ``read`` reads, where something must stand."""
        if self._cursor.starts():
            return read()
        self._cursor.skip_strays()
        while self._cursor.kind() in OPERATORS:
            self._early_operator(
                self._cursor.take(), self._cursor.peek(-2) if self._cursor.next > 1 else None
            )
        self._cursor.skip_strays()
        if self._cursor.starts():
            return read()
        self._report_missing()
        return None

    def _early_operator(self, lexeme: Lexeme, before: Lexeme | None) -> None:
        if before and before.kind in NEARNESS and lexeme.kind is Kind.NOT:
            self._cursor.report(usage.not_inside_nearness(self._cursor.query, before, lexeme))
        else:
            self._cursor.report(advice.early_operator(self._cursor.query, lexeme, before))

    def _report_missing(self) -> None:
        """Nothing where an operand should be: after an operator, or between parentheses."""
        first = self._cursor.next
        while first and self._cursor.lexemes[first - 1].kind in OPERATORS:
            first -= 1
        before = self._cursor.lexemes[first - 1] if first else None
        last = self._cursor.lexemes[self._cursor.next - 1]
        if before is last:
            if last.kind is Kind.OPEN:
                closing = self._cursor.lexemes[self._cursor.next]
                self._cursor.report(advice.empty_group((last.at[0], closing.at[1])))
        elif before is None or before.kind is Kind.OPEN:
            if first + 1 == self._cursor.next and last.kind is Kind.NOT:
                self._cursor.report(advice.late_operator(self._cursor.query, last.at, last))
        else:
            at = (self._cursor.lexemes[first].at[0], last.at[1])
            self._cursor.report(advice.late_operator(self._cursor.query, at, last))

    # --- NEAR, BEFORE, NOT NEAR, EXCEPT

    def _near(self) -> Condition | None:
        operands = [self._except()]
        if self._cursor.kind() not in NEARNESS:
            return operands[0]
        joints: list[Lexeme] = []
        while self._cursor.kind() in NEARNESS:
            joints.append(self._cursor.take())
            operands.append(self._operand(self._except))
        read = [operand for operand in operands if operand is not None]
        distances = [self._distance(joint) for joint in joints]
        if len(read) < 2:
            return read[0] if read else None
        self._check_chain(joints, read)
        at = (read[0].at[0], read[-1].at[1])
        if joints[0].kind is Kind.NOT_NEAR:
            return NotNear(read[0], read[1], distances[0], at)
        return Near(tuple(read), distances[0], joints[0].kind is Kind.BEFORE, at)

    def _distance(self, joint: Lexeme) -> int:
        if not re.fullmatch(r"\d+", joint.text):
            self._cursor.report(usage.no_distance(self._cursor.query, joint))
            return 5
        distance = int(joint.text[:9])
        if distance > usage.FARTHEST:
            self._cursor.report(usage.too_far(self._cursor.query, joint))
        return min(distance, usage.FARTHEST)

    def _check_chain(self, joints: list[Lexeme], operands: list[Condition]) -> None:
        places = [operand.at for operand in operands]
        kinds = {(joint.kind, joint.text) for joint in joints}
        if len({joint.kind for joint in joints}) == 1 and joints[0].kind is Kind.NOT_NEAR:
            if len(places) > 2:
                self._cursor.report(usage.third_not_near(self._cursor.query, places))
        elif len(kinds) > 1:
            at = (places[0][0], places[-1][1])
            self._cursor.report(usage.mixed_nearness(self._cursor.query, at, joints, places))
        elif len(places) > usage.LONGEST_CHAIN:
            self._cursor.report(usage.long_chain((places[0][0], places[-1][1])))

    def _except(self) -> Condition | None:
        node = self.read()
        if self._cursor.kind() is not Kind.EXCEPT:
            return node
        masks: list[Condition] = []
        while self._cursor.kind() is Kind.EXCEPT:
            self._cursor.take()
            mask = self._operand(self.read)
            masks += [mask] if mask else []
        if node is None or not masks:
            return node
        end = masks[-1].at[1]
        mask = masks[0] if len(masks) == 1 else Or(tuple(masks), (masks[0].at[0], end))
        return Except(node, mask, (node.at[0], end))


def _joined(operands: list[Condition | None], joints: list[advice.Joint]) -> Condition | None:
    if len(operands) == 1:
        return operands[0]
    read = [operand for operand in operands if operand is not None]
    if len(read) < 2:
        return read[0] if read else None
    kind = Or if joints and joints[0][0] is Kind.OR else And
    return kind(tuple(read), shared((read[0].at[0], read[-1].at[1])))

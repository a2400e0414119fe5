"""The operands of a query: groups, fields, metadata, counts, lists, terms."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import ClassVar

from monitor.rules import usage
from monitor.rules.conditions import (
    About,
    AtLeast,
    Comparison,
    Condition,
    Count,
    Entity,
    Fragment,
    Meta,
    Scope,
    placed,
)
from monitor.rules.cursor import Cursor
from monitor.rules.lexemes import META, SCOPES, Kind, Lexeme, apart, means_meta, shared
from monitor.rules.terms import read_term

_NUMBER = re.compile(r"\d{1,6}")
_FIRST = re.compile(r"first/(\d{1,6})")


class Primaries(ABC):
    """Reads one operand at a time."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor

    @abstractmethod
    def chain(self, *, listed: bool = False) -> Condition | None:
        """Read operands up to a closing parenthesis or the end; ``listed``: or up to a comma."""

    def read(self) -> Condition | None:
        """The operand that begins here; None if it is of no use."""
        lexeme = self._cursor.take()
        reader = self._READERS.get(lexeme.kind)
        return self.term(lexeme) if reader is None else reader(self, lexeme)

    def term(self, lexeme: Lexeme) -> Condition | None:
        """The term of a word or phrase."""
        return read_term(self._cursor.query, lexeme, lexeme.at, self._cursor.flaws)

    def _entity(self, lexeme: Lexeme) -> Condition:
        return Entity(lexeme.text, lexeme.at)

    def _fragment(self, lexeme: Lexeme) -> Condition:
        return Fragment(lexeme.text, lexeme.at)

    def _group(self, opening: Lexeme) -> Condition | None:
        inner = self.chain()
        closing = self._cursor.take()
        return placed(inner, shared((opening.at[0], closing.at[1]))) if inner else None

    def _exact(self, equals: Lexeme) -> Condition | None:
        cursor = self._cursor
        following = cursor.peek()
        adjacent = following is not None and following.at[0] == equals.at[1]
        if adjacent and cursor.kind() in (Kind.WORD, Kind.PHRASE):
            term = cursor.take()
            return read_term(cursor.query, term, (equals.at[0], term.at[1]), cursor.flaws)
        cursor.report(usage.no_equality(cursor.query, equals, following))
        return self.read() if cursor.starts() else None

    # --- fields

    def _field(self, lexeme: Lexeme) -> Condition | None:
        name = lexeme.text.casefold()
        if means_meta(name):
            return self._meta(lexeme, name)
        number = _FIRST.fullmatch(name)
        field, count = ("first", int(number[1])) if number else (name, 0)
        known = count > 0 if field == "first" else field in SCOPES or field == "about"
        if not known:
            self._cursor.report(usage.unknown_field(self._cursor.query, lexeme))
        elif outer := [scope for scope in self._cursor.scopes if apart(field, scope)]:
            self._cursor.report(usage.empty_scope(lexeme.at, lexeme.text, outer[-1]))
        child = self._scoped(lexeme, field, known=known)
        if child is None:
            return None
        at = (lexeme.at[0], child.at[1])
        return About(child, at) if field == "about" else Scope(field, child, at, count)

    def _scoped(self, lexeme: Lexeme, field: str, *, known: bool) -> Condition | None:
        if not self._cursor.starts():
            if known:
                self._cursor.report(usage.bare_field(lexeme))
            return None
        self._cursor.scopes.append(field)
        child = self.read()
        self._cursor.scopes.pop()
        return child

    def _meta(self, lexeme: Lexeme, name: str) -> Condition | None:
        if name not in META:
            self._cursor.report(usage.unknown_field(self._cursor.query, lexeme))
        values = []
        if self._cursor.kind() is Kind.OPEN:
            self._cursor.take()
            values = self._values(name)
        elif self._cursor.kind() is Kind.VALUE:
            values = [self._cursor.take()]
        if not values:
            self._cursor.report(usage.bare_field(lexeme))
            return None
        for value in values:
            self._check_value(value, name)
        at = (lexeme.at[0], self._cursor.end())
        return Meta(name, tuple(value.text for value in values), at)

    def _values(self, name: str) -> list[Lexeme]:
        """The values of a list, up to its closing parenthesis."""
        values, others = [], []
        depth = 1
        while depth:
            lexeme = self._cursor.take()
            depth += {Kind.OPEN: 1, Kind.CLOSE: -1}.get(lexeme.kind, 0)
            values += [lexeme] if lexeme.kind is Kind.VALUE else []
            others += [lexeme] if lexeme.kind in (Kind.AND, Kind.NOT, Kind.OPEN) else []
        closing = self._cursor.lexemes[self._cursor.next - 1]
        closed = closing.at[0] < closing.at[1]  # else all that follows was taken for values
        for other in others if closed else ():
            self._cursor.report(usage.not_a_value(self._cursor.query, other, name))
        return values

    def _check_value(self, value: Lexeme, name: str) -> None:
        if not value.text.strip():
            self._cursor.report(usage.nothing_searchable(value.at))
        elif "*" in value.text:
            self._cursor.report(usage.wild_value(value.at, name))

    # --- numbers

    def _count(self, lexeme: Lexeme) -> Condition | None:
        self._cursor.take()
        child = self.chain()
        end = self._cursor.take().at[1]
        comparison, number = self._compared(lexeme, end)
        at = (lexeme.at[0], self._cursor.end())
        return Count(child, comparison, number, at) if child else None

    def _compared(self, lexeme: Lexeme, end: int) -> tuple[Comparison, int]:
        """The comparison after a count that ends at ``end``."""
        if self._cursor.kind() in (Kind.COMPARE, Kind.EQUALS):
            sign = self._cursor.take().text
            number = self._cursor.take().text if self._cursor.kind() is Kind.WORD else ""
            sign = "==" if sign == "=" else sign
            if sign in list(Comparison) and _NUMBER.fullmatch(number):
                return Comparison(sign), int(number)
        self._cursor.report(usage.no_comparison(self._cursor.query, lexeme, end))
        return Comparison.AT_LEAST, 1

    def _at_least(self, lexeme: Lexeme) -> Condition | None:
        cursor = self._cursor
        if cursor.kind() is not Kind.OPEN:
            child = self.read() if cursor.starts() else None
            cursor.report(usage.no_list(cursor.query, lexeme, child.at if child else None))
            return child
        cursor.take()
        read = []
        while cursor.kind() is not Kind.CLOSE:
            if cursor.kind() is Kind.COMMA:
                cursor.take()
            else:
                read.append(self.chain(listed=True))
        at = (lexeme.at[0], cursor.take().at[1])
        number = int(lexeme.text[:9])
        if not 1 <= number <= len(read):
            cursor.report(usage.list_too_short(cursor.query, lexeme, read))
        children = tuple(child for child in read if child is not None)
        return AtLeast(number, children, at) if children else None

    # Of functions, not of bound methods: a reader would hold itself and stay until collected.
    _READERS: ClassVar[Mapping[Kind, "Callable[[Primaries, Lexeme], Condition | None]"]] = {
        Kind.OPEN: _group,
        Kind.FIELD: _field,
        Kind.COUNT: _count,
        Kind.OF: _at_least,
        Kind.EQUALS: _exact,
        Kind.ENTITY: _entity,
        Kind.FRAGMENT: _fragment,
    }

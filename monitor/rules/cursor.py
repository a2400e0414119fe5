"""A place in the lexemes of a query, moving from left to right."""

from dataclasses import dataclass, field

from monitor.rules import signs
from monitor.rules.lexemes import STARTS, Kind, Lexeme
from monitor.rules.problems import Flaw

_WITHOUT_MEANING = frozenset({Kind.STRAY, Kind.COMMA, Kind.COMPARE, Kind.VALUE})


@dataclass(slots=True)
class Cursor:
    """Where reading has come to, and what was found wrong on the way."""

    query: str
    lexemes: list[Lexeme]
    flaws: list[Flaw]
    next: int = 0
    scopes: list[str] = field(default_factory=list)  # those around this place, outermost first
    kinds: list[Kind | None] = field(init=False)  # of the lexemes, and None for what follows them

    def __post_init__(self) -> None:
        self.kinds = [*(lexeme.kind for lexeme in self.lexemes), None, None]

    def peek(self, ahead: int = 0) -> Lexeme | None:
        """The lexeme that comes, or one further on; None beyond the end."""
        at = self.next + ahead
        return self.lexemes[at] if 0 <= at < len(self.lexemes) else None

    def kind(self, ahead: int = 0) -> Kind | None:
        """The kind of the lexeme that comes, or of the one after it; None at the end."""
        return self.kinds[self.next + ahead]

    def starts(self) -> bool:
        """Whether an operand begins here."""
        return self.kinds[self.next] in STARTS

    def take(self) -> Lexeme:
        """Read one lexeme."""
        lexeme = self.lexemes[self.next]
        self.next += 1
        return lexeme

    def end(self) -> int:
        """Where the lexeme read last ends."""
        return self.lexemes[self.next - 1].at[1]

    def report(self, flaw: Flaw) -> None:
        """Note something that is wrong."""
        self.flaws.append(flaw)

    def at_stray(self) -> bool:
        """Whether something without a meaning at this place comes."""
        return self.kinds[self.next] in _WITHOUT_MEANING

    def skip_strays(self) -> None:
        """Pass what has no meaning here; signs that never have one are reported already."""
        while self.at_stray():
            lexeme = self.take()
            if lexeme.kind is not Kind.STRAY:
                self.report(signs.stray(self.query, lexeme.at))

"""Parentheses: lonely ones are reported at themselves and mended so that the rest can be read."""

from monitor.rules.lexemes import At, Kind, Lexed, Lexeme, edited
from monitor.rules.problems import Flaw

_DEEPEST = 50
_PREFIXES = frozenset({Kind.FIELD, Kind.EQUALS, Kind.OF})


def too_deep(lexemes: list[Lexeme]) -> Flaw | None:
    """A flaw if parentheses and fields are nested deeper than any person could read."""
    if len(lexemes) <= _DEEPEST:
        return None
    groups: list[int] = []  # for each open parenthesis: itself and the prefixes right before
    fields = 0
    for lexeme in lexemes:
        if lexeme.kind is Kind.OPEN:
            groups.append(fields + 1)
        elif lexeme.kind is Kind.CLOSE:
            groups.pop()
        fields = fields + 1 if lexeme.kind in _PREFIXES else 0
        if sum(groups) + fields > _DEEPEST:
            title = f"more than {_DEEPEST} conditions within each other"
            return Flaw(code="E119", at=lexeme.at, title=title, help="move parts into [fragments]")
    return None


def balance(lexed: Lexed) -> None:
    """Report each lonely parenthesis; drop it or close it."""
    if _is_balanced(lexed.lexemes):
        return
    opened: list[Lexeme] = []
    kept: list[Lexeme] = []
    for lexeme in lexed.lexemes:
        if lexeme.kind is Kind.OPEN:
            opened.append(lexeme)
        elif lexeme.kind is Kind.CLOSE:
            if not opened:
                lexed.flaws.append(_lonely_close(lexed.query, lexeme.at))
                continue
            opened.pop()
        kept.append(lexeme)
    end = kept[-1].at[1] if kept else 0
    for lexeme in opened:
        lexed.flaws.append(_lonely_open(lexed.query, lexeme.at, _values_end(kept, lexeme) or end))
        kept.append(Lexeme(Kind.CLOSE, ")", (end, end)))
    lexed.lexemes = kept


def _is_balanced(lexemes: list[Lexeme]) -> bool:
    depth = 0
    for lexeme in lexemes:
        if lexeme.kind is Kind.OPEN:
            depth += 1
        elif lexeme.kind is Kind.CLOSE:
            depth -= 1
            if depth < 0:
                return False
    return depth == 0


def _values_end(lexemes: list[Lexeme], opening: Lexeme) -> int | None:
    """Where a list of values seems to end that is never closed; None for other parentheses."""
    end = None
    for lexeme in lexemes[lexemes.index(opening) + 1 :]:
        if lexeme.kind not in (Kind.VALUE, Kind.COMMA, Kind.OR):
            return end
        end = lexeme.at[1] if lexeme.kind is Kind.VALUE else end
    return end


def _lonely_close(query: str, at: At) -> Flaw:
    return Flaw(
        code="E105",
        at=at,
        title="this parenthesis closes nothing",
        label="no ( before it",
        help=f"leave it out, or open one before\n{edited(query, at, '')}",
    )


def _lonely_open(query: str, at: At, end: int) -> Flaw:
    return Flaw(
        code="E104",
        at=at,
        title="this parenthesis is never closed",
        label="opened here",
        help=f"close it\n{edited(query, (end, end), ')')}",
    )

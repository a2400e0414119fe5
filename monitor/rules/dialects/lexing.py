"""Query text of a dialect → lexemes, with their places."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from monitor.rules.dialects.syntax import (
    At,
    Dialect,
    Effect,
    Kind,
    Operator,
    UnreadableError,
    Use,
)


class Sort(StrEnum):
    """What a lexeme is."""

    TERM = "term"
    EXACT = "exact"
    FOREIGN = "foreign"
    OPEN = "("
    CLOSE = ")"
    OPERATOR = "operator"
    PREFIX = "prefix"
    SUFFIX = "suffix"


STARTS = frozenset({Sort.TERM, Sort.EXACT, Sort.FOREIGN, Sort.OPEN, Sort.PREFIX})


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A piece of a query; ``operator`` and ``use`` belong to those that have one."""

    sort: Sort
    text: str
    at: At
    operator: Operator | None = None
    use: Use | None = None


_ATLEAST = re.compile(r"atleast(\d{1,4})", re.IGNORECASE)  # codespell:ignore atleast
_QUOTES = '"“”„‟«»＂'
_SUFFIX = r"/F\d{1,4}/|~\d{1,4}|\^\d{1,4}"


@lru_cache(maxsize=16)
def _scanner(specials: str, assign: str) -> re.Pattern[str]:
    return re.compile(
        rf"""
        (?P<blank> [\s,;]+ | <<<.*?>>> )
      | (?P<phrase> ["“”„‟«»＂][^{_QUOTES}]*["“”‟«»＂] )
      | (?P<unclosed> [{_QUOTES}] )
      | (?P<braces> \{{[^{{}}]*\}} )
      | (?P<open> [(\[] ) | (?P<close> [)\]] )
      | (?P<special> {specials} )
      | (?P<suffix> {_SUFFIX} )
      | (?P<compare> [A-Za-z]\w*\s*[<>]=?\s*\d+ )
      | (?P<prefix> [A-Za-z]\w*{assign}(?!//)\s* )
      | (?P<function> [A-Za-z]\w*(?=\() )
      | (?P<sign> [-+](?=[\w"(“„«{{]) )
      | (?P<word> (?:(?!{_SUFFIX}|{specials})[^\s,;()\[\]{{}}<>^~|{_QUOTES}])+ )
      | (?P<stray> . )
        """,
        re.VERBOSE | re.IGNORECASE | re.DOTALL,
    )


def lex(query: str, dialect: Dialect) -> list[Lexeme]:
    """Cut a query into lexemes; raises UnreadableError at what cannot be one."""
    lexemes = []
    for found in _scanner(dialect.specials, dialect.assign).finditer(query):
        take = _TAKE.get(found.lastgroup or "")
        lexeme = take(found.group(), found.span(), dialect) if take else None
        if lexeme is not None:
            lexemes.append(lexeme)
    return lexemes


def _phrase(text: str, at: At, _: Dialect) -> Lexeme:
    return Lexeme(Sort.TERM, text, at)


def _unclosed(text: str, at: At, _: Dialect) -> Lexeme:
    raise UnreadableError(at, "this quote is never closed", f"write another {text} where it ends")


def _braces(text: str, at: At, dialect: Dialect) -> Lexeme:
    if dialect.exact_braces:
        return Lexeme(Sort.EXACT, text[1:-1], at)
    raise UnreadableError(at, f"braces have no meaning in {dialect.title}", "leave them out")


def _open(text: str, at: At, _: Dialect) -> Lexeme:
    return Lexeme(Sort.OPEN, text, at)


def _close(text: str, at: At, _: Dialect) -> Lexeme:
    return Lexeme(Sort.CLOSE, text, at)


def _suffix(text: str, at: At, dialect: Dialect) -> Lexeme:
    number = int(text.strip("/FfNn~^"))
    effect = {"~": Effect.SLOP, "^": Effect.NOTHING}.get(text[0], Effect.FIRST)
    if effect is Effect.NOTHING:
        use = Use(effect=effect, note=f"`{text}` only chooses the sentence shown: left out")
    elif effect is Effect.SLOP:
        use = Use(effect=effect, number=number)
    else:
        note = f"{text} counts from the top of the article; first/{number}: from the first word "
        note += "below the headline and standfirst"
        use = Use(effect=effect, number=number, note=note, rank=dialect.prefix)
    return Lexeme(Sort.SUFFIX, text, at, use=use)


def _compare(text: str, at: At, _: Dialect) -> Lexeme:
    return Lexeme(Sort.FOREIGN, text, at)


def _prefix(text: str, at: At, dialect: Dialect) -> Lexeme:
    name = text.strip()[: -len(dialect.assign)]
    unknown = f"there is no equivalent of `{name}{dialect.assign}`; quote it if it is a text"
    use = dialect.use(name.casefold()) or Use(effect=Effect.LOST, note=unknown)
    return Lexeme(Sort.PREFIX, text.strip(), at, use=use)


def _function(text: str, at: At, dialect: Dialect) -> Lexeme:
    if not dialect.functions or dialect.operator(text) or _ATLEAST.fullmatch(text):
        return _word(text, at, dialect)
    unknown = f"there is no equivalent of `{text}(…)`"
    use = dialect.use(text.casefold()) or Use(effect=Effect.LOST, note=unknown)
    return Lexeme(Sort.PREFIX, text, at, use=use)


def _sign(text: str, at: At, dialect: Dialect) -> Lexeme | None:
    if text == "+":
        return None
    note = "" if dialect.minus else f"`-` is no operator of {dialect.title}; it was read as NOT"
    operator = Operator(kind=Kind.NOT, rank=dialect.exclusion, note=note, changed=True)
    return Lexeme(Sort.OPERATOR, text, at, operator)


def _word(text: str, at: At, dialect: Dialect) -> Lexeme:
    operator = dialect.operator(text)
    if operator is not None:
        return Lexeme(Sort.OPERATOR, text, at, operator)
    if times := _ATLEAST.fullmatch(text):
        use = Use(effect=Effect.COUNT, number=int(times[1]))
        return Lexeme(Sort.PREFIX, text, at, use=use)
    return Lexeme(Sort.TERM, text, at)


def _stray(text: str, at: At, dialect: Dialect) -> Lexeme:
    sentence = f"`{text}` has no meaning in {dialect.title}"
    raise UnreadableError(at, sentence, "leave it out, or put the term in quotes")


_TAKE: dict[str, Callable[[str, At, Dialect], Lexeme | None]] = {
    "phrase": _phrase,
    "unclosed": _unclosed,
    "braces": _braces,
    "open": _open,
    "close": _close,
    "special": _word,
    "suffix": _suffix,
    "compare": _compare,
    "prefix": _prefix,
    "function": _function,
    "sign": _sign,
    "word": _word,
    "stray": _stray,
}

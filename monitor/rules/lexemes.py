"""The lexemes of a query: words, phrases, operators, with their places."""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache, partial
from typing import NamedTuple

from monitor.rules import signs
from monitor.rules.problems import Flaw, edited

__all__ = ["At", "Kind", "Lexed", "Lexeme", "apart", "edited", "lex", "means_meta", "nearest_field"]

At = tuple[int, int]


class Kind(StrEnum):
    """What a lexeme is."""

    WORD = "word"
    PHRASE = "phrase"
    ENTITY = "entity"
    FRAGMENT = "fragment"
    FIELD = "field"
    VALUE = "value"
    COUNT = "count"
    OF = "OF"
    EQUALS = "="
    COMPARE = "comparison"
    COMMA = ","
    STRAY = "stray"
    OPEN = "("
    CLOSE = ")"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    NEAR = "NEAR"
    BEFORE = "BEFORE"
    NOT_NEAR = "NOT NEAR"
    EXCEPT = "EXCEPT"


NEARNESS = frozenset({Kind.NEAR, Kind.BEFORE, Kind.NOT_NEAR})
OPERATORS = frozenset({Kind.AND, Kind.OR, Kind.NOT, Kind.EXCEPT}) | NEARNESS
STARTS = frozenset(
    {Kind.WORD, Kind.PHRASE, Kind.ENTITY, Kind.FRAGMENT, Kind.FIELD, Kind.OPEN}
    | {Kind.COUNT, Kind.OF, Kind.EQUALS}
)  # what an operand can begin with

SCOPES = ("title", "lead", "top", "body", "text", "sentence", "paragraph", "first")
META = ("source", "outlet", "lang", "country", "author", "section", "url")
FIELDS = (*SCOPES, "about", *META)
_SYNONYMS = {
    **dict.fromkeys(("headline", "subject", "hd", "heading"), "title"),
    **dict.fromkeys(("intro", "lp", "ingress", "standfirst", "summary"), "lead"),
    **dict.fromkeys(("hlead", "hlp"), "top"),
    **dict.fromkeys(("site", "domain", "host", "feed"), "source"),
    **dict.fromkeys(("publication", "publisher", "sn"), "outlet"),
    **dict.fromkeys(("la", "language", "languages"), "lang"),
    **dict.fromkeys(("by", "byline"), "author"),
    **dict.fromkeys(("content", "article"), "text"),
}


def nearest_field(name: str) -> str | None:
    """The field that is meant by a name in lower case, if one is like it."""
    if name in _SYNONYMS:
        return _SYNONYMS[name]
    return next(iter(difflib.get_close_matches(name, FIELDS, n=1)), None)


def apart(one: str, other: str) -> bool:
    """Whether nothing can stand in both of two scopes."""
    return {one, other} in ({"title", within} for within in ("lead", "body", "first"))


def means_meta(name: str) -> bool:
    """Whether a field's name, perhaps misspelt, announces values rather than terms."""
    known = name in FIELDS or name.startswith("first/")
    return name in META or (not known and nearest_field(name) in META)


class Lexeme(NamedTuple):  # quicker to make than a dataclass, and there are many
    """A piece of a query.

    ``text`` is without quotes, ``@``, ``$`` or colon; of NEAR and its kin the distance alone, of
    ``2 OF`` the number.
    """

    kind: Kind
    text: str
    at: At


_lexeme: Callable[[tuple[Kind, str, At]], Lexeme] = partial(tuple.__new__, Lexeme)  # in C alone
_OPENING = "“”„‟«»‹›‚‘″「『《"
_CLOSING = "“”‟«»‹›‘’″」』》"
_WORD = rf"""(?:(?!//)[^\s()"{_OPENING},;:<>=≥≤~|\[\]{{}}!\\^（），、；：])"""  # of its characters
_BLANK = r"(?>\s+|//[^\n]*)*+"
_QUOTED = rf"""
    (?P<open> [(（] ) | (?P<close> [)）] )
  | (?P<phrase> "[^"\n]*" )
  | (?P<unclosed> "[^"\n]* )
  | (?P<curly> [{_OPENING}][^\n"{_CLOSING}]*[{_CLOSING}]? )
  | (?P<comma> [,，、] )
"""
_SCAN = re.compile(
    rf"""{_BLANK}(?:{_QUOTED}
  | (?P<operator> (?:and|or|not|except)(?!{_WORD}|:) )
  | (?P<entity> @\w[\w-]* )
  | (?P<fragment> \$[^\W\d][\w-]* )
  | (?P<of> \d+\s+of\b )
  | (?P<count> count(?=\s*[(（]) )
  | (?P<field> (?:first/\w+|\w+): )
  | (?P<near> (?:near|before)(?:\s*/\s*\d+|/[^\s()"]*|\s+/(?!/))?(?=[\s()"]|$) )
  | (?P<compare> [<>=≥≤]+ )
  | (?P<stem> ~+\d* )
  | (?P<sign> [-+](?=[\w"(@$“„«=]) )
  | (?P<foreign> (?:w|n|pre|onear|same|near|adj|within)(?:/(?:\d+|[sp])|\d+)(?!{_WORD}) )
  | (?P<word> {_WORD}+ )
  | (?P<stray> \|+ | [^\s] )
  | (?P<end> \Z ))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_VALUES = re.compile(
    rf"""{_BLANK}(?:{_QUOTED}
  | (?P<value> [^\s()"{_OPENING},（），、]+ )
  | (?P<stray> [^\s] )
  | (?P<end> \Z ))
    """,
    re.VERBOSE,
)
_FOREIGN_NEARNESS = re.compile(r"(?P<word>[a-z]+)/?(?P<far>\d+|[sp])", re.IGNORECASE)
_SIGNS = {"(": Kind.OPEN, ")": Kind.CLOSE, "AND": Kind.AND, "OR": Kind.OR, "NOT": Kind.NOT}
_FARTHEST = 50


@dataclass(slots=True)
class Lexed:
    """The lexemes of a query and what was wrong with its characters."""

    query: str
    lexemes: list[Lexeme] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)
    lists: int = 0  # open parentheses of a list of values

    def add(self, kind: Kind, text: str, at: At) -> None:
        """Take a lexeme."""
        self.lexemes.append(Lexeme(kind, text, at))

    @property
    def last(self) -> Lexeme | None:
        """The lexeme taken last."""
        return self.lexemes[-1] if self.lexemes else None

    @property
    def awaits_value(self) -> bool:
        """Whether what comes is a value of a field such as ``source:`` rather than a term."""
        return self.lists > 0 or self.after_meta

    @property
    def after_meta(self) -> bool:
        """Whether a field such as ``source:`` stands right before."""
        field = self.last is not None and self.last.kind is Kind.FIELD
        return field and self.last is not None and means_meta(self.last.text.casefold())


def lex(query: str) -> Lexed:
    """Cut a query into lexemes, reporting all that cannot be one."""
    lexed = Lexed(query)
    at = 0
    while at < len(query):
        at = _lex_values(lexed, at) if lexed.awaits_value else _lex_terms(lexed, at)
    return lexed


def _lex_terms(lexed: Lexed, start: int) -> int:
    """Take lexemes from an offset up to where values begin; where that is."""
    add = lexed.lexemes.append
    for found in _SCAN.finditer(lexed.query, start):
        name = found.lastgroup or ""
        text, at = found[name], shared(found.span(name))
        if name == "word":
            add(_lexeme((Kind.WORD, text, at)))
        elif name == "phrase":
            add(_lexeme((Kind.PHRASE, text[1:-1], at)))
        elif text in _SIGNS:
            add(_lexeme((_SIGNS[text], text, at)))
        elif name != "end":
            _TAKE[name](lexed, text, at)
            if name == "field" and lexed.awaits_value:
                return at[1]
    return len(lexed.query)


def _lex_values(lexed: Lexed, start: int) -> int:
    """Take lexemes from an offset up to the end of a list of values; where that is."""
    for found in _VALUES.finditer(lexed.query, start):
        name = found.lastgroup or ""
        if name != "end":
            _TAKE[name](lexed, found[name], shared(found.span(name)))
        if not lexed.awaits_value:
            return found.end()
    return len(lexed.query)


@lru_cache(maxsize=1 << 15)
def shared(at: At) -> At:
    """The same place as one object: most queries are short, and their nodes stand alike."""
    return at


def _open(lexed: Lexed, text: str, at: At) -> None:
    lexed.lists += lexed.awaits_value
    if text != "(":
        lexed.flaws.append(signs.stray(lexed.query, at))
    lexed.add(Kind.OPEN, text, at)


def _close(lexed: Lexed, text: str, at: At) -> None:
    lexed.lists = max(lexed.lists - 1, 0)
    if text != ")":
        lexed.flaws.append(signs.stray(lexed.query, at))
    lexed.add(Kind.CLOSE, text, at)


def _quoted(lexed: Lexed, text: str, at: At) -> None:
    lexed.add(Kind.VALUE if lexed.awaits_value else Kind.PHRASE, text, at)


def _phrase(lexed: Lexed, text: str, at: At) -> None:
    _quoted(lexed, text[1:-1], at)


def _unclosed(lexed: Lexed, text: str, at: At) -> None:
    stop = re.search(r"\)*\s+(?:AND|OR|NOT|EXCEPT|NEAR/|BEFORE/)\b|\)*\s*(?://.*)?$", text)
    end = stop.start() if stop and stop.start() > 1 else len(text)
    lexed.flaws.append(signs.unclosed(lexed.query, at, at[0] + end))
    _quoted(lexed, text[1:], at)


def _curly(lexed: Lexed, text: str, at: At) -> None:
    inner = text[1:].rstrip(_CLOSING)
    lexed.flaws.append(signs.typographic(lexed.query, at, inner))
    _quoted(lexed, inner, at)


def _comma(lexed: Lexed, text: str, at: At) -> None:
    lexed.add(Kind.COMMA, text, at)


def _entity(lexed: Lexed, text: str, at: At) -> None:
    lexed.add(Kind.ENTITY, text[1:], at)


def _fragment(lexed: Lexed, text: str, at: At) -> None:
    lexed.add(Kind.FRAGMENT, text[1:], at)


def _of(lexed: Lexed, text: str, at: At) -> None:
    lexed.add(Kind.OF, text.split()[0], at)


def _count(lexed: Lexed, text: str, at: At) -> None:
    lexed.add(Kind.COUNT, text, at)


def _field(lexed: Lexed, text: str, at: At) -> None:
    lexed.add(Kind.FIELD, text[:-1], at)


def _compare(lexed: Lexed, text: str, at: At) -> None:
    lexed.add(Kind.EQUALS if text == "=" else Kind.COMPARE, text, at)


def _stem(lexed: Lexed, text: str, at: At) -> None:
    before = lexed.last
    if not before or before.at[1] != at[0] or before.kind not in (Kind.WORD, Kind.PHRASE):
        _stray(lexed, text, at)
        return
    distance = text.lstrip("~")
    if distance:
        term = lexed.query[slice(*before.at)]
        lexed.flaws.append(signs.similar(lexed.query, at, term, distance))
    words = f"{before.text.rstrip('~ ')}~"
    lexed.lexemes[-1] = Lexeme(before.kind, words, (before.at[0], at[1]))


def _sign(lexed: Lexed, text: str, at: At) -> None:
    lexed.flaws.append(signs.signed(lexed.query, at))
    if text == "-":
        lexed.add(Kind.NOT, text, at)


def _operator(lexed: Lexed, text: str, at: At) -> None:
    operator = Kind(text.upper())
    if text != operator:
        lexed.flaws.append(signs.small(lexed.query, at, operator))
    lexed.add(operator, text, at)


def _near(lexed: Lexed, text: str, at: At) -> None:
    word, slash, distance = (part.strip() for part in text.partition("/"))
    kind = Kind(word.upper())
    if lexed.last and lexed.last.kind is Kind.NOT and kind is Kind.NEAR:
        kind, start = Kind.NOT_NEAR, lexed.lexemes.pop().at[0]
        at = (start, at[1])
    if word != word.upper() and distance.isdecimal():
        capitals = " ".join(lexed.query[slice(*at)].upper().split())
        if lexed.flaws and lexed.flaws[-1].at[0] == at[0]:  # that of the NOT
            lexed.flaws.pop()
        lexed.flaws.append(signs.small(lexed.query, at, capitals))
    lexed.add(kind, distance if slash else "", at)


def _foreign(lexed: Lexed, text: str, at: At) -> None:
    """Nearness in another system's words is reported and read as what it means."""
    found = _FOREIGN_NEARNESS.fullmatch(text)
    assert found is not None  # it was found by the same words
    far = found["far"].casefold()
    if far in ("s", "p"):
        scope = "sentence:" if far == "s" else "paragraph:"
        lexed.flaws.append(signs.foreign_nearness(lexed.query, at, scope))
        lexed.add(Kind.AND, text, at)
        return
    distance = min(int(far[:9]), _FARTHEST)
    if found["word"].lower() == "adj" and distance:  # adj1 means neighbours
        distance -= 1
    ordered = found["word"].lower() in ("pre", "onear")
    kind = Kind.BEFORE if ordered else Kind.NEAR
    lexed.flaws.append(signs.foreign_nearness(lexed.query, at, f"{kind}/{distance}"))
    lexed.add(kind, str(distance), at)


def _value(lexed: Lexed, text: str, at: At) -> None:
    operator = text.upper() in (Kind.AND, Kind.OR, Kind.NOT)
    follows = lexed.last is not None and lexed.last.kind is Kind.VALUE
    if operator and (follows or text.isupper()):  # lang:or is a language
        _operator(lexed, text, at)
    else:
        lexed.add(Kind.VALUE, text, at)


def _stray(lexed: Lexed, text: str, at: At) -> None:
    lexed.flaws.append(signs.stray(lexed.query, at))
    lexed.add(Kind.STRAY, text, at)


_TAKE: dict[str, Callable[[Lexed, str, At], None]] = {
    "open": _open,
    "close": _close,
    "phrase": _phrase,
    "unclosed": _unclosed,
    "curly": _curly,
    "comma": _comma,
    "entity": _entity,
    "fragment": _fragment,
    "of": _of,
    "count": _count,
    "field": _field,
    "near": _near,
    "compare": _compare,
    "stem": _stem,
    "sign": _sign,
    "operator": _operator,
    "foreign": _foreign,
    "value": _value,
    "stray": _stray,
}

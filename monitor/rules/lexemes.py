"""The lexemes of a query: words, phrases, operators, with their places.

What the language will have in a later version is recognised here and refused by name.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from monitor.rules.problems import Flaw

At = tuple[int, int]


class Kind(StrEnum):
    """What a lexeme is."""

    WORD = "word"
    PHRASE = "phrase"
    ENTITY = "entity"
    FRAGMENT = "fragment"
    FIELD = "field"
    OPEN = "("
    CLOSE = ")"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"


OPERATORS = frozenset({Kind.AND, Kind.OR, Kind.NOT})
STARTS = frozenset(
    {Kind.WORD, Kind.PHRASE, Kind.ENTITY, Kind.FRAGMENT, Kind.FIELD, Kind.OPEN}
)  # what an operand can begin with


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A piece of a query. ``text`` is without quotes, ``@``, ``$`` or colon."""

    kind: Kind
    text: str
    at: At


_OPENING = "“”„‟«»‹›‚‘″「『《"
_CLOSING = "“”‟«»‹›‘’″」』》"
_SCAN = re.compile(
    rf"""
    (?P<blank> \s+ | //[^\n]* )
  | (?P<open> \( ) | (?P<close> \) )
  | (?P<phrase> "[^"\n]*" )
  | (?P<unclosed> "[^"\n]* )
  | (?P<curly> [{_OPENING}][^\n"{_CLOSING}]*[{_CLOSING}]? )
  | (?P<entity> @\w[\w-]* )
  | (?P<fragment> \$[^\W\d][\w-]* )
  | (?P<list> \d+\s+of\b )
  | (?P<exact> =(?=[^\s()=<>]) )
  | (?P<field> (?:first/\w+|\w+): )
  | (?P<stem> ~\d* )
  | (?P<sign> [-+](?=[\w"(@$“„«]) )
  | (?P<word> (?:(?!//)[^\s()"{_OPENING},;:=<>|\[\]{{}}!\\^（），；：])+ )
  | (?P<stray> [^\s] )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PROXIMITY = re.compile(r"(?:near|before)(?:/.*)?|except", re.IGNORECASE)
_FOREIGN_PROXIMITY = re.compile(
    r"(?:w|n|pre|onear|same)/(?P<n>\d+|s|p)|(?:near|onear|adj|within)(?P<m>\d+)", re.IGNORECASE
)
_LATER_FIELDS = re.compile(
    r"about|top|body|text|sentence|paragraph|first/\w+"
    r"|source|outlet|lang|country|author|section|url|feed",
    re.IGNORECASE,
)
_STRAYS = {
    "|": "write OR",
    "!": "write NOT",
    ",": "write OR between alternatives",
    "'": 'a phrase stands in double quotes: "Delhi High Court"',
    "（": "write (",
    "）": "write )",
    "：": "write :",
}
HAS = 'this version has AND, OR, NOT, ( ), words, "phrases", title:, lead:, @entities, $fragments'


def edited(query: str, at: At, new: str) -> str:
    """The query with one place rewritten."""
    return query[: at[0]] + new + query[at[1] :]


@dataclass(slots=True)
class Lexed:
    """The lexemes of a query and what was wrong with its characters.

    ``unreadable`` says that it uses signs without a meaning, or parts of the language that this
    version lacks; there is no use in reading on.
    """

    query: str
    lexemes: list[Lexeme] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)
    unreadable: bool = False

    def add(self, kind: Kind, text: str, at: At) -> None:
        """Take a lexeme."""
        self.lexemes.append(Lexeme(kind, text, at))

    def refuse(self, at: At, what: str, instead: str) -> None:
        """Report a part of the language that this version lacks."""
        self.unreadable = True
        self.flaws.append(
            Flaw(
                code="E199",
                at=at,
                title=f"`{self.query[slice(*at)]}` ({what}) comes with a later version of monitor",
                label="not yet available",
                note=HAS,
                help=instead,
            )
        )


def lex(query: str) -> Lexed:
    """Cut a query into lexemes, reporting all that cannot be one."""
    lexed = Lexed(query)
    for found in _SCAN.finditer(query):
        take = _TAKE.get(found.lastgroup or "")
        if take is not None:
            take(lexed, found.group(), found.span())
    if any(flaw.code == "E199" for flaw in lexed.flaws):  # its signs are no mistakes of their own
        lexed.flaws = [flaw for flaw in lexed.flaws if flaw.code not in ("E102", "E121")]
    return lexed


def _open(lexed: Lexed, text: str, at: At) -> None:
    before = lexed.lexemes[-1] if lexed.lexemes else None
    if before and before.text.casefold() == "count" and before.at[1] == at[0]:
        lexed.refuse(before.at, "counting", "leave it out: any mention will match")
    lexed.add(Kind.OPEN, text, at)


def _close(lexed: Lexed, text: str, at: At) -> None:
    lexed.add(Kind.CLOSE, text, at)


def _phrase(lexed: Lexed, text: str, at: At) -> None:
    _refuse_patterns(lexed, text[1:-1], at)
    lexed.add(Kind.PHRASE, text[1:-1], at)


def _unclosed(lexed: Lexed, text: str, at: At) -> None:
    stop = re.search(r"\)*\s+(?:AND|OR|NOT)\b|\)*\s*(?://.*)?$", text)
    end = stop.start() if stop and stop.start() > 1 else len(text)
    closed = f'{text[:end]}"'
    lexed.flaws.append(
        Flaw(
            code="E101",
            at=(at[0], at[0] + 1),
            title="this quote is never closed",
            label="opened here",
            help=f"close it on the same line\n{edited(lexed.query, (at[0], at[0] + end), closed)}",
        )
    )
    lexed.add(Kind.PHRASE, text[1:], at)


def _curly(lexed: Lexed, text: str, at: At) -> None:
    inner = text[1:].rstrip(_CLOSING)
    mended = edited(lexed.query, at, f'"{inner.strip()}"')
    lexed.flaws.append(
        Flaw(
            code="E103",
            at=at,
            title="typographic quotes",
            label='a phrase stands in straight quotes: "',
            note="word processors and chats put them in by themselves",
            help=f"write\n{mended}",
        )
    )
    lexed.add(Kind.PHRASE, inner, at)


def _entity(lexed: Lexed, text: str, at: At) -> None:
    lexed.add(Kind.ENTITY, text[1:], at)


def _fragment(lexed: Lexed, text: str, at: At) -> None:
    lexed.add(Kind.FRAGMENT, text[1:], at)


def _list(lexed: Lexed, text: str, at: At) -> None:
    lexed.refuse(at, "n of a list", "write the combinations with AND and OR")


def _exact(lexed: Lexed, text: str, at: At) -> None:
    lexed.refuse(at, "exact capitals and accents", "leave the = out: case will not matter")


def _stem(lexed: Lexed, text: str, at: At) -> None:
    lexed.refuse(at, "inflected forms", "list the forms: (lawsuit OR lawsuits)")


def _field(lexed: Lexed, text: str, at: At) -> None:
    if _LATER_FIELDS.fullmatch(text[:-1]):
        lexed.refuse(at, "a field", "use title: or lead:, or leave it out")
    lexed.add(Kind.FIELD, text[:-1], at)


def _sign(lexed: Lexed, text: str, at: At) -> None:
    new = "NOT " if text == "-" else ""
    lexed.flaws.append(
        Flaw(
            code="E125",
            at=at,
            title=f"`{text}` is not an operator here",
            label="write NOT" if new else "not needed: AND says it",
            help=f"write\n{edited(lexed.query, at, new)}",
        )
    )
    if new:
        lexed.add(Kind.NOT, text, at)


def _word(lexed: Lexed, text: str, at: At) -> None:
    operator = text.upper()
    if operator in OPERATORS:
        _operator(lexed, text, at)
    elif _PROXIMITY.fullmatch(text):
        _proximity(lexed, text, at)
    elif foreign := _FOREIGN_PROXIMITY.fullmatch(text):
        _foreign(lexed, text, at, foreign.group("n") or foreign.group("m"))
    else:
        _refuse_patterns(lexed, text, at)
        lexed.add(Kind.WORD, text, at)


def _operator(lexed: Lexed, text: str, at: At) -> None:
    operator = Kind(text.upper())
    if text != operator:
        lexed.flaws.append(
            Flaw(
                code="W001",
                severity="warning",
                at=at,
                title=f"write the operator `{text}` in capitals",
                label="read as an operator",
                help=f'write {operator}, or "{text}" if you mean the word\n'
                + edited(lexed.query, at, operator),
            )
        )
    lexed.add(operator, text, at)


def _proximity(lexed: Lexed, text: str, at: At) -> None:
    start = at[0]
    if lexed.lexemes and lexed.lexemes[-1].kind is Kind.NOT and text.lower().startswith("near"):
        start = lexed.lexemes[-1].at[0]
    quoted = f'or quote the word: "{text}"' if "/" not in text else ""
    what = "exclusion of mentions" if text.lower() == "except" else "nearness"
    instead = "use NOT until then" if text.lower() == "except" else "use AND until then"
    lexed.refuse((start, at[1]), what, f"{instead} {quoted}".rstrip())


def _foreign(lexed: Lexed, text: str, at: At, distance: str) -> None:
    lexed.unreadable = True
    ours = {"s": "sentence:(…)", "p": "paragraph:(…)"}.get(distance.lower(), f"NEAR/{distance}")
    lexed.flaws.append(
        Flaw(
            code="E108",
            at=at,
            title=f"`{text}` belongs to another system's language",
            label="not an operator here",
            note=f"here it is {ours}, which comes with a later version of monitor; {HAS}",
            help=f"use AND until {ours} is there",
        )
    )


def _stray(lexed: Lexed, text: str, at: At) -> None:
    lexed.unreadable = True
    code = "E121" if text == "=" else "E102"
    advice = _STRAYS.get(text, 'leave it out, or put the whole term in quotes, as in "Yahoo!"')
    lexed.flaws.append(
        Flaw(code=code, at=at, title=f"`{text}` has no meaning here", label="this", help=advice)
    )


def _refuse_patterns(lexed: Lexed, text: str, at: At) -> None:
    if "*" in text or "?" in text:
        lexed.refuse(at, "wildcards", "list the forms: (cyberattack OR cyberattacks)")
    elif text.endswith("~") or "~ " in text:
        lexed.refuse(at, "inflected forms", "list the forms: (lawsuit OR lawsuits)")


_TAKE: dict[str, Callable[[Lexed, str, At], None]] = {
    "open": _open,
    "close": _close,
    "phrase": _phrase,
    "unclosed": _unclosed,
    "curly": _curly,
    "entity": _entity,
    "fragment": _fragment,
    "list": _list,
    "exact": _exact,
    "field": _field,
    "stem": _stem,
    "sign": _sign,
    "word": _word,
    "stray": _stray,
}

"""A word or phrase of a dialect → a term of ours."""

import re
import unicodedata
from dataclasses import dataclass

from monitor.rules.conditions import Condition, Near, Or, Term
from monitor.rules.dialects.notes import Notes
from monitor.rules.dialects.syntax import At, Dialect, Leaf, Stems
from monitor.rules.parsing import parse
from monitor.text import pattern
from monitor.text.folding import UNSPACED


@dataclass(frozen=True, slots=True)
class Style:
    """How the terms below a function are meant: capitals exact, or without any other form."""

    exact: bool = False
    literal: bool = False
    capitals: str = ""  # what the words must have: upper, lower, first


_BARE = re.compile(r"\w+(?:[-'’]\w+)*")
_WILD = re.compile(r"\w[\w*?]*")
_OTHERS = re.compile(
    r"(?:o?near|adj|within)/?\d+f?|(?:w|n|pre|onear|same)/?(?:\d+|s|p|seg)", re.IGNORECASE
)  # operators of one system or another
_SPACELESS = re.compile(f"[{UNSPACED}]")
_RESERVED = (
    "and or not near before except of count about with plus und et y e mit avec con oder ou o "
    "oppure without ohne sans sin senza nicht"
)  # words that the rule language reads as operators, or warns about
RESERVED = frozenset(_RESERVED.split())
_UNTYPED = re.compile(r"[\"“”„‟«»＂~\x00-\x1f\x7f\u2028\u2029]")
_TRUNCATED = re.compile(r"(\w{3,})\$(\d?)")
_STEMMABLE = re.compile(r"[a-z]{3,}")
_FORMS = {
    Stems.PLURALS: (
        "Lexis finds plurals by itself: lower-case words got ~, which finds all their inflections "
        "(in a phrase, its last word)"
    ),
    Stems.FORMS: (
        "Google finds other forms and synonyms of words outside quotes: lower-case words got ~ for "
        "the forms; synonyms are not looked for"
    ),
}
_CLASSIC = "classic Lexis reads * as one letter and ! as any letters; here * is any letters, ? one"
_MOST_ENDINGS = 3  # compan$3 becomes four terms; more endings become *


def term(leaf: Leaf, dialect: Dialect, style: Style, notes: Notes) -> Condition | None:
    """The term for a leaf; None, with a note, if nothing in it can be searched."""
    if found := _endings(leaf, dialect):
        return found
    if found := _gaps(leaf, dialect, style, notes):
        return found
    words = [_word(word, leaf.at, dialect, notes) for word in _pieces(leaf, dialect)]
    words = [word for word in words if any(map(str.isalnum, word))]
    if not words:
        notes.lost(leaf.at, f"`{leaf.text.strip()}`: there is no letter or digit to search for")
        return None
    if dialect.capitals and not leaf.quoted and leaf.text in ("and", "or", "not"):
        notes.changed(
            leaf.at,
            f"`{leaf.text}` in small letters is a word in {dialect.title}, "
            "which is searched; if the operator was meant, write it in capitals",
        )
    if not leaf.quoted and _OTHERS.fullmatch(leaf.text):
        notes.lost(
            leaf.at,
            f"`{leaf.text}` is no operator of {dialect.title}, but of another "
            "system: is the dialect right? If it is a word, quote it",
        )
    exact = style.exact or leaf.exact
    words = [_capitals(word, style) for word in words]
    if dialect.accents_exact and not exact:
        _warn_of_accents(leaf, dialect, notes)
    if not exact and not style.literal:
        words[-1] += _stem(leaf, words[-1], dialect, notes)
    return written(" ".join(words), leaf.at, exact=exact)


def _capitals(word: str, style: Style) -> str:
    match style.capitals:
        case "upper":
            return word.upper()
        case "lower":
            return word.lower()
        case "first" if word == word.lower():
            return word.capitalize()
        case _:
            return word


def written(text: str, at: At, *, exact: bool = False) -> Term:
    """A term for words in our own spelling, quoted where they must be."""
    plain, stem = (text[:-1], "~") if text.endswith("~") else (text, "")
    bare = (_BARE.fullmatch(plain) or _WILD.fullmatch(plain)) and not _OTHERS.fullmatch(plain)
    bare = bare and plain.casefold() not in RESERVED
    leaf = f"{plain}{stem}" if bare else f'"{text}"'
    return Term("=" * exact + leaf, pattern(text, exact=exact), at, text, exact)


def _pieces(leaf: Leaf, dialect: Dialect) -> list[str]:
    text = _UNTYPED.sub(" ", leaf.text)
    if dialect.stems is not Stems.FORMS:  # in a language without signs * stands for a word
        text = re.sub(r"(?<=\s)[*?!]+(?=\s)", " ", text)
    return re.sub(r"''+", "'", text).split()


def _word(word: str, at: At, dialect: Dialect, notes: Notes) -> str:
    """One word with its wildcards in our spelling, as far as they are possible."""
    if "$" in dialect.signs and (cut := _TRUNCATED.fullmatch(word)):
        notes.changed(at, f"`{word}` allows so many letters more; {cut[1]}* allows any number")
        return f"{cut[1]}*"
    signs = {sign: ours for sign, ours in dialect.signs.items() if sign not in "$!"}
    if "!" in dialect.signs and "*" in word:
        notes.changed(at, _CLASSIC)
    if "!" in dialect.signs and word.endswith("!"):
        word = f"{word[:-1]}*"
    spelt = "".join(signs.get(c, "" if c in "*?" else c) for c in word)
    return _possible(spelt, word, at, notes)


def _possible(spelt: str, word: str, at: At, notes: Notes) -> str:
    """The word without the wildcards that the rule language refuses."""
    if not re.search(r"[*?]", spelt):
        return spelt
    if _SPACELESS.search(spelt):
        notes.changed(at, f"`{word}`: in scripts without spaces a term needs no wildcard")
        return re.sub(r"[*?]", "", spelt)
    if not parse(f'"{spelt}"').broken:
        return spelt
    reason = "a wildcard needs a letter before ?, three before *; list the words instead"
    notes.lost(at, f"`{word}`: {reason}")
    before = re.split(r"[*?]", spelt)[0]
    return before if any(map(str.isalnum, before)) else re.sub(r"[*?]", "", spelt)


def _endings(leaf: Leaf, dialect: Dialect) -> Condition | None:
    """``compan$2`` as its three lengths, which is exact."""
    cut = _TRUNCATED.fullmatch(leaf.text) if "$" in dialect.signs else None
    if cut is None or not cut[2] or int(cut[2]) > _MOST_ENDINGS:
        return None
    ends = range(int(cut[2]) + 1)
    return Or(tuple(written(cut[1] + "?" * count, leaf.at) for count in ends), leaf.at)


def _gaps(leaf: Leaf, dialect: Dialect, style: Style, notes: Notes) -> Condition | None:
    """``"largest * in India"`` of a language where a lonely * is a word."""
    if dialect.stems is not Stems.FORMS or not re.search(r"\s\*+\s", leaf.text):
        return None
    parts = [Leaf(part, leaf.at, quoted=True) for part in re.split(r"\s\*+\s", leaf.text)]
    terms = [found for part in parts if (found := term(part, dialect, style, notes))]
    notes.changed(leaf.at, "a lonely * stands for a few words: BEFORE/5 allows up to five")
    if len(terms) < 2:
        return terms[0] if terms else None
    return Near(tuple(terms), 5, ordered=True, at=leaf.at)


def _warn_of_accents(leaf: Leaf, dialect: Dialect, notes: Notes) -> None:
    if any(unicodedata.combining(c) for c in unicodedata.normalize("NFD", leaf.text)):
        only = f"{dialect.title} finds `{leaf.text}` only with its accents; here also without"
        notes.changed(leaf.at, only)


def _stem(leaf: Leaf, word: str, dialect: Dialect, notes: Notes) -> str:
    """``~`` where the dialect would find other forms of the word by itself."""
    if dialect.stems is Stems.NONE or (dialect.stems is Stems.FORMS and leaf.quoted):
        return ""
    if _STEMMABLE.fullmatch(word) and word not in RESERVED:
        notes.changed(leaf.at, _FORMS[dialect.stems])
        return "~"
    if word.isalpha() and word[0].isupper():
        finds = f"{dialect.title} finds other forms of names, too; here only as they are written"
        notes.changed(leaf.at, finds)
    return ""

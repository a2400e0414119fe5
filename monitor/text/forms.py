"""Forms: by what the words of a text are found, and what the words of a query ask for.

A word is found by one or more folded *forms*: ``$AAPL`` by ``aapl`` and ``$aapl``, ``McDonald’s``
by ``mcdonald`` and ``mcdonalds``. A hyphenated word is several pieces and, joined, one form that
covers them all. *Exact* forms keep case and accents.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from monitor.text.folding import INVISIBLE, MARKS, UNSPACED, exact_word, fold_word

# Characters with one meaning in several shapes, one for one so that offsets stay.
_SHAPES = str.maketrans(
    {**{chr(wide): chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}}
    | dict.fromkeys("’‘‛ʼʻ`´׳", "'")
    | dict.fromkeys("‐‑‒–﹣", "-")
)

_ONE = rf"[^\W_{UNSPACED}]"  # a letter or digit of a script with spaces
_LETTER = rf"[^\W\d_{UNSPACED}]"
_FOLLOW = f"[{MARKS}{INVISIBLE}]*"
_RUN = f"(?:{_ONE}{_FOLLOW})+"
_INSIDE = r"""(?:['_.]|(?<=\d),(?=\d)|(?<=[א-ת])["״](?=[א-ת]))"""
_WORD = f"{_RUN}(?:{_INSIDE}{_RUN})*"
_DOTTED = rf"{_LETTER}{_FOLLOW}(?:\.{_LETTER}{_FOLLOW})+(?!{_ONE})(?:\.(?!{_ONE}))?"
_PIECE = f"(?:{_DOTTED}|{_WORD})"
_SIGN = rf"(?:(?<!{_ONE})(?:\$(?={_LETTER})|[#@](?={_ONE})))?"
_TAIL = rf"(?:\+{{1,2}}(?![+]|{_ONE})|\#(?!{_ONE}))?(?:'[sS](?!{_ONE}))?"

_CHUNK = re.compile(f"{_SIGN}{_PIECE}(?:-{_PIECE})*{_TAIL}|[{UNSPACED}]{_FOLLOW}|&")
_IS_DOTTED = re.compile(_DOTTED)
_HYPHENATED = re.compile(r"[^-]+")
_ENDING = re.compile(
    rf"(?P<core>.+?)(?P<tail>\+{{1,2}}|\#)?(?P<owner>'[sS])?[{INVISIBLE}]*", re.DOTALL
)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?")
_ELIDED = re.compile(
    r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|un|quest|all|coll|dall|dell|nell|sull)'(?=\w\w)",
    re.IGNORECASE,
)

Fold = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Piece:
    """A token within its chunk: its place, the forms it is found by and those it asks for."""

    start: int
    end: int
    forms: tuple[str, ...]
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """Tokens joined by hyphens (mostly one), with the forms of the whole."""

    pieces: tuple[Piece, ...]
    joined: tuple[str, ...] = ()
    joined_asks: tuple[str, ...] = ()


def shaped(text: str) -> str:
    """The text with dashes, apostrophes and wide letters in their plain shape, offsets kept."""
    return text.translate(_SHAPES)


def chains(text: str, start: int, end: int, *, exact: bool = False) -> Iterator[tuple[int, Chain]]:
    """The chains of a stretch of a shaped text, each with the offset its pieces count from."""
    for chunk in _CHUNK.finditer(text, start, end):
        for chain in _analyse(chunk.group(), exact):
            yield chunk.start(), chain


@lru_cache(maxsize=1 << 12)
def exact_forms(written: str) -> tuple[str, ...]:
    """The exact forms of one token, or of a hyphenated word, as it stands in a text."""
    shown = shaped(written)
    return tuple(
        form
        for _, chain in chains(shown, 0, len(shown), exact=True)
        for form in (chain.joined or chain.pieces[0].forms)
    )


@lru_cache(maxsize=1 << 15)
def _analyse(chunk: str, exact: bool) -> tuple[Chain, ...]:  # noqa: FBT001 - a key of the cache
    if chunk == "&":
        return (Chain((Piece(0, 1, ("and",), ("and",)),)),)
    fold = exact_word if exact else fold_word
    found: list[list[Piece]] = []
    for start, end, linked in _cuts(chunk):
        piece = _piece(chunk[start:end], start, fold)
        if piece is None:
            continue
        if linked and found:
            found[-1].append(piece)
        else:
            found.append([piece])
    return tuple(map(_chain, found))


def _cuts(chunk: str) -> Iterator[tuple[int, int, bool]]:
    """Where the pieces of a chunk lie, and whether a hyphen ties each to the one before."""
    for part in _HYPHENATED.finditer(chunk):
        start, linked = part.start(), True
        for at in _hard_cuts(part.group()):
            yield start, part.start() + at, linked
            start, linked = part.start() + at + 1, False
        yield start, part.end(), linked


def _hard_cuts(part: str) -> Iterator[int]:
    """Dots and commas that part words (``India.The``), not those of ``booking.com`` and ``3.5``."""
    if _IS_DOTTED.match(part.lstrip("$#@")):
        return
    grouped = {at for number in _GROUPED.finditer(part) for at in range(*number.span())}
    for at, character in enumerate(part[:-1]):
        before, after = part[at - 1], part[at + 1]
        if character == ",":
            keep = at in grouped
        elif character == ".":
            keep = after.islower() or (before.isdecimal() and after.isdecimal())
        else:
            keep = True
        if not keep:
            yield at


def _piece(written: str, offset: int, fold: Fold) -> Piece | None:
    """One token as written, with its sign and its possessive ending."""
    sign = written[0] if written[0] in "$#@" else ""
    ending = _ENDING.fullmatch(written, len(sign))
    assert ending is not None  # every piece holds a character
    core, tail, owner = ending.group("core"), ending.group("tail") or "", ending.group("owner")
    end = ending.end("owner") if owner else ending.end("core") + len(tail)
    if tail == "#" and len(core) > 1:
        tail, end = "", ending.end("core")  # a footnote's sign, not a language like C#
    forms, asks = _word(core, fold, owned=owner is not None)
    if not forms[0]:
        return None
    if sign:
        forms, asks = (*forms, sign + forms[0]), (sign + forms[0],)
    if tail:
        asks = (forms[0] + tail,)
        forms = asks if len(core) == 1 and core.isalpha() else (*forms, *asks)  # C++ is not C
    return Piece(offset, offset + end, forms, asks)


def _word(core: str, fold: Fold, *, owned: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The forms by which a bare word is found, plain one first, and those it asks for."""
    dotted = _IS_DOTTED.fullmatch(core) is not None
    letters = core.replace(".", "") if dotted else core
    plain = fold(letters)
    forms, asks = [plain], [plain]
    if dotted and letters.isupper():
        asks = [f"={letters}"]  # who writes U.S. does not mean us
    if (elided := _ELIDED.match(core)) and (rest := fold(core[elided.end() :])):
        forms.append(rest)  # there is none in l' with nothing but a tatweel behind it
    if plain.find(".") > 1 and not plain[0].isdecimal():
        forms.append(plain.partition(".")[0])  # Booking.com is also Booking
    if owned:
        ending = "S" if plain.isupper() else "s"
        forms.append(plain + ending)
        asks += [plain + ending] if not dotted else []
    return tuple(forms), tuple(asks)


def _chain(pieces: list[Piece]) -> Chain:
    if len(pieces) == 1 or all(piece.forms[0].isdecimal() for piece in pieces):
        return Chain(tuple(pieces))
    joined = _join([[form for form in piece.forms if _bare(form)] for piece in pieces])
    asks = _join([[form for form in piece.asks if _bare(form)] for piece in pieces])
    return Chain(tuple(pieces), joined, asks)


def _bare(form: str) -> bool:
    return form[0] not in "=$#@" and form[-1] not in "+#"


def _join(forms: list[list[str]]) -> tuple[str, ...]:
    """Each way to write the pieces as one word; variants only at the two ends."""
    inner = [options[:1] for options in forms[1:-1]]
    return tuple(dict.fromkeys(map("".join, product(forms[0], *inner, forms[-1]))))

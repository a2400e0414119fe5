"""Tokens: what can be found in a text, by position, and how a query's words look for it.

A token keeps its place in the original text. It is found by one or more folded *forms*: ``$AAPL``
by ``aapl`` and ``$aapl``, ``McDonald’s`` by ``mcdonald`` and ``mcdonalds``. A hyphenated word is
several tokens and, joined, one form that covers them all. The words of a query become a
*pattern*: steps from place to place, each with the forms that satisfy it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from monitor.text.folding import INVISIBLE, MARKS, UNSPACED, fold_word
from monitor.text.sentences import paragraphs, sentences

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
_SHORT_CAPITALS = 6  # longer words in capitals are shouting rather than acronyms


@dataclass(frozen=True, slots=True)
class _Piece:
    """A token within its chunk: its place, the forms it is found by and those it asks for."""

    start: int
    end: int
    forms: tuple[str, ...]
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Chain:
    """Tokens joined by hyphens (mostly one), with the forms of the whole."""

    pieces: tuple[_Piece, ...]
    joined: tuple[str, ...] = ()
    joined_asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one text.

    ``starts`` and ``ends`` are offsets into ``text``. ``places`` maps a form to the tokens it
    stands for: first token → one past the last. ``breaks`` are the tokens that open a paragraph;
    ``breaks[0]`` is 0 unless there are no tokens.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    words: tuple[str, ...]  # the plain form of each
    places: Mapping[str, Mapping[int, int]]
    breaks: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.starts)

    def offsets(self, first: int, last: int) -> tuple[int, int]:
        """Where the tokens from ``first`` up to, without, ``last`` stand in the text."""
        return self.starts[first], self.ends[last - 1]


Pattern = tuple[tuple[tuple[str, int], ...], ...]
"""For each place of a query's word or phrase: (form, the place it leads to)."""


def tokenize(text: str) -> Tokens:
    """Find all tokens of a text."""
    starts: list[int] = []
    ends: list[int] = []
    words: list[str] = []
    places: dict[str, dict[int, int]] = {}
    breaks: list[int] = []
    for paragraph in paragraphs(text):
        opening = len(starts)
        for offset, chain in _chains(text, *paragraph):
            first = len(starts)
            for at, piece in enumerate(chain.pieces, first):
                starts.append(offset + piece.start)
                ends.append(offset + piece.end)
                words.append(piece.forms[0])
                for form in piece.forms:
                    places.setdefault(form, {})[at] = at + 1
            for form in chain.joined:
                places.setdefault(form, {})[first] = len(starts)
        if len(starts) > opening:
            breaks.append(opening)
    return Tokens(text, tuple(starts), tuple(ends), tuple(words), places, tuple(breaks))


def fold(text: str) -> str:
    """The folded words of a text, joined by one space: equal for texts that read the same."""
    return " ".join(tokenize(text).words)


def pattern(text: str) -> Pattern:
    """What a word or phrase of a query looks for; empty if nothing in it can be searched."""
    steps: list[list[tuple[str, int]]] = []
    for _, chain in _chains(text, 0, len(text)):
        first = len(steps)
        for at, piece in enumerate(chain.pieces, first):
            steps.append([(form, at + 1) for form in piece.asks])
        steps[first] += [(form, len(steps)) for form in chain.joined_asks]
    return tuple(map(tuple, steps))


def find(tokens: Tokens, wanted: Pattern) -> list[tuple[int, int]]:
    """All mentions of a pattern as (first token, one past the last), in order.

    A mention never crosses a paragraph.
    """
    if not wanted:
        return []
    walks = [
        (step, first, last)
        for form, step in wanted[0]
        for first, last in _places(tokens, form).items()
    ]
    found = set()
    while walks:
        step, first, last = walks.pop()
        if step == len(wanted):
            found.add((first, last))
        elif last not in tokens.breaks:
            for form, following in wanted[step]:
                end = _places(tokens, form).get(last)
                if end is not None:
                    walks.append((following, first, end))
    return sorted(found)


def _places(tokens: Tokens, form: str) -> Mapping[int, int]:
    """Where a form stands; a form in capitals (``=US``) not where everything is in capitals."""
    places = tokens.places.get(form, {})
    if not form.startswith("=") or not places:
        return places
    loud = [span for span in sentences(tokens.text) if _shouts(tokens, *span)]
    return {
        first: last
        for first, last in places.items()
        if "." in tokens.text[tokens.starts[first] : tokens.ends[first]]
        or not any(start <= tokens.starts[first] < end for start, end in loud)
    }


def _shouts(tokens: Tokens, start: int, end: int) -> bool:
    """Whether a sentence is written in capitals, so that they tell nothing of its words."""
    letters = [c for c in tokens.text[start:end] if c.isalpha()]
    capitals = sum(map(str.isupper, letters))
    words = sum(start <= place < end for place in tokens.starts)
    return capitals >= 8 and capitals > 0.8 * len(letters) and words >= 3


def _chains(text: str, start: int, end: int) -> Iterator[tuple[int, _Chain]]:
    """The chains of a stretch of text, each with the offset its pieces count from."""
    for chunk in _CHUNK.finditer(text.translate(_SHAPES), start, end):
        for chain in _analyse(chunk.group()):
            yield chunk.start(), chain


@lru_cache(maxsize=1 << 15)
def _analyse(chunk: str) -> tuple[_Chain, ...]:
    if chunk == "&":
        return (_Chain((_Piece(0, 1, ("and",), ("and",)),)),)
    chains: list[list[_Piece]] = []
    for start, end, linked in _cuts(chunk):
        piece = _piece(chunk[start:end], start)
        if piece is None:
            continue
        if linked and chains:
            chains[-1].append(piece)
        else:
            chains.append([piece])
    return tuple(map(_chain, chains))


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


def _piece(written: str, offset: int) -> _Piece | None:
    """One token as written, with its sign and its possessive ending."""
    sign = written[0] if written[0] in "$#@" else ""
    ending = _ENDING.fullmatch(written, len(sign))
    assert ending is not None  # every piece holds a character
    core, tail, owner = ending.group("core"), ending.group("tail") or "", ending.group("owner")
    end = ending.end("owner") if owner else ending.end("core") + len(tail)
    if tail == "#" and len(core) > 1:
        tail, end = "", ending.end("core")  # a footnote's sign, not a language like C#
    forms, asks = _word(core, owned=owner is not None)
    if not forms[0]:
        return None
    if sign:
        forms, asks = (*forms, sign + forms[0]), (sign + forms[0],)
    if tail:
        asks = (forms[0] + tail,)
        forms = asks if len(core) == 1 and core.isalpha() else (*forms, *asks)  # C++ is not C
    return _Piece(offset, offset + end, forms, asks)


def _word(core: str, *, owned: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The forms by which a bare word is found, plain one first, and those it asks for."""
    dotted = _IS_DOTTED.fullmatch(core) is not None
    letters = core.replace(".", "") if dotted else core
    plain = fold_word(letters)
    forms, asks = [plain], [plain]
    if letters.isupper() and letters.isalpha() and 1 < len(letters) <= _SHORT_CAPITALS:
        forms.append(f"={letters}")
        if dotted:
            asks = [f"={letters}"]  # who writes U.S. does not mean us
    if elided := _ELIDED.match(core):
        forms.append(fold_word(core[elided.end() :]))
    if plain.find(".") > 1 and not plain[0].isdecimal():
        forms.append(plain.partition(".")[0])  # Booking.com is also Booking
    if owned:
        forms.append(f"{plain}s")
        asks += [f"{plain}s"] if not dotted else []
    return tuple(forms), tuple(asks)


def _chain(pieces: list[_Piece]) -> _Chain:
    if len(pieces) == 1 or all(piece.forms[0].isdecimal() for piece in pieces):
        return _Chain(tuple(pieces))
    joined = _join([[form for form in piece.forms if _bare(form)] for piece in pieces])
    asks = _join([[form for form in piece.asks if _bare(form)] for piece in pieces])
    return _Chain(tuple(pieces), joined, asks)


def _bare(form: str) -> bool:
    return form[0] not in "=$#@" and form[-1] not in "+#"


def _join(forms: list[list[str]]) -> tuple[str, ...]:
    """Each way to write the pieces as one word; variants only at the two ends."""
    inner = [options[:1] for options in forms[1:-1]]
    return tuple(dict.fromkeys(map("".join, product(forms[0], *inner, forms[-1]))))

"""How the texts of blocks are written, counted over all of a page at once.

A character is looked up in a table of kinds; what is counted is kinds by block. That takes some
operations on arrays for a page, rather than a dozen on each of its texts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]
Marks = NDArray[np.bool_]
Codes = NDArray[np.uint8]

_LONGEST = 300  # characters of a text that are looked at
_LAST = 20  # of which these are its end
_PLANE = 0x10000  # characters beyond are emoji and rare letters: of no kind


class Kind(IntEnum):
    """What a character is to the layout of a sentence."""

    OTHER = 0
    LETTER = 1  # without case, or in lower case
    UPPER = 2
    DIGIT = 3
    SPACE = 4
    BREAK = 5
    COMMA = 6  # in the scripts that put a space after it
    STOP = 7
    WIDE_COMMA = 8
    WIDE_STOP = 9
    ASKING = 10
    COLON = 11
    ENDING = 12  # other marks at the end of a sentence
    BAR = 13
    AT = 14
    RIGHTS = 15
    OPENING = 16  # quotation mark
    CLOSING = 17  # quotation mark or bracket
    QUOTE = 18  # opens or closes


_KINDS = len(Kind)
_SIGNS = {
    Kind.SPACE: " ", Kind.BREAK: "\n", Kind.COMMA: ",،", Kind.STOP: ".", Kind.WIDE_COMMA: "、，",
    Kind.WIDE_STOP: "。।॥۔", Kind.ASKING: "?？؟", Kind.COLON: ":：", Kind.ENDING: "!…;；！",
    Kind.BAR: "|", Kind.AT: "@", Kind.RIGHTS: "©", Kind.OPENING: "“„«‘「",
    Kind.CLOSING: "”’»)]」』",
    Kind.QUOTE: "\"'",
}  # fmt: skip
_CLOSING = np.array([kind in (Kind.CLOSING, Kind.QUOTE, Kind.SPACE) for kind in Kind])
_ENDS = np.array(
    [kind in (Kind.STOP, Kind.WIDE_STOP, Kind.ASKING, Kind.COLON, Kind.ENDING) for kind in Kind]
)


@dataclass(frozen=True, slots=True)
class Writing:
    """The texts' characters: how many of each kind, and what stands first and last."""

    counts: Column  # (texts, kinds)
    first: Codes
    last: Codes  # before closing quotation marks and brackets

    def ends(self) -> Marks:
        """Whether each text ends as a sentence does."""
        return _ENDS[self.last]


def writing_of(texts: Sequence[str]) -> Writing:
    """Count; no text may be empty. Of a long text, its beginning and its end are looked at."""
    read = [
        text if len(text) <= _LONGEST else text[: _LONGEST - _LAST] + text[-_LAST:]
        for text in texts
    ]
    lengths = np.fromiter(map(len, read), dtype=np.int64)
    codes = np.frombuffer("".join(read).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kinds = _table()[np.minimum(codes, _PLANE - 1)]
    ends = np.cumsum(lengths)
    closing = kinds[ends - 1]
    _without_inner_marks(kinds)
    kinds[ends - 1] = closing  # another text follows there, not the same sentence
    places = np.repeat(np.arange(0, len(texts) * _KINDS, _KINDS), lengths) + kinds
    counts = np.bincount(places, minlength=len(texts) * _KINDS).reshape(-1, _KINDS)
    starts = ends - lengths
    last = ends - 1
    for _ in range(3):
        is_closing = _CLOSING[kinds[last]]
        last = np.maximum(starts, last - is_closing)
    return Writing(counts.astype(np.float64), kinds[starts], kinds[last])


def _without_inner_marks(kinds: Codes) -> None:
    """Points and commas within numbers and addresses are no punctuation."""
    marks = np.flatnonzero((kinds == Kind.COMMA) | (kinds == Kind.STOP))
    inner = marks[:-1] if len(marks) and marks[-1] == len(kinds) - 1 else marks
    followers = kinds[inner + 1]
    kinds[inner[(followers <= Kind.DIGIT) & (followers >= Kind.LETTER)]] = Kind.OTHER


@cache
def _table() -> Codes:
    """The kind of each character of the basic plane."""
    table = np.zeros(_PLANE, dtype=np.uint8)
    for code in range(_PLANE):
        sign = chr(code)
        if sign.isalpha():
            table[code] = Kind.UPPER if sign.isupper() else Kind.LETTER
        elif sign.isdigit():
            table[code] = Kind.DIGIT
    for kind, signs in _SIGNS.items():
        table[list(map(ord, signs))] = kind
    return table

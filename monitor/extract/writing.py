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

_LONGEST = 150  # characters of a text that are looked at
_LAST = 20  # of which these are its end
_PLANE = 0x10000  # characters beyond are emoji and rare letters: of no kind


class Kind(IntEnum):
    """What a character is to the layout of a sentence."""

    OTHER = 0
    LETTER = 1  # without case, or in lower case
    UPPER = 2
    DIGIT = 3
    SPACE = 4  # or a line break
    COMMA = 5  # in the scripts that put a space after it
    STOP = 6
    WIDE_COMMA = 7
    WIDE_STOP = 8
    ASKING = 9
    COLON = 10
    ENDING = 11  # other marks at the end of a sentence
    SIGN = 12  # of a label: bar, at, copyright
    CLOSING = 13  # quotation mark or bracket


_KINDS = len(Kind)
_SIGNS = {
    Kind.SPACE: " \n", Kind.COMMA: ",،", Kind.STOP: ".", Kind.WIDE_COMMA: "、，",
    Kind.WIDE_STOP: "。।॥۔", Kind.ASKING: "?？؟", Kind.COLON: ":：", Kind.ENDING: "!…;；！",
    Kind.SIGN: "|@©", Kind.CLOSING: "”’»)]」』\"'",
}  # fmt: skip
_CLOSING = np.array([kind in (Kind.CLOSING, Kind.SPACE) for kind in Kind])
_ENDS = np.array(
    [kind in (Kind.STOP, Kind.WIDE_STOP, Kind.ASKING, Kind.COLON, Kind.ENDING) for kind in Kind]
)
# By two kinds in a row, whether the first counts: 1, or 0 for points and commas within numbers and
# addresses, which are no punctuation.
_COUNTS = np.array(
    [
        kind not in (Kind.COMMA, Kind.STOP) or after not in (Kind.LETTER, Kind.UPPER, Kind.DIGIT)
        for kind in Kind
        for after in Kind
    ],
    dtype=np.uint8,
)


@dataclass(frozen=True, slots=True)
class Writing:
    """The texts' characters: how many of each kind, and whether they end as a sentence does."""

    counts: Column  # (kinds, texts)
    ends: Marks  # before closing quotation marks and brackets


def writing_of(texts: Sequence[str]) -> Writing:
    """Count; no text may be empty. Of a long text, its beginning and its end are looked at."""
    read = [
        text if len(text) <= _LONGEST else text[: _LONGEST - _LAST] + text[-_LAST:]
        for text in texts
    ]
    lengths = np.fromiter(map(len, read), np.int64, len(read))
    kinds = _kinds_of("".join(read))
    ends = lengths.cumsum()
    last = ends - 1
    closing = kinds[last]
    kinds[:-1] *= _COUNTS.take(kinds[:-1] * np.uint8(_KINDS) + kinds[1:])
    kinds[last] = closing  # another text follows there, not the same sentence
    places = np.arange(0, len(texts) * _KINDS, _KINDS).repeat(lengths) + kinds
    counts = np.bincount(places, minlength=len(texts) * _KINDS).reshape(-1, _KINDS)
    starts = ends - lengths
    for _ in range(3):
        last = np.maximum(starts, last - _CLOSING[kinds[last]])
    return Writing(counts.T.astype(np.float64), _ENDS[kinds[last]])


def _kinds_of(text: str) -> Codes:
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return _table().take(codes, mode="clip")


@cache
def _table() -> Codes:
    """The kind of each character of the basic plane; its last place stands for all beyond."""
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

"""Written words: what the tokens between two blanks are found by.

It depends on nothing around them, and a text has the same words over and over: what is known of a
word is remembered.
"""

from dataclasses import dataclass
from functools import lru_cache

from monitor.text.forms import chains, shaped

LONGEST = 40  # characters; what is longer is no word, or in a script without blanks: seen once


@dataclass(frozen=True, slots=True)
class Word:
    """The tokens of a written word.

    ``places`` are the start and end of each, ``plain`` their plain forms. ``forms`` are all forms,
    each with the token it begins with and one past the last.
    """

    places: tuple[tuple[int, int], ...]
    plain: tuple[str, ...]
    forms: tuple[tuple[str, int, int], ...]


def read_word(written: str) -> Word:
    """The tokens of what stands between two blanks."""
    return _remembered(written) if len(written) <= LONGEST else _read(written)


def _read(written: str) -> Word:
    places: list[tuple[int, int]] = []
    plain: list[str] = []
    forms: dict[tuple[str, int], int] = {}  # a joined form goes before that of its first piece
    shown = shaped(written)
    for offset, chain in chains(shown, 0, len(shown)):
        first = len(places)
        for at, piece in enumerate(chain.pieces, first):
            places.append((offset + piece.start, offset + piece.end))
            plain.append(piece.forms[0])
            forms.update(((form, at), at + 1) for form in piece.forms)
        forms.update(((form, first), len(places)) for form in chain.joined)
    return Word(
        tuple(places), tuple(plain), tuple((form, at, last) for (form, at), last in forms.items())
    )


_remembered = lru_cache(maxsize=1 << 15)(_read)

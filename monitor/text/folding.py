"""Folding: the form in which words are compared, and the character classes behind it.

A word is folded by itself, never the whole text, so offsets need no map.
"""

import re
import unicodedata
from functools import lru_cache

# Scripts written without spaces between words: Han, kana, Thai, Lao, Khmer, Myanmar, without
# their digits, which run together into numbers as everywhere.
UNSPACED = (
    "\u0e01-\u0e4f\u0e5a\u0e5b\u0e81-\u0ecf\u0edc-\u0eff"
    "\u1000-\u103f\u104a-\u108f\u109a-\u109f\u1780-\u17df\u17ea-\u17ff"
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303b\u3041-\u30fa\u30fc-\u30ff"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9fe\uaa60-\uaa7f\uf900-\ufaff"
    "\uff66-\uff9d\U0001aff0-\U0001b16f\U00020000-\U000323af"
)

_HALF_WIDTH_VOICING = "\uff9e\uff9f"  # letters by category, marks by use
_VARIATION = "\u034f\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"


def _characters(*categories: str) -> str:
    """The body of a regular expression's class with all characters of these categories."""
    ranges: list[list[int]] = []
    for number in range(0x1FFFF):  # the planes beyond hold ideographs and private use
        if unicodedata.category(chr(number)) in categories:
            if ranges and ranges[-1][1] == number - 1:
                ranges[-1][1] = number
            else:
                ranges.append([number, number])
    return "".join(rf"\U{first:08x}-\U{last:08x}" for first, last in ranges)


INVISIBLE = _characters("Cf")  # soft hyphen, joiners, direction marks
MARKS = _characters("Mn", "Mc", "Me") + _HALF_WIDTH_VOICING + _VARIATION

_DROPPED = re.compile(f"[{INVISIBLE}{_VARIATION}\u0640'\"״]")  # U+0640: the Arabic tatweel
_MARK = _characters("Mn", "Me")
# Accents are left out in English print for these scripts only; elsewhere (й, Indic vowel signs,
# Thai tones) a mark makes another letter.
_ACCENTED = re.compile(
    "([0-9A-Za-z\u00c0-\u024f\u0250-\u02af\u1e00-\u1eff\u2c60-\u2c7f\ua720-\ua7ff"
    "\u0370-\u03ff\u1f00-\u1fff\u05d0-\u05f2\u0620-\u064a\u066e-\u06d3\u0750-\u077f\u08a0-\u08c9])"
    f"[{_MARK}]+"
)
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "ħ": "h",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ё": "е",
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ة": "ه",
    }
)
_GROUPING = re.compile(r"(?<=\d),(?=\d)")


@lru_cache(maxsize=1 << 15)
def fold_word(word: str) -> str:
    """The form of one word that is compared; empty if nothing of it can be searched.

    Width and compatibility forms, case, accents, apostrophes, invisible characters and the commas
    of grouped numbers do not matter; digits of all scripts equal ASCII digits.
    """
    if word.isascii() and word.isalnum():
        return word.lower()
    shown = _DROPPED.sub("", unicodedata.normalize("NFKC", word)).casefold()
    bare = _ACCENTED.sub(r"\1", unicodedata.normalize("NFD", shown))
    plain = unicodedata.normalize("NFC", bare).translate(_LETTERS)
    return _GROUPING.sub("", "".join(map(_ascii_digit, plain)))


@lru_cache(maxsize=1 << 12)
def exact_word(word: str) -> str:
    """The form of one word in which case and accents count; all else is as in ``fold_word``."""
    if word.isascii() and word.isalnum():
        return word
    shown = unicodedata.normalize("NFC", _DROPPED.sub("", unicodedata.normalize("NFKC", word)))
    return _GROUPING.sub("", "".join(map(_ascii_digit, shown)))


def _ascii_digit(character: str) -> str:
    return character if character.isascii() else str(unicodedata.decimal(character, character))

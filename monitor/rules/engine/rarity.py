"""Rarity: in what share of articles something stands, guessed before any article is known.

A rule is kept under the clause that fewest articles have; a bad guess costs time, never a match.
``Engine.learn`` replaces guesses by what an archive of articles shows.
"""

from functools import cache
from importlib.resources import files

_UNKNOWN = 0.003
_VALUES = {"lang": 0.5, "country": 0.3, "section": 0.1}


def guess_of_form(form: str) -> float:
    """The share of articles that have a form of a pattern, with its marks."""
    bare = form.removeprefix("=")
    if bare.startswith("*"):
        letters = len(bare[1:].partition("*")[0])
        return min(0.3, 2.0 * 3.0 ** -min(letters, 9) + _of_word(bare[1:-1]))
    if bare.startswith("~"):
        return 1.5 * _of_word(bare[1:])
    case = 0.5 if form.startswith("=") else 1.0
    return case * _of_word(bare.casefold())


def guess_of_value(field: str) -> float:
    """The share of articles that have a value in a field of the metadata."""
    return _VALUES.get(field, 0.01)


def _of_word(word: str) -> float:
    return _commonest().get(word, 0.02 if len(word) < 3 else _UNKNOWN)


@cache
def _commonest() -> dict[str, float]:
    """The commonest words; each line of the file that is a number is the share of those below."""
    found: dict[str, float] = {}
    share = 0.0
    for line in files(__package__).joinpath("commonest.txt").read_text("utf-8").splitlines()[1:]:
        if line.startswith("0."):
            share = float(line)
        else:
            found.update(dict.fromkeys(line.split(), share))
    return found

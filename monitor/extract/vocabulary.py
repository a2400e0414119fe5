"""What words and class names say of a block: how often the story has them, on any site."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from numpy.typing import NDArray

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD = re.compile("[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]|[^\\W_]+")
_APART = "".join(
    chr(code).lower() if code < 128 and chr(code).isalnum() else " " for code in range(256)
).encode("ascii")
SHORT = 120  # characters of a text whose words are read; a longer one is known by its shape
_LEADING = 8  # words of it that are
_OPENING = 80  # characters in which these are looked for
_KEPT = 5_000  # names and short texts whose scores are remembered
_NOTHING = (0.0, 0.0, 0.0)

Table = NDArray[np.float64]
Scores = tuple[float, float, float]
Range = tuple[float, float]  # the lowest score, at most 0, and the highest, at least 0


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Scores of names and words: log odds that what bears them is the story, 0 for the average."""

    names: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, float] = field(default_factory=dict)
    _ranges: dict[str, Range] = field(default_factory=dict)
    _scores: dict[str, Scores] = field(default_factory=dict)

    def ranges(self, names: Sequence[str]) -> Table:
        """The lowest and the highest score among each element's class names and id, a row each."""
        known = self._ranges
        if len(known) > _KEPT:
            known.clear()
        return _table([known.get(each) or self._range_of(each) for each in names], 2)

    def _range_of(self, names: str) -> Range:
        known = self.names
        scores = [known[part] for part in parts_of(names) if part in known]
        found = (min(0.0, *scores), max(0.0, *scores)) if scores else (0.0, 0.0)
        self._ranges[names] = found
        return found

    def scores_of_words(self, texts: Sequence[str]) -> Table:
        """Lowest, highest and mean score of each text's first words, a row each.

        Zeros where none is known, and for long texts.
        """
        known = self._scores
        if len(known) > _KEPT:
            known.clear()
        return _table([known.get(text) or self._scores_of(text) for text in texts], 3)

    def _scores_of(self, text: str) -> Scores:
        words = self.words
        scores = [words[word] for word in leading_words(text) if word in words]
        found = (min(scores), max(scores), sum(scores) / len(scores)) if scores else _NOTHING
        self._scores[text] = found
        return found


def _table(rows: Sequence[tuple[float, ...]], width: int) -> Table:
    # From one long iterator: three times as fast as from tuples.
    flat = np.fromiter(chain.from_iterable(rows), np.float64, count=width * len(rows))
    return flat.reshape(-1, width)


def parts_of(names: str) -> list[str]:
    """Class names in lower case and their parts: `post-body Big` has post-body, post, body, big."""
    plain = names if names.islower() else _CAMEL.sub("-", names).lower()
    return plain.split() + plain.replace("-", " ").replace("_", " ").split()


def leading_words(text: str) -> list[str]:
    """The first words of a short text, in lower case; none of a long one."""
    if len(text) > SHORT:
        return []
    if text.isascii():  # the same, in a third of the time
        plain = text[:_OPENING].encode("ascii").translate(_APART).decode("ascii")
        return plain.split(None, _LEADING)[:_LEADING]
    return _WORD.findall(text[:_OPENING].lower())[:_LEADING]

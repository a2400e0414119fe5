"""What words and class names say of a block: how often the story has them, on any site."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PART = re.compile(r"[a-z]{2,}")
_WORD = re.compile("[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]|[^\\W_]+")
SHORT = 120  # characters of a text whose words are read; a longer one is known by its shape
_PLAIN = "".join(
    chr(code).lower() if code < 128 and chr(code).isalnum() else " " for code in range(256)
).encode("ascii")
_LEADING = 8  # words of it that are
_KEPT = 20_000  # names and short texts whose scores are remembered
_NOTHING = (0.0, 0.0, 0.0)
_AVERAGE = (0.0, 0.0)

Table = NDArray[np.float64]
Scores = tuple[float, float, float]
Range = tuple[float, float]  # the lowest score, at most 0, and the highest, at least 0


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Scores of names and words: log odds that what bears them is the story, 0 for the average."""

    names: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, float] = field(default_factory=dict)
    _ranges: dict[str, Range] = field(default_factory=dict)
    _of_name: dict[str, Range] = field(default_factory=dict)
    _scores: dict[str, Scores] = field(default_factory=dict)

    def ranges(self, names: Sequence[str]) -> Table:
        """The lowest and the highest score among each element's class names and id, a row each."""
        known = self._ranges
        if len(known) > _KEPT:
            known.clear()
        return _table([known.get(each) or self._range_of(each) for each in names], 2)

    def _range_of(self, names: str) -> Range:
        low = high = 0.0
        for name in names.split()[:12]:
            found = self._of_name.get(name) or self._range_of_name(name)
            if found is not _AVERAGE:
                low, high = min(low, found[0]), max(high, found[1])
        self._ranges[names] = low, high
        return low, high

    def _range_of_name(self, name: str) -> Range:
        # Pages share few names, but the elements of one page combine the same ones over and over.
        known = self.names
        scores = [known[part] for part in _parts(name) if part in known]
        found = (min(0.0, *scores, 0.0), max(0.0, *scores, 0.0)) if scores else _AVERAGE
        if len(self._of_name) >= _KEPT:
            self._of_name.clear()
        self._of_name[name] = found
        return found

    def scores_of_words(self, texts: Sequence[str]) -> Table:
        """Lowest, highest and mean score of each text's first words, a row each.

        Zeros where none is known, and for long texts.
        """
        known = self._scores
        if len(known) > _KEPT:
            known.clear()
        return _table(
            [
                _NOTHING if len(text) > SHORT else known.get(text) or self._scores_of(text)
                for text in texts
            ],
            3,
        )

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


@lru_cache(maxsize=4096)
def parts_of(names: str) -> tuple[str, ...]:
    """The parts of class names and pairs of them: `postBody big` has post, body, post-body, big."""
    return tuple(sorted({part for name in names.split()[:12] for part in _parts(name)}))


def _parts(name: str) -> list[str]:
    if len(name) > 60:
        return []
    plain = name if name.islower() else _CAMEL.sub("-", name).lower()
    parts = _PART.findall(plain)[:6]
    return parts + list(map("-".join, pairwise(parts))) if len(parts) > 1 else parts


def leading_words(text: str) -> list[str]:
    """The first words of a short text, in lower case; none of a long one."""
    if len(text) > SHORT:
        return []
    if text.isascii():  # the same, in a third of the time
        plain = text.encode("ascii").translate(_PLAIN).decode("ascii")
        return plain.split(None, _LEADING)[:_LEADING]
    return _WORD.findall(text.lower())[:_LEADING]

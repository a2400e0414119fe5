"""What words and class names say of a block: how often the story has them, on any site."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PART = re.compile(r"[a-z]{2,}")
_WORD = re.compile("[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]|[^\\W_]+")
SHORT = 120  # characters of a text whose words are read; a longer one is known by its shape
_LEADING = 8  # words of it that are
_KEPT = 20_000  # names and short texts whose scores are remembered
_NOTHING = (0.0, 0.0, 0.0)

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

    def ranges(self, names: Sequence[str]) -> list[Range]:
        """The lowest and the highest score among each element's class names and id."""
        known = self._ranges
        if len(known) > _KEPT:
            known.clear()
        return [known.get(each) or self._range_of(each) for each in names]

    def _range_of(self, names: str) -> Range:
        low = high = 0.0
        for name in names.split()[:12]:
            least, most = self._of_name.get(name) or self._range_of_name(name)
            low, high = min(low, least), max(high, most)
        self._ranges[names] = low, high
        return low, high

    def _range_of_name(self, name: str) -> Range:
        # Pages share few names, but the elements of one page combine the same ones over and over.
        scores = [self.names[part] for part in parts_of(name) if part in self.names]
        if len(self._of_name) >= _KEPT:
            self._of_name.clear()
        found = self._of_name[name] = (min(0.0, *scores, 0.0), max(0.0, *scores, 0.0))
        return found

    def scores_of_words(self, text: str) -> Scores:
        """Lowest, highest and mean score of a short text's first words; zeros if none is known."""
        if (known := self._scores.get(text)) is not None:
            return known
        scores = [self.words[word] for word in leading_words(text) if word in self.words]
        found = (min(scores), max(scores), sum(scores) / len(scores)) if scores else _NOTHING
        if len(self._scores) >= _KEPT:
            self._scores.clear()
        self._scores[text] = found
        return found


@lru_cache(maxsize=4096)
def parts_of(names: str) -> tuple[str, ...]:
    """The parts of class names and pairs of them: `postBody big` has post, body, post-body, big."""
    return tuple(sorted(set(_parts(names))))


def _parts(names: str) -> Iterator[str]:
    for name in names.split()[:12]:
        if len(name) <= 60:
            parts = _PART.findall(_CAMEL.sub("-", name).lower())
            yield from parts[:6]
            yield from map("-".join, pairwise(parts))


def leading_words(text: str) -> list[str]:
    """The first words of a short text, in lower case; none of a long one."""
    return _WORD.findall(text.lower())[:_LEADING] if len(text) <= SHORT else []

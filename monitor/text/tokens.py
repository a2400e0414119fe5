"""Tokens: what can be found in a text, by position, each with its place in the original."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from monitor.text.forms import chains, shaped
from monitor.text.sentences import paragraphs, sentences

Range = tuple[int, int]
"""Tokens: the first, and one past the last."""


@dataclass(frozen=True)  # without slots: what few rules ask for is found out when they do
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

    def written(self, first: int, last: int) -> str:
        """The tokens from ``first`` up to, without, ``last`` as they stand in the text."""
        return self.text[self.starts[first] : self.ends[last - 1]]

    @cached_property
    def openings(self) -> frozenset[int]:
        """The tokens that open a paragraph."""
        return frozenset(self.breaks)

    @cached_property
    def paragraphs(self) -> tuple[Range, ...]:
        """The tokens of each paragraph."""
        return tuple(zip(self.breaks, (*self.breaks[1:], len(self)), strict=False))

    @cached_property
    def sentences(self) -> tuple[Range, ...]:
        """The tokens of each sentence that has any."""
        return tuple(place for _, place in self._sentences())

    @cached_property
    def loud(self) -> frozenset[int]:
        """The tokens of sentences in capitals, where capitals tell nothing of a word."""
        return frozenset(
            token
            for (start, end), (first, last) in self._sentences()
            if last - first >= 3 and _shouts(self.text[start:end])
            for token in range(first, last)
        )

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """All forms, sorted."""
        return tuple(sorted(self.places))

    @cached_property
    def stems(self) -> dict[str, Mapping[str, tuple[str, ...]]]:
        """Language → stem → the forms that have it; filled as languages are asked for."""
        return {}

    def _sentences(self) -> Iterator[tuple[tuple[int, int], Range]]:
        for start, end in sentences(self.text):
            first, last = bisect_left(self.starts, start), bisect_left(self.starts, end)
            if first < last:
                yield (start, end), (first, last)


def tokenize(text: str) -> Tokens:
    """Find all tokens of a text."""
    starts: list[int] = []
    ends: list[int] = []
    words: list[str] = []
    places: dict[str, dict[int, int]] = {}
    breaks: list[int] = []
    shown = shaped(text)
    for paragraph in paragraphs(text):
        opening = len(starts)
        for offset, chain in chains(shown, *paragraph):
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


def _shouts(sentence: str) -> bool:
    """Whether a sentence is written in capitals."""
    letters = [c for c in sentence if c.isalpha()]
    capitals = sum(map(str.isupper, letters))
    return capitals >= 8 and capitals > 0.8 * len(letters)

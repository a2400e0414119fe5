"""Tokens: what can be found in a text, by position, each with its place in the original."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from monitor.text.sentences import paragraphs, sentences
from monitor.text.words import Word, read_word

_WRITTEN = re.compile(r"\S+")

Range = tuple[int, int]
"""Tokens: the first, and one past the last."""


@dataclass(frozen=True)  # without slots: what few rules ask for is found out when they do
class Tokens:
    """The tokens of one text.

    ``starts`` and ``ends`` are offsets into ``text``; ``read`` are its words between blanks.
    ``breaks`` are the tokens that open a paragraph; ``breaks[0]`` is 0 unless there are no tokens.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    read: tuple[Word, ...]
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
    def words(self) -> tuple[str, ...]:
        """The plain form of each token."""
        return tuple(form for word in self.read for form in word.plain)

    @cached_property
    def places(self) -> Mapping[str, Mapping[int, int]]:
        """Form → the tokens it stands for: first token → one past the last."""
        found: dict[str, dict[int, int]] = {}
        at = 0
        for word in self.read:
            for form, first, last in word.forms:
                found.setdefault(form, {})[at + first] = at + last
            at += len(word.places)
        return found

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
    read: list[Word] = []
    breaks: list[int] = []
    for paragraph in paragraphs(text):
        opening = len(starts)
        for written in _WRITTEN.finditer(text, *paragraph):
            offset, word = written.start(), read_word(written.group())
            read.append(word)
            for start, end in word.places:
                starts.append(offset + start)
                ends.append(offset + end)
        if len(starts) > opening:
            breaks.append(opening)
    return Tokens(text, tuple(starts), tuple(ends), tuple(read), tuple(breaks))


def fold(text: str) -> str:
    """The folded words of a text, joined by one space: equal for texts that read the same."""
    return " ".join(tokenize(text).words)


def _shouts(sentence: str) -> bool:
    """Whether a sentence is written in capitals."""
    letters = [c for c in sentence if c.isalpha()]
    capitals = sum(map(str.isupper, letters))
    return capitals >= 8 and capitals > 0.8 * len(letters)

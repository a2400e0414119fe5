"""The lexicon: the forms that rules look for, as numbers, and which of them a written word shows.

What a word shows depends on nothing around it but blanks, so it is worked out once for each word
(and language), however many articles have it and however many rules ask: an article is read by one
look-up per word. Only whether capitals tell anything depends on the sentence; where a form is found
or not by that alone, the word shows the form and, beside it, the form's *doubt*.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from monitor.rules.engine.columns import Column, Numbers
from monitor.rules.engine.spellings import FIELD, PARAGRAPH, SPELLINGS
from monitor.text import stemmed_language
from monitor.text.patterns import expression, folded, is_equal
from monitor.text.stems import stem
from monitor.text.words import read_word

APART = 1_000  # tokens that seem to lie between fields, so that nothing is near across them


@dataclass(frozen=True, slots=True)
class Target:
    """A form looked for: its number and, if case counts, its doubt's number and how to tell."""

    number: int
    doubt: int = 0
    mark: str = ""
    bare: str = ""


@dataclass(slots=True)
class _Sought:
    """The forms looked for, by how they are found."""

    plain: dict[str, list[Target]] = field(default_factory=dict)
    stems: list[tuple[str, Target]] = field(default_factory=list)
    wild: dict[str, list[tuple[str, Target]]] = field(default_factory=dict)
    openings: frozenset[int] = frozenset()  # lengths of the keys of ``wild``


class Words:
    """What words show, by the number of their spelling.

    ``tokens`` is how many tokens a word has. What it shows stands in ``starts`` and ``ends``
    (tokens from the word's first) and ``numbers``: ``count`` rows from ``first`` on.
    """

    def __init__(self, sought: _Sought, language: str | None) -> None:
        self._sought = sought
        self._stems = _by_stem(sought, language)
        self._language = language
        self._age = -1

    def read(self, spelt: Numbers) -> None:
        """Make sure that what words of these numbers show is known."""
        if self._age != SPELLINGS.age:
            self._forget()
        new = spelt[~self.known.reach(len(SPELLINGS.words))[spelt]]
        for number in set(new.tolist()):
            self._read(number, SPELLINGS.words[number])

    def _forget(self) -> None:
        self._age = SPELLINGS.age
        self.known = Column(bool)
        self.tokens, self.first, self.count = Column("i4"), Column("i4"), Column("i4")
        self.starts, self.ends, self.numbers = Column("i4"), Column("i4"), Column("i8")
        self._add(SPELLINGS[FIELD], APART, [])
        self._add(SPELLINGS[PARAGRAPH], 0, [])

    def _read(self, spelt: int, word: str) -> None:
        read = read_word(word)
        shown = {
            (first, last, number)
            for form, first, last in read.forms
            for number in self._shown(form, word[read.places[first][0] : read.places[last - 1][1]])
        }
        self._add(spelt, len(read.places), sorted(shown))

    def _add(self, spelt: int, tokens: int, shown: list[tuple[int, int, int]]) -> None:
        self.known[spelt] = True
        self.tokens[spelt] = tokens
        self.first[spelt] = len(self.numbers)
        self.count[spelt] = len(shown)
        for start, end, number in shown:
            self.starts.append(start)
            self.ends.append(end)
            self.numbers.append(number)

    def _shown(self, form: str, written: str) -> Iterator[int]:
        """The numbers that a form of a word stands for."""
        for target in self._targets(form):
            if not target.doubt:
                yield target.number
                continue
            verdicts = [
                is_equal(written, target.mark, target.bare, loud=loud) for loud in (False, True)
            ]
            if any(verdicts):
                yield target.number
                if not all(verdicts):
                    yield target.doubt

    def _targets(self, form: str) -> Iterator[Target]:
        yield from self._sought.plain.get(form, ())
        if self._stems and form[0] not in "$#@":
            assert self._language is not None
            for word, target in self._stems.get(stem(form, self._language), ()):
                if word != form:  # which is found as it is, in any language
                    yield target
        for length in self._sought.openings:
            for wildcard, target in self._sought.wild.get(form[:length], ()):
                if _fits(form, length, wildcard):
                    yield target


def _fits(form: str, length: int, wildcard: str) -> bool:
    """Whether a form that begins like a wildcard, for so many letters, fits all of it."""
    if length == len(wildcard) - 1 and wildcard[-1] == "*":  # no need to compile so many of these
        return len(form) >= length and "+" not in form[length:] and "#" not in form[length:]
    return expression(wildcard).fullmatch(form) is not None


def _by_stem(sought: _Sought, language: str | None) -> dict[str, list[tuple[str, Target]]]:
    found: dict[str, list[tuple[str, Target]]] = {}
    for word, target in sought.stems if language else ():
        if word[0] not in "$#@":
            assert language is not None
            found.setdefault(stem(word, language), []).append((word, target))
    return found


class Lexicon:
    """Takes forms to look for, and says what words show."""

    def __init__(self) -> None:
        self._sought = _Sought()
        self._words: dict[str | None, Words] = {}

    def seek(self, form: str, number: int, doubt: int) -> None:
        """Look for a form of a pattern (with its marks) from now on, under this number.

        ``doubt`` is the number of what may or may not be the form, 0 if case does not count.
        """
        self._words.clear()
        bare = form.removeprefix("=")
        mark, bare = (bare[0], bare[1:]) if bare[0] in "~*" else ("", bare)
        known = Target(number, doubt, mark, bare) if doubt else Target(number)
        word = folded(bare) if doubt else bare
        if mark == "*":
            opening = re.split(r"[*?]", word, maxsplit=1)[0]
            self._sought.wild.setdefault(opening, []).append((word, known))
            self._sought.openings |= {len(opening)}
            return
        self._sought.plain.setdefault(word, []).append(known)
        if mark == "~":
            self._sought.stems.append((word, known))

    def words(self, lang: str | None) -> Words:
        """What words show in an article of a language (BCP 47)."""
        language = stemmed_language(lang) if self._sought.stems else None
        if language not in self._words:
            self._words[language] = Words(self._sought, language)
        return self._words[language]

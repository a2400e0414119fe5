"""Where a term stands in a text."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

import snowballstemmer

from monitor.rules.conditions import Term
from monitor.text import fold_word, paragraphs, sentences, tokenize

Place = tuple[int, int]
"""First token, one past the last."""

STEMMERS = {
    "en": "english", "de": "german", "fr": "french", "es": "spanish", "it": "italian",
    "ru": "russian", "tr": "turkish", "el": "greek", "hi": "hindi", "ar": "arabic",
}  # fmt: skip


class Text:
    """One field of an article, with its units as tokens; units without any tokens are left out."""

    def __init__(self, text: str, lang: str | None) -> None:
        self.tokens = tokenize(text)
        self.lang = (lang or "").partition("-")[0].casefold()
        self.sentences = list(self._units(sentences(text)))
        self.paragraphs = list(self._units(paragraphs(text)))
        self.breaks = {first for first, _ in self.paragraphs}
        self.loud = [unit for unit in self.sentences if self._is_loud(unit)]
        self.forms = [set(self._forms(at)) for at in range(len(self.tokens))]

    def written(self, first: int, last: int) -> str:
        start, end = self.tokens.offsets(first, last)
        return self.tokens.text[start:end]

    def find(self, wanted: Term) -> set[Place]:
        """All places of a term."""
        return {
            (first, last)
            for words in _ways_to_write(wanted)
            for first in range(len(self.tokens))
            for last in self._ends(words, wanted, first)
        }

    def _ends(self, words: tuple[str, ...], wanted: Term, at: int) -> set[int]:
        """Where words end if the first of them stands at a token; never past a paragraph."""
        after = self._after(words[0], wanted, at)
        if len(words) == 1:
            return after
        going_on = {end for end in after if end < len(self.tokens) and end not in self.breaks}
        return {last for end in going_on for last in self._ends(words[1:], wanted, end)}

    def _after(self, word: str, wanted: Term, at: int) -> set[int]:
        """Where a word ends that stands at a token: after it, or after a hyphenated whole."""
        if wanted.exact or _is_dotted(word):
            return {at + 1} if self._is_exactly(word, at) else set()
        return {end for form, end in self.forms[at] if _fits(word, form, self.lang)}

    def _is_exactly(self, word: str, at: int) -> bool:
        """Case and accents are equal; in a line of capitals, short acronyms cannot be told."""
        written = self.written(at, at + 1)
        (word, *_), spellings = _spellings(word), _spellings(written)
        shouted = any(first <= at < last for first, last in self.loud)
        if not shouted or _is_dotted(written):
            return word in spellings
        acronym = word.isupper() and len(word) <= 4
        return not acronym and word.casefold() in map(str.casefold, spellings)

    def _units(self, spans: list[tuple[int, int]]) -> Iterator[Place]:
        for start, end in spans:
            within = [n for n, at in enumerate(self.tokens.starts) if start <= at < end]
            if within:
                yield within[0], within[-1] + 1

    def _is_loud(self, unit: Place) -> bool:
        """Over 80 % of the letters are capitals, at least 8 of them, in at least 3 tokens."""
        letters = [c for c in self.written(*unit) if c.isalpha()]
        capitals = sum(map(str.isupper, letters))
        return capitals >= 8 and capitals > 0.8 * len(letters) and unit[1] - unit[0] >= 3

    def _forms(self, at: int) -> Iterator[tuple[str, int]]:
        """The forms a token is found by, each with one past the last token it covers."""
        for form, places in self.tokens.places.items():
            if at in places and not form.startswith("="):
                yield form, places[at]


@cache
def _ways_to_write(wanted: Term) -> list[tuple[str, ...]]:
    """The sequences of words that a term stands for: hyphenated ones joined and split.

    Words are folded unless they must be exact; ``~``, ``*`` and ``?`` stay in them.
    """
    ways: list[tuple[str, ...]] = [()]
    for written in wanted.words.split():
        ways = [(*way, *more) for way in ways for more in _ways(written, exact=wanted.exact)]
    return ways


def _ways(written: str, *, exact: bool) -> list[tuple[str, ...]]:
    written = written.replace("’", "'")
    if exact or _is_dotted(written):
        return [(written,)]
    if re.search(r"[*?~]", written):
        return [("".join(p if p in "*?~" else fold_word(p) for p in re.split("([*?~])", written)),)]
    if owner := re.fullmatch(r"(.+)'s", written):
        return [(fold_word(owner[1]),), (fold_word(written),)]
    tokens = tokenize(written)
    places = zip(tokens.starts, tokens.ends, strict=True)
    split = tuple(_asked(written[start:end]) for start, end in places)
    hyphenated = "-" in written and not all(word.isdecimal() for word in split)
    return [split, ("".join(split),)] if hyphenated else [split]


def _asked(word: str) -> str:
    """A word of a query, folded; ``$``, ``#``, ``@``, ``+`` and ``++`` belong to it."""
    sign, core, tail = re.fullmatch(r"([$#@]?)(.*?)(\+*)", word).groups()
    return "and" if word == "&" else sign + fold_word(core) + tail


def _fits(word: str, form: str, lang: str) -> bool:
    """Whether a word of a query, perhaps with wildcards or ``~``, stands for a token's form."""
    if word.endswith("~"):
        signed = form[0] in "$#@" or word[0] in "$#@"
        same = not signed and _stem(form, lang) == _stem(word[:-1], lang)
        return same or form == word[:-1]
    if "*" in word or "?" in word:
        wanted = re.escape(word).replace(r"\*", "[^+#]*").replace(r"\?", "[^+#]")
        return re.fullmatch(wanted, form) is not None
    return word == form


@cache
def _stem(word: str, lang: str) -> str:
    if lang not in STEMMERS:
        return word
    stem: str = snowballstemmer.stemmer(STEMMERS[lang]).stemWord(word)
    return stem


def _is_dotted(word: str) -> bool:
    return re.fullmatch(r"\w(\.\w)+\.?", word) is not None


def _spellings(written: str) -> list[str]:
    """A token as written, without its possessive or an acronym's dots; less with each further one.

    Left out are what stands before an apostrophe (``l’``), and signs (``$``, ``+``).
    """
    bare = unicodedata.normalize("NFC", re.sub("['’][sS]$", "", written))
    bare = bare.replace(".", "") if _is_dotted(bare) else bare
    unsigned = re.sub(r"^[$#@]|(?<=..)\+*$", "", bare)
    return [bare, unsigned, re.sub("^(?i:[cdjlmnst]|qu)['’](?=..)", "", unsigned)]

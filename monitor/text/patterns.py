"""Patterns: how the words of a query look for the tokens of a text."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import takewhile

from monitor.text.folding import fold_word
from monitor.text.forms import chains, exact_forms, shaped
from monitor.text.stems import by_stem, stem, stemmed_language
from monitor.text.tokens import Range, Tokens

Pattern = tuple[tuple[tuple[str, int], ...], ...]
"""For each place of a query's word or phrase: (form, the place it leads to).

A form is found as it is, but for these marks before it: ``~`` all forms of the same stem, ``*``
all that fit its ``*`` and ``?``, ``=`` only where case and accents are equal (also ``=~``, ``=*``).
"""

# The signs of a wildcard become letters of a dead script, so that they stay inside their word.
_MANY, _ANY = "\U00010600", "\U00010601"
_SIGNS = str.maketrans({"*": _MANY, "?": _ANY})
_LETTERS = str.maketrans({_MANY: "*", _ANY: "?"})
_ACRONYM = 4  # capitals up to this length are not told from words in a line of capitals
_NOWHERE: Mapping[int, tuple[int, ...]] = {}


def pattern(words: str, *, exact: bool = False) -> Pattern:
    """What a word or phrase of a query looks for; empty if nothing in it can be searched.

    In ``words``, ``~`` after a word means all its inflected forms, ``*`` any letters of the same
    word or none, ``?`` one letter. ``exact`` says that case and accents must be equal.
    """
    if words.isascii() and words.replace(" ", "").isalnum():
        return _plain(words, exact)
    steps: list[list[tuple[str, int]]] = []
    shown = shaped(words).translate(_SIGNS)
    for offset, chain in chains(shown, 0, len(shown), exact=exact):
        pieces = [piece for piece in chain.pieces if set(piece.asks) != {_MANY}]
        if not pieces:
            continue  # a * beside characters that are tokens themselves stands for nothing
        inflected = shown.startswith("~", offset + pieces[-1].end)
        first = len(steps)
        for at, piece in enumerate(pieces, first):
            own = inflected and piece is pieces[-1]
            steps.append([(_marked(form, own, exact), at + 1) for form in piece.asks])
        steps[first] += [
            (_marked(form, inflected, exact), len(steps)) for form in chain.joined_asks
        ]
    return tuple(tuple(dict.fromkeys(step)) for step in steps)


def _plain(words: str, exact: bool) -> Pattern:  # noqa: FBT001 - as above
    """The pattern of words that are nothing but ASCII letters and digits, as most are."""
    forms = [f"={word}" for word in words.split()] if exact else words.lower().split()
    return tuple([_step(form, at) for at, form in enumerate(forms, 1)])


@lru_cache(maxsize=1 << 15)
def _step(form: str, following: int) -> tuple[tuple[str, int], ...]:
    """The only way on from a place; one object for all patterns."""
    return ((form, following),)


def openings(wanted: Pattern) -> frozenset[str] | None:
    """The forms with which a mention may begin: a text that has none of them need not be searched.

    None where these cannot be listed (``~`` and ``*``).
    """
    forms = [form for form, _ in wanted[0]] if wanted else []
    if any(form.removeprefix("=").startswith(("~", "*")) for form in forms):
        return None
    return frozenset(folded(f[1:]) if f.startswith("=") else f for f in forms)


def find(tokens: Tokens, wanted: Pattern, language: str | None = None) -> list[Range]:
    """All mentions of a pattern as (first token, one past the last), in order.

    ``language`` is the text's (BCP 47), in which words are stemmed; if that is unknown, or has no
    stemmer, ``~`` means nothing. A mention never crosses a paragraph.
    """
    if not wanted:
        return []
    opening = [(_places(tokens, form, language), step) for form, step in wanted[0]]
    walks = [
        (step, first, last)
        for places, step in opening
        for first, ends in places.items()
        for last in ends
    ]
    if len(wanted) == 1 or not walks:
        return sorted({(first, last) for _, first, last in walks})
    later = [[(_places(tokens, form, language), at) for form, at in step] for step in wanted]
    found = set()
    while walks:
        step, first, last = walks.pop()
        if step == len(wanted):
            found.add((first, last))
        elif last not in tokens.openings:
            for places, following in later[step]:
                walks += [(following, first, end) for end in places.get(last, ())]
    return sorted(found)


def _marked(form: str, inflected: bool, exact: bool) -> str:  # noqa: FBT001 - marks, not switches
    """A form of a query with the marks that say how it is looked for."""
    bare = form.lstrip("=")
    if _MANY in bare or _ANY in bare:
        bare = "*" + bare.translate(_LETTERS)
    elif inflected:
        bare = f"~{bare}"
    return f"={bare}" if exact or form != form.lstrip("=") else bare


def _places(tokens: Tokens, form: str, language: str | None) -> Mapping[int, tuple[int, ...]]:
    """Where a form of a query stands: first token → each one past the last."""
    if form.startswith("="):
        return _exact(tokens, form[1:], language)
    found = [tokens.places[known] for known in _known(tokens, form, language)]
    if not found:
        return _NOWHERE
    together: dict[int, tuple[int, ...]] = {}
    for places in found:
        for first, last in places.items():
            ends = together.get(first, ())
            if last not in ends:
                together[first] = (*ends, last)
    return together


def _known(tokens: Tokens, form: str, language: str | None) -> Iterable[str]:
    """The forms of a text that fit a form of a query."""
    if form.startswith("*"):
        return _fitting(tokens.vocabulary, form[1:])
    if not form.startswith("~"):
        return (form,) if form in tokens.places else ()
    word = form[1:]
    inflected: tuple[str, ...] = ()
    known = stemmed_language(language)
    if known is not None and word[0] not in "$#@":
        if known not in tokens.stems:
            tokens.stems[known] = by_stem(tokens.places, known)
        inflected = tokens.stems[known].get(stem(word, known), ())
    own = (word,) if word in tokens.places and word not in inflected else ()
    return (*own, *inflected)


def _fitting(vocabulary: tuple[str, ...], wildcard: str) -> Iterator[str]:
    opening = re.split(r"[*?]", wildcard, maxsplit=1)[0]
    fits = expression(wildcard)
    for form in vocabulary[bisect_left(vocabulary, opening) :]:
        if not form.startswith(opening):
            return
        if fits.fullmatch(form):
            yield form


def _exact(tokens: Tokens, form: str, language: str | None) -> Mapping[int, tuple[int, ...]]:
    """Where a form stands with the same case and accents.

    In a sentence in capitals case tells nothing: there all words but short acronyms are found.
    """
    mark, bare = (form[0], form[1:]) if form[0] in "~*" else ("", form)
    found: dict[int, tuple[int, ...]] = {}
    for first, ends in _places(tokens, mark + folded(bare), language).items():
        loud = first in tokens.loud
        equal = tuple(
            last for last in ends if is_equal(tokens.written(first, last), mark, bare, loud=loud)
        )
        if equal:
            found[first] = equal
    return found


def is_equal(written: str, mark: str, bare: str, *, loud: bool) -> bool:
    """Whether a token as it is written has the case and accents of a query's word."""
    if loud and "." not in written:
        if bare.isupper() and len(bare) <= _ACRONYM:
            return False
        if any(_same(form.casefold(), mark, bare.casefold()) for form in exact_forms(written)):
            return True
    return any(_same(form, mark, bare) for form in exact_forms(written))


def _same(form: str, mark: str, bare: str) -> bool:
    match mark:
        case "*":
            return expression(bare).fullmatch(form) is not None
        case "~":  # the letters that the two have in common
            pairs = zip(form, bare, strict=False)
            shared = takewhile(lambda pair: fold_word(pair[0]) == fold_word(pair[1]), pairs)
            return all(written == wanted for written, wanted in shared)
        case _:
            return form == bare


@lru_cache(maxsize=1 << 10)
def expression(wildcard: str) -> re.Pattern[str]:
    """What a wildcard fits, as a regular expression."""
    pieces = {"*": "[^+#]*", "?": "[^+#]"}
    return re.compile("".join(pieces.get(c) or re.escape(c) for c in wildcard), re.DOTALL)


def folded(form: str) -> str:
    """An exact form as it stands among the folded ones; the signs of wildcards stay."""
    return "".join(part if part in "*?" else fold_word(part) for part in re.split(r"([*?])", form))

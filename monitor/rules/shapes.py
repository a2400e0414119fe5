"""What terms look for, compared without an article: so the answers hold for all of them."""

import fnmatch
import re
from collections.abc import Iterator

from monitor.rules.conditions import Term
from monitor.text import Pattern, fold_word

Step = tuple[tuple[str, int], ...]

_MARKS = "=~*"


def is_plain(term: Term) -> bool:
    """Whether the term has neither ``=`` nor ``~`` nor wildcards."""
    return not term.exact and not set("~*?") & set(term.words)


def runs(term: Term) -> int:
    """How many words in a row a mention has; 0 if they may be written joined or split."""
    return 0 if _is_uneven(term.pattern) else len(term.pattern)


def shape(term: Term) -> tuple[frozenset[tuple[str, int]], ...]:
    """The term's pattern, equal for terms that find the same mentions."""
    return tuple(map(frozenset, term.pattern))


def inside(longer: Term, *parts: Term, whole: bool = False) -> bool:
    """Whether each mention of a term holds one of each part, one right after the other.

    ``whole``: the parts are all of it.
    """
    steps, wanted = longer.pattern, [part.pattern for part in parts]
    together = sum(map(len, wanted))
    if together > len(steps) or (whole and together != len(steps)):
        return False
    return any(_all_fit(steps, wanted, at) for at in range(len(steps) - together + 1))


def _all_fit(steps: Pattern, parts: list[Pattern], start: int) -> bool:
    for part in parts:
        if not (_is_reached(steps, start) and _fits(steps, part, start)):
            return False
        start += len(part)
    return True


def _is_reached(steps: Pattern, place: int) -> bool:
    """Whether no joined form leads past a place."""
    return all(following <= place for options in steps[:place] for _, following in options)


def _fits(steps: Pattern, wanted: Pattern, start: int) -> bool:
    return all(
        any(following - start == goal and covers(form, other) for other, goal in options)
        for at, options in enumerate(wanted)
        for form, following in steps[start + at]
    )


def covers(form: str, other: str) -> bool:
    """Whether every word that is found by one form of a pattern is found by the other."""
    if form == other:
        return True
    if form.startswith("="):  # equal case and accents are asked for on top
        mark = form[1] if form[1] in "~*" else ""
        return covers(mark + _folded(form[1 + len(mark) :]), other)
    if form[0] in "$#@":  # who has the sign has the word
        return covers(form[1:], other)
    if other.startswith("~"):
        return form == other[1:]
    if other.startswith("*"):
        return _fits_wildcard(form, other[1:])
    return False


def bases(form: str) -> Iterator[str]:
    """The forms that a form holds by itself: as it is, and without what its case and sign say.

    What it covers is one of these, but for ``~`` and wildcards.
    """
    yield form
    if form.startswith("="):
        mark = form[1] if form[1] in "~*" else ""
        yield from bases(mark + _folded(form[1 + len(mark) :]))
    elif form[0] in "$#@":
        yield from bases(form[1:])


def _fits_wildcard(form: str, wildcard: str) -> bool:
    if form.isalnum():
        return fnmatch.fnmatchcase(form, wildcard)
    opening = wildcard[:-1]
    is_prefix = wildcard.endswith("*") and not set("*?") & set(opening)
    return is_prefix and form.startswith(f"*{opening}")


def _folded(exact: str) -> str:
    return "".join(p if p in "*?" else fold_word(p) for p in re.split(r"([*?])", exact))


def could_lie_inside(term: Term, mask: Term) -> bool:
    """Whether a mention of the term could lie inside one of the mask; True where unknown."""
    steps, around = term.pattern, mask.pattern
    if _is_uneven(steps) or _is_uneven(around) or _joined(steps) in _joined(around):
        return True
    return any(
        all(_any_meet(steps[at], around[start + at]) for at in range(len(steps)))
        for start in range(len(around) - len(steps) + 1)
    )


def _any_meet(options: Step, others: Step) -> bool:
    return any(may_meet(form, other) for form, _ in options for other, _ in others)


def may_meet(form: str, other: str) -> bool:
    """Whether one word could be found by both forms; True where that cannot be told.

    A word has several forms (McDonald, McDonald’s), of which one holds the other.
    """
    form, other = _plain(form), _plain(other)
    if "~" in (form[0], other[0]) or form[0] == other[0] == "*":
        return True
    if "*" in (form[0], other[0]):
        word, wildcard = sorted((form, other), key=lambda each: each[0] == "*")
        return fnmatch.fnmatchcase(word, f"*{wildcard[1:]}*")
    short, long = sorted((form, other), key=len)
    return short in long or not (short.isalnum() and long.isalnum())


def _plain(form: str) -> str:
    """A form without what its case and its sign say."""
    if form.startswith("="):
        mark = form[1] if form[1] in "~*" else ""
        form = mark + _folded(form[1 + len(mark) :])
    return form.lstrip("$#@") or form


def _joined(steps: Pattern) -> str:
    return "".join(form.lstrip(_MARKS) for options in steps for form, _ in options)


def _is_uneven(steps: Pattern) -> bool:
    """Whether words may be written joined or split, so that places cannot be compared."""
    return any(following != at + 1 for at, options in enumerate(steps) for _, following in options)

"""Why mentions are missing: a word found in another form or place, a pair too far apart."""

import re
from collections.abc import Iterable

from monitor.rules.analysis import Index
from monitor.rules.conditions import Entity, Except, Near, NotNear, Term, show
from monitor.rules.mentions import mentions, operands_of
from monitor.rules.proximity import Mentions, clear_of, closest
from monitor.rules.recognition import Found, sight
from monitor.rules.scopes import Window
from monitor.text import pattern

_FEW = 3  # examples
_FIELDS = ("the title", "the standfirst", "the text")


def leaf_miss(leaf: Term | Entity, index: Index, place: str) -> str:
    """Why a word or an entity is not in a part of the article, such as ``the title``."""
    found = mentions(leaf, index, index.whole)
    if any(found):
        where = " and ".join(name for name, field in zip(_FIELDS, found, strict=True) if field)
        return f"found in {where}, not in {place}"
    return _unrecognised(leaf, index) if isinstance(leaf, Entity) else _unfound(leaf, index)


def near_miss(node: Near, index: Index, window: Window) -> str:
    """How far apart the mentions are that should be near."""
    missing = [child for child in node.children if not any(mentions(child, index, window))]
    if missing:
        return f"no mention of {' or '.join(map(show, missing))}"
    fields = operands_of(node, index, window)
    word = "BEFORE" if node.ordered else "NEAR"
    allowed = f"{word}/{node.distance} allows {node.distance}"
    what = "the closest pair is" if len(node.children) == 2 else "the closest are"
    if (apart := _closest(fields, ordered=node.ordered)) is not None:
        return f"{what} {many(apart, 'word')} apart, {allowed}"
    if node.ordered and (apart := _closest(fields, ordered=False)) is not None:
        return f"{what} {many(apart, 'word')} apart, but in another order"
    if any(map(all, fields)):
        return "their mentions overlap, and each needs one of its own"
    return f"they stand in different fields, which {word} never crosses"


def excluded_miss(node: NotNear | Except, index: Index, window: Window) -> str:
    """By what all mentions are taken away."""
    found = mentions(node.child, index, window)
    if not any(found):
        return f"no mention of {show(node.child)}"
    every = "the only mention" if sum(map(len, found)) == 1 else "every mention"
    if isinstance(node, Except):
        masks = mentions(node.mask, index, index.whole)
        return f"{every} of {show(node.child)} lies inside {quoted(_covering(found, masks, index))}"
    others = mentions(node.other, index, window)
    distance = next(
        distance
        for distance in range(-1, node.distance + 1)
        if not any(clear_of(a, b, distance) for a, b in zip(found, others, strict=True))
    )
    near = f"{every} of {show(node.child)} is near {show(node.other)}"
    if distance < 0:
        return f"{near}: they overlap"
    return (
        f"{near}: at most {many(distance, 'word')} apart, "
        f"NOT NEAR/{node.distance} wants more than {node.distance}"
    )


def many(number: int, noun: str) -> str:
    """A number of things: ``1 word``, ``2 words``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def quoted(texts: Iterable[str]) -> str:
    """The first few different texts, in quotes."""
    different: dict[str, str] = {}
    for text in texts:
        different.setdefault(text.casefold(), text)
    more = f" and {len(different) - _FEW} more" if len(different) > _FEW else ""
    return ", ".join(f"“{text}”" for text in list(different.values())[:_FEW]) + more


def _closest(fields: list[list[Mentions]], *, ordered: bool) -> int | None:
    found = [closest(field, ordered=ordered) for field in fields]
    return min((distance for distance in found if distance is not None), default=None)


def _covering(found: Found, masks: Found, index: Index) -> list[str]:
    """The masks that mentions lie inside of, as they stand in the article."""
    return [
        tokens.written(first, last)
        for tokens, names, covers in zip(index.texts, found, masks, strict=True)
        for first, last in covers
        if any(first <= start and end <= last for start, end in names)
    ]


# --- words that are not there


def _unfound(term: Term, index: Index) -> str:
    """The other forms in which a word or phrase stands in the article."""
    if term.exact and (found := _other(term.words, index)):
        loud = "in a line of capitals, where short ones tell nothing"
        same = {text.replace(".", "") for text in found} <= {term.words.replace(".", "")}
        return f"found as {quoted(found)} {loud if same else 'only, and = wants it as written'}"
    for inflected in _inflected(term.words):
        if found := _other(inflected, index):
            return f"found as {quoted(found)}: write {_as_term(inflected)}"
    words = term.words.split()
    absent = [word for word in words if not any(index.find(pattern(word)))]
    if not absent:
        return "its words are there, but not as this phrase"
    if len(absent) < len(words):
        return f"none; there is no {quoted(absent)}"
    if "~" in term.words and index.language is None:
        return "none; in an article of unknown language ~ finds no other forms"
    return "none"


def _as_term(words: str) -> str:
    return words if re.fullmatch(r"[\w-]+~", words) else f'"{words}"'


def _other(words: str, index: Index) -> list[str]:
    return [
        tokens.written(first, last)
        for tokens, field in zip(index.texts, index.find(pattern(words)), strict=True)
        for first, last in field
    ]


def _inflected(words: str) -> list[str]:
    """The words with ``~`` after the last, then after each."""
    if "~" in words or "*" in words or "?" in words:
        return []
    pieces = words.split()
    last = [" ".join((*pieces[:-1], f"{pieces[-1]}~"))]
    return last if len(pieces) == 1 else [*last, " ".join(f"{piece}~" for piece in pieces)]


def _unrecognised(entity: Entity, index: Index) -> str:
    """What became of an entity's names."""
    profile = index.known.get(entity.slug)
    if profile is None:
        return f"there is no {entity.leaf}"
    seen = sight(profile, index.find)
    if any(seen.counted):
        return f"only within a longer name: {' or '.join(_longer(seen.counted, index))}"
    if any(seen.weak):
        support = f"context within {many(profile.within, 'word')}"
        return f"only a weak name of {entity.leaf}, without {support}"
    if any(seen.masked):
        masks = [index.find(mask.pattern) for mask in profile.masks]
        inside = [text for found in masks for text in _covering(seen.masked, found, index)]
        return f"only inside {quoted(inside)}, an exception of {entity.leaf}"
    return "none"


def _longer(names: Found, index: Index) -> list[str]:
    """The entities whose names won over these."""
    return sorted(
        f"@{slug}"
        for slug, found in index.entities.items()
        if any(
            start < last and first < end
            for field, others in zip(names, found, strict=True)
            for first, last in field
            for start, end in others
        )
    )

"""The headline, on which what a page's head says and what a reader sees agree."""

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from monitor.extract.known import fold

_SEPARATOR = re.compile(r"\s+[|–—·•»«~/-]\s+|\s*[|｜»]\s*|\s+::\s+|\s*[:：]\s+|：")
_PARTS = re.compile(r"\s+[|–—·•»«~-]\s+|\s*[|｜»]\s*|\s+::\s+")
_COLON = re.compile(r"(?<=\S)[:：]\s+")
_WORDS = re.compile(r"[^\W_]+")
_LONGEST = 220  # characters of a headline
_NAME = 40  # of a site's name
_WORD = 8  # folded characters
_MOST_PARTS = 6
_CUT = 90  # characters from which a title may have been cut to a length


def clean_titles(texts: Iterable[str], sites: frozenset[str]) -> list[str]:
    """The texts without the names of the site; ``sites`` are folded."""
    whole = [text for text in texts if text]
    distinct = dict.fromkeys(whole)  # most pages say the same thrice
    names = sites | _told_by_agreement(distinct)
    cleaned = {title: _without_site(_before_bar(title, names), names) for title in distinct}
    return [cleaned[title] for title in whole]


def _told_by_agreement(titles: Iterable[str]) -> frozenset[str]:
    """What one title only adds to another, apart by a separator, is the site's name."""
    folded = {fold(title) for title in titles}
    found = set()
    for title in titles:
        whole = fold(title)
        others = tuple(one for one in folded if one != whole)
        if not whole.startswith(others) and not whole.endswith(others):
            continue
        for mark in _PARTS.finditer(title):
            first, last = fold(title[: mark.start()]), fold(title[mark.end() :])
            if last in folded and len(last) >= 8 and mark.start() < len(title) - mark.end() + 20:
                found.add(first)
            if first in folded and len(first) >= 8:
                found.add(last)
    return frozenset(found - folded - {""})


def _before_bar(title: str, sites: frozenset[str]) -> str:
    """Cut what follows the last bar where it is a site's name and more, or its beginning:
    “| Fenland Review Online”.
    """
    start, bar, last = title.rpartition("|")
    if not bar or not len(last) < min(len(start), _NAME):
        return title
    name = fold(last)
    akin = (site for site in sites if _is_akin(name, site))
    return start.strip() if any(min(len(name), len(site)) >= 8 for site in akin) else title


def _is_akin(name: str, site: str) -> bool:
    """Whether a text is the site's name, its beginning, or has a word more."""
    return site.startswith(name) or (name.startswith(site) and len(name) <= len(site) + _WORD)


def _without_site(title: str, sites: frozenset[str]) -> str:
    """Cut the last or first parts that are the site's name."""
    ends = tuple(sites)
    for _ in range(3):
        folded = fold(title)
        if not folded.endswith(ends) and not folded.startswith(ends):
            return title
        parts = list(_SEPARATOR.finditer(title))
        tail = next((part for part in parts if fold(title[part.end() :]) in sites), None)
        if tail and title[: tail.start()].strip():
            title = title[: tail.start()]
            continue
        head = next((part for part in parts[::-1] if fold(title[: part.start()]) in sites), None)
        if not head or not title[head.end() :].strip():
            return title
        title = title[head.end() :]
    return title


def parts_of(title: str) -> list[str]:
    """The title, and what stands before, between and after its first separators."""
    marks = list(islice(_SEPARATOR.finditer(title), _MOST_PARTS))
    starts, ends = [0, *(mark.end() for mark in marks)], [*(mark.start() for mark in marks), None]
    return [title[start:end] for n, start in enumerate(starts) for end in ends[n:]]


def title_of(h1s: Sequence[str], candidates: Sequence[str], sites: frozenset[str]) -> str | None:
    """The h1 on which the head agrees, without a kicker that the head leaves out.

    A lone h1 stands against a head that was written for search engines, as long as both are about
    the same thing; otherwise the head says it.
    """
    h1s = [h1 for h1 in h1s if fold(h1) and fold(h1) not in sites]
    if candidates:
        h1s = [h1 for h1 in h1s if len(h1) <= _LONGEST]  # some have a paragraph for one
    for h1 in h1s:
        agreed = any(_agree(h1, candidate) for candidate in candidates)
        if agreed and not _is_but_a_name(h1, candidates):
            return _without_kicker(h1, candidates)
    distinct = {fold(h1): h1 for h1 in h1s}
    lone = h1s[0] if len(distinct) == 1 else ""
    if lone and (not candidates or _stands_alone(lone, candidates)):
        return _without_kicker(lone, candidates)
    return _best(candidates) if candidates else None


def _is_but_a_name(h1: str, candidates: Sequence[str]) -> bool:
    """Whether the head has a title that does not hold this h1, and one that only adds it."""
    short = fold(h1)
    return any(
        short not in fold(one) and len(one) >= 8
        and any(fold(other) in (short + fold(one), fold(one) + short) for other in candidates)
        for one in candidates
    )  # fmt: skip


def _agree(heading: str, candidate: str) -> bool:
    a, b = fold(heading), fold(candidate)
    if len(a) < 8 and a != b:
        return False
    if (
        b.startswith(a)
        or (a in b and 2 * len(a) >= len(b))
        or (len(b) >= 15 and b in a and len(a) < 2 * len(b))
    ):
        return True
    return _overlap(heading, candidate) >= 0.6


def _overlap(a: str, b: str) -> float:
    """Shared words over all words."""
    one, two = set(a.casefold().split()), set(b.casefold().split())
    return len(one & two) / max(1, len(one | two))


def _stands_alone(h1: str, candidates: Sequence[str]) -> bool:
    return _shares_a_subject(h1, candidates) and not _is_but_a_name(h1, candidates)


def _shares_a_subject(h1: str, candidates: Sequence[str]) -> bool:
    """Whether the h1 is a headline for what the head speaks of, rather than a section's name."""
    words = _subject(h1)
    theirs = {word for candidate in candidates for word in _subject(candidate)}
    if not words or (len(words) < 2 and len(h1.split()) < 3):
        return bool(words) and words <= theirs
    shared = sum(any(w[:5] == t[:5] for t in theirs) for w in words)
    return shared >= 2 or 3 * shared >= len(words)


def _subject(text: str) -> set[str]:
    if any("\u3040" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3" for char in text):
        folded = fold(text)
        return {folded[i : i + 2] for i in range(len(folded) - 1)}
    return {word for word in _WORDS.findall(text.casefold()) if len(word) > 3 or word.isdigit()}


def _without_kicker(h1: str, candidates: Sequence[str]) -> str:
    """What follows the kicker, where the head has it alone or with another kicker.

    The last of the head, which is what the browser's tab shows, may leave something out to be
    short: against the others, which have it word for word, it does not count.
    """
    folded = fold(h1)
    is_told = any(fold(candidate) == folded for candidate in candidates)
    for candidate in candidates[:-1] if is_told else candidates:
        short = fold(candidate)
        if 10 <= len(short) < len(folded) and folded.endswith(short) and len(candidate.split()) > 1:
            return candidate
    if with_kicker := [c for c in candidates if _adds_a_kicker(c, folded)]:
        return with_kicker[0] if len(with_kicker) > 1 else h1
    for mark in _SEPARATOR.finditer(h1) if not is_told else ():
        kicker, rest = h1[: mark.start()], h1[mark.end() :]
        if len(fold(rest)) >= 25 and any(_has_another(c, kicker, rest) for c in candidates):
            return rest
    return h1


def _adds_a_kicker(candidate: str, h1: str) -> bool:
    """“Kicker: headline”, whose kicker a reader sees in an element of its own."""
    return fold(candidate).endswith(h1) and any(
        fold(candidate[mark.end() :]) == h1 for mark in _COLON.finditer(candidate)
    )


def _has_another(candidate: str, kicker: str, rest: str) -> bool:
    """Whether something else stands before the rest; not the same but for a word."""
    return fold(candidate).endswith(fold(rest)) and any(
        fold(candidate[mark.end() :]) == fold(rest)
        and _overlap(candidate[: mark.start()], kicker) < 0.5
        for mark in _SEPARATOR.finditer(candidate)
    )


def _best(candidates: Sequence[str]) -> str:
    """The first candidate; whole where it was cut, without what only another one adds to it."""
    first = candidates[0]
    stem = first.rstrip("….")
    longer = [c for c in candidates[1:] if len(c) > len(first) >= _CUT and c.startswith(stem)]
    shorter = [c for c in candidates[1:] if 15 <= len(c) < len(first) and first.startswith(c)]
    if longer:
        return longer[0]
    shorter = [c for c in shorter if _PARTS.match(first, len(c))]
    return min(shorter, key=len, default=first)

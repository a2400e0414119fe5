"""Same text: the exact hash that makes copies of one text one story, and when it must not.

Also what of a text was not in the one before it.
"""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import NamedTuple

from monitor.text import fold, sentences

_STUB = 30  # words; shorter texts ("More to follow.") are alike without being copies
_RUN = 3  # words that follow each other
_SAME = 0.5  # of a sentence's runs of words that make it one of before, though it was edited


def text_key(title: str, text: str) -> str:
    """128 bits (hexadecimal) that are equal for texts that read the same.

    Case, accents, punctuation and spacing make no difference. A text of fewer than 30 words counts
    together with its title.
    """
    folded = fold(text)
    if folded.count(" ") + 1 < _STUB:
        folded = f"{fold(title)}\n{folded}"
    return blake2b(folded.encode("utf-8", "replace"), digest_size=16).hexdigest()


class Edition(NamedTuple):
    """A text as one outlet has it, and the story that it belongs to."""

    story: int
    outlet: str
    title: str


def story_of_copy(outlet: str, title: str, editions: Sequence[Edition]) -> int | None:
    """The story of which an article is a copy, given the earlier editions of its very text.

    Across outlets the text alone decides, since reprints change headlines. But one outlet does not
    print one text under two headlines: where that is seen, the "text" is a notice that stands on
    many pages (a paywall, a cookie banner that was taken for the article), and only the same
    headline at the same outlet makes a copy. Else a new story would never be told.
    """
    headlines: dict[str, set[str]] = {outlet: {fold(title)}}
    for edition in editions:
        headlines.setdefault(edition.outlet, set()).add(fold(edition.title))
    is_notice = any(len(titles) > 1 for titles in headlines.values())
    for edition in editions:
        same = edition.outlet == outlet and fold(edition.title) == fold(title)
        if same or not is_notice:
            return edition.story
    return None


def new_sentences(text: str, before: str) -> str:
    """What a text says that an earlier one did not, one sentence a line.

    A sentence of which most was there is not new: it was edited.
    """
    had = set(_runs(before))
    said = (text[start:end] for start, end in sentences(text))
    return "\n".join(sentence for sentence in said if not _is_old(sentence, had))


def _is_old(sentence: str, had: set[str]) -> bool:
    runs = list(_runs(sentence))
    return sum(run in had for run in runs) >= _SAME * len(runs)


def _runs(text: str) -> Iterator[str]:
    """The words of each line, three at a time; all of a shorter one."""
    for line in text.split("\n"):
        words = fold(line).split()
        for start in range(max(1, len(words) - _RUN + 1) if words else 0):
            yield " ".join(words[start : start + _RUN])

"""Same text: the exact hash that makes copies of one text one story, and when it must not."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

from monitor.text import fold

_STUB = 30  # words; shorter texts ("More to follow.") are alike without being copies


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

"""What is right and wrong in an article as it was read, given what the page is known to say."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from train_extraction import word_f1

NEWS = ("zyte", "fundeval", "fundus")
# What clients of a monitor watch for; the same list for every extractor.
BRAND = re.compile(
    r"(?<!\w)(?:Facebook|Twitter|Google|Apple|Amazon|Microsoft|Netflix|YouTube|Instagram|Reuters"
    r"|TikTok|Tesla|Disney|Meta|WhatsApp|LinkedIn|BBC|CNN|Trump|Biden|Ukraine|Israel|Gaza|Putin"
    r"|China|Brexit|NATO|Bitcoin|Boeing|Samsung|Taylor Swift|Elon Musk|OpenAI|Spotify|Pinterest"
    r")(?!\w)"
)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.DOTALL | re.IGNORECASE)
_ALIKE = 0.9  # of two titles that are the same but for a dash or a word


@dataclass(frozen=True, slots=True)
class Reading:
    """What an extractor said of a page."""

    text: str
    title: str | None
    published: datetime | date | None
    authors: str  # parted by semicolons


@dataclass(frozen=True, slots=True)
class Marks:
    """What a reading is worth; None where the truth is not known."""

    word_f1: float
    title: bool | None  # right
    date: bool | None
    author: bool | None  # one of the true ones is among those given
    true: int  # brands that text or title of the page have: alerts to be sent
    sent: int  # alerts that the reading leads to
    false: int
    missed: int


def marks_of(page: Mapping[str, Any], reading: Reading) -> Marks:
    """Compare a reading with the truth."""
    title, published, authors = page.get("title"), page.get("published"), page.get("authors")
    return Marks(
        word_f1(page["text"], reading.text),
        alike(plain(title), plain(reading.title or "")) >= _ALIKE if title else None,
        is_same_day(page, reading.published) if published else None,
        names_one_of(authors, reading.authors) if authors else None,
        *alerts(page, reading.text),
    )


def alerts(page: Mapping[str, Any], text: str) -> tuple[int, int, int, int]:
    """Alerts of one client for each brand: true, sent, false, missed; none but on news pages.

    Every extractor is given the page's own title.
    """
    if page["set"] not in NEWS:
        return 0, 0, 0, 0
    shown = _TITLE.search(page["html"])
    in_title = {*BRAND.findall(page.get("title") or (shown[1] if shown else ""))}
    true, sent = ({*BRAND.findall(each)} | in_title for each in (page["text"], text))
    return len(true), len(sent), len(sent - true), len(true - sent)


def is_same_day(page: Mapping[str, Any], published: datetime | date | None) -> bool:
    """Whether a date is the true day, in its own zone or, if both have one, in the true one."""
    days = {str(published)[:10]}
    at = page.get("published_at")
    zone = datetime.fromisoformat(at).tzinfo if at else None
    if zone and isinstance(published, datetime) and published.tzinfo:
        days.add(str(published.astimezone(zone))[:10])
    return page["published"] in days


def names_one_of(authors: Sequence[str], given: str) -> bool:
    """Whether any of the true authors is among those given."""
    return any(name and name in plain(given) for name in map(plain, authors))


def plain(text: str) -> str:
    """Letters and digits only, lower case, parted by single spaces."""
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


def alike(first: str, second: str) -> float:
    """Twice the longest common subsequence to the lengths, 0 to 1 (bit-parallel: Hyyrö 2004)."""
    places: dict[str, int] = {}
    for index, character in enumerate(first):
        places[character] = places.get(character, 0) | 1 << index
    full = row = (1 << len(first)) - 1
    for character in second:
        hits = row & places.get(character, 0)
        row = ((row + hits) | (row - hits)) & full
    length = len(first) + len(second)
    return 2 * (len(first) - row.bit_count()) / length if length else 1.0

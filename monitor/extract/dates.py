"""Dates as pages write them, read as aware datetimes in the zone written; None rather than a guess.

Formats: ISO 8601, RFC 2822, seconds since 1970, and the ways of printing a day with its month in
words of the languages in ``months``, or in figures where their order is not in doubt.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

from monitor.extract.months import month_of

_ZONES = {"ist": "+05:30", "gmt": "+00:00", "utc": "+00:00", "z": "+00:00", "jst": "+09:00",
          "est": "-05:00", "edt": "-04:00", "cst": "-06:00", "cdt": "-05:00", "mst": "-07:00",
          "mdt": "-06:00", "pst": "-08:00", "pdt": "-07:00", "bst": "+01:00", "cet": "+01:00",
          "cest": "+02:00", "eet": "+02:00", "eest": "+03:00", "msk": "+03:00", "sast": "+02:00",
          "wat": "+01:00", "eat": "+03:00", "pkt": "+05:00", "wib": "+07:00", "sgt": "+08:00",
          "hkt": "+08:00", "kst": "+09:00", "aest": "+10:00", "aedt": "+11:00"}  # fmt: skip
_ISO = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})"
    r"(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|[A-Za-z]{3,4}|[+-]\d{2}:?\d{2})?)?"
)
_BASIC = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z)?)?")
_SECONDS = re.compile(r"(1\d{9})(?:\d{3})?")
_MAIL = re.compile(r"[A-Z][a-z]{2}, \d")
_WORD = r"(?P<m>[^\W\d_][^\s\d,/()|:;·•–—-]{1,17}(?:\s(?:الثاني|الأول))?)"
_OF = r"(?:d['’]|(?:de|del|di|of|ng|tháng)\s+)?"
_YEAR = r"(?P<y>\d{4})(?!\d)"
_GAP = r"[\s.,/-]{0,3}"
_NUMBERED = re.compile(
    r"(?<![\d.:/])(?P<d>\d{1,2})(?P<s>[./-])(?P<m>\d{1,2})(?P=s)(?P<y>\d{4})(?![\d./-]\d)"
)
_SHORT = re.compile(r"(?<![\d.:/])(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{2})(?![\d.:])")
_DATES = (
    # 3 March 2026 · 3rd of March, 2026 · 3. März 2026 · 3 de marzo de 2026 · 3-mar-2026
    re.compile(
        rf"(?<![\d.:/])(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|º|ª|-?го|:e)?{_GAP}{_OF}{_WORD}\.?,?"
        rf"{_GAP}(?:(?:de|del|of|năm)\s+)?{_YEAR}", re.IGNORECASE),
    # March 3, 2026 · marzo 3 de 2026
    re.compile(
        rf"(?<!\w){_WORD}\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?:de\s+)?{_YEAR}",
        re.IGNORECASE),
    # 2026. március 3. · 2026 m. kovo 3 d. · 2026. gada 3. marts · 2026ko martxoaren 3a
    re.compile(
        rf"(?<![\d.])(?P<y>\d{{4}})(?:\.|ko)?\s*(?:m\.\s*)?{_WORD}\s+(?P<d>\d{{1,2}})(?!\d|:)",
        re.IGNORECASE),
    re.compile(rf"(?<![\d.])(?P<y>\d{{4}})\. gada (?P<d>\d{{1,2}})\.\s*{_WORD}", re.IGNORECASE),
    # 2026年3月3日 · 2026년 3월 3일 · 2026-03-03 · 2026. 3. 3.
    re.compile(
        r"(?<![\d.:/-])(?P<y>\d{4})\s?(?:年|년|[-/.])\s?(?P<m>\d{1,2})\s?(?:月|월|[-/.])\s?"
        r"(?P<d>\d{1,2})(?![\d:])"),
    # 3 tháng 3, 2026
    re.compile(
        rf"(?<!\d)(?P<d>\d{{1,2}})\s+tháng\s+(?P<m>\d{{1,2}}),?\s+(?:năm\s+)?{_YEAR}",
        re.IGNORECASE),
    _NUMBERED,
    _SHORT,
)  # fmt: skip
_DIGITS = re.compile(r"\d{4}|\d\.\d\d")  # that every date has, in the digits of any script
_CLOCK = re.compile(
    r"[\s,.|·–日일-]*(?:T|(?P<half>오전|오후|上午|下午|午前|午後)\s?|"
    r"(?:at|um|à|kl|ore|às|a las|om|u|ob|в|о|óra)\.?\s+)?"
    r"(?P<H>\d{1,2})[:.h時시](?P<M>\d{2})(?!\d)(?::\d{2})?\s*(?P<p>[ap]\.?m\b\.?)?"
    r"\s*\(?(?P<z>(?!par|por|von|door|oleh)[A-Z]{3,4}\b|Z\b|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_CLOCK_BEFORE = re.compile(  # 6:14 PM EST, Fri November 20, 2026
    r"(?<![\d:.])(?P<H>\d{1,2}):(?P<M>\d{2})(?::\d{2})?\s?(?P<p>[ap]\.?m\b\.?)?(?P<half>)"
    r"\s?\(?(?P<z>[A-Z]{3,4}\b)?\)?[\s,|·–-]{1,4}(?:[^\W\d_]{2,10}[.,]?\s){0,2}$",
    re.IGNORECASE,
)
_BEFORE = 40  # characters before a day in which its clock is looked for
_URL_DAY = re.compile(
    r"/((?:19|20)\d{2})(?:([/-])(1[0-2]|0?[1-9])\2(3[01]|[12]\d|0?[1-9])"
    r"|(1[0-2]|0[1-9])(3[01]|[12]\d|0[1-9]))(?=[/_.-]|$)"
)
_MONTH_FIRST = frozenset(("us", "ph", "pr"))
_AFTERNOON = frozenset(("오후", "下午", "午後"))
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Printed:
    """A date in a text: ``text[start:end]``, its clock included."""

    start: int
    end: int
    moment: datetime


def parse_date(text: str | None, locale: str = "") -> datetime | None:
    """Read the first date of a short text; what is written without a zone is taken as UTC.

    ``locale`` (``en-GB``, ``pl``) decides what 3/4/2026 means; without a country English does not.
    """
    text = (text or "").strip()
    if not 6 <= len(text) <= 120:
        return None
    if text[4:5] == "-" and text[10:11] == "T" and (plain := _plain(text)):
        return plain
    if found := _ISO.match(text):  # its clock may be broken: the page is wrong, not the reader
        return _of_figures(found)
    for reader in (_basic, _mail, _seconds):
        if moment := reader(text):
            return moment
    return next((printed.moment for printed in dates_in(text, locale)), None)


def may_have_date(text: str) -> bool:
    """Whether it is worth looking for a date in a text; quick, and never wrong in saying no."""
    return bool(_DIGITS.search(text))


def dates_in(text: str, locale: str = "") -> Iterator[Printed]:
    """Every date that a line of text prints, in order."""
    if not may_have_date(text):
        return
    text = western(text[:_LONGEST])
    spans = sorted(
        (found for pattern in _DATES for found in pattern.finditer(text)),
        key=lambda found: (found.start(), -found.end()),
    )
    end = -1
    for found in spans:
        if found.start() < end:
            continue
        clock = _CLOCK.match(text, found.end())
        past = max(end, found.start() - _BEFORE, 0)
        before = None if clock else _CLOCK_BEFORE.search(text[past : found.start()])
        moment = _moment(found, clock or before, locale)
        if moment:
            end = clock.end() if clock else found.end()
            yield Printed(past + before.start() if before else found.start(), end, moment)


def date_of_url(url: str) -> datetime | None:
    """The day in an address such as ``/2026/11/22/story``."""
    found = _URL_DAY.search(url)
    return _build(found[1], found[3] or found[5], found[4] or found[6]) if found else None


def western(text: str) -> str:
    """The text with the digits of all scripts as 0 to 9; its length stays the same."""
    if text.isascii() or not any(char.isdecimal() and char > "9" for char in text):
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def _moment(found: re.Match[str], clock: re.Match[str] | None, locale: str) -> datetime | None:
    year, month, day = int(found["y"]), found["m"], found["d"]
    if found.re is _SHORT:  # 25.04.24
        year += 2000
    elif found.re is _NUMBERED:
        month, day = _in_order(found, locale)
    number = int(month) if month.isdecimal() else month_of(month, locale)
    if not number:
        return None
    if 2500 < year < 2650 and (locale[:2] == "th" or "\u0e00" < month[0] < "\u0e7f"):
        year -= 543  # the Buddhist era
    if clock and (time := _clock(clock)) and (moment := _build(year, number, day, time)):
        return moment
    return _build(year, number, day)


def _in_order(found: re.Match[str], locale: str) -> tuple[str, str]:
    """Month and day of 3/4/2026; ``0`` for a month that the page leaves open."""
    first, second = found["d"], found["m"]
    if int(first) > 12 or found["s"] == "." or first == second:
        return second, first
    if int(second) > 12:
        return first, second
    language, _, country = locale.lower().partition("-")
    if country in _MONTH_FIRST:
        return first, second
    decided = language not in ("", "en") or country
    return (second, first) if decided else ("0", first)


def _build(
    year: str | int, month: str | int, day: str | int, clock: str = "00:00:00+00:00"
) -> datetime | None:
    try:
        found = datetime.fromisoformat(f"{int(year):04}-{int(month):02}-{int(day):02}T{clock}")
        return _plausible(found)
    except (ValueError, OverflowError):
        return None


def _plausible(moment: datetime) -> datetime | None:
    """None for placeholders before the web and far ahead (0001-01-01, 1970-01-01, 9999-12-31)."""
    if 1981 < moment.year < 2099:
        return moment
    day: date = moment.astimezone(UTC).date()
    return moment if 1980 < day.year < 2100 else None


def _zone(name: str | None) -> str:
    name = (name or "Z").lower()
    if name[0] in "+-":
        return name if ":" in name else f"{name[:3]}:{name[3:]}"
    return _ZONES.get(name, "+00:00")


def _plain(text: str) -> datetime | None:
    """2026-11-22T10:30:00+01:00 and the like, which is what most pages declare."""
    try:
        found = datetime.fromisoformat(text)
        return _plausible(found.replace(microsecond=0, tzinfo=found.tzinfo or UTC))
    except (ValueError, OverflowError):
        return None


def _basic(text: str) -> datetime | None:
    found = _BASIC.fullmatch(text)
    return _of_figures(found) if found else None


def _of_figures(found: re.Match[str]) -> datetime | None:
    year, month, day, hour, minute, second, zone = found.groups()
    if hour is None:
        return _build(year, month, day)
    return _build(year, month, day, f"{int(hour):02}:{minute}:{second or '00'}{_zone(zone)}")


def _mail(text: str) -> datetime | None:
    if not _MAIL.match(text):  # it would read other dates too, and drop their zones
        return None
    try:
        found = parsedate_to_datetime(text)
        return _plausible(found if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _seconds(text: str) -> datetime | None:
    found = _SECONDS.fullmatch(text)
    return _plausible(datetime.fromtimestamp(int(found[1]), UTC)) if found else None


def _clock(found: re.Match[str]) -> str:
    """As ISO 8601 has it; "" for what is no time of day."""
    hour = int(found["H"])
    if half := found["p"] or found["half"]:
        hour = hour % 12 + (12 if half[0].lower() == "p" or half in _AFTERNOON else 0)
    return f"{hour:02}:{found['M']}:00{_zone(found['z'])}" if hour < 24 else ""

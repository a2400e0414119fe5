"""Dates as pages write them, read as aware datetimes in UTC; None rather than a guess."""

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        1,
    )
    for name in names.split()
}
_ZONES = {"ist": "+05:30", "gmt": "+00:00", "utc": "+00:00", "z": "+00:00", "jst": "+09:00",
          "est": "-05:00", "edt": "-04:00", "cst": "-06:00", "cdt": "-05:00", "mst": "-07:00",
          "mdt": "-06:00", "pst": "-08:00", "pdt": "-07:00", "bst": "+01:00", "cet": "+01:00",
          "cest": "+02:00"}  # fmt: skip
_ISO = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})"
    r"(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|[A-Za-z]{3,4}|[+-]\d{2}:?\d{2})?)?"
)
_BASIC = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z)?)?")
_DAY_FIRST = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[\s-]+(?P<m>[A-Za-z]{3,9})\.?,?[\s-]+(?P<y>\d{4})"
_MONTH_FIRST = r"(?P<m>[A-Za-z]{3,9})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})"
_CLOCK = (
    r"(?:[\s,|·-]*(?:at\s+)?(?P<H>\d{1,2}):(?P<M>\d{2})(?::\d{2})?\s*(?P<p>[ap]\.?m\.?)?"
    r"\s*\(?(?P<z>[A-Z]{1,4}\b|[+-]\d{2}:?\d{2})?)?"
)
_WORDS = [re.compile(f"\\b{order}{_CLOCK}", re.IGNORECASE) for order in (_DAY_FIRST, _MONTH_FIRST)]
_MAIL = re.compile(r"[A-Z][a-z]{2}, \d")
_URL_DAY = re.compile(
    r"/((?:19|20)\d{2})(?:([/-])(1[0-2]|0?[1-9])\2(3[01]|[12]\d|0?[1-9])"
    r"|(1[0-2]|0[1-9])(3[01]|[12]\d|0[1-9]))(?=[/_.-]|$)"
)


def parse_date(text: str | None) -> datetime | None:
    """Read ISO 8601, RFC 2822 and English dates; a date without a zone is taken as UTC."""
    text = (text or "").strip()
    if not 8 <= len(text) <= 120:
        return None
    for reader in (_iso, _mail, _english):
        if found := reader(text):
            return found
    return None


def date_of_url(url: str) -> datetime | None:
    """The day in an address such as ``/2026/11/22/story``."""
    found = _URL_DAY.search(url)
    return _build(found[1], found[3] or found[5], found[4] or found[6]) if found else None


def _build(year: str, month: str | int, day: str, clock: str = "00:00:00+00:00") -> datetime | None:
    try:
        found = datetime.fromisoformat(f"{int(year):04}-{int(month):02}-{int(day):02}T{clock}")
        return found.astimezone(UTC) if _is_plausible(found.date()) else None
    except (ValueError, OverflowError):
        return None


def _is_plausible(day: date) -> bool:
    """Dates before the web and far ahead are placeholders (0001-01-01, 1970-01-01, 9999-12-31)."""
    return 1980 < day.year < 2100


def _zone(name: str | None) -> str:
    name = (name or "Z").lower()
    if name[0] in "+-":
        return name if ":" in name else f"{name[:3]}:{name[3:]}"
    return _ZONES.get(name, "+00:00")


def _iso(text: str) -> datetime | None:
    found = _ISO.match(text) or _BASIC.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    if hour is None:
        return _build(year, month, day)
    return _build(year, month, day, f"{int(hour):02}:{minute}:{second or '00'}{_zone(zone)}")


def _mail(text: str) -> datetime | None:
    if not _MAIL.match(text):  # it would read other dates too, and drop their zones
        return None
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    try:
        return aware.astimezone(UTC) if _is_plausible(aware.date()) else None
    except OverflowError:
        return None


def _english(text: str) -> datetime | None:
    for pattern in _WORDS:
        found = pattern.search(text)
        month = _MONTHS.get(found["m"].lower()) if found else None
        if found and month:
            return _build(found["y"], month, found["d"], _clock(found))
    return None


def _clock(found: re.Match[str]) -> str:
    if found["H"] is None:
        return "00:00:00+00:00"
    hour = int(found["H"]) % 12 if found["p"] else int(found["H"])
    if found["p"] and found["p"].lower().startswith("p"):
        hour += 12
    return f"{hour:02}:{found['M']}:00{_zone(found['z'])}"

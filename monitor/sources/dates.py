"""Dates as feeds give them. None rather than a guess."""

from datetime import UTC, datetime, timedelta

_OLDEST = datetime(1995, 1, 1, tzinfo=UTC)  # news on the web is younger: such a date is a default
_PLACEHOLDER = datetime(2100, 1, 1, tzinfo=UTC)  # "never", not a date
_SKEW = timedelta(minutes=10)  # clocks differ


def sane_date(value: datetime | None, now: datetime) -> datetime | None:
    """The date to work with, in UTC: none before 1995, and ``now`` for what lies in the future."""
    if value is None or value < _OLDEST:
        return None
    return now if value > now + _SKEW else value.astimezone(UTC)


def from_parts(value: object) -> datetime | None:
    """A date as feedparser parses it (a tuple in UTC); None if there is none, or it means none."""
    if not isinstance(value, tuple):
        return None
    try:
        year, month, day, hour, minute, second = value[:6]
        return meant(datetime(year, month, day, hour, minute, second, tzinfo=UTC))
    except (ValueError, TypeError, OverflowError):
        return None


def from_iso(value: object) -> datetime | None:
    """A date of a JSON Feed (RFC 3339; UTC where no zone is named); None if it is none."""
    try:
        moment = datetime.fromisoformat(value.strip() if isinstance(value, str) else "")
        return meant(moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def meant(moment: datetime) -> datetime | None:
    """The date, unless it is a default (year 1, 1970) or a placeholder (2100 and later)."""
    return moment if _OLDEST <= moment < _PLACEHOLDER else None

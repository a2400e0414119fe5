"""Times as the database keeps them: whole microseconds since 1970 in UTC.

Integers round-trip exactly, sort as times do, and cannot lose their zone on the way.
"""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970; raises TypeError for a time without a zone."""
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The aware time in UTC."""
    return _EPOCH + micros * _MICROSECOND


def maybe_to_micros(moment: datetime | None) -> int | None:
    """As to_micros; None stays None."""
    return None if moment is None else to_micros(moment)


def maybe_from_micros(micros: int | None) -> datetime | None:
    """As from_micros; None stays None."""
    return None if micros is None else from_micros(micros)

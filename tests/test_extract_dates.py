from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.extract.dates import date_of_url, parse_date


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22", at(2026, 11, 22)),
        ("2026-11-22T10:15:30Z", at(2026, 11, 22, 10, 15, 30)),
        ("2026-11-22T10:15:30.123456+05:30", at(2026, 11, 22, 4, 45, 30)),
        ("2026-11-22T10:15", at(2026, 11, 22, 10, 15)),
        ("2026-11-22T10:15:30.5 GMT", at(2026, 11, 22, 10, 15, 30)),
        ("2026-11-22T10:15:30+0530", at(2026, 11, 22, 4, 45, 30)),
        ("2026-11-22 10:15", at(2026, 11, 22, 10, 15)),
        ("2026/11/2 9:05 IST", at(2026, 11, 2, 3, 35)),
        ("2026-11-22T10:15:00 CET", at(2026, 11, 22, 9, 15)),
        ("20261122", at(2026, 11, 22)),
        ("20261122T101500Z", at(2026, 11, 22, 10, 15)),
        ("Sun, 22 Nov 2026 10:15:00 +0100", at(2026, 11, 22, 9, 15)),
        ("Sun, 22 Nov 2026 10:15:00 -0000", at(2026, 11, 22, 10, 15)),
        ("Nov 22, 2026 10:15 IST", at(2026, 11, 22, 4, 45)),
        ("Updated: November 22nd, 2026, at 3:05 pm", at(2026, 11, 22, 15, 5)),
        ("22 November 2026", at(2026, 11, 22)),
        ("1 Sept. 2026 | 12:30 AM", at(2026, 9, 1, 0, 30)),
        ("Published 5 May 2026 at 12:30 p.m. EST", at(2026, 5, 5, 17, 30)),
        ("22 Nov 2026, 10:15 (+02:00)", at(2026, 11, 22, 8, 15)),
        (None, None),
        ("", None),
        ("yesterday at noon", None),
        ("22/11/2026", at(2026, 11, 22)),
        ("3/4/2026", None),
        ("2026-13-45", None),
        ("31 February 2026", None),
        ("22 Brumaire 2026", None),
        ("0001-01-01T00:00:00", None),
        ("1970-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("2026-11-22T25:00:00Z", None),
        ("2026-11-22 " + "x" * 200, None),
    ],
)
def test_dates_are_read_or_left_out(text: str | None, expected: datetime | None) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/2026/11/22/story", at(2026, 11, 22)),
        ("https://a.example/news/2026-11-05-story.html", at(2026, 11, 5)),
        ("https://a.example/20261122/story", at(2026, 11, 22)),
        ("https://a.example/2026/11/story", None),
        ("https://a.example/2026/02/31/story", None),
        ("https://a.example/story-20261122345", None),
    ],
)
def test_day_in_an_address(url: str, expected: datetime | None) -> None:
    assert date_of_url(url) == expected


@given(st.text(max_size=60) | st.from_regex(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}T\d{1,2}:\d\d[+-]\d{4}"))
def test_any_text_gives_an_aware_date_or_none(text: str) -> None:
    found = parse_date(text)
    assert found is None or found.utcoffset() is not None


EARLY, LATE = (at(year, 1, 1).replace(tzinfo=None) for year in (1982, 2098))


@given(st.datetimes(min_value=EARLY, max_value=LATE))
def test_iso_dates_come_back_to_the_second(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    assert parse_date(moment.isoformat()) == moment

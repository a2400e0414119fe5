"""Dates as people write them, in the languages of news."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.extract.dates import dates_in, may_have_date, parse_date, western
from monitor.extract.months import LANGUAGES, month_of, names_of

DAY = datetime(2026, 3, 3, tzinfo=UTC)
EARLY, LATE = date(1982, 1, 1), date(2090, 1, 1)


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("Published: 3 March 2026", ""),
        ("Tuesday, March 3rd, 2026", ""),
        ("3rd of March 2026", ""),
        ("3-Mar-2026", ""),
        ("3. März 2026", ""),
        ("Dienstag, 3. Mrz 2026", ""),
        ("Publié le 3 mars 2026", ""),
        ("3 de marzo de 2026", ""),
        ("marzo 3 de 2026", ""),
        ("3 de março de 2026", ""),
        ("3 marca 2026 r.", ""),
        ("2026. március 3.", ""),
        ("2026 m. kovo 3 d.", ""),
        ("2026. gada 3. martā", ""),
        ("2026ko martxoaren 3a", ""),
        ("3 марта 2026 г.", ""),
        ("3 березня 2026 р.", ""),
        ("Τρίτη 3 Μαρτίου 2026", ""),
        ("2026年3月3日", ""),
        ("2026年03月03日", ""),
        ("2026년 3월 3일", ""),
        ("2026. 3. 3.", ""),
        ("3 tháng 3, 2026", ""),
        ("3 มีนาคม 2569", ""),
        ("3 มี.ค. 2569", "th"),
        ("03/03/2569", "th"),
        ("3 मार्च 2026", ""),
        ("३ मार्च २०२६", ""),
        ("٣ مارس ٢٠٢٦", ""),
        ("3 آذار 2026", ""),
        ("3 במרץ 2026", ""),
        ("03.03.2026", ""),
        ("3.3.26", ""),
        ("03/03/2026", ""),
        ("2026-03-03", ""),
        ("3 MART 2026", "tr"),
    ],
)
def test_the_third_of_march(text: str, locale: str) -> None:
    assert parse_date(text, locale) == DAY
    assert [found.moment for found in dates_in(text, locale)] == [DAY]


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("04/03/2026", "", None),
        ("04/03/2026", "en", None),
        ("04/03/2026", "en-US", date(2026, 4, 3)),
        ("04/03/2026", "en-GB", date(2026, 3, 4)),
        ("04/03/2026", "fr", date(2026, 3, 4)),
        ("04/23/2026", "", date(2026, 4, 23)),
        ("23/04/2026", "en-US", date(2026, 4, 23)),
        ("04.03.2026", "en-US", date(2026, 3, 4)),
        ("3 listopada 2026", "pl", date(2026, 11, 3)),
        ("3 listopada 2026", "hr", date(2026, 10, 3)),
        ("3 listopada 2026", "", None),
        ("31.02.2026", "", None),
        ("12.2026", "", None),
        ("version 3.3.2026.1", "", None),
        ("3 people 2026", "", None),
        ("room 3, march 20265", "", None),
        ("1765432100", "", date(2025, 12, 11)),
        ("1765432100000", "", date(2025, 12, 11)),
    ],
)
def test_figures_are_read_where_their_order_is_not_in_doubt(
    text: str, locale: str, expected: date | None
) -> None:
    found = parse_date(text, locale)
    assert (found.date() if found else None) == expected


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("3 March 2026 at 9:14 pm", "21:14+00:00"),
        ("3 March 2026, 12:05 a.m. EST", "00:05-05:00"),
        ("3. März 2026 um 09:14 Uhr", "09:14+00:00"),
        ("3 mars 2026 à 9h14", "09:14+00:00"),
        ("2026년 3월 3일 오후 9:14", "21:14+00:00"),
        ("2026-03-03T09:14:00+05:30", "09:14+05:30"),
        ("Mar 03, 2026T09:14:00+03:00", "09:14+03:00"),
        ("9:14 PM EST, Tue March 3, 2026", "21:14-05:00"),
        ("Stand: 09:14 Uhr, 03.03.2026", "09:14+00:00"),
        ("3 mars 2026 à 9h14 par Inga Okafor", "09:14+00:00"),
        ("3 March 2026 | 99:14", "00:00+00:00"),
        ("3 March 2026, 300 people", "00:00+00:00"),
    ],
)
def test_the_clock_is_kept_in_the_zone_that_is_written(text: str, clock: str) -> None:
    found = parse_date(text)
    assert found is not None
    assert found.isoformat(timespec="minutes") == f"2026-03-03T{clock}"


def test_all_dates_of_a_line_are_found_in_order() -> None:
    line = "Publicado 3 de marzo de 2026 · Actualizado 4 de marzo de 2026 09:14"
    found = list(dates_in(line))
    assert [printed.moment.day for printed in found] == [3, 4]
    assert line[found[0].start : found[0].end] == "3 de marzo de 2026"
    assert line[found[1].start : found[1].end] == "4 de marzo de 2026 09:14"


def test_a_clock_belongs_to_the_date_before_it() -> None:
    line = "Published 3 March 2026 9:14 am, updated 4 March 2026, 12:30 Review: 5 March 2026"
    assert [f"{found.moment:%d %H:%M}" for found in dates_in(line)] == [
        "03 09:14", "04 12:30", "05 00:00"
    ]  # fmt: skip


DAYS = st.dates(min_value=EARLY, max_value=LATE)
PRINTED = st.sampled_from(
    ["{d} {m} {y}", "{d}. {m} {y}", "{d} de {m} de {y}", "{m} {d}, {y}", "{d}-{m}-{y}"]
)


@given(DAYS, st.sampled_from(LANGUAGES), PRINTED, st.integers(min_value=0, max_value=9))
def test_a_day_in_any_language_comes_back(day: date, language: str, form: str, at: int) -> None:
    names = names_of(language)[day.month - 1]
    text = form.format(d=day.day, m=names[at % len(names)], y=day.year)
    found = parse_date(text, language)
    assert found is not None, text
    assert found.date() == day


@given(
    DAYS,
    st.sampled_from(["{y}年{m}月{d}日", "{y}년 {m}월 {d}일", "{d}.{m}.{y}", "{y}-{m:02}-{d:02}"]),
)
def test_a_day_in_figures_comes_back(day: date, form: str) -> None:
    found = parse_date(form.format(d=day.day, m=day.month, y=day.year))
    assert found is not None
    assert found.date() == day


@given(
    st.datetimes(min_value=datetime(1982, 1, 1), max_value=datetime(2090, 1, 1)),  # noqa: DTZ001
    st.integers(min_value=-12, max_value=14),
)
def test_the_zone_is_kept(moment: datetime, hours: int) -> None:
    moment = moment.replace(microsecond=0, tzinfo=timezone(timedelta(hours=hours)))
    found = parse_date(moment.isoformat())
    assert found == moment
    assert found is not None
    assert found.utcoffset() == moment.utcoffset()


@given(st.text(max_size=250))
def test_places_of_dates_lie_in_the_text(text: str) -> None:
    assert len(western(text)) == len(text)
    for printed in dates_in(text):
        assert 0 <= printed.start < printed.end <= len(text)


def test_every_language_names_twelve_months() -> None:
    for language in LANGUAGES:
        months = names_of(language)
        assert [month_of(names[0], language) for names in months] == list(range(1, 13)), language


@pytest.mark.parametrize(
    "text", ["3 March 2026", "3.3.26", "2026-03-03", "٣ مارس ٢٠٢٦", "Friday, March 3, 2026"]
)
def test_what_has_a_date_is_looked_at(text: str) -> None:
    assert may_have_date(text)
    assert next(dates_in(text, "de"))


@pytest.mark.parametrize("text", ["", "By Inga Okafor", "3 March", "12 owls, 7.5 pounds"])
def test_what_has_no_year_is_passed_over(text: str) -> None:
    assert not may_have_date(text)
    assert not list(dates_in(text))

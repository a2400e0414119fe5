"""When a source is polled next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import schedule
from monitor.errors import FetchError, ParseError
from monitor.model import Response, Source, SourceKind

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LIMITS = schedule.Limits()
SOURCE = Source(
    id="ledger",
    kind=SourceKind.FEED,
    url="https://ledger.example/rss",
    outlet="The Ledger",
    every=timedelta(minutes=10),
)
FRESH = schedule.first_state(SOURCE, NOW)
ANSWER = Response(
    url=SOURCE.url, final_url=SOURCE.url, status=200, body=b"x", etag='"1"', last_modified="Sun"
)
GOOD = schedule.after_success(FRESH, SOURCE, ANSWER, NOW)


def test_a_new_source_is_due_at_once():
    assert FRESH.next_poll_at == NOW
    assert FRESH.baseline_at is None


def test_a_success_keeps_the_validators_and_comes_back_after_the_interval():
    assert GOOD.etag == '"1"'
    assert GOOD.last_modified == "Sun"
    assert GOOD.next_poll_at == NOW + SOURCE.every
    assert GOOD.baseline_at == GOOD.succeeded_at == NOW


@given(st.floats(0, 1))
def test_intervals_vary_by_at_most_a_twentieth(jitter):
    after = schedule.after_success(FRESH, SOURCE, ANSWER, NOW, jitter=jitter)
    assert 0.95 <= (after.next_poll_at - NOW) / SOURCE.every <= 1.05


def test_a_304_keeps_the_validators_of_the_200_before_it():
    not_modified = replace(ANSWER, status=304, etag=None, last_modified=None)
    assert schedule.after_success(GOOD, SOURCE, not_modified, NOW).etag == '"1"'


def test_success_ends_a_series_of_failures():
    failed = schedule.after_failure(GOOD, SOURCE, ParseError("no feed"), NOW, LIMITS)
    mended = schedule.after_success(failed, SOURCE, ANSWER, NOW)
    assert (failed.failures, failed.error) == (1, "no feed")
    assert (mended.failures, mended.error) == (0, None)


def test_failures_back_off_by_powers_of_two_up_to_a_day_and_never_stop():
    state, waits = GOOD, []
    for _ in range(12):
        state = schedule.after_failure(state, SOURCE, ParseError("no feed"), NOW, LIMITS)
        waits.append(state.next_poll_at - NOW)
    assert waits[:3] == [timedelta(minutes=20), timedelta(minutes=40), timedelta(minutes=80)]
    assert waits[-1] == timedelta(hours=24)
    assert state.stopped is None


def test_a_failure_keeps_the_validators_of_the_last_good_answer():
    after = schedule.after_failure(GOOD, SOURCE, ParseError("a block page"), NOW, LIMITS)
    assert (after.etag, after.last_modified) == ('"1"', "Sun")


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        pytest.param(timedelta(hours=3), timedelta(hours=3), id="longer than the back-off"),
        pytest.param(timedelta(seconds=5), timedelta(minutes=20), id="shorter than the back-off"),
        pytest.param(timedelta(days=30), timedelta(hours=24), id="longer than anybody waits"),
    ],
)
def test_the_servers_own_wish_is_a_floor(asked, wait):
    error = FetchError("429", status=429, retry_after=asked)
    assert schedule.after_failure(GOOD, SOURCE, error, NOW, LIMITS).next_poll_at == NOW + wait


def test_only_410_stops_a_source():
    gone = schedule.after_failure(GOOD, SOURCE, FetchError("410", status=410), NOW, LIMITS)
    missing = schedule.after_failure(GOOD, SOURCE, FetchError("404", status=404), NOW, LIMITS)
    assert "gone" in (gone.stopped or "")
    assert missing.stopped is None


def test_a_first_poll_and_one_after_a_long_gap_are_silent():
    assert schedule.is_baseline(FRESH, NOW, LIMITS)
    assert not schedule.is_baseline(GOOD, NOW + timedelta(days=6), LIMITS)
    assert schedule.is_baseline(GOOD, NOW + timedelta(days=8), LIMITS)


def test_pages_to_be_tried_again_bring_the_poll_near_and_drop_the_validators():
    after = schedule.unfinished(GOOD, NOW, LIMITS)
    assert after.next_poll_at == NOW + LIMITS.shortest
    assert (after.etag, after.last_modified, after.body_hash) == (None, None, None)


class TestSync:
    def test_new_sources_are_added_and_old_ones_forgotten(self):
        write, forget = schedule.sync([SOURCE], {"old": FRESH}, NOW)
        assert [state.source for state in write] == ["ledger"]
        assert forget == ("old",)

    def test_a_source_with_another_address_starts_anew(self):
        moved = replace(SOURCE, url="https://ledger.example/atom")
        (state,), _ = schedule.sync([moved], {"ledger": GOOD}, NOW)
        assert state.baseline_at is None
        assert state.url == moved.url

    def test_a_shortened_interval_counts_at_once(self):
        quick = replace(SOURCE, every=timedelta(minutes=1))
        (state,), _ = schedule.sync([quick], {"ledger": GOOD}, NOW)
        assert state.next_poll_at == NOW + timedelta(minutes=1)

    def test_a_source_in_good_order_is_left_alone(self):
        assert schedule.sync([SOURCE], {"ledger": GOOD}, NOW) == ((), ())

    def test_a_source_that_backs_off_goes_on_backing_off(self):
        failed = schedule.after_failure(GOOD, SOURCE, ParseError("no feed"), NOW, LIMITS)
        assert schedule.sync([SOURCE], {"ledger": failed}, NOW) == ((), ())

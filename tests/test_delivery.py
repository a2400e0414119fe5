"""A delivery's next state, and the pace of sending."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor import delivery
from monitor.delivery import Bucket, Policy
from monitor.errors import ChannelError
from monitor.model import Delivery, DeliveryState

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
POLICY = Policy()
CLAIMED = Delivery(id=1, chat="desk", story=7, ready_at=NOW, due_at=NOW, attempt=1)


def after(error: ChannelError, claimed: Delivery = CLAIMED, jitter: float = 1.0) -> Delivery:
    return delivery.failed(claimed, error, NOW, POLICY, jitter=jitter)


def test_a_sent_delivery_keeps_the_receivers_id():
    done = delivery.sent(replace(CLAIMED, error="refused before"), "42", NOW)
    assert (done.state, done.ref, done.sent_at, done.error) == (DeliveryState.SENT, "42", NOW, None)


def test_waits_grow_by_powers_of_two_up_to_the_longest():
    waits = [
        after(ChannelError("no route"), replace(CLAIMED, attempt=n)).due_at - NOW
        for n in (1, 2, 3, 30, 1000)
    ]
    assert [w.total_seconds() for w in waits] == [2, 4, 8, 300, 300]


@given(st.floats(0, 1), st.integers(1, 50))
def test_jitter_only_shortens(jitter, attempt):
    full = after(ChannelError("no route"), replace(CLAIMED, attempt=attempt))
    some = after(ChannelError("no route"), replace(CLAIMED, attempt=attempt), jitter)
    assert NOW <= some.due_at <= full.due_at


def test_the_receivers_wish_is_obeyed():
    error = ChannelError("429", retry_after=timedelta(seconds=37))
    assert after(error).due_at == NOW + timedelta(seconds=37)
    assert after(error).state is DeliveryState.RETRY


def test_an_hour_without_network_kills_nothing():
    waiting = CLAIMED
    for attempt in range(1, 200):
        waiting = after(ChannelError("no route"), replace(waiting, attempt=attempt))
    assert waiting.state is DeliveryState.RETRY


def test_twelve_sends_that_may_have_arrived_are_enough():
    waiting, states = CLAIMED, []
    for _ in range(12):
        waiting = after(ChannelError("no answer", ambiguous=True), waiting)
        states.append(waiting.state)
    assert states == [DeliveryState.RETRY] * 11 + [DeliveryState.DEAD]


def test_a_permanent_refusal_is_final_and_says_why():
    dead = after(ChannelError("blocked by the user", permanent=True))
    assert (dead.state, dead.error) == (DeliveryState.DEAD, "blocked by the user")


def test_a_chat_that_moved_is_tried_again_at_once():
    assert after(ChannelError("moved", moved_to="-100")).due_at == NOW


def test_a_channel_without_a_valid_token_keeps_what_waits():
    held = after(ChannelError("token revoked", stop=True))
    assert held.state is DeliveryState.RETRY
    assert held.due_at == NOW + POLICY.longest_wait


class TestBucket:
    full = Bucket(rate=0.5, burst=2, level=2, at=NOW)

    def test_lets_a_burst_through_then_keeps_the_rate(self):
        empty = self.full.take(NOW).take(NOW)
        assert not empty.ready(NOW)
        assert not empty.ready(NOW + timedelta(seconds=1.9))
        assert empty.ready(NOW + timedelta(seconds=2))

    def test_a_clock_that_goes_back_takes_nothing_away(self):
        assert self.full.refilled(NOW - timedelta(hours=1)).level == 2

    @given(st.lists(st.floats(0, 20), max_size=60))
    def test_never_more_than_burst_plus_rate_in_any_time(self, waits):
        bucket, moment, sent = self.full, NOW, 0
        for wait in waits:
            moment += timedelta(seconds=wait)
            if bucket.ready(moment):
                bucket, sent = bucket.take(moment), sent + 1
        assert sent <= 2 + 0.5 * (moment - NOW).total_seconds() + 1e-6

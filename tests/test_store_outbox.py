"""The outbox: order, leases, fencing, and the laws that keep alerts from getting lost."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from monitor.model import Claim, Decision, Delivery, DeliveryState, Outcome, Reason
from monitor.store import SqliteStore, open_store
from tests.store_examples import LEASE, NOW, SECOND, delivery, reading, silence, tell


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = open_store(tmp_path / "monitor.db")
    yield store
    store.close()


def _queue(store: SqliteStore, name: str, *chats: str, ready_at: datetime = NOW) -> None:
    store.record_reading(reading(name), tell(*chats, ready_at=ready_at)).result()


def _claim(
    store: SqliteStore, now: datetime = NOW, limit: int = 99, skip: frozenset[str] = frozenset()
) -> Sequence[Claim]:
    return store.claim(now, lease=LEASE, limit=limit, skip=skip).result()


def _finish(store: SqliteStore, claim: Claim, **fields: object) -> bool:
    values = {"state": DeliveryState.SENT} | fields
    return store.finish(replace(claim.delivery, **values)).result()  # type: ignore[arg-type]


def test_a_chat_gets_its_deliveries_in_the_order_they_were_ready(store: SqliteStore) -> None:
    for name, seconds in (("late", 2), ("early", 0), ("middle", 1), ("as late", 2)):
        _queue(store, name, "desk", ready_at=NOW + seconds * SECOND)
    titles = []
    while claims := _claim(store, NOW + LEASE):
        (claim,) = claims
        titles.append(claim.view.articles[0].article.title)
        assert _finish(store, claim)
    assert titles == ["Title early", "Title middle", "Title late", "Title as late"]


def test_nothing_is_sent_before_it_is_due(store: SqliteStore) -> None:
    _queue(store, "one", "desk", ready_at=NOW + SECOND)
    assert _claim(store, NOW) == ()
    assert len(_claim(store, NOW + SECOND)) == 1


def test_a_claim_is_one_attempt_for_one_sender(store: SqliteStore) -> None:
    _queue(store, "one", "desk", "board")
    claims = _claim(store)
    assert [(c.delivery.chat, c.delivery.attempt) for c in claims] == [("desk", 1), ("board", 1)]
    assert _claim(store, NOW + LEASE) == ()


def test_a_head_that_is_to_be_retried_holds_its_chat_back(store: SqliteStore) -> None:
    _queue(store, "one", "desk")
    _queue(store, "two", "desk", "board")
    desk, board = _claim(store)
    assert _finish(
        store, desk, state=DeliveryState.RETRY, due_at=NOW + 5 * SECOND, error="HTTP 500"
    )
    assert _finish(store, board)
    assert _claim(store, NOW + 4 * SECOND) == ()
    (again,) = _claim(store, NOW + 5 * SECOND)
    assert again.delivery == replace(
        desk.delivery,
        state=DeliveryState.RETRY,
        due_at=NOW + 5 * SECOND,
        error="HTTP 500",
        attempt=2,
    )
    assert _finish(store, again, state=DeliveryState.DEAD, error="HTTP 400")
    (two,) = _claim(store, NOW + 6 * SECOND)
    assert two.view.articles[0].article.title == "Title two"


def test_limits_and_chats_to_skip(store: SqliteStore) -> None:
    _queue(store, "one", "a", "b", "c", "d")
    store.suspend_chat("b", "blocked").result()
    assert [c.delivery.chat for c in _claim(store, limit=1, skip=frozenset({"a"}))] == ["c"]
    assert [c.delivery.chat for c in _claim(store)] == ["a", "d"]
    store.suspend_chat("b", None).result()
    assert [c.delivery.chat for c in _claim(store)] == ["b"]


def test_who_outlives_a_lease_is_fenced_off(store: SqliteStore) -> None:
    _queue(store, "one", "desk")
    (slow,) = _claim(store)
    (quick,) = _claim(store, NOW + LEASE + SECOND)
    assert (quick.delivery.attempt, quick.delivery.ambiguous) == (2, 1)
    assert not _finish(store, slow, state=DeliveryState.DEAD)
    assert _finish(store, quick, ref="99")
    assert not _finish(store, quick, state=DeliveryState.RETRY)
    (stored,) = store.history(reading("one").url_keys).deliveries
    assert (stored.state, stored.ref) == (DeliveryState.SENT, "99")


def test_a_late_sender_may_still_finish_while_nobody_took_over(store: SqliteStore) -> None:
    _queue(store, "one", "desk")
    (claim,) = _claim(store)
    assert _finish(store, claim, sent_at=NOW + 9 * LEASE)


def test_a_delivery_that_was_not_claimed_cannot_be_finished(store: SqliteStore) -> None:
    _queue(store, "one", "desk")
    (waiting,) = store.history(reading("one").url_keys).deliveries
    assert not store.finish(replace(waiting, state=DeliveryState.SENT)).result()
    assert not store.finish(replace(waiting, id=777, attempt=0)).result()


def test_what_a_dead_process_held_is_given_back_as_ambiguous(tmp_path: Path) -> None:
    path = tmp_path / "two lives.db"
    store = open_store(path)
    _queue(store, "one", "desk", "board")
    _queue(store, "two", "desk")
    desk, _ = _claim(store)
    store.close()
    store = open_store(path)
    assert _claim(store, NOW + SECOND) == ()
    assert store.release_leases().result() == 2
    assert store.release_leases().result() == 0
    assert not _finish(store, desk)
    released = store.history(reading("one").url_keys).deliveries
    assert [(d.state, d.ambiguous, d.error) for d in released] == [
        (DeliveryState.RETRY, 1, "the monitor stopped while sending")
    ] * 2
    again = _claim(store, NOW + SECOND)
    assert [(c.delivery.attempt, c.delivery.ambiguous) for c in again] == [(2, 1)] * 2
    store.close()


def test_a_claim_shows_the_story_as_it_is_now_with_the_rules_of_its_chat(
    store: SqliteStore,
) -> None:
    def decide(_: object) -> Outcome:
        return Outcome(
            decisions=(
                Decision(chat="desk", rules=("ai", "law"), reason=Reason.FIRST),
                Decision(chat="board", rules=("law",), reason=Reason.FIRST),
                Decision(chat="", rules=("nobody's",), reason=Reason.NO_CHAT),
            ),
            deliveries=(delivery("desk"), delivery("board")),
        )

    first = reading("one", text_key="t", rules=("ai", "law", "nobody's"))
    store.record_reading(first, decide)
    store.record_reading(reading("reprint", text_key="t", rules=()), silence)
    merged = Outcome(decisions=(Decision(chat="desk", rules=("tax",), reason=Reason.MERGED),))
    store.record_reading(reading("third", text_key="t", rules=("tax", "law")), lambda _: merged)
    store.record_reading(reading("other story"), tell("desk")).result()
    desk, board = _claim(store)
    assert [a.id for a in desk.view.articles] == [1, 2, 3] == [a.id for a in board.view.articles]
    assert desk.view.story == 1
    assert _rules(desk) == {1: ["ai", "law"], 3: ["tax"]}
    assert _rules(board) == {1: ["law"]}


def _rules(claim: Claim) -> dict[int, list[str]]:
    return {id_: [m.rule.id for m in found] for id_, found in claim.view.matches.items()}


CHATS = ("desk", "board", "press")


class OutboxMachine(RuleBasedStateMachine):
    """Queues, claims, finishes late and early, dies and comes back: the laws hold throughout."""

    @initialize()
    def open(self) -> None:
        self.directory = tempfile.TemporaryDirectory()
        self.path = Path(self.directory.name) / "monitor.db"
        self.store = open_store(self.path)
        self.now = NOW
        self.open_deliveries: dict[int, Delivery] = {}  # what should wait, by id
        self.held: dict[int, datetime] = {}  # id → end of its lease
        self.claims: list[Delivery] = []  # all ever made, for late finishes
        self.final: set[int] = set()
        self.stories = 0

    def teardown(self) -> None:
        self.store.close()
        self.directory.cleanup()

    @rule(chats=st.sets(st.sampled_from(CHATS), min_size=1), wait=st.integers(0, 40))
    def queue(self, chats: set[str], wait: int) -> None:
        self.stories += 1
        decide = tell(*sorted(chats), ready_at=self.now + wait * SECOND)
        _, outcome = self.store.record_reading(reading(str(self.stories)), decide).result()
        self.open_deliveries |= {queued.id: queued for queued in outcome.deliveries}

    @rule(seconds=st.integers(1, 70))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(limit=st.integers(1, 4), skip=st.frozensets(st.sampled_from(CHATS), max_size=1))
    def claim(self, limit: int, skip: frozenset[str]) -> None:
        wanted = [d for d in self._heads() if d.chat not in skip and self._free(d)]
        claims = _claim(self.store, self.now, limit, skip)
        taken = {claim.delivery.id for claim in claims}
        assert len(taken) == min(limit, len(wanted))
        assert taken <= {d.id for d in wanted}
        for claim in claims:
            before, after = self.open_deliveries[claim.delivery.id], claim.delivery
            ambiguous = before.ambiguous + (after.id in self.held)
            assert after == replace(before, attempt=before.attempt + 1, ambiguous=ambiguous)
            self.open_deliveries[after.id] = after
            self.held[after.id] = self.now + LEASE
            self.claims.append(after)

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), end=st.sampled_from(DeliveryState), wait=st.integers(0, 40))
    def finish(self, data: st.DataObject, end: DeliveryState, wait: int) -> None:
        claimed = data.draw(st.sampled_from(self.claims))
        after = replace(claimed, state=end, due_at=self.now + wait * SECOND)
        current = self.open_deliveries.get(claimed.id)
        holds = (
            current is not None and claimed.id in self.held and current.attempt == claimed.attempt
        )
        assert self.store.finish(after).result() is holds
        if holds:
            del self.held[claimed.id]
            self.open_deliveries[claimed.id] = after
            if end in (DeliveryState.SENT, DeliveryState.DEAD):
                del self.open_deliveries[claimed.id]
                self.final.add(claimed.id)

    @rule()
    def die_and_come_back(self) -> None:
        self.store.close()
        self.store = open_store(self.path)
        assert self.store.release_leases().result() == len(self.held)
        for id_ in self.held:
            self.open_deliveries[id_] = replace(
                self.open_deliveries[id_],
                state=DeliveryState.RETRY,
                ambiguous=self.open_deliveries[id_].ambiguous + 1,
                error="the monitor stopped while sending",
            )
        self.held.clear()
        self.open_deliveries = {  # what kept them back may be mended: all retries are due
            id_: replace(d, due_at=d.ready_at) if d.state is DeliveryState.RETRY else d
            for id_, d in self.open_deliveries.items()
        }

    @invariant()
    def nothing_is_lost(self) -> None:
        counts = self.store.counts(NOW)
        assert counts.waiting == len(self.open_deliveries)
        assert counts.sent + counts.dead == len(self.final)

    @invariant()
    def each_chat_has_one_outstanding_at_most(self) -> None:
        chats = [self.open_deliveries[id_].chat for id_ in self.held]
        assert len(chats) == len(set(chats))

    def _heads(self) -> list[Delivery]:
        heads: dict[str, Delivery] = {}
        for waiting in sorted(self.open_deliveries.values(), key=lambda d: (d.ready_at, d.id)):
            heads.setdefault(waiting.chat, waiting)
        return list(heads.values())

    def _free(self, head: Delivery) -> bool:
        held_until = self.held.get(head.id)
        return head.due_at <= self.now and (held_until is None or held_until < self.now)


OutboxMachine.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestOutboxLaws = OutboxMachine.TestCase

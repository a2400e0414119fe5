"""The outbox: deliveries in the order of their chats, leased to one sender at a time.

A lease is the time within which a claimed delivery is somebody's. Whoever outlives it loses it to
the next claim, which raises ``attempt``: the fence that the late one then fails at.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlite_utils import Database

from monitor.model import Claim, Delivery, DeliveryState, Firing, StoryView
from monitor.store import articles, correlations, matches
from monitor.store.engine import Row
from monitor.store.moments import from_micros, maybe_from_micros, maybe_to_micros, to_micros

_HEADS = """
    SELECT delivery.* FROM
        (SELECT DISTINCT chat FROM delivery WHERE state IN ('QUEUED', 'RETRY')) AS waiting
        JOIN delivery ON delivery.id = (
            SELECT id FROM delivery AS head
            WHERE head.chat = waiting.chat AND head.state IN ('QUEUED', 'RETRY')
            ORDER BY head.ready_at, head.id LIMIT 1
        )
    WHERE delivery.due_at <= :now
        AND (delivery.lease_until IS NULL OR delivery.lease_until < :now)
        AND delivery.chat NOT IN (SELECT value FROM json_each(:skip))
        AND delivery.chat NOT IN (SELECT chat FROM suspended_chat)
    ORDER BY delivery.due_at, delivery.id LIMIT :limit
"""


def queue(db: Database, delivery: Delivery, story: int) -> Delivery:
    """Add a delivery of a story, unless it is there already; answer it as it is stored."""
    row = _row(replace(delivery, story=story))
    db.table("delivery").insert(row, ignore=True)
    stored = db.query(
        "SELECT * FROM delivery WHERE story = :story AND chat = :chat AND kind = :kind "
        "AND revision = :revision",
        row,
    )
    return _delivery(next(stored))


def of_story(db: Database, story: int) -> tuple[Delivery, ...]:
    """All deliveries of a story, in the order they were queued."""
    rows = db.query("SELECT * FROM delivery WHERE story = ? ORDER BY id", [story])
    return tuple(map(_delivery, rows))


def latest(db: Database, story: int) -> tuple[Delivery, ...]:
    """A story's alert of the highest revision for each chat."""
    alerts = [delivery for delivery in of_story(db, story) if delivery.kind == "alert"]
    by_revision = sorted(alerts, key=lambda delivery: delivery.revision)
    return tuple({delivery.chat: delivery for delivery in by_revision}.values())


def claim(
    db: Database, now: datetime, *, lease: timedelta, limit: int, skip: Iterable[str]
) -> tuple[Claim, ...]:
    """Lease the heads that may be sent now, with their content.

    A head whose earlier lease ran out may have been sent by the one who held it: that counts as
    one more ambiguous send.
    """
    wanted = {"now": to_micros(now), "skip": json.dumps(list(skip)), "limit": limit}
    heads = list(db.query(_HEADS, wanted))
    until = to_micros(now + lease)
    return tuple(_claimed(db, head, now=to_micros(now), until=until) for head in heads)


def finish(db: Database, delivery: Delivery) -> bool:
    """Write the next state of a claimed delivery, unless another claim has come since."""
    changed = db.execute(
        "UPDATE delivery SET state = :state, due_at = :due_at, ambiguous = :ambiguous, "
        "error = :error, ref = :ref, sent_at = :sent_at, lease_until = NULL "
        "WHERE id = :id AND attempt = :attempt AND lease_until IS NOT NULL",
        _row(delivery) | {"id": delivery.id},
    )
    return changed.rowcount == 1


def release_leases(db: Database) -> int:
    """Give back what a dead process held, and answer how many it were; all retries are due.

    What kept them back (a refused token, a dead network) may be what the restart has mended.
    """
    released = db.execute(
        "UPDATE delivery SET state = 'RETRY', lease_until = NULL, ambiguous = ambiguous + 1, "
        "error = 'the monitor stopped while sending' WHERE lease_until IS NOT NULL"
    )
    db.execute("UPDATE delivery SET due_at = ready_at WHERE state = 'RETRY'")
    return released.rowcount


def set_back(db: Database, by: timedelta) -> None:
    """Make all that waits due so much earlier, in the same order."""
    db.execute(
        "UPDATE delivery SET ready_at = ready_at - :by, due_at = due_at - :by, "
        "lease_until = lease_until - :by WHERE state IN ('QUEUED', 'RETRY')",
        {"by": by // timedelta(microseconds=1)},
    )


def _claimed(db: Database, head: Row, *, now: int, until: int) -> Claim:
    db.execute(
        "UPDATE delivery SET attempt = attempt + 1, ambiguous = ambiguous + (lease_until IS NOT "
        "NULL), claimed_at = ?, lease_until = ? WHERE id = ?",
        [now, until, head["id"]],
    )
    delivery = _delivery(next(db.query("SELECT * FROM delivery WHERE id = ?", [head["id"]])))
    firing = correlations.of_delivery(db, delivery)
    if firing is not None:
        return Claim(delivery=delivery, view=_seen_by(db, firing), firing=firing)
    view = StoryView(
        story=delivery.story,
        articles=articles.of_story(db, delivery.story),
        matches=matches.for_chat(db, delivery.story, delivery.chat),
    )
    return Claim(delivery=delivery, view=view)


def _seen_by(db: Database, firing: Firing) -> StoryView:
    """What a correlation saw: its articles, with the matches of its rules."""
    return StoryView(
        story=firing.story,
        articles=articles.by_ids(db, firing.articles),
        matches=matches.of_rules(db, firing.articles, firing.rules),
    )


def _row(delivery: Delivery) -> Row:
    return {
        "chat": delivery.chat,
        "story": delivery.story,
        "kind": delivery.kind,
        "revision": delivery.revision,
        "state": delivery.state.name,
        "ready_at": to_micros(delivery.ready_at),
        "due_at": to_micros(delivery.due_at),
        "attempt": delivery.attempt,
        "ambiguous": delivery.ambiguous,
        "error": delivery.error,
        "ref": delivery.ref,
        "sent_at": maybe_to_micros(delivery.sent_at),
    }


def _delivery(row: Row) -> Delivery:
    return Delivery(
        id=row["id"],
        chat=row["chat"],
        story=row["story"],
        kind=row["kind"],
        revision=row["revision"],
        state=DeliveryState[row["state"]],
        ready_at=from_micros(row["ready_at"]),
        due_at=from_micros(row["due_at"]),
        attempt=row["attempt"],
        ambiguous=row["ambiguous"],
        error=row["error"],
        ref=row["ref"],
        sent_at=maybe_from_micros(row["sent_at"]),
    )

"""A delivery's next state, and the pace of sending. Pure: time and chance are arguments."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.errors import ChannelError
from monitor.model import Delivery, DeliveryState


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How hard a delivery is tried."""

    attempts: int = 12  # sends that may have reached the receiver, before it goes dead
    longest_wait: timedelta = timedelta(minutes=5)


def sent(delivery: Delivery, ref: str, now: datetime) -> Delivery:
    """The receiver took it; ``ref`` is its id there."""
    return replace(delivery, state=DeliveryState.SENT, ref=ref, sent_at=now, error=None)


def failed(
    delivery: Delivery, error: ChannelError, now: datetime, policy: Policy, *, jitter: float
) -> Delivery:
    """The state after a send that failed or whose answer was lost.

    Full jitter over powers of two, ``retry_after`` obeyed. Only sends that may have reached the
    receiver count towards death: an hour without network must not kill a single alert. What a chat
    did not take because it is gone waits for its return.
    """
    ambiguous = delivery.ambiguous + error.ambiguous
    if (error.permanent and not error.chat_gone) or ambiguous >= policy.attempts:
        state, wait = DeliveryState.DEAD, timedelta(0)
    else:
        state, wait = DeliveryState.RETRY, _wait(delivery.attempt, error, policy, jitter)
    return replace(delivery, state=state, ambiguous=ambiguous, due_at=now + wait, error=str(error))


def _wait(attempt: int, error: ChannelError, policy: Policy, jitter: float) -> timedelta:
    if error.retry_after is not None:
        return error.retry_after
    if error.moved_to is not None:
        return timedelta(0)
    if error.stop:
        return policy.longest_wait
    return jitter * min(policy.longest_wait, timedelta(seconds=2 ** min(attempt, 30)))


@dataclass(frozen=True, slots=True)
class Bucket:
    """A token bucket: ``burst`` messages at once, then ``rate`` a second."""

    rate: float
    burst: float
    level: float
    at: datetime

    def refilled(self, now: datetime) -> "Bucket":
        """The bucket with what has flowed in until now."""
        # A clock that was set back must not stop a chat until it has caught up.
        seconds = abs((now - self.at).total_seconds())
        return replace(self, level=min(self.burst, self.level + seconds * self.rate), at=now)

    def ready(self, now: datetime) -> bool:
        """Whether a message may go now."""
        return self.refilled(now).level >= 1

    def take(self, now: datetime) -> "Bucket":
        """The bucket after one message."""
        full = self.refilled(now)
        return replace(full, level=full.level - 1)

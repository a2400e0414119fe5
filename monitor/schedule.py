"""When to poll a source next, and what is remembered of it in between.

Pure: ``now`` and any randomness come in as arguments. Fixed intervals for now; intervals by
expected delay (``design/sources.md``) will replace ``_interval`` and nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.errors import FetchError, MonitorError
from monitor.model import LivePage, Response, Source, SourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of the time between two polls, and the gap after which a source starts anew."""

    shortest: timedelta = timedelta(minutes=1)
    longest: timedelta = timedelta(hours=24)
    gap: timedelta = timedelta(days=7)
    unanswered: timedelta = timedelta(minutes=15)  # longest back-off while no answer comes at all


def first_state(source: Source, now: datetime) -> SourceState:
    """A source that was never polled is due at once."""
    return SourceState(source=source.id, url=source.url, next_poll_at=now)


def sync(
    sources: Iterable[Source], states: Mapping[str, SourceState], now: datetime
) -> tuple[tuple[SourceState, ...], tuple[str, ...]]:
    """Bring the remembered states in line with the configuration: (to write, to forget).

    A source whose address changed starts anew. One that is due later than its (perhaps shortened)
    interval allows is drawn near, unless it is backing off from failures.
    """
    write, ids = [], set()
    for source in sources:
        ids.add(source.id)
        state = states.get(source.id)
        if state is None or state.url != source.url:
            write.append(first_state(source, now))
        elif not state.failures and state.next_poll_at > now + source.every:
            write.append(replace(state, next_poll_at=now + source.every))
    return tuple(write), tuple(sorted(states.keys() - ids))


def is_baseline(state: SourceState, now: datetime, limits: Limits) -> bool:
    """Whether this poll's entries are taken as known instead of alerted.

    So on the first poll, and after a gap so long that "new" would be a flood of old news.
    """
    if state.baseline_at is None or state.succeeded_at is None:
        return True
    return now - state.succeeded_at > limits.gap


def is_check(state: SourceState, now: datetime) -> bool:
    """Whether this poll should ask afresh: the first of each quarter of a day (UTC) does.

    A server that answers 304 for ever would otherwise silence its source without a sign.
    """
    last = state.polled_at
    return last is not None and (last.date(), last.hour // 6) != (now.date(), now.hour // 6)


def after_success(
    state: SourceState, source: Source, response: Response, now: datetime, *, jitter: float = 0.5
) -> SourceState:
    """The state after a poll that was read to its end (a 304 keeps what the 200 before it said).

    ``jitter`` is a random number from 0 to 1: intervals vary by ± 5 % so that sources drift apart.
    """
    if response.status == 200:
        state = replace(state, etag=response.etag, last_modified=response.last_modified)
    return replace(
        state,
        next_poll_at=now + source.every * (0.95 + jitter / 10),
        polled_at=now,
        succeeded_at=now,
        baseline_at=state.baseline_at or now,
        failures=0,
        error=None,
        stopped=None,
    )


def unfinished(
    state: SourceState, now: datetime, limits: Limits, *, asked: timedelta = timedelta(0)
) -> SourceState:
    """A successful poll, some of whose pages must be tried again soon.

    ``asked`` is how long their server asks to wait; but new entries do not wait for old pages. The
    validators are forgotten: else a 304 would hide the entries whose pages are still wanted.
    """
    soon = min(state.next_poll_at, now + max(limits.shortest, asked))
    return replace(state, etag=None, last_modified=None, body_hash=None, next_poll_at=soon)


_LIVE_SOON = timedelta(minutes=5)  # between two readings of a live blog ...
_LIVE_LATER = timedelta(minutes=10)  # ... and when nothing new came for half an hour
_LIVE_BUSY = timedelta(minutes=30)
_LIVE_QUIET = timedelta(hours=2)  # without a new update: it has ended
_LIVE_LONGEST = timedelta(hours=24)  # the next day's news comes on a page of its own


def live_page(source: str, url: str, title: str, now: datetime) -> LivePage:
    """A live blog that is being read for the first time."""
    soon = now + _LIVE_SOON
    return LivePage(url=url, source=source, title=title, opened_at=now, newest_at=now, next_at=soon)


def live_at_first_poll(source: str, url: str, title: str, now: datetime) -> LivePage:
    """A live blog that is there at a first poll: it is read at once, to know what it says."""
    return replace(live_page(source, url, title, now), next_at=now, baseline=True)


def live_over(page: LivePage, now: datetime) -> bool:
    """Whether a live blog has gone on for so long that it is not read again."""
    return now - page.opened_at > _LIVE_LONGEST


def live_again(page: LivePage, now: datetime, *, news: bool) -> LivePage | None:
    """When to read a live blog again after it was read, with or without new updates; or never."""
    page = replace(page, newest_at=now) if news else page
    silent = now - page.newest_at
    if live_over(page, now) or silent > _LIVE_QUIET:
        return None
    wait = _LIVE_SOON if silent <= _LIVE_BUSY else _LIVE_LATER
    return replace(page, next_at=now + wait)


def after_failure(
    state: SourceState, source: Source, error: MonitorError, now: datetime, limits: Limits
) -> SourceState:
    """The state after a poll that brought nothing usable.

    Backs off by powers of two up to the longest interval, never sooner than the server asks, and
    never stops silently: only 410 Gone stops a source, and says so. Where no answer comes at all it
    may be our own network that is down: that must not cost hours after it is back. Validators stay
    those of the last good answer, since an error page must not overwrite them.
    """
    failures = state.failures + 1
    wait = min(source.every * 2 ** min(failures, 20), limits.longest)
    if isinstance(error, FetchError) and error.status is None and not error.permanent:
        wait = min(wait, max(source.every, limits.unanswered))
    if isinstance(error, FetchError) and error.retry_after is not None:
        wait = max(wait, min(error.retry_after, limits.longest))
    gone = isinstance(error, FetchError) and error.status == 410
    return replace(
        state,
        next_poll_at=now + wait,
        polled_at=now,
        failures=failures,
        error=str(error),
        stopped="the publisher says it is gone for good (410)" if gone else None,
    )

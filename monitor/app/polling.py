"""Polls sources: fetch, parse, read the pages of new entries, match, record."""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from monitor import pipeline, schedule
from monitor.app.clock import now
from monitor.app.desk import Desk
from monitor.app.jobs import run_job
from monitor.app.live import LiveBlogs
from monitor.app.reading import PageLaterError, Reader, Tools
from monitor.drift import Mark, after_pages, mark_of, notice
from monitor.errors import MonitorError, ParseError, StoreError
from monitor.model import (
    Article,
    Source,
    SourceState,
)
from monitor.pipeline import Listed
from monitor.urls import host, without_login

log = structlog.get_logger()

_PAUSE = 15  # seconds after the database refused
_LOOK_AHEAD = 1000  # due sources that are looked at for one of another host
# A host is asked for one thing at a time: more polls of a slow one would only wait for each other,
# in places that sources of other hosts could have.
_POLLS_PER_HOST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How polling is done, from the configuration."""

    limits: schedule.Limits
    page_attempts: int
    concurrency: int


class Poller:
    """Keeps the sources polled. One poll of a source at a time; entries in order, oldest first."""

    def __init__(
        self,
        sources: Mapping[str, Source],
        *,
        habits: Habits,
        tools: Tools,
        reader: Reader,
        live: LiveBlogs,
        desk: Desk,
    ) -> None:
        self._sources = sources
        self._habits = habits
        self._store = tools.store
        self._fetcher = tools.fetcher
        self._workers = tools.workers
        self._reader = reader
        self._live = live
        self._desk = desk
        self._running: dict[str, asyncio.Task[None]] = {}
        self._paused_until = 0.0  # by the loop's clock, which nobody sets back

    async def tick(self) -> None:
        """Start a poll of every source that is due."""
        if asyncio.get_running_loop().time() < self._paused_until:
            return
        try:
            due = self._store.due(now(), _LOOK_AHEAD)
        except StoreError as error:
            await self._pause(error)
            return
        polled = Counter(host(self._sources[name].url) for name in self._running)
        for state in due:
            if len(self._running) >= self._habits.concurrency:
                return
            if state.source in self._running or state.source not in self._sources:
                continue
            place = host(self._sources[state.source].url)
            if polled[place] < _POLLS_PER_HOST:
                polled[place] += 1
                self._start(state)

    async def poll_all(self) -> None:
        """Poll every source once, due or not, and wait for the end of it all."""
        limit = asyncio.Semaphore(self._habits.concurrency)

        async def one(state: SourceState) -> None:
            async with limit:
                await self._job(state)

        states = [s for s in self._store.states() if s.source in self._sources and not s.stopped]
        await asyncio.gather(*(one(s) for s in states))

    async def stop(self) -> None:
        """Give up running polls. What they had not recorded is polled again at the next start."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, state: SourceState) -> None:
        task = asyncio.create_task(self._job(state), name=f"poll {state.source}")
        self._running[state.source] = task
        task.add_done_callback(lambda _: self._running.pop(state.source, None))

    async def _job(self, state: SourceState) -> None:
        """Run one poll; whatever goes wrong in it stays in it."""
        source = self._sources[state.source]

        async def unforeseen(error: Exception) -> None:
            await self._failed(source, state, ParseError(f"internal error: {error!r}"))

        with structlog.contextvars.bound_contextvars(source=source.id):
            await run_job(self._guarded(source, state), unforeseen)

    async def _guarded(self, source: Source, state: SourceState) -> None:
        try:
            await self._poll(source, state)
            await self._desk.trouble("polling", None)
        except StoreError as error:
            await self._pause(error)
        except MonitorError as error:
            await self._failed(source, state, error)

    async def _pause(self, error: StoreError) -> None:
        """Without its memory the monitor would repeat itself: wait for the database."""
        moment = asyncio.get_running_loop().time()
        if self._paused_until < moment:
            log.error("polling pauses", seconds=_PAUSE, reason=str(error))
        self._paused_until = moment + _PAUSE
        await self._desk.trouble("polling", f"Polling pauses: {error}")

    async def _failed(self, source: Source, state: SourceState, error: MonitorError) -> None:
        after = schedule.after_failure(state, source, error, now(), self._habits.limits)
        log.warning(
            "poll failed", error=str(error), failures=after.failures, next=after.next_poll_at
        )
        try:
            await asyncio.wrap_future(self._store.record_poll(after))
            if after.stopped:
                await self._desk.tell_operators(
                    f"{source.outlet}: {without_login(source.url)} is not polled any more: "
                    f"{after.stopped}. Remove or replace source {source.id!r} in the configuration."
                )
        except StoreError as refusal:
            await self._pause(refusal)

    async def _poll(self, source: Source, state: SourceState) -> None:
        afresh = schedule.is_check(state, now())
        request = pipeline.source_request(source, state, afresh=afresh)
        response = await self._fetcher.fetch(request)
        fresh = replace(
            schedule.after_success(state, source, response, now(), jitter=random.random()),  # noqa: S311
            body_hash=state.body_hash if response.status == 304 else pipeline.body_hash(response),
        )
        if response.status == 304 or fresh.body_hash == state.body_hash:
            log.info("polled", new=0, unchanged=True)
            await asyncio.wrap_future(self._store.record_poll(fresh))
            return
        memory = self._store.link_memory(source.id)
        document = await self._workers.run(pipeline.read_source, source, response, memory)
        for problem in document.problems:
            log.debug("feed is odd", problem=problem)
        pairs = pipeline.listed(source, document)
        if schedule.is_baseline(state, now(), self._habits.limits):
            pairs, fresh = await self._baseline(source, fresh, pairs)
        standing = pipeline.standing(source, document)
        await self._read_new(source, fresh, pairs, since=state.succeeded_at, standing=standing)

    async def _baseline(
        self, source: Source, fresh: SourceState, pairs: tuple[Listed, ...]
    ) -> tuple[tuple[Listed, ...], SourceState]:
        """Take the entries as known, but for the newest that are allowed to alert."""
        old, newest = pipeline.split_baseline(pairs, source.first_poll_newest)
        # Due again at once until the newest have been read, should we die before.
        begun = (
            fresh
            if not newest
            else replace(fresh, next_poll_at=now(), body_hash=None, etag=None, last_modified=None)
        )
        # What it says of articles that others could not read whole was there at first as well.
        half_read = self._half_read(source, old)
        baseline = [
            (pair.entry, pair.keys)
            if half_read.keys().isdisjoint(pair.keys)
            else (pair.entry, (*pair.keys, pipeline.words_key(pair, source)))
            for pair in old
        ]
        live = self._live.found_at_first(source, old)
        await asyncio.wrap_future(self._store.record_poll(begun, baseline=baseline, followed=live))
        log.info(
            "first poll: entries taken as known",
            known=len(old),
            to_read=len(pairs) - len(old),
            live=[page.url for page in live],
        )
        return tuple(p for p in pairs if not newest.isdisjoint(p.keys)), fresh

    async def _read_new(
        self,
        source: Source,
        fresh: SourceState,
        pairs: tuple[Listed, ...],
        *,
        since: datetime | None,
        standing: frozenset[str] | None,
    ) -> None:
        keys = (key for pair in pairs for key in pair.keys)
        known = self._store.known_keys(keys, source=source.id, since=since)
        new = pipeline.unseen(pairs, known)
        tried = self._store.page_failures(pair.entry.url for pair in new)
        later: dict[str, PageLaterError] = {}
        pending: set[str] = set()
        marks: list[Mark] = []
        for pair in new:
            failure = await self._entry_job(source, pair, tried.get(pair.entry.url, 0), marks)
            if failure is not None:
                later[pair.entry.url] = failure
                pending.update(pair.keys)
        await self._read_more(source, [pair for pair in pairs if not known.isdisjoint(pair.keys)])
        # What failed even without its page waits for the feed to change.
        if any(tried.get(url, 0) <= self._habits.page_attempts for url in later):
            asked = max(failure.wait for failure in later.values())
            fresh = schedule.unfinished(fresh, now(), self._habits.limits, asked=asked)
        before, fresh = fresh.drift, after_pages(fresh, marks)
        unreadable = {url: str(failure) for url, failure in later.items()}
        gained = [(p.entry, p.keys) for p in pipeline.half_known(pairs, known, pending)]
        await asyncio.wrap_future(
            self._store.record_poll(
                fresh, baseline=gained, unreadable=unreadable, standing=standing
            )
        )
        log.info("polled", new=len(new) - len(later), listed=len(pairs))
        if text := notice(source, before, fresh.drift):
            await self._desk.tell_operators(text)

    async def _read_more(self, source: Source, seen: Sequence[Listed]) -> None:
        """Match the words that this source has of articles which another could not read whole."""
        half_read = self._half_read(source, seen)
        for pair in seen if half_read else ():
            before = next((half_read[key] for key in pair.keys if key in half_read), None)
            if before is not None:
                await run_job(self._read_words(source, pair, before), self._left)

    async def _read_words(self, source: Source, pair: Listed, before: Article) -> None:
        more = pipeline.more_of(pair, source, before, now())
        if more and not self._store.known_keys(more[0].keys):
            # Its address may have changed since, but it is the same article.
            await self._reader.record(*more, final_url=before.url)

    def _half_read(self, source: Source, pairs: Sequence[Listed]) -> Mapping[str, Article]:
        keys = [key for pair in pairs for key in pair.keys]
        since = now() - pipeline.WORDS_WITHIN
        return self._store.half_read(keys, source=source.id, since=since)

    async def _left(self, error: Exception) -> None:
        log.warning("words of a second source were not read", error=repr(error))

    async def _entry_job(
        self, source: Source, pair: Listed, tried: int, marks: list[Mark]
    ) -> PageLaterError | None:
        """Read one entry; what goes wrong stays with it. Answers why it is to be tried again.

        How its page was read is added to ``marks``.
        """
        failures: list[PageLaterError] = []

        async def unforeseen(error: Exception) -> None:
            failures.append(PageLaterError(f"internal error: {error!r}"))

        async def read() -> None:
            try:
                marks.extend(await self._read_entry(source, pair, tried))
            except PageLaterError as error:
                failures.append(error)

        await run_job(read(), unforeseen)
        for failure in failures:
            log.info("page is tried again at the next poll", url=pair.entry.url, error=str(failure))
            return failure
        return None

    async def _read_entry(self, source: Source, pair: Listed, tried: int) -> list[Mark]:
        """Read one entry to its end, and answer how its page was read."""
        read = await self._reader.page(source, pair.entry, tried)
        article = pipeline.make_article(pair.entry, source, read.page, note=read.note, now=now())
        is_live = read.page is not None and pipeline.is_live(read.page)
        if is_live:
            await self._live.remember(source, pair.entry)
        await self._reader.record(pair, article, read.final_url, read.page)
        if is_live:
            await self._live.read_updates(source, pair.entry, read, listed_as_news=True)
        if not source.pages or not pair.entry.url:
            return []
        mark = mark_of(read.page, article, source.kind)
        return [mark] if mark else []

"""Live blogs: each update is read as an article of its own, and the page again while it goes on."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import NamedTuple

import structlog

from monitor import pipeline, schedule
from monitor.app.clock import now
from monitor.app.editions import (
    Before,
    edition,
    edition_keys,
    said_before,
    was_there,
    whole_with,
)
from monitor.app.jobs import run_job
from monitor.app.reading import Read, Reader
from monitor.errors import FetchError, MonitorError, ParseError, StoreError
from monitor.model import Article, Entry, LivePage, Page, Source
from monitor.pipeline import Listed
from monitor.ports import Store

log = structlog.get_logger()

_AT_ONCE = 4  # pages
_GONE = 410  # the publisher's word that it will not come back
_OF_A_FIRST_POLL = 5  # pages; an outlet that has more of them at once lists the newest first
_MOST = 200  # pages that are followed at once and may be joined by those of first polls
_NEVER = datetime.fromtimestamp(0, UTC)


class _Unread(NamedTuple):
    """An update that is to be read."""

    listed: Listed  # with the keys to remember it by
    before: Before | None  # what was read of it, alone or with its page


class LiveBlogs:
    """Reads live blogs to their end. What is known of them is in the store, not here."""

    def __init__(self, sources: Mapping[str, Source], *, store: Store, reader: Reader) -> None:
        self._sources = sources
        self._store = store
        self._reader = reader
        self._running: dict[str, asyncio.Task[None]] = {}

    async def remember(self, source: Source, entry: Entry) -> None:
        """A live blog was found; to be called before its page and updates are recorded.

        If we die amid these, the rest is read the next time. Raises StoreError.
        """
        page = schedule.live_page(source.id, entry.url, entry.title, now())
        await asyncio.wrap_future(self._store.record_live(page))

    def found_at_first(self, source: Source, pairs: Sequence[Listed]) -> tuple[LivePage, ...]:
        """The live blogs to follow among what a first poll takes as known; raises StoreError.

        The newest few. What was news once may have been lost sight of, as with a renamed source.
        """
        if not source.pages:
            return ()
        at, followed = now(), len(self._store.live_pages(None, _MOST))
        found = (
            schedule.live_at_first_poll(source.id, entry.url, entry.title, at)
            for entry in pipeline.live_at_first(pairs, at)
        )
        return tuple(islice(found, min(_OF_A_FIRST_POLL, _MOST - followed)))

    async def tick(self) -> None:
        """Start to read the live blogs that are due."""
        try:
            due = self._store.live_pages(now(), _AT_ONCE + len(self._running))
        except StoreError as error:
            log.error("live blogs wait for the database", reason=str(error))
            return
        for page in due:
            if len(self._running) < _AT_ONCE and page.url not in self._running:
                task = asyncio.create_task(self._job(page), name=f"live {page.url}")
                self._running[page.url] = task
                task.add_done_callback(partial(self._ended, page.url))

    def _ended(self, url: str, _: asyncio.Task[None]) -> None:
        del self._running[url]

    async def read_all(self, due: datetime | None = None) -> None:
        """Read once every live blog, or those ``due`` at a moment, and wait for the end of it."""
        limit = asyncio.Semaphore(_AT_ONCE)

        async def one(page: LivePage) -> None:
            async with limit:
                await self._job(page)

        await asyncio.gather(*map(one, self._store.live_pages(due, 1000)))

    async def stop(self) -> None:
        """Give up what is being read; it is read again at the next start."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _job(self, page: LivePage) -> None:
        """Read one live blog; whatever goes wrong in it stays in it."""

        async def unforeseen(_: Exception) -> None:
            await self._next(page, None, news=False)

        with structlog.contextvars.bound_contextvars(source=page.source):
            try:
                await run_job(self._visit(page), unforeseen)
            except StoreError as error:
                log.error("a live blog waits for the database", url=page.url, reason=str(error))

    async def _visit(self, page: LivePage) -> None:
        source = self._sources.get(page.source)
        if schedule.live_over(page, now()):
            await asyncio.wrap_future(self._store.forget_live(page.url))
            return
        if source is None:  # another one may take it over, as where it was renamed
            await self._next(page, None, news=False)
            return
        entry = Entry(id=None, url=page.url, title=page.title)
        try:
            read = await self._reader.fetch(source, pipeline.live_request(page))
        except (FetchError, ParseError) as error:
            await self._failed(page, error)
            return
        if page.baseline and not await self._take_as_known(source, page, read):
            return
        polled = page.opened_at if page.baseline else None
        new = await self.read_updates(source, entry, read, polled=polled)
        await self._read_whole(source, entry, read)
        log.info("live blog", url=page.url, new=new)
        await self._next(replace(page, baseline=False), read, news=new > 0)

    async def _take_as_known(self, source: Source, page: LivePage, read: Read) -> bool:
        """Read a page as it was at a first poll, all but its updates; whether it goes on.

        If we die before these are read as well, all of it is read again, as silently.
        """
        if read.page is None or not pipeline.is_own_page(read.page):  # a wall may open
            await self._next(page, None, news=False)
            return False
        if not pipeline.is_live(read.page):
            await asyncio.wrap_future(self._store.forget_live(page.url))
            return False
        entry = Entry(id=None, url=page.url, title=page.title)
        article = pipeline.make_article(entry, source, read.page, now=now())
        pair = pipeline.whole_of(entry, read.page)
        await self._reader.record(pair, article, read.final_url, read.page, said=article)
        return True

    async def _failed(self, page: LivePage, error: MonitorError) -> None:
        log.info("a live blog was not read", url=page.url, error=str(error))
        # Other refusals, also 404, may pass; and an end without news comes soon enough.
        if isinstance(error, FetchError) and error.status == _GONE:
            await asyncio.wrap_future(self._store.forget_live(page.url))
        else:
            await self._next(page, None, news=False)

    async def read_updates(
        self,
        source: Source,
        entry: Entry,
        read: Read,
        *,
        polled: datetime | None = None,
        listed_as_news: bool = False,
    ) -> int:
        """Read a page's updates that are new or say something new, oldest first; how many.

        Those that were there at a first poll at ``polled`` are kept, and told to nobody. To a
        source for which the page itself is ``listed_as_news``, what only the first poll of another
        took as known is news.
        """
        parts = pipeline.updates_of(entry, read.page) if read.page else ()
        wholes = self._wholes(pipeline.whole_of(entry, read.page)) if read.page else ()
        new = 0
        for pair, own in parts:
            unread = self._unread(pair, own, wholes, source.id if listed_as_news else "")
            if unread is None:
                continue
            listed, before = unread
            article = pipeline.make_article(pair.entry, source, own, now=now())
            article = replace(article, note=f"it is an update of the live blog “{entry.title}”")
            said = said_before(listed, before, article)
            if polled and was_there(own, polled, now()):
                said = article
            await self._reader.record(listed, article, read.final_url, said=said)
            new += said != article
        return new

    def _unread(
        self, pair: Listed, own: Page, wholes: Sequence[Before], news_to: str
    ) -> _Unread | None:
        """The update, unless all of it was read before; see ``read_updates``."""
        since = _NEVER if news_to else None
        known = self._store.known_keys(pair.keys, source=news_to, since=since)
        if not known:
            whole = whole_with(own, wholes)
            return _Unread(replace(pair, anchor=None) if whole else pair, whole)
        if pair.keys[-1] in known:  # its very words
            return None
        before = self._before(pair.keys[0])
        listed = self._edition(pair, own, before.article) if before else None
        if listed is None:
            return None
        # Without its place it is another update, which nobody has read.
        return _Unread(listed, before if listed.anchor else None)

    async def _read_whole(self, source: Source, entry: Entry, read: Read) -> None:
        """Read a page again that shows no updates: before the first, or summed up at the end."""
        if read.page is None or read.page.updates or not pipeline.is_own_page(read.page):
            return
        pair = pipeline.whole_of(entry, read.page)
        before = self._before(pair.keys[0])
        if before is None or self._store.known_keys(pair.keys[-1:]):
            return
        if listed := self._edition(pair, read.page, before.article):
            article = pipeline.make_article(entry, source, read.page, now=now())
            said = before.article if before.baseline else None
            await self._reader.record(listed, article, read.final_url, said=said)

    def _edition(self, pair: Listed, own: Page, before: Article) -> Listed | None:
        taken = self._store.known_keys(edition_keys(pair))
        return edition(pair, own, before, taken)

    def _wholes(self, pair: Listed) -> Sequence[Before]:
        """The page as it was read before its updates could be told apart."""
        taken = self._store.known_keys((pair.keys[0], *edition_keys(pair)))
        found = (self._before(key) for key in sorted(taken))
        return [before for before in found if before is not None]

    def _before(self, key: str) -> Before | None:
        """What was read first under one of an entry's keys."""
        history = self._store.history([key])
        if history.article is None:
            return None
        outcomes = [e.outcome for e in history.entries if e.article == history.article.id]
        return Before(history.article.article, "baseline" in outcomes)

    async def _next(self, page: LivePage, read: Read | None, *, news: bool) -> None:
        """Remember when it is to be read again, or that it has ended."""
        answer = read.response if read else None
        if answer is not None and answer.status == 200:
            page = replace(page, etag=answer.etag, last_modified=answer.last_modified)
        again = schedule.live_again(page, now(), news=news)
        if again is None:
            log.info("a live blog has ended", url=page.url)
            await asyncio.wrap_future(self._store.forget_live(page.url))
        else:
            await asyncio.wrap_future(self._store.record_live(again))

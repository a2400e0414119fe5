"""Live blogs: each update is read as an article of its own, and the page again while it goes on."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import structlog

from monitor import pipeline, schedule
from monitor.app.clock import now
from monitor.app.editions import edition, edition_keys, part_of_wholes
from monitor.app.jobs import run_job
from monitor.app.reading import Read, Reader
from monitor.errors import FetchError, MonitorError, ParseError, StoreError
from monitor.model import Article, Entry, LivePage, Page, Source
from monitor.pipeline import Listed
from monitor.ports import Store

log = structlog.get_logger()

_AT_ONCE = 4  # pages
_GONE = 410  # the publisher's word that it will not come back


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

    async def read_all(self) -> None:
        """Read every live blog once, due or not, and wait for the end of it all."""
        for page in self._store.live_pages(None, 1000):
            await self._job(page)

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
        if source is None or schedule.live_over(page, now()):
            await asyncio.wrap_future(self._store.forget_live(page.url))
            return
        entry = Entry(id=None, url=page.url, title=page.title)
        try:
            read = await self._reader.fetch(source, pipeline.live_request(page))
        except (FetchError, ParseError) as error:
            await self._failed(page, error)
            return
        new = await self.read_updates(source, entry, read)
        await self._read_whole(source, entry, read)
        log.info("live blog", url=page.url, new=new)
        await self._next(page, read, news=new > 0)

    async def _failed(self, page: LivePage, error: MonitorError) -> None:
        log.info("a live blog was not read", url=page.url, error=str(error))
        # Other refusals, also 404, may pass; and an end without news comes soon enough.
        if isinstance(error, FetchError) and error.status == _GONE:
            await asyncio.wrap_future(self._store.forget_live(page.url))
        else:
            await self._next(page, None, news=False)

    async def read_updates(self, source: Source, entry: Entry, read: Read) -> int:
        """Read a page's updates that are new or say something new, oldest first; how many."""
        parts = pipeline.updates_of(entry, read.page) if read.page else ()
        wholes = self._wholes(pipeline.whole_of(entry, read.page)) if read.page else ()
        new = 0
        for pair, own in parts:
            listed = self._unread(pair, own, wholes)
            if listed is None:
                continue
            article = pipeline.make_article(pair.entry, source, own, now=now())
            note = f"it is an update of the live blog “{entry.title}”"
            await self._reader.record(listed, replace(article, note=note), read.final_url)
            new += 1
        return new

    def _unread(self, pair: Listed, own: Page, wholes: Sequence[Article]) -> Listed | None:
        """The update with the keys to remember it by; None where all of it was read before."""
        known = self._store.known_keys(pair.keys)
        if not known:
            return part_of_wholes(pair, own, wholes)
        if pair.keys[-1] in known:  # its very words
            return None
        before = self._article(pair.keys[0])
        return self._edition(pair, own, before) if before else None

    async def _read_whole(self, source: Source, entry: Entry, read: Read) -> None:
        """Read a page again that shows no updates: before the first, or summed up at the end."""
        if read.page is None or read.page.updates or not pipeline.is_own_page(read.page):
            return
        pair = pipeline.whole_of(entry, read.page)
        before = self._article(pair.keys[0])
        if before is None or self._store.known_keys(pair.keys[-1:]):
            return
        if listed := self._edition(pair, read.page, before):
            article = pipeline.make_article(entry, source, read.page, now=now())
            await self._reader.record(listed, article, read.final_url)

    def _edition(self, pair: Listed, own: Page, before: Article) -> Listed | None:
        taken = self._store.known_keys(edition_keys(pair))
        return edition(pair, own, before, taken)

    def _wholes(self, pair: Listed) -> Sequence[Article]:
        """The page as it was read before its updates could be told apart."""
        taken = self._store.known_keys((pair.keys[0], *edition_keys(pair)))
        found = (self._article(key) for key in sorted(taken))
        return [article for article in found if article is not None]

    def _article(self, key: str) -> Article | None:
        """What was read first under one of an entry's keys."""
        stored = self._store.history([key]).article
        return stored.article if stored else None

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

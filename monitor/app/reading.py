"""Reads pages and records what was read: the way from an entry to its matches and alerts."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple

import structlog

from monitor import pipeline
from monitor.app.advice import advised
from monitor.app.clock import now
from monitor.app.desk import Desk
from monitor.app.editions import without_what_was_said
from monitor.app.rulebook import RuleBook
from monitor.app.workers import Workers
from monitor.errors import FetchError, MonitorError, ParseError
from monitor.model import (
    Article,
    Entry,
    Guidance,
    Known,
    Outcome,
    Page,
    Request,
    Response,
    Source,
)
from monitor.pipeline import Listed
from monitor.ports import Fetcher, Store
from monitor.urls import host

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What reading works with."""

    store: Store
    fetcher: Fetcher
    workers: Workers
    rules: RuleBook
    advisers: Workers | None = None  # to ask for second opinions, if any are wanted


class PageLaterError(MonitorError):
    """A page could not be read this time but may be next time, after ``wait``."""

    def __init__(self, message: str, wait: timedelta = timedelta(0)) -> None:
        super().__init__(message)
        self.wait = wait


class Read(NamedTuple):
    """An entry's page, or why there is none."""

    page: Page | None
    final_url: str | None  # where the page stands, if that says something of the article
    note: str
    response: Response | None = None


class Reader:
    """Brings pages, lets workers read them, and records what came of it."""

    def __init__(
        self,
        *,
        tools: Tools,
        desk: Desk,
        first_wait: timedelta,
        page_attempts: int,
        learn_boilerplate: bool = True,
    ) -> None:
        self._store = tools.store
        self._fetcher = tools.fetcher
        self._workers = tools.workers
        self._advisers = tools.advisers
        self._rules = tools.rules
        self._desk = desk
        self._first_wait = first_wait
        self._attempts = page_attempts
        self._learn_boilerplate = learn_boilerplate

    async def page(self, source: Source, entry: Entry, tried: int) -> Read:
        """Read an entry's page, or say why its feed text must do; raises PageLaterError."""
        if not source.pages:
            return Read(None, None, "")
        if not entry.url:
            return Read(None, None, "the feed gives no address for it")
        if tried >= self._attempts:  # only what nobody foresaw comes so far
            return Read(None, None, "reading its page ended in an internal error each time")
        try:
            read = await self.fetch(source, pipeline.page_request(entry))
        except FetchError as error:
            if not error.permanent and tried + 1 < self._attempts:
                raise PageLaterError(str(error), error.retry_after or timedelta(0)) from None
            return Read(None, None, _without_url(error, entry.url))
        except ParseError as error:
            return Read(None, None, _without_url(error, entry.url))
        named = read.page is not None and pipeline.may_name_itself(entry, read.page)
        return read if named else read._replace(final_url=None)

    async def fetch(self, source: Source, request: Request) -> Read:
        """Fetch a page and read it; a page that did not change is none.

        Raises FetchError and ParseError.
        """
        response = await self._fetcher.fetch(request)
        if response.status == 304:
            return Read(None, None, "", response)
        page = await self._workers.run(
            pipeline.read_page,
            response.body,
            response.final_url,
            response.content_type,
            self._guidance(source, response),
        )
        page = await self._advised(page, response)
        # Where a wall or a list of links stands says nothing about the article.
        final_url = response.final_url if pipeline.is_own_page(page) else None
        return Read(page, final_url, "", response)

    async def _advised(self, page: Page, response: Response) -> Page:
        """The page with a second opinion where it needs one, or as it is if that fails."""
        if self._advisers is None:
            return page
        page, failure = await advised(page, response, self._advisers)
        if failure:
            log.warning("no second opinion, our own reading stays", url=page.url, error=failure)
        return page

    def _guidance(self, source: Source, response: Response) -> Guidance:
        site = host(response.final_url)
        repeated = self._store.recurring(site, now()) if self._learn_boilerplate else ()
        return Guidance(
            selectors=source.selectors,
            recurring=frozenset(passage.imprint for passage in repeated),
        )

    async def record(
        self,
        pair: Listed,
        article: Article,
        final_url: str | None,
        page: Page | None = None,
        *,
        said: Article | None = None,
    ) -> None:
        """Match an article and store it with all that is decided about it; raises StoreError.

        Of ``page``, if the article was read from it, the site's boilerplate is learned. Of what
        was ``said`` at a first poll already nobody is told.
        """
        reading = pipeline.make_reading(
            pair,
            article,
            self._rules.ruleset,
            page=page,
            final_url=final_url,
            now=now(),
        )
        if said is not None:
            reading = without_what_was_said(reading, said, self._rules.ruleset, now())
        if not self._learn_boilerplate:
            reading = replace(reading, passages=())
        routing, wait = self._desk.routing(), self._first_wait
        known, outcome = await asyncio.wrap_future(
            self._store.record_reading(
                reading,
                lambda known: pipeline.decide(reading, known, routing, wait),
            )
        )
        _log_reading(article, [m.rule.id for m in reading.matches], known, outcome)
        if outcome.deliveries:
            self._desk.wake()


def _without_url(error: MonitorError, url: str) -> str:
    """Why a page was not read, for readers: without its address and advice to operators."""
    said = str(error).replace(f"{url}: ", "").replace(url, "the page")
    return said.split(";")[0].rstrip(".")


def _noted(article: Article) -> str:
    """The name under which the log has an article's note."""
    return "feed_only" if article.origin == "feed" else "note"


def _log_reading(article: Article, rules: list[str], known: Known, outcome: Outcome) -> None:
    log.info(
        "article",
        title=article.title,
        outlet=article.outlet,
        url=article.url,
        rules=rules,
        relation=str(known.relation),
        decisions=[f"{d.chat or '-'}: {d.reason}" for d in outcome.decisions],
        **({_noted(article): article.note} if article.note else {}),
    )

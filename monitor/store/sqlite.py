"""The store on one SQLite file: opening it, and the Store protocol over the other modules."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database

from monitor.errors import StoreError
from monitor.model import (
    Article,
    Claim,
    Counts,
    Delivery,
    Entry,
    History,
    Known,
    LivePage,
    Outcome,
    Reading,
    Recurring,
    Rule,
    ShadowTally,
    SourceState,
    StoredArticle,
)
from monitor.ports import Decide
from monitor.sources.links import LinkMemory
from monitor.store import (
    answers,
    articles,
    boilerplate,
    chats,
    correlations,
    entries,
    linkage,
    live,
    matches,
    notices,
    outbox,
    readings,
    sources,
)
from monitor.store.engine import Reader, SqliteError, connect, explain, make_durable
from monitor.store.lock import ProcessLock
from monitor.store.moments import to_micros
from monitor.store.schema import check_readable, prepare
from monitor.store.writer import Writer

T = TypeVar("T")

_PAGE = 100  # articles that are read at a time: some are as long as a short book


def open_store(path: Path) -> "SqliteStore":
    """Open a database for this process alone, making it where there is none.

    Raises AlreadyRunning, NewerDatabase, or StoreError where the path holds something else.
    """
    with ExitStack() as closing:
        _is_there(path)
        closing.callback(ProcessLock(path).release)
        try:
            db = closing.enter_context(connect(path, writable=True))
            prepare(db, path)
            make_durable(db)
            reader = Reader(connect(path, writable=False), path)
        except SqliteError as error:
            raise explain(error, path) from error
        closing.callback(reader.close)
        writer = Writer(db, path)
        closing.callback(writer.stop)
        return SqliteStore(path, reader, writer, closing.pop_all())


def read_store(path: Path) -> "SqliteStore":
    """Open a database only to read, also while a monitor runs; writing raises StoreError."""
    if not _is_there(path):
        raise StoreError(f"there is no database at {path} yet; start `monitor run` first")
    with ExitStack() as closing:
        try:
            db = closing.enter_context(connect(path, writable=False))
            check_readable(db, path)
        except SqliteError as error:
            raise explain(error, path) from error
        return SqliteStore(path, Reader(db, path), None, closing.pop_all())


def _is_there(path: Path) -> bool:
    """Whether there is a file; raises StoreError where there never can be."""
    try:
        if path.is_dir():
            raise StoreError(f"{path} is a directory; name a file in it as [store] path")
        return path.exists()
    except OSError as error:
        raise StoreError(
            f"{path} cannot be reached ({error.strerror}); let this user into its directory, "
            "or name another [store] path"
        ) from error


class SqliteStore:
    """Implements ``monitor.ports.Store``; its docstrings say what each method does."""

    def __init__(
        self, path: Path, reader: Reader, writer: Writer | None, closing: ExitStack
    ) -> None:
        self._path = path
        self._reader = reader
        self._writer = writer
        self._closing = closing

    # --- sources
    def states(self) -> Sequence[SourceState]:
        """All remembered sources, by id."""
        with self._reader.snapshot() as db:
            return sources.states(db)

    def due(self, now: datetime, limit: int) -> Sequence[SourceState]:
        """Sources to poll now, longest due first."""
        with self._reader.snapshot() as db:
            return sources.due(db, now, limit)

    def sync_sources(self, states: Iterable[SourceState], forget: Iterable[str]) -> Future[None]:
        """Add or replace states, and forget others."""
        kept, dropped = tuple(states), tuple(forget)

        def sync(db: Database) -> None:
            for state in kept:
                sources.put(db, state)
            for source in dropped:
                sources.forget(db, source)
                linkage.forget(db, source)

        return self._write(sync)

    def known_keys(
        self, keys: Iterable[str], *, source: str = "", since: datetime | None = None
    ) -> frozenset[str]:
        """Which of these entry keys have been seen."""
        with self._reader.snapshot() as db:
            return entries.known_keys(db, keys, source, since)

    def half_read(
        self, keys: Iterable[str], *, source: str, since: datetime
    ) -> Mapping[str, Article]:
        """By entry key, what another source listed, and whose page gave no whole text."""
        with self._reader.snapshot() as db:
            return articles.half_read(db, keys, source, since)

    def page_failures(self, urls: Iterable[str]) -> Mapping[str, int]:
        """How often these pages could not be read."""
        with self._reader.snapshot() as db:
            return sources.page_failures(db, urls)

    # --- polls and readings
    def record_poll(
        self,
        state: SourceState,
        *,
        baseline: Sequence[tuple[Entry, tuple[str, ...]]] = (),
        followed: Sequence[LivePage] = (),
        unreadable: Mapping[str, str] | None = None,
        standing: frozenset[str] | None = None,
    ) -> Future[None]:
        """Remember how a poll ended."""
        at = state.polled_at or state.next_poll_at
        seen, failed = tuple(baseline), tuple((unreadable or {}).items())
        pages = tuple(followed)

        def record(db: Database) -> None:
            sources.put(db, state)
            entries.add_baseline(db, state.source, seen, at)
            live.follow(db, pages)
            for url, error in failed:
                sources.count_failure(db, source=state.source, url=url, error=error, at=at)
            if standing is not None:
                linkage.stand(db, state.source, standing)

        return self._write(record)

    def record_reading(self, reading: Reading, decide: Decide) -> Future[tuple[Known, Outcome]]:
        """Store a reading with what is decided about it, or nothing."""
        return self._write(partial(readings.record, reading=reading, decide=decide))

    # --- what is learned
    def recurring(self, host: str, now: datetime) -> Sequence[Recurring]:
        """What a site repeats in articles that have nothing to do with each other."""
        with self._reader.snapshot() as db:
            return boilerplate.recurring(db, host, now)

    def all_recurring(self, now: datetime) -> Sequence[tuple[str, Recurring]]:
        """The same of all sites, each passage with its host."""
        with self._reader.snapshot() as db:
            return boilerplate.all_recurring(db, now)

    def link_memory(self, source: str) -> LinkMemory:
        """What is known of a listing's links."""
        with self._reader.snapshot() as db:
            return linkage.memory(db, source)

    # --- live blogs
    def live_pages(self, now: datetime | None, limit: int) -> Sequence[LivePage]:
        """Live blogs to read again, longest due first."""
        with self._reader.snapshot() as db:
            return live.due(db, now, limit)

    def record_live(self, page: LivePage) -> Future[None]:
        """Remember when a live blog is to be read again."""
        return self._write(partial(live.put, page=page))

    def forget_live(self, url: str) -> Future[None]:
        """A live blog has ended."""
        return self._write(partial(live.forget, url=url))

    # --- rules
    def put_in_force(self, rules: Iterable[Rule], now: datetime) -> Future[None]:
        """Take note of the rules that are in force from now on."""
        return self._write(partial(correlations.put_in_force, rules=tuple(rules), now=now))

    def shadow(self, since: datetime) -> Sequence[ShadowTally]:
        """What rules in shadow would have alerted on."""
        with self._reader.snapshot() as db:
            return notices.shadow(db, since)

    def claim_notice(
        self, about: str, now: datetime, *, not_since: datetime | None = None
    ) -> Future[bool]:
        """Whether operators are to be told of something now; this is remembered."""
        return self._write(partial(notices.claim, about=about, not_since=not_since, now=now))

    # --- outbox
    def claim(
        self, now: datetime, *, lease: timedelta, limit: int, skip: frozenset[str] = frozenset()
    ) -> Future[Sequence[Claim]]:
        """Take the heads that may be sent now."""
        return self._write(partial(outbox.claim, now=now, lease=lease, limit=limit, skip=skip))

    def finish(self, delivery: Delivery) -> Future[bool]:
        """Write a claimed delivery's next state; False if the claim is no longer ours."""
        return self._write(partial(outbox.finish, delivery=delivery))

    def release_leases(self) -> Future[int]:
        """Give back what a dead process held."""
        return self._write(outbox.release_leases)

    def set_back(self, by: timedelta) -> Future[None]:
        """Follow a clock that was set back."""

        def draw_near(db: Database) -> None:
            sources.set_back(db, by)
            live.set_back(db, by)
            outbox.set_back(db, by)

        return self._write(draw_near)

    # --- chats
    def subscriptions(self) -> Mapping[tuple[str, str], bool]:
        """What chats chose themselves."""
        with self._reader.snapshot() as db:
            return chats.subscriptions(db)

    def subscribe(self, chat: str, rule: str, *, on: bool) -> Future[None]:
        """Remember a chat's own choice."""
        return self._write(partial(chats.subscribe, chat=chat, rule=rule, on=on))

    def moved_chats(self) -> Mapping[str, str]:
        """New addresses by old ones."""
        with self._reader.snapshot() as db:
            return chats.moved(db)

    def move_chat(self, was: str, address: str) -> Future[None]:
        """Remember what replaced an address."""
        return self._write(partial(chats.move, was=was, address=address))

    def suspended_chats(self) -> Mapping[str, str]:
        """Why chats are not sent to, by chat name."""
        with self._reader.snapshot() as db:
            return chats.suspended(db)

    def suspend_chat(self, chat: str, reason: str | None) -> Future[None]:
        """Stop sending to a chat, or with None start again."""
        return self._write(partial(chats.suspend, chat=chat, reason=reason))

    # --- answers
    def history(self, url_keys: Iterable[str]) -> History:
        """Everything about an address."""
        with self._reader.snapshot() as db:
            return answers.history(db, url_keys)

    def counts(self, since: datetime) -> Counts:
        """Figures since a moment."""
        with self._reader.snapshot() as db:
            return answers.counts(db, since)

    def search(self, words: str, limit: int = 20) -> Sequence[StoredArticle]:
        """Articles that hold all these words and "quoted phrases", best first."""
        with self._reader.snapshot() as db:
            return articles.search(db, words, limit)

    def matched(self, rule: str, since: datetime) -> tuple[int, int]:
        """In how many articles a rule matched, and in how many of them a filter held it back."""
        with self._reader.snapshot() as db:
            return matches.number(db, rule, since)

    def articles_since(self, moment: datetime) -> Iterator[StoredArticle]:
        """All articles read at a moment or later, oldest first, a few in memory at a time."""
        after = (to_micros(moment), 0)
        while True:
            # A view of its own for each page, so that nobody waits for a slow reader.
            with self._reader.snapshot() as db:
                page = articles.since(db, after, _PAGE)
            if not page:
                return
            yield from page
            after = (to_micros(page[-1].read_at), page[-1].id)

    def article(self, id: int) -> StoredArticle | None:  # noqa: A002 - the word of the model
        """An article of the archive by its id."""
        with self._reader.snapshot() as db:
            return next(iter(articles.by_ids(db, [id])), None)

    def close(self) -> None:
        """Write what is queued, then close and free the lock."""
        self._closing.close()

    def _write(self, change: Callable[[Database], T]) -> Future[T]:
        if self._writer is None:
            raise StoreError(f"{self._path} is open for reading only")
        return self._writer.submit(change)

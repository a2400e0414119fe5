"""The three seams to the outside. The docstrings are the contract; adapters live in the shell.

A Store's writing methods return a ``Future`` that is done once the change is on disk; its reading
methods answer at once from a connection of their own. A Store is not asynchronous itself.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Protocol

from monitor.model import (
    Alert,
    Article,
    Chat,
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
    Request,
    Response,
    Rule,
    ShadowTally,
    SourceState,
    StoredArticle,
)
from monitor.sources.links import LinkMemory

Decide = Callable[[Known], Outcome]
"""A pure decision over what the store knows; it runs inside the writing transaction."""


class Fetcher(Protocol):
    """Brings what an address holds, politely and within limits."""

    async def fetch(self, request: Request) -> Response:
        """Make one conditional GET, following redirects.

        Waits for the host's turn. Returns status 200 or 304 only; everything else raises
        FetchError (NotAllowed, TooLarge) with one sentence that says what happened and what to do.
        """
        ...

    async def close(self) -> None:
        """Let go of all connections."""
        ...


class Store(Protocol):
    """Remembers everything. Each writing method is one transaction, grouped with its neighbours."""

    # --- sources
    def states(self) -> Sequence[SourceState]:
        """All remembered sources, by id."""
        ...

    def due(self, now: datetime, limit: int) -> Sequence[SourceState]:
        """Sources whose ``next_poll_at`` has come and that are not stopped, longest due first."""
        ...

    def sync_sources(self, states: Iterable[SourceState], forget: Iterable[str]) -> Future[None]:
        """Add or replace these states; forget those of these source ids (not what was seen)."""
        ...

    def known_keys(
        self, keys: Iterable[str], *, source: str = "", since: datetime | None = None
    ) -> frozenset[str]:
        """Which of these entry keys have been seen.

        For ``source``, whose last good poll was at ``since``, the baseline that another source
        took after it does not count: an article that came out in between would never be told.
        """
        ...

    def half_read(
        self, keys: Iterable[str], *, source: str, since: datetime
    ) -> Mapping[str, Article]:
        """By entry key, what another source than this listed, and whose page gave no whole text.

        Of what was read ``since`` then.
        """
        ...

    def page_failures(self, urls: Iterable[str]) -> Mapping[str, int]:
        """How often each of these pages could not be read so far; zeros left out."""
        ...

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
        """Remember how a poll ended.

        ``baseline`` entries become seen without being read; live blogs among them are ``followed``
        from now on, where no source does that already; ``unreadable`` pages (URL to error)
        are counted, to be tried again; ``standing`` marks the links of a listing that were no
        articles, in place of those of the last time.
        """
        ...

    def record_reading(self, reading: Reading, decide: Decide) -> Future[tuple[Known, Outcome]]:
        """Store an entry with its keys, article, matches, decisions and deliveries, or nothing.

        Looks up the story by ``url_keys``, then by ``text_key``, and what is on record for each
        correlation that it watches; calls ``decide`` with what is known; stores the outcome;
        answers both. A reading whose keys were seen meanwhile only adds its keys, and answers an
        empty outcome with the relation SAME_URL. One of a baseline gives its article to the entry
        that the first poll took as known.
        """
        ...

    # --- what is learned
    def recurring(self, host: str, now: datetime) -> Sequence[Recurring]:
        """What a site repeats in articles that have nothing to do with each other.

        Learned from the passages of the readings, in their transactions.
        """
        ...

    def link_memory(self, source: str) -> LinkMemory:
        """What is known of a listing's links: shapes that led to articles, links that stay."""
        ...

    # --- live blogs
    def live_pages(self, now: datetime | None, limit: int) -> Sequence[LivePage]:
        """Live blogs that are to be read again at this time, longest due first; None: all."""
        ...

    def record_live(self, page: LivePage) -> Future[None]:
        """Remember when a live blog is to be read again."""
        ...

    def forget_live(self, url: str) -> Future[None]:
        """A live blog has ended."""
        ...

    # --- rules
    def put_in_force(self, rules: Iterable[Rule], now: datetime) -> Future[None]:
        """Take note of the rules that are in force from now on.

        Correlations count a rule's matches from when it first was, with its present query.
        """
        ...

    def shadow(self, since: datetime) -> Sequence[ShadowTally]:
        """What each rule in shadow would have alerted on since a moment, by rule id."""
        ...

    def claim_notice(
        self, about: str, now: datetime, *, not_since: datetime | None = None
    ) -> Future[bool]:
        """Whether operators are to be told of something now; this is remembered.

        With ``not_since`` again if they were last told before that; else only the first time.
        """
        ...

    # --- outbox
    def claim(
        self, now: datetime, *, lease: timedelta, limit: int, skip: frozenset[str] = frozenset()
    ) -> Future[Sequence[Claim]]:
        """Take the head of each chat that is due and not leased, except of the chats to skip.

        The head is the first not yet final delivery by (ready_at, id). ``attempt`` is raised.
        """
        ...

    def finish(self, delivery: Delivery) -> Future[bool]:
        """Write a claimed delivery's next state; False if its attempt is not the current one."""
        ...

    def release_leases(self) -> Future[int]:
        """At start: give back what a dead process held; each counts as an ambiguous send.

        All retries are due at once: what kept them back may be mended.
        """
        ...

    def set_back(self, by: timedelta) -> Future[None]:
        """The clock was set back: draw what is to be polled and sent later near by as much."""
        ...

    # --- chats
    def subscriptions(self) -> Mapping[tuple[str, str], bool]:
        """(chat name, rule id) → subscribed (True) or unsubscribed (False) in the chat itself."""
        ...

    def subscribe(self, chat: str, rule: str, *, on: bool) -> Future[None]:
        """Remember a chat's own choice about a rule."""
        ...

    def moved_chats(self) -> Mapping[str, str]:
        """Configured address → the one that replaced it."""
        ...

    def move_chat(self, was: str, address: str) -> Future[None]:
        """Remember what replaced an address.

        By address, so that a chat that is configured anew does not go to its old place.
        """
        ...

    def suspended_chats(self) -> Mapping[str, str]:
        """Chat name → why it is not sent to."""
        ...

    def suspend_chat(self, chat: str, reason: str | None) -> Future[None]:
        """Stop sending to a chat, or with None start again."""
        ...

    # --- answers
    def history(self, url_keys: Iterable[str]) -> History:
        """Everything about an address, found by any of its canonical forms."""
        ...

    def counts(self, since: datetime) -> Counts:
        """Figures since a moment."""
        ...

    def search(self, words: str, limit: int = 20) -> Sequence[StoredArticle]:
        """Articles of the archive that hold all these words, best first."""
        ...

    def articles_since(self, moment: datetime) -> Iterator[StoredArticle]:
        """All articles read at a moment or later, oldest first, a few in memory at a time.

        Without what was only read to know what was there at a first poll.
        Those that are stored meanwhile come, too. Other methods may be called in between.
        """
        ...

    def article(self, id: int) -> StoredArticle | None:  # noqa: A002 - the word of the model
        """An article of the archive by its id; None if there is none."""
        ...

    def close(self) -> None:
        """Write what is queued, then close. Later writes raise StoreError."""
        ...


class Channel(Protocol):
    """A way to reach people."""

    async def send(self, chat: Chat, alert: Alert) -> str:
        """Send one alert and return the receiver's id of the message, or raise ChannelError."""
        ...

    async def tell(self, chat: Chat, text: str) -> None:
        """Send a plain notice to operators, or raise ChannelError."""
        ...

    async def close(self) -> None:
        """Let go of all connections."""
        ...

"""The application: builds the parts, starts them, stops them in order."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from rich.console import Console
from telegram import Bot

from monitor import schedule
from monitor.app.advice import advisers
from monitor.app.clock import now
from monitor.app.desk import Desk
from monitor.app.files import beside
from monitor.app.live import LiveBlogs
from monitor.app.polling import Habits, Poller
from monitor.app.reading import Reader, Tools
from monitor.app.reports import due_notice, note_rules
from monitor.app.rulebook import RuleBook
from monitor.app.sending import Pace, Sender
from monitor.app.workers import Workers
from monitor.bot import ChatBot
from monitor.channels.console import ConsoleChannel
from monitor.channels.telegram import TelegramChannel, build_bot
from monitor.config import Config
from monitor.delivery import Policy
from monitor.errors import StoreError
from monitor.fetch import HttpFetcher, Limits
from monitor.model import Chat, Counts
from monitor.ports import Channel
from monitor.store import SqliteStore, open_store

log = structlog.get_logger()

_CLOCK_LOOK = 1  # seconds between looks at the clock
_LIVE = 5  # seconds between looks for live blogs that are due
_RELOAD = 2  # seconds between looks at the rule files
_REPORT = 60  # seconds between looks at what operators should know of expired and shadow rules
_LATELY = timedelta(days=14)  # whose articles tell what is rare
_STOP_PATIENCE = timedelta(seconds=6)  # for sends under way; the whole stop keeps below 10 s


@dataclass(frozen=True, slots=True)
class Application:
    """The parts of a running monitor."""

    config: Config
    store: SqliteStore
    rules: RuleBook
    desk: Desk
    poller: Poller
    live: LiveBlogs
    sender: Sender
    bot: ChatBot | None

    async def run(self, stop: asyncio.Event) -> None:
        """Poll, send and answer until ``stop`` is set."""
        scheduler = self._scheduler()
        sending = asyncio.create_task(self.sender.run(), name="sender")
        if self.bot is not None:
            await self.bot.start()
        scheduler.start()
        log.info(
            "running; Ctrl-C stops it",
            sources=len(self.config.source),
            rules=len(self.desk.rules()),
            chats=[chat.name for chat in self.desk.chats().values()],
            database=str(beside(self.config, self.config.store.path)),
        )
        await self._wait(stop, scheduler)
        log.info("stopping")
        scheduler.shutdown(wait=False)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        # All at once: each may have to wait for a server that does not answer.
        stops = [self.poller.stop(), self.live.stop(), self.sender.stop(_STOP_PATIENCE)]
        await asyncio.gather(*stops, *([self.bot.stop()] if self.bot is not None else []))
        log.info("stopped; what was not finished goes on at the next start")

    async def _wait(self, stop: asyncio.Event, scheduler: AsyncIOScheduler) -> None:
        """Wait for ``stop``, with an eye on the clock.

        When it is set back, by a time server after a start with a wrong one, all that is due later
        (the scheduler's jobs too) would wait until it has caught up.
        """
        seen = now()
        while not stop.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(_CLOCK_LOOK):
                    await stop.wait()
            moment = now()
            if moment < seen:
                await _follow_clock(self.store, seen - moment)
                for job in scheduler.get_jobs():
                    job.modify(next_run_time=moment)
            seen = moment

    async def poll_once(self, patience: timedelta) -> Counts:
        """Poll every source once, send what came of it, and count."""
        begun = now()
        await self.live.read_all()
        await self.poller.poll_all()
        await self.live.read_all(now())  # those of first polls
        await self.report()
        if waiting := self.store.counts(begun).waiting:
            log.info("sending", alerts=waiting, for_at_most=patience)
        if not await self.sender.drain(now() + patience):
            log.warning("some alerts still wait; they are sent at the next start")
        return self.store.counts(begun)

    def _scheduler(self) -> AsyncIOScheduler:
        """One tick over the stored ``next_poll_at``: a job a source would stall the loop."""
        scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        scheduler.add_job(self.poller.tick, "interval", seconds=1, next_run_time=now())
        scheduler.add_job(self.live.tick, "interval", seconds=_LIVE)
        scheduler.add_job(self.reload, "interval", seconds=_RELOAD)
        scheduler.add_job(self.report, "interval", seconds=_REPORT, next_run_time=now())
        scheduler.add_job(self._watch_bot, "interval", seconds=60)
        return scheduler

    async def reload(self) -> None:
        """Take changed rule files into force, and tell operators what they must know."""
        notice = self.rules.reload()
        if notice is not None:
            await self.desk.tell_operators(notice)
        try:
            await note_rules(self.rules, self.store, now())
        except StoreError as error:
            log.error(
                "correlations go by the rules of before; it is tried again", reason=str(error)
            )

    async def report(self) -> None:
        """Tell operators of rules that have expired and of those in shadow, if it is time."""
        try:
            notice = await due_notice(self.rules, self.store, now())
        except StoreError as error:
            log.error("operators are told of their rules later", reason=str(error))
            return
        if notice is not None:
            await self.desk.tell_operators(notice)

    async def _watch_bot(self) -> None:
        if self.bot is not None and not self.bot.running:
            log.error(
                "the Telegram bot does not listen any more: its token was refused; "
                "get a new one from @BotFather, set it, and start monitor again"
            )


@asynccontextmanager
async def open_application(
    config: Config, *, token: str | None, console: Console
) -> AsyncIterator[Application]:
    """Build the application and take the database; give everything back at the end.

    Raises ConfigError where rules are broken and StoreError where the database cannot be used.
    """
    async with AsyncExitStack() as stack:
        chats = config.destinations()
        rules = RuleBook(beside(config, config.rules.path), [chat.name for chat in chats])
        store = open_store(beside(config, config.store.path))
        stack.callback(store.close)
        fetcher = HttpFetcher(fetch_limits(config))
        stack.push_async_callback(fetcher.close)
        channels, bot = _channels(config, token, console)
        for channel in channels.values():
            stack.push_async_callback(channel.close)
        sender = _sender(config, store, channels)
        desk = Desk(
            _reachable(chats, channels),
            store=store,
            rules=rules,
            channels=channels,
            wake=sender.wake,
        )
        sender.use_chats(desk.chats(), desk.tell_operators)
        workers = Workers(config.polling.workers, config.polling.parse_timeout)
        stack.push_async_callback(workers.close)
        await workers.warm()
        await _take_up(config, store)
        rules.learn(stored.article for stored in store.articles_since(now() - _LATELY))
        await note_rules(rules, store, now())
        asked = await _advisers(config, stack)
        tools = Tools(store=store, fetcher=fetcher, workers=workers, rules=rules, advisers=asked)
        reader = _reader(config, tools, desk)
        polled = {source.id: source for source in config.sources()}
        live = LiveBlogs(polled, store=store, reader=reader)
        poller = Poller(
            polled,
            habits=_habits(config),
            tools=tools,
            reader=reader,
            live=live,
            desk=desk,
        )
        stack.push_async_callback(sender.stop, _STOP_PATIENCE)
        stack.push_async_callback(poller.stop)
        stack.push_async_callback(live.stop)
        chat_bot = ChatBot(bot, desk) if bot and config.telegram.commands else None
        yield Application(config, store, rules, desk, poller, live, sender, chat_bot)


async def _follow_clock(store: SqliteStore, by: timedelta) -> None:
    log.warning("the clock was set back; all that was to be done later is drawn near", by=str(by))
    try:
        await asyncio.wrap_future(store.set_back(by))
    except StoreError as error:
        log.error("polls and alerts wait for the clock", reason=str(error))


async def _take_up(config: Config, store: SqliteStore) -> None:
    """Go on where the last run ended: release its leases, bring the sources in line.

    Suspended chats are tried again: their id may have been put right, and a chat that only reads
    can never say that it is back.
    """
    for chat, reason in store.suspended_chats().items():
        await asyncio.wrap_future(store.suspend_chat(chat, None))
        log.info("a suspended chat is tried again", chat=chat, reason=reason)
    released = await asyncio.wrap_future(store.release_leases())
    if released:
        log.warning("the last run ended amid sends; they are sent again, marked", count=released)
    polled = [state.polled_at for state in store.states() if state.polled_at]
    if polled and max(polled) > now():
        await _follow_clock(store, max(polled) - now())
    states = {state.source: state for state in store.states()}
    write, forget = schedule.sync(config.sources(), states, now())
    await asyncio.wrap_future(store.sync_sources(write, forget))


def _reachable(chats: tuple[Chat, ...], channels: Mapping[str, Channel]) -> tuple[Chat, ...]:
    """Without a token, Telegram chats are shown on the console instead of staying silent."""
    missing = [chat.name for chat in chats if chat.channel not in channels]
    if missing:
        log.warning("no Telegram token: alerts go to the console", chats=missing)
    return tuple(
        chat
        if chat.channel in channels
        else Chat(name=chat.name, channel="console", default=chat.default, operator=chat.operator)
        for chat in chats
    )


def _channels(
    config: Config, token: str | None, console: Console
) -> tuple[dict[str, Channel], Bot | None]:
    """The ways to people: the console always, Telegram where there is a token."""
    channels: dict[str, Channel] = {"console": ConsoleChannel(console, clock=now)}
    if token is None:
        return channels, None
    bot = build_bot(token, config.telegram.api_base_url, config.telegram.timeout)
    channels["telegram"] = TelegramChannel(bot, clock=now, limit=config.telegram.timeout * 2)
    return channels, bot


def _sender(config: Config, store: SqliteStore, channels: Mapping[str, Channel]) -> Sender:
    telegram, habits = config.telegram, config.delivery
    return Sender(
        store,
        channels,
        policy=Policy(attempts=habits.attempts, longest_wait=habits.longest_wait),
        lease=max(habits.lease, telegram.timeout * 3),
        pace=Pace(
            channel=telegram.messages_per_second,
            chat=telegram.chat_messages_per_second,
            group=telegram.group_messages_per_minute / 60,
        ),
    )


async def _advisers(config: Config, stack: AsyncExitStack) -> Workers | None:
    if not config.extract.trafilatura:
        return None
    workers = advisers(config.polling.workers, config.polling.parse_timeout)
    return await stack.enter_async_context(workers)


def _reader(config: Config, tools: Tools, desk: Desk) -> Reader:
    return Reader(
        tools=tools,
        desk=desk,
        first_wait=config.delivery.first_wait,
        page_attempts=config.polling.page_attempts,
        learn_boilerplate=config.extract.learn_boilerplate,
    )


def _habits(config: Config) -> Habits:
    polling = config.polling
    return Habits(
        limits=schedule.Limits(shortest=polling.shortest, longest=polling.longest, gap=polling.gap),
        page_attempts=polling.page_attempts,
        concurrency=config.network.concurrency,
    )


def fetch_limits(config: Config) -> Limits:
    """The limits of fetching, as configured."""
    network = config.network
    contact = f" (+{network.contact})" if network.contact else ""
    return Limits(
        connect=network.connect_timeout,
        read=network.read_timeout,
        total=network.total_timeout,
        max_body=network.max_body,
        concurrency=network.concurrency,
        host_gap=network.host_gap,
        redirects=network.redirects,
        allow=network.allow,
        ports=network.ports,
        user_agent=f"{network.user_agent}{contact}",
        obey_robots=network.obey_robots,
    )

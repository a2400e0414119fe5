"""What must not happen: alerts lost, repeated or unexplained, and one fault that stops the rest."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from rich.console import Console

import monitor.app.application as application_module
from monitor import schedule
from monitor.app.application import open_application
from monitor.app.desk import Desk as AppDesk
from monitor.app.rulebook import RuleBook
from monitor.app.sending import Pace, Sender
from monitor.delivery import Bucket, Policy
from monitor.errors import ChannelError, FetchError, StoreError
from monitor.model import Alert, Chat, Request, Response, Source, SourceKind
from monitor.store import SqliteStore, open_store
from tests.botapi import TOKEN, running_botapi
from tests.loopback import Asked, Loopback, answer, redirect, silent
from tests.newsroom_thread import running_newsroom
from tests.running import CHAT, ROOT, monitor, running_monitor, write_config
from tests.store_examples import reading, tell
from tests.test_application import PACK, PATIENCE, Desk, feed, page, until

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
pytestmark = pytest.mark.anyio


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with Loopback() as server:
        yield Desk(tmp_path, server)


class Poisoned:
    """A fetcher that fails on one page as no adapter should."""

    def __init__(self, fetcher, path: str) -> None:
        self._fetcher, self._path = fetcher, path

    async def fetch(self, request: Request) -> Response:
        if request.url.endswith(self._path):
            raise RuntimeError("a fault of our own")
        return await self._fetcher.fetch(request)


async def test_a_page_that_fails_unforeseen_does_not_keep_back_the_others(desk: Desk) -> None:
    routes = desk.server.routes
    routes["/rss"] = answer(200, feed())
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        reader = application.poller._reader
        reader._fetcher = Poisoned(reader._fetcher, "/poison")
        routes["/rss"] = answer(
            200, feed(("/after", "OpenAI", "in India"), ("/poison", "OpenAI again", "India"))
        )
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.sent) == (1, 1)
        for _ in range(3):
            counts = await application.poll_once(PATIENCE)
    assert desk.printed.getvalue().count("OpenAI again") == 1  # from the feed's text, in the end
    assert "internal error" in desk.why("/poison").article.article.note


async def test_a_link_that_is_no_address_does_not_keep_back_the_others(desk: Desk) -> None:
    routes = desk.server.routes
    routes["/rss"] = answer(200, feed())
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        routes["/rss"] = answer(
            200, feed(("/after", "OpenAI", "in India"), ("http://xn--a/1", "OpenAI too", "India"))
        )
        counts = await application.poll_once(PATIENCE)
    assert (counts.articles, counts.sent) == (2, 2)


async def test_pages_that_all_end_at_one_wall_are_different_stories(desk: Desk) -> None:
    """Where a page that shows no article led to says nothing about the article."""
    routes = desk.server.routes
    routes["/rss"] = answer(200, feed())
    wall = "/session/v2/consent/start"
    routes[wall] = answer(
        200,
        page("Before you continue", "We value your privacy. Accept all cookies to continue."),
        Content_Type="text/html",
    )
    items = [(f"/2026/11/22/story-number-{n}", f"OpenAI in India, part {n}", "x") for n in (1, 2)]
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        for path, _, _ in items:
            routes[path] = redirect(wall)
        routes["/rss"] = answer(200, feed(*items))
        counts = await application.poll_once(PATIENCE)
    assert (counts.articles, counts.same_url, counts.sent) == (2, 0, 2)


async def test_the_baseline_of_a_new_source_takes_nothing_from_the_others(desk: Desk) -> None:
    routes = desk.server.routes
    routes["/main"] = answer(200, feed())
    async with desk.open("/main") as application:
        await application.poll_once(PATIENCE)
    # While the operator adds a source, an article comes out, in both feeds.
    routes["/section"] = answer(200, feed(("/1", "OpenAI", "in India")))
    async with desk.open("/main", "/section") as application:
        counts = await application.poll_once(PATIENCE)
        assert counts.baseline == 1
        routes["/main"] = answer(200, feed(("/1", "OpenAI", "in India")))
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.sent) == (1, 1)
        assert (await application.poll_once(PATIENCE)).articles == 0


async def test_why_knows_an_article_by_the_address_that_it_was_given_later(desk: Desk) -> None:
    routes = desk.server.routes

    def renamed(link: str) -> bytes:
        item = f"<item><title>OpenAI</title><link>{link}</link><guid>tag:1</guid></item>"
        return answer(200, f"<rss version='2.0'><channel>{item}</channel></rss>".encode())

    routes["/rss"] = answer(200, feed())
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        routes["/rss"] = renamed("/2026/openai-office")
        await application.poll_once(PATIENCE)
        routes["/rss"] = renamed("/2026/openai-opens-its-office")
        counts = await application.poll_once(PATIENCE)
        assert counts.articles == 0
    assert desk.why("/2026/openai-opens-its-office").entries


async def test_no_login_of_a_source_ends_up_in_what_is_stored_or_sent(desk: Desk) -> None:
    routes = desk.server.routes
    body = "<item><title>{0}</title><link>{1}</link></item><item><title>{0}, no link</title></item>"

    def items(title: str, link: str) -> bytes:
        rows = body.format(title, link)
        return answer(200, f"<rss version='2.0'><channel>{rows}</channel></rss>".encode())

    routes["/rss"] = items("Old", "/old")
    config = desk.config("/rss")
    (source,) = config.source
    url = source.url.replace("://", "://reader:hunter2@")
    config = config.model_copy(update={"source": (source.model_copy(update={"url": url}),)})
    async with open_application(config, token=None, console=Console(file=desk.printed)) as app:
        await app.poll_once(PATIENCE)
        routes["/rss"] = items("OpenAI in India", "/new")
        counts = await app.poll_once(PATIENCE)
        assert counts.sent == 2
        routes["/rss"] = answer(410)
        await app.poll_once(PATIENCE)
    assert "http://127.0.0.1" in desk.printed.getvalue()
    assert "hunter2" not in desk.printed.getvalue()


async def test_rules_of_one_file_take_up_changed_entities(desk: Desk) -> None:
    entities = desk.folder / "rules" / "entities"
    entities.mkdir()
    text = "[entity.openai]\nlabel = 'OpenAI'\nnames = ['OpenAI']\n"
    (entities / "firms.toml").write_text(text)
    async with desk.open("/rss", more='rules = { path = "rules/desk.toml" }') as application:
        assert application.rules.reload() is None
        (entities / "firms.toml").write_text(f"{text}nonsense = 1\n")
        assert "errors" in (application.rules.reload() or "")


# --- sending -------------------------------------------------------------------------------------


class Recording:
    """A channel that takes everything, or refuses it with one error."""

    def __init__(self, error: ChannelError | None = None) -> None:
        self.error, self.sent = error, 0

    async def send(self, chat: Chat, alert: Alert) -> str:
        if self.error:
            raise self.error
        self.sent += 1
        return str(self.sent)


class Flawed:
    """A store, one method of which fails once: at once, or in its future."""

    def __init__(
        self,
        store: SqliteStore,
        method: str,
        error: Exception | None = None,
        *,
        raises: Exception | None = None,
    ) -> None:
        self._store, self._method = store, method
        self._error, self._raises = error, raises
        self.failed = False

    def __getattr__(self, name: str):
        if name != self._method or self.failed:
            return getattr(self._store, name)
        return self._fail

    def _fail(self, *_: object, **__: object) -> Future[None]:
        self.failed = True
        if self._raises is not None:
            raise self._raises
        future: Future[None] = Future()
        future.set_exception(self._error)
        return future


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = open_store(tmp_path / "monitor.db")
    yield opened
    opened.close()


DESK = Chat(name="desk", channel="console")
TEAM = Chat(name="team", channel="telegram", address="7")


@asynccontextmanager
async def sending(store, channels, *chats: Chat) -> AsyncIterator[Sender]:
    sender = Sender(
        store, channels, policy=Policy(), lease=timedelta(minutes=1), pace=Pace(chat=100)
    )
    sender.use_chats({chat.name: chat for chat in chats})
    running = asyncio.create_task(sender.run())
    try:
        yield sender
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await sender.stop(timedelta(seconds=1))


def queue(store: SqliteStore, name: str, *chats: str) -> None:
    ready = datetime.now(UTC)
    store.record_reading(reading(name, read_at=ready), tell(*chats, ready_at=ready)).result()


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(ChannelError("revoked", stop=True, whole_channel=True), id="no token"),
        pytest.param(
            ChannelError("429", retry_after=timedelta(hours=1), whole_channel=True), id="limited"
        ),
    ],
)
async def test_one_channel_that_cannot_send_does_not_stop_the_other(store, error) -> None:
    console = Recording()
    for name in ("one", "two", "three"):
        queue(store, name, "team", "desk")
    async with sending(store, {"telegram": Recording(error), "console": console}, DESK, TEAM):
        await until(lambda: console.sent == 3)


async def test_what_was_sent_is_not_sent_again_because_the_database_was_locked(store) -> None:
    console = Recording()
    queue(store, "one", "desk")
    flawed = Flawed(store, "finish", StoreError("locked by another program"))
    async with sending(flawed, {"console": console}, DESK):
        await until(lambda: store.counts(LONG_AGO).sent)
    assert flawed.failed
    assert (console.sent, store.counts(LONG_AGO).ambiguous) == (1, 0)


async def test_sending_goes_on_after_what_nobody_foresaw(store) -> None:
    console = Recording()
    queue(store, "one", "desk")
    flawed = Flawed(store, "claim", RuntimeError("a fault of our own"))
    async with sending(flawed, {"console": console}, DESK):
        await until(lambda: console.sent)
    assert flawed.failed


async def test_an_alert_waits_for_a_chat_that_is_gone(store) -> None:
    telegram = Recording(ChannelError("chat not found", permanent=True, chat_gone=True))
    queue(store, "one", "team")
    async with sending(store, {"telegram": telegram}, TEAM):
        await until(store.suspended_chats)
    assert store.counts(LONG_AGO).waiting == 1
    telegram.error = None
    store.suspend_chat("team", None).result()
    async with sending(store, {"telegram": telegram}, TEAM):
        await until(lambda: telegram.sent)


async def test_a_round_of_polling_does_not_wait_for_a_chat_that_is_gone(store) -> None:
    telegram = Recording(ChannelError("blocked", permanent=True, chat_gone=True))
    queue(store, "one", "team")
    queue(store, "two", "team")
    sender = Sender(
        store, {"telegram": telegram}, policy=Policy(), lease=timedelta(minutes=1), pace=Pace()
    )
    sender.use_chats({"team": TEAM})
    begun = datetime.now(UTC)
    assert not await sender.drain(begun + timedelta(minutes=2))
    assert datetime.now(UTC) - begun < timedelta(seconds=20)
    assert store.counts(LONG_AGO).waiting == 2


async def test_a_restart_tries_suspended_chats_again(desk: Desk) -> None:
    """An id that was wrong has been put right; a Telegram channel cannot write to us anyway."""
    desk.server.routes["/rss"] = answer(200, feed())
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        application.store.suspend_chat("console", "chat not found").result()
    desk.server.routes["/rss"] = answer(200, feed(("/1", "OpenAI", "in India")))
    async with desk.open("/rss") as application:
        assert (await application.poll_once(PATIENCE)).sent == 1


async def test_topics_of_one_group_come_back_together_and_move_with_it(store, tmp_path) -> None:
    chats = [Chat(name=name, channel="telegram", address="-5") for name in ("ai", "law")]
    (tmp_path / "rules.toml").write_text(PACK)
    rules = RuleBook(tmp_path / "rules.toml", ["ai", "law"])
    found = AppDesk(chats, store=store, rules=rules, channels={}, wake=lambda: None)
    for chat in chats:
        store.suspend_chat(chat.name, "blocked").result()
    await found.welcome(chats[0])
    assert store.suspended_chats() == {}
    store.move_chat("-5", "-1005").result()
    assert [chat.address for chat in found.chats().values()] == ["-1005", "-1005"]
    # The operator points one of them elsewhere: the old move is not about that place.
    chats[1] = replace(chats[1], address="-6")
    assert [chat.address for chat in found.chats().values()] == ["-1005", "-6"]


def test_a_clock_that_is_set_back_does_not_stop_a_chat() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    assert Bucket(1, 3, 0.5, now).ready(now - timedelta(hours=5))


def test_after_hours_without_network_sources_are_polled_soon() -> None:
    source = Source(
        id="s", kind=SourceKind.FEED, url="https://s.example/", outlet="S",
        every=timedelta(minutes=5),
    )  # fmt: skip
    now = datetime(2026, 11, 22, tzinfo=UTC)
    state = schedule.first_state(source, now)
    for _ in range(12):
        unreachable = FetchError("could not be reached")
        state = schedule.after_failure(state, source, unreachable, now, schedule.Limits())
    assert state.next_poll_at - now == timedelta(minutes=15)


async def test_after_a_run_with_a_wrong_clock_nothing_waits_for_it(desk: Desk) -> None:
    """A machine that started five hours ahead, without network, until a time server was asked."""
    desk.server.routes["/rss"] = answer(200, feed())
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        (state,) = application.store.states()
        wrong = datetime.now(UTC) + timedelta(hours=5)
        soon = wrong + timedelta(minutes=1)
        failed = replace(state, polled_at=wrong, next_poll_at=soon, failures=1, error="no network")
        application.store.record_poll(failed).result()
        late = tell("console", rules=("ai",), ready_at=wrong)
        application.store.record_reading(reading("one"), late).result()
    async with desk.open("/rss") as application:
        (state,) = application.store.states()
        assert state.next_poll_at < datetime.now(UTC) + timedelta(minutes=2)
        assert (await application.poll_once(PATIENCE)).sent == 1


async def test_a_clock_that_is_set_back_while_running_is_followed(desk: Desk, monkeypatch) -> None:
    behind = timedelta(0)
    clock = application_module.now
    monkeypatch.setattr(application_module, "now", lambda: clock() - behind)
    desk.server.routes["/rss"] = answer(200, feed())
    stop = asyncio.Event()
    async with desk.open("/rss") as application:
        running = asyncio.create_task(application.run(stop))
        await until(lambda: application.store.states()[0].baseline_at)
        (state,) = application.store.states()
        later = state.next_poll_at + timedelta(hours=5)
        application.store.record_poll(replace(state, next_poll_at=later)).result()
        behind = timedelta(hours=5)
        await until(lambda: len(desk.server.asked) > 1)
        stop.set()
        await running


@pytest.mark.slow
def test_stopping_takes_less_than_ten_seconds_while_telegram_hangs_twice(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    with running_newsroom(datetime.now(UTC)) as newsroom, running_botapi(chats=[CHAT]) as api:
        config = write_config(tmp_path, newsroom, api_url=api.url)
        config.write_text(config.read_text().replace('timeout = "2s"', 'timeout = "60s"'))
        monitor("run", "--once", "-c", config, MONITOR_TELEGRAM_TOKEN=TOKEN)
        with running_monitor(config, tmp_path / "log") as process:
            api.wait(lambda api: api.calls("getUpdates"))
            api.fail_next("hang", times=2)
            api.say(CHAT, "/status")
            api.wait(lambda api: api.calls("sendMessage"))
            newsroom.publish("openai-visit", datetime.now(UTC))
            api.wait(lambda api: len(api.calls("sendMessage")) == 2)
            process.terminate()
            assert process.wait(10) == 0


async def test_a_slow_host_with_many_sources_leaves_room_for_the_others(desk: Desk) -> None:
    stop = asyncio.Event()
    slow = [f"/{n}" for n in range(5)]
    async with Loopback({"/rss": answer(200, feed())}, host="127.0.0.2") as other:
        desk.server.routes |= dict.fromkeys(slow, silent)
        config = desk.config(*slow)
        good = config.source[0].model_copy(update={"id": "z", "url": other.url("/rss")})
        patience = {"concurrency": 3, "total_timeout": PATIENCE * 9, "read_timeout": PATIENCE * 9}
        network = config.network.model_copy(update=patience)
        sources = (*config.source, good)
        config = config.model_copy(update={"source": sources, "network": network})
        async with open_application(config, token=None, console=Console(file=desk.printed)) as app:
            running = asyncio.create_task(app.run(stop))
            await until(lambda: other.asked)
            stop.set()
            await running
    assert len(desk.server.asked) == 1  # though nobody has an answer of the slow one yet


async def test_a_page_is_not_asked_for_again_before_its_server_allows(desk: Desk) -> None:
    """Else its few attempts are over in minutes, and only the headline is ever matched."""
    routes = desk.server.routes
    routes["/rss"] = answer(200, feed())
    config = desk.config("/rss")
    polling = config.polling.model_copy(update={"every": timedelta(minutes=5)})
    config = config.model_copy(update={"polling": polling})
    async with open_application(config, token=None, console=Console(file=desk.printed)) as app:
        await app.poll_once(PATIENCE)
        waits = []
        for status in (503, 429):
            routes[f"/{status}"] = answer(status, Retry_After="200")
            routes["/rss"] = answer(200, feed((f"/{status}", "OpenAI", "x")))
            await app.poll_once(PATIENCE)
            (state,) = app.store.states()
            waits.append(state.next_poll_at - datetime.now(UTC))
    assert all(timedelta(seconds=190) < wait < timedelta(seconds=201) for wait in waits)


async def test_a_server_that_answers_304_for_ever_is_seen_through(desk: Desk) -> None:
    new = answer(200, feed(("/1", "OpenAI", "in India")), ETag='"1"')

    async def never_changed(asked: Asked, writer: asyncio.StreamWriter) -> bool:
        writer.write(answer(304) if "if-none-match" in asked.headers else new)
        return True

    desk.server.routes["/rss"] = answer(200, feed(), ETag='"1"')
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        desk.server.routes["/rss"] = never_changed
        (state,) = application.store.states()
        hours_ago = datetime.now(UTC) - timedelta(hours=7)
        application.store.record_poll(replace(state, polled_at=hours_ago)).result()
        assert (await application.poll_once(PATIENCE)).sent == 1


async def test_a_database_that_cannot_be_read_pauses_polling_with_one_line(desk: Desk) -> None:
    desk.server.routes["/rss"] = answer(200, feed())
    async with desk.open("/rss") as application:
        poller = application.poller
        poller._store = Flawed(application.store, "due", raises=StoreError("the disk failed"))
        with structlog.testing.capture_logs() as logs:
            await poller.tick()
            await poller.tick()
        assert [line["event"] for line in logs] == ["polling pauses", "notice to operators"]
        assert "the disk failed" in desk.printed.getvalue()
        assert desk.server.asked == []


@pytest.mark.slow
def test_a_terminal_that_lacks_a_letter_gets_the_alert_all_the_same(tmp_path: Path) -> None:
    """Else it fails a dozen times and is given up."""
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    with running_newsroom(datetime.now(UTC)) as newsroom:
        config = write_config(tmp_path, newsroom)
        monitor("run", "--once", "-c", config)
        newsroom.publish("openai-visit", datetime.now(UTC))
        told = monitor("run", "--once", "-c", config, PYTHONIOENCODING="ascii")
    assert "openai-india" in told.stdout, told.stdout
    assert "0 given up" in told.stdout

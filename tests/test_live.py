"""Live blogs, selectors and parse drift in the application, over a loopback site."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog.testing
from rich.console import Console

from monitor import schedule
from monitor.app.application import open_application
from monitor.app.clock import now
from monitor.cli.history import tell
from monitor.config import parse_config
from monitor.model import LivePage
from monitor.store import open_store
from monitor.store.engine import connect
from monitor.store.schema import APPLICATION_ID, migrations
from monitor.urls import place_key, url_keys
from tests.loopback import Loopback, answer, silent
from tests.running import monitor
from tests.store_examples import state
from tests.test_application import PATIENCE, PROSE, Desk, feed, page, until

pytestmark = pytest.mark.anyio

LEAD = "Dockers have stopped work for a second day, and talks between both sides begin at noon."
OTHERS = (
    "The gates of the northern harbour stayed shut at the change of the shift, the union says.",
    "Two container ships were sent on to the south, where there is room for them until Tuesday.",
    "The minister has offered to mediate, and a first meeting could be held before the weekend.",
)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with Loopback() as server:
        yield Desk(tmp_path, server)


def blog(*texts: str, title: str = "Harbour live", tag: str = "2") -> bytes:
    """A live blog with these updates, the oldest first."""
    updates = "".join(
        f"<section class='entry' id='post-{n}'><time datetime='2026-11-22T0{n}:00:00Z'>0{n}:00"
        f"</time><h{tag}>Update number {n}</h{tag}><p>{text}</p></section>"
        for n, text in reversed(list(enumerate(texts)))
    )
    return (
        f"<html lang='en'><head><title>{title}</title></head><body><article><h1>{title}</h1>"
        f"<p>{LEAD}</p><div class='liveblog'>{updates}</div></article></body></html>"
    ).encode()


async def opened(desk: Desk, application, *texts: str, path: str = "/live/1", **headers: str):
    """Let a feed list a live blog that has these updates, and read it."""
    desk.server.routes["/rss"] = answer(200, feed())
    await application.poll_once(PATIENCE)
    desk.server.routes["/rss"] = answer(200, feed((path, "Harbour live", "")))
    desk.server.routes[path] = answer(200, blog(*texts), **headers)
    return await application.poll_once(PATIENCE)


async def test_each_update_is_an_article_with_its_own_place_and_match(desk: Desk) -> None:
    both = "OpenAI will open an office in India, its spokesman says, and hire two hundred people."
    async with desk.open("/rss") as application:
        counts = await opened(desk, application, *OTHERS, both)
        assert (counts.articles, counts.matched, counts.sent) == (5, 1, 1)
        assert counts.same_url == counts.same_text == 0
    assert "/live/1#post-3" in desk.printed.getvalue().replace("\n", "")
    found = desk.why("/live/1").article.article
    assert (found.text, found.title) == (both, "Update number 3")
    assert found.published == datetime(2026, 11, 22, 3, tzinfo=UTC)
    place = f"{desk.server.url('/live/1')}#post-"
    told = tell(desk.server.url("/live/1"), desk.why("/live/1")).splitlines()
    commands = [line.strip() for line in told if "monitor why" in line]
    assert commands == [f"all of it: monitor why '{place}{n}'" for n in range(4)]
    assert f"  of these, what follows is of {place}3" in told


async def test_the_log_does_not_say_that_an_update_was_read_from_the_feed(desk: Desk) -> None:
    async with desk.open("/rss") as application:
        with structlog.testing.capture_logs() as logs:
            await opened(desk, application, *OTHERS)
    told = [log for log in logs if log["event"] == "article"]
    assert len(told) == 1 + len(OTHERS)
    assert not [log for log in told if "feed_only" in log]
    assert sum("update of the live blog" in log.get("note", "") for log in told) == len(OTHERS)


async def test_words_of_different_updates_do_not_combine(desk: Desk) -> None:
    async with desk.open("/rss") as application:
        counts = await opened(
            desk,
            application,
            f"OpenAI has nothing to do with it, its spokesman says. {OTHERS[0]}",
            f"India sends two ships, the ministry says. {OTHERS[1]}",
            OTHERS[2],
        )
        assert (counts.articles, counts.matched, counts.sent) == (4, 0, 0)
        (lead,) = [a for a in application.store.search("Dockers") if "#" not in a.article.url]
    assert lead.article.text == LEAD


async def test_it_is_read_again_and_only_what_is_new_is_told(desk: Desk) -> None:
    routes, news = desk.server.routes, f"OpenAI buys the harbour, and India agrees. {OTHERS[0]}"
    async with desk.open("/rss") as application:
        await opened(desk, application, *OTHERS, ETag='"1"')
        routes["/live/1"] = answer(200, blog(*OTHERS, news), ETag='"2"')
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.sent) == (1, 1)
        (page,) = application.store.live_pages(None, 9)
        assert page.etag == '"2"'
        routes["/live/1"] = answer(304)
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.sent) == (0, 0)
    asked = [a.headers for a in desk.server.asked if a.target == "/live/1"]
    assert [headers.get("if-none-match") for headers in asked] == [
        None,
        None,
        '"2"',
    ]  # had we died, a 304 would hide updates


async def test_it_is_gone_on_with_after_a_restart(desk: Desk) -> None:
    async with desk.open("/rss") as application:
        await opened(desk, application, *OTHERS)
    news = f"OpenAI buys the harbour, and India agrees. {OTHERS[0]}"
    desk.server.routes["/live/1"] = answer(200, blog(*OTHERS, news))
    async with desk.open("/rss") as application:
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.sent) == (1, 1)


async def test_a_running_monitor_reads_what_is_due(desk: Desk) -> None:
    news = f"OpenAI buys the harbour, and India agrees. {OTHERS[0]}"
    async with desk.open("/rss") as application:
        await opened(desk, application, *OTHERS)
        desk.server.routes["/live/1"] = answer(200, blog(*OTHERS, news))
        (page,) = application.store.live_pages(None, 9)
        assert application.store.live_pages(now(), 9) == ()
        due = replace(page, next_at=now() - timedelta(seconds=1))
        application.store.record_live(due).result()
        await application.live.tick()
        await until(lambda: application.store.live_pages(None, 9)[0].next_at > now())
        assert application.store.search("buys")


async def test_ticks_do_not_read_one_page_twice_at_once_and_stop_gives_up(desk: Desk) -> None:
    async with desk.open("/rss") as application:
        await opened(desk, application, *OTHERS)
        (page,) = application.store.live_pages(None, 9)
        application.store.record_live(replace(page, next_at=now())).result()
        desk.server.routes["/live/1"] = silent
        asked = len(desk.server.asked)
        await application.live.tick()
        await application.live.tick()
        await until(lambda: len(desk.server.asked) > asked)
        await application.live.stop()
        assert len(desk.server.asked) == asked + 1
        assert application.store.live_pages(now(), 9)  # still due


@pytest.mark.parametrize(
    ("route", "goes_on"),
    [
        pytest.param(None, True, id="404"),
        pytest.param(answer(410), False, id="410"),
        pytest.param(answer(503), True, id="503"),
        pytest.param(answer(200, b"%PDF-1.7", Content_Type="application/pdf"), True, id="a PDF"),
        pytest.param(answer(200, page("Harbour", LEAD)), True, id="no updates any more"),
    ],
)
async def test_what_goes_wrong_with_it_stays_with_it(desk: Desk, route, goes_on: bool) -> None:
    async with desk.open("/rss") as application:
        await opened(desk, application, *OTHERS)
        if route is None:
            del desk.server.routes["/live/1"]
        else:
            desk.server.routes["/live/1"] = route
        counts = await application.poll_once(PATIENCE)
        assert counts.articles == 0
        assert bool(application.store.live_pages(None, 9)) == goes_on


async def test_one_whose_source_or_time_is_gone_is_forgotten_unread(desk: Desk) -> None:
    async with desk.open("/rss") as application:
        await opened(desk, application, *OTHERS)
        (page,) = application.store.live_pages(None, 9)
        old = replace(page, url="https://nowhere.invalid/1", opened_at=now() - timedelta(days=3))
        application.store.record_live(old).result()
        other = replace(page, url="https://nowhere.invalid/2", source="gone")
        application.store.record_live(other).result()
        await application.live.read_all()  # it waits for another source, but not for long
        assert {p.url for p in application.store.live_pages(None, 9)} == {page.url, other.url}
        other = replace(other, newest_at=now() - timedelta(hours=3))
        application.store.record_live(other).result()
        await application.live.read_all()
        assert [p.url for p in application.store.live_pages(None, 9)] == [page.url]


async def test_why_finds_an_update_by_its_place(desk: Desk) -> None:
    both = "OpenAI will open an office in India, its spokesman says, and hire two hundred people."
    async with desk.open("/rss") as application:
        await opened(desk, application, both, *OTHERS)
        place = desk.server.url("/live/1#post-2")
        history = application.store.history([place_key(place)])
        assert history.article is not None
        assert history.article.article.url == place
        assert "update of the live blog “Harbour live”" in tell(place, history)
        assert history.matches == ()
        whole = application.store.history(url_keys(place, None, None))
        assert [m.rule.id for m in whole.matches] == ["openai-india"]


class TestSchedule:
    page = LivePage(
        url="https://a.example/live", source="a", title="Live", opened_at=NOON, newest_at=NOON,
        next_at=NOON,
    )  # fmt: skip

    @pytest.mark.parametrize(
        ("hours", "news", "wait"),
        [(0.1, True, 5), (0.4, False, 5), (1, False, 10), (1, True, 5), (2.1, False, None),
         (23.9, True, 5), (24.1, True, None)],
    )  # fmt: skip
    def test_it_is_read_while_it_goes_on(self, hours, news, wait):
        moment = NOON + timedelta(hours=hours)
        again = schedule.live_again(self.page, moment, news=news)
        if wait is None:
            assert again is None
        else:
            assert again is not None
            assert again.next_at == moment + timedelta(minutes=wait)
            assert again.newest_at == (moment if news else NOON)

    def test_a_silence_across_readings_ends_it(self):
        page, moment, readings = self.page, NOON, 0
        while page is not None:
            moment, readings = page.next_at, readings + 1
            page = schedule.live_again(page, moment, news=False)
        assert timedelta(hours=2) < moment - NOON < timedelta(hours=2.2)
        assert readings < 30


# --- selectors and drift ----------------------------------------------------------------------

SELECTORS = '[source.selectors]\ntitle = "h1"\nbody = ".story"\n'
RULED = "OpenAI said in India that it would open an office, hire two hundred people, and stay."


def styled(name: str, n: int) -> bytes:
    return page(f"Report {n}", *PROSE[1:]).replace(
        b"</h1>", f"</h1><div class='{name}'><p>{RULED} Number {n}.</p></div>".encode()
    )


def configured(desk: Desk, selectors: str = SELECTORS):
    text = f"""
        polling = {{ every = "1s", shortest = "1ms" }}
        delivery.first_wait = "0s"
        network = {{ host_gap = "0s", allow = ["127.0.0.0/8"] }}
        chats.console = {{ channel = "console", default = true, operator = true }}
        [[source]]
        id = "s0"
        kind = "feed"
        url = "{desk.server.url("/rss")}"
        {selectors}
    """
    return parse_config(text, str(desk.folder / "config.toml"))


async def polled_with(desk: Desk, bodies: list[bytes], selectors: str = SELECTORS):
    """Poll once for each of these pages, the first after a silent baseline; answer the states."""
    desk.server.routes["/rss"] = answer(200, feed())
    states = []
    console = Console(file=desk.printed, width=200)
    async with open_application(configured(desk, selectors), token=None, console=console) as app:
        await app.poll_once(PATIENCE)
        for n, body in enumerate(bodies):
            desk.server.routes["/rss"] = answer(200, feed((f"/{n}", f"Report {n}", "In short")))
            desk.server.routes[f"/{n}"] = answer(200, body)
            await app.poll_once(PATIENCE)
            states.append(app.store.states()[0])
        desk.troubles = app.desk.status().troubles
    return states


async def test_selectors_are_believed_and_their_drift_is_told_once_and_loses_no_alert(desk) -> None:
    bodies = [styled("story", n) for n in range(2)]
    bodies += [styled("renamed", n) for n in range(2, 7)]
    states = await polled_with(desk, bodies)
    assert [s.drift is not None for s in states] == [False] * 4 + [True] * 3
    assert desk.printed.getvalue().count("may have changed") == 1
    assert "selectors (body) name nothing" in desk.printed.getvalue()
    assert "Source s0: its selectors" in desk.troubles[0]
    texts = [desk.why(f"/{n}").article.article.text for n in range(7)]
    assert [RULED in text for text in texts] == [True] * 7
    assert texts[0] == f"{RULED} Number 0."
    assert PROSE[1] in texts[6]  # read without the selectors


async def test_drift_that_ends_is_told_too_also_after_a_restart(desk: Desk) -> None:
    await polled_with(desk, [styled("renamed", n) for n in range(3)])
    states = await polled_with(desk, [b""] * 3 + [styled("story", n) for n in range(3, 6)])
    assert desk.printed.getvalue().count("may have changed") == 1
    assert desk.printed.getvalue().count("read as before again") == 1
    assert states[-1].drift is None


async def test_a_source_whose_pages_give_nothing_any_more_is_told_without_selectors(desk) -> None:
    shell = b"<html><head><title>Report</title><script src='/a.js'></script></head><body></body>"
    bodies = [styled("story", 0), *([shell] * 6)]
    states = await polled_with(desk, bodies, selectors="")
    assert [s.drift is not None for s in states] == [False] * 5 + [True] * 2
    assert "only with JavaScript" in (states[-1].drift or "")
    assert desk.printed.getvalue().count("may have changed") == 1
    assert desk.why("/6").article.article.text == "In short"


# --- the store --------------------------------------------------------------------------------


def test_live_pages_are_remembered_and_keep_when_they_were_opened(tmp_path: Path) -> None:
    page = TestSchedule.page
    store = open_store(tmp_path / "m.db")
    try:
        store.record_live(page).result()
        later = replace(page, opened_at=NOON + timedelta(hours=1), etag="2", next_at=NOON)
        store.record_live(later).result()
        assert store.live_pages(NOON - timedelta(minutes=1), 9) == ()
        assert store.live_pages(NOON, 9) == (replace(later, opened_at=NOON),)
        store.set_back(timedelta(hours=2)).result()
        assert store.live_pages(NOON - timedelta(hours=2), 9)
        store.forget_live(page.url).result()
        assert store.live_pages(None, 9) == ()
    finally:
        store.close()


def test_a_database_of_before_knows_no_drift(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with connect(path, writable=True) as db:
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrations.apply(db, stop_before="m003_live")
        db.execute(
            "INSERT INTO source_state (source, url, next_poll_at, failures) VALUES ('s', 'u', 0, 0)"
        )
    store = open_store(path)
    try:
        (old,) = store.states()
        assert (old.pages, old.drift) == ("", None)
        kept = state("s", pages="+s-", drift="bad")
        store.sync_sources([kept], []).result()
        assert store.states() == (kept,)
    finally:
        store.close()


# --- commands ---------------------------------------------------------------------------------


def test_extract_shows_kind_confidence_updates_and_what_selectors_give(tmp_path: Path) -> None:
    config, saved = tmp_path / "config.toml", tmp_path / "live.html"
    config.write_text(
        '[[source]]\nid = "tide"\nkind = "feed"\nurl = "https://tide.example/rss"\n'
        '[source.selectors]\ntitle = "h1"\nbody = ".gone"\n'
    )
    saved.write_bytes(blog(*OTHERS))
    asked = ["extract", saved, "--url", "https://tide.example/live/1", "-c", config]
    said = monitor(*asked, "--source", "tide").stdout
    assert "kind: live blog" in said
    assert "confidence: " in said
    assert "update #post-2: 2026-11-22 02:00  Update number 2" in said
    assert "selectors that name nothing: body" in said
    assert json.loads(monitor(*asked, "--json").stdout)["updates"][0]["anchor"] == "post-2"
    wrong = monitor(*asked, "--source", "tides")
    assert wrong.returncode != 0
    assert "'tides' is not configured; there are: tide" in wrong.stderr


def test_sources_list_shows_drift(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[[source]]\nid = "s"\nkind = "feed"\nurl = "https://tide.example/rss"\n')
    store = open_store(tmp_path / "monitor.db")
    try:
        drifting = replace(state("s"), polled_at=NOON, drift="its last 5 pages gave no article")
        store.sync_sources([drifting], []).result()
    finally:
        store.close()
    assert "its last 5 pages gave no article" in monitor("sources", "list", "-c", config).stdout

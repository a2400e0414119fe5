"""The application as a whole, over a loopback site: what comes in, goes wrong, goes out."""

import asyncio
import gzip
import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from rich.console import Console

from monitor.app.application import Application, open_application
from monitor.config import parse_config
from monitor.errors import AlreadyRunning, ConfigError
from monitor.store import read_store
from monitor.urls import url_keys
from tests.loopback import Loopback, answer, redirect, silent

pytestmark = pytest.mark.anyio

PACK = """
[pack]
id = "desk"
[[rule]]
id = "openai-india"
title = "OpenAI in India"
query = 'OpenAI AND India'
"""


def feed(*items: tuple[str, str, str], form: str = "rss") -> bytes:
    """A feed of (path, title, description)."""
    rows = "".join(
        f"<item><title>{t}</title><link>{p}</link><guid isPermaLink='false'>{p}</guid>"
        f"<description>{d}</description></item>"
        for p, t, d in items
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel>{rows}</channel></rss>".encode()


def page(title: str, *paragraphs: str, head: str = "") -> bytes:
    body = "".join(f"<p>{p}</p>" for p in paragraphs)
    return (
        f"<html lang='en'><head><title>{title}</title>{head}</head><body><nav><a href='/'>Home</a>"
        f"</nav><article><h1>{title}</h1>{body}</article></body></html>"
    ).encode()


PROSE = (
    "OpenAI said on Sunday that it would open an office in India, its second in the region, and "
    "hire two hundred engineers over the coming year to work with local universities.",
    "Officials welcomed the plan, which had been expected for months, and said that the company "
    "had promised to keep the data of its users inside the country where the law asks for it.",
    "Rivals have made similar pledges, though few have named a date or a city so far, and analysts "
    "expect that others will follow before the new rules on data come into force next summer.",
)


async def until(ready: Callable[[], object]) -> None:
    """Let the application run until something has happened."""
    async with asyncio.timeout(20):
        while not ready():  # noqa: ASYNC110 - what it waits for knows no event
            await asyncio.sleep(0.01)


class Desk:
    """One application at a time on one folder, and what it printed."""

    def __init__(self, folder: Path, server: Loopback) -> None:
        self.folder = folder
        self.server = server
        self.printed = io.StringIO()
        (folder / "rules").mkdir()
        (folder / "rules" / "desk.toml").write_text(PACK)

    def config(self, *paths: str, kind: str = "feed", more: str = ""):
        sources = "".join(
            f'[[source]]\nid = "s{n}"\nkind = "{kind}"\nurl = "{self.server.url(path)}"\n'
            f'outlet = "Outlet {n}"\n'
            for n, path in enumerate(paths)
        )
        text = f"""
            polling = {{ every = "1s", shortest = "1ms" }}
            delivery.first_wait = "0s"
            network.host_gap = "0s"
            network.allow = ["127.0.0.0/8"]
            network.total_timeout = "700ms"
            network.max_body = "1MB"
            chats.console = {{ channel = "console", default = true, operator = true }}
            {more}
            {sources}
        """
        return parse_config(text, str(self.folder / "config.toml"))

    @asynccontextmanager
    async def open(self, *paths: str, **how: str) -> AsyncIterator[Application]:
        console = Console(file=self.printed, width=100)
        async with open_application(
            self.config(*paths, **how), token=None, console=console
        ) as application:
            yield application

    def why(self, path: str):
        store = read_store(self.folder / "monitor.db")
        try:
            return store.history(url_keys(self.server.url(path), None, None))
        finally:
            store.close()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with Loopback() as server:
        yield Desk(tmp_path, server)


PATIENCE = timedelta(seconds=20)


async def test_what_is_there_at_first_is_silent_and_what_comes_is_told_once(desk: Desk) -> None:
    routes = desk.server.routes
    routes["/rss"] = answer(200, feed(("/old", "OpenAI in India", "known")))
    async with desk.open("/rss") as application:
        counts = await application.poll_once(PATIENCE)
        assert (counts.baseline, counts.articles, counts.sent) == (1, 0, 0)
        routes["/rss"] = answer(
            200, feed(("/new", "OpenAI comes", "x"), ("/old", "OpenAI in India", "known"))
        )
        routes["/new"] = answer(200, page("OpenAI comes", *PROSE), Content_Type="text/html")
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.matched, counts.sent) == (1, 1, 1)
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.sent) == (0, 0)
    assert desk.printed.getvalue().count("OpenAI comes") == 1
    assert "“India”" in desk.printed.getvalue()
    history = desk.why("/new")
    assert next(d.reason for _, d in history.decisions).startswith("first article")


async def test_the_same_text_at_three_outlets_is_one_alert(desk: Desk) -> None:
    routes, paths = desk.server.routes, ("/a", "/b", "/c")
    for path in paths:
        routes[path] = answer(200, feed())
    async with desk.open(*paths) as application:
        await application.poll_once(PATIENCE)
        for path in paths:
            routes[path] = answer(200, feed((f"{path}/1", f"Headline of {path}", "x")))
            routes[f"{path}/1"] = answer(200, page(f"Headline of {path}", *PROSE))
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.same_text, counts.sent) == (3, 2, 1)
        story = application.store.history(url_keys(desk.server.url("/a/1"), None, None))
        assert len(story.story_articles) == 3


async def test_two_pages_of_one_outlet_with_the_same_notice_are_two_articles(desk: Desk) -> None:
    """An extractor that finds only a notice must not fold what is different."""
    routes = desk.server.routes
    routes["/rss"] = answer(200, feed())
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        routes["/rss"] = answer(
            200, feed(("/1", "OpenAI buys land", ""), ("/2", "OpenAI sells land", ""))
        )
        routes["/1"] = answer(200, page("OpenAI buys land", *PROSE))
        routes["/2"] = answer(200, page("OpenAI sells land", *PROSE))
        counts = await application.poll_once(PATIENCE)
        assert (counts.same_text, counts.sent) == (0, 2)


@pytest.mark.parametrize(
    ("route", "says"),
    [
        pytest.param(None, "404", id="404"),
        pytest.param(answer(500), "500", id="500"),
        pytest.param(answer(429, Retry_After="120"), "429", id="429"),
        pytest.param(redirect("/bad"), "redirect", id="redirect loop"),
        pytest.param(redirect("http://169.254.169.254/"), "network", id="redirect inside"),
        pytest.param(answer(200, page("Not a feed", *PROSE)), "web page", id="page for a feed"),
        pytest.param(answer(200, b""), "empty", id="empty"),
        pytest.param(answer(200, b"x" * 2_000_000), "1 MB", id="too large"),
        pytest.param(
            answer(200, gzip.compress(b"\0" * 50_000_000), Content_Encoding="gzip"),
            "1 MB",
            id="gzip bomb",
        ),
        pytest.param(silent, "0.7 s", id="hangs"),
    ],
)
async def test_a_bad_source_gets_one_clear_line_and_stops_nothing(desk, route, says) -> None:
    routes = desk.server.routes
    if route is not None:
        routes["/bad"] = route
    routes["/good"] = answer(200, feed(("/1", "Fine", "x")))
    with structlog.testing.capture_logs() as logs:
        async with desk.open("/bad", "/good") as application:
            counts = await application.poll_once(PATIENCE)
            states = {state.source: state for state in application.store.states()}
    warnings = [line for line in logs if line["log_level"] in ("warning", "error")]
    assert [line["event"] for line in warnings] == ["poll failed"]
    assert says in warnings[0]["error"]
    assert "\n" not in warnings[0]["error"]
    assert states["s0"].failures == 1
    assert states["s0"].next_poll_at > datetime.now(UTC)
    assert counts.baseline == 1


async def test_an_unreachable_host_is_told_by_name(desk: Desk) -> None:
    config = desk.config("/x")
    (source,) = config.source
    config = config.model_copy(
        update={"source": (source.model_copy(update={"url": "http://nowhere.invalid/rss"}),)}
    )
    async with open_application(config, token=None, console=Console(file=io.StringIO())) as app:
        await app.poll_once(PATIENCE)
        (state,) = app.store.states()
    assert "nowhere.invalid" in (state.error or "")


async def test_a_source_that_is_gone_is_stopped_and_operators_are_told(desk: Desk) -> None:
    desk.server.routes["/rss"] = answer(410)
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        (state,) = application.store.states()
    assert state.stopped
    assert "not polled any more" in desk.printed.getvalue()


async def test_an_error_page_does_not_overwrite_the_validators(desk: Desk) -> None:
    routes = desk.server.routes
    routes["/rss"] = answer(200, feed(("/1", "Fine", "x")), ETag='"1"')
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        routes["/rss"] = answer(200, page("Please wait", "Checking your browser."), ETag='"evil"')
        await application.poll_once(PATIENCE)
        routes["/rss"] = answer(304)
        await application.poll_once(PATIENCE)
        (state,) = application.store.states()
    assert desk.server.asked[-1].headers["if-none-match"] == '"1"'
    assert state.failures == 0


async def test_a_page_that_fails_is_tried_again_and_then_read(desk: Desk) -> None:
    routes = desk.server.routes
    routes["/rss"] = answer(200, feed())
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        routes["/rss"] = answer(200, feed(("/1", "News", "short")), ETag='"2"')
        routes["/1"] = answer(503)
        counts = await application.poll_once(PATIENCE)
        assert counts.articles == 0
        routes["/1"] = answer(200, page("News", *PROSE))
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.from_feed, counts.sent) == (1, 0, 1)


@pytest.mark.parametrize(
    ("route", "attempts", "says"),
    [
        pytest.param(None, 1, "404", id="missing page"),
        pytest.param(answer(503), 3, "503", id="failing three times"),
        pytest.param(
            answer(200, b"%PDF-1.7", Content_Type="application/pdf"), 1, "PDF", id="not a page"
        ),
        pytest.param(answer(200, page("Empty"), Content_Type="text/html"), 1, "", id="no text"),
    ],
)
async def test_the_feeds_text_is_the_fallback_and_the_alert_says_so(
    desk, route, attempts, says
) -> None:
    routes = desk.server.routes
    routes["/rss"] = answer(200, feed())
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        routes["/rss"] = answer(200, feed(("/1", "News", "OpenAI opens in India")))
        if route is not None:
            routes["/1"] = route
        for _ in range(attempts):
            assert application.store.counts(datetime.now(UTC) - PATIENCE).articles == 0
            counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.from_feed, counts.sent) == (1, 1, 1)
    assert says in (desk.why("/1").article.article.note)


SHELL = b"<html><head><title>News</title></head><body><div id='root'></div><script src='/a.js'>"


async def test_the_feeds_words_count_where_a_listing_was_first(desk: Desk) -> None:
    routes, path = desk.server.routes, "/2026/11/22/a-day-of-news-from-delhi"
    old = "<a href='/2026/11/20/an-older-story-about-rain'>Rain in the hills again</a>"
    routes["/"] = answer(200, f"<html><body><main>{old}</main></body></html>".encode())
    routes["/rss"] = answer(200, feed(("/old", "Old", "")))
    routes[path] = answer(200, SHELL, Content_Type="text/html")
    feeds = f'''
            [[source]]
            id = "feed"
            kind = "feed"
            url = "{desk.server.url("/rss")}"
            outlet = "Outlet 0"'''
    async with desk.open("/", kind="listing", more=feeds) as application:
        await application.poll_once(PATIENCE)
        body = f"<html><body><main><a href='{path}'>A day of news from Delhi</a>{old}</main></body>"
        routes["/"] = answer(200, body.encode())
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.sent) == (1, 0)
        words = (path, "A day of news from Delhi", "OpenAI comes to India, and it rains")
        routes["/rss"] = answer(200, feed(words))
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.same_url, counts.sent) == (1, 1, 1)
        changed = (path, "A day of news from Delhi", "OpenAI comes to India, and it snows")
        routes["/rss"] = answer(200, feed(changed, ("/old", "Old", "")))
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.sent) == (0, 0)
    found = desk.why(path)
    assert found.article.article.note == "the page shows its text only with JavaScript"
    assert [entry.source for entry in found.entries] == ["s0", "feed"]


SECOND = '''
            [[source]]
            id = "second"
            kind = "feed"
            url = "{}"
            outlet = "Outlet 1"'''


async def test_a_new_sources_first_poll_is_silent_of_what_others_half_read_too(desk: Desk) -> None:
    routes, path, url = desk.server.routes, "/a-day-of-news", desk.server.url("/second")
    routes["/rss"] = answer(200, feed(("/old", "Old", "")))
    routes[path] = answer(200, SHELL, Content_Type="text/html")
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        routes["/rss"] = answer(200, feed((path, "A day of news from Delhi", "")))
        assert (await application.poll_once(PATIENCE)).articles == 1
    words = (path, "A day of news from Delhi", "OpenAI comes to India, and it rains")
    routes["/second"] = answer(200, feed(words))
    async with desk.open("/rss", more=SECOND.format(url)) as application:
        assert (await application.poll_once(PATIENCE)).sent == 0
        routes["/second"] = answer(200, feed(("/another", "Another thing", ""), words))
        routes["/another"] = answer(200, SHELL, Content_Type="text/html")
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.sent) == (1, 0)


async def test_a_second_sources_words_stay_with_the_story_when_their_address_changes(
    desk: Desk,
) -> None:
    routes, path, url = (
        desk.server.routes,
        "/2026/11/22/openai-in-india",
        desk.server.url("/second"),
    )
    old, item = ("/old", "Old", ""), (path, "OpenAI opens in India", "")
    routes["/rss"] = routes["/second"] = answer(200, feed(old))
    routes[path] = answer(200, SHELL, Content_Type="text/html")
    async with desk.open("/rss", more=SECOND.format(url)) as application:
        await application.poll_once(PATIENCE)
        routes["/rss"] = answer(200, feed(item, old))
        assert (await application.poll_once(PATIENCE)).sent == 1
        routes["/second"] = answer(200, feed(item, old))  # its guid is known from now on
        assert (await application.poll_once(PATIENCE)).sent == 0
        moved = feed((path, "OpenAI opens in India", "OpenAI hires in India"), old)
        moved = moved.replace(f"<link>{path}<".encode(), f"<link>{path}-at-last<".encode())
        routes["/second"] = answer(200, moved)
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.same_url, counts.sent) == (1, 1, 0)


async def test_a_listing_finds_new_links(desk: Desk) -> None:
    routes = desk.server.routes
    old = "<li><a href='/2026/11/20/an-older-story-about-rain'>Rain in the hills again</a></li>"
    routes["/"] = answer(200, f"<html><body><main><ul>{old}</ul></main></body></html>".encode())
    async with desk.open("/", kind="listing") as application:
        await application.poll_once(PATIENCE)
        path = "/2026/11/22/openai-will-open-an-office"
        new = f"<li><a href='{path}'>OpenAI will open an office in Delhi</a></li>"
        body = f"<html><body><main><ul>{new}{old}</ul></main></body></html>"
        routes["/"] = answer(200, body.encode())
        routes[path] = answer(200, page("OpenAI will open an office", *PROSE))
        counts = await application.poll_once(PATIENCE)
    assert (counts.articles, counts.sent) == (1, 1)


async def test_robots_txt_is_obeyed_for_pages(desk: Desk) -> None:
    routes = desk.server.routes
    routes["/robots.txt"] = answer(200, b"User-agent: *\nDisallow: /private\n")
    routes["/rss"] = answer(200, feed())
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        routes["/rss"] = answer(200, feed(("/private/1", "News", "OpenAI opens in India")))
        await application.poll_once(PATIENCE)
    assert "/private/1" not in desk.server.paths()
    assert "robots.txt" in desk.why("/private/1").article.article.note


async def test_wrong_encoding_is_read_all_the_same(desk: Desk) -> None:
    routes = desk.server.routes
    routes["/rss"] = answer(200, feed())
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        latin = feed(("/1", "Caf\xe9 OpenAI", "India")).decode().encode("latin-1")
        routes["/rss"] = answer(200, latin, Content_Type="application/rss+xml; charset=utf-8")
        counts = await application.poll_once(PATIENCE)
        assert counts.sent == 1
        (found,) = application.store.search("Café")
    assert found.article.title == "Café OpenAI"


async def test_a_json_feed_without_pages(desk: Desk) -> None:
    def body(*titles: str) -> bytes:
        items = [{"id": t, "url": f"https://o.example/{t}", "title": t,
                  "content_text": "OpenAI in India"} for t in titles]  # fmt: skip
        version = "https://jsonfeed.org/version/1.1"
        return json.dumps({"version": version, "title": "J", "items": items}).encode()

    desk.server.routes["/feed.json"] = answer(200, body("1"), Content_Type="application/feed+json")
    async with desk.open("/feed.json") as application:
        await application.poll_once(PATIENCE)
    text = desk.config("/feed.json")
    source = text.source[0].model_copy(update={"pages": False})
    config = text.model_copy(update={"source": (source,)})
    desk.server.routes["/feed.json"] = answer(200, body("2", "1"))
    async with open_application(config, token=None, console=Console(file=desk.printed)) as app:
        counts = await app.poll_once(PATIENCE)
    assert (counts.articles, counts.sent) == (1, 1)


async def test_the_newest_entries_of_a_first_poll_may_alert(desk: Desk) -> None:
    desk.server.routes["/rss"] = answer(
        200, feed(*((f"/{n}", f"OpenAI in India {n}", "x") for n in (3, 2, 1)))
    )
    config = desk.config("/rss")
    config = config.model_copy(
        update={"polling": config.polling.model_copy(update={"first_poll_newest": 1})}
    )
    async with open_application(config, token=None, console=Console(file=desk.printed)) as app:
        counts = await app.poll_once(PATIENCE)
        again = await app.poll_once(PATIENCE)
    assert (counts.baseline, counts.articles) == (2, 1)
    assert again.articles == 0
    assert "OpenAI in India 3" in desk.printed.getvalue()


async def test_a_second_instance_is_refused(desk: Desk) -> None:
    desk.server.routes["/rss"] = answer(200, feed())
    async with desk.open("/rss"):
        with pytest.raises(AlreadyRunning, match=r"monitor\.db"):
            async with desk.open("/rss"):
                pass


async def test_broken_rules_refuse_to_start_with_file_and_line(desk: Desk) -> None:
    (desk.folder / "rules" / "desk.toml").write_text(PACK.replace("AND India", 'AND "India'))
    with pytest.raises(ConfigError, match=r"desk\.toml:7:\d+: \[E101\]"):
        async with desk.open("/rss"):
            pass


async def test_a_changed_rule_file_counts_at_once_and_a_broken_one_changes_nothing(desk) -> None:
    routes, pack = desk.server.routes, desk.folder / "rules" / "desk.toml"
    routes["/rss"] = answer(200, feed())
    async with desk.open("/rss") as application:
        rules = application.rules
        assert rules.reload() is None
        pack.write_text(PACK.replace("OpenAI AND India", "Monsoon AND"))
        assert "E107" in (rules.reload() or "")
        assert rules.reload() is None  # told once
        assert [rule.query for rule in rules.ruleset.rules] == ["OpenAI AND India"]
        pack.write_text(PACK.replace("OpenAI AND India", "Monsoon AND rain"))
        assert "fine again" in (rules.reload() or "")
        assert [rule.query for rule in rules.ruleset.rules] == ["Monsoon AND rain"]


async def test_run_polls_by_itself_and_stops_when_asked(desk: Desk) -> None:
    routes, stop = desk.server.routes, asyncio.Event()
    routes["/rss"] = answer(200, feed())
    async with desk.open("/rss") as application:
        running = asyncio.create_task(application.run(stop))
        await until(lambda: application.store.states()[0].baseline_at)
        routes["/rss"] = answer(200, feed(("/1", "OpenAI", "in India")))
        await until(lambda: "OpenAI" in desk.printed.getvalue())
        stop.set()
        async with asyncio.timeout(10):
            await running


async def test_entries_without_an_address_are_matched_by_their_words(desk: Desk) -> None:
    def body(*titles: str) -> bytes:
        items = "".join(f"<item><title>{t}</title></item>" for t in titles)
        return f"<rss version='2.0'><channel>{items}</channel></rss>".encode()

    desk.server.routes["/rss"] = answer(200, body("Old"))
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        desk.server.routes["/rss"] = answer(200, body("OpenAI in India", "Rain in India", "Old"))
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.matched, counts.sent) == (2, 1, 1)
        assert (await application.poll_once(PATIENCE)).articles == 0
    assert desk.server.paths().count("/rss") == 3


async def test_a_feed_that_changes_its_guids_and_then_its_addresses_floods_nobody(desk) -> None:
    def body(*items: tuple[str, str, str]) -> bytes:
        rows = "".join(
            f"<item><title>{t}</title><link>{link}</link><guid>{g}</guid></item>"
            for g, link, t in items
        )
        return f"<rss version='2.0'><channel>{rows}</channel></rss>".encode()

    routes = desk.server.routes
    routes["/rss"] = answer(200, body(("1", "/a", "OpenAI in India")))
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        for guid, link in (("2", "/a"), ("2", "/b"), ("3", "/b"), ("3", "/c")):
            routes["/rss"] = answer(200, body((guid, link, "OpenAI in India")))
            counts = await application.poll_once(PATIENCE)
            assert counts.articles == 0

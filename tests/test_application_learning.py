"""What the running monitor learns of outlets, and what a hostile page costs it."""

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from monitor.cli.history import tell
from monitor.config import Config
from monitor.model import SourceKind
from monitor.sources.links import mark
from tests.loopback import Loopback, answer
from tests.test_application import PATIENCE, PROSE, Desk, feed, page
from tests.test_boilerplate import TITLES, Outlet

pytestmark = pytest.mark.anyio

APPEAL = "Tidewater is read in India, and OpenAI pays for this column, as it does for others here."
QUIET = tuple(
    text.replace("OpenAI", "Zenith").replace("India", "the country") for text in PROSE
)  # no rule's words


class Impatient(Desk):
    """A desk that soon gives a document up."""

    def __init__(self, folder: Path, server: Loopback) -> None:
        self.folder = folder
        self.server = server
        self.printed = io.StringIO()

    def config(self, *paths: str, **how: str) -> Config:
        config = super().config(*paths, **how)
        patience = {"parse_timeout": timedelta(seconds=0.6), "workers": 1}
        return config.model_copy(update={"polling": config.polling.model_copy(update=patience)})


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with Loopback() as server:
        yield Desk(tmp_path, server)


@pytest.mark.parametrize("learns", [True, False])
async def test_a_word_in_what_the_outlet_repeats_alerts_nobody(desk: Desk, learns: bool) -> None:
    routes = desk.server.routes
    routes["/rss"] = answer(200, feed())
    more = "" if learns else "extract.learn_boilerplate = false"
    async with desk.open("/rss", more=more) as application:
        await application.poll_once(PATIENCE)
        outlet = Outlet(application.store)
        for title in TITLES[:4]:
            outlet.prints(title, APPEAL, host="127.0.0.1")
        routes["/rss"] = answer(200, feed(("/news", "Office opens", "")))
        routes["/news"] = answer(200, page("Office opens", *QUIET, APPEAL))
        await application.poll_once(PATIENCE)
        (known,) = application.store.recurring("127.0.0.1", outlet.at)
        assert known.articles == (5 if learns else 4)  # it goes on being counted
    history = desk.why("/news")
    assert len(history.matches) == (0 if learns else 1)
    told = f"left out: “{APPEAL}”: 5 articles of this outlet have it since 2026-11-22"
    assert (told in tell("", history)) == learns
    assert history.article is not None
    assert (APPEAL in history.article.article.text) != learns


async def test_pages_teach_what_their_outlet_repeats(desk: Desk) -> None:
    routes = desk.server.routes
    routes["/rss"] = answer(200, feed())
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        routes["/rss"] = answer(200, feed(*((f"/{n}", t, "") for n, t in enumerate(TITLES))))
        for number, title in enumerate(TITLES):
            prose = (f"On day {number}: {text}" for text in QUIET)
            routes[f"/{number}"] = answer(200, page(title, *prose, APPEAL))
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.matched) == (9, 9)
        # All on one day, which may be that of an event: nothing is left out yet.
        with application.store._reader.snapshot() as db:
            (row,) = db.query("SELECT * FROM passage WHERE articles > 1")
        assert (row["articles"], row["recurs"], row["host"]) == (9, 0, "127.0.0.1")
        assert row["opening"] == APPEAL


async def test_a_listings_links_are_remembered(desk: Desk) -> None:
    routes = desk.server.routes
    old = "<p><a href='/2026/11/20/harbour-bank-merges-with-two'>Harbour bank merges</a></p>"
    front = "<html><body><nav><a href='/about'>About</a></nav><a href='/pieces'>Pieces</a>{}</body>"
    routes["/"] = answer(200, front.format(old).encode(), Content_Type="text/html")
    async with desk.open("/", kind="listing") as application:
        await application.poll_once(PATIENCE)
        memory = application.store.link_memory("s0")
        assert memory.standing == {mark(desk.server.url(path)) for path in ("/about", "/pieces")}
        # Its address says nothing, but it is new and reads like a headline.
        new = "<p><a href='/pieces/jana'>The clerk who knew every name in town</a></p>"
        routes["/"] = answer(200, front.format(new + old).encode(), Content_Type="text/html")
        routes["/pieces/jana"] = answer(200, page("The clerk who knew every name in town", *QUIET))
        counts = await application.poll_once(PATIENCE)
        assert counts.articles == 1
        assert list(application.store.link_memory("s0").shapes.values()) == [(1, 0)]


async def test_a_feed_has_no_links_to_remember(desk: Desk) -> None:
    (source,) = desk.config("/rss").sources()
    assert source.kind is SourceKind.FEED
    desk.server.routes["/rss"] = answer(200, feed(("/a", "One", "")))
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        assert application.store.link_memory("s0").standing == frozenset()


@pytest.mark.parametrize(
    ("hostile", "says"),
    [
        ("<div>" * 40_000, "nests its elements over 5,000 deep"),
        ("<p " + " ".join(f"a{n}=1" for n in range(60_000)) + ">", "took longer than 0.6 s"),
    ],
    ids=["nested", "attributes"],
)
async def test_a_hostile_page_costs_one_clear_line(desk: Desk, hostile: str, says: str) -> None:
    routes = desk.server.routes
    routes["/rss"] = answer(200, feed())
    async with Impatient(desk.folder, desk.server).open("/rss") as application:
        await application.poll_once(PATIENCE)
        routes["/rss"] = answer(
            200, feed(("/bad", "A hostile page", "OpenAI, India"), ("/good", "A good page", ""))
        )
        routes["/bad"] = answer(200, f"<html><body>{hostile}".encode(), Content_Type="text/html")
        routes["/good"] = answer(200, page("OpenAI comes to India", *PROSE))
        with structlog.testing.capture_logs() as logs:
            async with asyncio.timeout(60):
                counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.matched, counts.from_feed) == (2, 2, 1)
    about = [line for line in logs if says in str(line)]
    assert [line["event"] for line in about] == ["article"]
    assert "\n" not in about[0]["feed_only"]
    told = tell("", desk.why("/bad"))
    assert sum(says in line for line in told.splitlines()) in (1, 2)  # of the entry, the article

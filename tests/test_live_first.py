"""Live blogs that go on already when their source is first polled."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from monitor import pipeline
from monitor.app.application import open_application
from monitor.app.clock import now
from monitor.cli import app
from monitor.cli.history import tell
from monitor.model import Entry
from monitor.pipeline import Listed
from monitor.store import open_store
from monitor.store.engine import connect
from monitor.store.schema import APPLICATION_ID, migrations
from monitor.stories import new_sentences
from monitor.urls import place_key
from tests.loopback import Loopback, answer, silent
from tests.test_application import PATIENCE, Desk, feed, page, until
from tests.test_live import OTHERS, blog, configured

OLD = f"OpenAI was seen in India before anybody looked. {OTHERS[0]}"
NEWS = f"OpenAI buys the harbour, and India agrees. {OTHERS[1]}"
LIVE = ("/live/1", "Harbour live", "")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with Loopback() as server:
        server.routes["/rss"] = answer(200, feed(LIVE, ("/other", "OpenAI in India", "")))
        server.routes["/live/1"] = answer(200, blog(OLD, *OTHERS))
        yield Desk(tmp_path, server)


def dated(*items: tuple[str, str, datetime]) -> bytes:
    """A feed of (path, title, when it was published)."""
    rows = "".join(
        f"<item><title>{t}</title><link>{p}</link><pubDate>{d:%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
        "</item>"
        for p, t, d in items
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel>{rows}</channel></rss>".encode()


def said_at(moment: datetime, text: str) -> bytes:
    """The live blog with another update of this moment."""
    update = (
        f"<section class='entry' id='post-late'><time datetime='{moment.isoformat()}'>now</time>"
        f"<h2>Late update</h2><p>{text}</p></section>"
    )
    return blog(OLD, *OTHERS).replace(
        b"<div class='liveblog'>", f"<div class='liveblog'>{update}".encode()
    )


def asked(desk: Desk, path: str) -> int:
    return sum(request.target == path for request in desk.server.asked)


# --- what is told, and what is not ------------------------------------------------------------


@pytest.mark.anyio
async def test_rules_are_tried_on_news_alone(desk) -> None:
    async with desk.open("/rss") as application:
        begun = now()
        await application.poll_once(PATIENCE)
        assert application.store.search("OpenAI")
        assert list(application.store.articles_since(begun)) == []
        desk.server.routes["/live/1"] = answer(200, blog(OLD, *OTHERS, NEWS))
        await application.poll_once(PATIENCE)
        (news,) = application.store.articles_since(begun)
        assert "buys the harbour" in news.article.text


@pytest.mark.anyio
async def test_what_it_says_at_first_is_silent_and_each_later_update_is_told_once(desk) -> None:
    async with desk.open("/rss") as application:
        counts = await application.poll_once(PATIENCE)
        assert (counts.matched, counts.sent, counts.waiting) == (0, 0, 0)
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.sent) == (0, 0)
        desk.server.routes["/live/1"] = answer(200, blog(OLD, *OTHERS, NEWS))
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.sent) == (1, 1)
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.sent) == (0, 0)
    assert "/live/1#post-4" in desk.printed.getvalue().replace("\n", "")
    assert "#post-0" not in desk.printed.getvalue()


@pytest.mark.parametrize("kind", ["feed", "listing"])
@pytest.mark.anyio
async def test_every_kind_of_source_leads_to_it(desk: Desk, kind: str) -> None:
    front = "".join(
        f"<h2><a href='{path}'>{title} at the end of a long day in the north</a></h2>"
        for path, title in [
            ("/2026/11/22/harbour-live", "Harbour live: dockers stop work"),
            *((f"/2026/11/22/report-{n}", f"Report {n} from the harbour") for n in range(8)),
        ]
    )
    path = "/2026/11/22/harbour-live"
    listing = answer(200, f"<html><body><main>{front}</main></body></html>".encode())
    feeds = answer(200, feed((path, "Harbour live: dockers stop work", "")))
    desk.server.routes |= {"/front": listing if kind == "listing" else feeds}
    desk.server.routes[path] = answer(200, blog(OLD, *OTHERS))
    async with desk.open("/front", kind=kind) as application:
        await application.poll_once(PATIENCE)
        desk.server.routes[path] = answer(200, blog(OLD, *OTHERS, NEWS))
        assert (await application.poll_once(PATIENCE)).sent == 1


@pytest.mark.anyio
async def test_an_update_that_came_between_the_poll_and_the_first_reading_is_told(desk) -> None:
    async with desk.open("/rss") as application:
        await application.poller.poll_all()
        assert asked(desk, "/live/1") == 0
        application.store.set_back(timedelta(minutes=2)).result()  # that long ago
    late = said_at(now() - timedelta(minutes=1), NEWS)
    desk.server.routes["/live/1"] = answer(200, late)
    async with desk.open("/rss") as application:  # as after a kill, or where the page was down
        counts = await application.poll_once(PATIENCE)
        assert counts.sent == 1
    assert "#post-late" in desk.printed.getvalue()
    assert "#post-0" not in desk.printed.getvalue()


@pytest.mark.parametrize("hours", [-1, 1], ids=["before the poll", "by a wrong clock"])
@pytest.mark.anyio
async def test_an_update_of_any_other_time_was_there(desk: Desk, hours: int) -> None:
    desk.server.routes["/live/1"] = answer(200, said_at(now() + timedelta(hours=hours), NEWS))
    async with desk.open("/rss") as application:
        assert (await application.poll_once(PATIENCE)).sent == 0


@pytest.mark.anyio
async def test_an_old_update_is_told_when_it_says_something_new(desk: Desk) -> None:
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        grown = (OLD, *OTHERS[:2], f"{OTHERS[2]} OpenAI buys the harbour, and India agrees.")
        desk.server.routes["/live/1"] = answer(200, blog(*grown))
        assert (await application.poll_once(PATIENCE)).sent == 1
        assert (await application.poll_once(PATIENCE)).articles == 0


@pytest.mark.anyio
async def test_an_old_update_that_matched_then_is_not_told_for_growing(desk: Desk) -> None:
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        grown = blog(f"{OLD}</p><p>The weather is fine, and will stay so, they say.", *OTHERS)
        desk.server.routes["/live/1"] = answer(200, grown)
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.matched, counts.sent) == (1, 0, 0)
        place = desk.server.url("/live/1#post-0")
        told = tell(place, application.store.history([place_key(place)]))
        assert "nobody, for openai-india: it was there when its source was first polled" in told


@pytest.mark.anyio
async def test_a_page_without_updates_of_their_own_is_told_of_what_it_adds(desk: Desk) -> None:
    lines = [f"{text} Said number {n}." for n, text in enumerate((OLD, *OTHERS))]
    desk.server.routes["/live/1"] = answer(200, page("Harbour live", *lines))
    async with desk.open("/rss") as application:
        assert (await application.poll_once(PATIENCE)).sent == 0
        desk.server.routes["/live/1"] = answer(200, page("Harbour live", *OTHERS, *lines))
        assert (await application.poll_once(PATIENCE)).sent == 0
        desk.server.routes["/live/1"] = answer(200, page("Harbour live", NEWS, *lines))
        assert (await application.poll_once(PATIENCE)).sent == 1
        # Its updates can be told apart now: the old ones are as old as they were.
        desk.server.routes["/live/1"] = answer(200, blog(*lines))
        assert (await application.poll_once(PATIENCE)).sent == 0


@pytest.mark.parametrize("text", ["More to follow.", "To fol"])
@pytest.mark.anyio
async def test_short_words_that_were_said_before_are_news_under_another_headline(
    desk: Desk, text: str
) -> None:
    desk.server.routes["/live/1"] = answer(
        200, page("Harbour live", "More to follow.", OLD, *OTHERS)
    )
    async with desk.open("/rss") as application:
        assert (await application.poll_once(PATIENCE)).sent == 0
        news = said_at(now(), text).replace(b"Late update", b"OpenAI buys the harbour in India")
        desk.server.routes["/live/1"] = answer(200, news)
        assert (await application.poll_once(PATIENCE)).sent == 1


# --- kills ------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", range(6))
@pytest.mark.anyio
async def test_a_kill_amid_the_first_reading_alerts_nothing_and_loses_nothing(desk, after) -> None:
    async with desk.open("/rss") as application:
        with closing(sqlite3.connect(desk.folder / "monitor.db")) as db:
            db.execute(
                "CREATE TRIGGER kill BEFORE INSERT ON article "
                f"WHEN (SELECT count(*) FROM article) >= {after} "
                "BEGIN SELECT RAISE(ABORT, 'killed'); END"
            )
            db.commit()
        await application.poll_once(PATIENCE)
        with closing(sqlite3.connect(desk.folder / "monitor.db")) as db:
            assert db.execute("SELECT count(*) FROM article").fetchone() == (min(after, 5),)
            db.execute("DROP TRIGGER kill")
            db.commit()
        application.store.set_back(timedelta(minutes=2)).result()
    desk.server.routes["/live/1"] = answer(200, said_at(now() - timedelta(minutes=1), NEWS))
    async with desk.open("/rss") as application:
        counts = await application.poll_once(PATIENCE)
        assert counts.sent == 1
        assert len(application.store.search("harbour")) >= 3
    assert "#post-late" in desk.printed.getvalue()


@pytest.mark.anyio
async def test_a_first_reading_that_was_not_noted_is_done_again_as_silently(desk: Desk) -> None:
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        (followed,) = application.store.live_pages(None, 9)
        assert not followed.baseline
        application.store.record_live(replace(followed, baseline=True)).result()
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.sent) == (0, 0)
        desk.server.routes["/live/1"] = answer(200, blog(OLD, *OTHERS, NEWS))
        assert (await application.poll_once(PATIENCE)).sent == 1


# --- pages that are not to be read, or no live blogs -------------------------------------------


@pytest.mark.anyio
async def test_a_running_monitor_reads_it_soon(desk: Desk) -> None:
    async with desk.open("/rss") as application:
        await application.poller.poll_all()
        (followed,) = application.store.live_pages(now(), 9)
        assert followed.baseline
        assert asked(desk, "/live/1") == 0
        await application.live.tick()
        await until(lambda: not application.store.live_pages(None, 9)[0].baseline)
        assert application.store.live_pages(now(), 9) == ()
        assert application.store.counts(followed.opened_at).waiting == 0


@pytest.mark.anyio
async def test_robots_txt_is_obeyed(desk: Desk) -> None:
    desk.server.routes["/robots.txt"] = answer(200, b"User-agent: *\nDisallow: /live/")
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
    assert asked(desk, "/live/1") == 0


@pytest.mark.parametrize(
    "route",
    [
        pytest.param(answer(503), id="down"),
        pytest.param(answer(200, b"<html><head><script src='/a.js'></script></head>"), id="a wall"),
    ],
)
@pytest.mark.anyio
async def test_what_cannot_be_read_at_first_is_silent_when_it_can(desk: Desk, route) -> None:
    desk.server.routes["/live/1"] = route
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        assert application.store.live_pages(None, 9)[0].baseline
        desk.server.routes["/live/1"] = answer(200, blog(OLD, *OTHERS))
        assert (await application.poll_once(PATIENCE)).sent == 0
        desk.server.routes["/live/1"] = answer(200, blog(OLD, *OTHERS, NEWS))
        assert (await application.poll_once(PATIENCE)).sent == 1


@pytest.mark.anyio
async def test_one_that_turns_out_to_be_none_is_forgotten(desk: Desk) -> None:
    desk.server.routes["/rss"] = answer(200, feed(("/1", "Live music in the harbour", "")))
    desk.server.routes["/1"] = answer(200, page("Music in the harbour", OLD, *OTHERS))
    async with desk.open("/rss") as application:
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.sent) == (0, 0)
        assert application.store.live_pages(None, 9) == ()


@pytest.mark.anyio
async def test_a_source_without_pages_leads_to_none(desk: Desk) -> None:
    config = configured(desk, "pages = false")
    async with open_application(config, token=None, console=Console()) as application:
        await application.poll_once(PATIENCE)
        assert application.store.live_pages(None, 9) == ()


# --- bounds -----------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_of_many_a_few_recent_ones_are_followed(desk: Desk) -> None:
    moment = datetime.now(UTC)
    items = [(f"/live/{n}", f"Day {n} live", moment - timedelta(hours=4 * n)) for n in range(200)]
    desk.server.routes["/rss"] = answer(200, dated(*items))
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        followed = {p.url for p in application.store.live_pages(None, 99)}
    assert followed == {desk.server.url(f"/live/{n}") for n in range(5)}


@pytest.mark.anyio
async def test_what_is_only_announced_crowds_out_none_that_goes_on(desk: Desk) -> None:
    moment = datetime.now(UTC)
    items = [(f"/live/{n}", f"Match {n} live", moment + timedelta(hours=n + 1)) for n in range(9)]
    items.append(("/live/on", "Harbour live", moment - timedelta(hours=1)))
    desk.server.routes["/rss"] = answer(200, dated(*items))
    async with desk.open("/rss") as application:
        await application.poller.poll_all()
        followed = {page.url for page in application.store.live_pages(None, 99)}
    assert {desk.server.url("/live/on"), desk.server.url("/live/8")} < followed


@pytest.mark.anyio
async def test_pages_that_do_not_answer_are_waited_for_together(desk: Desk) -> None:
    async with Loopback({"/live/2": silent}, host="127.0.0.2") as other:
        desk.server.routes["/live/1"] = silent
        items = [LIVE, (other.url("/live/2"), "Strike live", "")]
        desk.server.routes["/rss"] = answer(200, feed(*items))
        async with desk.open("/rss") as application:
            await application.poll_once(PATIENCE)
        times = [asked.at for server in (desk.server, other) for asked in server.asked[-1:]]
        assert abs(times[0] - times[1]) < 0.6  # each is given up after .7 s


@pytest.mark.parametrize(
    ("hours", "changed", "url", "title", "found"),
    [
        (23, None, "https://a.example/live/1", "Harbour", True),
        (25, None, "https://a.example/live/1", "Harbour", False),
        (25, 1, "https://a.example/live/1", "Harbour", True),
        (None, None, "https://a.example/1", "Harbour live", True),
        (None, None, "https://a.example/1", "Harbour", False),
        (1, None, "", "Harbour live", False),
    ],
)
def test_it_is_told_by_its_name_and_its_date(hours, changed, url, title, found) -> None:
    moment = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def ago(hours: int | None) -> datetime | None:
        return None if hours is None else moment - timedelta(hours=hours)

    entry = Entry(id=None, url=url, title=title, published=ago(hours), updated=ago(changed))
    assert pipeline.live_at_first([Listed(entry, ("k",))], moment) == ((entry,) if found else ())


# --- with other sources -----------------------------------------------------------------------


@pytest.mark.anyio
async def test_two_new_sources_follow_it_together(desk: Desk) -> None:
    desk.server.routes["/b"] = answer(200, feed(("/live/1?utm_source=b", "Harbour live", "")))
    desk.server.routes["/live/1?utm_source=b"] = desk.server.routes["/live/1"]
    async with desk.open("/rss", "/b") as application:
        assert (await application.poll_once(PATIENCE)).sent == 0
        assert len(application.store.live_pages(None, 9)) == 1
        for path in ("/live/1", "/live/1?utm_source=b"):
            desk.server.routes[path] = answer(200, blog(OLD, *OTHERS, NEWS))
        assert (await application.poll_once(PATIENCE)).sent == 1


@pytest.mark.anyio
async def test_what_an_older_source_follows_stays_news(desk: Desk) -> None:
    desk.server.routes["/old"] = answer(200, feed())
    async with desk.open("/old") as application:
        await application.poll_once(PATIENCE)
        desk.server.routes["/old"] = answer(200, feed(LIVE))
        assert (await application.poll_once(PATIENCE)).sent == 1  # of the update that is there
    desk.server.routes["/live/1"] = answer(200, blog(OLD, *OTHERS, NEWS))
    async with desk.open("/old", "/rss") as application:  # the second one is new
        await application.poller.poll_all()
        (followed,) = application.store.live_pages(None, 9)
        assert not followed.baseline
        assert (await application.poll_once(PATIENCE)).sent == 1


@pytest.mark.anyio
async def test_what_a_new_source_took_as_known_is_news_for_an_older_one(desk: Desk) -> None:
    desk.server.routes["/old"] = answer(200, feed())
    async with desk.open("/old") as application:
        await application.poll_once(PATIENCE)
    desk.server.routes["/old"] = answer(500)
    async with desk.open("/old", "/rss") as application:
        assert (await application.poll_once(PATIENCE)).sent == 0
        desk.server.routes["/old"] = answer(200, feed(LIVE))
        counts = await application.poll_once(PATIENCE)
        assert counts.sent == 1  # it came out after the older one's last good poll
        desk.server.routes["/live/1"] = answer(200, blog(OLD, *OTHERS, NEWS))
        assert (await application.poll_once(PATIENCE)).sent == 1


@pytest.mark.anyio
async def test_one_that_was_known_and_not_followed_is_followed_for_another(desk: Desk) -> None:
    desk.server.routes["/b"] = answer(200, feed(LIVE))
    async with desk.open("/rss") as application:
        await application.poller.poll_all()
        application.store.forget_live(desk.server.url("/live/1")).result()
    desk.server.routes["/live/1"] = answer(200, page("Harbour live", OLD, *OTHERS))
    async with desk.open("/rss", "/b") as application:
        assert (await application.poll_once(PATIENCE)).sent == 0
        desk.server.routes["/live/1"] = answer(200, page("Harbour live", NEWS, OLD, *OTHERS))
        assert (await application.poll_once(PATIENCE)).sent == 1


@pytest.mark.parametrize("first", ["tick", "poll"])
@pytest.mark.anyio
async def test_it_is_taken_over_where_its_source_is_renamed(desk: Desk, first: str) -> None:
    desk.server.routes["/rss"] = answer(200, feed())
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        desk.server.routes["/rss"] = answer(200, feed(LIVE))
        assert (await application.poll_once(PATIENCE)).sent == 1
    desk.server.routes["/live/1"] = answer(200, blog(OLD, *OTHERS, NEWS))
    renamed = desk.config("/rss").source[0].model_copy(update={"id": "renamed"})
    config = desk.config("/rss").model_copy(update={"source": (renamed,)})
    async with open_application(config, token=None, console=Console(file=desk.printed)) as monitor:
        if first == "tick":
            await monitor.live.read_all()
        await monitor.poller.poll_all()
        assert [page.source for page in monitor.store.live_pages(None, 9)] == ["renamed"]
        assert (await monitor.poll_once(PATIENCE)).sent == 1


# --- what operators see -----------------------------------------------------------------------


@pytest.mark.anyio
async def test_operators_see_what_is_followed_and_why_nobody_was_told(desk: Desk) -> None:
    text = f'[[source]]\nid = "s0"\nkind = "feed"\nurl = "{desk.server.url("/rss")}"\n'
    (desk.folder / "config.toml").write_text(text)
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        url = desk.server.url("/live/1")
        page_told = tell(url, desk.why("/live/1"))
        place = f"{url}#post-0"
        update_told = tell(place, application.store.history([place_key(place)]))
    command = ["sources", "list", "-c", str(desk.folder / "config.toml")]
    shown = CliRunner().invoke(app, command).stdout
    assert f"follows “Harbour live”, found just now: {url}" in shown.replace("\n", "")
    assert '"title": "Harbour live"' in CliRunner().invoke(app, [*command, "--json"]).stdout
    assert "nobody is told: it was there at the first poll of this source" in page_told
    assert "nobody, for openai-india: it was there when its source was first" in update_told
    assert "matched by no rule" not in update_told


@pytest.mark.anyio
async def test_explain_tells_of_the_update_that_is_named(desk: Desk) -> None:
    (desk.folder / "config.toml").write_text("")
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        desk.server.routes["/live/1"] = answer(200, blog(OLD, *OTHERS, NEWS))
        await application.poll_once(PATIENCE)
    place = desk.server.url("/live/1#post-0")
    command = ["rules", "explain", "openai-india", place, "-c", str(desk.folder / "config.toml")]
    assert "matches “Update number 0”" in CliRunner().invoke(app, command).stdout


# --- what is new in a text ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "text", "new"),
    [
        ("One two three four.", "One two three four.", ""),
        ("One two three four.", "One, two three FOUR!", ""),
        ("One two three four five six.", "One two three four five seven.", ""),
        ("One two three four.", "Five six seven.\nOne two three four.", "Five six seven."),
        ("One two.\nThree four.", "Three four.\nOne two.\nFive.", "Five."),
        ("Gates are shut. One two.", "Gates are shut. Two one.", "Two one."),
        ("", "One.", "One."),
        ("One.", "", ""),
        ("", "", ""),
    ],
)
def test_sentences_are_new_by_most_of_their_words(before: str, text: str, new: str) -> None:
    assert new_sentences(text, before) == new


# --- the store --------------------------------------------------------------------------------


def test_a_live_blog_of_a_database_of_before_is_no_longer_silent(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with connect(path, writable=True) as db:
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrations.apply(db, stop_before="m005_followed")
        db.execute(
            "INSERT INTO live_page VALUES ('https://a.example/1', 's', 'L', 1, 1, 1, '', '')"
        )
    store = open_store(path)
    try:
        (followed,) = store.live_pages(None, 9)
        assert not followed.baseline
    finally:
        store.close()

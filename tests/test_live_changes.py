"""Live blogs as outlets write them: updates that grow, places that move, pages that change."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor.extract.article import extract_article
from tests.loopback import Loopback, answer
from tests.test_application import PATIENCE, PROSE, Desk, feed, page
from tests.test_live import OTHERS, blog, opened

NEWS = f"OpenAI buys the harbour, and India agrees. {OTHERS[0]}"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with Loopback() as server:
        yield Desk(tmp_path, server)


def counted_from_the_top(*texts: str) -> bytes:
    """A live blog whose places are numbers from the newest: each new update moves them all."""
    updates = "".join(
        f"<section class='entry' id='block-{place}'><time datetime='2026-11-22T0{n}:00:00Z'>"
        f"0{n}:00</time><h2>Update number {n}</h2><p>{text}</p></section>"
        for place, (n, text) in enumerate(reversed(list(enumerate(texts))))
    )
    return (
        "<html lang='en'><head><title>Harbour live</title></head><body><article>"
        f"<h1>Harbour live</h1><div class='liveblog'>{updates}</div></article></body></html>"
    ).encode()


@pytest.mark.anyio
async def test_an_update_that_grows_is_told_once_its_words_match(desk: Desk) -> None:
    async with desk.open("/rss") as application:
        await opened(desk, application, *OTHERS)
        grown = (*OTHERS[:2], f"{OTHERS[2]} OpenAI buys the harbour, and India agrees.")
        desk.server.routes["/live/1"] = answer(200, blog(*grown))
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.sent) == (1, 1)
        again = (*grown[:2], f"{grown[2]} More about OpenAI follows, in India and here.")
        desk.server.routes["/live/1"] = answer(200, blog(*again))
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.sent) == (1, 0)  # told of already
        counts = await application.poll_once(PATIENCE)
        assert counts.articles == 0


@pytest.mark.anyio
async def test_an_update_in_which_only_a_clock_goes_on_is_not_read_again(desk: Desk) -> None:
    async with desk.open("/rss") as application:
        await opened(desk, application, *(f"5 minutes ago {text}" for text in OTHERS))
        later = (f"6 minutes ago {text}" for text in OTHERS)
        desk.server.routes["/live/1"] = answer(200, blog(*later))
        counts = await application.poll_once(PATIENCE)
        assert counts.articles == 0


@pytest.mark.anyio
async def test_an_update_is_new_though_its_place_was_anothers(desk: Desk) -> None:
    matching = f"OpenAI is seen in India. {OTHERS[0]}"
    async with desk.open("/rss") as application:
        desk.server.routes["/rss"] = answer(200, feed())
        await application.poll_once(PATIENCE)
        desk.server.routes["/rss"] = answer(200, feed(("/live/1", "Harbour live", "")))
        desk.server.routes["/live/1"] = answer(200, counted_from_the_top(*OTHERS, matching))
        assert (await application.poll_once(PATIENCE)).sent == 1
        more = counted_from_the_top(
            *OTHERS, matching, "Meanwhile OpenAI opens its office; India sends a minister."
        )
        desk.server.routes["/live/1"] = answer(200, more)
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.sent) == (1, 1)


@pytest.mark.anyio
async def test_one_that_begins_with_a_single_update_is_followed(desk: Desk) -> None:
    async with desk.open("/rss") as application:
        await opened(desk, application, OTHERS[0])
        desk.server.routes["/live/1"] = answer(200, blog(*OTHERS, NEWS))
        counts = await application.poll_once(PATIENCE)
        assert counts.sent == 1


@pytest.mark.anyio
async def test_what_was_told_before_updates_were_apart_is_not_told_again(desk: Desk) -> None:
    async with desk.open("/rss") as application:
        await opened(desk, application, NEWS)
        assert desk.printed.getvalue().count("Evidence") == 1
        desk.server.routes["/live/1"] = answer(200, blog(NEWS, *OTHERS[1:]))
        assert (await application.poll_once(PATIENCE)).sent == 0
        other = "OpenAI leaves again, to the surprise of ministers in India and abroad."
        desk.server.routes["/live/1"] = answer(200, blog(NEWS, *OTHERS[1:], other))
        assert (await application.poll_once(PATIENCE)).sent == 1


@pytest.mark.anyio
async def test_what_it_is_summed_up_in_at_its_end_is_read(desk: Desk) -> None:
    async with desk.open("/rss") as application:
        await opened(desk, application, *OTHERS)
        desk.server.routes["/live/1"] = answer(200, page("Harbour: how it ended", *PROSE))
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.sent) == (1, 1)
        assert (await application.poll_once(PATIENCE)).articles == 0


@pytest.mark.parametrize("status", [403, 404])
@pytest.mark.anyio
async def test_one_refusal_does_not_end_it(desk: Desk, status: int) -> None:
    async with desk.open("/rss") as application:
        await opened(desk, application, *OTHERS)
        desk.server.routes["/live/1"] = answer(status)
        await application.poll_once(PATIENCE)
        desk.server.routes["/live/1"] = answer(200, blog(*OTHERS, NEWS))
        assert (await application.poll_once(PATIENCE)).sent == 1


@pytest.mark.parametrize("count", [130, 300])
def test_of_many_updates_the_newest_are_kept_apart_where_the_oldest_come_first(count: int) -> None:
    updates = "".join(
        f"<section class='entry' id='post-{n}'><time datetime='2026-11-22T{n // 60:02}:{n % 60:02}"
        f":00Z'>x</time><h2>Update number {n}</h2><p>{OTHERS[n % 3]} Number {n}.</p></section>"
        for n in range(count)
    )
    html = f"<html><head><title>Harbour live</title></head><body><article>{updates}</article>"
    anchors = {u.anchor for u in extract_article(html, "https://a.example/live/1").updates}
    assert len(anchors) == 100
    assert f"post-{count - 1}" in anchors
    assert "post-0" not in anchors

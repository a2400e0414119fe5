"""Manners: one request at a time per host, pauses, robots.txt. Times are of the loop's clock."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import httpx
import pytest

from monitor.errors import FetchError, NotAllowed
from monitor.fetch import HttpFetcher, Limits, robots, turns
from monitor.fetch.turns import Turns
from monitor.model import Request
from tests.loopback import Asked, Loopback, answer, redirect

pytestmark = pytest.mark.anyio

GAP = 0.05


def fetching(**changes: Any) -> HttpFetcher:
    usual = {"allow": (ip_network("127.0.0.0/8"),), "host_gap": timedelta(0)}
    return HttpFetcher(Limits(**{**usual, **changes}))


@pytest.fixture
async def server(anyio_backend: str) -> AsyncIterator[Loopback]:
    async with Loopback({"/page": answer(200, b"page")}) as running:
        yield running


def now() -> float:
    return asyncio.get_running_loop().time()


# --- turns ---------------------------------------------------------------------------------------


async def test_a_host_is_asked_one_at_a_time_with_a_pause_after_each(server: Loopback) -> None:
    ended: list[float] = []

    async def talk(asked: Asked, writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(GAP / 5)
        writer.write(answer(200))
        ended.append(now())
        return True

    server.routes |= {f"/{n}": talk for n in range(4)}
    async with fetching(host_gap=timedelta(seconds=GAP)) as fetcher:
        requests = (fetcher.fetch(Request(url=server.url(f"/{n}"))) for n in range(4))
        await asyncio.gather(*requests)
    assert server.paths() == ["/0", "/1", "/2", "/3"]  # first come, first served
    for asked, before in zip(server.asked[1:], ended[:-1], strict=True):
        assert asked.at - before >= GAP * 0.99


async def test_failures_and_redirects_make_a_pause_too(server: Loopback) -> None:
    server.routes["/from"] = redirect("/page")
    async with fetching(host_gap=timedelta(seconds=GAP)) as fetcher:
        with pytest.raises(FetchError):
            await fetcher.fetch(Request(url=server.url("/none")))
        await fetcher.fetch(Request(url=server.url("/from")))
    assert server.paths() == ["/none", "/from", "/page"]
    times = [asked.at for asked in server.asked]
    assert min(times[1] - times[0], times[2] - times[1]) >= GAP * 0.99


async def test_hosts_do_not_wait_for_each_other_up_to_the_concurrency() -> None:
    together = asyncio.Barrier(3)

    async def talk(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await together.wait()  # passes only if three are asked at once
        writer.write(answer(200))

    async with fetching(concurrency=3, host_gap=timedelta(seconds=9)) as fetcher:
        servers = [Loopback({"/": talk}, host=f"127.0.0.{n}") for n in range(1, 7)]
        running = [await server.__aenter__() for server in servers]
        try:
            requests = (fetcher.fetch(Request(url=server.url("/"))) for server in running)
            await asyncio.gather(*requests)
        finally:
            for server in running:
                await server.__aexit__()


async def test_no_more_requests_than_the_concurrency() -> None:
    open_now, most = 0, 0

    async def talk(asked: Asked, writer: asyncio.StreamWriter) -> None:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        await asyncio.sleep(0.01)
        open_now -= 1
        writer.write(answer(200))

    async with fetching(concurrency=2) as fetcher, Loopback({"/": talk}, host="0.0.0.0") as server:
        urls = [f"http://127.0.0.{n}:{server.port}/" for n in range(1, 9)]
        await asyncio.gather(*(fetcher.fetch(Request(url=url)) for url in urls))
    assert most == 2


async def test_names_of_a_host_are_one_host() -> None:
    taken = Turns(GAP)
    async with taken.take("news.example"):
        pass
    begun = now()
    async with taken.take("NEWS.example."):
        assert now() - begun >= GAP * 0.99


async def test_only_hosts_that_matter_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_MANY_HOSTS", 3)
    taken = Turns(0.0)
    taken.slow_down("slow.example", 60)
    async with taken.take("busy.example"), taken.take("slow.example"):
        for number in range(9):
            async with taken.take(f"{number}.example"):
                pass
    async with taken.take("last.example"):
        assert len(taken._hosts) <= 3
        assert "slow.example" in taken._hosts  # its pause is not over


# --- robots.txt ----------------------------------------------------------------------------------

RULES = b"""User-agent: *
Disallow: /private
Allow: /private/open
Disallow: /*.pdf$

User-agent: rude-bot
Disallow: /
"""


async def test_robots_are_asked_once_and_obeyed(server: Loopback) -> None:
    server.routes |= {"/robots.txt": answer(200, RULES), "/private/open": answer(200)}
    async with fetching() as fetcher:
        await asyncio.gather(
            *(fetcher.fetch(Request(url=server.url("/page"), robots=True)) for _ in range(3))
        )
        await fetcher.fetch(Request(url=server.url("/private/open"), robots=True))
        for path in ("/private", "/private/x?y=1", "/a.pdf"):
            with pytest.raises(NotAllowed) as caught:
                await fetcher.fetch(Request(url=server.url(path), robots=True))
            assert caught.value.permanent
            assert str(caught.value) == (
                f"{server.url(path)} was not asked: {server.url('/robots.txt')} disallows it for "
                "media-monitor; leave such pages out, or set the source's pages = false"
            )
    assert server.paths() == ["/robots.txt", *["/page"] * 3, "/private/open"]


async def test_robots_do_not_matter_for_what_the_operator_named(server: Loopback) -> None:
    server.routes["/robots.txt"] = answer(200, b"User-agent: *\nDisallow: /")
    async with fetching() as fetcher:
        await fetcher.fetch(Request(url=server.url("/page")))
    async with fetching(obey_robots=False) as fetcher:
        await fetcher.fetch(Request(url=server.url("/page"), robots=True))
    assert server.paths() == ["/page", "/page"]


async def test_rules_for_our_own_name_win(server: Loopback) -> None:
    server.routes["/robots.txt"] = answer(200, RULES)
    async with fetching(user_agent="rude-bot/2.0 (+https://a.example/bot)") as fetcher:
        with pytest.raises(NotAllowed, match="disallows it for rude-bot"):
            await fetcher.fetch(Request(url=server.url("/page"), robots=True))
    assert server.asked[0].headers["user-agent"] == "rude-bot/2.0 (+https://a.example/bot)"


async def test_a_redirect_target_is_checked_too(server: Loopback) -> None:
    server.routes |= {"/robots.txt": answer(200, RULES), "/out": redirect("/private")}
    async with fetching() as fetcher:
        with pytest.raises(NotAllowed, match="redirects to an address that fails"):
            await fetcher.fetch(Request(url=server.url("/out"), robots=True))
    assert server.paths() == ["/robots.txt", "/out"]


@pytest.mark.parametrize(
    "answered",
    [
        answer(404),
        answer(403),
        answer(200),
        answer(200, b"\xef\xbb\xbf<html>no such page \xff</html>"),
        redirect("/robots.txt"),
        redirect("http://10.0.0.1/robots.txt"),
        answer(200, RULES + b"#" * 2_000_000 + b"\nUser-agent: *\nDisallow: /"),
    ],
)
async def test_no_robots_forbid_nothing(answered: bytes, server: Loopback) -> None:
    server.routes["/robots.txt"] = answered
    async with fetching() as fetcher:
        for _ in range(2):
            await fetcher.fetch(Request(url=server.url("/page"), robots=True))
    assert server.paths() == ["/robots.txt", "/page", "/page"]


async def test_robots_may_be_elsewhere(server: Loopback) -> None:
    server.routes |= {"/robots.txt": redirect("/real.txt"), "/real.txt": answer(200, RULES)}
    async with fetching() as fetcher:
        with pytest.raises(NotAllowed):
            await fetcher.fetch(Request(url=server.url("/private"), robots=True))


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_robots_that_cannot_be_read_forbid_everything_for_now(
    status: int, server: Loopback
) -> None:
    server.routes["/robots.txt"] = answer(status, Retry_After="60")
    async with fetching() as fetcher:
        for _ in range(2):
            with pytest.raises(FetchError) as caught:
                await fetcher.fetch(Request(url=server.url("/page"), robots=True))
            error = caught.value
            assert not isinstance(error, NotAllowed)
            assert not error.permanent
            assert error.retry_after == timedelta(minutes=1)
            assert str(error).startswith(
                f"{server.url('/page')} was not asked, since {server.url('/robots.txt')} "
                f"answered {status} "
            )
    assert server.paths() == ["/robots.txt"]  # and it is not asked again at once


async def test_robots_are_asked_again_when_their_time_is_over(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.routes["/robots.txt"] = answer(503)
    monkeypatch.setattr(robots, "_RETRY", timedelta(0))
    monkeypatch.setattr(robots, "_FRESH", timedelta(0))
    async with fetching() as fetcher:
        with pytest.raises(FetchError, match="503"):
            await fetcher.fetch(Request(url=server.url("/page"), robots=True))
        server.routes["/robots.txt"] = answer(200, RULES)
        await fetcher.fetch(Request(url=server.url("/page"), robots=True))
        server.routes["/robots.txt"] = answer(200, b"User-agent: *\nDisallow: /page")
        with pytest.raises(NotAllowed):
            await fetcher.fetch(Request(url=server.url("/page"), robots=True))


async def test_a_host_that_is_not_allowed_is_the_reason_not_its_robots() -> None:
    async with fetching() as fetcher:
        with pytest.raises(NotAllowed, match=r"^http://10\.0\.0\.1/page was not asked: it has the"):
            await fetcher.fetch(Request(url="http://10.0.0.1/page", robots=True))


async def test_a_crawl_delay_is_a_longer_pause(server: Loopback) -> None:
    rules = b"User-agent: *\nCrawl-delay: %g" % (2 * GAP)
    server.routes["/robots.txt"] = answer(200, rules)
    async with fetching(host_gap=timedelta(seconds=GAP)) as fetcher:
        for _ in range(3):
            await fetcher.fetch(Request(url=server.url("/page"), robots=True))
    times = [asked.at for asked in server.asked]
    assert times[1] - times[0] >= GAP * 0.99
    assert min(times[2] - times[1], times[3] - times[2]) >= 2 * GAP * 0.99


async def test_a_crawl_delay_has_a_ceiling() -> None:
    slow: dict[str, float] = {}

    async def read(url: object) -> bytes:
        return b"User-agent: *\nCrawl-delay: 86400"

    known = robots.Robots(read, slow.__setitem__, "media-monitor/1")
    await known.check(httpx.URL("https://a.example/page"))
    assert slow == {"a.example": 60.0}


async def test_rules_that_would_fill_the_memory_are_not_parsed(server: Loopback) -> None:
    agents = "".join(f"User-agent: a{n}\n" for n in range(10_000))
    rules = "".join(f"Disallow: /{n}\n" for n in range(10_000))
    server.routes["/robots.txt"] = answer(200, (agents + rules).encode())
    async with fetching() as fetcher:
        with pytest.raises(FetchError, match=r"robots\.txt is too intricate"):
            await fetcher.fetch(Request(url=server.url("/page"), robots=True))


async def test_only_so_many_sites_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    async def read(url: object) -> bytes:
        return b""

    monkeypatch.setattr(robots, "_MANY_SITES", 4)
    known = robots.Robots(read, lambda host, gap: None, "media-monitor")
    for number in range(20):
        await known.check(httpx.URL(f"https://{number}.example/"))
    assert len(known._sites) <= 4

"""What a site's robots.txt allows (RFC 9309), remembered for a day."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
from protego import Protego

from monitor.errors import FetchError, NotAllowed
from monitor.fetch.failures import shown, without_login

SIZE = 512_000  # bytes of a robots.txt that are read; RFC 9309 asks for 500 KiB at least
_FRESH = timedelta(hours=24)
_RETRY = timedelta(minutes=5)
_LONGEST_DELAY = 60.0  # seconds
_MANY_SITES = 2000
_MOST_WORK = 2_000_000

Read = Callable[[httpx.URL], Awaitable[bytes]]
SlowDown = Callable[[str, float], None]


@dataclass(slots=True)
class _Site:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    good_until: float = float("-inf")  # by the loop's clock
    rules: Protego | None = None  # none: everything is allowed
    failure: str = ""  # why the rules are not known
    retry_after: timedelta | None = None


class Robots:
    """Knows the rules of sites for our user agent, and asks for them once a day."""

    def __init__(self, read: Read, slow_down: SlowDown, user_agent: str) -> None:
        """``read`` brings a robots.txt; ``slow_down`` is told a host's Crawl-delay in seconds."""
        self._read = read
        self._slow_down = slow_down
        self._agent = user_agent.partition("/")[0].strip()
        self._sites: dict[httpx.URL, _Site] = {}

    async def check(self, url: httpx.URL) -> None:
        """Raise NotAllowed for a page that robots.txt disallows.

        While robots.txt cannot be read nothing may be asked: FetchError, which is not permanent.
        """
        address = url.copy_with(userinfo=b"", raw_path=b"/robots.txt", fragment=None)
        site = await self._site(address)
        if site.failure:
            raise FetchError(
                f"{shown(url)} was not asked, since {site.failure}; without it nothing may be read",
                url=without_login(url),
                retry_after=site.retry_after,
            )
        if site.rules is None:
            return
        self._slow_down(url.host, _delay(site.rules, self._agent))
        if not site.rules.can_fetch(str(url), self._agent):
            raise NotAllowed(
                f"{shown(url)} was not asked: {address} disallows it for {self._agent}; "
                "leave such pages out, or set the source's pages = false",
                url=without_login(url),
                permanent=True,
            )

    async def _site(self, address: httpx.URL) -> _Site:
        now = asyncio.get_running_loop().time
        if address not in self._sites:
            self._make_room()
            self._sites[address] = _Site()
        site = self._sites[address]
        async with site.lock:
            if site.good_until <= now():
                await self._learn(site, address)
                site.good_until = now() + (_RETRY if site.failure else _FRESH).total_seconds()
        return site

    async def _learn(self, site: _Site, address: httpx.URL) -> None:
        site.rules, site.failure, site.retry_after = None, "", None
        try:
            text = (await self._read(address)).decode("utf-8-sig", "replace")
        except NotAllowed:
            return  # the page itself will be refused, with the better message
        except FetchError as error:
            if not _is_absent(error):
                site.failure, site.retry_after = str(error), error.retry_after
            return
        if _is_excessive(text):
            site.failure = f"{address} is too intricate"
        else:
            site.rules = Protego.parse(text)

    def _make_room(self) -> None:
        if len(self._sites) >= _MANY_SITES:
            idle = [address for address, site in self._sites.items() if not site.lock.locked()]
            for address in idle[: _MANY_SITES // 2]:  # the oldest
                del self._sites[address]


def _is_absent(error: FetchError) -> bool:
    """RFC 9309: no robots.txt, and nothing forbidden. 429 says "not now", not "there is none"."""
    return error.status is not None and 300 <= error.status < 500 and error.status != 429


def _is_excessive(text: str) -> bool:
    """Whether the rules, copied for every user agent of a group, would fill the memory."""
    lines = [line.lstrip()[:1] for line in text.splitlines()]
    return sum(first in ("u", "U") for first in lines) * len(lines) > _MOST_WORK


def _delay(rules: Protego, agent: str) -> float:
    return min(rules.crawl_delay(agent) or 0.0, _LONGEST_DELAY)

"""From an address to what it holds: through redirects, one host's turn after another."""

import asyncio
import ssl
from types import TracebackType
from typing import Self

import httpx

from monitor.errors import FetchError
from monitor.fetch.exchange import Answer, Exchange
from monitor.fetch.failures import about, brief, of_status, shown, without_login
from monitor.fetch.guard import Guard, Resolve, resolve
from monitor.fetch.limits import Limits
from monitor.fetch.robots import SIZE, Robots
from monitor.fetch.turns import Turns
from monitor.model import Request, Response

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class HttpFetcher:
    """A Fetcher over HTTP. Use it as an asynchronous context manager, or call ``close``."""

    def __init__(
        self,
        limits: Limits,
        *,
        resolve: Resolve = resolve,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """``resolve`` finds the addresses of hosts; ``tls`` says which certificates are trusted.

        By default these are the system's resolver and certifi's list, or the one that the
        environment variable SSL_CERT_FILE names.
        """
        self._limits = limits
        guard = Guard(allow=limits.allow, ports=limits.ports, resolve=resolve)
        self._exchange = Exchange(limits, guard, tls or httpx.create_ssl_context())
        self._turns = Turns(limits.host_gap.total_seconds())
        self._slots = asyncio.Semaphore(limits.concurrency)
        self._robots = Robots(self._read_robots, self._turns.slow_down, limits.user_agent)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def fetch(self, request: Request) -> Response:
        """Make one conditional GET, following redirects; see ``ports.Fetcher``."""
        robots = request.robots and self._limits.obey_robots
        answer = await self._follow(_address(request.url), _validators(request), robots=robots)
        if answer.status == 304 and not (request.etag or request.last_modified):
            raise about(answer.url, of_status(answer.status, answer.headers))
        return Response(
            url=request.url,
            final_url=without_login(answer.url),  # links of the page are made absolute by it
            status=304 if answer.status == 304 else 200,
            body=answer.body,
            content_type=answer.header("Content-Type"),
            etag=answer.header("ETag"),
            last_modified=answer.header("Last-Modified"),
        )

    async def close(self) -> None:
        """Let go of all connections."""
        await self._exchange.close()

    async def _read_robots(self, url: httpx.URL) -> bytes:
        return (await self._follow(url, [], cap=SIZE, cut=True)).body

    async def _follow(
        self,
        url: httpx.URL,
        headers: list[tuple[bytes, bytes]],
        *,
        cap: int | None = None,
        cut: bool = False,
        robots: bool = False,
    ) -> Answer:
        """Ask, and ask where the answer leads to; the answer is a success or a 304."""
        trail = [url]
        try:
            while True:
                if robots:
                    await self._robots.check(trail[-1])
                answer = await self._ask(trail[-1], headers, cap or self._limits.max_body, cut=cut)
                if answer.status not in _REDIRECTS:
                    return _good(answer)
                trail.append(_target(answer, trail, self._limits.redirects))
        except FetchError as error:
            if len(trail) == 1:
                raise
            raise _led_on(url, error) from error

    async def _ask(
        self, url: httpx.URL, headers: list[tuple[bytes, bytes]], cap: int, *, cut: bool
    ) -> Answer:
        # The host's turn first: who waits for it must not hold a slot that another host could use.
        async with self._turns.take(url.host), self._slots:
            return await self._exchange.get(url, headers, cap, cut=cut)


def _address(text: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
        named = bool(url.host)
    except (httpx.InvalidURL, UnicodeError) as error:  # UnicodeError: a damaged xn-- name
        raise FetchError(
            f"{brief(text)!r} is not a web address: {error}", url=text, permanent=True
        ) from None
    if url.scheme not in ("http", "https") or not named:
        raise FetchError(
            f"{brief(text)!r} is not a web address; it should begin with https:// and name a host",
            url=text,
            permanent=True,
        )
    return url


def _validators(request: Request) -> list[tuple[bytes, bytes]]:
    pairs = ((b"If-None-Match", request.etag), (b"If-Modified-Since", request.last_modified))
    return [(name, value.encode("latin-1")) for name, value in pairs if value]


def _good(answer: Answer) -> Answer:
    if 200 <= answer.status < 300 or answer.status == 304:
        return answer
    raise about(answer.url, of_status(answer.status, answer.headers))


def _target(answer: Answer, trail: list[httpx.URL], most: int) -> httpx.URL:
    """Where a redirect leads, if it may be followed."""
    location = answer.headers.get("location", "")
    try:
        target = _address(str(answer.url.join(location))).copy_with(fragment=None)
    except (httpx.InvalidURL, FetchError):
        phrase = f"redirects to {brief(location)!r}, which is not a web address"
    else:
        if target in trail:
            phrase = "redirects in a circle; it may want cookies, which are not kept"
        elif len(trail) > most:
            phrase = f"redirects for the {len(trail)}th time; {most} times are followed"
        else:
            return target
    raise about(answer.url, FetchError(phrase, status=answer.status))


def _led_on(url: httpx.URL, error: FetchError) -> FetchError:
    """The error of a later address, told as a story that begins with the one asked for."""
    return type(error)(
        f"{shown(url)} redirects to an address that fails: {error}",
        url=without_login(url),
        status=error.status,
        permanent=error.permanent,
        retry_after=error.retry_after,
    )

"""One GET and its answer, within limits: no redirects, no cookies, no proxies."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpcore
import httpx

from monitor.errors import FetchError
from monitor.fetch.body import Body, too_large
from monitor.fetch.failures import about, of_transport
from monitor.fetch.guard import Guard
from monitor.fetch.limits import Limits

_IDLE_CONNECTIONS = 20  # httpcore 1.0.9 loses requests when it keeps many more (its issue 1110)
_BROKEN = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: the body only of a success."""

    url: httpx.URL
    status: int
    headers: httpx.Headers
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """A header's bytes as they came, as Latin-1, so that they can be sent back unchanged."""
        key = name.lower().encode("ascii")
        return next((v.decode("latin-1") for k, v in self.headers.raw if k.lower() == key), None)


class Exchange:
    """Makes GET requests through the address guard."""

    def __init__(self, limits: Limits, guard: Guard, tls: ssl.SSLContext) -> None:
        self._limits = limits
        self._client = httpx.AsyncClient(
            transport=_Transport(guard, tls, limits.concurrency),
            headers={"Accept": "*/*", "Accept-Encoding": "gzip, deflate"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            timeout=httpx.Timeout(
                limits.read.total_seconds(), connect=limits.connect.total_seconds(), pool=None
            ),
            trust_env=False,
            follow_redirects=False,
        )
        self._client.headers["User-Agent"] = limits.user_agent

    async def get(
        self, url: httpx.URL, headers: list[tuple[bytes, bytes]], cap: int, *, cut: bool = False
    ) -> Answer:
        """Ask once. Bodies over ``cap`` bytes raise TooLarge, or with ``cut`` are cut off there.

        Raises FetchError where no complete answer came, whatever the status of one that did.
        """
        try:
            async with asyncio.timeout(self._limits.total.total_seconds()):
                return await self._ask(url, headers, cap, cut=cut)
        except FetchError as error:
            raise about(url, error) from None
        except (*_BROKEN, httpx.ProtocolError, httpx.InvalidURL, OSError) as error:
            raise about(url, of_transport(error, self._limits)) from error

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def _ask(
        self, url: httpx.URL, headers: list[tuple[bytes, bytes]], cap: int, *, cut: bool
    ) -> Answer:
        async with self._client.stream("GET", url, headers=headers) as response:
            answer = Answer(url, response.status_code, response.headers)
            if not (response.is_success or answer.status == 304):
                return answer
            body = Body(answer.header("Content-Encoding") or "", cap, cut=cut)
            announced = answer.header("Content-Length") or ""
            if not cut and announced.isdigit() and int(announced[:18]) > cap:
                raise too_large(cap)
            async for raw in response.aiter_raw():
                body.add(raw)
                if body.full:
                    break
            return Answer(url, answer.status, answer.headers, body.finish())


class _Transport(httpx.AsyncBaseTransport):
    """httpcore's connection pool behind httpx, with our network backend.

    httpx's own transport takes no backend, and to change it later means to reach into private
    attributes. httpcore's errors pass through as they are.
    """

    def __init__(self, guard: Guard, tls: ssl.SSLContext, concurrency: int) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls,
            max_connections=concurrency + _IDLE_CONNECTIONS,
            max_keepalive_connections=min(concurrency, _IDLE_CONNECTIONS),
            keepalive_expiry=5.0,
            network_backend=guard,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Stream(answer),
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        await self._pool.aclose()


class _Stream(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for raw in self._answer.aiter_stream():
            yield raw

    async def aclose(self) -> None:
        await self._answer.aclose()

"""A small HTTP server on loopback, raw enough to misbehave.

A route is the bytes of a whole answer (see ``answer``) or a coroutine function that is given what
was asked and a stream to write to. The connection stays open after bytes, and after a coroutine
that returns True; otherwise it is closed.

::

    async with Loopback({"/feed": answer(200, b"<rss/>", ETag='"1"')}) as server:
        server.url("/feed")
        server.asked  # every request, with the time of the loop's clock
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Self


@dataclass(frozen=True)
class Asked:
    """One request as it came; ``target`` is path and query, header names are lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    at: float  # when the loop's clock said it had come
    connection: int  # number of the connection, from 1
    body: bytes = b""


Talk = Callable[[Asked, asyncio.StreamWriter], Awaitable[bool | None]]
Route = bytes | Talk


def answer(status: int, body: bytes = b"", **headers: str) -> bytes:
    """The bytes of a whole answer; ``Content_Type="text/html"`` makes a Content-Type."""
    named = {"Content-Length": str(len(body))} if status not in (204, 304) else {}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value}" for name, value in named.items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def redirect(location: str, status: int = 302) -> bytes:
    """An answer that leads elsewhere."""
    return answer(status, Location=location)


def dripping(head: bytes, piece: bytes = b"x", gap: float = 0.02) -> Talk:
    """An answer that never ends: its head, then a piece every ``gap`` seconds."""

    async def talk(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            await writer.drain()
            await asyncio.sleep(gap)
            writer.write(piece)

    return talk


async def silent(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """A route that takes the request and never says anything."""
    await asyncio.Event().wait()


@dataclass
class Loopback:
    """Serves routes by path; other paths answer 404."""

    routes: dict[str, Route] = field(default_factory=dict)
    host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    asked: list[Asked] = field(default_factory=list)
    open: int = 0  # connections now
    most_open: int = 0
    connections: int = 0  # ever
    port: int = 0

    def __post_init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def origin(self) -> str:
        """``http://127.0.0.1:port``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http{'s' if self.tls else ''}://{host}:{self.port}"

    def url(self, path: str) -> str:
        """The address of a path."""
        return self.origin + path

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [asked.target for asked in self.asked]

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                if self.tls:
                    await writer.start_tls(self.tls)
                await self._converse(reader, writer, self.connections)
        finally:
            self.open -= 1
            self._tasks.discard(task)
            writer.close()
            with suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int
    ) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            asked = _parsed(head, number)
            if length := int(asked.headers.get("content-length", "0")):
                body = await reader.readexactly(length)
                asked = Asked(asked.method, asked.target, asked.headers, asked.at, number, body)
            self.asked.append(asked)
            route = self.routes.get(asked.target.partition("?")[0], answer(404))
            if isinstance(route, bytes):
                writer.write(route)
                stay: bool | None = True
            else:
                stay = await route(asked, writer)
            await writer.drain()
            if not stay:
                return


def _parsed(head: bytes, connection: int) -> Asked:
    first, *rest = head.decode("latin-1").rstrip().split("\r\n")
    method, target, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in rest)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    return Asked(method, target, headers, asyncio.get_running_loop().time(), connection)

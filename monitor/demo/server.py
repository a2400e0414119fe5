"""A small HTTP/1.1 server for one site: GET and HEAD, ETags, gzip, kept-alive connections."""

import asyncio
import gzip
import socket
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from urllib.parse import urlsplit

from monitor.demo.desk import Reply

_LOST = (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)


@dataclass(slots=True)
class Traffic:
    """What a server was asked so far."""

    gets: int = 0
    not_modified: int = 0
    targets: Counter[str] = field(default_factory=Counter)  # path with query → GETs


@dataclass(frozen=True, slots=True)
class _Asked:
    method: str
    target: str
    headers: Mapping[str, str]  # names in lower case

    @property
    def keep_alive(self) -> bool:
        return self.headers.get("connection", "").lower() != "close"


class SiteServer:
    """Serves what ``reply(path)`` gives, on a socket that is bound already."""

    def __init__(
        self, reply: Callable[[str], Reply], bound: socket.socket, traffic: Traffic
    ) -> None:
        self._traffic = traffic
        self._reply = reply
        self._socket = bound
        self._server: asyncio.Server | None = None
        self._conversations: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._accept, sock=self._socket)

    async def stop(self) -> None:
        """Stop listening and cut all connections. A second call does nothing."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        for conversation in self._conversations:
            conversation.cancel()
        await asyncio.gather(*self._conversations, return_exceptions=True)
        await server.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._converse(reader, writer))
        self._conversations.add(task)
        task.add_done_callback(self._conversations.discard)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(*_LOST):
                while await self._exchange(reader, writer):
                    pass
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; whether the connection stays open."""
        asked = _parse((await reader.readuntil(b"\r\n\r\n")).decode("latin-1"))
        if asked is None:
            writer.write(_head(400, {"Connection": "close", "Content-Length": "0"}))
            await writer.drain()
            return False
        writer.write(self._answer(asked))
        await writer.drain()
        return asked.keep_alive

    def _answer(self, asked: _Asked) -> bytes:
        if asked.method not in ("GET", "HEAD"):
            return _head(405, {"Allow": "GET, HEAD", "Content-Length": "0"})
        if asked.method == "GET":
            self._traffic.gets += 1
            self._traffic.targets[asked.target] += 1
        reply = self._reply(urlsplit(asked.target).path or "/")
        tag = _tag(reply, asked)
        if tag and _holds(asked.headers.get("if-none-match", ""), tag):
            self._traffic.not_modified += asked.method == "GET"
            return _head(304, {"ETag": tag})
        return _full(reply, tag, asked)


def _parse(head: str) -> _Asked | None:
    first, *lines = head.split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        return None
    pairs = (line.partition(":") for line in lines if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return _Asked(words[0], words[1], headers)


def _tag(reply: Reply, asked: _Asked) -> str:
    """The ETag; weak where the bytes are zipped, as nginx does it. None for what is not there."""
    if reply.status != 200:
        return ""
    return f'{"W/" * _zips(asked)}"{sha256(reply.body).hexdigest()[:20]}"'


def _zips(asked: _Asked) -> bool:
    return "gzip" in asked.headers.get("accept-encoding", "")


def _holds(wanted: str, tag: str) -> bool:
    """Whether If-None-Match names this tag, weakly compared (RFC 9110, 13.1.2)."""
    return tag.removeprefix("W/") in (one.strip().removeprefix("W/") for one in wanted.split(","))


def _full(reply: Reply, tag: str, asked: _Asked) -> bytes:
    body, headers = reply.body, {"Content-Type": reply.content_type, "Vary": "Accept-Encoding"}
    if tag:
        headers["ETag"] = tag
    if _zips(asked):
        body = gzip.compress(body, compresslevel=1, mtime=0)
        headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(body))
    return _head(reply.status, headers) + (b"" if asked.method == "HEAD" else body)


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", "Server: bundled-newsroom"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

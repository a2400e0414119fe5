"""The bundled newsroom: opens the four outlets on loopback and prints stories when it is told to.

::

    newsroom = Newsroom(now)
    await newsroom.start()              # the baseline is there; outlets have their addresses
    newsroom.publish("openai-visit", now)
    await newsroom.stop()

Nothing here reads the clock: whoever publishes says when.
"""

import errno
import socket
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

from monitor.demo.desk import Desk
from monitor.demo.generated import generated_story
from monitor.demo.outlets import MASTHEADS, Outlet, Printed
from monitor.demo.server import SiteServer, Traffic
from monitor.demo.stories import Story, stories

ADDRESSES = ("127.0.1.1", "127.0.1.2", "127.0.1.3", "127.0.1.4")
"""A host for each outlet: requests are spaced by host."""

SCHEDULE: tuple[tuple[float, str], ...] = (
    (3.0, "night-cricket"),
    (4.0, "openai-visit/monsoon-wire"),
    (5.0, "metro-line"),
    (6.5, "openai-visit/bengaluru-byte"),
    (7.5, "lake-walls"),
    (8.5, "deepfake-order"),
    (9.5, "openai-visit/capital-circular"),
    (10.5, "voice-model"),
    (12.0, "chip-rules"),
    (13.5, "port-ledger"),
    (15.0, "hindi-library"),
)
"""Seconds after the start → what to publish: the demo's thirty seconds."""

_TRIES = 20  # to find one port that is free on all addresses


@dataclass(frozen=True, slots=True)
class Requests:
    """What all outlets were asked so far."""

    gets: int
    not_modified: int  # of these, answered 304


class Newsroom:
    """Four outlets on loopback. All methods belong to the event loop that started it."""

    schedule = SCHEDULE

    def __init__(
        self, now: datetime, *, port: int = 0, addresses: Sequence[str] = ADDRESSES
    ) -> None:
        """Print the baseline, dated back from ``now``.

        ``port`` is the same on all addresses, 0 for any that is free. Where the addresses do not
        exist (macOS has only 127.0.0.1), the outlets share 127.0.0.1, on four ports from ``port``.
        """
        self._desks = {head.id: Desk(head) for head in MASTHEADS}
        self._port = port
        self._addresses = tuple(addresses)
        self._servers: tuple[SiteServer, ...] = ()
        self._traffic = {head.id: Traffic() for head in MASTHEADS}  # outlives a stop
        old = (story for story in stories().values() if story.in_baseline)
        for story in sorted(old, key=lambda story: story.age, reverse=True):
            self._print(story, now - story.age)

    async def start(self) -> None:
        """Open the outlets; raises OSError if no port can be had."""
        bound = _bind(self._addresses, self._port)
        for desk, sock in zip(self._desks.values(), bound, strict=True):
            host, port = sock.getsockname()
            desk.home = f"http://{host}:{port}/"
        if len(self.ports) == 1:
            self._port = self.ports[0]  # the same again after a stop
        self._servers = tuple(
            SiteServer(desk.reply, sock, self._traffic[desk.head.id])
            for desk, sock in zip(self._desks.values(), bound, strict=True)
        )
        for server in self._servers:
            await server.start()

    async def stop(self) -> None:
        """Close the outlets and cut all connections."""
        for server in self._servers:
            await server.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    @property
    def outlets(self) -> tuple[Outlet, ...]:
        """The outlets with their addresses, once started."""
        return tuple(desk.outlet for desk in self._desks.values())

    @property
    def networks(self) -> tuple[str, ...]:
        """The networks an operator must allow to read it: one entry for each host."""
        return tuple(sorted({f"{_host(desk.home)[0]}/32" for desk in self._desks.values()}))

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports an operator must allow to read it."""
        return tuple(sorted({_host(desk.home)[1] for desk in self._desks.values()}))

    @property
    def requests(self) -> Requests:
        """GETs so far, and how many of them were answered 304."""
        traffic = self._traffic.values()
        return Requests(sum(t.gets for t in traffic), sum(t.not_modified for t in traffic))

    @property
    def asked(self) -> Counter[str]:
        """URL → how often it was asked for."""
        total: Counter[str] = Counter()
        for outlet, traffic in self._traffic.items():
            for target, times in traffic.targets.items():
                total[urljoin(self._desks[outlet].home, target)] += times
        return total

    def articles(self) -> tuple[tuple[Printed, str], ...]:
        """Everything printed so far with its URL, outlet by outlet, oldest first."""
        return tuple(
            (one, urljoin(desk.home, one.path))
            for desk in self._desks.values()
            for one in desk.printed
        )

    def publish(self, name: str, now: datetime) -> tuple[str, ...]:
        """Print a story at all its outlets (``"openai-visit"``) or at one of them
        (``"openai-visit/monsoon-wire"``); answers the new URLs.

        What is out already is not printed again. Raises KeyError for a name that does not exist.
        """
        story_id, _, outlet = name.partition("/")
        story = stories()[story_id]
        if outlet and outlet not in {edition.outlet for edition in story.editions}:
            raise KeyError(name)
        return self._print(story, now, only=outlet)

    def publish_generated(
        self, number: int, outlet: int, now: datetime, *, reprint_at: Sequence[int] = ()
    ) -> tuple[str, ...]:
        """Print generated story ``number`` at an outlet, and reprints; outlets by place, 0 to 3."""
        ids = tuple(self._desks)
        return self._print(generated_story(number, [ids[at] for at in (outlet, *reprint_at)]), now)

    def _print(self, story: Story, now: datetime, *, only: str = "") -> tuple[str, ...]:
        urls = []
        for edition in story.editions:
            desk = self._desks[edition.outlet]
            out = any(one.story.id == story.id for one in desk.printed)
            if not out and only in ("", edition.outlet):
                urls.append(urljoin(desk.home, desk.print(story, edition, now).path))
        return tuple(urls)


def _host(home: str) -> tuple[str, int]:
    host, _, port = home.removeprefix("http://").rstrip("/").partition(":")
    return host, int(port)


def _bind(addresses: Sequence[str], port: int) -> list[socket.socket]:
    """A bound socket for each outlet: one port everywhere, or else four ports of 127.0.0.1."""
    for attempt in range(_TRIES):
        try:
            return _bind_all([(host, port) for host in addresses])
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                break
            if port or attempt == _TRIES - 1:
                raise
    return _bind_all(
        [("127.0.0.1", port + place if port else 0) for place in range(len(MASTHEADS))]
    )


def _bind_all(places: Sequence[tuple[str, int]]) -> list[socket.socket]:
    """Bind them all or none. Equal hosts keep their ports; other hosts take over the first's."""
    bound: list[socket.socket] = []
    try:
        for host, port in places:
            shared = bound[0].getsockname()[1] if bound and host != places[0][0] else port
            sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            bound.append(sock)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((host, shared))
    except OSError:
        for sock in bound:
            sock.close()
        raise
    return bound

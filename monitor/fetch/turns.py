"""Whose turn it is at a host: one request at a time, and a pause between two of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_MANY_HOSTS = 1000


@dataclass(slots=True)
class _Host:
    gap: float  # seconds
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0  # by the loop's clock
    guests: int = 0  # who wait or have their turn


class Turns:
    """Gives turns at hosts, first come, first served."""

    def __init__(self, gap: float) -> None:
        """``gap`` seconds pass between the end of one turn and the start of the next."""
        self._gap = gap
        self._hosts: dict[str, _Host] = {}

    def slow_down(self, host: str, gap: float) -> None:
        """From now on leave at least ``gap`` seconds at this host."""
        found = self._host(host)
        found.gap = max(self._gap, gap)

    @asynccontextmanager
    async def take(self, host: str) -> AsyncIterator[None]:
        """Wait for the turn at this host and hold it."""
        loop = asyncio.get_running_loop()
        found = self._host(host)
        found.guests += 1
        try:
            async with found.lock:
                await asyncio.sleep(found.free_at - loop.time())
                try:
                    yield
                finally:
                    found.free_at = loop.time() + found.gap
        finally:
            found.guests -= 1

    def _host(self, name: str) -> _Host:
        key = name.rstrip(".").lower()
        if key not in self._hosts:
            self._forget_idle()
            self._hosts[key] = _Host(self._gap)
        return self._hosts[key]

    def _forget_idle(self) -> None:
        if len(self._hosts) < _MANY_HOSTS:
            return
        now = asyncio.get_running_loop().time()
        for name, host in list(self._hosts.items()):
            if not host.guests and host.free_at <= now:
                del self._hosts[name]

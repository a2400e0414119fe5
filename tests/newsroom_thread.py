"""The bundled newsroom in a thread of its own, for tests that run the product as a process."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from anyio.from_thread import BlockingPortal, start_blocking_portal

from monitor.demo.newsroom import Newsroom, Requests
from monitor.demo.outlets import Outlet


class ThreadedNewsroom:
    """A running newsroom; every method may be called from any thread."""

    def __init__(self, newsroom: Newsroom, portal: BlockingPortal) -> None:
        self._newsroom = newsroom
        self._portal = portal
        self.outlets: tuple[Outlet, ...] = newsroom.outlets
        self.networks = newsroom.networks
        self.ports = newsroom.ports

    def publish(self, name: str, now: datetime) -> tuple[str, ...]:
        return self._portal.call(self._newsroom.publish, name, now)

    def publish_generated(
        self, number: int, outlet: int, now: datetime, *, reprint_at: Sequence[int] = ()
    ) -> tuple[str, ...]:
        return self._portal.call(
            lambda: self._newsroom.publish_generated(number, outlet, now, reprint_at=reprint_at)
        )

    @property
    def requests(self) -> Requests:
        return self._portal.call(lambda: self._newsroom.requests)

    @property
    def asked(self) -> dict[str, int]:
        """URL → how often it was asked for."""
        return dict(self._portal.call(lambda: self._newsroom.asked))

    def stop(self) -> None:
        """Close all outlets, as if the network had gone; ``start`` opens them again."""
        self._portal.call(self._newsroom.stop)

    def start(self) -> None:
        """Open the outlets again, on the same port."""
        self._portal.call(self._newsroom.start)


@contextmanager
def running_newsroom(now: datetime, *, port: int = 0) -> Iterator[ThreadedNewsroom]:
    """A newsroom that runs until the block ends."""
    with (
        start_blocking_portal("asyncio") as portal,
        portal.wrap_async_context_manager(Newsroom(now, port=port)) as newsroom,
    ):
        yield ThreadedNewsroom(newsroom, portal)

"""How far a request may go."""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network

from monitor import __version__


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of every request, with the defaults of the configuration.

    Networks in ``allow`` may be dialled though they are not public, and on every port.
    """

    connect: timedelta = timedelta(seconds=10)
    read: timedelta = timedelta(seconds=15)  # between two pieces of an answer
    total: timedelta = timedelta(seconds=30)  # of one exchange; a redirect starts another one
    max_body: int = 10_000_000  # bytes, counted after decompression
    concurrency: int = 16
    host_gap: timedelta = timedelta(seconds=2)  # from the end of a request to the next one's start
    redirects: int = 5
    allow: tuple[IPv4Network | IPv6Network, ...] = ()
    ports: tuple[int, ...] = (80, 443)
    user_agent: str = f"media-monitor/{__version__}"
    obey_robots: bool = True

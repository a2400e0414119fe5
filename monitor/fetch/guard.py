"""The address guard: decides at connect time what may be dialled.

Sitting below the HTTP client, it sees every connection, of redirects too. A name is resolved once
and the very addresses that were judged are dialled, so a name server cannot answer differently
the second time (DNS rebinding).
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from ipaddress import ip_address
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

import httpcore

from monitor.errors import FetchError, NotAllowed
from monitor.fetch.addresses import Address, Network, is_public, kind

if TYPE_CHECKING:
    from httpcore import SOCKET_OPTION

Resolve = Callable[[str], Awaitable[Sequence[str]]]
"""A host name or literal address to its addresses; raises OSError where there is none."""

_MOST_ATTEMPTS = 4


async def resolve(host: str) -> Sequence[str]:
    """Ask the system for all addresses of a host."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in found]


class Guard(httpcore.AsyncNetworkBackend):
    """Connects to public addresses and to the networks that the operator allows, nowhere else."""

    def __init__(
        self, *, allow: Sequence[Network], ports: Sequence[int], resolve: Resolve = resolve
    ) -> None:
        self._allow = tuple(allow)
        self._ports = tuple(ports)
        self._resolve = resolve
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the protocol's signature
        local_address: str | None = None,
        socket_options: "Iterable[SOCKET_OPTION] | None" = None,
    ) -> httpcore.AsyncNetworkStream:
        """Dial a host's addresses in turn, IPv6 first.

        Raises NotAllowed before anything is dialled if one of them is refused.
        """
        addresses = await self._addresses(host, timeout)
        self._check(host, port, addresses)
        attempts = _in_turn(addresses)[:_MOST_ATTEMPTS]
        # A dead address must leave time for the next one.
        share = None if timeout is None else timeout / len(attempts)
        for address in attempts[:-1]:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return await self._dial(address, port, share, socket_options)
        return await self._dial(attempts[-1], port, share, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - the protocol's signature
        socket_options: "Iterable[SOCKET_OPTION] | None" = None,
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: no news comes from a socket file."""
        raise NotAllowed(f"was not asked: {path} is a Unix socket", permanent=True)

    async def sleep(self, seconds: float) -> None:
        """Wait; the protocol asks for it."""
        await self._backend.sleep(seconds)

    async def _dial(
        self,
        address: Address,
        port: int,
        within: float | None,
        socket_options: "Iterable[SOCKET_OPTION] | None",
    ) -> httpcore.AsyncNetworkStream:
        return await self._backend.connect_tcp(
            str(address), port, timeout=within, socket_options=socket_options
        )

    async def _addresses(self, host: str, within: float | None) -> list[Address]:
        try:
            async with asyncio.timeout(within):
                texts = await self._resolve(host)
            found = [ip_address(text) for text in dict.fromkeys(texts)]
        except TimeoutError:
            message = f"was not found: no name server told the address of {host} in time"
            raise FetchError(message) from None
        except (OSError, ValueError) as error:  # ValueError: a label no name server would take
            found, reason = [], getattr(error, "strerror", None) or "not a host name"
        else:
            reason = "it has no address"
        if not found:
            raise FetchError(
                f"was not found: there is no host {host} ({reason}); check the address"
            )
        return found

    def _check(self, host: str, port: int, addresses: Iterable[Address]) -> None:
        outside = [a for a in addresses if not any(a in network for network in self._allow)]
        for address in outside:
            if not is_public(address):
                raise NotAllowed(_address_refused(host, address), permanent=True)
        if not 0 < port < 65536 or (outside and port not in self._ports):
            raise NotAllowed(_port_refused(port, self._ports), permanent=True)


def _in_turn(addresses: Sequence[Address]) -> list[Address]:
    """IPv6 and IPv4 by turns, so that a network without one of them soon tries the other."""
    six = [a for a in addresses if a.version == 6]
    four = [a for a in addresses if a.version == 4]
    return [a for a in chain.from_iterable(zip_longest(six, four)) if a is not None]


def _address_refused(host: str, address: Address) -> str:
    where = f"{host} has" if host != str(address) else "it has"
    network = f"{address}/{address.max_prefixlen}"
    return (
        f"was not asked: {where} the {kind(address)} address {address}, which is not public; "
        f'if you mean it, add its network to [network] allow = ["{network}"]'
    )


def _port_refused(port: int, ports: Sequence[int]) -> str:
    return (
        f"was not asked: port {port} is not among [network] ports = {list(ports)}; "
        "if you mean it, add it there"
    )

"""The address guard: what is not public is never dialled, by whatever name."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import FetchError, NotAllowed
from monitor.fetch import HttpFetcher, Limits
from monitor.fetch.addresses import is_public, kind
from monitor.fetch.guard import Guard
from monitor.model import Request
from tests.loopback import Loopback, answer, redirect

pytestmark = pytest.mark.anyio

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
FAST = {"host_gap": timedelta(0), "connect": timedelta(seconds=2)}


class Names:
    """A resolver of invented names, which remembers what it was asked."""

    def __init__(self, **answers: Sequence[str] | Sequence[Sequence[str]]) -> None:
        self.answers = {name.replace("_", "."): list(found) for name, found in answers.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        if host not in self.answers:
            return [str(ip_address(host))]
        found = self.answers[host]
        return found.pop(0) if isinstance(found[0], list) else found


@pytest.fixture
async def server(anyio_backend: str) -> AsyncIterator[Loopback]:
    async with Loopback({"/": answer(200, b"secret")}) as running:
        yield running


# --- which addresses are public ------------------------------------------------------------------

PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.215.14", "2606:4700::1111", "2a00:1450:4001::1"]
NOT_PUBLIC = {
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback",
    "0.0.0.0": "unspecified",
    "0.1.2.3": "private",
    "10.0.0.1": "private",
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.168.1.1": "private",
    "169.254.169.254": "link-local",
    "100.64.0.1": "special",
    "100.100.100.200": "special",
    "192.0.0.192": "special",
    "192.88.99.1": "special",
    "198.18.0.1": "private",
    "224.0.0.1": "multicast",
    "239.255.255.250": "multicast",
    "240.0.0.1": "private",
    "255.255.255.255": "private",
    "::": "unspecified",
    "::1": "loopback",
    "::127.0.0.1": "reserved",
    "::ffff:127.0.0.1": "",
    "::ffff:8.8.8.8": "",
    "64:ff9b::7f00:1": "",
    "64:ff9b:1::1": "",
    "100::1": "",
    "2001::1": "",
    "2001:db8::1": "private",
    "2002:7f00:1::": "",
    "3fff::1": "",
    "5f00::1": "",
    "fc00::1": "private",
    "fd00:ec2::254": "private",
    "fe80::1": "link-local",
    "fe80::1%eth0": "link-local",
    "fec0::1": "",
    "ff02::1": "multicast",
}


@pytest.mark.parametrize("text", PUBLIC)
def test_ordinary_addresses_are_public(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_special_addresses_are_not_public(text: str) -> None:
    address = ip_address(text)
    assert not is_public(address)
    assert kind(address) == (NOT_PUBLIC[text] or kind(address))


@given(st.ip_addresses(v=4))
def test_no_disguise_of_an_ipv4_address_in_ipv6_is_public(address: IPv4Address) -> None:
    inside = int(address)
    prefixes = {"::ffff:0:0": 0, "::": 0, "64:ff9b::": 0, "2002::": 80, "2001::": 0}
    for prefix, shift in prefixes.items():
        assert not is_public(IPv6Address(int(IPv6Address(prefix)) | inside << shift))


# --- what is dialled -----------------------------------------------------------------------------

HOSTILE = (Path(__file__).parent / "data/fetch/hostile.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize("template", HOSTILE)
async def test_hostile_addresses_are_refused_without_a_connection(
    template: str, server: Loopback
) -> None:
    own = Names(metadata_example=["169.254.169.254"], mixed_example=["8.8.8.8", "127.0.0.1"])

    async def resolve(host: str) -> Sequence[str]:
        if host in own.answers:
            return await own(host)
        if host == "public.example":
            raise OSError("not in this test")
        found = await asyncio.get_running_loop().getaddrinfo(host, None)
        return [str(sockaddr[0]) for *_, sockaddr in found]

    limits = Limits(ports=(80, 443, server.port), **FAST)
    async with HttpFetcher(limits, resolve=resolve) as fetcher:
        with pytest.raises(FetchError):
            await fetcher.fetch(Request(url=template.format(port=server.port)))
    assert not server.connections


async def test_the_refusal_says_what_to_do() -> None:
    names = Names(intranet_example=["10.0.0.5"])
    async with HttpFetcher(Limits(**FAST), resolve=names) as fetcher:
        with pytest.raises(NotAllowed) as by_name:
            await fetcher.fetch(Request(url="http://intranet.example/feed"))
        with pytest.raises(NotAllowed) as by_port:
            await fetcher.fetch(Request(url="http://8.8.8.8:8080/feed"))
    assert str(by_name.value) == (
        "http://intranet.example/feed was not asked: intranet.example has the private address "
        "10.0.0.5, which is not public; if you mean it, add its network to "
        '[network] allow = ["10.0.0.5/32"]'
    )
    assert str(by_port.value) == (
        "http://8.8.8.8:8080/feed was not asked: port 8080 is not among "
        "[network] ports = [80, 443]; if you mean it, add it there"
    )
    assert by_name.value.permanent
    assert by_port.value.permanent


async def test_a_redirect_is_checked_again(server: Loopback) -> None:
    targets = ["http://169.254.169.254/latest/", "http://metadata.example/", "file:///etc/passwd"]
    server.routes |= {f"/{n}": redirect(target) for n, target in enumerate(targets)}
    names = Names(metadata_example=["169.254.169.254"])
    async with HttpFetcher(Limits(allow=LOOPBACK, **FAST), resolve=names) as fetcher:
        for number in (0, 1):
            with pytest.raises(NotAllowed, match=r"link-local address 169\.254") as caught:
                await fetcher.fetch(Request(url=server.url(f"/{number}")))
            assert str(caught.value).startswith(f"{server.url(f'/{number}')} redirects to")
            assert caught.value.url == server.url(f"/{number}")
        with pytest.raises(FetchError, match="'file:///etc/passwd', which is not a web address"):
            await fetcher.fetch(Request(url=server.url("/2")))


async def test_a_name_is_resolved_once_and_cannot_change_between_check_and_use(
    server: Loopback,
) -> None:
    names = Names(rebound_example=[["127.0.0.1"], ["10.0.0.1"]])
    server.routes["/cut"] = answer(200, b"x", Connection="close")
    async with HttpFetcher(Limits(allow=LOOPBACK, **FAST), resolve=names) as fetcher:
        url = f"http://rebound.example:{server.port}/cut"
        assert (await fetcher.fetch(Request(url=url))).body == b"x"
        assert names.asked == ["rebound.example"]
        assert server.asked[0].headers["host"] == f"rebound.example:{server.port}"
        with pytest.raises(NotAllowed, match=r"rebound.example has the private address 10.0.0.1"):
            await fetcher.fetch(Request(url=url))
    assert len(server.asked) == 1


async def test_one_refused_address_among_many_refuses_the_name(server: Loopback) -> None:
    many = ["127.0.0.1"] * 3 + [f"127.0.0.{n}" for n in range(2, 9)] + ["10.1.1.1"]
    names = Names(many_example=many)
    async with HttpFetcher(Limits(allow=LOOPBACK, **FAST), resolve=names) as fetcher:
        with pytest.raises(NotAllowed, match=r"10\.1\.1\.1"):
            await fetcher.fetch(Request(url=f"http://many.example:{server.port}/"))
    assert not server.connections


async def test_addresses_are_tried_in_turn_ipv6_first(server: Loopback) -> None:
    names = Names(both_example=["127.0.0.1", "::1"])  # nothing listens on ::1 at this port
    async with HttpFetcher(Limits(allow=LOOPBACK, **FAST), resolve=names) as fetcher:
        url = f"http://both.example:{server.port}/"
        assert (await fetcher.fetch(Request(url=url))).body == b"secret"
        names.answers["dead.example"] = ["127.0.0.2", "127.0.0.3"]
        with pytest.raises(FetchError, match="could not be reached: Connection refused") as caught:
            await fetcher.fetch(Request(url=f"http://dead.example:{server.port}/"))
    assert not caught.value.permanent


async def test_unix_sockets_are_refused() -> None:
    guard = Guard(allow=LOOPBACK, ports=(80,))
    with pytest.raises(NotAllowed, match=r"/run/docker\.sock is a Unix socket"):
        await guard.connect_unix_socket("/run/docker.sock")
    await guard.sleep(0)


async def test_ports_are_free_within_allowed_networks_but_must_be_ports(server: Loopback) -> None:
    guard = Guard(allow=LOOPBACK, ports=())
    stream = await guard.connect_tcp("127.0.0.1", server.port)
    await stream.aclose()
    with pytest.raises(NotAllowed, match="port 99999 is not among"):
        await guard.connect_tcp("127.0.0.1", 99999)
    with pytest.raises(httpcore.ConnectError):
        await guard.connect_tcp("127.0.0.1", 1)


async def test_hosts_that_are_not_found() -> None:
    async def slow(host: str) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    limits = Limits(connect=timedelta(milliseconds=50))
    async with HttpFetcher(limits, resolve=slow) as fetcher:
        with pytest.raises(FetchError, match=r"no name server told the address of a\.example"):
            await fetcher.fetch(Request(url="http://a.example/"))
    async with HttpFetcher(limits, resolve=Names(a_example=[[]])) as fetcher:
        with pytest.raises(FetchError, match=r"no host a\.example \(it has no address\)"):
            await fetcher.fetch(Request(url="http://a.example/"))
    async with HttpFetcher(Limits()) as fetcher:
        with pytest.raises(FetchError, match=r"no host localhost\.\.\. \(not a host name\)"):
            await fetcher.fetch(Request(url="http://localhost.../"))

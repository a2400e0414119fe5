"""The fetcher against servers on loopback: what it brings, and how it says what went wrong."""

import asyncio
import gc
import gzip
import ssl
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import FetchError, NotAllowed, TooLarge
from monitor.fetch import HttpFetcher, Limits
from monitor.model import Request, Response
from monitor.ports import Fetcher
from tests.loopback import Asked, Loopback, Talk, answer, dripping, redirect, silent

pytestmark = pytest.mark.anyio

DATA = Path(__file__).parent / "data/fetch"
LOOPBACK = (ip_network("127.0.0.0/8"),)


def limits(**changes: Any) -> Limits:
    return Limits(**{"allow": LOOPBACK, "host_gap": timedelta(0), **changes})


@pytest.fixture
async def server(anyio_backend: str) -> AsyncIterator[Loopback]:
    async with Loopback() as running:
        yield running


@pytest.fixture
async def fetcher(anyio_backend: str) -> AsyncIterator[HttpFetcher]:
    async with HttpFetcher(limits()) as made:
        yield made


async def failing(fetcher: Fetcher, url: str, **request: Any) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(Request(url=url, **request))
    error = caught.value
    assert error.url == url
    assert "\n" not in str(error)
    return error


def raw(data: bytes) -> Talk:
    """A route that sends these bytes and closes."""

    async def talk(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(data)

    return talk


# --- what comes back -----------------------------------------------------------------------------


async def test_an_answer_with_everything(server: Loopback, fetcher: HttpFetcher) -> None:
    server.routes["/feed"] = answer(
        200,
        b"<rss/>",
        Content_Type="application/rss+xml; charset=UTF-8",
        ETag='W/"a b"',
        Last_Modified="yesterday, perhaps",
    )
    url = server.url("/feed?page=1#top")
    assert await fetcher.fetch(Request(url=url)) == Response(
        url=url,
        final_url=url,
        status=200,
        body=b"<rss/>",
        content_type="application/rss+xml; charset=UTF-8",
        etag='W/"a b"',
        last_modified="yesterday, perhaps",
    )
    (asked,) = server.asked
    assert asked.target == "/feed?page=1"
    assert asked.headers["accept-encoding"] == "gzip, deflate"
    assert asked.headers["user-agent"].startswith("media-monitor/")
    assert "if-none-match" not in asked.headers


@pytest.mark.parametrize("etag", ['"x"', "W/'unquoted", '"\xe9\xff"', " spaced "])
async def test_validators_go_back_exactly_as_they_came(
    etag: str, server: Loopback, fetcher: HttpFetcher
) -> None:
    server.routes["/"] = answer(200, ETag=etag, Last_Modified="Thu, 32 Foo 2026")
    first = await fetcher.fetch(Request(url=server.url("/")))
    server.routes["/"] = answer(304, ETag=etag)
    second = await fetcher.fetch(
        Request(url=server.url("/"), etag=first.etag, last_modified=first.last_modified)
    )
    assert (second.status, second.body, second.etag) == (304, b"", etag.strip())
    assert server.asked[1].headers["if-none-match"] == etag.strip()
    assert server.asked[1].headers["if-modified-since"] == "Thu, 32 Foo 2026"
    assert server.connections == 1  # kept alive


async def test_an_unasked_304_is_a_failure(server: Loopback, fetcher: HttpFetcher) -> None:
    server.routes["/"] = answer(304)
    error = await failing(fetcher, server.url("/"))
    assert "answered 304 Not Modified, though there was nothing to compare with" in str(error)
    assert (error.status, error.permanent) == (304, False)


async def test_empty_answers(server: Loopback, fetcher: HttpFetcher) -> None:
    server.routes |= {"/204": answer(204), "/200": answer(200, Content_Encoding="gzip")}
    for path in server.routes:
        response = await fetcher.fetch(Request(url=server.url(path)))
        assert (response.status, response.body) == (200, b"")


async def test_a_compressed_body_in_chunks(server: Loopback, fetcher: HttpFetcher) -> None:
    packed = gzip.compress(b"news " * 1000)
    chunks = b"".join(b"%x\r\n%s\r\n" % (1, packed[i : i + 1]) for i in range(len(packed)))
    server.routes["/"] = raw(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
        + chunks
        + b"0\r\n\r\n"
    )
    assert (await fetcher.fetch(Request(url=server.url("/")))).body == b"news " * 1000


async def test_a_login_in_the_address_is_sent_but_not_shown(
    server: Loopback, fetcher: HttpFetcher
) -> None:
    url = server.url("/").replace("://", "://reader:pass%20word@")
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(Request(url=url))
    assert server.asked[0].headers["authorization"] == "Basic cmVhZGVyOnBhc3Mgd29yZA=="
    assert "pass" not in str(caught.value)
    assert "pass" not in caught.value.url


async def test_cookies_are_not_kept_and_proxies_not_used(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.routes["/"] = answer(200, Set_Cookie="id=1; Path=/; Max-Age=9999")
    async with HttpFetcher(limits()) as fetcher:
        for _ in range(2):
            await fetcher.fetch(Request(url=server.url("/")))
    assert all("cookie" not in asked.headers for asked in server.asked)


# --- redirects -----------------------------------------------------------------------------------


async def test_redirects_are_followed(server: Loopback, fetcher: HttpFetcher) -> None:
    async with Loopback({"/end": answer(200, b"here")}, host="127.0.0.2") as other:
        server.routes |= {
            "/a/1": redirect("2?x=1", 301),
            "/a/2": redirect("/3", 303),
            "/3": redirect(f"//127.0.0.1:{server.port}/4#part", 307),
            "/4": redirect(other.url("/end"), 308),
        }
        response = await fetcher.fetch(Request(url=server.url("/a/1"), etag='"e"'))
    assert (response.url, response.final_url) == (server.url("/a/1"), other.url("/end"))
    assert response.body == b"here"
    assert server.paths() == ["/a/1", "/a/2?x=1", "/3", "/4"]
    assert other.asked[0].headers["if-none-match"] == '"e"'


@pytest.mark.parametrize(
    ("routes", "complaint"),
    [
        ({"/": "/"}, "redirects in a circle; it may want cookies, which are not kept"),
        ({"/": "/b", "/b": "/#x"}, "redirects in a circle"),
        ({"/": "http://"}, "redirects in a circle"),
        ({"/": "ftp://127.0.0.1/"}, "redirects to 'ftp://127.0.0.1/', which is not"),
        ({"/": "http://[::1"}, "redirects to what is not a web address"),
        ({"/": "javascript:alert(1)"}, "redirects to what is not a web address"),
    ],
)
async def test_redirects_that_lead_nowhere(
    routes: dict[str, str], complaint: str, server: Loopback, fetcher: HttpFetcher
) -> None:
    server.routes |= {path: redirect(target) for path, target in routes.items()}
    with pytest.raises(FetchError, match=complaint) as caught:
        await fetcher.fetch(Request(url=server.url("/")))
    assert not caught.value.permanent


async def test_a_redirect_without_a_target(server: Loopback, fetcher: HttpFetcher) -> None:
    server.routes["/"] = answer(302)
    assert "redirects in a circle" in str(await failing(fetcher, server.url("/")))


async def test_only_so_many_redirects(server: Loopback, fetcher: HttpFetcher) -> None:
    server.routes |= {f"/{n}": redirect(f"/{n + 1}") for n in range(9)}
    error = await failing(fetcher, server.url("/0"))
    assert "redirects for the 6th time; 5 times are followed" in str(error)
    assert server.paths() == [f"/{n}" for n in range(6)]


async def test_the_failure_of_a_later_address_tells_the_way(
    server: Loopback, fetcher: HttpFetcher
) -> None:
    server.routes |= {"/old": redirect("/new"), "/new": answer(410)}
    error = await failing(fetcher, server.url("/old"))
    assert str(error) == (
        f"{server.url('/old')} redirects to an address that fails: "
        f"{server.url('/new')} answered 410 Gone; it is gone for good; remove it"
    )
    assert (error.status, error.permanent) == (410, True)


# --- statuses ------------------------------------------------------------------------------------

PERMANENT = {400, 401, 402, 403, 404, 405, 406, 410, 414, 451}
PASSING = {408, 421, 423, 425, 429, 500, 502, 503, 504, 300}


@pytest.mark.parametrize("status", sorted(PERMANENT | PASSING))
async def test_other_statuses(status: int, server: Loopback, fetcher: HttpFetcher) -> None:
    server.routes["/"] = answer(status, b"<html>sorry</html>")
    error = await failing(fetcher, server.url("/"))
    assert str(error).startswith(f"{server.url('/')} answered {status} ")
    assert (error.status, error.permanent) == (status, status in PERMANENT)
    assert error.retry_after is None


@pytest.mark.parametrize(
    ("wish", "date", "seconds", "words"),
    [
        ("120", "", 120, "; it asks to wait 2 min"),
        (" 0 ", "", 0, "; it asks to wait 0 s"),
        ("45", "", 45, "; it asks to wait 45 s"),
        ("3600", "", 3600, "; it asks to wait 1 h"),
        ("9" * 30, "", 86400, "; it asks to wait 24 h"),
        ("Sun, 22 Nov 2026 12:30:00 GMT", "Sun, 22 Nov 2026 12:00:00 GMT", 1800, "30 min"),
        ("Sun, 22 Nov 2026 11:00:00 GMT", "Sun, 22 Nov 2026 12:00:00 GMT", 0, "wait 0 s"),
        ("Sun, 22 Nov 2099 11:00:00 GMT", "Sun, 22 Nov 2026 12:00:00 GMT", 86400, "24 h"),
        ("Sun, 22 Nov 2026 12:30:00 GMT", "", None, "429 Too Many Requests"),
        (
            "Sun, 22 Nov 2026 12:30:00 GMT",
            "Sun, 22 Nov 2026 12:00:00 -0000",
            None,
            "Too Many Requests",
        ),
        ("soon", "Sun, 22 Nov 2026 12:00:00 GMT", None, "429 Too Many Requests"),
        ("-5", "", None, "429 Too Many Requests"),
        ("²", "", None, "429 Too Many Requests"),
    ],
)
async def test_the_wait_that_a_server_asks_for(
    wish: str, date: str, seconds: int | None, words: str, server: Loopback, fetcher: HttpFetcher
) -> None:
    server.routes["/"] = answer(429, Retry_After=wish, **({"Date": date} if date else {}))
    error = await failing(fetcher, server.url("/"))
    assert error.retry_after == (None if seconds is None else timedelta(seconds=seconds))
    assert str(error).endswith(words)


async def test_a_status_without_a_name(server: Loopback, fetcher: HttpFetcher) -> None:
    server.routes["/"] = raw(b"HTTP/1.1 599 \r\nContent-Length: 0\r\n\r\n")
    assert str(await failing(fetcher, server.url("/"))) == f"{server.url('/')} answered 599"


# --- too much, too slow, not HTTP -----------------------------------------------------------------


async def test_a_body_announced_over_the_cap_is_not_read(server: Loopback) -> None:
    server.routes["/"] = dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n")
    async with HttpFetcher(limits()) as fetcher:
        error = await failing(fetcher, server.url("/"))
    assert isinstance(error, TooLarge)
    assert "sent more than 10 MB; if you need it, raise [network] max_body" in str(error)
    assert error.permanent


async def test_an_endless_body_is_cut_off(server: Loopback) -> None:
    server.routes["/"] = dripping(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536, gap=0)
    async with HttpFetcher(limits(max_body=1_000_000)) as fetcher:
        assert isinstance(await failing(fetcher, server.url("/")), TooLarge)


async def test_a_bomb_is_too_large(server: Loopback, fetcher: HttpFetcher) -> None:
    bomb = gzip.compress(bytes(30_000_000))
    server.routes["/"] = answer(200, bomb, Content_Encoding="gzip")
    assert isinstance(await failing(fetcher, server.url("/")), TooLarge)


async def test_a_drip_does_not_defeat_the_total_time(server: Loopback) -> None:
    server.routes["/"] = dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
    async with HttpFetcher(limits(total=timedelta(seconds=0.3))) as fetcher:
        error = await failing(fetcher, server.url("/"))
        assert str(error) == f"{server.url('/')} did not finish within 0.3 s"
        server.routes["/"] = answer(200, b"well again")
        assert (await fetcher.fetch(Request(url=server.url("/")))).body == b"well again"


async def test_a_drip_of_headers_does_not_either(server: Loopback) -> None:
    server.routes["/"] = dripping(b"HTTP/1.1 200 OK\r\nX-Long: ")
    async with HttpFetcher(limits(total=timedelta(seconds=0.2))) as fetcher:
        assert "did not finish within 0.2 s" in str(await failing(fetcher, server.url("/")))


async def test_silence_ends_the_wait(server: Loopback) -> None:
    server.routes["/"] = silent
    async with HttpFetcher(limits(read=timedelta(seconds=0.1))) as fetcher:
        error = await failing(fetcher, server.url("/"))
    assert str(error) == f"{server.url('/')} fell silent for 0.1 s"
    assert not error.permanent


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "did not answer in proper HTTP: Server disconnected without sending a response"),
        (b"SSH-2.0-OpenSSH_9.9\r\n\r\n", "did not answer in proper HTTP: illegal status line"),
        (b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n", "did not answer in proper HTTP: illegal header"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000, "did not answer in proper HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "did not answer in proper HTTP: peer"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"x" * 99)[:-4],
            "ended its body too early",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\nx", "in the coding 'br'"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n<rss/>", "not the gzip it says"),
    ],
)
async def test_broken_answers(
    data: bytes, complaint: str, server: Loopback, fetcher: HttpFetcher
) -> None:
    server.routes["/"] = raw(data)
    error = await failing(fetcher, server.url("/"))
    assert complaint in str(error)
    assert not error.permanent


async def test_a_connection_cut_hard(server: Loopback, fetcher: HttpFetcher) -> None:
    async def abort(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
        await writer.drain()
        writer.get_extra_info("socket").setsockopt(1, 13, b"\1\0\0\0\0\0\0\0")  # linger: reset
        writer.transport.abort()

    server.routes["/"] = abort
    assert str(await failing(fetcher, server.url("/"))).endswith("cut the connection")


async def test_a_handshake_that_never_ends(server: Loopback) -> None:
    async with HttpFetcher(limits(connect=timedelta(seconds=0.1))) as fetcher:
        error = await failing(fetcher, f"https://127.0.0.1:{server.port}/")
    assert str(error).endswith("/ did not accept a connection within 0.1 s")


async def test_messages_stay_short(server: Loopback, fetcher: HttpFetcher) -> None:
    server.routes |= {"/": raw(b"HTTP/1.1 200 " + b"\xff\n" * 9000 + b"\r\n\r\n")}
    url = server.url("/?" + "x" * 9000)
    assert len(str(await failing(fetcher, url))) < 600
    assert len(str(await failing(fetcher, "x" * 9000))) < 400


async def test_nobody_listens(fetcher: HttpFetcher) -> None:
    error = await failing(fetcher, "http://127.0.0.1:1/")
    assert str(error) == "http://127.0.0.1:1/ could not be reached: Connection refused"
    assert not error.permanent


@pytest.mark.parametrize(
    "url",
    ["", "feed", "//host/feed", "http://", "ftp://host/", "http://[::1", "http://a\n/", "http:/x"],
)
async def test_what_is_not_a_web_address(url: str, fetcher: HttpFetcher) -> None:
    with pytest.raises(FetchError, match="is not a web address") as caught:
        await fetcher.fetch(Request(url=url))
    assert caught.value.permanent
    assert caught.value.url == url
    assert "\n" not in str(caught.value)


# --- TLS -----------------------------------------------------------------------------------------


async def to_loopback(host: str) -> Sequence[str]:
    return ["127.0.0.1"]


@pytest.fixture
async def secure(anyio_backend: str) -> AsyncIterator[Loopback]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(DATA / "cert.pem", DATA / "key.pem")
    async with Loopback({"/": answer(200, b"safe")}, tls=context) as running:
        yield running


async def test_certificates_are_checked_against_the_name(secure: Loopback) -> None:
    trusting = ssl.create_default_context(cafile=str(DATA / "cert.pem"))
    async with HttpFetcher(limits(), resolve=to_loopback, tls=trusting) as fetcher:
        url = f"https://news.example:{secure.port}/"
        assert (await fetcher.fetch(Request(url=url))).body == b"safe"
        error = await failing(fetcher, f"https://other.example:{secure.port}/")
    assert "has a certificate that is not valid: Hostname mismatch" in str(error)
    assert not error.permanent
    assert len(secure.asked) == 1


async def test_unknown_certificates_are_refused(secure: Loopback) -> None:
    async with HttpFetcher(limits(), resolve=to_loopback) as fetcher:
        error = await failing(fetcher, f"https://news.example:{secure.port}/")
    assert "has a certificate that is not valid: self-signed certificate" in str(error)


async def test_a_server_that_speaks_no_tls(server: Loopback, fetcher: HttpFetcher) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ready\r\n")
        await reader.read()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as mail:
        port = mail.sockets[0].getsockname()[1]
        error = await failing(fetcher, f"https://127.0.0.1:{port}/")
    assert "could not agree on TLS: " in str(error)


# --- nothing is left behind ----------------------------------------------------------------------


async def test_a_cancelled_request_frees_the_host_and_the_connection(server: Loopback) -> None:
    begun = asyncio.Event()

    async def begin(asked: Asked, writer: asyncio.StreamWriter) -> None:
        begun.set()
        await silent(asked, writer)

    server.routes |= {"/slow": begin, "/": answer(200, b"next")}
    async with HttpFetcher(limits(concurrency=1)) as fetcher:
        slow = asyncio.create_task(fetcher.fetch(Request(url=server.url("/slow"))))
        waiting = asyncio.create_task(fetcher.fetch(Request(url=server.url("/"))))
        given_up = asyncio.create_task(fetcher.fetch(Request(url=server.url("/"))))
        await begun.wait()
        given_up.cancel()
        slow.cancel()
        assert (await waiting).body == b"next"
        results = await asyncio.gather(slow, given_up, return_exceptions=True)
        assert [type(result) for result in results] == [asyncio.CancelledError] * 2
        assert server.paths() == ["/slow", "/"]


async def test_no_task_and_no_socket_is_left(server: Loopback) -> None:
    before = asyncio.all_tasks()
    server.routes |= {"/": answer(200), "/hang": silent, "/far": redirect("http://10.0.0.1/")}
    async with HttpFetcher(limits(read=timedelta(seconds=0.1))) as fetcher:
        requests = (fetcher.fetch(Request(url=server.url(p))) for p in ("/", "/hang", "/far", "/x"))
        results = await asyncio.gather(*requests, return_exceptions=True)
    assert [type(result) for result in results] == [Response, FetchError, NotAllowed, FetchError]
    gc.collect()  # an open socket would warn, and warnings are errors
    assert not {t for t in asyncio.all_tasks() - before if "Loopback" not in repr(t)}

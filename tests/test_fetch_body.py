"""Bodies: every coding, in pieces of any size, and never more than the cap."""

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import FetchError, TooLarge
from monitor.fetch.body import STEP, Body

MEGABYTE = 1_000_000


def raw_deflate(data: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return engine.compress(data) + engine.flush()


CODINGS = {
    "": bytes,
    "identity": bytes,
    "gzip": gzip.compress,
    "X-GZIP": gzip.compress,
    " deflate ": zlib.compress,
    "deflate": raw_deflate,
}


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def read(
    coding: str, raw: bytes, cap: int = MEGABYTE, *, size: int = STEP, cut: bool = False
) -> bytes:
    body = Body(coding, cap, cut=cut)
    for piece in pieces(raw, size):
        body.add(piece)
        if body.full:
            break
    return body.finish()


@given(
    coding=st.sampled_from(sorted(CODINGS)),
    data=st.binary(max_size=300) | st.integers(0, 300_000).map(lambda n: b"ab" * n),
    size=st.integers(1, 100_000),
)
def test_whatever_is_sent_arrives(coding: str, data: bytes, size: int) -> None:
    raw = CODINGS[coding](data)
    assert read(coding, raw, size=max(size, len(raw) // 500 + 1)) == data


@given(
    members=st.lists(st.binary(max_size=100), min_size=1, max_size=5),
    junk=st.sampled_from([b"", b"\0", b"\0" * 600, b"\x1f", b"junk"]),
    size=st.integers(1, 50),
)
def test_gzip_may_have_several_members_and_junk_at_its_end(
    members: list[bytes], junk: bytes, size: int
) -> None:
    raw = b"".join(gzip.compress(member) for member in members) + junk
    assert read("gzip", raw, size=size) == b"".join(members)


def test_junk_after_deflate_is_ignored() -> None:
    assert read("deflate", zlib.compress(b"text") + b"\x1f\x8bmore") == b"text"


def test_a_body_of_the_cap_passes_and_one_byte_more_does_not() -> None:
    assert len(read("gzip", gzip.compress(b"x" * MEGABYTE))) == MEGABYTE
    with pytest.raises(TooLarge, match=r"sent more than 1 MB; if you need it, raise") as caught:
        read("gzip", gzip.compress(b"x" * (MEGABYTE + 1)))
    assert caught.value.permanent


def test_small_caps_are_told_in_bytes() -> None:
    with pytest.raises(TooLarge, match="more than 1,000 bytes"):
        read("", b"x" * 1001, cap=1000)


def test_with_cut_the_rest_is_left_out() -> None:
    assert read("gzip", gzip.compress(b"x" * 5000), cap=1000, cut=True) == b"x" * 1000
    assert read("", b"x" * 5000, cap=1000, cut=True, size=700) == b"x" * 1000
    assert read("", b"x" * 1000, cap=1000, cut=True, size=700) == b"x" * 1000
    assert read("", b"x" * 10, cap=1000, cut=True) == b"x" * 10


def test_a_bomb_takes_no_more_memory_than_the_cap() -> None:
    engine = zlib.compressobj(9, wbits=31)
    head = engine.compress(b"") + engine.flush(zlib.Z_FULL_FLUSH)
    block = engine.compress(bytes(10_000_000)) + engine.flush(zlib.Z_FULL_FLUSH)
    bomb = head + block * 100  # a full flush makes blocks independent of each other
    assert len(bomb) < 1.1 * MEGABYTE  # and inflates to a gigabyte
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            read("gzip", bomb, cap=10 * MEGABYTE, size=len(bomb))
        assert tracemalloc.get_traced_memory()[1] < 25 * MEGABYTE
    finally:
        tracemalloc.stop()


def test_endless_empty_members_are_too_large() -> None:
    empty = gzip.compress(b"")
    with pytest.raises(TooLarge):
        read("gzip", empty * (10_000 // len(empty) + 1), cap=10_000)


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "compress", "\N{SNOWMAN}"])
def test_other_codings_are_refused(coding: str) -> None:
    with pytest.raises(FetchError, match="though asked for gzip or deflate") as caught:
        Body(coding, MEGABYTE)
    assert not caught.value.permanent


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_body_that_is_not_its_coding_is_an_error(coding: str) -> None:
    with pytest.raises(FetchError, match=f"not the {coding} it says"):
        read(coding, b"<rss version='2.0'/>" * 20)


@pytest.mark.parametrize("coding", ["gzip", "deflate", " deflate "])
@pytest.mark.parametrize("kept", [1, 5, -1])
def test_a_body_that_ends_early_is_an_error(coding: str, kept: int) -> None:
    with pytest.raises(FetchError, match="ended its body too early"):
        read(coding, CODINGS[coding](b"some text" * 50)[:kept])


def test_an_empty_body_needs_no_coding() -> None:
    assert read("gzip", b"") == b""

"""The body of an answer, inflated in bounded steps.

HTTP clients inflate a whole network chunk before anybody can count: some hundred bytes can become
hundreds of megabytes in one piece. So raw bytes come in here, and never more than a step goes out.
"""

import zlib
from collections.abc import Generator, Iterator

from monitor.errors import FetchError, TooLarge

STEP = 65_536  # bytes inflated at a time
_CODINGS = {"": "", "identity": "", "gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate"}


class Body:
    """Collects the bytes of one body, at most ``cap`` of them.

    With ``cut`` the rest is left out, otherwise ``add`` raises TooLarge. Raises FetchError for a
    coding that was not asked for, and for bytes that are not what their coding says.
    """

    def __init__(self, coding: str, cap: int, *, cut: bool = False) -> None:
        name = _CODINGS.get(coding.strip().lower())
        if name is None:
            raise FetchError(
                f"sent its body in the coding {coding[:40]!r}, though asked for gzip or deflate"
            )
        self._inflate = _Inflate(name) if name else None
        self._cap = cap
        self._cut = cut
        self._raw = 0
        self._held = bytearray()

    @property
    def full(self) -> bool:
        """Whether nothing more will be taken."""
        return self._cut and len(self._held) >= self._cap

    def add(self, raw: bytes) -> None:
        """Take the next bytes as they came over the network."""
        self._raw += len(raw)
        for piece in (raw,) if self._inflate is None else self._inflate.pieces(raw):
            self._held += piece
            if self._over():
                return

    def finish(self) -> bytes:
        """Everything collected; raises FetchError if the coding had not come to its end."""
        if self._inflate is not None and self._raw and not self.full and not self._inflate.ended:
            raise FetchError("ended its body too early; it may have cut the connection")
        return bytes(self._held)

    def _over(self) -> bool:
        # Raw bytes count too: endless empty members inflate to nothing.
        if max(len(self._held), self._raw) <= self._cap:
            return False
        if not self._cut:
            raise too_large(self._cap)
        del self._held[self._cap :]
        return self.full


class _Inflate:
    """gzip of several members, or deflate with or without its zlib wrapping."""

    def __init__(self, coding: str) -> None:
        self._gzip = coding == "gzip"
        self._engine: zlib._Decompress | None = None
        self._waiting = b""
        self._finished = False  # at least one member is complete

    @property
    def ended(self) -> bool:
        """Whether everything that began has come to its end."""
        return self._finished and self._engine is None

    def pieces(self, raw: bytes) -> Iterator[bytes]:
        """What these bytes inflate to, a step at a time."""
        data = self._waiting + raw
        self._waiting = b""
        while data:
            if self._engine is None:
                if len(data) < 2:  # too short to tell what begins here
                    self._waiting = data
                    return
                if not self._begins(data):
                    return
            assert self._engine is not None
            data = yield from self._member(self._engine, data)

    def _begins(self, data: bytes) -> bool:
        """Make an engine for what begins here; False for junk after the end, which is ignored."""
        if self._finished and not (self._gzip and data.startswith(b"\x1f\x8b")):
            return False
        if self._gzip:
            bits = 16 + zlib.MAX_WBITS
        else:
            wrapped = data[0] & 15 == 8 and int.from_bytes(data[:2]) % 31 == 0
            bits = zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS
        self._engine = zlib.decompressobj(bits)
        return True

    def _member(self, engine: "zlib._Decompress", data: bytes) -> Generator[bytes, None, bytes]:
        """Inflate what is there of one member; yields its pieces, returns what follows it."""
        while not engine.eof:
            try:
                piece = engine.decompress(data, STEP)
            except zlib.error:
                coding = "gzip" if self._gzip else "deflate"
                raise FetchError(f"sent a body that is not the {coding} it says") from None
            yield piece
            if len(piece) < STEP and not engine.eof:
                return b""
            data = engine.unconsumed_tail
        self._engine, self._finished = None, True
        return engine.unused_data


def too_large(cap: int) -> TooLarge:
    """The error for a body over the cap."""
    size = f"{cap / 1_000_000:g} MB" if cap >= 100_000 else f"{cap:,} bytes"
    return TooLarge(
        f"sent more than {size}; if you need it, raise [network] max_body", permanent=True
    )

"""Files of lines of any length, and the standard input, in blocks that are small and whole."""

import gzip
import lzma
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from monitor.errors import ParseError

_BLOCK = 1 << 16  # bytes; as much as a pipe of Linux holds


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines of a file, as bytes. ``first`` is the number of the first one, from 1.

    ``end``: how many bytes of the file, as it stands on the disk, were read for it and those
    before it. ``error``: why nothing after this block could be read.
    """

    first: int
    data: bytes
    end: int
    error: str = ""

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Each line that is not blank, with its number."""
        for number, line in enumerate(self.data.split(b"\n"), self.first):
            if stripped := line.strip():
                yield number, stripped


class _Stream(Protocol):
    def read1(self, size: int = ..., /) -> bytes: ...


class Lines:
    """A file of lines, decompressed if its name ends in .gz or .xz; ``-`` is the standard input.

    ``read`` waits no longer than for the next bytes, so lines that come slowly through a pipe are
    there as soon as they are whole. ``size`` is the file's in bytes; None where there is no end.
    """

    def __init__(self, place: str) -> None:
        """Raises ParseError if there is nothing to read."""
        self.name = "standard input" if place == "-" else place
        self.done = False
        self._next = 1
        self._rest: list[bytes] = []
        try:
            self._raw = sys.stdin.buffer if place == "-" else _opened(place)
        except OSError as error:
            advice = "name a file of JSON lines, or - for the standard input"
            raise ParseError(f"{place} cannot be read: {error.strerror}; {advice}") from error
        self._stream: _Stream = _decompressed(self._raw, Path(place).suffix)
        self.size = None if place == "-" else _size(self._raw)
        self._own = place != "-"

    def close(self) -> None:
        """Close the file; the standard input belongs to others."""
        if self._own:
            self._raw.close()

    def fileno(self) -> int:
        """What can be waited for."""
        return self._raw.fileno()

    def read(self) -> Block | None:
        """The lines that the next bytes complete; None if they complete none.

        At the end, ``done`` is true.
        """
        try:
            data = self._stream.read1(_BLOCK)
        except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
            self.done = True
            return Block(self._next, b"", self._end(), f"{self.name} cannot be read: {error}")
        if not data:
            self.done = True
        return self._block(data)

    def blocks(self) -> Iterator[Block]:
        """All blocks to the end."""
        while not self.done:
            block = self.read()
            if block is not None:
                yield block

    def _block(self, data: bytes) -> Block | None:
        cut = len(data) if self.done else data.rfind(b"\n") + 1
        if not cut and not self.done:
            self._rest.append(data)  # one long line: joined once, when its end is there
            return None
        whole = b"".join((*self._rest, data[:cut]))
        self._rest = [data[cut:]]
        if not whole:
            return None
        block = Block(self._next, whole, self._end())
        self._next += whole.count(b"\n")
        return block

    def _end(self) -> int:
        return self._raw.tell() if self.size is not None else 0


def _opened(place: str) -> BinaryIO:
    return Path(place).open("rb")


def _decompressed(raw: BinaryIO, suffix: str) -> _Stream:
    match suffix.casefold():
        case ".gz":
            return gzip.GzipFile(fileobj=raw)
        case ".xz":
            return lzma.LZMAFile(raw)
        case _:
            return cast("_Stream", raw)  # all files of bytes have it


def _size(raw: BinaryIO) -> int | None:
    """The size of a regular file."""
    status = os.fstat(raw.fileno())
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def text_of(line: bytes, where: str) -> str:
    """A line as text, without the mark that Windows editors put before it; raises ParseError."""
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ParseError(f"{where} is not UTF-8 text; save it as UTF-8") from error

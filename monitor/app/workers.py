"""Worker processes for reading documents: warm, and killed when one takes too long.

A hostile document can keep any parser busy for minutes, or make it fill the memory; in a process
of its own it can do neither to the event loop. anyio's and the standard library's process pools
were not used: they import the parent's main module again, let Ctrl-C reach the workers (an
interrupted worker of anyio then gives a wrong answer to the next call), count the start of a
process towards the time of a call, or cannot kill.
"""

import asyncio
import os
import pickle
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from types import TracebackType
from typing import Self, TypeVar, TypeVarTuple

from anyio import CancelScope

from monitor.app import worker
from monitor.errors import MonitorError, ParseError

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_START = 30.0  # seconds for a process to start and import
_GRACE = 10.0  # seconds for what is no reading: imports, pipes; the worker's own timer rings first
_LARGEST_ANSWER = 100_000_000  # bytes
# Libraries of linear algebra start a thread for each core, whose memory alone may exceed the limit;
# there are as many workers as are to be busy.
_SINGLE = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_GONE = (ConnectionError, asyncio.IncompleteReadError)


class Workers:
    """Runs functions in up to ``count`` worker processes, each call for at most ``limit``."""

    def __init__(
        self,
        count: int = 2,
        limit: timedelta = timedelta(seconds=5),
        *,
        memory: int = 2_000_000_000,
        preload: Sequence[str] = ("monitor.pipeline",),
    ) -> None:
        """``memory`` is the most bytes of address space; ``preload`` names modules to import."""
        self._count = count
        self._limit = limit.total_seconds()
        self._memory = memory
        self._preload = tuple(preload)
        self._free = asyncio.Semaphore(count)
        self._idle: list[Process] = []
        self._all: set[Process] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def warm(self) -> None:
        """Start all workers now. Raises MonitorError if that does not work."""
        missing = range(self._count - len(self._all))
        started = await asyncio.gather(*(self._start() for _ in missing), return_exceptions=True)
        self._idle += [process for process in started if isinstance(process, Process)]
        for failure in started:
            if isinstance(failure, BaseException):
                raise failure

    async def run(self, function: Callable[[*Ts], T], *args: *Ts) -> T:
        """Call a function of a module in a worker and return its result.

        Its exceptions are raised here. ParseError if it takes longer than the limit, needs more
        memory than allowed, nests too deeply or ends its process: the worker is then replaced.
        Waiting for a free worker, and starting one, does not count.
        """
        frame = pickle.dumps((function, args), pickle.HIGHEST_PROTOCOL)
        async with self._free:
            process = await self._take()
            answer = await self._ask(process, frame)
            self._idle.append(process)
            good, value = pickle.loads(answer)  # noqa: S301 - from our own worker
            if not good and isinstance(value[0], MemoryError):
                self._idle.remove(process)
                await self._discard(process)
        if good:
            return value  # type: ignore[no-any-return]
        raise self._error(*value)

    async def close(self) -> None:
        """End all workers, busy ones too."""
        idle, self._idle = self._idle, []
        for process in idle:
            await self._discard(process)
        for process in tuple(self._all):  # busy: its own call sees it end, and lets go of it
            _kill(process)
            await process.wait()

    async def _take(self) -> Process:
        while self._idle:
            process = self._idle.pop()
            if process.returncode is None:
                return process
            await self._discard(process)  # somebody killed it while it was idle
        return await self._start()

    async def _start(self) -> Process:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", worker.__file__),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env=os.environ | _SINGLE,
            start_new_session=True,  # a Ctrl-C in the terminal is not for it
        )
        self._all.add(process)
        setup = pickle.dumps((sys.path, self._preload, self._memory, self._limit))
        try:
            async with asyncio.timeout(_START):
                good, value = pickle.loads(await _exchange(process, setup))  # noqa: S301
        except (*_GONE, TimeoutError):
            good, value = False, ("it ended, or did not answer in time", "")
        except BaseException:
            await self._discard(process)
            raise
        if not good:
            await self._discard(process)
            raise MonitorError(f"a worker process could not start: {value[0]}")
        return process

    async def _ask(self, process: Process, frame: bytes) -> bytes:
        try:
            async with asyncio.timeout(self._limit + _GRACE):
                return await _exchange(process, frame)
        except TimeoutError:
            await self._discard(process)
            raise ParseError(self._too_slow()) from None
        except _GONE:
            code = await self._discard(process)
            if code == -signal.SIGALRM:
                raise ParseError(self._too_slow()) from None
            raise ParseError(f"reading the document ended its process ({_ending(code)})") from None
        except BaseException:
            await self._discard(process)
            raise

    async def _discard(self, process: Process) -> int | None:
        """Kill a worker, let go of its pipes, and return how it ended."""
        _kill(process)
        with CancelScope(shield=True):
            await process.communicate()
        self._all.discard(process)
        return process.returncode

    def _error(self, error: Exception, trace: str) -> Exception:
        if isinstance(error, MemoryError):
            size = f"{self._memory / 1e9:g} GB"
            return ParseError(f"the document needed more than {size} of memory and was given up")
        if isinstance(error, RecursionError):
            return ParseError("the document is nested too deeply to be read")
        if not isinstance(error, MonitorError):
            error.add_note(f"In a worker process:\n{trace}")
        return error

    def _too_slow(self) -> str:
        return f"the document took longer than {self._limit:g} s to read and was given up"


async def _exchange(process: Process, frame: bytes) -> bytes:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(worker.HEAD.pack(len(frame)))
    process.stdin.write(frame)
    await process.stdin.drain()
    size: int = worker.HEAD.unpack(await process.stdout.readexactly(worker.HEAD.size))[0]
    if size > _LARGEST_ANSWER:
        raise ParseError(f"reading the document gave {size / 1e6:.0f} MB, which is too much")
    return await process.stdout.readexactly(size)


def _kill(process: Process) -> None:
    # Not process.kill(): that polls first, and would take the exit status from asyncio's watcher.
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)


def _ending(code: int | None) -> str:
    with suppress(ValueError, TypeError):
        return signal.Signals(-code).name  # type: ignore[operator]
    return f"exit status {code}"

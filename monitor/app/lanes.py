"""Work on a stream in several processes, with the results in the order of the stream.

Each process has at most one block of the stream at a time, and is given the next one as soon as
it has handed over its last result. So the parent never writes to a process that may itself be
waiting to be read, which would be a deadlock; and as blocks take milliseconds, the gap between
two of them does not matter. What is kept is bounded: so many blocks in flight, so many results
of each process that wait for the turn of their block; after that, its pipe fills and it waits.

The processes of ``app.workers`` are for documents that may be hostile: started cold, killed at a
time limit, one document each. Here the work comes with much that was built before (100,000 rules),
which forked processes share with their parent instead of building or receiving it.
"""

import multiprocessing
import signal
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Generic, Literal, Protocol, TypeVar

from monitor.errors import MonitorError

B = TypeVar("B")
B_co = TypeVar("B_co", covariant=True)
R = TypeVar("R")
Work = Callable[[B], Iterable[R]]

Method = Literal["fork", "spawn"]
METHOD: Method = (
    "fork" if sys.platform == "linux" else "spawn"
)  # elsewhere system libraries forbid forks
_IN_FLIGHT = 4  # blocks for each process
_HELD = 16  # results of a process that wait for their turn


class Source(Protocol[B_co]):
    """A stream: ``read`` gives the next block, or None if none is whole yet; ``done`` at the end.

    Something can be read without waiting as soon as the file number is ready.
    """

    @property
    def done(self) -> bool: ...  # noqa: D102

    def fileno(self) -> int: ...  # noqa: D102

    def read(self) -> B_co | None: ...  # noqa: D102


def in_order(
    source: Source[B], work: Work[B, R], jobs: int, method: Method = METHOD
) -> Generator[R]:
    """What ``work`` gives for each block, in the order of the blocks. Close it to end early.

    With one job, all of it happens in this process. Raises MonitorError if a process dies. With
    the method "spawn", ``work`` is pickled; no result may be None.
    """
    if jobs == 1:
        while not source.done:
            block = source.read()
            if block is not None:
                yield from work(block)
        return
    lanes = _start(work, jobs, method)
    try:
        yield from _taking_turns(source, lanes)
    finally:
        for lane in lanes:
            lane.end()


class _Lane(Generic[B, R]):
    """A process with what it has handed over; None ends the results of a block."""

    def __init__(self, process: BaseProcess, connection: Connection) -> None:
        self.process = process
        self.connection = connection
        self.busy = False
        self.results: deque[R | None] = deque()

    def give(self, block: B) -> None:
        try:
            self.connection.send(block)
        except ConnectionError:
            self._died()
        self.busy = True

    def receive(self) -> None:
        try:
            result: R | None = self.connection.recv()
        except (EOFError, ConnectionError):
            self._died()
        else:
            self.busy = result is not None
            self.results.append(result)

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()

    def _died(self) -> None:
        self.process.join()
        code = self.process.exitcode or 0
        how = f"exit status {code}"
        with suppress(ValueError):
            how = signal.Signals(-code).name
        advice = "if the machine was out of memory, ask for fewer jobs"
        raise MonitorError(f"a worker process ended before its work was done ({how}); {advice}")


def _taking_turns(source: Source[B], lanes: Sequence[_Lane[B, R]]) -> Iterator[R]:
    turns: deque[_Lane[B, R]] = deque()  # whose results come next: one for each block in flight
    lane_of: dict[object, _Lane[B, R]] = {lane.connection: lane for lane in lanes}
    while turns or not source.done:
        more = not source.done and len(turns) < _IN_FLIGHT * len(lanes)
        idle = next((lane for lane in lanes if not lane.busy), None) if more else None
        awaited: list[Connection | int]
        awaited = [lane.connection for lane in lanes if _is_heard(lane, turns)]
        awaited += [source.fileno()] if idle is not None else []
        for ready in wait(awaited):
            if ready in lane_of:
                lane_of[ready].receive()
            elif idle is not None and (block := source.read()) is not None:
                idle.give(block)
                turns.append(idle)
        yield from _whose_turn_it_is(turns)


def _is_heard(lane: _Lane[B, R], turns: deque[_Lane[B, R]]) -> bool:
    """Whether to take what a process sends; one that is idle can only tell that it died."""
    return not lane.busy or lane is turns[0] or len(lane.results) < _HELD


def _whose_turn_it_is(turns: deque[_Lane[B, R]]) -> Iterator[R]:
    while turns and turns[0].results:
        result = turns[0].results.popleft()
        if result is None:
            turns.popleft()
        else:
            yield result


# --- processes


def _start(work: Work[B, R], jobs: int, method: Method) -> list[_Lane[B, R]]:
    """Start the processes. None may notice a Ctrl-C, not even while it starts: the parent does."""
    fork = method == "fork"
    context = multiprocessing.get_context("fork") if fork else multiprocessing.get_context("spawn")
    lanes: list[_Lane[B, R]] = []
    interrupted = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        for _ in range(jobs):
            ours, theirs = context.Pipe()
            others = [ours, *(lane.connection for lane in lanes)] if fork else []
            process = context.Process(target=_serve, args=(theirs, others, work), daemon=True)
            process.start()
            theirs.close()
            lanes.append(_Lane(process, ours))
    finally:
        signal.signal(signal.SIGINT, interrupted)
    return lanes


def _serve(connection: Connection, others: Sequence[Connection], work: Work[B, R]) -> None:
    """Work until the parent is gone: its ends, which a fork inherits, would keep it from seeing."""
    for other in others:
        other.close()
    while True:
        try:
            block = connection.recv()
        except (EOFError, ConnectionError):
            return
        for result in work(block):
            if not _sent(connection, result):
                return
        if not _sent(connection, None):
            return


def _sent(connection: Connection, result: object) -> bool:
    try:
        connection.send(result)
    except ConnectionError:
        return False
    return True

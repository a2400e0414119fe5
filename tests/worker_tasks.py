"""What the tests let worker processes do."""

import importlib
import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

from monitor.errors import FetchError

held: list[object] = []


def add(left: int, right: int) -> int:
    return left + right


def process_id() -> int:
    return os.getpid()


def session_and_main() -> tuple[int, str]:
    return os.getsid(0), sys.modules["__main__"].__file__ or ""


def loop() -> NoReturn:
    while True:
        pass


def loop_in_c() -> int:
    return sum(range(10**15))


def loop_deaf() -> NoReturn:
    """Loop, and do not listen to the timer either."""
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    loop()


def nap(seconds: float) -> None:
    time.sleep(seconds)


def hog() -> int:
    return len(b"x" * 2_000_000_000)


def memory_limit() -> int:
    return resource.getrlimit(resource.RLIMIT_AS)[0]


def nest(depth: int = 0) -> int:
    return nest(depth + 1) + 1


def refuse() -> NoReturn:
    raise FetchError("no", url="http://a.example/", status=404, permanent=True)


def stumble() -> NoReturn:
    raise KeyError("a fault of ours")


class Awkward(Exception):  # noqa: N818
    """Cannot be made again from its arguments."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


def fail_awkwardly() -> NoReturn:
    raise Awkward("one ", "two")


def unpicklable() -> object:
    return lambda: None


def long_answer(size: int) -> bytes:
    return b"x" * size


def leave() -> NoReturn:
    sys.exit(3)


def drop_dead() -> NoReturn:
    os._exit(3)


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def chatter() -> str:
    print("printed")
    os.write(1, b"written")
    os.write(2, b"complained")
    return sys.stdin.read()


def hold_open(fifo: str) -> None:
    """Keep the write end of a pipe open for as long as this process lives."""
    held.append(Path(fifo).open("w"))  # noqa: SIM115


def hold_open_and_loop(fifo: str) -> NoReturn:
    hold_open(fifo)
    loop()


def threads_with_numpy() -> int:
    """How many threads the process has once linear algebra was done in it."""
    numpy = importlib.import_module("numpy")
    numpy.ones((300, 300)) @ numpy.ones((300, 300))
    return len(list(Path("/proc/self/task").iterdir()))

"""What runs inside a worker process: reads requests from its pipe and answers them, one by one.

``workers`` starts this file as a script of its own, so nothing of the application is imported but
what the requests name. Both ways, a message is its length in eight bytes and then a pickle.
"""

import importlib
import os
import pickle
import resource
import signal
import struct
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

HEAD = struct.Struct(">Q")


def main() -> None:
    """Serve until the parent closes the pipe, which its death does too."""
    # Ctrl-C and a service manager's stop go to every process; the parent alone decides what to do.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    serve(*_private_pipes())


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer the set-up, then call after call, until the end of ``requests``."""
    limit = 0.0  # seconds
    while (frame := _receive(requests)) is not None:
        try:
            if limit:
                answer = _call(frame, limit)
            else:
                limit = _set_up(frame)
                answer = pickle.dumps((True, None))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the parent raises it again
            answer = _pickled(error)
        answers.write(HEAD.pack(len(answer)) + answer)
        answers.flush()


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Our own copies of the pipes; whatever a library reads or prints goes to nowhere."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    return requests, answers


def _receive(requests: BinaryIO) -> bytes | None:
    head = requests.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    size = HEAD.unpack(head)[0]
    frame = requests.read(size)
    return frame if len(frame) == size else None


def _set_up(frame: bytes) -> float:
    """Take over the parent's import path, import ahead, cap the memory; returns the time limit."""
    path, modules, memory, limit = pickle.loads(frame)  # noqa: S301 - from our parent
    sys.path[:] = path
    for module in modules:
        importlib.import_module(module)
    with suppress(ValueError, OSError):  # macOS knows the limit, but does not take it
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    return float(limit)


def _call(frame: bytes, limit: float) -> bytes:
    # Unpickling imports the function's module; the clock starts only after that.
    function, arguments = pickle.loads(frame)  # noqa: S301 - from our parent
    with _deadline(limit):
        return pickle.dumps((True, function(*arguments)), pickle.HIGHEST_PROTOCOL)


@contextmanager
def _deadline(seconds: float) -> Iterator[None]:
    """Die if the block takes longer.

    The kernel's timer also ends an endless loop in C, and one whose parent was killed.
    """
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _pickled(error: BaseException) -> bytes:
    trace = "".join(traceback.format_exception(error))
    if isinstance(error, SystemExit) or _is_foreign(error) or not _survives(error):
        error = RuntimeError(f"{type(error).__name__}: {error}")
    return pickle.dumps((False, (error, trace)))


def _is_foreign(error: BaseException) -> bool:
    """Whether the parent would have to import a library to make it again, there and then."""
    room = type(error).__module__.partition(".")[0]
    return room != "monitor" and room not in sys.stdlib_module_names


def _survives(error: BaseException) -> bool:
    """Whether an exception can be pickled and made again; many cannot."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    except Exception:  # noqa: BLE001 - whatever a foreign exception does there
        return False
    return True


if __name__ == "__main__":
    main()

"""The lock that keeps a second monitor away from a database."""

import fcntl
import os
from pathlib import Path

from monitor.errors import AlreadyRunning, StoreError


class ProcessLock:
    """An flock on a file beside the database, which names the process that holds it.

    The system frees it when that process ends, however it ends. The file stays: deleting it
    would let two processes hold locks on two files of the same name.
    """

    def __init__(self, database: Path) -> None:
        """Take the lock, or raise AlreadyRunning."""
        path = database.with_name(database.name + ".lock")
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StoreError(
                f"{path} cannot be opened ({error.strerror}); check that its directory exists and "
                "that this user may write there, or name another [store] path"
            ) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._file, 20).decode("ascii", "replace").strip() or "unknown"
            os.close(self._file)
            raise AlreadyRunning(
                f"{database} is in use by another monitor (process {holder}); stop that one "
                "first, or name another [store] path"
            ) from None
        os.ftruncate(self._file, 0)
        os.write(self._file, f"{os.getpid()}\n".encode())

    def release(self) -> None:
        """Let the next process have it."""
        os.close(self._file)

"""The one thread that writes.

What queues up during one commit, which waits for the disk, makes up the next: under load many
changes share a sync, and a lone one never waits for company.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from sqlite_utils import Database

from monitor.errors import StoreError
from monitor.store.engine import SqliteError, explain

T = TypeVar("T")

GROUP = 50  # units in one commit at most


class _Unit:
    """One change, alone in its savepoint; its future is resolved when the group is on disk."""

    def __init__(self, change: Callable[[Database], Any], future: "Future[Any]") -> None:
        self._change = change
        self._future = future
        self._result: Any = None
        self._error: BaseException | None = None

    def run(self, db: Database) -> None:
        """Make the change. What it raises is kept for its caller.

        Raises SqliteError only where that undid the whole transaction, as a full disk may.
        """
        try:
            with db.atomic():
                self._result = self._change(db)
        except BaseException as error:  # whatever it is, the caller gets it through the future
            self._error = error
            if isinstance(error, SqliteError) and not db.conn.in_transaction:
                raise

    def resolve(self, failure: Exception | None, path: Path) -> None:
        """Tell the caller how it ended, given what made the whole group fail, if anything did."""
        error = self._error or failure
        if error is None:
            self._future.set_result(self._result)
        elif isinstance(error, SqliteError):
            self._future.set_exception(explain(error, path))
        else:
            self._future.set_exception(error)


class Writer:
    """Makes changes in the order they were submitted, each whole or not at all."""

    def __init__(self, db: Database, path: Path) -> None:
        self._db = db
        self._path = path
        self._units: queue.SimpleQueue[_Unit | None] = queue.SimpleQueue()
        self._gate = threading.Lock()
        self._open = True
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, change: Callable[[Database], T]) -> "Future[T]":
        """Queue a change; the future is done once it is on disk.

        The future cannot be cancelled: a task that is no longer waited for is still written,
        so that a message that went out is not sent again. Raises StoreError after ``stop``.
        """
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()
        with self._gate:
            if not self._open:
                raise StoreError(f"{self._path} has been closed")
            self._units.put(_Unit(change, future))
        return future

    def stop(self) -> None:
        """Write what is queued and end the thread."""
        with self._gate:
            self._open = False
        self._units.put(None)
        self._thread.join()

    def _run(self) -> None:
        more = True
        while more and (first := self._units.get()) is not None:
            group, more = self._gather(first)
            self._commit(group)

    def _gather(self, first: _Unit) -> tuple[list[_Unit], bool]:
        """The next group, and whether more may come after it."""
        group = [first]
        while len(group) < GROUP:
            try:
                unit = self._units.get_nowait()
            except queue.Empty:
                break
            if unit is None:
                return group, False
            group.append(unit)
        return group, True

    def _commit(self, group: list[_Unit]) -> None:
        failure: Exception | None = None
        try:
            self._db.execute("BEGIN IMMEDIATE")
            for unit in group:
                unit.run(self._db)
            self._db.execute("COMMIT")
        except SqliteError as error:
            failure = error
            with suppress(SqliteError):
                self._db.rollback()
        for unit in group:
            unit.resolve(failure, self._path)

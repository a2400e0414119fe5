"""Connections to SQLite, and its errors in words for operators.

SQLite is the one that Python was built with, or that of ``pysqlite3`` where that is installed:
sqlite-utils chooses, and this module follows it.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]

from monitor.errors import StoreError

SqliteError = sqlite3.Error
Row = dict[str, Any]

OLDEST_SQLITE = (3, 37, 0)  # STRICT tables

_GOES_ON = "nothing is lost, it goes on by itself"
_MEANINGS = (
    ("SQLITE_FULL", "the disk of {path} is full; free some space: " + _GOES_ON),
    ("SQLITE_BUSY", "{path} is locked by another program; close that one: " + _GOES_ON),
    ("SQLITE_LOCKED", "{path} is locked by another program; close that one: " + _GOES_ON),
    ("SQLITE_IOERR", "the disk of {path} failed ({error}); see to the disk: " + _GOES_ON),
    ("SQLITE_NOTADB", "{path} is not a database; name another [store] path"),
    (
        "SQLITE_CORRUPT",
        "{path} is damaged ({error}); stop monitor and put a backup in its place, "
        "or save what can be read with `sqlite3 {path} .recover`",
    ),
    (
        "SQLITE_CANTOPEN",
        "{path} cannot be opened; check that it is a file and that this user may write to it "
        "and to its directory",
    ),
    ("SQLITE_READONLY", "{path} may not be written by this user; change its owner or its mode"),
    ("SQLITE_PERM", "{path} may not be opened by this user; change its owner or its mode"),
)


def explain(error: Exception, path: Path) -> StoreError:
    """The same error as one sentence that says what happened, where, and what to do."""
    name = getattr(error, "sqlite_errorname", None) or ""
    for prefix, meaning in _MEANINGS:
        if name.startswith(prefix):
            text = meaning.format(path=path, error=error)
            return StoreError(text, full=prefix == "SQLITE_FULL")
    return StoreError(f"{path}: SQLite refused: {error}")


def connect(path: Path, *, writable: bool) -> Database:
    """Open a connection that no thread owns: its user sees to it that one uses it at a time.

    A connection that is not writable cannot create or change the file.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreError(
            f"this Python uses SQLite {sqlite3.sqlite_version}; monitor needs 3.37 or later: "
            "install the package pysqlite3, which brings one"
        )
    mode = "rwc" if writable else "ro"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,  # transactions begin and end only where we say so
        check_same_thread=False,
    )
    db = Database(connection, recursive_triggers=False, execute_plugins=False)
    db.execute("PRAGMA busy_timeout = 10000")
    return db


def make_durable(db: Database) -> None:
    """Set the writing connection up so that what is committed survives a power cut."""
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = ON")


def insert(db: Database, table: str, row: Row) -> int:
    """Insert a row and answer its id.

    Not for tables WITHOUT ROWID: there sqlite-utils 4.2 looks a row up by its missing rowid.
    """
    return cast(int, db.table(table).insert(row).last_pk)


class Reader:
    """A read-only connection that threads take turns with."""

    def __init__(self, db: Database, path: Path) -> None:
        self._db = db
        self._path = path
        self._turn = threading.Lock()
        self._closed = False

    @contextmanager
    def snapshot(self) -> Iterator[Database]:
        """One unchanging view of the database for as many queries as needed.

        Errors of SQLite come out as StoreError.
        """
        with self._turn:
            if self._closed:
                raise StoreError(f"{self._path} has been closed")
            try:
                self._db.execute("BEGIN")
                yield self._db
            except SqliteError as error:
                raise explain(error, self._path) from error
            finally:
                self._db.rollback()

    def close(self) -> None:
        """Wait for the current snapshot, then close."""
        with self._turn:
            self._closed = True
            self._db.close()

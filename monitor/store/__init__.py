"""The memory of monitor: one SQLite file, one writer, any number of readers."""

from monitor.store.sqlite import SqliteStore, open_store, read_store

__all__ = ["SqliteStore", "open_store", "read_store"]

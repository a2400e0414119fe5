"""Entries that have been seen, and the keys by which they are known again."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlite_utils import Database

from monitor.model import Entry
from monitor.store.engine import insert
from monitor.store.moments import to_micros
from monitor.urls import canonical

_FIND = """
    SELECT entry FROM entry_key JOIN entry ON entry.id = entry_key.entry
    WHERE key = ? AND (outcome = 'article' OR source = ? OR seen_at < ?)
"""
_ADD_KEY = """
    INSERT INTO entry_key (key, entry) VALUES (?, ?)
    ON CONFLICT DO UPDATE SET entry = excluded.entry
    WHERE (SELECT outcome FROM entry WHERE id = entry_key.entry) = 'baseline'
        AND (SELECT outcome FROM entry WHERE id = excluded.entry) = 'article'
"""
_END_OF_TIME = 2**63 - 1


def known_keys(
    db: Database, keys: Iterable[str], source: str, since: datetime | None
) -> frozenset[str]:
    """Which of these keys belong to an entry; see ``find``."""
    before = _END_OF_TIME if since is None else to_micros(since)
    return frozenset(
        key for key in keys if find(db, [key], source=source, before=before) is not None
    )


def find(
    db: Database, keys: Iterable[str], *, source: str = "", before: int = _END_OF_TIME
) -> int | None:
    """The id of the entry that has one of these keys.

    What is only known from another source's baseline counts if that was taken ``before``.
    """
    for key in keys:
        row = db.execute(_FIND, [key, source, before]).fetchone()
        if row:
            return int(row[0])
    return None


def add_keys(db: Database, entry: int, keys: Iterable[str]) -> None:
    """Let an entry be known by these keys too, where they are not another's.

    An article takes those of a baseline over.
    """
    db.conn.executemany(_ADD_KEY, [(key, entry) for key in keys])


def add_baseline(
    db: Database, source: str, seen: Sequence[tuple[Entry, tuple[str, ...]]], at: datetime
) -> None:
    """Take entries as seen, without an article; those known already only gain keys."""
    for entry, keys in seen:
        known = find(db, keys)
        add_keys(db, known or add(db, entry, source=source, at=at), keys)


def add(
    db: Database,
    entry: Entry,
    *,
    source: str,
    at: datetime,
    article: int | None = None,
    note: str = "",
) -> int:
    """Store an entry and answer its id; without an article it is part of a baseline."""
    row = {
        "source": source,
        "url": entry.url,
        "url_key": canonical(entry.url),
        "title": entry.title,
        "seen_at": to_micros(at),
        "outcome": "baseline" if article is None else "article",
        "note": note,
        "article": article,
    }
    return insert(db, "entry", row)


def read(db: Database, entry: int, article: int) -> None:
    """An entry of a baseline was read, to know what it said then."""
    db.execute("UPDATE entry SET article = ? WHERE id = ?", [article, entry])


def story_of(db: Database, entry: int) -> int | None:
    """The story of an entry's article, if it has one."""
    row = db.execute(
        "SELECT story FROM entry JOIN article ON article.id = entry.article WHERE entry.id = ?",
        [entry],
    ).fetchone()
    return row and int(row[0])

"""What is remembered of sources, and of pages that could not be read."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlite_utils import Database

from monitor.model import SourceState
from monitor.store.engine import Row
from monitor.store.moments import from_micros, maybe_from_micros, maybe_to_micros, to_micros
from monitor.urls import canonical


def states(db: Database) -> tuple[SourceState, ...]:
    """All of them, by id."""
    return tuple(map(_state, db.query("SELECT * FROM source_state ORDER BY source")))


def due(db: Database, now: datetime, limit: int) -> tuple[SourceState, ...]:
    """Those to poll, longest due first."""
    rows = db.query(
        "SELECT * FROM source_state WHERE next_poll_at <= ? AND stopped IS NULL "
        "ORDER BY next_poll_at, source LIMIT ?",
        [to_micros(now), limit],
    )
    return tuple(map(_state, rows))


def put(db: Database, state: SourceState) -> None:
    """Add or replace a state."""
    db.table("source_state").insert(_row(state), replace=True)


def forget(db: Database, source: str) -> None:
    """Drop a state, if there is one."""
    db.execute("DELETE FROM source_state WHERE source = ?", [source])


def set_back(db: Database, by: timedelta) -> None:
    """Make all sources due so much earlier."""
    micros = by // timedelta(microseconds=1)
    db.execute("UPDATE source_state SET next_poll_at = next_poll_at - ?", [micros])


def count_failure(db: Database, *, source: str, url: str, error: str, at: datetime) -> None:
    """Remember one more time that a page could not be read."""
    db.execute(
        "INSERT INTO page_failure (url, url_key, source, failures, error, failed_at) "
        "VALUES (?, ?, ?, 1, ?, ?) "
        "ON CONFLICT (url) DO UPDATE SET failures = failures + 1, source = excluded.source, "
        "error = excluded.error, failed_at = excluded.failed_at",
        [url, canonical(url), source, error, to_micros(at)],
    )


def clear_failures(db: Database, urls: Iterable[str]) -> None:
    """These pages have been read after all."""
    for url in urls:
        db.execute("DELETE FROM page_failure WHERE url = ?", [url])


def page_failures(db: Database, urls: Iterable[str]) -> Mapping[str, int]:
    """URL → how often it failed; only those that did."""
    query = "SELECT failures FROM page_failure WHERE url = ?"
    rows = ((url, db.execute(query, [url]).fetchone()) for url in urls)
    return {url: row[0] for url, row in rows if row}


def _state(row: Row) -> SourceState:
    return SourceState(
        source=row["source"],
        url=row["url"],
        next_poll_at=from_micros(row["next_poll_at"]),
        polled_at=maybe_from_micros(row["polled_at"]),
        succeeded_at=maybe_from_micros(row["succeeded_at"]),
        baseline_at=maybe_from_micros(row["baseline_at"]),
        etag=row["etag"],
        last_modified=row["last_modified"],
        body_hash=row["body_hash"],
        failures=row["failures"],
        error=row["error"],
        stopped=row["stopped"],
        pages=row["pages"],
        drift=row["drift"],
    )


def _row(state: SourceState) -> Row:
    return {
        "source": state.source,
        "url": state.url,
        "next_poll_at": to_micros(state.next_poll_at),
        "polled_at": maybe_to_micros(state.polled_at),
        "succeeded_at": maybe_to_micros(state.succeeded_at),
        "baseline_at": maybe_to_micros(state.baseline_at),
        "etag": state.etag,
        "last_modified": state.last_modified,
        "body_hash": state.body_hash,
        "failures": state.failures,
        "error": state.error,
        "stopped": state.stopped,
        "pages": state.pages,
        "drift": state.drift,
    }

"""Live blogs that go on: when each is to be read again."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlite_utils import Database

from monitor.model import LivePage
from monitor.store.engine import Row
from monitor.store.moments import from_micros, to_micros
from monitor.urls import canonical

_ADD = """
    INSERT INTO live_page
        (url, source, title, opened_at, newest_at, next_at, etag, last_modified, baseline)
    VALUES
        (:url, :source, :title, :opened_at, :newest_at, :next_at, :etag, :last_modified, :baseline)
    ON CONFLICT (url) DO UPDATE SET newest_at = excluded.newest_at, next_at = excluded.next_at,
        etag = excluded.etag, last_modified = excluded.last_modified, baseline = excluded.baseline
"""
_TAKE_OVER = """
    UPDATE live_page SET source = ?
    WHERE url = ? AND source NOT IN (SELECT source FROM source_state)
"""


def due(db: Database, now: datetime | None, limit: int) -> tuple[LivePage, ...]:
    """Those to read again, longest due first; without ``now`` all."""
    before = 2**63 - 1 if now is None else to_micros(now)
    rows = db.query(
        "SELECT * FROM live_page WHERE next_at <= ? ORDER BY next_at, url LIMIT ?", [before, limit]
    )
    return tuple(map(_page, rows))


def put(db: Database, page: LivePage) -> None:
    """Remember a live blog. When it was first read stays as it is."""
    row = {
        "url": page.url,
        "source": page.source,
        "title": page.title,
        "opened_at": to_micros(page.opened_at),
        "newest_at": to_micros(page.newest_at),
        "next_at": to_micros(page.next_at),
        "etag": page.etag,
        "last_modified": page.last_modified,
        "baseline": page.baseline,
    }
    db.execute(_ADD, row)


def follow(db: Database, pages: Iterable[LivePage]) -> None:
    """Remember live blogs that are not followed yet, under this or another spelling.

    Those of sources that are gone are taken over as they are.
    """
    followed = {canonical(url): url for (url,) in db.execute("SELECT url FROM live_page")}
    for page in pages:
        url = followed.get(canonical(page.url))
        if url is None:
            put(db, page)
        else:
            db.execute(_TAKE_OVER, [page.source, url])


def forget(db: Database, url: str) -> None:
    """It has ended."""
    db.execute("DELETE FROM live_page WHERE url = ?", [url])


def set_back(db: Database, by: timedelta) -> None:
    """The clock was set back by so much."""
    micros = by // timedelta(microseconds=1)
    db.execute(
        "UPDATE live_page SET next_at = next_at - :by, newest_at = newest_at - :by, "
        "opened_at = opened_at - :by",
        {"by": micros},
    )


def _page(row: Row) -> LivePage:
    return LivePage(
        url=row["url"],
        source=row["source"],
        title=row["title"],
        opened_at=from_micros(row["opened_at"]),
        newest_at=from_micros(row["newest_at"]),
        next_at=from_micros(row["next_at"]),
        etag=row["etag"],
        last_modified=row["last_modified"],
        baseline=bool(row["baseline"]),
    )

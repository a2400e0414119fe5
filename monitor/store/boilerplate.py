"""What the outlets repeat: passages by host, counted in the transaction that stores their article.

One row a passage, few bytes until it is seen again. An outlet keeps at most ``MOST`` of them, and
none longer than ``KEPT`` after it was last seen.
"""

import json
from datetime import datetime, timedelta

from sqlite_utils import Database

from monitor.extract.recurrence import TOPICS_WITHIN, Sightings, is_unrelated, recurs
from monitor.model import Passage, Reading, Recurring, Relation
from monitor.store.engine import Row
from monitor.store.moments import from_micros, to_micros

MOST = 1_000  # passages remembered of one outlet; the text of some seventy articles
KEPT = timedelta(days=60)
_HANDED_OUT = 300  # recurring passages of one outlet at most, those seen last
_BONUS = timedelta(days=3)  # by which each further article lets a passage outlive others

_SEEN = "SELECT * FROM passage WHERE host = ? AND imprint IN (SELECT value FROM json_each(?))"
_PUT = """
    INSERT INTO passage (host, imprint, opening, articles, within, witnesses, story, recurs,
        first_at, last_at)
    VALUES (:host, :imprint, :opening, :articles, :within, :witnesses, :story, :recurs,
        :first_at, :last_at)
    ON CONFLICT DO UPDATE SET opening = excluded.opening, articles = excluded.articles,
        within = excluded.within, witnesses = excluded.witnesses, story = excluded.story,
        recurs = excluded.recurs, last_at = excluded.last_at
"""
_TRIM = """
    DELETE FROM passage WHERE host = :host AND imprint IN (
        SELECT imprint FROM passage WHERE host = :host
        ORDER BY last_at + :bonus * min(articles - 1, 10) DESC, imprint LIMIT -1 OFFSET :most)
"""
_LEFT_OUT = "INSERT INTO left_out (article, host, imprint) VALUES (?, ?, ?)"
_TITLES = "SELECT title FROM article WHERE id IN (SELECT value FROM json_each(?))"


def learn(db: Database, reading: Reading, relation: Relation, *, story: int, article: int) -> None:
    """Count the passages of a page that was just stored as ``article`` of ``story``.

    Several articles of one story at one outlet count once: an edit repeats all of its text.
    """
    if not reading.passages:
        return
    host, at = reading.host, to_micros(reading.read_at)
    db.execute("DELETE FROM passage WHERE last_at < ?", [to_micros(reading.read_at - KEPT)])
    keys = json.dumps([passage.imprint for passage in reading.passages])
    seen = {row["imprint"]: row for row in db.query(_SEEN, [host, keys])}
    for passage in reading.passages:
        row = seen.get(passage.imprint)
        if row is None:
            row = _first(passage, host, story=story, article=article, at=at)
        elif relation is Relation.SAME_URL or row["story"] == story:
            row |= {"last_at": max(at, row["last_at"])}
        else:
            row = _again(db, row, passage, reading, story=story, article=article)
        db.execute(_PUT, row)
        if passage.left_out:
            db.execute(_LEFT_OUT, [article, host, passage.imprint])
    db.execute(_TRIM, {"host": host, "bonus": _BONUS // timedelta(microseconds=1), "most": MOST})


def recurring(db: Database, host: str, now: datetime) -> tuple[Recurring, ...]:
    """What an outlet is known to repeat, most often first."""
    rows = db.query(
        "SELECT * FROM passage WHERE host = ? AND recurs = 1 AND last_at >= ? "
        "ORDER BY last_at DESC, imprint LIMIT ?",
        [host, to_micros(now - KEPT), _HANDED_OUT],
    )
    found = sorted(map(_recurring, rows), key=lambda each: (-each.articles, each.imprint))
    return tuple(found)


def all_recurring(db: Database, now: datetime) -> tuple[tuple[str, Recurring], ...]:
    """Host and passage, of all outlets that repeat something."""
    rows = db.query(
        "SELECT * FROM passage WHERE recurs = 1 AND last_at >= ? "
        "ORDER BY host, articles DESC, imprint",
        [to_micros(now - KEPT)],
    )
    return tuple((row["host"], _recurring(row)) for row in rows)


def of_article(db: Database, article: int) -> tuple[Recurring, ...]:
    """What was left out of an article, as far as it is still remembered."""
    rows = db.query(
        "SELECT passage.* FROM left_out JOIN passage USING (host, imprint) "
        "WHERE left_out.article = ? ORDER BY articles DESC, imprint",
        [article],
    )
    return tuple(map(_recurring, rows))


def _first(passage: Passage, host: str, *, story: int, article: int, at: int) -> Row:
    return {
        "host": host,
        "imprint": passage.imprint,
        "opening": "",  # most are never seen again
        "articles": 1,
        "within": int(passage.within),
        "witnesses": json.dumps([article]),
        "story": story,
        "recurs": 0,
        "first_at": at,
        "last_at": at,
    }


def _again(
    db: Database, row: Row, passage: Passage, reading: Reading, *, story: int, article: int
) -> Row:
    witnesses: list[int] = json.loads(row["witnesses"])
    last_at = max(row["last_at"], to_micros(reading.read_at))
    if len(witnesses) < TOPICS_WITHIN:
        titles = [title for (title,) in db.execute(_TITLES, [row["witnesses"]])]
        if is_unrelated(reading.article.title, titles, row["host"]):
            witnesses.append(article)
    seen = Sightings(
        articles=row["articles"] + 1,
        within=row["within"] + passage.within,
        topics=len(witnesses),
        age=from_micros(last_at) - from_micros(row["first_at"]),
    )
    return row | {
        "opening": passage.opening,
        "articles": seen.articles,
        "within": seen.within,
        "witnesses": json.dumps(witnesses),
        "story": story,
        "recurs": int(recurs(seen)),
        "last_at": last_at,
    }


def _recurring(row: Row) -> Recurring:
    return Recurring(
        imprint=row["imprint"],
        opening=row["opening"],
        articles=row["articles"],
        topics=len(json.loads(row["witnesses"])),
        since=from_micros(row["first_at"]),
    )

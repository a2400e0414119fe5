"""What correlations need to know, and how often they came true."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlite_utils import Database

from monitor.model import (
    Correlation,
    CorrelationType,
    Delivery,
    Firing,
    Priority,
    Reading,
    Rule,
    Sighting,
    StoredArticle,
    Trail,
)
from monitor.store.engine import Row, insert
from monitor.store.moments import from_micros, to_micros

BASELINE = timedelta(days=14)

# A match from before its rule's query was changed says nothing of the rule as it is now.
_COUNTING = """
    FROM rule_match
        JOIN article ON article.id = rule_match.article
        LEFT JOIN rule_in_force ON rule_in_force.rule = rule_match.rule
    WHERE rule_match.rule IN (SELECT value FROM json_each(:rules))
        AND rule_match.matched_at > :start AND rule_match.matched_at <= :end
        AND rule_match.matched_at >= coalesce(rule_in_force.since, 0)
        AND rule_match.status = 'LIVE' AND rule_match.filtered = ''
"""

_SIGHTINGS = f"""
    SELECT rule_match.article, article.story, rule_match.rule, article.outlet,
        article.relation = 'SAME_URL' AS again
    {_COUNTING} AND (:story IS NULL OR article.story = :story)
    ORDER BY article.id
"""

_BEFORE = f"""
    SELECT count(DISTINCT rule_match.article) {_COUNTING} AND article.relation <> 'SAME_URL'
"""

# The baseline begins when all of the rules were in force, and anything was read at all.
_BEGINNING = """
    SELECT max(
        coalesce((SELECT min(seen_at) FROM entry), :now),
        coalesce((
            SELECT max(since) FROM rule_in_force
            WHERE rule IN (SELECT value FROM json_each(:rules))
        ), 0)
    )
"""

# A firing of which every message was given up has told nobody.
_FIRED = """
    SELECT max(fired_at) FROM firing WHERE correlation = :correlation AND EXISTS (
        SELECT 1 FROM delivery WHERE delivery.story = firing.story AND state <> 'DEAD'
            AND kind = 'correlation:' || firing.correlation AND revision = firing.revision
    )
"""


def trails(db: Database, reading: Reading, story: int | None) -> Mapping[str, Trail]:
    """By its id: what is on record for each correlation that a reading watches."""
    return {watched.id: _trail(db, watched, story, reading.read_at) for watched in reading.watches}


def _trail(db: Database, watched: Correlation, story: int | None, now: datetime) -> Trail:
    last = _last_fired(db, watched.id)
    # Either way round: a clock that was set back must not silence it for longer.
    recent = last is not None and abs(now - last) < watched.timespan
    is_spike = watched.type is CorrelationType.SPIKE
    if recent and is_spike:
        return Trail(recent=True)  # nothing it could see would make it come true
    on_story = _last_fired(db, watched.id, story) is not None if story else False
    return Trail(
        sightings=_sightings(db, watched, story, now),
        usual=_usual(db, watched, now) if is_spike else None,
        recent=recent,
        told=on_story,
        times=_times(db, watched.id, story),
    )


def _last_fired(db: Database, correlation: str, story: int | None = None) -> datetime | None:
    """When a correlation last came true, and somebody was or is to be told."""
    query = _FIRED if story is None else f"{_FIRED} AND story = :story"
    (at,) = db.execute(query, {"correlation": correlation, "story": story}).fetchone()
    return None if at is None else from_micros(at)


def _times(db: Database, correlation: str, story: int | None) -> int:
    (times,) = db.execute(
        "SELECT count(*) FROM firing WHERE story = ? AND correlation = ?", [story, correlation]
    ).fetchone()
    return int(times)


def _sightings(
    db: Database, watched: Correlation, story: int | None, now: datetime
) -> tuple[Sighting, ...]:
    """The matches within the time span; a sequence needs only those of its story.

    Readings under way at once may be stored in another order than they were read in: those that
    were read after this one count, too.
    """
    of_story = watched.type is CorrelationType.SEQUENCE
    if of_story and story is None:
        return ()
    wanted = _between(watched, now - watched.timespan, now + watched.timespan)
    rows = db.query(_SIGHTINGS, wanted | {"story": story if of_story else None})
    return tuple(Sighting(**row | {"again": bool(row["again"])}) for row in rows)


def _usual(db: Database, watched: Correlation, now: datetime) -> float | None:
    """The mean number of articles in a time span before this one."""
    rules = json.dumps(watched.rules)
    (micros,) = db.execute(_BEGINNING, {"rules": rules, "now": to_micros(now)}).fetchone()
    end = now - watched.timespan
    start = max(from_micros(micros), end - BASELINE)
    spans = (end - start) / watched.timespan
    if spans < 1:
        return None
    (articles,) = db.execute(_BEFORE, _between(watched, start, end)).fetchone()
    return float(articles / spans)


def _between(watched: Correlation, start: datetime, end: datetime) -> Row:
    """After ``start``, up to and with ``end``."""
    rules = json.dumps(watched.rules)
    return {"rules": rules, "start": to_micros(start), "end": to_micros(end)}


def add(db: Database, firings: Iterable[Firing], *, story: int, article: int) -> None:
    """Store what came true with an article."""
    for firing in firings:
        insert(
            db,
            "firing",
            {
                "correlation": firing.correlation,
                "title": firing.title,
                "priority": firing.priority.name,
                "story": story,
                "revision": firing.revision,
                "reason": firing.reason,
                "articles": json.dumps([seen or article for seen in firing.articles]),
                "rules": json.dumps(firing.rules, ensure_ascii=False),
                "fired_at": to_micros(firing.at),
            },
        )


def of_delivery(db: Database, delivery: Delivery) -> Firing | None:
    """The firing that a delivery tells of; None for an alert."""
    kind, _, correlation = delivery.kind.partition(":")
    if kind != "correlation":
        return None
    rows = db.query(
        "SELECT * FROM firing WHERE story = ? AND correlation = ? AND revision = ?",
        [delivery.story, correlation, delivery.revision],
    )
    return next(map(_firing, rows), None)


def concerning(db: Database, article: StoredArticle) -> tuple[Firing, ...]:
    """The firings on an article's story, and those that count the article, oldest first."""
    rows = db.query(
        "SELECT * FROM firing WHERE story = :story "
        "OR EXISTS (SELECT 1 FROM json_each(articles) WHERE value = :article) ORDER BY id",
        {"story": article.story, "article": article.id},
    )
    return tuple(map(_firing, rows))


def put_in_force(db: Database, rules: Iterable[Rule], now: datetime) -> None:
    """Remember since when rules with these queries have been in force; forget all others."""
    current = {rule.id: rule.query for rule in rules}
    db.execute(
        "DELETE FROM rule_in_force WHERE rule NOT IN (SELECT value FROM json_each(?))",
        [json.dumps(list(current))],
    )
    db.conn.executemany(
        "INSERT INTO rule_in_force (rule, query, since) VALUES (?, ?, ?) "
        "ON CONFLICT (rule) DO UPDATE SET query = excluded.query, since = excluded.since "
        "WHERE query <> excluded.query",
        [(rule, query, to_micros(now)) for rule, query in current.items()],
    )


def _firing(row: Row) -> Firing:
    return Firing(
        correlation=row["correlation"],
        title=row["title"],
        priority=Priority[row["priority"]],
        story=row["story"],
        reason=row["reason"],
        articles=tuple(json.loads(row["articles"])),
        rules=tuple(json.loads(row["rules"])),
        at=from_micros(row["fired_at"]),
        revision=row["revision"],
    )

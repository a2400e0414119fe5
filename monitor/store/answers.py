"""Answers for people: the history of an address, and figures."""

import json
from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from monitor.model import Counts, EntryRecord, History
from monitor.store import articles, boilerplate, correlations, matches, outbox
from monitor.store.engine import Row
from monitor.store.moments import from_micros, to_micros
from monitor.urls import canonical

_ENTRIES = """
    WITH wanted AS (SELECT value AS address FROM json_each(?))
    SELECT * FROM entry WHERE id IN (
        SELECT id FROM entry JOIN wanted ON entry.url_key = wanted.address
        UNION
        SELECT entry FROM entry_key JOIN wanted ON entry_key.key = wanted.address
        UNION
        SELECT entry.id FROM wanted JOIN url_alias ON url_alias.url_key = wanted.address
            JOIN entry ON entry.article = url_alias.article
    ) ORDER BY seen_at, id
"""

_FAILURES = """
    SELECT * FROM page_failure WHERE url_key IN (SELECT value FROM json_each(?))
    ORDER BY failed_at, url
"""

_COUNTS = """
    SELECT
        (SELECT count(*) FROM entry WHERE outcome = 'baseline' AND seen_at >= :since) AS baseline,
        (SELECT count(*) FROM article WHERE read_at >= :since) AS articles,
        (SELECT count(*) FROM page_failure WHERE failed_at >= :since) AS unreadable,
        (SELECT count(*) FROM article WHERE origin = 'feed' AND read_at >= :since) AS from_feed,
        (SELECT count(*) FROM article WHERE read_at >= :since AND EXISTS
            (SELECT 1 FROM rule_match WHERE article = article.id)) AS matched,
        (SELECT count(*) FROM article WHERE relation = 'SAME_URL' AND read_at >= :since)
            AS same_url,
        (SELECT count(*) FROM article WHERE relation = 'SAME_TEXT' AND read_at >= :since)
            AS same_text,
        (SELECT count(*) FROM delivery WHERE state IN ('QUEUED', 'RETRY')) AS waiting,
        (SELECT count(*) FROM delivery WHERE state IN ('QUEUED', 'RETRY')
            AND chat IN (SELECT chat FROM suspended_chat)) AS suspended,
        (SELECT count(*) FROM delivery WHERE state = 'SENT' AND claimed_at >= :since) AS sent,
        (SELECT count(*) FROM delivery WHERE state = 'DEAD' AND claimed_at >= :since) AS dead,
        (SELECT coalesce(sum(ambiguous), 0) FROM delivery WHERE claimed_at >= :since) AS ambiguous
"""


def counts(db: Database, since: datetime) -> Counts:
    """Figures since a moment; a delivery counts by when it was last claimed."""
    (figures,) = db.query(_COUNTS, {"since": to_micros(since)})
    return Counts(**figures)


def history(db: Database, addresses: Iterable[str]) -> History:
    """Everything about an article, found by any of its addresses or by an entry key."""
    # An update of a live blog is looked for at its own place, not at that of the page.
    forms = {form for a in addresses for form in (a, canonical(a) if "#" not in a else a)}
    # An entry may have been seen under an address that it was given later: that is one of its keys.
    wanted = forms | {f"url:{form}" for form in forms}
    rows = list(db.query(_ENTRIES, [json.dumps(sorted(wanted))]))
    wanted |= {row["url_key"] for row in rows}
    failures = list(db.query(_FAILURES, [json.dumps(sorted(wanted))]))
    records = (*map(_entry, rows), *map(_failed, failures))
    failure = failures[-1]["error"] if failures else None
    found = [row["article"] for row in rows if row["article"] is not None]
    article = articles.most_telling(db, found)
    if article is None:
        return History(entries=records, failure=failure)
    return History(
        entries=records,
        article=article,
        story_articles=articles.of_story(db, article.story),
        matches=matches.of_article(db, article.id),
        decisions=matches.decisions(db, found),
        deliveries=outbox.of_story(db, article.story),
        firings=correlations.concerning(db, article),
        left_out=boilerplate.of_article(db, article.id),
        failure=failure,
    )


def _entry(row: Row) -> EntryRecord:
    return EntryRecord(
        source=row["source"],
        url=row["url"],
        title=row["title"],
        seen_at=from_micros(row["seen_at"]),
        outcome=row["outcome"],
        note=row["note"],
        article=row["article"],
    )


def _failed(row: Row) -> EntryRecord:
    return EntryRecord(
        source=row["source"],
        url=row["url"],
        title="",
        seen_at=from_micros(row["failed_at"]),
        outcome="unreadable",
        note=row["error"],
    )

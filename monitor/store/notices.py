"""What operators were told of and when, and what rules in shadow would have done."""

from datetime import datetime

from sqlite_utils import Database

from monitor.model import ShadowTally
from monitor.store.moments import from_micros, to_micros

# SQLite takes the title from the row that has the maximum.
_SHADOW = """
    SELECT rule_match.rule, count(DISTINCT article.story) AS stories, min(matched_at) AS since,
        max(matched_at) AS newest_at, article.title AS newest_title
    FROM rule_match JOIN article ON article.id = rule_match.article
    WHERE status = 'SHADOW' AND filtered = '' AND matched_at >= ?
    GROUP BY rule_match.rule ORDER BY rule_match.rule
"""


def shadow(db: Database, since: datetime) -> tuple[ShadowTally, ...]:
    """What each rule in shadow would have alerted on since a moment."""
    return tuple(
        ShadowTally(
            rule=row["rule"],
            stories=row["stories"],
            since=from_micros(row["since"]),
            newest_at=from_micros(row["newest_at"]),
            newest_title=row["newest_title"],
        )
        for row in db.query(_SHADOW, [to_micros(since)])
    )


def claim(db: Database, about: str, *, not_since: datetime | None, now: datetime) -> bool:
    """Whether a notice is to be given now, which is remembered.

    With ``not_since`` again if it was last given before that; else only the first time.
    """
    before = None if not_since is None else to_micros(not_since)
    changed = db.execute(
        "INSERT INTO notice (about, given_at) VALUES (:about, :now) "
        "ON CONFLICT (about) DO UPDATE SET given_at = excluded.given_at WHERE given_at < :before",
        {"about": about, "now": to_micros(now), "before": before},
    )
    return changed.rowcount == 1

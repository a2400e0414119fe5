"""What is learned of the links of listings: shapes that led to articles, and what stays there."""

import json
from collections.abc import Collection

from sqlite_utils import Database

from monitor.model import Reading
from monitor.sources.links import LinkMemory
from monitor.store.moments import to_micros

_SHAPES = 200  # of one source that are remembered, those met last
_LINKS = 2_000  # of one listing that are remembered as standing there

_COUNT = """
    INSERT INTO link_shape (source, shape, articles, others, last_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET articles = articles + excluded.articles,
        others = others + excluded.others, last_at = excluded.last_at
"""
_TRIM = """
    DELETE FROM link_shape WHERE source = :source AND shape IN (
        SELECT shape FROM link_shape WHERE source = :source
        ORDER BY last_at DESC, shape LIMIT -1 OFFSET :most)
"""
_STAND = """
    INSERT INTO standing_links (source, links) VALUES (?, ?)
    ON CONFLICT DO UPDATE SET links = excluded.links WHERE links != excluded.links
"""


def memory(db: Database, source: str) -> LinkMemory:
    """What is known of a listing's links."""
    shapes = db.execute("SELECT shape, articles, others FROM link_shape WHERE source = ?", [source])
    found = {shape: (articles, others) for shape, articles, others in shapes}
    row = db.execute("SELECT links FROM standing_links WHERE source = ?", [source]).fetchone()
    return LinkMemory(shapes=found, standing=frozenset(json.loads(row[0]) if row else ()))


def learn(db: Database, reading: Reading) -> None:
    """Count what a link that a listing was guessed from led to."""
    if not reading.shape:
        return
    source, led = reading.article.source, reading.shape_led_to_article
    row = [source, reading.shape, int(led), int(not led), to_micros(reading.read_at)]
    db.execute(_COUNT, row)
    db.execute(_TRIM, {"source": source, "most": _SHAPES})


def stand(db: Database, source: str, marks: Collection[str]) -> None:
    """Remember the links of a listing that were no articles this time."""
    db.execute(_STAND, [source, json.dumps(sorted(marks)[:_LINKS])])


def forget(db: Database, source: str) -> None:
    """Drop all that is known of a listing's links."""
    db.execute("DELETE FROM link_shape WHERE source = ?", [source])
    db.execute("DELETE FROM standing_links WHERE source = ?", [source])

"""Articles, the addresses they are known under, and the archive's search."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlite_utils import Database

from monitor.model import Article, Reading, Relation, StoredArticle
from monitor.store.engine import Row, insert
from monitor.store.moments import from_micros, maybe_from_micros, maybe_to_micros, to_micros
from monitor.stories import Edition

_HALF_READ = """
    SELECT entry_key.key, article.* FROM entry_key
        JOIN entry ON entry.id = entry_key.entry JOIN article ON article.id = entry.article
    WHERE entry_key.key IN (SELECT value FROM json_each(?))
        AND entry.outcome = 'article'
        AND article.note != '' AND article.source != ? AND article.read_at >= ?
"""
_SINCE = """
    SELECT * FROM article WHERE (read_at, id) > (?, ?) AND NOT EXISTS (
        SELECT 1 FROM entry WHERE entry.article = article.id AND outcome = 'baseline'
    ) ORDER BY read_at, id LIMIT ?
"""
_EDITIONS = 100  # of one text are looked at: a wire story has dozens, a notice thousands


def add(db: Database, reading: Reading, *, story: int, relation: Relation) -> int:
    """Store a reading's article with its addresses and answer its id."""
    row = _row(reading.article) | {
        "story": story,
        "relation": relation.name,
        "read_at": to_micros(reading.read_at),
        "text_key": reading.text_key,
    }
    article = insert(db, "article", row)
    db.conn.executemany(
        "INSERT INTO url_alias (url_key, article) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(key, article) for key in reading.url_keys],
    )
    return article


def story_by_url(db: Database, url_keys: Iterable[str]) -> int | None:
    """The oldest story with an article under one of these addresses."""
    query = (
        "SELECT min(story) FROM url_alias JOIN article ON article.id = url_alias.article "
        "WHERE url_key = ?"
    )
    found = (db.execute(query, [key]).fetchone()[0] for key in url_keys)
    return min((story for story in found if story is not None), default=None)


def editions(db: Database, text_key: str) -> tuple[Edition, ...]:
    """The oldest articles of this text. An empty key says that there is no text."""
    if not text_key:
        return ()
    rows = db.execute(
        "SELECT story, outlet, title FROM article WHERE text_key = ? ORDER BY story, id LIMIT ?",
        [text_key, _EDITIONS],
    )
    return tuple(Edition(*row) for row in rows)


def of_story(db: Database, story: int) -> tuple[StoredArticle, ...]:
    """A story's articles, oldest first."""
    rows = db.query("SELECT * FROM article WHERE story = ? ORDER BY id", [story])
    return tuple(map(_stored, rows))


def by_ids(db: Database, ids: Iterable[int]) -> tuple[StoredArticle, ...]:
    """These articles, oldest first."""
    rows = db.query(
        "SELECT * FROM article WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        [json.dumps(list(ids))],
    )
    return tuple(map(_stored, rows))


def since(db: Database, after: tuple[int, int], limit: int) -> tuple[StoredArticle, ...]:
    """The next articles after (microseconds, id), in the order in which they were read.

    Without those of a first poll, which were read to know them and are no news.
    """
    rows = db.query(_SINCE, [*after, limit])
    return tuple(map(_stored, rows))


def most_telling(db: Database, candidates: Iterable[int]) -> StoredArticle | None:
    """Of these ids, the latest article that a rule matched, or else the latest."""
    rows = db.query(
        "SELECT * FROM article WHERE id IN (SELECT value FROM json_each(?)) "
        "ORDER BY EXISTS (SELECT 1 FROM rule_match WHERE article = article.id) DESC, id DESC "
        "LIMIT 1",
        [json.dumps(list(candidates))],
    )
    return next(map(_stored, rows), None)


def half_read(
    db: Database, keys: Iterable[str], source: str, since: datetime
) -> Mapping[str, Article]:
    """By entry key, articles of other sources that have a note: their pages gave no whole text."""
    rows = db.query(_HALF_READ, [json.dumps(list(keys)), source, to_micros(since)])
    return {row["key"]: _article(row) for row in rows}


def search(db: Database, words: str, limit: int) -> tuple[StoredArticle, ...]:
    """Articles that hold all these words and "quoted phrases", best first."""
    # On one line: sqlite-utils leaves a quote that is closed on another as it is.
    quoted = db.quote_fts(" ".join(words.replace("\0", " ").split()))
    if not quoted:
        return ()
    rows = db.query(
        "SELECT article.* FROM article_fts JOIN article ON article.id = article_fts.rowid "
        "WHERE article_fts MATCH ? ORDER BY article_fts.rank, article.id DESC LIMIT ?",
        [quoted, limit],
    )
    return tuple(map(_stored, rows))


def _row(article: Article) -> Row:
    return {
        "url": article.url,
        "title": article.title,
        "text": article.text,
        "standfirst": article.standfirst,
        "outlet": article.outlet,
        "source": article.source,
        "published": maybe_to_micros(article.published),
        "modified": maybe_to_micros(article.modified),
        "authors": json.dumps(article.authors, ensure_ascii=False),
        "section": article.section,
        "lang": article.lang,
        "country": article.country,
        "canonical_url": article.canonical_url,
        "origin": article.origin,
        "note": article.note,
    }


def _stored(row: Row) -> StoredArticle:
    return StoredArticle(
        id=row["id"],
        story=row["story"],
        relation=Relation[row["relation"]],
        article=_article(row),
        read_at=from_micros(row["read_at"]),
    )


def _article(row: Row) -> Article:
    return Article(
        url=row["url"],
        title=row["title"],
        text=row["text"],
        standfirst=row["standfirst"],
        outlet=row["outlet"],
        source=row["source"],
        published=maybe_from_micros(row["published"]),
        modified=maybe_from_micros(row["modified"]),
        authors=tuple(json.loads(row["authors"])),
        section=row["section"],
        lang=row["lang"],
        country=row["country"],
        canonical_url=row["canonical_url"],
        origin=row["origin"],
        note=row["note"],
    )

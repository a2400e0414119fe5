"""A reading becomes memory: the one transaction between an article and its deliveries."""

from dataclasses import replace

from sqlite_utils import Database

from monitor.model import Known, Outcome, Reading, Relation
from monitor.ports import Decide
from monitor.store import (
    articles,
    boilerplate,
    chats,
    correlations,
    entries,
    linkage,
    matches,
    outbox,
    sources,
)
from monitor.store.engine import insert
from monitor.store.moments import to_micros
from monitor.stories import story_of_copy


def record(db: Database, reading: Reading, decide: Decide) -> tuple[Known, Outcome]:
    """Store a reading and what is decided about it, or only its keys if it was seen meanwhile."""
    sources.clear_failures(db, {reading.entry.url, reading.article.url})
    # Whether another source's baseline counts was decided when the poll began.
    seen = entries.find(db, reading.keys, source=reading.article.source, before=0)
    if seen is not None:
        entries.add_keys(db, seen, reading.keys)
        return _known(db, Relation.SAME_URL, entries.story_of(db, seen)), Outcome()
    known = _look_up(db, reading)
    known = replace(known, trails=correlations.trails(db, reading, known.story))
    return known, _store(db, reading, known, decide(known))


def _look_up(db: Database, reading: Reading) -> Known:
    story = articles.story_by_url(db, reading.url_keys)
    if story is not None:
        return _known(db, Relation.SAME_URL, story)
    article = reading.article
    editions = articles.editions(db, reading.text_key)
    story = story_of_copy(article.outlet, article.title, editions)
    return _known(db, Relation.NEW if story is None else Relation.SAME_TEXT, story)


def _known(db: Database, relation: Relation, story: int | None) -> Known:
    return Known(
        relation=relation,
        story=story,
        deliveries=() if story is None else outbox.latest(db, story),
        suspended=frozenset(chats.suspended(db)),
    )


def _store(db: Database, reading: Reading, known: Known, outcome: Outcome) -> Outcome:
    at = reading.read_at
    story = known.story or insert(db, "story", {"opened_at": to_micros(at)})
    article = articles.add(db, reading, story=story, relation=known.relation)
    entry = entries.add(
        db,
        reading.entry,
        source=reading.article.source,
        at=at,
        article=article,
        note=reading.article.note,
    )
    entries.add_keys(db, entry, reading.keys)
    matches.add(db, article, reading.matches, at)
    matches.add_decisions(db, article, outcome.decisions, at)
    correlations.add(db, outcome.firings, story=story, article=article)
    linkage.learn(db, reading)
    boilerplate.learn(db, reading, known.relation, story=story, article=article)
    queued = tuple(outbox.queue(db, delivery, story) for delivery in outcome.deliveries)
    return replace(outcome, deliveries=queued)

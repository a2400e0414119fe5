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
    source = reading.article.source
    seen = (
        entries.find(db, reading.keys)
        if reading.baseline
        else entries.find(db, reading.keys, source=source, before=0)
    )
    story = None if seen is None else entries.story_of(db, seen)
    if seen is not None and not (reading.baseline and story is None):
        entries.add_keys(db, seen, reading.keys)
        return _known(db, Relation.SAME_URL, story), Outcome()
    known = _look_up(db, reading)
    known = replace(known, trails=correlations.trails(db, reading, known.story))
    return known, _store(db, reading, known, decide(known), seen)


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


def _store(
    db: Database, reading: Reading, known: Known, outcome: Outcome, seen: int | None
) -> Outcome:
    """Store a reading, of the entry of a baseline that was ``seen`` if there is one."""
    at = reading.read_at
    story = known.story or insert(db, "story", {"opened_at": to_micros(at)})
    article = articles.add(db, reading, story=story, relation=known.relation)
    entry = _entry(db, reading, article, seen)
    entries.add_keys(db, entry, reading.keys)
    matches.add(db, article, reading.matches, at)
    matches.add_decisions(db, article, outcome.decisions, at)
    correlations.add(db, outcome.firings, story=story, article=article)
    linkage.learn(db, reading)
    boilerplate.learn(db, reading, known.relation, story=story, article=article)
    queued = tuple(outbox.queue(db, delivery, story) for delivery in outcome.deliveries)
    return replace(outcome, deliveries=queued)


def _entry(db: Database, reading: Reading, article: int, seen: int | None) -> int:
    source, note = reading.article.source, reading.article.note
    if not reading.baseline:
        return entries.add(
            db, reading.entry, source=source, at=reading.read_at, article=article, note=note
        )
    entry = seen or entries.add(db, reading.entry, source=source, at=reading.read_at, note=note)
    entries.read(db, entry, article)
    return entry

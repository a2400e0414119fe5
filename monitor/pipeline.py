"""The steps from a source to a reading, in order, as functions over values.

request → (fetch) → read_source → unseen → page_request → (fetch) → read_page → make_article →
make_reading → (the store calls decide and keeps everything in one transaction).
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import quote

from monitor import alerts, correlations
from monitor.articles import (
    HEADLINE_ALONE,
    has_more,
    is_own_page,
    make_article,
    may_name_itself,
    opening,
    why_feed,
)
from monitor.extract import read_page
from monitor.extract.live import is_called_live, may_go_live
from monitor.model import (
    Article,
    Decision,
    Document,
    Entry,
    Known,
    LinkKind,
    LivePage,
    Match,
    Outcome,
    Page,
    PageKind,
    Reading,
    Reason,
    Relation,
    Request,
    Response,
    Source,
    SourceKind,
    SourceState,
    Update,
)
from monitor.rules import RuleSet, match
from monitor.rules.filters import filtered
from monitor.sources import entry_keys, read_document, read_listing
from monitor.sources.links import NOTHING, LinkMemory, mark, shape
from monitor.stories import text_key
from monitor.urls import canonical, host, url_keys

__all__ = [
    "WORDS_WITHIN",
    "Listed",
    "body_hash",
    "decide",
    "half_known",
    "is_live",
    "is_own_page",
    "listed",
    "live_at_first",
    "live_request",
    "make_article",
    "make_reading",
    "may_name_itself",
    "more_of",
    "page_request",
    "read_page",
    "read_source",
    "source_request",
    "split_baseline",
    "standing",
    "unseen",
    "updates_of",
    "whole_of",
    "why_feed",
    "words_key",
]

WORDS_WITHIN = timedelta(days=3)  # of a first reading, another source's words may still be news
_MAY_GO_ON = timedelta(hours=24)  # after it was published or changed, a live blog


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry with the keys under which it is remembered."""

    entry: Entry
    keys: tuple[str, ...]
    anchor: str | None = None  # of a live blog's update on its page, "" if unknown; None: no update
    guessed: bool = False  # a link that was taken for an article's by its looks


def source_request(source: Source, state: SourceState, *, afresh: bool = False) -> Request:
    """The conditional GET of a poll, or with ``afresh`` an unconditional one.

    The operator named this address: robots.txt is not asked.
    """
    if afresh:
        return Request(url=source.url)
    return Request(url=source.url, etag=state.etag, last_modified=state.last_modified)


def body_hash(response: Response) -> str:
    """Tells whether a body is the one that was read last time."""
    return hashlib.blake2b(response.body, digest_size=16).hexdigest()


def read_source(source: Source, response: Response, memory: LinkMemory = NOTHING) -> Document:
    """Read what a source answered; raises ParseError. Runs in a worker process.

    ``memory`` is what is known of a listing's links.
    """
    url, content_type = response.final_url, response.content_type
    if source.kind is SourceKind.LISTING:
        return read_listing(response.body, url, content_type, source.selector, memory)
    return read_document(response.body, url, content_type)


def listed(source: Source, document: Document) -> tuple[Listed, ...]:
    """A document's entries with their keys, oldest first, so that alerts go out in order."""
    pairs = [
        Listed(entry, keys, guessed=_is_guessed(source))
        for entry, keys in zip(
            document.entries, entry_keys(source.id, document.entries), strict=True
        )
    ]
    pairs.reverse()  # documents list the newest first
    if all(pair.entry.published for pair in pairs):
        pairs.sort(key=_published)
    return tuple(pairs)


def standing(source: Source, document: Document) -> frozenset[str] | None:
    """The marks of a listing's links that were not taken for articles; None for other sources."""
    if not _is_guessed(source):
        return None
    return frozenset(mark(link.url) for link in document.links if link.kind is not LinkKind.ARTICLE)


def _is_guessed(source: Source) -> bool:
    return source.kind is SourceKind.LISTING and not source.selector


def _published(pair: Listed) -> float:
    return pair.entry.published.timestamp() if pair.entry.published else 0.0


def unseen(pairs: Sequence[Listed], known: Collection[str]) -> tuple[Listed, ...]:
    """The entries none of whose keys is known, each once even if it is listed twice."""
    taken: set[str] = set(known)
    fresh = []
    for pair in pairs:
        if taken.isdisjoint(pair.keys):
            fresh.append(pair)
        taken.update(pair.keys)
    return tuple(fresh)


def half_known(
    pairs: Sequence[Listed], known: Collection[str], pending: Collection[str]
) -> tuple[Listed, ...]:
    """Seen entries that came with new keys besides a known one (a feed changes its guids).

    They are to gain these keys, else a later change of the known one would make them look new.
    ``pending`` are keys of entries that are still to be read: these must stay unseen.
    """
    seen = set(known)
    return tuple(
        pair
        for pair in pairs
        if not seen.isdisjoint(pair.keys)
        and not seen.issuperset(pair.keys)
        and set(pending).isdisjoint(pair.keys)
    )


def more_of(
    pair: Listed, source: Source, before: Article, now: datetime
) -> tuple[Listed, Article] | None:
    """What a seen entry's own words add to an article that another source's reading left without.

    The first to list an address may give no more than its headline, and its page nothing. Such
    words are read once for each source and address.
    """
    if "#" in before.url or not has_more(pair.entry, before):
        return None
    note = before.note.removesuffix(f"; {HEADLINE_ALONE}")
    article = make_article(pair.entry, source, None, note=note, now=now)
    return replace(pair, keys=(words_key(pair, source),), guessed=False), article


def words_key(pair: Listed, source: Source) -> str:
    """Under which a source's own words of an address are known, apart from who read it first."""
    return f"words:{source.id}|{canonical(pair.entry.url)}"


def split_baseline(pairs: Sequence[Listed], newest: int) -> tuple[Sequence[Listed], set[str]]:
    """On a first poll: the entries to take as known, and the keys of the newest that may alert."""
    cut = len(pairs) - min(newest, len(pairs))
    return pairs[:cut], {key for pair in pairs[cut:] for key in pair.keys}


def live_at_first(pairs: Sequence[Listed], now: datetime) -> tuple[Entry, ...]:
    """Of what is taken as known at a first poll, the live blogs that may go on, newest first.

    What is dated ahead, as announced matches are, comes last.
    All that is to be seen of them are headlines, addresses, and dates where the source gives any.
    """
    found: dict[str, Entry] = {}
    for pair in reversed(pairs):
        entry = pair.entry
        dates = [moment for moment in (entry.published, entry.updated) if moment]
        recent = not dates or now - max(dates) <= _MAY_GO_ON
        if recent and entry.url and is_called_live(entry.url, entry.title):
            found.setdefault(canonical(entry.url), entry)
    return tuple(sorted(found.values(), key=lambda entry: _is_ahead(entry, now)))


def _is_ahead(entry: Entry, now: datetime) -> bool:
    return entry.published is not None and entry.published > now


def page_request(entry: Entry) -> Request:
    """The GET of an entry's page. Nobody named this address: robots.txt is obeyed."""
    return Request(url=entry.url, robots=True)


def live_request(page: LivePage) -> Request:
    """The conditional GET by which a live blog is read again."""
    return Request(url=page.url, etag=page.etag, last_modified=page.last_modified, robots=True)


def is_live(page: Page) -> bool:
    """Whether to read a page again: it has updates, or says that it will."""
    return bool(page.updates) or (is_own_page(page) and may_go_live(page))


def updates_of(entry: Entry, page: Page) -> tuple[tuple[Listed, Page], ...]:
    """A live blog's updates, oldest first, each as an entry with its keys, and a page of its own.

    An update is known again by its place on the page and by its words. A place that several
    updates name is nobody's.
    """
    places = Counter(update.anchor for update in page.updates)
    parts = [
        _part(entry, page, update if places[update.anchor] == 1 else replace(update, anchor=""))
        for update in page.updates
    ]
    parts.reverse()  # live blogs show the newest first
    if all(pair.entry.published for pair, _ in parts):
        parts.sort(key=lambda part: _published(part[0]))
    return tuple(parts)


def _part(entry: Entry, page: Page, update: Update) -> tuple[Listed, Page]:
    place, title = canonical(entry.url), update.title or opening(update.text)
    anchor = quote(update.anchor, safe="!$&'()*+,;=:@/?-._~%")
    words = f"update:{place}|{text_key(update.title, update.text)}"
    keys = (f"url:{place}#{anchor}", words) if anchor else (words,)
    own = replace(
        page,
        kind=PageKind.ARTICLE,
        title=title,
        standfirst="",
        text=update.text,
        published=update.published,
        modified=None,
        canonical_url=_placed(page.canonical_url, anchor) if page.canonical_url else None,
        updates=(),
        passages=(),  # of the whole page, not of the update
    )
    part = Entry(id=None, url=_placed(entry.url, anchor), title=title, published=update.published)
    return Listed(part, keys, anchor), own


def whole_of(entry: Entry, page: Page) -> Listed:
    """A live blog's page as a whole, known again by its words."""
    place = canonical(entry.url)
    words = f"update:{place}|{text_key(page.title or entry.title, page.text)}"
    return Listed(entry, (f"url:{place}", words))


def _placed(url: str, anchor: str) -> str:
    return f"{url.partition('#')[0]}#{anchor}" if anchor else url


def make_reading(
    pair: Listed,
    article: Article,
    ruleset: RuleSet,
    *,
    page: Page | None = None,
    final_url: str | None,
    now: datetime,
) -> Reading:
    """Match the article and give it the keys by which copies of it will be known.

    Of ``page``, if the article is that page's, the outlet's boilerplate is learned.
    """
    matches = matches_of(ruleset, article, now)
    keys = url_keys(pair.entry.url, final_url, article.canonical_url) if pair.entry.url else ()
    if pair.anchor is not None:  # the page's own addresses would make one story of all its updates
        keys = tuple(f"{key}#{pair.anchor}" for key in keys if pair.anchor)
    return Reading(
        entry=pair.entry,
        keys=pair.keys,
        article=article,
        url_keys=keys,
        text_key=text_key(article.title, article.text),
        matches=matches,
        read_at=now,
        watches=correlations.watching(ruleset.correlations, matches),
        shape=shape(pair.entry.url) if page and pair.guessed and _is_telling(page) else "",
        shape_led_to_article=page is None or page.kind is not PageKind.LISTING,
        host=host(page.url) if page else "",
        passages=page.passages if page and article.origin == "page" and is_own_page(page) else (),
    )


def _is_telling(page: Page) -> bool:
    """Whether a page says something of the link that led to it; walls and empty shells do not."""
    return is_own_page(page) or page.kind is PageKind.LISTING


def matches_of(ruleset: RuleSet, article: Article, now: datetime) -> tuple[Match, ...]:
    """The matches of the rules that have not expired, each with the filter that holds it back."""
    found = [m for m in match(ruleset, article) if not m.rule.has_expired(now.date())]
    held_back = filtered(ruleset, article, [m.rule.id for m in found])
    return tuple(replace(m, filtered=held_back.get(m.rule.id, "")) for m in found)


def decide(
    reading: Reading, known: Known, routing: alerts.Routing, first_wait: timedelta
) -> Outcome:
    """Say who is told of a reading, and what came true with it; runs inside the transaction."""
    firings = []
    again = known.relation is Relation.SAME_URL
    for watched in reading.watches:
        here = correlations.sightings_of(reading, watched.rules, story=known.story, again=again)
        firing = correlations.judge(watched, known.trails[watched.id], here, reading.read_at)
        if firing is not None:
            firings.append((firing, watched))
    told = alerts.decide(reading.matches, routing, known, reading.read_at, first_wait)
    more = alerts.announce(firings, routing, known, reading.read_at, first_wait)
    silent = [Decision(chat="", rules=reading.old, reason=Reason.BASELINE)] if reading.old else []
    return Outcome(
        decisions=(*silent, *told.decisions, *more.decisions),
        deliveries=told.deliveries + more.deliveries,
        firings=more.firings,
    )

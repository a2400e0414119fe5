"""The steps from a source to a reading, in order, as functions over values.

request → (fetch) → read_source → unseen → page_request → (fetch) → read_page → make_article →
make_reading → (the store calls decide and keeps everything in one transaction).
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from urllib.parse import quote

from monitor import alerts, correlations
from monitor.extract import read_page
from monitor.extract.live import lead_of, may_go_live
from monitor.extract.recurrence import is_unrelated
from monitor.model import (
    Article,
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
from monitor.sources import entry_keys, read_document, read_listing, sane_date
from monitor.sources.links import NOTHING, LinkMemory, mark, shape
from monitor.stories import text_key
from monitor.urls import canonical, host, url_keys, without_login

__all__ = [
    "Listed",
    "body_hash",
    "decide",
    "half_known",
    "is_live",
    "is_own_page",
    "is_strange",
    "listed",
    "live_request",
    "make_article",
    "make_reading",
    "may_name_itself",
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
]

_BRIEF = 800  # characters of a text that may be no article's
_TELLING = 15  # characters of a headline that says what the article is about
_FAR_MORE = 2  # times the page's text, from which on the page cannot have shown its whole story
LONGEST_TEXT = 300_000  # characters, a short book; matching more would hold up everything else


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


def split_baseline(pairs: Sequence[Listed], newest: int) -> tuple[Sequence[Listed], set[str]]:
    """On a first poll: the entries to take as known, and the keys of the newest that may alert."""
    cut = len(pairs) - min(newest, len(pairs))
    return pairs[:cut], {key for pair in pairs[cut:] for key in pair.keys}


def page_request(entry: Entry) -> Request:
    """The GET of an entry's page. Nobody named this address: robots.txt is obeyed."""
    return Request(url=entry.url, robots=True)


def live_request(page: LivePage) -> Request:
    """The conditional GET by which a live blog is read again."""
    return Request(url=page.url, etag=page.etag, last_modified=page.last_modified, robots=True)


def is_own_page(page: Page) -> bool:
    """Whether a page is the entry's own, though perhaps cut short.

    Where others (walls, lists of links, empty shells) stand, and what they call themselves, many
    entries share: it must not make one article of them.
    """
    return page.kind in (PageKind.ARTICLE, PageKind.LIVE_BLOG, PageKind.STUB)


def is_strange(entry: Entry, page: Page) -> bool:
    """Whether a short page is headed by something else than what led to it.

    It may ask for a log-in, or say in words alone that the article is gone. The same words stand
    there for many entries, which must not become copies of each other.
    """
    return (
        page.kind is PageKind.ARTICLE
        and len(page.text) < _BRIEF
        and len(entry.title) >= _TELLING
        and page.title is not None
        and is_unrelated(page.title, [entry.title], host(entry.url))
    )


def may_name_itself(entry: Entry, page: Page) -> bool:
    """Whether where a page stands, and what it calls itself, says something of its entry."""
    return is_own_page(page) and not is_strange(entry, page)


def is_live(page: Page) -> bool:
    """Whether to read a page again: it has updates, or says that it will."""
    return bool(page.updates) or (is_own_page(page) and may_go_live(page))


def make_article(
    entry: Entry, source: Source, page: Page | None, *, note: str = "", now: datetime
) -> Article:
    """Put together what the page and the feed say; the feed's text is the fallback.

    ``note`` says why there is no page. A teaser or a list of links is used only where it has more
    text than the feed, and the words of a wall never. The feed's words go with it: they may name
    what the teaser leaves out. Of a live blog it is what stands around its updates, which are
    articles of their own.
    """
    feed_text = entry.content or entry.summary
    page = page or Page(url=entry.url, kind=PageKind.EMPTY)
    teaser = page.kind in (PageKind.STUB, PageKind.LISTING) and len(page.text) > len(feed_text)
    whole = page.kind in (PageKind.ARTICLE, PageKind.LIVE_BLOG)
    usable = bool(page.text) and (whole or teaser)
    if not usable and not note and source.pages:
        note = why_feed(page)
    if source.pages and not feed_text and not usable:
        note = f"{note}; only the headline could be read"
    title = (page.title if usable else None) or entry.title or page.title or _opening(feed_text)
    text = page.text if usable else feed_text
    if page.updates:
        text = lead_of(page) or feed_text
    elif is_strange(entry, page):
        title, text = entry.title, _with_feed(f"{page.title}\n{page.text}", feed_text)
        note = f"the page is headed “{page.title}”: the feed's text was read as well"
    elif usable and (more := _more_in_feed(page, feed_text)):
        text, note = _with_feed(page.text, feed_text), f"{more}: the feed's text was read as well"
    if len(text) > LONGEST_TEXT:
        note = f"{note} only the first {LONGEST_TEXT:,} characters of its text were read".strip()
    return Article(
        url=entry.url or without_login(source.url),
        title=title,
        text=text[:LONGEST_TEXT],
        standfirst=page.standfirst if usable else "",
        outlet=source.outlet,
        source=source.id,
        published=sane_date(_published_at(page.published, entry.published), now),
        modified=sane_date(page.modified or entry.updated, now),
        authors=page.authors or entry.authors,
        section=page.section,
        lang=page.lang or source.lang,
        country=source.country,
        canonical_url=page.canonical_url if may_name_itself(entry, page) else None,
        origin="page" if usable else "feed",
        note=note,
    )


def _more_in_feed(page: Page, feed_text: str) -> str:
    """Why the feed may say what the page, which is used, does not; "" if it does not."""
    if not feed_text:
        return ""
    if page.kind in (PageKind.STUB, PageKind.LISTING):
        return why_feed(page)
    short = len(feed_text) >= _FAR_MORE * len(page.text)
    return "the page shows far less than the feed" if short else ""


def _with_feed(text: str, feed_text: str) -> str:
    """The text with the paragraphs of the feed that it has not; summaries end with “[…]”."""
    if _flat(feed_text).rstrip(" .…[]") in _flat(text):
        return text
    told = set(map(_flat, text.split("\n")))
    more = [line for line in feed_text.split("\n") if _flat(line) and _flat(line) not in told]
    return "\n".join([text, *more])


def _flat(text: str) -> str:
    return " ".join(text.split())


def _published_at(shown: datetime | None, listed: datetime | None) -> datetime | None:
    """When the page says; by the feed's clock, where the page has but the day, and it is that."""
    if shown is None or listed is None or shown.time() != time():
        return shown or listed
    # Nobody says in which zone a bare day is meant: the widest are 14 hours ahead, 12 behind.
    ahead, behind = timedelta(hours=14), timedelta(days=1, hours=12)
    return listed if shown - ahead <= listed <= shown + behind else shown


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
    place, title = canonical(entry.url), update.title or _opening(update.text)
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


def _opening(text: str) -> str:
    """A headline for an entry that has none."""
    return text.partition("\n")[0][:120] or "(no headline)"


def why_feed(page: Page) -> str:
    """Why the text of a page that is no article does not do."""
    reasons = {
        PageKind.LISTING: "the page is a list of links",
        PageKind.STUB: "the page shows only a teaser before its paywall",
        PageKind.BLOCKED: "the page asks for consent or refuses us",
        PageKind.NEEDS_JAVASCRIPT: "the page shows its text only with JavaScript",
    }
    return reasons.get(page.kind, "no article text was found on the page")


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
    return Outcome(
        decisions=told.decisions + more.decisions,
        deliveries=told.deliveries + more.deliveries,
        firings=more.firings,
    )

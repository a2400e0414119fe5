"""An entry and its page → the article that rules are matched against.

Which of the two is believed, where they differ: the page, unless it shows that it is not the
entry's, or not the whole of it. What only one of them says must not be lost.
"""

import re
from datetime import datetime, time, timedelta

from monitor.extract.live import lead_of
from monitor.extract.recurrence import is_unrelated
from monitor.model import Article, Entry, Page, PageKind, Source
from monitor.sources import sane_date
from monitor.urls import host, without_login

HEADLINE_ALONE = "only the headline could be read"
_BRIEF = 800  # characters of a text that may be no article's
_TELLING = 15  # characters of a headline that says what the article is about
_FAR_MORE = 2  # times the page's text, from which on the page cannot have shown its whole story
# What WordPress ends the entries of a feed with: the outlet's name is no news.
_SIGNED = re.compile(
    r"^(?:The post|Der Beitrag|La entrada|O post|L['’]article|L['’]articolo) [^\n]{1,300} "
    r"(?:(?:appeared first|first appeared) on|erschien zuerst auf|"
    r"(?:se publicó|apareció) primero en|apareceu primeiro em|est apparu en premier sur|"
    r"proviene da) [^\n]{1,100}$",
    re.MULTILINE,
)
LONGEST_TEXT = 300_000  # characters, a short book; matching more would hold up everything else


def is_own_page(page: Page) -> bool:
    """Whether a page is the entry's own, though perhaps cut short.

    Where others (walls, lists of links, empty shells) stand, and what they call themselves, many
    entries share: it must not make one article of them.
    """
    return page.kind in (PageKind.ARTICLE, PageKind.LIVE_BLOG, PageKind.STUB)


def is_strange(entry: Entry, page: Page) -> bool:
    """Whether a short page is headed by something else than what led to it.

    It may ask for a log-in, or say in words alone that the article is gone. The same words stand
    there for many entries, which must not become copies of each other. One that was published at
    the entry's very minute is the entry's: many outlets give their feeds other headlines.
    """
    return (
        page.kind is PageKind.ARTICLE
        and len(page.text) < _BRIEF
        and len(entry.title) >= _TELLING
        and page.title is not None
        and is_unrelated(page.title, [entry.title], host(entry.url))
        and not _at_once(page.published, entry.published)
    )


def _at_once(shown: datetime | None, listed: datetime | None) -> bool:
    """Whether two clocks agree; a bare day, which any page may show, is none."""
    if shown is None or listed is None or shown.time() == time():
        return False
    return abs(shown - listed) <= timedelta(minutes=1)


def may_name_itself(entry: Entry, page: Page) -> bool:
    """Whether where a page stands, and what it calls itself, says something of its entry."""
    return is_own_page(page) and not is_strange(entry, page)


def make_article(
    entry: Entry, source: Source, page: Page | None, *, note: str = "", now: datetime
) -> Article:
    """Put together what the page and the feed say; the feed's text is the fallback.

    ``note`` says why there is no page. A teaser or a list of links is used only where it has more
    text than the feed, and the words of a wall never. The feed's words go with it: they may name
    what the teaser leaves out. Of a live blog it is what stands around its updates, which are
    articles of their own.
    """
    feed_text = _own_words(entry)
    page = page or Page(url=entry.url, kind=PageKind.EMPTY)
    teaser = page.kind in (PageKind.STUB, PageKind.LISTING) and len(page.text) > len(feed_text)
    whole = page.kind in (PageKind.ARTICLE, PageKind.LIVE_BLOG)
    usable = bool(page.text) and (whole or teaser)
    if not usable and not note and source.pages:
        note = why_feed(page)
    if source.pages and not feed_text and not usable:
        note = f"{note}; {HEADLINE_ALONE}"
    title = (page.title if usable else None) or entry.title or page.title or opening(feed_text)
    text = page.text if usable else feed_text
    if page.updates:
        text = lead_of(page) or feed_text
    elif usable and is_strange(entry, page):
        title, text, note = _as_listed(entry, page, feed_text)
    elif usable and (more := _more_in_feed(page, feed_text)):
        text, note = _with_feed(page.text, feed_text), f"{more}: the feed's text was read as well"
    elif teaser:
        note = why_feed(page)
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


def _as_listed(entry: Entry, page: Page, feed_text: str) -> tuple[str, str, str]:
    """Headline, text and note of a strange page, which must not hide what led to it.

    Always with words of the entry's own: other outlets' walls may read the same.
    """
    text = _with_feed(f"{page.title}\n{page.text}", feed_text or entry.title)
    what = "text" if feed_text else "headline"
    note = f"the page is headed “{page.title}”: the feed's {what} was read as well"
    return entry.title, text, note


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


def has_more(entry: Entry, before: Article) -> bool:
    """Whether an entry's own words are not in what was read of its address before."""
    text = _flat(_own_words(entry)).rstrip(" .…[]")
    return bool(text) and text not in _flat(before.text)


def _own_words(entry: Entry) -> str:
    return _SIGNED.sub("", entry.content or entry.summary).strip()


def opening(text: str) -> str:
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

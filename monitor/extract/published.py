"""When an article was published and last changed, by all that its page says; none is better than
a wrong one.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.extract.dates import Printed, date_of_url, dates_in, may_have_date, parse_date
from monitor.extract.head import Head, country_of
from monitor.extract.jsonld import LinkedData
from monitor.extract.surroundings import Line

_PUBLISHED = (
    "article:published_time", "og:published_time", "datepublished", "parsely-pub-date",
    "sailthru.date", "publishdate", "pubdate", "publish-date", "publication_date", "dc.date.issued",
    "dcterms.issued", "article:published",
    "cxenseparse:recs:publishtime", "published-date", "article.published", "published_at",
    "article_date_original", "originalpublicationdate", "citation_publication_date",
    "citation_online_date", "citation_date",
    "dc.date", "dcterms.created", "dcterms.date", "date",
)  # fmt: skip
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "last-modified", "lastmod",
             "dcterms.modified", "dc.date.modified", "article:modified", "updated")  # fmt: skip
_LIKE_PUBLISHED = re.compile(r"publi(?:sh|c)|pub[._-]?(?:date|time)|date[._-]?pub|[._:-]date$")
_UNLIKE = re.compile(r"modif|updat|expir|review|event|start|end|valid|copyright|publisher|birth")
_CHANGED = re.compile(
    r"\bupdate|\bupd\b|modif|edited|revis|review|aktuali[sz]|geändert|\bstand\b|mis(?:e)? à jour|"
    r"actuali[sz]|atualiz|aggiorn|bijgewerkt|güncel|oppdater|opdater|uppdater|päivit|обнов|"
    r"оновл|актуализ|更新|修正|수정|업데이트|cập nhật|diperbarui|diubah|تحديث|روزرسانی|अपडेट|"
    r"हालनागाद|עודכן|zaktual|frissít|ενημ|muudetud|atnauj|atjaun|ažur|изменен|last[_-]?mod",
    re.IGNORECASE,
)
_OTHER = re.compile(  # dates of something else
    r"©|copyright|expire|until|deadline|since|joined|founded|born|event|webinar|archive|"
    r"issue|birth|comment|register|next|valid",
    re.IGNORECASE,
)
_TOLD = re.compile(r"date|time|publi|meta|byline|stamp|datum|fecha|tarih|posted|entry-info")
_NAMED_PUBLISHED = re.compile(r"publish|entry-date|pubdate|posted|date-created")
_LISTED = re.compile(
    r"teaser|(?:^|[\s_-])cards?(?:$|[\s_])|related|recent|popular|latest|comment|event"
)
_OTHERS = re.compile(r"teaser|related|recommend|most-read")
_CLASSED = '[class*="date" i], [class*="publish" i], [class*="posted" i]'
_REST = 45  # characters beside a date in a line that is about it
_SHORT = 170  # a longer line is prose
_NEAR = 30  # lines
_URL_MONTH = re.compile(r"/((?:19|20)\d{2})[/-](0[1-9]|1[0-2])(?=[/-])")


@dataclass(frozen=True, slots=True)
class Times:
    """The two moments, each in the zone that the page writes it in."""

    published: datetime | None = None
    modified: datetime | None = None


Lines = Callable[[], Iterable[Line]]  # what stands around the headline, read if it is needed


def times_of(
    tree: LexborHTMLParser, head: Head, linked: LinkedData, lines: Lines, url: str
) -> Times:
    """What the page declares comes first, then its address, then what it prints.

    A page that tells only of a change was published with it, as far as a reader can see.
    """
    locale = locale_of(head.lang, url)
    day = date_of_url(url)
    declared = _declared(head, linked, locale)
    published = (_on_day(declared, day) if day else declared) or day
    modified = parse_date(linked.modified, locale) or _first(
        (head.meta[key] for key in _MODIFIED if key in head.meta), locale
    )
    if published is None:
        seen = _seen(lines(), locale, url)
        published = seen.published or _only_time(tree, head, locale)
        modified = modified or seen.modified
        published = published or seen.modified or modified
    if published and modified and modified < published - timedelta(days=1):
        modified = None  # nothing is changed before it is there
    return Times(published, modified)


def _on_day(moment: datetime | None, day: datetime | None) -> datetime | None:
    """The same moment, told in UTC, in the zone whose day the address has: the outlet's own."""
    if not moment or not day or moment.utcoffset():
        return moment
    hours = {-1: -1 - moment.hour, 1: 24 - moment.hour}.get((day.date() - moment.date()).days, 0)
    return moment.astimezone(timezone(timedelta(hours=hours))) if -12 <= hours <= 14 else moment


def locale_of(lang: str, url: str) -> str:
    """The page's language with the country whose order of day and month it is read in.

    The address outweighs ``en-US``, which is what many systems declare unasked.
    """
    language, _, country = lang.replace("_", "-").lower().partition("-")
    return f"{language}-{country_of(url) or country}".strip("-")


def _declared(head: Head, linked: LinkedData, locale: str) -> datetime | None:
    marked = (_stamp(node) for node in _marked(head))
    told = (head.meta[key] for key in _PUBLISHED if key in head.meta)
    others = (
        value
        for key, value in head.meta.items()
        if _LIKE_PUBLISHED.search(key) and not _UNLIKE.search(key)
    )
    return (
        parse_date(linked.published, locale)
        or _first(told, locale)
        or _first(marked, locale)
        or _first(others, locale)
        or parse_date(linked.page_published, locale)
    )


def _first(texts: Iterable[str | None], locale: str) -> datetime | None:
    return next((found for text in texts if (found := parse_date(text, locale))), None)


def _marked(head: Head) -> Iterator[LexborNode]:
    for node in head.marked[:200]:
        if "datepublished" in (node.attributes.get("itemprop") or "").lower():
            yield node
    for node in head.times[:40]:
        attributes = node.attributes
        named = _NAMED_PUBLISHED.search((attributes.get("class") or "").lower())
        if "pubdate" in attributes or named:
            yield node


def _stamp(node: LexborNode) -> str:
    attributes = node.attributes
    return attributes.get("datetime") or attributes.get("content") or node.text()


def _only_time(tree: LexborHTMLParser, head: Head, locale: str) -> datetime | None:
    """What the article's ``<time>``s, or else elements that are called a date, say with one voice
    (or first, of two); then those anywhere, if there is one day alone.
    """
    called = [*head.times[:40], *tree.css(_CLASSED)[:40]]
    for nodes in (head.times[:40], called):
        found = _moments((node for node in nodes if _is_in_article(node)), locale)
        if found and (len(found) <= 2 or len({moment.date() for moment in found}) == 1):
            return found[0]
    found = _moments((node for node in called if not _is_listed(node)), locale)
    return found[0] if len({moment.date() for moment in found}) == 1 else None


def _moments(nodes: Iterable[LexborNode], locale: str) -> list[datetime]:
    return [moment for node in nodes if (moment := parse_date(_stamp(node), locale))]


def _is_in_article(node: LexborNode) -> bool:
    for parent in _around(node):
        if parent.tag in ("aside", "footer", "nav", "li"):
            return False
        if parent.tag in ("article", "main", "header"):
            return not _is_listed(node)
    return False


def _is_listed(node: LexborNode) -> bool:
    """Whether an element belongs to a list of other articles, a footer or the like."""
    return any(
        _LISTED.search(f"{parent.attributes.get('class')} {parent.id}".lower())
        for parent in _around(node)
    )


def _around(node: LexborNode) -> Iterator[LexborNode]:
    """The element and those that it stands in, up to the article."""
    parent: LexborNode | None = node
    for _ in range(12):
        if parent is None or parent.tag == "body":
            return
        yield parent
        if parent.tag in ("article", "main"):
            return
        parent = parent.parent


# --- dates in print -----------------------------------------------------------------------


def _seen(lines: Iterable[Line], locale: str, url: str) -> Times:
    """The first date near the headline, and the first that is said to be of a change."""
    published = modified = last = None
    for line in islice(lines, _NEAR):
        if line.before and published:
            break
        label = last.text if last and not line.before else ""
        last = line
        for moment, changed in _dates_of_line(line, label, locale):
            if not _fits(moment, url):
                continue
            if changed:
                modified = modified or moment
            else:
                published = published or moment
    return Times(published, modified)


def _dates_of_line(line: Line, label: str, locale: str) -> Iterator[tuple[datetime, bool]]:
    """Each date of a line that is about dates, and whether it is said to be of a change."""
    text = line.text
    if not may_have_date(text) and not any(run.stamp for run in line.runs):
        return
    names = " ".join(run.names for run in line.runs)
    if _OTHERS.search(f"{names} {line.runs[0].around}"):
        return
    rest = _SHORT if _TOLD.search(names) and not line.before else _REST
    dates = _stamped(line, locale) or _printed(text, locale, rest)
    if not dates:  # beside a byline, perhaps
        dates = [date for run in line.runs for date in _printed(run.text, locale, _REST)]
        text = line.runs[-1].text if len(dates) == 1 else ""
    after = 0
    for date in dates:
        before = text[after : date.start] or (label if len(label) < 40 else "")
        after = date.end
        told = f"{before} {line.runs[0].names if len(line.runs) == 1 else ''}"
        if not _OTHER.search(before):
            yield date.moment, bool(_CHANGED.search(told))


def _printed(text: str, locale: str, rest: int) -> list[Printed]:
    """The dates of a text, if there is little else in it."""
    if len(text) > _SHORT:
        return []
    dates = list(dates_in(text, locale))
    if len(dates) > 1 and _CHANGED.search(text):  # “By … - Published on … - Updated on …”
        rest *= 2
    return dates if len(text) - sum(date.end - date.start for date in dates) <= rest else []


def _stamped(line: Line, locale: str) -> list[Printed]:
    """``<time datetime="2026-11-22">yesterday</time>``, in a line that is no paragraph."""
    found: list[Printed] = []
    place = 0
    for run in line.runs if len(line.text) <= _SHORT else ():
        moment = parse_date(run.stamp, locale) if run.stamp else None
        if moment:
            found.append(Printed(place, place + len(run.text), moment))
        place += len(run.text) + 1
    return found


def _fits(moment: datetime, url: str) -> bool:
    """Whether the date is not far from the month in the address."""
    said = _URL_MONTH.search(url)
    return not said or abs(12 * (moment.year - int(said[1])) + moment.month - int(said[2])) <= 1

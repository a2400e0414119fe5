"""What a page says about itself: title, dates, authors, language, addresses."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.extract.dates import date_of_url, parse_date
from monitor.extract.jsonld import LinkedData, linked_data
from monitor.extract.known import fold

_SEPARATOR = re.compile(r"\s+[|–—·•»«~-]\s+|\s*[|｜»]\s*|\s+::\s+")
_BY = re.compile(
    r"^(?:(?:written|reported|edited|posted|published|words|story|text) )?"
    r"(?:by|von|par|por|di|af|av|door|oleh|autor|author)\b\s*:?\s+",
    re.IGNORECASE,
)
_NAME_BREAK = re.compile(r"\s*(?:[;|•·/]|\s+(?:and|und|et|y|e|og|och|en)\s+|&|\n)\s*")
_ADDRESS = re.compile(r"\s*(?:https?:|www\.|/)", re.IGNORECASE)
_NO_NAME = re.compile(
    r"@|\bminutes?\b|\d{3}|^(?:admin|editor|staff|none|null|unknown|author|guest|user|redaktion|"
    r"updated|published|share|follow|more|view all|posts)$",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:editor|correspondent|reporter|writer|journalist|contributor|columnist|bureau|desk|"
    r"fellow|professor|director|manager|ph\.?d|m\.?d|news|chief|founder|ceo|analyst)\b",
    re.IGNORECASE,
)
_PUBLISHED = (
    "article:published_time", "og:published_time", "datepublished", "parsely-pub-date",
    "sailthru.date", "publishdate", "pubdate", "publish-date", "publication_date", "dc.date.issued",
    "dc.date", "dcterms.created", "dcterms.date", "date", "article:published",
    "cxenseparse:recs:publishtime",
    "article.published", "published_at", "article_date_original", "originalpublicationdate",
)  # fmt: skip
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "last-modified", "lastmod",
             "dcterms.modified", "article:modified")  # fmt: skip
_AUTHORS = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl",
            "cxenseparse:author", "article:author_name", "twitter:data1")  # fmt: skip
_BYLINES = (
    '[itemprop="author"] [itemprop="name"], [itemprop="author"], a[rel~="author"], '
    '.author-name, .byline__name, .byline-name, .author a, .byline a, .byline, .article-author, '
    '.post-author, .author'
)  # fmt: skip
_TIMES = (
    'time[itemprop~="datePublished"], [itemprop~="datePublished"], time[pubdate], '
    "time.entry-date.published, time.published, article time[datetime], main time[datetime], "
    "header time[datetime], .byline time[datetime]"
)
_LANG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What the page says about itself, and what the choice of its text needs to know."""

    title: str | None
    headings: tuple[str, ...]  # all that may be the title: h1s, og:title, headline
    description: str
    published: datetime | None
    modified: datetime | None
    authors: tuple[str, ...]
    section: str | None
    lang: str | None
    canonical_url: str | None
    image: str | None
    kind: str  # og:type in lower case
    linked: LinkedData


def metadata_of(tree: LexborHTMLParser, url: str) -> Metadata:
    """Read head, JSON-LD and the few marked elements of the body."""
    meta, linked = _meta(tree), linked_data(tree)
    h1s = [text for node in tree.css("h1")[:8] if (text := _line(node.text(separator=" ")))]
    site = meta.get("og:site_name") or linked.outlet
    candidates = _titles(tree, meta, linked, site)
    published, modified = _dates(tree, meta, linked, url)
    return Metadata(
        title=_title(h1s, candidates),
        headings=tuple(dict.fromkeys([*h1s, *candidates])),
        description=meta.get("description") or meta.get("og:description") or linked.description,
        published=published,
        modified=modified,
        authors=_authors(tree, meta, linked, site),
        section=linked.section or meta.get("article:section") or None,
        lang=_lang(tree),
        canonical_url=_canonical(tree, meta, url),
        image=_absolute(url, meta.get("og:image") or linked.image),
        kind=meta.get("og:type", "").lower(),
        linked=linked,
    )


def _line(text: str | None) -> str:
    return " ".join((text or "").split())


def _meta(tree: LexborHTMLParser) -> dict[str, str]:
    """Name or property in lower case → first content that says something."""
    found: dict[str, str] = {}
    for node in tree.css("meta[content]")[:300]:
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        content = _line(attributes.get("content"))
        if name and content:
            found.setdefault(name.strip().lower(), content)
    return found


# --- title --------------------------------------------------------------------------------


def _titles(
    tree: LexborHTMLParser, meta: dict[str, str], linked: LinkedData, site: str
) -> list[str]:
    """What the head calls the article, best first, without the site's name."""
    tag = tree.css_first("title")
    named = (linked.headline, meta.get("og:title"), meta.get("twitter:title"))
    whole = [_line(text) for text in (*named, tag.text() if tag else "") if _line(text)]
    return [_without_site(text, site) for text in whole]


def _without_site(title: str, site: str) -> str:
    """Cut a last (or first) part that is the site's name, or in a <title> looks like one."""
    parts = list(_SEPARATOR.finditer(title))
    if not parts:
        return title
    head, last = title[: parts[-1].start()], title[parts[-1].end() :]
    if site and fold(last) == fold(site):
        return _without_site(head, site)
    first, rest = title[: parts[0].start()], title[parts[0].end() :]
    if site and fold(first) == fold(site):
        return rest
    return title


def _title(h1s: list[str], candidates: list[str]) -> str | None:
    """The h1 on which the head agrees; else what the head says; else a lone h1."""
    for h1 in h1s:
        if any(_agree(h1, candidate) for candidate in candidates):
            return h1
    if candidates:
        return _shortest_agreed(candidates)
    return h1s[0] if len(h1s) == 1 else None


def _agree(heading: str, candidate: str) -> bool:
    a, b = fold(heading), fold(candidate)
    if len(a) < 8 and a != b:
        return False
    if (
        b.startswith(a)
        or (a in b and 2 * len(a) >= len(b))
        or (len(b) >= 15 and b in a and len(a) < 2 * len(b))
    ):
        return True
    return _overlap(heading, candidate) >= 0.6


def _overlap(a: str, b: str) -> float:
    """Shared words over all words."""
    one, two = set(a.casefold().split()), set(b.casefold().split())
    return len(one & two) / max(1, len(one | two))


def _shortest_agreed(candidates: list[str]) -> str:
    """The first candidate, or a later one that it only adds the site's name to."""
    first = candidates[0]
    shorter = [c for c in candidates[1:] if 15 <= len(c) < len(first) and first.startswith(c)]
    return min(shorter, key=len, default=first)


# --- dates --------------------------------------------------------------------------------


def _dates(
    tree: LexborHTMLParser, meta: dict[str, str], linked: LinkedData, url: str
) -> tuple[datetime | None, datetime | None]:
    published = parse_date(linked.published) or _first_date(meta.get(key) for key in _PUBLISHED)
    modified = parse_date(linked.modified) or _first_date(meta.get(key) for key in _MODIFIED)
    return published or _marked_date(tree) or date_of_url(url), modified


def _first_date(texts: Iterable[str | None]) -> datetime | None:
    return next((found for text in texts if (found := parse_date(text))), None)


def _marked_date(tree: LexborHTMLParser) -> datetime | None:
    """A date that the body marks as one: microdata, or the article's only ``<time>``s."""
    return _first_date(
        node.attributes.get("datetime") or node.attributes.get("content") or node.text()
        for node in tree.css(_TIMES)[:3]
    )


# --- authors ------------------------------------------------------------------------------


def _authors(
    tree: LexborHTMLParser, meta: dict[str, str], linked: LinkedData, site: str
) -> tuple[str, ...]:
    for names in (linked.authors, [meta[key] for key in _AUTHORS if key in meta]):
        if found := _people(names, site):
            return found
    for node in tree.css(_BYLINES)[:6]:
        if found := _people([node.text(separator=" ")], site):
            return found
    return ()


def _people(texts: Iterable[str], site: str) -> tuple[str, ...]:
    """Single names, without “By”; addresses, dates and the outlet itself are no names."""
    found: dict[str, str] = {}
    for text in texts:
        if _ADDRESS.match(text):
            continue
        for part in _NAME_BREAK.split(_BY.sub("", _line(text))):
            for name in _split_commas(part):
                if 3 <= len(name) <= 60 and not _NO_NAME.search(name) and fold(name) != fold(site):
                    found.setdefault(fold(name), name)
    return tuple(found.values())[:10]


def _split_commas(text: str) -> list[str]:
    """Names in a row; what follows a name with a comma may be a role (“Jane Doe, Editor”)."""
    parts = [_BY.sub("", part.strip(" .,-")) for part in text.split(",")]
    parts = [part for part in parts if part == parts[0] or not _ROLE.search(part)]
    full = [part for part in parts if " " in part or not part.isascii()]
    return full or parts[:1]


# --- language and addresses ---------------------------------------------------------------


def _lang(tree: LexborHTMLParser) -> str | None:
    """BCP 47, as the page declares it."""
    node = tree.css_first("html")
    said = _line(node.attributes.get("lang") or node.attributes.get("xml:lang")) if node else ""
    return said.replace("_", "-") if _LANG.fullmatch(said) else None


def _canonical(tree: LexborHTMLParser, meta: dict[str, str], url: str) -> str | None:
    link: LexborNode | None = tree.css_first('link[rel~="canonical" i][href]')
    href = link.attributes.get("href") if link else None
    return _absolute(url, href) or _absolute(url, meta.get("og:url"))


def _absolute(url: str, href: str | None) -> str | None:
    """An http address, or None."""
    if not href or not href.strip():
        return None
    try:
        found = urljoin(url, href.strip())
        parts = urlsplit(found)
    except ValueError:
        return None
    return found if parts.scheme in ("http", "https") and parts.netloc else None

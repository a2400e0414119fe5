"""What a page says about itself: title, dates, authors, language, addresses."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.extract.authors import authors_of
from monitor.extract.head import Head, head_of, host_names, line
from monitor.extract.jsonld import LinkedData, read_scripts
from monitor.extract.known import fold
from monitor.extract.published import times_of
from monitor.extract.surroundings import Surroundings
from monitor.extract.titles import clean_titles, parts_of, title_of

_LANG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_LANG_NAMES = ("og:locale", "content-language", "language", "dc.language", "inlanguage")
_HEADLINES = "h2, h3, h4, legend, [class*='headline' i], [class*='title' i]"
_MOST_HEADLINES = 120
_CATEGORY = 'a[rel~="category"]'
_MOST_CATEGORIES = 6  # of one article; more are those of a list of articles
_NEAR = 6  # elements around the headline
_BOLD = "b, strong, big, font"  # what headlines of old pages are set in
_MOST_BOLD = 60
_PART = 12  # folded characters of a title's part that may be the headline
_LONGEST = 1_000  # characters of a title that are looked at
_PLAIN = re.compile(r"https?://[a-z0-9.-]+/[\w./~%+-]+")  # nothing to resolve or to tidy up
_KICKER = 50  # folded characters before a headline in its element


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What the page says about itself, and what the choice of its text needs to know."""

    title: str | None
    headings: tuple[str, ...]  # all that may be the title: h1s, og:title, headline
    description: str
    published: datetime | None  # in the zone that the page writes it in, as modified
    modified: datetime | None
    authors: tuple[str, ...]
    section: str | None
    lang: str | None
    canonical_url: str | None
    image: str | None
    outlet: str  # what the site calls itself, or ""
    kind: str  # og:type in lower case
    linked: LinkedData


def metadata_of(tree: LexborHTMLParser, url: str) -> Metadata:
    """Read head, JSON-LD, the marked elements of the body and the lines around the headline."""
    head = head_of(tree)
    meta, linked = head.meta, read_scripts(head.scripts)
    outlet = meta.get("og:site_name") or linked.outlet or meta.get("application-name", "")
    sites = _sites(outlet, meta, linked, url)
    h1s = [text for node in head.headings[:8] if (text := _headline(node))]
    named = (linked.headline, meta.get("og:title"), meta.get("twitter:title"), head.title)
    candidates = clean_titles((line(text)[:_LONGEST] for text in named), sites)
    title = title_of(h1s, candidates, sites)
    shown = None
    if title and not head.headings:
        title, shown = _shown_part(tree, title)

    @cache
    def lines() -> Surroundings:
        return Surroundings(shown or _heading(tree, head, title or ""))

    times = times_of(tree, head, linked, lines, url)
    return Metadata(
        title=title,
        headings=tuple(dict.fromkeys([*filter(None, [title]), *h1s, *candidates])),
        description=meta.get("description") or meta.get("og:description") or linked.description,
        published=times.published,
        modified=times.modified,
        authors=authors_of(tree, head, linked, lines, sites),
        section=linked.section or meta.get("article:section") or _category(tree, head) or None,
        lang=_lang(head, linked),
        canonical_url=_absolute(url, head.canonical) or _absolute(url, meta.get("og:url")),
        image=_absolute(url, meta.get("og:image") or meta.get("twitter:image") or linked.image),
        outlet=outlet,
        kind=meta.get("og:type", "").lower(),
        linked=linked,
    )


def _headline(node: LexborNode) -> str:
    """The text of an element, in one line and bounded: what is longer is no headline."""
    return line(node.text(separator=" ")[:_LONGEST])


def _sites(outlet: str, meta: dict[str, str], linked: LinkedData, url: str) -> frozenset[str]:
    """All names of the outlet, folded."""
    names = (outlet, linked.outlet, meta.get("application-name", ""), *host_names(url))
    return frozenset(filter(None, map(fold, names)))


def _heading(tree: LexborHTMLParser, head: Head, title: str) -> LexborNode | None:
    """The element that shows the title; else the first h1."""
    wanted = fold(title)
    for node in head.headings[:8]:
        shown = fold(_headline(node))
        if shown and wanted and (wanted in shown or shown in wanted):
            return node
    for node in tree.css(_HEADLINES)[:_MOST_HEADLINES] if len(wanted) >= 8 else ():
        shown = fold(_headline(node))
        if (len(shown) >= 15 and wanted.startswith(shown)) or (
            wanted in shown and len(shown) < len(wanted) + _KICKER
        ):
            return node
    return head.headings[0] if head.headings else None


def _category(tree: LexborHTMLParser, head: Head) -> str:
    """The first of the categories that WordPress names beside the headline."""
    if not head.headings or tree.css_first(_CATEGORY) is None:
        return ""
    node: LexborNode | None = head.headings[0]
    for _ in range(_NEAR):
        if node is None or node.tag == "body":
            return ""
        if found := node.css(_CATEGORY):
            return _headline(found[0]) if len(found) <= _MOST_CATEGORIES else ""
        node = node.parent
    return ""


def _is_topic(part: str, title: str) -> bool:
    """Whether a part of a title is what a report is about: “Middle East crisis: Five killed”."""
    _, _, rest = title.partition(part)
    return rest.lstrip().startswith((":", "：")) and len(part) < len(rest)


def _shown_part(tree: LexborHTMLParser, title: str) -> tuple[str, LexborNode | None]:
    """Of a page without h1, the part of its title that a reader sees as headline, and where.

    What else stands before or after it is the site's name, or a section's. What stands before a
    colon, and is the shorter part, may be the name of a running story, above its headline.
    """
    parts = {
        fold(part): part
        for part in parts_of(title)
        if len(fold(part)) >= _PART and not _is_topic(part, title)
    }
    best = None
    for node in (*tree.css(_HEADLINES)[:_MOST_HEADLINES], *tree.css(_BOLD)[:_MOST_BOLD]):
        shown = fold(_headline(node))
        if shown in parts and (best is None or len(shown) > len(best[0])):
            best = shown, node
    return (parts[best[0]], best[1]) if best else (title, None)


def _lang(head: Head, linked: LinkedData) -> str | None:
    """BCP 47, as the page declares it."""
    told = (head.lang, *(head.meta.get(key, "") for key in _LANG_NAMES), linked.lang)
    found = (text.strip() for text in told)
    return next((text.replace("_", "-") for text in found if _LANG.fullmatch(text)), None)


def _absolute(url: str, href: str | None) -> str | None:
    """An http address, or None."""
    if not href or not href.strip():
        return None
    href = href.strip()
    if _PLAIN.fullmatch(href):
        return href
    try:
        found = urljoin(url, href)
        parts = urlsplit(found)
    except ValueError:
        return None
    return found if parts.scheme in ("http", "https") and parts.netloc else None

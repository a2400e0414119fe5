"""Pages that list articles: which of their links are articles, and what they are called."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from monitor.decoding import decode
from monitor.errors import ParseError
from monitor.model import Document, Entry, Link, LinkKind
from monitor.sources import imposters, links
from monitor.sources.feeds import MOST_ENTRIES, absolute
from monitor.sources.links import Clue, LinkMemory, Place
from monitor.sources.plain import plain_line
from monitor.urls import canonical, host, is_home, same_site

_HEADINGS = "h1,h2,h3,h4,h5,h6"
_MOST_LINKS = 2_000  # that are judged, and reported to people
_CARD_DEPTH = 4  # how far above a link its heading may be
_ASIDE = frozenset({"nav", "aside", "form", "dialog"})
_ASIDE_ROLES = frozenset({"navigation", "banner", "contentinfo", "complementary", "search", "menu"})
_ASIDE_NAMES = frozenset(
    {"breadcrumb", "breadcrumbs", "footer", "masthead", "menu", "nav", "navbar", "navigation"}
    | {"pagination", "sidebar", "site-footer", "site-header", "site-nav", "social"}
)
_EDGES = frozenset({"header", "footer"})  # of the page; those of an article are part of it
_WITHIN = frozenset({"article", "main", "section", "li"})
_NO_TITLE = re.compile(
    r"(read|learn|see|show|view|find out|continue)\b.{0,20}\bmore\b.*|continue reading.*|more\W*"
    r"|full story.*|read on\W*|(go to|read|see|view) (the )?((full|whole|entire|rest of the) )?"
    r"(article|story|report|post)\W*|weiterlesen\W*|mehr (lesen|erfahren)\W*"
    r"|lire (la suite|plus)\W*|(leer|ler|lees|czytaj|läs|les) (más|mais|meer|verder|więcej|mer)\W*"
    r"|leggi (tutto|di più)\W*|(seguir|continuar) (leyendo|lendo)\W*|читать (далее|полностью)\W*"
    r"|devamını oku\W*|続きを読む\W*|\d+ comments?|comments?|share|permalink"
    r"|[\W\d]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Link:
    """A link of the page with the best name found for it."""

    url: str
    title: str
    headed: bool  # the title is a heading's
    spare: bool = False  # the title is a picture's or a tooltip's: the link itself has no words

    @property
    def rank(self) -> tuple[bool, int]:
        return self.headed and bool(self.title), len(self.title)


@dataclass(frozen=True, slots=True)
class _Judged:
    """A link with what it is taken for."""

    link: _Link
    kind: LinkKind
    clues: tuple[Clue, ...]


def read_listing(
    html: bytes,
    url: str,
    content_type: str | None = None,
    selector: str | None = None,
    memory: LinkMemory = links.NOTHING,
) -> Document:
    """Read the articles that a page lists, in its order, each address once.

    ``selector`` is a CSS selector of the links, or of elements that hold one link each; without
    it, ``links`` judges them with what ``memory`` has of the source. Raises ParseError if the page
    is none, if the selector cannot be read or names nothing, or if no link looks like an article.
    """
    tree = _page(html, url, content_type)
    base = _base(tree, url)
    if selector:
        named = _selected(tree, selector, url)
        judged = [_named(link) for node in named if (link := _link(node, base))]
    else:
        judged = list(_judged(tree, base, memory))
    found = _once_each([each.link for each in judged if each.kind is LinkKind.ARTICLE])
    if not found:
        raise ParseError(_nothing(tree, url, selector))
    cut = (f"the page lists {len(found)} articles: the first {MOST_ENTRIES} taken",)
    return Document(
        kind="listing",
        title=_title(tree),
        entries=tuple(
            Entry(id=None, url=link.url, title=link.title) for link in found[:MOST_ENTRIES]
        ),
        problems=cut if len(found) > MOST_ENTRIES else (),
        links=_reported(judged),
    )


def judged_links(html: bytes, url: str, content_type: str | None = None) -> tuple[Link, ...]:
    """All links of a page, judged without memory, also where none is an article."""
    tree = _page(html, url, content_type)
    return _reported(list(_judged(tree, _base(tree, url), links.NOTHING)))


def _page(html: bytes, url: str, content_type: str | None) -> LexborHTMLParser:
    head = imposters.head(html, content_type)
    if imposters.is_feed(head):
        raise ParseError(f'{url} is a feed, not a page of links; set kind = "feed".')
    if not imposters.may_be_html(html, head):
        what = imposters.described(html, content_type)
        raise ParseError(f"{url} is {what}, not a web page; check the address.")
    return LexborHTMLParser(decode(html, content_type))


def _base(tree: LexborHTMLParser, url: str) -> str:
    node = tree.css_first("base[href]")
    return (absolute(url, node.attributes["href"] or "") if node else "") or url


def _title(tree: LexborHTMLParser) -> str:
    node = tree.css_first("title")
    return plain_line(node.text(), marked_up=False) if node else ""


def _nothing(tree: LexborHTMLParser, url: str, selector: str | None) -> str:
    if imposters.keeps_out(_title(tree)):
        return f"{url} is a page that keeps programs out (“{_title(tree)[:80]}”), not a list."
    if selector:
        return f"The selector {selector!r} names no links on {url}; the page may have changed."
    return (
        f"{url} has no links that look like articles; name them with a CSS selector "
        '(selector = "h2 a"), or give the address of a feed.'
    )


# --- which links ---------------------------------------------------------------------------------


def _selected(tree: LexborHTMLParser, selector: str, url: str) -> Iterator[LexborNode]:
    """The links that the selector names: links themselves, those within or around its elements."""
    try:
        nodes = tree.css(selector)
    except SelectolaxError:
        raise ParseError(f"{selector!r}, the selector for {url}, is no CSS selector.") from None
    for node in nodes:
        around = (above for above in _ancestors(node) if above.tag == "a")
        link = node if node.tag == "a" else node.css_first("a[href]") or next(around, None)
        if link is not None:
            yield link


def _judged(tree: LexborHTMLParser, base: str, memory: LinkMemory) -> Iterator[_Judged]:
    here = canonical(base)
    for node, _ in zip(tree.css("a[href]"), range(_MOST_LINKS), strict=False):
        link = _link(node, base)
        if link is None:
            continue
        if not _on_site(link.url, base):
            yield _Judged(link, LinkKind.OTHER, (Clue(0, "leads to another site"),))
        elif is_home(link.url) or canonical(link.url) == here:
            yield _Judged(link, LinkKind.OTHER, (Clue(0, "this page, or the site's first"),))
        else:
            words = "" if link.spare else link.title
            place = Place(title=words, headed=link.headed, aside=_is_aside(node))
            yield _Judged(link, *links.judge(link.url, place, memory))


def _named(link: _Link) -> _Judged:
    return _Judged(link, LinkKind.ARTICLE, (Clue(links.ARTICLE, "the selector names it"),))


def _reported(judged: Sequence[_Judged]) -> tuple[Link, ...]:
    """Each address once, as its best link is judged, in the order of the page."""
    best: dict[str, _Judged] = {}
    for each in judged:
        key = canonical(each.link.url)
        if key not in best or links.total(best[key].clues) < links.total(each.clues):
            best[key] = each
    return tuple(
        Link(
            url=each.link.url,
            title=each.link.title,
            kind=each.kind,
            score=links.total(each.clues),
            clues=tuple(f"{clue.what} ({clue.weight:+g})" for clue in each.clues),
        )
        for each in best.values()
    )


def _on_site(url: str, base: str) -> bool:
    """Whether the link stays on the site, its sub-domains and its parent domain included."""
    there, here = host(url), host(base).removeprefix("www.")
    within = there.endswith("." + here) or here.endswith("." + there)
    return within or same_site(url, base)


def _ancestors(node: LexborNode) -> Iterator[LexborNode]:
    parent = node.parent
    while parent is not None and parent.tag not in ("body", "html", None):
        yield parent
        parent = parent.parent


def _is_aside(node: LexborNode) -> bool:
    """Whether a link stands in navigation, a sidebar, or the page's header or footer."""
    edge = False
    for above in _ancestors(node):
        attributes = above.attributes
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".lower().split()
        if above.tag in _ASIDE or _ASIDE_NAMES.intersection(names):
            return True
        if (attributes.get("role") or "").lower() in _ASIDE_ROLES:
            return True
        edge = (edge or above.tag in _EDGES) and above.tag not in _WITHIN
    return edge


def _once_each(found: Sequence[_Link]) -> list[_Link]:
    """Each address once, where it first stands, with the best title any of its links has."""
    best: dict[str, _Link] = {}
    for link in found:
        key = canonical(link.url)
        if key not in best:
            best[key] = link
        elif link.rank > best[key].rank:
            best[key] = _Link(best[key].url, link.title, link.headed)
    return list(best.values())


# --- what they are called ------------------------------------------------------------------------


def _link(node: LexborNode, base: str) -> _Link | None:
    url = absolute(base, node.attributes.get("href") or "")
    if not url:
        return None
    inner = node.css_first(_HEADINGS)
    title = _text(inner or node)
    if title and not _NO_TITLE.fullmatch(title):
        above = any(parent.tag in _HEADINGS.split(",") for parent in _ancestors(node))
        return _Link(url, title, headed=inner is not None or above)
    if heading := _heading_around(node):
        return _Link(url, heading, headed=True)
    image = node.css_first("img[alt]")
    spare = (image.attributes["alt"] if image else None) or node.attributes.get("title")
    return _Link(url, plain_line(spare or "", marked_up=False), headed=False, spare=True)


def _heading_around(node: LexborNode) -> str:
    """The heading of the card that a link is part of, if it has just one."""
    for _, above in zip(range(_CARD_DEPTH), _ancestors(node), strict=False):
        headings = above.css(_HEADINGS)
        if headings:
            return _text(headings[0]) if len(headings) == 1 else ""
    return ""


def _text(node: LexborNode) -> str:
    return plain_line(node.html or "")

"""What a page says of its article in JSON-LD."""

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from monitor.extract.dates import parse_date
from monitor.model import Update

_MARKUP = re.compile(r"<[^>]{1,300}>")
MOST_UPDATES = 100  # of a live blog that are kept apart; older ones are only part of its text
_NODES = 500  # a graph of a page has a dozen; more is a catalogue or an attack
_BREAK = re.compile(r"</(?:p|h\d|li|div)>|<br\s*/?>", re.IGNORECASE)
_DECODER = json.JSONDecoder(strict=False)
_ARTICLE = ("Article", "Posting", "Report", "Review")  # how the names of their types end
# Types that are read, and what they refer to by @id in another script; breadcrumbs, questions and
# organisations alone are not worth parsing.
_MATTERS = re.compile(r"Article|Posting|Report|Review|Page|WebSite|ItemList|Person|\"@id\"")
_Typed = tuple[dict[str, Any], list[str]]  # a node and its types
_LISTING = frozenset(("CollectionPage", "SearchResultsPage", "ItemList", "ProfilePage"))


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedData:
    """The article node; every field may be empty."""

    found: bool = False
    listing: bool = False  # the page calls itself a collection
    headline: str = ""
    description: str = ""
    body: str = ""
    published: str = ""
    modified: str = ""
    page_published: str = ""  # what the page around the article says
    authors: tuple[str, ...] = ()  # people, and names of which nothing more is said
    groups: tuple[str, ...] = ()  # authors that are organisations
    lang: str = ""
    section: str = ""
    image: str = ""
    outlet: str = ""
    free: bool | None = None  # isAccessibleForFree
    live: bool = False  # the page calls itself a live blog
    updates: tuple[Update, ...] = ()  # of the live blog


def linked_data(tree: LexborHTMLParser) -> LinkedData:
    """Read all JSON-LD of a page."""
    return read_scripts(
        node.text() for node in tree.css('script[type="application/ld+json" i]')[:40]
    )


def read_scripts(texts: Iterable[str]) -> LinkedData:
    """Read JSON-LD; the node with most to say of an article wins."""
    nodes = [node for text in texts if _MATTERS.search(text) for node in _nodes(_load(text))]
    typed = [(node, _types(node)) for node in nodes]
    articles = [node for node, types in typed if any(kind.endswith(_ARTICLE) for kind in types)]
    listing = any(kind in _LISTING for _, types in typed for kind in types)
    page = {**_page_of(typed), **_live_of(typed), "listing": listing}
    if not articles:
        return LinkedData(**page)
    by_id = {
        node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1
    }
    found = _read(max(articles, key=_richness), by_id)
    told = {key: value for key, value in found.items() if value or key not in page}
    return LinkedData(**{**page, **told})


def _live_of(typed: Iterable[_Typed]) -> dict[str, Any]:
    """Whether one of the nodes is a live blog, and the newest of its updates, newest first."""
    live = [node for node, types in typed if "LiveBlogPosting" in types]
    items = [item for node in live for item in _all(node.get("liveBlogUpdate")) if _said(item)]
    dated = [(_moment(item), item) for item in items]
    if all(moment for moment, _ in dated):
        dated.sort(key=lambda pair: str(pair[0]), reverse=True)
    updates = (_update(item, moment) for moment, item in dated)
    kept = islice((update for update in updates if update.text), MOST_UPDATES)
    return {"live": bool(live), "updates": tuple(kept)}


def _said(item: dict[str, Any]) -> Any:
    return item.get("articleBody") or item.get("text") or item.get("description")


def _moment(item: dict[str, Any]) -> datetime | None:
    return parse_date(_text(item.get("datePublished") or item.get("dateCreated")))


def _update(item: dict[str, Any], published: datetime | None) -> Update:
    addresses = (item.get("url"), item.get("@id"), item.get("mainEntityOfPage"))
    anchors = (a.rpartition("#")[2].strip() for a in addresses if isinstance(a, str) and "#" in a)
    return Update(
        anchor=next(anchors, ""),
        title=_text(item.get("headline") or item.get("name")),
        text=_body(_said(item)),
        published=published,
    )


def _all(value: Any) -> list[dict[str, Any]]:
    items = value[:_NODES] if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]


def _page_of(typed: Iterable[_Typed]) -> dict[str, Any]:
    """What the page and the site say where the article itself is silent."""
    published = lang = outlet = ""
    for node, types in typed:
        if "WebSite" in types:
            outlet = outlet or _text(node.get("name"))
        elif any(kind.endswith("Page") for kind in types):
            published = published or _text(node.get("datePublished"))
            lang = lang or _text(node.get("inLanguage"))
    return {"page_published": published, "lang": lang, "outlet": outlet}


def _load(text: str) -> Any:
    """Parse leniently: raw line breaks in strings, comment or CDATA marks around, a stray end."""
    text = text.strip().removeprefix("<!--").removeprefix("//<![CDATA[").strip().rstrip(";")
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError):
        return None


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    """All objects of lists and graphs, outermost first."""
    todo, seen = [data], 0
    while todo and seen < _NODES:
        item = todo.pop(0)
        seen += 1
        if isinstance(item, list):
            todo.extend(item[:100])
        elif isinstance(item, dict):
            yield item
            todo.extend(
                item[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in item
            )


def _types(node: dict[str, Any]) -> list[str]:
    kind = node.get("@type")
    return [k for k in (kind if isinstance(kind, list) else [kind]) if isinstance(k, str)]


def _richness(node: dict[str, Any]) -> int:
    return sum(
        key in node for key in ("headline", "datePublished", "author", "articleBody", "image")
    )


def _read(node: dict[str, Any], by_id: dict[str, Any]) -> dict[str, Any]:
    """The fields that an article has of its own."""
    free = node.get("isAccessibleForFree")
    people, groups = _authors(node.get("author") or node.get("creator"), by_id)
    return {
        "found": True,
        "headline": _text(node.get("headline") or node.get("name")),
        "description": _text(node.get("description")),
        "body": _body(node.get("articleBody")),
        "published": _text(node.get("datePublished") or node.get("dateCreated")),
        "modified": _text(node.get("dateModified")),
        "authors": people,
        "groups": groups,
        "lang": _text(node.get("inLanguage")),
        "section": _text(node.get("articleSection")),
        "image": _address(node.get("image"), by_id),
        "outlet": "".join(_names(node.get("publisher"), by_id)[:1]),
        "free": None if free is None else str(free).strip().lower() not in ("false", "no", "0"),
    }


def _text(value: Any) -> str:
    """One line of plain text."""
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str)), "")
    if not isinstance(value, str):
        return ""
    value = html.unescape(value)
    return " ".join((_MARKUP.sub(" ", value) if "<" in value else value).split())


def _body(value: Any) -> str:
    """The body with its paragraphs, where the string has kept them."""
    if not isinstance(value, str):
        return ""
    text = html.unescape(value)
    if "<" in text:
        text = _MARKUP.sub("", _BREAK.sub("\n", text))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _authors(value: Any, by_id: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """People and groups, in order."""
    people: dict[str, None] = {}
    groups: dict[str, None] = {}
    for item in _listed(value):
        known = by_id.get(item["@id"], item) if isinstance(item, dict) and _is_id(item) else item
        kinds = _types(known) if isinstance(known, dict) else []
        is_group = any(kind.endswith(("Organization", "WebSite", "Corporation")) for kind in kinds)
        for name in _names(item, by_id):
            (groups if is_group else people).setdefault(name)
    return tuple(people), tuple(groups)


def _names(value: Any, by_id: dict[str, Any]) -> list[str]:
    found: dict[str, None] = {}
    for item in _listed(value):
        known = by_id.get(item["@id"], item) if isinstance(item, dict) and _is_id(item) else item
        said = known.get("name") if isinstance(known, dict) else known
        for one in _listed(said):
            if name := _text(one):
                found.setdefault(name)
    return list(found)


def _listed(value: Any) -> list[Any]:
    return value[:20] if isinstance(value, list) else [value]


def _is_id(item: dict[str, Any]) -> bool:
    return isinstance(item.get("@id"), str) and "name" not in item


def _address(value: Any, by_id: dict[str, Any]) -> str:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = by_id.get(value["@id"], value) if _is_id(value) else value
        value = value.get("url") or value.get("contentUrl")
    return value.strip() if isinstance(value, str) else ""

"""What a page says of its article in JSON-LD."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from selectolax.lexbor import LexborHTMLParser

_MARKUP = re.compile(r"<[^>]{1,300}>")
_NODES = 500  # a graph of a page has a dozen; more is a catalogue or an attack
_ARTICLE = re.compile(
    r"(?:Article|Blog|LiveBlog)?(?:NewsArticle|Article|BlogPosting|Posting|Report|Review)$"
)
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
    authors: tuple[str, ...] = ()
    section: str = ""
    image: str = ""
    outlet: str = ""
    free: bool | None = None  # isAccessibleForFree


def linked_data(tree: LexborHTMLParser) -> LinkedData:
    """Read all JSON-LD of a page; the node with most to say of an article wins."""
    nodes = [node for text in _scripts(tree) for node in _nodes(_load(text))]
    articles = [node for node in nodes if any(_ARTICLE.search(t) for t in _types(node))]
    listing = any(t in _LISTING for node in nodes for t in _types(node))
    if not articles:
        return LinkedData(listing=listing)
    by_id = {
        node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1
    }
    best = max(articles, key=_richness)
    return _read(best, by_id, listing=listing)


def _scripts(tree: LexborHTMLParser) -> Iterator[str]:
    for node in tree.css('script[type="application/ld+json" i]')[:40]:
        yield node.text()


def _load(text: str) -> Any:
    """Parse leniently: raw line breaks in strings, comment or CDATA marks around, a stray end."""
    text = text.strip().removeprefix("<!--").removeprefix("//<![CDATA[").strip().rstrip(";")
    try:
        return json.loads(text, strict=False)
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


def _read(node: dict[str, Any], by_id: dict[str, Any], *, listing: bool) -> LinkedData:
    free = node.get("isAccessibleForFree")
    return LinkedData(
        found=True,
        listing=listing,
        headline=_text(node.get("headline") or node.get("name")),
        description=_text(node.get("description")),
        body=_body(node.get("articleBody")),
        published=_text(node.get("datePublished") or node.get("dateCreated")),
        modified=_text(node.get("dateModified")),
        authors=tuple(_names(node.get("author") or node.get("creator"), by_id)),
        section=_text(node.get("articleSection")),
        image=_address(node.get("image"), by_id),
        outlet="".join(_names(node.get("publisher"), by_id)[:1]),
        free=None if free is None else str(free).strip().lower() not in ("false", "no", "0"),
    )


def _text(value: Any) -> str:
    """One line of plain text."""
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str)), "")
    if not isinstance(value, str):
        return ""
    return " ".join(_MARKUP.sub(" ", html.unescape(value)).split())


def _body(value: Any) -> str:
    """The body with its paragraphs, where the string has kept them."""
    if not isinstance(value, str):
        return ""
    broken = re.sub(
        r"</(?:p|h\d|li|div)>|<br\s*/?>", "\n", html.unescape(value), flags=re.IGNORECASE
    )
    lines = (" ".join(line.split()) for line in _MARKUP.sub("", broken).split("\n"))
    return "\n".join(line for line in lines if line)


def _names(value: Any, by_id: dict[str, Any]) -> list[str]:
    found: list[str] = []
    for item in (value if isinstance(value, list) else [value])[:20]:
        known = by_id.get(item["@id"], item) if isinstance(item, dict) and _is_id(item) else item
        name = _text(known.get("name")) if isinstance(known, dict) else _text(known)
        if name and name not in found:
            found.append(name)
    return found


def _is_id(item: dict[str, Any]) -> bool:
    return isinstance(item.get("@id"), str) and "name" not in item


def _address(value: Any, by_id: dict[str, Any]) -> str:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = by_id.get(value["@id"], value) if _is_id(value) else value
        value = value.get("url") or value.get("contentUrl")
    return value.strip() if isinstance(value, str) else ""

"""Telegram's HTML as its server reads it, for tests: what is not allowed is refused."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

SIMPLE = {"b", "strong", "i", "em", "s", "strike", "del", "u", "ins", "code", "pre", "tg-spoiler"}
TAGS = SIMPLE | {"a", "span", "blockquote", "tg-emoji"}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
MAX_ENTITIES = 100

_TAG = re.compile(
    r"<(/?)([a-zA-Z0-9-]+)((?:\s+[a-zA-Z-]+(?:=(?:\"[^\"]*\"|'[^']*'|[^\s>\"'][^\s>]*))?)*)\s*>"
)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:=(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+)))?")
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-z]{1,10}));")


class Refused(Exception):  # noqa: N818
    """What Telegram says of a text it does not take."""


@dataclass(frozen=True)
class Entity:
    """A formatted stretch, with offsets in UTF-16 units as Telegram gives them."""

    type: str
    offset: int
    length: int
    url: str | None = None


@dataclass
class _Open:
    name: str
    offset: int
    url: str | None


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def parse(html: str) -> tuple[str, list[Entity]]:
    """The text without its markup, and the entities, or Refused."""
    text: list[str] = []
    size = position = 0
    stack: list[_Open] = []
    entities: list[Entity] = []
    while position < len(html):
        if html[position] != "<":
            end = html.find("<", position)
            end = len(html) if end < 0 else end
            piece = _decode(html[position:end])
            text.append(piece)
            size += units(piece)
            position = end
            continue
        found = _TAG.match(html, position)
        if not found:
            raise Refused(f"can't parse entities: Unexpected start tag at offset {position}")
        if found[1]:
            entities.append(_closed(stack, found[2].lower(), size, position))
        else:
            stack.append(_opened(found, size, position))
        position = found.end()
    if stack:
        raise Refused(
            "can't parse entities: Can't find end tag corresponding to start tag "
            f'"{stack[-1].name}"'
        )
    return "".join(text), sorted(
        (e for e in entities if e.length and e.url != ""), key=lambda e: (e.offset, -e.length)
    )


def _opened(found: re.Match[str], size: int, position: int) -> _Open:
    name = found[2].lower()
    if name not in TAGS:
        raise Refused(
            f'can\'t parse entities: Unsupported start tag "{name}" at byte offset {position}'
        )
    attributes = {
        a[1].lower(): _decode(a[2] or a[3] or a[4] or "") for a in _ATTRIBUTE.finditer(found[3])
    }
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise Refused(
            'can\'t parse entities: Tag "span" must have class "tg-spoiler" '
            f"at byte offset {position}"
        )
    return _Open(name, size, _target(attributes.get("href", "")) if name == "a" else None)


def _closed(stack: list[_Open], name: str, size: int, position: int) -> Entity:
    if not stack:
        raise Refused(f"can't parse entities: Unexpected end tag at byte offset {position}")
    top = stack.pop()
    if top.name != name:
        raise Refused(
            f"can't parse entities: Unmatched end tag at byte offset {position}, "
            f'expected "</{top.name}>", found "</{name}>"'
        )
    return Entity(top.name, top.offset, size - top.offset, top.url)


def _target(href: str) -> str:
    """Telegram drops links to anything else, silently; so they show up as missing entities."""
    parts = urlsplit(href)
    return (
        href
        if parts.scheme in ("http", "https", "tg", "mailto") and (parts.netloc or parts.path)
        else ""
    )


def _decode(text: str) -> str:
    return _REFERENCE.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    if found[3]:
        return NAMED.get(found[3], found[0])
    code = int(found[1], 16) if found[1] else int(found[2])
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else found[0]

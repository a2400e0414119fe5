"""JSON Feed 1.0 and 1.1, which feedparser does not read."""

import json
from collections.abc import Iterator
from typing import Any

from monitor.errors import ParseError
from monitor.model import Document, Entry
from monitor.sources.dates import from_iso
from monitor.sources.feeds import MOST_ENTRIES, absolute, excerpt, taken_problems, tells_something
from monitor.sources.plain import plain, plain_line

_Item = dict[str, Any]


def read_json_feed(data: bytes, url: str) -> Document:
    """Read a JSON Feed; ParseError if it is none."""
    feed = _loaded(data, url)
    items = [item for item in feed["items"] if isinstance(item, dict)]
    entries = [_entry(item, url) for item in items[:MOST_ENTRIES]]
    problems = taken_problems(len(items), entries)
    return Document(
        kind="json",
        title=plain_line(_string(feed, "title"), marked_up=False),
        entries=tuple(entry for entry in entries if tells_something(entry)),
        problems=tuple(problems),
    )


def _loaded(data: bytes, url: str) -> _Item:
    try:
        feed = json.loads(data)
    except RecursionError:
        raise ParseError(f"{url} is JSON nested too deeply to be a feed.") from None
    except ValueError as error:  # bad syntax, bad encoding, absurd numbers
        raise ParseError(f"{url} begins like JSON but cannot be read: {error}.") from None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise ParseError(f"{url} is JSON but no JSON Feed (it has no list of items).")
    return feed


def _entry(item: _Item, url: str) -> Entry:
    text, markup = _string(item, "content_text"), _string(item, "content_html")
    content = plain(markup) if markup else plain(text, marked_up=False)
    summary = plain(_string(item, "summary"), marked_up=False)
    return Entry(
        id=_string(item, "id").strip() or None,
        url=_address(item, url),
        title=plain_line(_string(item, "title"), marked_up=False),
        summary=summary or excerpt(content),
        content=content,
        published=from_iso(item.get("date_published")),
        updated=from_iso(item.get("date_modified")),
        authors=tuple(dict.fromkeys(_authors(item))),
    )


def _address(item: _Item, url: str) -> str:
    links = [_string(item, field) for field in ("url", "external_url")]
    if (guid := _string(item, "id")).startswith(("http://", "https://")):
        links.append(guid)
    return next(filter(None, (absolute(url, link) for link in links if link)), "")


def _authors(item: _Item) -> Iterator[str]:
    people = item.get("authors") or [item.get("author")]  # 1.1, 1.0
    for person in people if isinstance(people, list) else ():
        if isinstance(person, dict) and (
            name := plain_line(_string(person, "name"), marked_up=False)
        ):
            yield name


def _string(item: _Item, field: str) -> str:
    """A field as text; numbers are written out (ids often are), anything else is nothing."""
    value = item.get(field)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    # JSON may spell half an emoji, which no database takes.
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""

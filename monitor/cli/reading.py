"""Brings what a command was asked to read: from the web, or from a file saved earlier."""

import difflib
import json
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

from monitor.app.application import fetch_limits
from monitor.config import Config
from monitor.errors import FetchError, ParseError
from monitor.fetch import HttpFetcher
from monitor.model import Article, Request, Response
from monitor.urls import is_web

_KEYS = {field.name for field in fields(Article)} | {"id"}
_WORDS = ("title", "text", "standfirst")  # mistyped, these lose the article
_TEXTS = {field.name for field in fields(Article)} - {"authors", "published", "modified"}


async def read_input(
    place: str, config: Config, *, url: str | None, content_type: str | None
) -> Response:
    """Fetch a URL as the monitor would, or read a file; raises FetchError."""
    if is_web(place):
        fetcher = HttpFetcher(fetch_limits(config))
        try:
            return await fetcher.fetch(Request(url=place))
        finally:
            await fetcher.close()
    return _read_file(Path(place), url, content_type)


def _read_file(path: Path, url: str | None, content_type: str | None) -> Response:
    try:
        body = path.read_bytes()
    except OSError as error:
        raise FetchError(f"{path}: {error.strerror}; name a file or an http(s) address") from None
    address = url or path.resolve().as_uri()
    return Response(
        url=address, final_url=address, status=200, body=body, content_type=content_type
    )


# --- articles as JSON


def read_article(place: str) -> Article:
    """The one article of a JSON file, or of the standard input; raises ParseError."""
    where = "standard input" if place == "-" else place
    return parse_article(_whole(place), where)[1]


def _whole(place: str) -> str:
    if place == "-":
        return sys.stdin.read()
    try:
        return Path(place).read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ParseError(f"{place} is not UTF-8 text; save it as UTF-8") from error
    except OSError as error:
        raise ParseError(
            f"{place} cannot be read: {error.strerror}; name a file of JSON"
        ) from error


def parse_article(line: str, where: str) -> tuple[str, Article]:
    """An article of a JSON object with its id; raises ParseError that names the place."""
    row = _object(line, where)
    for key in row.keys() - _KEYS:
        near = difflib.get_close_matches(key, _WORDS, n=1, cutoff=0.7)
        if near and near[0] not in row:
            raise ParseError(f"{where}: unknown key `{key}`; did you mean `{near[0]}`?")
    values: dict[str, Any] = {"url": "", "title": "", "text": ""}
    for key in _TEXTS & row.keys():
        if not isinstance(row[key], str | None):
            raise ParseError(f"{where}: `{key}` must be a text")
        if row[key]:
            values[key] = row[key]
    authors = row.get("authors") or []
    if not isinstance(authors, list) or not all(isinstance(name, str) for name in authors):
        raise ParseError(f"{where}: `authors` must be a list of texts")
    name = row.get("id", values["url"] or where)
    return str(name), Article(**values, authors=tuple(authors))


def _object(line: str, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        what = f"is not JSON ({error.msg} at column {error.colno})"
        raise ParseError(f'{where} {what}; write {{"title": "…", "text": "…"}}') from error
    except (ValueError, RecursionError) as error:  # numbers of thousands of digits; brackets
        raise ParseError(f"{where} is no JSON that could be an article: {error}") from error
    if not isinstance(row, dict):
        raise ParseError(f'{where} is not an object; write {{"title": "…", "text": "…"}}')
    return row

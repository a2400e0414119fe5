"""Brings what a command was asked to read: from the web, or from a file saved earlier."""

from pathlib import Path

from monitor.app.application import fetch_limits
from monitor.config import Config
from monitor.errors import FetchError
from monitor.fetch import HttpFetcher
from monitor.model import Request, Response
from monitor.urls import is_web


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

"""A second opinion from trafilatura and htmldate, where they are installed and asked for.

They come with the extra ``[trafilatura]`` and are loaded in worker processes of their own only, by
``app.advice``: monitor itself does without them, and its own reading stays if they fail.
"""

import importlib
import importlib.util
import itertools
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from monitor.decoding import decode
from monitor.extract.blocks import weight_of
from monitor.extract.prompts import without_prompts
from monitor.model import Page, PageKind

# lxml_html_clean is trafilatura's own need, which it does not name: without it the import fails.
NEEDED = ("trafilatura", "lxml_html_clean", "htmldate")

UNSURE = 0.55  # confidence under which another is asked; so are some 6 % of pages
_LEAST = 250  # weight of a text that makes an article of a page on which we found none
_LOSS = 1.5  # as much text as ours, or more: then we lost part of the story
_LARGEST = 2_000_000  # characters; a larger page takes them longer than the worker may
_RESET = 200  # pages after which their caches, which know no bound, are emptied

_asked = itertools.count(1)


def is_installed() -> bool:
    """Whether all that is needed is there."""
    return all(importlib.util.find_spec(name) for name in NEEDED)


def is_wanted(page: Page) -> bool:
    """Whether there is something to ask; of most pages there is not."""
    return _lacks_text(page) or _lacks_date(page)


def with_second_opinion(page: Page, data: bytes, content_type: str | None = None) -> Page:
    """The page with trafilatura's text where ours is unsure and much shorter, and htmldate's date
    where none was found.

    What they have less is left as it is: it may well be cleaner, but a miss is worse than a false
    alert. Raises whatever they raise, and may take any time and memory: to be run in a worker.
    """
    html = decode(data, content_type)
    if len(html) > _LARGEST:
        return page
    if _lacks_text(page):
        page = _reread(page, html)
    if _lacks_date(page):
        page = replace(page, published=_date(page, html))
    return page


def _lacks_text(page: Page) -> bool:
    return page.kind in (PageKind.ARTICLE, PageKind.EMPTY) and page.confidence < UNSURE


def _lacks_date(page: Page) -> bool:
    return page.kind is PageKind.ARTICLE and page.published is None


def _reread(page: Page, html: str) -> Page:
    trafilatura: Any = importlib.import_module("trafilatura")
    text = trafilatura.extract(html, url=page.url, include_comments=False) or ""
    if next(_asked) % _RESET == 0:
        importlib.import_module("trafilatura.meta").reset_caches()
    lines = without_prompts([" ".join(line.split()) for line in text.split("\n")])
    text = "\n".join(line for line in lines if line and line != page.title)
    if weight_of(text) <= max(_LEAST, _LOSS * weight_of(page.text)):
        return page
    return replace(page, kind=PageKind.ARTICLE, text=text, confidence=UNSURE, passages=())


def _date(page: Page, html: str) -> datetime | None:
    """The day on which the page was published, as a time in UTC."""
    htmldate: Any = importlib.import_module("htmldate")
    found = htmldate.find_date(html, original_date=True, extensive_search=False, url=page.url)
    return datetime.fromisoformat(found).replace(tzinfo=UTC) if found else None

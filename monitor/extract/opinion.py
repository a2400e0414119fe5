"""A second opinion from trafilatura and htmldate, where they are installed and asked for.

They come with the extra ``[trafilatura]``. Loaded only when first needed, in the worker process
that reads pages: monitor itself does without them.
"""

import importlib
import importlib.util
import itertools
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from monitor.extract.blocks import weight_of
from monitor.model import Page, PageKind

# lxml_html_clean is trafilatura's own need, which it does not name: without it the import fails.
NEEDED = ("trafilatura", "lxml_html_clean", "htmldate")

UNSURE = 0.55  # confidence under which another is asked; so are some 6 % of pages
_LEAST = 250  # weight of a text that makes an article of a page on which we found none
_LOSS = 1.5  # as much text as ours, or more: then we lost part of the story
_LARGEST = 2_000_000  # characters; a larger page could take them longer than the worker may
_RESET = 200  # pages after which their caches, which know no bound, are emptied

_asked = itertools.count(1)


def is_installed() -> bool:
    """Whether all that is needed is there."""
    return all(importlib.util.find_spec(name) for name in NEEDED)


def with_second_opinion(page: Page, html: str) -> Page:
    """The page with trafilatura's text where ours is unsure and much shorter, and htmldate's date
    where none was found.

    What they have less is left as it is: it may well be cleaner, but a miss is worse than a false
    alert.
    """
    is_article = page.kind in (PageKind.ARTICLE, PageKind.EMPTY)
    if not is_article or len(html) > _LARGEST:
        return page
    if page.confidence < UNSURE:
        page = _reread(page, html)
    if page.published is None and page.kind is PageKind.ARTICLE:
        page = replace(page, published=_date(page, html))
    return page


def _reread(page: Page, html: str) -> Page:
    trafilatura: Any = importlib.import_module("trafilatura")
    text = trafilatura.extract(html, url=page.url, include_comments=False) or ""
    if next(_asked) % _RESET == 0:
        importlib.import_module("trafilatura.meta").reset_caches()
    lines = (" ".join(line.split()) for line in text.split("\n"))
    text = "\n".join(line for line in lines if line and line != page.title)
    if weight_of(text) <= max(_LEAST, _LOSS * weight_of(page.text)):
        return page
    return replace(page, kind=PageKind.ARTICLE, text=text, confidence=UNSURE, passages=())


def _date(page: Page, html: str) -> datetime | None:
    """The day on which the page was published, as a time in UTC."""
    htmldate: Any = importlib.import_module("htmldate")
    found = htmldate.find_date(html, original_date=True, extensive_search=False, url=page.url)
    return datetime.fromisoformat(found).replace(tzinfo=UTC) if found else None

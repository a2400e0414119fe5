"""Asks for a second opinion on a page: whatever comes of that, our own reading is not lost.

The libraries that are asked run in worker processes of their own: those that read pages are not
held up by them, nor left with what they leak.
"""

from datetime import timedelta
from typing import NamedTuple

from monitor.app.jobs import attempt
from monitor.app.workers import Workers
from monitor.errors import MonitorError
from monitor.extract.opinion import is_wanted, with_second_opinion
from monitor.model import Page, Response

# Imported as a process starts, so that it takes nothing of the time for the first page.
_PRELOAD = ("monitor.extract.opinion", "trafilatura", "htmldate")
_LONGEST = 300  # characters of what a library says of its failure; it may quote the page


class Advised(NamedTuple):
    """A page after a second opinion was asked where it needs one."""

    page: Page
    failure: str  # why the page has none that it needs; "" else


def advisers(count: int, limit: timedelta, memory: int = 2_000_000_000) -> Workers:
    """Workers to ask, each opinion for at most ``limit``; none is started before it is needed."""
    return Workers(count, limit, memory=memory, preload=_PRELOAD)


async def advised(page: Page, response: Response, workers: Workers) -> Advised:
    """Ask on a page that needs it; any failure leaves the page as it is."""
    if not is_wanted(page):
        return Advised(page, "")
    work = workers.run(with_second_opinion, page, response.body, response.content_type)
    answer = await attempt(work)
    if isinstance(answer, Exception):
        return Advised(page, _said(answer))
    return Advised(answer, "")


def _said(error: Exception) -> str:
    """An error in one short line."""
    told = str(error) if isinstance(error, MonitorError) else f"{type(error).__name__}: {error}"
    return " ".join(told.split())[:_LONGEST]

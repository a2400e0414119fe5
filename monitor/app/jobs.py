"""The one place where anything may go wrong: a job that fails is logged and stays alone."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from monitor.errors import MonitorError

log = structlog.get_logger()

T = TypeVar("T")


async def run_job(work: Awaitable[None], failed: Callable[[Exception], Awaitable[None]]) -> None:
    """Do the work; an error nobody foresaw is logged with its traceback and given to ``failed``.

    Errors that monitor raises on purpose are left to the caller.
    """
    try:
        await work
    except MonitorError:
        raise
    except Exception as error:  # one job must not stop the others
        log.exception("a job failed unexpectedly; please report this")
        await failed(error)


async def attempt(work: Awaitable[T]) -> T | Exception:
    """The result of work that can be done without, or what went wrong in it."""
    try:
        return await work
    except Exception as error:  # noqa: BLE001 - the caller tells of it, and goes on without
        return error

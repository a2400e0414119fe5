"""The one place where anything may go wrong: a job that fails is logged and stays alone."""

from collections.abc import Awaitable, Callable

import structlog

from monitor.errors import MonitorError

log = structlog.get_logger()


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

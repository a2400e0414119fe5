"""``monitor run``: the monitor itself."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

import typer

from monitor.app.application import open_application
from monitor.app.files import read_config, read_telegram_token
from monitor.app.logs import configure_logging
from monitor.cli.output import DEFAULT_CONFIG, ConfigOption, count, errors_for_people, out, sheet
from monitor.config import Config
from monitor.model import Counts, SourceState

_ONCE_PATIENCE = timedelta(minutes=2)


def run(
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    once: Annotated[
        bool, typer.Option("--once", help="Poll every source once, send, print a summary, end.")
    ] = False,
) -> None:
    """Poll the sources, match the rules, send the alerts: until Ctrl-C or SIGTERM.

    The first poll of a source only learns what is there already; from then on every new article is
    matched. Everything is kept in the database, so it can be stopped, or killed, at any time.
    Changed rule files are taken up while it runs; a changed configuration at the next start.

    Examples:

    - `monitor run`
    - `monitor run -c /etc/monitor/config.toml`
    - `monitor run --once`
    """
    with errors_for_people():
        found = read_config(config)
        token = read_telegram_token(found)
        log = found.log
        configure_logging(log.level, json_lines=log.json_lines, secrets=[token or ""])
        polled = asyncio.run(_run(found, token, once=once))
    if polled is not None and not _summary(*polled):
        raise typer.Exit(1)


async def _run(
    config: Config, token: str | None, *, once: bool
) -> tuple[Counts, Sequence[SourceState]] | None:
    if once:
        wait = config.delivery.model_copy(update={"first_wait": timedelta(0)})
        config = config.model_copy(update={"delivery": wait})
    async with open_application(config, token=token, console=sheet) as application:
        if once:
            return await application.poll_once(_ONCE_PATIENCE), application.store.states()
        await application.run(stop_signal())
    _end_at_once()
    return None


def _end_at_once() -> None:
    """End the process: all is on disk, and Python would wait for threads that ask a dead name
    server for an address.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def stop_signal() -> asyncio.Event:
    """An event that Ctrl-C or SIGTERM sets; a second signal ends the process the hard way."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def first(number: signal.Signals) -> None:
        stop.set()
        loop.remove_signal_handler(number)
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, first, number)
    return stop


def _summary(counts: Counts, states: Sequence[SourceState]) -> bool:
    """Say what one round of polling came to; False if every source failed."""
    failed = sum(state.error is not None for state in states)
    out.print(f"Polled {count(len(states), 'source')} once.")
    if failed:
        out.print(f"  {failed} failed: monitor sources list says why", style="yellow")
    if counts.baseline:
        out.print(
            f"  {count(counts.baseline, 'entry')} found at the first poll of a source: "
            "taken as known, not alerted"
        )
    folded = counts.same_url + counts.same_text
    out.print(f"  {count(counts.articles, 'new article')} read, {counts.matched} matched a rule")
    if counts.from_feed:
        out.print(f"  {counts.from_feed} of them by the feed's text only (see monitor why URL)")
    if folded:
        out.print(f"  {folded} were copies of an article already known")
    sent = count(counts.sent, "alert")
    out.print(f"  {sent} sent, {counts.waiting} waiting, {counts.dead} given up")
    return failed < len(states) or not states

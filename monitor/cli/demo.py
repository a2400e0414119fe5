"""``monitor demo``: the real application against a bundled newsroom, for half a minute."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import structlog
import typer
from rich.panel import Panel
from rich.table import Table

import monitor.demo
from monitor.app.application import Application, open_application
from monitor.app.clock import now
from monitor.app.logs import configure_logging
from monitor.cli.narrator import Narrator
from monitor.cli.output import errors_for_people, out, sheet
from monitor.cli.run import stop_signal
from monitor.config import Config, parse_config
from monitor.demo.newsroom import Newsroom
from monitor.demo.outlets import Printed
from monitor.demo.stories import Fate, expected_alerts
from monitor.model import DeliveryState, History, Relation
from monitor.ports import Store
from monitor.urls import url_keys

_END = 24.0  # seconds after the newsroom opens


def demo() -> None:
    """See it work: half a minute, no account, no network, nothing left behind.

    A newsroom of four invented outlets opens on this machine. The real application polls it,
    matches rules/ai.toml, folds the reprints of one story together and shows each alert with its
    evidence; then it tells what it left out, and why.

    Example:

    - `monitor demo`
    """
    with errors_for_people():
        if not asyncio.run(_demo()):
            raise typer.Exit(1)


def shipped_rules() -> Path:
    """The rule files that come with monitor: in the package, or in a checkout beside it."""
    packaged = Path(monitor.demo.__file__).parent / "rules"
    return packaged if packaged.is_dir() else Path(monitor.demo.__file__).parents[2] / "rules"


async def _demo() -> bool:
    configure_logging("error")
    with tempfile.TemporaryDirectory(prefix="monitor-demo-") as folder:
        async with Newsroom(now()) as newsroom:
            config = demo_config(newsroom, Path(folder))
            outlets = {source.id: source.outlet for source in config.sources()}
            structlog.configure(
                processors=[
                    structlog.contextvars.merge_contextvars,
                    Narrator(out, outlets, now),
                ]
            )
            _open(newsroom)
            async with open_application(config, token=None, console=sheet) as application:
                if not await _watch(application, newsroom):
                    out.print("Stopped before its end.")
                    return True
                return _close(application.store, newsroom)


def demo_config(newsroom: Newsroom, folder: Path) -> Config:
    """The embedded configuration: as the example's, but in seconds and on loopback."""
    sources = "".join(
        f'[[source]]\nid = "{outlet.id}"\nkind = "{outlet.kind}"\nurl = "{outlet.url}"\n'
        f'outlet = "{outlet.name}"\n'
        for outlet in newsroom.outlets
    )
    allow = ", ".join(f'"{network}"' for network in newsroom.networks)
    text = f"""
        store.path = "{folder}/demo.db"
        rules.path = "{shipped_rules()}"
        polling = {{ every = "2s", shortest = "1s" }}
        delivery = {{ first_wait = "6s" }}
        network = {{ host_gap = "50ms", allow = [{allow}] }}
        chats.console = {{ channel = "console", default = true, operator = true }}
        {sources}
    """
    return parse_config(text, str(folder / "demo.toml"))


def _open(newsroom: Newsroom) -> None:
    lines = [f"{outlet.name}: {outlet.format} at {outlet.url}" for outlet in newsroom.outlets]
    title = "A newsroom opens on this machine"
    sheet.print(Panel("\n".join(lines), title=title, title_align="left", expand=False))


async def _watch(application: Application, newsroom: Newsroom) -> bool:
    """Run the application while the newsroom prints its stories; False if it was stopped."""
    stop = stop_signal()
    running = asyncio.create_task(application.run(stop))
    printing = asyncio.create_task(_print_stories(newsroom))
    with suppress(TimeoutError):
        async with asyncio.timeout(_END):
            await stop.wait()
    stopped = stop.is_set()
    stop.set()
    printing.cancel()
    await asyncio.gather(running, printing, return_exceptions=True)
    return not stopped


async def _print_stories(newsroom: Newsroom) -> None:
    passed = 0.0
    for seconds, name in newsroom.schedule:
        await asyncio.sleep(seconds - passed)
        passed = seconds
        newsroom.publish(name, now())


# --- the summary -------------------------------------------------------------------------------


def _close(store: Store, newsroom: Newsroom) -> bool:
    """Print what was polled, told, folded and left out, and why; False if an alert is missing."""
    counts = store.counts(now() - timedelta(hours=1))
    asked = newsroom.requests
    out.print()
    out.print(
        f"Polled {len(newsroom.outlets)} outlets with {asked.gets} requests, "
        f"{asked.not_modified} of them answered “not modified”.",
        style="bold",
    )
    table = Table("result", "article", "why", title_justify="left", row_styles=["", "dim"])
    told: dict[str, set[str]] = {}
    for printed, url in newsroom.articles():
        history = store.history(url_keys(url, None, None))
        if printed.story.fate is not Fate.BASELINE:
            table.add_row(*_row(printed, history))
        for delivery in history.deliveries:
            if delivery.state is DeliveryState.SENT:
                told.setdefault(printed.story.id, set()).add(str(delivery.id))
    sheet.print(table)
    out.print(
        f"{counts.baseline} articles were there at the first poll: taken as known, not alerted."
    )
    return _verdict(told)


def _row(printed: Printed, history: History) -> Iterator[str]:
    article = history.article
    outlet = article.article.outlet if article else printed.edition.outlet
    headline = f"{printed.edition.headline}\n[italic]{outlet}[/italic]"
    if article is None:
        yield from ("not read", headline, "not listed yet when the demo ended")
        return
    rules = ", ".join(match.rule.id for match in history.matches)
    because = f"\n{article.article.note}" if article.article.note else ""
    if article.relation is not Relation.NEW:
        yield from ("folded", headline, f"{article.relation} as an article read before{because}")
    elif rules:
        yield from ("alert", headline, f"matches {rules}{because}")
    else:
        yield from ("left out", headline, f"no rule matches: {printed.story.why}")


def _verdict(told: dict[str, set[str]]) -> bool:
    """Compare with what the newsroom expects of a good monitor."""
    wanted = {story for stories in expected_alerts().values() for story in stories}
    missing, more = wanted - told.keys(), told.keys() - wanted
    twice = {story for story, deliveries in told.items() if len(deliveries) > 1}
    if missing or more or twice:
        wrong = {"not told": missing, "told without reason": more, "told more than once": twice}
        for what, which in wrong.items():
            if which:
                out.print(f"{what}: {', '.join(sorted(which))}", style="red")
        out.print("This is not as it should be; on a very busy machine, try again.", style="red")
        return False
    out.print(
        f"{len(told)} stories alerted, each exactly once. "
        "Next: cp config.example.toml config.toml, then monitor run (see README.md).",
        style="green",
    )
    return True

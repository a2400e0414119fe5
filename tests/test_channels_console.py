"""Alerts in the terminal: as people read them, and safe with any text."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from monitor.channels.console import ConsoleChannel
from monitor.model import Alert, Cause, Chat, Priority, Rule, Snippet
from monitor.ports import Channel

GOLDEN = Path(__file__).parent / "data" / "messages" / "console.txt"
NOW = datetime(2026, 11, 22, 18, 4, tzinfo=UTC)
DESK = Chat(name="desk", channel="console")
ALERT = Alert(
    delivery=412,
    title=Snippet(text="Halden [red]buys[/red] Orrin", marks=((0, 6),)),
    url="https://ledger.example/halden?a=1&b=2",
    outlet="The Ledger",
    published=NOW - timedelta(minutes=6),
    read_at=NOW,
    rules=(Rule(id="deals.halden", title="Halden", query="halden", priority=Priority.HIGH),),
    evidence=("@halden “Halden” (headline)",),
    snippets=(Snippet(text="… [link=https://evil.example]Halden[/] said …", marks=((29, 35),)),),
    also=(("Daily Post", "https://post.example/1"),),
    repeated=True,
)
pytestmark = pytest.mark.anyio


def screen(*, colours: bool = False) -> Console:
    return Console(
        file=StringIO(),
        width=80,
        force_terminal=colours,
        color_system="standard" if colours else None,
    )


def shown(console: Console) -> str:
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


async def test_golden() -> None:
    console = screen()
    channel: Channel = ConsoleChannel(console, clock=lambda: NOW)
    assert await channel.send(DESK, ALERT) == "1 on the console"
    assert (
        await channel.send(DESK, replace(ALERT, url="javascript:x", also=())) == "2 on the console"
    )
    await channel.tell(DESK, "rules.toml: [bold]line 3[/bold]\nThe old rules stay.")
    await channel.close()
    assert shown(console) == GOLDEN.read_text(encoding="utf-8")


async def test_a_correlation_says_why_before_all_else() -> None:
    console = screen()
    other = ("Orrin [b]sold[/b]", "The Wire", "https://wire.example/1")
    cause = Cause(id="burst", title="All [i]at once", reason="9 matches in 1 h", articles=(other,))
    alert = replace(ALERT, cause=cause, also=())
    await ConsoleChannel(console, clock=lambda: NOW).send(DESK, alert)
    lines = [line.strip("│╭╮╰╯ ") for line in shown(console).splitlines()]
    assert lines[1] == "All [i]at once: 9 matches in 1 h"
    assert "• Orrin [b]sold[/b] – The Wire" in lines
    assert "Correlation: burst" in lines


async def test_evidence_stands_out_and_the_address_is_a_link() -> None:
    console = screen(colours=True)
    await ConsoleChannel(console, clock=lambda: NOW).send(DESK, ALERT)
    output = shown(console)
    assert "\x1b[1;4mHalden\x1b[0m" in output
    assert "\x1b[1;32mHalden\x1b[0m" in output
    assert f";{ALERT.url}\x1b\\" in output
    assert ";https://evil.example" not in output


async def test_no_link_to_what_is_none() -> None:
    console = screen(colours=True)
    await ConsoleChannel(console, clock=lambda: NOW).send(DESK, replace(ALERT, url="file:///etc"))
    assert "\x1b]8;" not in shown(console)


async def test_escape_sequences_of_a_headline_do_nothing() -> None:
    console = screen()
    title = Snippet(text="Halden \x1b[2J\x1b]0;owned\x07 \x9b31m\u202e buys \ud800", marks=())
    await ConsoleChannel(console, clock=lambda: NOW).send(DESK, replace(ALERT, title=title))
    await ConsoleChannel(console, clock=lambda: NOW).tell(DESK, "notice \x1b[2J\x07")
    assert not {"\x1b", "\x07", "\x9b", "\u202e", "\ud800"} & set(shown(console))

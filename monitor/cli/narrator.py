"""Tells what the application does, as it does it: the demo's progress, from the log's events."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

import structlog
from rich.console import Console
from rich.text import Text

Event = Mapping[str, Any]


class Narrator:
    """The last processor of structlog: prints what a reader can follow, drops the rest."""

    def __init__(self, console: Console, outlets: Mapping[str, str], clock: Callable[[], datetime]):
        """``outlets`` has the name of each source's outlet."""
        self._console = console
        self._outlets = outlets
        self._clock = clock
        self._begun = clock()

    def __call__(self, _logger: object, method: str, event: Event) -> str:
        """Print an event, if it is one to follow; it never goes on to a log."""
        line = _tell(event, method)
        if line:
            seconds = (self._clock() - self._begun).total_seconds()
            outlet = self._outlets.get(event.get("source", ""), "")
            text = Text(f"{seconds:5.1f} s  {outlet:<18}", style="dim")
            with suppress(BrokenPipeError):  # the demo's end will notice
                self._console.print(text.append(line, style=_style(event, method)))
        raise structlog.DropEvent


def _style(event: Event, method: str) -> str:
    if method in ("warning", "error"):
        return "yellow"
    return "not dim bold" if event.get("rules") else "not dim"


def _tell(event: Event, method: str) -> str:
    what = event["event"]
    if what == "first poll: entries taken as known":
        return f"first poll: {event['known']} articles taken as known, silently"
    if what == "article":
        return _article(event)
    if method in ("warning", "error"):
        details = event.get("error") or event.get("reason") or ""
        return f"{what}: {details}" if details else str(what)
    return ""


def _article(event: Event) -> str:
    """The headline, and below it what became of it."""
    rules = ", ".join(event["rules"])
    became = f"matches {rules}" if rules else "no rule matches"
    if event["relation"] in ("same text", "same address"):
        became = f"{event['relation']} as an article before: folded into its story"
        told = any("already has" in decision for decision in event["decisions"])
        became += ", already told" if told else ""
    if event.get("feed_only"):
        became = f"{event['feed_only']}: only the feed's text was read; {became}"
    return f"{event['title']}\n{'':<27}→ {became}"

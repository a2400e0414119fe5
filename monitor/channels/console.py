"""Alerts to the terminal, for the demo and for a first run without any account."""

from collections.abc import Callable, Iterator
from datetime import datetime

from rich.console import Console, Group
from rich.panel import Panel
from rich.style import Style
from rich.text import Text

from monitor.errors import ChannelError
from monitor.model import Alert, Chat, Priority
from monitor.render import (
    Run,
    byline,
    cause_note,
    further,
    headline,
    is_link,
    others,
    plain,
    plain_lines,
    reasons,
    repeated_note,
    shown_url,
    snippets,
)

_BORDERS = {Priority.LOW: "dim", Priority.HIGH: "yellow", Priority.URGENT: "red"}


class ConsoleChannel:
    """Prints alerts as panels. ``clock`` tells the time, for "4 min ago"."""

    def __init__(self, console: Console, *, clock: Callable[[], datetime]) -> None:
        self._console = console
        self._clock = clock
        self._printed = 0

    async def send(self, chat: Chat, alert: Alert) -> str:
        """Print one alert; the answer is its number since the start."""
        self._print(panel(chat, alert, self._clock()))
        self._printed += 1
        return f"{self._printed} on the console"

    async def tell(self, chat: Chat, text: str) -> None:
        """Print a notice."""
        self._print(Text.assemble((f"{chat.name}: ", "bold"), plain_lines(text)))

    async def close(self) -> None:
        """Nothing to let go of."""

    def _print(self, what: Panel | Text) -> None:
        try:
            self._console.print(what)
        except OSError as error:
            raise ChannelError(f"the console cannot be written to: {error.strerror}") from error


def panel(chat: Chat, alert: Alert, now: datetime) -> Panel:
    """One alert as people see it. Only Text objects: markup in a headline stays what it is."""
    return Panel(
        Group(*_lines(alert, now)),
        title=Text(plain(f"{chat.name} · {alert.priority}", 100)),
        title_align="left",
        border_style=_BORDERS.get(alert.priority, "blue"),
    )


def _lines(alert: Alert, now: datetime) -> Iterator[Text]:
    if alert.cause:
        yield Text(cause_note(alert.cause), "bold magenta")
    yield _highlighted(headline(alert), "bold", "bold underline")
    yield Text(byline(alert, now), "dim")
    for runs in snippets(alert):
        yield Text()
        yield _highlighted(runs, "", "bold green")
    yield Text()
    if also := others(alert):
        yield Text(also)
    for line in further(alert):
        yield Text(line)
    for reason in reasons(alert):
        yield Text(reason, "cyan")
    if alert.repeated:
        yield Text(repeated_note(alert), "italic")
    yield _link(alert.url)


def _highlighted(runs: list[Run], style: str, evidence: str) -> Text:
    return Text.assemble(*((run.text, evidence if run.mark else style) for run in runs))


def _link(url: str) -> Text:
    shown = shown_url(url)
    return Text(shown, Style(link=shown) if is_link(url) else "", overflow="fold")

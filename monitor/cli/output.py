"""Where commands write: results to standard output, everything else to standard error."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from monitor.app.files import read_config
from monitor.config import Config, parse_config
from monitor.errors import MonitorError
from monitor.render import without_controls


class _Output(Console):
    """A console that says so when its reader has left; rich would end the process amid a task."""

    def on_broken_pipe(self) -> None:
        """Leave it to whoever printed: an alert that nobody saw was not sent."""
        raise BrokenPipeError(errno.EPIPE, "nobody reads standard output any more")


out = _Output(highlight=False, soft_wrap=True)
sheet = _Output(highlight=False)  # for panels and tables, which wrap inside their frames
err = Console(stderr=True, highlight=False, soft_wrap=True)


def count(number: int, noun: str) -> str:
    """``1 source``, ``2 sources``, ``0 entries``."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"


def shown(text: str) -> str:
    """Words of others as they may go to a terminal: without the signs that control it."""
    return without_controls(text.replace("\r", ""))


ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", help="The configuration file.", show_default=True)
]
DEFAULT_CONFIG = Path("config.toml")


@contextmanager
def errors_for_people() -> Iterator[None]:
    """Show an error that monitor raised on purpose as plain lines, and exit with status 1."""
    try:
        yield
    except MonitorError as error:
        for line in str(error).splitlines():
            err.print("error:", line, style="red", markup=False)
        raise typer.Exit(1) from None


def config_or_defaults(path: Path) -> Config:
    """The configuration file where there is one, else the defaults, which name no source."""
    if path == DEFAULT_CONFIG and not path.exists():
        return parse_config("", str(path))
    return read_config(path)

"""Where commands write: results to standard output, everything else to standard error."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from monitor.app.files import read_config
from monitor.config import Config, parse_config
from monitor.errors import MonitorError

out = Console(highlight=False, soft_wrap=True)
sheet = Console(highlight=False)  # for panels and tables, which wrap inside their frames
err = Console(stderr=True, highlight=False, soft_wrap=True)

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

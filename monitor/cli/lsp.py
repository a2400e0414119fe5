"""``monitor rules lsp``: rule files in an editor."""

import logging
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from monitor.app.clock import now
from monitor.app.files import beside, read_config
from monitor.cli.output import DEFAULT_CONFIG, ConfigOption, err
from monitor.errors import MonitorError
from monitor.lsp.session import Session, Settings


def lsp(
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    tcp: Annotated[
        int | None,
        typer.Option(
            "--tcp", metavar="PORT", help="Serve on 127.0.0.1 instead, and log, for debugging."
        ),
    ] = None,
) -> None:
    """Serve editors that speak the Language Server Protocol, over standard input and output.

    Diagnostics while you type, completion, hover with the meaning and what the archive saw in the
    last 7 days, quick fixes, formatting, go to definition. docs/editors.md says how to set up
    VS Code, Neovim and Helix. Needs the extra lsp; the configuration may be missing.

    Examples:

      monitor rules lsp

      monitor rules lsp --config /etc/monitor/config.toml

      monitor rules lsp --tcp 7070
    """
    if find_spec("pygls") is None:
        advice = "install it with pip install 'media-monitor[lsp]'"
        err.print(f"error: the language server needs pygls; {advice}", style="red", markup=False)
        raise typer.Exit(1)
    from monitor.lsp.server import rule_server

    server = rule_server(Session(lambda: _settings(config)), now)
    if tcp is None:
        server.start_io()
    else:
        logging.basicConfig(level=logging.INFO, format="%(message)s")
        server.start_tcp("127.0.0.1", tcp)


def _settings(path: Path) -> Settings:
    """What the configuration says; nothing if there is none, or as long as it has mistakes."""
    try:
        config = read_config(path.absolute())
    except MonitorError:
        return Settings()
    return Settings(
        chats=tuple(chat.name for chat in config.destinations()),
        rules=beside(config, config.rules.path),
        database=beside(config, config.store.path),
    )

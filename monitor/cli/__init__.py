"""The command line: arguments in, text out; nothing else prints. One module a command group."""

from typing import Annotated

import typer

from monitor import __version__
from monitor.cli import articles, config, demo, rules, run, sources

app = typer.Typer(
    name="monitor",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Watch news sources; tell each chat once about every story its rules match, and why.",
    epilog="New here? Try **monitor demo**. Then: `cp config.example.toml config.toml`, "
    "**monitor config check**, **monitor run**.",
)
app.command()(run.run)
app.command()(demo.demo)
app.command()(articles.why)
app.command()(articles.search)
app.command()(articles.extract)
app.add_typer(sources.app, name="sources")
app.add_typer(rules.app, name="rules")
app.add_typer(config.app, name="config")


def _version(show: bool) -> None:  # noqa: FBT001 - typer calls it so
    if show:
        typer.echo(f"monitor {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass

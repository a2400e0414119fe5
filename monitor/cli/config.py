"""``monitor config``: check a configuration before it runs."""

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

import typer

from monitor.app.files import beside, read_config, read_rule_files, read_telegram_token
from monitor.cli.output import (
    DEFAULT_CONFIG,
    ConfigOption,
    count,
    err,
    errors_for_people,
    out,
)
from monitor.config import Config
from monitor.errors import ConfigError, ConfigProblem
from monitor.fetch.addresses import Address, is_public
from monitor.rules import load, render

app = typer.Typer(help="Check the configuration.", no_args_is_help=True)


@app.command()
def check(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Check a configuration and the rules it names; report every problem at once.

    Nothing is fetched and nothing is sent. Exit status 0 if monitor run would start, 1 if not.

    Examples:

    - `monitor config check`
    - `monitor config check -c /etc/monitor/config.toml`
    """
    with errors_for_people():
        found = read_config(config)
        token = read_telegram_token(found)
        _check_store(found)
        rules = _check_rules(found)
    chats = found.destinations()
    out.print(f"{config}: fine", style="green", markup=False)
    sizes = (count(len(found.source), "source"), count(rules, "rule"), count(len(chats), "chat"))
    out.print(f"  {', '.join(sizes)}")
    for warning in _warnings(found, token):
        err.print(f"warning: {warning}", style="yellow", markup=False)


def _warnings(config: Config, token: str | None) -> Iterator[str]:
    """What would run, but hardly as it was meant."""
    chats = config.destinations()
    telegram = [chat.name for chat in chats if chat.channel == "telegram"]
    if telegram and token is None:
        names = ", ".join(telegram)
        yield (
            f"no Telegram token in ${config.telegram.token_env}: what would go to {names} is only "
            "shown where monitor runs, and not sent again later"
        )
    if not config.source:
        yield "no [[source]]: nothing is polled"
    if not any(chat.default for chat in chats):
        yield "no chat has `default = true`: rules that name no channel reach nobody"
    for source in config.source:
        if address := _inside(source.url, config):
            yield (
                f"source {source.id!r} is refused: {address} is not public; if you mean it, add it "
                "to [network] allow"
            )


def _inside(url: str, config: Config) -> Address | None:
    """The address in a URL that needs no name server to be seen as refused."""
    try:
        address = ip_address(urlsplit(url).hostname or "")
    except ValueError:
        return None
    allowed = any(address in network for network in config.network.allow)
    return None if allowed or is_public(address) else address


def _check_store(config: Config) -> None:
    folder = beside(config, config.store.path).parent
    if not folder.is_dir():
        problem = ConfigProblem("store.path", f"there is no folder {folder}; make it first")
        raise ConfigError(config.path, (problem,))


def _check_rules(config: Config) -> int:
    """Check the rules against the configured chats; the number of rules, or exit 1."""
    files = read_rule_files(beside(config, config.rules.path))
    loaded = load(files, [chat.name for chat in config.destinations()])
    for problem in loaded.problems:
        err.print(render(problem, files.get(problem.path, "")), markup=False)
    if loaded.ruleset is None:
        raise typer.Exit(1)
    return len(loaded.ruleset.rules)

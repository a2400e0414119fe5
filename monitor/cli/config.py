"""``monitor config``: check a configuration before it runs."""

import typer

from monitor.app.files import beside, read_config, read_rule_files, read_telegram_token
from monitor.cli.output import DEFAULT_CONFIG, ConfigOption, err, errors_for_people, out
from monitor.config import Config
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
        rules = _check_rules(found)
    chats = found.destinations()
    out.print(f"{config}: fine", style="green", markup=False)
    out.print(f"  {len(found.source)} sources, {rules} rules, {len(chats)} chats")
    telegram = [chat.name for chat in chats if chat.channel == "telegram"]
    if telegram and token is None:
        where = f"${found.telegram.token_env}"
        err.print(
            f"warning: no Telegram token in {where}: the alerts of {', '.join(telegram)} "
            "go to the console",
            style="yellow",
            markup=False,
        )
    if not found.source:
        err.print("warning: no [[source]]: nothing is polled", style="yellow", markup=False)
    if not any(chat.default for chat in chats):
        err.print(
            "warning: no chat has `default = true`: rules that name no chat reach nobody",
            style="yellow",
            markup=False,
        )


def _check_rules(config: Config) -> int:
    """Check the rules against the configured chats; the number of rules, or exit 1."""
    files = read_rule_files(beside(config, config.rules.path))
    loaded = load(files, [chat.name for chat in config.destinations()])
    for problem in loaded.problems:
        err.print(render(problem, files.get(problem.path, "")), markup=False)
    if loaded.ruleset is None:
        raise typer.Exit(1)
    return len(loaded.ruleset.rules)

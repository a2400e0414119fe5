"""``monitor rules explain``: why a rule holds for an article, or does not, node by node."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from monitor.app.files import read_rule_files
from monitor.cli.archive import RulesOption, history_of, open_archive, print_json, setting
from monitor.cli.evidence import print_evidence
from monitor.cli.output import DEFAULT_CONFIG, ConfigOption, errors_for_people, out
from monitor.cli.queries import Asked, asked
from monitor.cli.reading import read_article
from monitor.cli.sources import JsonOption
from monitor.config import Config
from monitor.errors import MonitorError
from monitor.model import Article
from monitor.rules.analysis import Index, analyse
from monitor.rules.explaining import Explained
from monitor.rules.explaining import explain as explain_condition
from monitor.rules.matching import evidence
from monitor.urls import is_web

_LONGEST = 70  # characters of a node that has others below it

RuleArgument = Annotated[
    str, typer.Argument(metavar="RULE", help="The id of a rule, or a query in quotes.")
]


def explain(
    rule: RuleArgument,
    article: Annotated[
        str,
        typer.Argument(
            metavar="ARTICLE",
            help="An article of the archive by its id or address, or a JSON file; - is the input.",
        ),
    ],
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    rules: RulesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say why a rule matches an article, or what was nearest to it: true or false at every node.

    A query may name the entities and fragments of the rule files. A JSON file holds title and
    text, and standfirst, outlet, lang, url and authors as you like; monitor extract URL --json
    makes one of any page.

    Examples:

      monitor rules explain openai-india https://www.example.org/2026/11/22/story

      monitor rules explain '@openai NEAR/5 India' 4711

      echo '{"title": "OpenAI opens a Delhi office"}' | monitor rules explain openai-india -
    """
    with errors_for_people():
        found = setting(config, rules)
        about = asked(rule, read_rule_files(found.rules))
        wanted = find_article(article, found.config)
    index = analyse(wanted, about.entities)
    told = explain_condition(about.condition, index)
    held = [name for name, tree in about.filters.items() if evidence(tree, index) is not None]
    if as_json:
        verdict = {"rule": about.name, "article": wanted.url, "title": wanted.title}
        print_json({**verdict, "matches": told.holds, "filters": held, "tree": asdict(told)})
        return
    _print(about, index, told, held)


def find_article(place: str, config: Config) -> Article:
    """An article by its id or address in the archive, or from a JSON file; raises MonitorError."""
    if place == "-" or Path(place).is_file():
        return read_article(place)
    if not (place.isdecimal() or is_web(place)):
        raise MonitorError(
            f"there is no file {place}, and it is neither an address nor an id of the archive"
        )
    with open_archive(config) as store:
        number = int(place) if place.isdecimal() else None
        found = history_of(store, place).article if number is None else store.article(number)
    if found is None:
        raise MonitorError(_unknown(place))
    return found.article


def _unknown(place: str) -> str:
    if place.isdecimal():
        return f"the archive has no article {place}; `monitor search WORDS` finds its articles"
    return (
        f"the archive has no article of {place}; `monitor why` says what became of it, and "
        f"`monitor extract {place} --json > page.json` reads it into a file that can be explained"
    )


def _print(about: Asked, index: Index, told: Explained, held: list[str]) -> None:
    verdict = ("matches", "bold green") if told.holds else ("does not match", "bold red")
    title = index.article.title or index.article.url
    out.print(Text.assemble((about.name, "bold cyan"), " ", verdict, f" “{title}”\n"))
    for line in tree_lines(told):
        out.print(line)
    if told.holds:
        out.print()
        print_evidence(evidence(about.condition, index) or (), index.article)
    for name in held:
        out.print(f"\nno alert: the shared filter {name} holds for it", style="yellow")


def tree_lines(node: Explained, above: str = "", joint: str = "") -> Iterator[Text]:
    """A line for each node, indented as it stands in the tree."""
    mark, style = ("true ", "green") if node.holds else ("false", "red")
    yield Text.assemble((above + joint, "dim"), (mark, style), f"  {_short(node)}", _note(node))
    if joint:
        above += "   " if joint.startswith("└") else "│  "
    for child in node.children:
        last = child is node.children[-1]
        yield from tree_lines(child, above, "└─ " if last else "├─ ")


def _short(node: Explained) -> str:
    if not node.children or len(node.text) <= _LONGEST:
        return node.text
    return f"{node.text[:_LONGEST].rpartition(' ')[0]} …"


def _note(node: Explained) -> tuple[str, str]:
    if not node.holds:
        return (f"   {node.miss}", "yellow")
    if node.mentions is None:
        return ("", "")
    return (f"   {node.mentions} mention{'s' if node.mentions != 1 else ''}", "dim")

"""``monitor rules route``: which chats are told of which rules, and why."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Annotated

import typer
from rich.text import Text

from monitor.alerts import receives
from monitor.app.clock import now
from monitor.app.files import beside, read_rule_files
from monitor.cli.archive import RulesOption, load_rules, open_archive, print_json, setting
from monitor.cli.explaining import find_article
from monitor.cli.output import DEFAULT_CONFIG, ConfigOption, errors_for_people, out
from monitor.cli.sources import JsonOption
from monitor.config import Config
from monitor.model import Article, Chat, Correlation, Match, Rule, RuleStatus
from monitor.pipeline import matches_of
from monitor.rules import RuleSet
from monitor.rules.packs import own_channels

Choices = Mapping[tuple[str, str], bool]


@dataclass(frozen=True, slots=True)
class Way:
    """One chat of a rule. ``told``: whether its alerts go there; ``why`` for people."""

    chat: str
    told: bool
    why: str


@dataclass(frozen=True, slots=True)
class Routes:
    """A rule with its ways; ``silent`` says why nobody is told whatever the ways are."""

    rule: str
    title: str
    ways: tuple[Way, ...]
    silent: str = ""

    @property
    def reaches(self) -> tuple[str, ...]:
        """The chats that are told."""
        return () if self.silent else tuple(way.chat for way in self.ways if way.told)


def route(
    about: Annotated[
        str,
        typer.Argument(
            metavar="ARTICLE|RULE",
            help="The id of a rule; or an article: its id or address in the archive, a JSON file.",
        ),
    ] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    rules: RulesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say which chats are told of which rules, and why: by the rule, its pack, default, or choice.

    For an article: which rules match it, and who would be told of it. Nothing is sent.

    Examples:

      monitor rules route

      monitor rules route openai-india

      monitor rules route https://www.example.org/2026/11/22/story
    """
    with errors_for_people():
        found = setting(config, rules)
        files = read_rule_files(found.rules)
        ruleset = load_rules(files)
        routing = _Routing(found.config, files)
        every: tuple[Rule | Correlation, ...] = (*ruleset.rules, *ruleset.correlations)
        known = {rule.id: rule for rule in every}
        if not about:
            shown = [routing.of(rule) for rule in known.values()]
        elif about in known:
            shown = [routing.of(known[about])]
        else:
            shown = routing.of_article(find_article(about, found.config), ruleset)
    if as_json:
        print_json([{**asdict(each), "reaches": each.reaches} for each in shown])
        return
    _print(shown, article=bool(about) and about not in known)


class _Routing:
    """The chats, what they chose themselves, and where each rule's channels are written."""

    def __init__(self, config: Config, files: Mapping[str, str]) -> None:
        self._chats = config.destinations()
        self._own = own_channels(files)
        self._choices: Choices = {}
        self._suspended: Mapping[str, str] = {}
        if beside(config, config.store.path).exists():
            with open_archive(config) as store:
                self._choices = store.subscriptions()
                self._suspended = store.suspended_chats()

    def of(self, rule: Rule | Correlation, match: Match | None = None) -> Routes:
        """Where a rule, or one match of it, goes."""
        ways = tuple(self._ways(rule))
        return Routes(rule.id, rule.title, ways, _silence(rule, match))

    def of_article(self, article: Article, ruleset: RuleSet) -> list[Routes]:
        """Where the matches of an article go."""
        return [self.of(match.rule, match) for match in matches_of(ruleset, article, now())]

    def _ways(self, rule: Rule | Correlation) -> Iterator[Way]:
        for chat in self._chats:
            told = receives(chat, rule, self._choices)
            chosen = (chat.name, rule.id) in self._choices
            if told or chosen:
                yield self._suspend(Way(chat.name, told, self._why(chat, rule)))
        known = {chat.name for chat in self._chats}
        for name in rule.channels:
            if name not in known:
                yield Way(name, told=False, why="there is no such chat in the configuration")

    def _why(self, chat: Chat, rule: Rule | Correlation) -> str:
        choice = self._choices.get((chat.name, rule.id))
        if choice is not None:
            return f"turned {'on' if choice else 'off'} in the chat itself"
        if not rule.channels:
            return "a default chat, and the rule names none"
        return "named by the rule" if rule.id in self._own else f"named by its pack {rule.pack}"

    def _suspend(self, way: Way) -> Way:
        reason = self._suspended.get(way.chat)
        if reason is None:
            return way
        return Way(way.chat, told=False, why=f"{way.why}; suspended: {reason}")


def _silence(rule: Rule | Correlation, match: Match | None) -> str:
    """Why nobody is told of a rule, or of one match of it; empty if that depends on the chats."""
    if isinstance(rule, Rule):
        if rule.status is not RuleStatus.LIVE:
            return {
                RuleStatus.SHADOW: "in shadow: only reported to operators",
                RuleStatus.OFF: "off: never matched",
            }[rule.status]
        if rule.has_expired(now().date()):
            return f"expired on {rule.expires}"
    if match is not None and match.filtered:
        return f"held back by the shared filter {match.filtered}"
    return ""


def _print(shown: Iterable[Routes], *, article: bool) -> None:
    shown = list(shown)
    if article and not shown:
        out.print("no rule matches the article; monitor rules explain RULE ARTICLE says why")
    for each in shown:
        line = Text.assemble((each.rule, "bold cyan"), f"  {each.title}")
        if each.silent:
            line.append(f"  → nobody: {each.silent}", style="yellow")
        elif not each.reaches:
            line.append("  → nobody", style="yellow")
        out.print(line)
        for way in each.ways:
            arrow = ("→", "green") if way.told and not each.silent else ("×", "red")
            out.print(Text.assemble("    ", arrow, f" {way.chat}: {way.why}"))
        if not each.ways:
            out.print("    no chat receives it: name `channels`, or make a chat the default")
    if article and shown:
        chats = dict.fromkeys(chat for each in shown for chat in each.reaches)
        out.print(Text(f"would be told: {', '.join(chats) or 'nobody'}", style="bold"))

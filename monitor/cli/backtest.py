"""``monitor rules try`` and ``diff``: what a query, or an edit of the rules, does to the alerts."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer
from rich.text import Text

from monitor.alerts import receives
from monitor.app.clock import now
from monitor.app.files import read_rule_files
from monitor.app.git import committed_rule_files
from monitor.cli.archive import (
    RulesOption,
    SinceOption,
    in_words,
    load_rules,
    open_archive,
    period,
    print_json,
    setting,
)
from monitor.cli.evidence import print_evidence
from monitor.cli.output import DEFAULT_CONFIG, ConfigOption, errors_for_people, out
from monitor.cli.queries import asked
from monitor.cli.sources import JsonOption
from monitor.model import Chat, Rule, Span
from monitor.rules import RuleSet
from monitor.rules.archive import Archive, Backtest, Sample, backtest
from monitor.rules.comparing import Change, Comparison, Headline, compare

_OUTLETS = 8  # that are named
_HEADLINES = 10  # each way


def try_(
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="A query in quotes, or the id of a rule.")
    ],
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    since: SinceOption = "7d",
    limit: Annotated[
        int, typer.Option("--limit", min=0, max=1000, help="How many matches are shown.")
    ] = 20,
    rules: RulesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Back-test a query over the archive: what it matches, and how many alerts that would be.

    A chat is alerted once a story, so alerts are counted by story. The query may name the
    entities and fragments of the rule files; their shared filters hold for it. Nothing is sent.

    Examples:

      monitor rules try '@openai AND (India OR lawsuit)'

      monitor rules try 'title:tariff~ AND NOT lang:de' --since 30d --limit 5

      monitor rules try openai-india --since 30d --json
    """
    with errors_for_people():
        found = setting(config, rules)
        files = read_rule_files(found.rules) if rules or found.rules.exists() else {}
        about = asked(query, files)
        with open_archive(found.config) as store:
            archive = period(store, since, now(), what="back-testing")
            result = backtest(
                about.condition,
                about.entities,
                archive.articles,
                filters=about.filters.values(),
                samples=limit,
            )
    if as_json:
        print_json(_as_json(about.name, archive, result))
    else:
        _print_backtest(archive, result)


def _print_backtest(archive: Archive, result: Backtest) -> None:
    covered = in_words(timedelta(days=archive.days))
    out.print(
        Text.assemble(
            (f"{_many(result.stories, 'alert')} in {covered}", "bold"),
            f", about {_rate(archive.a_day(result.stories))} a day: "
            f"{_many(result.matched, 'article')} of {result.read} match",
        )
    )
    if result.held_back:
        told = f"{_many(result.held_back, 'more article')} held back by shared filters"
        out.print(told, style="yellow")
    if result.outlets:
        named = [f"{name or '(no outlet)'} {n}" for name, n in result.outlets[:_OUTLETS]]
        more = len(result.outlets) - len(named)
        rest = f", and {_many(more, 'more outlet')}" if more else ""
        out.print(f"by outlet: {', '.join(named)}{rest}", markup=False)
    for sample in result.samples:
        _print_sample(sample)


def _print_sample(sample: Sample) -> None:
    stored, article = sample.stored, sample.stored.article
    line = Text(f"\n{stored.read_at:%Y-%m-%d %H:%M}  ")
    line.append(_highlighted(article.title, sample.spans))
    out.print(line)
    out.print(f"    {article.outlet} · {article.url}", style="dim", markup=False)
    print_evidence((span for span in sample.spans if span.field != "title"), article)


def _highlighted(title: str, spans: Iterable[Span]) -> Text:
    shown = Text(title, style="bold")
    for span in spans:
        if span.field == "title":
            shown.stylize("reverse", span.start, span.end)
    return shown


def _as_json(query: str, archive: Archive, result: Backtest) -> dict[str, object]:
    return {
        "query": query,
        "days": round(archive.days, 3),
        "read": result.read,
        "articles": result.matched,
        "alerts": result.stories,
        "alerts_a_day": round(archive.a_day(result.stories), 2),
        "held_back": result.held_back,
        "outlets": dict(result.outlets),
        "samples": [
            {
                "article": sample.stored.id,
                "story": sample.stored.story,
                "read_at": sample.stored.read_at.isoformat(),
                "title": sample.stored.article.title,
                "outlet": sample.stored.article.outlet,
                "url": sample.stored.article.url,
                "spans": [asdict(span) for span in sample.spans],
            }
            for sample in result.samples
        ],
    }


# --- two versions of the rules


def diff(
    revision: Annotated[
        str, typer.Argument(metavar="REV", help="A commit: HEAD~3, main, a tag.")
    ] = "HEAD",
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    since: SinceOption = "7d",
    rules: RulesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what an edit of the rules does to the alerts, with headlines that come and go.

    Compares the rule files as they are now with those of a git commit, by the articles of the
    archive. A changed entity, fragment or filter counts for all rules that use it. Tests of the
    rules need not pass.

    Examples:

      monitor rules diff                    # what is not committed yet

      monitor rules diff main --since 30d   # what this branch changes
    """
    with errors_for_people():
        found = setting(config, rules)
        files = read_rule_files(found.rules)
        earlier = committed_rule_files(found.rules, revision)
        new = load_rules(files)
        old = load_rules(earlier, f"the rules of {revision}")
        chats = found.config.destinations()
        with open_archive(found.config) as store:
            choices = store.subscriptions()
            archive = period(store, since, now(), what="comparing")

            def told(rule: Rule) -> Collection[str]:
                return [chat.name for chat in chats if receives(chat, rule, choices)]

            result = compare(
                old, new, archive.articles, told if chats else None, headlines=_HEADLINES
            )
    if as_json:
        print_json(_comparison_as_json(revision, archive, result))
    else:
        _print_comparison(revision, archive, result)
        _print_chats(chats, archive, result)
        for line in _correlation_lines(old, new):
            out.print(line, markup=False)


def _correlation_lines(old: RuleSet, new: RuleSet) -> Iterator[str]:
    """Correlations that were edited; what they would have done is not back-tested."""
    before = {each.id: each for each in old.correlations}
    after = {each.id: each for each in new.correlations}
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            what = "added" if name not in before else "changed" if name in after else "removed"
            yield f"correlation {name} {what} (correlations are not back-tested)"


def _print_comparison(revision: str, archive: Archive, result: Comparison) -> None:
    if not result.changes:
        out.print(f"no rule differs from {revision} in what it matches or whom it tells")
    time = in_words(timedelta(days=archive.days)).replace(" days", " d").replace(" day", " d")
    for change in result.changes:
        out.print(_change_line(change, time))
        for sign, style, headlines, number in (
            ("+", "green", change.came, change.gained),
            ("−", "red", change.went, change.lost),
        ):
            for headline in headlines:
                out.print(Text(f"  {sign} {_headline(headline)}", style=style))
            if number > len(headlines):
                out.print(f"  {sign} and {number - len(headlines)} more", style=style)


def _change_line(change: Change, time: str) -> Text:
    counts = f"{change.before} → {change.after} alerts / {time}"
    line = Text.assemble(
        (change.rule, "bold cyan"), "  ", counts, f" (+{change.gained} −{change.lost})"
    )
    if change.kind != "changed":
        line.append(f"  {change.kind}", style="bold")
    what = ", ".join(change.what)
    return line.append(f"  {what}", style="dim") if what else line


def _headline(headline: Headline) -> str:
    return f"{headline.read_at:%Y-%m-%d %H:%M}  {headline.title}  ({headline.outlet})"


def _print_chats(chats: Iterable[Chat], archive: Archive, result: Comparison) -> None:
    volumes = {name: (before, after) for name, before, after in result.chats}
    for chat in chats:
        before, after = volumes.get(chat.name, (0, 0))
        if before != after:
            rates = f"{_rate(archive.a_day(before))} → {_rate(archive.a_day(after))}"
            out.print(f"chat {chat.name}: {rates} alerts a day", markup=False)


def _comparison_as_json(revision: str, archive: Archive, result: Comparison) -> dict[str, object]:
    return {
        "revision": revision,
        "days": round(archive.days, 3),
        "read": result.read,
        "rules": [asdict(change) for change in result.changes],
        "chats": [
            {"chat": name, "before": before, "after": after} for name, before, after in result.chats
        ],
    }


def _rate(number: float) -> str:
    return f"{number:.0f}" if number >= 10 else f"{number:.1f}"


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"

"""The rules in force: loaded at start, reloaded when a file changes, the last good set kept."""

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import islice
from pathlib import Path

import structlog

from monitor.app.files import read_rule_files, rule_files_stamp
from monitor.errors import ConfigError, ConfigProblem
from monitor.model import Article, Rule, RuleStatus
from monitor.rules import Loaded, Problem, RuleSet, load

log = structlog.get_logger()

_MANY = 1_000  # rules; with fewer, how they are listed makes no difference that anyone could see
_SAMPLE = 400  # articles that tell what is rare


class RuleBook:
    """Holds one RuleSet, which is swapped whole or not at all."""

    def __init__(self, path: Path, chats: Collection[str]) -> None:
        """Load the rules; raises ConfigError with all problems if they have errors."""
        self._path = path
        self._chats = tuple(chats)
        self._stamp = rule_files_stamp(path)
        files = read_rule_files(path)
        loaded = load(files, self._chats)
        if loaded.ruleset is None:
            raise ConfigError(str(path), _as_config_problems(loaded))
        self._loaded = loaded  # what the next reload takes over
        self.ruleset: RuleSet = loaded.ruleset
        self.ruleset.build()
        self.noted: RuleSet | None = None  # of which the store has taken note
        self.broken: str | None = None  # what is wrong with the files as they are now

    def reload(self) -> str | None:
        """Take changed files into force; returns what operators should be told, if anything.

        Files with errors leave the last good set in force, and are complained of once.
        """
        stamp = rule_files_stamp(self._path)
        if stamp == self._stamp:
            return None
        self._stamp = stamp
        try:
            files = read_rule_files(self._path)
        except ConfigError as error:
            return self._complain(str(error))
        loaded = self._loaded = load(files, self._chats, previous=self._loaded)
        if loaded.ruleset is None:
            return self._complain("\n".join(_one_line(p) for p in _errors(loaded)))
        loaded.ruleset.take_over(self.ruleset)
        self.ruleset, was_broken, self.broken = loaded.ruleset, self.broken, None
        log.info("rules reloaded", rules=len(self.ruleset.rules))
        return "The rule files are fine again and in force." if was_broken else None

    def learn(self, articles: Iterable[Article]) -> None:
        """List the rules by what these articles show to be rare; what they match stays the same."""
        if len(self.ruleset.rules) >= _MANY:
            self.ruleset.engine.learn(islice(articles, _SAMPLE))

    def live(self, now: datetime) -> list[Rule]:
        """The rules that alert, in the order of their files."""
        return self._in_status(RuleStatus.LIVE, now)

    def in_shadow(self, now: datetime) -> list[Rule]:
        """The rules that are only reported to operators."""
        return self._in_status(RuleStatus.SHADOW, now)

    def expired(self, now: datetime) -> list[Rule]:
        """The rules that would match, had their last day not passed."""
        return [
            rule
            for rule in self.ruleset.rules
            if rule.status is not RuleStatus.OFF and rule.has_expired(now.date())
        ]

    def _in_status(self, status: RuleStatus, now: datetime) -> list[Rule]:
        today = now.date()
        return [
            rule
            for rule in self.ruleset.rules
            if rule.status is status and not rule.has_expired(today)
        ]

    def _complain(self, problems: str) -> str | None:
        if problems == self.broken:
            return None
        self.broken = problems
        log.error("rules not reloaded: the last good set stays in force", problems=problems)
        return f"The rule files have errors; the last good rules stay in force.\n{problems}"


def _errors(loaded: Loaded) -> list[Problem]:
    return [p for p in loaded.problems if p.severity == "error"]


def _one_line(problem: Problem) -> str:
    return f"{problem.path}:{problem.line}:{problem.column}: [{problem.code}] {problem.title}"


def _as_config_problems(loaded: Loaded) -> tuple[ConfigProblem, ...]:
    return tuple(
        ConfigProblem(f"{p.path}:{p.line}:{p.column}", f"[{p.code}] {p.title}")
        for p in _errors(loaded)
    )

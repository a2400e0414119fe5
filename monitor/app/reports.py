"""What operators are told about their rules: which have expired, what those in shadow would do."""

import asyncio
from datetime import datetime, timedelta

from monitor.app.rulebook import RuleBook
from monitor.model import Rule, ShadowTally
from monitor.ports import Store
from monitor.render import clock

_PAUSE = timedelta(hours=1)  # between two notices about one rule in shadow
_SPAN = timedelta(days=14)  # that the figures of rules in shadow go back


async def note_rules(rules: RuleBook, store: Store, now: datetime) -> None:
    """Let the store take note of a new set of rules; raises StoreError, and is to be repeated."""
    taken = rules.ruleset
    if rules.noted is not taken:
        await asyncio.wrap_future(store.put_in_force(rules.live(now), now))
        rules.noted = taken


async def due_notice(rules: RuleBook, store: Store, now: datetime) -> str | None:
    """What operators should be told now, which counts as told: each expired rule once, each rule
    in shadow at most once an hour and only if it would have alerted since the last time.
    """
    lines = [
        _expired(rule)
        for rule in rules.expired(now)
        if await asyncio.wrap_future(store.claim_notice(f"expired:{rule.id}:{rule.expires}", now))
    ]
    for tally in _tallies(rules, store, now):
        since = min(tally.newest_at, now - _PAUSE)
        about = f"shadow:{tally.rule}"
        if await asyncio.wrap_future(store.claim_notice(about, now, not_since=since)):
            lines.append(f"{_shadow(tally)}, last on “{tally.newest_title}”.")
    return "\n".join(lines) or None


def shadow_lines(rules: RuleBook, store: Store, now: datetime) -> tuple[str, ...]:
    """For each rule in shadow, how often it would have alerted."""
    tallies = {tally.rule: tally for tally in _tallies(rules, store, now)}
    return tuple(
        f"{_shadow(tallies[rule.id])}."
        if rule.id in tallies
        else f"shadow: rule {rule.id} would not have alerted in the last {_SPAN.days} days."
        for rule in rules.in_shadow(now)
    )


def _tallies(rules: RuleBook, store: Store, now: datetime) -> list[ShadowTally]:
    wanted = {rule.id for rule in rules.in_shadow(now)}
    if not wanted:
        return []
    return [tally for tally in store.shadow(now - _SPAN) if tally.rule in wanted]


def _shadow(tally: ShadowTally) -> str:
    times = "once" if tally.stories == 1 else f"{tally.stories} times"
    return f"shadow: rule {tally.rule} would have alerted {times} since {clock(tally.since)}"


def _expired(rule: Rule) -> str:
    owner = f" (owner: {rule.owner})" if rule.owner else ""
    return (
        f"The rule {rule.id}{owner} expired after {rule.expires} and alerts no more: "
        "renew its date or remove it."
    )

"""Two versions of the rules side by side: what was changed, and what that does to the alerts."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model import Rule, RuleStatus, StoredArticle
from monitor.rules.analysis import Index, analyse
from monitor.rules.archive import is_held_back
from monitor.rules.conditions import Condition, Entity, Fragment, children, show
from monitor.rules.entities import Profile
from monitor.rules.filters import is_for
from monitor.rules.matching import RuleSet, evidence

_ROUTING = ("title", "priority", "channels", "status", "expires")
Told = Callable[[Rule], Collection[str]]
"""The names of the chats that are told of a rule."""


@dataclass(frozen=True, slots=True)
class Headline:
    """An article, as far as people are told of it."""

    id: int
    read_at: datetime
    title: str
    outlet: str
    url: str


@dataclass(frozen=True, slots=True)
class Change:
    """A rule that differs, with the stories that each version would have alerted on.

    ``what`` names the parts that were edited: query, $court, @openai, filter pr-wires, priority
    (normal → high); it is empty for rules that were added or removed, and for those that only
    the edited entities of others touch. ``came`` and ``went``: headlines, newest first.
    """

    rule: str
    kind: str  # added, removed or changed
    what: tuple[str, ...]
    before: int
    after: int
    gained: int
    lost: int
    came: tuple[Headline, ...] = ()
    went: tuple[Headline, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes, by rule id; and for each chat its alerts before and after, by name."""

    changes: tuple[Change, ...]
    chats: tuple[tuple[str, int, int], ...]
    read: int


@dataclass(slots=True)
class _Stories:
    """Stories before and after, with an article for those that only one version matched."""

    before: set[int] = field(default_factory=set)
    after: set[int] = field(default_factory=set)
    shown: dict[int, Headline] = field(default_factory=dict)

    def take(self, stored: StoredArticle, *, before: bool, after: bool) -> None:
        if before:
            self.before.add(stored.story)
        if after:
            self.after.add(stored.story)
        if before != after:
            self.shown.setdefault(stored.story, _headline(stored))

    def headlines(self, stories: set[int], limit: int) -> tuple[Headline, ...]:
        """An article for each of the newest of these stories, all of which one version matched."""
        found = sorted(
            (self.shown[story] for story in stories), key=lambda s: (s.read_at, s.id), reverse=True
        )
        return tuple(found[:limit])


def _headline(stored: StoredArticle) -> Headline:
    article = stored.article
    return Headline(stored.id, stored.read_at, article.title, article.outlet, article.url)


def compare(
    old: RuleSet,
    new: RuleSet,
    articles: Iterable[StoredArticle],
    told: Told | None = None,
    *,
    headlines: int = 10,
) -> Comparison:
    """Back-test two versions of the rules; each article is analysed once for all of both.

    Rules that are the same in both are evaluated only if it is asked who is ``told``; where all
    are, no article is read.
    """
    before, after = _Version(old), _Version(new)
    edited = _edited(before, after)
    if not edited:
        return Comparison((), (), 0)
    stories: dict[str, _Stories] = defaultdict(_Stories)
    chats: dict[str, _Stories] = defaultdict(_Stories)
    read = 0
    for stored in articles:
        read += 1
        index = analyse(stored.article, new.entities)
        now = after.alerting(stored, index, edited if told is None else None)
        same = now - edited
        index = index.knowing(old.entities)
        then = before.alerting(stored, index, edited) | same
        for rule in (now | then) - same:
            stories[rule].take(stored, before=rule in then, after=rule in now)
        if told is not None:
            was, is_ = _heard(before, then, told), _heard(after, now, told)
            for chat in was | is_:
                chats[chat].take(stored, before=chat in was, after=chat in is_)
    changes = [_change(rule, before, after, stories[rule], headlines) for rule in sorted(edited)]
    volumes = [(name, len(found.before), len(found.after)) for name, found in chats.items()]
    telling = tuple(c for c in changes if c.kind != "changed" or c.what or c.gained or c.lost)
    return Comparison(telling, tuple(sorted(volumes)), read)


class _Version:
    """One version of the rules, and by what each of them is recognised as the same."""

    def __init__(self, ruleset: RuleSet) -> None:
        pairs = list(zip(ruleset.rules, ruleset.conditions, strict=True))
        self.entities = ruleset.entities
        self.rules = {rule.id: rule for rule, _ in pairs}
        self.conditions = {rule.id: condition for rule, condition in pairs}
        self.filters = {
            rule.id: {
                shared.id: tree for shared, tree in ruleset.filters if is_for(shared, rule.id)
            }
            for rule, _ in pairs
        }
        self.names = {slug: _names(profile) for slug, profile in ruleset.entities.items()}
        self.parts = {rule.id: self._parts(rule.id) for rule, _ in pairs}

    def _parts(self, rule: str) -> dict[str, str]:
        """What decides on a rule's matches, by what people call it, as comparable texts."""
        condition = self.conditions[rule]
        found = {"query": show(condition)}
        for tree in (condition, *self.filters[rule].values()):
            for node in _below(tree):
                if isinstance(node, Fragment) and node.condition is not None:
                    found[show(node)] = show(node.condition)
                elif isinstance(node, Entity):
                    found[show(node)] = self.names.get(node.slug, "")
        for name, tree in self.filters[rule].items():
            found[f"filter {name}"] = show(tree)
        return found

    def alerting(self, stored: StoredArticle, index: Index, only: Set[str] | None) -> set[str]:
        """The rules (of these only, if any are named) that would have alerted on an article."""
        return {
            rule
            for rule in (self.rules if only is None else self.rules.keys() & only)
            if self.rules[rule].status is not RuleStatus.OFF
            and not self.rules[rule].has_expired(stored.read_at.date())
            and evidence(self.conditions[rule], index) is not None
            and not is_held_back(self.filters[rule].values(), index)
        }


def _edited(old: _Version, new: _Version) -> set[str]:
    """The rules that were added, removed or changed, or that changed entities may touch."""
    same = old.rules.keys() & new.rules.keys()
    entities = old.names != new.names
    changed = {
        rule
        for rule in same
        if _what(rule, old, new)
        or (entities and any(part.startswith("@") for part in new.parts[rule]))
    }
    return (old.rules.keys() ^ new.rules.keys()) | changed


def _what(rule: str, old: _Version, new: _Version) -> tuple[str, ...]:
    """The parts of a rule that differ, for people."""
    before, after = old.parts[rule], new.parts[rule]
    parts = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if "query" in parts:  # names that came or went with it are no changes of their own
        parts = [name for name in parts if name == "query" or (name in before and name in after)]
    return (*parts, *_rerouted(old.rules[rule], new.rules[rule]))


def _rerouted(old: Rule, new: Rule) -> Iterator[str]:
    for name in _ROUTING:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield f"{name} ({_shown(before)} → {_shown(after)})"


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "default"
    return str(value or "none")


def _change(rule: str, old: _Version, new: _Version, stories: _Stories, headlines: int) -> Change:
    gained, lost = stories.after - stories.before, stories.before - stories.after
    kind = "changed"
    if rule not in old.rules or rule not in new.rules:
        kind = "added" if rule in new.rules else "removed"
    return Change(
        rule=rule,
        kind=kind,
        what=_what(rule, old, new) if kind == "changed" else (),
        before=len(stories.before),
        after=len(stories.after),
        gained=len(gained),
        lost=len(lost),
        came=stories.headlines(gained, headlines),
        went=stories.headlines(lost, headlines),
    )


def _heard(version: _Version, rules: Iterable[str], told: Told) -> set[str]:
    live = (version.rules[rule] for rule in rules)
    return {chat for rule in live if rule.status is RuleStatus.LIVE for chat in told(rule)}


def _below(node: Condition) -> Iterator[Condition]:
    yield node
    for child in children(node):
        yield from _below(child)


def _names(profile: Profile) -> str:
    """What an entity is found by, as a comparable text."""
    lists: Mapping[str, Iterable[str]] = {
        "names": (term.leaf for term in profile.names),
        "weak": (term.leaf for term in profile.weak),
        "context": (term.leaf for term in profile.context),
        "except": (term.leaf for term in profile.masks),
    }
    told = [f"{name}: {' '.join(sorted(leaves))}" for name, leaves in lists.items()]
    return "; ".join([*told, f"within {profile.within}"])

"""Which matches become alerts, for whom, and why; and what an alert is made of.

A chat is told once of each story: the key is chat × story, and rules are attributes of it
(``design/delivery.md``). Everything here is a function over values.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from monitor.model import (
    Alert,
    Article,
    Cause,
    Chat,
    Claim,
    Correlation,
    Decision,
    Delivery,
    DeliveryState,
    Firing,
    Known,
    Match,
    Outcome,
    Priority,
    Reason,
    Rule,
    Snippet,
    Span,
    StoredArticle,
)
from monitor.text import sentences
from monitor.urls import canonical

_PLACES = {"title": "headline", "standfirst": "standfirst", "text": "text"}
_FIELDS = ("standfirst", "text")  # that snippets are taken from
_SNIPPET = 280  # characters: two or three lines on a phone
_SNIPPETS = 2


class _Place(NamedTuple):
    """A sentence: the number of its field in ``_FIELDS``, and where it stands there."""

    field: int
    start: int
    end: int


# --- who is told --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Routing:
    """Which chats there are, and what they chose themselves: (chat name, rule id) → on or off."""

    chats: tuple[Chat, ...]
    choices: Mapping[tuple[str, str], bool]


def receives(chat: Chat, rule: Rule | Correlation, choices: Mapping[tuple[str, str], bool]) -> bool:
    """Whether a rule's alerts go to a chat: its own choice, else the rule file's word.

    A rule that names no chat goes to the default chats. The same holds for correlations.
    """
    choice = choices.get((chat.name, rule.id))
    if choice is not None:
        return choice
    return chat.name in rule.channels if rule.channels else chat.default


def decide(
    matches: Sequence[Match], routing: Routing, known: Known, now: datetime, wait: timedelta
) -> Outcome:
    """Say for every chat why it is, or is not, told of these matches; queue what is to be told.

    ``wait`` is the first wait, in which reprints and further rules can join the message. Urgent
    rules do not wait. What is filtered or in shadow is told to nobody, and that is on record.
    """
    alerting = [match.rule for match in matches if match.may_alert]
    decisions, deliveries = _held_back(matches), []
    unheard = set(_ids(alerting))
    for chat in routing.chats:
        rules = [rule for rule in alerting if receives(chat, rule, routing.choices)]
        if not rules:
            continue
        unheard -= {rule.id for rule in rules}
        earlier = next((d for d in known.deliveries if d.chat == chat.name), None)
        reason = _reason(chat, earlier, known)
        decisions.append(Decision(chat=chat.name, rules=_ids(rules), reason=reason))
        if reason.tells:
            ready = now if _highest(rules) is Priority.URGENT else now + wait
            deliveries.append(_queued(chat, known, earlier, ready))
    if unheard:
        ids = tuple(sorted(unheard))
        decisions.append(Decision(chat="", rules=ids, reason=Reason.NO_CHAT))
    return Outcome(decisions=tuple(decisions), deliveries=tuple(deliveries))


def _held_back(matches: Iterable[Match]) -> list[Decision]:
    """A decision for each filter that holds, and one for the rules in shadow."""
    grouped: dict[tuple[Reason, str], list[str]] = {}
    for match in matches:
        if not match.may_alert:
            reason = Reason.FILTERED if match.filtered else Reason.SHADOW
            grouped.setdefault((reason, match.filtered), []).append(match.rule.id)
    return [
        Decision(chat="", rules=tuple(ids), reason=reason, detail=detail)
        for (reason, detail), ids in grouped.items()
    ]


def announce(
    firings: Sequence[tuple[Firing, Correlation]],
    routing: Routing,
    known: Known,
    now: datetime,
    wait: timedelta,
) -> Outcome:
    """Queue messages of their own for correlations that came true.

    A firing that reaches no chat now is left out, so that it may come true again.
    """
    decisions, deliveries, announced = [], [], []
    for firing, correlation in firings:
        ready = now if firing.priority is Priority.URGENT else now + wait
        told = [chat for chat in routing.chats if receives(chat, correlation, routing.choices)]
        reached = [chat for chat in told if chat.name not in known.suspended]
        for chat in told:
            reason = Reason.CORRELATED if chat in reached else Reason.SUSPENDED
            decisions.append(_of_firing(firing, chat.name, reason))
        if not told:
            decisions.append(_of_firing(firing, "", Reason.NO_CHAT))
        if reached:
            announced.append(firing)
            deliveries += [_announcing(firing, chat, ready) for chat in reached]
    return Outcome(
        decisions=tuple(decisions), deliveries=tuple(deliveries), firings=tuple(announced)
    )


def _of_firing(firing: Firing, chat: str, reason: Reason) -> Decision:
    return Decision(chat=chat, rules=(firing.correlation,), reason=reason, detail=firing.reason)


def _announcing(firing: Firing, chat: Chat, ready: datetime) -> Delivery:
    return Delivery(
        id=0,
        chat=chat.name,
        story=firing.story,
        kind=firing.kind,
        revision=firing.revision,
        ready_at=ready,
        due_at=ready,
    )


def _reason(chat: Chat, earlier: Delivery | None, known: Known) -> Reason:
    if chat.name in known.suspended:
        return Reason.SUSPENDED
    if earlier is None:
        return Reason.FIRST
    if earlier.state is DeliveryState.DEAD:
        return Reason.REARMED
    return Reason.ALREADY_TOLD if earlier.state is DeliveryState.SENT else Reason.MERGED


def _queued(chat: Chat, known: Known, earlier: Delivery | None, ready: datetime) -> Delivery:
    return Delivery(
        id=0,
        chat=chat.name,
        story=known.story or 0,
        revision=earlier.revision + 1 if earlier else 0,
        ready_at=ready,
        due_at=ready,
    )


def _ids(rules: Iterable[Rule]) -> tuple[str, ...]:
    return tuple(rule.id for rule in rules)


def _highest(rules: Iterable[Rule]) -> Priority:
    return max((rule.priority for rule in rules), key=lambda p: p.rank)


# --- what it is told -----------------------------------------------------------------------


def compose(claim: Claim) -> Alert:
    """Make the alert of a claimed delivery from all that is known of its story by now.

    The first article that a rule of this chat matched speaks for the story; other outlets are
    named with it. A correlation shows the newest article that it saw, and names the others.
    """
    view, delivery, firing = claim.view, claim.delivery, claim.firing
    lead = _lead(claim)
    matches = view.matches.get(lead.id, ())
    rules = _rules(m for a in view.articles for m in view.matches.get(a.id, ()))
    spans = sorted({span for match in matches for span in match.spans})
    article = lead.article
    return Alert(
        delivery=delivery.id,
        title=Snippet(text=article.title, marks=_marks(spans, "title", 0, len(article.title))),
        url=_link(article),
        outlet=article.outlet,
        published=article.published,
        read_at=lead.read_at,
        rules=rules,
        evidence=_evidence(article, spans),
        snippets=_snippets(article, spans, _leading(matches)),
        also=() if firing else _also(lead, view.articles),
        from_feed=article.note if article.origin == "feed" else "",
        repeated=delivery.ambiguous > 0,
        priority=_priority(firing, rules),
        cause=_cause(firing, view.articles) if firing else None,
    )


def _lead(claim: Claim) -> StoredArticle:
    articles, matches = claim.view.articles, claim.view.matches
    if claim.firing:
        return articles[-1]
    return next((a for a in articles if matches.get(a.id)), articles[0])


def _priority(firing: Firing | None, rules: Sequence[Rule]) -> Priority:
    if firing:
        return firing.priority
    return _highest(rules) if rules else Priority.NORMAL


def _cause(firing: Firing, articles: Sequence[StoredArticle]) -> Cause:
    others = [stored.article for stored in reversed(articles[:-1])]
    return Cause(
        id=firing.correlation,
        title=firing.title,
        reason=firing.reason,
        articles=tuple((other.title, other.outlet, _link(other)) for other in others),
    )


def _link(article: Article) -> str:
    """The address to show: the page's own spelling where it is the same without the tracking."""
    own = article.canonical_url
    return own if own and canonical(own) == canonical(article.url) else article.url


def _rules(matches: Iterable[Match]) -> tuple[Rule, ...]:
    by_id = {match.rule.id: match.rule for match in matches}
    return tuple(sorted(by_id.values(), key=lambda rule: (-rule.priority.rank, rule.id)))


def _also(lead: StoredArticle, articles: Sequence[StoredArticle]) -> tuple[tuple[str, str], ...]:
    """Other outlets of the story, each once, in the order in which they were read."""
    outlets: dict[str, str] = {}
    for stored in articles:
        if stored.article.outlet != lead.article.outlet:
            outlets.setdefault(stored.article.outlet, stored.article.url)
    return tuple(outlets.items())


def _evidence(article: Article, spans: Sequence[Span]) -> tuple[str, ...]:
    """Each leaf that held, with its first mention as written and where it stands."""
    lines: dict[str, str] = {}
    for span in sorted(spans, key=lambda s: (list(_PLACES).index(s.field), s.start)):
        written = getattr(article, span.field)[span.start : span.end]
        lines.setdefault(span.leaf, f"{span.leaf}: “{written}” ({_PLACES[span.field]})")
    return tuple(lines.values())


def _marks(spans: Iterable[Span], field: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The spans of a field inside [start, end), relative to start, overlaps merged."""
    marks: list[tuple[int, int]] = []
    for span in sorted(s for s in spans if s.field == field):
        if span.start < start or span.end > end:
            continue
        low, high = span.start - start, span.end - start
        if marks and low < marks[-1][1]:
            marks[-1] = (marks[-1][0], max(high, marks[-1][1]))
        else:
            marks.append((low, high))
    return tuple(marks)


def _leading(matches: Sequence[Match]) -> frozenset[str]:
    """The leaves of the most important rule: what must be seen first."""
    if not matches:
        return frozenset()
    best = min(matches, key=lambda match: (-match.rule.priority.rank, match.rule.id))
    return frozenset(span.leaf for span in best.spans)


def _snippets(
    article: Article, spans: Sequence[Span], leading: frozenset[str]
) -> tuple[Snippet, ...]:
    """The sentences that show most of the evidence not shown yet, in the order of the text.

    Evidence of the most important rule counts before all other.
    """
    shown = {span.leaf for span in spans if span.field == "title"}
    candidates = _evidence_by_sentence(article, spans)
    chosen: list[_Place] = []
    while candidates and len(chosen) < _SNIPPETS:
        new = {place: leaves - shown for place, leaves in candidates.items()}
        best = max(new, key=lambda place: (len(new[place] & leading), len(new[place])))
        if not new[best]:
            if chosen:
                break
            # The headline said it all: show where the text says most of it.
            best = max(candidates, key=lambda place: len(candidates[place]))
        chosen.append(best)
        shown |= candidates.pop(best)
    return tuple(_snippet(article, spans, place) for place in sorted(chosen))


def _evidence_by_sentence(article: Article, spans: Sequence[Span]) -> dict[_Place, frozenset[str]]:
    """The sentences that hold evidence, with its leaves; the first sentence where none does."""
    found: dict[_Place, frozenset[str]] = {}
    for field in _FIELDS:
        inside = sorted(span for span in spans if span.field == field)
        starts = [span.start for span in inside]
        for start, end in sentences(getattr(article, field)):
            held = inside[bisect_left(starts, start) : bisect_left(starts, end)]
            if leaves := frozenset(span.leaf for span in held if span.end <= end):
                found[_Place(_FIELDS.index(field), start, end)] = leaves
    return found or _opening(article)


def _opening(article: Article) -> dict[_Place, frozenset[str]]:
    for number, field in enumerate(_FIELDS):
        for start, end in sentences(getattr(article, field))[:1]:
            return {_Place(number, start, end): frozenset()}
    return {}


def _snippet(article: Article, spans: Sequence[Span], place: _Place) -> Snippet:
    """A sentence, cut around its evidence when it is long."""
    field, start, end = _FIELDS[place.field], place.start, place.end
    text = getattr(article, field)
    if end - start > _SNIPPET:
        inside = (s.start for s in spans if s.field == field and start <= s.start < end)
        first = min(inside, default=start)
        start = max(start, min(first - _SNIPPET // 4, end - _SNIPPET))
        while start > 0 and not text[start - 1].isspace() and start < first:
            start += 1
        end = min(end, start + _SNIPPET)
    return Snippet(text=text[start:end], marks=_marks(spans, field, start, end))

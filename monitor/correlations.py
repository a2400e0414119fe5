"""Conditions over matches: a spike, many outlets, one rule after another on a story.

Everything here is a function over values: what is on record (a Trail) and the matches of the
article that is being stored, which is the newest there is.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from monitor.model import Correlation, CorrelationType, Firing, Match, Reading, Sighting, Trail

MOST_ARTICLES = 5  # that a message of a correlation tells of

_UNITS = (
    (timedelta(days=1), "day", "days"),
    (timedelta(hours=1), "h", "h"),
    (timedelta(minutes=1), "min", "min"),
    (timedelta(seconds=1), "s", "s"),
)


def watching(
    correlations: Iterable[Correlation], matches: Sequence[Match]
) -> tuple[Correlation, ...]:
    """The correlations that these matches of an article may make come true.

    Only what may alert counts: not matches of rules in shadow, nor those that a filter holds back.
    """
    found = {match.rule.id for match in matches if match.may_alert}
    return tuple(c for c in correlations if found.intersection(_completing(c)))


def _completing(correlation: Correlation) -> tuple[str, ...]:
    """The rules of which a match may be the last that is needed."""
    if correlation.type is CorrelationType.SEQUENCE:
        return correlation.rules[-1:]
    return correlation.rules


def sightings_of(
    reading: Reading, rules: Iterable[str], *, story: int | None, again: bool
) -> tuple[Sighting, ...]:
    """What the article that is being stored adds to what is on record."""
    wanted = set(rules)
    return tuple(
        Sighting(
            article=0,
            story=story or 0,
            rule=match.rule.id,
            outlet=reading.article.outlet,
            again=again,
        )
        for match in reading.matches
        if match.may_alert and match.rule.id in wanted
    )


def judge(
    correlation: Correlation, trail: Trail, here: Sequence[Sighting], now: datetime
) -> Firing | None:
    """Whether a correlation comes true with what the newest article adds; ``here`` is not empty."""
    found = _JUDGES[correlation.type](correlation, trail, here)
    if found is None:
        return None
    reason, counted = found
    articles = dict.fromkeys(s.article for s in sorted(counted, key=_order))
    return Firing(
        correlation=correlation.id,
        title=correlation.title,
        priority=correlation.priority,
        story=here[0].story,
        reason=reason,
        articles=tuple(articles)[-MOST_ARTICLES:],
        rules=tuple(dict.fromkeys(correlation.rules)),
        at=now,
        revision=trail.times,
    )


_Found = tuple[str, Sequence[Sighting]]  # why, and what counted


def _order(sighting: Sighting) -> tuple[bool, int]:
    """By the order in which articles were stored; the one that is being stored comes last."""
    return (sighting.article == 0, sighting.article)


def _spike(correlation: Correlation, trail: Trail, here: Sequence[Sighting]) -> _Found | None:
    """Far more articles than usual. An address that is read again is not another article."""
    if trail.recent or trail.usual is None or here[0].again:
        return None
    counted = [s for s in (*trail.sightings, *here) if not s.again]
    count = len({s.article for s in counted})
    if count < correlation.gte or count < correlation.factor * trail.usual:
        return None
    span = in_words(correlation.timespan)
    return f"{count} matches in {span}, usually {_number(trail.usual)}", counted


def _outlets(correlation: Correlation, trail: Trail, here: Sequence[Sighting]) -> _Found | None:
    """Many outlets: on this story, or else on all that the rules found."""
    if trail.told:
        return None
    everything = (*trail.sightings, *here)
    on_story = [s for s in everything if s.story == here[0].story]
    span = in_words(correlation.timespan)
    if (count := _distinct(on_story)) >= correlation.gte:
        return f"{count} {_outlets_word(count)} within {span}", _newest_of_each(on_story)
    if trail.recent or (count := _distinct(everything)) < correlation.gte:
        return None
    stories = len({s.story for s in everything})
    reason = f"{count} {_outlets_word(count)} within {span}, on {stories} stories"
    return reason, _newest_of_each(everything)


def _outlets_word(count: int) -> str:
    return "outlet" if count == 1 else "outlets"


def _distinct(sightings: Iterable[Sighting]) -> int:
    return len({s.outlet for s in sightings})


def _newest_of_each(sightings: Iterable[Sighting]) -> list[Sighting]:
    return list({s.outlet: s for s in sorted(sightings, key=_order)}.values())


def _sequence(correlation: Correlation, trail: Trail, here: Sequence[Sighting]) -> _Found | None:
    """The rules one after another on this story, each matched by a later article than the last."""
    last = next((s for s in here if s.rule == correlation.rules[-1]), None)
    if trail.told or last is None:
        return None
    chain = [last]
    # From the end, always the latest that fits: this leaves the most room for those before.
    for rule in reversed(correlation.rules[:-1]):
        earlier = [
            s
            for s in trail.sightings
            if s.story == last.story and s.rule == rule and _order(s) < _order(chain[-1])
        ]
        if not earlier:
            return None
        chain.append(max(earlier, key=_order))
    steps = ", then ".join(correlation.rules)
    return f"{steps} within {in_words(correlation.timespan)}", chain


_JUDGES = {
    CorrelationType.SPIKE: _spike,
    CorrelationType.OUTLETS: _outlets,
    CorrelationType.SEQUENCE: _sequence,
}


def in_words(span: timedelta) -> str:
    """A time span for people: "1 h", "90 min", "2 days"."""
    for unit, one, many in _UNITS:
        if span >= unit and not span % unit:
            count = span // unit
            return f"{count} {one if count == 1 else many}"
    return f"{span.total_seconds():g} s"


def _number(usual: float) -> str:
    """An average for people: "2", "0.3", "less than 0.1"."""
    if 0 < usual < 0.1:
        return "less than 0.1"
    return f"{usual:.1f}".removesuffix(".0")

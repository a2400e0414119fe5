"""Correlations: the decision over values, and what the store puts on record for it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import alerts, pipeline
from monitor.alerts import Routing
from monitor.correlations import MOST_ARTICLES, in_words, judge, sightings_of, watching
from monitor.model import (
    Article,
    Chat,
    Correlation,
    CorrelationType,
    DeliveryState,
    Firing,
    Known,
    Match,
    Priority,
    Reading,
    Reason,
    RuleStatus,
    Sighting,
    Trail,
)
from monitor.store import SqliteStore, open_store
from monitor.store.engine import connect
from monitor.store.moments import to_micros
from monitor.store.schema import APPLICATION_ID, migrations
from tests.store_examples import LEASE, NOW, reading, rule, silence, state

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SPIKE = Correlation(
    id="burst",
    title="A burst of it",
    type=CorrelationType.SPIKE,
    rules=("ai",),
    timespan=HOUR,
    gte=5,
)
OUTLETS = replace(SPIKE, id="pile-on", title="All talk", type=CorrelationType.OUTLETS, gte=3)
SEQUENCE = replace(
    SPIKE, id="then", title="First this", type=CorrelationType.SEQUENCE, rules=("ai", "law"), gte=1
)


def seen(
    article: int, story: int = 1, *, rule: str = "ai", outlet: str = "", again: bool = False
) -> Sighting:
    return Sighting(
        article=article, story=story, rule=rule, outlet=outlet or f"O{article}", again=again
    )


def fires(correlation: Correlation, trail: Trail, *here: Sighting) -> str:
    firing = judge(correlation, trail, here, NOW)
    return firing.reason if firing else ""


# --- a spike -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "usual", "reason"),
    [
        pytest.param(3, 0.0, "", id="fewer than gte"),
        pytest.param(4, 0.0, "5 matches in 1 h, usually 0", id="never before"),
        pytest.param(4, 0.01, "5 matches in 1 h, usually less than 0.1", id="rarely before"),
        pytest.param(13, 2.0, "14 matches in 1 h, usually 2", id="far more"),
        pytest.param(4, 5 / 3, "5 matches in 1 h, usually 1.7", id="just the factor"),
        pytest.param(4, 1.7, "", id="just below the factor"),
        pytest.param(50, None, "", id="no baseline yet"),
    ],
)
def test_a_spike_is_many_and_many_times_the_usual(before, usual, reason):
    sightings = tuple(seen(n, story=n) for n in range(1, before + 1))
    assert fires(SPIKE, Trail(sightings=sightings, usual=usual), seen(0, 0)) == reason


def test_an_article_counts_once_for_a_spike_whatever_rules_it_matched():
    two = replace(SPIKE, rules=("ai", "law"), gte=3)
    trail = Trail(sightings=(seen(1), seen(1, rule="law")), usual=0.0)
    assert fires(two, trail, seen(0), seen(0, rule="law")) == ""
    assert fires(replace(two, gte=2), trail, seen(0)) == "2 matches in 1 h, usually 0"


def test_an_address_that_is_read_again_is_no_part_of_a_spike():
    sightings = tuple(seen(n, again=n > 3) for n in range(1, 9))
    assert fires(SPIKE, Trail(sightings=sightings, usual=0.0), seen(0)) == ""
    enough = Trail(sightings=sightings[:3] * 2 + (seen(9),), usual=0.0)
    assert fires(SPIKE, enough, seen(0, again=True)) == ""
    assert fires(SPIKE, enough, seen(0)) == "5 matches in 1 h, usually 0"


def test_a_spike_is_told_once_in_its_time_span():
    sightings = tuple(seen(n) for n in range(1, 9))
    assert fires(SPIKE, Trail(sightings=sightings, usual=0.0, recent=True), seen(0)) == ""
    # Even on a story on which an earlier one was told.
    assert fires(SPIKE, Trail(sightings=sightings, usual=0.0, told=True), seen(0))


@given(st.integers(0, 40), st.floats(0, 20), st.integers(1, 10), st.floats(1, 5))
def test_more_matches_never_end_a_spike(before, usual, gte, factor):
    spike = replace(SPIKE, gte=gte, factor=factor)

    def spikes(number: int) -> bool:
        trail = Trail(sightings=tuple(seen(n) for n in range(1, number + 1)), usual=usual)
        return bool(fires(spike, trail, seen(0)))

    assert spikes(before + 1) or not spikes(before)
    assert spikes(before) == (before + 1 >= gte and before + 1 >= factor * usual)


# --- outlets -------------------------------------------------------------------------------------


def test_outlets_of_one_story():
    trail = Trail(sightings=(seen(1), seen(2), seen(3, outlet="O2")))
    assert fires(OUTLETS, trail, seen(0, outlet="O1")) == ""
    assert fires(OUTLETS, trail, seen(0, outlet="O9")) == "3 outlets within 1 h"


def test_outlets_on_several_stories_say_so():
    trail = Trail(sightings=(seen(1, 1), seen(2, 2)))
    assert fires(OUTLETS, trail, seen(0, 0)) == "3 outlets within 1 h, on 3 stories"


@pytest.mark.parametrize(
    ("trail", "reason"),
    [
        pytest.param(Trail(sightings=(seen(1), seen(2)), told=True), "", id="told of this story"),
        pytest.param(
            Trail(sightings=(seen(1, 5), seen(2, 6)), recent=True), "", id="told of others"
        ),
        pytest.param(
            Trail(sightings=(seen(1), seen(2)), recent=True),
            "3 outlets within 1 h",
            id="another story has many outlets of its own",
        ),
    ],
)
def test_outlets_are_told_once_per_story_and_over_all_stories_once_in_the_time_span(trail, reason):
    assert fires(OUTLETS, trail, seen(0)) == reason


def test_a_single_outlet_is_written_so():
    assert fires(replace(OUTLETS, gte=1), Trail(), seen(0, 0)) == "1 outlet within 1 h"


def test_outlets_show_the_newest_article_of_each():
    trail = Trail(sightings=(seen(1, outlet="A"), seen(2, outlet="B"), seen(3, outlet="A")))
    firing = judge(OUTLETS, trail, [seen(0, outlet="C")], NOW)
    assert firing
    assert firing.articles == (2, 3, 0)


# --- a sequence ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "sightings", "here", "fired"),
    [
        pytest.param(("ai", "law"), [seen(1)], [seen(0, rule="law")], True, id="in order"),
        pytest.param(("ai", "law"), [seen(1, rule="law")], [seen(0)], False, id="other way round"),
        pytest.param(("ai", "law"), [], [seen(0), seen(0, rule="law")], False, id="at once"),
        pytest.param(("ai", "law"), [seen(1, 2)], [seen(0, rule="law")], False, id="other story"),
        pytest.param(("ai", "ai"), [seen(1)], [seen(0)], True, id="twice the same"),
        pytest.param(("ai", "ai"), [], [seen(0)], False, id="once only"),
        pytest.param(
            ("ai", "law", "end"),
            [seen(1, rule="law"), seen(2), seen(3, rule="law")],
            [seen(0, rule="end")],
            True,
            id="three, with one too early",
        ),
        pytest.param(
            ("ai", "law", "end"),
            [seen(1, rule="law"), seen(2)],
            [seen(0, rule="end")],
            False,
            id="three, the middle one too early",
        ),
        pytest.param(("ai", "law"), [seen(1)], [seen(0)], False, id="not the last rule"),
    ],
)
def test_a_sequence_is_its_rules_in_order_on_one_story(rules, sightings, here, fired):
    trail = Trail(sightings=tuple(sightings))
    expected = f"{', then '.join(rules)} within 1 h" if fired else ""
    assert fires(replace(SEQUENCE, rules=rules), trail, *here) == expected


def test_a_sequence_is_told_once_per_story():
    trail = Trail(sightings=(seen(1),), told=True, recent=True)
    assert fires(SEQUENCE, trail, seen(0, rule="law")) == ""
    assert fires(SEQUENCE, replace(trail, told=False), seen(0, rule="law"))


def _subsequence(rules: Sequence[str], articles: Sequence[str]) -> bool:
    """The textbook test: walk once, take each as soon as it comes."""
    rest = iter(articles)
    return all(rule in rest for rule in rules)


@given(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=4),
    st.lists(st.sampled_from("abc"), max_size=8),
)
def test_a_sequence_is_found_wherever_there_is_one(rules, earlier):
    trail = Trail(sightings=tuple(seen(n, rule=r) for n, r in enumerate(earlier, 1)))
    firing = judge(replace(SEQUENCE, rules=tuple(rules)), trail, [seen(0, rule=rules[-1])], NOW)
    assert (firing is not None) is _subsequence(rules, [*earlier, rules[-1]])
    if firing:
        chosen = [*(earlier[n - 1] for n in firing.articles[:-1]), rules[-1]]
        assert chosen == rules[-MOST_ARTICLES:]


# --- what counts ---------------------------------------------------------------------------------


def found(name: str, *, status: RuleStatus = RuleStatus.LIVE, filtered: str = "") -> Match:
    return Match(rule=replace(rule(name), status=status), spans=(), filtered=filtered)


def test_only_what_may_alert_is_watched_and_counted():
    matches = (
        found("ai", status=RuleStatus.SHADOW),
        found("law", filtered="wires"),
        found("sport"),
    )
    assert watching([SPIKE, OUTLETS, SEQUENCE], matches) == ()
    assert watching([SPIKE, SEQUENCE], [found("law")]) == (SEQUENCE,)
    assert watching([SPIKE, SEQUENCE], [found("ai")]) == (SPIKE,)  # it completes no sequence
    read = replace(reading("one"), matches=matches)
    counted = sightings_of(read, ("ai", "law", "sport"), story=4, again=False)
    assert counted == (Sighting(article=0, story=4, rule="sport", outlet="Outlet of one"),)


def test_a_firing_tells_of_the_newest_articles_and_who_counted():
    sightings = tuple(seen(n) for n in (3, 1, 2, 7, 6, 5, 4))
    firing = judge(replace(SPIKE, rules=("ai", "ai")), Trail(sightings=sightings, usual=1.0),
                   [seen(0, 9)], NOW)  # fmt: skip
    assert firing == Firing(
        correlation="burst",
        title="A burst of it",
        priority=Priority.NORMAL,
        story=9,
        reason="8 matches in 1 h, usually 1",
        articles=(4, 5, 6, 7, 0),
        rules=("ai",),
        at=NOW,
    )
    assert firing.kind == "correlation:burst"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(hours=1), "1 h"),
        (timedelta(minutes=90), "90 min"),
        (timedelta(days=1), "1 day"),
        (timedelta(weeks=1), "7 days"),
        (timedelta(hours=36), "36 h"),
        (timedelta(seconds=45), "45 s"),
        (timedelta(milliseconds=500), "0.5 s"),
    ],
)
def test_time_spans_in_words(span, words):
    assert in_words(span) == words


# --- who is told ---------------------------------------------------------------------------------

DESK = Chat(name="desk", channel="console", default=True)
LEGAL = Chat(name="legal", channel="console")
FIRING = Firing(
    correlation="burst",
    title="A burst of it",
    priority=Priority.NORMAL,
    story=7,
    reason="9 matches in 1 h, usually 1",
    articles=(0,),
    rules=("ai",),
    at=NOW,
)
WAIT = timedelta(seconds=20)


def announce(correlation: Correlation, *, firing: Firing = FIRING, suspended=(), choices=None):
    routing = Routing(chats=(DESK, LEGAL), choices=choices or {})
    known = Known(suspended=frozenset(suspended))
    return alerts.announce([(firing, correlation)], routing, known, NOW, WAIT)


def test_a_correlation_goes_to_its_channels_or_the_default_chats():
    (delivery,) = announce(SPIKE).deliveries
    assert (delivery.chat, delivery.kind, delivery.story) == ("desk", "correlation:burst", 7)
    assert delivery.ready_at == NOW + WAIT
    named = announce(replace(SPIKE, channels=("legal",)))
    assert [d.chat for d in named.deliveries] == ["legal"]
    assert [(d.chat, d.reason, d.detail) for d in named.decisions] == [
        ("legal", Reason.CORRELATED, FIRING.reason)
    ]
    urgent = announce(SPIKE, firing=replace(FIRING, priority=Priority.URGENT))
    assert urgent.deliveries[0].ready_at == NOW


def test_a_firing_that_reaches_nobody_may_come_true_again():
    gone = announce(SPIKE, suspended=("desk",))
    assert (gone.firings, gone.deliveries) == ((), ())
    assert [d.reason for d in gone.decisions] == [Reason.SUSPENDED]
    unheard = announce(SPIKE, choices={("desk", "burst"): False})
    assert (unheard.firings, [d.reason for d in unheard.decisions]) == ((), [Reason.NO_CHAT])


def test_what_is_filtered_or_in_shadow_is_told_to_nobody_and_that_is_on_record():
    matches = [
        found("ai", status=RuleStatus.SHADOW),
        found("law", filtered="wires"),
        found("court", filtered="wires"),
        found("chips", status=RuleStatus.SHADOW, filtered="sport"),
        found("india"),
    ]
    routing = Routing(chats=(DESK,), choices={("desk", "ai"): True})
    outcome = alerts.decide(matches, routing, Known(), NOW, WAIT)
    assert [(d.chat, d.rules, d.reason, d.detail) for d in outcome.decisions] == [
        ("", ("ai",), Reason.SHADOW, ""),
        ("", ("law", "court"), Reason.FILTERED, "wires"),
        ("", ("chips",), Reason.FILTERED, "sport"),
        ("desk", ("india",), Reason.FIRST, ""),
    ]
    assert len(outcome.deliveries) == 1
    assert alerts.decide(matches[:4], routing, Known(), NOW, WAIT).deliveries == ()


# --- on record -----------------------------------------------------------------------------------

ROUTING = Routing(chats=(DESK,), choices={})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = open_store(tmp_path / "monitor.db")
    opened.put_in_force([rule("ai"), rule("law")], NOW - 20 * DAY).result()
    opened.record_poll(
        replace(state(), polled_at=NOW - 20 * DAY), baseline=[(reading("0").entry, ("0",))]
    ).result()
    yield opened
    opened.close()


def watched(name: str, at: datetime, *correlations: Correlation, **how: object) -> Reading:
    given = reading(name, read_at=at, **how)
    return replace(given, watches=watching(correlations, given.matches))


def record(store: SqliteStore, given: Reading) -> list[str]:
    """Store a reading as the application does; answer why correlations came true with it."""

    def decide(known: Known):
        return pipeline.decide(given, known, ROUTING, WAIT)

    _, outcome = store.record_reading(given, decide).result()
    assert len(outcome.firings) == sum(d.kind != "alert" for d in outcome.deliveries)
    return [firing.reason for firing in outcome.firings]


def burst(store: SqliteStore, at: datetime, number: int, *correlations: Correlation) -> list[str]:
    """So many articles a second apart from a moment on; answer all that came true."""
    return [
        reason
        for n in range(number)
        for reason in record(
            store, watched(f"{at:%d%H%M}-{n}", at + n * timedelta(seconds=1), *correlations)
        )
    ]


def test_a_spike_is_measured_against_fourteen_days(store: SqliteStore) -> None:
    for day in range(1, 15):
        burst(store, NOW - day * DAY, 24)  # one an hour on the average
    assert burst(store, NOW, 8, SPIKE) == ["5 matches in 1 h, usually 1"]
    # Its own matches have become part of what is usual.
    assert burst(store, NOW + 2 * HOUR, 8, SPIKE) == ["5 matches in 1 h, usually 1"]


def test_matches_older_than_the_baseline_do_not_count(store: SqliteStore) -> None:
    burst(store, NOW - 16 * DAY, 200)
    assert burst(store, NOW, 5, SPIKE) == ["5 matches in 1 h, usually 0"]


def test_a_new_rule_or_query_has_no_baseline_before_one_time_span(store: SqliteStore) -> None:
    changed = replace(rule("ai"), query="another")
    store.put_in_force([changed], NOW - HOUR).result()
    assert burst(store, NOW, 9, SPIKE) == []
    assert burst(store, NOW + HOUR, 9, SPIKE) == ["9 matches in 1 h, usually 1"]


def test_unchanged_rules_keep_their_state_over_a_reload(store: SqliteStore) -> None:
    burst(store, NOW, 4, SPIKE)
    store.put_in_force([rule("ai"), rule("new")], NOW + timedelta(minutes=1)).result()
    assert burst(store, NOW + timedelta(minutes=2), 1, SPIKE) == ["5 matches in 1 h, usually 0"]
    store.put_in_force([rule("ai")], NOW + timedelta(minutes=3)).result()
    assert burst(store, NOW + timedelta(minutes=4), 9, SPIKE) == []  # told within the hour


def test_a_changed_query_begins_to_count_anew(store: SqliteStore) -> None:
    many = replace(OUTLETS, gte=4)
    burst(store, NOW, 3, many)
    store.put_in_force([replace(rule("ai"), query="another")], NOW + timedelta(minutes=1)).result()
    assert burst(store, NOW + timedelta(minutes=2), 3, many) == []
    assert burst(store, NOW + timedelta(minutes=3), 1, many) == [
        "4 outlets within 1 h, on 4 stories"
    ]


def test_outlets_of_one_story_through_the_store(store: SqliteStore) -> None:
    def copy(name: str, minute: int) -> list[str]:
        at = NOW + minute * timedelta(minutes=1)
        return record(store, watched(name, at, OUTLETS, text_key="same"))

    assert [copy("a", 0), copy("b", 10), copy("c", 80), copy("d", 81)] == [[], [], [], []]
    assert copy("e", 82) == ["3 outlets within 1 h"]
    assert copy("f", 83) == []


def test_a_sequence_through_the_store(store: SqliteStore) -> None:
    def edition(name: str, minute: int, *rules: str) -> list[str]:
        at = NOW + minute * timedelta(minutes=1)
        return record(store, watched(name, at, SEQUENCE, text_key="same", rules=rules))

    assert edition("a", 0, "ai") == []
    assert edition("b", 90, "law") == []  # too late
    assert edition("c", 91, "ai", "law") == []  # a single article is no sequence
    assert edition("d", 92, "law") == ["ai, then law within 1 h"]
    assert edition("e", 93, "law") == []


def test_a_crash_in_the_transaction_loses_nothing_and_repeats_nothing(store: SqliteStore) -> None:
    burst(store, NOW, 4, SPIKE)
    fifth = watched("fifth", NOW + timedelta(minutes=1), SPIKE)

    def decide_and_die(known: Known):
        assert pipeline.decide(fifth, known, ROUTING, WAIT).firings
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError, match="power"):
        store.record_reading(fifth, decide_and_die).result()
    assert store.history(fifth.url_keys).article is None
    assert record(store, fifth) == ["5 matches in 1 h, usually 0"]
    assert record(store, fifth) == []  # seen already


def test_a_claimed_firing_has_its_articles_and_the_matches_of_its_rules(store) -> None:
    burst(store, NOW, 5, SPIKE)
    claims = []
    for _ in range(6):  # a chat's head, one after another
        (claim,) = store.claim(NOW + HOUR, lease=LEASE, limit=9).result()
        done = replace(claim.delivery, state=DeliveryState.SENT, sent_at=NOW, ref="1")
        assert store.finish(done).result()
        claims.append(claim)
    assert [claim.firing is not None for claim in claims] == [False] * 5 + [True]
    last = claims[-1]
    assert [stored.id for stored in last.view.articles] == [1, 2, 3, 4, 5]
    assert set(last.view.matches) == {1, 2, 3, 4, 5}
    alert = alerts.compose(last)
    assert alert.cause
    assert (alert.cause.id, alert.cause.reason) == ("burst", "5 matches in 1 h, usually 0")
    assert alert.title.text == last.view.articles[-1].article.title
    assert [title for title, _, _ in alert.cause.articles] == [
        stored.article.title for stored in reversed(last.view.articles[:-1])
    ]
    assert alert.also == ()


def test_a_firing_whose_messages_were_given_up_comes_true_again(store: SqliteStore) -> None:
    def copy(name: str) -> list[str]:
        return record(store, watched(name, NOW, OUTLETS, text_key="same"))

    assert [copy("a"), copy("b"), copy("c")] == [[], [], ["3 outlets within 1 h"]]
    while claims := store.claim(NOW + HOUR, lease=LEASE, limit=9).result():
        for claim in claims:
            dead = DeliveryState.DEAD if claim.firing else DeliveryState.SENT
            assert store.finish(replace(claim.delivery, state=dead, sent_at=NOW)).result()
    assert copy("d") == ["4 outlets within 1 h"]
    history = store.history(["https://news.example/a"])
    assert [firing.revision for firing in history.firings] == [0, 1]


def test_every_article_that_a_firing_counts_knows_of_it(store: SqliteStore) -> None:
    burst(store, NOW, 5, SPIKE)
    store.record_reading(reading("other"), silence).result()
    first = store.history([f"https://news.example/{NOW:%d%H%M}-0"])
    assert [firing.correlation for firing in first.firings] == ["burst"]
    assert store.history(["https://news.example/other"]).firings == ()


def test_shadow_matches_are_counted_by_story_and_filtered_ones_are_not(store) -> None:
    def shadow(name: str, minute: int, *, filtered: str = "", text_key: str = "") -> None:
        at = NOW + minute * timedelta(minutes=1)
        match = found("quiet", status=RuleStatus.SHADOW, filtered=filtered)
        given = replace(reading(name, read_at=at, text_key=text_key), matches=(match,))
        assert record(store, given) == []

    shadow("a", 0, text_key="same")
    shadow("b", 1, text_key="same")
    shadow("c", 2)
    shadow("d", 3, filtered="wires")
    (tally,) = store.shadow(NOW)
    assert (tally.rule, tally.stories, tally.since) == ("quiet", 2, NOW)
    assert (tally.newest_at, tally.newest_title) == (NOW + timedelta(minutes=2), "Title c")
    assert store.shadow(NOW + HOUR) == ()
    assert store.counts(NOW).waiting == 0
    (stored,) = store.history(["https://news.example/d"]).matches
    assert (stored.filtered, stored.rule.status) == ("wires", RuleStatus.SHADOW)


def test_a_notice_is_given_once_or_again_after_a_time(store: SqliteStore) -> None:
    def due(minute: int, since: int | None = None) -> bool:
        at = NOW + minute * timedelta(minutes=1)
        not_since = None if since is None else NOW + since * timedelta(minutes=1)
        return store.claim_notice("x", at, not_since=not_since).result()

    assert [due(0), due(1), due(2, 0), due(3, 1), due(4, 1)] == [True, False, False, True, False]


def test_a_match_in_an_article_without_an_outlet_counts(store: SqliteStore) -> None:
    nameless = Article(url="https://x.example/1", title="T", text="x")
    given = watched("x", NOW, replace(OUTLETS, gte=1), article=nameless)
    assert record(store, given) == ["1 outlet within 1 h"]


def test_a_database_of_before_keeps_its_matches(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with connect(path, writable=True) as db:
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrations.apply(db, stop_before="m002_correlations")
        at = to_micros(NOW - 3 * DAY)
        db.executescript(
            f"""
            INSERT INTO story VALUES (1, {at});
            INSERT INTO article (story, relation, read_at, text_key, url, title, text, standfirst,
                outlet, source, authors, origin, note)
            VALUES (1, 'NEW', {at}, 'k', 'https://news.example/old', 'Old', 'x', '', 'Herald', 's',
                '[]', 'page', '');
            INSERT INTO url_alias VALUES ('https://news.example/old', 1);
            INSERT INTO entry VALUES (1, 's', 'https://news.example/old',
                'https://news.example/old', 'Old', {at}, 'article', '', 1);
            INSERT INTO rule_match (article, rule, title, query, pack, priority, channels, tags,
                status, spans)
            VALUES (1, 'ai', 'Ai', '"ai"', '', 'NORMAL', '[]', '[]', 'LIVE', '[]');
            INSERT INTO decision (article, chat, rules, reason, decided_at)
            VALUES (1, 'desk', '["ai"]', 'FIRST', {at});
            """
        )
    store = open_store(path)
    try:
        store.put_in_force([rule("ai")], NOW - HOUR / 2).result()  # in force since its first match
        history = store.history(["https://news.example/old"])
        assert [match.filtered for match in history.matches] == [""]
        assert [decision.detail for _, decision in history.decisions] == [""]
        week = replace(OUTLETS, gte=2, timespan=7 * DAY)
        assert burst(store, NOW, 1, week) == ["2 outlets within 7 days, on 2 stories"]
        assert burst(store, NOW + HOUR / 2, 4, SPIKE) == ["5 matches in 1 h, usually 0"]
    finally:
        store.close()

"""record_reading: what is known, what is stored, and that everything comes back as it was."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model import (
    Article,
    Decision,
    DeliveryState,
    Entry,
    Known,
    Match,
    Outcome,
    Priority,
    Reason,
    Relation,
    Rule,
    RuleStatus,
    Span,
)
from monitor.ports import Decide
from monitor.store import SqliteStore, open_store
from monitor.store.moments import from_micros, to_micros
from tests.store_examples import (
    LEASE,
    NOW,
    SECOND,
    delivery,
    reading,
    silence,
    state,
    tell,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = open_store(tmp_path / "monitor.db")
    yield store
    store.close()


def _never(_: Known) -> Outcome:
    raise AssertionError("nothing was to be decided")


def _queue(**fields: object) -> Decide:
    return lambda _: Outcome(deliveries=(delivery(**fields),))  # type: ignore[arg-type]


def test_a_new_article_opens_a_story(store: SqliteStore) -> None:
    known, outcome = store.record_reading(reading("one"), tell("desk", "board")).result()
    assert known == Known()
    assert [(d.chat, d.story) for d in outcome.deliveries] == [("desk", 1), ("board", 1)]
    assert {d.id for d in outcome.deliveries} == {1, 2}
    assert [d.rules for d in outcome.decisions] == [("ai",), ("ai",)]


def test_the_same_address_joins_its_story(store: SqliteStore) -> None:
    _, first = store.record_reading(reading("one", url_keys=("a", "b")), tell("desk")).result()
    again = reading("edited", url_keys=("x", "b"), text_key="other")
    known, outcome = store.record_reading(again, silence).result()
    assert known == Known(relation=Relation.SAME_URL, story=1, deliveries=first.deliveries)
    assert outcome == Outcome()
    assert store.counts(NOW).same_url == 1


def test_the_same_text_joins_its_story(store: SqliteStore) -> None:
    _, first = store.record_reading(reading("one", text_key="t"), tell("desk")).result()
    known, _ = store.record_reading(reading("reprint", text_key="t"), silence).result()
    assert known == Known(relation=Relation.SAME_TEXT, story=1, deliveries=first.deliveries)
    third, _ = store.record_reading(
        reading("third", url_keys=("https://news.example/reprint",)), silence
    ).result()
    assert (third.relation, third.story) == (Relation.SAME_URL, 1)
    assert store.counts(NOW).same_text == 1


def test_no_text_is_not_the_same_text(store: SqliteStore) -> None:
    store.record_reading(reading("one", text_key=""), silence).result()
    known, _ = store.record_reading(reading("two", text_key=""), silence).result()
    assert known.relation is Relation.NEW


def test_the_address_goes_before_the_text_and_the_elder_story_before_the_younger(
    store: SqliteStore,
) -> None:
    store.record_reading(reading("one", url_keys=("a",), text_key="t1"), silence)
    store.record_reading(reading("two", url_keys=("b",), text_key="t2"), silence)
    known, _ = store.record_reading(reading("y", url_keys=("b",), text_key="t1"), silence).result()
    assert (known.relation, known.story) == (Relation.SAME_URL, 2)
    known, _ = store.record_reading(
        reading("x", url_keys=("b", "a"), text_key="t2"), silence
    ).result()
    assert (known.relation, known.story) == (Relation.SAME_URL, 1)
    for shared in ({"url_keys": ("b",)}, {"text_key": "t2"}):
        known, _ = store.record_reading(reading(str(shared), **shared), silence).result()  # type: ignore[arg-type]
        assert known.story == 1


def test_a_reading_that_was_seen_meanwhile_only_adds_its_keys(store: SqliteStore) -> None:
    _, first = store.record_reading(reading("one", keys=("k1",)), tell("desk")).result()
    late = reading("late", keys=("k2", "k1"))
    known, outcome = store.record_reading(late, _never).result()
    assert known == Known(relation=Relation.SAME_URL, story=1, deliveries=first.deliveries)
    assert outcome == Outcome()
    assert store.known_keys(["k1", "k2"]) == {"k1", "k2"}
    assert store.counts(NOW).articles == 1
    assert store.record_reading(reading("later", keys=("k2",)), _never).result()[0].story == 1


def test_a_reading_of_a_baseline_entry_has_no_story(store: SqliteStore) -> None:
    entry = Entry(id="one", url="https://news.example/one", title="One")
    store.record_poll(state(), baseline=[(entry, ("id:one",))])
    known, outcome = store.record_reading(reading("one"), _never).result()
    assert known == Known(relation=Relation.SAME_URL)
    assert outcome == Outcome()


def test_a_decision_sees_suspended_chats(store: SqliteStore) -> None:
    store.suspend_chat("desk", "blocked")
    known, _ = store.record_reading(reading("one"), silence).result()
    assert known.suspended == {"desk"}


def test_a_decision_sees_the_latest_revision_of_each_chat(store: SqliteStore) -> None:
    store.record_reading(reading("one", text_key="t"), tell("desk", "board")).result()
    rearmed = reading("two", text_key="t")
    store.record_reading(rearmed, _queue(chat="desk", revision=1, kind="alert")).result()
    known, _ = store.record_reading(reading("three", text_key="t"), silence).result()
    assert sorted((d.chat, d.revision) for d in known.deliveries) == [("board", 0), ("desk", 1)]


def test_a_delivery_that_is_there_is_left_alone(store: SqliteStore) -> None:
    _, first = store.record_reading(reading("one", text_key="t"), tell("desk")).result()
    (claim,) = store.claim(NOW, lease=LEASE, limit=9).result()
    sent = replace(claim.delivery, state=DeliveryState.SENT, ref="77", sent_at=NOW)
    assert store.finish(sent).result()
    late = tell("desk", ready_at=NOW + SECOND)
    _, second = store.record_reading(reading("two", text_key="t"), late).result()
    assert second.deliveries == (sent,)
    assert first.deliveries[0].id == sent.id
    assert store.counts(NOW).waiting == 0


def test_a_page_that_could_be_read_at_last_is_no_longer_a_failure(store: SqliteStore) -> None:
    one = reading("one")
    store.record_poll(state(), unreadable={one.entry.url: "HTTP 503", "https://other/": "HTTP 500"})
    store.record_poll(state(), unreadable={one.entry.url: "HTTP 503"}).result()
    urls = [one.entry.url, "https://other/", "https://never/"]
    assert store.page_failures(urls) == {one.entry.url: 2, "https://other/": 1}
    store.record_reading(one, silence).result()
    assert store.page_failures(urls) == {"https://other/": 1}


# --- laws ----------------------------------------------------------------------------------------

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
lines = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
maybe = st.none() | texts
moments = st.datetimes(
    datetime(1, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.just(UTC),
)
articles = st.builds(
    Article,
    url=texts,
    title=texts,
    text=texts,
    standfirst=texts,
    outlet=texts,
    source=texts,
    published=st.none() | moments,
    modified=st.none() | moments,
    authors=st.lists(texts, max_size=3).map(tuple),
    section=maybe,
    lang=maybe,
    country=maybe,
    canonical_url=maybe,
    origin=st.sampled_from(["page", "feed"]),
    note=texts,
)
rules = st.builds(
    Rule,
    id=lines,
    title=texts,
    query=texts,
    pack=texts,
    priority=st.sampled_from(Priority),
    channels=st.lists(texts, max_size=2).map(tuple),
    tags=st.lists(texts, max_size=2).map(tuple),
    status=st.sampled_from(RuleStatus),
)
spans = st.builds(
    Span,
    st.sampled_from(["title", "standfirst", "text"]),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    texts,
)
found = st.lists(
    st.builds(Match, rule=rules, spans=st.lists(spans, max_size=3).map(tuple)),
    max_size=3,
    unique_by=lambda match: match.rule.id,
)


@given(moments)
def test_times_come_back_exactly(moment: datetime) -> None:
    back = from_micros(to_micros(moment))
    assert back == moment
    assert back.utcoffset() == timedelta(0)


@given(moments, moments)
def test_times_sort_as_their_numbers(one: datetime, other: datetime) -> None:
    assert (one < other) == (to_micros(one) < to_micros(other))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(article=articles, matches=found, read_at=moments, reason=st.sampled_from(Reason))
def test_everything_comes_back_as_it_went_in(
    store: SqliteStore, article: Article, matches: list[Match], read_at: datetime, reason: Reason
) -> None:
    number = store.counts(datetime.min.replace(tzinfo=UTC)).articles
    made = replace(reading(str(number), article=article, read_at=read_at), matches=tuple(matches))
    ids = tuple(match.rule.id for match in matches)
    decided = Outcome(
        decisions=(Decision(chat="desk", rules=ids, reason=reason),),
        deliveries=(delivery("desk", ready_at=NOW),),
    )
    _, outcome = store.record_reading(made, lambda _: decided).result()
    history = store.history(made.url_keys)
    assert history.article is not None
    assert history.article.article == article
    assert history.article.read_at == read_at
    assert _whole(history.matches) == _whole(matches)
    assert history.decisions == ((read_at, decided.decisions[0]),)
    assert history.deliveries == outcome.deliveries
    (claim,) = store.claim(NOW, lease=LEASE, limit=9).result()
    assert claim.view.articles == history.story_articles
    assert _whole(claim.view.matches.get(history.article.id, ())) == _whole(matches)
    done = replace(claim.delivery, state=DeliveryState.SENT, ref=article.title, sent_at=read_at)
    assert store.finish(done).result()
    assert store.history(made.url_keys).deliveries == (done,)


def _whole(matches: object) -> list[object]:
    """Matches with the leaves of their spans, which do not count in comparisons."""
    return [(m.rule, [(s, s.leaf) for s in m.spans]) for m in matches]  # type: ignore[attr-defined]

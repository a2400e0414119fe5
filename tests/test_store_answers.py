"""Sources, chats, figures, search, and the history of an address."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from monitor.model import (
    Article,
    Counts,
    DeliveryState,
    Entry,
    EntryRecord,
    History,
    Reason,
    Relation,
)
from monitor.store import SqliteStore, open_store
from tests.store_examples import LEASE, NOW, SECOND, reading, silence, state, tell


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = open_store(tmp_path / "monitor.db")
    yield store
    store.close()


def _entry(name: str, url: str | None = None) -> Entry:
    return Entry(id=name, url=url or f"https://news.example/{name}", title=f"Title {name}")


# --- sources -------------------------------------------------------------------------------------


def test_states_come_back_whole(store: SqliteStore) -> None:
    full = state(
        "zeit",
        polled_at=NOW,
        succeeded_at=NOW - SECOND,
        baseline_at=NOW - 2 * SECOND,
        etag='"x"',
        last_modified="Sun, 22 Nov 2026 18:00:00 GMT",
        body_hash="ab",
        failures=3,
        error="HTTP 500",
        stopped="HTTP 410",
    )
    store.sync_sources(iter([full, state("herald")]), iter([])).result()
    assert store.states() == (state("herald"), full)


def test_syncing_replaces_and_forgets(store: SqliteStore) -> None:
    store.sync_sources([state("a"), state("b"), state("c")], []).result()
    store.sync_sources([state("a", failures=2)], ["b", "unheard of"]).result()
    assert store.states() == (state("a", failures=2), state("c"))


def test_the_longest_due_come_first(store: SqliteStore) -> None:
    store.sync_sources(
        [
            state("late", next_poll_at=NOW),
            state("long", next_poll_at=NOW - 9 * SECOND),
            state("later", next_poll_at=NOW + SECOND),
            state("stopped", next_poll_at=NOW - 20 * SECOND, stopped="HTTP 410"),
        ],
        [],
    ).result()
    assert [s.source for s in store.due(NOW, 9)] == ["long", "late"]
    assert [s.source for s in store.due(NOW, 1)] == ["long"]
    assert store.due(NOW - 10 * SECOND, 9) == ()


def test_a_poll_without_a_time_counts_from_its_next(store: SqliteStore) -> None:
    store.record_poll(state(), baseline=[(_entry("one"), ("k1",))]).result()
    assert store.history([_entry("one").url]).entries[0].seen_at == NOW


def test_a_baseline_is_seen_once(store: SqliteStore) -> None:
    polled = state(polled_at=NOW)
    store.record_poll(polled, baseline=[(_entry("one"), ("k1", "k2")), (_entry("two"), ("k3",))])
    store.record_poll(polled, baseline=[(_entry("one"), ("k2", "k4"))]).result()
    assert store.known_keys(iter(["k1", "k2", "k3", "k4", "k5"])) == {"k1", "k2", "k3", "k4"}
    assert store.counts(NOW).baseline == 2
    assert store.states() == (polled,)


def test_any_number_of_keys_may_be_asked_for(store: SqliteStore) -> None:
    keys = tuple(f"key {n}\0" for n in range(5000))
    store.record_poll(state(), baseline=[(_entry("one"), keys)]).result()
    asked = [*keys, *(f"other {n}" for n in range(40_000))]
    assert store.known_keys(asked) == frozenset(keys)


def test_what_another_source_half_read_is_known_for_the_time_that_is_asked_for(
    store: SqliteStore,
) -> None:
    walled = reading("walled")
    walled = replace(walled, article=replace(walled.article, note="the page asks for consent"))
    silent = reading("silent")  # was there at a first poll
    silent = replace(silent, article=replace(silent.article, note="a wall"), baseline=True)
    all_three = (walled, silent, reading("whole"))
    for each in all_three:
        store.record_reading(each, silence).result()
    keys, source = [key for each in all_three for key in each.keys], walled.article.source
    found = store.half_read(keys, source="other", since=NOW - SECOND)
    assert {article.title for article in found.values()} == {walled.article.title}
    assert store.half_read(keys, source="other", since=NOW + SECOND) == {}
    assert store.half_read(keys, source=source, since=NOW - SECOND) == {}


# --- chats ---------------------------------------------------------------------------------------


def test_choices_of_chats(store: SqliteStore) -> None:
    store.subscribe("desk", "ai", on=True)
    store.subscribe("desk", "law", on=False)
    store.subscribe("board", "ai", on=True)
    store.subscribe("board", "ai", on=False).result()
    assert store.subscriptions() == {
        ("desk", "ai"): True,
        ("desk", "law"): False,
        ("board", "ai"): False,
    }


def test_chats_move(store: SqliteStore) -> None:
    store.move_chat("desk", "-100")
    store.move_chat("desk", "-200").result()
    assert store.moved_chats() == {"desk": "-200"}


def test_chats_are_suspended_and_taken_back(store: SqliteStore) -> None:
    store.suspend_chat("desk", "blocked by the user")
    store.suspend_chat("desk", "kicked").result()
    assert store.suspended_chats() == {"desk": "kicked"}
    store.suspend_chat("desk", None).result()
    assert store.suspended_chats() == {}


# --- figures -------------------------------------------------------------------------------------


def test_figures_since_a_moment(store: SqliteStore) -> None:
    before, polled = NOW - SECOND, state(polled_at=NOW)
    store.record_reading(reading("old", read_at=before), tell("old chat"))
    store.record_poll(state(polled_at=before), baseline=[(_entry("b0"), ("b0",))])
    store.record_poll(
        polled,
        baseline=[(_entry("b1"), ("b1",)), (_entry("b2"), ("b2",))],
        unreadable={"https://news.example/broken": "HTTP 500"},
    )
    feed = replace(reading("x").article, origin="feed", note="HTTP 403")
    store.record_reading(reading("one", article=feed, text_key="t"), tell("sent", "dead"))
    store.record_reading(reading("two", text_key="t", rules=()), silence)
    store.record_reading(reading("three", url_keys=reading("old").url_keys), silence).result()
    ends = {"sent": DeliveryState.SENT, "dead": DeliveryState.DEAD, "old chat": DeliveryState.RETRY}
    for claim in store.claim(NOW, lease=LEASE, limit=9).result():
        end = ends[claim.delivery.chat]
        store.finish(replace(claim.delivery, state=end, ambiguous=end is DeliveryState.DEAD))
    store.subscribe("desk", "x", on=True).result()
    figures = Counts(
        baseline=2,
        articles=3,
        unreadable=1,
        from_feed=1,
        matched=2,
        same_url=1,
        same_text=1,
        waiting=1,
        sent=1,
        dead=1,
        ambiguous=1,
    )
    assert store.counts(NOW) == figures
    assert store.counts(NOW + SECOND) == Counts(waiting=1)
    assert store.counts(before).articles == 4


# --- search --------------------------------------------------------------------------------------


def _archive(store: SqliteStore, *titles: str) -> None:
    for title in titles:
        article = Article(url="https://news.example/x", title=title, text="Body text.")
        store.record_reading(reading(title, article=article), silence).result()


def _titles(store: SqliteStore, words: str, limit: int = 20) -> list[str]:
    return [stored.article.title for stored in store.search(words, limit)]


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("cafe", ["Café Müller closes", "Cafe\u0301 noise"]),
        ("CAFÉ noise", ["Cafe\u0301 noise"]),
        ("muller closes", ["Café Müller closes"]),
        ('"closes muller"', []),
        ('"muller closes"', ["Café Müller closes"]),
        ("भारत", ["भारत में चुनाव"]),
        ("Москва", ["Москва сегодня"]),
        ("NOT", ["Not one or two"]),
        ("one OR two", ["Not one or two"]),
        ("nothing", []),
        ("title:cafe", []),
        ("caf*", []),
        ("", []),
        ('"', []),
        ("-", []),
        ("\0", []),
    ],
)
def test_search_finds_all_words_as_they_are_meant(
    store: SqliteStore, words: str, titles: list[str]
) -> None:
    _archive(
        store,
        "Café Müller closes",
        "Cafe\u0301 noise",
        "भारत में चुनाव",
        "भिरत अलग",
        "Москва сегодня",
        "Not one or two",
    )
    assert sorted(_titles(store, words)) == sorted(titles)


def test_search_gives_the_best_first_and_no_more_than_asked(store: SqliteStore) -> None:
    _archive(store, "Rain and much else that is going on in town today", "Rain, rain, rain", "Sun")
    assert _titles(store, "rain") == [
        "Rain, rain, rain",
        "Rain and much else that is going on in town today",
    ]
    assert len(_titles(store, "body", limit=2)) == 2


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(st.characters(exclude_categories=["Cs"])) | st.text("\"'*^:(){}-+ aNOT\0"))
@example(words='"\n:')
def test_no_words_break_the_search(store: SqliteStore, words: str) -> None:
    assert store.search(words) == ()


# --- history -------------------------------------------------------------------------------------


def test_an_address_nobody_listed_has_no_history(store: SqliteStore) -> None:
    assert store.history(["https://news.example/none"]) == History(entries=())


def test_a_baseline_entry_is_found_by_its_canonical_address(store: SqliteStore) -> None:
    entry = _entry("one", "http://www.news.example/one/?utm_source=feed")
    store.record_poll(state(polled_at=NOW), baseline=[(entry, ("id:one",))]).result()
    record = EntryRecord(
        source="herald", url=entry.url, title="Title one", seen_at=NOW, outcome="baseline"
    )
    for address in ("https://news.example/one", entry.url, "id:one"):
        assert store.history([address]) == History(entries=(record,))


def test_a_page_that_is_still_tried_is_in_the_history(store: SqliteStore) -> None:
    url = "https://www.news.example/broken?utm_medium=rss"
    for error in ("HTTP 503", "timed out"):
        store.record_poll(state(polled_at=NOW), unreadable={url: error}).result()
    history = store.history(["https://news.example/broken"])
    assert history.failure == "timed out"
    assert history.entries == (
        EntryRecord(
            source="herald",
            url=url,
            title="",
            seen_at=NOW,
            outcome="unreadable",
            note="timed out",
        ),
    )


def test_the_whole_history_of_an_article(store: SqliteStore) -> None:
    feed = replace(reading("one").article, origin="feed", note="HTTP 403")
    one = reading("one", text_key="t", article=feed, rules=("ai", "law"))
    store.record_reading(one, tell("desk", rules=("ai", "law")))
    store.record_reading(reading("reprint", text_key="t"), silence).result()
    history = store.history(["https://news.example/one"])
    assert [(e.outcome, e.note, e.article) for e in history.entries] == [("article", "HTTP 403", 1)]
    assert history.article is not None
    assert history.article.article == feed
    assert [(a.id, a.relation) for a in history.story_articles] == [
        (1, Relation.NEW),
        (2, Relation.SAME_TEXT),
    ]
    assert [m.rule.id for m in history.matches] == ["ai", "law"]
    assert [(at, d.reason) for at, d in history.decisions] == [(NOW, Reason.FIRST)]
    assert [d.chat for d in history.deliveries] == ["desk"]
    assert history.failure is None


def test_of_several_readings_of_an_address_the_latest_matched_one_speaks(
    store: SqliteStore,
) -> None:
    first = reading("first", url_keys=("https://news.example/live",))
    for name, rules in (("first", ()), ("second", ("ai",)), ("third", ())):
        store.record_reading(replace(first, **_as(name, rules)), tell("desk", rules=rules)).result()
    history = store.history(["https://news.example/live"])
    assert history.article is not None
    assert history.article.id == 2
    assert [m.rule.id for m in history.matches] == ["ai"]
    assert [d.rules for _, d in history.decisions] == [(), ("ai",), ()]
    assert [e.article for e in history.entries] == [1, 2, 3]


def _as(name: str, rules: tuple[str, ...]) -> dict[str, object]:
    made = reading(name, rules=rules)
    return {"keys": made.keys, "matches": made.matches, "text_key": made.text_key}

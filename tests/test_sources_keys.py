from datetime import UTC, datetime
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Entry
from monitor.sources import entry_keys
from monitor.text import fold

SITE = "https://www.lantern.example"
DAY = datetime(2026, 11, 21, 9, tzinfo=UTC)


def entry(
    guid: str | None = None, path: str = "/", title: str = "", published: datetime | None = None
) -> Entry:
    return Entry(id=guid, url=SITE + path, title=title, published=published)


def test_an_entry_has_several_keys() -> None:
    (keys,) = entry_keys("ll", [entry("7", "/a?utm_source=rss", "Ferry “crews” ACCEPT", DAY)])
    assert keys == (
        "guid:ll:7",
        "url:https://lantern.example/a",
        "title:ll:ferry crews accept|2026-11-21T09:00:00+00:00",
    )


def test_an_undated_title_is_no_key() -> None:
    (keys,) = entry_keys("ll", [entry(None, "/a", "Weather")])
    assert keys == ("url:https://lantern.example/a",)


def test_guids_that_are_all_alike_identify_nothing() -> None:
    keys = entry_keys("ll", [entry("feed", f"/{n}", f"Report {n}", DAY) for n in range(3)])
    assert [k for own in keys for k in own if k.startswith("guid")] == []
    assert [own[0] for own in keys] == [f"url:https://lantern.example/{n}" for n in range(3)]


def test_guids_that_change_with_every_fetch_do_not_matter() -> None:
    first, second = (
        entry_keys("ll", [entry(f"{fetch}-{n}", f"/{n}", f"Report {n}", DAY) for n in range(3)])
        for fetch in (1, 2)
    )
    assert all(set(old) & set(new) for old, new in zip(first, second, strict=True))


def test_links_that_all_lead_to_one_page_identify_nothing() -> None:
    keys = entry_keys("ll", [entry(f"g{n}", "/live", f"Update {n}") for n in range(3)])
    assert keys == (("guid:ll:g0",), ("guid:ll:g1",), ("guid:ll:g2",))


def test_a_link_to_the_front_page_is_no_key_even_alone() -> None:
    assert entry_keys("ll", [entry("g0", "/?utm_source=x", "Update")]) == (("guid:ll:g0",),)


def test_one_entry_listed_twice_keeps_its_keys() -> None:
    twice = [
        entry("7", "/a", "Ferry crews accept", DAY),
        entry("7", "/b", "Ferry crews accept", DAY),
    ]
    first, second = entry_keys("ll", twice)
    assert set(first) & set(second) == {first[0], first[2]}
    edited = [entry("7", "/a", "Old headline"), entry("7", "/a", "New headline")]
    assert entry_keys("ll", edited) == (("guid:ll:7", "url:https://lantern.example/a"),) * 2


def test_an_entry_is_never_left_without_a_key() -> None:
    alike = [entry("g", "/", "One"), entry("g", "/", "Two"), entry(None, "/", "")]
    keys = entry_keys("ll", alike[:2])
    # Same guid and same address: one entry whose headline was edited.
    assert keys == (("guid:ll:g",), ("guid:ll:g",))
    bare = entry_keys("ll", [entry(None, "/", "One"), entry(None, "/", "Two"), alike[2]])
    assert len(set(bare)) == 3
    assert all(own[0].startswith("entry:ll:") for own in bare)


GUIDS = st.sampled_from([None, "a", "b"])
PATHS = st.sampled_from(["/", "/a", "/b"])
TITLES = st.sampled_from(["", "One", "one!", "Two"])
ENTRIES = st.builds(entry, GUIDS, PATHS, TITLES, st.sampled_from([None, DAY]))


@given(st.lists(ENTRIES, max_size=8))
def test_keys_are_shared_only_by_one_entry_listed_twice(entries: list[Entry]) -> None:
    keys = entry_keys("s", entries)
    for (mine, own), (theirs, other) in combinations(zip(entries, keys, strict=True), 2):
        alike = [
            bool(mine.id) and mine.id == theirs.id,
            mine.url == theirs.url,
            bool(mine.title) and fold(mine.title) == fold(theirs.title),
        ]
        if set(own) & set(other):
            assert sum(alike) >= 2 or mine == theirs
    assert all(own and len(set(own)) == len(own) for own in keys)


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_guid_and_title_will_do(guid: str, title: str) -> None:
    (keys,) = entry_keys("s", [entry(guid or None, "/a", title, DAY)])
    assert keys

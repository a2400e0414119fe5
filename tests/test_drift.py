"""Parse drift: begins after several bad pages in a row, ends after two good ones."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.drift import Mark, after_pages, mark_of, notice
from monitor.model import Article, Page, PageKind, Source, SourceKind, SourceState

SOURCE = Source(
    id="tide",
    kind=SourceKind.FEED,
    url="https://tide.example/rss",
    outlet="The Tide",
    every=timedelta(minutes=5),
)
FRESH = SourceState(source="tide", url=SOURCE.url, next_poll_at=datetime(2026, 11, 22, tzinfo=UTC))
WHY = {"+": "", "s": "body", "-": "the page shows its text only with JavaScript"}


def after(letters: str, state: SourceState = FRESH) -> SourceState:
    return after_pages(state, [Mark(letter, WHY[letter]) for letter in letters])


def article(origin: str, note: str = "") -> Article:
    return Article(url="https://tide.example/1", title="T", text="x", origin=origin, note=note)


@pytest.mark.parametrize(
    ("kind", "unmatched", "origin", "letter"),
    [
        (PageKind.ARTICLE, (), "page", "+"),
        (PageKind.LIVE_BLOG, (), "page", "+"),
        (PageKind.ARTICLE, ("title", "body"), "page", "s"),
        (PageKind.EMPTY, (), "feed", "-"),
        (PageKind.EMPTY, ("body",), "feed", "-"),
        (PageKind.BLOCKED, (), "feed", "-"),
        (PageKind.NEEDS_JAVASCRIPT, (), "feed", "-"),
    ],
)
def test_every_page_leaves_a_mark(kind, unmatched, origin, letter):
    page = Page(url="https://tide.example/1", kind=kind, unmatched=unmatched)
    mark = mark_of(page, article(origin), SourceKind.FEED)
    assert mark is not None
    assert mark.letter == letter


def test_a_list_of_links_is_odd_in_a_feed_and_usual_on_a_listing():
    page = Page(url="", kind=PageKind.LISTING)
    assert mark_of(page, article("feed"), SourceKind.LISTING) is None
    assert mark_of(page, article("feed", "a list"), SourceKind.FEED) == Mark("-", "a list")


@pytest.mark.parametrize("kind", list(SourceKind))
def test_but_for_those_that_say_nothing(kind):
    assert mark_of(Page(url="", kind=PageKind.STUB), article("feed"), kind) is None


def test_a_page_that_could_not_be_had_gave_no_article():
    assert mark_of(None, article("feed", "it answered 403"), SourceKind.FEED) == Mark(
        "-", "it answered 403"
    )


@pytest.mark.parametrize("letters", ["", "+++", "ss", "ss+ss+ss", "----", "+----+----", "s-s-s-s"])
def test_a_few_bad_pages_are_no_drift(letters):
    assert after(letters).drift is None


def test_selectors_that_name_nothing_are_told_by_their_keys():
    assert "its selectors (body) name nothing, or next to nothing, on its last 3 pages" in (
        after("++sss").drift or ""
    )


def test_pages_that_give_nothing_any_more_are_told_with_the_reason():
    drift = after("++-----").drift or ""
    assert "earlier ones did" in drift
    assert "only with JavaScript" in drift


def test_a_source_that_never_gave_an_article_is_told_too():
    drift = after("-----").drift or ""
    assert drift.startswith("its last 5 pages gave no article:")


def test_two_good_pages_end_it_and_one_does_not():
    drifting = after("+++sss")
    assert after("+", drifting).drift == drifting.drift
    assert after("++", drifting).drift is None
    assert after("ss---", drifting).drift == drifting.drift


def test_it_goes_on_over_polls_and_few_marks_are_kept():
    state = FRESH
    for letter in "+" * 50 + "-----":
        state = after(letter, state)
    assert state.drift
    assert state.pages == "+" * 15 + "-----"


def test_operators_are_told_of_its_begin_and_its_end_only():
    assert notice(SOURCE, None, None) is None
    assert notice(SOURCE, "bad", "bad") is None
    assert "may have changed: bad." in (notice(SOURCE, None, "bad") or "")
    assert "as before again" in (notice(SOURCE, "bad", None) or "")

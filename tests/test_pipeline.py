"""The steps from a source to a reading, as functions over values."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor import pipeline
from monitor.articles import LONGEST_TEXT
from monitor.model import (
    Document,
    Entry,
    Page,
    PageKind,
    Request,
    Response,
    Source,
    SourceKind,
    SourceState,
    Update,
)
from monitor.pipeline import Listed
from monitor.rules import load

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SOURCE = Source(
    id="ledger",
    kind=SourceKind.FEED,
    url="https://ledger.example/rss",
    outlet="The Ledger",
    every=timedelta(minutes=5),
    lang="en",
    country="IN",
)
ENTRY = Entry(
    id="g1",
    url="https://ledger.example/1?utm_source=rss",
    title="Headline of the feed",
    summary="A short summary.",
    published=NOW - timedelta(minutes=5),
)
PAGE = Page(url=ENTRY.url, title="Headline of the page", text="The whole text.\nIn two paragraphs.")


def test_polls_send_the_validators_and_do_not_ask_robots_txt():
    state = SourceState(source="ledger", url=SOURCE.url, next_poll_at=NOW, etag='"1"')
    assert pipeline.source_request(SOURCE, state) == Request(url=SOURCE.url, etag='"1"')


def test_pages_ask_robots_txt():
    assert pipeline.page_request(ENTRY).robots


def test_a_listing_is_read_as_a_listing():
    listing = Source(
        id="l", kind=SourceKind.LISTING, url="https://l.example/", outlet="L", every=SOURCE.every,
        selector="h2 a",
    )  # fmt: skip
    body = b"<h2><a href='/x'>A story</a></h2>"
    response = Response(url=listing.url, final_url=listing.url, status=200, body=body)
    assert [e.url for e in pipeline.read_source(listing, response).entries] == [
        "https://l.example/x"
    ]


class TestListed:
    def document(self, *published: datetime | None) -> Document:
        entries = tuple(
            Entry(id=str(n), url=f"https://l.example/{n}", title=f"T{n}", published=when)
            for n, when in enumerate(published)
        )
        return Document(kind="rss", title="", entries=entries)

    def order(self, *published: datetime | None) -> list[str | None]:
        return [p.entry.id for p in pipeline.listed(SOURCE, self.document(*published))]

    def test_dated_entries_come_oldest_first_whatever_the_document_does(self):
        hours = [NOW + timedelta(hours=n) for n in (1, 3, 2)]
        assert self.order(*hours) == ["0", "2", "1"]

    def test_undated_ones_come_from_the_end_since_documents_begin_with_the_newest(self):
        assert self.order(None, NOW, None) == ["2", "1", "0"]


class TestUnseen:
    pairs = tuple(
        Listed(Entry(id=str(n), url="", title=""), keys)
        for n, keys in enumerate([("a", "b"), ("c",), ("b", "d"), ("d",)])
    )

    def test_an_entry_with_any_known_key_is_seen_and_what_it_is_listed_with_too(self):
        assert [p.keys for p in pipeline.unseen(self.pairs, {"b"})] == [("c",)]

    def test_seen_entries_with_new_keys_gain_them(self):
        assert [p.keys for p in pipeline.half_known(self.pairs, {"b"}, ())] == [
            ("a", "b"),
            ("b", "d"),
        ]

    def test_but_not_those_that_are_still_to_be_read(self):
        assert [p.keys for p in pipeline.half_known(self.pairs, {"b"}, {"a"})] == [("b", "d")]

    def test_an_entry_listed_twice_is_read_once(self):
        assert [p.keys for p in pipeline.unseen(self.pairs, ())] == [("a", "b"), ("c",)]


@pytest.mark.parametrize(("newest", "old"), [(0, 3), (1, 2), (5, 0)])
def test_a_first_poll_leaves_the_newest_to_be_read(newest, old):
    pairs = [Listed(Entry(id=k, url="", title=""), (k,)) for k in "abc"]
    known, kept = pipeline.split_baseline(pairs, newest)
    assert len(known) == old
    assert kept == set("abc"[old:])


class TestArticle:
    def test_the_page_goes_before_the_feed(self):
        article = pipeline.make_article(ENTRY, SOURCE, PAGE, now=NOW)
        assert (article.title, article.text, article.origin) == (PAGE.title, PAGE.text, "page")
        assert (article.published, article.lang, article.country) == (ENTRY.published, "en", "IN")

    @pytest.mark.parametrize(
        ("kind", "why"),
        [
            (PageKind.BLOCKED, "consent"),
            (PageKind.NEEDS_JAVASCRIPT, "JavaScript"),
            (PageKind.LISTING, "list of links"),
            (PageKind.STUB, "paywall"),
            (PageKind.EMPTY, "no article text"),
        ],
    )
    def test_a_page_that_is_no_article_leaves_it_to_the_feed_and_says_why(self, kind, why):
        page = Page(url=ENTRY.url, kind=kind, title="Please accept", text="Cookies?")
        article = pipeline.make_article(ENTRY, SOURCE, page, now=NOW)
        assert (article.title, article.text) == (ENTRY.title, ENTRY.summary)
        assert article.origin == "feed"
        assert why in article.note

    def test_a_teaser_with_more_text_than_the_feed_is_used(self):
        page = Page(url=ENTRY.url, kind=PageKind.STUB, title="T", text="Much more. " * 10)
        assert pipeline.make_article(ENTRY, SOURCE, page, now=NOW).origin == "page"

    @pytest.mark.parametrize("kind", [PageKind.STUB, PageKind.LISTING])
    def test_what_the_feed_says_is_not_lost_to_a_longer_teaser(self, kind):
        page = Page(url=ENTRY.url, kind=kind, title="T", text="A sentence nobody read. " * 5)
        article = pipeline.make_article(ENTRY, SOURCE, page, now=NOW)
        assert article.text == f"{page.text}\n{ENTRY.summary}"
        assert "as well" in article.note

    def test_a_teaser_without_a_feeds_text_is_said_to_be_one(self):
        page = Page(url=ENTRY.url, kind=PageKind.STUB, text="A sentence nobody read.")
        article = pipeline.make_article(replace(ENTRY, summary=""), SOURCE, page, now=NOW)
        assert article.note == "the page shows only a teaser before its paywall"

    def test_a_summary_that_the_teaser_goes_on_with_is_not_said_twice(self):
        page = Page(url=ENTRY.url, kind=PageKind.STUB, text="It  has 412 pages, and one more.")
        entry = replace(ENTRY, summary="It has 412 pages, […]")
        assert pipeline.make_article(entry, SOURCE, page, now=NOW).text == page.text

    def test_a_page_that_shows_far_less_than_the_feed_does_not_hide_its_text(self):
        page = Page(url=ENTRY.url, title="T", text="The first paragraph.")
        entry = replace(ENTRY, content="The first paragraph.\nThe second, which names the bank.")
        article = pipeline.make_article(entry, SOURCE, page, now=NOW)
        assert (article.text, article.origin) == (entry.content, "page")
        assert (
            article.note
            == "the page shows far less than the feed: the feed's text was read as well"
        )

    def test_a_short_page_with_another_headline_does_not_hide_what_led_to_it(self):
        login = Page(url=ENTRY.url, title="Please sign in", text="It takes a minute.")
        article = pipeline.make_article(ENTRY, SOURCE, login, now=NOW)
        assert article.title == ENTRY.title
        assert article.text == f"Please sign in\nIt takes a minute.\n{ENTRY.summary}"
        assert (
            article.note == "the page is headed “Please sign in”: the feed's text was read as well"
        )
        bare = pipeline.make_article(replace(ENTRY, summary=""), SOURCE, login, now=NOW)
        assert bare.text == f"Please sign in\nIt takes a minute.\n{ENTRY.title}"
        assert bare.note.endswith("the feed's headline was read as well")
        midnight = NOW.replace(hour=0)
        dated = replace(login, published=midnight)  # the day stands above any page
        entry = replace(ENTRY, published=midnight)
        assert pipeline.make_article(entry, SOURCE, dated, now=NOW).title == ENTRY.title
        addressed = replace(login, canonical_url="https://ledger.example/login")
        assert pipeline.make_article(ENTRY, SOURCE, addressed, now=NOW).canonical_url is None

    @pytest.mark.parametrize(
        ("entry", "page"),
        [
            (ENTRY, Page(url=ENTRY.url, title="Another thing", text="A long text. " * 90)),
            (replace(ENTRY, title="More"), Page(url=ENTRY.url, title="A thing", text="Short.")),
            (ENTRY, Page(url=ENTRY.url, title="The headline, changed", text="Short.")),
            (
                ENTRY,
                Page(url=ENTRY.url, title="Quite another", text="S.", published=ENTRY.published),
            ),
        ],
    )
    def test_else_the_page_has_the_better_headline(self, entry, page):
        assert pipeline.make_article(entry, SOURCE, page, now=NOW).title == page.title

    @pytest.mark.parametrize("hours", [-9, 0, 17, 30])
    def test_the_feeds_clock_goes_before_the_bare_day_of_the_page(self, hours):
        day = datetime(2026, 11, 20, tzinfo=UTC)
        entry = replace(ENTRY, published=day + timedelta(hours=hours))
        article = pipeline.make_article(entry, SOURCE, replace(PAGE, published=day), now=NOW)
        assert article.published == entry.published

    @pytest.mark.parametrize(
        ("shown", "listed"),
        [
            (datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 22, 8, tzinfo=UTC)),
            (datetime(2026, 11, 20, 7, 30, tzinfo=UTC), datetime(2026, 11, 20, 9, tzinfo=UTC)),
            (datetime(2026, 11, 20, tzinfo=UTC), None),
        ],
    )
    def test_else_the_page_says_when_it_was_published(self, shown, listed):
        entry, page = replace(ENTRY, published=listed), replace(PAGE, published=shown)
        assert pipeline.make_article(entry, SOURCE, page, now=NOW).published == shown

    def test_the_feeds_whole_text_goes_before_its_summary(self):
        entry = Entry(id=None, url="https://l.example/1", title="T", summary="S", content="Whole")
        article = pipeline.make_article(entry, SOURCE, None, note="it answered 404", now=NOW)
        assert (article.text, article.note) == ("Whole", "it answered 404")

    @pytest.mark.parametrize(
        "signed",
        [
            "The post Title appeared first on Analytics India Magazine.",
            "Der Beitrag Title erschien zuerst auf Analytics India Magazine.",
        ],
    )
    def test_whom_a_feed_names_as_its_outlet_is_no_news(self, signed):
        entry = replace(ENTRY, summary=f"A short summary.\n{signed}")
        article = pipeline.make_article(entry, SOURCE, None, now=NOW)
        assert article.text == "A short summary."

    def test_a_headline_alone_is_said_to_be_all(self):
        entry = Entry(id=None, url="https://l.example/1", title="T")
        assert "only the headline" in pipeline.make_article(entry, SOURCE, None, now=NOW).note

    def test_dates_in_the_future_become_now(self):
        entry = Entry(id=None, url="", title="T", published=NOW + timedelta(days=2))
        assert pipeline.make_article(entry, SOURCE, PAGE, now=NOW).published == NOW

    def test_an_entry_without_address_and_headline_has_both(self):
        entry = Entry(id=None, url="", title="", summary="First line\nsecond")
        article = pipeline.make_article(entry, SOURCE, None, now=NOW)
        assert (article.url, article.title) == (SOURCE.url, "First line")

    def test_a_book_is_cut(self):
        page = Page(url=ENTRY.url, title="T", text="word " * 100_000)
        article = pipeline.make_article(ENTRY, SOURCE, page, now=NOW)
        assert len(article.text) == LONGEST_TEXT
        assert "300,000" in article.note


class TestReading:
    loaded = load({"p.toml": '[[rule]]\nid = "r"\nquery = "whole"'})

    def read(self, entry: Entry, final_url: str | None = None):
        assert self.loaded.ruleset is not None
        article = pipeline.make_article(entry, SOURCE, PAGE, now=NOW)
        return pipeline.make_reading(
            Listed(entry, ("k",)), article, self.loaded.ruleset, final_url=final_url, now=NOW
        )

    def test_it_has_matches_keys_and_all_its_addresses(self):
        reading = self.read(ENTRY, "https://ledger.example/2026/11/22/the-final-address-of-it")
        assert [m.rule.id for m in reading.matches] == ["r"]
        assert len(reading.url_keys) == 2
        assert reading.keys == ("k",)

    def test_the_text_decides_the_text_key(self):
        other = Entry(id="2", url="https://o.example/2", title="T")
        assert self.read(ENTRY).text_key == self.read(other).text_key

    def test_entries_without_address_share_none(self):
        assert self.read(Entry(id="2", url="", title="T")).url_keys == ()


def test_equal_bodies_have_equal_hashes():
    one, two, same = (
        pipeline.body_hash(Response(url="", final_url="", status=200, body=body))
        for body in (b"1", b"2", b"1")
    )
    assert one == same != two


class TestUpdates:
    blog = Page(
        url=ENTRY.url,
        kind=PageKind.LIVE_BLOG,
        title="Live",
        text="Around them.\nB is said.\nA is said.",
        canonical_url="https://ledger.example/1",
        authors=("Ann Ash",),
        updates=(
            Update(anchor="b", title="B", text="B is said.", published=NOW),
            Update(anchor="a", text="A is said.", published=NOW - timedelta(hours=1)),
        ),
    )

    def parts(self, **changes: object):
        return pipeline.updates_of(ENTRY, replace(self.blog, **changes))  # type: ignore[arg-type]

    def test_each_is_an_entry_and_a_page_of_its_own_oldest_first(self):
        (first, page), (second, _) = self.parts()
        assert (first.entry.url, first.entry.title) == (f"{ENTRY.url}#a", "A is said.")
        assert second.entry.url == f"{ENTRY.url}#b"
        assert (page.text, page.kind, page.updates) == ("A is said.", PageKind.ARTICLE, ())
        assert page.canonical_url == "https://ledger.example/1#a"
        article = pipeline.make_article(first.entry, SOURCE, page, now=NOW)
        assert (article.title, article.text, article.origin) == ("A is said.", "A is said.", "page")
        assert (article.authors, article.published) == (("Ann Ash",), NOW - timedelta(hours=1))

    def test_it_is_known_by_its_place_and_by_its_words(self):
        moved = replace(self.blog.updates[1], anchor="x")
        changed = replace(self.blog.updates[1], text="A is said anew.")
        here, there = set(self.parts()[0][0].keys), set(self.parts(updates=(moved,))[0][0].keys)
        assert here & there
        assert here & set(self.parts(updates=(changed,))[0][0].keys)
        assert here.isdisjoint(self.parts()[1][0].keys)

    def test_a_place_that_several_name_is_nobodys(self):
        same = tuple(replace(update, anchor="top") for update in self.blog.updates)
        (first, page), (second, _) = self.parts(updates=same)
        assert first.entry.url == second.entry.url == ENTRY.url
        assert set(first.keys).isdisjoint(second.keys)
        assert page.canonical_url == "https://ledger.example/1"

    def test_readings_of_updates_share_no_address(self):
        loaded = load({"p.toml": '[[rule]]\nid = "r"\nquery = "said"'}).ruleset
        assert loaded is not None
        readings = [
            pipeline.make_reading(
                pair,
                pipeline.make_article(pair.entry, SOURCE, page, now=NOW),
                loaded,
                final_url="https://ledger.example/1",
                now=NOW,
            )
            for pair, page in (*self.parts(), *self.parts(updates=(Update(text="C is said."),)))
        ]
        keys = [key for reading in readings for key in reading.url_keys]
        assert len(keys) == len(set(keys)) == 2
        assert readings[2].url_keys == ()

    def test_the_page_itself_is_what_stands_around_them(self):
        article = pipeline.make_article(ENTRY, SOURCE, self.blog, now=NOW)
        assert (article.text, article.title, article.origin) == ("Around them.", "Live", "page")
        bare = replace(self.blog, text="A is said.\nB is said.")
        assert pipeline.make_article(ENTRY, SOURCE, bare, now=NOW).text == ENTRY.summary

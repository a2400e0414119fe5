"""The steps from a source to a reading, as functions over values."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor import pipeline
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

    def test_the_feeds_whole_text_goes_before_its_summary(self):
        entry = Entry(id=None, url="https://l.example/1", title="T", summary="S", content="Whole")
        article = pipeline.make_article(entry, SOURCE, None, note="it answered 404", now=NOW)
        assert (article.text, article.note) == ("Whole", "it answered 404")

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
        assert len(article.text) == pipeline.LONGEST_TEXT
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

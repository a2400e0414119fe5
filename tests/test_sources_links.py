"""The links of listings: clues, what the monitor remembers of them, and what it may not do."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from monitor.cli import app
from monitor.errors import ParseError
from monitor.model import Article, LinkKind
from monitor.sources import read_listing
from monitor.sources.links import ARTICLE, LinkMemory, Place, judge, mark, shape, total
from monitor.sources.listings import judged_links
from monitor.store import SqliteStore, linkage, open_store
from tests.store_examples import NOW, SECOND, reading, silence, state

SITE = "https://www.tidewater.example"
URL = f"{SITE}/business"
LISTING = Path(__file__).parent / "data" / "listings" / "portal.html"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = open_store(tmp_path / "monitor.db")
    yield store
    store.close()


def kind(path: str, title: str = "", memory: LinkMemory | None = None, **place: bool) -> LinkKind:
    return judge(SITE + path, Place(title=title, **place), memory or LinkMemory())[0]


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/2026/11/21/harbour-bank-merges", "Harbour bank merges with two rivals"),
        ("/news/ferry-fares-climb-again-in-spring", "Ferry fares climb again in spring"),
        ("/n/81234", "Mill owners ask for cheaper power"),
        ("/story?id=5512", ""),
        ("/wirtschaft/hafenbank-uebernimmt-zwei-rivalen-a-81234567.html", "Hafenbank übernimmt"),
    ],
)
def test_articles(path: str, title: str) -> None:
    assert kind(path, title) is LinkKind.ARTICLE


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/business", "Business"),
        ("/business/markets", "Markets"),
        ("/essen-trinken-in-der-stadt", "Restaurants"),
        ("/city-hall-and-council", "City hall"),
    ],
)
def test_sections(path: str, title: str) -> None:
    assert kind(path, title) is LinkKind.SECTION


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/datenschutzerklaerung-954908797441", "Datenschutz"),
        ("/terms-and-conditions-of-use", "Terms and conditions"),
        ("/autor/jana-vogel-1234567", "Jana Vogel"),
        ("/contacto", "Contacto"),
        ("/uploads/2026/11/21/a-picture-of-the-harbour-bank.jpg", "A picture of the harbour"),
    ],
)
def test_others(path: str, title: str) -> None:
    assert kind(path, title) is LinkKind.OTHER


def test_where_a_link_stands_outweighs_all_else() -> None:
    path, title = "/2026/11/21/harbour-bank-merges-with-rivals-8812345.html", "Harbour bank merges"
    assert kind(path, title, headed=True) is LinkKind.ARTICLE
    assert kind(path, title, headed=True, aside=True) is not LinkKind.ARTICLE


# --- what is remembered


def test_a_shape_leaves_out_what_differs_between_articles() -> None:
    assert shape(f"{SITE}/2026/11/21/harbour-bank-merges") == "tidewater.example/#/#/#/slug"
    assert shape(f"{SITE}/n/81234") == shape(f"{SITE}/n/5") == "tidewater.example/n/#"
    assert shape(f"{SITE}/a/mill-77.html?b=1&a=2") == "tidewater.example/a/slug.html?a&b"
    assert shape(f"{SITE}/people/jana") != shape(f"{SITE}/places/pier")
    assert shape("nonsense") == ""


@given(st.text())
def test_any_address_has_a_shape_and_a_judgement(text: str) -> None:
    assert len(shape("https://" + text)) <= 200
    what, clues = judge("https://" + text, Place(title=text))
    assert (what is LinkKind.ARTICLE) == (total(clues) >= ARTICLE)


@given(st.integers(0, 1000), st.integers(0, 1000), st.booleans())
def test_memory_never_takes_a_plain_article_away(articles: int, others: int, stood: bool) -> None:
    path = "/2026/11/21/harbour-bank-merges-with-two-rivals"
    memory = LinkMemory(
        shapes={shape(SITE + path): (articles, others)},
        standing=frozenset([mark(SITE + path) if stood else "other"]),
    )
    assert kind(path, "Harbour bank merges with two rivals", memory) is LinkKind.ARTICLE


def test_a_shape_that_led_to_articles_lifts_a_link_whose_address_says_little() -> None:
    assert kind("/people/jana", "The clerk who knew every name") is LinkKind.OTHER
    known = LinkMemory(shapes={shape(f"{SITE}/people/x"): (9, 0)})
    assert kind("/pieces/jana", "The clerk who knew every name") is LinkKind.SECTION
    known = LinkMemory(shapes={"tidewater.example/pieces/jana": (9, 0)})
    assert kind("/pieces/jana", "The clerk who knew every name", known) is LinkKind.ARTICLE
    assert kind("/people/jana", "The clerk who knew every name", known) is LinkKind.OTHER


def test_a_link_that_was_not_there_before_is_the_likelier_article() -> None:
    title = "The clerk who knew every name"
    assert kind("/pieces/jana", title) is LinkKind.SECTION
    memory = LinkMemory(standing=frozenset([mark(f"{SITE}/business")]))
    assert kind("/pieces/jana", title, memory) is LinkKind.ARTICLE
    stood = LinkMemory(standing=frozenset([mark(f"{SITE}/pieces/jana")]))
    assert kind("/pieces/jana", title, stood) is LinkKind.SECTION


def test_a_poll_goes_by_the_memory_it_is_given() -> None:
    html = b"<body><p><a href='/pieces/jana'>The clerk who knew every single name</a></p>"
    with pytest.raises(ParseError, match="no links that look like articles"):
        read_listing(html, URL)
    memory = LinkMemory(standing=frozenset([mark(f"{SITE}/business/markets")]))
    (entry,) = read_listing(html, URL, None, None, memory).entries
    assert entry.url == f"{SITE}/pieces/jana"


# --- in the store


def led(store: SqliteStore, name: str, address: str, *, to_article: bool) -> None:
    article = Article(url=name, title=name, text=name, source="tide", outlet="Tidewater")
    found = replace(
        reading(name, article=article), shape=shape(address), shape_led_to_article=to_article
    )
    store.record_reading(found, silence).result()


def test_what_links_led_to_is_counted_by_source(store: SqliteStore) -> None:
    led(store, "a", f"{SITE}/n/1", to_article=True)
    led(store, "b", f"{SITE}/n/2", to_article=True)
    led(store, "b", f"{SITE}/n/2", to_article=True)  # seen meanwhile: not again
    led(store, "c", f"{SITE}/2026", to_article=False)
    assert store.link_memory("tide").shapes == {
        "tidewater.example/n/#": (2, 0),
        "tidewater.example/#": (0, 1),
    }
    assert store.link_memory("other") == LinkMemory()


def test_shapes_are_bounded(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linkage, "_SHAPES", 3)
    for name in "abcdef":
        led(store, name, f"{SITE}/{name}/1", to_article=True)
    assert len(store.link_memory("tide").shapes) == 3


def test_standing_links_are_those_of_the_last_poll(store: SqliteStore) -> None:
    store.record_poll(state("tide"), standing=frozenset(["a", "b"])).result()
    store.record_poll(state("tide", polled_at=NOW + SECOND), standing=frozenset(["b"])).result()
    assert store.link_memory("tide").standing == {"b"}
    store.record_poll(state("tide")).result()  # unchanged: nothing was judged
    assert store.link_memory("tide").standing == {"b"}
    store.sync_sources((), ("tide",)).result()
    assert store.link_memory("tide") == LinkMemory()


# --- for people


def test_every_link_of_a_page_is_judged_once() -> None:
    links = judged_links(LISTING.read_bytes(), URL, "text/html")
    assert len({link.url for link in links}) == len(links)
    articles = [link.url for link in links if link.kind is LinkKind.ARTICLE]
    document = read_listing(LISTING.read_bytes(), URL, "text/html")
    assert articles == [entry.url for entry in document.entries]
    assert document.links == links


def test_the_command_shows_the_class_of_each_link(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<body><p><a href='/business'>Business</a>")
    command = ["sources", "read", str(page), "--kind", "listing", "--url", URL + "/x", "--links"]
    done = CliRunner().invoke(app, command, catch_exceptions=False)
    assert done.output.splitlines() == [
        "article: 0 links",
        "section: 1 link",
        " -2.0  Business",
        f"       {URL}",
        "       says no more than a label (-2)",
        "other: 0 links",
    ]


@pytest.mark.parametrize("options", [("--links",), ("--selector", "h2 a")])
def test_what_is_for_listings_is_not_passed_over_for_a_feed(tmp_path: Path, options) -> None:
    (tmp_path / "feed.xml").write_text("<rss><channel><title>T</title></channel></rss>")
    done = CliRunner().invoke(app, ["sources", "read", str(tmp_path / "feed.xml"), *options])
    assert done.exit_code == 2
    assert "add --kind listing" in " ".join(done.output.split())


@pytest.mark.parametrize("options", [(), ("--links",)])
def test_a_listing_cannot_command_the_terminal(tmp_path: Path, options) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<title>T\u202e</title><body><a href='/2026/11/20/some-name-of-three'>A \u202ename</a>"
    )
    command = ["sources", "read", str(page), "--kind", "listing", "--url", URL + "/x", *options]
    done = CliRunner().invoke(app, command, catch_exceptions=False)
    assert "A name" in done.output
    assert "\u202e" not in done.output

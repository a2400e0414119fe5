import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from monitor.extract import extract_article
from monitor.extract.jsonld import LinkedData, linked_data
from monitor.extract.metadata import Metadata, metadata_of

URL = "https://a.example/news/story-1"


def meta(html: str) -> Metadata:
    return metadata_of(LexborHTMLParser(html, scripting=True), URL)


def linked(*data: Any) -> LinkedData:
    scripts = "".join(
        f'<script type="application/ld+json">{d if isinstance(d, str) else json.dumps(d)}</script>'
        for d in data
    )
    return linked_data(LexborHTMLParser(scripts))


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<title>Owls return to Brill</title>", "Owls return to Brill"),
        ("<h1>Owls return to Brill</h1>", "Owls return to Brill"),
        ("<h1>First of them</h1><h1>Second of them</h1>", None),
        ("<title> </title>", None),
        (
            "<meta property='og:site_name' content='Fenland Review'>"
            "<title>Owls return to Brill - News | Fenland Review</title>",
            "Owls return to Brill - News",
        ),
        (
            "<meta property='og:site_name' content='Fenland Review'>"
            "<title>Fenland Review: x | Owls</title><meta property='og:title' "
            "content='Fenland Review | Owls return'>",
            "Owls return",
        ),
        (
            "<title>Owls return to Brill | Fenland Review</title><meta property='og:title' "
            "content='Owls return to Brill'><h1>Fenland Review</h1>",
            "Owls return to Brill",
        ),
        (
            "<title>Owls return to Brill - a weekly</title><h1>Fenland</h1>"
            "<h1>Owls return to Brill</h1>",
            "Owls return to Brill",
        ),
        (
            "<meta property='og:title' content='Owls return to Brill | The Weekly Fenland'>"
            "<title>Owls return to Brill</title>",
            "Owls return to Brill",
        ),
        (
            "<meta property='og:title' content='You will not believe these owls'>"
            "<h1>Something else <b>entirely</b>, then</h1>",
            "You will not believe these owls",
        ),
        ("<title>R&amp;D &lt;now&gt;</title>", "R&D <now>"),
    ],
)
def test_title_is_the_one_that_head_and_page_agree_on(html: str, title: str | None) -> None:
    assert meta(html).title == title


@pytest.mark.parametrize(
    ("html", "authors"),
    [
        (
            "<meta name='author' content='By Inga Okafor and Tom Brandt'>",
            ("Inga Okafor", "Tom Brandt"),
        ),
        ("<meta name='author' content='https://a.example/inga'>", ()),
        (
            "<meta name='author' content='admin'><a rel='author' href='/i'>Inga Okafor</a>",
            ("Inga Okafor",),
        ),
        ("<p class='byline'>Written by: Inga Okafor, Ports Editor</p>", ("Inga Okafor",)),
        ("<span itemprop='author'><span itemprop='name'>Kofi</span></span>", ("Kofi",)),
        ("<meta name='author' content='Inga Okafor; INGA OKAFOR'>", ("Inga Okafor",)),
        (
            "<meta property='og:site_name' content='The Herald'>"
            "<meta name='author' content='the herald'>",
            ("the herald",),
        ),
        ("<p class='byline'>22 November 2026 10:15</p>", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_authors_are_names_alone(html: str, authors: tuple[str, ...]) -> None:
    assert meta(html).authors == authors


@pytest.mark.parametrize(
    ("html", "published"),
    [
        (
            "<meta property='article:published_time' content='2026-11-22T10:00:00+01:00'>",
            "2026-11-22T10:00:00+01:00",
        ),
        ("<article><time datetime='2026-11-21'>yesterday</time></article>", "2026-11-21"),
        ("<span itemprop='datePublished' content='2026-11-20'></span>", "2026-11-20"),
        ("<span itemprop='datePublished'>20 November 2026</span>", "2026-11-20"),
        ("<meta name='date' content='soon'>", None),
        ("<p>On 22 November 2026 the owls came.</p>", None),
        ("<div class='teaser'><time datetime='2020-01-01'>old</time></div>", None),
    ],
)
def test_published_is_none_rather_than_a_guess(html: str, published: str | None) -> None:
    found = meta(html).published
    assert (found.isoformat() if found else "None").startswith(str(published))


def test_day_of_the_address_is_the_last_resort() -> None:
    page = extract_article("<h1>Owls</h1>", "https://a.example/2026/11/19/owls")
    assert page.published is not None
    assert page.published.isoformat() == "2026-11-19T00:00:00+00:00"


@pytest.mark.parametrize(
    ("html", "canonical"),
    [
        ("<link rel='canonical' href='/news/story'>", "https://a.example/news/story"),
        ("<link rel='alternate Canonical' href='//b.example/x'>", "https://b.example/x"),
        ("<meta property='og:url' content='https://a.example/og'>", "https://a.example/og"),
        ("<link rel='author' href='/humans.txt'><link rel='canonical' href='/s'>", "https://a.example/s"),
        ("<link rel='author' href='/humans.txt'>", None),
        ("<link rel='canonical' href=''><meta property='og:url' content='/og'>", "https://a.example/og"),
        ("<link rel='canonical' href='javascript:void(0)'>", None),
        ("<link rel='canonical' href='http://[broken'>", None),
        ("", None),
    ],
)  # fmt: skip
def test_canonical_address_is_absolute_or_none(html: str, canonical: str | None) -> None:
    assert meta(html).canonical_url == canonical


@pytest.mark.parametrize(
    ("html", "lang"),
    [
        ("<html lang='pt_BR'>", "pt-BR"),
        ("<html lang='hi'>", "hi"),
        ("<html xml:lang='de'>", "de"),
        ("<html lang='english please'>", None),
        ("<html>", None),
    ],
)
def test_language_is_what_the_page_declares(html: str, lang: str | None) -> None:
    assert meta(html).lang == lang


def test_linked_data_of_a_graph_with_references() -> None:
    found = linked(
        {"@type": "Organization", "name": "nobody"},
        {
            "@graph": [
                {"@type": "WebPage", "name": "page"},
                {"@type": "Person", "@id": "#inga", "name": "Inga <b>Okafor</b>"},
                {"@type": "ImageObject", "@id": "#img", "url": "/i.jpg"},
                {
                    "@type": ["Thing", "NewsArticle"],
                    "headline": ["Owls &amp; more"],
                    "author": [{"@id": "#inga"}, "Tom", {"@id": "#inga"}, 7],
                    "image": [{"@id": "#img"}],
                    "publisher": {"name": "Fenland"},
                    "articleBody": "<p>One.</p><p>Two &amp; three.</p>",
                    "isAccessibleForFree": "False",
                    "articleSection": ["Birds", "Law"],
                    "datePublished": 20261122,
                },
            ]
        },
    )
    assert found == LinkedData(
        found=True, headline="Owls & more", authors=("Inga Okafor", "Tom"), image="/i.jpg",
        outlet="Fenland", body="One.\nTwo & three.", free=False, section="Birds",
    )  # fmt: skip


def test_the_richest_article_node_wins() -> None:
    related = {"@type": "Article", "headline": "Other"}
    main = {"@type": "BlogPosting", "headline": "Main", "datePublished": "2026-11-22"}
    assert linked([related, main]).headline == "Main"
    assert linked({"@type": "WebPage", "mainEntity": main}).headline == "Main"


@pytest.mark.parametrize(
    "data",
    ["", "{", "null", "[[[]]]", '{"@type": 3}', "[" * 100_000, '{"@graph": "x"}', "<!-- -->",
     '{"@type": "CollectionPage"}'],
)  # fmt: skip
def test_broken_linked_data_says_nothing(data: str) -> None:
    assert not linked(data).found


def test_linked_data_is_read_leniently() -> None:
    found = linked('//<![CDATA[\n{"@type": "NewsArticle", "headline": "A\nB",\t"name": 1};')
    assert found.headline == "A B"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["@type", "@id", "@graph", "author", "image", "articleBody", "publisher", "headline",
             "name", "url", "isAccessibleForFree", "datePublished", "articleSection"]
        ),
        inner,
        max_size=6,
    ),
    max_leaves=20,
)  # fmt: skip


@given(JSON)
def test_linked_data_of_any_shape_never_raises(data: Any) -> None:
    node = {"@type": "NewsArticle", **data} if isinstance(data, dict) else data
    assert isinstance(linked([node, data]).headline, str)

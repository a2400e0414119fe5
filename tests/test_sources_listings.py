from pathlib import Path

import pytest

from monitor.errors import ParseError
from monitor.sources import read_listing

LISTINGS = Path(__file__).parent / "data" / "listings"
URL = "https://www.tidewater.example/business"
DAY = "https://www.tidewater.example/2026/11/21"


def page(body: str, title: str = "Business") -> bytes:
    return f"<!doctype html><title>{title}</title><body>{body}".encode()


def listed(body: str, selector: str | None = None) -> list[tuple[str, str]]:
    document = read_listing(page(body), URL, "text/html", selector)
    return [(entry.url, entry.title) for entry in document.entries]


def test_articles_of_a_portal() -> None:
    html = (LISTINGS / "portal.html").read_bytes()
    document = read_listing(html, URL, "text/html; charset=utf-8")
    assert (document.kind, document.title) == ("listing", "Tidewater Times – business")
    assert document.problems == ()
    assert [(entry.url, entry.title) for entry in document.entries] == [
        (f"{DAY}/harbour-bank-merges-with-two-rivals", "Harbour bank merges with two rivals"),
        ("https://www.tidewater.example/n/81234-mill-owners", "Mill owners ask for cheaper power"),
        ("https://money.tidewater.example/story?id=5512", "Savings rates fall for a third week"),
        ("https://www.tidewater.example/shops-stay-open", "Shops stay open on Sunday nights"),
        (f"{DAY}/port-cranes-stand-still-in-the-storm", "Cranes in a storm"),
    ]
    assert all(entry.id is None and entry.published is None for entry in document.entries)


@pytest.mark.parametrize("selector", ["article h2 a", "article h2", "article h2 a, h2"])
def test_a_selector_names_links_or_what_holds_them(selector: str) -> None:
    html = (LISTINGS / "portal.html").read_bytes()
    document = read_listing(html, URL, None, selector)
    link = f"{DAY}/harbour-bank-merges-with-two-rivals?utm_medium=front"
    assert [(e.url, e.title) for e in document.entries] == [
        (link, "Harbour bank merges with two rivals")
    ]


def test_a_selector_may_name_what_stands_in_a_link_and_any_site() -> None:
    body = (
        '<nav><a href="https://other.example/x"><b class="t">Short</b></a></nav><i class="t">no</i>'
        '<a class="t" href="mailto:desk@tidewater.example">Write to us</a>'
    )
    assert listed(body, ".t") == [("https://other.example/x", "Short")]


def test_a_link_that_says_nothing_takes_its_cards_heading() -> None:
    card = '<li><div><h3>Ferry fares rise in spring</h3><p><a href="/n/55501">{}</a></p></div></li>'
    for words in (
        "Read more",
        "Continue reading →",
        "",
        "3 comments",
        "More…",
        "Read full story",
        "Read the full story",
        "Read the article",
        "Weiterlesen …",
        "Lire la suite",
        "Leer más",
        "Читать далее",
    ):
        assert listed(card.format(words)) == [
            ("https://www.tidewater.example/n/55501", "Ferry fares rise in spring")
        ]


def test_a_heading_that_cards_share_names_none_of_them() -> None:
    body = '<div><h3>One</h3><h3>Two</h3><p><a href="/n/55501" title="Tip">more</a></p></div>'
    assert listed(body) == [("https://www.tidewater.example/n/55501", "Tip")]
    assert listed('<p><a href="/n/55501"></a></p>') == [
        ("https://www.tidewater.example/n/55501", "")
    ]


def test_the_best_title_of_an_address_wins() -> None:
    body = (
        '<a href="/n/55501"><img alt="A very long description of the picture of a ferry"></a>'
        '<h2><a href="/n/55501?utm_source=front">Ferry fares rise</a></h2>'
        '<a href="/n/55501#comments">Discuss this at length with other readers of the paper</a>'
    )
    assert listed(body) == [("https://www.tidewater.example/n/55501", "Ferry fares rise")]


def test_a_headline_makes_up_for_an_address_that_tells_nothing() -> None:
    assert listed('<h2><a href="/x">Mayor opens the new bridge</a></h2>') == [
        ("https://www.tidewater.example/x", "Mayor opens the new bridge")
    ]
    assert listed('<h2><a href="/x">政府は今日新しい法律を可決した</a></h2>')
    with pytest.raises(ParseError):
        listed('<p><a href="/x">Mayor opens the new bridge</a></p>')


@pytest.mark.parametrize(
    "around",
    ["<nav>{}</nav>", "<aside>{}</aside>", "<header>{}</header>", "<footer><div>{}</div></footer>",
     "<div role=navigation>{}</div>", '<div class="left sidebar">{}</div>', "<ul id=menu>{}</ul>",
     "<main><nav>{}</nav></main>", "<section></section><header>{}</header>"],
)  # fmt: skip
def test_links_around_the_list_are_left_out(around: str) -> None:
    link = '<a href="/2026/11/21/a-story-of-the-town">A story of the town</a>'
    with pytest.raises(ParseError, match="no links that look like articles"):
        listed(around.format(link))


@pytest.mark.parametrize(
    "around", ["<article><header>{}</header></article>", "<main><section>{}</section></main>"]
)
def test_the_header_of_an_article_is_part_of_it(around: str) -> None:
    assert listed(around.format('<a href="/2026/11/21/a-story-of-the-town">A story</a>'))


def test_at_most_500_articles() -> None:
    body = "".join(f'<p><a href="/n/{n}">Report {n} is here</a></p>' for n in range(10000, 10503))
    document = read_listing(page(body), URL)
    assert len(document.entries) == 500
    assert document.problems == ("the page lists 503 articles: the first 500 taken",)


def test_the_page_is_decoded_as_it_says() -> None:
    link = '<h2><a href="/n/55501">Łódź świętuje dziś wieczorem</a></h2>'
    html = f"<meta charset=iso-8859-2>{link}".encode("iso-8859-2")
    assert read_listing(html, URL, "text/html").entries[0].title == "Łódź świętuje dziś wieczorem"


@pytest.mark.parametrize(
    ("html", "selector", "says"),
    [
        (b"", None, "is an empty document, not a web page"),
        (b"<rss version='2.0'></rss>", None, 'is a feed, not a page of links; set kind = "feed"'),
        (b'{"items": []}', None, "is JSON, not a web page"),
        (b"%PDF-1.7", None, "is a PDF file, not a web page"),
        (b"<?xml version='1.0'?><urlset/>", None, "is a sitemap, not a web page"),
        (page("<p>Nothing here"), None, "no links that look like articles"),
        (page("x", "Just a moment..."), None, "keeps programs out (“Just a moment...”)"),
        (page("x", "Access denied"), "h2 a", "keeps programs out (“Access denied”)"),
        (page("<p>x"), "h2 a", "The selector 'h2 a' names no links on"),
        (page("<h2>x</h2><h2><a>y</a></h2>"), "h2", "The selector 'h2' names no links on"),
        (page("<p>x"), "h2 a[", "'h2 a[', the selector for"),
    ],
)
def test_what_is_no_list_is_named(html: bytes, selector: str | None, says: str) -> None:
    with pytest.raises(ParseError) as caught:
        read_listing(html, URL, None, selector)
    assert says in str(caught.value)
    assert URL in str(caught.value)
    assert str(caught.value).endswith(".")

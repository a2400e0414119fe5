"""Titles, bylines and printed dates as pages show them; every page here is invented."""
# ruff: noqa: E501  (a table reads best with a case a line)

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from monitor.extract.metadata import Metadata, metadata_of
from monitor.extract.names import names_in, without_by
from monitor.extract.titles import clean_titles, title_of

URL = "https://fenland.example/news/story-1"
PROSE = (
    "<p>" + "The owls came back on the fourth of the month, as they do in most years. " * 4 + "</p>"
)


def read(body: str, head: str = "", url: str = URL) -> Metadata:
    html = f"<html lang='en-GB'><head>{head}</head><body>{body}{PROSE}{PROSE}</body></html>"
    return metadata_of(LexborHTMLParser(html, scripting=True), url)


def story(*lines: str) -> str:
    return "<article><h1>Owls return to Brill</h1>" + "".join(lines) + "</article>"


@pytest.mark.parametrize(
    ("h1s", "head", "title"),
    [
        # a kicker that the head leaves out, or words differently, goes
        (["Fens: Owls return to Brill"], ["Owls return to Brill"], "Owls return to Brill"),
        (
            ["Birds - The owls return to the fens of Brill"],
            ["Winter: The owls return to the fens of Brill"],
            "The owls return to the fens of Brill",
        ),
        # one that the head has in several places stays
        (
            ["Owls return to Brill"],
            ["Fens: Owls return to Brill", "Fens: Owls return to Brill"],
            "Fens: Owls return to Brill",
        ),
        # so does one that the browser's tab alone leaves out; others outweigh the tab
        (
            ["“So many”: owls return to Brill"],
            ["“So many”: owls return to Brill", "Owls return to Brill"],
            "“So many”: owls return to Brill",
        ),
        (
            ["Fens: Owls return to Brill"],
            ["Fens: Owls return to Brill", "Owls return to Brill", "Fens: Owls return to Brill"],
            "Owls return to Brill",
        ),
        # half a sentence that the head has in nearly the same words is no kicker
        (
            ["The owls have left Brill: here is what the fens can do about it"],
            ["The barn owls have left Brill: here is what the fens can do about it"],
            "The owls have left Brill: here is what the fens can do about it",
        ),
        # nor is a paragraph a headline
        (
            ["Owls return to Brill. " + "They do so every winter. " * 9],
            ["Owls return to Brill: who counts them"],
            "Owls return to Brill: who counts them",
        ),
        # the name of a blog in the h1 is no title
        (
            ["Notes"],
            ["Owls return to Brill", "Notes: Owls return to Brill"],
            "Owls return to Brill",
        ),
        # what readers see stands against what was written for search engines
        (
            ["The owls of Brill, and who counts them"],
            ["Brill owls 2026: 7 facts on counting"],
            "The owls of Brill, and who counts them",
        ),
        (["Our blog"], ["Owls return to Brill"], "Owls return to Brill"),
        # cut to a length, the whole one is taken
        ([], ["o" * 95 + " owls …", "o" * 95 + " owls return"], "o" * 95 + " owls return"),
        (
            ["ブリルにフクロウが戻る"],
            ["ブリルにフクロウが戻る｜沼地新聞"],
            "ブリルにフクロウが戻る",
        ),
        ([], [], None),
    ],
)
def test_title_by_agreement(h1s: list[str], head: list[str], title: str | None) -> None:
    assert title_of(h1s, head, frozenset()) == title


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Owls return | Fenland Review", "Owls return"),
        ("Owls return – News – Fenland Review", "Owls return – News"),
        ("Fenland Review: Owls return", "Owls return"),
        ("Owls return : fenland", "Owls return"),
        ("Fenland Review", "Fenland Review"),
        # after a bar also with more to it, or less
        ("All owls return to Brill | Fenland Review Online", "All owls return to Brill"),
        ("Owls return to Brill | Fenland Rev", "Owls return to Brill"),
        (
            "Owls | Fenland Review asks who counts them",
            "Owls | Fenland Review asks who counts them",
        ),
        ("Owls return to Brill | Fens", "Owls return to Brill | Fens"),
        ("Fens - owls return", "Fens - owls return"),
    ],
)
def test_site_names_are_cut(text: str, cleaned: str) -> None:
    assert clean_titles([text], frozenset({"fenlandreview", "fenland"})) == [cleaned]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Inga Okafor and Tom Brandt, Ports Editor", ("Inga Okafor", "Tom Brandt")),
        ("Von Inga Okafor und Tom Brandt", ("Inga Okafor", "Tom Brandt")),
        ("Par Inga Okafor avec Tom Brandt", ("Inga Okafor", "Tom Brandt")),
        ("Por Inga Okafor y Tom Brandt", ("Inga Okafor", "Tom Brandt")),
        ("Di Inga Okafor e Tom Brandt", ("Inga Okafor", "Tom Brandt")),
        ("Av Inga Okafor og Tom Brandt", ("Inga Okafor", "Tom Brandt")),
        ("Door Inga Okafor en Tom Brandt", ("Inga Okafor", "Tom Brandt")),
        ("Tekst: Inga Okafor", ("Inga Okafor",)),
        ("Автор: Инга Окафорова", ("Инга Окафорова",)),
        ("作者：沈小河", ("沈小河",)),
        # plain words are a name, unless one of them means something
        ("Inga Okafor", ("Inga Okafor",)),
        ("Inga Maria Okafor", ("Inga Maria Okafor",)),
        ("Ports Editor", ()),
        ("Von Okafor", ("Okafor",)),
        ("Your Name", ()),
        ("Inga Okafor; Tom Brandt | Fenland", ("Inga Okafor", "Tom Brandt", "Fenland")),
        ("Inga Okafor, MD, and Tom Brandt", ("Inga Okafor, MD", "Tom Brandt")),
        ("Inga Okafor, Ph.D., Senior Analyst", ("Inga Okafor, Ph.D.",)),
        ("Okafor, Inga; Brandt, Tom", ("Inga Okafor", "Tom Brandt")),
        ("van Okafor, Inga; Brandt, Tom", ("Inga van Okafor", "Tom Brandt")),
        ("Inga Okafor, Oslo; Tom Brandt, Bergen", ("Inga Okafor", "Tom Brandt")),
        ("Inga Okafor, Reporter; Tom Brandt, Editor", ("Inga Okafor", "Tom Brandt")),
        ("Inga Okafor, MD; Tom Brandt, PhD", ("Inga Okafor, MD", "Tom Brandt, PhD")),
        ("Inga Okafor (Fenland)", ("Inga Okafor",)),
        ("Inga Okafor in Brill", ("Inga Okafor",)),
        ("Inga Okafor – Fenland Editorial Team", ("Inga Okafor",)),
        ("Dina Vondel", ("Dina Vondel",)),
        ("22 November 2026", ()),
        ("November 22", ()),
        ("Staff", ()),
        ("admin", ()),
        ("https://fenland.example/inga", ()),
        ("5 min read", ()),
    ],
)
def test_names_of_a_byline(text: str, names: tuple[str, ...]) -> None:
    assert names_in(text) == names


@pytest.mark.parametrize(
    ("lines", "authors"),
    [
        (["<div>By <a href='/x'>Inga Okafor</a> and <a href='/y'>Tom Brandt</a></div>"],
         ("Inga Okafor", "Tom Brandt")),
        (["<p>Written by</p>", "<p>Inga Okafor</p>", "<p>Editor</p>"], ("Inga Okafor",)),
        (["<p>by <a href='/amanda'>Amanda</a> · 3 March 2026</p>"], ("Amanda",)),
        (["<a href='/authors/inga'>Inga Okafor</a>", "<span>Ports Editor</span>"], ("Inga Okafor",)),
        (["<div class='post-author'>Inga Okafor</div>"], ("Inga Okafor",)),
        (["<p>Inga Okafor</p>", "<p>3 March 2026</p>"], ("Inga Okafor",)),
        (["<div><span>Inga Okafor |</span> <span>03.03.2026</span></div>"], ("Inga Okafor",)),
        (["<p>Inga Okafor</p>", "<p>Ports Editor</p>"], ("Inga Okafor",)),
        (["<p>Posted on March 3, 2026 by Inga Okafor and Tom Brandt</p>"], ("Inga Okafor", "Tom Brandt")),
        (["<p>Publié le 3 mars 2026 à 9h14 par Inga Okafor</p>"], ("Inga Okafor",)),
        (["<p>3. März 2026 um 09:14 Uhr von Inga Okafor</p>"], ("Inga Okafor",)),
        (["<p>3 марта 2026, 09:14 | Автор: Инга Окафор | Просмотров: 1540</p>"], ("Инга Окафор",)),
        (["<p>كتبت: ليلى حداد</p>"], ("ليلى حداد",)),
        (["<p>3 March 2026, photo by Tom Brandt</p>"], ()),
        (["<p>3 de marzo de 2026 de Nueva York</p>"], ()),
        (["<p>Photo by Tom Brandt</p>"], ()),
        (["<p>Reviewed by Tom Brandt</p>"], ()),
        (["<p>By the river, the owls wait.</p>"], ()),
        (["<p class='byline'>By Fens Desk</p>"], ("Fens Desk",)),
        (["<a href='/health'>Public Health</a>", "<p>3 March 2026</p>"], ()),
    ],
)  # fmt: skip
def test_byline_near_the_headline(lines: list[str], authors: tuple[str, ...]) -> None:
    assert read(story(*lines)).authors == authors


@pytest.mark.parametrize(
    "inside",
    [
        "",
        "<img src='a.jpg' alt='Tom Brandt'>",
        "<svg><title>Author icon</title><path d='M0 0'/></svg>",
        "<noscript><img src='a.jpg'></noscript>",
        "<script>var author = 'Tom Brandt';</script>",
        "<template>Tom Brandt</template>",
        "<span> \u200b|&nbsp;</span>",
    ],
)
@pytest.mark.parametrize("count", [1, 8, 50])
@pytest.mark.parametrize(
    ("named", "byline"),
    [
        ("class='post-author'", "<p class='post-author'>Inga Okafor</p>"),
        ("itemprop='author'", "<p itemprop='author'>Inga Okafor</p>"),
        ("itemprop='author'", "<p itemprop='author'>Fens Desk</p>"),
        ("rel='author'", "<a rel='author' href='/inga'>Inga Okafor</a>"),
    ],
)
def test_empty_bylines_hide_none_below_them(
    named: str, byline: str, count: int, inside: str
) -> None:
    empties = f"<div {named}>{inside}</div>" * count
    name = "Fens Desk" if "Desk" in byline else "Inga Okafor"
    assert read(story(empties, PROSE * 9, byline)).authors == (name,)


def test_later_bylines_that_say_something_are_of_other_stories() -> None:
    others = "".join(f"<p class='author'>{n} minutes ago</p>" for n in range(8))
    assert read(story(others, PROSE * 9, "<p class='author'>Inga Okafor</p>")).authors == ()


def linked(author: object) -> str:
    data = {"@type": "NewsArticle", "headline": "Owls return to Brill", "author": author}
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


DESK = {"@type": "Organization", "name": "Fenland"}


@pytest.mark.parametrize(
    ("author", "byline", "authors"),
    [
        (DESK, "", ("Fenland",)),
        (DESK, "<p>By Inga Okafor</p>", ("Inga Okafor",)),
        ({"@type": "Person", "name": "fenland"}, "<p>By Inga Okafor</p>", ("Inga Okafor",)),
        ([{"@type": "Person", "name": "Inga Okafor"}, DESK], "", ("Inga Okafor",)),
        ({"@type": "Person", "name": ["Inga Okafor", "Tom Brandt"]}, "", ("Inga Okafor", "Tom Brandt")),
        ("Inga Okafor, AFP", "", ("Inga Okafor",)),
        ("AFP", "", ("AFP",)),
        ("i.okafor", "<p>By Inga Okafor</p>", ("Inga Okafor",)),
        ("i.okafor", "", ("i.okafor",)),
        ("Inga", "<p>By Inga Okafor</p>", ("Inga Okafor",)),
        ("https://fenland.example/inga", "", ()),
    ],
)  # fmt: skip
def test_people_go_before_outlets(author: object, byline: str, authors: tuple[str, ...]) -> None:
    assert read(story(byline), linked(author)).authors == authors


@pytest.mark.parametrize(
    ("lines", "published", "modified"),
    [
        (["<p>Published: 3 March 2026</p>"], "2026-03-03", None),
        (["<p>By Inga Okafor</p>", "<div>Mar 3, 2026 at 9:14 am</div>"], "2026-03-03", None),
        (["<p>Published 3 March 2026 · Updated 4 March 2026</p>"], "2026-03-03", "2026-03-04"),
        (["<p>Updated</p>", "<p>4 March 2026</p>", "<p>3 March 2026</p>"], "2026-03-03", "2026-03-04"),
        (["<p>Last updated: 4 March 2026</p>"], "2026-03-04", "2026-03-04"),
        (["<p>Stand: <time datetime='2026-03-04'>gestern</time></p>"], "2026-03-04", "2026-03-04"),
        (["<p>By Inga Okafor, Ports Editor and Senior Counter of All Owls, "
          "<span>Updated 4 March 2026</span></p>"], "2026-03-04", "2026-03-04"),
        (["<p>By Inga Okafor - Published on 3 March 2026 at 9:14 am - Last updated on 4 March 2026</p>"],
         "2026-03-03", "2026-03-04"),
        (["<p>03/04/2026</p>"], "2026-04-03", None),
        (["<p>Expires: 3 March 2026</p>"], None, None),
        (["<p>© 3 March 2026 Fenland</p>"], None, None),
        (["<p>On 3 March 2026 the owls came to the old mill and to both of the barns.</p>"], None, None),
    ],
)  # fmt: skip
def test_printed_dates(lines: list[str], published: str | None, modified: str | None) -> None:
    found = read(story(*lines))
    assert (str(found.published.date()) if found.published else None) == published
    assert (str(found.modified.date()) if found.modified else None) == modified


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        ("Fenland Review: Owls return to Brill", "<h2>Owls return to Brill</h2>", "Owls return to Brill"),
        ("Owls return to Brill - News - Fenland Review", "<font size=4><b>Owls return to Brill</b></font>",
         "Owls return to Brill"),
        ("Fens :: Owls return to Brill | Fenland Review", "<b>Owls return to Brill</b>", "Owls return to Brill"),
        ("Fenland Review: Owls return to Brill", "<b>Otters leave Brill</b>", "Fenland Review: Owls return to Brill"),
        ("Middle Fen crisis: Owls flee as the dykes of Brill burst", "<h2>Middle Fen crisis</h2>",
         "Middle Fen crisis: Owls flee as the dykes of Brill burst"),
        ("Owls return to Brill: a village waits", "<h2>Owls return to Brill: a village waits</h2>",
         "Owls return to Brill: a village waits"),
    ],
)  # fmt: skip
def test_without_h1_the_headline_is_the_part_of_the_title_that_is_shown(
    title: str, body: str, expected: str
) -> None:
    assert read(body, f"<title>{title}</title>").title == expected


def test_the_date_beside_such_a_headline_is_read() -> None:
    body = "<td><font>18.11.2026</font> Fens<br><font><b>Owls return to Brill</b></font><br><br>"
    found = read(f"<table><tr>{body}", "<title>Fenland Review: Owls return to Brill</title>")
    assert str(found.published) == "2026-11-18 00:00:00+00:00"


CATEGORY = "<a href='/x' rel='category tag'>{}</a>"


@pytest.mark.parametrize(
    ("body", "section"),
    [
        (story(f"<p>{CATEGORY.format('Fens')}, {CATEGORY.format('Owls')}</p>"), "Fens"),
        (f"<article><h2>Otters</h2>{CATEGORY.format('Rivers')}</article>"
         + story(CATEGORY.format("Fens")), "Fens"),
        (story() + f"<ul>{CATEGORY.format('Rivers') * 9}</ul>", None),
        (f"<h2>Owls</h2>{CATEGORY.format('Fens')}", None),
    ],
)  # fmt: skip
def test_the_category_beside_the_headline_is_the_section(body: str, section: str | None) -> None:
    assert read(body).section == section


RELATED = "<ul class='related'><li>Otters <time datetime='2019-01-01'>2019</time></li></ul>"


@pytest.mark.parametrize(
    ("body", "head", "url", "published"),
    [
        (story() + RELATED, "", URL, None),
        (story("<p>3 May 2019</p>"), "", "https://f.example/2026/03/owls", None),
        (story(), "<meta name='published-date' content='2026-03-03'>", URL, "2026-03-03"),
        (story(), "<meta name='x:article.date' content='2026-03-03'>", URL, "2026-03-03"),
        (story(), "<meta name='event-date' content='2026-03-03'>", URL, None),
        (story(), "<meta property='article:published_time' content='1970-01-01'>", URL, None),
        (story(), "<meta property='article:modified_time' content='2026-03-04'>", URL, "2026-03-04"),
        ("<h2>Owls return to Brill</h2><p>3 March 2026</p>", "<title>Owls return to Brill</title>",
         URL, "2026-03-03"),
        # the outlet's own day, which its address has, rather than that of UTC
        (story(), "<meta property='article:published_time' content='2026-03-04T02:00:00Z'>",
         "https://f.example/2026/03/03/owls", "2026-03-03"),
    ],
)  # fmt: skip
def test_where_dates_stand(body: str, head: str, url: str, published: str | None) -> None:
    found = read(body, head, url).published
    assert (str(found.date()) if found else None) == published


def test_a_change_before_the_publication_is_none() -> None:
    found = read(
        story(),
        "<meta property='article:published_time' content='2026-03-03'>"
        "<meta property='article:modified_time' content='2020-01-01'>",
    )
    assert found.modified is None


@pytest.mark.parametrize(
    ("html", "lang"),
    [
        ("<meta property='og:locale' content='pt_BR'>", "pt-BR"),
        ("<meta http-equiv='Content-Language' content='sv'>", "sv"),
        ('<script type="application/ld+json">{"@type": "WebPage", "inLanguage": "fi-FI"}</script>',
         "fi-FI"),
        ("<meta property='og:locale' content='all of them'>", None),
    ],
)  # fmt: skip
def test_language_is_declared_in_many_places(html: str, lang: str | None) -> None:
    tree = LexborHTMLParser(f"<html><head>{html}</head><body></body></html>")
    assert metadata_of(tree, URL).lang == lang


NAMES = st.sampled_from(["Inga Okafor", "Tom van Brandt", "María José Peña", "Łukasz Żak", "Li Na"])


@given(NAMES, NAMES, st.sampled_from(["By {}", "Von {}", "Par {}", "Texte : {}", "{}"]),
       st.sampled_from(["{} and {}", "{}, {}", "{} & {}", "{}; {}", "{} und {}"]))  # fmt: skip
def test_names_come_back(one: str, two: str, by: str, pair: str) -> None:
    assert names_in(by.format(pair.format(one, two))) == tuple(dict.fromkeys((one, two)))


@given(st.text(max_size=120))
def test_any_text_is_read_as_names_without_harm(text: str) -> None:
    assert all(name == name.strip() and 2 <= len(name) <= 70 for name in names_in(text))
    assert len(without_by(text)) <= len(text)

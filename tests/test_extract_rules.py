"""The single rules: lines, names, shapes of markup, kinds of page, hostile input."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from monitor.errors import ParseError
from monitor.extract import extract_article, lines
from monitor.extract.blocks import outline_of, weight_of
from monitor.extract.lines import is_boilerplate, is_tail_heading
from monitor.extract.tokens import Hint, hint_of
from monitor.model import Page, PageKind

URL = "https://a.example/story"
LONG = "The order covers three fields, which close at eleven, and each will get a second shift."


def extract(html: str) -> Page:
    return extract_article(html, URL)


@pytest.mark.parametrize(
    "line",
    [
        "Source: PTI", "Sources: PTI, ANI", "Source - Quillwire", "स्रोत: भाषा",
        "Updated: Nov 22, 2026 10:15 IST", "Published on 22 November 2026", "Last updated: 10:15",
        "November 22, 2026", "22 Nov 2026 | 10:15", "2026-11-22", "2026年11月22日 14:00",
        "5 min read", "3 hours ago", "By Inga Okafor", "Edited by: Tom Brandt",
        "Updated: Nov. 22, 2026, 10:15 a.m. IST",
        "Tags: airports, cargo", "Topics: airports", "Filed under: Business", "タグ：空港", "Tags",
        "Photo: Harbour Images", "(Representational image)", "A crane. Getty Images",
        "File photo: the tower at dusk", "Image credit: somebody",
        "Advertisement", "Story continues below this ad", "Share this article", "Copy link",
        "Print",
        "12 Comments", "Comments (3)", "Leave a comment", "Loading…",
        "Also read: Why the monsoon came late", "Related: ferry fares",
        "ALSO READ | Ferry fares rise",
        "Read more", "यह भी पढ़ें: घाटों पर मानसून", "関連記事：港", "Lesen Sie auch: Die Fähre",
        "À lire aussi : le ferry", "Lea también: el puerto", "Baca juga: pelabuhan",
        "Disclaimer: The views are those of the author, and of nobody else.",
        "(This story has not been edited by our staff and is auto-generated from a feed.)",
        "This story has been published from a wire feed without modifications to the text.",
        "© 2026 Meridian Post", "Copyright 2026. All rights reserved.", "All rights reserved.",
        "Sign up for our newsletter to get the news in your inbox.", "Subscribe to our newsletter!",
        "Join our WhatsApp channel for the latest updates", "Follow us on Google News",
        "Chat with us in Facebook Messenger. Find out what is happening as it unfolds.",
        "Get unlimited access to Northline for $1 a week, and a year of Spotify Premium for free.",
        "A version of this article appears in print on Nov. 21, 2026, Section B, Page 1.",
        "Start your free trial today.", "Unlock full access to the archive, and cancel any time.",
        "This material is not intended to replace the advice of a qualified attorney or advisor.",
        "This article is for informational purposes only and is no legal advice.",
        "We use cookies to improve your experience. Accept all cookies?", "• • •", "* * *", "—",
    ],
)  # fmt: skip
def test_lines_about_the_page_are_dropped(line: str) -> None:
    assert is_boilerplate(line)


@pytest.mark.parametrize(
    "line",
    [
        "NEW DELHI, Nov 22 (PTI) — The ministry said on Sunday that it would appeal.",
        "Source: the ministry told reporters. It gave no figures. A spokesman was asked twice.",
        "Get full access to the files, the judge told Apple, or drop the charge.",
        "Start your engines: the rally leaves Monte Carlo with 60 cars.",
        "A version of this article of the law was struck down in March.",
        "Updated figures show that 4,218 people crossed, more than in any year before.",
        "By 2030 she wants two hundred.", "By Friday the water had gone.",
        "Published in 1925, the novel sold badly, and its author thought it a failure.",
        "Tags on the birds’ legs showed that they had come from Iceland.",
        "Related companies were not named in the suit.", "More from him could not be expected.",
        "Comments made by the minister angered the unions.", "Share prices fell by a tenth.",
        "Copyright law was not made for machines, the publisher’s lawyer told the court.",
        "The newsletter that he edited had four hundred readers.",
        "Read more slowly, the teacher said.", "“Print it,” she said.",
        "Follow the money, he said.",
        "Watch makers in the valley have asked for help.", "May 2026 was the driest on record.",
        "This story has a moral.",
        "This material is not meant to burn, the court heard.",
        "Support groups for victims said that staff had used Facebook Messenger to reach them.",
        "This information does not constitute medical advice, the ministry said of the leaflet.",
        "This post by the minister was not financial advice, his office told us.",
        "This page of history is for information only, she told the court.",
        "OpenAI’s chief met the minister.", "東京は晴れだった。",
        "Subscribers to the service will pay more from March, the company said.",
    ],
)  # fmt: skip
def test_sentences_that_begin_like_such_lines_are_kept(line: str) -> None:
    assert not is_boilerplate(line)


def test_headings_that_open_the_tail() -> None:
    assert all(
        map(is_tail_heading, ("Comments", "Related stories", "More from Transport", "Author"))
    )
    assert not any(map(is_tail_heading, ("What they listen for", "More owls than ever", "x" * 90)))


_PATTERNS = (lines._WHOLE, lines._OPENING, lines._IMPERATIVE, lines._TAIL_HEADING)


@given(st.one_of([st.from_regex(pattern, fullmatch=True) for pattern in _PATTERNS]))
@settings(max_examples=200, deadline=None)
def test_no_line_is_ruled_out_by_its_beginning_that_a_pattern_finds(line: str) -> None:
    if any(pattern.fullmatch(line) for pattern in _PATTERNS):  # Hypothesis knows more cases of i
        assert lines._may_begin(line)


@pytest.mark.parametrize(
    ("names", "hint"),
    [
        ("sidebar", Hint.CHROME), ("c-relatedStories", Hint.CHROME), ("read-more-box", Hint.CHROME),
        ("story__tags", Hint.CHROME), ("js-x share_bar", Hint.CHROME), ("AuthorBio", Hint.CHROME),
        ("comments-area", Hint.COMMENTS), ("article-body", Hint.BODY), ("article__body", Hint.BODY),
        ("has-sidebar", Hint.NONE), ("category-social post-12", Hint.NONE), ("content", Hint.NONE),
        ("content-sidebar-wrap", Hint.NONE), ("lead-paragraph", Hint.NONE), ("", Hint.NONE),
        ("shadow", Hint.NONE), ("upload", Hint.NONE), ("x" * 90 + "-sidebar", Hint.NONE),
    ],
)  # fmt: skip
def test_names_say_what_an_element_is(names: str, hint: Hint) -> None:
    assert hint_of(names) is hint


def blocks(html: str) -> list[tuple[str, str]]:
    root = LexborHTMLParser(html).root
    assert root is not None
    return [(block.tag, block.text) for block in outline_of(root).blocks]


def test_blocks_are_what_a_reader_sees_as_paragraphs() -> None:
    html = """<div>Loose <b>bold</b><i>er</i> text<p>One&nbsp;two\n three\u00ad.</p>tail<br>line
    <br> <br>new<h2>Head</h2><ul><li>item<li><div><span>deep</span> item</div></ul><!-- no -->
    <blockquote><p>said</p></blockquote></div>"""
    assert blocks(html) == [
        ("div", "Loose bolder text"), ("p", "One two three."), ("div", "tail\nline"),
        ("div", "new"), ("h2", "Head"), ("li", "item"), ("li", "deep item"), ("p", "said"),
    ]  # fmt: skip


def test_inline_markup_with_a_chrome_name_is_no_part_of_its_sentence() -> None:
    html = f"<main><p>{LONG} <span class='tooltip'>What is a shift?</span>{LONG}</p></main>"
    assert "What is a shift" not in extract(html).text
    assert extract(html).text.count("second shift") == 1  # the second is the same sentence


def test_link_density_counts_links_with_an_address_only() -> None:
    root = LexborHTMLParser("<p>four <a href='/'>four</a></p><p><a name='x'>anchor</a></p>").root
    assert root is not None
    assert [block.link_density for block in outline_of(root).blocks] == [4 / 9, 0.0]


def test_han_and_kana_weigh_more_than_letters() -> None:
    assert weight_of("abcd") == weight_of("абвг") == 4
    assert weight_of("沿岸の港") == 10


def test_sentences_full_of_links_stay_and_rows_of_links_go() -> None:
    linked = "<a href='/o'>The order of the ministry for the three fields</a>"
    html = f"<main><p>{LONG}</p><p>{linked} was published on Sunday, and is in force from now.</p>"
    html += f"<p>{LONG} Again.</p><ul><li><a href='/1'>Ferry fares rise once more</a></li></ul>"
    html += f"<p><a href='/2'>Ferry fares rise</a></p><p>{LONG} At last.</p></main>"
    text = extract(html).text
    assert "was published on Sunday" in text
    assert "Ferry" not in text


def test_heading_without_text_under_it_goes() -> None:
    text = extract(f"<main><h2>Kept</h2><p>{LONG}</p><h2>Dropped</h2></main>").text
    assert text == f"Kept\n{LONG}"


def test_agreement_with_linked_data_saves_a_paragraph_from_its_wrapper() -> None:
    quote = "The tower will need forty people more, and they have to be trained before the spring."
    body = f"{LONG} {quote} {LONG} Again, it said. {LONG} And once more, for good measure."
    data = f'{{"@type":"NewsArticle","articleBody":"{body}"}}'
    html = f"""<script type="application/ld+json">{data}</script><main><p>{LONG}</p>
    <div class="promo"><p>{quote}</p></div><p>{LONG} Again, it said.</p>
    <div class="promo"><p>Buy our mug, which has the tower on it, for only nine coins.</p></div>
    <p>{LONG} And once more, for good measure.</p></main>"""
    assert quote in extract(html).text
    assert "mug" not in extract(html).text


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("<h1>403 Forbidden</h1><title>Access denied</title>", PageKind.BLOCKED),
        (
            "<title>News</title><p>You have been blocked, it seems, since unusual traffic from your"
            " network was seen by us.</p>",
            PageKind.BLOCKED,
        ),
        ("<title>x</title><div class='h-captcha'></div>", PageKind.BLOCKED),
        ("<div id='__next'></div>", PageKind.NEEDS_JAVASCRIPT),
        ("<p>This page requires JavaScript.</p>", PageKind.NEEDS_JAVASCRIPT),
        (
            "<meta property='og:type' content='article'><div id='app'>"
            + "".join(f"<a href='/{n}'>Another story of today, number {n}</a> " for n in range(60))
            + "</div>",
            PageKind.NEEDS_JAVASCRIPT,
        ),
        (
            "".join(f"<li><a href='/{n}'>Another story of today {n}</a></li>" for n in range(60)),
            PageKind.LISTING,
        ),
        (
            '<script type="application/ld+json">{"@type":"CollectionPage"}</script>'
            + "".join(f"<h2><a href='/{n}'>Story {n}</a></h2>" for n in range(3)),
            PageKind.LISTING,
        ),
        ("<p>Hello.</p>", PageKind.EMPTY),
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Quake"}</script>'
            "<p>A quake was felt in the port at noon.</p>",
            PageKind.ARTICLE,
        ),
        (f"<main><p>{LONG}</p><p>{LONG} Please accept all cookies.</p></main>", PageKind.BLOCKED),
        (
            f"<meta property='og:type' content='article'><main><p>{LONG}</p>"
            "<p>Nobody had to press and hold it, or accept cookies, said the clerk.</p></main>",
            PageKind.ARTICLE,
        ),
    ],
)  # fmt: skip
def test_kinds_of_page(html: str, kind: PageKind) -> None:
    assert extract(html).kind is kind


def test_a_million_nested_tags_are_walked_without_recursion() -> None:
    page = extract("<span>" * 1_000_000 + "deep down")
    assert page.text in ("", "deep down")


def test_nesting_that_would_stall_the_parser_is_refused() -> None:
    with pytest.raises(ParseError, match="nests its elements") as caught:
        extract("<div>" * 1_000_000)
    assert str(caught.value).startswith(URL)


def test_many_elements_side_by_side_are_no_nesting() -> None:
    page = extract(f"<main>{'<div></div>' * 15_000}<p>{LONG}</p><p>{LONG} Again.</p></main>")
    assert page.text == f"{LONG}\n{LONG} Again."


MARKUP = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<div class='related'>", "<div hidden>", "</div>", "<ul><li>", "<br>",
         "<h1>",
         "<a href='x'>", "</a>", "<table><tr><td>", "<article>", "<figure>", "<!--", "-->", "<svg>",
         "<script type='application/ld+json'>", "</script>", "<template>", "<body id='comments'>",
         LONG, "Source: PTI", "日本。", "\x00", "&nbsp;", "<meta name='author' content='a'>", "<"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(MARKUP)
def test_any_markup_gives_a_page_of_clean_lines(html: str) -> None:
    page = extract(html)
    lines = page.text.split("\n") if page.text else []
    assert all(line == " ".join(line.split()) != "" for line in lines)
    assert "Source: PTI" not in lines
    assert 0 <= page.confidence <= 1
    assert page == extract(html)


NEWS = f"<p>{LONG}</p><p>{LONG} Again, it said.</p><p>{LONG} And once more.</p>"
OTHER = "".join(f"<p>Pilots of harbour {n} row out, and sing of it at night.</p>" for n in "abc")
OURS, THEIRS = f"<h1>The order</h1>{NEWS}", f"<h1>The pilots of the harbour</h1>{OTHER}"


def test_a_story_that_an_outlet_puts_below_is_another_story() -> None:
    html = f"<article>{OURS}</article><div class='under'><article>{THEIRS}</article></div>"
    text = extract(f"<title>The order</title><main>{html}</main>").text
    assert "sing" not in text
    assert text.count("shift") == 3


@pytest.mark.parametrize(
    "html",
    [
        f"<article>{THEIRS}</article><main><article>{OURS}</article></main>",
        f"<article>{OURS}</article><article>{THEIRS}</article>",
        f"<article>{OURS}<div><article>{THEIRS}</article></div></article>",
        f"<article>{OURS}</article><div>{f'<article>{THEIRS}</article>' * 3}</div>",
    ],
    ids=["a notice first", "beside", "within", "many"],
)
def test_the_story_is_not_taken_for_another_one(html: str) -> None:
    assert extract(f"<title>The order</title>{html}").text.count("shift") == 3
    if "<main>" not in html:
        assert extract(f"<title>The order</title>{html}").text.count("sing") >= 3


def test_a_list_goes_with_the_line_that_announces_it() -> None:
    items = "<ul><li>Harbour dues</li><li>Tugs</li><li>Losses</li></ul>"
    html = f"<main><h1>The order</h1><p>{LONG}</p><p>It names three things:</p>{items}</main>"
    assert extract(html).text.split("\n")[1:] == [
        "It names three things:", "Harbour dues", "Tugs", "Losses",
    ]  # fmt: skip


@pytest.mark.parametrize("tag", ["ul class=most-popular", "/section><section><ul"])
def test_a_line_announces_no_list_that_stands_apart(tag: str) -> None:
    items = "".join(f"<li>The headline of another story, number {n}</li>" for n in range(7))
    html = (
        f"<section><h1>The order</h1>{NEWS}<p>The mayor told us:</p><{tag}>{items}</ul></section>"
    )
    assert "number 3" not in extract(f"<main>{html}</main>").text


def test_a_table_is_kept_as_a_whole_but_for_what_is_hidden() -> None:
    rows = "".join(f"<tr><td>20{n}</td><td>{n * 37}</td></tr>" for n in range(20, 24))
    hidden = "<tr hidden><td>2030</td><td>None</td></tr>"
    table = f"<table><tr><th>Year</th><th>Owls</th></tr>{rows}{hidden}</table>"
    html = f"<main><h1>Owls</h1><p>{LONG}</p><p>{LONG} So:</p>{table}<p>{LONG} Again.</p></main>"
    assert "2030" not in extract(html).text


def test_a_layout_of_cells_loses_no_story() -> None:
    menu = "".join(f"<tr><td><a href='/{n}'>Section {n}</a></td></tr>" for n in range(30))
    story = "".join(f"<tr><td>{LONG} It is said for the {n}th time.</td></tr>" for n in range(5))
    text = extract(f"<title>Tower</title><table>{menu}{story}</table>").text
    assert text.count("shift") == 5
    assert "Section" not in text


@pytest.mark.parametrize(
    "html",
    [
        "<form id='aspnetForm'><ul>{links}</ul><h1>Tower</h1><div class='article-body'>{story}"
        "</div></form>",
        "<div class='promo'><ul>{links}</ul><div itemprop='articleBody'>{story}</div></div>",
        "<div class='promo-wrapper'>{inline}</div>",
    ],
    ids=["form", "body", "inline"],
)
def test_a_story_among_links_is_no_list_of_links(html: str) -> None:
    links = "".join(f"<li><a href='/{n}'>Section {n}</a></li>" for n in range(30))
    wrapped = LONG.replace(", ", ",\n").replace(" second", "\nsecond")
    story = "".join(f"<p>{wrapped} Said for the {n}th time.</p>" for n in range(4))
    piece = "The <a href='/o'>order</a> covers <b>three</b> fields, which <a href='/c'>close</a> at"
    inline = "".join(
        f"<div>{piece} <i>eleven</i>, and each will get a shift, {n}.</div>" * 2 for n in "abc"
    )
    page = extract(f"<title>Tower</title>{html.format(links=links, story=story, inline=inline)}")
    assert page.text.count("shift") >= 3

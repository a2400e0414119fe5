"""Pages made to stall or to fill the memory: each is read, or refused in one clear line."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from monitor.app.workers import Workers
from monitor.errors import ParseError
from monitor.extract import extract_article, read_page
from monitor.extract.blocks import outline_of
from monitor.extract.parsing import parsed

URL = "https://herald.example/2026/11/22/harbour"
STORY = "The harbour board met on Sunday, and agreed to close the northern gate for repairs. " * 4

# Each is ended by the story, so that what is left of the page must be found behind the ballast.
READ = {
    "nested inline": "<b>" * 100_000 + "</b>" * 100_000,
    "nested links": "<a href='/'>" * 30_000,
    "nested apart": "<span class='share'>" * 30_000 + "</span>" * 30_000,
    "nested blocks": "<div>" * 4_000 + "</div>" * 4_000,
    "nested drawing": "<svg>" + "<g>" * 100_000 + "</svg>",
    "nested tables": "<table><tr><td>" * 2_000 + "</table>" * 2_000,
    "text at each depth": "<x-y>t" * 30_000 + "</x-y>" * 30_000,
    "empty elements": "<p></p>" * 100_000,
    "line breaks": "<br> " * 100_000,
    "attributes": "<p " + " ".join(f"a{i}=1" for i in range(5_000)) + "></p>",
    "a long name": f"<p class='{'share ' * 500_000}'></p>",
    "a long script": f"<script>{'<p>' * 500_000}</script>",
    "a long comment": f"<!--{'<p>' * 500_000}-->",
    "names with brackets": "<div<p a<b <c='d'></div<p>" * 10_000,
    "empty bylines": "<div class='author'>" * 2_000 + "<i></i>" * 100_000 + "</div>" * 2_000,
    "nothing": "\u200b" * 100_000,
}


@pytest.fixture(scope="module")
async def pool() -> AsyncIterator[Workers]:
    async with Workers(1, timedelta(seconds=5), memory=1_000_000_000) as workers:
        yield workers


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
@pytest.mark.parametrize("ballast", READ.values(), ids=READ)
async def test_ballast_costs_a_bounded_time_and_hides_no_story(pool: Workers, ballast: str) -> None:
    html = f"<body>{ballast}<article><h1>Harbour</h1><p>{STORY}</p><p>{STORY[::-1]}</p></article>"
    page = await pool.run(read_page, html.encode(), URL)  # ParseError where it takes over 5 s
    assert STORY.strip() in page.text


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("html", "line"),
    [
        ("<div>" * 30_000, "nests its elements over 5,000 deep"),
        # The parser compares each attribute with all before it.
        ("<p " + " ".join(f"a{i}=1" for i in range(100_000)) + ">", "took longer than 1 s"),
        (f"<p>{'港' * 15_000_000}", "needed more than 0.25 GB of memory"),
    ],
    ids=["depth", "time", "memory"],
)
async def test_what_cannot_be_read_ends_in_one_line(html: str, line: str) -> None:
    async with Workers(1, timedelta(seconds=1), memory=250_000_000) as workers:
        with pytest.raises(ParseError) as caught:
            await workers.run(read_page, f"<html>{html}".encode(), URL)
        assert line in str(caught.value)
        assert "\n" not in str(caught.value)
        page = await workers.run(read_page, f"<html><p>{STORY}".encode(), URL)  # and it goes on
    assert page.text == STORY.strip()


@pytest.mark.parametrize(
    "data",
    [
        b"<html><p>\xff\xfe\x80" + STORY.encode(),
        b"<html><meta charset='utf-7'><p>" + STORY.encode() + b"\xc3",
        b"<html><meta charset='no-such-thing'><p>" + STORY.encode(),
        "<html><p>".encode("utf-16") + STORY.encode("utf-16-le"),
    ],
    ids=["no utf-8", "cut off", "unknown", "utf-16"],
)
def test_broken_encodings_leave_the_text(data: bytes) -> None:
    assert "agreed to close the northern gate" in read_page(data, URL).text


def test_lone_surrogates_and_nul_characters_are_left_out() -> None:
    page = extract_article(f"<p>\ud800{STORY}\0", URL)
    assert page.text == STORY.strip()


def test_elements_in_each_other_are_bounded_and_their_texts_kept() -> None:
    tree = parsed("<div>" * 4_000 + "deep", URL)
    assert tree.root is not None
    outline = outline_of(tree.root)
    assert max(element.depth for element in outline.elements) == 2_000
    assert [block.text for block in outline.blocks] == ["deep"]


def test_only_elements_that_hold_text_are_read() -> None:
    tree = parsed("<div><div class=a></div><i class=icon></i><p>One<p></div><nav></nav>", URL)
    assert tree.root is not None
    assert [element.tag for element in outline_of(tree.root).elements] == [
        "html",
        "body",
        "div",
        "p",
    ]


def test_what_stands_in_a_skipped_element_does_not_part_the_text_around_it() -> None:
    tree = parsed("<p>One <button><div>Buy</div><br><br></button>two.", URL)
    assert tree.root is not None
    assert [block.text for block in outline_of(tree.root).blocks] == ["One two."]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<b>One</b> <i>two</i>", "One two"),
        ("<b>One</b><i>two</i>", "Onetwo"),
        ("<b>One</b><span>\n <i>two</i></span>", "One two"),
        ("<b>One<u> </u></b><i>two</i>", "One two"),
        ("<b>One</b>&nbsp;<i>two</i>", "One two"),
        ("<b>One</b><label> no </label><i>two</i>", "Onetwo"),
        ("<b>One</b><svg>\n<path/>\n</svg><i>two</i>", "Onetwo"),
        ("One<br> <i>two</i>", "One\ntwo"),
        ("One<!-- --> <!-- -->two", "One two"),
    ],
)
def test_blank_text_parts_words_and_its_absence_does_not(html: str, text: str) -> None:
    tree = parsed(f"<p>{html}", URL)
    assert tree.root is not None
    assert [block.text for block in outline_of(tree.root).blocks] == [text]


def test_blanks_between_many_texts_are_found_in_linear_time() -> None:
    tree = parsed("<p>" + "<b><i>" * 3_000 + "a<u>b</u> <u>c</u>" * 3_000, URL)
    assert tree.root is not None
    assert outline_of(tree.root).blocks[0].text == "ab ca" + "b ca" * 2_998 + "b c"


def test_elements_around_what_shows_no_text_are_not_read() -> None:
    tree = parsed("<p>One<div><section><svg><g><text>no</text></g></svg></section></div>", URL)
    assert tree.root is not None
    outline = outline_of(tree.root)
    assert [element.tag for element in outline.elements] == ["html", "body", "p"]
    assert [block.text for block in outline.blocks] == ["One"]

"""Boxes and columns beside a short story are left out, however much longer than it they are."""

import pytest

from monitor.extract import extract_article
from monitor.extract.explanation import explain_page
from monitor.extract.tokens import is_apart
from monitor.model import Guidance

URL = "https://a.example/story"
TITLE = "Old crane on the west quay to be pulled down"
STORY = (
    "The yellow crane on the west quay, out of use since 1994, will be pulled down in January, "
    "the port said on Saturday. Its maker has asked for the nameplate.",
    "Bolinder, which built it in 1951, will show the plate in its museum.",
)
OTHERS = (
    "Crews on the three ferries that link the old harbour with the northern islands walked off "
    "their boats shortly before six on Friday evening, and talks are to begin on Monday.",
    "Agathe Mohr retires next week after twenty-six years at the rent tribunal. She has heard "
    "landlords weep and tenants lie, she says, and the other way round as well.",
    "Jonas Tveit has written for the Gazette since 2014 and before that worked for Reuters in "
    "Oslo and for Nokia in Tampere. Write to him at the desk.",
)


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def page(body: str) -> str:
    return f"<html lang='en'><head><title>{TITLE}</title></head><body>{body}</body></html>"


@pytest.mark.parametrize(
    "box",
    [
        "<div class='jp-relatedposts'>{}</div>",
        "<section class='c-relatedPosts'>{}</section>",
        "<div id='related-stories'>{}</div>",
        "<div class='author-box'>{}</div>",
        "<div class='css-1x2y' data-testid='newsletter-box'>{}</div>",
        "<div class='k8 x1' data-component='RelatedArticles'>{}</div>",
    ],
)
def test_a_box_named_for_something_else_is_no_part_of_a_short_story(box: str) -> None:
    article = f"<article><h1>{TITLE}</h1>{paragraphs(*STORY)}{box.format(paragraphs(*OTHERS))}"
    assert extract_article(page(f"{article}</article>"), URL).text.split("\n") == [*STORY]


@pytest.mark.parametrize(
    "names", ["has-related-posts", "related-posts-on", "no-author-box", "newsletter-form"]
)
def test_the_story_may_bear_such_a_name_itself(names: str) -> None:
    html = page(f"<div class='{names}'><h1>{TITLE}</h1>{paragraphs(*STORY, *OTHERS)}</div>")
    assert extract_article(html, URL).text.split("\n") == [*STORY, *OTHERS]


def test_a_box_with_the_headline_is_the_story_whatever_stands_around_it() -> None:
    box = f"<div class='author-card'><h1>{TITLE}</h1>{paragraphs(*STORY, OTHERS[0])}</div>"
    around = paragraphs(*OTHERS[1:])
    text = extract_article(page(f"<main>{around}{box}</main>"), URL).text
    assert set(text.split("\n")) >= {*STORY, OTHERS[0]}


@pytest.mark.parametrize(
    ("names", "apart"),
    [
        ("author-box", True), ("post_author-bio", True), ("AuthorCard", True),
        ("jp-relatedposts-post", True), ("c-relatedStories", True), ("newsletter-signup-2", True),
        ("outbrain", True), ("author", False), ("related", False), ("newsletter", False),
        ("has-related-posts", False), ("InfoBox", False), ("", False),
    ],
)  # fmt: skip
def test_names_of_boxes(names: str, *, apart: bool) -> None:
    assert is_apart(names) == apart


COLUMNS = (
    "<table><tr><td>Weather<br>Today: 4 degrees below<br>Rates<br>USD 91.20</td>"
    "<td>{}</td><td><b>Other news</b><p>{}</p><p>Windows by Siemens-Service. Call now!</p></td>"
    "</tr></table>"
)


def test_columns_beside_the_headline_s_are_left_out() -> None:
    shown = f"18.11.2026 Economy<br><b>{TITLE}</b>{paragraphs(*STORY, *OTHERS[:2])}"
    html = page(COLUMNS.format(shown, OTHERS[2]))
    assert extract_article(html, URL).text.split("\n")[-4:] == [*STORY, *OTHERS[:2]]
    assert "Siemens" not in extract_article(html, URL).text
    assert "Reuters" not in extract_article(html, URL).text
    reasons = {
        block.text: block.reason
        for block in explain_page(html.encode(), URL, "text/html", Guidance()).blocks
    }
    assert reasons["Windows by Siemens-Service. Call now!"] == "in a column beside the story's"


def test_a_column_that_says_more_than_the_headline_s_is_the_story() -> None:
    rows = f"<tr><td><h1>{TITLE}</h1></td><td>{paragraphs(*STORY, *OTHERS)}</td></tr>"
    text = extract_article(page(f"<table>{rows}</table>"), URL).text
    assert text.split("\n")[-5:] == [*STORY, *OTHERS]


def test_a_menu_that_names_the_story_is_not_its_column() -> None:
    menu = f"Recent<br><b>{TITLE}</b><br>Ferries sail again{paragraphs(*OTHERS)}"
    story = f"<h1>{TITLE}</h1>{paragraphs(*STORY, *(s.replace('crane', 'mast') for s in STORY))}"
    html = page(f"<table><tr><td>{menu}</td><td>{story}</td></tr></table>")
    assert set(STORY) <= set(extract_article(html, URL).text.split("\n"))


RESULTS = (
    "<table><tr><th>Place</th><th>Women</th><th>Country</th><th>Time</th></tr>"
    "<tr><td>1</td><td>Grace Wanjiru</td><td>Kenya</td><td>2:23:11</td></tr>"
    "<tr><td>2</td><td><div>Molly Hart</div></td><td>Norway</td><td>22 Nov 2026</td></tr></table>"
)


def test_the_cells_of_a_row_are_one_paragraph_and_none_of_them_is_lost() -> None:
    html = page(f"<article><h1>{TITLE}</h1>{paragraphs(*STORY)}{RESULTS}</article>")
    assert extract_article(html, URL).text.split("\n") == [
        *STORY,
        "Place Women Country Time",
        "1 Grace Wanjiru Kenya 2:23:11",
        "2 Molly Hart Norway 22 Nov 2026",
    ]
    blocks = explain_page(html.encode(), URL, "text/html", Guidance()).blocks
    assert all(block.kept for block in blocks if block.tag in ("td", "th"))

"""A source's own selectors: believed where they name something, missed aloud where not."""

from datetime import UTC, datetime

import pytest

from monitor.extract import extract_article
from monitor.extract.selectors import check_selector
from monitor.model import Guidance, Page, PageKind, Selectors

URL = "https://harbour.example/2026/11/22/strike"
STORY = "".join(
    f"<p>Paragraph {n} of the story says what happened at the harbour, and who saw it happen.</p>"
    for n in range(5)
)
HTML = f"""<html><head><title>Strike | Harbour News</title></head><body>
<h1>Harbour News</h1><h2 class="head">Dockers <em>walk</em> out</h2>
<span class="when">22 November 2026</span>
<div class="x"><p class="note">Sail with Quayside Ferries this summer, from nine crowns a head.</p>
{STORY}</div>
<div class="promo-y"><p>Also in this issue: the lighthouse keeper retires, and nobody has applied
to follow him, the town council says.</p><aside><p>Subscribe to the letter.</p></aside></div>
</body></html>"""


def read(html: str = HTML, **selectors: object) -> Page:
    given = Selectors(**selectors)  # type: ignore[arg-type]
    return extract_article(html, URL, Guidance(selectors=given))


def test_what_they_name_goes_before_what_is_found():
    page = read(title=".head", date=".when", body=".x")
    assert page.title == "Dockers walk out"
    assert page.published == datetime(2026, 11, 22, tzinfo=UTC)
    assert page.text.startswith("Sail with")
    assert page.text.count("\n") == 5
    assert (page.kind, page.confidence, page.unmatched) == (PageKind.ARTICLE, 1.0, ())


def test_the_element_that_is_named_is_the_body_whatever_it_calls_itself():
    page = read(body=".promo-y")
    assert page.text.startswith("Also in this issue")
    assert "Subscribe" not in page.text


def test_several_elements_are_one_body():
    assert read(body=".x p:not(.note), .promo-y > p").text.count("\n") == 5


def test_a_crumb_of_a_long_story_is_not_taken_for_it():
    page = read(
        HTML.replace(
            STORY,
            "".join(STORY.replace("Paragraph", word) for word in ("Paragraph", "Line", "Sentence")),
        ),
        body=".note",
    )
    assert page.unmatched == ("body",)
    assert "Paragraph 4" in page.text
    assert page.text.startswith("Sail with")  # nor is it lost
    assert page.confidence < 1


def test_a_short_story_is_believed():
    page = read(HTML.replace(STORY, ""), body=".note")
    assert (page.unmatched, page.confidence) == ((), 1.0)
    assert page.text.startswith("Sail with")


def test_what_is_dropped_is_gone_before_anything_is_read():
    assert "Quayside" in read().text
    assert "Quayside" not in read(drop=(".note",)).text
    assert "Quayside" not in read(body=".x", drop=(".x .note", ".note")).text
    assert read(drop=("div", "div p", "body")).kind is not PageKind.ARTICLE


def test_what_names_nothing_is_said_and_the_page_is_read_as_any_other():
    page = read(title=".gone", body=".gone", date=".head")
    assert page.unmatched == ("title", "body", "date")
    plain = extract_article(HTML, URL)
    assert (page.text, page.title, page.published) == (plain.text, plain.title, plain.published)
    assert read(HTML.replace(STORY, "").replace("note", "share"), body=".x h3").unmatched == (
        "body",
    )


@pytest.mark.parametrize(
    "tag",
    [
        "<time class='d' datetime='2026-11-20T10:00:00+01:00'>yesterday</time>",
        "<meta class='d' content='2026-11-20T09:00:00Z'>",
        "<span class='d' title='2026-11-20 09:00'>on Friday</span>",
        "<b class='d'></b><b class='d'>2026-11-20T09:00Z</b>",
    ],
)
def test_dates_are_read_from_attributes_and_words(tag):
    found = read(HTML.replace("<h1>", f"{tag}<h1>"), date=".d").published
    assert found == datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.mark.parametrize("css", ["", "p[", "a >", "h1..x", "p:nope"])
def test_what_is_no_selector_is_refused(css):
    with pytest.raises(ValueError, match="no CSS selector"):
        check_selector(css)


def test_a_selector_is_given_back():
    assert check_selector("article > p:not(.x)") == "article > p:not(.x)"


@pytest.mark.parametrize("css", ["*", "html", "body", ".page"])
def test_a_page_is_never_dropped_as_a_whole(css: str):
    html = HTML.replace("<html>", "<html class='page'>").replace("<body>", "<body class='page'>")
    page = read(html, drop=(css,))
    assert page.kind is (PageKind.EMPTY if css == "*" else PageKind.ARTICLE)

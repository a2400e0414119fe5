"""Whole pages, invented, each beside what must be read from it."""

import json
from pathlib import Path

import pytest

from monitor.extract import extract_article, read_page
from monitor.model import Page, PageKind

PAGES = Path(__file__).parent / "data" / "pages"
NAMES = sorted(path.stem for path in PAGES.glob("*.html"))
WIRE = ("wire_portal", "wire_herald", "wire_breaks", "jsonld_only")


def read(name: str) -> Page:
    return read_page((PAGES / f"{name}.html").read_bytes(), f"https://site.example/{name}")


def as_golden(page: Page) -> dict[str, object]:
    return {
        "url": page.url,
        "kind": page.kind.value,
        "title": page.title,
        "standfirst": page.standfirst,
        "text": page.text.split("\n") if page.text else [],
        "published": page.published.isoformat() if page.published else None,
        "modified": page.modified.isoformat() if page.modified else None,
        "authors": list(page.authors),
        "section": page.section,
        "lang": page.lang,
        "canonical_url": page.canonical_url,
        "image": page.image,
    }


@pytest.mark.parametrize("name", NAMES)
def test_page_is_read_as_its_golden_file_says(name: str) -> None:
    golden = json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8"))
    assert as_golden(read(name)) == golden


def test_every_kind_of_page_has_an_example() -> None:
    assert {read(name).kind for name in NAMES} == set(PageKind)


def test_reprints_of_one_wire_story_have_the_same_text() -> None:
    texts = {name: read(name).text for name in WIRE}
    assert set(texts.values()) == {texts["wire_portal"]}
    assert texts["wire_portal"].count("\n") == 4
    assert texts["wire_portal"].startswith("NEW DELHI, Nov 22 (Quillwire) — The civil aviation")


@pytest.mark.parametrize("name", ["wire_portal", "wire_breaks"])
def test_a_name_in_the_surroundings_is_not_in_the_text(name: str) -> None:
    assert "OpenAI" in (PAGES / f"{name}.html").read_text(encoding="utf-8")
    page = read(name)
    assert "OpenAI" not in f"{page.title} {page.standfirst} {page.text}"


def test_confidence_is_zero_unless_an_article_was_read() -> None:
    for name in NAMES:
        page = read(name)
        is_story = page.kind in (PageKind.ARTICLE, PageKind.LIVE_BLOG)
        assert (page.confidence > 0) == is_story, name
        assert page.confidence <= 1


def test_a_plain_article_is_surer_than_a_short_or_borrowed_one() -> None:
    assert read("wire_portal").confidence > 0.65 > read("mislabelled_latin").confidence
    assert read("jsonld_only").confidence == 0.6


STORY = "".join(
    f"<p>Sentence number {n} of the report has some words in it, and a comma. It ends here.</p>"
    for n in range(6)
)
TEXT = extract_article(f"<main>{STORY}</main>", "https://a.example/x").text


def test_the_plain_story_is_read_whole() -> None:
    assert TEXT.split("\n") == STORY.removeprefix("<p>").removesuffix("</p>").split("</p><p>")


@pytest.mark.parametrize(
    "around",
    [
        "<div class='related-posts'><p>{long}</p></div>",
        "<section id='comments'><p>{long}</p><p>{long} Again.</p></section>",
        "<aside><p>{long}</p></aside>",
        "<div class='cookie-consent'><p>{long}</p></div>",
        "<div class='newsletter-signup'><p>{long}</p></div>",
        "<div class='authorBio'><p>{long}</p></div>",
        "<nav><ul><li><a href='/a'>{long}</a></li></ul></nav>",
        "<div role='navigation'><p>{long}</p></div>",
        "<div hidden><p>{long}</p></div>",
        "<p>Tags: {long}</p>",
        "<p>(This story has not been edited by our staff and is auto-generated from a feed.)</p>",
        "<p>Photo: Harbour Images</p>",
        "<p>Read more: {long}</p>",
        "<figure><img src='x'><div>{long}</div></figure>",
        "<ul><li><a href='/a'>Another story of today</a></li><li><a href='/b'>One</a></li></ul>",
        "<h3>More from Transport</h3><p><a href='/a'>Another story, of today.</a></p>",
        "<script>var x = '<p>{long}</p>'</script><style>p {{ color: red }}</style>",
    ],
)
@pytest.mark.parametrize("place", ["before", "after", "inside"])
def test_surroundings_do_not_change_the_text(around: str, place: str) -> None:
    extra = around.format(long="The reader may also like this long sentence, which says nothing.")
    cut = STORY.index("<p>", len(STORY) // 2)
    body = {
        "before": f"{extra}{STORY}",
        "after": f"{STORY}{extra}",
        "inside": f"{STORY[:cut]}{extra}{STORY[cut:]}",
    }[place]
    assert extract_article(f"<body><main>{body}</main></body>", "https://a.example/x").text == TEXT


@pytest.mark.parametrize(
    "wrapped",
    [
        "<body class='has-sidebar comments-open'><form>{}</form>",
        "<body><div class='dialog-off-canvas-main-canvas widget-area'>{}</div>",
        "<body style='display:none'>{}",
        "<body><div hidden id='S:0'>{}</div>",
        "<body><div class='comments-wrapper'>{}</div>",
    ],
)
def test_a_story_is_not_lost_to_the_name_of_its_wrapper(wrapped: str) -> None:
    assert extract_article(wrapped.format(STORY), "https://a.example/x").text == TEXT


def test_many_chrome_names_cannot_take_the_whole_story() -> None:
    parts = STORY.replace("<p>", "<div class='promo-widget'><p>").replace("</p>", "</p></div>")
    assert extract_article(f"<main>{parts}</main>", "https://a.example/x").text == TEXT


def test_a_paragraph_that_stands_twice_is_kept_once() -> None:
    assert extract_article(f"<main>{STORY}{STORY}</main>", "https://a.example/x").text == TEXT


def test_comments_longer_than_the_story_are_left_out() -> None:
    comment = "<p>I have read this, and I have a lot to say about it, all of it long. {}</p>"
    comments = "".join(comment.format(n) for n in range(15))
    html = f"<main>{STORY}<div id='comments'>{comments}</div></main>"
    assert extract_article(html, "https://a.example/x").text == TEXT


def test_a_standfirst_among_the_paragraphs_is_kept_apart() -> None:
    lead = "Every winter eighty volunteers stand in the dark and listen for owls."
    html = f"<main><h1>Owls</h1><p class='article-standfirst'>{lead}</p>{STORY}</main>"
    page = extract_article(f"<title>Owls</title>{html}", "https://a.example/x")
    assert (page.standfirst, page.text) == (lead, TEXT)


def test_a_description_that_the_text_repeats_is_no_standfirst() -> None:
    first = TEXT.split("\n")[0]
    html = f"<meta name='description' content='{first}'><h1>Owls</h1><h2>{first}</h2>{STORY}"
    page = extract_article(f"<title>Owls</title>{html}", "https://a.example/x")
    assert page.standfirst == ""
    assert page.text == TEXT


def test_a_description_that_nobody_sees_is_no_standfirst() -> None:
    html = (
        f"<meta name='description' content='Eighty volunteers listen for owls, and more.'>{STORY}"
    )
    assert extract_article(html, "https://a.example/x").standfirst == ""


GONE = (
    "<p>Whoever looks for it may try our search, or begin on the front page, which has the latest "
    "of the harbour and of the town. Tell us if you think that it is a mistake of ours.</p>"
)


@pytest.mark.parametrize(
    "title",
    [
        "Page not found | Tidewater",
        "404",
        "Error 404: Not Found",
        "404 - Page not found",
        "404 Error: The requested page could not be found",
        "404 page",
        "Sorry, this page is no longer available.",
        "The page you requested was not found - Tidewater",
        "Oops! That page can’t be found, or: Page not found",
        "This article is no longer available",
        "Diese Seite existiert leider nicht",
        "Erreur 404 : page introuvable",
        "Página no encontrada",
        "Страница не найдена",
    ],
)
def test_a_page_that_says_it_is_gone_is_no_article(title: str) -> None:
    page = extract_article(f"<title>{title}</title><h1>{title}</h1>{GONE}", "https://a.example/x")
    assert page.kind is PageKind.EMPTY


@pytest.mark.parametrize(
    "title",
    [
        "404 Media sues the harbour over its cameras",
        "Body of missing sailor not found, search ends",
        "Page from a lost diary found in the archive",
        "404 pages of harbour letters released after a court's ruling",
        "404 Seiten Akten und kein Ergebnis",
        "Error 404: the harbour's missing files",
        "Article 50 no longer exists, says minister",
        "Article 370 no longer exists",
        "Content moderators unavailable as strike goes on",
        "Page Six not found guilty of libel",
        "Artículo 155 no existe, dice el ministro",
    ],
)
def test_a_report_of_what_is_not_found_is_one(title: str) -> None:
    page = extract_article(f"<title>{title}</title><h1>{title}</h1>{GONE}", "https://a.example/x")
    assert page.kind is PageKind.ARTICLE


def pictures(captions: int, size: int = 9, around: str = "div") -> str:
    told = "".join(
        f"<{around}><figure><img src='{n}.jpg'><figcaption>Picture {n}: the pilots wait at the "
        f"buoy{' and hear the tanker' * size}.</figcaption></figure></{around}>"
        for n in range(captions)
    )
    opening = "For eleven days the sound could not be seen from either of its shores. " * 3
    return (
        "<html lang='en'><head><title>Eleven days of fog on the sound</title></head><body><article>"
        f"<h1>Eleven days of fog on the sound</h1><p>{opening}</p>{told}</article></body></html>"
    )


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        (pictures(4), 4),
        (pictures(4, around="a href='full.jpg'").replace("</a href='full.jpg'>", "</a>"), 4),
        (pictures(2), 0),  # an article with pictures
        (pictures(4, size=1), 0),  # that say little
        (pictures(4, around="li"), 0),  # of other articles
    ],
)
def test_a_story_in_pictures_is_told_by_its_captions(html: str, kept: int) -> None:
    page = extract_article(html, "https://a.example/fog")
    assert page.kind is PageKind.ARTICLE
    assert page.text.startswith("For eleven days")
    assert page.text.count("Picture ") == kept


@pytest.mark.parametrize(
    "card",
    [
        "<a href='/{0}'><figure><img src='{0}.jpg'><figcaption>{1}</figcaption></figure></a>",
        "<figure><img src='{0}.jpg'><figcaption><a href='/{0}'>{1}</a></figcaption></figure>",
        "<div class='related-posts'><figure><figcaption>{1}</figcaption></figure></div>",
    ],
)
def test_captions_that_lead_to_other_stories_are_none_of_this_ones(card: str) -> None:
    words = "the pilots of OpenAI wait at the buoy and hear the tanker that nobody can see at night"
    cards = "".join(card.format(n, f"Story {n}: {words}, for the {n}th time") for n in range(4))
    html = pictures(0).replace("</article>", f"</article><div>{cards}</div>")
    assert "OpenAI" not in extract_article(html, "https://a.example/fog").text


def test_captions_beside_a_long_text_are_left_out() -> None:
    prose = "".join(
        f"<p>On day {n} the fog stood so thick on the sound that the gulls were walking on it.</p>"
        for n in range(30)
    )
    html = pictures(4).replace("</h1>", f"</h1>{prose}")
    assert "Picture" not in extract_article(html, "https://a.example/fog").text

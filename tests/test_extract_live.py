"""Live blogs: which pages are one, and what their updates are."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.extract import extract_article, read_page
from monitor.extract.jsonld import MOST_UPDATES
from monitor.extract.live import lead_of
from monitor.model import PageKind

PAGE = (Path(__file__).parent / "data" / "pages" / "live_blog.html").read_text("utf-8")
URL = "https://tideline.example/news/live/harbour-strike"
PLAIN = "https://tideline.example/news/2026/11/22/harbour-strike"
SENTENCE = "The crane at berth {} stood still all morning; nobody knew for how long it would."


def entries(count: int, make: str = "<h2>Heading {0}</h2><time>0{0}:15</time><p>{1}</p>") -> str:
    return "".join(
        f"<div class='entry' id='e{n}'>{make.format(n, SENTENCE.format(n))}</div>"
        for n in range(count)
    )


def linked(*updates: dict[str, object], kind: str = "LiveBlogPosting") -> str:
    data = {
        "@type": kind,
        "headline": "Harbour strike",
        "datePublished": "2026-11-22T07:00:00Z",
        "liveBlogUpdate": list(updates),
    }
    return f"<script type='application/ld+json'>{json.dumps(data)}</script>"


def update(n: int, **more: object) -> dict[str, object]:
    return {
        "@type": "BlogPosting",
        "headline": f"Heading {n}",
        "url": f"{PLAIN}#u{n}",
        "datePublished": f"2026-11-22T{7 + n // 60:02}:{n % 60:02}:00Z",
        "articleBody": SENTENCE.format(n),
    } | more


def page(body: str, *, head: str = "", title: str = "Harbour strike") -> str:
    return (
        f"<html lang='en'><head><title>{title}</title>{head}</head><body><main><h1>{title}</h1>"
        f"<p>Dockers have stopped work for a second day, and talks are to begin at noon.</p>{body}"
        "</main></body></html>"
    )


def test_the_updates_that_a_page_shows_are_apart_with_their_places():
    found = extract_article(PAGE, URL)
    assert found.kind is PageKind.LIVE_BLOG
    assert [u.anchor for u in found.updates] == ["post-4", "post-3", "post-2", "post-1"]
    assert [u.title for u in found.updates] == [
        "Minister offers to mediate", "Two ships turned away", "", "The second day begins",
    ]  # fmt: skip
    assert found.updates[2].published == datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    assert found.updates[1].text.count("\n") == 1
    assert found.confidence > 0


def test_the_whole_text_has_them_all_and_the_lead_none():
    found = extract_article(PAGE, URL)
    assert all(u.text.split("\n")[0] in found.text for u in found.updates)
    assert lead_of(found).startswith("Dockers at the northern harbour")
    assert "\n" not in lead_of(found)


def test_json_ld_names_updates_with_the_outlets_own_addresses():
    found = extract_article(page(entries(3), head=linked(*map(update, range(3)))), PLAIN)
    assert [(u.anchor, u.title) for u in found.updates] == [
        ("u2", "Heading 2"), ("u1", "Heading 1"), ("u0", "Heading 0"),
    ]  # fmt: skip
    assert found.updates[0].text == SENTENCE.format(2)


def test_what_the_page_shows_counts_where_json_ld_has_much_less():
    found = extract_article(page(entries(8), head=linked(update(0))), PLAIN)
    assert [u.anchor for u in found.updates] == [f"e{n}" for n in range(8)]


def test_where_json_ld_calls_the_page_live_headings_will_do():
    body = entries(4, "<h3>Heading {0}</h3><p>{1}</p>")
    assert len(extract_article(page(body, head=linked()), PLAIN).updates) == 4
    assert extract_article(page(body, title="Harbour strike live"), PLAIN).updates == ()


@pytest.mark.parametrize("kind", ["LiveBlogPosting", "NewsArticle"])
def test_an_article_without_updates_stays_one(kind):
    story = "".join(f"<p>{SENTENCE.format(n)}</p>" for n in range(6))
    found = extract_article(page(story, head=linked(kind=kind)), URL)
    assert (found.kind, found.updates) == (PageKind.ARTICLE, ())


@pytest.mark.parametrize(
    ("title", "url", "wrap"),
    [
        pytest.param("Harbour strike", PLAIN, "{}", id="nothing calls it live"),
        pytest.param("Strike live", PLAIN, "<div class='comments'>{}</div>", id="few comments"),
    ],
)
def test_what_only_looks_like_updates_is_none(title, url, wrap):
    story = "".join(f"<p>{SENTENCE.format(n)} {SENTENCE.format(n + 40)}</p>" for n in range(20))
    html = page(story + wrap.format(entries(4)), title=title)
    assert extract_article(html, url).kind is PageKind.ARTICLE


@pytest.mark.parametrize(
    ("name", "updates"), [("LiveBlog", 3), ("live-post x", 3), ("drive-post", 0), ("olive", 0)]
)
def test_the_name_of_an_element_may_call_a_page_live(name, updates):
    html = page(f"<div class='{name}'>{entries(3)}</div>", title="Harbour strike")
    assert len(extract_article(html, PLAIN).updates) == updates


def test_a_slide_show_is_no_live_blog():
    body = entries(9, "<h2>Heading {0}</h2><p>{1}</p>")
    assert extract_article(page(body, title="Every crane, live"), URL).kind is PageKind.ARTICLE


def test_only_so_many_are_kept_apart_the_newest():
    updates = map(update, range(MOST_UPDATES + 20))
    found = extract_article(page(entries(3), head=linked(*updates)), PLAIN)
    assert len(found.updates) == MOST_UPDATES
    assert found.updates[0].anchor == f"u{MOST_UPDATES + 19}"


@pytest.mark.parametrize(
    "odd", [{"url": None}, {"url": 7, "@id": []}, {"headline": None}, {"datePublished": "soon"}]
)
def test_odd_updates_are_read_as_far_as_they_go(odd):
    (found,) = extract_article(page("", head=linked(update(1, **odd))), PLAIN).updates
    assert found.text == SENTENCE.format(1)


def test_updates_without_text_are_none():
    html = page(entries(4), head=linked(update(1, articleBody=""), {"@type": "BlogPosting"}))
    assert [u.anchor for u in extract_article(html, PLAIN).updates] == ["e0", "e1", "e2", "e3"]


def test_a_shell_whose_body_scripts_fill_is_named():
    shell = (
        "<html><head><title>Harbour strike</title><script src='/app.js'></script></head>"
        "<body><div class='page'></div></body></html>"
    )
    assert read_page(shell.encode(), PLAIN).kind is PageKind.NEEDS_JAVASCRIPT
    silent = shell.replace("<script src='/app.js'></script>", "")
    assert read_page(silent.encode(), PLAIN).kind is PageKind.EMPTY


def test_a_long_list_of_tips_is_an_article_though_its_headings_are_links():
    tips = "".join(
        f"<h3><a href='/tool/{n}'>Tool number {n} of the list</a></h3><p>{SENTENCE.format(n)} "
        f"{SENTENCE.format(n)} {SENTENCE.format(n)}</p>"
        for n in range(12)
    )
    assert extract_article(page(tips), PLAIN).kind is PageKind.ARTICLE

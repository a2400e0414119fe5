"""The second opinion of the extra [trafilatura]; installed with the extra ``test``."""

import itertools

import pytest

from monitor.extract import extract_article, opinion
from monitor.model import Guidance, Page, PageKind

pytestmark = pytest.mark.skipif(
    not opinion.is_installed(), reason="needs the extra: pip install 'media-monitor[trafilatura]'"
)

URL = "https://harbour.example/strike"
STORY = tuple(
    f"Paragraph {n} of the story says what happened at the harbour, and who saw it happen there."
    for n in range(8)
)
HTML = (
    "<html lang='en'><head><title>Dockers walk out</title></head><body><article>"
    "<h1>Dockers walk out</h1><p class='date'>20 November 2026</p>"
    f"{''.join(f'<p>{text}</p>' for text in STORY)}</article></body></html>"
)
UNDATED = HTML.replace("<p class='date'>20 November 2026</p>", "")


def page(text: str, **fields: object) -> Page:
    values = {"title": "Dockers walk out", "confidence": 0.2} | fields
    return Page(url=URL, text=text, **values)  # type: ignore[arg-type]


def test_much_more_text_is_taken_where_ours_is_unsure():
    found = opinion.with_second_opinion(page(STORY[0]), HTML)
    assert all(text in found.text.split("\n") for text in STORY)
    assert "Dockers walk out" not in found.text


@pytest.mark.parametrize(
    "ours",
    [
        pytest.param(page(STORY[0], confidence=0.9), id="sure"),
        pytest.param(page("\n".join((*STORY, *STORY))), id="longer"),
        pytest.param(page("Teaser", kind=PageKind.STUB), id="a paywall"),
        pytest.param(page("Cookies?", kind=PageKind.BLOCKED), id="a wall"),
    ],
)
def test_else_ours_stays(ours):
    assert opinion.with_second_opinion(ours, UNDATED).text == ours.text


def test_a_page_on_which_we_found_nothing_may_be_an_article():
    found = opinion.with_second_opinion(page("", kind=PageKind.EMPTY), HTML)
    assert (found.kind, found.text.count("\n") >= 7) == (PageKind.ARTICLE, True)
    bare = opinion.with_second_opinion(page("", kind=PageKind.EMPTY), "<p>Nothing here.</p>")
    assert (bare.kind, bare.text) == (PageKind.EMPTY, "")


def test_a_date_is_looked_for_only_where_there_is_none():
    found = opinion.with_second_opinion(page(STORY[0]), HTML).published
    assert found is not None
    assert (found.year, found.month, found.day) == (2026, 11, 20)
    assert opinion.with_second_opinion(page("\n".join(STORY)), UNDATED).published is None


def test_a_huge_page_is_not_handed_on():
    huge = HTML + "<!-- -->" * 300_000
    assert opinion.with_second_opinion(page(STORY[0]), huge).text == STORY[0]


def test_caches_are_emptied_now_and_then(monkeypatch):
    trafilatura_meta = pytest.importorskip("trafilatura.meta")
    emptied = []
    monkeypatch.setattr(trafilatura_meta, "reset_caches", lambda: emptied.append(1))
    monkeypatch.setattr(opinion, "_asked", itertools.count(199))
    for _ in range(3):
        opinion.with_second_opinion(page(STORY[0]), HTML)
    assert emptied == [1]


def test_it_is_asked_only_where_guidance_says_so():
    html = UNDATED.replace("<article>", "<article class='comments'>")
    plain = extract_article(html, URL)
    asked = extract_article(html, URL, Guidance(second_opinion=True))
    assert len(asked.text) >= len(plain.text)
    assert plain == extract_article(html, URL, Guidance(second_opinion=False))

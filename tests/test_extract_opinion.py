"""The second opinion of the extra [trafilatura]; installed with the extra ``test``."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.app.advice import advised, advisers
from monitor.extract import extract_article, opinion
from monitor.model import Page, PageKind, Response

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


def asked(ours: Page, html: str) -> Page:
    return opinion.with_second_opinion(ours, html.encode())


def test_much_more_text_is_taken_where_ours_is_unsure():
    found = asked(page(STORY[0]), HTML)
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
    assert asked(ours, UNDATED).text == ours.text


def test_a_page_on_which_we_found_nothing_may_be_an_article():
    found = asked(page("", kind=PageKind.EMPTY), HTML)
    assert (found.kind, found.text.count("\n") >= 7) == (PageKind.ARTICLE, True)
    bare = asked(page("", kind=PageKind.EMPTY), "<p>Nothing here.</p>")
    assert (bare.kind, bare.text) == (PageKind.EMPTY, "")


def test_a_date_is_looked_for_only_where_there_is_none():
    found = asked(page(STORY[0]), HTML).published
    assert found is not None
    assert (found.year, found.month, found.day) == (2026, 11, 20)
    assert asked(page("\n".join(STORY)), UNDATED).published is None


def test_a_huge_page_is_not_handed_on():
    huge = HTML + "<!-- -->" * 300_000
    assert asked(page(STORY[0]), huge).text == STORY[0]


def test_caches_are_emptied_now_and_then(monkeypatch):
    trafilatura_meta = pytest.importorskip("trafilatura.meta")
    emptied = []
    monkeypatch.setattr(trafilatura_meta, "reset_caches", lambda: emptied.append(1))
    monkeypatch.setattr(opinion, "_asked", itertools.count(199))
    for _ in range(3):
        asked(page(STORY[0]), HTML)
    assert emptied == [1]


@pytest.mark.parametrize(
    ("ours", "wanted"),
    [
        (page(STORY[0]), True),
        (page("", kind=PageKind.EMPTY), True),
        (page(STORY[0], confidence=0.9), True),  # for its date
        (page("", kind=PageKind.EMPTY, confidence=0.9), False),
        (page("Teaser", kind=PageKind.STUB), False),
    ],
)
def test_it_is_wanted_only_where_it_may_be_taken(ours: Page, *, wanted: bool) -> None:
    assert opinion.is_wanted(ours) is wanted
    if not wanted:
        assert asked(ours, HTML) == ours


@pytest.mark.anyio
async def test_a_page_on_which_it_takes_minutes_keeps_our_reading() -> None:
    """Trafilatura takes quadratic time for headings: 36 s for these."""
    html = f"{'<h2>x</h2>' * 20_000}<article><h1>Dockers walk out</h1><p>{'<p>'.join(STORY)}"
    ours = extract_article(html, URL)
    response = Response(url=URL, final_url=URL, status=200, body=html.encode())
    async with advisers(1, timedelta(seconds=1)) as workers:
        found, failure = await advised(ours, response, workers)
        assert failure == "the document took longer than 1 s to read and was given up"
        assert found == ours
        assert all(text in found.text for text in STORY)
        dated, failure = await advised(
            page(STORY[0]), replace(response, body=HTML.encode()), workers
        )
    assert (failure, dated.published is not None) == ("", True)

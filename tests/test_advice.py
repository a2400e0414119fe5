"""A second opinion that fails costs nobody our own reading.

The libraries that are asked here are inventions of ours, which stand for somebody else's code.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from monitor.app.advice import Advised, advised, advisers
from monitor.app.workers import Workers
from monitor.cli import app
from monitor.extract import extract_article, opinion
from monitor.model import Page, PageKind, Response
from tests.loopback import answer
from tests.test_application import PATIENCE, PROSE, Desk, desk, feed, page

__all__ = ["desk"]  # a fixture
pytestmark = pytest.mark.anyio

URL = "https://harbour.example/strike"
OTHER = "Another reading of the page, much longer than ours. " * 20
# What it does, it does to pages that have the word.
LIBRARY = f"""
import os, sys

class Broken(Exception):
    pass

def extract(html, **how):
    if "(raises)" in html:
        raise Broken("no such\\nelement")
    if "(hangs)" in html:
        while True:
            pass
    if "(swells)" in html:
        held = []
        while True:
            held.append(bytes(50_000_000))
    if "(nests)" in html:
        return extract(html)
    if "(ends)" in html:
        os._exit(3)
    if "(exits)" in html:
        sys.exit(2)
    if "(errs)" in html:
        return 7
    return {OTHER!r}
"""
DATES = """
from trafilatura import extract

def find_date(html, **how):
    return extract(html) and "2026-11-20"
"""


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, library: str = LIBRARY) -> None:
    """Put the libraries where workers find them before any that are installed."""
    for name in opinion.NEEDED:
        (folder / f"{name}.py").write_text("", encoding="utf-8")
    (folder / "trafilatura.py").write_text(library, encoding="utf-8")
    (folder / "htmldate.py").write_text(DATES, encoding="utf-8")
    monkeypatch.syspath_prepend(folder)


@pytest.fixture
async def pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Workers]:
    install(tmp_path, monkeypatch)
    async with advisers(1, timedelta(seconds=1), memory=1_000_000_000) as workers:
        yield workers


def unsure(text: str = "Our own text.") -> Page:
    return Page(url=URL, title="Dockers walk out", text=text, confidence=0.2)


def response(html: str) -> Response:
    return Response(url=URL, final_url=URL, status=200, body=html.encode())


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("raises", "RuntimeError: Broken: no such element"),
        ("hangs", "the document took longer than 1 s to read and was given up"),
        ("swells", "the document needed more than 1 GB of memory and was given up"),
        ("nests", "the document is nested too deeply to be read"),
        ("ends", "reading the document ended its process (exit status 3)"),
        ("exits", "RuntimeError: SystemExit: 2"),
        ("errs", "AttributeError: 'int' object has no attribute 'split'"),
    ],
)
async def test_our_reading_stays_and_the_next_page_is_asked_of(
    pool: Workers, word: str, why: str
) -> None:
    own = unsure()
    assert await advised(own, response(f"<p>({word})"), pool) == (own, why)
    found, failure = await advised(own, response("<p>A page like any other."), pool)
    assert (found.text, failure) == (OTHER.strip(), "")


async def test_a_library_that_cannot_be_imported_fails_like_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch, "import no_such_parser")
    async with advisers(1, timedelta(seconds=5)) as workers:
        found = await advised(unsure(), response("<p>"), workers)
    why = "a worker process could not start: No module named 'no_such_parser'"
    assert found == Advised(unsure(), why)


@pytest.mark.parametrize(
    "own",
    [
        pytest.param(Page(url=URL, kind=PageKind.STUB, confidence=0.1), id="a paywall"),
        pytest.param(Page(url=URL, kind=PageKind.LIVE_BLOG, confidence=0.1), id="a live blog"),
        pytest.param(
            extract_article(
                "<meta property='article:published_time' content='2026-11-20'>"
                f"<article><h1>Dockers walk out</h1>{'<p>They stay out.</p>' * 3}"
                f"{''.join(f'<p>{text}</p>' for text in PROSE)}</article>",
                URL,
            ),
            id="sure, and dated",
        ),
    ],
)
async def test_a_page_that_needs_no_opinion_starts_no_process(pool: Workers, own: Page) -> None:
    assert await advised(own, response("<p>(raises)"), pool) == (own, "")
    assert not pool._all


ASKED = "extract.trafilatura = true\n"


async def test_an_alert_goes_out_at_once_by_our_own_reading(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(desk.folder, monkeypatch)
    routes = desk.server.routes
    routes["/rss"] = answer(200, feed())
    async with desk.open("/rss", more=ASKED) as application:
        await application.poll_once(PATIENCE)
        routes["/rss"] = answer(200, feed(("/new", "Offices", "")))
        routes["/new"] = answer(200, page("Offices", *PROSE, head="<!-- (raises) -->"))
        with structlog.testing.capture_logs() as logs:
            counts = await application.poll_once(PATIENCE)
    assert (counts.articles, counts.matched, counts.sent) == (1, 1, 1)
    stored = desk.why("/new").article
    assert stored is not None
    assert (stored.article.origin, stored.article.text) == ("page", "\n".join(PROSE))
    [told] = [line for line in logs if "second opinion" in line["event"]]
    assert (told["log_level"], told["url"]) == ("warning", desk.server.url("/new"))
    assert told["error"] == "RuntimeError: Broken: no such element"


@pytest.mark.parametrize(("more", "matched"), [(ASKED, 1), ("", 0)])
async def test_an_opinion_that_is_asked_for_is_matched(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, more: str, matched: int
) -> None:
    longer = LIBRARY.replace(repr(OTHER), repr("OpenAI looks at India, and at its law. " * 40))
    install(desk.folder, monkeypatch, longer)
    routes = desk.server.routes
    routes["/rss"] = answer(200, feed())
    async with desk.open("/rss", more=more) as application:
        await application.poll_once(PATIENCE)
        routes["/rss"] = answer(200, feed(("/new", "Offices", "")))
        routes["/new"] = answer(200, b"<p>An office opens, and more of it is told elsewhere.")
        counts = await application.poll_once(PATIENCE)
    assert (counts.articles, counts.matched, counts.sent) == (1, matched, matched)


def extract(folder: Path, html: str, *options: str) -> tuple[str, str]:
    """What the command prints, and what it says beside."""
    (folder / "config.toml").write_text(ASKED + 'polling.parse_timeout = "1s"')
    (folder / "page.html").write_text(html)
    command = ["extract", str(folder / "page.html"), "-c", str(folder / "config.toml"), *options]
    done = CliRunner().invoke(app, command, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout, done.stderr


@pytest.mark.parametrize("options", [(), ("--explain",), ("--json",)])
def test_the_command_reads_on_and_says_that_the_opinion_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    install(tmp_path, monkeypatch)
    printed, said = extract(tmp_path, "<p>Ours alone. (raises)", *options)
    assert "Ours alone." in printed
    assert said == (
        "note: no second opinion, this is our own reading: RuntimeError: Broken: no such element\n"
    )


def test_the_command_tells_whose_text_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch)
    printed, said = extract(tmp_path, "<p>Ours alone.", "--explain")
    assert "the text is that of the second opinion; the blocks are our own reading" in printed
    assert said == ""
    assert OTHER.strip() in extract(tmp_path, "<p>Ours alone.")[0]

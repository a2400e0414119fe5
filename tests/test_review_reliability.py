"""What must not happen: alerts lost, repeated or unexplained, and one fault that stops the rest."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from rich.console import Console

from monitor.app.application import open_application
from monitor.model import Request, Response
from tests.loopback import Loopback, answer, redirect
from tests.test_application import PATIENCE, Desk, feed, page

pytestmark = pytest.mark.anyio


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with Loopback() as server:
        yield Desk(tmp_path, server)


class Poisoned:
    """A fetcher that fails on one page as no adapter should."""

    def __init__(self, fetcher, path: str) -> None:
        self._fetcher, self._path = fetcher, path

    async def fetch(self, request: Request) -> Response:
        if request.url.endswith(self._path):
            raise RuntimeError("a fault of our own")
        return await self._fetcher.fetch(request)


async def test_a_page_that_fails_unforeseen_does_not_keep_back_the_others(desk: Desk) -> None:
    routes = desk.server.routes
    routes["/rss"] = answer(200, feed())
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        application.poller._fetcher = Poisoned(application.poller._fetcher, "/poison")
        routes["/rss"] = answer(
            200, feed(("/after", "OpenAI", "in India"), ("/poison", "OpenAI again", "India"))
        )
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.sent) == (1, 1)
        for _ in range(3):
            counts = await application.poll_once(PATIENCE)
    assert desk.printed.getvalue().count("OpenAI again") == 1  # from the feed's text, in the end
    assert "internal error" in desk.why("/poison").article.article.note


async def test_a_link_that_is_no_address_does_not_keep_back_the_others(desk: Desk) -> None:
    routes = desk.server.routes
    routes["/rss"] = answer(200, feed())
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        routes["/rss"] = answer(
            200, feed(("/after", "OpenAI", "in India"), ("http://xn--a/1", "OpenAI too", "India"))
        )
        counts = await application.poll_once(PATIENCE)
    assert (counts.articles, counts.sent) == (2, 2)


async def test_pages_that_all_end_at_one_wall_are_different_stories(desk: Desk) -> None:
    """Where a page that shows no article led to says nothing about the article."""
    routes = desk.server.routes
    routes["/rss"] = answer(200, feed())
    wall = "/session/v2/consent/start"
    routes[wall] = answer(
        200,
        page("Before you continue", "We value your privacy. Accept all cookies to continue."),
        Content_Type="text/html",
    )
    items = [(f"/2026/11/22/story-number-{n}", f"OpenAI in India, part {n}", "x") for n in (1, 2)]
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        for path, _, _ in items:
            routes[path] = redirect(wall)
        routes["/rss"] = answer(200, feed(*items))
        counts = await application.poll_once(PATIENCE)
    assert (counts.articles, counts.same_url, counts.sent) == (2, 0, 2)


async def test_the_baseline_of_a_new_source_takes_nothing_from_the_others(desk: Desk) -> None:
    routes = desk.server.routes
    routes["/main"] = answer(200, feed())
    async with desk.open("/main") as application:
        await application.poll_once(PATIENCE)
    # While the operator adds a source, an article comes out, in both feeds.
    routes["/section"] = answer(200, feed(("/1", "OpenAI", "in India")))
    async with desk.open("/main", "/section") as application:
        counts = await application.poll_once(PATIENCE)
        assert counts.baseline == 1
        routes["/main"] = answer(200, feed(("/1", "OpenAI", "in India")))
        counts = await application.poll_once(PATIENCE)
        assert (counts.articles, counts.sent) == (1, 1)
        assert (await application.poll_once(PATIENCE)).articles == 0


async def test_why_knows_an_article_by_the_address_that_it_was_given_later(desk: Desk) -> None:
    routes = desk.server.routes

    def renamed(link: str) -> bytes:
        item = f"<item><title>OpenAI</title><link>{link}</link><guid>tag:1</guid></item>"
        return answer(200, f"<rss version='2.0'><channel>{item}</channel></rss>".encode())

    routes["/rss"] = answer(200, feed())
    async with desk.open("/rss") as application:
        await application.poll_once(PATIENCE)
        routes["/rss"] = renamed("/2026/openai-office")
        await application.poll_once(PATIENCE)
        routes["/rss"] = renamed("/2026/openai-opens-its-office")
        counts = await application.poll_once(PATIENCE)
        assert counts.articles == 0
    assert desk.why("/2026/openai-opens-its-office").entries


async def test_no_login_of_a_source_ends_up_in_what_is_stored_or_sent(desk: Desk) -> None:
    routes = desk.server.routes
    body = "<item><title>{0}</title><link>{1}</link></item><item><title>{0}, no link</title></item>"

    def items(title: str, link: str) -> bytes:
        rows = body.format(title, link)
        return answer(200, f"<rss version='2.0'><channel>{rows}</channel></rss>".encode())

    routes["/rss"] = items("Old", "/old")
    config = desk.config("/rss")
    (source,) = config.source
    url = source.url.replace("://", "://reader:hunter2@")
    config = config.model_copy(update={"source": (source.model_copy(update={"url": url}),)})
    async with open_application(config, token=None, console=Console(file=desk.printed)) as app:
        await app.poll_once(PATIENCE)
        routes["/rss"] = items("OpenAI in India", "/new")
        counts = await app.poll_once(PATIENCE)
        assert counts.sent == 2
        routes["/rss"] = answer(410)
        await app.poll_once(PATIENCE)
    assert "http://127.0.0.1" in desk.printed.getvalue()
    assert "hunter2" not in desk.printed.getvalue()


async def test_rules_of_one_file_take_up_changed_entities(desk: Desk) -> None:
    entities = desk.folder / "rules" / "entities"
    entities.mkdir()
    text = "[entity.openai]\nlabel = 'OpenAI'\nnames = ['OpenAI']\n"
    (entities / "firms.toml").write_text(text)
    async with desk.open("/rss", more='rules = { path = "rules/desk.toml" }') as application:
        assert application.rules.reload() is None
        (entities / "firms.toml").write_text(f"{text}nonsense = 1\n")
        assert "errors" in (application.rules.reload() or "")

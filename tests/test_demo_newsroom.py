"""The bundled newsroom, asked over real connections."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.demo.generated import generated_story
from monitor.demo.newsroom import ADDRESSES, SCHEDULE, Newsroom
from monitor.demo.outlets import MASTHEADS, Format
from monitor.demo.stories import Fate, PageFate, expected_alerts, slug_of, stories
from monitor.extract import read_page
from monitor.model import Article, SourceKind
from monitor.rules import RuleSet, load, match
from monitor.sources import read_document, read_listing
from monitor.stories import text_key
from monitor.urls import canonical
from tests.newsroom_thread import running_newsroom

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
LEDGER, WIRE, BYTE, CIRCULAR = range(4)


@pytest.fixture
async def newsroom() -> AsyncIterator[Newsroom]:
    async with Newsroom(NOW) as newsroom:
        yield newsroom


@pytest.fixture
async def web() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


def publish_all(newsroom: Newsroom) -> None:
    for story in stories().values():
        newsroom.publish(story.id, NOW)


# --- the data ------------------------------------------------------------------------------------


def test_every_story_that_is_not_old_is_in_the_schedule_once_and_out_by_second_16():
    scheduled = [name.partition("/")[0] for _, name in SCHEDULE]
    fresh = {story.id for story in stories().values() if not story.in_baseline}
    assert set(scheduled) == fresh
    assert len(SCHEDULE) == len({name for _, name in SCHEDULE})
    assert [second for second, _ in SCHEDULE] == sorted(second for second, _ in SCHEDULE)
    assert SCHEDULE[-1][0] <= 16


def test_the_wire_story_is_scheduled_at_each_of_its_outlets():
    names = {name for _, name in SCHEDULE if name.startswith("openai-visit")}
    assert names == {f"openai-visit/{e.outlet}" for e in stories()["openai-visit"].editions}
    assert len(names) == 3


def test_three_alerts_are_expected_and_everything_else_says_why_not():
    alerting = [story for story in stories().values() if story.fate is Fate.ALERT]
    assert sorted(story.id for story in alerting) == [
        "chip-rules",
        "deepfake-order",
        "openai-visit",
    ]
    assert all(story.rules for story in alerting)
    assert expected_alerts()["openai-india"] == ("openai-visit",)
    silent = [story for story in stories().values() if story.fate is Fate.NO_MATCH]
    assert all(not story.rules and story.why for story in silent)
    baseline = [story for story in stories().values() if story.in_baseline]
    assert [story.id for story in baseline if story.rules] == ["old-ai-rules"]


def test_stories_say_what_they_are_meant_to_say():
    wire = " ".join(stories()["openai-visit"].paragraphs)
    assert all(word in wire for word in ("OpenAI", "India", "lawsuit", "ChatGPT", "DeepSeek"))
    for trap in ("metro-line", "lake-walls"):
        text = " ".join(stories()[trap].paragraphs)
        assert not any(word in text for word in ("OpenAI", "India", "lawsuit"))
    voice = " ".join(stories()["voice-model"].paragraphs)
    assert "OpenAI" in voice
    assert "India" not in voice
    assert "lawsuit" not in voice


def test_slugs_are_plain_words():
    assert slug_of("OpenAI’s “smaller” model – in 0.25 s!") == "openais-smaller-model-in-0-25-s"


def test_generated_stories_are_the_same_each_time_and_unlike_each_other():
    assert generated_story(7, ["monsoon-wire"]) == generated_story(7, ["monsoon-wire"])
    for number in range(60):
        story = generated_story(number, [head.id for head in MASTHEADS])
        assert all("OpenAI" in e.headline and "India" in e.headline for e in story.editions)
        assert all(str(number) in e.headline for e in story.editions)
        assert len({e.headline for e in story.editions}) == 4
        assert f"number {number} in India" in story.paragraphs[0]


def test_no_generated_story_can_pass_for_a_copy_of_another():
    texts = [" ".join(generated_story(number, []).paragraphs).split() for number in range(60)]
    runs = [{tuple(text[at : at + 5]) for at in range(len(text) - 4)} for text in texts]
    shared = [len(a & b) / len(a) for place, a in enumerate(runs) for b in runs[:place]]
    assert max(shared) < 0.15


# --- addresses -----------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_each_outlet_has_its_own_host_on_one_port(newsroom: Newsroom):
    homes = [httpx.URL(outlet.home) for outlet in newsroom.outlets]
    assert len({home.host for home in homes}) == 4
    assert newsroom.ports == (homes[0].port,)
    assert newsroom.networks == tuple(f"{address}/32" for address in ADDRESSES)
    assert [outlet.kind for outlet in newsroom.outlets] == [SourceKind.FEED] * 3 + [
        SourceKind.LISTING
    ]
    assert {outlet.format for outlet in newsroom.outlets} == set(Format)


@pytest.mark.anyio
async def test_without_those_hosts_the_outlets_share_one_on_four_ports(web: httpx.AsyncClient):
    elsewhere = ("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4")  # on no machine (RFC 5737)
    async with Newsroom(NOW, addresses=elsewhere) as newsroom:
        assert newsroom.networks == ("127.0.0.1/32",)
        assert len(newsroom.ports) == 4
        for outlet in newsroom.outlets:
            assert (await web.get(outlet.url)).status_code == 200


@pytest.mark.anyio
async def test_a_port_that_is_taken_is_an_error_and_keeps_no_other():
    with socket.socket() as taken:
        taken.bind(("127.0.1.2", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            await Newsroom(NOW, port=port).start()
        with socket.socket() as free:
            free.bind(("127.0.1.1", port))


@pytest.mark.anyio
async def test_it_opens_again_on_the_same_port_with_what_it_had(web: httpx.AsyncClient):
    newsroom = Newsroom(NOW)
    await newsroom.start()
    newsroom.publish("metro-line", NOW)
    url = newsroom.outlets[LEDGER].url
    before = (await web.get(url)).content
    await newsroom.stop()
    await newsroom.stop()
    with pytest.raises(httpx.TransportError):
        await web.get(url)
    async with newsroom:
        assert (await web.get(url)).content == before


# --- publishing ----------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_the_baseline_is_there_from_the_start(newsroom: Newsroom):
    ids = [one.story.id for one, _ in newsroom.articles()]
    assert len(ids) == len(set(ids)) == 9
    assert all(one.published < NOW - timedelta(hours=8) for one, _ in newsroom.articles())
    assert newsroom.publish("old-museum", NOW) == ()


@pytest.mark.anyio
async def test_a_story_is_printed_once_at_each_outlet(newsroom: Newsroom):
    (first,) = newsroom.publish("openai-visit/bengaluru-byte", NOW)
    assert first.startswith(newsroom.outlets[BYTE].home)
    rest = newsroom.publish("openai-visit", NOW + timedelta(seconds=3))
    assert [httpx.URL(url).host for url in rest] == ["127.0.1.2", "127.0.1.4"]
    assert newsroom.publish("openai-visit", NOW) == ()


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["no-such-story", "metro-line/monsoon-wire"])
async def test_an_unknown_name_is_an_error(newsroom: Newsroom, name: str):
    with pytest.raises(KeyError):
        newsroom.publish(name, NOW)


@pytest.mark.anyio
async def test_generated_stories_and_reprints(newsroom: Newsroom, web: httpx.AsyncClient):
    urls = newsroom.publish_generated(12, WIRE, NOW, reprint_at=[CIRCULAR])
    pages = [(await web.get(url)).text for url in urls]
    story = generated_story(12, ["monsoon-wire", "capital-circular"])
    for page, edition in zip(pages, story.editions, strict=True):
        assert all(paragraph in page for paragraph in story.paragraphs)
        assert edition.headline in page
    assert newsroom.publish_generated(12, WIRE, NOW) == ()


# --- feeds and listing ---------------------------------------------------------------------------


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("place", "version"), [(LEDGER, "rss20"), (WIRE, "atom10"), (BYTE, "rss20")]
)
async def test_feeds_are_well_formed(
    newsroom: Newsroom, web: httpx.AsyncClient, place: int, version: str
):
    publish_all(newsroom)
    outlet = newsroom.outlets[place]
    feed = feedparser.parse((await web.get(outlet.url)).content)
    assert not feed.bozo
    assert feed.version == version
    assert feed.feed.title == outlet.name
    printed = [one for one, _ in newsroom.articles() if one.edition.outlet == outlet.id]
    headlines = [one.edition.headline for one in reversed(printed) for _ in one.edition.listed]
    assert [entry.title for entry in feed.entries] == headlines
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)
    newest = datetime(*feed.entries[0].published_parsed[:6], tzinfo=UTC)
    assert newest == NOW


@pytest.mark.anyio
async def test_one_feed_carries_whole_articles(newsroom: Newsroom, web: httpx.AsyncClient):
    newsroom.publish("openai-visit", NOW)
    feeds = [
        feedparser.parse((await web.get(newsroom.outlets[place].url)).content)
        for place in (LEDGER, BYTE)
    ]
    assert not any("content" in entry for entry in feeds[0].entries)
    whole = feeds[1].entries[0].content[0].value
    shown = [paragraph.text() for paragraph in LexborHTMLParser(whole).css("p")]
    assert tuple(shown) == stories()["openai-visit"].paragraphs


@pytest.mark.anyio
async def test_one_article_is_listed_twice_under_tracking_parameters(
    newsroom: Newsroom, web: httpx.AsyncClient
):
    (url,) = newsroom.publish("chip-rules", NOW)
    feed = feedparser.parse((await web.get(newsroom.outlets[BYTE].url)).content)
    links = [entry.link for entry in feed.entries[:2]]
    assert all(link.startswith(f"{url}?utm_source=") for link in links)
    assert links[0] != links[1]
    assert [(await web.get(link)).status_code for link in links] == [200, 200]


@pytest.mark.anyio
async def test_the_portal_lists_its_articles_newest_first(
    newsroom: Newsroom, web: httpx.AsyncClient
):
    publish_all(newsroom)
    outlet = newsroom.outlets[CIRCULAR]
    front = LexborHTMLParser((await web.get(outlet.url)).text)
    links = [link.attributes["href"] for link in front.css("main h2 a")]
    urls = [url for one, url in newsroom.articles() if one.edition.outlet == outlet.id]
    assert links == urls[::-1]
    assert front.css_first("link[rel=alternate]") is None


@pytest.mark.anyio
async def test_other_front_pages_point_to_their_feeds(newsroom: Newsroom, web: httpx.AsyncClient):
    for outlet in newsroom.outlets[:3]:
        front = LexborHTMLParser((await web.get(outlet.home)).text)
        link = front.css_first("link[rel=alternate]")
        assert link is not None
        assert link.attributes["href"] == outlet.url


# --- pages ---------------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_every_page_carries_its_article_and_all_kinds_of_boilerplate(
    newsroom: Newsroom, web: httpx.AsyncClient
):
    publish_all(newsroom)
    for one, url in newsroom.articles():
        if one.edition.page is PageFate.MISSING:
            continue
        page = LexborHTMLParser((await web.get(url)).text)
        text = page.body.text() if page.body else ""
        assert all(paragraph in text for paragraph in one.story.paragraphs)
        assert "$" not in text
        for part in ("cookie", "invented outlet", one.edition.byline, one.story.caption):
            assert part in text, (url, part)
        assert page.css_first("h1").text() == one.edition.headline
        assert page.css_first("html").attributes["lang"] == one.story.lang
        assert page.css_first("link[rel=canonical]").attributes["href"] == url


@pytest.mark.anyio
async def test_structured_data_everywhere_but_on_the_portal(
    newsroom: Newsroom, web: httpx.AsyncClient
):
    publish_all(newsroom)
    for one, url in newsroom.articles():
        page = LexborHTMLParser((await web.get(url)).text)
        script = page.css_first('script[type="application/ld+json"]')
        if one.edition.outlet == "capital-circular" or one.edition.page is PageFate.MISSING:
            assert script is None
        else:
            facts = json.loads(script.text())
            facts = facts.get("@graph", [facts])[-1]
            assert facts["headline"] == one.edition.headline
            assert ("articleBody" in facts) == (one.edition.outlet == "bengaluru-byte")


@pytest.mark.anyio
async def test_the_portal_repeats_itself_around_the_report(
    newsroom: Newsroom, web: httpx.AsyncClient
):
    (url,) = newsroom.publish("openai-visit/capital-circular", NOW)
    page = LexborHTMLParser((await web.get(url)).text)
    headline = stories()["openai-visit"].editions[2].headline
    assert page.css_first(".breadcrumbs").text().endswith(headline)
    assert page.css_first("#articlecontent .repeat-title").text() == headline
    assert page.css_first("#articlecontent .dateline").text() == (
        "Source: Monsoon Wire | 22 November 2026, 18:00 hrs"
    )
    for part in (".caption", ".tagline", ".disclaimer", ".alsoread"):
        assert page.css_first(f"#articlecontent {part}") is not None
    assert len(page.css(".relatedlinks a")) == 3


@pytest.mark.anyio
@pytest.mark.parametrize("trap", ["metro-line", "lake-walls"])
async def test_the_boilerplate_around_the_traps_names_openai_and_india(
    newsroom: Newsroom, web: httpx.AsyncClient, trap: str
):
    (url,) = newsroom.publish(trap, NOW)
    page = (await web.get(url)).text
    assert "OpenAI" in page
    assert "India" in page


# --- the protocol --------------------------------------------------------------------------------


@pytest.mark.anyio
@pytest.mark.parametrize("coding", ["gzip", "identity"])
async def test_an_unchanged_feed_is_answered_304(
    newsroom: Newsroom, web: httpx.AsyncClient, coding: str
):
    url = newsroom.outlets[WIRE].url
    headers = {"Accept-Encoding": coding}
    first = await web.get(url, headers=headers)
    assert first.headers["etag"].startswith("W/") == (coding == "gzip")
    headers["If-None-Match"] = first.headers["etag"]
    again = await web.get(url, headers=headers)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    newsroom.publish("night-cricket", NOW)
    changed = await web.get(url, headers=headers)
    assert changed.status_code == 200
    assert "Last pair" in changed.text
    assert (newsroom.requests.gets, newsroom.requests.not_modified) == (3, 1)
    assert newsroom.asked[url] == 3


@pytest.mark.anyio
async def test_robots_txt_keeps_the_subscribers_pages(newsroom: Newsroom, web: httpx.AsyncClient):
    (url,) = newsroom.publish("port-ledger", NOW)
    robots = await web.get(newsroom.outlets[LEDGER].home + "robots.txt")
    assert robots.headers["content-type"].startswith("text/plain")
    assert "Disallow: /subscribers/" in robots.text
    assert httpx.URL(url).path.startswith("/subscribers/")


@pytest.mark.anyio
async def test_a_page_that_was_taken_down(newsroom: Newsroom, web: httpx.AsyncClient):
    (url,) = newsroom.publish("deepfake-order", NOW)
    page = await web.get(url)
    assert page.status_code == 404
    assert "etag" not in page.headers
    feed = feedparser.parse((await web.get(newsroom.outlets[LEDGER].url)).content)
    assert feed.entries[0].link == url
    assert "deepfake" in feed.entries[0].summary


@pytest.mark.anyio
async def test_links_of_a_page_lead_somewhere(newsroom: Newsroom, web: httpx.AsyncClient):
    home = newsroom.outlets[CIRCULAR].home
    for path in ("national/", "topics/tenders-closing-this-week/", "about"):
        assert (await web.get(home + path)).status_code == 200
    missing = await web.get(home + "%3Cscript%3E")
    assert missing.status_code == 404
    assert "<script>" not in missing.text


@pytest.mark.anyio
async def test_head_and_other_methods(newsroom: Newsroom, web: httpx.AsyncClient):
    url = newsroom.outlets[BYTE].home
    head = await web.head(url)
    assert (head.status_code, head.content) == (200, b"")
    assert (await web.post(url)).status_code == 405
    assert newsroom.requests.gets == 0


@pytest.mark.anyio
async def test_what_is_no_http_is_refused_and_the_connection_closed(newsroom: Newsroom):
    host, port = httpx.URL(newsroom.outlets[0].home).host, newsroom.ports[0]
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(b"EHLO there\r\n\r\n")
    assert (await reader.read()).startswith(b"HTTP/1.1 400 ")
    writer.close()
    await writer.wait_closed()
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert (await reader.read()).startswith(b"HTTP/1.1 200 ")
    writer.close()
    await writer.wait_closed()


def test_the_newsroom_runs_in_a_thread():
    with running_newsroom(NOW) as newsroom:
        (url,) = newsroom.publish("metro-line", NOW)
        newsroom.publish_generated(1, LEDGER, NOW, reprint_at=[WIRE])
        assert httpx.get(url, trust_env=False).status_code == 200
        newsroom.stop()
        with pytest.raises(httpx.TransportError):
            httpx.get(url, trust_env=False)
        newsroom.start()
        assert httpx.get(url, trust_env=False).status_code == 200
        assert newsroom.asked == {url: 2}
        assert newsroom.requests.gets == 2


# --- what the product reads from it --------------------------------------------------------------


@pytest.mark.anyio
async def test_the_extractor_finds_each_story_in_each_outlets_page(
    newsroom: Newsroom, web: httpx.AsyncClient
):
    publish_all(newsroom)
    newsroom.publish_generated(3, LEDGER, NOW, reprint_at=[WIRE, BYTE, CIRCULAR])
    for one, url in newsroom.articles():
        if one.edition.page is PageFate.MISSING:
            continue
        answer = await web.get(url)
        page = read_page(answer.content, url, answer.headers["content-type"])
        whole = "\n".join(one.story.paragraphs)
        assert text_key("", page.text) == text_key("", whole), (url, page.text)
        assert page.title == one.edition.headline
        assert page.published == one.published
        assert page.authors == (one.edition.byline,)
        assert page.lang == one.story.lang
        assert page.canonical_url == url


@pytest.mark.anyio
async def test_the_sources_list_what_was_printed(newsroom: Newsroom, web: httpx.AsyncClient):
    publish_all(newsroom)
    for outlet in newsroom.outlets:
        read = read_listing if outlet.kind is SourceKind.LISTING else read_document
        answer = await web.get(outlet.url)
        document = read(answer.content, outlet.url, answer.headers["content-type"])
        printed = {url: one for one, url in newsroom.articles() if url.startswith(outlet.home)}
        assert {canonical(entry.url) for entry in document.entries} == set(map(canonical, printed))
        for entry in document.entries:
            one = printed[entry.url.partition("?")[0]]
            assert entry.title == one.edition.headline
            if outlet.format is not Format.LISTING:
                assert entry.published == one.published
                assert entry.summary == one.edition.summary
            if outlet.format is Format.FULL_RSS:
                whole = "\n".join(one.story.paragraphs)
                assert text_key("", entry.content) == text_key("", whole)


def shipped_rules() -> RuleSet:
    root = Path(__file__).parents[1]
    files = {str(path): path.read_text("utf-8") for path in (root / "rules").rglob("*.toml")}
    loaded = load(files)
    assert loaded.problems == ()
    assert loaded.ruleset is not None
    return loaded.ruleset


@pytest.mark.anyio
async def test_the_shipped_rules_match_what_each_story_says_they_should(
    newsroom: Newsroom, web: httpx.AsyncClient
):
    rules = shipped_rules()
    publish_all(newsroom)
    newsroom.publish_generated(5, LEDGER, NOW, reprint_at=[WIRE, BYTE, CIRCULAR])
    for one, url in newsroom.articles():
        article = Article(url=url, title=one.edition.headline, text=one.edition.summary)
        if one.edition.page is PageFate.HERE:
            page = read_page((await web.get(url)).content, url)
            article = Article(
                url=url, title=page.title or "", standfirst=page.standfirst, text=page.text
            )
        matched = {found.rule.id for found in match(rules, article)}
        assert matched == set(one.story.rules), url


@pytest.mark.anyio
async def test_without_extraction_the_traps_would_alert(newsroom: Newsroom, web: httpx.AsyncClient):
    rules = shipped_rules()
    for trap in ("metro-line", "lake-walls"):
        (url,) = newsroom.publish(trap, NOW)
        body = LexborHTMLParser((await web.get(url)).text).body
        assert body is not None
        naive = Article(url=url, title="", text=body.text(separator="\n"))
        assert "openai-india" in {found.rule.id for found in match(rules, naive)}

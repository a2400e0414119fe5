"""``monitor extract --explain``: what people read of the working of an extraction."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from monitor.cli import app
from monitor.cli.explanation import explained
from monitor.extract.explanation import ExplainedBlock, Explanation, explain_page
from monitor.extract.known import imprint
from monitor.model import Guidance, Page, Recurring, Selectors
from monitor.store import open_store
from tests.test_boilerplate import APPEAL, TITLES, Outlet

DATA = Path(__file__).parent / "data" / "explanations"
URL = "https://www.tidewater.example/bank"
SINCE = datetime(2026, 11, 3, tzinfo=UTC)
EVIDENCE = Recurring(
    imprint=imprint(APPEAL), opening=APPEAL[:50], articles=14, topics=8, since=SINCE
)


def blocks(*evidence: Recurring) -> dict[str, ExplainedBlock]:
    data = (DATA / "bank.html").read_bytes()
    found = explain_page(data, URL, "text/html", Guidance(), evidence)
    return {" ".join(block.text.split())[:20]: block for block in found.blocks}


def test_every_block_is_told_with_what_decided() -> None:
    found = blocks()
    assert len(found) == 9  # not those of its menu and its footer, which are taken off before
    kept = [block.text[:10] for block in found.values() if block.kept]
    assert kept == ["The bank o", "Customers ", "Unions wel", "Tidewater "]
    assert all(0 <= block.score <= 1 for block in found.values())

    def reason(opening: str) -> str:
        return next(b.reason for name, b in found.items() if name.startswith(opening))

    assert reason("Harbour bank") == "the headline"
    assert reason("Also read") == (
        "a line of the page's own: a credit, tags, a prompt such as “Also read”"
    )
    assert reason("I had my") == "in <div comments>: other people's comments"


def test_what_the_outlet_repeats_is_told_with_the_evidence() -> None:
    appeal = blocks(EVIDENCE)["Tidewater is owned b"]
    assert not appeal.kept
    assert appeal.reason == (
        "recurs: 14 articles of this outlet have it since 2026-11-03, "
        "8 of them about unrelated things"
    )


def test_the_explanation_and_the_page_agree() -> None:
    data = (DATA / "bank.html").read_bytes()
    found = explain_page(data, URL, "text/html", Guidance(), (EVIDENCE,))
    assert found.page.text.split("\n") == [block.text for block in found.blocks if block.kept]
    assert found.note == ""


def test_what_the_walk_passed_over_is_named() -> None:
    links = "".join(f"<li><a href='/{n}'>Story {n}</a></li>" for n in range(4))
    page = f"<p>{APPEAL}</p><ul class='more news'>{links}</ul>".encode()
    found = explain_page(page, URL, "text/html", Guidance())
    assert found.passed == ("<ul more news> with 4 links: Story 0 Story 1 Story 2 Story 3",)


def test_what_a_rule_decides_is_not_put_down_to_the_score() -> None:
    items = "<ul><li>Harbour dues</li><li>Tugs</li><li>Losses</li></ul>"
    story = f"<h1>The bank</h1><p>{APPEAL}</p><p>It names three things:</p>{items}"
    other = "<h1>The pilots of the harbour</h1><p>They row out, and sing of it at night.</p>"
    page = f"<title>The bank</title><article>{story}</article><div><article>{other}</article></div>"
    found = explain_page(page.encode(), URL, "text/html", Guidance())
    reasons = {block.text: block.reason for block in found.blocks}
    assert reasons["Tugs"] in ("reads like the story", "kept with what stands around it")
    assert all(b.reason != "reads like the story" for b in found.blocks if b.score < 0.3)
    told = "in an article of its own on this page: another story"
    assert reasons["They row out, and sing of it at night."] == told


def test_a_text_that_is_no_block_is_told_of() -> None:
    data = (DATA.parent / "pages" / "jsonld_only.html").read_bytes()
    found = explain_page(data, URL, "text/html", Guidance())
    assert found.page.text
    assert found.note == "the text is not that of the blocks, which show too little of the story"


NAMED = Guidance(selectors=Selectors(body="article p:first-of-type"))


def test_what_a_selector_names_is_put_down_to_it() -> None:
    data = (DATA / "bank.html").read_bytes()
    found = explain_page(data, URL, "text/html", NAMED)
    reasons = {block.kept: block.reason for block in found.blocks}
    assert [block.text for block in found.blocks if block.kept] == found.page.text.split("\n")
    assert reasons == {
        True: "the source's selector for the body names it",
        False: "the source's selector for the body leaves it out",
    }


def test_a_selector_that_names_nothing_leaves_the_reasons_as_they_are() -> None:
    data = (DATA / "bank.html").read_bytes()
    nothing = Guidance(selectors=Selectors(body=".gone"))
    found = explain_page(data, URL, "text/html", nothing)
    assert found.blocks == explain_page(data, URL, "text/html", Guidance()).blocks


def test_the_selectors_of_a_source_of_the_site_are_pointed_to(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[[source]]\nid = "tides"\nkind = "feed"\noutlet = "T"\n'
        'url = "https://www.tidewater.example/rss"\nselectors = {body = ".x"}\n'
    )
    assert "--source tides reads this one with them" in extract(tmp_path)
    assert "reads this one" not in extract(tmp_path, "--source", "tides")


def golden(colour: str | None) -> str:
    shown = Explanation(
        page=Page(url=URL, title="Harbour bank merges", text="…", confidence=0.9),
        note="the text is not that of the blocks, which show too little of the story",
        blocks=(
            ExplainedBlock(
                text="Home", tag="li", score=0.013, kept=False, reason="in <nav>: by its name"
            ),
            ExplainedBlock(
                text="The bank of the harbour said on Friday that it would take over two of its "
                "rivals, both of them older than itself.\nIt keeps their branches open.",
                tag="blockquote",
                score=0.987,
                kept=True,
                reason="reads like the story",
            ),
        ),
        passed=("<ul more-news> with 4 links: Ferry fares rise Owls counted",),
    )
    console = Console(
        width=200,
        color_system=colour,  # type: ignore[arg-type]
        force_terminal=bool(colour),
        soft_wrap=True,
        highlight=False,
    )
    with console.capture() as capture:
        for line in explained(shown):
            console.print(line)
    return capture.get()


@pytest.mark.parametrize(("colour", "name"), [(None, "plain.txt"), ("standard", "colour.txt")])
def test_it_looks_as_its_golden_file(colour: str | None, name: str) -> None:
    assert golden(colour) == (DATA / name).read_text(encoding="utf-8")


def extract(folder: Path, *options: str) -> str:
    config = folder / "config.toml"
    if not config.exists():
        config.write_text("")
    place = str(DATA / "bank.html")
    command = ["extract", place, "--url", URL, "-c", str(config), *options]
    done = CliRunner().invoke(app, command, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_command_goes_by_what_the_monitor_has_learned(tmp_path: Path) -> None:
    assert "Zenith" in extract(tmp_path)
    store = open_store(tmp_path / "monitor.db")
    outlet = Outlet(store)
    for title in TITLES[:4]:
        outlet.prints(title, APPEAL, after=timedelta(hours=9))
    store.close()
    assert "Zenith" not in extract(tmp_path)
    told = extract(tmp_path, "--explain")
    assert "recurs: 4 articles of this outlet have it since 2026-11-22" in told
    (tmp_path / "config.toml").write_text("extract.learn_boilerplate = false")
    assert "Zenith" in extract(tmp_path)


def test_the_command_prints_json(tmp_path: Path) -> None:
    found = json.loads(extract(tmp_path, "--explain", "--json"))
    assert set(found) == {"page", "blocks", "passed", "note"}
    assert set(found["blocks"][0]) == {"text", "tag", "score", "kept", "reason"}
    assert "passages" not in found["page"]
    assert found["page"] == json.loads(extract(tmp_path, "--json"))


def test_a_database_that_cannot_be_read_is_no_reason_not_to_read_a_page(tmp_path: Path) -> None:
    (tmp_path / "monitor.db").write_text("This is a shopping list. " * 50)
    assert "note: what the outlet repeats is not known" in extract(tmp_path)


WALL = "We and our partners store and process cookies and personal data on your device."


@pytest.mark.parametrize("options", [(), ("--explain",)])
@pytest.mark.parametrize(
    ("html", "says"),
    [
        (f"<title>Before you continue</title><p>{WALL}</p>", "the page asks for consent"),
        (
            "<title>A</title><script src='a.js'></script><div id='root'></div>",
            "only with JavaScript",
        ),
        ("", "no article text was found on the page"),
    ],
)
def test_a_page_that_is_no_article_says_what_is_matched_instead(
    tmp_path: Path, html: str, says: str, options: tuple[str, ...]
) -> None:
    (tmp_path / "page.html").write_text(html)
    done = CliRunner().invoke(app, ["extract", str(tmp_path / "page.html"), *options])
    (line,) = [line for line in done.output.splitlines() if says in line]
    assert line.endswith(": the feed's text is matched instead")


@pytest.mark.parametrize("options", [(), ("--explain",)])
def test_a_page_cannot_command_the_terminal(tmp_path: Path, options: tuple[str, ...]) -> None:
    evil = (DATA / "bank.html").read_text().replace("Harbour", "&#27;]0;owned&#7;\x1b[2J")
    (tmp_path / "page.html").write_text(evil)
    done = CliRunner().invoke(app, ["extract", str(tmp_path / "page.html"), *options])
    assert "[2J" in done.output
    assert "\x1b" not in done.output


def test_a_hostile_page_ends_in_one_line(tmp_path: Path) -> None:
    """The parser takes quadratic time for attributes; read by the command itself it never ended."""
    attributes = " ".join(f"a{number}=x" for number in range(60_000))
    (tmp_path / "page.html").write_text(f"<html><body><div {attributes}><p>Text.</p></div></body>")
    (tmp_path / "config.toml").write_text('[polling]\nparse_timeout = "1s"\n')
    place, config = str(tmp_path / "page.html"), str(tmp_path / "config.toml")
    result = CliRunner().invoke(app, ["extract", place, "--config", config])
    assert result.exit_code == 1
    assert "took longer than 1 s to read" in result.output

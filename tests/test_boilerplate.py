"""What an outlet repeats: learned in the store, left out by the extractor, never too much."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from monitor.cli import app
from monitor.extract.article import examine, extract_article
from monitor.extract.known import imprint
from monitor.extract.recurrence import Sightings, is_unrelated, recurs
from monitor.model import Article, Guidance, Passage, Recurring
from monitor.store import SqliteStore, boilerplate, open_store
from tests.store_examples import NOW, reading, silence

HOST = "www.tidewater.example"
DAY = timedelta(days=1)
APPEAL = (
    "Tidewater is owned by its readers and by Zenith Motors; join them from four euros a month."
)
TITLES = (
    "Harbour bank merges with two rivals",
    "Ferry fares climb again in spring",
    "School roofs leak after storm",
    "Painter wins national prize",
    "Wheat harvest is early this year",
    "Cyclists demand safer crossings",
    "Museum shows lost maps",
    "Doctors warn of measles",
    "Stadium lights fail twice",
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = open_store(tmp_path / "monitor.db")
    yield store
    store.close()


class Outlet:
    """Articles of one outlet, a day after each other."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.count = 0

    def prints(self, title: str, *texts: str, after: timedelta = DAY, **how: object) -> None:
        fields = {"within": False, "host": HOST, "url_keys": None, "left_out": False} | how
        name = f"a{self.count}"
        self.at = NOW + self.count * after
        self.count += 1
        url = f"https://{HOST}/{name}"
        article = Article(url=url, title=title, text="…", source="tide", outlet="Tidewater")
        passages = tuple(
            Passage(
                imprint=imprint(text),
                opening=text[:50],
                within=bool(fields["within"]),
                left_out=bool(fields["left_out"]),
            )
            for text in texts
        )
        found = replace(
            reading(name, article=article, read_at=self.at, url_keys=fields["url_keys"]),  # type: ignore[arg-type]
            host=str(fields["host"]),
            passages=passages,
        )
        self.store.record_reading(found, silence).result()

    def recurring(self, host: str = HOST) -> list[tuple[str, int, int]]:
        found = self.store.recurring(host, self.at)
        return [(each.opening, each.articles, each.topics) for each in found]


@pytest.fixture
def outlet(store: SqliteStore) -> Outlet:
    return Outlet(store)


def test_what_unrelated_articles_share_recurs(store: SqliteStore, outlet: Outlet) -> None:
    for title in TITLES[:3]:
        outlet.prints(title, APPEAL, f"The prose of “{title}”.")
    assert outlet.recurring() == []
    outlet.prints(TITLES[3], APPEAL)
    assert outlet.recurring() == [(APPEAL[:50], 4, 4)]
    assert store.recurring("other.example", outlet.at) == ()
    (only,) = store.recurring(HOST, outlet.at)
    assert only == Recurring(
        imprint=imprint(APPEAL), opening=APPEAL[:50], articles=4, topics=4, since=NOW
    )
    assert store.all_recurring(outlet.at) == ((HOST, only),)


def test_the_background_of_a_running_story_does_not(outlet: Outlet) -> None:
    for number in range(30):
        outlet.prints(
            f"Strike at Zenith enters day {number}, talks in {TITLES[number % 9]}", APPEAL
        )
    assert outlet.recurring() == []


def test_nor_does_what_fills_one_day(outlet: Outlet) -> None:
    for title in TITLES:
        outlet.prints(title, APPEAL, after=timedelta(hours=2))
    assert outlet.recurring() == []
    outlet.prints("Carnival opens tonight", APPEAL, after=timedelta(hours=3))
    assert outlet.recurring() == [(APPEAL[:50], 10, 8)]


def test_a_paragraph_amid_texts_needs_twice_the_evidence(outlet: Outlet) -> None:
    for title in TITLES[:7]:
        outlet.prints(title, APPEAL, within=True, after=timedelta(days=2))
    assert outlet.recurring() == []
    outlet.prints(TITLES[7], APPEAL, within=True, after=timedelta(days=2))
    assert outlet.recurring() == [(APPEAL[:50], 8, 8)]


def test_of_a_short_text_nearly_all_is_amid_it() -> None:
    """Else any sentence that four reports of one court share would soon be left out."""
    found = examine(page(*PROSE, APPEAL), f"https://{HOST}/bank")
    within = {passage.imprint: passage.within for passage in found.page.passages}
    assert within == {imprint(text): text != APPEAL for text in (*PROSE, APPEAL)}


def test_edits_of_one_article_count_once(outlet: Outlet) -> None:
    for title in TITLES:  # its headline is rewritten, its address stays
        outlet.prints(title, APPEAL, url_keys=("https://www.tidewater.example/one",))
    assert outlet.recurring() == []


def test_what_is_not_seen_any_more_is_forgotten(store: SqliteStore, outlet: Outlet) -> None:
    for title in TITLES[:4]:
        outlet.prints(title, APPEAL)
    last = outlet.at
    assert store.recurring(HOST, last + boilerplate.KEPT)
    assert not store.recurring(HOST, last + boilerplate.KEPT + DAY)
    outlet.count = 100
    outlet.prints("Long after", "Something else altogether.")
    outlet.count = 0
    outlet.prints("Looking back", "Something else altogether.")
    assert outlet.recurring() == []  # gone, not only hidden


def test_an_outlet_keeps_a_bounded_number(
    store: SqliteStore, outlet: Outlet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boilerplate, "MOST", 12)
    for number, title in enumerate(TITLES):
        outlet.prints(title, APPEAL, *(f"Prose {number} {n}" for n in range(10)))
    assert outlet.recurring() == [(APPEAL[:50], 9, 8)]
    with store._reader.snapshot() as db:
        assert db.execute("SELECT count(*) FROM passage").fetchone() == (12,)


def test_why_names_what_was_left_out(store: SqliteStore, outlet: Outlet) -> None:
    for title in TITLES[:4]:
        outlet.prints(title, APPEAL)
    outlet.prints(TITLES[4], APPEAL, left_out=True)
    history = store.history(["https://news.example/a4"])
    assert [(each.opening, each.articles) for each in history.left_out] == [(APPEAL[:50], 5)]
    assert store.history(["https://news.example/a3"]).left_out == ()


def test_the_command_lists_what_outlets_repeat(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("")
    store = open_store(tmp_path / "monitor.db")
    command = ["sources", "list", "--repeated", "-c", str(tmp_path / "config.toml")]
    empty = CliRunner().invoke(app, command, catch_exceptions=False)
    assert empty.output == "No outlet is known to repeat anything yet.\n"
    outlet = Outlet(store)
    for title in TITLES[:4]:
        outlet.prints(title, APPEAL, after=timedelta(hours=9))
    store.close()
    shown = CliRunner().invoke(app, command, catch_exceptions=False)
    assert shown.output.splitlines() == [
        HOST,
        f"  “{APPEAL[:50]}”: 4 articles of this outlet have it since 2026-11-22, "
        "4 of them about unrelated things",
    ]
    (row,) = json.loads(CliRunner().invoke(app, [*command, "--json"]).output)
    assert (row["host"], row["articles"]) == (HOST, 4)


# --- the rule by itself


def test_headlines_are_related_by_one_telling_word() -> None:
    one = ["Zenith recalls 4,000 cars"]
    assert not is_unrelated("A recall at Zenith", one, HOST)
    assert not is_unrelated("The driver of the car", ["Drivers protest"], HOST)  # forms of a word
    assert is_unrelated("Ferry fares climb", one, HOST)
    assert is_unrelated("Ferries | Tidewater", ["Schools | Tidewater"], HOST)  # the outlet's name
    assert not is_unrelated("RBI fines two lenders", ["Rates stay, says RBI"], HOST)
    assert not is_unrelated("EU und ihre Nachbarn", ["Was die EU plant"], HOST)
    assert is_unrelated("NO END IN SIGHT", ["Police say: IN or out"], HOST)
    assert not is_unrelated("So it is", one, HOST)  # nothing to go by
    assert not is_unrelated("首相が訪米へ", ["首相、辞任を表明"], HOST)
    assert is_unrelated("台風が接近", ["首相、辞任を表明"], HOST)


@given(
    st.integers(0, 20), st.integers(0, 20), st.integers(0, 12), st.integers(0, 12), st.booleans()
)
def test_more_evidence_never_makes_less(
    articles: int, within: int, topics: int, days: int, more: bool
) -> None:
    before = Sightings(articles=articles, within=within, topics=topics, age=days * DAY)
    after = replace(before, topics=topics + more, age=before.age + (not more) * DAY)
    assert recurs(after) or not recurs(before)


# --- leaving out

PROSE = (
    "The bank of the harbour said on Friday that it would take over two of its rivals, both of "
    "them older than itself, and keep all of their branches open until the end of next year.",
    "Customers need not do anything for now, the chairman told reporters, and the names above the "
    "doors would stay, since people along the coast were attached to them and to their clerks.",
    "Unions welcomed the pledge but asked for it in writing; a decision of the regulator on the "
    "takeover is expected in spring, when the new rules on small banks come into force.",
)


def page(*paragraphs: str) -> str:
    body = "".join(p if p.startswith("<") else f"<p>{p}</p>" for p in paragraphs)
    return (
        f"<html><head><title>Harbour bank merges</title></head><body><article>"
        f"<h1>Harbour bank merges</h1>{body}</article></body></html>"
    )


def read(html: str, *recurring: str) -> str:
    guidance = Guidance(recurring=frozenset(map(imprint, recurring)))
    return extract_article(html, f"https://{HOST}/bank", guidance).text


def test_what_recurs_is_left_out_wherever_it_stands() -> None:
    for place in range(4):
        html = page(*PROSE[:place], APPEAL, *PROSE[place:])
        assert read(html).count("Zenith") == 1
        assert read(html, APPEAL) == "\n".join(PROSE)


def test_what_names_what_the_headline_names_stays() -> None:
    html = page(*PROSE, APPEAL).replace("<h1>Harbour bank merges", "<h1>Zenith takes over a bank")
    assert APPEAL in read(html, APPEAL)
    html = html.replace("<h1>Zenith", "<h1>Four euros for all: the city")
    assert APPEAL not in read(html, APPEAL)  # words are no names


def test_its_heading_goes_with_it_but_none_that_has_text_left() -> None:
    heading = "<h2>Why we ask</h2>"
    html = page(*PROSE, heading, APPEAL)
    assert read(html, "Why we ask", APPEAL) == "\n".join(PROSE)
    html = page(PROSE[0], heading, *PROSE[1:], APPEAL)
    assert "Why we ask" in read(html, "Why we ask", APPEAL)


def test_nothing_is_left_out_where_too_little_would_be_left() -> None:
    html = page(*PROSE)
    whole = "\n".join(PROSE)
    assert read(html, *PROSE) == whole
    assert read(html, *PROSE[:2]) == whole
    assert read(html, PROSE[0]) == "\n".join(PROSE[1:])


def test_the_passages_of_a_page_go_on_being_counted() -> None:
    guidance = Guidance(recurring=frozenset([imprint(APPEAL)]))
    found = examine(page(*PROSE, APPEAL), f"https://{HOST}/bank", guidance)
    left_out = [p.imprint for p in found.page.passages if p.left_out]
    assert left_out == [imprint(APPEAL)]
    assert len(found.page.passages) == 4
    assert found.left_out == {max(found.left_out)}


def test_the_first_and_last_passages_of_a_long_page_go_before_those_amid_it() -> None:
    long = [f"The clerk read out paragraph {n} of the order to an empty hall." for n in range(60)]
    blocks = [APPEAL, *long[:30], APPEAL, *long[30:]]  # what is at an end and amid is at an end
    passages = examine(page(*blocks), f"https://{HOST}/bank").page.passages
    assert [p.opening for p in passages] == [*blocks[:2], *blocks[-6:], *blocks[2:31], *long[30:33]]
    assert [p.within for p in passages] == [False] * 8 + [True] * 32


@given(st.sets(st.integers(0, 3)), st.integers(0, 3))
def test_leaving_out_keeps_order_and_a_third(hits: set[int], place: int) -> None:
    blocks = [*PROSE[:place], APPEAL, *PROSE[place:]]
    text = read(page(*blocks), *(blocks[i] for i in hits))
    left = text.split("\n")
    assert left == [block for block in blocks if block in left]
    assert 3 * len(text) >= len("".join(blocks))

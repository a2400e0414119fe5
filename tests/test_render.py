"""Messages as people read them (golden files), and laws that hold for any text."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Alert, Cause, Priority, Rule, Snippet
from monitor.render import (
    MESSAGE_UNITS,
    age,
    clock,
    cut,
    is_link,
    plain,
    plain_lines,
    render_html,
    render_text,
    units,
)
from tests import telegram_html

GOLDEN = Path(__file__).parent / "data" / "messages"
NOW = datetime(2026, 11, 22, 18, 4, tzinfo=UTC)
HALDEN = Rule(id="deals.halden", title="Halden & its deals", query="halden")


def make_alert(**changes: object) -> Alert:
    alert = Alert(
        delivery=412,
        title=Snippet(text="Chipmaker Halden buys Orrin for <9 billion> & more", marks=((10, 16),)),
        url="https://ledger.example/halden?a=1&b=2",
        outlet="The Ledger",
        published=NOW - timedelta(minutes=6),
        read_at=NOW - timedelta(minutes=1),
        rules=(HALDEN,),
        evidence=("@halden “Halden” (headline)", "deal “acquisition”"),
        snippets=(Snippet(text="… as Halden\nsaid, the acquisition …", marks=((5, 11), (22, 33))),),
    )
    return replace(alert, **changes)


FULL = make_alert(
    rules=(
        replace(HALDEN, priority=Priority.URGENT),
        Rule(id="tech.chips", title="Chips", query="chip*"),
    ),
    snippets=(
        Snippet(text="… as Halden said …", marks=((5, 11),)),
        Snippet(text="", marks=()),
        Snippet(text="… a rival of Halden …", marks=((13, 19),)),
    ),
    also=tuple((f"Outlet {n}", f"https://o{n}.example/") for n in range(1, 9)),
    from_feed="the page is for subscribers",
    repeated=True,
    priority=Priority.URGENT,
)
BARE = make_alert(
    title=Snippet(text=" \u202e\u200b\n", marks=()),
    url="javascript:alert(1)",
    outlet="",
    published=None,
    rules=(),
    evidence=(),
    snippets=(),
    also=(("Odd", "ftp://odd.example"), ("", "https://unnamed.example/")),
)
CORRELATION = make_alert(
    priority=Priority.HIGH,
    cause=Cause(
        id="halden-everywhere",
        title="Everybody writes about Halden & co",
        reason="6 outlets within 1 h, on 5 stories",
        articles=(
            ("Halden <shares> jump", "The Wire", "https://wire.example/?a=1&b=2"),
            ("\u202e", "", "javascript:alert(1)"),
            *((f"Halden, part {n}", f"Outlet {n}", f"https://o{n}.example/") for n in range(9)),
        ),
    ),
)
MESSAGES = {
    "plain": make_alert(),
    "correlation": CORRELATION,
    "full": FULL,
    "bare": BARE,
    "scripts": make_alert(
        title=Snippet(text="दिल्ली में क्‍लाउड केंद्र, هوش مصنوعی، می‌شود", marks=((0, 6),)),
        snippets=(Snippet(text="👩‍🔬 東京で半導体工場", marks=((4, 6),)),),
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
@pytest.mark.parametrize("form", ["html", "txt"])
def test_golden(name: str, form: str) -> None:
    render = render_html if form == "html" else render_text
    golden = (GOLDEN / f"{name}.{form}").read_text(encoding="utf-8")
    assert render(MESSAGES[name], NOW) + "\n" == golden


# --- laws ----------------------------------------------------------------------------------------

NASTY = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="<>&\"'/ab;#x \n\u202e\u200b\u200d\0😀\ud800é", max_size=80),
    st.sampled_from(
        ["</b>", "&lt;", "&amp;amp;", "<a href='x'>", "😀" * 3000, "&" * 5000, "x" * 9000]
    ),
)
URLS = st.one_of(
    NASTY,
    NASTY.map("https://h.example/".__add__),
    st.sampled_from(
        [
            "https://h.example/?a=\"><b>&c='",
            "http://[",
            "HTTPS://H.example",
            "data:x",
            "//x.example",
        ]
    ),
)


@st.composite
def snippets(draw: st.DrawFn) -> Snippet:
    text = draw(NASTY)
    offsets = st.integers(-3, len(text) + 3)
    return Snippet(text=text, marks=tuple(draw(st.lists(st.tuples(offsets, offsets), max_size=30))))


RULE = st.builds(
    Rule, id=NASTY, title=NASTY, query=st.just("x"), priority=st.sampled_from(Priority)
)
CAUSES = st.builds(
    Cause,
    id=NASTY,
    title=NASTY,
    reason=NASTY,
    articles=st.lists(st.tuples(NASTY, NASTY, URLS), max_size=6).map(tuple),
)
ALERTS = st.builds(
    Alert,
    delivery=st.integers(1, 10**12),
    title=snippets(),
    url=URLS,
    outlet=NASTY,
    published=st.none() | st.datetimes(timezones=st.just(UTC)),
    read_at=st.datetimes(timezones=st.just(UTC)),
    rules=st.lists(RULE, max_size=8).map(tuple),
    evidence=st.lists(NASTY, max_size=8).map(tuple),
    snippets=st.lists(snippets(), max_size=6).map(tuple),
    also=st.lists(st.tuples(NASTY, URLS), max_size=12).map(tuple),
    from_feed=NASTY,
    repeated=st.booleans(),
    priority=st.sampled_from(Priority),
    cause=st.none() | CAUSES,
)
HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]")


@given(ALERTS)
@settings(max_examples=150, deadline=None)
def test_telegram_takes_every_message(alert: Alert) -> None:
    html = render_html(alert, NOW)
    text, entities = telegram_html.parse(html)  # raises where Telegram would refuse
    assert text.strip()
    assert telegram_html.units(text) <= MESSAGE_UNITS
    assert not HIDDEN.search(text)
    assert len(entities) <= telegram_html.MAX_ENTITIES
    assert {entity.type for entity in entities} <= {"a", "b", "u", "i"}
    for link in (entity for entity in entities if entity.type == "a"):
        others = {url for _, _, url in alert.cause.articles} if alert.cause else set()
        assert link.url in {alert.url, *(url for _, url in alert.also)} | others
        assert is_link(link.url)


@given(ALERTS)
@settings(max_examples=100, deadline=None)
def test_plain_messages_fit(alert: Alert) -> None:
    text = render_text(alert, NOW)
    assert text.strip()
    assert telegram_html.units(text) <= MESSAGE_UNITS
    assert not HIDDEN.search(text)


@given(NASTY, st.integers(1, 200))
def test_cutting_keeps_a_beginning(text: str, limit: int) -> None:
    text = plain(text, 10_000)
    short = cut(text, limit)
    assert units(short) == telegram_html.units(short) <= limit
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


@given(snippets())
def test_marks_take_nothing_away(snippet: Snippet) -> None:
    marked, unmarked = (
        telegram_html.parse(render_html(make_alert(title=title), NOW))[0]
        for title in (snippet, Snippet(text=snippet.text, marks=()))
    )
    assert re.sub(r"\s", "", marked)[:250] == re.sub(r"\s", "", unmarked)[:250]


def test_a_megabyte_is_cut() -> None:
    long = Snippet(text="Halden 😀 " * 120_000, marks=tuple((n, n + 6) for n in range(0, 10**6, 9)))
    text, entities = telegram_html.parse(
        render_html(make_alert(title=long, snippets=(long,) * 9), NOW)
    )
    assert text.count("…") == 4
    assert len(entities) == 20 * 4 + 2
    assert telegram_html.units(text) < 2500


def test_the_longest_message_of_a_correlation_fits() -> None:
    long = "x" * 5000
    alert = make_alert(
        title=Snippet(text=long, marks=()),
        url=long,
        outlet=long,
        rules=tuple(replace(HALDEN, id=f"{n}{long}", title=long) for n in range(9)),
        evidence=(long,) * 9,
        snippets=(Snippet(text=long, marks=()),) * 9,
        from_feed=long,
        repeated=True,
        priority=Priority.URGENT,
        cause=Cause(id=long, title=long, reason=long, articles=((long, long, long),) * 9),
    )
    text, _ = telegram_html.parse(render_html(alert, NOW))
    assert 3500 < telegram_html.units(text) <= MESSAGE_UNITS


def test_nothing_is_doubled_or_left_at_the_ends() -> None:
    title = Snippet(text=" Halden \n Orrin \t", marks=((1, 7), (8, 10), (10, 15)))
    assert "><u>Halden</u> <u>Orrin</u><" in render_html(make_alert(title=title), NOW)


def test_evidence_that_is_cut_stays_marked() -> None:
    snippet = Snippet(text="a" * 490 + " Halden Industries", marks=((491, 508),))
    _, entities = telegram_html.parse(render_html(make_alert(snippets=(snippet,)), NOW))
    assert [e.length for e in entities if e.type == "b"][1:] == [7]


# --- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(hours=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=1), "1 h ago"),
        (timedelta(hours=47), "47 h ago"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(days=400), "400 days ago"),
    ],
)
def test_age(passed: timedelta, said: str) -> None:
    assert age(NOW - passed, NOW) == said


def test_clock() -> None:
    assert clock(NOW) == "22 Nov 2026 18:04 UTC"
    assert clock(datetime(987, 1, 2, tzinfo=UTC)) == "2 Jan 0987 00:00 UTC"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://a.example/x?y=1#z", True),
        ("http://127.0.0.1:80/", True),
        ("https://अ.example/é", True),
        ("HTTPS://a.example", True),
        ("https:///path", False),
        ("https://", False),
        ("javascript:alert(1)", False),
        ("tg://resolve?domain=x", False),
        ("data:text/html,x", False),
        ("//a.example", False),
        ("https://a.example/a b", False),
        ("https://a.example/\u202egpj", False),
        ("https://a.example/\0", False),
        ("https://a.example/\ud800", False),
        ("https://[1::", False),
        ("https://a.example/" + "x" * 2048, False),
        ("", False),
    ],
)
def test_links(url: str, link: bool) -> None:
    assert is_link(url) is link


def test_lines_stay_apart() -> None:
    assert plain_lines("one \0 two\r\n\nthree\u2028four") == "one  two\n\nthree\nfour"
    assert plain("one\ntwo\t three") == "one two three"
    assert plain("a\u200bb\u200cc\u200dd\ufeffe") == "ab\u200cc\u200dde"
    assert plain("\ud800") == "\ufffd"


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "abcd…"),
        ("the quick brown fox", 13, "the quick…"),
        ("😀😀😀", 6, "😀😀😀"),
        ("😀😀😀", 5, "😀😀…"),
        ("😀😀😀", 4, "😀…"),
        ("ab", 1, "…"),
    ],
)
def test_cut(text: str, limit: int, short: str) -> None:
    assert cut(text, limit) == short

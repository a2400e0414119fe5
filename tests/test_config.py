"""Configuration: strict, all problems at once, each with its key path and what to do."""

import re
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import parse_config, parse_duration, parse_size
from monitor.errors import ConfigError
from monitor.extract.opinion import NEEDED
from monitor.model import Selectors, SourceKind

ROOT = Path(__file__).parents[1]

SECTIONS = ("store", "rules", "network", "polling", "delivery", "telegram", "log", "extract")

GOOD = """
[chats.desk]
channel = "telegram"
id = -100123
topic = 4

[[source]]
id = "ledger"
kind = "feed"
url = "https://ledger.example/rss"
"""


def problems(text: str) -> dict[str, str]:
    with pytest.raises(ConfigError) as caught:
        parse_config(text, "config.toml")
    return {p.key: p.message for p in caught.value.problems}


def test_the_example_is_complete_and_works_as_it_is():
    config = parse_config((ROOT / "config.example.toml").read_text(), "config.toml")
    assert len(config.sources()) >= 12
    assert {source.kind for source in config.sources()} == {SourceKind.FEED, SourceKind.LISTING}
    (console,) = config.destinations()
    assert (console.channel, console.default) == ("console", True)


def test_every_key_is_in_the_example():
    example = (ROOT / "config.example.toml").read_text()
    config = parse_config("", "config.toml")
    keys = [key for name in SECTIONS for key in type(getattr(config, name)).model_fields]
    assert [key for key in keys if f"\n# {key} = " not in example] == []


@pytest.mark.parametrize("section", SECTIONS)
def test_the_examples_commented_values_are_the_defaults(section):
    """Who removes a # must change nothing, but for the keys that have no default to show."""
    example = (ROOT / "config.example.toml").read_text()
    body = re.split(r"\n(?:\[|# ---)", example.split(f"\n[{section}]\n")[1])[0]
    shown = "\n".join(re.findall(r"^# (\w+ = .*)$", body, re.MULTILINE))
    shown = re.sub(r"^(token_file|contact) = .*$", "", shown, flags=re.MULTILINE)
    config = parse_config(f"[{section}]\n{shown}", "config.toml")
    assert getattr(config, section) == getattr(parse_config("", "config.toml"), section)


def test_sources_get_the_defaults_of_polling():
    (source,) = parse_config(
        '[polling]\nevery = "7m"\nfirst_poll_newest = 2\n' + GOOD, "c"
    ).sources()
    assert source.every == timedelta(minutes=7)
    assert source.first_poll_newest == 2
    assert source.outlet == "ledger.example"


def test_no_source_is_polled_more_often_than_the_shortest_interval():
    (source,) = parse_config(GOOD + 'every = "1s"', "c").sources()
    assert source.every == timedelta(minutes=1)


def test_chats_are_addressed_as_their_channel_does():
    (desk,) = parse_config(GOOD, "c").destinations()
    assert (desk.name, desk.address, desk.topic, desk.default) == ("desk", "-100123", 4, False)


def test_all_problems_come_at_once_with_file_and_key_path():
    found = problems(
        """
        [polling]
        evry = "5m"
        longest = "soon"
        [network]
        ports = [99999]
        [chats.desk]
        channel = "telegrm"
        [[source]]
        id = "Ledger!"
        kind = "feed"
        """
    )
    assert found["polling.evry"] == "unknown key; did you mean `every`?"
    assert "write it like" in found["polling.longest"]
    assert "network.ports[0]" in found
    assert "'telegram' or 'console'" in found["chats.desk.channel"]
    assert "lower-case" in found["source 'Ledger!'.id"]
    assert found["source 'Ledger!'.url"] == "is missing"


@pytest.mark.parametrize(
    ("text", "key", "message"),
    [
        pytest.param(
            "[telegram]\ntoken = '1:x'", "telegram.token", "token_env", id="inline secret"
        ),
        pytest.param("[telegrm]\n", "telegrm", "did you mean `telegram`?", id="mistyped table"),
        pytest.param("[store]\nzzz = 1", "store.zzz", "known here: path", id="nothing alike"),
        pytest.param("[store]\npath = 3", "store.path", "string, not 3", id="wrong type"),
        pytest.param("store = 3", "store", "not 3", id="a value where a table belongs"),
        pytest.param("[a]\nx = = 1", "TOML", "line 2", id="broken TOML"),
        pytest.param("[chats.a]\nchannel='telegram'", "chats.a", "/start", id="chat without id"),
        pytest.param("[chats.a]\nchannel='console'\nid=1", "chats.a", "remove", id="console id"),
        pytest.param("[network]\nallow=['10.0.0.0/99']", "network.allow[0]", "10.20", id="network"),
        pytest.param("[network]\nmax_body='ten'", "network.max_body", "10MB", id="size"),
        pytest.param("[polling]\nevery='0s'", "polling.every", "longer than zero", id="zero"),
        pytest.param(GOOD + "selector='a'", "source 'ledger'", "listing", id="selector on a feed"),
        pytest.param(
            "[[source]]\nid='a'\nkind='listing'\nurl='https://a.example/'\npages=false",
            "source 'a'",
            "feed",
            id="listing without pages",
        ),
        pytest.param(
            "[[source]]\nid='a'\nkind='feed'\nurl='ftp://a.example/'",
            "source 'a'.url",
            "https://",
            id="not a web address",
        ),
        pytest.param(
            GOOD + "[source.selectors]\nbody='p['",
            "source 'ledger'.selectors.body",
            "'p[' is no CSS selector",
            id="not CSS",
        ),
        pytest.param(
            GOOD + "[source.selectors]\ndrop=['.x', 'a >']",
            "source 'ledger'.selectors.drop[1]",
            "no CSS selector",
            id="not CSS in a list",
        ),
        pytest.param(
            GOOD + "[source.selectors]\ndrop='.x'",
            "source 'ledger'.selectors.drop",
            'must be a list, also of one; write [".x"]',
            id="one selector to drop",
        ),
        pytest.param(
            GOOD + "[source.selectors]\ndrop=['body']",
            "source 'ledger'.selectors.drop[0]",
            "'body' names the whole page; write it like \".promo\"",
            id="all is dropped",
        ),
        pytest.param(
            GOOD + "[source.selectors]\nbdy='p'",
            "source 'ledger'.selectors.bdy",
            "did you mean `body`?",
            id="mistyped selector",
        ),
        pytest.param(
            GOOD + "pages=false\n[source.selectors]\nbody='p'",
            "source 'ledger'",
            "leaves unread",
            id="selectors without pages",
        ),
        pytest.param(
            "[[source]]\nid='a'\nkind='listing'\nurl='https://a.example/'\nselector='h2 >'",
            "source 'a'.selector",
            "no CSS selector",
            id="listing selector that is none",
        ),
        pytest.param(GOOD + GOOD.split("\n\n")[1], "source 2.id", "source 1", id="doubled source"),
    ],
)
def test_each_mistake_says_where_and_what_to_do(text, key, message):
    assert message in problems(text)[key]


def test_selectors_are_those_of_their_source():
    text = GOOD + "[source.selectors]\ntitle='h1'\ndrop=['.promo', 'aside']"
    (source,) = parse_config(text, "c").sources()
    assert source.selectors == Selectors(title="h1", drop=(".promo", "aside"))
    assert parse_config(GOOD, "c").sources()[0].selectors is None


@pytest.mark.parametrize("missing", NEEDED)
def test_trafilatura_must_be_installed_to_be_asked(monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    message = problems("[extract]\ntrafilatura = true")["extract.trafilatura"]
    assert "media-monitor[trafilatura]" in message
    assert not parse_config("[extract]\ntrafilatura = false", "c").extract.trafilatura


def test_the_message_names_the_file_on_every_line():
    with pytest.raises(ConfigError) as caught:
        parse_config("a = 1\nb = 2", "desk/config.toml")
    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == [
        "desk/config.toml"
    ] * 2


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("500ms", 0.5), ("30s", 30), ("1h30m", 5400), ("7d", 604800), ("1.5s", 1.5), ("1h 5s", 3605)],
)
def test_durations(text, seconds):
    assert parse_duration(text).total_seconds() == seconds


@given(st.one_of(st.text(), st.integers(), st.none()))
def test_any_other_duration_is_refused_with_an_example(value):
    try:
        assert parse_duration(value) >= timedelta(0)
    except ValueError as error:
        assert "5m" in str(error)


def test_sizes():
    assert (parse_size("500kB"), parse_size("10MB"), parse_size("1.5 GB")) == (
        500_000,
        10_000_000,
        1_500_000_000,
    )

"""The bot's texts and buttons hold for any rule; facts about people hold for a while."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.bot.access import Recent
from monitor.bot.desk import Status
from monitor.bot.pages import (
    PAGE,
    Press,
    data_of,
    help_text,
    press_of,
    rules_page,
    short_id,
    status_text,
    stranger_text,
)
from monitor.model import Counts, Priority, Rule
from monitor.render import units

NOW = datetime(2026, 11, 22, 18, 4, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
RULES = st.lists(
    st.builds(
        Rule,
        id=TEXTS.map("pack.".__add__),
        title=TEXTS,
        query=st.just("x"),
        priority=st.sampled_from(Priority),
    ),
    min_size=1,
    max_size=20,
)


@given(RULES, st.integers(0, 9999), st.booleans())
def test_telegram_takes_every_page(rules: list[Rule], number: int, on: bool) -> None:
    page = rules_page(rules, lambda rule: on, number)
    assert 0 < units(page.text) <= 4096
    assert page.buttons
    rows = page.buttons.inline_keyboard
    assert len(rows) <= PAGE + 1
    for button in (button for row in rows for button in row):
        data = str(button.callback_data)
        assert 1 <= len(data.encode()) <= 64
        assert button.text.strip()
        press = press_of(data)
        assert press
        assert press.on is (bool(press.rule) and not on)


@given(st.integers(0, 9999), TEXTS, st.booleans())
def test_a_button_means_what_it_was_made_for(page: int, rule: str, on: bool) -> None:
    for press in (Press(page), Press(page, short_id(rule), on)):
        assert press_of(data_of(press)) == press


@given(TEXTS)
def test_anything_else_is_no_button(data: str) -> None:
    press = press_of(data)
    assert press is None or press_of(data_of(press)) == press


def test_short_ids_stay_the_same() -> None:
    # They are stored in messages that people press after an upgrade.
    assert short_id("ai.openai-india") == "3410ebf1b1ef"


def test_rules_of_other_priorities_say_so() -> None:
    rule = Rule(id="ai.x", title="X", query="x", priority=Priority.URGENT)
    assert "▫️ X (ai.x, urgent)" in rules_page([rule], lambda _: False, 0).text


def test_status_names_some_failing_sources_and_counts_the_rest() -> None:
    status = Status(
        started_at=NOW - timedelta(minutes=5),
        now=NOW,
        sources=40,
        failing=tuple((f"source-{n}", "no answer\nin 30 s " + "x" * 900) for n in range(13)),
        rules=3,
        counts=Counts(),
    )
    text = status_text(status)
    assert "  source-9: no answer in 30 s x" in text
    assert "source-10" not in text
    assert "\n  and 3 more\n" in text
    assert units(text) < 4096
    assert "failing" in status_text(replace(status, failing=()))


def test_status_says_what_rules_in_shadow_would_have_done() -> None:
    status = Status(
        started_at=NOW,
        now=NOW,
        sources=0,
        failing=(),
        rules=0,
        counts=Counts(),
        shadow=tuple(f"shadow: rule r{n} would have alerted {n} times" for n in range(12)),
    )
    text = status_text(status)
    assert "\nshadow: rule r9 would have alerted 9 times\n  and 2 more" in text
    assert "r10" not in text


def test_texts_keep_names_in_their_place() -> None:
    assert "This chat (a b) gets" in help_text("a\n\u202eb")
    assert "\nid = -1001\n" in stranger_text("-1001") + "\n"


def test_facts_end_with_their_time_and_the_oldest_go_first() -> None:
    clock = [0.0]
    recent: Recent[int, bool] = Recent(60.0, lambda: clock[0])
    recent.put(-1, fact=False)
    clock[0] = 59.9
    assert recent.get(-1) is False
    clock[0] = 60.0
    assert recent.get(-1) is None
    for number in range(1001):
        recent.put(number, fact=True)
    assert recent.get(-1) is None
    assert recent.get(0) is None
    assert recent.get(1) is True

"""Filters, rules in shadow, expiry and correlations through the real application on loopback."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor.app.application import Application
from monitor.app.clock import now
from monitor.bot.pages import status_text
from monitor.cli.history import tell
from monitor.model import Entry, Rule, SourceState
from monitor.store import open_store
from tests.loopback import Loopback, answer
from tests.test_application import PATIENCE, Desk, feed

pytestmark = pytest.mark.anyio

OPENAI = """
[[rule]]
id = "openai"
title = "OpenAI"
query = 'OpenAI'
"""
WIRES = """
[[filter]]
id = "press-releases"
query = 'PRWire OR outlet:"Outlet 1"'
except_rules = ["must-*"]
"""


class Room:
    """A desk whose sources are listed empty first, then with what a test publishes."""

    def __init__(self, desk: Desk, sources: int = 1) -> None:
        self.desk = desk
        self.paths = tuple(f"/s{n}" for n in range(sources))
        self.listed: dict[str, list[tuple[str, str, str]]] = {path: [] for path in self.paths}

    def rules(self, text: str) -> None:
        (self.desk.folder / "rules" / "desk.toml").write_text(text)

    def publish(self, path: str, title: str, words: str = "short") -> str:
        """An entry without a page of its own: the feed's words are the article."""
        link = f"{path}/{len(self.listed[path])}"
        self.listed[path].insert(0, (link, title, words))
        self.serve()
        return link

    def serve(self) -> None:
        for path, items in self.listed.items():
            self.desk.server.routes[path] = answer(200, feed(*items))

    def open(self, *, more: str = ""):
        self.serve()
        return self.desk.open(*self.paths, more=more)

    @property
    def printed(self) -> str:
        """What came out, as one line."""
        return " ".join(self.desk.printed.getvalue().replace("│", " ").split())

    def why(self, link: str) -> str:
        return tell(link, self.desk.why(link))


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with Loopback() as server:
        yield Room(Desk(tmp_path, server), sources=3)


async def poll(application: Application):
    return await application.poll_once(PATIENCE)


async def test_a_filtered_article_alerts_nobody_and_why_names_the_filter(room: Room) -> None:
    room.rules(OPENAI + OPENAI.replace('"openai"', '"must-see"').replace("OpenAI'", "court'")
               + WIRES)  # fmt: skip
    async with room.open() as application:
        await poll(application)
        held = room.publish("/s0", "OpenAI says so", "New York, PRWire: good news")
        outlet = room.publish("/s1", "OpenAI at the filtered outlet")
        told = room.publish("/s0", "OpenAI in court", "PRWire: bad news")
        counts = await poll(application)
    assert (counts.articles, counts.matched, counts.sent) == (3, 3, 1)
    assert "OpenAI in court" in room.printed
    assert "says so" not in room.printed
    for link in (held, outlet):
        why = room.why(link)
        assert "held back by the filter press-releases" in why
        assert "nobody, for openai: a shared filter holds for the article (press-releases)" in why
    why = room.why(told)
    assert "chat console, for must-see: first article" in why
    assert "nobody, for openai: a shared filter" in why


async def test_a_rule_in_shadow_is_reported_to_operators_and_told_to_nobody(room: Room) -> None:
    shadow = OPENAI + 'status = "shadow"\n'
    room.rules(shadow)
    async with room.open() as application:
        await application.desk.subscribe(application.desk.chats()["console"], "openai", on=True)
        await poll(application)
        assert "shadow" not in room.printed
        assert application.desk.status().shadow == (
            "shadow: rule openai would not have alerted in the last 14 days.",
        )
        link = room.publish("/s0", "OpenAI opens")
        assert (await poll(application)).sent == 0
        assert "console: shadow: rule openai would have alerted once since" in room.printed
        assert "last on “OpenAI opens”" in room.printed
        room.publish("/s0", "OpenAI closes")
        await poll(application)
        assert room.printed.count("shadow: rule openai") == 1  # at most once an hour
        assert "shadow: rule openai would have alerted 2 times since" in status_text(
            application.desk.status()
        )
        assert application.desk.rules() == []
        why = room.why(link)
        assert "matched by rule openai, in shadow: OpenAI" in why
        assert "nobody, for openai: the rule is in shadow" in why
        room.rules(OPENAI)
        await application.reload()
        room.publish("/s0", "OpenAI is back")
        assert (await poll(application)).sent == 1
        assert application.desk.status().shadow == ()


async def test_an_expired_rule_is_as_if_off_and_operators_are_told_once(room: Room) -> None:
    yesterday = (now() - timedelta(days=1)).date()
    room.rules(f'{OPENAI}expires = {yesterday}\nowner = "asia"\n' + OPENAI.replace(
        '"openai"', '"today"') + f"expires = {now().date() + timedelta(days=1)}\n")  # fmt: skip
    link = ""
    for _ in range(2):  # and not again after a restart
        async with room.open() as application:
            await poll(application)
            link = link or room.publish("/s0", "OpenAI opens")
            await poll(application)
            assert [rule.id for rule in application.desk.rules()] == ["today"]
    assert room.printed.count("The rule openai (owner: asia) expired") == 1
    assert f"after {yesterday} and alerts no more" in room.printed
    why = room.why(link)
    assert "matched by rule today" in why
    assert "matched by rule openai" not in why


OUTLETS = """
[[correlation]]
id = "pile-on"
title = "Everybody writes about OpenAI"
type = "outlets"
rules = ["openai"]
gte = 3
priority = "high"
"""


async def test_outlets_make_an_alert_of_their_own_once(room: Room) -> None:
    room.rules(OPENAI + OUTLETS)
    async with room.open() as application:
        await poll(application)
        first = room.publish("/s0", "OpenAI opens")
        room.publish("/s1", "OpenAI opens, they say")
        assert (await poll(application)).sent == 2
        last = room.publish("/s2", "OpenAI has opened")
        assert (await poll(application)).sent == 2  # the article and the correlation
        room.publish("/s2", "OpenAI once more")
        assert (await poll(application)).sent == 1
    assert room.printed.count("Everybody writes about OpenAI: 3 outlets within 1 h") == 1
    assert "• OpenAI opens, they say – Outlet 1" in room.printed
    assert "Correlation: pile-on, high" in room.printed
    reason = "3 outlets within 1 h, on 3 stories"
    assert f"for pile-on: a correlation of matches came true ({reason})" in room.why(last)
    assert "(correlation:pile-on) to console: sent" in room.why(last)
    assert f"correlation pile-on came true: {reason}" in room.why(first)


async def test_a_sequence_on_one_story(room: Room) -> None:
    room.rules(
        OPENAI
        + OPENAI.replace('"openai"', '"ban"').replace("OpenAI'", "title:banned'")
        + """
        [[correlation]]
        id = "turn"
        title = "The tide turns"
        type = "sequence"
        rules = ["openai", "ban"]
        timespan = "1d"
        """
    )
    words = "The company said on Sunday that it had nothing to add to what OpenAI told. " * 5
    async with room.open() as application:
        await poll(application)
        room.publish("/s0", "A plan is made", words)
        assert (await poll(application)).sent == 1
        room.publish("/s1", "A plan is banned", words)
        counts = await poll(application)
        assert (counts.same_text, counts.sent) == (1, 1)  # the story is known, the turn is not
        room.publish("/s2", "The plan is banned at last", words)
        assert (await poll(application)).sent == 0
    assert "The tide turns: openai, then ban within 1 day" in room.printed


def remember(room: Room, since: datetime) -> None:
    """A database that has been in use, with this rule in force, for a while."""
    store = open_store(room.desk.folder / "monitor.db")
    rule = Rule(id="openai", title="OpenAI", query="OpenAI")
    store.put_in_force([rule], since).result()
    old = SourceState(source="old", url="https://o.example/", next_poll_at=since, polled_at=since)
    entry = Entry(id="1", url="https://o.example/1", title="Old")
    store.record_poll(old, baseline=[(entry, ("1",))]).result()
    store.close()


SPIKE = """
[[correlation]]
id = "burst"
title = "OpenAI all at once"
type = "spike"
rules = ["openai"]
gte = 3
"""


@pytest.mark.parametrize("days", [0, 3])
async def test_a_spike_needs_a_baseline_and_outlives_a_stop(room: Room, days: int) -> None:
    room.rules(OPENAI + SPIKE)
    remember(room, datetime.now(UTC) - timedelta(days=days))
    async with room.open() as application:
        await poll(application)
        for number in range(4):
            room.publish("/s0", f"OpenAI, part {number}")
        await application.poller.poll_all()  # and stop before anything was sent
    assert "OpenAI" not in room.printed
    async with room.open() as application:
        await application.reload()
        assert (await poll(application)).sent == (5 if days else 4)
        room.publish("/s0", "OpenAI, the end")
        assert (await poll(application)).sent == 1
    told = "OpenAI all at once: 3 matches in 1 h, usually 0"
    assert room.printed.count(told) == (1 if days else 0)


async def test_a_correlation_has_channels_of_its_own(room: Room) -> None:
    room.rules(OPENAI + OUTLETS.replace("gte = 3", 'gte = 1\nchannels = ["night"]'))
    night = 'chats.night = { channel = "console" }'
    async with room.open(more=night) as application:
        await poll(application)
        room.publish("/s0", "OpenAI opens")
        assert (await poll(application)).sent == 2
    assert "night · high" in room.printed
    assert "console · normal" in room.printed
    assert "1 outlet within 1 h" in room.printed.partition("night · high")[2]


async def test_a_database_that_refuses_delays_reports_and_nothing_else(room: Room) -> None:
    room.rules(OPENAI + "expires = 2020-01-01\n")
    async with room.open() as application:
        application.store._writer.stop()  # it reads, but takes nothing any more
        with capture_logs() as logs:
            await application.report()
            room.rules(OPENAI.replace("'OpenAI'", "'OpenAI OR'"))
            await application.reload()
            room.rules(OPENAI)
            await application.reload()
    said = {line["event"]: line.get("reason", "") for line in logs}
    assert "closed" in said["operators are told of their rules later"]
    assert "closed" in said["correlations go by the rules of before; it is tried again"]
    assert "The rule files are fine again" in room.printed
    assert "expired" not in room.printed
    async with room.open() as application:
        assert application.rules.noted is application.rules.ruleset

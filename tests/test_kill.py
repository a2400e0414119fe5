"""The whole way, killed at any moment: every alert arrives, in order, no copy without a reason."""

import random
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from tests.botapi import BotApi, running_botapi
from tests.newsroom_thread import ThreadedNewsroom, running_newsroom
from tests.running import CHAT, ROOT, monitor, running_monitor, write_config

KILLS = 20
OUTLETS = 4


class Press:
    """Publishes generated stories and remembers where each one is."""

    def __init__(self, newsroom: ThreadedNewsroom, chance: random.Random) -> None:
        self._newsroom = newsroom
        self._chance = chance
        self._numbers = count(1000)
        self.outlets: dict[int, tuple[int, ...]] = {}

    def publish(self, stories: int) -> None:
        for number in (next(self._numbers) for _ in range(stories)):
            first, *others = self._chance.sample(range(OUTLETS), self._chance.choice([1, 1, 1, 3]))
            self._newsroom.publish_generated(number, first, datetime.now(UTC), reprint_at=others)
            self.outlets[number] = (first, *others)


def told(api: BotApi) -> list[int]:
    """The story number of each message, in the order of arrival."""
    return [int(re.search(r"\b1\d{3}\b", m.text)[0]) for m in api.messages(CHAT)]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_killed_at_twenty_moments_every_alert_arrives(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")  # shown when the test fails
    chance = random.Random(seed)
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    with (
        running_newsroom(datetime.now(UTC)) as newsroom,
        running_botapi(chats=[CHAT], seed=seed) as api,
    ):
        config = write_config(tmp_path, newsroom, api_url=api.url)
        first = monitor("run", "--once", "-c", config, MONITOR_TELEGRAM_TOKEN=api.token)
        assert first.returncode == 0, first.stderr
        assert api.messages() == []  # the baseline is silent
        api.set_fault_rate(ambiguous=0.1, refused=0.05, limited=0.02)
        press, log = Press(newsroom, chance), tmp_path / "log"
        for _ in range(KILLS):
            with running_monitor(config, log) as process:
                press.publish(2)
                # Any moment from before its first poll to after its last send.
                with pytest.raises(subprocess.TimeoutExpired):
                    process.wait(chance.uniform(0.2, 4.0))
        with running_monitor(config, log) as process:
            press.publish(2)
            api.wait(lambda api: press.outlets.keys() <= set(told(api)), 90)
            settle(process, tmp_path / "monitor.db")
            process.terminate()
            assert process.wait(10) == 0
        check(press, api, tmp_path / "monitor.db")


def settle(process: subprocess.Popen[bytes], database: Path) -> None:
    """Wait until no delivery waits: the last one told may have lost its answer, and come again."""
    for _ in range(300):
        with closing(sqlite3.connect(database)) as db:
            query = "SELECT count(*) FROM delivery WHERE lower(state) IN ('queued', 'retry')"
            if db.execute(query).fetchone() == (0,):
                return
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.2)
    raise AssertionError("some alerts still wait after a minute")


def check(press: Press, api: BotApi, database: Path) -> None:
    numbers = told(api)
    first_told = list(dict.fromkeys(numbers))
    assert sorted(first_told) == sorted(press.outlets), "alerts lost, or of nothing published"
    for outlet in range(OUTLETS):
        of_outlet = [n for n in first_told if press.outlets[n] == (outlet,)]
        assert of_outlet == sorted(of_outlet), "out of the order of publication"
    with closing(sqlite3.connect(database)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (ambiguous,) = db.execute("SELECT sum(ambiguous) FROM delivery").fetchone()
        assert db.execute("SELECT DISTINCT lower(state) FROM delivery").fetchall() == [("sent",)]
    copies = len(numbers) - len(first_told)
    print(f"{len(first_told)} alerts, {copies} copies, {ambiguous} ambiguous sends")
    assert copies <= ambiguous
    seen: set[int] = set()
    for number, message in zip(numbers, api.messages(CHAT), strict=True):
        assert number not in seen or "repeated" in message.text
        seen.add(number)

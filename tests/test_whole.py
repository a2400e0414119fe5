"""Commands as a user runs them: real processes, the bundled newsroom, a strict Bot API server."""

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.botapi import TOKEN, BotApi, running_botapi
from tests.newsroom_thread import ThreadedNewsroom, running_newsroom
from tests.running import CHAT, ROOT, monitor, running_monitor, write_config

pytestmark = pytest.mark.slow


@pytest.fixture
def newsroom() -> Iterator[ThreadedNewsroom]:
    with running_newsroom(datetime.now(UTC)) as opened:
        yield opened


@pytest.fixture
def api() -> Iterator[BotApi]:
    with running_botapi(chats=[CHAT]) as serving:
        yield serving


@pytest.fixture
def config(tmp_path: Path, newsroom: ThreadedNewsroom, api: BotApi) -> Path:
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    return write_config(tmp_path, newsroom, api_url=api.url)


@contextmanager
def running(config: Path) -> Iterator[subprocess.Popen[bytes]]:
    with running_monitor(config, config.parent / "log") as process:
        yield process


def log_of(config: Path) -> str:
    return (config.parent / "log").read_text()


def eventually(api: BotApi, ready: Callable[[], object]) -> object:
    """Wait in small steps for something that no message of the Bot API tells."""
    for _ in range(400):
        if found := ready():
            return found
        with pytest.raises(TimeoutError):
            api.wait(lambda _: False, 0.05)
    raise AssertionError("it did not happen within 20 s")


def baseline(config: Path) -> None:
    done = monitor("run", "--once", "-c", config, MONITOR_TELEGRAM_TOKEN=TOKEN)
    assert done.returncode == 0, done.stderr
    assert "taken as known, not alerted" in done.stdout


def test_the_demo_alerts_once_a_story_and_never_on_boilerplate() -> None:
    done = monitor("demo")
    assert done.returncode == 0, done.stdout + done.stderr
    alerts = done.stdout.split("Polled 4 outlets")[0]
    assert alerts.count("console · ") == 3
    assert alerts.count("Also: ") == 1
    for silent in ("Eastern metro line", "Masons return"):
        assert f"{silent}" in done.stdout
        assert f"│ {silent}" not in alerts
    assert "3 stories alerted, each exactly once" in done.stdout


def test_an_alert_reaches_telegram_with_its_reason(config, newsroom, api) -> None:
    baseline(config)
    with running(config):
        newsroom.publish("openai-visit", datetime.now(UTC))
        (message,) = api.wait(lambda api: api.messages(CHAT))
    assert message.html
    assert "openai-india" in message.text
    assert "Evidence" in message.text or "@openai" in message.text
    why = monitor("why", newsroom_url(newsroom, "monsoon-wire"), "-c", config)
    assert why.returncode == 0, why.stderr
    assert "matched by rule openai-india" in why.stdout
    assert "desk" in why.stdout


def newsroom_url(newsroom: ThreadedNewsroom, outlet: str) -> str:
    """The address of the wire story at an outlet, which publishing again answers nothing for."""
    (found,) = [u for u in newsroom.asked if "openai-chief-in-delhi" in u and outlet]
    return found


def test_sigterm_stops_within_ten_seconds_even_amid_a_send(config, newsroom, api) -> None:
    baseline(config)
    api.fail_next("hang")
    with running(config) as process:
        newsroom.publish("openai-visit", datetime.now(UTC))
        api.wait(lambda api: api.calls("sendMessage"))
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    with running(config):  # what was under way goes on, marked
        api.wait(lambda api: api.messages(CHAT), 40)
    assert "Traceback" not in log_of(config)


def test_ctrl_c_stops_without_a_traceback(config) -> None:
    with running(config) as process:
        eventually_logged(config, "running")
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    assert "Traceback" not in log_of(config)


def eventually_logged(config: Path, words: str) -> None:
    with running_botapi() as idle:
        eventually(idle, lambda: words in log_of(config))


def test_a_second_instance_is_refused(config) -> None:
    with running(config):
        eventually_logged(config, "running")
        second = monitor("run", "-c", config, MONITOR_TELEGRAM_TOKEN=TOKEN)
    assert second.returncode == 1
    assert "monitor.db" in second.stderr
    assert len(second.stderr.splitlines()) == 1


def test_subscribing_in_the_chat_changes_what_it_is_told(config, newsroom, api) -> None:
    baseline(config)
    with running(config):
        api.say(CHAT, "/rules")
        (listing,) = api.wait(lambda api: api.messages(CHAT))
        rules = [(label, data) for row in listing.buttons for label, data in row]
        off = next(data for label, data in rules if "OpenAI in India" in label)
        api.press(CHAT, listing.id, off)
        api.wait(lambda api: api.answers())
        newsroom.publish_generated(1500, 0, datetime.now(UTC))  # matches openai-india alone
        newsroom.publish("deepfake-order", datetime.now(UTC))
        api.wait(lambda api: len(api.messages(CHAT)) > 1, 20)
        eventually(api, lambda: "openai-india" in log_of(config))
    assert [m for m in api.messages(CHAT)[1:] if "openai-india" in m.text] == []


def test_a_broken_rule_file_keeps_the_last_good_set_and_tells_operators_once(
    config, newsroom, api
) -> None:
    baseline(config)
    pack = config.parent / "rules" / "ai.toml"
    good = pack.read_text()
    with running(config):
        eventually_logged(config, "running")
        pack.write_text(good.replace("@openai AND (India", "@openia AND (India"))
        (notice,) = api.wait(lambda api: api.messages(CHAT), 15)
        newsroom.publish_generated(1600, 0, datetime.now(UTC))
        alert = api.wait(lambda api: api.messages(CHAT)[1:], 15)[0]
        pack.write_text(good)
        mended = api.wait(lambda api: api.messages(CHAT)[2:], 15)[0]
    assert "ai.toml:" in notice.text
    assert "E130" in notice.text
    assert "1600" in alert.text
    assert "fine again" in mended.text


def test_a_token_that_telegram_refuses_loses_nothing(config, newsroom, api) -> None:
    baseline(config)
    token, _ = api.token, api.revoke()
    with running(config):
        newsroom.publish("openai-visit", datetime.now(UTC))
        eventually_logged(config, "BotFather")
    api.token = token
    with running(config):
        api.wait(lambda api: api.messages(CHAT), 40)


def test_no_secret_is_ever_logged(config, newsroom, api) -> None:
    text = config.read_text().replace("[telegram]", '[log]\nlevel = "debug"\n[telegram]')
    config.write_text(text)
    baseline(config)
    api.fail_next("500", times=2)
    api.fail_next("cut", times=1)
    with running(config):
        newsroom.publish("openai-visit", datetime.now(UTC))
        api.wait(lambda api: api.messages(CHAT), 40)
    secret = TOKEN.partition(":")[2]
    assert secret not in log_of(config)
    with closing(sqlite3.connect(config.parent / "monitor.db")) as db:
        assert secret not in "\n".join(db.iterdump())


def test_a_chat_that_blocked_the_bot_is_suspended_and_comes_back(config, newsroom, api) -> None:
    baseline(config)
    api.block(CHAT)
    with running(config):
        newsroom.publish("openai-visit", datetime.now(UTC))
        eventually_logged(config, "not sent")
        api.block(CHAT, blocked=False)
        api.say(CHAT, "/start")
        api.wait(lambda api: api.messages(CHAT))
        newsroom.publish_generated(1700, 1, datetime.now(UTC))
        api.wait(lambda api: [m for m in api.messages(CHAT) if "1700" in m.text], 20)


def test_a_group_that_became_a_supergroup_is_followed(tmp_path, newsroom) -> None:
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    with running_botapi(chats=[CHAT]) as api:
        config = write_config(tmp_path, newsroom, api_url=api.url)
        baseline(config)
        api.migrate(CHAT, -1009)
        with running(config):
            newsroom.publish("openai-visit", datetime.now(UTC))
            api.wait(lambda api: api.messages(-1009), 20)
            newsroom.publish_generated(1800, 1, datetime.now(UTC))
            api.wait(lambda api: len(api.messages(-1009)) == 2, 20)
    assert api.messages(CHAT) == []


def test_what_commands_print(config, newsroom) -> None:
    baseline(config)
    listed = monitor("sources", "list", "-c", config)
    assert listed.returncode == 0
    assert all(outlet.id in listed.stdout for outlet in newsroom.outlets)
    as_json = monitor("sources", "list", "-c", config, "--json")
    assert {row["id"] for row in json.loads(as_json.stdout)} == {o.id for o in newsroom.outlets}
    for outlet in newsroom.outlets:
        read = monitor("sources", "read", outlet.url, "-c", config, "--kind", outlet.kind, "--json")
        assert json.loads(read.stdout)["entries"], read.stderr
    never = monitor("why", "https://nowhere.example/x", "-c", config)
    assert (never.returncode, "Never listed" in never.stdout) == (1, True)
    found = monitor("search", "library", "-c", config)
    assert found.returncode == 0


def test_a_newer_database_is_left_alone(config) -> None:
    baseline(config)
    with closing(sqlite3.connect(config.parent / "monitor.db")) as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('monitor', 'm999_future', '2030-01-01')"
        )
        db.commit()
    refused = monitor("run", "-c", config, MONITOR_TELEGRAM_TOKEN=TOKEN)
    assert refused.returncode == 1
    assert "later version of monitor" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_python_m_monitor_prints_help_without_arguments() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "monitor"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert "demo" in shown.stdout + shown.stderr

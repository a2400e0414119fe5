"""``monitor config check``: what would stop a run, and what would run but is hardly meant."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli import app

ROOT = Path(__file__).parents[1]
SOURCE = '[[source]]\nid = "a"\nkind = "feed"\nurl = "https://a.example/rss"\n'
CONSOLE = '[chats.console]\nchannel = "console"\ndefault = true\n'


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("MONITOR_TELEGRAM_TOKEN", raising=False)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.toml").write_text('[[rule]]\nid = "a"\nquery = "India"\n')

    def run(text: str):
        (tmp_path / "config.toml").write_text(text)
        return CliRunner().invoke(app, ["config", "check", "-c", str(tmp_path / "config.toml")])

    return run


def test_a_good_configuration_is_fine_and_silent(check):
    done = check(CONSOLE + SOURCE)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "1 source, 1 rule, 1 chat" in done.stdout


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (SOURCE, "default = true"),
        (CONSOLE, "nothing is polled"),
        (CONSOLE + SOURCE + '[chats.desk]\nchannel = "telegram"\nid = 5\n', "go to desk is only"),
        (CONSOLE + SOURCE.replace("a.example", "127.0.0.1"), "127.0.0.1 is not public"),
    ],
)
def test_what_is_hardly_meant_is_a_warning(check, text, says):
    done = check(text)
    assert done.exit_code == 0
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_allowed_network_is_no_warning(check):
    inside = SOURCE.replace("a.example", "127.0.0.1")
    assert check('network.allow = ["127.0.0.0/8"]\n' + CONSOLE + inside).stderr == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('store.path = "nosuch/m.db"\n', "store.path: there is no folder"),
        ('rules.path = "nosuch"\n', "nosuch: does not exist; write a pack"),
        ('telegram.token_file = "nosuch"\n', "nosuch: does not exist"),
        ("telegrm = 1\n", "did you mean `telegram`?"),
    ],
)
def test_what_would_stop_a_run_is_an_error(check, text, says):
    done = check(text + CONSOLE + SOURCE)
    assert done.exit_code == 1
    assert says in done.stderr.replace("\n", " ")


def test_rules_are_checked_against_the_chats(check, tmp_path):
    pack = tmp_path / "rules" / "a.toml"
    pack.write_text('[[rule]]\nid = "a"\nquery = "India"\nchannels = ["consol"]\n')
    done = check(CONSOLE + SOURCE)
    assert done.exit_code == 1
    assert "E151" in done.stderr

"""The documents are true: commands, links, configuration, and the demo's output."""

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from monitor.cli import app
from monitor.config import parse_config
from monitor.demo.stories import stories

ROOT = Path(__file__).parents[1]
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
README = (ROOT / "README.md").read_text("utf-8")


def commands(command, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command of the command line, by its words."""
    if not hasattr(command, "commands"):
        return [path]
    return [p for name, sub in command.commands.items() for p in commands(sub, (*path, name))]


COMMANDS = commands(get_command(app))


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_teaches_by_example(path):
    shown = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": "100"})
    assert shown.exit_code == 0
    assert f"monitor {' '.join(path)}" in shown.output.split("Example")[1]


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_is_in_the_readme(path):
    *group, name = path
    words = " ".join(["monitor", *group])
    assert re.search(rf"`{words} (?:\w+\\\|)*{name}\b", README)


def test_the_readme_names_no_command_that_does_not_exist():
    named = set(re.findall(r"`monitor ((?:[a-z]+ ?)+)", README))
    words = {" ".join(path) for path in COMMANDS}
    assert [n for n in named if not any(n.strip().startswith(w) for w in words)] == []


@pytest.mark.parametrize("path", DOCS, ids=lambda p: p.name)
def test_links_between_documents_lead_somewhere(path):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_two_commands_are_one_line_each_and_do_all_the_setup():
    lines = re.findall(r"^    (python3 .*)$", README, re.MULTILINE)
    assert len(lines) == 2
    for line in lines:
        venv, install, work = (shlex.split(part) for part in line.split("&&"))
        assert venv == ["python3", "-m", "venv", ".venv"]
        assert install[:2] == [".venv/bin/pip", "install"]
        assert work[0].startswith(".venv/bin/")


def test_the_readmes_chat_is_a_valid_configuration():
    (block,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    (chat,) = parse_config(re.sub(r"^   ", "", block, flags=re.MULTILINE), "c").destinations()
    assert chat.default


def test_the_readme_shows_what_the_demo_prints():
    """The slow test of the demo itself checks that it prints these."""
    headlines = {edition.headline for story in stories().values() for edition in story.editions}
    shown = re.findall(r"^ +[\d.]+ s  [\w ]{18}(.*)\n +→", README, re.MULTILINE)
    assert shown
    assert set(shown) <= headlines

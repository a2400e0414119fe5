"""Which files an editor works on, what the archive tells, and the command itself."""

import json
import re
import socket
import subprocess
import sys
import tomllib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli.lsp import _settings
from monitor.cli.rules import app
from monitor.lsp.archive import Archive, number_naming
from monitor.lsp.session import Session, Settings
from monitor.model import Article, Match, Relation, StoredArticle
from monitor.rules import load
from monitor.rules.entities import Entities, read_entities
from monitor.rules.rulefile import RuleFile
from monitor.store import open_store
from tests.store_examples import NOW, reading, rule, tell

RULE = "[[rule]]\nid = 'a'\nquery = 'a'\n"
NAMES = """
[entity.ship]
names = [
  '"Nordic Ferry"', 'Şişecam', '"AT&T"', 'Über-Fähre', 'ship*', '東京電力', 'ISIK', '"U.S. Steel"'
]
weak = ['=Apple']
context = ['iPhone']
except = ['"Nordic Ferry Museum"']
[entity.longer]
names = ['"Nordic Ferry Workers"']
"""


def write(folder: Path, *names: str, text: str = RULE) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


def names(session: Session, folder: Path, path: str) -> list[str]:
    """The files that belong together with one, seen from a folder."""
    found = session.files(str(folder / path))
    return [Path(name).relative_to(folder).as_posix() for name in found]


# --- files


def test_all_below_a_directory_of_rules_belongs_together(tmp_path: Path) -> None:
    write(tmp_path, "rules/a.toml", "rules/asia/b.toml", "rules/entities/e.toml", "pyproject.toml")
    session = Session(Settings)
    every = ["rules/a.toml", "rules/asia/b.toml", "rules/entities/e.toml"]
    for path in every:
        assert names(session, tmp_path, path) == every


def test_the_configured_directory_counts_whatever_its_name(tmp_path: Path) -> None:
    write(tmp_path, "desk/packs/a.toml", "desk/b.toml", text="[empty]\n")
    session = Session(lambda: Settings(rules=tmp_path / "desk"))
    assert names(session, tmp_path, "desk/packs/a.toml") == ["desk/b.toml", "desk/packs/a.toml"]
    session.open(str(tmp_path / "desk" / "new.toml"), "")  # not on disk yet
    assert "desk/new.toml" in names(session, tmp_path, "desk/b.toml")


def test_elsewhere_a_file_with_its_neighbours_and_entities(tmp_path: Path) -> None:
    write(tmp_path, "p/a.toml", "p/b.toml", "p/deep/c.toml")
    write(tmp_path, "p/entities/x/e.toml", "p/other.toml", text="[tool]\nrule = 1\n")
    session = Session(Settings)
    assert names(session, tmp_path, "p/a.toml") == ["p/a.toml", "p/b.toml", "p/entities/x/e.toml"]
    assert names(session, tmp_path, "p/entities/x/e.toml") == names(session, tmp_path, "p/a.toml")
    assert names(session, tmp_path, "p/other.toml") == []
    assert "p/entities/x/e.toml" in names(session, tmp_path, "p/deep/c.toml")
    assert "p/deep/c.toml" in names(session, tmp_path, "p/deep/c.toml")


def test_without_entities_only_the_directory_of_the_file(tmp_path: Path) -> None:
    write(tmp_path, "p/a.toml", "p/deep/c.toml")
    assert names(Session(Settings), tmp_path, "p/deep/c.toml") == ["p/deep/c.toml"]


def test_open_texts_count_instead_of_those_on_disk(tmp_path: Path) -> None:
    write(tmp_path, "rules/a.toml", "rules/b.toml")
    session = Session(Settings)
    path = str(tmp_path / "rules" / "a.toml")
    session.open(path, "new\r\ntext")
    assert session.files(str(tmp_path / "rules" / "b.toml"))[path] == "new\ntext"
    session.close(path)
    session.close(path)
    assert session.files(path)[path] == RULE


def test_files_that_were_never_saved_stand_alone() -> None:
    session = Session(Settings)
    session.open("untitled:1", RULE)
    session.open("untitled:2", "[project]")
    assert session.files("untitled:1") == {"untitled:1": RULE}
    assert session.files("untitled:2") == {}


def test_files_that_cannot_be_read_are_empty(tmp_path: Path) -> None:
    write(tmp_path, "rules/a.toml")
    (tmp_path / "rules" / "gone.toml").symlink_to("nowhere")
    (tmp_path / "rules" / "latin.toml").write_bytes("# é".encode("latin-1"))
    found = Session(Settings).files(str(tmp_path / "rules" / "a.toml"))
    assert list(found.values()) == [RULE, "", "# \N{REPLACEMENT CHARACTER}"]


# --- the archive


def entities() -> Entities:
    return read_entities([RuleFile("entities/e.toml", NAMES)])


@pytest.mark.parametrize(
    ("title", "text", "number"),
    [
        ("Nordic Ferry sails", "", 1),
        ("", "the NORDIC FERRY’s crew", 1),
        ("Nordic-Ferry", "", 1),
        ("SISECAM", "", 1),
        ("ŞİŞECAM", "", 1),
        ("AT&T", "", 1),
        ("die überfähre", "", 1),
        ("uber-fahre", "", 1),
        ("Shipyards", "", 1),
        ("", "今日東京電力は", 1),
        ("ışık", "", 1),
        ("US Steel", "", 1),
        ("", "Apple sold an iPhone", 1),
        ("", "Apple pie", 0),
        ("The Nordic Ferry Museum", "", 0),
        ("Nordic Ferry Workers", "", 0),
        ("Trains", "", 0),
    ],
)
def test_entities_are_counted_as_rules_find_them(title: str, text: str, number: int) -> None:
    article = Article(url="https://n.example/1", title=title, text=text)
    stored = StoredArticle(id=1, story=1, relation=Relation.NEW, article=article, read_at=NOW)
    assert number_naming("ship", entities(), [stored]) == number


def test_the_archive_tells_of_the_last_week(tmp_path: Path) -> None:
    store = open_store(tmp_path / "monitor.db")
    for name, days in {"a": 1, "b": 6, "old": 8}.items():
        article = Article(url=f"https://n.example/{name}", title="Nordic Ferry", text=name)
        one = reading(name, article=article, read_at=NOW - timedelta(days=days), rules=("ai", "uk"))
        store.record_reading(one, tell()).result()
    held = Match(rule=rule(), spans=(), filtered="wires")
    one = replace(reading("c", read_at=NOW), matches=(held,))
    store.record_reading(one, tell()).result()
    archive = Archive(tmp_path / "monitor.db")
    assert archive.of_entity("ship", entities(), NOW) == "2 articles in 7 days"
    assert archive.of_entity("longer", entities(), NOW) == "0 articles in 7 days"
    assert archive.of_rule("uk", NOW) == "Matched 2 articles in 7 days"
    assert (
        archive.of_rule("ai", NOW) == "Matched 3 articles in 7 days, 1 of them held back by filters"
    )
    assert archive.of_rule("none", NOW) == "Matched 0 articles in 7 days"
    store.close()


def test_without_an_archive_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("this is no database", "utf-8")
    for path in (None, tmp_path / "none.db", tmp_path / "text.db"):
        assert Archive(path).of_entity("ship", entities(), NOW) == ""
        assert Archive(path).of_rule("ai", NOW) == ""
    assert Archive(tmp_path / "none.db").of_entity("nobody", entities(), NOW) == ""
    assert not (tmp_path / "none.db").exists()


# --- the command


def test_without_pygls_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygls", None)
    result = CliRunner().invoke(app, ["lsp"])
    assert result.exit_code == 1
    assert "pip install 'media-monitor[lsp]'" in result.stderr


def test_the_settings_are_those_of_the_configuration(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    assert _settings(config) == Settings()
    config.write_text("rules.path = 'desk'\nchats.sea = { channel = 'console' }\n", "utf-8")
    assert _settings(config) == Settings(("sea",), tmp_path / "desk", tmp_path / "monitor.db")
    config.write_text("rules.path = ", "utf-8")
    assert _settings(config) == Settings()


def test_over_tcp_it_listens_on_loopback_only() -> None:
    command = [sys.executable, "-m", "monitor", "rules", "lsp", "--tcp", "0"]
    root = Path(__file__).parents[1]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=root) as server:
        assert server.stderr is not None
        line = next(line for line in server.stderr if line.startswith("Serving on"))
        host, port = line.split("(")[1].rstrip(")\n").split(", ")
        assert host == "'127.0.0.1'"
        with socket.create_connection(("127.0.0.1", int(port)), timeout=20) as client:
            for method in ("initialize", "shutdown", "exit"):
                message: dict[str, object] = {"jsonrpc": "2.0", "method": method}
                if method != "exit":
                    message |= {"id": method}
                if method == "initialize":
                    message |= {"params": {"capabilities": {}}}
                body = json.dumps(message)
                client.sendall(f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
            answers = b"".join(iter(lambda: client.recv(65536), b""))
        server.stderr.read()
        assert server.wait(20) == 0
    assert b"monitor-rules" in answers


def test_what_the_document_says_to_write_is_what_starts_the_server() -> None:
    document = (Path(__file__).parents[1] / "docs" / "editors.md").read_text("utf-8")
    helix, pack = re.findall(r"```toml\n(.*?)```", document, re.DOTALL)
    server = tomllib.loads(helix)["language-server"]["monitor-rules"]
    (code,) = re.findall(r"```json\n(.*?)```", document, re.DOTALL)
    settings = json.loads(code)
    assert [server["command"], *server["args"]] == ["monitor", "rules", "lsp"]
    assert settings["glspc.server.command"] == "monitor"
    assert settings["glspc.server.commandArguments"] == ["rules", "lsp"]
    assert "cmd = { 'monitor', 'rules', 'lsp' }" in document
    assert load({"p.toml": pack}).problems == ()

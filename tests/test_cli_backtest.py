"""``monitor rules explain``, ``try``, ``diff``, ``route`` and ``check --archive``, on a real store
and in a real git repository.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from monitor.app.clock import now
from monitor.cli import archive as archive_commands
from monitor.cli.explaining import tree_lines
from monitor.cli.rules import app
from monitor.model import StoredArticle
from monitor.rules.adhoc import read_adhoc
from monitor.rules.analysis import analyse
from monitor.rules.explaining import explain
from monitor.store import open_store, read_store
from tests.archives import NOW, fill, stored

PACK = """
[pack]
id = "sea"
[fragments]
berth = 'harbour OR quay'
[[rule]]
id = "ferries"
title = "Ferries at berth"
query = '''@nordic AND $berth'''
[[rule]]
id = "trams"
title = "Trams"
query = '''tram'''
channels = ["city"]
[[rule]]
id = "sheds"
query = '''shed'''
status = "shadow"
[[filter]]
id = "no-sport"
query = '''race'''
"""
ENTITIES = "library = true\n[entity.nordic]\nnames = ['\"Nordic Line\"']\n"
CONFIG = """
[chats.desk]
channel = "console"
default = true
[chats.city]
channel = "console"
"""
NEWS = [
    stored(1, "Nordic Line at the quay", "It waits.", hours=40),
    stored(2, "A copy", "Nordic Line lies at the quay.", hours=39, story=1, outlet="Copy Daily"),
    stored(3, "A tram race", hours=30),
    stored(4, "Nordic Line leaves the pier", hours=20),
    stored(5, "The tram stops", "Snow.", hours=10, outlet="City Herald"),
    stored(6, "A tram at the quay", hours=5, outlet=""),
]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with a configuration, rules, and an archive that begins 40 hours ago."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules" / "entities").mkdir(parents=True)
    (tmp_path / "rules" / "sea.toml").write_text(PACK, "utf-8")
    (tmp_path / "rules" / "entities" / "e.toml").write_text(ENTITIES, "utf-8")
    (tmp_path / "config.toml").write_text(CONFIG, "utf-8")
    fill(tmp_path / "monitor.db", NEWS, now())
    return tmp_path


@pytest.fixture
def repository(desk: Path) -> Path:
    """The same with its rules committed."""
    git(desk, "init", "--quiet")
    commit(desk, "first")
    return desk


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@desk.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "rules")
    git(folder, "commit", "--quiet", "-m", message)


def edit(desk: Path, old: str, new: str, file: str = "sea.toml") -> None:
    path = desk / "rules" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def run(*arguments: object, text: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=text)


def answer(*arguments: object, text: str | None = None) -> str:
    """What a command that succeeds prints."""
    result = run(*arguments, text=text)
    assert result.exit_code == 0, result.output
    return result.stdout


def complaint(*arguments: object, text: str | None = None) -> str:
    """What a command that fails says, without a trace of Python."""
    result = run(*arguments, text=text)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert isinstance(result.exception, SystemExit)
    return result.stderr


# --- explain


def test_explain_draws_the_truth_at_every_node(desk: Path) -> None:
    assert answer("explain", "ferries", 4) == (
        "ferries does not match “Nordic Line leaves the pier”\n"
        "\n"
        "false  @nordic AND $berth   1 of 2 parts holds\n"
        "├─ true   @nordic   1 mention\n"
        "└─ false  $berth   none of 2 alternatives holds\n"
        "   └─ false  harbour OR quay   none of 2 alternatives holds\n"
        "      ├─ false  harbour   none\n"
        "      └─ false  quay   none\n"
    )


def test_explain_shows_the_evidence_of_a_match(desk: Path) -> None:
    shown = answer("explain", "@nordic AND quay", "https://post.example/1?utm_source=feed")
    assert shown.startswith("@nordic AND quay matches “Nordic Line at the quay”\n")
    assert "    @nordic: «Nordic Line» at the quay  (title)\n" in shown


def test_explain_reads_an_article_from_a_file_or_the_input(desk: Path) -> None:
    article = {"title": "Tram", "text": "A tram\nin the quay", "standfirst": None, "authors": ["A"]}
    file = desk / "saved.json"
    file.write_text(json.dumps(article, indent=2), "utf-8")
    assert "trams matches “Tram”" in answer("explain", "trams", file)
    assert "trams matches “Tram”" in answer("explain", "trams", "-", text=json.dumps(article))


def test_explain_says_which_filter_holds_an_alert_back(desk: Path) -> None:
    assert "no alert: the shared filter no-sport holds for it" in answer("explain", "trams", 3)


def test_explain_as_json(desk: Path) -> None:
    found = json.loads(answer("explain", "ferries", 4, "--json"))
    assert found["rule"] == "ferries"
    assert found["title"] == "Nordic Line leaves the pier"
    assert found["matches"] is False
    assert found["filters"] == []
    assert found["tree"]["miss"] == "1 of 2 parts holds"
    assert [child["holds"] for child in found["tree"]["children"]] == [True, False]


def test_explain_needs_no_tests_to_pass(desk: Path) -> None:
    edit(desk, "query = '''tram'''", "query = '''tram'''\ntest = [{match = true, title = 'x'}]")
    assert "trams matches" in answer("explain", "trams", 5)


def test_explain_colours_only_a_terminal() -> None:
    read = read_adhoc("tram AND (quay OR ship)", {})
    assert read.condition is not None
    lines = list(tree_lines(explain(read.condition, analyse(NEWS[5].article, {}))))
    console = Console(force_terminal=True, color_system="standard", width=200)
    with console.capture() as capture:
        for line in lines:
            console.print(line)
    assert "\x1b[32mtrue \x1b[0m" in capture.get()
    assert "\x1b[31mfalse\x1b[0m" in capture.get()


def test_long_nodes_are_cut_where_their_parts_follow(desk: Path) -> None:
    query = " OR ".join(f"ferry{n}" for n in range(30))
    shown = answer("explain", query, 4)
    assert "false  ferry0 OR ferry1" in shown
    assert max(map(len, shown.splitlines()[1:])) < 130
    assert "ferry29   none" in shown


@pytest.mark.parametrize(
    ("article", "told"),
    [
        ("99", "the archive has no article 99; `monitor search WORDS` finds its articles"),
        ("https://post.example/x", "monitor extract https://post.example/x --json > page.json"),
        ("lost.json", "there is no file lost.json, and it is neither an address nor an id"),
    ],
)
def test_explain_says_how_to_get_an_article(desk: Path, article: str, told: str) -> None:
    assert told in complaint("explain", "trams", article)


@pytest.mark.parametrize(
    ("content", "told"),
    [("{", "is not JSON"), ("[]", "is not an object"), ('{"title": 3}', "`title` must be a text")],
)
def test_a_broken_article_is_named(desk: Path, content: str, told: str) -> None:
    (desk / "bad.json").write_text(content, "utf-8")
    assert told in complaint("explain", "trams", "bad.json")


def test_a_broken_query_is_shown_with_carets(desk: Path) -> None:
    told = complaint("explain", "@nordik AND (quay", 4)
    assert "error[E130]: there is no entity @nordik" in told
    assert "--> query:1:13" in told
    assert "did you mean @nordic?" in told


def test_an_unknown_id_beside_broken_files_hints_at_them(desk: Path) -> None:
    edit(desk, "query = '''tram'''", "query = '''tram AND'''")
    told = complaint("explain", "$trams", 5)
    assert "the rule files have errors, which monitor rules check shows" in told


# --- try


def test_try_counts_alerts_by_story(desk: Path) -> None:
    result = run("try", "@nordic AND $berth", "--since", "7d")
    assert result.exit_code == 0
    assert result.stderr == "the archive begins 1 day ago\n"
    lines = result.stdout.splitlines()
    assert lines[0] == "1 alert in 1 day, about 0.6 a day: 2 articles of 6 match"
    assert lines[1] == "by outlet: Copy Daily 1, Harbour Post 1"
    assert lines[3].endswith("  Nordic Line at the quay")
    assert lines[4] == "    Harbour Post · https://post.example/1"
    assert result.stdout.count("Nordic Line") == 1


def test_try_highlights_the_evidence_in_the_text(desk: Path) -> None:
    assert "    Snow: «Snow».  (text)\n" in answer("try", "tram AND Snow")


def test_try_takes_a_rule_by_its_id_with_its_filters(desk: Path) -> None:
    shown = answer("try", "trams", "--limit", "1")
    assert shown.startswith("2 alerts in 1 day")
    assert "1 more article held back by shared filters" in shown
    assert "by outlet: (no outlet) 1, City Herald 1" in shown
    assert shown.count("tram") == 1


def test_try_within_the_archive_says_nothing_of_its_beginning(desk: Path) -> None:
    result = run("try", "tram", "--since", "12h")
    assert result.stderr == ""
    assert result.stdout.startswith("2 alerts in 12 hours, about 2.0 a day: 2 articles of 2 match")


def test_try_without_a_match(desk: Path) -> None:
    assert (
        answer("try", "zeppelin") == "0 alerts in 1 day, about 0.0 a day: 0 articles of 6 match\n"
    )


def test_many_outlets_are_summed_up(desk: Path) -> None:
    more = [stored(n, "Zeppelin", outlet=f"Outlet {n:02}", hours=1) for n in range(20, 31)]
    fill(desk / "monitor.db", more, now())
    assert "Outlet 27 1, and 3 more outlets\n" in answer("try", "zeppelin")


def test_try_as_json(desk: Path) -> None:
    result = json.loads(answer("try", "@nordic AND $berth", "--json"))
    assert result["alerts"] == 1
    assert result["articles"] == 2
    assert result["read"] == 6
    assert result["days"] == pytest.approx(40 / 24, abs=0.01)
    assert result["outlets"] == {"Copy Daily": 1, "Harbour Post": 1}
    [sample] = result["samples"]
    assert sample["spans"][0] == {"field": "title", "start": 0, "end": 11, "leaf": "@nordic"}


def test_try_needs_no_rule_files(desk: Path) -> None:
    shutil.rmtree(desk / "rules")
    assert answer("try", "tram").startswith("3 alerts")
    assert "none: does not exist; write a pack" in complaint("try", "tram", "--rules", "none")


def test_a_day_is_the_least_that_is_judged_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    fill(tmp_path / "monitor.db", [stored(n, "Tram") for n in range(1, 13)], now())
    result = run("try", "tram")
    assert "the archive begins 0 minutes ago" in result.stderr
    assert result.stdout.startswith("12 alerts in 0 minutes, about 12 a day")


def test_an_empty_archive_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "there is no database at monitor.db yet" in complaint("try", "tram")
    open_store(tmp_path / "monitor.db").close()
    assert "the archive has no articles yet; let `monitor run` read some" in complaint(
        "try", "tram"
    )


@pytest.mark.parametrize("since", ["week", "0s", "7"])
def test_a_time_is_shown_how_to_be_written(desk: Path, since: str) -> None:
    result = run("try", "tram", "--since", since)
    assert result.exit_code == 2
    assert "7d" in result.stderr


def test_a_terminal_sees_how_far_it_is(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Console(
        force_terminal=True, width=80, file=(desk / "shown").open("w", encoding="utf-8")
    )
    monkeypatch.setattr(archive_commands, "err", terminal)
    with read_archive(desk) as articles:
        assert len(list(articles)) == 6
    terminal.file.close()
    assert "looking" in (desk / "shown").read_text("utf-8")


class read_archive:  # noqa: N801 - used as a function
    def __init__(self, desk: Path) -> None:
        self.store = read_store(desk / "monitor.db")

    def __enter__(self) -> Iterator[StoredArticle]:
        archive = archive_commands.period(self.store, "7d", now(), what="looking")
        return iter(archive.articles)

    def __exit__(self, *_: object) -> None:
        self.store.close()


# --- diff


def test_diff_of_nothing(repository: Path) -> None:
    assert answer("diff") == "no rule differs from HEAD in what it matches or whom it tells\n"


def test_diff_counts_alerts_with_headlines_each_way(repository: Path) -> None:
    edit(repository, "query = '''tram'''", "query = '''tram NEAR/1 stops OR pier'''")
    lines = answer("diff").splitlines()
    assert lines[0] == "trams  2 → 2 alerts / 1 d (+1 −1)  query"
    assert lines[1].startswith("  + 2")
    assert lines[1].endswith("  Nordic Line leaves the pier  (Harbour Post)")
    assert lines[2].startswith("  − 2")
    assert "A tram at the quay" in lines[2]
    assert len(lines) == 3


def test_diff_names_the_correlations_that_were_edited(repository: Path) -> None:
    path = repository / "rules" / "sea.toml"
    spike = '\n[[correlation]]\nid = "rush"\ntitle = "A rush"\ntype = "spike"\n'
    path.write_text(path.read_text() + spike + 'rules = ["trams"]\ntimespan = "1h"\n')
    last = answer("diff").splitlines()[-1]
    assert last == "correlation rush added (correlations are not back-tested)"


def test_diff_says_what_each_chat_gets(repository: Path) -> None:
    edit(repository, "query = '''tram'''", "query = '''tram OR pier'''")
    assert answer("diff", "--since", "1d").splitlines()[-1] == "chat city: 2.0 → 3.0 alerts a day"


def test_diff_of_entities_and_fragments_counts_for_rules_that_use_them(repository: Path) -> None:
    edit(repository, "OR quay", "OR quay OR pier")
    assert answer("diff").startswith("ferries  1 → 2 alerts / 1 d (+1 −0)  $berth\n")
    git(repository, "checkout", "--quiet", "rules")
    edit(repository, "Nordic Line", "Norse Line", "entities/e.toml")
    assert answer("diff").startswith("ferries  1 → 0 alerts / 1 d (+0 −1)  @nordic\n")


def test_diff_with_an_earlier_commit(repository: Path) -> None:
    edit(repository, 'id = "trams"', 'id = "tramways"')
    commit(repository, "second")
    assert answer("diff").startswith("no rule differs")
    shown = answer("diff", "HEAD~1")
    assert "trams  2 → 0 alerts / 1 d (+0 −2)  removed\n" in shown
    assert "tramways  0 → 2 alerts / 1 d (+2 −0)  added\n" in shown


def test_diff_shows_at_most_ten_headlines_each_way(repository: Path) -> None:
    more = [stored(n, f"Zeppelin {n}", hours=1) for n in range(20, 34)]
    fill(repository / "monitor.db", more, now())
    edit(repository, "query = '''tram'''", "query = '''tram OR zeppelin'''")
    shown = answer("diff")
    assert shown.count("  + 2") == 10
    assert "  + and 4 more\n" in shown


def test_diff_of_one_file(repository: Path) -> None:
    (repository / "rules" / "other.toml").write_text(PACK.replace('"t', '"x-t'), "utf-8")
    edit(repository, "query = '''tram'''", "query = '''trams'''")
    shown = answer("diff", "--rules", "rules/sea.toml")
    assert "trams  2 → 0 alerts" in shown
    assert "ferries" not in shown
    assert "added" not in shown


def test_rules_that_were_never_committed_are_all_new(repository: Path) -> None:
    git(repository, "rm", "--quiet", "-r", "--cached", "rules")
    git(repository, "commit", "--quiet", "-m", "none")
    shown = answer("diff")
    assert "ferries  0 → 1 alerts / 1 d (+1 −0)  added" in shown
    assert "sheds  0 → 0 alerts / 1 d (+0 −0)  added" in shown


def test_diff_as_json(repository: Path) -> None:
    edit(repository, "query = '''tram'''", "query = '''stops'''")
    found = json.loads(answer("diff", "--json"))
    assert found["revision"] == "HEAD"
    [change] = found["rules"]
    assert (change["rule"], change["kind"], change["what"]) == ("trams", "changed", ["query"])
    assert (change["before"], change["after"], change["gained"], change["lost"]) == (2, 1, 0, 1)
    assert [headline["title"] for headline in change["went"]] == ["A tram at the quay"]
    assert {"chat": "city", "before": 2, "after": 1} in found["chats"]


def test_diff_works_within_a_git_hook(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(repository / "elsewhere"))
    assert answer("diff").startswith("no rule differs")


def test_diff_needs_a_repository_with_a_commit(desk: Path) -> None:
    assert "rules: git: is not in a git repository; `git init` there" in complaint("diff")
    git(desk, "init", "--quiet")
    assert "the repository has no commit yet; commit the rules once" in complaint("diff")


@pytest.mark.parametrize("revision", ["nowhere", "--all", "HEAD~9"])
def test_diff_with_an_unknown_commit(repository: Path, revision: str) -> None:
    told = complaint("diff", "--", revision)
    assert f"there is no commit '{revision}'; `git log --oneline` lists them" in told


def test_diff_needs_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository))
    assert "git is not installed, or not on the PATH" in complaint("diff")


def test_diff_passes_on_what_git_says(repository: Path) -> None:
    (repository / ".git" / "config").write_text("[broken", "utf-8")
    assert "rules: git: git refused: bad config line" in complaint("diff")


def test_diff_names_errors_of_either_side(repository: Path) -> None:
    edit(repository, "query = '''tram'''", "query = '''tram AND'''")
    told = complaint("diff")
    assert "error[E107]" in told
    assert "error: 1 error in the rules; mend them first" in told
    commit(repository, "broken")
    edit(repository, "query = '''tram AND'''", "query = '''tram'''")
    assert "error: 1 error in the rules of HEAD; mend them first" in complaint("diff")


# --- route


def choose(desk: Path, chat: str, rule: str, *, on: bool) -> None:
    store = open_store(desk / "monitor.db")
    store.subscribe(chat, rule, on=on).result()
    store.close()


def test_route_says_who_gets_what_and_why(desk: Path) -> None:
    choose(desk, "city", "ferries", on=True)
    assert answer("route") == (
        "ferries  Ferries at berth\n"
        "    → desk: a default chat, and the rule names none\n"
        "    → city: turned on in the chat itself\n"
        "trams  Trams\n"
        "    → city: named by the rule\n"
        "sheds  sheds  → nobody: in shadow: only reported to operators\n"
        "    × desk: a default chat, and the rule names none\n"
    )


def test_route_knows_the_channels_of_packs(desk: Path) -> None:
    edit(desk, 'id = "sea"', 'id = "sea"\nchannels = ["city"]')
    assert "    → city: named by its pack sea\n" in answer("route", "ferries")
    assert "    → city: named by the rule\n" in answer("route", "trams")


def test_route_says_why_nobody_is_told(desk: Path) -> None:
    choose(desk, "desk", "ferries", on=False)
    edit(desk, 'channels = ["city"]', 'channels = ["town"]')
    edit(desk, 'status = "shadow"', "expires = 2020-01-31")
    assert answer("route") == (
        "ferries  Ferries at berth  → nobody\n"
        "    × desk: turned off in the chat itself\n"
        "trams  Trams  → nobody\n"
        "    × town: there is no such chat in the configuration\n"
        "sheds  sheds  → nobody: expired on 2020-01-31\n"
        "    × desk: a default chat, and the rule names none\n"
    )


def test_route_without_any_chat(desk: Path) -> None:
    (desk / "config.toml").write_text("", "utf-8")
    shown = answer("route", "ferries")
    assert "→ nobody\n    no chat receives it: name `channels`, or make a chat the default" in shown


def test_route_knows_suspended_chats(desk: Path) -> None:
    store = open_store(desk / "monitor.db")
    store.suspend_chat("city", "the bot was blocked").result()
    store.close()
    told = "    × city: named by the rule; suspended: the bot was blocked\n"
    assert answer("route", "trams") == f"trams  Trams  → nobody\n{told}"


def test_route_works_before_the_first_run(desk: Path) -> None:
    (desk / "monitor.db").unlink()
    assert "→ city: named by the rule" in answer("route", "trams")


def test_route_of_correlations(desk: Path) -> None:
    text = '[[correlation]]\nid = "tram-spike"\ntype = "spike"\nrules = ["trams"]\n'
    (desk / "rules" / "watch.toml").write_text(text, "utf-8")
    assert "→ desk: a default chat" in answer("route", "tram-spike")


def test_route_of_an_article(desk: Path) -> None:
    article = {"title": "A tram and Nordic Line in the harbour", "text": "A shed."}
    assert answer("route", "-", text=json.dumps(article)) == (
        "ferries  Ferries at berth\n"
        "    → desk: a default chat, and the rule names none\n"
        "trams  Trams\n"
        "    → city: named by the rule\n"
        "sheds  sheds  → nobody: in shadow: only reported to operators\n"
        "    × desk: a default chat, and the rule names none\n"
        "would be told: desk, city\n"
    )


def test_route_of_an_article_that_a_filter_holds_back(desk: Path) -> None:
    shown = answer("route", "https://post.example/3")
    assert "trams  Trams  → nobody: held back by the shared filter no-sport\n" in shown
    assert shown.endswith("would be told: nobody\n")


def test_route_of_an_article_that_nothing_matches(desk: Path) -> None:
    assert answer("route", 4).startswith("no rule matches the article")


def test_route_as_json(desk: Path) -> None:
    ferries, trams, sheds = json.loads(answer("route", "--json"))
    assert ferries["reaches"] == ["desk"]
    assert trams["ways"] == [{"chat": "city", "told": True, "why": "named by the rule"}]
    assert (sheds["reaches"], sheds["silent"][:9]) == ([], "in shadow")


# --- check --archive


def test_check_judges_rules_by_the_archive(desk: Path) -> None:
    old = [stored(n, "A tram", hours=40 * 24) for n in range(20, 22)]
    fill(desk / "monitor.db", old, now())
    edit(desk, "query = '''tram'''", "query = '''tram AND zeppelin'''")
    result = run("check", "--archive")
    assert result.exit_code == 2
    assert "warning[W041]: dead: none of the 6 articles of 30 days matches" in result.stderr
    assert "W041" not in run("check").stderr
    assert "W041" not in run("check", "--archive", "--since", "7d").stderr


def test_check_by_an_archive_that_is_not_there(desk: Path) -> None:
    (desk / "monitor.db").unlink()
    assert "there is no database at monitor.db yet" in complaint("check", "--archive")


def test_help_teaches_by_example() -> None:
    for command in ("explain", "try", "diff", "route", "check"):
        assert f"monitor rules {command}" in answer(command, "--help")


# --- the store behind it


def test_articles_come_oldest_first_and_page_by_page(tmp_path: Path) -> None:
    fill(tmp_path / "monitor.db", [stored(n, f"T{n}", hours=(n * 7) % 5) for n in range(1, 251)])
    store = read_store(tmp_path / "monitor.db")
    try:
        found = list(store.articles_since(NOW - timedelta(hours=3)))
        assert len(found) == 200
        assert [(a.read_at, a.id) for a in found] == sorted((a.read_at, a.id) for a in found)
        assert found[0].read_at == NOW - timedelta(hours=3)
        assert list(store.articles_since(NOW + timedelta(seconds=1))) == []
        first = next(iter(store.articles_since(NOW)))
        assert store.article(first.id) == first  # the reader is free while articles are read
        assert store.article(999) is None
    finally:
        store.close()


def test_what_is_stored_meanwhile_comes_too(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    fill(path, [stored(1, "One", hours=1)])
    store = read_store(path)
    try:
        articles = store.articles_since(NOW - timedelta(days=1))
        assert next(articles).article.title == "One"
        fill(path, [stored(2, "Two")])
        assert [one.article.title for one in articles] == ["Two"]
    finally:
        store.close()

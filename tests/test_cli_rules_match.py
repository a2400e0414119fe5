"""``monitor rules match`` on files, pipes and several processes, as operators use it."""

import gzip
import json
import lzma
import os
import pickle
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.findings import Layout, Matcher
from monitor.cli.lines import Lines
from monitor.cli.rules import app
from monitor.cli.rulesets import read_ruleset
from tests.running import ROOT, monitor

ENTITIES = "[entity.ferry_line]\nnames = ['\"Nordic Ferry Line\"', 'Nordic']\n"
RULES = [
    {"id": "harbour", "query": "@ferry_line AND (harbour OR quay)", "tree": ["and"], "score": 3},
    {"id": "quay", "query": "quay", "title": "Quays", "priority": "high", "tags": ["sea"]},
    {"id": 7, "query": "train", "title": None, "expires": "2027-03-31"},
    {"id": "silent", "query": "quay", "status": "off"},
    {"id": "rare", "query": "zeppelin"},
]
ARTICLES = [
    {"id": "a", "title": "Nordic Ferry Line at the quay", "text": "The crew.\nThe quay is full."},
    {"id": "b", "title": "Nothing", "text": "No ship."},
    {"id": "c", "title": "A train", "text": "It leaves."},
    {"title": "The quay", "text": "Quiet."},
]
TEXT = """\
harbour  Nordic Ferry Line at the quay
    @ferry_line: «Nordic Ferry Line» at the quay  (title)
    quay: Nordic Ferry Line at the «quay»  (title)
quay  Nordic Ferry Line at the quay
    quay: Nordic Ferry Line at the «quay»  (title)
7  A train
    train: A «train»  (title)
quay  The quay
    quay: The «quay»  (title)
"""


def write(path: Path, rows: list[dict]) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return path


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """JSON lines of rules, with an entity beside them."""
    (tmp_path / "entities").mkdir()
    (tmp_path / "entities" / "e.toml").write_text(ENTITIES, "utf-8")
    return write(tmp_path / "rules.jsonl", RULES)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    return write(tmp_path / "articles.jsonl", ARTICLES)


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Articles of several blocks, of which every third matches."""
    words = "many words of a long report " * 40
    rows = [
        {"id": n, "title": "The quay" if n % 3 == 0 else "A field", "text": words}
        for n in range(240)
    ]
    return write(tmp_path / "many.jsonl", rows)


def match(*arguments: object, text: str | None = None) -> Result:
    return CliRunner().invoke(app, ["match", *map(str, arguments)], input=text)


@contextmanager
def matching(*arguments: object, **streams: int) -> Iterator[subprocess.Popen[bytes]]:
    """The real command, in a session of its own, as in a terminal."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(
        [sys.executable, "-m", "monitor", "rules", "match", *map(str, arguments)],
        **(pipes | streams),
        cwd=ROOT,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def send(process: subprocess.Popen[bytes], row: dict) -> None:
    process.stdin.write(f"{json.dumps(row)}\n".encode())
    process.stdin.flush()


def children(process: subprocess.Popen[bytes]) -> list[int]:
    return [
        int(p) for p in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    ]


# --- what is printed


def test_for_people_with_a_summary_apart_from_the_results(rules: Path, articles: Path) -> None:
    result = match(rules, articles)
    assert (result.exit_code, result.stdout) == (0, TEXT)
    assert result.stderr.startswith("4 articles, 3 with a match, 4 matches, ")
    assert result.stderr.endswith(" articles/s\n")
    assert match(rules, articles, "--quiet").stderr == ""


def test_as_json_with_and_without_the_evidence(rules: Path, articles: Path) -> None:
    rows = [json.loads(line) for line in match(rules, articles, "--json").stdout.splitlines()]
    pairs = [("a", "harbour"), ("a", "quay"), ("c", "7"), (f"{articles}:4", "quay")]
    assert [(row["article"], row["rule"]) for row in rows] == pairs
    assert rows[2]["spans"] == [{"field": "title", "start": 2, "end": 7}]
    plain = match(rules, articles, "--json", "--no-spans").stdout.splitlines()
    assert [json.loads(line) for line in plain] == [
        {"article": article, "rule": rule} for article, rule in pairs
    ]


def test_without_the_evidence_for_people(rules: Path, articles: Path) -> None:
    heads = [line for line in TEXT.splitlines() if not line.startswith(" ")]
    assert match(rules, articles, "--no-spans").stdout.splitlines() == heads


def test_counted_the_most_first(rules: Path, articles: Path) -> None:
    result = match(rules, articles, "--count")
    counts = [line.split() for line in result.stdout.splitlines()]
    assert counts == [["2", "quay"], ["1", "7"], ["1", "harbour"]]
    assert "4 matches, 3 of 4 rules matched, " in result.stderr
    first = match(rules, articles, "--count", "--json").stdout.splitlines()[0]
    assert json.loads(first) == {"rule": "quay", "articles": 2}


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".xz", lzma.compress)])
def test_compressed_files(rules: Path, articles: Path, suffix: str, pack) -> None:
    packed = [path.with_name(path.name + suffix) for path in (rules, articles)]
    for path, other in zip((rules, articles), packed, strict=True):
        other.write_bytes(pack(path.read_bytes()))
    assert match(*packed).stdout == TEXT


def test_lines_from_windows_and_blank_ones(rules: Path, articles: Path) -> None:
    for path in (rules, articles):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n\r\n").rstrip())
    assert match(rules, articles).stdout == TEXT


# --- what is wrong


def test_all_errors_of_rules_at_once_with_their_places(rules: Path, articles: Path) -> None:
    bad = [
        RULES[0],
        {"id": "open", "query": "a AND\n(b OR c", "tree": []},
        {"id": "mixed", "query": "quay AND ($sea OR @fery_line)"},
        {"id": "harbour", "quary": "x", "priority": "hgh"},
        {"query": 5, "tags": "sea", "expires": "soon"},
    ]
    lines = [*map(json.dumps, bad), '{"id": "x", "query": ', "[1]"]
    rules.write_text("\n".join(lines), "utf-8")
    result = match(rules, articles)
    assert (result.exit_code, result.stdout) == (1, "")
    shown = result.stderr.replace(str(rules), "rules.jsonl")
    assert shown == (ROOT / "tests" / "data" / "rule-rows.txt").read_text("utf-8")


def test_errors_of_entities_are_shown_in_their_files(rules: Path, articles: Path) -> None:
    file = rules.parent / "entities" / "e.toml"
    file.write_text(ENTITIES.replace("names", "nmes"), "utf-8")
    result = match(rules, articles)
    assert result.exit_code == 1
    assert f"--> {file}:2:1" in result.stderr
    assert "no entity" not in result.stderr
    assert "2 errors in the rules; nothing was matched" in result.stderr


@pytest.mark.parametrize("name", ["none.jsonl", "empty.jsonl"])
def test_rules_that_are_not_there(rules: Path, articles: Path, name: str) -> None:
    (rules.parent / "empty.jsonl").touch()
    result = match(rules.parent / name, articles)
    assert (result.exit_code, result.stdout) == (1, "")
    says = {"none.jsonl": "cannot be read: No such file", "empty.jsonl": "has no rules"}
    assert result.stderr.startswith(f"error: {rules.parent / name} {says[name]}")


def test_a_file_that_breaks_off_is_named_after_what_is_whole(rules: Path, articles: Path) -> None:
    whole = gzip.compress(articles.read_bytes())
    broken = articles.with_name("broken.jsonl.gz")
    broken.write_bytes(whole[:-12])
    result = match(rules, broken)
    assert result.exit_code == 1
    assert TEXT.startswith(result.stdout)
    assert f"{broken} cannot be read" in result.stderr
    assert "Traceback" not in result.stderr


# --- several processes


@pytest.mark.parametrize("options", [["--json"], ["--count"]])
def test_jobs_change_nothing_but_the_time(rules: Path, many: Path, options: list[str]) -> None:
    together = monitor("rules", "match", rules, many, *options, "--jobs", "3")
    assert (together.returncode, together.stdout) == (0, match(rules, many, *options).stdout)
    assert "240 articles, 80 with a match, 80 matches" in together.stderr


def test_jobs_stop_at_the_same_broken_line(rules: Path, many: Path) -> None:
    lines = many.read_text().splitlines()
    lines[200] = '{"title": 5}'
    many.write_text("\n".join(lines))
    alone = match(rules, many, "--json")
    together = monitor("rules", "match", rules, many, "--json", "--jobs", "0")
    assert (alone.exit_code, together.returncode) == (1, 1)
    assert alone.stderr == together.stderr == f"error: {many}:201: `title` must be a text\n"
    assert alone.stdout == together.stdout
    assert json.loads(alone.stdout.splitlines()[-1])["article"] == "198"


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_results_come_while_the_input_goes_on(rules: Path, jobs: str) -> None:
    """So neither articles nor results are collected: the next is sent after an answer."""
    with matching(rules, "-", "--json", "--jobs", jobs) as process:
        for number in range(5):
            send(process, {"id": number, "title": "At the quay"})
            assert json.loads(process.stdout.readline())["article"] == str(number)
        process.stdin.close()
        assert process.wait(30) == 0
        assert process.stderr.read().startswith(b"5 articles, 5 with a match")


def test_a_reader_that_leaves_ends_it_quietly(rules: Path) -> None:
    with matching(rules, "-", "--json", "--jobs", "2") as process:
        send(process, ARTICLES[0])
        process.stdout.readline()
        process.stdout.close()
        with suppress(BrokenPipeError):
            while True:  # until it has ended, too
                send(process, ARTICLES[0])
        assert process.wait(30) == 1
        assert process.stderr.read() == b""
        with suppress(BrokenPipeError):
            process.stdin.close()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_ctrl_c_ends_it_at_once_without_orphans(rules: Path) -> None:
    with matching(rules, "-", "--json", "-j", "2") as process:
        send(process, ARTICLES[0])
        process.stdout.readline()
        workers = children(process)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(30) == 130
        assert process.stderr.read() == b""
        assert len(workers) == 2
        assert not any(Path(f"/proc/{worker}").exists() for worker in workers)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_workers_end_with_a_parent_that_is_killed(rules: Path) -> None:
    with matching(rules, "-", "--no-spans", "-j", "2") as process:
        send(process, ARTICLES[-1])
        process.stdout.readline()
        assert len(children(process)) == 2
        process.kill()
        assert process.stdout.read() == b""  # ends when nobody is left who could write to it


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_worker_that_dies_is_one_clear_error(rules: Path) -> None:
    with matching(rules, "-", "--json", "-j", "2") as process:
        send(process, ARTICLES[0])
        process.stdout.readline()
        os.kill(children(process)[1], signal.SIGKILL)
        assert process.wait(30) == 1
        assert process.stderr.read() == (
            b"error: a worker process ended before its work was done (SIGKILL); "
            b"if the machine was out of memory, ask for fewer jobs\n"
        )


def test_a_process_that_shares_nothing_reads_the_rules_itself(rules: Path, articles: Path) -> None:
    matcher = Matcher(read_ruleset(rules), Layout(as_json=True), rules, str(articles))
    copy = pickle.loads(pickle.dumps(matcher))
    with closing(Lines(str(articles))) as lines:
        [block] = lines.blocks()
    assert [f.text for f in copy(block)] == [f.text for f in matcher(block)]
    assert len(pickle.dumps(matcher)) < 1000


# --- progress


def test_progress_is_on_the_terminal_and_results_are_not(rules: Path, many: Path) -> None:
    terminal, theirs = pty.openpty()
    with matching(rules, many, "--json", "-j", "2", stderr=theirs) as process:
        os.close(theirs)
        results = process.stdout.read()
        shown = b""
        try:
            while more := os.read(terminal, 4096):
                shown += more
        except OSError:  # what Linux says at the end of a terminal
            os.close(terminal)
    assert len([json.loads(line) for line in results.splitlines()]) == 80
    assert b"matching" in shown
    assert b"240 articles, 80 with a match" in shown
    assert b'"rule"' not in shown

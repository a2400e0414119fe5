"""Opening a database: alone, read-only, and where it cannot be done."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.errors import AlreadyRunning, NewerDatabase, StoreError
from monitor.store import SqliteStore, open_store, read_store
from monitor.store.engine import explain
from tests.store_examples import NOW, reading, silence, state

_HOLD = """
import sys, time
from pathlib import Path
from monitor.store import open_store
store = open_store(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "odd name #%.db"


def test_everything_survives_closing_and_opening(path: Path) -> None:
    store = open_store(path)
    store.sync_sources([state()], [])
    store.record_reading(reading("one"), silence)
    store.close()
    again = open_store(path)
    assert again.states() == (state(),)
    assert again.known_keys(["id:one", "id:two"]) == {"id:one"}
    again.close()


def test_a_database_is_set_up_to_survive_a_power_cut(path: Path) -> None:
    store = open_store(path)

    def settings(db: object) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [db.execute(f"PRAGMA {name}").fetchone()[0] for name in names]  # type: ignore[attr-defined]

    assert store._write(settings).result() == ["wal", 2, 1, 10000]
    store.close()


def test_two_stores_on_one_database_are_refused_even_in_one_process(path: Path) -> None:
    path.with_name(path.name + ".lock").write_text("999999999999\n")  # of a process long gone
    store = open_store(path)
    with pytest.raises(AlreadyRunning, match=rf"\(process {os.getpid()}\)"):
        open_store(path)
    store.close()
    open_store(path).close()


def test_a_second_process_is_refused_until_the_first_is_killed(path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(AlreadyRunning) as refused:
            open_store(path)
        assert str(refused.value) == (
            f"{path} is in use by another monitor (process {other.pid}); "
            "stop that one first, or name another [store] path"
        )
        reader = read_store(path)
        assert reader.states() == ()
        reader.close()
        other.send_signal(signal.SIGKILL)
        other.wait()
        open_store(path).close()


def test_reading_works_beside_the_monitor_and_after_it(path: Path) -> None:
    store = open_store(path)
    reader = read_store(path)
    store.record_reading(reading("one"), silence).result()
    assert reader.counts(NOW).articles == 1
    reader.close()
    store.close()
    after = read_store(path)
    assert after.counts(NOW).articles == 1
    after.close()


def test_a_store_for_reading_does_not_write(path: Path) -> None:
    open_store(path).close()
    reader = read_store(path)
    with pytest.raises(StoreError, match="open for reading only"):
        reader.release_leases()
    reader.close()


def test_reading_asks_for_a_database_first(path: Path) -> None:
    with pytest.raises(StoreError, match=r"there is no database at .* start `monitor run` first"):
        read_store(path)
    assert not path.exists()


def test_a_closed_store_says_so(path: Path) -> None:
    store = open_store(path)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="has been closed"):
        store.release_leases()
    with pytest.raises(StoreError, match="has been closed"):
        store.states()


def _newer(path: Path) -> None:
    open_store(path).close()
    with sqlite3.connect(path) as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('monitor', 'm999_later', '2030-01-01')"
        )
    db.close()


def _older(path: Path) -> None:
    open_store(path).close()
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM _sqlite_migrations")
    db.close()


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE recipes (name TEXT)")
    db.close()


@pytest.mark.parametrize("opening", [open_store, read_store])
def test_a_database_of_a_later_version_is_left_alone(opening: object, path: Path) -> None:
    _newer(path)
    before = path.read_bytes()
    with pytest.raises(NewerDatabase, match="was written by a later version of monitor; install"):
        opening(path)  # type: ignore[operator]
    assert path.read_bytes() == before


@pytest.mark.parametrize("opening", [open_store, read_store])
def test_a_database_of_another_program_is_left_alone(opening: object, path: Path) -> None:
    _foreign(path)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="is the database of another program"):
        opening(path)  # type: ignore[operator]
    assert path.read_bytes() == before


def test_reading_does_not_bring_an_older_database_up_to_date(path: Path) -> None:
    _older(path)
    with pytest.raises(StoreError, match="earlier version of monitor; start `monitor run` once"):
        read_store(path)


def test_a_database_whose_making_was_cut_short_is_finished(path: Path) -> None:
    with sqlite3.connect(path) as db:  # what a kill between the mark and the tables leaves
        db.execute("PRAGMA application_id = 0x6D6F6E69")
    db.close()
    store = open_store(path)
    assert store.states() == ()
    store.close()


@pytest.mark.parametrize("opening", [open_store, read_store])
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: p.write_text("This is a shopping list, not a database. " * 50), "not a databa"),
        (lambda p: p.mkdir(), "is a directory; name a file in it"),
        (lambda p: p.symlink_to(p), "cannot be (reached|opened)|no database"),
    ],
)
def test_what_is_not_a_database_is_one_clear_line(
    opening: object, make: object, message: str, path: Path
) -> None:
    make(path)  # type: ignore[operator]
    with pytest.raises(StoreError, match=message) as refused:
        opening(path)  # type: ignore[operator]
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_path_in_no_directory(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="check that its directory exists"):
        open_store(tmp_path / "none" / "monitor.db")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("opening", ["open_store", "read_store"])
def test_a_database_that_this_user_may_not_touch(opening: str, path: Path) -> None:
    open_store(path).close()
    path.parent.chmod(0o700)
    path.parent.parent.chmod(0o700)
    script = (
        "import os, sys; from pathlib import Path; import monitor.store as s; "
        "from monitor.errors import StoreError; os.setgid(65534); os.setuid(65534)\n"
        f"try: s.{opening}(Path(sys.argv[1]))\n"
        "except StoreError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, path],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent,
    )
    assert done.stderr == ""
    assert done.stdout.startswith(f"{path} cannot be reached (Permission denied)")


def test_a_failed_opening_frees_the_lock(path: Path) -> None:
    path.write_text("no database " * 500)
    for _ in range(2):
        with pytest.raises(StoreError, match="is not a database"):
            open_store(path)
    path.unlink()
    open_store(path).close()


def test_a_damaged_database_says_what_to_do(path: Path) -> None:
    store = open_store(path)
    for number in range(30):
        store.record_reading(reading(str(number)), silence)
    store.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096 * 2)
        file.write(b"\xff" * (size - 4096 * 2))
    with pytest.raises(StoreError, match=r"is damaged .* put a backup in its place"):
        _use(path)


def test_a_reading_that_fails_is_one_clear_line_and_leaves_the_store_usable(path: Path) -> None:
    store = open_store(path)
    store._write(lambda db: db.execute("DROP TABLE moved_chat")).result()
    with pytest.raises(StoreError, match=r"\.db: SQLite refused: no such table: moved_chat"):
        store.moved_chats()
    assert store.suspended_chats() == {}
    store.close()


def test_an_sqlite_that_is_too_old_says_what_to_install(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.store.engine.OLDEST_SQLITE", (99, 0, 0))
    with pytest.raises(StoreError, match=rf"SQLite {sqlite3.sqlite_version}; .* pysqlite3"):
        open_store(path)


def _use(path: Path) -> None:
    store = open_store(path)
    try:
        store.search("title")
        store.states()
        store.history(["https://news.example/1"])
    finally:
        store.close()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SQLITE_FULL", "is full; free some space: nothing is lost"),
        ("SQLITE_BUSY_SNAPSHOT", "locked by another program"),
        ("SQLITE_IOERR_WRITE", "the disk of .* failed"),
        ("SQLITE_CANTOPEN", "cannot be opened"),
        ("SQLITE_READONLY_DIRECTORY", "may not be written by this user"),
        (None, "SQLite refused: the reason"),
    ],
)
def test_errors_of_sqlite_in_words(name: str | None, words: str, path: Path) -> None:
    error = sqlite3.OperationalError("the reason")
    if name:
        error.sqlite_errorname = name
    told = explain(error, path)
    assert str(path) in str(told)
    assert "\n" not in str(told)
    assert told.full is (name == "SQLITE_FULL")
    with pytest.raises(StoreError, match=words):
        raise told


def test_the_store_keeps_the_contract() -> None:
    from monitor.ports import Store

    methods = {name for name in vars(Store) if not name.startswith("_")}
    assert methods <= set(vars(SqliteStore))

"""The writer: groups, futures after the commit, failures that hurt nobody else, and recovery."""

import asyncio
import itertools
import resource
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlite_utils import Database

from monitor.errors import StoreError
from monitor.model import Known, Outcome
from monitor.store import SqliteStore, answers, open_store
from monitor.store.writer import GROUP
from tests.store_examples import NOW, reading, silence, state, tell


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "monitor.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    store = open_store(path)
    yield store
    store.close()


class Gate:
    """Holds the writer, so that what is submitted meanwhile makes up the next groups."""

    def __init__(self, store: SqliteStore) -> None:
        self._entered, self._opened = threading.Event(), threading.Event()
        self.commits: list[str] = []
        self._store = store

    def __enter__(self) -> "Gate":
        self._store._write(self._hold)
        self._entered.wait(10)
        return self

    def _hold(self, db: Database) -> None:
        self._entered.set()
        self._opened.wait(10)
        db.conn.set_trace_callback(self._trace)

    def _trace(self, statement: str) -> None:
        if statement == "COMMIT":
            self.commits.append(statement)

    def __exit__(self, *_: object) -> None:
        self._opened.set()


def _outside(path: Path, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def _setting(name: str, value: int) -> Callable[[Database], None]:
    def change(db: Database) -> None:
        db.execute(f"PRAGMA {name} = {value}").fetchall()

    return change


def _broken_promise(db: Database) -> None:
    """Passes by itself, and fails the commit: a real failure at the last moment."""
    db.execute("PRAGMA defer_foreign_keys = ON")
    db.execute("INSERT INTO entry_key (key, entry) VALUES ('orphan', 999)")


def test_what_is_done_is_on_disk_for_everybody(store: SqliteStore, path: Path) -> None:
    for number in range(20):
        store.record_reading(reading(str(number)), tell("desk")).result()
        assert _outside(path, "SELECT count(*) FROM delivery") == [(number + 1,)]


def test_changes_that_wait_share_commits(store: SqliteStore) -> None:
    with Gate(store) as gate:
        futures = [store.subscribe("desk", f"rule{n}", on=True) for n in range(3 * GROUP)]
    for future in futures:
        future.result()
    assert len(store.subscriptions()) == 3 * GROUP
    assert 3 <= len(gate.commits) <= 4  # the gate's own commit may be traced too


def test_threads_may_write_and_read_at_once(store: SqliteStore) -> None:
    def work(name: str) -> None:
        for number in range(20):
            store.record_reading(reading(f"{name}-{number}"), silence).result()
            assert store.known_keys([f"id:{name}-{number}"])
            assert store.counts(NOW).articles

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(work, "abcdef")) == [None] * 6
    assert store.counts(NOW).articles == 120


def test_a_failing_change_leaves_its_neighbours_alone(store: SqliteStore) -> None:
    def refuse(_: Known) -> Outcome:
        raise ZeroDivisionError("a mistake in a decision")

    with Gate(store):
        before = store.record_reading(reading("before"), tell("desk"))
        failing = store.record_reading(reading("failing"), refuse)
        invalid = store._write(lambda db: db.execute("INSERT INTO entry (id) VALUES (1)"))
        after = store.record_reading(reading("after"), tell("desk"))
    with pytest.raises(ZeroDivisionError):
        failing.result()
    with pytest.raises(StoreError, match=r"monitor\.db: SQLite refused: NOT NULL constraint"):
        invalid.result()
    assert before.result()[1].deliveries
    assert after.result()[1].deliveries
    assert store.known_keys(["id:before", "id:failing", "id:after"]) == {"id:before", "id:after"}
    assert store.counts(NOW).articles == 2


def test_what_a_failing_change_has_written_is_undone(store: SqliteStore) -> None:
    twice = reading("twice", rules=("ai", "ai"))  # fails after the article is written
    with Gate(store):
        first = store.record_poll(state("first"))
        failing = store.record_reading(twice, tell("desk"))
        last = store.record_poll(state("last"))
    with pytest.raises(StoreError, match="UNIQUE constraint failed"):
        failing.result()
    assert (first.result(), last.result()) == (None, None)
    assert [s.source for s in store.states()] == ["first", "last"]
    assert not store.known_keys(twice.keys)
    assert store.counts(NOW).articles == 0
    assert store.search("twice") == ()


def test_an_answer_is_of_one_moment(store: SqliteStore) -> None:
    with store._reader.snapshot() as db:
        assert answers.counts(db, NOW).articles == 0
        store.record_reading(reading("one"), silence).result()
        assert answers.counts(db, NOW).articles == 0
    assert store.counts(NOW).articles == 1


def test_a_failed_commit_fails_its_whole_group_and_the_next_one_works(store: SqliteStore) -> None:
    with Gate(store):
        first = store.record_reading(reading("first"), silence)
        broken = store._write(_broken_promise)
    for future in (first, broken):
        with pytest.raises(StoreError, match="FOREIGN KEY constraint failed"):
            future.result()
    assert not store.known_keys(["id:first", "orphan"])
    store.record_reading(reading("first"), silence).result()
    assert store.known_keys(["id:first"])


def test_a_change_that_undoes_the_transaction_fails_its_group(store: SqliteStore) -> None:
    def undo(db: Database) -> None:
        db.execute("ROLLBACK")
        db.execute("INSERT INTO nowhere VALUES (1)")

    with Gate(store):
        first = store.record_reading(reading("first"), silence)
        broken = store._write(undo)
        last = store.record_reading(reading("last"), silence)
    for future in (first, broken, last):
        with pytest.raises(StoreError, match="no such table: nowhere"):
            future.result()
    assert not store.known_keys(["id:first", "id:last"])
    store.record_reading(reading("first"), silence).result()


def test_a_full_disk_is_named_and_left_behind(store: SqliteStore, path: Path) -> None:
    store.record_reading(reading("early"), tell("desk")).result()
    store._write(_setting("max_page_count", 1)).result()  # SQLite makes it the current size
    long = reading("late")
    stored = 0
    fillers = (reading(f"filler{number}", rules=()) for number in itertools.count())
    while not (error := store.record_reading(next(fillers), tell("desk")).exception()):
        stored += 1
    assert isinstance(error, StoreError)
    assert error.full
    assert str(error) == (
        f"the disk of {path} is full; free some space: nothing is lost, it goes on by itself"
    )
    assert not store.known_keys([f"id:filler{stored}"])
    assert store.counts(NOW).articles == 1 + stored
    store._write(_setting("max_page_count", 1_000_000)).result()
    store.record_reading(long, tell("desk")).result()
    assert store.known_keys(["id:late"])


def test_a_locked_database_is_named_and_left_behind(store: SqliteStore, path: Path) -> None:
    store._write(_setting("busy_timeout", 1)).result()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="is locked by another program; close that one") as locked:
        store.record_reading(reading("one"), silence).result()
    assert not locked.value.full
    other.close()
    store.record_reading(reading("one"), silence).result()


_LIMITED = """
import resource, sys
from pathlib import Path
from monitor.errors import StoreError
from monitor.store import open_store
from tests.store_examples import reading, silence, NOW
store = open_store(Path(sys.argv[1]))
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
written = 0
try:
    while True:
        store.record_reading(reading(str(written)), silence).result()
        written += 1
except StoreError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
store.record_reading(reading("after"), silence).result()
assert store.counts(NOW).articles == written + 1
store.close()
print("recovered")
"""


@pytest.mark.skipif(
    resource.getrlimit(resource.RLIMIT_FSIZE)[1] != resource.RLIM_INFINITY,
    reason="files are limited here already",
)
def test_a_disk_that_fails_is_named_and_left_behind(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, path],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent,
    )
    assert done.stderr == ""
    error, last = done.stdout.splitlines()
    assert error.startswith(f"the disk of {path} ")
    assert error.endswith("nothing is lost, it goes on by itself")
    assert last == "recovered"


def test_closing_writes_what_is_queued(path: Path) -> None:
    store = open_store(path)
    futures = [store.record_reading(reading(str(n)), silence) for n in range(2 * GROUP + 10)]
    store.close()
    assert all(future.done() for future in futures)
    assert _outside(path, "SELECT count(*) FROM entry") == [(2 * GROUP + 10,)]


def test_a_write_is_made_even_if_nobody_waits_for_it(store: SqliteStore) -> None:
    with Gate(store):
        future = store.record_poll(state())
        assert not future.cancel()
    assert future.result() is None
    assert store.states() == (state(),)


@pytest.mark.anyio
async def test_a_cancelled_task_leaves_its_write_whole(store: SqliteStore) -> None:
    with Gate(store):
        writing = store.record_reading(reading("one"), tell("desk"))
        task = asyncio.ensure_future(asyncio.wrap_future(writing))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await asyncio.wrap_future(store.record_poll(state()))
    assert store.known_keys(["id:one"])
    assert store.counts(NOW).waiting == 1

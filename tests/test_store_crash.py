"""kill -9 amid writes, and files as a power cut may leave them."""

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from monitor.store import open_store, read_store
from tests.store_examples import LEASE, NOW, reading, silence, tell

# Writes readings from several threads' worth of futures, and names each one that is done.
_WRITE = """
import sys
from pathlib import Path
from monitor.store import open_store
from tests.store_examples import LEASE, NOW, reading, tell

store = open_store(Path(sys.argv[1]))
number = int(sys.argv[2])
while True:
    names = [f"r{n}" for n in range(number, number + 7)]
    number += 7
    futures = [(name, store.record_reading(reading(name), tell("desk", "board"))) for name in names]
    for name, future in futures:
        future.result()
        print(name, flush=True)
    for claim in store.claim(NOW, lease=LEASE, limit=2).result():
        store.finish(claim.delivery)
"""


def _write_until_killed(path: Path, start: int, acknowledged: int) -> list[str]:
    """The readings that were acknowledged before the kill."""
    with subprocess.Popen(
        [sys.executable, "-c", _WRITE, path, str(start)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(acknowledged)]
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
    return [line.strip() for line in lines if line.endswith("\n")]


def _check(path: Path) -> None:
    """The file is sound, and every reading in it is whole."""
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        db.execute("INSERT INTO article_fts (article_fts, rank) VALUES ('integrity-check', 1)")
        entries, keys, articles, matches, decisions, deliveries = (
            db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("entry", "entry_key", "article", "rule_match", "decision", "delivery")
        )
    assert (entries, keys, matches) == (articles, 2 * articles, articles)
    assert (decisions, deliveries) == (2 * articles, 2 * articles)


def test_what_was_acknowledged_survives_kill_minus_nine(tmp_path: Path) -> None:
    path, chance = tmp_path / "monitor.db", random.Random(7)
    acknowledged: list[str] = []
    for life in range(5):
        acknowledged += _write_until_killed(path, life * 10_000, chance.randint(1, 80))
        store = open_store(path)
        keys = [f"id:{name}" for name in acknowledged]
        assert store.known_keys(keys) == frozenset(keys)
        assert len(store.claim(NOW, lease=LEASE, limit=9).result()) <= 2
        store.release_leases().result()
        store.close()
        _check(path)
    assert len(acknowledged) > 5


def test_a_log_cut_off_anywhere_leaves_whole_readings(tmp_path: Path) -> None:
    path, copy = tmp_path / "monitor.db", tmp_path / "copy.db"
    chance = random.Random(11)
    store = open_store(path)
    store._write(lambda db: db.execute("PRAGMA wal_autocheckpoint = 0").fetchall()).result()
    for number in range(40):
        store.record_reading(reading(str(number)), tell("desk", "board")).result()
    log = path.with_name("monitor.db-wal").read_bytes()
    found = []
    for length in sorted(chance.randrange(len(log)) for _ in range(25)):
        shutil.copy(path, copy)
        copy.with_name("copy.db-wal").write_bytes(log[:length])
        copy.with_name("copy.db-shm").unlink(missing_ok=True)
        again = open_store(copy)
        found.append(again.counts(NOW).articles)
        again.record_reading(reading("after"), tell("desk", "board")).result()
        again.close()
        _check(copy)
    store.close()
    assert found == sorted(found)
    assert 0 < max(found) <= 40
    assert min(found) < max(found)


def test_what_a_killed_monitor_left_can_be_read_at_once(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    done = _write_until_killed(path, 0, 20)
    reader = read_store(path)
    assert len(reader.known_keys(f"id:{name}" for name in done)) == len(done)
    assert reader.counts(NOW).articles >= len(done)
    reader.close()


def test_a_killed_reading_may_simply_be_recorded_again(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    done = _write_until_killed(path, 0, 20)
    store = open_store(path)
    before = store.counts(NOW).articles
    for name in done:
        store.record_reading(reading(name), silence)
    store.record_reading(reading("new"), silence).result()
    assert store.counts(NOW).articles == before + 1
    store.close()

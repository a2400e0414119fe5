"""Worker processes: whatever a document does to them, the caller gets an answer in time."""

import asyncio
import io
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.app import worker
from monitor.app.workers import Workers
from monitor.errors import FetchError, MonitorError, ParseError
from tests import worker_tasks as tasks

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parent.parent
PRELOAD = ("tests.worker_tasks",)


def workers(count: int = 1, limit: float = 5.0, memory: int = 1_000_000_000) -> Workers:
    return Workers(count, timedelta(seconds=limit), memory=memory, preload=PRELOAD)


@pytest.fixture
async def one(anyio_backend: str) -> AsyncIterator[Workers]:
    async with workers() as pool:
        yield pool


async def test_a_call_runs_in_another_process_that_is_used_again(one: Workers) -> None:
    assert await one.run(tasks.add, 2, 3) == 5
    first = await one.run(tasks.process_id)
    assert first != os.getpid()
    assert await one.run(tasks.process_id) == first


async def test_warm_starts_all_workers_at_once() -> None:
    async with workers(count=2) as pool:
        await pool.warm()
        await pool.warm()  # again: nothing is missing
        pids = {process.pid for process in pool._all}
        assert len(pids) == 2
        assert await pool.run(tasks.process_id) in pids


async def test_the_application_is_not_imported_again_and_has_the_terminal_to_itself(
    one: Workers,
) -> None:
    session, main = await one.run(tasks.session_and_main)
    assert session != os.getsid(0)
    assert main == worker.__file__


@pytest.mark.parametrize("endless", [tasks.loop, tasks.loop_in_c])
async def test_a_call_over_the_limit_is_killed(endless: Callable[[], object]) -> None:
    async with workers(limit=0.2) as pool:
        before = await pool.run(tasks.process_id)
        with pytest.raises(ParseError) as caught:
            await pool.run(endless)
        assert str(caught.value) == ("the document took longer than 0.2 s to read and was given up")
        assert await pool.run(tasks.process_id) != before
        assert len(pool._all) == 1


async def test_a_worker_deaf_to_its_timer_is_killed_by_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.app.workers._GRACE", 0.1)
    async with workers(limit=0.1) as pool:
        with pytest.raises(ParseError, match=r"took longer than 0\.1 s"):
            await pool.run(tasks.loop_deaf)
        assert not pool._all


async def test_waiting_for_a_worker_does_not_count() -> None:
    async with workers(limit=0.8) as pool:
        calls = (pool.run(tasks.nap, 0.25) for _ in range(4))
        assert await asyncio.gather(*calls) == [None] * 4


async def test_starting_and_importing_do_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = "import time\ntime.sleep(0.5)\ndef answer(): return 42\n"
    (tmp_path / "slow_to_import.py").write_text(slow, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    module = pytest.importorskip("slow_to_import")
    async with workers(limit=0.2) as pool:
        assert await pool.run(module.answer) == 42


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="counts threads in /proc")
async def test_linear_algebra_starts_no_threads(one: Workers) -> None:
    assert await one.run(tasks.threads_with_numpy) == 1


async def test_too_much_memory_is_refused_and_the_worker_replaced(one: Workers) -> None:
    before = await one.run(tasks.process_id)
    with pytest.raises(ParseError, match=r"needed more than 1 GB of memory and was given up"):
        await one.run(tasks.hog)
    assert await one.run(tasks.process_id) != before
    assert await one.run(tasks.memory_limit) == 1_000_000_000


async def test_too_deep_a_document_is_an_error_of_the_document(one: Workers) -> None:
    with pytest.raises(ParseError, match="nested too deeply"):
        await one.run(tasks.nest)
    assert await one.run(tasks.add, 1, 1) == 2


async def test_our_errors_arrive_unchanged(one: Workers) -> None:
    with pytest.raises(FetchError, match=r"^no$") as caught:
        await one.run(tasks.refuse)
    error = caught.value
    assert (error.url, error.status, error.permanent) == ("http://a.example/", 404, True)
    assert not hasattr(error, "__notes__")


async def test_other_errors_arrive_with_the_trace_of_the_worker(one: Workers) -> None:
    with pytest.raises(KeyError) as caught:
        await one.run(tasks.stumble)
    assert "worker_tasks.py" in "".join(caught.value.__notes__)


async def test_errors_and_results_that_do_not_pickle_are_reported(one: Workers) -> None:
    with pytest.raises(RuntimeError, match="Awkward: one two"):
        await one.run(tasks.fail_awkwardly)
    with pytest.raises(RuntimeError, match="SystemExit: 3"):
        await one.run(tasks.leave)
    with pytest.raises((AttributeError, pickle.PicklingError), match="lambda"):
        await one.run(tasks.unpicklable)
    assert await one.run(tasks.add, 1, 1) == 2


async def test_a_long_answer_arrives_and_an_absurd_one_does_not(
    one: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(await one.run(tasks.long_answer, 3_000_000)) == 3_000_000
    monkeypatch.setattr("monitor.app.workers._LARGEST_ANSWER", 1_000_000)
    with pytest.raises(ParseError, match="gave 3 MB, which is too much"):
        await one.run(tasks.long_answer, 3_000_000)
    assert await one.run(tasks.add, 1, 1) == 2


@pytest.mark.parametrize(
    ("end", "how"), [(tasks.drop_dead, "exit status 3"), (tasks.crash, "SIGSEGV")]
)
async def test_the_end_of_a_worker_is_an_error_of_the_document(
    one: Workers, end: Callable[[], object], how: str
) -> None:
    with pytest.raises(ParseError, match=rf"ended its process \({how}\)"):
        await one.run(end)
    assert await one.run(tasks.add, 1, 1) == 2


async def test_what_a_library_prints_or_reads_goes_nowhere(
    one: Workers, capfd: pytest.CaptureFixture[str]
) -> None:
    assert await one.run(tasks.chatter) == ""
    assert await one.run(tasks.add, 1, 1) == 2
    assert capfd.readouterr() == ("", "")


async def test_ctrl_c_and_a_polite_stop_do_not_touch_workers(one: Workers) -> None:
    pid = await one.run(tasks.process_id)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(pid, number)
    assert await one.run(tasks.process_id) == pid


async def test_a_cancelled_call_kills_its_worker() -> None:
    async with workers(limit=60) as pool:
        await pool.warm()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await pool.run(tasks.loop)
        assert not pool._all
        assert await pool.run(tasks.add, 1, 1) == 2


async def test_a_cancelled_start_leaves_no_process() -> None:
    pool = workers()
    task = asyncio.create_task(pool.run(tasks.add, 1, 1))
    while not pool._all:  # noqa: ASYNC110
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not pool._all


async def test_an_idle_worker_that_died_is_replaced(one: Workers) -> None:
    pid = await one.run(tasks.process_id)
    (process,) = one._all
    os.kill(pid, signal.SIGKILL)
    await process.wait()
    assert await one.run(tasks.process_id) != pid


async def test_close_ends_busy_workers_too() -> None:
    pool = workers(limit=60)
    await pool.warm()
    call = asyncio.create_task(pool.run(tasks.loop))
    while pool._idle:  # noqa: ASYNC110
        await asyncio.sleep(0)
    await pool.close()
    with pytest.raises(ParseError, match="SIGKILL"):
        await call


async def test_a_worker_that_cannot_start_says_why() -> None:
    pool = Workers(2, preload=("monitor.no_such_room",))
    with pytest.raises(MonitorError, match=r"could not start: No module named 'monitor\.no_such"):
        await pool.warm()
    assert not pool._all


async def test_a_worker_that_ends_while_it_starts_is_told_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("monitor.app.workers.sys.executable", "/bin/false")
    with pytest.raises(MonitorError, match="could not start: it ended"):
        await workers().run(tasks.add, 1, 1)


PARENT = """
import asyncio, sys
from datetime import timedelta
from monitor.app.workers import Workers
from tests import worker_tasks as tasks

print("started", flush=True)  # twice if workers imported their parent's main module

async def main():
    pool = Workers(2, timedelta(seconds=1), preload=("tests.worker_tasks",))
    await pool.warm()
    await pool.run(tasks.hold_open, sys.argv[1])
    await asyncio.gather(pool.run(tasks.hold_open_and_loop, sys.argv[2]), asyncio.sleep(60))

asyncio.run(main())
"""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_workers_die_with_a_killed_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    idle, busy = tmp_path / "idle", tmp_path / "busy"
    os.mkfifo(idle)
    os.mkfifo(busy)
    parent = subprocess.Popen(
        [sys.executable, str(script), str(idle), str(busy)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with parent, idle.open() as idle_alive, busy.open() as busy_alive:
        parent.kill()
        # Each read ends when the last process that holds the other end is gone.
        assert idle_alive.read() == ""
        assert busy_alive.read() == ""
        assert parent.stdout is not None
        assert parent.stdout.read() == "started\n"


def frames(*messages: object) -> io.BytesIO:
    pickles = [pickle.dumps(message) for message in messages]
    return io.BytesIO(b"".join(worker.HEAD.pack(len(data)) + data for data in pickles))


def answers_to(requests: io.BytesIO) -> list[tuple[bool, object]]:
    written = io.BytesIO()
    worker.serve(requests, written)
    written.seek(0)
    found = []
    while head := written.read(worker.HEAD.size):
        found.append(pickle.loads(written.read(worker.HEAD.unpack(head)[0])))
    return found


def test_the_loop_of_a_worker_ends_with_its_input() -> None:
    setup = (sys.path, (), 2**62, 5.0)
    whole = frames(setup, (tasks.add, (1, 2)))
    assert answers_to(whole) == [(True, None), (True, 3)]
    cut = io.BytesIO(whole.getvalue()[:-1])
    assert answers_to(cut) == [(True, None)]
    assert answers_to(io.BytesIO(whole.getvalue()[:3])) == []

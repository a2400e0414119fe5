"""The real monitor as a process of its own, for tests of the whole."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.botapi import TOKEN
from tests.newsroom_thread import ThreadedNewsroom

ROOT = Path(__file__).parents[1]
CHAT = 4242


def write_config(
    folder: Path, newsroom: ThreadedNewsroom, *, api_url: str = "", more: str = ""
) -> Path:
    """A configuration for the bundled newsroom, in fractions of seconds."""
    sources = "".join(
        f'[[source]]\nid = "{o.id}"\nkind = "{o.kind}"\nurl = "{o.url}"\noutlet = "{o.name}"\n'
        for o in newsroom.outlets
    )
    allow = ", ".join(f'"{network}"' for network in newsroom.networks)
    chat = f'{{ channel = "telegram", id = {CHAT}, default = true, operator = true }}'
    path = folder / "config.toml"
    path.write_text(
        f"""
        rules.path = "{folder / "rules"}"
        polling = {{ every = "500ms", shortest = "100ms" }}
        delivery = {{ first_wait = "200ms", longest_wait = "2s" }}
        network = {{ host_gap = "5ms", allow = [{allow}] }}
        chats.desk = {chat if api_url else '{ channel = "console", default = true }'}
        [telegram]
        api_base_url = "{api_url or "http://127.0.0.1:9"}"
        timeout = "2s"
        messages_per_second = 500
        chat_messages_per_second = 200
        {more}
        {sources}
        """
    )
    return path


def monitor(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a monitor command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "monitor", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "200"} | environment,
    )


@contextmanager
def running_monitor(config: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """``monitor run`` until the block ends; its log is appended to a file."""
    with log.open("ab") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "monitor", "run", "-c", str(config)],
            stdout=stream,
            stderr=stream,
            cwd=ROOT,
            env=os.environ | {"MONITOR_TELEGRAM_TOKEN": TOKEN},
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait(10)

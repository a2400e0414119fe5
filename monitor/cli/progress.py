"""How far a long command is: a line at the bottom of the terminal, on standard error.

It is drawn without a thread, since processes are forked while it may be there.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn

_EVERY = 0.1  # seconds


class Gauge:
    """The line, if there is a terminal to draw it on."""

    def __init__(self, progress: Progress | None, what: str, noun: str, total: int | None) -> None:
        self._progress = progress
        self._noun = noun
        self._task = progress.add_task(what, total=total, figures="") if progress else None
        self._began = self._drawn = time.monotonic()

    def tell(self, number: int, position: int | None = None) -> None:
        """So many were done; ``position`` is what counts towards the total."""
        now = time.monotonic()
        if self._progress is None or self._task is None or now - self._drawn < _EVERY:
            return
        self._drawn = now
        figures = f"{number:,} {self._noun}, {number / (now - self._began):,.0f}/s"
        self._progress.update(self._task, completed=position, figures=figures)
        self._progress.refresh()

    def go_on_with(self, what: str) -> None:
        """Say that something else is done now, which tells nothing until it is over."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, description=what, figures="")
            self._progress.refresh()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Make room for results, where they go to the same terminal."""
        if self._progress is None or not sys.stdout.isatty():
            yield
            return
        self._progress.stop()
        yield
        self._progress.start()


@contextmanager
def gauge(what: str, noun: str, total: int | None = None, *, quiet: bool) -> Iterator[Gauge]:
    """Show how far something is until the block ends: a bar if the total is known."""
    console = Console(stderr=True, highlight=False)
    if quiet or not (sys.stderr.isatty() and console.is_interactive):
        yield Gauge(None, what, noun, total)
        return
    with Progress(
        *_columns(bounded=total is not None),
        console=console,
        auto_refresh=False,  # no thread
        transient=True,
        redirect_stdout=False,  # else results would go to standard error
        redirect_stderr=False,
    ) as progress:
        yield Gauge(progress, what, noun, total)


def _columns(*, bounded: bool) -> list[ProgressColumn]:
    text = TextColumn("{task.description}…")
    figures = TextColumn("{task.fields[figures]}")
    if not bounded:
        return [text, figures]
    left = TimeRemainingColumn(compact=True)
    return [text, BarColumn(), TextColumn("{task.percentage:>3.0f} %"), figures, left]

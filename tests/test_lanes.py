"""Work in several processes whose results keep the order of what they were made from."""

import os
from collections.abc import Iterator
from contextlib import closing

import pytest

from monitor.app.lanes import in_order
from monitor.errors import MonitorError


class Numbers:
    """A stream of numbers that is always ready; ``read`` counts."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.next = 0
        self._ready, theirs = os.pipe()
        os.close(theirs)

    @property
    def done(self) -> bool:
        return self.next >= self.number

    def fileno(self) -> int:
        return self._ready

    def read(self) -> int | None:
        self.next += 1
        return None if self.next % 5 == 0 else self.next

    def close(self) -> None:
        os.close(self._ready)


def spread(number: int) -> Iterator[tuple[int, int]]:
    """As many results as the last digit says: none, or more than may wait for their turn."""
    for part in range(number % 10 * 8):
        yield number, part


def fail_at_three(number: int) -> Iterator[int]:
    if number == 3:
        os._exit(7)
    yield number


def expected(number: int) -> list[tuple[int, int]]:
    return [row for n in range(1, number + 1) if n % 5 for row in spread(n)]


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_results_keep_their_order(jobs: int) -> None:
    with closing(Numbers(300)) as numbers:
        assert list(in_order(numbers, spread, jobs)) == expected(300)


def test_processes_may_be_started_afresh() -> None:
    with closing(Numbers(20)) as numbers:
        assert list(in_order(numbers, spread, 2, "spawn")) == expected(20)


def test_a_slow_reader_stops_the_reading() -> None:
    """What is kept does not grow with the stream."""
    with closing(Numbers(1_000_000)) as numbers:
        results = in_order(numbers, spread, 2)
        taken = [next(results) for _ in range(50)]
        assert taken == expected(10)[:50]
        assert numbers.next < 20
        results.close()


def test_a_process_that_ends_is_an_error_that_says_how() -> None:
    with closing(Numbers(20)) as numbers, pytest.raises(MonitorError, match="exit status 7"):
        list(in_order(numbers, fail_at_three, 2))

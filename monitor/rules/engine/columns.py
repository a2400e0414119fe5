"""Columns: numpy arrays that grow at the end, so that one rule can be added in place."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Numbers = NDArray[Any]


class Column:
    """Values of one type by row number. ``view`` is valid until the next change.

    New values wait in a list until somebody looks: a list takes one in a tenth of the time.
    """

    __slots__ = ("_data", "_new", "_size")

    def __init__(self, dtype: DTypeLike) -> None:
        self._data: Numbers = np.zeros(64, dtype)
        self._size = 0  # of what is in _data
        self._new: list[float] = []

    def __len__(self) -> int:
        return self._size + len(self._new)

    def __setitem__(self, row: int, value: float) -> None:
        self.reach(row + 1)[row] = value

    def __getitem__(self, row: int) -> Any:
        return self.view[row]

    @property
    def view(self) -> Numbers:
        """All rows, not copied."""
        self._take()
        return self._data[: self._size]

    def reach(self, size: int) -> Numbers:
        """All rows, and as many with nothing in them as are missing up to this number."""
        self._take()
        self._widen(size)
        return self._data[: self._size]

    def append(self, value: float) -> None:
        """One more row."""
        self._new.append(value)

    def extend(self, values: Iterable[float]) -> None:
        """More rows."""
        self._new.extend(values)

    def _take(self) -> None:
        """Take in the values that wait."""
        if self._new:
            values = np.array(self._new, self._data.dtype)
            self._new.clear()
            self._widen(self._size + len(values))
            self._data[self._size - len(values) : self._size] = values

    def _widen(self, size: int) -> None:
        if size > len(self._data):
            data = np.zeros(max(2 * len(self._data), size), self._data.dtype)
            data[: self._size] = self._data[: self._size]
            self._data = data
        self._size = max(size, self._size)


def runs(first: Numbers, count: Numbers) -> tuple[Numbers, Numbers]:
    """Rows ``first[i] … first[i] + count[i] - 1`` for every i, one after the other.

    Returns (i of each, row of each): the usual way to walk lists of different lengths that stand
    in one column.
    """
    ends = np.cumsum(count)
    owner = np.repeat(np.arange(len(count)), count)
    rows = np.arange(len(owner)) + (first - ends + count)[owner]
    return owner, rows


def distinct(values: Numbers) -> Numbers:
    """The values sorted, each once, as by ``np.unique``, which takes three times as long."""
    found = np.sort(values)
    first = np.ones(len(found), bool)
    np.not_equal(found[1:], found[:-1], out=first[1:])
    return found[first]

"""Columns: numpy arrays that grow at the end, so that one rule can be added in place."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Numbers = NDArray[Any]


class Column:
    """Values of one type by row number. ``view`` is valid until the next change."""

    __slots__ = ("_data", "_size")

    def __init__(self, dtype: DTypeLike) -> None:
        self._data: Numbers = np.zeros(64, dtype)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def __setitem__(self, row: int, value: float) -> None:
        if row >= self._size:
            self.reach(row + 1)
        self._data[row] = value

    def __getitem__(self, row: int) -> Any:
        return self._data[row]

    @property
    def view(self) -> Numbers:
        """All rows, not copied."""
        return self._data[: self._size]

    def reach(self, size: int) -> Numbers:
        """All rows, and as many with nothing in them as are missing up to this number."""
        if size > self._size:
            if size > len(self._data):
                self._grow(size - self._size)
            self._size = size
        return self.view

    def append(self, value: float) -> None:
        """One more row."""
        if self._size == len(self._data):
            self._grow(1)
        self._data[self._size] = value
        self._size += 1

    def extend(self, values: Sequence[float]) -> None:
        """More rows."""
        size = self._size + len(values)
        if size > len(self._data):
            self._grow(len(values))
        self._data[self._size : size] = values
        self._size = size

    def _grow(self, more: int) -> None:
        data = np.zeros(max(2 * len(self._data), self._size + more), self._data.dtype)
        data[: self._size] = self._data[: self._size]
        self._data = data


def runs(first: Numbers, count: Numbers) -> tuple[Numbers, Numbers]:
    """Rows ``first[i] … first[i] + count[i] - 1`` for every i, one after the other.

    Returns (i of each, row of each): the usual way to walk lists of different lengths that stand
    in one column.
    """
    ends = np.cumsum(count)
    owner = np.repeat(np.arange(len(count)), count)
    rows = np.arange(len(owner)) + (first - ends + count)[owner]
    return owner, rows

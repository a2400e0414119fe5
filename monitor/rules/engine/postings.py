"""Postings: the rows that are listed under each node, as runs of one column.

Runs cannot grow in place, so that what was listed since they were made is kept beside them, and
goes in when there is more of it: a change costs nothing but now and then a sort.
"""

import numpy as np

from monitor.rules.engine.columns import Column, Numbers, distinct, runs

_LOOSE = 256  # listings beside the runs


class Postings:
    """Takes rows, each under some nodes, and finds them by the nodes of an article."""

    def __init__(self) -> None:
        self._nodes, self._rows = Column("i4"), Column("i4")  # all listings
        self._sorted = 0  # how many of these the runs have
        self._first, self._count = np.zeros(0, np.int64), np.zeros(0, np.int64)
        self._runs: Numbers = np.zeros(0, np.int64)

    def add(self, row: int, nodes: tuple[int, ...]) -> None:
        """List a row under nodes."""
        self._nodes.extend(nodes)
        self._rows.extend([row] * len(nodes))

    def under(self, nodes: Numbers, present: Numbers) -> Numbers:
        """The rows under these nodes, some perhaps twice; ``present`` is true of just these."""
        if len(self._nodes) - self._sorted > _LOOSE:
            self._sort()
        nodes = nodes[nodes < len(self._count)]
        nodes = distinct(nodes[self._count[nodes] > 0])
        _, at = runs(self._first[nodes], self._count[nodes])
        loose = present[self._nodes.view[self._sorted :]]
        return np.concatenate((self._runs[at], self._rows.view[self._sorted :][loose]))

    def _sort(self) -> None:
        nodes, rows = self._nodes.view, self._rows.view
        self._runs = rows[np.argsort(nodes, kind="stable")]
        self._count = np.bincount(nodes)
        self._first = np.cumsum(self._count) - self._count
        self._sorted = len(nodes)

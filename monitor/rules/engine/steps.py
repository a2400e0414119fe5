"""Steps: from the beginning of a phrase and the form that follows to the node of both.

Of the pairs of an article hardly any is a step. A table of bits, one of which is set for each step
(a Bloom filter with one hash), tells of all pairs at once which may be; only those are looked up.
"""

import numpy as np

from monitor.rules.engine.columns import Numbers

_ROOM = 16  # bits for each step, so that one pair in sixteen is looked up in vain
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # Knuth's multiplicative hash: 2^64 / golden ratio


class Steps:
    """Takes steps, and finds those of many pairs at once."""

    def __init__(self) -> None:
        self._phrases: dict[int, int] = {}
        self._new: list[int] = []  # keys that are not in the table yet
        self._size = 16  # the table's, as a power of two
        self._table = np.zeros(1 << self._size, bool)

    def get(self, node: int, form: int) -> int | None:
        """The phrase that a step leads to, if there is one."""
        return self._phrases.get(node << 32 | form)

    def add(self, node: int, form: int, phrase: int) -> None:
        """Lead to a phrase from now on."""
        key = node << 32 | form
        self._phrases[key] = phrase
        self._new.append(key)

    def find(self, nodes: Numbers, forms: Numbers) -> tuple[Numbers, Numbers]:
        """Which of the pairs are steps, and the phrases that they lead to."""
        if self._new:
            self._enter()
        keys = nodes << 32 | forms
        likely = np.flatnonzero(self._table[self._places(keys)])
        found = self._phrases.get
        phrases = np.array([found(key, 0) for key in keys[likely].tolist()], np.int64)
        real = np.flatnonzero(phrases)
        return likely[real], phrases[real]

    def _enter(self) -> None:
        if len(self._phrases) * _ROOM > len(self._table):
            self._size = (len(self._phrases) * _ROOM).bit_length()
            self._table = np.zeros(1 << self._size, bool)
            self._new = list(self._phrases)
        self._table[self._places(np.array(self._new, np.int64))] = True
        self._new.clear()

    def _places(self, keys: Numbers) -> Numbers:
        places: Numbers = (keys.astype(np.uint64) * _SPREAD) >> np.uint64(64 - self._size)
        return places

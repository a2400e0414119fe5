"""Small networks that read the blocks of a page as a sequence, with numpy alone.

Layers of convolution whose reach doubles (van den Oord et al., WaveNet, 2016), each added to what
was there before (He et al., 2015): what a block is depends on its neighbours, above all at a
story's ends. `benchmarks/block_network.py` learns the weights. Several networks are run at once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

REACHES = (1, 2, 4, 8)  # blocks between the three that each layer looks at
_LIMIT = np.float32(5)  # standard deviations; further outliers count as this far
# OpenBLAS starts threads for larger products, which cost more than they save here.
_LARGEST_PRODUCT = 250_000


@dataclass(frozen=True, slots=True)
class Networks:
    """The weights of some networks of one shape, the first axis of each array."""

    first: Array  # (networks, features, width)
    first_bias: Array  # (networks, width)
    # What each layer adds, from the block before, the block and the block after.
    layers: Array  # (networks, layers, 3, width, width)
    layer_biases: Array  # (networks, layers, width)
    last: Array  # (networks, width)
    last_bias: Array  # (networks,)

    def log_odds(self, table: Array) -> Array:
        """Of each row of a standardized table, the mean log odds that the block is the story's."""
        found = np.full(len(table), self.last_bias.mean(), dtype=np.float32)
        share = np.float32(1 / len(self.last))
        # One after the other: numpy multiplies single tables much faster than stacks of them.
        for number in range(len(self.last)):
            found += self._state(number, table) @ (self.last[number] * share)
        return found

    def _state(self, number: int, table: Array) -> Array:
        """What a network knows of each row before it decides."""
        state = _product(table, self.first[number])
        state += self.first_bias[number]
        np.maximum(state, 0, out=state)
        for (before, own, after), bias, reach in zip(
            self.layers[number], self.layer_biases[number], REACHES, strict=True
        ):
            change = _product(state, own)
            change += bias
            change[reach:] += _product(state[:-reach], before)
            change[:-reach] += _product(state[reach:], after)
            np.maximum(change, 0, out=change)
            state += change
        return state


def standardized(table: Array, mean: Array, scale: Array) -> Array:
    """The features as distances from their mean in the training data."""
    rows: Array = table - mean
    rows /= scale
    np.minimum(rows, _LIMIT, out=rows)
    np.maximum(rows, -_LIMIT, out=rows)
    return rows


def _product(left: Array, right: Array) -> Array:
    """The matrix product, in pieces that one thread takes."""
    inner, outer = right.shape
    piece = max(1, _LARGEST_PRODUCT // (inner * outer))
    if len(left) <= piece:
        return left @ right
    return np.concatenate(
        [left[start : start + piece] @ right for start in range(0, len(left), piece)]
    )

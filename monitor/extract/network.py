"""A small network that reads the blocks of a page as a sequence, with numpy alone.

Layers of convolution whose reach doubles (van den Oord et al., WaveNet, 2016), each added to what
was there before (He et al., 2015): what a block is depends on its neighbours, above all at a
story's ends. `benchmarks/block_network.py` learns the weights.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

REACHES = (1, 2, 4, 8)  # blocks between the three that each layer looks at
# OpenBLAS starts threads for larger products, which cost more than they save here.
_LARGEST_PRODUCT = 250_000


@dataclass(frozen=True, slots=True)
class Network:
    """The weights of a network."""

    first: Array  # (features, width)
    first_bias: Array  # (width,)
    # What each layer adds, from the block before, the block and the block after.
    layers: Array  # (layers, 3, width, width)
    layer_biases: Array  # (layers, width)
    last: Array  # (width,)
    last_bias: Array  # ()

    def log_odds(self, table: Array) -> Array:
        """Of each row of a standardized table, the log odds that the block is the story's."""
        state = _product(table, self.first)
        state += self.first_bias
        np.maximum(state, 0, out=state)
        for (before, own, after), bias, reach in zip(
            self.layers, self.layer_biases, REACHES, strict=True
        ):
            change = _product(state, own)
            change += bias
            change[reach:] += _product(state[:-reach], before)
            change[:-reach] += _product(state[reach:], after)
            np.maximum(change, 0, out=change)
            state += change
        odds: Array = state @ self.last + self.last_bias
        return odds


def _product(left: Array, right: Array) -> Array:
    """The matrix product, in pieces that one thread takes."""
    inner, outer = right.shape
    piece = max(1, _LARGEST_PRODUCT // (inner * outer))
    if len(left) <= piece:
        return left @ right
    return np.concatenate(
        [left[start : start + piece] @ right for start in range(0, len(left), piece)]
    )

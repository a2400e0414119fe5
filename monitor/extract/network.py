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
_LIMIT = 5.0  # standard deviations; further outliers count as this far
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
        width = self.first_bias.shape[1]
        state = _product(table[None], self.first) + self.first_bias[:, None]
        np.maximum(state, 0, out=state)
        for number, reach in enumerate(REACHES):
            # One product for all three neighbours: their weights stand beside each other.
            beside = self.layers[:, number].transpose(0, 2, 1, 3).reshape(len(state), width, -1)
            before, change, after = np.split(_product(state, beside), 3, axis=2)
            change = change + self.layer_biases[:, number, None]
            change[:, reach:] += before[:, :-reach]
            change[:, :-reach] += after[:, reach:]
            state += np.maximum(change, 0)
        odds = (state @ self.last[:, :, None])[:, :, 0] + self.last_bias[:, None]
        mean: Array = odds.mean(axis=0).astype(np.float32)
        return mean


def standardized(table: Array, mean: Array, scale: Array) -> Array:
    """The features as distances from their mean in the training data."""
    rows: Array = (table - mean) / scale
    np.clip(rows, -_LIMIT, _LIMIT, out=rows)
    return rows


def _product(left: Array, right: Array) -> Array:
    """Matrix products of (n or 1, rows, a) and (n, a, b), in pieces that one thread takes."""
    _, inner, outer = right.shape
    rows, piece = left.shape[1], max(1, _LARGEST_PRODUCT // (inner * outer))
    found = np.empty((len(right), rows, outer), dtype=np.float32)
    for start in range(0, rows, piece):
        np.matmul(left[:, start : start + piece], right, out=found[:, start : start + piece])
    return found

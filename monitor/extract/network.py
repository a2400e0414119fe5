"""A small network that reads the blocks of a page as a sequence, with numpy alone.

Layers of convolution whose reach doubles (van den Oord et al., WaveNet, 2016), each added to what
was there before (He et al., 2015): what a block is depends on its neighbours, above all at a
story's ends. `benchmarks/block_network.py` learns the weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

REACHES = (1, 2, 4, 8)  # blocks between the three that each layer looks at
_LIMIT = 5.0  # standard deviations; further outliers count as this far
# OpenBLAS starts threads for products larger than this, which cost more than they save here.
_LARGEST_PRODUCT = 200_000


@dataclass(frozen=True, slots=True)
class Layer:
    """What a layer adds: the weights of the block before, the block and the block after."""

    weights: Array  # (3, width, width)
    bias: Array  # (width,)


@dataclass(frozen=True, slots=True)
class Network:
    """The weights of one network; ``scores`` runs it."""

    first: Array  # (features, width)
    first_bias: Array
    layers: Sequence[Layer]
    last: Array  # (width,)
    last_bias: float

    def log_odds(self, table: Array) -> Array:
        """Of each row of a standardized table, the log odds that the block is the story's."""
        state = np.maximum(_product(table, self.first) + self.first_bias, 0)
        for reach, layer in zip(REACHES, self.layers, strict=True):
            before, own, after = layer.weights
            change = _product(state, own) + layer.bias
            if len(state) > reach:
                change[reach:] += _product(state[:-reach], before)
                change[:-reach] += _product(state[reach:], after)
            state = state + np.maximum(change, 0)
        odds: Array = state @ self.last + np.float32(self.last_bias)
        return odds


def standardized(table: Array, mean: Array, scale: Array) -> Array:
    """The features as distances from their mean in the training data."""
    rows: Array = np.clip((table - mean) / scale, -_LIMIT, _LIMIT).astype(np.float32)
    return rows


def _product(left: Array, right: Array) -> Array:
    rows = max(1, _LARGEST_PRODUCT // right.size)
    if len(left) <= rows:
        whole: Array = left @ right
        return whole
    return np.concatenate([left[i : i + rows] @ right for i in range(0, len(left), rows)])

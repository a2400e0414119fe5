"""The learned weights: read from the package's file once, when the first page is judged.

`benchmarks/train_extraction.py` writes the file, and in it how it was made.
"""

import json
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from monitor.extract.network import Array, Network
from monitor.extract.vocabulary import Vocabulary

FILE = "weights.npz"
_LIMIT = np.float32(5)  # standard deviations; further outliers count as this far


@dataclass(frozen=True, slots=True)
class Model:
    """Everything learned."""

    vocabulary: Vocabulary
    mean: Array  # of each feature in the training data
    scale: Array
    network: Network
    provenance: dict[str, Any]  # command, seed, data, scores, date

    def scores(self, table: Array) -> Array:
        """Of each block, how likely it is the story's: 0 to 1."""
        odds = self.network.log_odds(standardized(table, self.mean, self.scale))
        found: Array = 1 / (1 + np.exp(-odds))
        return found


def standardized(table: Array, mean: Array, scale: Array) -> Array:
    """The features as distances from their mean in the training data."""
    rows = table - mean
    rows /= scale
    np.minimum(rows, _LIMIT, out=rows)
    return np.maximum(rows, -_LIMIT, out=rows)


@cache
def model() -> Model:
    """The weights that the package ships with."""
    with (files("monitor.extract") / FILE).open("rb") as stored, np.load(stored) as arrays:
        return unpacked(dict(arrays))


def packed(learned: Model) -> dict[str, Any]:
    """Arrays to store, half precision where that is enough."""
    network, vocabulary = learned.network, learned.vocabulary
    return {
        "names": np.array("\n".join(vocabulary.names)),
        "name_scores": np.array(list(vocabulary.names.values()), dtype=np.float16),
        "words": np.array("\n".join(vocabulary.words)),
        "word_scores": np.array(list(vocabulary.words.values()), dtype=np.float16),
        "mean": learned.mean,
        "scale": learned.scale,
        "provenance": np.array(json.dumps(learned.provenance)),
        "first": network.first.astype(np.float16),
        "first_bias": network.first_bias,
        "layers": network.layers.astype(np.float16),
        "layer_biases": network.layer_biases,
        "last": network.last,
        "last_bias": network.last_bias,
    }


def unpacked(arrays: dict[str, Any]) -> Model:
    """The model that ``packed`` took apart."""
    weights = {field.name: arrays[field.name].astype(np.float32) for field in fields(Network)}
    return Model(
        vocabulary=Vocabulary(_scores(arrays, "name"), _scores(arrays, "word")),
        mean=arrays["mean"],
        scale=arrays["scale"],
        network=Network(**weights),
        provenance=json.loads(str(arrays["provenance"])),
    )


def _scores(arrays: dict[str, Any], kind: str) -> dict[str, float]:
    keys = str(arrays[f"{kind}s"]).split("\n")
    return dict(zip(keys, arrays[f"{kind}_scores"].astype(float).tolist(), strict=True))

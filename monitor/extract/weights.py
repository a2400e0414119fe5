"""The learned weights: read from the package's file once, when the first page is judged.

`benchmarks/train_extraction.py` writes the file, and in it how it was made.
"""

import json
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from monitor.extract.network import Array, Networks, standardized
from monitor.extract.vocabulary import Vocabulary

FILE = "weights.npz"


@dataclass(frozen=True, slots=True)
class Model:
    """Everything learned."""

    vocabulary: Vocabulary
    mean: Array
    scale: Array
    networks: Networks
    provenance: dict[str, Any]  # command, seed, data, scores, date

    def scores(self, table: Array) -> Array:
        """Of each block, how likely it is the story's: 0 to 1."""
        rows = standardized(table, self.mean, self.scale)
        odds = self.networks.log_odds(rows)
        return (1 / (1 + np.exp(-odds))).astype(np.float32)


@cache
def model() -> Model:
    """The weights that the package ships with."""
    with (files("monitor.extract") / FILE).open("rb") as stored, np.load(stored) as arrays:
        return unpacked(dict(arrays))


def packed(learned: Model) -> dict[str, Any]:
    """Arrays to store, half precision where that is enough."""
    networks, vocabulary = learned.networks, learned.vocabulary
    return {
        "names": np.array("\n".join(vocabulary.names)),
        "name_scores": np.array(list(vocabulary.names.values()), dtype=np.float16),
        "words": np.array("\n".join(vocabulary.words)),
        "word_scores": np.array(list(vocabulary.words.values()), dtype=np.float16),
        "mean": learned.mean,
        "scale": learned.scale,
        "provenance": np.array(json.dumps(learned.provenance)),
        "first": networks.first.astype(np.float16),
        "first_bias": networks.first_bias,
        "layers": networks.layers.astype(np.float16),
        "layer_biases": networks.layer_biases,
        "last": networks.last,
        "last_bias": networks.last_bias,
    }


def unpacked(arrays: dict[str, Any]) -> Model:
    """The model that ``packed`` took apart."""
    weights = {field.name: arrays[field.name].astype(np.float32) for field in fields(Networks)}
    return Model(
        vocabulary=Vocabulary(_scores(arrays, "name"), _scores(arrays, "word")),
        mean=arrays["mean"],
        scale=arrays["scale"],
        networks=Networks(**weights),
        provenance=json.loads(str(arrays["provenance"])),
    )


def _scores(arrays: dict[str, Any], kind: str) -> dict[str, float]:
    keys = str(arrays[f"{kind}s"]).split("\n")
    return dict(zip(keys, arrays[f"{kind}_scores"].astype(float).tolist(), strict=True))

"""The learned weights: read from the package's file once, when the first page is judged.

`benchmarks/train_extraction.py` writes the file, and in it how it was made.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from monitor.extract.network import Array, Layer, Network, standardized
from monitor.extract.vocabulary import Vocabulary

FILE = "weights.npz"


@dataclass(frozen=True, slots=True)
class Model:
    """Everything learned."""

    vocabulary: Vocabulary
    mean: Array
    scale: Array
    networks: Sequence[Network]  # their mean counts
    provenance: dict[str, Any]  # command, seed, data, scores, date

    def scores(self, table: Array) -> Array:
        """Of each block, how likely it is the story's: 0 to 1."""
        rows = standardized(table, self.mean, self.scale)
        odds = np.mean([network.log_odds(rows) for network in self.networks], axis=0)
        likely: Array = 1 / (1 + np.exp(-odds))
        return likely


@cache
def model() -> Model:
    """The weights that the package ships with."""
    with (files("monitor.extract") / FILE).open("rb") as stored, np.load(stored) as arrays:
        return unpacked(dict(arrays))


def packed(learned: Model) -> dict[str, Any]:
    """Arrays to store, half precision where that is enough."""
    arrays: dict[str, Any] = {
        "names": np.array("\n".join(learned.vocabulary.names)),
        "name_scores": np.array(list(learned.vocabulary.names.values()), dtype=np.float16),
        "words": np.array("\n".join(learned.vocabulary.words)),
        "word_scores": np.array(list(learned.vocabulary.words.values()), dtype=np.float16),
        "mean": learned.mean,
        "scale": learned.scale,
        "provenance": np.array(json.dumps(learned.provenance)),
    }
    networks = learned.networks
    arrays["first"] = np.stack([n.first for n in networks]).astype(np.float16)
    arrays["first_bias"] = np.stack([n.first_bias for n in networks])
    arrays["layers"] = np.array([[x.weights for x in n.layers] for n in networks], np.float16)
    arrays["layer_biases"] = np.array([[x.bias for x in n.layers] for n in networks])
    arrays["last"] = np.stack([n.last for n in networks])
    arrays["last_bias"] = np.array([n.last_bias for n in networks])
    return arrays


def unpacked(arrays: dict[str, Any]) -> Model:
    """The model that ``packed`` took apart."""
    networks = [_network(arrays, number) for number in range(len(arrays["first"]))]
    return Model(
        vocabulary=Vocabulary(_scores(arrays, "name"), _scores(arrays, "word")),
        mean=arrays["mean"],
        scale=arrays["scale"],
        networks=tuple(networks),
        provenance=json.loads(str(arrays["provenance"])),
    )


def _scores(arrays: dict[str, Any], kind: str) -> dict[str, float]:
    keys = str(arrays[f"{kind}s"]).split("\n")
    return dict(zip(keys, arrays[f"{kind}_scores"].astype(float).tolist(), strict=True))


def _network(arrays: dict[str, Any], number: int) -> Network:
    layers = zip(arrays["layers"][number], arrays["layer_biases"][number], strict=True)
    return Network(
        first=arrays["first"][number].astype(np.float32),
        first_bias=arrays["first_bias"][number],
        layers=tuple(Layer(weights.astype(np.float32), bias) for weights, bias in layers),
        last=arrays["last"][number],
        last_bias=float(arrays["last_bias"][number]),
    )

"""Learn the network of `monitor.extract.network` by gradient descent, with numpy alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.extract.network import REACHES, Networks

Array = NDArray[np.float32]
GAP = max(REACHES)  # empty rows between pages, so that none sees another
EPOCHS, BATCH, WIDTH = 12, 16, 32
RATE, DECAY, CLIP = 4e-3, 3e-2, 1.0
DROPPED, DROPPED_FEATURES = 0.15, 0.1
F1_SHARE = 1.0  # of the loss that is one minus the expected word F1 of the page
STEADY = 7e-4  # what each block weighs in the loss whatever its length
LARGEST = 0.3  # what a block weighs at most


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as the training sees it."""

    table: Array  # standardized features, a row a block
    labels: Array  # share of each block that is in the true text
    words: Array  # of each block
    true_words: int  # of the true text

    @property
    def importance(self) -> Array:
        return np.minimum(self.words / max(60, self.true_words), LARGEST) + np.float32(STEADY)


def learn(sheets: Sequence[Sheet], seed: int, epochs: int = EPOCHS) -> dict[str, Any]:
    """Minimize cross entropy weighted by words, and one minus a soft word F1, with Adam."""
    rng = np.random.default_rng(seed)
    weights = _start(sheets[0].table.shape[1], rng)
    first = {key: np.zeros_like(value) for key, value in weights.items()}
    second = {key: np.zeros_like(value) for key, value in weights.items()}
    steps, step = epochs * -(-len(sheets) // BATCH), 0
    for _ in range(epochs):
        order = rng.permutation(len(sheets))
        for start in range(0, len(order), BATCH):
            batch = [sheets[i] for i in order[start : start + BATCH]]
            gradient = _gradient(weights, batch, rng)
            step += 1
            rate = RATE * min(1.0, step / 60) * (0.5 + 0.5 * np.cos(np.pi * step / steps))
            norm = np.sqrt(sum(float((g**2).sum()) for g in gradient.values()))
            for key, value in gradient.items():
                value = value * min(1.0, CLIP / (norm + 1e-9))
                first[key] = 0.9 * first[key] + 0.1 * value
                second[key] = 0.99 * second[key] + 0.01 * value**2
                change = first[key] / (1 - 0.9**step)
                change = change / (np.sqrt(second[key] / (1 - 0.99**step)) + 1e-8)
                if not key.startswith("bias"):
                    change = change + DECAY * weights[key]
                weights[key] = (weights[key] - rate * change).astype(np.float32)
    return weights


def _start(features: int, rng: np.random.Generator) -> dict[str, Any]:
    weights: dict[str, Any] = {
        "first": rng.normal(0, features**-0.5, (features, WIDTH)),
        "bias first": np.zeros(WIDTH),
        "last": rng.normal(0, 0.1, WIDTH),
        "bias last": np.zeros(1),
    }
    for number in range(len(REACHES)):
        spread = 0.7 * (2 / (3 * WIDTH)) ** 0.5
        weights[f"layer {number}"] = rng.normal(0, spread, (3, WIDTH, WIDTH))
        weights[f"bias {number}"] = np.zeros(WIDTH)
    return {key: value.astype(np.float32) for key, value in weights.items()}


def assembled(learned: Sequence[dict[str, Any]]) -> Networks:
    """Networks that are run at once, of what ``learn`` found for each."""
    layers = range(len(REACHES))
    return Networks(
        first=np.stack([each["first"] for each in learned]),
        first_bias=np.stack([each["bias first"] for each in learned]),
        layers=np.array([[each[f"layer {n}"] for n in layers] for each in learned]),
        layer_biases=np.array([[each[f"bias {n}"] for n in layers] for each in learned]),
        last=np.stack([each["last"] for each in learned]),
        last_bias=np.array([each["bias last"][0] for each in learned]),
    )


def _gradient(
    weights: dict[str, Any], batch: Sequence[Sheet], rng: np.random.Generator
) -> dict[str, Any]:
    spans, table, real = _joined(batch)
    table = table * (rng.random((1, table.shape[1])) > DROPPED_FEATURES).astype(np.float32)
    sums = table @ weights["first"] + weights["bias first"]
    open_ = real * (sums > 0) * _kept(sums.shape, rng)
    states, opens = [sums * open_], []
    for number, reach in enumerate(REACHES):
        before, own, after = weights[f"layer {number}"]
        change = states[-1] @ own + weights[f"bias {number}"]
        change[reach:] += states[-1][:-reach] @ before
        change[:-reach] += states[-1][reach:] @ after
        opens.append(real * (change > 0) * _kept(change.shape, rng))
        states.append(states[-1] + change * opens[-1])
    odds = states[-1] @ weights["last"] + weights["bias last"]
    wrong = np.zeros(len(table), np.float32)
    for (start, end), sheet in zip(spans, batch, strict=True):
        wrong[start:end] = _wrong(odds[start:end], sheet) / len(batch)
    gradient = {"last": states[-1].T @ wrong, "bias last": wrong.sum(keepdims=True)}
    back = wrong[:, None] * weights["last"]
    for number in range(len(REACHES) - 1, -1, -1):
        reach, state = REACHES[number], states[number]
        before, own, after = weights[f"layer {number}"]
        passed = back * opens[number]
        gradient[f"layer {number}"] = np.stack(
            [state[:-reach].T @ passed[reach:], state.T @ passed, state[reach:].T @ passed[:-reach]]
        )
        gradient[f"bias {number}"] = passed.sum(0)
        back = back + passed @ own.T
        back[:-reach] += passed[reach:] @ before.T
        back[reach:] += passed[:-reach] @ after.T
    passed = back * open_
    return gradient | {"first": table.T @ passed, "bias first": passed.sum(0)}


def _kept(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return (rng.random(shape, dtype=np.float32) > DROPPED).astype(np.float32) / np.float32(
        1 - DROPPED
    )


def _joined(batch: Sequence[Sheet]) -> tuple[list[tuple[int, int]], Array, Array]:
    """The pages below each other with gaps between, and which rows are blocks."""
    rows = sum(len(sheet.table) + GAP for sheet in batch)
    table = np.zeros((rows, batch[0].table.shape[1]), np.float32)
    real = np.zeros((rows, 1), np.float32)
    spans, start = [], 0
    for sheet in batch:
        end = start + len(sheet.table)
        table[start:end], real[start:end] = sheet.table, 1
        spans.append((start, end))
        start = end + GAP
    return spans, table, real


def _wrong(odds: Array, sheet: Sheet) -> Array:
    """The derivative of a page's loss by the log odds of its blocks."""
    likely = 1 / (1 + np.exp(-odds))
    entropy = 2 * (likely - sheet.labels) * sheet.importance
    common = 2 * (likely * sheet.labels * sheet.words).sum()
    both = (likely * sheet.words).sum() + max(30, sheet.true_words)
    f1 = (common - 2 * sheet.labels * both) * sheet.words / both**2
    result: Array = entropy + F1_SHARE * f1 * likely * (1 - likely)
    return result

"""How often a comparison is wrong: `python -m benchmarks.error_rates [--nights 10000]` simulates a year of nights, many times.

Boots are independent and normal in the logarithm; twelve figures that move independently, which is the worst case for false
alarms. The rules are those of fixtures/compare, written for whole arrays; `--check` holds them against the code itself.
"""

import argparse
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from fixtures.compare.bounds import ALPHA, LEAST_EFFECT
from fixtures.compare.figures import Figure
from fixtures.compare.nightly import first_look, second_look

FIGURES = 12
SPREADS = (0.005, 0.010, 0.018)
BEFORE = (10, 30)
LOSSES = (0.0, 0.05, 0.10)
Floats = NDArray[np.float64]


def _worse(before: Floats, now: Floats, alpha: Floats | float) -> NDArray[np.bool_]:
    """Beyond the bound and the least effect; `before` is nights × figures × boots, `now` nights × figures."""
    boots = before.shape[2]
    moved = now - before.mean(axis=2)
    error = before.std(axis=2, ddof=1) * np.sqrt(1 + 1 / boots)
    sure = np.asarray(t.cdf(moved / error, boots - 1) <= alpha, dtype=np.bool_)
    worse: NDArray[np.bool_] = np.logical_and(sure, np.expm1(moved) <= -LEAST_EFFECT)
    return worse


def _flagged(rng: np.random.Generator, nights: int, spread: float, boots: int, loss: float) -> tuple[float, float]:
    """The shares of nights in which something is suspected, and in which it is confirmed; every figure has the loss."""
    before = rng.normal(0, spread, (nights, FIGURES, boots))
    first, second = (np.log1p(-loss) + rng.normal(0, spread, (nights, FIGURES)) for _ in range(2))
    suspected = _worse(before, first, ALPHA)
    # Holm's first step, which decides whether anything is confirmed: the smallest p against alpha by how many there are.
    asked = np.maximum(suspected.sum(axis=1, keepdims=True), 1)
    confirmed = suspected & _worse(before, second, ALPHA / asked)
    return float(suspected.any(axis=1).mean()), float(confirmed.any(axis=1).mean())


def _one(rng: np.random.Generator, nights: int, spread: float, boots: int, loss: float) -> float:
    """The share of nights in which a loss of one figure alone is confirmed."""
    before = rng.normal(0, spread, (nights, 1, boots))
    first, second = (np.log1p(-loss) + rng.normal(0, spread, (nights, 1)) for _ in range(2))
    return float((_worse(before, first, ALPHA) & _worse(before, second, ALPHA)).mean())


def _check(rng: np.random.Generator) -> None:
    """The code itself on some nights: the same nights are suspected and confirmed."""
    for _ in range(200):
        before = rng.normal(0, 0.01, (1, FIGURES, 10))
        first, second = (np.log1p(-0.03) + rng.normal(0, 0.01, (1, FIGURES)) for _ in range(2))
        known = {str(n): np.exp(before[0, n]).tolist() for n in range(FIGURES)}
        night = second_look(first_look(known, _figures(first)), known, _figures(second))
        suspected = _worse(before, first, ALPHA)
        assert set(night.suspected) == {str(n) for n in range(FIGURES) if suspected[0, n]}
        confirmed = suspected & _worse(before, second, ALPHA / max(1, suspected.sum()))
        assert bool(night.confirmed) == bool(confirmed.any())
    print("the code agrees on 200 nights")


def _figures(values: Floats) -> dict[str, Figure]:
    return {
        str(n): Figure(name=str(n), value=float(np.exp(value)), better=1, unit="") for n, value in enumerate(values[0])
    }


def main() -> None:
    """Print the table of docs/COMPARISON.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, default=10_000)
    parser.add_argument("--check", action="store_true", help="hold the arrays against the code itself")
    options = parser.parse_args()
    rng = np.random.default_rng(20261127)
    if options.check:
        _check(rng)
    print("| boots before | spread | loss | suspected | confirmed | of one figure alone |")
    print("| --- | --- | --- | --- | --- | --- |")
    for boots, spread, loss in product(BEFORE, SPREADS, LOSSES):
        suspected, confirmed = _flagged(rng, options.nights, spread, boots, loss)
        one = _one(rng, options.nights, spread, boots, loss)
        print(f"| {boots} | {spread:.1%} | {loss:.0%} | {suspected:.2%} | {confirmed:.2%} | {one:.2%} |")


if __name__ == "__main__":
    main()

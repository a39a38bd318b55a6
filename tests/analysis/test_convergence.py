"""Whether chains agree: chains apart, of unequal spread, drifting, and slow ones that are worth few draws."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.fits.convergence import LEAST_SIZE, MOST_RHAT, effective_size, rhat

CHAINS, DRAWS = 4, 2000


def white() -> np.ndarray:
    return np.random.default_rng(1).standard_normal((CHAINS, DRAWS))


def test_independent_draws_are_worth_themselves() -> None:
    """it finds chains of independent draws in agreement and worth about as many, in any unit and with heavy tails."""
    for draws in (white(), 1e6 * white() + 5, np.exp(5 * white())):
        assert rhat(draws) == pytest.approx(1, abs=0.003)
        assert effective_size(draws) == pytest.approx(CHAINS * DRAWS, rel=0.1)


@pytest.mark.parametrize("fault", ["apart", "unequal spread", "drifting"])
def test_chains_that_disagree(fault: str) -> None:
    """it tells chains that lie apart, that scatter unequally, and that drift together."""
    draws = white()
    if fault == "apart":
        draws[0] += 0.5
    elif fault == "unequal spread":
        draws[0] *= 2
    else:
        draws += np.linspace(0, 1, DRAWS)
    assert rhat(draws) > MOST_RHAT


def test_slow_chains_are_worth_few_draws() -> None:
    """it counts draws that each keep 0.95 of the last one for (1 - 0.95) / (1 + 0.95) of a draw."""
    draws = white()
    for i in range(1, DRAWS):
        draws[:, i] = 0.95 * draws[:, i - 1] + np.sqrt(1 - 0.95**2) * draws[:, i]
    assert effective_size(draws) == pytest.approx(CHAINS * DRAWS * 0.05 / 1.95, rel=0.3)
    assert effective_size(draws) < LEAST_SIZE

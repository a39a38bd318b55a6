"""Whether sampled chains agree, and how many independent draws they are worth, by Vehtari and others (2021).

Draws are replaced by the normal quantiles of their ranks and each chain is split into halves, so that heavy tails,
chains that drift and chains of unequal spread are all found out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

MOST_RHAT, LEAST_SIZE = 1.01, 400.0  # what the authors ask for before a posterior is quoted


def rhat(draws: ArrayLike) -> float:
    """The rank-normalised split R-hat of one quantity (chains x draws): 1 where chains agree in place and spread."""
    from numpyro.diagnostics import gelman_rubin

    halves = _halves(draws)
    folded = np.abs(halves - np.median(halves))
    return max(float(gelman_rubin(_normal_scores(of))) for of in (halves, folded))


def effective_size(draws: ArrayLike) -> float:
    """The bulk effective sample size of one quantity (chains x draws)."""
    from numpyro.diagnostics import effective_sample_size

    return float(effective_sample_size(_normal_scores(_halves(draws))))


def _halves(draws: ArrayLike) -> Floats:
    values = np.asarray(draws, float)
    half = values.shape[1] // 2
    return np.concatenate([values[:, :half], values[:, -half:]])


def _normal_scores(values: Floats) -> Floats:
    from scipy.stats import norm, rankdata

    ranks = rankdata(values).reshape(values.shape)
    return np.asarray(norm.ppf((ranks - 3 / 8) / (values.size + 1 / 4)), float)

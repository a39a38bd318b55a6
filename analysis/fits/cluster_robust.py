"""Standard errors and degrees of freedom for least squares when the rows of one paper are alike.

| name | a paper's residuals are first multiplied by | which corrects |
|------|---------------------------------------------|----------------|
| CR1  | 1 (then one factor for all)                 | the average    |
| CR2  | (I - H_gg)^(-1/2)                            | each paper's own leverage, exactly where rows are independent |
| CR3  | (I - H_gg)^(-1)                              | the same, and then some: nearly the jackknife over papers |

H_gg is a paper's block of the hat matrix. CR2 is Bell and McCaffrey's (2002); its t has their Satterthwaite degrees of
freedom, which count the papers that really decide a coefficient: three papers far to the right leave two, however many
stand on the left. Everything is worked out from each paper's k x k sums of products: 100,000 rows take a moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Correction = Literal["CR1", "CR2", "CR3"]

FULL_LEVERAGE = (
    1e-9  # a paper that alone decides a direction has an eigenvalue of 1 there; within this it counts as one
)


@dataclass(frozen=True)
class ClusterRobust:
    """The covariance of least squares coefficients, with the degrees of freedom of any combination of them.

    `root` is the symmetric root of (X'X)^-1. `shares` are the papers' X'X in the coordinates in which they sum to the
    identity; `factors` what each paper's score is multiplied by there. papers x k x k both.
    """

    covariance: Floats
    root: Floats
    shares: Floats
    factors: Floats

    def degrees_of_freedom(self, contrasts: ArrayLike) -> Floats:
        """Satterthwaite's degrees of freedom of these combinations of coefficients, rows of a (m x k) array."""
        c = np.atleast_2d(np.asarray(contrasts, float)) @ self.root  # m x k
        weighted = np.einsum("gij,mj->gmi", self.factors, c)
        d = np.einsum("gij,gmj->gmi", self.shares, weighted)
        own = np.einsum("gmi,gmi->mg", weighted, d)
        projected = np.einsum("gmi,gmi->mg", d, d)
        outer = np.einsum("gmi,gmj->mij", d, d)
        trace = (own - projected).sum(axis=1)
        squares = (own * own - 2 * own * projected).sum(axis=1) + np.einsum("mij,mji->m", outer, outer)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(squares > 0, np.maximum(trace * trace / squares, 1e-3), 1e-3)


def codes_of(papers: Sequence[object]) -> NDArray[np.int64]:
    """A number for each row's paper, from 0."""
    codes: NDArray[np.int64] = np.unique(np.asarray([str(p) for p in papers]), return_inverse=True)[1].astype(np.int64)
    return codes


def cluster_robust(
    design: Floats, residuals: Floats, papers: Sequence[object] | None, correction: Correction = "CR2"
) -> ClusterRobust:
    """The cluster-robust covariance of a least squares fit.

    design: rows x k, of full column rank (for weighted least squares, rows times the root of their weight).
    residuals: of the fit, weighted alike. papers: the paper of each row; None takes each row for a paper of its own.
    """
    n, k = design.shape
    code = np.arange(n) if papers is None else codes_of(papers)
    groups = int(code.max()) + 1
    values, vectors = np.linalg.eigh(design.T @ design)
    root = (vectors / np.sqrt(values)) @ vectors.T
    z = design @ root
    shares, scores = np.empty((groups, k, k)), np.empty((groups, k))
    for i in range(k):
        scores[:, i] = np.bincount(code, z[:, i] * residuals, groups)
        for j in range(i, k):
            shares[:, i, j] = shares[:, j, i] = np.bincount(code, z[:, i] * z[:, j], groups)
    factors = _factors(shares, correction)
    corrected = np.einsum("gij,gj->gi", factors, scores)
    meat = corrected.T @ corrected
    if correction == "CR1":
        meat *= groups / (groups - 1) * (n - 1) / (n - k)
    return ClusterRobust(root @ meat @ root, root, shares, factors)


def _factors(shares: Floats, correction: Correction) -> Floats:
    """(I - share)^p of each paper, p = 0, -1/2 or -1; zero in a direction that the paper alone decides."""
    power = {"CR1": 0.0, "CR2": -0.5, "CR3": -1.0}[correction]
    if power == 0.0:
        return np.broadcast_to(np.eye(shares.shape[1]), shares.shape)
    values, vectors = np.linalg.eigh(shares)
    left = 1.0 - values
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(left > FULL_LEVERAGE, np.power(np.maximum(left, FULL_LEVERAGE), power), 0.0)
    return np.asarray(np.einsum("gij,gj,gkj->gik", vectors, scale, vectors), float)

"""Joining the estimates of several imputations (Rubin's rules)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Imputed:
    """An estimate over imputations: `within` its mean sampling variance, `between` its variance over imputations."""

    estimate: float
    standard_error: float
    low: float
    high: float
    degrees_of_freedom: float
    within: float
    between: float


def rubin(
    estimates: NDArray[np.float64], variances: NDArray[np.float64], complete: float, *, level: float = 0.95
) -> Imputed:
    """The imputations' estimates joined, with Barnard and Rubin's degrees of freedom.

    variances: the sampling variance of each estimate. complete: degrees of freedom if nothing were imputed.
    """
    from scipy.stats import t as student

    m = len(estimates)
    estimate, within, between = float(estimates.mean()), float(variances.mean()), float(estimates.var(ddof=1))
    total = within + (1 + 1 / m) * between
    share = (1 + 1 / m) * between / total if total > 0 else 0.0
    observed = (complete + 1) / (complete + 3) * complete * (1 - share) if share > 1e-12 else complete
    dof = 1 / (share**2 / (m - 1) + 1 / observed)
    half = float(student.ppf(0.5 + level / 2, dof)) * float(np.sqrt(total))
    return Imputed(estimate, float(np.sqrt(total)), estimate - half, estimate + half, dof, within, between)

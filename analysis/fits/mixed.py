"""One line through several benchmarks: each has a line of its own, drawn about a pooled one (a mixed model)."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

FEWEST_BENCHMARKS = 4  # with fewer, how benchmarks scatter can hardly be told, and no interval says anything
MOST_PAPERS = 3000  # an even sample of more: the benchmarks' scatter, not the papers', decides the interval


@dataclass(frozen=True)
class PooledLine:
    """The pooled line y = constant + slope (x - centre), the slope's interval, and how benchmarks' slopes scatter."""

    constant: float
    slope: float
    centre: float
    standard_error: float
    low: float
    high: float
    slope_scatter: float  # standard deviation of the benchmarks' true slopes
    benchmarks: int
    papers: int

    def predict(self, x: ArrayLike) -> NDArray[np.float64]:
        """The pooled line's height at these x."""
        return np.asarray(self.constant + self.slope * (np.asarray(x, float) - self.centre))


def pooled_line(
    x: ArrayLike, y: ArrayLike, benchmarks: Sequence[object], papers: Sequence[object], *, level: float = 0.95
) -> PooledLine | None:
    """The line of a mixed model with random constants and slopes by benchmark, by REML, through papers' means.

    Models of one paper on one benchmark count as one: they are alike. The interval is t with benchmarks - 1 degrees of
    freedom. None with fewer than four benchmarks, or where REML finds no maximum.
    """
    from scipy.stats import t as student
    from statsmodels.regression.mixed_linear_model import MixedLM

    rows = pd.DataFrame({"x": np.asarray(x, float), "y": np.asarray(y, float)})
    rows["benchmark"], rows["paper"] = [str(b) for b in benchmarks], [str(p) for p in papers]
    means = rows.groupby(["benchmark", "paper"], sort=True)[["x", "y"]].mean().reset_index()
    means = means.iloc[:: max(1, -(-len(means) // MOST_PAPERS))]
    count = means["benchmark"].nunique()
    if count < FEWEST_BENCHMARKS or np.ptp(means["x"]) == 0:
        return None
    centre = float(means["x"].mean())
    design = np.column_stack([np.ones(len(means)), means["x"] - centre])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says when a scatter comes out as zero, which is an answer
        model = MixedLM(means["y"].to_numpy(), design, groups=means["benchmark"].to_numpy(), exog_re=design)
        fit = model.fit(reml=True, method=["lbfgs", "powell"])
        slope, se = float(fit.fe_params[1]), float(fit.bse_fe[1])
    if not np.isfinite(se):
        return None
    half = float(student.ppf(0.5 + level / 2, count - 1)) * se
    scatter = float(np.sqrt(max(float(np.asarray(fit.cov_re)[1, 1]), 0.0)))
    return PooledLine(
        float(fit.fe_params[0]), slope, centre, se, slope - half, slope + half, scatter, count, len(means)
    )

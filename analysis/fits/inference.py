"""Intervals for a slope when rows of one paper are alike: leave-one-paper-out, cluster bootstrap, fixed effects.

Everything works from each paper's sums of products, so that a thousand resamples of 100,000 rows take a moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A slope with its standard error and interval, by the named way."""

    way: str
    slope: float
    standard_error: float
    low: float
    high: float
    degrees_of_freedom: float


@dataclass(frozen=True)
class PaperSums:
    """The sums of products of each paper (cluster): all that least squares on [1, x] needs."""

    papers: tuple[str, ...]
    xx: Floats  # clusters x 2 x 2
    xy: Floats  # clusters x 2
    rows: NDArray[np.int64]


def paper_sums(x: ArrayLike, y: ArrayLike, papers: Sequence[Any]) -> PaperSums:
    """Each paper's sums for the regression of y on a constant and x."""
    xs, ys = np.asarray(x, float), np.asarray(y, float)
    names, code = np.unique(np.asarray([str(p) for p in papers]), return_inverse=True)

    def total(values: Floats) -> Floats:
        return np.bincount(code, weights=values, minlength=len(names)).astype(float)

    n, sx, sxx = total(np.ones_like(xs)), total(xs), total(xs * xs)
    xx = np.stack([np.stack([n, sx], -1), np.stack([sx, sxx], -1)], -2)
    return PaperSums(tuple(names), xx, np.stack([total(ys), total(xs * ys)], -1), n.astype(np.int64))


def slopes_of(xx: Floats, xy: Floats) -> Floats:
    """The slope of each set of summed products (… x 2 x 2, … x 2); NaN where x does not vary."""
    n, sx, sxx = xx[..., 0, 0], xx[..., 0, 1], xx[..., 1, 1]
    sy, sxy = xy[..., 0], xy[..., 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = sxx - sx * sx / n
        slope = (sxy - sx * sy / n) / spread
    return np.where(spread > 1e-9 * np.maximum(sxx, 1e-300), slope, np.nan)


def leave_one_paper_out(sums: PaperSums) -> Floats:
    """The slope without each paper in turn."""
    return slopes_of(sums.xx.sum(axis=0) - sums.xx, sums.xy.sum(axis=0) - sums.xy)


def jackknife(sums: PaperSums, *, level: float = 0.95) -> Estimate:
    """The slope with the leave-one-paper-out (CR3) standard error, t with papers - 1 degrees of freedom.

    Of the clustered errors this one holds its level best with few papers of unequal size (the tests measure it).
    """
    from scipy.stats import t as student

    slope = float(slopes_of(sums.xx.sum(axis=0), sums.xy.sum(axis=0)))
    without = leave_one_paper_out(sums)
    without = without[np.isfinite(without)]
    groups = len(sums.papers)
    se = float(np.sqrt((groups - 1) / groups * np.sum((without - slope) ** 2)))
    half = float(student.ppf(0.5 + level / 2, groups - 1)) * se
    return Estimate("leave-one-paper-out (CR3)", slope, se, slope - half, slope + half, groups - 1)


def cluster_bootstrap(sums: PaperSums, *, draws: int, seed: int, level: float = 0.95) -> Estimate:
    """The slope with the percentile interval over resamples of whole papers."""
    slopes = bootstrap_slopes(sums, draws=draws, seed=seed)
    low, high = np.quantile(slopes, [0.5 - level / 2, 0.5 + level / 2])
    slope = float(slopes_of(sums.xx.sum(axis=0), sums.xy.sum(axis=0)))
    return Estimate("cluster bootstrap", slope, float(np.std(slopes, ddof=1)), float(low), float(high), np.nan)


def bootstrap_slopes(sums: PaperSums, *, draws: int, seed: int) -> Floats:
    """The slopes of that many resamples of whole papers, those without spread in x left out."""
    rng = np.random.default_rng(seed)
    groups = len(sums.papers)
    slopes = []
    for start in range(0, draws, 200):  # in parts: 200 x 100,000 papers fit in memory
        counts = rng.multinomial(groups, np.full(groups, 1 / groups), size=min(200, draws - start)).astype(float)
        slopes.append(slopes_of(np.einsum("dg,gij->dij", counts, sums.xx), counts @ sums.xy))
    out = np.concatenate(slopes)
    return out[np.isfinite(out)]


@dataclass(frozen=True)
class WithinAcross:
    """The slope among models of one paper, and the slope among papers' means."""

    within: Estimate | None
    across: Estimate | None
    papers_with_spread: int
    difference_p: float | None  # of within = across (Mundlak's test, clustered by paper)


def within_and_across(x: ArrayLike, y: ArrayLike, papers: Sequence[Any], *, level: float = 0.95) -> WithinAcross:
    """The slope inside papers (paper fixed effects) against that across papers (their means), clustered by paper."""
    from scipy.stats import t as student

    xs, ys = np.asarray(x, float), np.asarray(y, float)
    names, code = np.unique(np.asarray([str(p) for p in papers]), return_inverse=True)
    groups, n = len(names), np.bincount(code)
    mx, my = np.bincount(code, xs) / n, np.bincount(code, ys) / n
    dx, dy = xs - mx[code], ys - my[code]
    spread = np.bincount(code, dx * dx)
    inside = int((spread > 1e-12).sum())
    within = None
    if inside >= 3:
        slope = float((dx @ dy) / (dx @ dx))
        without = [
            (dx @ dy - (dx * dy)[code == g].sum()) / (dx @ dx - spread[g]) for g in np.flatnonzero(spread > 1e-12)
        ]
        se = float(np.sqrt((inside - 1) / inside * np.sum((np.array(without) - slope) ** 2)))
        half = float(student.ppf(0.5 + level / 2, inside - 1)) * se
        within = Estimate("within papers", slope, se, slope - half, slope + half, inside - 1)
    across = None
    if groups >= 5 and np.ptp(mx) > 0:
        means = paper_sums(mx, my, range(groups))
        found = jackknife(means, level=level)
        across = Estimate("across papers", found.slope, found.standard_error, found.low, found.high, groups - 1)
    p = None
    if within is not None and across is not None:
        apart = within.slope - across.slope
        both = np.hypot(within.standard_error, across.standard_error)
        if both > 0:
            p = float(2 * student.sf(abs(apart / both), min(inside, groups) - 1))
    return WithinAcross(within, across, inside, p)


# --- quantiles --------------------------------------------------------------------------------------------------

EXACT_QUANTILE_ROWS = 120  # up to here every line through two points is tried: exact, and resampling is one product


@dataclass(frozen=True)
class QuantileLine:
    quantile: float
    constant: float
    slope: float
    low: float
    high: float
    n: int


def quantile_line(
    x: ArrayLike,
    y: ArrayLike,
    papers: Sequence[Any],
    *,
    quantile: float = 0.1,
    draws: int = 1000,
    seed: int = 0,
    level: float = 0.95,
) -> QuantileLine:
    """The linear quantile of y given x, the slope's interval by resampling whole papers (large n: by its kernel s.e.).

    A best quantile line passes through two points; with few rows all such lines are weighed against each other.
    """
    xs, ys = np.asarray(x, float), np.asarray(y, float)
    if len(xs) > EXACT_QUANTILE_ROWS:
        return _large_quantile_line(xs, ys, quantile, level)
    i, j = np.triu_indices(len(xs), k=1)
    apart = np.abs(xs[i] - xs[j]) > 1e-9
    i, j = i[apart], j[apart]
    slope = (ys[j] - ys[i]) / (xs[j] - xs[i])
    constant = ys[i] - slope * xs[i]
    residual = ys[None, :] - constant[:, None] - slope[:, None] * xs[None, :]
    loss = np.where(residual >= 0, quantile * residual, (quantile - 1) * residual)  # lines x rows
    best = int(np.argmin(loss.sum(axis=1)))
    names, code = np.unique(np.asarray([str(p) for p in papers]), return_inverse=True)
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws)
    resampled = slope[np.argmin(loss @ counts[:, code].T.astype(float), axis=0)]
    low, high = np.quantile(resampled, [0.5 - level / 2, 0.5 + level / 2])
    return QuantileLine(quantile, float(constant[best]), float(slope[best]), float(low), float(high), len(xs))


def _large_quantile_line(xs: Floats, ys: Floats, quantile: float, level: float) -> QuantileLine:
    import warnings

    from statsmodels.regression.quantile_regression import QuantReg

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # says when 1,000 rounds did not settle the last digit
        fit = QuantReg(ys, np.column_stack([np.ones_like(xs), xs])).fit(q=quantile, max_iter=1000, p_tol=1e-5)
        low, high = fit.conf_int(alpha=1 - level)[1]
    return QuantileLine(quantile, float(fit.params[0]), float(fit.params[1]), float(low), float(high), len(xs))


def frontier(x: ArrayLike, y: ArrayLike) -> NDArray[np.bool_]:
    """Which rows no other row beats: none with less or equal x has lower y (of equals, one)."""
    xs, ys = np.asarray(x, float), np.asarray(y, float)
    order = np.lexsort((ys, xs))
    best, out = np.inf, np.zeros(len(xs), bool)
    for place in order:
        if ys[place] < best:
            best, out[place] = ys[place], True
    return out

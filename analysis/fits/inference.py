"""Intervals for a slope when rows of one paper are alike: leave papers out, wild cluster bootstrap, fixed effects.

Everything works from each paper's sums of products, so that a thousand resamples of 100,000 rows take a moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.fits.cluster_robust import cluster_robust

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


def paper_sums(x: ArrayLike, y: ArrayLike, papers: Sequence[object]) -> PaperSums:
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
    """The slope with the leave-one-paper-out (CR3) standard error, t with papers - 1 degrees of freedom."""
    from scipy.stats import t as student

    slope = float(slopes_of(sums.xx.sum(axis=0), sums.xy.sum(axis=0)))
    without = leave_one_paper_out(sums)
    without = without[np.isfinite(without)]
    groups = len(sums.papers)
    se = float(np.sqrt((groups - 1) / groups * np.sum((without - slope) ** 2)))
    half = float(student.ppf(0.5 + level / 2, groups - 1)) * se
    return Estimate("leave-one-paper-out (CR3)", slope, se, slope - half, slope + half, groups - 1)


def clustered_slope(
    x: ArrayLike,
    y: ArrayLike,
    papers: Sequence[object] | None,
    *,
    way: str,
    weights: ArrayLike | None = None,
    constant: bool = True,
    level: float = 0.95,
) -> Estimate:
    """The (weighted) least squares slope of y on x with its CR2 interval, clustered by paper.

    papers: None counts each row as a paper. constant: whether the line has one (not where x and y are centred).
    """
    from scipy.stats import t as student

    xs, ys = np.asarray(x, float), np.asarray(y, float)
    root = np.sqrt(np.ones_like(xs) if weights is None else np.asarray(weights, float))
    design = np.column_stack([np.ones_like(xs), xs] if constant else [xs]) * root[:, None]
    line, *_ = np.linalg.lstsq(design, ys * root, rcond=None)
    robust = cluster_robust(design, ys * root - design @ line, papers)
    contrast = np.zeros(design.shape[1])
    contrast[-1] = 1.0
    se, dof = float(np.sqrt(robust.covariance[-1, -1])), float(robust.degrees_of_freedom(contrast)[0])
    half = float(student.ppf(0.5 + level / 2, dof)) * se
    return Estimate(way, float(line[-1]), se, float(line[-1]) - half, float(line[-1]) + half, dof)


WEBB_BELOW = 10  # papers: with fewer, two signs make too few different samples, and Webb's six weights are drawn
WEBB = np.sqrt([0.5, 1.0, 1.5])
MOST_WILD_PAPERS = 2000  # with more, every clustered interval is the same to the printed digit


def wild_cluster_bootstrap(sums: PaperSums, *, draws: int, seed: int, level: float = 0.95) -> Estimate | None:
    """The slope with the interval of the restricted wild cluster bootstrap (t by CR1), found by inverting its test.

    Cameron, Gelbach and Miller (2008): a slope is inside if residuals under it, their signs flipped paper by paper,
    give so large a t by chance. Its standard error is CR1's. None with more papers than `MOST_WILD_PAPERS`.
    """
    if len(sums.papers) > MOST_WILD_PAPERS:
        return None
    test = _WildTest.of(sums, draws, seed)
    low, high = (_where_rejected(test, 1 - level, direction) for direction in (-1.0, 1.0))
    return Estimate("wild cluster bootstrap", test.slope, test.standard_error, low, high, np.nan)


@dataclass(frozen=True)
class _WildTest:
    """The wild cluster bootstrap test of one value of the slope, from papers' sums of products about the mean of x."""

    sums: PaperSums
    flips: Floats  # draws x papers
    inverse: Floats
    line: Floats
    standard_error: float

    @classmethod
    def of(cls, sums: PaperSums, draws: int, seed: int) -> _WildTest:
        rng, groups = np.random.default_rng(seed), len(sums.papers)
        weights = np.concatenate([-WEBB, WEBB]) if groups < WEBB_BELOW else np.array([-1.0, 1.0])
        flips = rng.choice(weights, size=(draws, groups))
        inverse = np.linalg.inv(sums.xx.sum(axis=0))
        line = inverse @ sums.xy.sum(axis=0)
        scores = sums.xy - sums.xx @ line
        return cls(sums, flips, inverse, line, float(np.sqrt(np.sum((scores @ inverse[1]) ** 2))))

    @property
    def slope(self) -> float:
        return float(self.line[1])

    def p_value(self, slope: float) -> float:
        """The share of samples, made under this slope, whose t is at least as far from it as that of the rows."""
        n, sx = self.sums.xx[:, 0, 0].sum(), self.sums.xx[:, 0, 1].sum()
        restricted = np.array([(self.sums.xy[:, 0].sum() - slope * sx) / n, slope])
        scores = self.sums.xy - self.sums.xx @ restricted  # papers x 2
        moved = (self.flips @ scores) @ self.inverse  # draws x 2: the sample's line less the restricted one
        leverage = self.sums.xx @ self.inverse[1]  # papers x 2
        influence = self.flips * (scores @ self.inverse[1]) - moved @ leverage.T
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.abs(moved[:, 1]) / np.sqrt(np.sum(influence**2, axis=1))
        return float(np.mean(t >= abs(self.slope - slope) / self.standard_error * (1 - 1e-9)))


def _where_rejected(test: _WildTest, size: float, direction: float) -> float:
    """The nearest slope in this direction that the test rejects; infinite where it rejects none."""
    step = test.standard_error
    while test.p_value(test.slope + direction * step) > size:
        step *= 2
        if step > 1000 * test.standard_error:
            return direction * np.inf
    inner, outer = 0.0, step
    for _ in range(20):
        middle = (inner + outer) / 2
        inner, outer = (middle, outer) if test.p_value(test.slope + direction * middle) > size else (inner, middle)
    return test.slope + direction * (inner + outer) / 2


@dataclass(frozen=True)
class WithinAcross:
    """The slope among models of one paper, and the slope among papers' means."""

    within: Estimate | None
    across: Estimate | None
    papers_with_spread: int
    difference_p: float | None  # of within = across (Mundlak's test, clustered by paper)


def within_and_across(x: ArrayLike, y: ArrayLike, papers: Sequence[object], *, level: float = 0.95) -> WithinAcross:
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
        vary = spread[code] > 1e-12
        within = clustered_slope(
            dx[vary], dy[vary], names[code[vary]].tolist(), way="within papers", constant=False, level=level
        )
    across = None
    if groups >= 5 and np.ptp(mx) > 0:
        across = clustered_slope(mx, my, None, way="across papers", level=level)
    p = None
    if within is not None and across is not None:
        apart = within.slope - across.slope
        both = np.hypot(within.standard_error, across.standard_error)
        if both > 0:
            p = float(2 * student.sf(abs(apart / both), min(within.degrees_of_freedom, across.degrees_of_freedom)))
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
    papers: Sequence[object],
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

"""Slopes of several benchmarks drawn towards each other: a hierarchical Bayesian fit with errors in computing.

For row i of paper p on benchmark j, with x the log10 computing as read, off by a normal error of known size:

    y(i) ~ normal(a(j) + b(j) (m(j) + r(j) (x(i) - m(j))) + u(p), s(j)^2 + b(j)^2 r(j) omega^2)
    b(j) ~ normal(mu, tau),  u(p) ~ normal(0, t)

m(j) and r(j), the mean of computing and the share of its variance that is not error, come from the rows. The true x,
the papers' effects u and the levels a(j) are integrated out by formula. What is left is summed over cells: for given t
and b(j) a benchmark has only s(j), and for given mu, tau and t it knows nothing of the others. So the posterior is
worked out and not drawn: there is no seed, and there are no chains that must agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import PchipInterpolator
from scipy.special import logsumexp, ndtr

from analysis.fits.cluster_robust import codes_of

Floats = NDArray[np.float64]

ERROR_DECADES = 0.15  # of log10 computing: clocks, ranges of days, hours rounded to days

# The priors' standard deviations, in powers of ten of the error. Scatters are half normal.
MEAN_SLOPE, SLOPES_SCATTER, PAPERS_SCATTER, ROWS_SCATTER, LEVELS_SCATTER = 0.2, 0.1, 0.2, 0.2, 0.7
LEVEL = -0.6  # the mean of the levels' prior

# Numbers of cells. With four times as many of each, no slope or bound of the authors' table moves by 0.0001.
PASSES = ((12, 12, 200), (12, 20, 200), (24, 30, 300))  # of t, tau and mu; each pass where the last one found mass
SLOPES, SCATTERS = 160, 80  # of each benchmark's slope and of its rows' scatter
LEAST_SCATTER = 1e-4  # of rows: less than papers print; at zero the density of two equal rows of a paper is infinite
LEAST_ERROR = 1e-4  # of a slope, for the width of cells
STEEPEST = 3.0  # slope either way: the error would fall with the cube of computing
FAR = 6.0  # standard deviations of a prior: beyond lies nothing
FORGOTTEN = 1e-9  # of the largest density: a pass leaves out what is less


@dataclass(frozen=True)
class Posterior:
    """Mean and middle 95 % of one quantity."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Pooled:
    """What is known of the mean slope, of the slopes' scatter, and of each benchmark's slope."""

    mean: Posterior
    scatter: Posterior
    slopes: dict[str, Posterior]


def partially_pooled(
    x: ArrayLike,
    y: ArrayLike,
    benchmarks: Sequence[str],
    papers: Sequence[object],
    *,
    error_decades: float = ERROR_DECADES,
    finer: float = 1,
) -> Pooled:
    """The hierarchical fit of log10 error on log10 computing. `benchmarks` and `papers`: of each row.

    `finer`: how many times as many cells.
    """
    x, y, code = np.asarray(x, float), np.asarray(y, float), np.array(benchmarks)
    paper = codes_of(list(papers))
    names = list(dict.fromkeys(benchmarks))
    rows = [_rows(x[code == name], y[code == name], paper[code == name], error_decades) for name in names]
    scatters = _Cells.geometric(LEAST_SCATTER, FAR * ROWS_SCATTER, round(finer * SCATTERS))
    slopes = [_slope_cells(of, scatters, round(finer * SLOPES)) for of in rows]
    t_span, tau_most, mu_span = (0.0, FAR * PAPERS_SCATTER), FAR * SLOPES_SCATTER, (-FAR * MEAN_SLOPE, FAR * MEAN_SLOPE)
    for passing in PASSES:
        points = [round(finer * many) for many in passing]
        t, tau = _Cells.of_scatter(*t_span, points[0]), _Cells.of_scatter(0.0, tau_most, points[1])
        mu = _Cells.even(*mu_span, points[2])
        likelihood = [_log_likelihood(of, b, scatters, t) for of, b in zip(rows, slopes, strict=True)]
        mass = _mass(slopes, likelihood, t, tau, mu)
        t_span, tau_most, mu_span = t.span(mass.sum((1, 2))), tau.span(mass.sum((0, 2)))[1], mu.span(mass.sum((0, 1)))
    return Pooled(
        mu.told(mass.sum((0, 1))),
        tau.told(mass.sum((0, 2))),
        {
            name: b.told(_slope_mass(b, of, mass, tau, mu))
            for name, b, of in zip(names, slopes, likelihood, strict=True)
        },
    )


# --- cells --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cells:
    """Neighbouring intervals of one quantity, and a point in each."""

    edges: Floats
    points: Floats

    @classmethod
    def even(cls, low: float, high: float, many: int) -> _Cells:
        """Cells of one width."""
        halves: Floats = np.linspace(low, high, 2 * many + 1, dtype=np.float64)
        return cls(halves[::2], halves[1::2])

    @classmethod
    def of_scatter(cls, low: float, high: float, many: int) -> _Cells:
        """Cells whose roots have one width: zero is in, and small scatters are told apart."""
        roots = cls.even(low**0.5, high**0.5, many)
        return cls(roots.edges**2, roots.points**2)

    @classmethod
    def geometric(cls, low: float, high: float, many: int) -> _Cells:
        """Cells whose logarithms have one width."""
        logs = cls.even(float(np.log(low)), float(np.log(high)), many)
        return cls(np.exp(logs.edges), np.exp(logs.points))

    @classmethod
    def about(cls, centre: float, scale: float, low: float, high: float, many: int) -> _Cells:
        """Cells of nearly one width within `scale` of the centre, and in proportion to the distance further out."""
        bent = cls.even(float(np.arcsinh((low - centre) / scale)), float(np.arcsinh((high - centre) / scale)), many)
        return cls(centre + scale * np.sinh(bent.edges), centre + scale * np.sinh(bent.points))

    def span(self, mass: Floats) -> tuple[float, float]:
        """From where to where there is anything, and a cell more on both sides."""
        density = mass / np.diff(self.edges)
        there = np.flatnonzero(density > FORGOTTEN * density.max())
        return float(self.edges[max(there[0] - 1, 0)]), float(self.edges[min(there[-1] + 2, len(mass))])

    def log_normal_mass(self, sd: float) -> Floats:
        """The log of what a normal about zero has in each cell."""
        return np.asarray(np.log(np.maximum(np.diff(ndtr(self.edges / sd)), 1e-300)))

    def told(self, mass: Floats) -> Posterior:
        """Mean and interval of a quantity that has this mass in each cell."""
        share = mass / mass.sum()
        below = np.concatenate([[0], np.cumsum(share)])
        rising = np.concatenate([[True], share > FORGOTTEN])
        low, high = PchipInterpolator(below[rising], self.edges[rising])([0.025, 0.975])
        return Posterior(float(share @ self.points), float(low), float(high))


# --- one benchmark -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Rows:
    """All that the likelihood needs of a benchmark's rows, with x about its mean and shrunken by its reliability."""

    error_variance: float  # what an unknown true x adds to y's variance at a slope of 1
    slope: float  # by least squares
    slope_error: float
    beyond_first: int  # rows less papers
    inside: tuple[float, float, float]  # sums of squares about papers' means: yy, xy, xx
    of_size: list[_OfSize]


@dataclass(frozen=True)
class _OfSize:
    """The papers that have this many rows: how many, and the sums of their means and of these means' products."""

    size: int
    papers: int
    y: float  # about the levels' prior mean
    x: float
    yy: float
    xy: float
    xx: float


def _rows(x: Floats, y: Floats, paper: NDArray[np.int64], error_decades: float) -> _Rows:
    reliability = float(np.clip(1 - error_decades**2 / max(float(np.var(x)), 1e-9), 0.1, 1.0))
    x, y = reliability * (x - x.mean()), y - LEVEL
    spread = max(float(x @ x), 1e-9)
    slope = float(x @ y) / spread
    left = y - y.mean() - slope * x
    _, of, size = np.unique(paper, return_inverse=True, return_counts=True)
    mean_x, mean_y = np.bincount(of, x) / size, np.bincount(of, y) / size
    within_x, within_y = x - mean_x[of], y - mean_y[of]
    return _Rows(
        error_variance=reliability * error_decades**2,
        slope=float(np.clip(slope, -STEEPEST / 2, STEEPEST / 2)),
        slope_error=max((float(left @ left) / max(len(x) - 2, 1) / spread) ** 0.5, LEAST_ERROR),
        beyond_first=len(x) - len(size),
        inside=(float(within_y @ within_y), float(within_x @ within_y), float(within_x @ within_x)),
        of_size=[
            _OfSize(int(n), len(b), b.sum(), a.sum(), b @ b, a @ b, a @ a)
            for n in np.unique(size)
            for a, b in [(mean_x[size == n], mean_y[size == n])]
        ],
    )


def _log_likelihood(rows: _Rows, slopes: _Cells, scatters: _Cells, t: _Cells) -> Floats:
    """The log likelihood of the rows for each t (down) and slope (across), without a constant."""
    b, s, between = slopes.points, scatters.points[:, None], t.points[:, None, None]
    own = s**2 + b**2 * rows.error_variance  # of a row
    yy, xy, xx = rows.inside
    alone = rows.beyond_first * np.log(own) + (yy - 2 * b * xy + b**2 * xx) / own
    precision: Floats = np.full((len(between), *own.shape), LEVELS_SCATTER**-2)  # of the level
    weighed, squares, logs = np.zeros_like(precision), np.zeros_like(precision), np.zeros_like(precision)
    for of in rows.of_size:
        variance = own + of.size * between**2  # size times that of a paper's mean
        weight = of.size / variance
        precision += of.papers * weight
        weighed += weight * (of.y - b * of.x)
        squares += weight * (of.yy - 2 * b * of.xy + b**2 * of.xx)
        logs += of.papers * np.log(variance)
    log = -0.5 * (alone + logs + squares - weighed**2 / precision + np.log(precision))
    return np.asarray(logsumexp(log + scatters.log_normal_mass(ROWS_SCATTER)[:, None], axis=1))


def _slope_cells(rows: _Rows, scatters: _Cells, many: int) -> _Cells:
    """Cells of the benchmark's slope wherever its rows and the widest prior leave anything."""
    cells = _Cells.about(rows.slope, rows.slope_error, -STEEPEST, STEEPEST, many)
    likelihood = _log_likelihood(rows, cells, scatters, _Cells.of_scatter(0.0, FAR * PAPERS_SCATTER, PASSES[0][0]))
    widest = FAR * SLOPES_SCATTER
    log = logsumexp(likelihood, axis=0) - 0.5 * (cells.points / widest) ** 2
    low, high = cells.span(np.exp(log - log.max()) * np.diff(cells.edges))
    return _Cells.about(rows.slope, rows.slope_error, low, high, many)


# --- all benchmarks -------------------------------------------------------------------------------------------------


def _mass(slopes: Sequence[_Cells], likelihood: Sequence[Floats], t: _Cells, tau: _Cells, mu: _Cells) -> Floats:
    """The posterior's share of each cell of t, tau and mu."""
    log = (
        t.log_normal_mass(PAPERS_SCATTER)[:, None, None]
        + tau.log_normal_mass(SLOPES_SCATTER)[:, None]
        + mu.log_normal_mass(MEAN_SLOPE)
    )
    for b, of in zip(slopes, likelihood, strict=True):
        most = of.max(axis=1, keepdims=True)
        there = np.exp(of - most)
        for i, prior in enumerate(_priors(b, tau, mu)):
            log[:, i] += np.log(np.maximum(there @ prior.T, 1e-300)) + most
    mass = np.exp(log - log.max())
    return np.asarray(mass / mass.sum())


def _slope_mass(slopes: _Cells, likelihood: Floats, mass: Floats, tau: _Cells, mu: _Cells) -> Floats:
    """The posterior's share of each cell of one benchmark's slope."""
    there = np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
    total = np.zeros(len(slopes.points))
    for i, prior in enumerate(_priors(slopes, tau, mu)):
        evidence = np.maximum(there @ prior.T, 1e-300)
        total += (there * ((mass[:, i] / evidence) @ prior)).sum(axis=0)
    return total


def _priors(slopes: _Cells, tau: _Cells, mu: _Cells) -> Iterator[Floats]:
    """For each tau: what normal(mu, tau) has in each cell of a slope (across), for each mu (down)."""
    for scatter in tau.points:
        yield np.diff(ndtr((slopes.edges - mu.points[:, None]) / scatter), axis=1)

"""A slope through values that may have been misread, each with a measured chance of being right.

A record's values are a lottery between what was read: the chosen candidate with its chance, rejected ones with theirs,
and what is left over for "none of these". Three ways to fit through it:

| way         | what it takes for a value             | what happens to the slope                         |
|-------------|---------------------------------------|---------------------------------------------------|
| naive       | the chosen one                        | shrinks: a wrong value tells nothing of the error |
| by chance   | any, by its chance alone              | shrinks twice: right values become wrong ones too |
| `fit_misread` | any, by its chance and how it fits  | comes back (simulations/misread.csv)              |

`fit_misread` is multiple imputation with the outcome in the imputation model: a Gibbs sampler alternates between which
value is right, the line (with an effect of each paper), and where papers' computing lies, so that a value a decade off
the line, or off its paper's other models, is believed less. Where none of the values is right, one is drawn near the
reading. Each imputation is fitted with CR2 standard errors; Rubin's rules join them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.fits.cluster_robust import cluster_robust, codes_of
from analysis.fits.imputation import rubin

Floats = NDArray[np.float64]

UNMEASURED = 0.5  # the chance given to a chosen candidate whose pattern has not been measured yet
UNMEASURED_REJECTED = 0.05

IMPUTATIONS = 40
BURN_IN, THINNING = 100, 3  # rounds of the sampler: chains twice as long moved no slope by a tenth of its error
MISREADING_DECADES = 1.0  # how far off, in standard deviations, a value is when none of those read is right
HALF_T_DEGREES = 2  # of the prior of both scatters: half-t, which forbids neither none nor a lot


@dataclass(frozen=True)
class Option:
    """One value that a field of a record may have, and how likely it is."""

    value: float | str
    chance: float


@dataclass(frozen=True)
class Reading:
    """What one record may say: pairs of log10 computing and log10 error with their chances, which sum to one at most.

    `error_lost` is the chance that the error is none of these. What is left over then is the chance that the computing
    is none: it lies off what was read.
    """

    paper: str
    log_computing: tuple[float, ...]
    log_error: tuple[float, ...]
    chance: tuple[float, ...]
    error_lost: float = 0.0


@dataclass(frozen=True)
class Joined:
    """A slope joined over imputations by Rubin's rules."""

    slope: float
    standard_error: float
    low: float
    high: float
    within: float  # mean sampling variance of an imputation
    between: float  # variance of the slope over imputations: what extraction adds
    rows: int
    papers: int
    imputations: int

    @property
    def share_of_extraction(self) -> float:
        """The share of the variance that comes from not knowing what the papers say."""
        total = self.within + (1 + 1 / self.imputations) * self.between
        return (1 + 1 / self.imputations) * self.between / total if total > 0 else 0.0


def options_of(
    chosen: Sequence[tuple[float | str, float | None]], rejected: Sequence[tuple[float | str, float | None]]
) -> list[Option]:
    """The field's options from its candidates (value, confidence): chances sum to one at most.

    Candidates of the same value are one option. Rejected ones share what the chosen leave over.
    """
    best: dict[float | str, float] = {}
    for value, confidence in chosen:
        best[value] = max(best.get(value, 0.0), UNMEASURED if confidence is None else confidence)
    total = sum(best.values())
    if total > 1:
        best = {v: c / total for v, c in best.items()}
    left = max(0.0, 1.0 - sum(best.values()))
    others: dict[float | str, float] = {}
    for value, confidence in rejected:
        if value not in best:
            others[value] = max(others.get(value, 0.0), UNMEASURED_REJECTED if confidence is None else confidence)
    claimed = sum(others.values())
    scale = min(1.0, left / claimed) if claimed > 0 else 0.0
    return [Option(v, c) for v, c in best.items()] + [Option(v, c * scale) for v, c in others.items() if c * scale > 0]


def fit_misread(
    readings: Sequence[Reading],
    *,
    seed: int = 0,
    level: float = 0.95,
    minimum_rows: int = 10,
    minimum_papers: int = 5,
    imputations: int = IMPUTATIONS,
) -> Joined | None:
    """The slope of log10 error on log10 computing through readings that may be wrong.

    None where there are fewer than `minimum_rows` readings of `minimum_papers` papers, or where their likeliest values
    all have one amount of computing.
    """
    table = _table(readings)
    groups = len(set(table.papers.tolist()))
    if len(readings) < minimum_rows or groups < minimum_papers or np.ptp(table.x[:, 0]) < 1e-9:
        return None
    sampler = _Sampler(table, np.random.default_rng(seed))
    for _ in range(BURN_IN):
        sampler.step()
    slopes, variances, degrees = [], [], []
    for _ in range(imputations):
        for _ in range(THINNING if sampler.doubtful else 1):
            sampler.step()
        slope, variance, dof = _fit(sampler.drawn_x, sampler.drawn_y, table.papers)
        slopes.append(slope)
        variances.append(variance)
        degrees.append(dof)
    joined = rubin(np.array(slopes), np.array(variances), float(np.mean(degrees)), level=level)
    return Joined(
        joined.estimate,
        joined.standard_error,
        joined.low,
        joined.high,
        joined.within,
        joined.between,
        len(readings),
        groups,
        imputations,
    )


def fit_naive(readings: Sequence[Reading]) -> float:
    """The slope that takes each reading's likeliest pair for the truth: what doing nothing gives."""
    table = _table(readings)
    return _fit(table.x[:, 0], table.y[:, 0], table.papers)[0]


@dataclass(frozen=True)
class _Table:
    """Readings as arrays of records x options, the likeliest first; an absent option has the chance 0."""

    x: Floats
    y: Floats
    chance: Floats
    lost: Floats  # the chance that the computing is none of these
    error_lost: Floats  # the chance that the error is none of these
    papers: NDArray[np.int64]


def _table(readings: Sequence[Reading]) -> _Table:
    most = max((len(r.chance) for r in readings), default=1)
    x, y, chance = (np.zeros((len(readings), most)) for _ in range(3))
    for i, reading in enumerate(readings):
        order = np.argsort(reading.chance)[::-1]
        k = len(order)
        x[i, :k] = np.asarray(reading.log_computing)[order]
        y[i, :k] = np.asarray(reading.log_error)[order]
        chance[i, :k] = np.asarray(reading.chance)[order]
        x[i, k:], y[i, k:] = x[i, 0], y[i, 0]
    error_lost = np.array([r.error_lost for r in readings])
    lost = np.maximum(0.0, 1.0 - error_lost - chance.sum(axis=1))
    papers = codes_of([r.paper for r in readings])
    return _Table(x, y, chance, np.where(lost < 1e-9, 0.0, lost), error_lost, papers)


@dataclass(frozen=True)
class _Groups:
    """Draws the mean of each paper and the variances about and between the means, of values that papers share."""

    papers: NDArray[np.int64]
    rng: np.random.Generator

    @property
    def sizes(self) -> NDArray[np.int64]:
        return np.bincount(self.papers)

    def sums(self, values: Floats) -> Floats:
        return np.bincount(self.papers, values, len(self.sizes)).astype(float)

    def effects(self, residual: Floats, noise: float, spread: float) -> Floats:
        """The papers' effects, normal about 0, given each row's residual."""
        precision = self.sizes / noise + 1 / spread
        scatter = self.rng.standard_normal(len(precision)) / np.sqrt(precision)
        return np.asarray(self.sums(residual) / noise / precision + scatter, float)

    def variance(self, current: float, values: Floats, scale: float) -> float:
        """A draw of the variance of these values, its root with a half-t prior (Wand's two inverse gammas)."""
        nu = HALF_T_DEGREES
        mixing = 1 / self.rng.gamma((nu + 1) / 2, 1 / (nu / current + 1 / scale**2))
        rate = float(values @ values) / 2 + nu / mixing
        return max(float(rate / self.rng.gamma((len(values) + nu) / 2)), 1e-12)


def _log_normal(values: Floats, variance: float | Floats) -> Floats:
    """log of the normal density with mean 0, less its constant."""
    return np.asarray(-values * values / (2 * variance) - np.log(variance) / 2)


def _turns(papers: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """The rows in turns of at most one a paper: rows of different papers can be drawn at once."""
    order = np.argsort(papers, kind="stable")
    starts = np.searchsorted(papers[order], papers[order])
    turn = np.arange(len(papers)) - starts
    return [order[turn == k] for k in range(int(turn.max()) + 1)]


class _Sampler:
    """The state of the Gibbs sampler: which values are taken for right, the line through them, and where papers lie."""

    def __init__(self, table: _Table, rng: np.random.Generator) -> None:
        self.table, self.rng, self.groups = table, rng, _Groups(table.papers, rng)
        self.drawn_x, self.drawn_y = table.x[:, 0].copy(), table.y[:, 0].copy()
        self.doubtful = bool((table.lost + table.error_lost > 0).any() or (table.chance[:, 1:] > 0).any())
        self.scale_x, self.scale_y = (max(float(np.std(v)), 1e-6) for v in (self.drawn_x, self.drawn_y))
        # variances of error: of a row about its paper, of papers about the line; the same of computing about its mean
        self.noise, self.spread = self.scale_y**2 / 2, self.scale_y**2 / 4
        self.noise_x, self.spread_x = self.scale_x**2 / 4, self.scale_x**2
        self.mean_x, self.mean_y = float(self.drawn_x.mean()), float(self.drawn_y.mean())
        self.turns = _turns(table.papers)
        self.effects: Floats = np.zeros(len(self.groups.sizes))
        self.line: Floats = np.zeros(2)

    def step(self) -> None:
        """One round: the line, the papers' effects and all scatters, then which values are right."""
        if self.doubtful:
            self._draw_line()
            self._draw_effects()
            self._draw_computing()
            self._draw_values()

    def _draw_line(self) -> None:
        """Constant and slope with the papers' effects integrated out (generalised least squares)."""
        x = self.drawn_x - self.mean_x
        shrink = self.spread / (self.noise + self.groups.sizes * self.spread)
        ones, xs, ys = (self.groups.sums(v) for v in (np.ones_like(x), x, self.drawn_y))
        design = np.column_stack([np.ones_like(x), x])
        outer = np.array([[np.sum(shrink * a * b) for b in (ones, xs)] for a in (ones, xs)])
        right = design.T @ self.drawn_y - np.array([np.sum(shrink * a * ys) for a in (ones, xs)])
        covariance = np.linalg.inv(design.T @ design - outer) * self.noise
        centre = covariance @ right / self.noise
        self.line = centre + np.linalg.cholesky(covariance) @ self.rng.standard_normal(2)

    def _draw_effects(self) -> None:
        """The papers' effects on error, then the variances of rows and of papers."""
        residual = self.drawn_y - self.line[0] - self.line[1] * (self.drawn_x - self.mean_x)
        self.effects = self.groups.effects(residual, self.noise, self.spread)
        about = residual - self.effects[self.table.papers]
        self.noise = self.groups.variance(self.noise, about, self.scale_y)
        self.spread = self.groups.variance(self.spread, self.effects, self.scale_y)

    def _draw_computing(self) -> None:
        """How papers' computing scatters: rows about their paper, papers about their mean."""
        effects = self.groups.effects(self.drawn_x - self.mean_x, self.noise_x, self.spread_x)
        about = self.drawn_x - self.mean_x - effects[self.table.papers]
        self.noise_x = self.groups.variance(self.noise_x, about, self.scale_x)
        self.spread_x = self.groups.variance(self.spread_x, effects, self.scale_x)

    def _draw_values(self) -> None:
        """Which pair is right, of one row of every paper at a time."""
        sums, sizes = self.groups.sums(self.drawn_x - self.mean_x), self.groups.sizes
        for rows in self.turns:
            paper = self.table.papers[rows]
            # where the paper's other rows say that its computing lies, and how surely: its own effect integrated out
            precision = (sizes[paper] - 1) / self.noise_x + 1 / self.spread_x
            others = sums[paper] - (self.drawn_x[rows] - self.mean_x)
            sums[paper] -= self.drawn_x[rows]
            self._draw_rows(rows, self.mean_x + others / self.noise_x / precision, self.noise_x + 1 / precision)
            sums[paper] += self.drawn_x[rows]

    def _draw_rows(self, rows: NDArray[np.int64], centre: Floats, about: Floats) -> None:
        """Which pair of these rows is right: its chance times the densities of its error and of its computing, which
        is normal about `centre` with variance `about`. Where none is: a computing near the reading that fits the error,
        or an error that fits the computing.
        """
        t, (constant, slope) = self.table, self.line
        x, y, line = t.x[rows], t.y[rows], self.effects[t.papers[rows]] + constant
        shrink = about / (about + MISREADING_DECADES**2)
        near, left = x[:, 0] + (1 - shrink) * (centre - x[:, 0]), shrink * MISREADING_DECADES**2
        lone = y[:, 0] - line - slope * (near - self.mean_x)
        with np.errstate(divide="ignore"):
            right = np.log(t.chance[rows]) + _log_normal(x - centre[:, None], about[:, None])
            right += _log_normal(y - line[:, None] - slope * (x - self.mean_x), self.noise)
            lost = np.log(t.lost[rows]) + _log_normal(x[:, 0] - centre, about + MISREADING_DECADES**2)
            lost += _log_normal(lone, self.noise + slope * slope * left)
            error_lost = np.log(t.error_lost[rows]) + _log_normal(x[:, 0] - centre, about)
            error_lost += _log_normal(y[:, 0] - self.mean_y, self.scale_y**2)
        weights = np.column_stack([right, lost, error_lost])
        picked = np.argmax(weights + self.rng.gumbel(size=weights.shape), axis=1)
        options, every = x.shape[1], np.arange(len(rows))
        column = np.where(picked >= options, 0, picked)
        precision = 1 / left + slope * slope / self.noise
        imputed = near + slope * lone / self.noise / precision
        imputed += self.rng.standard_normal(len(rows)) / np.sqrt(precision)
        self.drawn_x[rows] = np.where(picked == options, imputed, x[every, column])
        on_line = line + slope * (x[:, 0] - self.mean_x) + np.sqrt(self.noise) * self.rng.standard_normal(len(rows))
        self.drawn_y[rows] = np.where(picked == options + 1, on_line, y[every, column])


def _fit(x: Floats, y: Floats, papers: NDArray[np.int64]) -> tuple[float, float, float]:
    """Slope, its CR2 variance and Satterthwaite's degrees of freedom."""
    design = np.column_stack([np.ones_like(x), x - x.mean()])
    line, *_ = np.linalg.lstsq(design, y, rcond=None)
    robust = cluster_robust(design, y - design @ line, papers.tolist())
    return float(line[1]), float(robust.covariance[1, 1]), float(robust.degrees_of_freedom([[0.0, 1.0]])[0])

"""Slopes of several benchmarks drawn towards each other: a hierarchical Bayesian fit with errors in computing.

For row i of paper p on benchmark j, with x the log10 computing as read, off by a normal error of known size:

    y(i) ~ normal(a(j) + b(j) (m(j) + r(j) (x(i) - m(j))) + u(p), s(j)^2 + b(j)^2 r(j) omega^2)
    b(j) ~ normal(mu, tau),  u(p) ~ normal(0, t)

m(j) and r(j), the mean of computing and the share of its variance that is not error, come from the rows. The true x and
the papers' effects u are integrated out: where most papers have one row, sampled effects make a funnel with the rows'
scatter s (on English-German it was worth 15 draws of 2,000, at an R-hat of 1.06). Sampled by NUTS on the processor;
NumPyro needs no compiler on the machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.fits.cluster_robust import codes_of
from analysis.fits.convergence import LEAST_SIZE, MOST_RHAT, effective_size, rhat

Floats = NDArray[np.float64]

ERROR_DECADES = 0.15  # of log10 computing: clocks, ranges of days, hours rounded to days
WARM_UP, DRAWS, CHAINS = 1000, 2000, 4  # seconds go into compiling, not into draws
STEPS_KEPT = 0.98  # NUTS' target: at 0.95 a few in 4,000 steps diverge
LEAST_SCATTER = 0.003  # of slopes, for the centring; below it slopes count as one


@dataclass(frozen=True)
class Posterior:
    """Mean and middle 95 % of one quantity's draws, whether its chains agree, and how many draws they are worth."""

    value: float
    low: float
    high: float
    rhat: float
    effective_size: float


@dataclass(frozen=True)
class Pooled:
    """What was sampled of the mean slope, of the slopes' scatter, and of each benchmark's slope."""

    mean: Posterior
    scatter: Posterior
    slopes: dict[str, Posterior]

    @property
    def largest_rhat(self) -> float:
        return max(p.rhat for p in self._all())

    @property
    def smallest_size(self) -> float:
        return min(p.effective_size for p in self._all())

    @property
    def settled(self) -> bool:
        """Whether all of it may be quoted."""
        return self.largest_rhat <= MOST_RHAT and self.smallest_size >= LEAST_SIZE

    def _all(self) -> list[Posterior]:
        return [self.mean, self.scatter, *self.slopes.values()]


def partially_pooled(
    x: ArrayLike,
    y: ArrayLike,
    benchmarks: Sequence[str],
    papers: Sequence[object],
    *,
    error_decades: float = ERROR_DECADES,
    seed: int = 0,
) -> Pooled:
    """The hierarchical fit of log10 error on log10 computing. `benchmarks` and `papers`: of each row."""
    from jax import random
    from numpyro.infer import MCMC, NUTS

    names = list(dict.fromkeys(benchmarks))
    rows = _rows(np.asarray(x, float), np.asarray(y, float), names, benchmarks, papers, error_decades)
    sampler = MCMC(
        NUTS(_model, target_accept_prob=STEPS_KEPT),
        num_warmup=WARM_UP,
        num_samples=DRAWS,
        num_chains=CHAINS,
        chain_method="vectorized",
        progress_bar=False,
    )
    sampler.run(random.PRNGKey(seed), rows, _centring(rows))
    drawn = sampler.get_samples(group_by_chain=True)
    slopes = np.asarray(drawn["slope"])
    return Pooled(
        _told(np.asarray(drawn["mu"])),
        _told(np.asarray(drawn["tau"])),
        {name: _told(slopes[:, :, j]) for j, name in enumerate(names)},
    )


@dataclass(frozen=True)
class _Rows:
    """The rows, x about its benchmark's mean and shrunken by its reliability, and their papers' means."""

    x: Floats
    y: Floats
    benchmark: NDArray[np.int64]
    paper: NDArray[np.int64]
    size: NDArray[np.int64]  # of each paper
    mean_x: Floats
    mean_y: Floats
    paper_benchmark: NDArray[np.int64]
    error_variance: Floats  # of each benchmark: what an unknown true x adds to y's variance at a slope of 1


def _rows(
    x: Floats, y: Floats, names: list[str], benchmarks: Sequence[str], papers: Sequence[object], error_decades: float
) -> _Rows:
    code = np.array([names.index(b) for b in benchmarks])
    paper = codes_of([f"{b} {p}" for b, p in zip(benchmarks, papers, strict=True)])
    size, rows = np.bincount(paper), np.bincount(code)
    about = x - (np.bincount(code, x) / rows)[code]
    variance = np.bincount(code, about**2) / rows
    reliability = np.clip(1 - error_decades**2 / np.maximum(variance, 1e-9), 0.1, 1.0)
    about = reliability[code] * about
    of = np.zeros(len(size), np.int64)
    of[paper] = code
    mean_x, mean_y = np.bincount(paper, about) / size, np.bincount(paper, y) / size
    return _Rows(about, y, code, paper, size, mean_x, mean_y, of, reliability * error_decades**2)


def _centring(rows: _Rows) -> Floats:
    """For each benchmark from 0 to 1 how far its rows, rather than the other benchmarks, decide its slope.

    NUTS explores a slope best as itself where its rows decide (1), and as a standard normal to be scaled where the
    others do (0). Weighed are least squares' error of each slope and the slopes' scatter by DerSimonian and Laird.
    """
    code = rows.benchmark
    count = np.bincount(code)
    y = rows.y - (np.bincount(code, rows.y) / count)[code]
    spread = np.maximum(np.bincount(code, rows.x**2), 1e-9)
    slope = np.bincount(code, rows.x * y) / spread
    left = np.bincount(code, (y - slope[code] * rows.x) ** 2)
    precision = np.maximum(count - 2, 1) * spread / np.maximum(left, 1e-12)
    total = precision.sum()
    q = np.sum(precision * (slope - np.sum(precision * slope) / total) ** 2)
    between = (q - (len(count) - 1)) / max(total - np.sum(precision**2) / total, 1e-9)
    scatter = max(float(between), LEAST_SCATTER**2)
    return np.asarray(scatter / (scatter + 1 / precision))


def _model(rows: _Rows, centring: Floats) -> None:
    """The model above; a paper's rows enter by how they lie about its mean, and by its mean."""
    import jax.numpy as jnp
    import numpyro
    from jax.ops import segment_sum
    from numpyro import distributions as dist

    mu = numpyro.sample("mu", dist.Normal(0.0, 0.2))
    tau = numpyro.sample("tau", dist.HalfNormal(0.1))
    between = numpyro.sample("between", dist.HalfNormal(0.2))
    with numpyro.plate("benchmark", len(centring)):
        level = numpyro.sample("level", dist.Normal(-0.6, 0.7))
        scatter = numpyro.sample("scatter", dist.HalfNormal(0.2))
        scaled = numpyro.sample("scaled", dist.Normal(centring * mu, tau**centring))
    slope = numpyro.deterministic("slope", mu + tau ** (1 - centring) * (scaled - centring * mu))
    of, size = rows.paper_benchmark, rows.size
    own = (scatter**2 + slope**2 * rows.error_variance)[of]
    of_mean = own + size * between**2  # size times the variance of a paper's mean
    about = rows.y - rows.mean_y[rows.paper] - slope[rows.benchmark] * (rows.x - rows.mean_x[rows.paper])
    inside = segment_sum(about**2, rows.paper, len(size))
    mean = rows.mean_y - level[of] - slope[of] * rows.mean_x
    likelihood = (size - 1) * jnp.log(own) + inside / own + jnp.log(of_mean) + size * mean**2 / of_mean
    numpyro.factor("rows", -0.5 * jnp.sum(likelihood))


def _told(draws: Floats) -> Posterior:
    low, high = np.quantile(draws, [0.025, 0.975])
    return Posterior(float(draws.mean()), float(low), float(high), rhat(draws), effective_size(draws))

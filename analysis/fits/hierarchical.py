"""Slopes of several benchmarks drawn towards each other: a hierarchical Bayesian fit with errors in computing.

For row i of paper p on benchmark j, with x the log10 computing as read, off by a normal error of known size:

    y(i) ~ normal(a(j) + b(j) (m(j) + r(j) (x(i) - m(j))) + u(p), s(j)^2 + b(j)^2 r(j) omega^2)
    b(j) ~ normal(mu, tau),  u(p) ~ normal(0, t)

m(j) and r(j), the mean of computing and the share of its variance that is not error, come from the rows: the true x is
integrated out. Sampled by NUTS on the processor; NumPyro needs no compiler on the machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.fits.cluster_robust import codes_of

Floats = NDArray[np.float64]

ERROR_DECADES = 0.15  # of log10 computing: clocks, ranges of days, hours rounded to days
WARM_UP, DRAWS, CHAINS = 600, 1000, 2


@dataclass(frozen=True)
class Pooled:
    """Posterior means and 95 % intervals: of the mean slope, of its scatter, and of each benchmark's slope."""

    mean: tuple[float, float, float]
    scatter: tuple[float, float, float]
    slopes: dict[str, tuple[float, float, float]]
    largest_rhat: float


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
    from numpyro.diagnostics import summary
    from numpyro.infer import MCMC, NUTS

    names = list(dict.fromkeys(benchmarks))
    code = np.array([names.index(b) for b in benchmarks])
    paper = codes_of([f"{b} {p}" for b, p in zip(benchmarks, papers, strict=True)])
    xs, ys = np.asarray(x, float), np.asarray(y, float)
    centre = np.array([xs[code == j].mean() for j in range(len(names))])
    variance = np.array([xs[code == j].var() for j in range(len(names))])
    reliability = np.clip(1 - error_decades**2 / np.maximum(variance, 1e-9), 0.1, 1.0)
    sampler = MCMC(
        NUTS(_model, target_accept_prob=0.95),
        num_warmup=WARM_UP,
        num_samples=DRAWS,
        num_chains=CHAINS,
        chain_method="sequential",
        progress_bar=False,
    )
    sampler.run(random.PRNGKey(seed), xs - centre[code], ys, code, paper, reliability, error_decades)
    drawn = sampler.get_samples()
    rhat = max(float(np.max(v["r_hat"])) for v in summary(sampler.get_samples(group_by_chain=True)).values())
    slopes = np.asarray(drawn["slope"])
    return Pooled(
        _told(np.asarray(drawn["mu"])),
        _told(np.asarray(drawn["tau"])),
        {name: _told(slopes[:, j]) for j, name in enumerate(names)},
        rhat,
    )


def _model(x: Any, y: Any, code: Any, paper: Any, reliability: Any, error_decades: float) -> None:
    """The model above, with slopes and papers' effects as standard normals scaled (which NUTS explores well)."""
    import jax.numpy as jnp
    import numpyro
    from numpyro import distributions as dist

    groups = len(reliability)
    mu = numpyro.sample("mu", dist.Normal(0.0, 0.2))
    tau = numpyro.sample("tau", dist.HalfNormal(0.1))
    between = numpyro.sample("between", dist.HalfNormal(0.2))
    with numpyro.plate("benchmark", groups):
        level = numpyro.sample("level", dist.Normal(-0.6, 0.7))
        raw = numpyro.sample("raw", dist.Normal(0.0, 1.0))
        scatter = numpyro.sample("scatter", dist.HalfNormal(0.2))
    slope = numpyro.deterministic("slope", mu + tau * raw)
    with numpyro.plate("paper", int(paper.max()) + 1):
        effect = numpyro.sample("effect", dist.Normal(0.0, 1.0))
    centre = level[code] + slope[code] * reliability[code] * x + between * effect[paper]
    spread = jnp.sqrt(scatter[code] ** 2 + slope[code] ** 2 * reliability[code] * error_decades**2)
    numpyro.sample("y", dist.Normal(centre, spread), obs=y)


def _told(draws: Floats) -> tuple[float, float, float]:
    """Mean, and the middle 95 %."""
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(draws.mean()), float(low), float(high)

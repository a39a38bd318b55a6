"""Why flexible models need so much computing: the study's simulation (figure 1) of four ways to learn."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.fits.inference import Floats
from analysis.report.colours import KINDS
from analysis.report.findings import Figure, Line, Panel, Section, Table
from analysis.rows.inputs import Inputs

Floats32 = NDArray[np.float32]
TITLE = "Why flexibility costs computing (a simulation)"
ORDER = 140

PARAMETERS = 1000
RELEVANT = 10
NOISE = 0.1  # standard deviation of the noise over that of the signal
POINTS = (15, 30, 60, 120, 175, 250, 500, 900, 1100, 1500)
SIMULATIONS = 1000  # a point, of oracle and expert, as many as in the study; fewer where observations are many
CHEAP_ROWS = 45_000  # a point, at most, of oracle and expert
ROWS = 1500  # a point, of flexible and regularised: with 1,000 parameters one simulation is nearly its mean
WAYS = ("oracle", "expert", "flexible", "regularised")


@dataclass(frozen=True)
class Outcome:
    """-log10 of the mean normalised error of prediction, and log10 of the operations that learning took."""

    performance: float
    log10_operations: float


def run(inputs: Inputs) -> Section | None:
    """Simulates learning 10 relevant of 1,000 parameters from few to many observations."""
    if (
        "candidates" in inputs.snapshot.parts
        and not inputs.is_reference
        and inputs.observations(inputs.main_data).empty
    ):
        return None
    rng = np.random.default_rng(inputs.options.seed)
    found = {n: simulate(n, rng) for n in POINTS}
    lines = [
        {
            "observations": n,
            **{f"{w}": found[n][w].performance for w in WAYS},
            **{f"log10 operations, {w}": found[n][w].log10_operations for w in WAYS},
        }
        for n in POINTS
    ]
    oracle = found[15]["oracle"].performance
    regular = next((n for n in POINTS if found[n]["regularised"].performance >= oracle), None)
    flexible = next((n for n in POINTS if found[n]["flexible"].performance >= oracle), None)
    return Section(
        "theory",
        TITLE,
        [
            f"With 15 observations the oracle, which knows the {RELEVANT} parameters that matter, reaches a "
            f"performance of {oracle:.2f}. Least squares on all {PARAMETERS:,} parameters gets there with "
            + (f"{flexible:,} observations" if flexible else f"more than {POINTS[-1]:,}")
            + ", the regularised learner with "
            + (f"{regular:,}" if regular else f"more than {POINTS[-1]:,}")
            + ". The study finds 1,500 and 175.",
            "The expert, who has 9 of the 10 right and one wrong, learns fast and then stops: no amount of data "
            "replaces the parameter that was left out. Flexibility overtakes the expert only with more observations "
            "than there are parameters, at ten thousand times the operations.",
        ],
        method=(
            f"{RELEVANT} of {PARAMETERS:,} coefficients are not zero (standard normal); regressors are standard "
            f"normal; the noise's standard deviation is {NOISE} of the signal's. Performance is −log10 of the "
            "mean over simulations of the prediction error's variance, in units of the signal's. Flexible: "
            "least squares, of least norm where observations are fewer than parameters. Regularised: the lasso "
            f"with penalty σ √(2 log p / n). Oracle and expert: up to {SIMULATIONS:,} simulations a point; the "
            "other two fewer, as with 1,000 parameters each is nearly its own mean. Operations: 2 n k² for k "
            "regressors (the smaller of n and k squared), 4 n p a sweep of the lasso."
        ),
        tables=[
            Table(
                "theory",
                "Performance and operations by observations",
                pd.DataFrame(lines),
                {c: ".2f" for c in pd.DataFrame(lines).columns if c != "observations"},
                folded=True,
            )
        ],
        figures=[_figure(found)],
    )


def simulate(n: int, rng: np.random.Generator) -> dict[str, Outcome]:
    """The four ways' outcomes with n observations."""
    errors: dict[str, list[float]] = {w: [] for w in WAYS}
    some = max(30, min(SIMULATIONS, CHEAP_ROWS // n))
    beta = rng.standard_normal((some, RELEVANT))
    x = rng.standard_normal((some, n, RELEVANT + 1))
    sigma = NOISE * np.linalg.norm(beta, axis=1)
    y = np.einsum("snk,sk->sn", x[:, :, :RELEVANT], beta) + sigma[:, None] * rng.standard_normal((some, n))
    for way, columns in (("oracle", slice(0, RELEVANT)), ("expert", slice(1, RELEVANT + 1))):
        z = x[:, :, columns]
        zt = z.transpose(0, 2, 1)
        guess = np.zeros((some, RELEVANT + 1))
        guess[:, columns] = np.linalg.solve(zt @ z, zt @ y[:, :, None])[:, :, 0]
        truth = np.column_stack([beta, np.zeros(some)])
        errors[way] = [normalised_error(g, t) for g, t in zip(guess, truth, strict=True)]
    sweeps = []
    for _ in range(max(1, min(20, ROWS // n))):
        truth = np.zeros(PARAMETERS)
        truth[:RELEVANT] = rng.standard_normal(RELEVANT)
        noise = NOISE * float(np.linalg.norm(truth))
        wide = rng.standard_normal((n, PARAMETERS), dtype=np.float32)
        seen = (wide[:, :RELEVANT] @ truth[:RELEVANT] + noise * rng.standard_normal(n)).astype(np.float32)
        gram = wide.T @ wide if n > PARAMETERS else None
        errors["flexible"].append(normalised_error(least_squares(wide, seen, gram), truth))
        found, took = lasso(wide, seen, noise, gram)
        errors["regularised"].append(normalised_error(found, truth))
        sweeps.append(took)
    work = {
        "oracle": 2.0 * n * RELEVANT**2,
        "expert": 2.0 * n * RELEVANT**2,
        "flexible": 2.0 * max(n, PARAMETERS) * min(n, PARAMETERS) ** 2,
        "regularised": 4.0 * n * PARAMETERS * float(np.mean(sweeps)),
    }
    return {w: Outcome(-math.log10(float(np.mean(errors[w]))), math.log10(work[w])) for w in WAYS}


def least_squares(x: Floats32, y: Floats32, gram: Floats32 | None) -> Floats:
    """Least squares; of least norm where rows are fewer than columns (then `gram`, x'x, is not needed)."""
    if gram is None:
        small = x @ x.T
        small[np.diag_indices(len(small))] += 1e-4
        return np.asarray(x.T @ np.linalg.solve(small, y), dtype=float)
    return np.asarray(np.linalg.solve(gram + 1e-4 * np.eye(len(gram), dtype=gram.dtype), x.T @ y), dtype=float)


def lasso(
    x: Floats32,
    y: Floats32,
    sigma: float,
    gram: Floats32 | None,
    *,
    most_sweeps: int = 60,
) -> tuple[Floats, int]:
    """The lasso by accelerated proximal gradient, and how many sweeps it took."""
    n, p = x.shape
    penalty = np.float32(sigma * math.sqrt(2 * math.log(p) / n))
    step = np.float32(1.0 / _largest_eigenvalue(x))
    xy = x.T @ y
    beta = np.zeros(p, dtype=np.float32)
    ahead, momentum, sweeps = beta, 1.0, 0
    while sweeps < most_sweeps:
        sweeps += 1
        gradient = ((x.T @ (x @ ahead) if gram is None else gram @ ahead) - xy) / np.float32(n)
        moved = ahead - step * gradient
        fresh = np.sign(moved) * np.maximum(np.abs(moved) - step * penalty, np.float32(0))
        next_momentum = (1 + math.sqrt(1 + 4 * momentum**2)) / 2
        ahead = fresh + np.float32((momentum - 1) / next_momentum) * (fresh - beta)
        moving = float(np.max(np.abs(fresh - beta)))
        beta, momentum = fresh, next_momentum
        if sweeps > 5 and moving < 2e-3 * max(1e-6, float(np.max(np.abs(fresh)))):
            break
    return beta.astype(float), sweeps


def _largest_eigenvalue(x: Floats32) -> float:
    """Of x'x / n, by its limit for random columns: (1 + sqrt(p/n))^2, a little enlarged."""
    n, p = x.shape
    return 1.1 * (1 + math.sqrt(p / n)) ** 2


def normalised_error(guess: Floats, beta: Floats) -> float:
    """The prediction error's variance over the signal's (regressors have unit variance)."""
    return float(np.sum((guess - beta) ** 2)) / float(np.sum(beta**2))


def _figure(found: dict[int, dict[str, Outcome]]) -> Figure:
    by_data = [
        Line(w, [float(n) for n in found], [found[n][w].performance for n in found], colour=KINDS[i + 1])
        for i, w in enumerate(WAYS)
    ]
    by_work = [
        Line(
            w,
            [10 ** found[n][w].log10_operations for n in found],
            [found[n][w].performance for n in found],
            colour=KINDS[i + 1],
        )
        for i, w in enumerate(WAYS)
    ]
    panels = [
        Panel("by observations", "observations", "performance: −log10 normalised error", by_data, x_log=True),
        Panel("by operations", "operations of learning", "performance: −log10 normalised error", by_work, x_log=True),
    ]
    return Figure("figure1", "Performance of four ways to learn (figure 1)", panels, columns=2)

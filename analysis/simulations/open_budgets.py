"""What becomes of the slope when errors at budgets reached lately are taken for upper bounds, and of plainer remedies.

Worlds: models appear over eight years, larger ones later. "no progress": the error of a budget never changes;
"progress": the same budget buys a lower error every year. The planted slope is that among models of one year.
"""

from __future__ import annotations

import numpy as np

from analysis.fits.censoring import fit_censored, open_budgets
from analysis.fits.inference import Floats, clustered_slope
from analysis.fits.regression import SLOPE, fit_power_law
from analysis.simulations import write_simulated
from db.untyped import Row

SLOPE_PLANTED = -0.07
YEARLY = {"no progress": 0.0, "progress": -0.02}  # of log10 error, at an equal budget
PAPERS = (15, 30, 60)
HORIZON = 2.0
DRAWS = 400


def world(yearly: float, papers: int, rng: np.random.Generator) -> tuple[Floats, Floats, Floats, list[int]]:
    """log10 computing, error, year and paper of one sample; one to three models a paper."""
    paper = np.repeat(np.arange(papers), rng.integers(1, 4, papers))
    year = rng.uniform(2012, 2020, papers)[paper]
    x = 9 + 0.45 * (year - 2012) + rng.normal(0, 0.9, papers)[paper] + rng.normal(0, 0.3, len(paper))
    noise = rng.normal(0, 0.06, papers)[paper] + 0.04 * rng.standard_normal(len(paper))
    y = -0.6 + SLOPE_PLANTED * (x - 9) + yearly * (year - 2012) + noise
    return x, np.asarray(10 ** np.minimum(y, -1e-6)), year, paper.tolist()


def ways(x: Floats, error: Floats, year: Floats, papers: list[int]) -> dict[str, tuple[float, float, float]]:
    """Slope and interval by each way that the sample can carry."""
    y = np.log10(error)
    plain = clustered_slope(x, y, papers, way="")
    out = {"least squares": (plain.slope, plain.low, plain.high)}
    trend = fit_power_law(10**x, error, year=year, papers=papers)
    out["with a time trend"] = (trend.coefficients[SLOPE], *trend.intervals[SLOPE])
    still_open = open_budgets(10**x, year, years=HORIZON)
    closed = ~still_open
    if closed.sum() >= 10 and len(set(np.asarray(papers)[closed])) >= 5:
        settled = clustered_slope(x[closed], y[closed], np.asarray(papers)[closed].tolist(), way="")
        out["settled budgets alone"] = (settled.slope, settled.low, settled.high)
    if closed.sum() >= 5:
        bound = fit_censored(x, y, still_open)
        out["open budgets as upper bounds"] = (bound.slope, bound.low, bound.high)
    return out


def simulate(yearly: float, papers: int, draws: int, seed: int) -> dict[str, tuple[float, float]]:
    """Mean slope and coverage of each way."""
    rng = np.random.default_rng(seed)
    found: dict[str, list[tuple[float, float, float]]] = {}
    for _ in range(draws):
        for way, told in ways(*world(yearly, papers, rng)).items():
            found.setdefault(way, []).append(told)
    return {
        way: (float(np.mean([s for s, _, _ in told])), float(np.mean([lo < SLOPE_PLANTED < hi for _, lo, hi in told])))
        for way, told in found.items()
    }


def main() -> None:
    """Writes open_budgets.csv."""
    lines: list[Row] = []
    for name, yearly in YEARLY.items():
        for papers in PAPERS:
            for way, (slope, coverage) in simulate(yearly, papers, DRAWS, seed=len(lines)).items():
                lines.append(
                    {"world": name, "papers": papers, "way": way, "slope": slope, "coverage": coverage, "draws": DRAWS}
                )
    write_simulated("open_budgets", lines)


if __name__ == "__main__":
    main()

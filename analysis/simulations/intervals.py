"""How often a 95 % interval holds the planted slope when models of one paper are alike.

Designs: the computing and the papers of each benchmark's corrected rows, and random papers of one to six models that
are alike in computing. Errors: normal, a share of their variance common to a paper.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.fits.inference import Floats, paper_sums, wild_cluster_bootstrap
from analysis.fits.regression import SLOPE, Covariance, fit_power_law
from analysis.rows.observations import CORRECTED, paper_of, reference_observations, usable
from analysis.simulations import write_simulated
from db.untyped import Row

SLOPE_PLANTED = -0.07
SCATTER = 0.08  # of log10 error, as on the benchmarks
SHARES = (0.0, 0.5, 0.8)  # of the variance that a paper's models have in common
COVARIANCES: tuple[Covariance, ...] = ("classical", "HC3", "CR1", "CR2", "CR3")
WILD = "wild cluster bootstrap"
WILD_DRAWS = 399
DRAWS = 400
RANDOM_PAPERS = (5, 8, 12, 20, 40)
# the two best kinds again, by so many samples that a cell is known to half a point
LONG_DRAWS = 4000
LONG_COVARIANCES: tuple[Covariance, ...] = ("CR2", "CR3")


@dataclass(frozen=True)
class Design:
    """log10 computing and paper of each row."""

    name: str
    x: Floats
    papers: Sequence[int]


def benchmark_designs() -> Iterator[Design]:
    """The design of each benchmark that the reference table can fit."""
    for benchmark, rows in reference_observations(CORRECTED).groupby("benchmark", sort=False):
        used = usable(rows)[0]
        papers = np.unique(paper_of(used).astype(str), return_inverse=True)[1]
        yield Design(str(benchmark), np.log10(used["computing"].to_numpy(float)), papers.tolist())


def random_design(papers: int, rng: np.random.Generator) -> Design:
    """Papers of one to six models, alike in computing, and at least ten models."""
    while True:
        paper = np.repeat(np.arange(papers), rng.integers(1, 7, papers))
        if len(paper) >= 10:
            break
    x = rng.uniform(9, 14, papers)[paper] + rng.normal(0, 0.4, len(paper))
    return Design(f"random, {papers} papers", x, paper.tolist())


def planted_errors(design: Design, share: float, rng: np.random.Generator) -> Floats:
    """Error rates about the planted line."""
    code = np.asarray(design.papers)
    common, own = rng.standard_normal(code.max() + 1)[code], rng.standard_normal(len(code))
    noise = SCATTER * (np.sqrt(share) * common + np.sqrt(1 - share) * own)
    return np.asarray(10 ** np.clip(-0.6 + SLOPE_PLANTED * (design.x - 11.5) + noise, -6, -1e-6))


def held(
    design: Design, error: Floats, seed: int, *, wild: bool = True, covariances: Sequence[Covariance] = COVARIANCES
) -> dict[str, tuple[bool, float]]:
    """Whether each kind of interval holds the planted slope, and its width."""
    out: dict[str, tuple[bool, float]] = {}
    for covariance in covariances:
        fit = fit_power_law(10**design.x, error, papers=design.papers, covariance=covariance)
        low, high = fit.intervals[SLOPE]
        out[covariance] = (low < SLOPE_PLANTED < high, high - low)
    if wild:
        sums = paper_sums(design.x, np.log10(error), design.papers)
        found = wild_cluster_bootstrap(sums, draws=WILD_DRAWS, seed=seed)
        assert found is not None
        out[WILD] = (found.low < SLOPE_PLANTED < found.high, found.high - found.low)
    return out


def simulate(
    designs: Sequence[Design],
    share: float,
    seed: int,
    *,
    wild: bool = True,
    covariances: Sequence[Covariance] = COVARIANCES,
) -> dict[str, tuple[float, float]]:
    """Coverage and median width of each kind of interval over one sample of each of these designs."""
    rng = np.random.default_rng(seed)
    found: dict[str, list[tuple[bool, float]]] = {}
    for place, design in enumerate(designs):
        error = planted_errors(design, share, rng)
        for way, result in held(design, error, seed + place, wild=wild, covariances=covariances).items():
            found.setdefault(way, []).append(result)
    return {
        way: (float(np.mean([h for h, _ in results])), float(np.median([w for _, w in results])))
        for way, results in found.items()
    }


def table(draws: int, *, wild: bool, covariances: Sequence[Covariance]) -> list[Row]:
    """One line a design, share and kind of interval."""
    lines: list[Row] = []
    rng = np.random.default_rng(2007)
    cases = [(d.name, [d] * draws) for d in benchmark_designs()]
    cases += [(f"random, {p} papers", [random_design(p, rng) for _ in range(draws)]) for p in RANDOM_PAPERS]
    for name, designs in cases:
        for share in SHARES:
            found = simulate(designs, share, seed=len(lines), wild=wild, covariances=covariances)
            for way, (coverage, width) in found.items():
                lines.append(
                    {
                        "design": name,
                        "rows": int(np.median([len(d.x) for d in designs])),
                        "papers": max(designs[0].papers) + 1,
                        "share common to a paper": share,
                        "interval": way,
                        "coverage": coverage,
                        "width": width,
                        "draws": draws,
                    }
                )
    return lines


def main() -> None:
    """Writes intervals.csv; with the argument "long", intervals_long.csv."""
    if sys.argv[1:] == ["long"]:
        write_simulated("intervals_long", table(LONG_DRAWS, wild=False, covariances=LONG_COVARIANCES))
    else:
        write_simulated("intervals", table(DRAWS, wild=True, covariances=COVARIANCES))


if __name__ == "__main__":
    main()

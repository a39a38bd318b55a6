"""Slopes through values that may be misread: what doing nothing gives, and what `fit_misread` gives.

Worlds: papers of one to four alike models; a record's computing is read right with a known chance, else a decade off.
Either the right value is among the rejected candidates ("rival"), or nothing else was read ("lost").
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from typing import Literal

import numpy as np

from analysis.fits.misreadings import Joined, Reading, fit_misread, fit_naive
from analysis.simulations import write_simulated

SLOPE_PLANTED = -0.07
CONFIDENCES = (0.6, 0.8, 0.95, 1.0)
PAPERS = (15, 30, 100)
DRAWS = 200
World = Literal["rival", "lost"]
WORLDS: tuple[World, ...] = ("rival", "lost")


def misread_world(world: World, papers: int, confidence: float, rng: np.random.Generator) -> list[Reading]:
    """The readings of one sample."""
    paper = np.repeat(np.arange(papers), rng.integers(1, 5, papers))
    n = len(paper)
    x = rng.uniform(9, 14, papers)[paper] + rng.normal(0, 0.4, n)
    y = -0.3 + SLOPE_PLANTED * (x - 9) + rng.normal(0, 0.06, papers)[paper] + 0.04 * rng.standard_normal(n)
    off = rng.choice([-1.0, 1.0], n)
    wrong = rng.random(n) > confidence
    read, other = np.where(wrong, x + off, x), np.where(wrong, x, x + off)
    if world == "lost":
        return [Reading(str(p), (r,), (e,), (confidence,)) for p, r, e in zip(paper, read, y, strict=True)]
    pair = (confidence, 1 - confidence)
    return [Reading(str(p), (r, o), (e, e), pair) for p, r, o, e in zip(paper, read, other, y, strict=True)]


def simulate(world: World, papers: int, confidence: float, draws: int, seed: int) -> dict[str, float]:
    """Mean slopes of both ways, and the coverage and median width of the joined interval."""
    rng = np.random.default_rng(seed)
    found: list[tuple[Joined, float]] = []
    for draw in range(draws):
        readings = misread_world(world, papers, confidence, rng)
        joined = fit_misread(readings, seed=draw)
        assert joined is not None
        found.append((joined, fit_naive(readings)))
    return {
        "naive slope": float(np.mean([naive for _, naive in found])),
        "slope": float(np.mean([j.slope for j, _ in found])),
        "coverage": float(np.mean([j.low < SLOPE_PLANTED < j.high for j, _ in found])),
        "width": float(np.median([j.high - j.low for j, _ in found])),
    }


def main() -> None:
    """Writes misread.csv."""
    cases = [(world, papers, confidence) for world in WORLDS for papers in PAPERS for confidence in CONFIDENCES]
    with ProcessPoolExecutor(max_workers=2) as pool:
        told = list(pool.map(simulate, *zip(*cases, strict=True), [DRAWS] * len(cases), range(len(cases))))
    named = [dict(zip(("world", "papers", "confidence"), case, strict=True)) for case in cases]
    write_simulated("misread", [{**name, **found, "draws": DRAWS} for name, found in zip(named, told, strict=True)])


if __name__ == "__main__":
    main()

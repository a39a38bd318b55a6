"""Carrying what the extractor is unsure of into a slope: multiple imputation over candidate values.

Each unreviewed value is a lottery between what was read: the chosen candidate with its measured chance of being right,
the rejected ones with theirs, and what is left over for "none of these" (then the record drops out of that draw).
What a person has decided is certain. A slope is fitted in every draw; Rubin's rules join them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.fits.inference import leave_one_paper_out, paper_sums, slopes_of

Floats = NDArray[np.float64]

UNMEASURED = 0.5  # the chance given to a chosen candidate whose pattern has not been measured yet
UNMEASURED_REJECTED = 0.05


@dataclass(frozen=True)
class Option:
    """One value that a field of a record may have, and how likely it is."""

    value: float | str
    chance: float


@dataclass(frozen=True)
class Joined:
    """A slope joined over imputations by Rubin's rules."""

    slope: float
    standard_error: float
    low: float
    high: float
    within: float  # mean sampling variance of a draw
    between: float  # variance of the slope over draws: what extraction adds
    rows: float  # mean number of rows in a draw
    papers: float
    draws: int

    @property
    def share_of_extraction(self) -> float:
        """The share of the variance that comes from not knowing what the papers say."""
        total = self.within + (1 + 1 / self.draws) * self.between
        return (1 + 1 / self.draws) * self.between / total if total > 0 else 0.0


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


def draw_values(
    options: Sequence[Option], draws: int, rng: np.random.Generator, numbers: Mapping[float | str, float] | None = None
) -> Floats:
    """That many draws of a field as numbers (`numbers` turns names into them); NaN for "none of these"."""
    chances = np.cumsum([o.chance for o in options])
    picked = np.searchsorted(chances, rng.random(draws), side="right")
    values = [float(o.value) if numbers is None else float(numbers.get(o.value, np.nan)) for o in options]
    return np.asarray([*values, np.nan])[picked]


def join_slopes(
    x: Floats, y: Floats, papers: Sequence[str], *, level: float = 0.95, minimum_rows: int = 10, minimum_papers: int = 5
) -> Joined | None:
    """The slope of y on x over draws (arrays of draws x rows, NaN where a row drops out), by Rubin's rules.

    Each draw's sampling variance is the leave-one-paper-out one. None where less than half of the draws have the rows.
    """
    from scipy.stats import t as student

    slopes, variances, rows, groups = [], [], [], []
    names = np.asarray(papers)
    for xs, ys in zip(x, y, strict=True):
        there = np.isfinite(xs) & np.isfinite(ys)
        if there.sum() < minimum_rows:
            continue
        sums = paper_sums(xs[there], ys[there], names[there].tolist())
        g = len(sums.papers)
        slope = float(slopes_of(sums.xx.sum(axis=0), sums.xy.sum(axis=0)))
        without = leave_one_paper_out(sums)
        if g < minimum_papers or not np.isfinite(slope) or not np.all(np.isfinite(without)):
            continue
        slopes.append(slope)
        variances.append((g - 1) / g * float(np.sum((without - slope) ** 2)))
        rows.append(int(there.sum()))
        groups.append(g)
    m = len(slopes)
    if m < len(x) / 2 or m < 2:
        return None
    slope, within, between = float(np.mean(slopes)), float(np.mean(variances)), float(np.var(slopes, ddof=1))
    total = within + (1 + 1 / m) * between
    complete = float(np.mean(groups)) - 1
    share = (1 + 1 / m) * between / total if total > 0 else 0.0
    rubin = (m - 1) / share**2 if share > 0 else np.inf
    observed = (complete + 1) / (complete + 3) * complete * (1 - share)
    dof = max(1.0, 1 / (1 / rubin + 1 / observed) if np.isfinite(rubin) else observed)  # Barnard and Rubin's
    half = float(student.ppf(0.5 + level / 2, dof)) * np.sqrt(total)
    return Joined(
        slope,
        float(np.sqrt(total)),
        slope - half,
        slope + half,
        within,
        between,
        float(np.mean(rows)),
        float(np.mean(groups)),
        m,
    )

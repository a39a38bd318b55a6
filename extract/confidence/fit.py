"""Labelled values -> the calibration: the weights of the signs that tell right from wrong.

A ridge-penalised logistic regression. A paper with a table of three hundred scores counts for a few of them: its errors
have one cause. What the fit is worth is measured out of paper: each paper by the weights that the others gave.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from db.models import Candidate
from extract.confidence.chance import Calibration
from extract.confidence.signs import Signs

Floats = NDArray[np.float64]
MOST_OF_A_PAPER = 20.0  # values' worth that one paper counts for, of one field
# of the squared weight; a field's own share is nearly free, one pattern of a few papers is held close to its field's
PENALTY = {"field=": 0.1, "pattern=": 3.0}
PENALTY_OF_SIGNS = 1.0
FEWEST_PAPERS = 2  # that a sign must occur in to be weighed at all
FEWEST_OF_EACH = 5  # right and wrong values; on fewer nothing is fitted


@dataclass(frozen=True)
class Judged:
    """A candidate that the extractor stood behind, its signs, and whether it was right."""

    candidate: Candidate
    right: bool
    signs: Signs

    @property
    def paper(self) -> str:
        """The arXiv id of its paper."""
        return self.candidate.evidence.arxiv_id


def calibrated(judged: Sequence[Judged]) -> Calibration:
    """The calibration that these values give; without right and wrong ones enough, the share of each field."""
    counts = Counter(str(j.candidate.field) for j in judged)
    names = _signs_to_weigh(judged)
    right = np.array([float(j.right) for j in judged])
    if min(int(right.sum()), len(right) - int(right.sum())) < FEWEST_OF_EACH:
        return Calibration()
    place = {name: i for i, name in enumerate(names)}
    rows = np.zeros((len(judged), len(names)))
    for r, j in enumerate(judged):
        for name, value in j.signs.items():
            if name in place:
                rows[r, place[name]] = value
    intercept, weights = fit_logistic(rows, right, _worth(judged), np.array([_penalty(name) for name in names]))
    return Calibration(
        round(intercept, 4),
        {name: round(float(w), 4) for name, w in zip(names, weights, strict=True) if abs(w) > 1e-3},
        dict(sorted(counts.items())),
    )


def out_of_paper(judged: Sequence[Judged]) -> list[tuple[Judged, float]]:
    """Every value with the chance that the other papers give it; none where they never saw its field."""
    by_paper: dict[str, list[Judged]] = defaultdict(list)
    for j in judged:
        by_paper[j.paper].append(j)
    points = []
    for paper, mine in by_paper.items():
        rest = calibrated([j for j in judged if j.paper != paper])
        for j in mine:
            chance = rest.chance(str(j.candidate.field), j.signs)
            if chance is not None:
                points.append((j, chance))
    return points


def fit_logistic(rows: Floats, right: Floats, worth: Floats, penalty: Floats) -> tuple[float, Floats]:
    """Intercept and weights of a ridge-penalised logistic regression.

    `rows` is n x k, `right` n zeros and ones, `worth` n weights of the observations, `penalty` k factors of half the
    squared weights; the intercept is free.
    """

    def cost(parameters: Floats) -> tuple[float, Floats]:
        weights = parameters[1:]
        z = parameters[0] + rows @ weights
        loss = np.sum(worth * (np.logaddexp(0.0, z) - right * z)) + np.sum(penalty * weights**2) / 2
        error = worth * (0.5 * (1 + np.tanh(z / 2)) - right)
        return float(loss), np.concatenate(([error.sum()], rows.T @ error + penalty * weights))

    found = minimize(cost, np.zeros(rows.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 2000})
    return float(found.x[0]), found.x[1:]


def _worth(judged: Sequence[Judged]) -> Floats:
    """How much each value counts, so that no paper counts for more than `MOST_OF_A_PAPER` of a field."""
    held: Mapping[tuple[str, str], int] = Counter((j.paper, str(j.candidate.field)) for j in judged)
    return np.array([min(1.0, MOST_OF_A_PAPER / held[j.paper, str(j.candidate.field)]) for j in judged])


def _signs_to_weigh(judged: Iterable[Judged]) -> list[str]:
    """The signs that occur in papers enough, in alphabetic order."""
    papers: dict[str, set[str]] = defaultdict(set)
    for j in judged:
        for name in j.signs:
            papers[name].add(j.paper)
    return sorted(name for name, those in papers.items() if len(those) >= FEWEST_PAPERS)


def _penalty(name: str) -> float:
    return next((value for start, value in PENALTY.items() if name.startswith(start)), PENALTY_OF_SIGNS)

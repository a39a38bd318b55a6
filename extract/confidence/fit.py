"""Labelled values -> the calibration: every pattern's record, and the weights of what else tells right from wrong.

The weights are those of a ridge-penalised logistic regression. A value's share is always that of the other papers:
its own paper's would tell the regression what it is to find out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from db.models import Candidate
from extract.confidence.chance import INPUTS, Calibration, Record, confidence_from, inputs

# Of the squared distance of the weights from "the pattern's share alone". The share of the other papers is a noisy
# guide where one paper has most of a pattern's wrong values: its weight is held closer than the signs'.
PENALTY = {"intercept": 0.1, "pattern": 100.0}
PENALTY_OF_SIGNS = 1.0
FEWEST_OF_EACH = 20  # right and wrong values; on fewer no weights are fitted
UNKNOWN_SHARE = 0.9  # for the regression alone: of a field that no other paper has


@dataclass(frozen=True)
class Judged:
    """A candidate that the extractor stood behind, what its paper says beside it, and whether it was right."""

    candidate: Candidate
    right: bool
    signs: tuple[float, ...]  # as extract/confidence.py's SIGNS

    @property
    def paper(self) -> str:
        return self.candidate.evidence.arxiv_id


Counts = dict[str, dict[str, tuple[int, int]]]


def pattern_record(judged: Iterable[Judged]) -> Counts:
    """For every field and pattern: how many of its values were right, of how many."""
    counts: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for j in judged:
        cell = counts[str(j.candidate.field)][j.candidate.pattern]
        cell[0] += j.right
        cell[1] += 1
    return {f: {p: (a, b) for p, (a, b) in sorted(ps.items())} for f, ps in sorted(counts.items())}


def calibrated(judged: Sequence[Judged]) -> Calibration:
    """The calibration that these values give."""
    return _calibration(_by_paper(judged), leave=None)


def out_of_paper(judged: Sequence[Judged]) -> list[tuple[float, bool]]:
    """(confidence, right) of every value whose field other papers have, the calibration made on the other papers."""
    papers = _by_paper(judged)
    points = []
    for paper, mine in papers.items():
        rest = _calibration(papers, leave=paper)
        for j in mine:
            chance = rest.chance(str(j.candidate.field), j.candidate.pattern, j.signs)
            if chance is not None:
                points.append((chance, j.right))
    return points


def _by_paper(judged: Iterable[Judged]) -> dict[str, list[Judged]]:
    papers: dict[str, list[Judged]] = defaultdict(list)
    for j in judged:
        papers[j.paper].append(j)
    return papers


def _calibration(papers: Mapping[str, Sequence[Judged]], leave: str | None) -> Calibration:
    kept = {paper: mine for paper, mine in papers.items() if paper != leave}
    record = pattern_record(j for mine in kept.values() for j in mine)
    rows, right = [], []
    for mine in kept.values():
        others = _without(record, pattern_record(mine))
        for j in mine:
            share = confidence_from(others, str(j.candidate.field), j.candidate.pattern) or UNKNOWN_SHARE
            rows.append(inputs(share, j.signs))
            right.append(float(j.right))
    if min(sum(right), len(right) - sum(right)) < FEWEST_OF_EACH:
        return Calibration(record)
    weights = fit_logistic(np.array(rows), np.array(right))
    return Calibration(record, dict(zip(INPUTS, (round(float(w), 4) for w in weights), strict=True)))


def _without(record: Record, own: Record) -> Counts:
    """The record less one paper's part of it."""
    left: Counts = {}
    for f, patterns in record.items():
        mine = own.get(f, {})
        counts = {p: (a - mine.get(p, (0, 0))[0], b - mine.get(p, (0, 0))[1]) for p, (a, b) in patterns.items()}
        if any(b for _, b in counts.values()):
            left[f] = counts
    return left


def fit_logistic(rows: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The weights of a logistic regression, drawn towards the pattern's share alone; Newton's method, steps damped."""
    start = np.array([1.0 if name == "pattern" else 0.0 for name in INPUTS])
    penalty = np.array([PENALTY.get(name, PENALTY_OF_SIGNS) for name in INPUTS])

    def cost(weights: np.ndarray) -> float:
        z = rows @ weights
        return float(np.sum(np.logaddexp(0.0, z) - right * z) + np.sum(penalty * (weights - start) ** 2) / 2)

    weights, now = start, cost(start)
    for _ in range(50):
        chance = 0.5 * (1 + np.tanh(rows @ weights / 2))  # the logistic function, which can't overflow so
        slope = rows.T @ (chance - right) + penalty * (weights - start)
        curvature = (rows * (chance * (1 - chance))[:, None]).T @ rows + np.diag(penalty)
        step = np.linalg.solve(curvature, slope)
        damping = 1.0
        while (there := cost(weights - damping * step)) > now and damping > 1e-6:
            damping /= 2
        weights = weights - damping * step
        if now - there < 1e-9 * (1 + abs(now)):
            break
        now = there
    return weights

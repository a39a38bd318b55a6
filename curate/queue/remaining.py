"""When to stop: what the reviews that are left may still do to each slope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.queue.points import FEWEST_POINTS
from curate.queue.worth import OpenFit, Prospect, Settled, open_fits
from db.models import ShownRecord

DRAWS = 400
ALIKE = 5  # points that may lend a record what is not known of it
SETTLED = 0.05  # a slope that is expected to move by less, in nineteen draws of twenty, needs no more reviews


@dataclass(frozen=True)
class Remaining:
    """One slope, and where it may be once all is reviewed."""

    benchmark: str
    axis: str
    points: int
    waiting: int  # records whose review may change it
    slope: float
    low: float  # 90 % interval of the slope once all is reviewed
    high: float
    change: float  # mean of |slope then - slope now| / |slope now|
    change_at_most: float  # in nineteen draws of twenty

    @property
    def settled(self) -> bool:
        return self.change_at_most <= SETTLED


def remaining_changes(waiting: Sequence[ShownRecord], settled: Sequence[Settled], seed: int = 0) -> list[Remaining]:
    """The slopes of at least eight points, the least settled first.

    Each waiting record's point is drawn: one that is there is wrong, and leaves, by its chance; one that is not there
    comes in by its chance. What is not known of it is as with one of the five points that are most like it: a place
    guessed too near the middle would flatten the line.
    """
    rng = np.random.default_rng(seed)
    found = [
        _remaining(fit, rng)
        for fit in open_fits(waiting, settled)
        if fit.line is not None and fit.line.n >= FEWEST_POINTS and abs(fit.line.slope) > 0
    ]
    return sorted(found, key=lambda r: (-r.change, r.benchmark, r.axis))


def _remaining(fit: OpenFit, rng: np.random.Generator) -> Remaining:
    assert fit.line is not None
    chance_of = {p.key: p.chance for p in fit.prospects if p.there}
    places = np.array(list(fit.points.values()))
    stays = rng.random((DRAWS, len(places))) >= np.array([chance_of.get(key, 0.0) for key in fit.points])
    x, y = np.broadcast_to(places[:, 0], stays.shape), np.broadcast_to(places[:, 1], stays.shape)
    new = [p for p in fit.prospects if not p.there and p.places and p.chance > 0]
    if new:
        comes = rng.random((DRAWS, len(new))) < np.array([p.chance for p in new])
        like = np.array([_most_alike(p, places) for p in new])  # records x points that are most like them
        drawn = like[np.arange(len(new)), rng.integers(0, like.shape[1], (DRAWS, len(new)))]
        known = np.array([np.nan if p.log_error is None else p.log_error for p in new])
        x, y = np.hstack([x, places[drawn, 0]]), np.hstack([y, np.where(np.isnan(known), places[drawn, 1], known)])
        stays = np.hstack([stays, comes])
    slopes = _slopes(x, y, stays.astype(float))
    slopes = slopes[np.isfinite(slopes)]
    now = fit.line.slope
    if slopes.size == 0:
        slopes = np.array([now])
    changes = np.abs(slopes - now) / abs(now)
    low, high = np.quantile(slopes, [0.05, 0.95])
    waiting = sum(p.chance > 0 for p in fit.prospects)
    return Remaining(
        fit.benchmark, fit.axis, fit.line.n, waiting, now, float(low), float(high), float(changes.mean()),
        float(np.quantile(changes, 0.95)),
    )  # fmt: skip


def _most_alike(p: Prospect, places: NDArray[np.float64]) -> NDArray[np.intp]:
    """The points of the nearest error rates, where the record's is known; else those of the nearest computing."""
    axis, value = (1, p.log_error) if p.log_error is not None else (0, p.places[0][0])
    return np.argsort(np.abs(places[:, axis] - value), kind="stable")[:ALIKE]


def _slopes(x: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """The least-squares slope of each row's points of weight 1."""
    count = weight.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_x, mean_y = (weight * x).sum(axis=1) / count, (weight * y).sum(axis=1) / count
        dx = x - mean_x[:, None]
        slopes: NDArray[np.float64] = (weight * dx * (y - mean_y[:, None])).sum(axis=1) / (weight * dx * dx).sum(axis=1)
    return slopes

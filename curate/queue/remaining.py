"""When to stop: what the reviews that are left may still do to each slope."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.queue.outlines import Floats, Outlines, Places
from curate.queue.points import FEWEST_POINTS, Line
from curate.queue.worth import OpenFit, open_fits

DRAWS = 400
ALIKE = 5  # points that may lend a record what is not known of it
SETTLED = 0.05  # a slope that is expected to move by less, in nineteen draws of twenty, needs no more reviews

# Points, there or to come, from which on the sums that make the slope are drawn and not each point. They are sums of
# so many independent terms that they follow a normal distribution: `tests/curate/test_remaining.py` compares both ways
# at half as many points, as many and twice as many.
MANY = 2000


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


@dataclass(frozen=True)
class _NewPoints:
    """Records that may become points: each by its chance, and like one of the points that are most like it."""

    chance: Floats
    like: Places  # records x ALIKE: places among the points
    log_error: Floats  # their own, where it is known


def remaining_changes(records: Outlines, seed: int = 0) -> list[Remaining]:
    """The slopes of at least eight points, the least settled first.

    Each waiting record's point is drawn: one that is there is wrong, and leaves, by its chance; one that is not there
    comes in by its chance. What is not known of it is as with one of the five points that are most like it: a place
    guessed too near the middle would flatten the line.
    """
    rng = np.random.default_rng(seed)
    found = [
        _remaining(fit, fit.line, rng)
        for fit in open_fits(records)
        if fit.line is not None and fit.line.n >= FEWEST_POINTS and abs(fit.line.slope) > 0
    ]
    return sorted(found, key=lambda r: (-r.change, r.benchmark, r.axis))


def _remaining(fit: OpenFit, line: Line, rng: np.random.Generator) -> Remaining:
    comes = fit.comes > 0
    places, log_error = fit.places[comes, 0, 0], fit.log_error[comes]
    new = _NewPoints(fit.comes[comes], _most_alike(places, log_error, fit), log_error)
    draw = _slopes_of_sums if len(fit.points) + len(new.chance) > MANY else _slopes_of_points
    slopes = draw(fit, line, new, rng)
    slopes = slopes[np.isfinite(slopes)]
    now = line.slope
    if slopes.size == 0:
        slopes = np.array([now])
    changes = np.abs(slopes - now) / abs(now)
    low, high = np.quantile(slopes, [0.05, 0.95])
    waiting = int((fit.wrong > 0).sum() + comes.sum())
    return Remaining(
        fit.benchmark, fit.axis, line.n, waiting, now, float(low), float(high), float(changes.mean()),
        float(np.quantile(changes, 0.95)),
    )  # fmt: skip


def _slopes_of_points(fit: OpenFit, _: Line, new: _NewPoints, rng: np.random.Generator) -> Floats:
    """The slope of each draw of all points."""
    stays = rng.random((DRAWS, len(fit.points))) >= fit.wrong
    x, y = np.broadcast_to(fit.x, stays.shape), np.broadcast_to(fit.y, stays.shape)
    if len(new.chance):
        comes = rng.random((DRAWS, len(new.chance))) < new.chance
        drawn = new.like[np.arange(len(new.chance)), rng.integers(0, new.like.shape[1], (DRAWS, len(new.chance)))]
        x = np.hstack([x, fit.x[drawn]])
        y = np.hstack([y, np.where(np.isnan(new.log_error), fit.y[drawn], new.log_error)])
        stays = np.hstack([stays, comes])
    return _slopes(x, y, stays.astype(float))


def _slopes_of_sums(fit: OpenFit, line: Line, new: _NewPoints, rng: np.random.Generator) -> Floats:
    """The slope of each draw of the five sums that make it: 1, x, xx, y, xy over all points."""
    there = _terms(fit.x - line.mean_x, fit.y - line.mean_y)
    stays = 1 - fit.wrong
    lent = np.where(np.isnan(new.log_error)[:, None], fit.y[new.like], new.log_error[:, None])
    terms = _terms(fit.x[new.like] - line.mean_x, lent - line.mean_y)  # records x ALIKE x 5
    expected = new.chance[:, None] * terms.mean(axis=1)
    squares = np.einsum("i,ijk,ijl->kl", new.chance / new.like.shape[1], terms, terms) if len(new.chance) else 0.0
    mean = stays @ there + expected.sum(axis=0)
    covariance = there.T @ (there * (stays * fit.wrong)[:, None]) + squares - expected.T @ expected
    n, x, xx, y, xy = rng.multivariate_normal(mean, covariance, DRAWS).T
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes: Floats = (xy - x * y / n) / (xx - x * x / n)
    return slopes


def _terms(x: Floats, y: Floats) -> Floats:
    return np.stack([np.ones_like(x), x, x * x, y, x * y], axis=-1)


def _most_alike(places: Floats, log_error: Floats, fit: OpenFit) -> NDArray[np.intp]:
    """Of each record the points of the nearest error rates, where its own is known; else of the nearest computing."""
    known = ~np.isnan(log_error)
    found = np.empty((len(places), min(ALIKE, len(fit.points))), np.intp)
    found[known] = _nearest(fit.y, log_error[known])
    found[~known] = _nearest(fit.x, places[~known])
    return found


def _nearest(points: Floats, values: Floats) -> NDArray[np.intp]:
    """Of each value its nearest points; of equally near ones those that stand first."""
    place = np.arange(len(points))
    up, down = np.lexsort((place, points)), np.lexsort((place, -points))
    # the next ones above and below: as many as are wanted of either, so that all that are wanted are among them
    first_above = np.searchsorted(points[up], values, side="left")
    first_below = np.searchsorted(-points[down], -values, side="right")
    steps = np.arange(min(ALIKE, len(points)))
    above, below = first_above[:, None] + steps, first_below[:, None] + steps
    last = len(points) - 1
    near = np.hstack([up[np.minimum(above, last)], down[np.minimum(below, last)]])
    far = np.abs(points[near] - values[:, None])
    far[np.hstack([above > last, below > last])] = np.inf
    order = np.lexsort((near, far), axis=-1)[:, : len(steps)]
    return np.take_along_axis(near, order, axis=1)


def _slopes(x: Floats, y: Floats, weight: Floats) -> Floats:
    """The least-squares slope of each row's points of weight 1."""
    count = weight.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_x, mean_y = (weight * x).sum(axis=1) / count, (weight * y).sum(axis=1) / count
        dx = x - mean_x[:, None]
        slopes: Floats = (weight * dx * (y - mean_y[:, None])).sum(axis=1) / (weight * dx * dx).sum(axis=1)
    return slopes

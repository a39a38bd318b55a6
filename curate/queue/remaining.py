"""When to stop: what the reviews that are left may still do to each slope.

Whether the interval holds what it says is checked from outside, by review simulated to its end (`coverage.py`). Two
things matter most to that. What is wrong with a paper's records, or lacks, is so of most of them at once; and points
that come in may lie off the line of those that are there, as whole papers do.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import ndtr, ndtri

from curate.queue.outlines import COORDINATES, Flags, Floats, Outlines, Places
from curate.queue.points import FEWEST_POINTS, Line
from curate.queue.uncollected import uncollected
from curate.queue.worth import OpenFit, open_fits

DRAWS = 400
INTERVAL = 0.95
SETTLED = 0.05  # a slope that is expected to move by less, in nineteen draws of twenty, needs no more reviews

# How far a paper's records share their luck: 1 if all are wrong, or come in, together. On the annotated papers the
# records of most papers do so all or not at all (of 30 that lack a time all 30, of 240 that lack FLOPs all 240).
WRONG_TOGETHER, COME_TOGETHER = 0.8, 0.9
# However good a paper's reviewed records were, the others are not just like them: of those that were said to be wrong
# in 1 of 200, 15 of 100 were; of those said to come in 3 of 1,000, 3 of 100 did.
LEAST_WRONG, LEAST_COMES = 0.05, 0.02
LEAST_BETWEEN = 0.1  # of the residuals' variance: what papers differ by, where few points show no difference
FEWEST_FREE = 2  # degrees of freedom of the line: papers less two

# Points, there or to come, from which on shares of each paper are drawn and not each point: what single points do is
# then little beside what papers do. `tests/curate/test_remaining.py` compares both ways.
MANY = 2000


@dataclass(frozen=True)
class Remaining:
    """One slope, and where it may be once all is reviewed."""

    benchmark: str
    axis: str
    points: int
    waiting: int  # records whose review may change it
    slope: float
    low: float  # 95 % interval of the slope once all is reviewed
    high: float
    change: float  # mean of |slope then - slope now| / |slope now|
    change_at_most: float  # in nineteen draws of twenty

    @property
    def settled(self) -> bool:
        return self.change_at_most <= SETTLED


@dataclass(frozen=True)
class _Open:
    """A fit, the points that may leave it, and the records that may come in. Papers are numbered from 0."""

    line: Line
    papers: int
    x: Floats  # of the points, from the line's middle
    y: Floats
    wrong: Floats
    paper: Places
    new_x: Floats  # of the records; NaN where it is not known
    new_y: Floats
    comes: Floats
    new_paper: Places


@dataclass(frozen=True)
class _Worlds:
    """How the points to come may lie, a draw a row."""

    height: Floats  # a paper a column: of the line at the points' mean, with the paper's offset
    slope: Floats  # DRAWS x 1
    scatter: Floats  # DRAWS x 1: of a point about its paper's line


@uncollected()
def remaining_changes(records: Outlines, seed: int = 0) -> list[Remaining]:
    """The slopes of at least eight points, the least settled first.

    Drawn is which waiting points are wrong, and leave, and which waiting records become points, those of a paper mostly
    together. What is not known of such a point is drawn too: the computing of any point, and the error rate of a line
    that may be the true one, with an offset of the paper and a scatter as the points have them.
    """
    rng = np.random.default_rng(seed)
    found = [
        _remaining(fit, _open(fit, fit.line, records, records.paper), rng)
        for fit in open_fits(records)
        if fit.line is not None and fit.line.n >= FEWEST_POINTS and abs(fit.line.slope) > 0
    ]
    return sorted(found, key=lambda r: (-r.change, r.benchmark, r.axis))


def _open(fit: OpenFit, line: Line, records: Outlines, papers: Places) -> _Open:
    comes = fit.comes > 0
    missing = fit.missing[comes]
    numbers, place = np.unique(papers[np.concatenate([fit.points, missing])], return_inverse=True)
    return _Open(
        line, len(numbers), fit.x - line.mean_x, fit.y,
        np.where(fit.wrong > 0, np.maximum(fit.wrong, LEAST_WRONG), 0.0), place[: len(fit.points)],
        records.now[missing, COORDINATES.index(fit.axis)] - line.mean_x, fit.log_error[comes],
        np.maximum(fit.comes[comes], LEAST_COMES), place[len(fit.points) :],
    )  # fmt: skip


def _remaining(fit: OpenFit, o: _Open, rng: np.random.Generator) -> Remaining:
    now, waiting = o.line.slope, int((o.wrong > 0).sum()) + len(o.comes)
    draw = _slopes_of_shares if len(o.x) + len(o.comes) > MANY else _slopes_of_points
    slopes = draw(o, rng) if waiting else np.array([now])
    slopes = slopes[np.isfinite(slopes)]
    if slopes.size == 0:
        slopes = np.array([now])
    changes = np.abs(slopes - now) / abs(now)
    low, high = np.quantile(slopes, [(1 - INTERVAL) / 2, (1 + INTERVAL) / 2])
    return Remaining(
        fit.benchmark, fit.axis, o.line.n, waiting, now, float(low), float(high), float(changes.mean()),
        float(np.quantile(changes, INTERVAL)),
    )  # fmt: skip


def _worlds(o: _Open, papers: int, rng: np.random.Generator) -> _Worlds:
    """Lines that may be the true one, as the points' scatter within papers and between them lets them be.

    `papers`: how many of them a height is drawn for.
    """
    within, between = _variances(o)
    terms = np.column_stack([np.ones_like(o.x), o.x])
    of_paper = _of_papers(terms, o.paper, o.papers)
    bread = np.linalg.inv(terms.T @ terms)
    covariance = bread @ (within * terms.T @ terms + between * of_paper.T @ of_paper) @ bread
    free = max(len(np.unique(o.paper)) - 2, FEWEST_FREE)
    wider = np.sqrt(free / rng.chisquare(free, (DRAWS, 1)))  # few papers tell the variances badly
    off = rng.multivariate_normal([0.0, 0.0], covariance, DRAWS) * wider
    height = rng.standard_normal((DRAWS, papers))
    height *= sqrt(between) * wider
    height += o.line.mean_y + off[:, :1]
    return _Worlds(height, o.line.slope + off[:, 1:], sqrt(within) * wider)


def _variances(o: _Open) -> tuple[float, float]:
    """The variance of the residuals within papers, and that of the papers' means beyond it."""
    residuals, n = np.array(o.line.residuals), o.line.n
    counts = np.bincount(o.paper, minlength=o.papers)
    means = np.bincount(o.paper, residuals, o.papers) / np.maximum(counts, 1)
    papers = int((counts > 0).sum())
    whole = float(residuals @ residuals) / max(n - 2, 1)
    if papers == n:  # a point a paper: nothing tells the one from the other
        return whole / 2, whole / 2
    within = float(((residuals - means[o.paper]) ** 2).sum()) / (n - papers)
    if papers == 1:
        return within, whole
    spread = float((means**2).sum()) / (papers - 1) - within * papers / n
    return within, max(spread, LEAST_BETWEEN * whole)


def _slopes_of_points(o: _Open, rng: np.random.Generator) -> Floats:
    """The slope of each draw of all points."""
    worlds = _worlds(o, o.papers, rng)
    stay = ~_happens(o.wrong, o.paper, o.papers, WRONG_TOGETHER, rng)
    come = _happens(o.comes, o.new_paper, o.papers, COME_TOGETHER, rng)
    lent = np.isnan(o.new_x)
    x = np.where(lent, rng.choice(o.x, come.shape), o.new_x)
    y = worlds.height[:, o.new_paper] + worlds.slope * x + worlds.scatter * rng.standard_normal(come.shape)
    y = np.where(lent | np.isnan(o.new_y), y, o.new_y)
    terms = np.stack([come, come * x, come * x * x, come * y, come * x * y], axis=-1).sum(axis=1)
    return _slopes(stay @ _terms(o.x, o.y) + terms)


def _slopes_of_shares(o: _Open, rng: np.random.Generator) -> Floats:
    """The slope of each draw of which share of each paper's points leaves and comes in.

    What single points do beside their paper, and how they scatter, is added as the normal noise that it amounts to.
    """
    waits, lent = o.wrong > 0, np.isnan(o.new_x)
    x = np.where(lent, rng.choice(o.x, len(lent)), o.new_x)
    unknown = lent | np.isnan(o.new_y)
    there = _terms(o.x, o.y)
    come = _terms(x, np.where(unknown, o.line.mean_y + o.line.slope * x, o.new_y))
    # drawn for the papers alone of which points may leave, or come in: each is about half of all
    old, paper = np.unique(o.paper[waits], return_inverse=True)
    new, new_paper = np.unique(o.new_paper, return_inverse=True)
    worlds = _worlds(o, len(new), rng)
    leaves = _share(o.wrong[waits], paper, len(old), WRONG_TOGETHER, rng)
    comes = _share(o.comes, new_paper, len(new), COME_TOGETHER, rng)
    drawn = _of_papers(come[unknown, :3], new_paper[unknown], len(new))  # those whose error rate the world says
    higher, steeper = comes * (worlds.height - o.line.mean_y), worlds.slope - o.line.slope

    sums = there.sum(axis=0) - leaves @ _of_papers(there[waits], paper, len(old))
    sums += comes @ _of_papers(come, new_paper, len(new))
    sums[:, 3:] += higher @ drawn[:, :2] + steeper * (comes @ drawn[:, 1:])

    noise = _spread(there[waits], leaves, paper) + _spread(come, comes, new_paper)
    line = come[:, :2][unknown]
    noise[3:, 3:] += float((worlds.scatter**2).mean()) * line.T @ (line * o.comes[unknown, None])
    return _slopes(sums + rng.multivariate_normal(np.zeros(5), noise, DRAWS))


def _spread(terms: Floats, shares: Floats, paper: Places) -> Floats:
    """The covariance of the sum of those terms that happen, given the shares of their papers."""
    variance = 1 - shares
    variance *= shares
    variance = variance.mean(axis=0)[paper]
    covariance: Floats = terms.T @ (terms * variance[:, None])
    return covariance


def _happens(chance: Floats, paper: Places, papers: int, together: float, rng: np.random.Generator) -> Flags:
    """DRAWS x records: to which it happens, in a paper mostly to all or to none.

    Each has some luck of its paper's and some of its own; it happens where their sum is as low as its chance.
    """
    luck = rng.standard_normal((DRAWS, papers))[:, paper] * sqrt(together)
    own = rng.standard_normal((DRAWS, len(paper))) * sqrt(1 - together)
    happens: Flags = ndtr(luck + own) < chance
    return happens


def _share(chance: Floats, paper: Places, papers: int, together: float, rng: np.random.Generator) -> Floats:
    """DRAWS x papers: the share of its records to which the same happens."""
    mean = np.bincount(paper, chance, papers) / np.maximum(np.bincount(paper, minlength=papers), 1)
    share: Floats = rng.standard_normal((DRAWS, papers))
    share *= sqrt(together)  # in place, since at many papers the copies would take longer than the numbers
    np.subtract(ndtri(mean), share, out=share)
    share /= sqrt(1 - together)
    ndtr(share, out=share)
    return share


def _slopes(sums: Floats) -> Floats:
    """The least-squares slope of each row of sums of 1, x, xx, y and xy."""
    n, x, xx, y, xy = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes: Floats = (xy - x * y / n) / (xx - x * x / n)
    return slopes


def _terms(x: Floats, y: Floats) -> Floats:
    return np.column_stack([np.ones_like(x), x, x * x, y, x * y])


def _of_papers(terms: Floats, paper: Places, papers: int) -> Floats:
    """The sums of each paper's terms."""
    return np.column_stack([np.bincount(paper, column, papers) for column in terms.T])

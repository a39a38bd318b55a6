"""Where slopes may go once all is reviewed, and how often they do."""

from __future__ import annotations

import numpy as np
import pytest

from curate.queue.points import fit_line
from curate.queue.remaining import DRAWS, MANY, _happens, _Open, _share, _slopes_of_points, _slopes_of_shares

PAPER_SIZE = 8  # points, and as many records that may come in


def open_fit(points: int) -> _Open:
    """A fit of so many points, one in ten doubtful, and as many records: some with a known error, some without."""
    rng = np.random.default_rng(points)
    paper = np.arange(points) // PAPER_SIZE
    off = rng.normal(0, 0.1, paper[-1] + 1)
    x = rng.uniform(0, 6, points)
    y = -0.1 * x + off[paper] + rng.normal(0, 0.1, points)
    line = fit_line(x.tolist(), y.tolist())
    assert line is not None
    wrong = np.where(rng.random(points) < 0.1, rng.uniform(0.05, 0.5, points), 0.0)
    new_x = np.where(rng.random(points) < 0.5, rng.uniform(-3, 3, points), np.nan)
    new_y = np.where(rng.random(points) < 0.5, rng.normal(-0.3, 0.2, points), np.nan)
    # half of the records are of papers that have points, half of papers of their own
    new_paper = paper + (paper[-1] + 1) // 2
    comes = rng.uniform(0.02, 0.4, points)
    return _Open(line, int(new_paper[-1]) + 1, x - line.mean_x, y, wrong, paper, new_x, new_y, comes, new_paper)


@pytest.mark.parametrize("points", [MANY // 2, MANY])
def test_shares_stand_for_points(points: int) -> None:
    """it draws the same spread of a large fit's slope from shares of papers as from all its points"""
    o = open_fit(points)
    rngs = [np.random.default_rng(seed) for seed in range(4)]
    of_points = np.concatenate([_slopes_of_points(o, rng) for rng in rngs])
    of_shares = np.concatenate([_slopes_of_shares(o, rng) for rng in rngs])
    spread = of_points.std()
    # on 24 seeds of shares their mean lay 0.09 (1,000 points) and 0.15 (2,000) of the spread below that of points
    assert abs(of_shares.mean() - of_points.mean()) < 0.25 * spread
    assert of_shares.std() == pytest.approx(spread, rel=0.1)
    for share in (0.025, 0.975):
        assert abs(np.quantile(of_shares, share) - np.quantile(of_points, share)) < 0.25 * spread


@pytest.mark.parametrize(("together", "all_or_none"), [(0.0, 0.07), (0.8, 0.65)])
def test_luck_of_a_paper(together: float, all_or_none: float) -> None:
    """it happens as often as its chance says, in a paper whose records share their luck to nearly all or nearly none"""
    rng = np.random.default_rng(0)
    paper = np.repeat(np.arange(500), 20)
    happens = _happens(np.full(len(paper), 0.2), paper, 500, together, rng)
    of_papers = happens.reshape(DRAWS, 500, 20).mean(axis=2)
    shares = _share(np.full(len(paper), 0.2), paper, 500, together, rng)
    assert happens.mean() == pytest.approx(0.2, abs=0.01)
    assert shares.mean() == pytest.approx(0.2, abs=0.01)
    assert ((of_papers < 0.1) | (of_papers > 0.9)).mean() == pytest.approx(all_or_none, abs=0.05)

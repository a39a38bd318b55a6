"""Where slopes may go once all is reviewed."""

from __future__ import annotations

import numpy as np
import pytest

from curate.queue.points import fit_line
from curate.queue.remaining import MANY, _most_alike, _NewPoints, _slopes_of_points, _slopes_of_sums
from curate.queue.worth import OpenFit


def open_fit(points: int, waiting: int) -> tuple[OpenFit, _NewPoints]:
    """A fit of so many points, one in ten doubtful, and records that may become points: half with a known error."""
    rng = np.random.default_rng(points)
    x = rng.uniform(0, 6, points)
    y = -0.1 * x + rng.normal(0, 0.1, points)
    wrong = np.where(rng.random(points) < 0.1, rng.uniform(0.05, 0.5, points), 0.0)
    log_error = np.where(rng.random(waiting) < 0.5, rng.normal(-0.3, 0.2, waiting), np.nan)
    places = rng.uniform(0, 6, waiting)
    fit = OpenFit(
        "imagenet", "FLOPs", fit_line(x.tolist(), y.tolist()), np.arange(points), x, y, wrong, np.arange(waiting),
        rng.uniform(0, 0.4, waiting), np.stack([places, places], axis=-1)[:, None], log_error,
    )  # fmt: skip
    return fit, _NewPoints(fit.comes, _most_alike(places, log_error, fit), log_error)


@pytest.mark.parametrize("points", [MANY // 2, MANY, 2 * MANY])
def test_sums_stand_for_points(points: int) -> None:
    """it draws the same spread of a large fit's slope from its sums as from all its points"""
    fit, new = open_fit(points, points // 2)
    assert fit.line is not None
    of_points = np.concatenate([_slopes_of_points(fit, fit.line, new, np.random.default_rng(s)) for s in range(4)])
    of_sums = np.concatenate([_slopes_of_sums(fit, fit.line, new, np.random.default_rng(s)) for s in range(4)])
    spread = of_points.std()
    assert abs(of_sums.mean() - of_points.mean()) < 0.15 * spread  # 1,600 draws: four standard errors of a mean
    assert of_sums.std() == pytest.approx(spread, rel=0.1)
    for share in (0.05, 0.95):
        assert abs(np.quantile(of_sums, share) - np.quantile(of_points, share)) < 0.25 * spread

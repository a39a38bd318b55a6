"""The censored fit: planted slopes under planted censoring, and which budgets are open."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.fits.censoring import fit_censored, open_budgets

TRUE = -0.1


def planted(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x, y with y only known to lie at or below a limit in about a third of the rows, more of them at the right."""
    x = rng.uniform(8, 13, n)
    y = 0.4 + TRUE * x + 0.08 * rng.standard_normal(n)
    limit = 0.4 + TRUE * 11 + rng.normal(0, 0.1, n) - 0.02 * (x - 11)
    return x, np.maximum(y, limit), y < limit


def test_without_censoring_it_is_least_squares() -> None:
    """it gives the least squares line where no row is censored."""
    x, y, _ = planted(np.random.default_rng(1), 50)
    fit = fit_censored(x, y, np.zeros(50, bool))
    slope, constant = np.polyfit(x, y, 1)
    assert (fit.slope, fit.constant) == pytest.approx((slope, constant), rel=1e-6)


def test_planted_slope_comes_back_where_least_squares_is_flat() -> None:
    """it finds the planted slope that least squares on the limits misses."""
    x, y, censored = planted(np.random.default_rng(2), 400)
    fit = fit_censored(x, y, censored)
    assert fit.low < TRUE < fit.high
    assert np.polyfit(x, y, 1)[0] > TRUE + 0.015
    assert fit.censored == censored.sum() > 80


def test_the_maximum_is_a_maximum() -> None:
    """it has the highest likelihood of all parameters near it."""
    from scipy.stats import norm

    x, y, censored = planted(np.random.default_rng(3), 60)
    fit = fit_censored(x, y, censored)

    def likelihood(a: float, b: float, s: float) -> float:
        r = (y - a - b * x) / s
        return float((norm.logpdf(r) - np.log(s))[~censored].sum() + norm.logcdf(r)[censored].sum())

    top = likelihood(fit.constant, fit.slope, fit.sigma)
    rng = np.random.default_rng(4)
    for _ in range(200):
        da, db, ds = rng.normal(0, 1e-3, 3)
        assert likelihood(fit.constant + da, fit.slope + db, fit.sigma * (1 + ds)) <= top + 1e-9


def test_too_few_exact_rows() -> None:
    """it refuses where fewer than three rows are exact."""
    with pytest.raises(ValueError, match="three exact rows"):
        fit_censored([1, 2, 3, 4], [1, 2, 3, 4], [True, True, False, False])


def test_open_budgets() -> None:
    """it calls a budget open if no row with as much computing is older than the horizon."""
    computing = [1e9, 1e10, 1e12, 1e12, 1e14]
    year = [2020.0, 2015.0, 2016.0, 2019.5, 2019.0]
    assert open_budgets(computing, year, years=2).tolist() == [False, False, False, False, True]
    assert open_budgets(computing, year, years=5).tolist() == [False, False, True, True, True]


@pytest.mark.slow
@pytest.mark.parametrize("n", [20, 40, 100])
def test_censored_interval_covers(n: int) -> None:
    """it holds the planted slope in 93 to 97 of 100 censored samples."""
    rng = np.random.default_rng(n)
    held = fitted = 0
    for _ in range(2000):
        try:
            fit = fit_censored(*planted(rng, n))
        except ValueError:
            continue
        fitted += 1
        held += fit.low < TRUE < fit.high
    assert fitted > 1900
    assert 0.93 <= held / fitted <= 0.97

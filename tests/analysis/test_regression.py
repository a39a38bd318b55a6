"""Least squares: held to an independent solution, to planted slopes and to the study's printed figures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import fit_power_law
from analysis.fits.regression import CONSTANT, SLOPE, YEAR, TooFewRowsError, to_error, to_response


def normal_equations(x: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray | float]:
    """The same fit by the normal equations, written without any statistics library."""
    n, k = x.shape
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ x.T @ y
    residual = y - x @ beta
    s2 = residual @ residual / (n - k)
    total = (y - y.mean()) @ (y - y.mean())
    r2 = 1 - residual @ residual / total
    leverage = np.einsum("ij,jk,ik->i", x, inverse, x)
    meat = x.T @ (x * (residual / (1 - leverage))[:, None] ** 2)
    return {
        "beta": beta,
        "se": np.sqrt(np.diag(inverse) * s2),
        "hc3": np.sqrt(np.diag(inverse @ meat @ inverse)),
        "r2": r2,
        "adjusted": 1 - (1 - r2) * (n - 1) / (n - k),
        "s": np.sqrt(s2),
        "f": (r2 / (k - 1)) / ((1 - r2) / (n - k)),
    }


def planted(
    rng: np.random.Generator, n: int = 40, slope: float = -0.1, noise: float = 0.05
) -> tuple[np.ndarray, np.ndarray]:
    computing = 10 ** rng.uniform(8, 13, n)
    error = 10 ** (0.4 + slope * np.log10(computing) + noise * rng.standard_normal(n))
    return computing, np.clip(error, 1e-4, 0.999)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(10, 80), trend=st.booleans())
def test_statsmodels_and_normal_equations_agree(seed: int, n: int, trend: bool) -> None:
    """it gives what the normal equations give: coefficients, standard errors, R2, F."""
    rng = np.random.default_rng(seed)
    computing, error = planted(rng, n)
    year = rng.uniform(2013, 2021, n) if trend else None
    x = [np.ones(n), np.log10(computing)] + ([year - 2012] if year is not None else [])
    check = normal_equations(np.column_stack(x), np.log10(error))
    terms = [CONSTANT, SLOPE] + ([YEAR] if trend else [])
    fit = fit_power_law(computing, error, year=year, covariance="classical")
    robust = fit_power_law(computing, error, year=year, covariance="HC3")
    np.testing.assert_allclose([fit.coefficients[t] for t in terms], check["beta"], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose([fit.standard_errors[t] for t in terms], check["se"], rtol=1e-6)
    np.testing.assert_allclose([robust.standard_errors[t] for t in terms], check["hc3"], rtol=1e-6)
    assert fit.r2 == pytest.approx(check["r2"], abs=1e-8)
    assert fit.adjusted_r2 == pytest.approx(check["adjusted"], abs=1e-8)
    assert fit.residual_standard_error == pytest.approx(check["s"], rel=1e-6)
    assert fit.f_statistic == pytest.approx(check["f"], rel=1e-5)


def test_clustered_errors_by_hand() -> None:
    """it sums the scores of a paper before squaring them, with the small-sample factor, for clustered errors."""
    rng = np.random.default_rng(7)
    computing, error = planted(rng, 30)
    papers = [f"paper {i // 3}" for i in range(30)]
    fit = fit_power_law(computing, error, papers=papers, covariance="CR1")
    x, y = np.column_stack([np.ones(30), np.log10(computing)]), np.log10(error)
    inverse = np.linalg.inv(x.T @ x)
    residual = y - x @ (inverse @ x.T @ y)
    scores = np.array([(x[i : i + 3] * residual[i : i + 3, None]).sum(axis=0) for i in range(0, 30, 3)])
    factor = 10 / 9 * 29 / 28
    covariance = factor * inverse @ scores.T @ scores @ inverse
    np.testing.assert_allclose(
        [fit.standard_errors[CONSTANT], fit.standard_errors[SLOPE]], np.sqrt(np.diag(covariance)), rtol=1e-6
    )
    assert set(fit.degrees_of_freedom.values()) == {9}
    assert fit.papers == 10


def bell_mccaffrey(x: np.ndarray, y: np.ndarray, code: np.ndarray, power: float) -> tuple[np.ndarray, list[float]]:
    """CR2 (power -1/2) and CR3 (-1) errors and Satterthwaite degrees of freedom, by their n x n definitions."""
    n, k = x.shape
    inverse = np.linalg.inv(x.T @ x)
    residual_maker = np.eye(n) - x @ inverse @ x.T
    residual = residual_maker @ y
    meat, sides = np.zeros((k, k)), []
    for g in np.unique(code):
        mine = np.flatnonzero(code == g)
        values, vectors = np.linalg.eigh(residual_maker[np.ix_(mine, mine)])
        adjusted = vectors @ np.diag(values**power) @ vectors.T
        score = x[mine].T @ adjusted @ residual[mine]
        meat += np.outer(score, score)
        sides.append(residual_maker[:, mine] @ adjusted @ x[mine] @ inverse)
    dof = []
    for j in range(k):
        p = np.column_stack([side[:, j] for side in sides])
        eigenvalues = np.linalg.eigvalsh(p.T @ p)
        dof.append(eigenvalues.sum() ** 2 / (eigenvalues**2).sum())
    return np.sqrt(np.diag(inverse @ meat @ inverse)), dof


@pytest.mark.parametrize(("covariance", "power"), [("CR2", -0.5), ("CR3", -1.0)])
def test_clustered_errors_by_their_definition(covariance: str, power: float) -> None:
    """it gives the errors and degrees of freedom of the definitions with n x n matrices, from k x k sums."""
    rng = np.random.default_rng(17)
    computing, error = planted(rng, 24)
    code = np.sort(rng.integers(0, 7, 24))
    x = np.column_stack([np.ones(24), np.log10(computing)])
    errors, dof = bell_mccaffrey(x, np.log10(error), code, power)
    fit = fit_power_law(computing, error, papers=code.tolist(), covariance=covariance)  # type: ignore[arg-type]
    np.testing.assert_allclose([fit.standard_errors[t] for t in (CONSTANT, SLOPE)], errors, rtol=1e-6)
    assert fit.clusters is not None
    np.testing.assert_allclose(fit.clusters.degrees_of_freedom(np.eye(2)), dof, rtol=1e-6)


def test_the_clustered_interval_is_the_default() -> None:
    """it clusters by paper unless asked otherwise, and keeps the study's classical interval beside it."""
    computing, error = planted(np.random.default_rng(3), 30)
    papers = [i // 3 for i in range(30)]
    fit, classical = (fit_power_law(computing, error, papers=papers, **o) for o in ({}, {"covariance": "classical"}))  # type: ignore[arg-type]
    assert fit.covariance == "CR2" and fit.degrees_of_freedom[SLOPE] < 9
    assert fit.classical[SLOPE] == (classical.standard_errors[SLOPE], *classical.intervals[SLOPE])
    assert fit.intervals[SLOPE] != classical.intervals[SLOPE]


def test_a_paper_that_alone_decides_leaves_few_degrees_of_freedom() -> None:
    """it counts about one degree of freedom where one paper holds all the spread of computing, "
    "however many there are."""
    rng = np.random.default_rng(5)
    computing = np.append(10 ** rng.normal(9, 0.05, 20), 10 ** rng.normal(14, 0.05, 3))
    error = np.clip(10 ** (-0.6 - 0.05 * (np.log10(computing) - 9) + 0.02 * rng.standard_normal(23)), 0.01, 0.99)
    papers = [*range(20), 99, 99, 99]
    assert fit_power_law(computing, error, papers=papers).degrees_of_freedom[SLOPE] < 1.5


@pytest.mark.parametrize("slope", [-0.3, -0.1, -0.02, 0.05])
def test_planted_slope_comes_back(slope: float) -> None:
    """it finds a planted slope within its interval, and exactly where there is no noise."""
    rng = np.random.default_rng(11)
    computing = 10 ** rng.uniform(8, 12, 200)
    exact = 10 ** (-1 + slope * (np.log10(computing) - 10))
    assert fit_power_law(computing, exact).coefficients[SLOPE] == pytest.approx(slope, abs=1e-9)
    noisy = fit_power_law(computing, exact * 10 ** (0.05 * rng.standard_normal(200)))
    low, high = noisy.intervals[SLOPE]
    assert low < slope < high


@pytest.mark.parametrize("response", ["log10 error", "1/error", "error"])
def test_response_and_back(response: str) -> None:
    """it turns a fitted response back into the error rate it means."""
    error = np.array([0.05, 0.3, 0.9])
    np.testing.assert_allclose(to_error(to_response(error, response), f"{response} ~ log10 computing"), error)


def test_too_few_rows_say_how_many() -> None:
    """it refuses nine rows, and ten rows of four papers, naming the numbers it needs."""
    computing, error = planted(np.random.default_rng(1), 10)
    with pytest.raises(TooFewRowsError, match=r"9 usable rows from 9 papers.*at least 10 rows from 5 papers"):
        fit_power_law(computing[:9], error[:9], benchmark="SQuAD 1.1")
    with pytest.raises(TooFewRowsError, match="10 usable rows from 4 papers"):
        fit_power_law(computing, error, papers=[i % 4 for i in range(10)])
    with pytest.raises(TooFewRowsError):
        fit_power_law(np.full(10, 1e9), error)


@pytest.mark.parametrize("bad", [23.7, 0.0, 1.0, -0.1])
def test_error_must_be_a_fraction(bad: float) -> None:
    """it refuses an error rate in percent points, and those whose logarithm says nothing."""
    computing, error = planted(np.random.default_rng(1), 12)
    error[3] = bad
    with pytest.raises(ValueError, match="fractions between 0 and 1"):
        fit_power_law(computing, error)


def test_computing_must_be_positive() -> None:
    """it refuses amounts of computing that have no logarithm."""
    computing, error = planted(np.random.default_rng(1), 12)
    for bad in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="positive and finite"):
            fit_power_law(np.append(computing[1:], bad), error)

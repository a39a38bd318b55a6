"""A regression whose response is, for some rows, only known to lie at or below a limit (Tobit, censored from below).

For a budget reached lately, the best error seen so far is a bound on the error that the field will reach with it:
later work on the same budget can only lower it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CensoredFit:
    """Maximum likelihood: y = constant + slope x + e, e normal; `sigma` its scatter; intervals by Wald."""

    constant: float
    slope: float
    sigma: float
    slope_se: float
    low: float
    high: float
    n: int
    censored: int


def fit_censored(
    x: ArrayLike, y: ArrayLike, censored: ArrayLike, *, level: float = 0.95, rounds: int = 200
) -> CensoredFit:
    """The line through y on x where rows marked `censored` only say that their y lies at or below the given.

    Newton's method in Olsen's parameters (1/sigma, coefficients/sigma), in which the likelihood has one maximum.
    Raises ValueError where fewer than three rows are exact.
    """
    from scipy.special import log_ndtr
    from scipy.stats import t as student

    xs, ys, open_ = np.asarray(x, float), np.asarray(y, float), np.asarray(censored, bool)
    if (~open_).sum() < 3 or np.ptp(xs[~open_]) == 0:
        raise ValueError("a censored fit needs at least three exact rows at different x")
    centre = xs.mean()
    z = np.column_stack([np.ones_like(xs), xs - centre])  # centred: better conditioned
    start, *_ = np.linalg.lstsq(z, ys, rcond=None)
    gamma = 1 / max(float(np.std(ys - z @ start)), 1e-6)
    theta = np.append(start * gamma, gamma)  # (delta0, delta1, gamma)

    def likelihood(t: Floats) -> float:
        r = t[2] * ys - z @ t[:2]
        exact = (~open_).sum() * np.log(t[2]) - 0.5 * np.sum(r[~open_] ** 2)
        return float(exact + log_ndtr(r[open_]).sum())

    value = likelihood(theta)
    for _ in range(rounds):
        gradient, hessian = _derivatives(theta, z, ys, open_)
        step = np.linalg.solve(hessian, gradient)
        size = 1.0
        while size > 1e-8:
            trial = theta - size * step
            if trial[2] > 0 and (found := likelihood(trial)) >= value - 1e-12:
                break
            size /= 2
        else:
            break
        moved, theta, value = float(np.max(np.abs(trial - theta))), trial, found
        if moved < 1e-9 * (1 + float(np.max(np.abs(theta)))):
            break
    _, hessian = _derivatives(theta, z, ys, open_)
    covariance = np.linalg.inv(-hessian)
    gamma = float(theta[2])
    slope = float(theta[1] / gamma)
    jacobian = np.array([0.0, 1 / gamma, -theta[1] / gamma**2])
    se = float(np.sqrt(jacobian @ covariance @ jacobian))
    # t rather than normal, and n / (n - 2) on the variance: in small samples the likelihood's s.e. is too small
    se *= float(np.sqrt(len(xs) / max(len(xs) - 2, 1)))
    half = float(student.ppf(0.5 + level / 2, max((~open_).sum() - 2, 1))) * se
    constant = float(theta[0] / gamma - slope * centre)
    return CensoredFit(constant, slope, 1 / gamma, se, slope - half, slope + half, len(xs), int(open_.sum()))


def _derivatives(theta: Floats, z: Floats, y: Floats, open_: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Gradient and Hessian of the log likelihood in (delta, gamma)."""
    from scipy.special import log_ndtr

    w = np.column_stack([-z, y])  # r = w . theta
    r = w @ theta
    mills = np.exp(-0.5 * r[open_] ** 2 - 0.5 * np.log(2 * np.pi) - log_ndtr(r[open_]))
    exact = w[~open_]
    gradient = -exact.T @ r[~open_] + w[open_].T @ mills
    gradient[2] += (~open_).sum() / theta[2]
    curve = mills * (mills + r[open_])
    hessian = -exact.T @ exact - w[open_].T @ (w[open_] * curve[:, None])
    hessian[2, 2] -= (~open_).sum() / theta[2] ** 2
    return gradient, hessian


def open_budgets(computing: ArrayLike, year: ArrayLike, *, years: float, decades: float = 0.5) -> NDArray[np.bool_]:
    """Which rows' budgets are still open: reached for the first time less than `years` before the newest row.

    A budget counts as reached by the first row with at least that much computing, less `decades` powers of ten.
    """
    log_c, t = np.log10(np.asarray(computing, float)), np.asarray(year, float)
    newest = np.nanmax(t)
    order = np.argsort(-log_c, kind="stable")
    earliest = np.fmin.accumulate(t[order])  # of all rows with at least as much computing
    place = np.searchsorted(-log_c[order], -(log_c - decades), side="right") - 1
    reached = earliest[np.clip(place, 0, len(order) - 1)]
    return np.asarray(newest - reached < years)

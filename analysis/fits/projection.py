"""From a fitted slope to what it means: the exponent of the power law, and the computing a target error would take."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.fits.regression import CONSTANT, SLOPE, YEAR, Regression, to_response


@dataclass(frozen=True)
class Exponent:
    """Computing grows as performance (1 / error) to this power. `math.inf` marks an end that the data do not bound."""

    value: float
    low: float
    high: float

    @property
    def bounded(self) -> bool:
        return math.isfinite(self.low) and math.isfinite(self.high)

    def __str__(self) -> str:
        if not math.isfinite(self.value):
            return "none (error does not fall)"
        high = f"{self.high:.1f}" if math.isfinite(self.high) else "unbounded"
        return f"{self.value:.1f} ({self.low:.1f} to {high})"


def exponent(fit: Regression) -> Exponent:
    """The power p in computing = O(performance^p) with its interval, from a fit of log10 error.

    The interval is the slope's, inverted: p = -1 / slope. Where the slope's interval touches zero the exponent has no
    upper end (`math.inf`); where the slope itself is not negative there is no such power at all.
    """
    if not fit.formula.startswith("log10 error"):
        raise ValueError(f"an exponent is read off a fit of log10 error, not of {fit.formula}")
    return exponent_of(fit.coefficients[SLOPE], *fit.intervals[SLOPE])


def exponent_of(slope: float, low: float, high: float) -> Exponent:
    """The power -1/slope with the slope's interval [low, high] inverted."""
    if slope >= 0:
        return Exponent(math.inf, -1.0 / low if low < 0 else math.inf, math.inf)
    return Exponent(-1.0 / slope, -1.0 / low, -1.0 / high if high < 0 else math.inf)


@dataclass(frozen=True)
class Projection:
    """log10 of the computing that a fit says an error rate takes, with the interval (Fieller's) of that figure."""

    error: float
    log10_computing: float
    low: float
    high: float


def project(fit: Regression, error: float) -> Projection:
    """The computing at which the fitted line reaches this error rate (a fraction), as log10 of the fit's unit.

    The interval is Fieller's: every x around the fitted one at which the target lies inside the line's confidence band.
    Where the slope's interval touches zero it has no upper end, and perhaps no lower one: those ends are infinite.
    """
    if YEAR in fit.coefficients:
        raise ValueError("a fit with a time trend has no one amount of computing for an error rate")
    response = fit.formula.split(" ~ ")[0]
    target = float(to_response(np.array([error]), response)[0])
    constant, slope = fit.coefficients[CONSTANT] - target, fit.coefficients[SLOPE]
    if slope == 0:
        return Projection(error, math.inf, -math.inf, math.inf)
    x = -constant / slope

    def outside(at: float) -> bool:
        return abs(constant + slope * at) > float(fit.margin(at))

    return Projection(error, x, _edge(outside, x, -1.0), _edge(outside, x, 1.0))


FURTHEST_EDGE = 1e6  # powers of ten from the fitted amount, within which an end is looked for


def _edge(outside: Callable[[float], bool], start: float, direction: float) -> float:
    """Where `outside` first holds, walking from `start` in doubling steps and then halving; infinite if nowhere."""
    step = 1e-3
    while not outside(start + direction * step):
        step *= 2
        if step > FURTHEST_EDGE:
            return direction * math.inf
    inner, outer = (start if step == 1e-3 else start + direction * step / 2), start + direction * step
    while abs(outer - inner) > 1e-12 * max(1.0, abs(outer)):
        middle = (inner + outer) / 2
        if middle in (inner, outer):
            break
        inner, outer = (inner, middle) if outside(middle) else (middle, outer)
    return (inner + outer) / 2


@dataclass(frozen=True)
class Conversions:
    """From hardware burden to energy, CO2 and money. Defaults: a V100, as in arXiv 1906.02243 (section 2, table 3).

    gflops_per_joule: 14,100 GFLOP/s FP32 peak at 250 W.
    pue: power of the data centre over that of its computers, the world's average of 2018.
    lbs_co2_per_kwh: the average of the US grid (EPA, 2018).
    usd_per_hour, gflops_per_hour: a preemptible V100 in the cloud, 2019.
    """

    gflops_per_joule: float = 14_100 / 250
    pue: float = 1.58
    lbs_co2_per_kwh: float = 0.954
    usd_per_hour: float = 0.74
    gflops_per_hour: float = 14_100 * 3600

    @property
    def log10_lbs_co2_per_gflop(self) -> float:
        return math.log10(self.pue * self.lbs_co2_per_kwh / (self.gflops_per_joule * 3.6e6))

    @property
    def log10_usd_per_gflop(self) -> float:
        return math.log10(self.usd_per_hour / self.gflops_per_hour)

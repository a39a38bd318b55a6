"""What a slope means: the exponent and the computing for a target error, with intervals that may be open."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis import fit_power_law, project
from analysis.fits.projection import exponent_of
from analysis.fits.regression import SLOPE


def test_exponent_is_the_slope_inverted() -> None:
    """it inverts the slope and the ends of its interval, the steeper end giving the lower power."""
    power = exponent_of(-0.11, -0.145, -0.072)
    assert power.value == pytest.approx(1 / 0.11)
    assert (power.low, power.high) == pytest.approx((1 / 0.145, 1 / 0.072))
    assert power.bounded
    assert str(power) == "9.1 (6.9 to 13.9)"


@pytest.mark.parametrize("slope, low, high", [(-0.02, -0.05, 0.01), (-0.02, -0.04, 0.0)])
def test_exponent_without_upper_end(slope: float, low: float, high: float) -> None:
    """it has no upper end where the slope's interval touches zero, and says so."""
    power = exponent_of(slope, low, high)
    assert power.value == pytest.approx(-1 / slope)
    assert power.low == pytest.approx(-1 / low)
    assert math.isinf(power.high) and not power.bounded
    assert "unbounded" in str(power)


def test_no_exponent_where_error_rises() -> None:
    """it gives no power where error rises with computing."""
    assert math.isinf(exponent_of(0.02, -0.01, 0.05).value)
    assert "none" in str(exponent_of(0.02, 0.01, 0.05))


@pytest.mark.parametrize("response", ["log10 error", "1/error"])
def test_projection_inverts_the_line(response: str) -> None:
    """it names the computing at which the fitted error is the target, inside its own interval."""
    rng = np.random.default_rng(5)
    computing = 10 ** rng.uniform(8, 12, 60)
    error = 10 ** (0.2 - 0.1 * np.log10(computing) + 0.03 * rng.standard_normal(60))
    fit = fit_power_law(computing, error, response=response)
    to = project(fit, 0.05)
    assert fit.predict_error([10**to.log10_computing])[0] == pytest.approx(0.05)
    assert to.low < to.log10_computing < to.high


def test_projection_ends_lie_on_the_confidence_band() -> None:
    """it ends where the target leaves the line's confidence band (Fieller)."""
    rng = np.random.default_rng(6)
    computing = 10 ** rng.uniform(8, 12, 40)
    error = 10 ** (0.2 - 0.1 * np.log10(computing) + 0.05 * rng.standard_normal(40))
    fit = fit_power_law(computing, error)
    to = project(fit, 0.08)
    band_low, band_high = fit.band([10**to.low, 10**to.high])
    target = np.log10(0.08)
    assert min(abs(band_low[0] - target), abs(band_high[0] - target)) < 1e-6
    assert min(abs(band_low[1] - target), abs(band_high[1] - target)) < 1e-6


def test_projection_open_where_the_slope_may_be_zero() -> None:
    """it has no upper end where the slope's interval touches zero."""
    rng = np.random.default_rng(8)
    computing = 10 ** rng.uniform(8, 12, 15)
    error = 10 ** (-0.3 - 0.005 * np.log10(computing) + 0.1 * rng.standard_normal(15))
    fit = fit_power_law(computing, error)
    assert fit.intervals[SLOPE][1] > 0, "this test wants a slope that can't be told from zero"
    assert math.isinf(project(fit, 0.05).high)

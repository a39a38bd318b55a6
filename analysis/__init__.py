"""How performance scales with computing: observations, fits, studies and the report.

The Python interface for analysts:

    from analysis import fit_power_law, exponent
    fit = fit_power_law(computing=[1e9, 1e10, ...], error=[0.30, 0.25, ...])
    fit.coefficients["log10 computing"], exponent(fit)

Names are looked up on first use, because the statistics libraries behind them take a second to load.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.fits.projection import exponent as exponent
    from analysis.fits.projection import project as project
    from analysis.fits.regression import Regression as Regression
    from analysis.fits.regression import fit_power_law as fit_power_law
    from analysis.rows.observations import load_observations as load_observations
    from analysis.rows.observations import reference_observations as reference_observations
    from db.measures import hardware_burden as hardware_burden

_HOMES = {
    "Regression": "analysis.fits.regression",
    "fit_power_law": "analysis.fits.regression",
    "exponent": "analysis.fits.projection",
    "project": "analysis.fits.projection",
    "hardware_burden": "db.measures",
    "load_observations": "analysis.rows.observations",
    "reference_observations": "analysis.rows.observations",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'analysis' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)

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
    from analysis.burden import hardware_burden as hardware_burden
    from analysis.observations import load_observations as load_observations
    from analysis.observations import reference_observations as reference_observations
    from analysis.projection import exponent as exponent
    from analysis.projection import project as project
    from analysis.regression import Regression as Regression
    from analysis.regression import fit_power_law as fit_power_law

_HOMES = {
    "Regression": "analysis.regression",
    "fit_power_law": "analysis.regression",
    "exponent": "analysis.projection",
    "project": "analysis.projection",
    "hardware_burden": "analysis.burden",
    "load_observations": "analysis.observations",
    "reference_observations": "analysis.observations",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'analysis' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)

"""How performance scales with computing: observations, fits, studies and the report.

The Python interface for analysts:

    from analysis import exponent, fit_power_law, paper_of, reference_observations, usable

    rows, left_out = usable(reference_observations("corrected").query("benchmark == 'squad11'"))  # DataFrames
    fit = fit_power_law(rows["computing"], rows["error"], papers=list(paper_of(rows)))
    fit.coefficients["log10 computing"], fit.intervals["log10 computing"], exponent(fit)

docs/example.ipynb goes further.

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
    from analysis.report.drawing import figure_chart as figure_chart
    from analysis.rows.observations import paper_of as paper_of
    from analysis.rows.observations import read_observations as read_observations
    from analysis.rows.observations import reference_observations as reference_observations
    from analysis.rows.observations import usable as usable
    from db.measures import hardware_burden as hardware_burden

_HOMES = {
    "Regression": "analysis.fits.regression",
    "fit_power_law": "analysis.fits.regression",
    "exponent": "analysis.fits.projection",
    "project": "analysis.fits.projection",
    "hardware_burden": "db.measures",
    "figure_chart": "analysis.report.drawing",
    "paper_of": "analysis.rows.observations",
    "read_observations": "analysis.rows.observations",
    "usable": "analysis.rows.observations",
    "reference_observations": "analysis.rows.observations",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'analysis' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)

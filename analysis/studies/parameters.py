"""Operations of a network pass from the number of parameters, for rows that give only those (figure 7)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.fits.regression import MINIMUM_ROWS, SLOPE, Regression, TooFewRowsError, ordinary_least_squares
from analysis.report.colours import INK, colour_of
from analysis.report.findings import Band, Figure, Layer, Line, Panel, Points, Section, Table
from analysis.report.writing import RowFacts
from analysis.rows.inputs import Inputs, benchmark_name
from analysis.rows.observations import paper_of, usable
from analysis.studies.scaling import fit_rows
from db.measures import IMPUTED

TITLE = "From parameters to operations"
ORDER = 40

PARAMETERS = "log10 parameters"


def run(inputs: Inputs) -> Section:
    """Fits log10 operations on log10 parameters, fills in rows that lack operations, and refits with them."""
    data = inputs.main_data
    rows = inputs.observations(data)
    both = rows[rows["operations"].notna() & rows["parameters"].notna() & (rows["operations"] > 0)]
    if len(both) < MINIMUM_ROWS:
        return Section("parameters", TITLE, [f"{len(both)} rows give both; a fit needs at least {MINIMUM_ROWS}."])
    fit = fit_parameters(both)
    lacking = rows[rows["operations"].isna() & rows["parameters"].notna()]
    filled = impute_operations(rows, fit)
    lines = []
    for benchmark in inputs.benchmarks():
        for name, some in (("as reported", rows), ("with imputed rows", filled)):
            used, out = usable(some[some["benchmark"] == benchmark], "operations")
            try:
                again = fit_rows(used, out, benchmark)
            except TooFewRowsError:
                continue
            lines.append(
                {
                    "benchmark": benchmark_name(benchmark),
                    "rows": name,
                    "n": again.n,
                    "imputed": int((used["operations_source"] == IMPUTED).sum()),
                    "slope": again.coefficients[SLOPE],
                    "s.e.": again.standard_errors[SLOPE],
                    "R²": again.r2,
                }
            )
    slope, low, high = fit.coefficients[PARAMETERS], *fit.intervals[PARAMETERS]
    return Section(
        "parameters",
        TITLE,
        [
            f"Of {len(both)} models that report both, operations grow as parameters to the power {slope:.2f} "
            f"({low:.2f} to {high:.2f}), R² {fit.r2:.2f}, with a scatter of a factor "
            f"{10**fit.residual_standard_error:.1f} either way.",
            f"{len(lacking)} models report only parameters. They are filled in from this line for the comparison below "
            "and nowhere else, and carry the mark “imputed from parameters”.",
        ],
        method=(
            "Standard errors clustered by paper (CR2). A filled-in figure is the line's value, without its scatter: "
            "the slope's standard error with imputed rows is therefore a little too small."
        ),
        formula="log10(operations per pass) = a + b · log10(parameters) + e",
        tables=[
            Table(
                "parameters",
                "The slope of log10 error on log10 operations, with and without imputed rows",
                pd.DataFrame(lines),
                {"slope": ".4f", "s.e.": ".4f", "R²": ".2f"},
            )
        ],
        figures=[_figure(both, fit)],
    )


def fit_parameters(rows: pd.DataFrame) -> Regression:
    """log10 operations of a pass on log10 parameters."""
    return ordinary_least_squares(
        np.log10(rows["operations"].to_numpy(float)),
        {"constant": np.ones(len(rows)), PARAMETERS: np.log10(rows["parameters"].to_numpy(float))},
        formula=f"log10 operations ~ {PARAMETERS}",
        papers=list(paper_of(rows)),
    )


def impute_operations(rows: pd.DataFrame, fit: Regression) -> pd.DataFrame:
    """The rows with operations filled in from parameters where missing, marked in `operations_source`."""
    out = rows.copy()
    missing = out["operations"].isna() & out["parameters"].notna() & (out["parameters"] > 0)
    value = fit.coefficients["constant"] + fit.coefficients[PARAMETERS] * np.log10(out.loc[missing, "parameters"])
    out.loc[missing, "operations"] = 10**value
    out.loc[missing, "operations_source"] = IMPUTED
    return out


def _figure(rows: pd.DataFrame, fit: Regression) -> Figure:
    grid = np.geomspace(rows["parameters"].min(), rows["parameters"].max(), 40)
    x = np.log10(grid)
    middle = fit.coefficients["constant"] + fit.coefficients[PARAMETERS] * x
    scatter = 1.96 * fit.residual_standard_error
    layers: list[Layer] = [
        Band("", grid.tolist(), (10 ** (middle - scatter)).tolist(), (10 ** (middle + scatter)).tolist(), colour=INK),
        Line("", grid.tolist(), (10**middle).tolist(), colour=INK),
        *(
            Points(
                benchmark_name(str(b)),
                some["parameters"].tolist(),
                some["operations"].tolist(),
                RowFacts(some, lambda r: f"{r['parameters']:.2e} parameters, {r['operations']:.2e} operations"),
                colour=colour_of(str(b)),
            )
            for b, some in rows.groupby("benchmark", sort=False)
        ),
    ]
    title = "Operations per pass against parameters (figure 7)"
    panel = Panel(title, "parameters", "operations per pass", layers, x_log=True, y_log=True,
                  note=f"power {fit.coefficients[PARAMETERS]:.2f}, R² {fit.r2:.2f}, n {len(rows)}")  # fmt: skip
    return Figure("figure7", title, [panel], caption="The band holds about 95 % of models.", log_switch=True)

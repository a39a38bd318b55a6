"""Whether the slope is that of size or of time: with a time trend, and without the budgets that are still new."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.fits.censoring import open_budgets
from analysis.fits.regression import (
    MINIMUM_PAPERS,
    MINIMUM_ROWS,
    SLOPE,
    YEAR,
    Regression,
    TooFewRowsError,
    fit_power_law,
)
from analysis.report.colours import KINDS
from analysis.report.findings import Figure, Section, Table, with_minus
from analysis.report.panels import slope_forest
from analysis.rows.inputs import Inputs, benchmark_name
from analysis.rows.observations import paper_of
from analysis.simulations import simulated
from db.untyped import Row

TITLE = "Size or time"
ORDER = 100

HORIZON = 2.0  # years for which a budget counts as new
PLAIN, TREND, SETTLED = "all rows", "among models of one year", "settled budgets alone"


def run(inputs: Inputs) -> Section:
    """Compares the slope with that among models of one year, and with that of budgets two years old or more."""
    data = inputs.main_data
    lines: list[Row] = []
    for benchmark in inputs.benchmarks():
        rows, _ = inputs.usable(data, benchmark)
        rows = rows[rows["year"].notna()]
        for way, fit in fits_of(rows, benchmark).items():
            lines.append(_line(benchmark, way, fit))
    if not lines:
        return Section("trend", TITLE, ["No benchmark has enough rows with a year."])
    frame = pd.DataFrame(lines)
    slopes = frame.pivot(index="benchmark", columns="rows", values="slope")
    both = slopes.reindex(columns=[PLAIN, TREND]).dropna()
    flatter = both[both[TREND] > both[PLAIN]]
    trends = frame[frame["rows"] == TREND]
    simulation = simulated("open_budgets")
    told = simulation.pivot_table(index="world", columns="way", values=["slope"])
    bound = told["slope"]["open budgets as upper bounds"]
    covered = simulation.loc[simulation["way"] == "with a time trend", "coverage"]
    return Section(
        "trend",
        TITLE,
        [
            "Later models are larger, and also profit from later ideas. A fit without the year counts both as the "
            "worth of computing. Among models of one year the slope is flatter on "
            f"{len(flatter)} of {len(both)} benchmarks; its 95 % interval lies below zero on "
            f"{int((trends['high'] < 0).sum())}.",
            with_minus(
                "Errors at budgets reached lately are not taken for upper bounds: a bound above the line drops out, so "
                "the slope steepens by construction. Simulated with a true slope of -0.070 and no progress at all that "
                f"gave {bound['no progress']:.3f}, with progress {bound['progress']:.3f}; the time trend gave "
                f"{told['slope']['with a time trend']['progress']:.3f}, and its interval held the truth in "
                f"{covered.min():.0%} to {covered.max():.0%} of samples."
            ),
        ],
        method=(
            "A time trend asks for the slope among models of the same year. Settled budgets: rows whose budget, less "
            f"half a power of ten, was reached by some row at least {HORIZON:.0f} years before the newest; dropping "
            "rows by their computing and year leaves the slope unbiased, but does not allow for progress. Intervals: "
            "CR2 by paper. Simulations: analysis/simulations/open_budgets.py, 15 to 60 papers, 400 samples a case."
        ),
        formula="log10 error = a + b · log10 C + c · year + e",
        tables=[
            Table(
                "trend",
                f"The slope with the year held equal, and on settled budgets ({data} rows)",
                frame,
                {"slope": ".4f", "s.e.": ".4f", "low": ".4f", "high": ".4f", "a year": "+.4f"},
                note="a year: the change of log10 error a year at equal computing.",
            )
        ],
        figures=[_forest(frame)],
    )


def fits_of(rows: pd.DataFrame, benchmark: str) -> dict[str, Regression]:
    """The fits that these rows can carry, by way; none where they can't carry the plain one."""
    out: dict[str, Regression] = {}
    try:
        out[PLAIN] = _fit(rows, benchmark)
    except TooFewRowsError:
        return out
    if _apart(rows):
        out[TREND] = _fit(rows, benchmark, year=rows["year"])
    settled = rows[~open_budgets(rows["computing"], rows["year"], years=HORIZON)]
    if len(settled) >= MINIMUM_ROWS and paper_of(settled).nunique() >= MINIMUM_PAPERS:
        out[SETTLED] = _fit(settled, benchmark)
    return out


def _fit(rows: pd.DataFrame, benchmark: str, year: pd.Series | None = None) -> Regression:
    return fit_power_law(
        rows["computing"], rows["error"], year=year, papers=list(paper_of(rows)), benchmark=benchmark_name(benchmark)
    )


def _apart(rows: pd.DataFrame) -> bool:
    """Whether year and computing vary, each apart from the other."""
    columns = [np.ones(len(rows)), np.log10(rows["computing"]), rows["year"] - rows["year"].mean()]
    return int(np.linalg.matrix_rank(np.column_stack(columns))) == len(columns)


def _line(benchmark: str, way: str, fit: Regression) -> Row:
    low, high = fit.intervals[SLOPE]
    return {
        "benchmark": benchmark_name(benchmark),
        "rows": way,
        "n": fit.n,
        "slope": fit.coefficients[SLOPE],
        "s.e.": fit.standard_errors[SLOPE],
        "low": low,
        "high": high,
        "a year": fit.coefficients.get(YEAR, np.nan),
    }


def _forest(frame: pd.DataFrame) -> Figure:
    return slope_forest(
        "trend",
        "The slope with the year held equal, and on settled budgets",
        frame,
        "rows",
        dict(zip((PLAIN, TREND, SETTLED), KINDS, strict=False)),
        lambda r: f"slope {r['slope']:.4f} ({r['s.e.']:.4f}), n = {r['n']}",
    )

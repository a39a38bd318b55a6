"""The future of each budget is missing: slopes when errors at budgets reached lately are taken as upper bounds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.fits.censoring import fit_censored, open_budgets
from analysis.fits.regression import SLOPE, YEAR, TooFewRowsError, fit_power_law
from analysis.report.findings import Figure, Section, Table, with_minus
from analysis.report.panels import slope_forest
from analysis.rows.inputs import Inputs, benchmark_name
from analysis.rows.observations import paper_of

TITLE = "The missing future of each budget"
ORDER = 100

HORIZONS = (1.0, 2.0, 3.0)
MINIMUM_EXACT = 5  # rows of closed budgets without which the bounds alone would place the line


def run(inputs: Inputs) -> Section:
    """Compares least squares, least squares with a time trend, and the censored fit for three horizons."""
    data = inputs.main_data
    lines: list[dict[str, Any]] = []
    for benchmark in inputs.benchmarks():
        rows, _ = inputs.usable(data, benchmark)
        rows = rows[rows["year"].notna()]
        try:
            lines += _ways(rows, benchmark)
        except TooFewRowsError:
            continue
    if not lines:
        return Section("censoring", TITLE, ["No benchmark has enough rows with a year."])
    frame = pd.DataFrame(lines)
    plain = frame[frame["way"] == "least squares"].set_index("benchmark")["slope"]
    two = frame[frame["way"] == f"budgets open {HORIZONS[1]:.0f} years"].set_index("benchmark")["slope"]
    both = two.index.intersection(plain.index)
    steeper = [b for b in both if two[b] < plain[b]]
    return Section(
        "censoring",
        TITLE,
        [
            "What a budget can reach is not known when the first model with it is published: later work finds "
            "better uses of it. A small budget has had that future, the largest budgets have not, so the line "
            "may look flatter on the right than it will be.",
            f"Taking the errors at budgets reached in the last two years as upper bounds makes the slope steeper on "
            f"{len(steeper)} of {len(both)} benchmarks"
            + (
                f" (by a factor {np.median([two[b] / plain[b] for b in both]):.1f} in the median)."
                if len(both)
                else "."
            ),
        ],
        method=(
            "A selection model, stated: a row's budget is open if no row with as much computing (less half a power of "
            "ten) is older than the horizon, counted back from the newest row; of an open row only this is taken as "
            "known, that the error its budget will come to lies at or below it. Maximum likelihood with normal scatter "
            "(Tobit, censored from below), Wald interval by Student's t. The time trend is the simpler remedy: it asks "
            f"for the slope among models of the same year. With fewer than {MINIMUM_EXACT} closed rows there is no fit."
        ),
        formula="log10 error = a + b · log10 C + e;   open rows enter with P(log10 error* ≤ observed)",
        tables=[
            Table(
                "censoring",
                f"Slopes with the future of budgets allowed for ({data} rows)",
                frame,
                {"slope": ".4f", "s.e.": ".4f", "low": ".4f", "high": ".4f"},
            )
        ],
        figures=[_forest(frame)],
    )


def _ways(rows: pd.DataFrame, benchmark: str) -> list[dict[str, Any]]:
    papers = list(paper_of(rows))
    plain = fit_power_law(rows["computing"], rows["error"], papers=papers, benchmark=benchmark)
    out = [
        _line(
            benchmark,
            "least squares",
            plain.n,
            0,
            plain.coefficients[SLOPE],
            plain.standard_errors[SLOPE],
            *plain.intervals[SLOPE],
        )
    ]
    if rows["year"].nunique() > 1:
        trend = fit_power_law(rows["computing"], rows["error"], year=rows["year"], papers=papers, benchmark=benchmark)
        out.append(
            _line(
                benchmark,
                with_minus(f"with a time trend ({trend.coefficients[YEAR]:+.3f} a year)"),
                trend.n,
                0,
                trend.coefficients[SLOPE],
                trend.standard_errors[SLOPE],
                *trend.intervals[SLOPE],
            )
        )
    x, y = np.log10(rows["computing"]), np.log10(rows["error"])
    for years in HORIZONS:
        censored = open_budgets(rows["computing"], rows["year"], years=years)
        if (~censored).sum() < MINIMUM_EXACT:
            continue
        fit = fit_censored(x, y, censored)
        out.append(
            _line(
                benchmark,
                f"budgets open {years:.0f} years",
                fit.n,
                fit.censored,
                fit.slope,
                fit.slope_se,
                fit.low,
                fit.high,
            )
        )
    return out


def _line(
    benchmark: str, way: str, n: int, censored: int, slope: float, se: float, low: float, high: float
) -> dict[str, Any]:
    return {
        "benchmark": benchmark_name(benchmark),
        "way": way,
        "n": n,
        "open rows": censored,
        "slope": slope,
        "s.e.": se,
        "low": low,
        "high": high,
    }


def _forest(frame: pd.DataFrame) -> Figure:
    kinds = ["least squares", "with a time trend", *(f"budgets open {h:.0f} years" for h in HORIZONS)]
    return slope_forest(
        "censoring",
        "Slopes with the future of budgets allowed for",
        frame.assign(kind=[next(k for k in kinds if way.startswith(k)) for way in frame["way"]]),
        "kind",
        dict(zip(kinds, (7, 2, 5, 0, 1), strict=True)),
        lambda r: (
            f"slope {r['slope']:.4f} ({r['s.e.']:.4f}){r['way'].removeprefix(r['kind'])}, "
            f"{r['open rows']} of {r['n']} rows open"
        ),
    )

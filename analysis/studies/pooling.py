"""What the benchmarks say together: slopes drawn towards their mean by as much as their uncertainty allows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.fits.hierarchical import ERROR_DECADES, Pooled, Posterior, partially_pooled
from analysis.fits.projection import exponent_of
from analysis.fits.regression import SLOPE, Regression, TooFewRowsError
from analysis.report.colours import KINDS
from analysis.report.findings import Section, Table, with_minus
from analysis.report.panels import slope_forest
from analysis.rows.inputs import Inputs, benchmark_name
from analysis.rows.observations import paper_of
from analysis.studies.scaling import fit_rows
from db.untyped import Row

TITLE = "All benchmarks together"
ORDER = 108

FEWEST = 3  # benchmarks, for their slopes to have a scatter
MOST_ROWS = 100  # of a benchmark, evenly chosen: with more it is hardly drawn towards the others
TOGETHER = "mean of benchmarks"
SEPARATE, SHRUNKEN = "separate (CR2)", "partially pooled"


def run(inputs: Inputs) -> Section:
    """Sets each benchmark's own slope beside the slope that a hierarchical fit of all benchmarks gives it."""
    data = inputs.main_data
    separate: dict[str, Regression] = {}
    parts = []
    for benchmark in inputs.benchmarks():
        rows, out = inputs.usable(data, benchmark)
        try:
            separate[benchmark] = fit_rows(rows, out, benchmark)
        except TooFewRowsError:
            continue
        parts.append(rows.iloc[:: max(1, -(-len(rows) // MOST_ROWS))])
    if len(parts) < FEWEST:
        return Section("pooling", TITLE, [f"{len(parts)} benchmarks can be fitted; pooling takes {FEWEST}."])
    together = pd.concat(parts, ignore_index=True)
    pooled = partially_pooled(
        np.log10(together["computing"]),
        np.log10(together["error"]),
        list(together["benchmark"]),
        list(paper_of(together)),
    )
    frame = pd.DataFrame(_lines(separate, pooled))
    below = [benchmark_name(b) for b, slope in pooled.slopes.items() if slope.high < 0]
    said = with_minus(
        f"Taken together the benchmarks' mean slope is {pooled.mean.value:.3f} ({pooled.mean.low:.3f} to "
        f"{pooled.mean.high:.3f}), and a benchmark's own slope differs from it by about {pooled.scatter.value:.3f}. "
        "Drawn towards it, and with normal errors and one effect a paper taken for granted, the slope's interval is "
        f"negative on {len(below)} of {len(pooled.slopes)}"
        + (f" ({', '.join(below)})" if below else "")
        + ". That is more than the separate intervals say, because each borrows from the others and is bound to the "
        "model; it is no test of its own."
    )
    return Section(
        "pooling",
        TITLE,
        [said],
        method=(
            "A hierarchical Bayesian fit: slopes normal about a common mean, an effect of each paper, a scatter of "
            f"each benchmark, and a normal error of {ERROR_DECADES} powers of ten in log10 computing, integrated out. "
            "Priors: mean slope normal(0, 0.2), scatters half-normal(0.1 to 0.2). Papers' effects are integrated "
            "out too, by formula, and the rest is summed over cells, so that nothing is drawn at random. An uncertain "
            "slope is drawn far towards the mean, a sure one little. Of benchmarks with more than "
            f"{MOST_ROWS} rows an even sample counts."
        ),
        formula="log10 error = a(j) + b(j) · log10 C + u(paper) + e,          b(j) ~ N(μ, τ)",
        tables=[
            Table(
                "pooling",
                f"Slopes apart and together ({data} rows)",
                frame,
                {"slope": ".4f", "low": ".4f", "high": ".4f", "exponent low": ".1f", "exponent high": ".1f"},
            )
        ],
        figures=[
            slope_forest(
                "pooling",
                "Slopes apart and drawn together, with 95 % interval",
                frame,
                "fit",
                {SEPARATE: KINDS[0], SHRUNKEN: KINDS[1]},
                lambda r: f"slope {r['slope']:.4f} ({r['low']:.4f} to {r['high']:.4f})",
            )
        ],
    )


def _lines(separate: dict[str, Regression], pooled: Pooled) -> list[Row]:
    lines = []
    for benchmark, fit in separate.items():
        lines.append(_line(benchmark_name(benchmark), SEPARATE, fit.coefficients[SLOPE], *fit.intervals[SLOPE]))
        lines.append(_pooled_line(benchmark_name(benchmark), pooled.slopes[benchmark]))
    return [*lines, _pooled_line(TOGETHER, pooled.mean)]


def _pooled_line(benchmark: str, slope: Posterior) -> Row:
    return _line(benchmark, SHRUNKEN, slope.value, slope.low, slope.high)


def _line(benchmark: str, fit: str, slope: float, low: float, high: float) -> Row:
    power = exponent_of(slope, low, high)
    return {
        "benchmark": benchmark,
        "fit": fit,
        "slope": slope,
        "low": low,
        "high": high,
        "exponent low": power.low,
        "exponent high": power.high,
    }

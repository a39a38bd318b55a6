"""The best rather than the average: the 10 % quantile beside the mean (figure 8), and the frontier of models."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.fits.inference import QuantileLine, frontier, quantile_line
from analysis.fits.projection import exponent_of
from analysis.fits.regression import MINIMUM_ROWS, SLOPE, Regression, TooFewRowsError
from analysis.report.colours import colour_of
from analysis.report.findings import Figure, Layer, Line, Panel, Section, Table
from analysis.report.panels import error_panel, error_points
from analysis.rows.inputs import Inputs, benchmark_name
from analysis.rows.observations import MEASURES, paper_of
from analysis.studies.scaling import fit_rows
from db.untyped import Row

TITLE = "The best models, not the average"
ORDER = 90


def run(inputs: Inputs) -> Section:
    """Fits the 10 % quantile of error and the frontier, beside the mean."""
    data = inputs.main_data
    lines: list[Row] = []
    panels: list[Panel] = []
    for compute in dict.fromkeys((inputs.options.compute, "operations")):
        for benchmark in inputs.benchmarks():
            rows, out = inputs.usable(data, benchmark, compute)
            try:
                mean = fit_rows(rows, out, benchmark)
            except TooFewRowsError:
                continue
            x, y = np.log10(rows["computing"].to_numpy()), np.log10(rows["error"].to_numpy())
            low = quantile_line(
                x, y, list(paper_of(rows)), quantile=0.1, draws=inputs.options.draws, seed=inputs.options.seed
            )
            best = frontier(x, y)
            lines.append(_line(benchmark, compute, rows, mean, low, best))
            panels.append(_panel(rows, mean, low, best, benchmark, compute))
    if not lines:
        return Section("frontier", TITLE, [f"No benchmark has the {MINIMUM_ROWS} rows that this takes."])
    steeper = [line for line in lines if line["10 % quantile"] < line["mean"]]
    return Section(
        "frontier",
        TITLE,
        [
            "The least squares line describes the average model; a critic may say that what matters is the best that "
            "a budget can buy. The 10 % quantile line has nine tenths of the models above it.",
            f"It is steeper than the mean in {len(steeper)} of {len(lines)} cases, and lies inside the mean's 95 % "
            f"interval in {sum(bool(line['inside']) for line in lines)}.",
        ],
        method=(
            "The quantile line is exact (every line through two models is weighed) up to 120 rows; its interval "
            f"resamples whole papers {inputs.options.draws:,} times. The frontier is the set of models that no "
            f"other model beats with as much computing or less; a frontier of fewer than {MINIMUM_ROWS} models gets "
            "no slope."
        ),
        tables=[
            Table(
                "frontier",
                f"Slopes of mean, 10 % quantile and frontier ({data} rows)",
                pd.DataFrame(lines),
                {
                    "mean": ".4f",
                    "10 % quantile": ".4f",
                    "low": ".4f",
                    "high": ".4f",
                    "frontier": ".4f",
                    "exponent": ".1f",
                },
                note="low, high: the quantile slope's interval; inside: that slope lies in the mean's 95 % interval.",
            )
        ],
        figures=[
            Figure(
                "figure8",
                "The 10 % quantile and the frontier beside the mean (figure 8)",
                panels,
                caption="Solid: mean. Dashed: 10 % quantile. Filled marks: the frontier.",
                columns=2,
                log_switch=True,
            )
        ],
    )


def _line(
    benchmark: str, compute: str, rows: pd.DataFrame, mean: Regression, low: QuantileLine, best: NDArray[np.bool_]
) -> Row:
    edge = math.nan
    if best.sum() >= MINIMUM_ROWS:
        x, y = np.log10(rows["computing"].to_numpy())[best], np.log10(rows["error"].to_numpy())[best]
        edge = float(np.polyfit(x, y, 1)[0])
    inside = mean.intervals[SLOPE][0] <= low.slope <= mean.intervals[SLOPE][1]
    return {
        "benchmark": benchmark_name(benchmark),
        "computing": MEASURES[compute][0],
        "n": mean.n,
        "mean": mean.coefficients[SLOPE],
        "10 % quantile": low.slope,
        "low": low.low,
        "high": low.high,
        "inside": inside,
        "exponent": exponent_of(low.slope, low.low, low.high).value,
        "frontier models": int(best.sum()),
        "frontier": edge,
    }


def _panel(
    rows: pd.DataFrame, mean: Regression, low: QuantileLine, best: NDArray[np.bool_], benchmark: str, compute: str
) -> Panel:
    colour = colour_of(benchmark)
    grid = np.geomspace(rows["computing"].min(), rows["computing"].max(), 40)
    layers: list[Layer] = [
        Line("mean", grid.tolist(), (100 * mean.predict_error(grid)).tolist(), colour=colour),
        Line(
            "10 % quantile",
            grid.tolist(),
            (100 * 10 ** (low.constant + low.slope * np.log10(grid))).tolist(),
            colour=colour,
            dashed=True,
        ),
    ]
    layers += [error_points(rows[~best], colour, hollow=True), error_points(rows[best], colour)]
    note = f"mean {mean.coefficients[SLOPE]:.3f}; 10 % {low.slope:.3f}"
    return error_panel(f"{benchmark_name(benchmark)}, {MEASURES[compute][0]}", compute, layers, note)

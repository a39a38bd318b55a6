"""How error falls with computing on each benchmark, and the power law's exponent with its interval."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.fits.projection import Exponent, exponent
from analysis.fits.regression import CONSTANT, SLOPE, Regression, TooFewRowsError, fit_power_law
from analysis.report.colours import INK, KINDS, colour_of
from analysis.report.findings import Band, Figure, Layer, Line, Panel, Section, Table
from analysis.report.panels import error_panel, error_points, slope_forest
from analysis.rows.inputs import Inputs, benchmark_name, metric_name, refused
from analysis.rows.observations import COMBINED, MEASURES, REFERENCE_SOURCE, paper_of
from db.untyped import Row

TITLE = "How error falls with computing"
ORDER = 10


def run(inputs: Inputs) -> Section:
    """Fits log10 error on log10 computing for each benchmark and each data set."""
    fits, refusals, left_out = fit_all(inputs)
    if not fits:
        return Section(
            "scaling",
            TITLE,
            ["No benchmark has enough rows to be fitted."],
            refusals=refusals,
            tables=[_left_out_table(left_out)],
        )
    measure, unit = MEASURES[inputs.options.compute]
    words = _words(inputs, fits)
    table = pd.DataFrame([_line(data, fit) for (data, _), fit in fits.items()])
    return Section(
        "scaling",
        TITLE,
        words,
        key=" ".join(words[:2]),
        method=(
            f"Each row is one model of one paper. Computing is the {measure} in {unit}; error is the rate that "
            "the benchmark's primary metric means (1 - BLEU/100, 1 - AP/100, 1 - F1/100). The exponent p says "
            "that computing grows as performance (1/error) to the power p; its interval is the slope's, "
            "inverted, and has no upper end where the slope's interval touches zero. The band in the figure is "
            "the 95 % confidence band of the line."
        ),
        formula="log10(error) = a + b · log10(computing) + e          p = −1/b\n" + _burden_formula(inputs),
        tables=[
            Table(
                "scaling",
                "Slope of log10 error on log10 computing, by benchmark",
                table,
                {
                    "constant": ".3f",
                    "constant s.e.": ".3f",
                    "slope": ".4f",
                    "slope s.e.": ".4f",
                    "low": ".4f",
                    "high": ".4f",
                    "classical s.e.": ".4f",
                    "classical low": ".4f",
                    "classical high": ".4f",
                    "degrees of freedom": ".1f",
                    "R²": ".2f",
                    "adjusted R²": ".2f",
                    "residual s.e.": ".3f",
                    "F": ".2f",
                    "exponent": ".1f",
                    "exponent low": ".1f",
                    "exponent high": ".1f",
                },
                file_only=(
                    "constant",
                    "constant s.e.",
                    "adjusted R²",
                    "residual s.e.",
                    "F",
                    "classical s.e.",
                    "exponent",
                    "left out",
                ),
                note="s.e., low and high: clustered by paper (CR2), t with Satterthwaite's degrees of freedom; why, is "
                "the subject of the section on how sure the slopes are. classical: as the study has them, models taken "
                "for independent. *** below 0.01, ** below 0.05, * below 0.1.",
            ),
            _left_out_table(left_out),
        ],
        figures=_figures(inputs, fits),
        refusals=refusals,
        fits=fits,
    )


def fit_all(inputs: Inputs) -> tuple[dict[tuple[str, str], Regression], dict[str, str], pd.DataFrame]:
    """The fit of every data set and benchmark, why others were refused, and the rows left out of any."""
    fits: dict[tuple[str, str], Regression] = {}
    refusals: dict[str, str] = {}
    left_out = []
    for benchmark in inputs.benchmarks():
        for data in inputs.data_sets:
            rows, out = inputs.usable(data, benchmark)
            left_out.append(out)
            try:
                fits[data, benchmark] = fit_rows(rows, out, benchmark)
            except TooFewRowsError as error:
                if len(rows) or data == inputs.main_data:  # of an empty set beside the main one nothing need be said
                    refusals |= refused(error, benchmark, data)
    return fits, refusals, pd.concat(left_out, ignore_index=True) if left_out else pd.DataFrame()


def fit_rows(rows: pd.DataFrame, left_out: pd.DataFrame, benchmark: str, **options: Any) -> Regression:
    """The power law through these usable rows."""
    return fit_power_law(
        rows["computing"],
        rows["error"],
        papers=list(paper_of(rows)),
        rows=list(rows["row_key"]),
        rows_left_out=dict(zip(left_out["row_key"], left_out["reason"], strict=True)),
        study="scaling",
        benchmark=benchmark,
        **options,
    )


def _line(data: str, fit: Regression) -> Row:
    power = exponent(fit)
    low, high = fit.intervals[SLOPE]
    return {
        "benchmark": benchmark_name(fit.benchmark),
        "data": data,
        "n": fit.n,
        "papers": fit.papers,
        "constant": fit.coefficients[CONSTANT],
        "constant s.e.": fit.standard_errors[CONSTANT],
        "slope": fit.coefficients[SLOPE],
        "slope s.e.": fit.standard_errors[SLOPE],
        "stars": fit.stars(SLOPE),
        "low": low,
        "high": high,
        "degrees of freedom": fit.degrees_of_freedom[SLOPE],
        **dict(zip(("classical s.e.", "classical low", "classical high"), fit.classical[SLOPE], strict=True)),
        "R²": fit.r2,
        "adjusted R²": fit.adjusted_r2,
        "residual s.e.": fit.residual_standard_error,
        "F": fit.f_statistic,
        "exponent": power.value,
        "exponent low": power.low,
        "exponent high": power.high,
        "left out": len(fit.rows_left_out),
    }


def _words(inputs: Inputs, fits: Mapping[tuple[str, str], Regression]) -> list[str]:
    data = inputs.main_data
    here = [f for (d, _), f in fits.items() if d == data] or list(fits.values())
    falling = [f for f in here if f.intervals[SLOPE][1] < 0]
    measure, _ = MEASURES[inputs.options.compute]
    classical = sum(f.classical[SLOPE][2] < 0 for f in here)
    out = [
        f"Error falls with {measure} on {len(falling)} of {len(here)} fitted benchmarks ({data} rows): the slope's "
        "95 % interval, clustered by paper, lies below zero there. The study's classical interval, which takes models "
        f"of one paper for independent, lies below zero on {classical}."
    ]
    if falling:
        powers = sorted(((exponent(f), f) for f in falling), key=lambda pair: pair[0].value)
        ends = powers if len(powers) == 1 else [powers[0], powers[-1]]
        between = " and ".join(_power_words(power, f) for power, f in ends)
        times = " and ".join(
            f"10^{power.value * math.log10(2):.1f} (10^{power.low * math.log10(2):.1f} to "
            f"10^{power.high * math.log10(2):.1f})"
            for power, _ in ends
        )
        out.append(
            f"Where it falls, computing grows as performance (1/error) to a power of "
            f"{'between ' if len(ends) > 1 else ''}{between}. Halving the error rate would then take {times} times the "
            "computing, if the trend between these models went on."
        )
    flat = [benchmark_name(f.benchmark) for f in here if f not in falling]
    if flat:
        out.append(f"The slope can't be told from zero on {', '.join(flat)}: the exponent has no upper end there.")
    return out


def _power_words(power: Exponent, fit: Regression) -> str:
    return (
        f"{power.value:.0f} ({benchmark_name(fit.benchmark)}, 95 %: {power.low:.0f} to {power.high:.0f}, n = {fit.n})"
    )


def _burden_formula(inputs: Inputs) -> str:
    return {
        "burden": "hardware burden = processors × FP32 peak GFLOP/s × seconds of training",
        "tensor": "hardware burden = processors × tensor-core peak GFLOP/s × seconds of training",
        "operations": "operations per pass = FLOPs, or multiply-adds, as reported",
        "training": "training operations = epochs × training examples × 3 × FLOPs of a forward pass",
    }[inputs.options.compute]


def _left_out_table(left_out: pd.DataFrame) -> Table:
    if left_out.empty:
        return Table("left_out", "Rows left out", pd.DataFrame(columns=["benchmark", "reason", "rows"]))
    counts = left_out.groupby(["data", "benchmark", "reason"], sort=False).size().rename("rows").reset_index()
    counts["benchmark"] = counts["benchmark"].map(benchmark_name)
    return Table(
        "left_out",
        "Rows left out, by reason",
        counts.sort_values(["data", "benchmark", "rows"], ascending=[True, True, False]).reset_index(drop=True),
        note="Each row left out stands by name in tables/left_out_rows.csv.",
        folded=True,
    )


def _figures(inputs: Inputs, fits: Mapping[tuple[str, str], Regression]) -> list[Figure]:
    compute, data = inputs.options.compute, inputs.main_data
    panels: list[Panel] = []
    for (fit_data, benchmark), fit in fits.items():
        if fit_data != data:
            continue
        rows, _ = inputs.usable(data, benchmark)
        panels.append(_scatter(rows, fit, compute))
    figures = []
    if panels:
        figures.append(
            Figure(
                "scaling",
                f"Error rate against {MEASURES[compute][0]}, with the fitted power law",
                panels,
                caption=f"{data.capitalize()} rows; one mark a model (hollow: re-implemented, or more data"
                + ("; dark: reviewed here). " if data == COMBINED else "). ")
                + "Above each panel: slope (standard error), R², n. Point at a mark for its paper, click to open it.",
                columns=2,
                log_switch=True,
            )
        )
    figures.append(_forest(inputs, fits))
    return figures


def _scatter(rows: pd.DataFrame, fit: Regression, compute: str) -> Panel:
    unit = MEASURES[compute][1]
    low, high = float(rows["computing"].min()), float(rows["computing"].max())
    grid = np.geomspace(low / 2, high * 2, 60)
    band_low, band_high = fit.band(grid)
    odd = rows["reimplementation"] | rows["extra_data"]
    colour = colour_of(fit.benchmark)
    layers: list[Layer] = [
        Band("", grid.tolist(), (100 * 10**band_low).tolist(), (100 * 10**band_high).tolist(), colour=colour),
        Line("", grid.tolist(), (100 * fit.predict_error(grid)).tolist(), colour=colour),
    ]
    mixed = rows["source"].nunique() > 1  # then the reviewed rows stand out from the authors'
    reviewed = mixed & (rows["source"] != REFERENCE_SOURCE)
    for which, mark, hollow in (
        (~odd & ~reviewed, colour, False), (odd & ~reviewed, colour, True),
        (~odd & reviewed, INK, False), (odd & reviewed, INK, True),
    ):  # fmt: skip
        if which.any():
            layers.append(
                error_points(rows[which], mark, hollow=hollow, said=lambda r: f", {r['computing']:.2e} {unit}")
            )
    slope = f"{fit.coefficients[SLOPE]:.3f} ({fit.standard_errors[SLOPE]:.3f}){fit.stars(SLOPE)}"
    return error_panel(
        benchmark_name(fit.benchmark),
        compute,
        layers,
        f"{slope}, R² {fit.r2:.2f}, n {fit.n}",
        of=f", from {metric_name(fit.benchmark)}",
    )


def _forest(inputs: Inputs, fits: Mapping[tuple[str, str], Regression]) -> Figure:
    frame = pd.DataFrame(
        [
            {
                "benchmark": benchmark_name(f.benchmark),
                "data": data,
                "slope": f.coefficients[SLOPE],
                "low": f.intervals[SLOPE][0],
                "high": f.intervals[SLOPE][1],
                "n": f.n,
                "exponent": exponent(f),
            }
            for (data, _), f in fits.items()
        ]
    )
    others = [data for data in inputs.data_sets if data != inputs.main_data]
    return slope_forest(
        "slopes",
        "Slope of log10 error on log10 computing, with 95 % interval",
        frame,
        "data",
        {inputs.main_data: KINDS[1]} | dict(zip(others, (KINDS[0], *KINDS[2:]), strict=False)),
        lambda r: f"slope {r['slope']:.4f}, n = {r['n']}, exponent {r['exponent']}",
    )

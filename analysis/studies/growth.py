"""How fast the computing of reported models has grown, beside the growth of single processors (figure 2a)."""

from __future__ import annotations

import csv
from importlib import resources

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.fits.mixed import PooledLine, pooled_line
from analysis.fits.regression import MINIMUM_PAPERS, MINIMUM_ROWS, Regression, ordinary_least_squares
from analysis.report.colours import INK, colour_of
from analysis.report.findings import Figure, Layer, Line, Panel, Points, Section, Table
from analysis.report.writing import RowFacts
from analysis.rows.inputs import Inputs, benchmark_name
from analysis.rows.observations import MEASURES, paper_of, records
from db.untyped import Row

TITLE = "Growth of computing over the years"
ORDER = 30

TIME = "year"
POOLED = "all benchmarks (mixed model)"
UNTOLD = 100  # how many times the low end of yearly growth its high end may be, for the figure to be quoted


def run(inputs: Inputs) -> Section:
    """Fits log10 computing on the year by benchmark and pooled, for each measure; the same for processors' peaks."""
    data = inputs.main_data
    lines: list[Row] = []
    panels: list[Panel] = []
    for compute in ("burden", "operations", "training"):
        rows = inputs.usable(data, compute=compute)[0]
        rows = rows[rows["year"].notna()]
        fits = {str(b): trend_of(some) for b, some in rows.groupby("benchmark", sort=False) if _shows_trend(some)}
        if not fits:
            continue
        pooled = pooled_line(rows["year"], np.log10(rows["computing"]), list(rows["benchmark"]), list(paper_of(rows)))
        measure = f"models: {MEASURES[compute][0]}"
        lines += [_line(measure, benchmark_name(b), fit) for b, fit in fits.items()]
        if pooled is not None:
            lines.append(_pooled_line(measure, pooled, len(rows)))
        panels.append(_panel(rows, fits, pooled, compute))
    hardware = processor_peaks()
    years = inputs.observations(data)["year"]
    during = hardware[(hardware["year"] >= years.min()) & (hardware["year"] <= years.max())]
    if len(during) >= MINIMUM_ROWS and during["year"].nunique() >= 3:
        fit = trend(during["year"], during["peak"], None)
        lines.append(_line("processors: FP32 peak of one", "", fit))
        panels.append(_hardware_panel(during, fit))
    if not lines:
        return Section("growth", TITLE, [f"Fewer than {MINIMUM_ROWS} rows with computing and year."])
    words = [_words(line) for line in lines if line["benchmark"] in (POOLED, "")]
    return Section(
        "growth",
        TITLE,
        words or ["Too few benchmarks for a pooled line; those with enough rows stand in the table."],
        method=(
            "Least squares of log10 computing on the year, for each benchmark by itself, with CR2 intervals by paper. "
            "Benchmarks differ in level, so one line through all their rows would mix growth with which benchmark was "
            "in fashion; the pooled line is that of a mixed model with a constant and a slope for each benchmark, "
            "through papers' means, t with benchmarks − 1 degrees of freedom. Processors are those of the project's "
            "table of devices released in the same years, one row each. Growth beyond that of one processor was paid "
            "for with more processors and more time."
        ),
        formula="log10(computing) = a(benchmark) + b(benchmark) · year + e          growth = 10^b a year",
        tables=[
            Table(
                "growth",
                "Growth of computing and of processors",
                pd.DataFrame(lines),
                {"times a year": ".2f", "low": ".2g", "high": ".3g", "doubles in months": ".1f", "R²": ".2f"},
            )
        ],
        figures=[
            Figure("figure2a", "Computing of models by year, and the peak of processors (figure 2a)", panels, columns=2)
        ],
    )


def _words(line: Row) -> str:
    """How a measure grew, pooled; no more than that it can't be told where the interval spans more than it tells."""
    what = f"{str(line['what'])[0].upper()}{str(line['what'])[1:]}"
    of = f"n = {line['n']}"
    if line["high"] / line["low"] > UNTOLD:
        return f"{what}: growth across benchmarks can't be told (95 % interval wider than a factor {UNTOLD}; {of})."
    growth = f"{line['times a year']:.1f}-fold a year (95 %: {line['low']:.1f} to {line['high']:.1f}; {of})"
    return f"{what} grew {growth}." if line["low"] > 1 else f"{what}: {growth}, which may be no growth."


def _shows_trend(rows: pd.DataFrame) -> bool:
    return len(rows) >= MINIMUM_ROWS and rows["year"].nunique() >= 3 and paper_of(rows).nunique() >= MINIMUM_PAPERS


def trend_of(rows: pd.DataFrame) -> Regression:
    """log10 computing of these rows on the year."""
    return trend(rows["year"], rows["computing"], list(paper_of(rows)))


def trend(year: pd.Series, computing: pd.Series, papers: list[str] | None) -> Regression:
    """log10 computing on the year, with CR2 intervals by paper, or by row."""
    columns = {"constant": np.ones(len(year)), TIME: year.to_numpy(float) - 2012}
    formula = "log10 computing ~ year"
    return ordinary_least_squares(np.log10(computing.to_numpy(float)), columns, formula=formula, papers=papers)


def processor_peaks() -> pd.DataFrame:
    """Name, year and FP32 peak (GFLOP/s) of every single processor of the table of devices."""
    text = resources.files("db").joinpath("reference/hardware.csv").read_text(encoding="utf-8")
    found = [
        {"name": r["name"], "year": float(r["year"]), "peak": float(r["peak_gflops_fp32"])}
        for r in csv.DictReader(text.splitlines())
        if r["peak_gflops_fp32"] and r["kind"] in ("gpu", "tpu") and (r.get("processors") or "1") == "1"
    ]
    return pd.DataFrame(found)


def _line(what: str, benchmark: str, fit: Regression) -> Row:
    slope, (low, high) = fit.coefficients[TIME], fit.intervals[TIME]
    return {"what": what, "benchmark": benchmark, "n": fit.n, **_growth(slope, low, high), "R²": fit.r2}


def _pooled_line(what: str, pooled: PooledLine, n: int) -> Row:
    return {"what": what, "benchmark": POOLED, "n": n, **_growth(pooled.slope, pooled.low, pooled.high), "R²": np.nan}


def _growth(slope: float, low: float, high: float) -> dict[str, float]:
    return {
        "times a year": 10**slope,
        "low": 10**low,
        "high": 10**high,
        "doubles in months": 12 * np.log10(2) / slope if slope > 0 else np.nan,
    }


def _panel(rows: pd.DataFrame, fits: dict[str, Regression], pooled: PooledLine | None, compute: str) -> Panel:
    measure, unit = MEASURES[compute]
    layers: list[Layer] = []
    for benchmark, some in rows.groupby("benchmark", sort=False):
        colour = colour_of(str(benchmark))
        facts = RowFacts(some, lambda r: f"{r['computing']:.2e} {unit}")
        name = benchmark_name(str(benchmark))
        layers.append(Points(name, some["year"].tolist(), some["computing"].tolist(), facts, colour=colour))
        if str(benchmark) in fits:
            years = np.linspace(some["year"].min(), some["year"].max(), 20)
            layers.append(Line("", years.tolist(), _trend_line(fits[str(benchmark)], years), colour=colour))
    note = ""
    if pooled is not None and 10 ** (pooled.high - pooled.low) <= UNTOLD:
        years = np.linspace(rows["year"].min(), rows["year"].max(), 30)
        layers.append(Line("pooled", years.tolist(), (10 ** pooled.predict(years)).tolist(), colour=INK, dashed=True))
        note = f"pooled: {10**pooled.slope:.1f}-fold a year"
    return Panel(measure, "year", f"{measure} ({unit})", layers, y_log=True, note=note)


def _trend_line(fit: Regression, years: NDArray[np.float64]) -> list[float]:
    return [float(v) for v in 10 ** (fit.coefficients["constant"] + fit.coefficients[TIME] * (years - 2012))]


def _hardware_panel(rows: pd.DataFrame, fit: Regression) -> Panel:
    facts = [{"label": r["name"], "value": f"{r['peak']:,.0f} GFLOP/s FP32"} for r in records(rows)]
    years = np.linspace(rows["year"].min(), rows["year"].max(), 30)
    layers: list[Layer] = [
        Line("", years.tolist(), _trend_line(fit, years), colour=INK),
        Points("", rows["year"].tolist(), rows["peak"].tolist(), facts, colour=INK),
    ]
    note = f"{10 ** fit.coefficients[TIME]:.1f}-fold a year"
    return Panel("one processor", "year of release", "FP32 peak (GFLOP/s)", layers, y_log=True, note=note)

"""How fast the computing of reported models has grown, beside the growth of single processors (figure 2a)."""

from __future__ import annotations

import csv
from importlib import resources

import numpy as np
import pandas as pd

from analysis.fits.regression import MINIMUM_ROWS, Regression, ordinary_least_squares
from analysis.report.findings import Figure, Layer, Line, Panel, Points, Section, Table
from analysis.report.writing import RowFacts
from analysis.rows.inputs import Inputs, benchmark_name
from analysis.rows.observations import MEASURES, paper_of, records

TITLE = "Growth of computing over the years"
ORDER = 30

TIME = "year"


def run(inputs: Inputs) -> Section:
    """Fits log10 computing on the year for each measure, and the same for the peaks of processors."""
    data = inputs.main_data
    lines, panels = [], []
    everything = inputs.observations(data)
    for number, compute in enumerate(("burden", "operations", "training")):
        rows = inputs.usable(data, compute=compute)[0]
        rows = rows[rows["year"].notna()]
        if not _shows_trend(rows):
            continue
        fit = trend(rows["year"], rows["computing"], list(paper_of(rows)))
        lines.append(_line(f"models: {MEASURES[compute][0]}", fit, len(rows)))
        panels.append(_panel(rows, fit, compute, number))
    hardware = processor_peaks()
    first, last = everything["year"].min(), everything["year"].max()
    during = hardware[(hardware["year"] >= first) & (hardware["year"] <= last)]
    if _shows_trend(during):
        fit = trend(during["year"], during["peak"], None)
        lines.append(_line("processors: FP32 peak of one", fit, len(during)))
        panels.append(_hardware_panel(during, fit))
    if not lines:
        return Section("growth", TITLE, [f"Fewer than {MINIMUM_ROWS} rows with computing and year."])
    words = [
        f"{str(line['what'])[0].upper()}{str(line['what'])[1:]} grew {line['times a year']:.1f}-fold a year "
        f"({line['low']:.1f} to {line['high']:.1f})."
        for line in lines
    ]
    return Section(
        "growth",
        TITLE,
        words,
        method=(
            "Least squares of log10 computing on the year, rows of all benchmarks together; standard errors clustered "
            "by paper. Processors are those of the project's table of devices released in the same years, one row "
            "each. Growth beyond that of one processor was paid for with more processors and more time."
        ),
        formula="log10(computing) = a + b · year + e          growth = 10^b a year, doubling in log10(2)/b years",
        tables=[
            Table(
                "growth",
                "Growth of computing and of processors",
                pd.DataFrame(lines),
                {"times a year": ".2f", "low": ".2f", "high": ".2f", "doubles in months": ".1f", "R²": ".2f"},
            )
        ],
        figures=[
            Figure("figure2a", "Computing of models by year, and the peak of processors (figure 2a)", panels, columns=2)
        ],
    )


def _shows_trend(rows: pd.DataFrame) -> bool:
    return len(rows) >= MINIMUM_ROWS and rows["year"].nunique() >= 3


def trend(year: pd.Series, computing: pd.Series, papers: list[str] | None) -> Regression:
    """log10 computing on the year."""
    columns = {"constant": np.ones(len(year)), TIME: year.to_numpy(float) - 2012}
    return ordinary_least_squares(
        np.log10(computing.to_numpy(float)),
        columns,
        formula="log10 computing ~ year",
        papers=papers,
        covariance="clustered" if papers else "HC3",
    )


def processor_peaks() -> pd.DataFrame:
    """Name, year and FP32 peak (GFLOP/s) of every single processor of the table of devices."""
    text = resources.files("db").joinpath("reference/hardware.csv").read_text(encoding="utf-8")
    found = [
        {"name": r["name"], "year": float(r["year"]), "peak": float(r["peak_gflops_fp32"])}
        for r in csv.DictReader(text.splitlines())
        if r["peak_gflops_fp32"] and r["kind"] in ("gpu", "tpu") and (r.get("processors") or "1") == "1"
    ]
    return pd.DataFrame(found)


def _line(what: str, fit: Regression, n: int) -> dict[str, float | str | int]:
    slope, (low, high) = fit.coefficients[TIME], fit.intervals[TIME]
    return {
        "what": what,
        "n": n,
        "times a year": 10**slope,
        "low": 10**low,
        "high": 10**high,
        "doubles in months": 12 * np.log10(2) / slope if slope > 0 else np.nan,
        "R²": fit.r2,
    }


def _panel(rows: pd.DataFrame, fit: Regression, compute: str, number: int) -> Panel:
    measure, unit = MEASURES[compute]
    years = np.linspace(rows["year"].min(), rows["year"].max(), 30)
    layers: list[Layer] = [Line("", years.tolist(), _trend_line(fit, years), colour=7)]
    for place, benchmark in enumerate(dict.fromkeys(rows["benchmark"])):
        some = rows[rows["benchmark"] == benchmark]
        layers.append(
            Points(
                benchmark_name(benchmark),
                some["year"].tolist(),
                some["computing"].tolist(),
                RowFacts(some, lambda r: f"{r['computing']:.2e} {unit}"),
                colour=place,
            )
        )
    note = f"{10 ** fit.coefficients[TIME]:.1f}-fold a year"
    return Panel(measure, "year", f"{measure} ({unit})", layers, y_log=True, note=note)


def _trend_line(fit: Regression, years: np.ndarray) -> list[float]:
    return [float(v) for v in 10 ** (fit.coefficients["constant"] + fit.coefficients[TIME] * (years - 2012))]


def _hardware_panel(rows: pd.DataFrame, fit: Regression) -> Panel:
    facts = [{"label": r["name"], "value": f"{r['peak']:,.0f} GFLOP/s FP32"} for r in records(rows)]
    years = np.linspace(rows["year"].min(), rows["year"].max(), 30)
    layers: list[Layer] = [
        Line("", years.tolist(), _trend_line(fit, years), colour=7),
        Points("", rows["year"].tolist(), rows["peak"].tolist(), facts, colour=3),
    ]
    note = f"{10 ** fit.coefficients[TIME]:.1f}-fold a year"
    return Panel("one processor", "year of release", "FP32 peak (GFLOP/s)", layers, y_log=True, note=note)

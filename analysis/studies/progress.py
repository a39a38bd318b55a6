"""How fast ideas replace computing: doublings of effective computing a year, with what it can't be told apart from."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from analysis.fits.regression import (
    MINIMUM_PAPERS,
    MINIMUM_ROWS,
    SLOPE,
    YEAR,
    YEAR_ZERO,
    Regression,
    ordinary_least_squares,
)
from analysis.report.colours import KINDS
from analysis.report.findings import Figure, Panel, Ranges, Section, Table, with_minus
from analysis.rows.inputs import Inputs, benchmark_name
from analysis.rows.observations import MEASURES, paper_of
from db.untyped import Row

TITLE = "Ideas against computing"
ORDER = 105

FLAGS = {"pre_training": "pre-training", "extra_data": "extra data"}
PLAIN, FLAGGED = "date alone", "date, pre-training and extra data"
FURTHEST = 20.0  # doublings a year beyond which an interval is drawn as open


def run(inputs: Inputs) -> Section:
    """Fits log10 error on log10 computing and the publication month, with and without flags for more data."""
    data, compute = inputs.main_data, inputs.options.compute
    lines: list[Row] = []
    for benchmark in inputs.benchmarks():
        rows, _ = inputs.usable(data, benchmark)
        rows = rows[rows["date"].notna()]
        for name, flags in ((PLAIN, ()), (FLAGGED, tuple(FLAGS))):
            used = tuple(f for f in flags if 0 < rows[f].sum() < len(rows))
            fit = progress_fit(rows, used) if (name == PLAIN or used) else None
            if fit is not None:
                lines.append(_line(benchmark, name, rows, fit))
    if not lines:
        return Section("progress", TITLE, ["No benchmark has enough rows with a date."])
    frame = pd.DataFrame(lines)
    plain = frame[frame["held equal"] == PLAIN]
    bounded = plain[np.isfinite(plain["low"]) & np.isfinite(plain["high"])]
    tied = plain["correlation of date and computing"].abs()
    return Section(
        "progress",
        TITLE,
        [
            "If better methods act as more computing would, the ratio of the date's coefficient to that of computing "
            "says how fast: doublings of effective computing a year, at an equal error rate. Its 95 % interval has two "
            f"ends on {len(bounded)} of {len(plain)} benchmarks"
            + (": " + "; ".join(_words(r) for _, r in bounded.iterrows()) + "." if len(bounded) else ".")
            + (" Elsewhere these rows say nothing of its size." if len(bounded) < len(plain) else ""),
            "What it can't be told apart from: later models are also larger (correlation of date and "
            f"log10 {MEASURES[compute][0]} {tied.min():.2f} to {tied.max():.2f} in size); pre-training and more data "
            "came with the years (the flags hold whether, not how much); hardware is counted at its peak, so better "
            "use of it looks like progress; a paper's date lags its method; and models are published for what they "
            "score.",
            "Published estimates rest on many more rows and on scaling laws with data and model size apart: the "
            "computing for a given performance halves every 9 months in image classification (95 %: 4 to 25; as "
            "doublings 1.3 a year, 0.5 to 3.0; Erdil and Besiroglu 2022, arXiv 2212.05153) and about every 8 in "
            "language modelling (5 to 14; 1.5 a year, 0.9 to 2.4; Ho et al. 2024, arXiv 2403.05812).",
        ],
        method=(
            "Least squares with the publication month, in years; a year's methods act as 2^doublings times the "
            "computing, so the unit of computing does not matter. CR2 by paper. The ratio's interval is Fieller's, "
            "which is open where computing's own slope may be zero: then any growth fits. Gain a year: the "
            "compute-equivalent gain of a year's methods, how many times the computing a model of a year before needs "
            "for the same error (Davidson et al. 2023, arXiv 2312.07413, define it for a single method). Months a "
            "doubling: 12 / doublings a year. Flags are those of db/reference/model_traits.csv."
        ),
        formula="log10 error = a + b · log10 C + c · year + flags + e          doublings a year = (c / b) / log10 2",
        tables=[
            Table(
                "progress",
                f"Doublings of effective computing a year ({data} rows)",
                frame,
                {
                    "doublings a year": ".2f",
                    "low": ".2f",
                    "high": ".2f",
                    "gain a year": ".2f",
                    "slope of computing": ".4f",
                    "slope of year": ".4f",
                    "correlation of date and computing": ".2f",
                },
                note="∞: no bound on that side.",
            )
        ],
        figures=[_forest(frame)],
    )


def progress_fit(rows: pd.DataFrame, flags: tuple[str, ...] = ()) -> Regression | None:
    """log10 error on log10 computing, the publication date and these flags; None where the rows don't carry it."""
    columns = {
        "constant": np.ones(len(rows)),
        SLOPE: np.log10(rows["computing"].to_numpy(float)),
        YEAR: rows["date"].to_numpy(float) - YEAR_ZERO,
        **{flag: rows[flag].to_numpy(float) for flag in flags},
    }
    enough = len(rows) >= MINIMUM_ROWS + len(flags) and paper_of(rows).nunique() >= MINIMUM_PAPERS
    if not enough or np.linalg.matrix_rank(np.column_stack(list(columns.values()))) < len(columns):
        return None
    y = np.log10(rows["error"].to_numpy(float))
    return ordinary_least_squares(
        y, columns, formula="log10 error ~ " + " + ".join(columns), papers=list(paper_of(rows))
    )


def ratio_interval(fit: Regression) -> tuple[float, float, float]:
    """year / computing, the ratio of the coefficients, with Fieller's interval (infinite where it has no end)."""
    from scipy.stats import t as student

    b, c = fit.coefficients[SLOPE], fit.coefficients[YEAR]
    dof = min(fit.degrees_of_freedom[SLOPE], fit.degrees_of_freedom[YEAR])
    q = float(student.ppf(0.5 + fit.level / 2, dof)) ** 2
    v = fit.covariances
    # (c - r b)^2 <= q var(c - r b): a quadratic in r
    a2, a1 = b * b - q * v[SLOPE, SLOPE], -2 * (b * c - q * v[SLOPE, YEAR])
    a0 = c * c - q * v[YEAR, YEAR]
    disc = a1 * a1 - 4 * a2 * a0
    if a2 <= 0 or disc < 0:
        return c / b, -math.inf, math.inf
    roots = sorted((-a1 + sign * math.sqrt(disc)) / (2 * a2) for sign in (-1, 1))
    return c / b, roots[0], roots[1]


def _line(benchmark: str, name: str, rows: pd.DataFrame, fit: Regression) -> Row:
    ratio, low, high = ratio_interval(fit)
    if fit.coefficients[SLOPE] >= 0:  # then no amount of computing buys a lower error, and the ratio means nothing
        ratio, low, high = math.nan, -math.inf, math.inf
    return {
        "benchmark": benchmark_name(benchmark),
        "held equal": name,
        "n": fit.n,
        "doublings a year": ratio / math.log10(2),
        "low": low / math.log10(2),
        "high": high / math.log10(2),
        "gain a year": 10**ratio,
        "slope of computing": fit.coefficients[SLOPE],
        "slope of year": fit.coefficients[YEAR],
        "correlation of date and computing": float(np.corrcoef(rows["date"], np.log10(rows["computing"]))[0, 1]),
    }


def _words(row: pd.Series) -> str:
    return with_minus(
        f"{row['benchmark']} {row['doublings a year']:.1f} ({row['low']:.1f} to {row['high']:.1f}; n = {row['n']})"
    )


def _forest(frame: pd.DataFrame) -> Figure:
    names = list(dict.fromkeys(frame["benchmark"]))
    layers = []
    for place, (kind, colour) in enumerate(zip((PLAIN, FLAGGED), KINDS, strict=False)):
        some = frame[(frame["held equal"] == kind) & (frame["doublings a year"].abs() < FURTHEST)]
        layers.append(
            Ranges(
                kind,
                [names.index(b) + (place - 0.5) * 0.3 for b in some["benchmark"]],
                some["doublings a year"].tolist(),
                [v if v > -FURTHEST else -math.inf for v in some["low"]],
                [v if v < FURTHEST else math.inf for v in some["high"]],
                colour=colour,
                facts=[{"label": str(r["benchmark"]), "value": _words(r)} for _, r in some.iterrows()],
            )
        )
    panel = Panel("Doublings of effective computing a year", "doublings a year", "", layers, y_names=names, x_zero=True)
    return Figure("progress", panel.title, [panel], caption="Lines that leave the axes have no bound on that side.")

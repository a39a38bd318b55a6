"""How sure the slopes are when models of one paper are alike: six intervals, and how often "
"each holds in simulations."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.fits.inference import Estimate, paper_sums, wild_cluster_bootstrap
from analysis.fits.projection import exponent_of
from analysis.fits.regression import SLOPE, Covariance, TooFewRowsError
from analysis.report.colours import KINDS
from analysis.report.findings import Figure, Section, Table
from analysis.report.panels import slope_forest
from analysis.rows.inputs import Inputs, benchmark_name, refused
from analysis.rows.observations import paper_of
from analysis.simulations import simulated
from analysis.studies.scaling import fit_rows
from db.untyped import Row

TITLE = "How sure the slopes are"
ORDER = 70

QUOTED, STUDYS = "CR2, Satterthwaite", "classical (the study's)"
WAYS: dict[str, Covariance] = {
    QUOTED: "CR2",
    "CR3, papers − 1": "CR3",
    "CR1, papers − 1": "CR1",
    "HC3": "HC3",
    STUDYS: "classical",
}
WILD = "wild cluster bootstrap"


def run(inputs: Inputs) -> Section:
    """Sets the interval that is quoted beside five others, the study's among them."""
    data = inputs.main_data
    lines: list[Row] = []
    refusals: dict[str, str] = {}
    for benchmark in inputs.benchmarks():
        rows, out = inputs.usable(data, benchmark)
        try:
            found = all_intervals(rows, out, benchmark, inputs)
        except TooFewRowsError as error:
            refusals |= refused(error, benchmark, data)
            continue
        lines += [_line(benchmark, e) for e in found]
    if not lines:
        return Section("inference", TITLE, ["No benchmark has enough rows."], refusals=refusals)
    frame = pd.DataFrame(lines)
    wide, narrow = (frame[frame["interval"] == name].set_index("benchmark") for name in (QUOTED, STUDYS))
    wider = float(((wide["high"] - wide["low"]) / (narrow["high"] - narrow["low"])).median())
    degrees = wide["degrees of freedom"]
    coverage, ranges = coverage_table(), coverage_ranges()
    return Section(
        "inference",
        TITLE,
        key=(
            f"Intervals count papers, not models, as independent: {wider:.1f} times as wide as the study's classical "
            f"ones in the median, because the slopes rest on what {degrees.min():.1f} to {degrees.max():.1f} degrees "
            "of freedom are worth."
        ),
        summary=[
            "Models of one paper share code, hardware and authors. An interval that takes them for independent is too "
            f"narrow: simulated on these benchmarks' designs and random ones, the classical 95 % interval holds the "
            f"truth in as few as {coverage['classical'].min():.0%} of samples, the clustered one with t on papers − 1 "
            f"(CR1) in as few as {coverage['CR1'].min():.0%}.",
            "Quoted throughout is CR2 with Satterthwaite's degrees of freedom: it holds the truth in "
            f"{ranges['CR2']} of samples over all designs tried. The wild cluster bootstrap ({ranges[WILD]}) is the "
            "second opinion.",
            f"The degrees of freedom say how many papers decide a slope: from {degrees.min():.1f} "
            f"({degrees.idxmin()}) to {degrees.max():.1f} ({degrees.idxmax()}), though each benchmark has more papers.",
        ],
        method=(
            "CR2 (Bell and McCaffrey 2002) multiplies a paper's residuals by (I − H)^−½, H its block of the hat "
            "matrix, before they are summed and squared; the degrees of freedom match the variance of that estimate. "
            "CR3 takes (I − H)^−1, CR1 one factor for all. HC3 allows for unequal scatter but not for alike models. "
            "The wild cluster bootstrap flips the signs of papers' residuals under each slope and keeps the slopes "
            "that it can't reject. Simulated: normal errors, none, half or four fifths of their variance common to a "
            "paper, 400 samples a case (analysis/simulations/intervals.py)."
        ),
        tables=[
            Table(
                "inference",
                f"The slope's 95 % interval in six ways ({data} rows)",
                frame,
                {
                    "slope": ".4f",
                    "s.e.": ".4f",
                    "degrees of freedom": ".1f",
                    "low": ".4f",
                    "high": ".4f",
                    "exponent low": ".1f",
                    "exponent high": ".1f",
                },
            ),
            Table(
                "coverage",
                "How often each 95 % interval holds the planted slope",
                coverage.reset_index(),
                dict.fromkeys(coverage.columns, ".0%"),
                note="Designs: the computing and papers of each benchmark's corrected reference rows, and random "
                "papers of one to six alike models. The lowest of three shares of variance that a paper's models have "
                "in common.",
                folded=True,
            ),
        ],
        figures=[_forest(frame)],
        refusals=refusals,
    )


def coverage_table() -> pd.DataFrame:
    """The lowest simulated coverage of each kind of interval (columns) on each design (rows)."""
    return simulated("intervals").pivot_table(
        index="design", columns="interval", values="coverage", aggfunc="min", sort=False
    )


def coverage_ranges() -> dict[str, str]:
    """From the lowest to the highest simulated coverage of each kind of interval, in words."""
    by = simulated("intervals").groupby("interval")["coverage"].agg(["min", "max"])
    return {str(way): f"{low:.0%} to {high:.0%}" for way, low, high in by.itertuples()}


def all_intervals(rows: pd.DataFrame, left_out: pd.DataFrame, benchmark: str, inputs: Inputs) -> list[Estimate]:
    """The slope with its interval in each of the ways; without the bootstrap where papers are too many to need it."""
    level = inputs.options.level
    out = []
    for way, covariance in WAYS.items():
        fit = fit_rows(rows, left_out, benchmark, covariance=covariance, level=level)
        dof = fit.degrees_of_freedom[SLOPE]
        out.append(Estimate(way, fit.coefficients[SLOPE], fit.standard_errors[SLOPE], *fit.intervals[SLOPE], dof))
    sums = paper_sums(np.log10(rows["computing"]), np.log10(rows["error"]), list(paper_of(rows)))
    wild = wild_cluster_bootstrap(sums, draws=inputs.options.draws, seed=inputs.options.seed, level=level)
    return out if wild is None else [*out[:1], wild, *out[1:]]


def _line(benchmark: str, e: Estimate) -> Row:
    power = exponent_of(e.slope, e.low, e.high)
    return {
        "benchmark": benchmark_name(benchmark),
        "interval": e.way,
        "slope": e.slope,
        "s.e.": e.standard_error,
        "degrees of freedom": e.degrees_of_freedom,
        "low": e.low,
        "high": e.high,
        "exponent low": power.low,
        "exponent high": power.high,
    }


def _forest(frame: pd.DataFrame) -> Figure:
    return slope_forest(
        "inference",
        "The slope's 95 % interval in six ways",
        frame,
        "interval",
        dict(zip(dict.fromkeys(frame["interval"]), (KINDS[1], *KINDS[2:], KINDS[0]), strict=False)),
        lambda r: f"slope {r['slope']:.4f}, 95 % interval {r['low']:.4f} to {r['high']:.4f}",
    )

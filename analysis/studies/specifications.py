"""Every slope that defensible choices give: rows, peak, form, covariance and selection, in one figure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.fits.cluster_robust import Floats
from analysis.fits.regression import MINIMUM_PAPERS, MINIMUM_ROWS, SLOPE, ordinary_least_squares
from analysis.report.colours import INK, colour_of
from analysis.report.findings import Figure, Layer, Line, Panel, Points, Ranges, Section, Table, with_minus
from analysis.rows.inputs import Inputs, benchmark_name
from analysis.rows.observations import paper_of, usable
from db.untyped import Row

TITLE = "Every defensible choice"
ORDER = 112

SPECIFICATIONS = Path(__file__).parent.parent / "specifications.toml"
SINCE = 2015.0
MOST_ROWS = 2000  # of a benchmark and set: an even sample of more, as a thousand fits are made of each


@dataclass(frozen=True)
class Specification:
    """One choice of everything."""

    rows: str
    peaks: str
    response: str
    covariance: str
    selection: str


def run(inputs: Inputs) -> Section:
    """Fits every combination of specifications.toml on each benchmark, and marks the study's own."""
    listed = load_specifications()
    lines: list[Row] = []
    for benchmark in inputs.benchmarks():
        for data in (d for d in listed["rows"] if d in inputs.data_sets):
            rows = inputs.observations(data, benchmark)
            rows = rows.iloc[:: max(1, -(-len(rows) // MOST_ROWS))]
            lines += fits_of(rows, benchmark, data, listed)
    if not lines:
        return Section("specifications", TITLE, ["No benchmark has enough rows."])
    frame = pd.DataFrame(lines)
    frame["the study's"] = _is_studys(frame, listed["study"])
    told = [_words(str(b), some) for b, some in frame.groupby("benchmark", sort=False)]
    return Section(
        "specifications",
        TITLE,
        [
            f"{len(frame):,} fits: every combination of {len(listed['peaks'])} peaks, {len(listed['responses'])} "
            f"forms, {len(listed['covariances'])} covariances and {len(listed['selections'])} selections on each set "
            f"of rows (specifications.toml, version {listed['version']}), wherever {MINIMUM_ROWS} rows of "
            f"{MINIMUM_PAPERS} papers remain.",
            *told,
        ],
        method=(
            "Forms differ in scale; each slope is told as the change of log10 error with log10 computing at the rows' "
            "mean error rate (for the logit times 1 − error, for 1/error times −error, for a score in points by the "
            "error's own scale). Intervals are scaled alike. Choices that change nothing on a benchmark stand as often "
            "as they were made: a curve counts choices, not evidence."
        ),
        tables=[
            Table(
                "specifications",
                "Every specification",
                frame,
                {"slope": ".4f", "low": ".4f", "high": ".4f"},
                folded=True,
            )
        ],
        figures=[_figure(frame)],
    )


def load_specifications() -> Row:
    """The lists of choices, and the study's own."""
    with SPECIFICATIONS.open("rb") as file:
        return tomllib.load(file)


def fits_of(rows: pd.DataFrame, benchmark: str, data: str, listed: Row) -> Iterator[Row]:
    """One line a specification that these rows can carry."""
    counted = {peaks: with_peaks(rows, peaks) for peaks in listed["peaks"]}
    for peaks, selection in product(listed["peaks"], listed["selections"]):
        used = select(counted[peaks], selection)
        if len(used) < MINIMUM_ROWS or paper_of(used).nunique() < MINIMUM_PAPERS or np.ptp(used["computing"]) == 0:
            continue
        papers = list(paper_of(used))
        columns = {"constant": np.ones(len(used)), SLOPE: np.log10(used["computing"].to_numpy(float))}
        for response in listed["responses"]:
            y, scale = on_log10_error(used["error"].to_numpy(float), used["score"].to_numpy(float), response)
            for covariance in listed["covariances"]:
                fit = ordinary_least_squares(y, columns, formula=response, papers=papers, covariance=covariance)
                ends = sorted(scale * v for v in fit.intervals[SLOPE])
                spec = Specification(data, peaks, response, covariance, selection)
                yield {
                    "benchmark": benchmark,
                    **vars(spec),
                    "n": fit.n,
                    "slope": scale * fit.coefficients[SLOPE],
                    "low": ends[0],
                    "high": ends[1],
                }


def with_peaks(rows: pd.DataFrame, peaks: str) -> pd.DataFrame:
    """The usable rows with their computing counted at these peaks."""
    if peaks == "authors":
        return usable(rows, "burden")[0]
    counted = rows.assign(burden=rows["peak_gflops_table"] * rows["training_seconds"])
    counted["refused"] = [
        None if known else "no peak, number of processors or time" for known in counted["burden"].notna()
    ]
    return usable(counted, "burden" if peaks == "table" else "tensor")[0]


def select(rows: pd.DataFrame, selection: str) -> pd.DataFrame:
    """The rows that a selection of specifications.toml keeps. Raises ValueError for an unknown one."""
    if selection == "all":
        return rows
    if selection == "one a paper":
        best = rows.sort_values(["error", "row_key"], kind="stable")
        return best.groupby(paper_of(best), sort=False).head(1).sort_index()
    keep = {
        "no re-implementations": ~rows["reimplementation"],
        "no further data": ~(rows["pre_training"] | rows["extra_data"]),
        "since 2015": rows["year"] >= SINCE,
    }
    if selection not in keep:
        raise ValueError(f"there is no selection {selection!r} of specifications")
    return rows[keep[selection]]


def on_log10_error(error: Floats, score: Floats, response: str) -> tuple[Floats, float]:
    """The response, and what turns its slope into one of log10 error at the mean error rate."""
    mean = float(error.mean())
    if response == "log10 error":
        return np.log10(error), 1.0
    if response == "1/error":
        return 1 / error, -mean / np.log(10)
    if response == "logit":
        return np.log(error / (1 - error)), (1 - mean) / np.log(10)
    if response == "score":
        direction = np.sign(np.corrcoef(score, error)[0, 1]) if np.ptp(score) > 0 else 1.0
        return score, float(direction / 100 / mean / np.log(10))
    raise ValueError(f"there is no response {response!r} of specifications")


def _is_studys(frame: pd.DataFrame, study: Row) -> pd.Series:
    """Which lines are the study's own choice; of its sets of rows the first that a benchmark has."""
    there = frame.groupby("benchmark", sort=False)["rows"].unique().to_dict()
    first = {of: next((name for name in study["rows"] if name in sets), None) for of, sets in there.items()}
    same = frame["rows"] == frame["benchmark"].map(first)
    for name in ("peaks", "response", "covariance", "selection"):
        same &= frame[name] == study[name]
    return same


def _words(benchmark: str, some: pd.DataFrame) -> str:
    slopes, below = some["slope"], (some["high"] < 0).mean()
    sign = (slopes < 0).mean()
    return with_minus(
        f"{benchmark_name(benchmark)}: slopes from {slopes.min():.3f} to {slopes.max():.3f}, median "
        f"{slopes.median():.3f}; {sign:.0%} negative, {below:.0%} with an interval below zero ({len(some)} fits)."
    )


def _figure(frame: pd.DataFrame) -> Figure:
    panels = []
    for benchmark, some in frame.groupby("benchmark", sort=False):
        ordered = some.sort_values("slope", kind="stable").reset_index(drop=True)
        colour = colour_of(str(benchmark))
        facts = [
            {
                "label": f"{r['rows']}, {r['peaks']} peak, {r['response']}",
                "value": with_minus(
                    f"{r['selection']}, {r['covariance']}: {r['slope']:.3f} ({r['low']:.3f} to {r['high']:.3f})"
                ),
            }
            for r in ordered.to_dict("records")
        ]
        place = [float(i) for i in ordered.index]
        shown = np.clip(ordered[["low", "high"]].to_numpy(), -0.6, 0.6)
        layers: list[Layer] = [
            Ranges(
                "",
                place,
                ordered["slope"].tolist(),
                shown[:, 0].tolist(),
                shown[:, 1].tolist(),
                colour=colour,
                faint=True,
                facts=facts,
            ),
            Line("", ordered["slope"].tolist(), place, colour=colour),
        ]
        mine = ordered[ordered["the study's"]]
        layers.append(
            Points(
                "the study's own",
                mine["slope"].tolist(),
                [float(i) for i in mine.index],
                [facts[i] for i in mine.index],
                colour=INK,
                size=2.0,
            )
        )
        panels.append(Panel(benchmark_name(str(benchmark)), "slope", "fits, by slope", layers, x_zero=True))
    return Figure(
        "specifications",
        "Every specification's slope with its 95 % interval",
        panels,
        columns=3,
        caption="The line: the fits' slopes in order; faint: their intervals, cut at ±0.6; dark mark: the study's own.",
    )

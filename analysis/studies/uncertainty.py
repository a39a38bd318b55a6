"""The slope before, during and after review: what the extractor is unsure of, carried into the interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.fits.misreadings import UNMEASURED, Floats, Joined, Option, draw_values, join_slopes, options_of
from analysis.fits.projection import exponent_of
from analysis.fits.regression import MINIMUM_PAPERS, MINIMUM_ROWS, counted
from analysis.report.findings import Band, Figure, Layer, Line, Panel, Section, Table, with_minus
from analysis.rows.inputs import Inputs, benchmark_name
from analysis.rows.observations import MEASURES, records
from db.hardware import find_device
from db.measures import error_rate, primary_metrics

TITLE = "What is not reviewed yet, carried into the slope"
ORDER = 120

DRAWS = 200
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)  # of the records reviewed
WORLDS = 6  # truths that a simulated review reveals; the curve is their mean
MOST_VALUES = 4_000_000  # draws x records held at once


@dataclass(frozen=True)
class Draws:
    """A benchmark's records in every draw: log10 computing and log10 error, draws x records."""

    x: Floats
    y: Floats
    papers: list[str]
    records: int
    decided: int


def run(inputs: Inputs) -> Section | None:
    """Joins slopes over draws of the unreviewed values, now and as review goes on; None without a database."""
    candidates = inputs.snapshot.parts.get("candidates")
    if candidates is None:
        return None
    decided = inputs.snapshot.parts.get("decided", pd.DataFrame(columns=["row_key", "field", "metric"]))
    compute = "operations" if inputs.options.compute == "operations" else "burden"
    lines: list[dict[str, Any]] = []
    panels: list[Panel] = []
    refusals: dict[str, str] = {}
    measured = candidates.loc[candidates["chosen"].astype(bool), "confidence"].notna().mean()
    for number, benchmark in enumerate(inputs.benchmarks_of(candidates["benchmark"])):
        rng = np.random.default_rng([inputs.options.seed, number])
        some = candidates[candidates["benchmark"] == benchmark]
        drawn = draw_records(some, decided, benchmark, compute, rng)
        joined = join_slopes(drawn.x, drawn.y, drawn.papers, minimum_rows=MINIMUM_ROWS, minimum_papers=MINIMUM_PAPERS)
        if joined is None:
            refusals[benchmark] = (
                f"{benchmark_name(benchmark)}: {_usable_words(some, drawn, compute)}; a fit of what was read needs "
                f"at least {MINIMUM_ROWS} records from {MINIMUM_PAPERS} papers in half of the draws"
            )
            continue
        curve = review_curve(drawn, rng)
        lines.append(_line(benchmark, compute, drawn, joined, curve))
        panels.append(_panel(benchmark, joined, curve, len(panels)))
    unmeasured = (
        f" For {1 - measured:.0%} of the chosen candidates no confidence has been measured; they count as "
        f"{UNMEASURED:.0%}."
        if measured < 0.995
        else ""
    )
    if not lines:
        return Section("uncertainty", TITLE, ["No benchmark has enough records." + unmeasured], refusals=refusals)
    frame = pd.DataFrame(lines)
    shrink = (frame["s.e. when all is reviewed"] / frame["s.e."]).median()
    return Section(
        "uncertainty",
        TITLE,
        [
            "Before anyone has reviewed a record its values are a lottery among what was read. Joined over "
            f"{DRAWS} draws, {frame['share of extraction'].median():.0%} of the slope's variance (median) comes "
            "from not knowing what the papers say; with every record reviewed the standard error would be "
            f"{shrink:.2f} times today's." + unmeasured,
        ],
        method=(
            "Each field of each record is drawn from its candidates: the chosen one with its measured chance "
            "of being right, the rejected ones from what is left, and otherwise the record drops out of the "
            "draw. Decided values are certain. Every draw is fitted; its variance is the leave-one-paper-out "
            "one; Rubin's rules join the draws, with Barnard and Rubin's degrees of freedom. The curve reviews "
            f"records in random order: their values are set to those of one draw taken for the truth ({WORLDS} "
            "such truths, mean shown). A field drawn for one record does not move with another, although a "
            "wrong device of a paper would be wrong for all its models: the extraction share is a little low "
            "for that."
        ),
        formula="T = W + (1 + 1/m) B       W: mean variance of a draw, B: variance of the slope over m draws",
        tables=[
            Table(
                "uncertainty",
                f"The slope of log10 error on log10 {MEASURES[compute][0]}, unreviewed values drawn",
                frame,
                {
                    "rows": ".1f",
                    "slope": ".4f",
                    "s.e.": ".4f",
                    "low": ".4f",
                    "high": ".4f",
                    "exponent": ".1f",
                    "share of extraction": ".0%",
                    "s.e. when all is reviewed": ".4f",
                },
                note="rows: usable records in the mean draw.",
            )
        ],
        figures=[Figure("uncertainty", "How the slope's interval narrows as records are reviewed", panels, columns=2)],
        refusals=refusals,
    )


def draw_records(
    candidates: pd.DataFrame, decided: pd.DataFrame, benchmark: str, compute: str, rng: np.random.Generator
) -> Draws:
    """Every record of a benchmark in every draw; those that can never be used are left out."""
    candidates = candidates[(candidates["field"] != "score") | candidates["metric"].isin(primary_metrics(benchmark))]
    certain = _certain(decided)
    needed = ("device", "device_count", "training_time") if compute == "burden" else ("flops", "multiply_adds")
    draws = max(20, min(DRAWS, MOST_VALUES // max(1, candidates["record"].nunique())))
    peaks: dict[float | str, float] = {}
    x, y, papers, n_decided = [], [], [], 0
    for record, mine in candidates.groupby("record", sort=True):
        fields = {str(name): records(some) for name, some in mine.groupby("field", sort=True)}
        said = certain.get(str(record), {})
        options = {f: said[f] if f in said else _options(fields.get(f, []), benchmark) for f in ("score", *needed)}
        if not options["score"]:
            continue
        error = np.log10(draw_values(options["score"], draws, rng, _error_numbers(options["score"])))
        if compute == "burden":
            if not all(options[f] for f in needed):
                continue
            for option in options["device"]:
                if option.value not in peaks:
                    found = find_device(str(option.value))
                    peaks[option.value] = (found.peak_gflops_fp32 or np.nan) if found else np.nan
            cost = draw_values(options["device"], draws, rng, peaks)
            for f in ("device_count", "training_time"):
                cost = cost * draw_values(options[f], draws, rng)
        else:
            flops, adds = (
                draw_values(options[f], draws, rng) if options[f] else np.full(draws, np.nan) for f in needed
            )
            cost = np.where(np.isfinite(flops), flops, adds)
        cost = np.where(cost > 0, cost, np.nan)
        x.append(np.log10(cost))
        y.append(np.where(np.isfinite(x[-1]), error, np.nan))
        papers.append(str(mine["arxiv_id"].iloc[0]))
        n_decided += bool(said)
    if not x:
        return Draws(np.empty((draws, 0)), np.empty((draws, 0)), [], 0, 0)
    return Draws(np.column_stack(x), np.column_stack(y), papers, len(papers), n_decided)


@dataclass(frozen=True)
class Curve:
    """Mean slope and interval as a share of the records is reviewed."""

    share: list[float]
    slope: list[float]
    low: list[float]
    high: list[float]
    standard_error: list[float]


def review_curve(drawn: Draws, rng: np.random.Generator) -> Curve:
    """How slope and interval go as records are reviewed in random order, each share averaged over several truths."""
    found: dict[float, list[Joined]] = {share: [] for share in SHARES}
    for _ in range(WORLDS):
        truth = int(rng.integers(len(drawn.x)))
        order = rng.permutation(drawn.records)
        for share in SHARES:
            known = order[: round(share * drawn.records)]
            x, y = drawn.x.copy(), drawn.y.copy()
            x[:, known], y[:, known] = drawn.x[truth, known], drawn.y[truth, known]
            joined = join_slopes(x[:60], y[:60], drawn.papers)
            if joined is not None:
                found[share].append(joined)
    shares = [s for s in SHARES if found[s]]

    def mean(name: str) -> list[float]:
        return [float(np.mean([getattr(j, name) for j in found[s]])) for s in shares]

    return Curve(shares, mean("slope"), mean("low"), mean("high"), mean("standard_error"))


def _options(found: list[dict[str, Any]], benchmark: str) -> list[Option]:
    def value(row: Mapping[str, Any]) -> float | str | None:
        number = row["value"]
        if row["field"] == "score":
            return _error(benchmark, row["metric"], number)
        if number is None or np.isnan(number):
            return str(row["value_text"]) if row["field"] == "device" and row["value_text"] else None
        return float(number)

    pairs = [(value(r), _chance(r["confidence"]), bool(r["chosen"])) for r in found]
    chosen = [(v, c) for v, c, stands in pairs if v is not None and stands]
    rejected = [(v, c) for v, c, stands in pairs if v is not None and not stands]
    return options_of(chosen, rejected) if chosen else []


def _chance(confidence: Any) -> float | None:
    return None if confidence is None or np.isnan(confidence) else float(confidence)


def _error(benchmark: str, metric: str, value: float | None) -> float | None:
    error = error_rate(benchmark, metric, value)
    return None if np.isnan(error) else error


def _error_numbers(options: list[Option]) -> dict[float | str, float]:
    return {o.value: float(o.value) for o in options}


def _certain(decided: pd.DataFrame) -> dict[str, dict[str, list[Option]]]:
    """What people have decided, by record and field: one option, or none where the value was turned down."""
    out: dict[str, dict[str, list[Option]]] = {}
    for row in records(decided):
        options: list[Option] = []
        if row["state"] in ("accepted", "corrected"):
            value: float | str | None = row["value"]
            if row["field"] == "score":
                value = _error(row["benchmark"], row["metric"], row["value"])
            elif value is None or np.isnan(float(value)):
                value = row["value_text"]
            if value is not None:
                options = [Option(value, 1.0)]
        if options or row["field"] != "score":  # a score turned down leaves the others of the record
            out.setdefault(str(row["row_key"]), {})[str(row["field"])] = options
    return out


def _usable_words(candidates: pd.DataFrame, drawn: Draws, compute: str) -> str:
    """How many of the records read can be used, in words."""
    of = counted(candidates["record"].nunique(), "record")
    if not drawn.records:
        return f"none of {of} has both an error rate and {MEASURES[compute][0]}"
    usable = float(np.mean(np.sum(np.isfinite(drawn.x) & np.isfinite(drawn.y), axis=1)))
    return f"{usable:.1f} of {of} can be used in the mean draw"


def _line(benchmark: str, compute: str, drawn: Draws, joined: Joined, curve: Curve) -> dict[str, Any]:
    return {
        "benchmark": benchmark_name(benchmark),
        "records": drawn.records,
        "with a decision": drawn.decided,
        "rows": joined.rows,
        "slope": joined.slope,
        "s.e.": joined.standard_error,
        "low": joined.low,
        "high": joined.high,
        "exponent": exponent_of(joined.slope, joined.low, joined.high).value,
        "share of extraction": joined.share_of_extraction,
        "s.e. when all is reviewed": curve.standard_error[-1] if curve.share and curve.share[-1] == 1.0 else np.nan,
    }


def _panel(benchmark: str, joined: Joined, curve: Curve, number: int) -> Panel:
    share = [100 * s for s in curve.share]
    layers: list[Layer] = [
        Band("", share, curve.low, curve.high, colour=number),
        Line("", share, curve.slope, colour=number),
        Line("", [share[0], share[-1]], [0.0, 0.0], colour=7, dashed=True),
    ]
    return Panel(
        benchmark_name(benchmark),
        "records reviewed (%)",
        "slope, 95 % interval",
        layers,
        note=with_minus(f"now {joined.slope:.3f} ({joined.standard_error:.3f})"),
    )

"""The slope before, during and after review: what the extractor is unsure of, carried into the interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from analysis.fits.misreadings import UNMEASURED, Joined, Option, Reading, fit_misread, fit_naive, options_of
from analysis.fits.projection import exponent_of
from analysis.fits.regression import MINIMUM_PAPERS, MINIMUM_ROWS
from analysis.report.colours import INK, KINDS, colour_of
from analysis.report.findings import Band, Figure, Layer, Line, Panel, Section, Table, with_minus
from analysis.rows.inputs import Inputs, benchmark_name
from analysis.rows.observations import MEASURES, records
from analysis.simulations import simulated
from db.measures import error_rate, log10, primary_metrics
from db.quantities import counted
from db.reference.hardware import find_device
from db.untyped import Row

TITLE = "What is not reviewed yet, carried into the slope"
ORDER = 120

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)  # of the records reviewed
WORLDS = 5  # truths that a simulated review reveals; the curve is their median
MOST_RECORDS = 3000  # of a benchmark: of more, an even sample; the slope's interval is then as narrow as it matters
MOST_PAIRS = 16  # of one record's values taken together, the likeliest
LEAST_CHANCE = 1e-3  # of a pair of values that is still drawn
CURVE_IMPUTATIONS = 15

CURVES = "The slope's interval as records are reviewed"
ENDS = "A curve ends where some draw of the truth leaves too few records for a fit."

COST_FIELDS: Mapping[str, tuple[str, ...]] = {
    "burden": ("device", "device_count", "training_time"),
    "operations": ("flops", "multiply_adds"),
}


def run(inputs: Inputs) -> Section | None:
    """Joins slopes over what the unreviewed values may be, now and as review goes on; None without a database."""
    candidates = inputs.snapshot.parts.get("candidates")
    if candidates is None:
        return None
    decided = inputs.snapshot.parts.get("decided", pd.DataFrame(columns=["row_key", "field", "metric"]))
    compute = "operations" if inputs.options.compute == "operations" else "burden"
    lines: list[Row] = []
    panels: list[Panel] = []
    refusals: dict[str, str] = {}
    measured = candidates.loc[candidates["chosen"].astype(bool), "confidence"].notna().mean()
    for number, benchmark in enumerate(inputs.benchmarks_of(candidates["benchmark"])):
        some = candidates[candidates["benchmark"] == benchmark]
        found = readings_of(some, decided, benchmark, compute)
        joined = fit_misread(
            found.readings, seed=inputs.options.seed, minimum_rows=MINIMUM_ROWS, minimum_papers=MINIMUM_PAPERS
        )
        if joined is None:
            refusals[benchmark] = (
                f"{benchmark_name(benchmark)}: {_usable_words(some, found, compute)}; a fit of what was read needs at "
                f"least {MINIMUM_ROWS} records from {MINIMUM_PAPERS} papers"
            )
            continue
        curve = review_curve(found.readings, np.random.default_rng([inputs.options.seed, number]))
        lines.append(_line(benchmark, found, joined, curve))
        if len(curve.share) > 1:
            panels.append(_panel(benchmark, joined, curve))
    unmeasured = (
        f" For {1 - measured:.0%} of the chosen candidates no confidence has been measured; they count as "
        f"{UNMEASURED:.0%}."
        if measured < 0.995
        else ""
    )
    if not lines:
        return Section("uncertainty", TITLE, ["No benchmark has enough records." + unmeasured], refusals=refusals)
    frame = pd.DataFrame(lines)
    told = simulated("misread")
    doubtful = told[told["confidence"] < 1]
    return Section(
        "uncertainty",
        TITLE,
        [
            "Before anyone has reviewed a record its values are a lottery among what was read. Joined over what they "
            f"may be, {frame['share of extraction'].median():.0%} of the slope's variance (median) comes from not "
            f"knowing what the papers say; {_when_all_is_reviewed(frame)}." + unmeasured,
            with_minus(
                "Taking what was read for the truth flattens a slope: simulated with errors of a decade and a slope of "
                f"-0.070, to {doubtful['naive slope'].max():.3f} at worst. The fit here weighs each value by its "
                "chance and by how it fits the record's error; there it held the truth in "
                f"{doubtful['coverage'].min():.0%} to {doubtful['coverage'].max():.0%} of samples."
            ),
        ],
        method=(
            "Multiple imputation with the outcome in the imputation model: a Gibbs sampler alternates between which of "
            "a record's candidates are right, the line with an effect of each paper, and where the papers' computing "
            "lies. The chosen candidate starts with its measured chance, the rejected ones share what is left, and "
            "what they leave is a value a decade off. Decided values are certain. Each imputation is fitted with CR2 "
            "standard errors; Rubin's rules join them, with Barnard and Rubin's degrees of freedom. The curve reviews "
            f"records in random order: their values are set to those of one draw taken for the truth ({WORLDS} such "
            "truths, their median shown). A field drawn for one record does not move with another, although a wrong "
            "device of a paper would be wrong for all its models: the extraction share is a little low for that."
        ),
        formula="P(value k | error) ∝ chance(k) · N(log10 error; a + b x(k), σ²) · N(x(k); paper's mean, τ²)",
        tables=[
            Table(
                "uncertainty",
                f"The slope of log10 error on log10 {MEASURES[compute][0]}, unreviewed values drawn",
                frame,
                {
                    "slope": ".4f",
                    "s.e.": ".4f",
                    "low": ".4f",
                    "high": ".4f",
                    "exponent": ".1f",
                    "slope as read": ".4f",
                    "share of extraction": ".0%",
                    "s.e. reviewed": ".4f",
                },
                note="decided: records of which people have decided something; slope as read: if every chosen value "
                "were right; s.e. reviewed: with every record reviewed.",
            ),
            Table(
                "misread",
                "Simulated: slopes through values that may be misread (true slope −0.070)",
                told,
                {"confidence": ".1f", "naive slope": ".4f", "slope": ".4f", "coverage": ".1%", "width": ".3f"},
                note="rival: the right value is among the rejected candidates; lost: nothing else was read. "
                "analysis/simulations/misread.py.",
                folded=True,
            ),
        ],
        figures=[
            *([Figure("uncertainty", CURVES, panels, caption=ENDS, columns=2)] if panels else []),
            _correction_curve(told),
        ],
        refusals=refusals,
    )


@dataclass(frozen=True)
class Found:
    """A benchmark's records as readings, and how many of them people have decided something of."""

    readings: list[Reading]
    decided: int


def readings_of(candidates: pd.DataFrame, decided: pd.DataFrame, benchmark: str, compute: str) -> Found:
    """What each record of a benchmark may say, from its candidates and decisions; those that "
    "say nothing are left out."""
    candidates = candidates[(candidates["field"] != "score") | candidates["metric"].isin(primary_metrics(benchmark))]
    certain = _certain(decided)
    out, n_decided = [], 0
    for record, mine in candidates.groupby("record", sort=True):
        fields = {str(name): records(some) for name, some in mine.groupby("field", sort=True)}
        said = certain.get(str(record), {})
        options = {
            f: said[f] if f in said else _options(fields.get(f, []), benchmark)
            for f in ("score", *COST_FIELDS[compute])
        }
        reading = _reading(str(mine["arxiv_id"].iloc[0]), options, compute)
        if reading is not None:
            out.append(reading)
            n_decided += bool(said)
    step = max(1, -(-len(out) // MOST_RECORDS))
    return Found(out[::step], n_decided)


def _reading(paper: str, options: Mapping[str, list[Option]], compute: str) -> Reading | None:
    """The pairs of computing and error that these options make; None where one of the two is not there."""
    costs = _burdens(options) if compute == "burden" else _operations(options)
    errors = [(float(o.value), o.chance) for o in options["score"]]
    pairs = [
        (float(log10(cost)), float(log10(error)), of_cost * of_error)
        for (cost, of_cost), (error, of_error) in product(costs, errors)
        if cost > 0 and of_cost * of_error >= LEAST_CHANCE
    ]
    pairs = sorted(pairs, key=lambda pair: -pair[2])[:MOST_PAIRS]
    if not pairs:
        return None
    x, y, chance = zip(*pairs, strict=True)
    return Reading(paper, x, y, chance, error_lost=max(0.0, 1.0 - sum(c for _, c in errors)))


def _burdens(options: Mapping[str, list[Option]]) -> list[tuple[float, float]]:
    """The hardware burdens that device, count and time may make, with their chances."""
    out = []
    for device, count, seconds in product(*(options[f] for f in COST_FIELDS["burden"])):
        found = find_device(str(device.value))
        peak = (found.peak_gflops_fp32 or 0.0) if found else 0.0
        amount = peak * float(count.value) * float(seconds.value)
        out.append((amount, device.chance * count.chance * seconds.chance))
    return out


def _operations(options: Mapping[str, list[Option]]) -> list[tuple[float, float]]:
    """The operations of a pass that FLOPs, or multiply-adds where there are none, may be, with their chances."""
    stated = next((options[f] for f in COST_FIELDS["operations"] if options[f]), [])
    return [(float(o.value), o.chance) for o in stated]


@dataclass(frozen=True)
class Curve:
    """Slope and interval, the median over truths, as a share of the records is reviewed; nothing of a share at which
    some truth leaves too few records for a fit."""

    share: list[float]
    slope: list[float]
    low: list[float]
    high: list[float]
    standard_error: list[float]


def review_curve(readings: Sequence[Reading], rng: np.random.Generator) -> Curve:
    """How slope and interval go as records are reviewed in random order, the median over several truths."""
    found: dict[float, list[Joined]] = {share: [] for share in SHARES}
    for world in range(WORLDS):
        truths = [_revealed(reading, rng) for reading in readings]
        order = rng.permutation(len(readings))
        for share in SHARES:
            known = set(order[: round(share * len(readings))].tolist())
            seen = [truths[i] if i in known else reading for i, reading in enumerate(readings)]
            kept = [reading for reading in seen if reading is not None]
            joined = fit_misread(kept, seed=world, imputations=CURVE_IMPUTATIONS)
            if joined is not None:
                found[share].append(joined)
    shares = [s for s in SHARES if len(found[s]) == WORLDS]

    def middle(name: str) -> list[float]:
        return [float(np.median([getattr(j, name) for j in found[s]])) for s in shares]

    return Curve(shares, middle("slope"), middle("low"), middle("high"), middle("standard_error"))


def _revealed(reading: Reading, rng: np.random.Generator) -> Reading | None:
    """What a reviewer finds to be right, drawn by its chance; None where it is none of what was read."""
    place = int(np.searchsorted(np.cumsum(reading.chance), rng.random(), side="right"))
    if place >= len(reading.chance):
        return None
    x, y = reading.log_computing[place], reading.log_error[place]
    return replace(reading, log_computing=(x,), log_error=(y,), chance=(1.0,), error_lost=0.0)


def _options(found: list[Row], benchmark: str) -> list[Option]:
    def value(row: Row) -> float | str | None:
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


def _usable_words(candidates: pd.DataFrame, found: Found, compute: str) -> str:
    """How many of the records read can be used, in words."""
    of = counted(candidates["record"].nunique(), "record")
    if not found.readings:
        return f"none of {of} has both an error rate and {MEASURES[compute][0]}"
    return f"{len(found.readings)} of {of} of {counted(len({r.paper for r in found.readings}), 'paper')} can be used"


def _line(benchmark: str, found: Found, joined: Joined, curve: Curve) -> Row:
    return {
        "benchmark": benchmark_name(benchmark),
        "records": len(found.readings),
        "decided": found.decided,
        "papers": joined.papers,
        "slope": joined.slope,
        "s.e.": joined.standard_error,
        "low": joined.low,
        "high": joined.high,
        "exponent": exponent_of(joined.slope, joined.low, joined.high).value,
        "slope as read": fit_naive(found.readings),
        "share of extraction": joined.share_of_extraction,
        "s.e. reviewed": curve.standard_error[-1] if curve.share and curve.share[-1] == 1.0 else np.nan,
    }


def _when_all_is_reviewed(frame: pd.DataFrame) -> str:
    """What review of every record would do to the standard errors, in words."""
    shrink = (frame["s.e. reviewed"] / frame["s.e."]).median()
    if np.isnan(shrink):
        return "how far review narrows that can't be foretold, since it may leave too few records for a fit"
    return f"with every record reviewed the standard error would be {shrink:.2f} times today's"


def _panel(benchmark: str, joined: Joined, curve: Curve) -> Panel:
    share, colour = [100 * s for s in curve.share], colour_of(benchmark)
    layers: list[Layer] = [
        Band("", share, curve.low, curve.high, colour=colour),
        Line("", share, curve.slope, colour=colour),
        Line("", [share[0], share[-1]], [0.0, 0.0], colour=INK, dashed=True),
    ]
    note = with_minus(f"now {joined.slope:.3f} ({joined.standard_error:.3f})")
    return Panel(benchmark_name(benchmark), "records reviewed (%)", "slope, 95 % interval", layers, note=note)


def _correction_curve(told: pd.DataFrame) -> Figure:
    """How both ways go as confidence varies, from the committed simulation."""
    papers = int(told["papers"].max())
    panels = []
    for world, some in told[told["papers"] == papers].groupby("world", sort=False):
        confidence = some["confidence"].tolist()
        layers: list[Layer] = [
            Line("as read", confidence, some["naive slope"].tolist(), colour=KINDS[1], dashed=True),
            Line("weighed by fit", confidence, some["slope"].tolist(), colour=KINDS[3]),
            Line("truth", confidence, [-0.07] * len(confidence), colour=INK),
        ]
        title = {"rival": "the right value is a candidate", "lost": "nothing else was read"}[str(world)]
        panels.append(Panel(title, "chance that a value is right", "mean slope", layers))
    return Figure(
        "correction",
        "Simulated: the slope by how sure the reader is",
        panels,
        columns=2,
        caption=f"{papers} papers, errors of a decade.",
    )

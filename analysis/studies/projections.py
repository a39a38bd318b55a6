"""The computing, CO2 and money that lower error rates would take, with intervals (figure 4)."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.fits.projection import project
from analysis.fits.regression import TooFewRowsError, fit_power_law
from analysis.report.colours import colour_of
from analysis.report.findings import Figure, Panel, Ranges, Section, Table
from analysis.rows.inputs import Inputs, benchmark_name, refused
from analysis.rows.observations import AS_PUBLISHED, paper_of
from db.reference.thompson2020 import load_published
from db.untyped import Row

TITLE = "What lower error rates would take"
ORDER = 60

FORMS = (("polynomial", "log10 error"), ("exponential", "1/error"))
FURTHEST = 400.0  # powers of ten: further than this is drawn as open


def run(inputs: Inputs) -> Section:
    """Projects the study's targets (and half the best error elsewhere) by both forms."""
    conversions = inputs.options.conversions
    lines: list[Row] = []
    refusals: dict[str, str] = {}
    published = _published_targets()
    for data in inputs.data_sets:
        for benchmark in inputs.benchmarks():
            rows, _ = inputs.usable(data, benchmark, "burden")
            targets = published.get(benchmark, {})
            if not targets and len(rows):
                best = float(rows["error"].min())
                targets = {best: {}, best / 2: {}}
            for form, response in FORMS:
                try:
                    fit = fit_power_law(
                        rows["computing"],
                        rows["error"],
                        papers=list(paper_of(rows)),
                        response=response,  # type: ignore[arg-type]
                        benchmark=benchmark_name(benchmark),
                    )
                except TooFewRowsError as error:
                    if len(rows) or data == inputs.main_data:
                        refusals |= refused(error, benchmark, data)
                    break
                for target, printed in targets.items():
                    to = project(fit, target)
                    said = printed.get(form, [None] * 3) if data == AS_PUBLISHED else [None] * 3
                    lines.append(
                        {
                            "benchmark": benchmark_name(benchmark),
                            "data": data,
                            "error": 100 * target,
                            "form": form,
                            "GFLOPs": to.log10_computing,
                            "low": to.low,
                            "high": to.high,
                            "lbs CO2": to.log10_computing + conversions.log10_lbs_co2_per_gflop,
                            "US$": to.log10_computing + conversions.log10_usd_per_gflop,
                            "published GFLOPs": said[0],
                            "published CO2": said[1],
                            "published US$": said[2],
                            "published": " | ".join(str(v) for v in said) if said[0] is not None else "",
                        }
                    )
    if not lines:
        return Section("projections", TITLE, ["No benchmark has enough rows."], refusals=refusals)
    frame = pd.DataFrame(lines)
    return Section(
        "projections",
        TITLE,
        _words(frame),
        method=(
            "The target is set into the fitted line and the line solved for computing. The interval is "
            "Fieller's: all amounts of computing at which the target lies inside the line's 95 % confidence "
            "band; it says nothing about whether the line goes on. Conversions: "
            f"{conversions.gflops_per_joule:.1f} GFLOPs a joule, power usage effectiveness {conversions.pue}, "
            f"{conversions.lbs_co2_per_kwh} lbs of CO2 a kWh, {conversions.usd_per_hour} US$ an hour of "
            f"{conversions.gflops_per_hour / 3600:,.0f} GFLOP/s: one GFLOP is "
            f"10^{conversions.log10_lbs_co2_per_gflop:.2f} lbs and 10^{conversions.log10_usd_per_gflop:.2f} "
            "US$. Each can be set on the command line."
        ),
        formula="C(target) = 10^((g(target) − a) / b), with g(e) = log10 e (polynomial) or 1/e (exponential)",
        tables=[
            Table(
                "projections",
                "Powers of ten of computing (GFLOPs), CO2 (lbs) and cost (US$)",
                frame,
                {
                    "error": ".1f",
                    "GFLOPs": ".1f",
                    "low": ".1f",
                    "high": ".1f",
                    "lbs CO2": ".1f",
                    "US$": ".1f",
                    "published GFLOPs": ".0f",
                    "published CO2": ".0f",
                    "published US$": ".0f",
                },
                note="error in %. low, high: the 95 % interval of the GFLOPs' power. published: GFLOPs | CO2 | US$ of "
                "the study's figure 4. A benchmark's first target is the lowest error when the study was made.",
                folded=True,
                file_only=("published GFLOPs", "published CO2", "published US$"),
            )
        ],
        figures=[_figure(frame, inputs.main_data, {benchmark_name(b): colour_of(b) for b in inputs.benchmarks()})],
        refusals=refusals,
    )


def _published_targets() -> dict[str, dict[float, dict[str, list[int]]]]:
    entries = load_published()["projection"]
    out: dict[str, dict[float, dict[str, list[int]]]] = {}
    for e in entries:
        out.setdefault(e["benchmark"], {})[e["error"]] = {form: e[form] for form, _ in FORMS}
    return out


def _words(frame: pd.DataFrame) -> list[str]:
    compared = frame[frame["published GFLOPs"].notna()]
    out = []
    if len(compared):
        near = np.floor(compared["GFLOPs"]) == compared["published GFLOPs"].astype(float)
        inside = (compared["low"] <= compared["published GFLOPs"].astype(float)) & (
            compared["published GFLOPs"].astype(float) <= compared["high"]
        )
        out.append(
            f"On the authors' rows as they are, {int(near.sum())} of the {len(compared)} published powers of ten come "
            f"out the same (the paper rounds down), and {int(inside.sum())} lie inside our intervals."
        )
    open_ends = int((~frame["high"].map(math.isfinite)).sum())
    width = (frame["high"] - frame["low"]).map(lambda v: v if math.isfinite(v) else math.nan).median()
    out.append(
        f"The intervals are wide: half of the bounded ones span more than {width:.0f} powers of ten, and "
        f"{open_ends} of {len(frame)} have no upper end, because the slope's interval touches zero."
    )
    return out


def _figure(frame: pd.DataFrame, data: str, colours: Mapping[str, str]) -> Figure:
    """A panel a form: the exponential one reaches so far that on its axis the polynomial points would lie on a heap."""
    some = frame[frame["data"] == data]
    names = list(dict.fromkeys(_target(b, e) for b, e in zip(some["benchmark"], some["error"], strict=True)))
    panels = []
    for form, _ in FORMS:
        here = some[(some["form"] == form) & (some["GFLOPs"].abs() <= FURTHEST)]
        bounded = [v for v in [*here["low"], *here["high"]] if abs(v) < FURTHEST]
        furthest = 1.6 * max(
            [float(here["GFLOPs"].max()), *(v for v in bounded if v < 3 * here["GFLOPs"].max())], default=1
        )
        layers = [
            Ranges(
                "",
                [float(names.index(_target(str(benchmark), e))) for e in of["error"]],
                of["GFLOPs"].tolist(),
                [v if v > 0 else -math.inf for v in of["low"]],
                [v if v < furthest else math.inf for v in of["high"]],
                colour=colours[str(benchmark)],
                facts=[
                    {
                        "label": _target(str(r["benchmark"]), r["error"]),
                        "value": f"{form}: 10^{r['GFLOPs']:.1f} GFLOPs (10^{r['low']:.1f} to 10^{r['high']:.1f})",
                    }
                    for r in of.to_dict("records")
                ],
            )
            for benchmark, of in here.groupby("benchmark", sort=False)
        ]
        panels.append(Panel(f"{form} form", "power of ten of GFLOPs", "", layers, y_names=names))
    return Figure(
        "figure4",
        "Computing for an error rate (figure 4)",
        panels,
        columns=2,
        caption=f"{data.capitalize()} rows. Lines that leave the axes have no bound on that side, or one far beyond.",
    )


def _target(benchmark: str, error: float) -> str:
    return f"{benchmark}, {error:.3g} %"

"""Whether it matters which peak a burden is counted at: the authors' FP32 figures, our table's, the tensor cores'."""

from __future__ import annotations

import pandas as pd

from analysis.fits.regression import SLOPE, TooFewRowsError
from analysis.report.colours import KINDS
from analysis.report.findings import Figure, Section, Table
from analysis.report.panels import slope_forest
from analysis.rows.inputs import Inputs, benchmark_name
from analysis.rows.observations import measure_column, usable
from analysis.studies.scaling import fit_rows
from db.reference.hardware import find_device
from db.untyped import Row

TITLE = "Which peak the burden is counted at"
ORDER = 110


def run(inputs: Inputs) -> Section:
    """Fits the same rows with burdens at the row's own FP32 peak, the table's FP32 peak and the tensor peak."""
    data = inputs.main_data
    lines: list[Row] = []
    for benchmark in inputs.benchmarks():
        rows = inputs.observations(data, benchmark)
        by_table = rows.copy()
        by_table["burden"] = by_table["peak_gflops_table"] * by_table["training_seconds"]
        lacking = by_table["burden"].isna()
        by_table["refused"] = ["no peak, number of processors or time" if absent else None for absent in lacking]
        own = measure_column("burden")
        for name, some, compute in (
            ("FP32, as the rows have it", rows, own),
            ("FP32, by the table of devices", by_table, own),
            ("tensor cores where there are any", by_table, "tensor"),
        ):
            used, out = usable(some, compute)
            try:
                fit = fit_rows(used, out, benchmark)
            except TooFewRowsError:
                continue
            low, high = fit.intervals[SLOPE]
            lines.append(
                {
                    "benchmark": benchmark_name(benchmark),
                    "peak": name,
                    "n": fit.n,
                    "slope": fit.coefficients[SLOPE],
                    "s.e.": fit.standard_errors[SLOPE],
                    "low": low,
                    "high": high,
                    "R²": fit.r2,
                }
            )
    if not lines:
        return Section("peaks", TITLE, ["No benchmark has enough rows."])
    frame = pd.DataFrame(lines)
    wide = frame.pivot(index="benchmark", columns="peak", values="slope")
    ratio = (wide.iloc[:, -1] / wide.iloc[:, 0]).dropna()
    return Section(
        "peaks",
        TITLE,
        [
            "The study counts every processor at its FP32 peak. Since 2017 training has moved to tensor cores, "
            "whose peak is up to eight times higher on the same chip, so newer rows are undercounted. TPUs have no "
            "FP32 peak; they count at their bf16 peak, in the study as here.",
            f"Counting at tensor peak changes the slope by a factor of {ratio.min():.2f} to {ratio.max():.2f}. "
            "The table of devices also counts rows that the authors left without a peak, and gives each device "
            "one peak, where the authors' rows sometimes carry that of another device or of one device for many.",
        ],
        method=(
            "Burden = processors × peak × seconds. Papers seldom state what share of the peak they reached, and no row "
            "here does: the burden stays an upper bound of the arithmetic done, and the slope is right as long as that "
            "share does not change with computing. One rule for peaks: a GPU counts at its boost clock, FP32, without "
            "tensor cores, the whole board; a CPU at its base clock; a TPU at its bf16 peak. " + _clock_words(inputs)
        ),
        tables=[
            Table(
                "peaks",
                f"The slope by the peak that is counted ({data} rows)",
                frame,
                {"slope": ".4f", "s.e.": ".4f", "low": ".4f", "high": ".4f", "R²": ".2f"},
            )
        ],
        figures=[_forest(frame)],
    )


def _clock_words(inputs: Inputs) -> str:
    """For how many of the rows' devices a source states the clock of the peak."""
    devices = inputs.observations(inputs.main_data)["device"].dropna().unique()
    found = {p.name: p for p in map(find_device, devices) if p is not None and p.clock is not None}
    told = sum(p.clock_is_told for p in found.values())
    return (
        f"Of {len(found)} devices named here, a source states the clock of {told}; the others' follows by rule from "
        "kind and year (db/reference/README.md)."
    )


def _forest(frame: pd.DataFrame) -> Figure:
    return slope_forest(
        "peaks",
        "The slope by the peak that is counted",
        frame,
        "peak",
        dict(zip(dict.fromkeys(frame["peak"]), KINDS, strict=False)),
        lambda r: f"slope {r['slope']:.4f} ({r['s.e.']:.4f}), n = {r['n']}",
    )

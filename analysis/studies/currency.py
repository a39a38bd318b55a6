"""Training FLOP in one currency: operations counted against hardware, time and utilisation, where both are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.fits.inference import clustered_slope
from analysis.report.colours import INK, colour_of
from analysis.report.findings import Figure, Layer, Line, Panel, Points, Section, Table
from analysis.report.writing import RowFacts
from analysis.rows.inputs import Inputs, benchmark_name
from analysis.rows.observations import paper_of
from db.quantities import counted

TITLE = "Training FLOP by two methods"
ORDER = 115

UTILISATION = 0.3  # of the FP32 peak: what Epoch AI assumes where a paper does not say (40 % for language models)
FEWEST = 3
FEW = 6  # models of which each is told
POSSIBLE = (0.005, 1.0)  # a share of the peak outside these says that one of the two methods is wrong


def run(inputs: Inputs) -> Section:
    """Sets operations counted beside hardware x time x utilisation, and what share of the peak they imply."""
    rows = both_methods(inputs.observations(inputs.main_data))
    if len(rows) < FEWEST:
        return Section("currency", TITLE, [f"{len(rows)} rows give both; a comparison takes {FEWEST}."])
    ratio = rows["share of peak"]
    odd = rows[(ratio < POSSIBLE[0]) | (ratio > POSSIBLE[1])]
    fit = (
        clustered_slope(np.log10(rows["by hardware"]), np.log10(rows["by operations"]), list(paper_of(rows)), way="")
        if len(rows) > FEWEST + 2 and paper_of(rows).nunique() > FEWEST
        else None
    )
    words = [
        f"{counted(len(rows), 'model')} of {counted(paper_of(rows).nunique(), 'paper')} give both. Operations counted "
        f"are {_spread(ratio)} of what the hardware could have done; hardware × time × {UTILISATION:.0%} is off by a "
        f"factor {10 ** np.log10(ratio / UTILISATION).abs().median():.1f} in the median."
    ]
    if len(odd):
        words.append(
            f"{counted(len(odd), 'model')} would have used less than {POSSIBLE[0]:.1%} or more than {POSSIBLE[1]:.0%} "
            "of the peak: there the time is of another run, the operations are of another input, or multiply-adds "
            "stand for FLOPs."
        )
    if fit is not None:
        words.append(
            f"One method grows as the other to the power {fit.slope:.2f} ({fit.low:.2f} to {fit.high:.2f}): 1 would "
            "say that the share of the peak does not change with size."
        )
    return Section(
        "currency",
        TITLE,
        words,
        method=(
            "By operations: as stated, else epochs × training examples × 3 × operations of a forward pass. By "
            f"hardware: hardware burden × {UTILISATION:.0%}. This is Epoch AI's check of its own estimates; a row "
            "where the two differ by more than ten is worth reading again."
        ),
        formula="training FLOP = 3 · epochs · examples · FLOPs of a pass = processors · peak · seconds · utilisation",
        tables=[
            Table(
                "currency",
                "Training FLOP by both methods",
                _table(rows),
                {"by operations": ".2e", "by hardware": ".2e", "share of peak": ".1%", "paper": "link"},
            )
        ],
        figures=[_figure(rows)],
    )


def _spread(ratio: pd.Series) -> str:
    """The shares one by one where they are few, else their median and middle half."""
    if len(ratio) < FEW:
        return " and ".join([", ".join(f"{v:.0%}" for v in ratio.iloc[:-1]), f"{ratio.iloc[-1]:.0%}"])
    return f"{ratio.median():.0%} in the median (half of them {ratio.quantile(0.25):.0%} to {ratio.quantile(0.75):.0%})"


def both_methods(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with training FLOP by both methods: `by operations`, `by hardware`, `share of peak`."""
    out = rows[(rows["training_operations"] > 0) & (rows["burden"] > 0)].copy()
    out["by operations"] = out["training_operations"]
    out["by hardware"] = out["burden"] * 1e9 * UTILISATION
    out["share of peak"] = out["by operations"] / (out["burden"] * 1e9)
    return out.reset_index(drop=True)


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    papers = zip(rows["title"], rows["arxiv_id"], rows["link"], strict=True)
    return pd.DataFrame(
        {
            "benchmark": rows["benchmark"].map(benchmark_name),
            "model": rows["model"],
            "paper": [(str(t or a or ""), link) for t, a, link in papers],
            "by operations": rows["by operations"],
            "by hardware": rows["by hardware"],
            "share of peak": rows["share of peak"],
        }
    )


def _figure(rows: pd.DataFrame) -> Figure:
    low = float(min(rows["by hardware"].min(), rows["by operations"].min()))
    high = float(max(rows["by hardware"].max(), rows["by operations"].max()))
    layers: list[Layer] = [Line("equal", [low, high], [low, high], colour=INK, dashed=True)]

    def said(row: Any) -> str:
        return f"{row['by operations']:.1e} counted, {row['by hardware']:.1e} by hardware"

    for benchmark, some in rows.groupby("benchmark", sort=False):
        layers.append(
            Points(
                benchmark_name(str(benchmark)),
                some["by hardware"].tolist(),
                some["by operations"].tolist(),
                RowFacts(some, said),
                colour=colour_of(str(benchmark)),
            )
        )
    across, up = f"hardware × time × {UTILISATION:.0%} (FLOP)", "operations counted (FLOP)"
    panel = Panel("Training FLOP by two methods", across, up, layers, True, True)
    return Figure("currency", panel.title, [panel])

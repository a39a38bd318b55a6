"""What the sign of each slope rests on: without each paper, each pair of papers, and each labelled group of models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from analysis.fits.inference import Floats, PaperSums, clustered_slope, leave_one_paper_out, paper_sums, slopes_of
from analysis.fits.regression import MINIMUM_PAPERS, MINIMUM_ROWS
from analysis.report.colours import INK, colour_of
from analysis.report.findings import Figure, Layer, Panel, Points, Section, Table, with_minus
from analysis.rows.inputs import Inputs, benchmark_name
from analysis.rows.observations import paper_of
from db.quantities import counted
from db.reference.model_traits import TRAITS
from db.untyped import Row

TITLE = "What the sign of a slope rests on"
ORDER = 75

MOST_PAIRED = 150  # papers whose pairs are tried: those that move the slope most, where there are more
GROUPS = {
    **{trait: trait.replace("_", "-") if trait == "pre_training" else trait.replace("_", " ") for trait in TRAITS},
    "reimplementation": "re-implementations",
}
FEWEST_LEFT, FEWEST_LEFT_PAPERS = 5, 3  # rows and papers without which what is left has no slope to speak of


@dataclass(frozen=True)
class Without:
    """The slope without some papers or rows, and with its interval where it was worked out."""

    benchmark: str
    what: str  # "paper", "pair of papers", or the group's name
    names: tuple[str, ...]
    rows: int  # left out
    slope: float
    low: float = np.nan
    high: float = np.nan


def run(inputs: Inputs) -> Section:
    """Leaves out each paper, each pair, and each group, and says which of them the sign depends on."""
    data = inputs.main_data
    everything: list[Without] = []
    lines: list[Row] = []
    panels: list[tuple[str, list[Without], float]] = []
    for benchmark in inputs.benchmarks():
        rows, _ = inputs.usable(data, benchmark)
        if len(rows) < MINIMUM_ROWS or paper_of(rows).nunique() < MINIMUM_PAPERS:
            continue
        whole = slope_of(rows)
        found = [*without_papers(rows, benchmark), *without_groups(rows, benchmark)]
        everything += found
        lines += [_line(rows, w, whole.slope) for w in _worth_telling(found, whole.slope)]
        panels.append((benchmark, found, whole.slope))
    if not lines:
        return Section("influence", TITLE, ["No benchmark has enough rows."])
    words = [sentence for benchmark, found, whole in panels for sentence in _sentences(benchmark, found, whole)]
    turned = sum(any(_turns(w, whole) for w in found) for _, found, whole in panels)
    return Section(
        "influence",
        TITLE,
        key=(
            f"The sign of the slope rests on one paper, two papers or one kind of model on {turned} of {len(panels)} "
            "benchmarks" + (": " + " ".join(w for w in words if "turns" in w) if turned else ".")
        ),
        summary=words,
        method=(
            "Each paper, each pair of papers, and each group of models in db/reference/model_traits.csv is left out in "
            "turn and the line fitted again; intervals are CR2. "
            f"A group is left out where {FEWEST_LEFT} rows of {FEWEST_LEFT_PAPERS} papers remain. Of more than "
            f"{MOST_PAIRED} papers, pairs are tried among the {MOST_PAIRED} that move the slope most."
        ),
        tables=[
            Table(
                "influence",
                f"Slopes without the papers and groups that matter most ({data} rows)",
                pd.DataFrame(lines),
                {"slope": ".4f", "without": ".4f", "low": ".4f", "high": ".4f"},
                note="without: the slope of the rows that are left, with its 95 % interval. Of papers and pairs, those "
                "that move the slope up and down most; of groups, each.",
            )
        ],
        figures=[_figure(panels)],
    )


def slope_of(rows: pd.DataFrame) -> Any:
    """The slope of these rows with its CR2 interval."""
    return clustered_slope(np.log10(rows["computing"]), np.log10(rows["error"]), list(paper_of(rows)), way="")


def without_papers(rows: pd.DataFrame, benchmark: str) -> list[Without]:
    """The slope without each paper and without each pair of papers."""
    sums = paper_sums(np.log10(rows["computing"]), np.log10(rows["error"]), list(paper_of(rows)))
    single = leave_one_paper_out(sums)
    out = [
        Without(benchmark, "paper", (name,), int(n), float(slope))
        for name, n, slope in zip(sums.papers, sums.rows, single, strict=True)
    ]
    slopes, pairs = without_pairs(sums, single)
    out += [
        Without(benchmark, "pair of papers", (sums.papers[i], sums.papers[j]), int(sums.rows[i] + sums.rows[j]), slope)
        for (i, j), slope in zip(pairs, slopes.tolist(), strict=True)
    ]
    return [w for w in out if np.isfinite(w.slope)]


def without_pairs(sums: PaperSums, single: Floats) -> tuple[Floats, list[tuple[int, int]]]:
    """The slope without each pair of the papers that matter, and the pairs."""
    whole = slopes_of(sums.xx.sum(axis=0), sums.xy.sum(axis=0))
    moved = np.argsort(-np.abs(np.nan_to_num(single - whole)))[:MOST_PAIRED]
    pairs = list(combinations(sorted(int(i) for i in moved), 2))
    one, other = np.array(pairs).T
    xx = sums.xx.sum(axis=0) - sums.xx[one] - sums.xx[other]
    return slopes_of(xx, sums.xy.sum(axis=0) - sums.xy[one] - sums.xy[other]), pairs


def without_groups(rows: pd.DataFrame, benchmark: str) -> list[Without]:
    """The slope without each labelled group of models, where enough is left."""
    out = []
    for flag, name in GROUPS.items():
        gone = rows[flag].astype(bool)
        left = rows[~gone]
        if not gone.any() or len(left) < FEWEST_LEFT or paper_of(left).nunique() < FEWEST_LEFT_PAPERS:
            continue
        found = slope_of(left)
        models = tuple(dict.fromkeys(rows.loc[gone, "model"].astype(str)))
        out.append(Without(benchmark, name, models, int(gone.sum()), found.slope, found.low, found.high))
    return out


def _turns(w: Without, whole: float) -> bool:
    return (w.slope < 0) != (whole < 0)


def _worth_telling(found: Sequence[Without], whole: float) -> list[Without]:
    """Of papers and pairs the two that move the slope most either way; of groups, each."""
    out = []
    for what in ("paper", "pair of papers"):
        of = sorted((w for w in found if w.what == what), key=lambda w: w.slope)
        out += [of[0], of[-1]] if of else []
    return out + [w for w in found if w.what in GROUPS.values()]


def _line(rows: pd.DataFrame, w: Without, whole: float) -> Row:
    low, high = w.low, w.high
    if np.isnan(low):
        left = slope_of(rows[~paper_of(rows).astype(str).isin(w.names)])
        low, high = left.low, left.high
    return {
        "benchmark": benchmark_name(w.benchmark),
        "left out": w.what,
        "which": "; ".join(_titles(rows, w)),
        "rows": w.rows,
        "slope": whole,
        "without": w.slope,
        "low": low,
        "high": high,
        "the sign turns": _turns(w, whole),
    }


def _titles(rows: pd.DataFrame, w: Without) -> list[str]:
    """The papers' titles, or the models of a group (the first few)."""
    if w.what not in ("paper", "pair of papers"):
        return [*w.names[:4], *(["…"] if len(w.names) > 4 else [])]
    papers = paper_of(rows).astype(str)
    return [str(rows.loc[papers == name, "title"].iloc[0] or name) for name in w.names]


def _sentences(benchmark: str, found: Sequence[Without], whole: float) -> list[str]:
    """What the sign of one benchmark's slope rests on, in words."""
    name, out = benchmark_name(benchmark), []
    groups = [w for w in found if w.what in GROUPS.values() and _turns(w, whole)]
    for w in groups:
        out.append(
            with_minus(
                f"{name}: without {counted(w.rows, 'row')} of {w.what} ({', '.join(w.names[:4])}) the slope turns from "
                f"{whole:.3f} to {w.slope:+.3f} ({w.low:.2f} to {w.high:.2f})."
            )
        )
    papers = [w for w in found if w.what == "paper" and _turns(w, whole)]
    pairs = [w for w in found if w.what == "pair of papers" and _turns(w, whole)]
    if papers:
        out.append(f"{name}: one paper turns the sign when it is left out.")
    elif pairs:
        out.append(
            f"{name}: {counted(len(pairs), 'pair')} of papers turns the sign when left out, no single paper does."
        )
    elif not groups:
        slopes = [w.slope for w in found]
        out.append(
            with_minus(
                f"{name}: no paper, pair or group changes the sign; the slope stays between {min(slopes):.3f} and "
                f"{max(slopes):.3f}."
            )
        )
    return out


def _figure(panels: Sequence[tuple[str, list[Without], float]]) -> Figure:
    layers: list[Layer] = []
    kinds = (("a pair left out", "pair of papers", 0.3), ("a paper left out", "paper", 0.6))
    for place, (benchmark, found, whole) in enumerate(panels):
        colour = colour_of(benchmark)
        for _, what, size in kinds:
            some = [w for w in found if w.what == what]
            some = some[:: max(1, len(some) // 400)]
            layers.append(_marks([w.slope for w in some], place, some, colour, size=size, hollow=True))
        groups = [w for w in found if w.what in GROUPS.values()]
        layers.append(_marks([w.slope for w in groups], place + 0.3, groups, colour, size=0.8))
        layers.append(Points("", [whole], [float(place)], [{"label": "all rows", "value": f"{whole:.4f}"}], colour=INK))
    panel = Panel(
        "The slope without each paper, pair and group",
        "slope",
        "",
        layers,
        y_names=[benchmark_name(b) for b, *_ in panels],
        x_zero=True,
    )
    return Figure(
        "influence",
        panel.title,
        [panel],
        caption="Dark: all rows. Hollow: without one paper (larger) or one pair (smaller). Filled, below: without a "
        "labelled group of models.",
    )


def _marks(
    x: list[float], place: float, found: Sequence[Without], colour: str, *, size: float, hollow: bool = False
) -> Layer:
    facts = [
        {
            "label": f"without {w.what if w.what in GROUPS.values() else '; '.join(w.names)}",
            "value": f"slope {w.slope:.4f}",
        }
        for w in found
    ]
    return Points("", x, [place] * len(x), facts, colour=colour, hollow=hollow, size=size)

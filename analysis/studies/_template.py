"""What this study answers, in one line: it stands in `run.py --list`.

A template: copy it to a name without the underscore and it is a study. What it does: the median error rate of each
benchmark by year, with a table and a figure.
"""

from __future__ import annotations

import pandas as pd

from analysis.report.colours import colour_of
from analysis.report.findings import Figure, Layer, Line, Panel, Section, Table
from analysis.rows.inputs import Inputs, benchmark_name
from db.untyped import Row

TITLE = "Title of the section"
ORDER = 200  # its place in the report; the first study has 10


def run(inputs: Inputs) -> Section | None:
    """Finds something out; None where this data has nothing for it."""
    lines: list[Row] = []
    layers: list[Layer] = []
    for benchmark in inputs.benchmarks():
        rows = inputs.observations(inputs.main_data, benchmark)  # or inputs.usable(...): with `computing`, and reasons
        rows = rows[rows["error"].notna() & rows["year"].notna()]
        median = rows.groupby(rows["year"].astype(int))["error"].median()
        name = benchmark_name(benchmark)
        lines += [{"benchmark": name, "year": year, "median error": error} for year, error in median.items()]
        if len(median) > 1:
            x, y = [float(year) for year in median.index], [100 * float(error) for error in median]
            layers.append(Line(name, x, y, colour=colour_of(benchmark)))
    if not lines:
        return None
    frame = pd.DataFrame(lines)
    panel = Panel("Median error by year", "year", "error rate (%)", layers, y_log=True)
    return Section(
        "template",
        TITLE,
        summary=[f"{len(frame)} medians, {frame['year'].min()} to {frame['year'].max()}."],
        method="How it was done, and what that leaves out.",
        tables=[Table("template", "Median error by year", frame, {"median error": ".3f"})],
        figures=[Figure("template", panel.title, [panel])],
    )

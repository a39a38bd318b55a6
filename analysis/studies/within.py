"""Scaling among the models of one paper, against scaling across papers: do controlled experiments say the same?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.fits.inference import WithinAcross, within_and_across
from analysis.fits.regression import MINIMUM_ROWS
from analysis.report.colours import KINDS
from analysis.report.findings import Figure, Section, Table
from analysis.report.panels import slope_forest
from analysis.rows.inputs import Inputs, benchmark_name
from analysis.rows.observations import MEASURES, paper_of
from db.untyped import Row

TITLE = "Within papers and across papers"
ORDER = 80


def run(inputs: Inputs) -> Section:
    """Compares the slope inside papers (fixed effects) with the slope of papers' means, on two measures of "
    "computing."""
    data = inputs.main_data
    lines, found = [], []
    for compute in dict.fromkeys((inputs.options.compute, "operations")):
        for benchmark in inputs.benchmarks():
            rows, _ = inputs.usable(data, benchmark, compute)
            if len(rows) < MINIMUM_ROWS:
                continue
            both = within_and_across(np.log10(rows["computing"]), np.log10(rows["error"]), list(paper_of(rows)))
            found.append((benchmark_name(benchmark), MEASURES[compute][0], both))
            lines.append(_line(benchmark, compute, len(rows), both))
    if not lines:
        return Section("within", TITLE, [f"No benchmark has the {MINIMUM_ROWS} rows that this takes."])
    compared = [
        (f"{name}, {measure}", b) for name, measure, b in found if b.within is not None and b.across is not None
    ]
    differ = [name for name, b in compared if b.difference_p is not None and b.difference_p < 0.05]
    return Section(
        "within",
        TITLE,
        [
            "A critic may say that comparing models of different papers mixes computing with everything else that "
            "changed, and that experiments which change only size are the ones to trust. Inside a paper, much "
            "else is equal.",
            f"{len(compared)} of {len(found)} cases have enough papers with models of different computing to compare: "
            f"the two slopes differ (p < 0.05) in {len(differ)}"
            + (f": {'; '.join(differ)}." if differ else ".")
            + ("" if differ else " With so few papers that is no sign that they are the same."),
        ],
        method=(
            "Within: least squares with a constant for each paper. Papers whose models all took the same computing say "
            "nothing about it. Across: least squares on the papers' means. Intervals: CR2 by paper, with "
            "Satterthwaite's degrees of freedom. Difference: t on the fewer of them."
        ),
        formula="within:  log10 error(i, paper) = a(paper) + b · log10 computing(i, paper) + e\n"
        "across:  mean log10 error(paper) = a + b · mean log10 computing(paper) + e",
        tables=[
            Table(
                "within",
                f"The slope within and across papers ({data} rows)",
                pd.DataFrame(lines),
                {"within": ".4f", "within s.e.": ".4f", "across": ".4f", "across s.e.": ".4f", "difference p": ".3f"},
            )
        ],
        figures=[_forest(found)],
    )


def _line(benchmark: str, compute: str, n: int, both: WithinAcross) -> Row:
    return {
        "benchmark": benchmark_name(benchmark),
        "computing": MEASURES[compute][0],
        "n": n,
        "papers that vary": both.papers_with_spread,
        "within": both.within.slope if both.within else np.nan,
        "within s.e.": both.within.standard_error if both.within else np.nan,
        "across": both.across.slope if both.across else np.nan,
        "across s.e.": both.across.standard_error if both.across else np.nan,
        "difference p": both.difference_p if both.difference_p is not None else np.nan,
    }


def _forest(found: list[tuple[str, str, WithinAcross]]) -> Figure:
    """A panel a measure of computing."""
    frame = pd.DataFrame(
        [
            {"benchmark": name, "measure": measure, "which": f"{which} papers", "slope": e.slope, "low": e.low,
             "high": e.high, "s.e.": e.standard_error}
            for name, measure, both in found
            for which, e in (("within", both.within), ("across", both.across))
            if e is not None
        ],
        columns=["benchmark", "measure", "which", "slope", "low", "high", "s.e."],
    )  # fmt: skip
    title = "Slope within and across papers, with 95 % interval"
    panels = [
        replace(panel, title=str(measure))
        for measure, some in frame.groupby("measure", sort=False)
        for panel in slope_forest(
            "within",
            title,
            some,
            "which",
            {"within papers": KINDS[1], "across papers": KINDS[0]},
            lambda r: f"slope {r['slope']:.4f} ({r['s.e.']:.4f})",
        ).panels
    ]
    return Figure("within", title, panels, columns=2)

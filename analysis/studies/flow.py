"""How many papers and models the rows come from (figures 5 and 6), beside the study's own counts."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.report.findings import Section, Table
from analysis.rows.inputs import Inputs, benchmark_name
from analysis.rows.observations import paper_of

TITLE = "From papers to rows"
ORDER = 150

# arXiv 2007.05558 v1, figure 6: papers found, models, with computation, with hardware burden, with all
FIGURE_6 = {
    "imagenet": (127, 166, 62, 43, 35),
    "cifar10": (72, 91, 3, 0, 0),
    "cifar100": (72, 66, 3, 0, 0),
    "coco": (210, 95, 27, 33, 11),
    "conll2003": (227, 40, 5, 13, 3),
    "wmt14_en_fr": (184, 33, 9, 13, 4),
    "wmt14_en_de": (184, 42, 4, 13, 2),
    "squad11": (141, 60, 3, 16, 1),
    "swb_hub500": (88, 16, 10, 6, 6),
}


def run(inputs: Inputs) -> Section:
    """Sets the counts of this data beside those of the study."""
    flow, by_benchmark = inputs.snapshot.parts.get("flow"), inputs.snapshot.parts.get("benchmarks")
    counts = _counts(inputs)
    tables = []
    if len(counts):
        tables.append(
            Table(
                "figure6",
                "Rows of the tables that are fitted, beside the study's figure 6",
                counts,
                note="with computation: FLOPs or multiply-adds of a pass. with burden: hardware, count and time. "
                "study: the same count in arXiv 2007.05558 v1.",
            )
        )
    words = [
        "The study found papers by searching arXiv, kept those with a model on a benchmark, and could fit only those "
        "that state what the model cost: between a third and none of the models of a benchmark."
    ]
    if flow is not None:
        tables.insert(0, Table("figure5", "The flow of the live database (figure 5)", flow, {"count": ",d"}))
    if by_benchmark is not None:
        frame = by_benchmark[["name", "found", "read", "models", "computation", "burden", "all"]].rename(
            columns={"name": "benchmark", "computation": "with computation", "burden": "with burden", "all": "with all"}
        )
        tables.append(
            Table("figure6_live", "The live database by benchmark, as the extractor reads it (figure 6)", frame)
        )
    return Section("flow", TITLE, words, tables=tables)


def _counts(inputs: Inputs) -> pd.DataFrame:
    lines: list[dict[str, Any]] = []
    data = inputs.data_sets[0]
    everything = inputs.observations(data)
    for benchmark in [b for b in FIGURE_6 if b in inputs.benchmarks(data)] + [
        b for b in inputs.benchmarks(data) if b not in FIGURE_6
    ]:
        rows = everything[everything["benchmark"] == benchmark]
        computation, burden = rows["operations"].notna(), rows["burden"].notna()
        found = FIGURE_6.get(benchmark, (None,) * 5)
        lines.append(
            {
                "benchmark": benchmark_name(benchmark),
                "papers": int(paper_of(rows).nunique()),
                "models": len(rows),
                "study's models": found[1],
                "with computation": int(computation.sum()),
                "study's computation": found[2],
                "with burden": int(burden.sum()),
                "study's burden": found[3],
                "with both": int((computation & burden).sum()),
                "study's both": found[4],
            }
        )
    return pd.DataFrame(lines)

"""How many papers and models the rows come from (figures 5 and 6), beside the study's own counts."""

from __future__ import annotations

import pandas as pd

from analysis.report.findings import Section, Table
from analysis.rows.inputs import Inputs, benchmark_name
from analysis.rows.observations import paper_of
from db.reference.thompson2020 import load_published
from db.untyped import Row

TITLE = "From papers to rows"
ORDER = 150


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
                note="The study’s “with computation” counts rows with parameters, its “with all” those with "
                "parameters and burden: so do the columns here. The last one counts FLOPs or multiply-adds. "
                "Burden: hardware, count and time. printed: the count in figure 6 of arXiv 2007.05558 v1"
                + ("; it has the two translation benchmarks the other way round." if inputs.is_reference else "."),
            )
        )
    words = [
        "The study found papers by searching arXiv, kept those with a model on a benchmark, and could fit only those "
        f"that state what the model cost: by its figure 6, {_share_fitted()} of the models of a benchmark."
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


def _share_fitted() -> str:
    """The share of models with a hardware burden in the study's figure 6, from the least to the most."""
    share = [entry["burden"] / entry["models"] for entry in load_published()["figure6"]]
    return f"{min(share):.0%} to {max(share):.0%}"


def _counts(inputs: Inputs) -> pd.DataFrame:
    lines: list[Row] = []
    data = inputs.data_sets[0]
    everything = inputs.observations(data)
    printed = {entry["benchmark"]: entry for entry in load_published()["figure6"]}
    for benchmark in sorted(inputs.benchmarks(data), key=lambda b: b not in printed):
        rows = everything[everything["benchmark"] == benchmark]
        parameters, burden = rows["parameters"].notna(), rows["burden"].notna()
        study = printed.get(benchmark, {})
        lines.append(
            {
                "benchmark": benchmark_name(benchmark),
                "papers": int(paper_of(rows).nunique()),
                "models": len(rows),
                "models, printed": study.get("models"),
                "with parameters": int(parameters.sum()),
                "with computation, printed": study.get("computation"),
                "with burden": int(burden.sum()),
                "with burden, printed": study.get("burden"),
                "with both": int((parameters & burden).sum()),
                "with all, printed": study.get("all"),
                "with operations": int(rows["operations"].notna().sum()),
            }
        )
    return pd.DataFrame(lines)

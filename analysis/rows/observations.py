"""What is fitted: one observation a row (a model on a benchmark), from the database or the reference table."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from db import store
from db.measures import error_rate, hardware_burden, operations_per_pass, primary_metrics, training_operations
from db.reference.benchmarks import load_benchmarks
from db.reference.hardware import find_device
from db.reference.model_traits import TRAITS, traits_of
from db.reference.thompson2020 import benchmarks_as_fitted, load_rows, load_rows_as_fitted
from db.untyped import Row

AS_PUBLISHED = "as published"  # the authors' rows as they are
AS_FITTED = "as fitted"  # the authors' rows as their paper's tables 3 and 4 were fitted on them, where these are known
CORRECTED = "corrected"  # the authors' rows with the corrections list applied
CURATED = "curated"  # the rows that the database's own reviewers have decided
REFERENCE = "reference"  # the authors' rows as they were loaded into the database
COMBINED = "curated and reference"  # both; where they speak of the same model, the reviewed row

DATA_SETS = (AS_PUBLISHED, AS_FITTED, CORRECTED, CURATED, COMBINED, REFERENCE)  # in the report's order

REFERENCE_SOURCE = "thompson2020"  # what the curated table calls the authors' rows

# The columns of an observation in order, and what each holds. None or NaN: not stated.
COLUMN_KINDS: Mapping[str, Literal["text", "number", "flag"]] = {
    "row_key": "text",
    "data": "text",  # the data set of the report: one of those above
    "source": "text",  # thompson2020 | review
    "role": "text",
    "benchmark": "text",
    "metric": "text",  # the benchmark's primary one
    "score": "number",  # as printed
    "error": "number",  # rate, as a fraction
    "arxiv_id": "text",
    "version": "number",
    "link": "text",
    "title": "text",
    "model": "text",
    "year": "number",  # as the source dates the row: decimal, or whole in the authors' table
    "date": "number",  # decimal year with the month: by the arXiv id where the source gives only a year
    "device": "text",
    "device_count": "number",
    "training_seconds": "number",
    "peak_gflops": "number",  # of all processors together, FP32: the row's own, or else by the table of devices
    "peak_gflops_tensor": "number",
    "peak_gflops_table": "number",  # FP32 by the table of devices, also where the row has its own
    "burden": "number",  # GFLOPs: peak x seconds
    "tensor_burden": "number",
    "flops": "number",
    "multiply_adds": "number",
    "parameters": "number",
    "epochs": "number",
    "training_flops": "number",
    "operations": "number",  # of one pass
    "operations_source": "text",
    "training_operations": "number",
    "page": "number",  # where the score (or else the hardware) was read
    "quote": "text",
    "reviewed": "number",  # share of the values used that a person has confirmed (reference rows: 1)
    "reimplementation": "flag",  # rules by which rows may be left out
    "pre_training": "flag",  # traits by which rows may be left out, or a slope be asked without them
    "extra_data": "flag",
    "ensemble": "flag",
    "search": "flag",
    "refused": "text",  # why the row has no burden where it has none
}
COLUMNS = tuple(COLUMN_KINDS)


def reference_observations(data: str = CORRECTED) -> pd.DataFrame:
    """The authors' rows of arXiv 2007.05558 as observations: "as published", "as fitted" in the paper, or "corrected".

    "as fitted" has the benchmarks whose rows are known. Raises ValueError for another name.
    """
    if data == AS_FITTED:
        rows = load_rows_as_fitted()
        return from_reference(rows[rows["benchmark"].isin(benchmarks_as_fitted())], data)
    if data not in (AS_PUBLISHED, CORRECTED):
        raise ValueError(f"the reference table has no rows {data!r}: {AS_PUBLISHED}, {AS_FITTED} or {CORRECTED}")
    return from_reference(load_rows(corrected=data == CORRECTED), data)


def load_observations(con: store.Connection) -> pd.DataFrame:
    """The database's curated rows as observations of up to three data sets: curated, reference, and both together.

    Together, a reviewed row wins over a reference row of the same paper, model and benchmark. Empty where there are
    no rows.
    """
    rows = con.execute(f"SELECT {', '.join(_OF_CURATED)} FROM curated").df()
    if rows.empty:
        return complete(pd.DataFrame({name: [] for name in COLUMNS}))
    return split_by_source(from_curated(rows))


_MEASURED = (
    "device",
    "device_count",
    "training_seconds",
    "epochs",
    "parameters",
    "flops",
    "multiply_adds",
    "training_flops",
)
_OF_CURATED = (
    "row_key", "source", "arxiv_id", "version", "title", "published", "model", "benchmark", "role", "scores",
    *_MEASURED, "device_page", "device_quote", "training_seconds_page", "training_seconds_quote",
    *(f"{name}_state" for name in ("score", *_MEASURED)),
)  # fmt: skip


def read_observations(db: Path | str) -> pd.DataFrame:
    """The observations of the database in this file, for a notebook; it is opened for reading only, and closed."""
    with store.reading(Path(db)) as con:
        return load_observations(con)


def split_by_source(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows once for each data set that they belong to, in the column `data`."""
    reference = rows["source"] == REFERENCE_SOURCE
    parts = [rows[~reference].assign(data=CURATED), rows[reference].assign(data=REFERENCE)]
    if reference.any() and not reference.all():
        parts.append(rows[~_replaced(rows)].assign(data=COMBINED))
    return pd.concat([part for part in parts if len(part)], ignore_index=True)


def _replaced(rows: pd.DataFrame) -> pd.Series:
    """Which reference rows speak of a model that a reviewed row speaks of, however its name is spelt."""
    reviewed = rows["source"] != REFERENCE_SOURCE
    name = rows["model"].map(lambda m: re.sub(r"[\W_]+", "", str(m).lower()))
    same = pd.MultiIndex.from_arrays([rows["arxiv_id"].astype(object), rows["benchmark"], name])
    return ~reviewed & rows["arxiv_id"].notna() & same.isin(same[reviewed])


def from_reference(rows: pd.DataFrame, data: str) -> pd.DataFrame:
    """Observations of the reference rows (as `db.reference.thompson2020.load_rows` gives them, indexed by `row`)."""
    out = pd.DataFrame(index=range(len(rows)))
    rows = rows.reset_index()
    rows = rows.mask(rows == "")  # "" is "not given" there, None here
    out["row_key"] = rows["row"]
    for name in (
        "benchmark",
        "arxiv_id",
        "version",
        "link",
        "title",
        "model",
        "year",
        "device",
        "device_count",
        "training_seconds",
        "flops",
        "multiply_adds",
        "parameters",
        "epochs",
    ):
        out[name] = rows[name]
    out["data"], out["source"], out["role"] = data, REFERENCE_SOURCE, "own"
    out["metric"] = [next(iter(primary_metrics(b)), None) for b in rows["benchmark"]]
    scores = records(rows)
    out["score"] = [r.get(metric, np.nan) for r, metric in zip(scores, out["metric"], strict=True)]
    out["peak_gflops"] = rows["peak_gflops_total"]
    out["reimplementation"] = _flag(rows, "reimplementation")
    _flag_traits(out, rows.get("comments"))
    out["reviewed"] = 1.0
    return complete(out)


def from_curated(rows: pd.DataFrame) -> pd.DataFrame:
    """Observations of the view `curated`'s rows. Reference rows keep the peak that their authors worked with."""
    rows = rows[rows["benchmark"].notna()].sort_values("row_key", kind="stable").reset_index(drop=True)

    out = pd.DataFrame(index=rows.index)
    for name in (
        "row_key",
        "source",
        "role",
        "benchmark",
        "arxiv_id",
        "version",
        "title",
        "model",
        "device",
        "device_count",
        "training_seconds",
        "epochs",
        "parameters",
        "flops",
        "multiply_adds",
        "training_flops",
    ):
        out[name] = rows[name]
    out["data"] = CURATED
    found = [
        _primary_score(scores, primary_metrics(b)) for b, scores in zip(rows["benchmark"], rows["scores"], strict=True)
    ]
    out["metric"] = [f["metric"] for f in found]
    out["score"] = [f["value"] for f in found]
    out["page"] = [f["page"] for f in found]
    out["quote"] = [f["quote"] for f in found]
    for other in ("device", "training_seconds"):
        out["page"] = out["page"].where(out["page"].notna(), rows[f"{other}_page"])
        out["quote"] = out["quote"].where(out["quote"].notna(), rows[f"{other}_quote"])
    out["year"] = [_decimal_year(p) for p in rows["published"]]
    states = rows[[c for c in rows.columns if c.endswith("_state")]]
    sure = states.isin(["accepted", "corrected", "reference"])
    out["reviewed"] = sure.sum(axis=1) / states.notna().sum(axis=1).clip(lower=1)
    out["reimplementation"] = (rows["role"] == "prior") | rows["model"].str.contains(
        r"re-?implement", case=False, regex=True
    )
    _flag_traits(out)
    out["peak_gflops"] = _authors_peaks(rows)
    return complete(out)


def complete(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with every column of an observation: error rate, peaks, burdens and operations worked out."""
    benchmarks = load_benchmarks()
    absent: Row = {"text": None, "number": np.nan, "flag": False}
    out = typed(rows.assign(**{name: absent[kind] for name, kind in COLUMN_KINDS.items() if name not in rows}))
    scores = zip(out["benchmark"], out["metric"], out["score"], strict=True)
    out["error"] = [error_rate(benchmark, metric, score) for benchmark, metric, score in scores]
    out["date"] = [_dated(i, y) for i, y in zip(out["arxiv_id"], out["year"], strict=True)]
    no_link = out["link"].isna() & out["arxiv_id"].notna()
    out.loc[no_link, "link"] = "https://arxiv.org/abs/" + out.loc[no_link, "arxiv_id"].astype(str)
    _fill_peaks(out, own_only=out["source"] == REFERENCE_SOURCE)
    out["burden"] = hardware_burden(1.0, out["peak_gflops"], out["training_seconds"])
    out["tensor_burden"] = hardware_burden(1.0, out["peak_gflops_tensor"], out["training_seconds"])
    out["refused"] = [_why_no_burden(r) for r in records(out)]
    passes = operations_per_pass(out["flops"], out["multiply_adds"])
    out["operations"], out["operations_source"] = passes["operations"], passes["operations_source"]
    sizes = out["benchmark"].map({n: b.training_set_size for n, b in benchmarks.items()})
    out["training_operations"] = training_operations(
        out["training_flops"], out["epochs"], out["operations"], pd.to_numeric(sizes)
    )
    return typed(out)[list(COLUMNS)].reset_index(drop=True)


def typed(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with each column of an observation in its type: text or None, float or NaN, bool."""
    out = rows.copy()
    for name, kind in COLUMN_KINDS.items():
        if kind == "number":
            out[name] = pd.to_numeric(out[name], errors="coerce").astype(float)
        elif kind == "flag":
            out[name] = out[name].fillna(False).astype(bool)
        else:
            out[name] = text_or_none(out[name])
    return out


def text_or_none(values: pd.Series) -> pd.Series:
    """The values with None for whatever pandas made of "not stated"."""
    return values.astype(object).where(values.notna(), None)


MEASURES: Mapping[str, tuple[str, str]] = {
    "burden": ("hardware burden", "GFLOPs"),
    "tensor": ("hardware burden at tensor-core peak", "GFLOPs"),
    "operations": ("operations per network pass", "FLOPs"),
    "training": ("network operations in training", "FLOPs"),
}
_MEASURE_COLUMN = {
    "burden": "burden",
    "tensor": "tensor_burden",
    "operations": "operations",
    "training": "training_operations",
}


def measure_column(compute: str) -> str:
    """The observation column of a measure of computing ("burden", "tensor", "operations", "training")."""
    return _MEASURE_COLUMN[compute]


def usable(
    observations: pd.DataFrame,
    compute: str = "burden",
    *,
    leave_out_reimplementations: bool = False,
    leave_out_extra_data: bool = False,
    max_models_per_paper: int | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows that can be fitted, with `computing` filled, and those that can't: row_key, benchmark, model, reason.

    A row is left out for the first of: no error rate, no computing, and the rules asked for. With
    `max_models_per_paper` the models with the lowest error of each paper and benchmark stay.
    """
    rows = observations.copy()
    rows["computing"] = rows[_MEASURE_COLUMN[compute]]
    reason = pd.Series([None] * len(rows), index=rows.index, dtype=object)

    def leave_out(which: pd.Series, why: Any) -> None:
        fresh = which & reason.isna()
        reason[fresh] = why[fresh] if isinstance(why, pd.Series) else why

    leave_out(rows["score"].isna(), "no score on the benchmark's primary metric")
    leave_out(rows["error"].isna(), "the score means no error rate between 0 and 1")
    if compute in ("burden", "tensor"):
        leave_out(rows["refused"].notna(), rows["refused"])
        leave_out(rows["computing"].isna(), "the tensor-core peak of the device is not known")
    else:
        missing = {"operations": "no FLOPs or multiply-adds", "training": "no epochs, operations or stated total"}
        leave_out(rows["computing"].isna(), missing[compute])
    leave_out(rows["computing"] <= 0, "computing is zero or less")
    if leave_out_reimplementations:
        leave_out(rows["reimplementation"], "re-implementation by a later paper")
    if leave_out_extra_data:
        leave_out(rows["extra_data"], "trained on more data than the benchmark's")
    if max_models_per_paper is not None:
        stay = rows[reason.isna()].sort_values(["error", "row_key"], kind="stable")
        place = stay.groupby(["benchmark", paper_of(stay)], dropna=False).cumcount()
        late = place.index[place >= max_models_per_paper]
        leave_out(rows.index.to_series().isin(late), f"beyond {max_models_per_paper} models of its paper")
    out = rows.loc[reason.notna(), ["row_key", "data", "benchmark", "arxiv_id", "title", "model"]].copy()
    out["reason"] = reason[reason.notna()]
    return rows[reason.isna()].reset_index(drop=True), out.reset_index(drop=True)


def paper_of(rows: pd.DataFrame) -> pd.Series:
    """The paper of each row: its arXiv id, else its title, else the row itself."""
    return (
        rows["arxiv_id"]
        .where(rows["arxiv_id"].notna(), rows["title"])
        .where(rows["arxiv_id"].notna() | rows["title"].notna(), rows["row_key"])
    )


def records(rows: pd.DataFrame) -> list[Row]:
    """The rows as dicts by column name, in order."""
    return [{str(k): v for k, v in row.items()} for row in rows.to_dict("records")]


# --- inside -----------------------------------------------------------------------------------------------------


def _flag_traits(out: pd.DataFrame, comments: pd.Series | None = None) -> None:
    """Fills a flag for each trait, from the model's name, its paper's title and the source's remarks."""
    said = [""] * len(out) if comments is None else comments.fillna("")
    told = [
        traits_of(model, title, comment)
        for model, title, comment in zip(out["model"].fillna(""), out["title"].fillna(""), said, strict=True)
    ]
    for trait in TRAITS:
        out[trait] = [trait in found for found in told]


def _authors_peaks(rows: pd.DataFrame) -> list[float]:
    """The peak of all processors that the authors worked with, for their own rows in a database; else NaN.

    A database keeps device, count and time of a reference row, not the peak. It is looked up by the row's key in the
    corrected table or, where the database was loaded with the rows as published and they differ there, in that one.
    """
    tables = [_by_key(load_rows(corrected=corrected)) for corrected in (True, False)]
    peaks = []
    for row in records(rows):
        key = str(row["row_key"]).removeprefix(f"{REFERENCE_SOURCE}/")
        known = [t[key] for t in tables if row["source"] == REFERENCE_SOURCE and key in t]
        alike = [k for k in known if _same_training(row, k)]
        peaks.append(float((alike or known)[0]["peak_gflops_total"]) if known else np.nan)
    return peaks


def _by_key(rows: pd.DataFrame) -> dict[str, Row]:
    return {str(key): row for key, row in zip(rows.index, records(rows), strict=True)}


def _same_training(row: Row, reference: Row) -> bool:
    """Whether a row of the database names the device, count and time of a row of the reference table."""
    numbers = [(row[name], reference[name]) for name in ("device_count", "training_seconds")]
    return (row["device"] or "") == reference["device"] and all(
        (pd.isna(a) and pd.isna(b)) or a == b for a, b in numbers
    )


def _fill_peaks(rows: pd.DataFrame, *, own_only: pd.Series) -> None:
    """Fills the peaks of all processors together from the table of devices, beside those that a row brings itself.

    Rows of the reference data sets (`own_only`) keep the FP32 peak that the authors had, also where that is none.
    """
    years = [None if np.isnan(year) else int(year) for year in rows["year"]]
    named = list(zip(rows["device"], years, strict=True))  # a "Titan X" of 2015 is no Pascal
    found = {pair: find_device(*pair) for pair in dict.fromkeys(named) if pair[0] is not None}
    processors = [found.get(pair) for pair in named]
    fp32 = pd.Series([p.peak_gflops_fp32 if p else None for p in processors], index=rows.index, dtype=float)
    tensor = pd.Series([p.peak_gflops_tensor if p else None for p in processors], index=rows.index, dtype=float)
    rows["peak_gflops_table"] = rows["device_count"] * fp32
    rows["peak_gflops"] = rows["peak_gflops"].where(rows["peak_gflops"].notna() | own_only, rows["peak_gflops_table"])
    # A device without tensor cores runs at its FP32 peak.
    rows["peak_gflops_tensor"] = rows["device_count"] * tensor.where(tensor.notna(), fp32)


def _why_no_burden(row: Row) -> str | None:
    if not np.isnan(row["burden"]):
        return None
    hardware = not np.isnan(row["peak_gflops"])
    if not hardware and row["device"] is None and np.isnan(row["training_seconds"]):
        return "no hardware and no training time"
    if not hardware and row["device"] is None:
        return "no hardware"
    if not hardware and np.isnan(row["device_count"]):
        return "no number of processors"
    if not hardware:
        return f"peak of {row['device']} is not known"
    return "no training time"


def _primary_score(scores: str | None, metrics: Sequence[str]) -> Row:
    """The row's score on the first of these metrics that it has."""
    found = {s["metric"]: s for s in json.loads(scores) if s["value"] is not None} if isinstance(scores, str) else {}
    nothing = {"metric": next(iter(metrics), None), "value": np.nan, "page": None, "quote": None}
    return next((found[metric] for metric in metrics if metric in found), nothing)


def _flag(rows: pd.DataFrame, name: str) -> pd.Series:
    return rows[name].fillna(False).astype(bool) if name in rows else pd.Series([False] * len(rows))


def _dated(arxiv_id: str | None, year: float) -> float:
    """The decimal year: a whole one becomes the middle of the month that the arXiv id names, else of the year."""
    named = re.match(r"(\d\d)(\d\d)\.\d{4}", arxiv_id or "")
    if np.isnan(year) or year % 1:
        return year
    return 2000 + int(named[1]) + (int(named[2]) - 0.5) / 12 if named else year + 0.5


def _decimal_year(day: Any) -> float:
    if day is None or pd.isna(day):
        return np.nan
    stamp = pd.Timestamp(day)
    return float(stamp.year + (stamp.day_of_year - 1) / 365.25)

"""Observations: error rates, burdens, and the reason of every row left out."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.rows.observations import (
    COLUMNS,
    COMBINED,
    CORRECTED,
    CURATED,
    REFERENCE,
    from_curated,
    load_observations,
    reference_observations,
    split_by_source,
    usable,
)
from db import store
from db.measures import hardware_burden, operations_per_pass, training_operations
from db.tables.curated import load_reference


def curated(**changes: Any) -> dict[str, Any]:
    """A row of the view `curated`: ResNet on eight P100 for a day, 24 % top-1 error."""
    metric, score = changes.pop("metric", "top1_error"), changes.pop("score", 24.0)
    row: dict[str, Any] = {
        "row_key": "r1",
        "source": "review",
        "arxiv_id": "1512.03385",
        "version": 1,
        "title": "Deep residual learning",
        "published": date(2015, 12, 10),
        "model": "ResNet-50",
        "benchmark": "imagenet",
        "role": "own",
        "metric": metric,
        "score": score,
        "score_page": 5,
        "score_quote": "24.0",
        "score_state": "accepted",
        "scores": json.dumps([{"metric": metric, "value": score, "page": 5, "quote": "24.0", "state": "accepted"}]),
    }
    for name, value in {
        "device": "NVIDIA Tesla P100",
        "device_count": 8.0,
        "training_seconds": 86400.0,
        "epochs": 90.0,
        "parameters": 25.6e6,
        "flops": None,
        "multiply_adds": 3.8e9,
        "training_flops": None,
    }.items():
        row |= {
            name: value,
            f"{name}_page": 6,
            f"{name}_quote": "words",
            f"{name}_state": "accepted" if value else None,
        }
    return row | changes


def observe(*rows: dict[str, Any]) -> pd.DataFrame:
    return from_curated(pd.DataFrame(list(rows)))


def test_a_curated_row_becomes_an_observation() -> None:
    """it works out error rate, burden and operations, and keeps page and quote."""
    row = observe(curated()).iloc[0]
    assert list(observe(curated()).columns) == list(COLUMNS)
    assert row["error"] == pytest.approx(0.24)
    assert row["burden"] == pytest.approx(row["peak_gflops"] * 86400) and row["peak_gflops"] > 8 * 9000
    assert row["operations"] == 3.8e9 and row["operations_source"] == "multiply-adds, as reported"
    assert (row["page"], row["quote"]) == (5, "24.0")
    assert row["reviewed"] == 1.0
    assert 2015.9 < row["year"] < 2016


@pytest.mark.parametrize("metric, score", [("top1_accuracy", 76.0), ("top1_error", 24.0)])
def test_accuracy_and_error_say_the_same(metric: str, score: float) -> None:
    """it takes top-1 accuracy where the paper reports no top-1 error."""
    assert observe(curated(metric=metric, score=score)).iloc[0]["error"] == pytest.approx(0.24)


@pytest.mark.parametrize(
    "changes, reason",
    [
        ({"device": None, "device_count": None, "training_seconds": None}, "no hardware and no training time"),
        ({"device": None}, "no hardware"),
        ({"device_count": None}, "no number of processors"),
        ({"device": "Abacus 3000"}, "peak of Abacus 3000 is not known"),
        ({"training_seconds": None}, "no training time"),
        ({"metric": "top5_error", "score": 7.0}, "no score on the benchmark's primary metric"),
        ({"score": 0.0}, "the score means no error rate between 0 and 1"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_rows_left_out_keep_the_reason(changes: dict[str, Any], reason: str) -> None:
    """it says of each row left out what it lacks."""
    used, left_out = usable(observe(curated(), curated(row_key="r2", model="other", **changes)))
    assert list(used["row_key"]) == ["r1"]
    assert left_out[["row_key", "reason"]].values.tolist() == [["r2", reason]]


def test_rows_without_any_score_stay_with_their_reason() -> None:
    """it keeps a row that has no score at all, beside rows that have one, and says so."""
    used, left_out = usable(observe(curated(), curated(row_key="r2", model="other", scores=None)))
    assert list(used["row_key"]) == ["r1"]
    assert list(left_out["reason"]) == ["no score on the benchmark's primary metric"]


def test_reference_rows_of_a_database_keep_the_authors_peak() -> None:
    """it takes the peak that the authors worked with for their rows, which a database does not keep."""
    known = reference_observations(CORRECTED).set_index("row_key").loc["coco-001"]
    same = {name: known[name] for name in ("device", "device_count", "training_seconds")}
    row = observe(curated(source="thompson2020", row_key="thompson2020/coco-001", **same)).iloc[0]
    assert row["peak_gflops"] == known["peak_gflops"] != row["peak_gflops_table"]


def test_a_loaded_reference_table_is_the_reference_table(tmp_path: Path) -> None:
    """it gives the same fits from a database with the reference table as from the table itself."""
    with store.writing(tmp_path / "reference.duckdb") as con:
        load_reference(con)
    with store.reading(tmp_path / "reference.duckdb") as con:
        loaded = load_observations(con)
    assert set(loaded["data"]) == {REFERENCE}
    for benchmark, some in reference_observations(CORRECTED).groupby("benchmark"):
        mine, theirs = usable(loaded[loaded["benchmark"] == benchmark])[0], usable(some)[0]
        assert len(mine) == len(theirs) > 9
        assert sorted(mine["computing"]) == pytest.approx(sorted(theirs["computing"]))
        assert sorted(mine["error"]) == pytest.approx(sorted(theirs["error"]))


def test_every_row_is_used_or_left_out() -> None:
    """it loses no row on the way."""
    rows = observe(*[curated(row_key=f"r{i}", model=f"m{i}", device_count=None if i % 3 else 4.0) for i in range(20)])
    used, left_out = usable(rows)
    assert sorted([*used["row_key"], *left_out["row_key"]]) == sorted(rows["row_key"])


def test_a_reviewed_row_wins() -> None:
    """it keeps reviewed and reference rows apart, and where both count, drops the reference row of the same model."""
    rows = split_by_source(
        observe(
            curated(row_key="a", source="thompson2020", model="resnet 50", score=25.0),
            curated(row_key="b", model="ResNet-50"),
            curated(row_key="c", source="thompson2020", model="ResNet-101"),
        )
    )
    keys = {str(data): sorted(some["row_key"]) for data, some in rows.groupby("data")}
    assert keys == {CURATED: ["b"], REFERENCE: ["a", "c"], COMBINED: ["b", "c"]}


def test_two_reference_rows_of_one_name_both_stay() -> None:
    """it keeps rows of one paper and name that no reviewed row replaces: they are two models."""
    rows = split_by_source(
        observe(
            curated(row_key="a", source="thompson2020", model="Deep-Att + PosUnk", score=25.0),
            curated(row_key="b", source="thompson2020", model="Deep-Att + PosUnk", score=28.0),
        )
    )
    assert sorted(rows["row_key"]) == ["a", "b"]


def test_at_most_k_models_a_paper() -> None:
    """it keeps a paper's best models and says of the others that they were too many."""
    rows = observe(*[curated(row_key=f"r{i}", model=f"m{i}", score=20.0 + i) for i in range(5)])
    used, left_out = usable(rows, max_models_per_paper=2)
    assert list(used["row_key"]) == ["r0", "r1"]
    assert set(left_out["reason"]) == {"beyond 2 models of its paper"}


def test_rules_by_which_rows_are_left_out() -> None:
    """it leaves out re-implementations and extra data only when asked to."""
    rows = observe(
        curated(),
        curated(row_key="r2", model="VGG16 (re-implementation)"),
        curated(row_key="r3", model="NoisyStudent (EfficientNet-L2)"),
    )
    assert len(usable(rows)[0]) == 3
    used, left_out = usable(rows, leave_out_reimplementations=True, leave_out_extra_data=True)
    assert list(used["row_key"]) == ["r1"]
    assert sorted(left_out["reason"]) == [
        "re-implementation by a later paper",
        "trained on more data than the benchmark's",
    ]


def test_hardware_burden() -> None:
    """it multiplies processors, peak and seconds: 8 P100 of 9,526 GFLOP/s for a day."""
    assert hardware_burden(8, 9526, 86400) == pytest.approx(6.5844e9, rel=1e-4)


def test_flops_and_multiply_adds_keep_apart() -> None:
    """it takes FLOPs before multiply-adds, doubles only when asked, and says which it was."""
    flops, adds = pd.Series([4e9, np.nan, np.nan]), pd.Series([3e9, 3e9, np.nan])
    plain, doubled = operations_per_pass(flops, adds), operations_per_pass(flops, adds, double_multiply_adds=True)
    assert plain["operations"].tolist()[:2] == [4e9, 3e9] and np.isnan(plain["operations"][2])
    assert doubled["operations"].tolist()[:2] == [4e9, 6e9]
    assert plain["operations_source"].tolist() == ["FLOPs, as reported", "multiply-adds, as reported", None]
    assert doubled["operations_source"][1] == "multiply-adds x 2"


def test_training_operations() -> None:
    """it takes the stated total, else epochs x examples x 3 passes x operations."""
    total = training_operations(
        pd.Series([1e18, np.nan]), pd.Series([90.0, 90.0]), pd.Series([4e9, 4e9]), pd.Series([1281167.0, 1281167.0])
    )
    assert total.tolist() == [1e18, pytest.approx(90 * 1281167 * 3 * 4e9)]

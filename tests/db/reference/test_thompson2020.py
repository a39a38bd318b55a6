"""The authors' table: complete, reproducing the published fits, and corrected only where it is what we think."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from db.reference.benchmarks import load_benchmarks
from db.reference.hardware import find_device
from db.reference.thompson2020 import (
    SCORES,
    Correction,
    CorrectionError,
    _cells,
    apply_corrections,
    load_corrections,
    load_rows,
)

ROWS = load_rows()
CORRECTED = load_rows(corrected=True)


def with_burden(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["peak_gflops_total"].notna() & rows["training_seconds"].notna()]


@pytest.mark.parametrize(
    ("benchmark", "count"),
    [("imagenet", 164), ("coco", 95), ("squad11", 60), ("conll2003", 40), ("wmt14_en_de", 43), ("wmt14_en_fr", 32)],
)
def test_holds_every_row_of_a_benchmark(benchmark, count):
    """It holds as many rows a benchmark as the source."""
    assert (ROWS["benchmark"] == benchmark).sum() == count


def test_holds_the_whole_source():
    """It holds 434 rows of 166 arXiv papers, 132 with both hardware and time, 10 of them re-implementations."""
    assert len(ROWS) == 434
    assert ROWS.loc[ROWS["arxiv_id"] != "", "arxiv_id"].nunique() == 166
    assert len(with_burden(ROWS)) == 132
    assert ROWS["reimplementation"].sum() == 10
    assert list(ROWS.index[:2]) == ["imagenet-001", "imagenet-002"]
    assert set(ROWS["benchmark"]) <= set(load_benchmarks())


def test_scores_are_metrics_of_their_benchmark_or_none():
    """It gives a row scores of its own benchmark's metrics only."""
    for benchmark, rows in ROWS.groupby("benchmark"):
        metrics = {metric.id for metric in load_benchmarks()[str(benchmark)].metrics}
        given = {score for score in SCORES if rows[score].notna().any()}
        assert given <= metrics, benchmark


@pytest.mark.parametrize(
    ("benchmark", "score", "constant", "slope", "r2", "n"),
    [
        ("wmt14_en_fr", "bleu", (0.031, 0.074), (-0.024, 0.007), 0.52, 13),
        ("conll2003", "f1", (-0.968, 0.051), (-0.016, 0.006), 0.42, 13),
        ("coco", "box_ap", (-0.015, 0.068), (-0.021, 0.007), 0.25, 33),
        ("squad11", "f1", (0.31, 0.16), (-0.123, 0.017), 0.78, 17),
    ],
)
def test_gives_the_fit_measured_from_the_source(benchmark, score, constant, slope, r2, n):
    """It gives the fit of log10 error on log10 hardware burden that the source itself gives."""
    rows = with_burden(ROWS[ROWS["benchmark"] == benchmark])
    rows = rows[rows[score].notna()]
    burden = np.log10(rows["peak_gflops_total"] * rows["training_seconds"])
    fit = sm.OLS(np.log10(1 - rows[score] / 100), sm.add_constant(burden.to_numpy())).fit()
    digits = 2 if benchmark == "squad11" else 3
    assert int(fit.nobs) == n
    assert round(fit.rsquared, 2) == r2
    assert (round(fit.params.iloc[0], digits), round(fit.bse.iloc[0], digits)) == constant
    assert (round(fit.params.iloc[1], 3), round(fit.bse.iloc[1], 3)) == slope


DEVICES = sorted({device for column in ("device", "host_cpu") for device in ROWS[column] if device})


@pytest.mark.parametrize("device", DEVICES)
def test_every_device_resolves_and_has_a_peak(device):
    """It names no device that hardware.csv does not know with its FP32 peak."""
    processor = find_device(device)
    assert processor is not None
    assert processor.peak_gflops_fp32 is not None


def test_corrected_peaks_are_count_times_device():
    """It leaves, once corrected, no total that is not the count times the device's peak, the host's CPUs included."""
    rows = CORRECTED[CORRECTED["peak_gflops_total"].notna() & (CORRECTED["device"] != "")]
    assert len(rows) > 200
    for row, cells in rows.iterrows():
        peak = cells["device_count"] * find_device(cells["device"]).peak_gflops_fp32
        if cells["host_cpu"]:
            peak += cells["host_cpu_count"] * find_device(cells["host_cpu"]).peak_gflops_fp32
        assert cells["peak_gflops_total"] == pytest.approx(peak, rel=0.012), row


@pytest.mark.parametrize(
    ("row", "field", "new"),
    [
        ("wmt14_en_de-004", "training_seconds", 1_209_600),  # ConvS2S: seconds swapped between two rows
        ("wmt14_en_de-005", "training_seconds", 1_598_400),
        ("wmt14_en_fr-003", "arxiv_id", "1706.03762"),  # linked to another paper
        ("wmt14_en_fr-004", "training_seconds", 43_200),  # the base model carried the big model's 3.5 days
        ("imagenet-139", "multiply_adds", None),  # a multiply-adds of 100
        ("imagenet-089", "flops", None),  # FLOPs equal to multiply-adds
        ("imagenet-092", "training_seconds", None),  # NASNet's search time
        ("imagenet-161", "training_seconds", None),  # Octave's 95 images/s
        ("imagenet-152", "device", "Cloud TPU v2"),  # MnasNet's TPU v2 drifting to v3 and v4
        ("imagenet-153", "device", "Cloud TPU v2"),
        ("imagenet-041", "parameters", None),  # 1.04e11 parameters
        ("imagenet-041", "multiply_adds", 104e9),
    ],
)
def test_known_faults_are_corrected(row, field, new):
    """It corrects each known fault; None means that the right value is not given."""
    found = CORRECTED.at[row, field]
    if new is None:
        assert pd.isna(found)
    else:
        assert found == new


def test_known_faults_cover_all_their_rows():
    """It corrects all the rows of the faults that spread down a column."""
    assert ((CORRECTED["flops"] == CORRECTED["multiply_adds"]) & CORRECTED["flops"].notna()).sum() == 0
    searched = [c.row for c in load_corrections() if c.field == "training_seconds" and "500 P100" in c.reason]
    assert len(searched) == 17
    # 5e9 is above every model here but a translation mixture of experts and T5
    large = CORRECTED[CORRECTED["parameters"] > 5e9]
    assert set(large["model"]) == {"T5-11B", "MoE"}


def test_corrections_change_only_the_cells_they_name():
    """It leaves every cell without a correction as the source has it."""
    before, after = _cells(), apply_corrections(_cells(), load_corrections())
    changed = {(row, column) for column in before for row in before.index[before[column] != after[column]]}
    assert changed == {(c.row, c.field) for c in load_corrections()}
    assert all(c.reason and c.source for c in load_corrections())


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"expected_old": "43"}, r"imagenet-139, multiply_adds: expected '43', found '100'"),
        ({"row": "imagenet-999"}, "imagenet-999, multiply_adds: the table has no such row or field"),
        ({"field": "macs"}, "imagenet-139, macs: the table has no such row or field"),
    ],
    ids=["value moved", "row gone", "field gone"],
)
def test_a_correction_that_no_longer_fits_fails(changes, told):
    """It fails by row, field, expected and found value, and changes nothing."""
    right = Correction("imagenet-139", "multiply_adds", "100", "", "no count", "the table itself")
    with pytest.raises(CorrectionError, match=told):
        apply_corrections(_cells(), [dataclasses.replace(right, **changes)])
    assert _cells().at["imagenet-139", "multiply_adds"] == "100"


def test_a_table_can_be_changed_without_harm():
    """It hands out a copy, so that a caller's change reaches nobody else."""
    mine = load_rows()
    mine["title"] = "changed"
    assert (load_rows()["title"] != "changed").all()

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
    load_as_fitted,
    load_corrections,
    load_published,
    load_rows,
    load_rows_as_fitted,
    load_study_peaks,
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
    """It names no device that hardware.csv does not know with its peak, or that lacks the peak "
    "that the paper counted."""
    processor = find_device(device)
    assert processor is not None
    assert processor.peak_gflops_fp32 is not None
    assert 0.6 < load_study_peaks()[device] / processor.peak_gflops_fp32 < 1.3


def study_peak(device: str) -> float:
    """The peak that the study counted; of a core or a chip of a Cloud TPU, which corrections name, its part of that."""
    peaks = load_study_peaks()
    parts = {"TPU v3 core": ("Cloud TPU v3", 8), "TPU v3": ("Cloud TPU v3", 4), "TPU v2": ("Cloud TPU v2", 4)}
    whole, count = parts.get(device, (device, 1)) if device not in peaks else (device, 1)
    return peaks[whole] / count


def test_corrected_peaks_are_count_times_device():
    """It leaves, once corrected, no total that is not the count times the device's peak, the host's CPUs included."""
    rows = CORRECTED[CORRECTED["peak_gflops_total"].notna() & (CORRECTED["device"] != "")]
    assert len(rows) > 200
    for row, cells in rows.iterrows():
        peak = cells["device_count"] * study_peak(cells["device"])
        if cells["host_cpu"]:
            peak += cells["host_cpu_count"] * study_peak(cells["host_cpu"])
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


FITTED = load_rows_as_fitted()


@pytest.mark.parametrize(
    ("benchmark", "score", "response", "constant", "slope", "r2", "residual", "f", "n"),
    [
        ("coco", "box_ap", "log10", (-0.0015, 0.0645), (-0.0226, 0.0063), 0.2899, 0.0210, 12.658, 33),
        ("coco", "box_ap", "inverse", (0.8398, 0.2537), (0.0851, 0.0250), 0.2728, 0.0827, 11.630, 33),
        ("squad11", "f1", "log10", (0.3452, 0.2158), (-0.1286, 0.0235), 0.6817, 0.1078, 29.980, 16),
        ("squad11", "f1", "inverse", (-19.802, 4.1538), (2.9864, 0.4520), 0.7571, 2.0757, 43.644, 16),
        ("conll2003", "f1", "log10", (-0.9644, 0.0523), (-0.0168, 0.0060), 0.4180, 0.0397, 7.900, 13),
        ("conll2003", "f1", "inverse", (8.5923, 1.5885), (0.5044, 0.1816), 0.4123, 1.2059, 7.717, 13),
        ("wmt14_en_fr", "bleu", "inverse", (0.7554, 0.2820), (0.0856, 0.0265), 0.4862, 0.0807, 10.410, 13),
    ],
)
def test_rows_as_fitted_give_the_paper_s_fits(benchmark, score, response, constant, slope, r2, residual, f, n):
    """It gives, with the Maxwell card's peak, the fits that tables 3 and 4 print, worked out outside the project."""
    rows = with_burden(FITTED[FITTED["benchmark"] == benchmark])
    rows = rows[rows[score].notna()]
    error = 1 - rows[score] / 100
    burden = np.log10(rows["peak_gflops_total"] * rows["training_seconds"])
    fit = sm.OLS(np.log10(error) if response == "log10" else 1 / error, sm.add_constant(burden.to_numpy())).fit()
    assert int(fit.nobs) == n
    np.testing.assert_allclose(fit.params, (constant[0], slope[0]), atol=6e-5, rtol=3e-5)
    np.testing.assert_allclose(fit.bse, (constant[1], slope[1]), atol=6e-5)
    found = (fit.rsquared, np.sqrt(fit.mse_resid), fit.fvalue)
    np.testing.assert_allclose(found, (r2, residual, f), atol=6e-4)


def test_rows_as_fitted_differ_where_the_evidence_says():
    """It edits the peak of 19 rows and leaves one out, each with its evidence, and changes nothing else."""
    edits = load_as_fitted()
    assert sum(edit.field == "peak_gflops_total" for edit in edits) == 19
    assert [edit.row for edit in edits if edit.field == "*"] == ["squad11-060"]
    assert all(edit.reason and edit.source for edit in edits)
    kept = ROWS.drop(index="squad11-060")
    pd.testing.assert_frame_equal(FITTED.drop(columns="peak_gflops_total"), kept.drop(columns="peak_gflops_total"))
    assert (FITTED["peak_gflops_total"].fillna(0) != kept["peak_gflops_total"].fillna(0)).sum() == 19


def test_a_whole_row_goes_only_if_it_is_the_one_meant():
    """It leaves a row out only where the model is the one that the edit names."""
    with pytest.raises(CorrectionError, match=r"expected 'BERT', found 'BiDAF'"):
        apply_corrections(_cells(), [Correction("squad11-060", "*", "BERT", "", "a test", "none")])


@pytest.mark.parametrize(
    "entry",
    [e for e in load_published()["figure6"] if (ROWS["benchmark"] == e["benchmark"]).any()],
    ids=lambda e: e["benchmark"],
)
def test_figure_6_counts_parameters(entry):
    """It counts, of the public rows, those with parameters as the paper's "computation" (WMT swapped in print)."""
    other = {"wmt14_en_fr": "wmt14_en_de", "wmt14_en_de": "wmt14_en_fr"}
    rows = ROWS[ROWS["benchmark"] == other.get(entry["benchmark"], entry["benchmark"])]
    both = with_burden(rows)["parameters"].notna().sum()
    assert rows["parameters"].notna().sum() == entry["computation"]
    assert both == (3 if entry["benchmark"] == "squad11" else entry["all"])

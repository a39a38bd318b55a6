"""What a header says."""

from __future__ import annotations

import pytest

from extract.cells.headers import OTHER, read_header, unit_of

QUANTITIES = {
    "#Params": "parameters", "Params (M)": "parameters", "# param.": "parameters", "Parameters": "parameters",
    "Model size (M)": "parameters", "GFLOPs": "flops", "FLOPs (×10^9)": "flops", "Bn Ops": "flops",
    "Mult-Adds (M)": "multiply_adds", "MACs": "multiply_adds", "Madds": "multiply_adds",
    "Training Cost (FLOPs)": "training_flops", "pre-training compute (exaFLOPs)": "training_flops",
    "top-1 err.": "score", "AP50": "score", "test F1": "score", "BLEU (dev)": "score", "P@1": "score",
    "BFLOP/s": OTHER, "Bias parameter": None, "params saved (ratio)": None, "batch size": OTHER, "FPS": OTHER,
    "train steps": OTHER, "PPL (dev)": OTHER, "mIoU": OTHER, "AR100": OTHER, "throughput (image / s)": OTHER,
    "#heads": OTHER, "N": OTHER, "WideNet-50": None, "EN-DE": None, "ViT-Large": None,
    "Total weights": "parameters", "# of weights (M)": "parameters", "Ops": "flops", "FLOPs/seq": "flops",
    "FLOPs/s": OTHER,
    "Mask R-CNN": None, "BiT-L": None, "bit l": OTHER, "R": OTHER,
    "T5": None, "Mio. Param": "parameters", "MSA in a stage (ms)": OTHER,
}  # fmt: skip


@pytest.mark.parametrize(("text", "quantity"), QUANTITIES.items(), ids=list(QUANTITIES))
def test_quantity(text: str, quantity: str | None) -> None:
    """it names the quantity that the header stands over"""
    said = read_header(text).quantity
    assert said == quantity or (quantity is None and said in (None, OTHER))


@pytest.mark.parametrize(
    ("text", "scale"),
    [("params (m)", 1e6), ("flops (b)", 1e9), ("gflops", 1e9), ("params x10^6", 1e6), ("flops in billions", 1e9),
     ("exaflops", 1e18), ("params", None), ("params (%)", None)],
)  # fmt: skip
def test_units(text: str, scale: float | None) -> None:
    """it reads the unit that a header prints"""
    assert unit_of(text) == scale


def test_splits() -> None:
    """it reads the part of the data"""
    assert [read_header(t).split for t in ("AP (test-dev)", "val acc", "newstest13 BLEU", "dev F1", "AP")] == [
        "test-dev", "val", "newstest2013", "dev", None,
    ]  # fmt: skip


def test_language_pairs() -> None:
    """it takes a pair of languages that no tracked data set has for an untracked one"""
    assert read_header("English → Japanese Test BLEU").untracked
    assert not read_header("English → French BLEU", ("wmt14_en_fr",)).untracked

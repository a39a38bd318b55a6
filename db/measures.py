"""The arithmetic that every stage shares: error rates, measures of computing, and the logarithms they are plotted on.

| measure            | unit   | formula                                                                            |
|--------------------|--------|------------------------------------------------------------------------------------|
| error rate         | share  | what the score of the primary metric means: 1 - BLEU/100, top-1 error/100          |
| hardware burden    | GFLOPs | processors x FP32 peak GFLOP/s x seconds of training, summed over device kinds     |
| tensor burden      | GFLOPs | the same with the tensor-core peak, kept under its own name                        |
| operations per pass| FLOPs  | FLOPs as reported; multiply-adds as reported, or doubled (one multiply and one add)|
| training operations| FLOPs  | as stated; else epochs x training examples x 3 x FLOPs of a forward pass           |

The study takes FLOPs and multiply-adds as they are reported, side by side. Papers say "FLOPs" for either, so the
factor 2 is a choice; it is made here and nowhere else, and every row says which it was.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from db.models import Field
from db.reference.benchmarks import canonical_error, load_benchmarks

if TYPE_CHECKING:
    import pandas as pd

FLOPS_PER_MULTIPLY_ADD = 2
PASSES_PER_EXAMPLE = 3  # forward once, backward about twice that: the study's later version and arXiv 2001.08361

REPORTED_FLOPS = "FLOPs, as reported"
REPORTED_MULTIPLY_ADDS = "multiply-adds, as reported"
DOUBLED_MULTIPLY_ADDS = "multiply-adds x 2"
IMPUTED = "imputed from parameters"

BURDEN = "hardware burden"
AXES: Mapping[str, tuple[str, ...]] = {  # each measure, and the fields that it takes
    BURDEN: (Field.DEVICE, Field.DEVICE_COUNT, Field.TRAINING_TIME),
    "FLOPs": (Field.FLOPS,),
    "multiply-adds": (Field.MULTIPLY_ADDS,),
    "parameters": (Field.PARAMETERS,),
}


def primary_metrics(benchmark: str) -> tuple[str, ...]:
    """The metrics that give the benchmark's error rate, the primary one first: ("top1_error", "top1_accuracy").

    () for a benchmark that is not tracked.
    """
    known = load_benchmarks().get(benchmark)
    if known is None:
        return ()
    turned = known.counterpart(known.primary_metric)
    return (known.primary_metric.id, turned.id) if turned else (known.primary_metric.id,)


def error_rate(benchmark: str, metric: str | None, score: float | None) -> float:
    """The error rate that a printed score means: ("coco", "box_ap", 40.0) gives 0.6.

    NaN where it means none strictly between 0 and 1: no score, a metric without an error rate, a value out of range.
    """
    if metric is None or score is None or math.isnan(score) or benchmark not in load_benchmarks():
        return math.nan
    try:
        rate = canonical_error(benchmark, metric, score)
    except ValueError:  # FID has no error rate; 134 % is none
        return math.nan
    return rate if 0 < rate < 1 else math.nan


def error_rate_of(benchmark: str, scores: Mapping[str, float]) -> float:
    """The error rate of a row's scores by metric: by the primary one, else by one that means the same; else NaN."""
    rates = (error_rate(benchmark, metric, scores.get(metric)) for metric in primary_metrics(benchmark))
    return next((rate for rate in rates if not math.isnan(rate)), math.nan)


def log10(amounts: ArrayLike) -> NDArray[np.float64]:
    """log10 of each amount, as every fit and every axis takes it; NaN where it is not given or not positive."""
    values = np.asarray(amounts, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values > 0, np.log10(np.where(values > 0, values, 1.0)), np.nan)


def hardware_burden(count: ArrayLike, peak_gflops: ArrayLike, training_seconds: ArrayLike) -> NDArray[np.float64]:
    """Processors x peak GFLOP/s of one x seconds: the most arithmetic that the hardware could have done, in GFLOPs."""
    burden = np.asarray(count, float) * np.asarray(peak_gflops, float) * np.asarray(training_seconds, float)
    return np.asarray(burden, float)


def operations_per_pass(
    flops: pd.Series, multiply_adds: pd.Series, *, double_multiply_adds: bool = False
) -> pd.DataFrame:
    """Operations of one network pass and where each figure came from: columns `operations`, `operations_source`.

    FLOPs as reported win; multiply-adds stand in where a row has no FLOPs, doubled if asked for.
    """
    import pandas as pd  # half a second that a queue of reviews does not need

    factor = FLOPS_PER_MULTIPLY_ADD if double_multiply_adds else 1
    said = DOUBLED_MULTIPLY_ADDS if double_multiply_adds else REPORTED_MULTIPLY_ADDS
    source = [
        REPORTED_FLOPS if has_flops else said if has_adds else None
        for has_flops, has_adds in zip(flops.notna(), multiply_adds.notna(), strict=True)
    ]
    return pd.DataFrame(
        {
            "operations": flops.where(flops.notna(), multiply_adds * factor),
            "operations_source": pd.Series(source, index=flops.index, dtype=object),
        }
    )


def training_operations(
    stated: pd.Series, epochs: pd.Series, operations: pd.Series, training_set_size: pd.Series
) -> pd.Series:
    """FLOPs of the whole training: as stated, else epochs x examples x 3 passes x FLOPs of a forward pass."""
    counted = epochs * training_set_size * PASSES_PER_EXAMPLE * operations
    return stated.where(stated.notna(), counted)

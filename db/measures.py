"""The measures of computing: hardware burden, operations per network pass, operations of the whole training.

| measure            | unit   | formula                                                                            |
|--------------------|--------|------------------------------------------------------------------------------------|
| hardware burden    | GFLOPs | processors x FP32 peak GFLOP/s x seconds of training, summed over device kinds     |
| tensor burden      | GFLOPs | the same with the tensor-core peak, kept under its own name                        |
| operations per pass| FLOPs  | FLOPs as reported; multiply-adds as reported, or doubled (one multiply and one add)|
| training operations| FLOPs  | as stated; else epochs x training examples x 3 x FLOPs of a forward pass           |

The study takes FLOPs and multiply-adds as they are reported, side by side. Papers say "FLOPs" for either, so the
factor 2 is a choice; it is made here and nowhere else, and every row says which it was.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

FLOPS_PER_MULTIPLY_ADD = 2
PASSES_PER_EXAMPLE = 3  # forward once, backward about twice that: the study's later version and arXiv 2001.08361

REPORTED_FLOPS = "FLOPs, as reported"
REPORTED_MULTIPLY_ADDS = "multiply-adds, as reported"
DOUBLED_MULTIPLY_ADDS = "multiply-adds x 2"
IMPUTED = "imputed from parameters"


def hardware_burden(count: ArrayLike, peak_gflops: ArrayLike, training_seconds: ArrayLike) -> NDArray[np.float64]:
    """Processors x peak GFLOP/s of one x seconds: the most arithmetic that the hardware could have done, in GFLOPs."""
    return np.asarray(count, float) * np.asarray(peak_gflops, float) * np.asarray(training_seconds, float)


def operations_per_pass(
    flops: pd.Series, multiply_adds: pd.Series, *, double_multiply_adds: bool = False
) -> pd.DataFrame:
    """Operations of one network pass and where each figure came from: columns `operations`, `operations_source`.

    FLOPs as reported win; multiply-adds stand in where a row has no FLOPs, doubled if asked for.
    """
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

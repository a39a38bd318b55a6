"""The hand-made table behind arXiv 2007.05558, as its authors published it and as corrected by us.

`db/reference/thompson2020.csv` keeps every figure and printed word of the source; `thompson2020_corrections.csv`
says what is wrong with it, what is right, and where that was read.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

ROWS_CSV = Path(__file__).parent / "reference" / "thompson2020.csv"
CORRECTIONS_CSV = Path(__file__).parent / "reference" / "thompson2020_corrections.csv"
PUBLISHED_TOML = Path(__file__).parent / "reference" / "thompson2020_published.toml"

SCORES = (
    "top1_error", "top5_error", "box_ap", "ap50", "ap75", "aps", "apm", "apl", "f1", "em", "bleu", "sacrebleu",
)  # fmt: skip
NUMBERS = (
    *SCORES, "flops", "multiply_adds", "parameters", "device_count", "host_cpu_count", "training_seconds",
    "peak_gflops_total", "epochs", "training_data",
)  # fmt: skip
WHOLE_NUMBERS = ("version", "year")


class CorrectionError(ValueError):
    """A correction whose row, field or expected value is no longer in the table."""


@dataclass(frozen=True)
class Correction:
    """One fault: the cell's `expected_old` becomes `new` ("" where the right value is not given), and why."""

    row: str
    field: str
    expected_old: str
    new: str
    reason: str
    source: str


def load_rows(corrected: bool = False) -> pd.DataFrame:
    """The 434 rows as a DataFrame indexed by `row`, in the source's order; a copy of your own each time.

    Scores in percent points, FLOPs and multiply-adds a network pass, `training_seconds` wall clock,
    `peak_gflops_total` GFLOP/s FP32 of all processors together. NaN or <NA> or "" means not given.
    With `corrected`, every correction is applied; CorrectionError if one does not find what it expects.
    """
    cells = _cells()
    return typed(apply_corrections(cells, load_corrections()) if corrected else cells.copy())


@lru_cache(maxsize=1)
def load_corrections() -> tuple[Correction, ...]:
    """Every correction, in the file's order."""
    with CORRECTIONS_CSV.open(encoding="utf-8", newline="") as file:
        return tuple(Correction(**line) for line in csv.DictReader(file))


def apply_corrections(cells: pd.DataFrame, corrections: Iterable[Correction]) -> pd.DataFrame:
    """The table of printed cells with the corrections made, as a new table.

    CorrectionError names row, field, the value expected and the value found where they differ.
    """
    corrected = cells.copy()
    for correction in corrections:
        place = f"{correction.row}, {correction.field}"
        if correction.row not in corrected.index or correction.field not in corrected.columns:
            raise CorrectionError(f"correction of {place}: the table has no such row or field")
        found = str(corrected.at[correction.row, correction.field])
        if not _same(found, correction.expected_old):
            raise CorrectionError(
                f"correction of {place}: expected {correction.expected_old!r}, found {found!r}; "
                f"read the source again and mend {CORRECTIONS_CSV.name}"
            )
        corrected.at[correction.row, correction.field] = correction.new
    return corrected


def typed(cells: pd.DataFrame) -> pd.DataFrame:
    """The table of printed cells with numbers as float64, years and versions as Int64, `reimplementation` as bool."""
    table = cells.copy()
    for column in NUMBERS:
        table[column] = pd.to_numeric(table[column]).astype("float64")
    for column in WHOLE_NUMBERS:
        table[column] = pd.to_numeric(table[column]).astype("Int64")
    table["reimplementation"] = table["reimplementation"] == "true"
    return table


@lru_cache(maxsize=1)
def _cells() -> pd.DataFrame:
    """The printed cells, "" where empty."""
    cells = pd.read_csv(ROWS_CSV, dtype=str, keep_default_na=False).set_index("row")
    if not cells.index.is_unique:
        raise ValueError(f"{ROWS_CSV.name}: row ids must differ")
    return cells


def _same(found: str, expected: str) -> bool:
    """Whether two cells hold the same text or the same number ("54752" and "54752.0")."""
    if found == expected:
        return True
    try:
        return math.isclose(float(found), float(expected), rel_tol=1e-9)
    except ValueError:
        return False

"""The hand-made table behind arXiv 2007.05558: as its authors published it, as their paper fitted it, as corrected.

| file in `db/reference`           | holds |
|----------------------------------|-------|
| `thompson2020.csv`               | every figure and printed word of the source |
| `thompson2020_as_fitted.csv`     | where the paper's tables 3 and 4 were fitted on other values, with the evidence |
| `thompson2020_corrections.csv`   | what is wrong in it, what is right, and where that was read |
| `thompson2020_peaks.csv`         | GFLOP/s of one processor, as the paper counted each device of its rows |
| `thompson2020_published.toml`    | what the paper prints: its regressions, projections and counts |
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from db.errors import BadInputError, Fault, FaultyFileError
from db.reference.files import read_csv, read_toml
from db.untyped import Row

ROWS_CSV = Path(__file__).parent / "thompson2020.csv"
AS_FITTED_CSV = Path(__file__).parent / "thompson2020_as_fitted.csv"
CORRECTIONS_CSV = Path(__file__).parent / "thompson2020_corrections.csv"
PEAKS_CSV = Path(__file__).parent / "thompson2020_peaks.csv"
PUBLISHED_TOML = Path(__file__).parent / "thompson2020_published.toml"

SCORES = (
    "top1_error", "top5_error", "box_ap", "ap50", "ap75", "aps", "apm", "apl", "f1", "em", "bleu", "sacrebleu",
)  # fmt: skip
NUMBERS = (
    *SCORES, "flops", "multiply_adds", "parameters", "device_count", "host_cpu_count", "training_seconds",
    "peak_gflops_total", "epochs", "training_data",
)  # fmt: skip
WHOLE_NUMBERS = ("version", "year")
COLUMNS = (
    "row", "benchmark", "arxiv_id", "version", "link", "year", "title", "model", *SCORES, "flops", "multiply_adds",
    "parameters", "device", "device_kind", "device_count", "host_cpu", "host_cpu_count", "training_time_text",
    "training_seconds", "peak_gflops_total", "epochs", "training_data", "comments", "reimplementation",
)  # fmt: skip
WHOLE_ROW = "*"  # the field of a correction that leaves the row of this model out


class CorrectionError(BadInputError, ValueError):
    """A correction whose row, field or expected value is no longer in the table."""


@dataclass(frozen=True)
class Correction:
    """One fault: the cell's `expected_old` becomes `new` ("" where the right value is not given), and why.

    With the field `*` the whole row goes; `expected_old` is its model.
    """

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


def load_rows_as_fitted() -> pd.DataFrame:
    """The authors' rows with the edits of thompson2020_as_fitted.csv; shaped as by `load_rows`.

    Those of `benchmarks_as_fitted` are what the paper's tables 3 and 4 were fitted on; of the others nobody knows.
    """
    return typed(apply_corrections(_cells(), load_as_fitted()))


@lru_cache(maxsize=1)
def load_study_peaks() -> Mapping[str, float]:
    """GFLOP/s of one processor as the paper counted it, by the device's name in its table.

    Base and boost clocks are mixed.
    """
    from db.reference.shapes import PeakShape

    return {line.device: line.peak_gflops for line in read_csv(PEAKS_CSV, PeakShape).values()}


def load_published() -> dict[str, list[Row]]:
    """What the paper prints, by kind: `regression`, `projection`, `figure6`; each a list of entries as in the file."""
    from db.reference.shapes import PublishedShape

    return read_toml(PUBLISHED_TOML, PublishedShape).model_dump(exclude_unset=True)


def benchmarks_as_fitted() -> list[str]:
    """The benchmarks whose rows as the paper fitted them on hardware burden are known, in the paper's order."""
    fitted = [entry for entry in load_published()["regression"] if entry["compute"] == "burden"]
    return list(dict.fromkeys(entry["benchmark"] for entry in fitted if "closest" not in entry))


@lru_cache(maxsize=1)
def load_as_fitted() -> tuple[Correction, ...]:
    """Where the paper fitted another value than its authors' table has; `source` holds the evidence."""
    from db.reference.shapes import AsFittedShape

    return tuple(
        Correction(line.row, line.field, line.expected_old, line.new, line.reason, line.evidence)
        for line in read_csv(AS_FITTED_CSV, AsFittedShape).values()
    )


@lru_cache(maxsize=1)
def load_corrections() -> tuple[Correction, ...]:
    """Every correction, in the file's order."""
    from db.reference.shapes import CorrectionShape

    return tuple(Correction(**line.model_dump()) for line in read_csv(CORRECTIONS_CSV, CorrectionShape).values())


def apply_corrections(cells: pd.DataFrame, corrections: Iterable[Correction]) -> pd.DataFrame:
    """The table of printed cells with the corrections made, as a new table.

    CorrectionError names row, field, the value expected and the value found where they differ.
    """
    corrected = cells.copy()
    for correction in corrections:
        place = f"{correction.row}, {correction.field}"
        column = "model" if correction.field == WHOLE_ROW else correction.field
        if correction.row not in corrected.index or column not in corrected.columns:
            raise CorrectionError(f"correction of {place}: the table has no such row or field")
        found = str(corrected.at[correction.row, column])
        if not _same(found, correction.expected_old):
            raise CorrectionError(
                f"correction of {place}: expected {correction.expected_old!r}, found {found!r}; "
                "read the source again and mend the list of corrections"
            )
        if correction.field == WHOLE_ROW:
            corrected = corrected.drop(index=correction.row)
        else:
            corrected.at[correction.row, column] = correction.new
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
    """The printed cells, "" where empty. FaultyFileError where one is not of its column's kind, or a row is double."""
    from db.reference.shapes import table_shape

    kinds: dict[str, type] = dict.fromkeys(NUMBERS, float) | dict.fromkeys(WHOLE_NUMBERS, int)
    checked = read_csv(ROWS_CSV, table_shape({column: kinds.get(column, str) for column in COLUMNS}))
    cells = pd.read_csv(ROWS_CSV, dtype=str, keep_default_na=False)
    lines: dict[str, int] = {}
    for line, key in zip(checked, cells["row"], strict=True):
        if lines.setdefault(key, line) != line:
            raise FaultyFileError(ROWS_CSV, [Fault(line, f"the row {key} stands on line {lines[key]} already")])
    return cells.set_index("row")


def _same(found: str, expected: str) -> bool:
    """Whether two cells hold the same text or the same number ("54752" and "54752.0")."""
    if found == expected:
        return True
    try:
        return math.isclose(float(found), float(expected), rel_tol=1e-9)
    except ValueError:
        return False

"""Sentences on training runs, by the kind of wording; the table beside this file says what each must give."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.extract.sentences.test_training_sentences import KEYS, chosen

HOUR = 3600

with (Path(__file__).parent / "data" / "runs.csv").open(encoding="utf-8", newline="") as lines:
    ROWS = list(csv.DictReader(lines))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['kind']}: {row['text'][:60]}")
def test_kind(row: dict[str, str]) -> None:
    """it reads just this device, these counts, times (in hours) and epochs"""
    found = chosen(row["text"])
    values = {name: sorted({c.value for c in found if c.field == field}, key=str) for name, field in KEYS.items()}
    assert values["device"] == ([row["device"]] if row["device"] else [])
    for name, printed, unit in (("count", row["count"], 1), ("time", row["hours"], HOUR), ("epochs", row["epochs"], 1)):
        expected = sorted((float(v) * unit for v in printed.split()), key=str)
        assert values[name] == pytest.approx(expected, rel=1e-3), name

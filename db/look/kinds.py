"""What can be exported, and as what."""

from __future__ import annotations

from enum import StrEnum


class What(StrEnum):
    """The tables that can be taken."""

    PREDICTIONS = "predictions"
    RECORDS = "records"
    CURATED = "curated"


class Format(StrEnum):
    """The forms that a file can have."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"

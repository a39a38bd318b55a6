"""Scores on the tracked benchmarks."""

from __future__ import annotations

from collections.abc import Iterator

from db.models import Candidate, Field
from extract.candidates import Reader
from extract.counts import cell_candidate
from extract.table_reading import table_readings

FIELD = Field.SCORE
VERSION = "1"

EXAMPLES = ()


def read(reader: Reader) -> Iterator[Candidate]:
    """Every score, in tables and in running text."""
    for reading in table_readings(reader):
        if reading.field == FIELD:
            yield cell_candidate(reader, reading)

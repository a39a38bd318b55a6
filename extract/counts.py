"""Candidates of the fields that count: parameters, FLOPs, multiply-adds, training FLOPs, from tables and sentences."""

from __future__ import annotations

from collections.abc import Iterator

from db.models import Candidate
from extract.candidates import Reader
from extract.operations import counts_of
from extract.table_reading import CellReading, table_readings


def count_candidates(reader: Reader, field: str) -> Iterator[Candidate]:
    """One field's counts: every cell, then every sentence that states one."""
    for reading in table_readings(reader):
        if reading.field == field:
            yield cell_candidate(reader, reading)
    for count in counts_of(reader):
        if count.field == field:
            number = count.number
            qualifiers: dict[str, object] = {}
            if number.approximate:
                qualifiers["approximate"] = True
            if number.bound:
                qualifiers["bound"] = number.bound
            yield reader.from_passage(
                count.passage, count.start, count.end, field, count.value, count.pattern, subject=count.subject,
                role=count.role, chosen=count.reason is None, reason=count.reason, qualifiers=qualifiers,
            )  # fmt: skip


def cell_candidate(reader: Reader, reading: CellReading) -> Candidate:
    """The candidate of a table's cell, with the row as its quote."""
    return reader.from_cell(
        reading.table, reading.words, reading.field, reading.value, reading.pattern, row_words=reading.row_words,
        row=reading.row_path, column=reading.column_path, subject=reading.model, role=reading.role,
        benchmark=reading.benchmark, metric=reading.metric, split=reading.split, low=reading.low, high=reading.high,
        qualifiers=dict(reading.qualifiers), chosen=reading.reason is None, reason=reading.reason,
    )  # fmt: skip

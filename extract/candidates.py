"""Makes candidates: every value that is read passes through here and gets its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict, Unpack

from db.models import UNITS, Candidate, Document, Qualifiers, Table
from extract.layout.passages import Passage, evidence_in_passage, evidence_in_words
from extract.version import rules_version


class CandidateParts(TypedDict, total=False):
    """What a reader may know of a value beside where it stands; `Candidate` says what each is."""

    unit: str | None
    low: float | None
    high: float | None
    subject: str | None
    run: str | None
    benchmark: str | None
    metric: str | None
    split: str | None
    purpose: str
    role: str | None
    qualifiers: Qualifiers
    chosen: bool
    reason: str | None


def candidate_in_passage(
    document: Document, passage: Passage, start: int, end: int, field: str, value: float | str | None, pattern: str,
    **more: Unpack[CandidateParts],
) -> Candidate:  # fmt: skip
    """A candidate whose value stands at `start:end` of the passage."""
    evidence = evidence_in_passage(document, passage, start, end)
    more.setdefault("unit", UNITS.get(field))
    return Candidate(field, value, evidence, pattern, rules_version(), **more)


def candidate_in_cell(
    document: Document, table: Table, words: Sequence[int], field: str, value: float | str | None, pattern: str, *,
    row_words: Sequence[int] | None = None, row: str | None = None, column: str | None = None,
    **more: Unpack[CandidateParts],
) -> Candidate:  # fmt: skip
    """A candidate whose value stands in `words` (places in the page's words) of a table's cell."""
    evidence = evidence_in_words(
        document, document.page(table.page), words, table=table.label, row=row, column=column, quote_words=row_words
    )
    more.setdefault("unit", UNITS.get(field))
    return Candidate(field, value, evidence, pattern, rules_version(), **more)

"""Makes candidates: every value that is read passes through here and gets its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from db.models import UNITS, Candidate, Document, Table
from extract.layout.passages import Passage, evidence_in_passage, evidence_in_words
from extract.version import rules_version


def candidate_in_passage(
    document: Document, passage: Passage, start: int, end: int, field: str, value: float | str | None, pattern: str,
    **more: Any,
) -> Candidate:  # fmt: skip
    """A candidate whose value stands at `start:end` of the passage."""
    evidence = evidence_in_passage(document, passage, start, end)
    more.setdefault("unit", UNITS.get(field))
    return Candidate(field, value, evidence, pattern, rules_version(), **more)


def candidate_in_cell(
    document: Document, table: Table, words: Sequence[int], field: str, value: float | str | None, pattern: str, *,
    row_words: Sequence[int] | None = None, row: str | None = None, column: str | None = None, **more: Any,
) -> Candidate:  # fmt: skip
    """A candidate whose value stands in `words` (places in the page's words) of a table's cell."""
    evidence = evidence_in_words(
        document, document.page(table.page), words, table=table.label, row=row, column=column, quote_words=row_words
    )
    more.setdefault("unit", UNITS.get(field))
    return Candidate(field, value, evidence, pattern, rules_version(), **more)

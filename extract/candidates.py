"""Making candidates: every value that a field reads passes through here and gets its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from db.models import UNITS, Candidate, Document, Page, Table
from extract.rules import rules_version
from extract.text import Passage, evidence_in_passage, evidence_in_words, passages
from extract.training_statements import Statement, find_statements


@dataclass(frozen=True)
class Reader:
    """One document as the fields read it: passages, tables, and the makers of candidates."""

    document: Document

    @cached_property
    def passages(self) -> list[Passage]:
        return passages(self.document.pages, tables=[(t.page, t.box) for t in self.document.tables])

    @cached_property
    def statements(self) -> list[Statement]:
        """The sentences that name a device, a stretch of time or epochs."""
        return find_statements(self.passages)

    @cached_property
    def training_tables(self) -> list[Candidate]:
        """Candidates of device, count, training time and epochs that stand in tables."""
        from extract.training_tables import read_training_tables  # it reads tables through this class

        return read_training_tables(self)

    @cached_property
    def page_by_number(self) -> dict[int, Page]:
        return {p.number: p for p in self.document.pages}

    def from_passage(
        self,
        passage: Passage,
        start: int,
        end: int,
        field: str,
        value: float | str | None,
        pattern: str,
        **more: Any,
    ) -> Candidate:
        """A candidate whose value stands at `start:end` of the passage."""
        evidence = evidence_in_passage(self.document, passage, start, end)
        more.setdefault("unit", UNITS.get(field))
        return Candidate(field, value, evidence, pattern, rules_version(), **more)

    def from_cell(
        self, table: Table, words: Sequence[int], field: str, value: float | str | None, pattern: str, *,
        row_words: Sequence[int] | None = None, row: str | None = None, column: str | None = None, **more: Any,
    ) -> Candidate:  # fmt: skip
        """A candidate whose value stands in `words` (places in the page's words) of a table's cell."""
        evidence = evidence_in_words(
            self.document, self.page_by_number[table.page], words, table=table.label, row=row, column=column,
            quote_words=row_words,
        )  # fmt: skip
        more.setdefault("unit", UNITS.get(field))
        return Candidate(field, value, evidence, pattern, rules_version(), **more)

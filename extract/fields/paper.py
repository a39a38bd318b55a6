"""What every field reads from: one paper as a plain value. Nothing in it is lazy, nothing is shared between papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

from db.models import Candidate, Document
from extract.candidates import CandidateParts, candidate_in_passage
from extract.cells.frame import TableFrame, frame_tables
from extract.cells.models import CellReading
from extract.cells.read import read_cells
from extract.cells.training import read_training_tables
from extract.language.paper_context import PaperContext, read_context
from extract.language.separators import as_printed, with_decimal_points
from extract.layout.passages import Passage, passages
from extract.sentences.counts import Count, counts_in
from extract.sentences.scores import SentenceScore, sentence_scores
from extract.sentences.statements import Statement, find_statements
from extract.sentences.told_together import tell_together


@dataclass(frozen=True)
class PaperView:
    """One paper as the fields see it: its document, its text, and what tables and sentences were read as."""

    document: Document
    passages: Sequence[Passage]
    context: PaperContext
    statements: Sequence[Statement]  # sentences on devices, times and epochs
    tables: Sequence[TableFrame]
    cells: Sequence[CellReading]  # scores, parameters and operations in tables
    training_cells: Sequence[Candidate]  # devices, counts, times and epochs in tables
    counts: Sequence[Count]  # parameters and operations in sentences
    scores: Sequence[SentenceScore]  # scores in sentences

    def from_passage(
        self,
        passage: Passage,
        start: int,
        end: int,
        field: str,
        value: float | str | None,
        pattern: str,
        **more: Unpack[CandidateParts],
    ) -> Candidate:
        """A candidate whose value stands at `start:end` of one of the paper's passages."""
        return candidate_in_passage(self.document, passage, start, end, field, value, pattern, **more)


def view_paper(document: Document) -> PaperView:
    """Reads the document's text and tables once, in the order in which each step needs the one before."""
    read = with_decimal_points(document)
    text = passages(read.pages, tables=[(t.page, t.box) for t in read.tables])
    context = read_context(read, text)
    statements = tell_together(find_statements(text))
    tables = frame_tables(read, context)
    return PaperView(
        document,
        text,
        context,
        statements,
        tables,
        cells=read_cells(tables),
        training_cells=[as_printed(c, read, document) for c in read_training_tables(read, context, statements)],
        counts=list(counts_in(text, context)),
        scores=list(sentence_scores(text, context)),
    )

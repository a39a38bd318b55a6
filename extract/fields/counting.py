"""Candidates of the fields that count: parameters, FLOPs, multiply-adds, training FLOPs, from tables and sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from db.models import Candidate, Qualifier
from extract.candidates import candidate_in_cell
from extract.cells.models import CellReading
from extract.fields.paper import PaperView
from extract.language.model_names import without_marks
from extract.pattern import Pattern
from extract.sentences.counts import Count


def count_candidates(view: PaperView, field: str) -> Iterator[Candidate]:
    """One field's counts: every cell, then every sentence that states one."""
    for reading in view.cells:
        if reading.quantity == field:
            yield cell_candidate(view, reading)
    for count in view.counts:
        if count.field == field:
            number = count.number
            qualifiers: dict[str, Qualifier] = {}
            if number.approximate:
                qualifiers["approximate"] = True
            if number.bound:
                qualifiers["bound"] = number.bound
            for subject, pattern in _subjects(view, count):
                yield view.from_passage(
                    count.passage, count.start, count.end, field, count.value, pattern, subject=subject,
                    role=count.role, chosen=count.reason is None, reason=count.reason, qualifiers=qualifiers,
                )  # fmt: skip


OF_ALL = Pattern(
    "a caption whose count holds for every model of its table",
    {
        r"\b(?:all|each|every|both)\b[^.;]{0,40}\b(?:network|model|architecture|variant|system|configuration)s?\b": (
            "All of these networks have 25M parameters"
        ),
    },
    refuses=("The model has 5M parameters", "all parameters"),
)
_TABLE = Pattern(
    "the label of a table",
    {r"Table\s(?P<number>[A-Z]?\.?\d{1,2})\b": ("Table 3", "Table A.1")},
    refuses=("Tables 3", "Table X"),
    flags=re.NOFLAG,
)


def _subjects(view: PaperView, count: Count) -> Iterator[tuple[str | None, str]]:
    """The models that a count speaks of: its own, or every model of the table whose caption says "all models have"."""
    passage = count.passage
    left, right = passage.sentence_at(count.start)
    number = _TABLE.match(passage.text)
    if passage.kind == "caption" and number and OF_ALL.search(passage.text[left:right]):
        models = [
            name
            for frame in view.tables
            if frame.table.number == number["number"] and frame.table.page == passage.pages[0]
            for name in dict.fromkeys(without_marks(label) for label in frame.models if label)
        ]
        if models:
            yield from ((name, f"{count.pattern}_of_all") for name in models)
            return
    yield count.subject, count.pattern


def cell_candidate(view: PaperView, reading: CellReading) -> Candidate:
    """The candidate of a table's cell, with the row as its quote."""
    return candidate_in_cell(
        view.document, reading.table, reading.words, reading.quantity, reading.value, reading.pattern,
        row_words=reading.row_words,
        row=reading.row_path, column=reading.column_path, subject=reading.model, role=reading.role,
        benchmark=reading.benchmark, metric=reading.metric, split=reading.split, low=reading.low, high=reading.high,
        qualifiers=dict(reading.qualifiers), chosen=reading.reason is None,
        reason=reading.reason.words if reading.reason else None,
    )  # fmt: skip

"""Tables -> readings: every cell whose number is a score, parameters, operations or training operations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from db.models import Document, Field, normal_name
from db.reference.benchmarks import find_metric
from extract.cells.counts import COUNTS, CountCells
from extract.cells.frame import COMPLEXITY, LETTER, is_measure
from extract.cells.headers import BENCHMARKS_OWN, OTHER, Says
from extract.cells.models import CellReading
from extract.cells.scores import ScoreCells
from extract.language.metrics import in_percent_points
from extract.language.model_names import without_marks
from extract.language.numbers import Number, decimals
from extract.language.paper_context import PaperContext
from extract.tables.halves import table_halves

_OTHER_RANK = {
    "top1_error": "top5_error", "top5_error": "top1_error", "top1_accuracy": "top5_accuracy",
    "top5_accuracy": "top1_accuracy",
}  # fmt: skip
_COUNTED = re.compile(
    r"(?:Table\s[\w.]+[.:]\s)?(?:The\s)?(?P<count>(?:[Nn]umber of )?(?:[Pp]arameters|FLOPs|FLOPS|Mult-Adds|MAdds|MACs"
    r"|[Mm]ultiply-adds))\s(?:of|for|in)\b"
)
_VALUE_HEAD = re.compile(r"values?|scores?|results?|performances?|numbers?", re.IGNORECASE)
_OPERATIONS = ("M", "G", "B", "T")
_NAMES_OPERATIONS = re.compile(
    r"FLOP|\b(?:GM)?M-?Adds?\b|\bMACs?\b|\b[Mm]ult(?:iply)?-?(?:and-)?[Aa]dds?|complexity", re.IGNORECASE
)
_PER_CLASS = re.compile(
    r"\bper[-\s](?:class|category)|\b(?:class|category)-?wise\b|\b(?:for|of) each (?:class|category)", re.IGNORECASE
)


def read_tables(document: Document, context: PaperContext) -> list[TableReader]:
    """Each of the paper's tables with the words around it."""
    tables = [half for table in document.tables for half in table_halves(table)]
    frames = [TableReader(t, document.page(t.page), context) for t in tables]
    for frame in frames:
        frame.borrow_names(frames)
    return frames


def table_readings(tables: Sequence[TableReader]) -> list[CellReading]:
    """The readings of all the paper's tables."""
    by_table = [list(table.readings()) for table in tables]
    # a table that names data sets and no metric is read by the metric that the paper's other tables have for them
    metrics: dict[str, Counter[str]] = {}
    for reading in (r for readings in by_table for r in readings):
        if reading.benchmark and reading.metric and reading.reason is None:
            metrics.setdefault(reading.benchmark, Counter())[reading.metric] += 1
    for i, table in enumerate(tables):
        if table.unresolved and metrics:
            table.known_metrics = {b: [m for m, _ in counts.most_common()] for b, counts in metrics.items()}
            table._decisions.clear()
            by_table[i] = list(table.readings())
    known = _known_rows(tables, by_table)
    for i, table in enumerate(tables):
        if known and not any(r.quantity == Field.SCORE and r.reason is None for r in by_table[i]):
            by_table[i] += table.told_before(known)
    return [reading for readings in by_table for reading in _ranks_mended(readings)]


KnownRows = dict[str, dict[float, tuple[str, str]]]  # a row's name -> its scores, and of which benchmark and metric


def _known_rows(tables: Sequence[TableReader], by_table: list[list[CellReading]]) -> KnownRows:
    """What the paper's tables say of each row's name, a score that two benchmarks share left out."""
    known: KnownRows = {}
    for table, readings in zip(tables, by_table, strict=True):
        for r in readings:
            if r.benchmark and r.metric and r.reason is None:
                known.setdefault(table.row_name(r.row), {})[r.value] = (r.benchmark, r.metric)
    known.pop("", None)
    return known


def _ranks_mended(readings: list[CellReading]) -> list[CellReading]:
    """The readings with top-1 and top-5 exchanged in a table that prints its two headers the wrong way round.

    A top-5 error is below the top-1 error of the same row: if no row with both has it so, the headers are at fault.
    """
    rows: dict[int, dict[str, float]] = {}
    for reading in readings:
        if reading.metric in _OTHER_RANK and len(reading.column_path) < 200:
            rows.setdefault(reading.row, {})[reading.metric] = reading.value
    verdicts = []
    for values in rows.values():
        if {"top1_error", "top5_error"} <= values.keys():
            verdicts.append(values["top5_error"] < values["top1_error"])
        elif {"top1_accuracy", "top5_accuracy"} <= values.keys():
            verdicts.append(values["top5_accuracy"] > values["top1_accuracy"])
    if not verdicts or any(verdicts):
        return readings
    return [_rank_exchanged(r) if r.metric in _OTHER_RANK else r for r in readings]


def _rank_exchanged(reading: CellReading) -> CellReading:
    assert reading.benchmark is not None and reading.metric is not None
    metric = _OTHER_RANK[reading.metric]
    plausible = in_percent_points(reading.benchmark, metric, reading.value, all_fractions=False) is not None
    reason = None if plausible and "plausible" in (reading.reason or "plausible") else reading.reason
    return replace(reading, metric=metric, reason=reason, pattern=f"{reading.pattern}_rank_mended")


class TableReader(CountCells, ScoreCells):
    """Reads one table's cells."""

    def readings(self) -> Iterator[CellReading]:
        if not self.table.rows or _PER_CLASS.search(self.caption):
            return
        yield from self.counts_in_labels()
        if not self.transposed:
            yield from self.count_rows()
        for column in range(self.table.columns):
            if column in self.label_columns and self.columns[column].quantity in (None, OTHER, Field.SCORE):
                continue
            numbers = self.numbers_in(column)
            if not numbers:
                continue
            yield from self._read_column(column, numbers)

    def _read_column(self, column: int, numbers: Mapping[int, list[Number]]) -> Iterator[CellReading]:
        says = self.columns[column]
        for r, found in numbers.items():
            quantity, source = self._quantity(column, r)
            if quantity is None or quantity == OTHER:
                continue
            if quantity == Field.SCORE:
                yield from self.read_scores(column, r, found, numbers)
            else:
                yield from self.read_count(column, r, found, quantity, source, says)

    def _counts_operations(self, column: int) -> bool:
        """Whether a column called "Complexity" or "Computation" counts operations: 569M, in a table that names them."""
        if not COMPLEXITY.fullmatch(" ".join(self.column_path(column)[-1:])):
            return False
        found = self.numbers_in(column).values()
        said = f"{self.caption} {' '.join(self.sentences)}"
        return (
            bool(found) and all(n[0].magnitude in _OPERATIONS for n in found) and bool(_NAMES_OPERATIONS.search(said))
        )

    def row_name(self, r: int) -> str:
        return normal_name(without_marks(self.model_labels[r]))

    def told_before(self, known: KnownRows) -> list[CellReading]:
        """The scores of a table that names neither data nor metric, where its rows repeat scores of rows told before.

        "BERT | 91.01 | 85.92": the row's first number is what another table says that BERT has on a benchmark, and
        the others are the same model's on the same, by the settings that head their columns.
        """
        if self.transposed or self.rows_name_data or self.says_other_data:
            return []
        columns = [
            c for c in self.value_columns
            if self.columns[c].quantity in (None, Field.SCORE) and not self.columns[c].difference and self.numbers_in(c)
        ]  # fmt: skip
        told: dict[int, tuple[str, str]] = {}
        for r in range(len(self.table.rows)):
            scores = known.get(self.row_name(r), {})
            again = [scores[n[0].value] for c in columns if (n := self.numbers_in(c).get(r)) and n[0].value in scores]
            if again and decimals(str(next(iter(scores)))):
                told[r] = again[0]
        numbered = {r for c in columns for r in self.numbers_in(c)}
        if len(told) < 2 or len(told) < 0.5 * len(numbered):
            return []
        out = []
        for r, (benchmark_id, metric_id) in told.items():
            row = {c: self.numbers_in(c)[r][0] for c in columns if r in self.numbers_in(c)}
            for c, number in row.items():
                value = in_percent_points(benchmark_id, metric_id, number.value, all_fractions=False)
                if value is None and self.is_outlier(benchmark_id, metric_id, number, list(row.values())):
                    value = number.value
                if value is not None and decimals(number.text):
                    out.append(self.make_reading(
                        c, r, Field.SCORE, value, "table_score_told_before", number, reason=None,
                        benchmark=benchmark_id, metric=metric_id,
                    ))  # fmt: skip
        return out

    @cached_property
    def says_other_data(self) -> bool:
        """Whether caption or columns name data or metrics that are not tracked."""
        return self.untracked_caption or any(
            self.columns[c].untracked or self.columns[c].untracked_metric or self.columns[c].benchmarks
            for c in self.value_columns
        )

    @cached_property
    def _caption_count(self) -> Says | None:
        """What the caption says that the table counts ("Mult-Adds of X under Y"), where no header names a measure."""
        match = _COUNTED.match(self.caption)
        if match is None or any(is_measure(s) for s in (*self.columns.values(), *self.row_says)):
            return None
        says = self.says(match["count"])
        return says if says.quantity in COUNTS else None

    def _quantity(self, column: int, r: int) -> tuple[str | None, Says | None]:
        """What the cell's number is, and the text that says so."""
        col, row = self.columns[column], self.row_says[r]
        if self.transposed:
            if row.quantity not in (None, OTHER) or row.benchmarks:
                return (row.quantity if row.quantity not in (None, OTHER) else Field.SCORE), row
            return (OTHER, row)
        if col.quantity in (None, OTHER) and self._counts_operations(column):
            return Field.FLOPS, col
        if not col.text and len(self.value_columns) > 1 and not row.metrics:
            return OTHER, col  # a column without a header says nothing
        if col.quantity not in (None, OTHER, Field.SCORE):
            return col.quantity, col
        if (
            col.quantity == OTHER
            and BENCHMARKS_OWN.fullmatch(col.text)
            and any(find_metric(b, col.text) for b in self.benchmarks_in(self.caption))
        ):
            return Field.SCORE, col  # "Total" beside the joints, "Mean" beside the parts
        if col.quantity == OTHER and not (self.says_apart and _VALUE_HEAD.fullmatch(col.text)):
            return OTHER, col
        if col.difference:
            return OTHER, col
        if col.quantity == Field.SCORE:
            return Field.SCORE, col
        if col.text and not col.metrics and self.says_metrics and not self.is_alias(column):
            leaf = self.says(self.column_path(column)[-1])
            if not leaf.benchmarks and not leaf.split:
                return OTHER, col  # other columns say what they measure: one that does not is a setting
        counted = self._caption_count
        if counted is not None and self.printed[r][column].strip()[-1:] in "KMGB":
            return counted.quantity, counted
        group = self.group_says[r]
        if group.quantity not in (None, OTHER, Field.SCORE) and not LETTER.search(self.labels[r]):
            return group.quantity, group
        return Field.SCORE, col

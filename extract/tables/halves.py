"""Two tables printed side by side as one: "Model | top-1 | Model | top-1", each with names of its own."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from db.models import Cell, Table
from db.reference.benchmarks import find_benchmarks
from db.reference.untracked import find_untracked_datasets
from extract.layout.lines import MOSTLY, is_blank
from extract.tables.paths import header_path, label_columns


def table_halves(table: Table) -> list[Table]:
    """The table, or those that stand side by side in it: names again to the right of values, under the same head.

    The heads may also be the data sets of the two: "SQuAD1.1 | EM | F1 | CIFAR-10 | error".
    """
    labels = sorted(label_columns(table))
    starts = [0]
    for c in labels[1:]:
        valued = any(v not in labels for v in range(starts[-1], c)) and c + 1 < table.columns and c + 1 not in labels
        if valued and _heads_alike(table, starts[-1], c) and _full(table, c):
            starts.append(c)
    if len(starts) == 1:
        return [table]
    return [_part(table, a, b) for a, b in pairwise([*starts, table.columns])]


def _heads_alike(table: Table, a: int, b: int) -> bool:
    """Whether both columns have the same head, or each is headed by a data set."""
    one, two = (" ".join(header_path(table, c)[-1:]).strip() for c in (a, b))
    if not one or not two:
        return False
    return one.lower() == two.lower() or (_names_data(one) and _names_data(two))


def _names_data(text: str) -> bool:
    return bool(find_benchmarks(text, text) or find_untracked_datasets(text))


def _full(table: Table, column: int) -> bool:
    """Whether most rows that have a name at the left have one here too, or both sides end at different rows."""
    texts = [row[column].text for row in table.rows]
    return sum(not is_blank(t) for t in texts) >= MOSTLY * len(texts)


def _part(table: Table, first: int, end: int) -> Table:
    """The columns `first` to `end` as a table of their own."""

    def cut(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
        inside = (
            (cell, max(cell.column, first), min(cell.column + cell.span, end))
            for cell in row
            if cell.column < end and cell.column + cell.span > first
        )
        return tuple(replace(cell, column=a - first, span=b - a) for cell, a, b in inside)

    rows = [cut(row) for row in table.rows]
    return replace(table, columns=end - first, header=tuple(cut(row) for row in table.header), rows=tuple(rows))

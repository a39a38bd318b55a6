"""What heads a cell: the header entries over its column, the names at the left of its row."""

from __future__ import annotations

import re

from db.models import Table
from extract.layout.lines import MOSTLY, is_blank, is_value

_CITED = re.compile(r"(?<=\d)\s?\[\d{1,3}(?:,\s?\d{1,3})*\]$")  # "86.4 [57]": whose the number is


def header_path(table: Table, column: int) -> tuple[str, ...]:
    """The texts of all header cells that cover the column, from the top: ("COCO test-dev", "AP50")."""
    return tuple(
        cell.text
        for row in table.header
        for cell in row
        if cell.column <= column < cell.column + cell.span and cell.text
    )


def label_columns(table: Table) -> set[int]:
    """Columns of names and text: most entries are no numbers. The first column is one of them, whatever it holds."""
    out = {0}
    for c in range(1, table.columns):
        texts = [_CITED.sub("", row[c].text) for row in table.rows if not is_blank(row[c].text)]
        values = sum(is_value(t) for t in texts)
        if texts and values < MOSTLY * len(texts):
            out.add(c)
    return out

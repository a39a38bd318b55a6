"""Layouts of tables, printed in layouts.toml: which columns a head covers, which rows a title or a mark belongs to."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from db.models import Table, Word
from extract.tables.paths import header_path
from extract.tables.row_spans import BodyRow, RowCell, Stretch, _fill_stretch
from tests.extract.typeset import CHAR, STEP, Sheet, tables_of

LAYOUTS: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "layouts.toml").read_text("utf-8"))["layout"]
LEFT = 80.0


def printed(art: str) -> Sheet:
    """A page with the table as it is drawn, under a caption."""
    sheet = Sheet()
    sheet.set(LEFT, 100, "Table 1: What was measured.")
    lines = art.strip("\n").splitlines()
    width = max(map(len, lines))
    y = 120.0
    for line in lines:
        if line.startswith("==="):
            sheet.rule(LEFT - 4, LEFT + CHAR * width + 4, y - 1.5)
            y += 3
        elif line.strip("- ") == "":
            for piece in re.finditer(r"-+", line):
                sheet.rule(LEFT + CHAR * piece.start(), LEFT + CHAR * piece.end(), y - 1.5)
            y += 1.5
        else:
            if line.startswith("^"):
                y -= STEP / 2
                line = " " + line[1:] if line[1:2] == " " else line[1:]
            for word in re.finditer(r"\S+", line):
                sheet.set(LEFT + CHAR * word.start(), y, word.group())
            y += STEP
    return sheet


def heads(table: Table) -> list[str]:
    return [" > ".join(header_path(table, c)) for c in range(table.columns)]


@pytest.mark.parametrize("layout", LAYOUTS, ids=[f"{e['kind']}: {e['name']}" for e in LAYOUTS])
def test_layout(layout: dict[str, Any]) -> None:
    """it reads the heads of each column and, where they are given, the rows and their groups"""
    table, *more = tables_of(printed(layout["printed"]))
    assert heads(table) == layout["heads"]
    assert [heads(t) for t in more] == ([layout["more_heads"]] if "more_heads" in layout else [])
    if "rows" in layout:
        assert [" | ".join(cell.text for cell in row) for row in table.rows] == layout["rows"]
    assert list(table.groups) == layout.get("groups", [""] * len(table.rows))


def test_several_names_beside_a_single_row() -> None:
    """it takes all lines that stand off a row for the row's own: no row but this one could have them"""

    def cell(text: str, y: float) -> RowCell:
        return RowCell([[Word(text, 80.0, y - 8, 120.0, y + 2, 10.0)]], [0])

    row = BodyRow(100.0, {1: cell("41.0", 100.0)})
    names = [(95.0, cell("Plain", 95.0)), (112.0, cell("network", 112.0))]
    _fill_stretch(Stretch([row], names), column=0, step=6.0)
    assert row.cells[0].text == "Plain network"

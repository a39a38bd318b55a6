"""Words stamped across a page: what goes, and what is large and stays."""

from __future__ import annotations

import pytest

from tests.extract.typeset import CHAR, SIZE, STEP, Sheet, pages_of, tables_of, texts

ROWS = (("FooNet-18", "11.7M", "71.3"), ("FooNet-34", "21.8M", "75.1"), ("FooNet-50", "25.6M", "77.4"))
COLUMNS = (110.0, 240.0, 320.0)


def table_page(sheet: Sheet, y: float = 120) -> None:
    """Sets a small table and some lines of text beneath it."""
    sheet.set(110, y, "Table 1: Top-1 accuracy on ImageNet (%).")
    y += 2 * STEP
    sheet.rule(105, 400, y - 2)
    for n, row in enumerate((("Model", "Params", "Top-1"), *ROWS)):
        sheet.row(y, COLUMNS, row)
        y += STEP
        if n in (0, len(ROWS)):
            sheet.rule(105, 400, y - 2)
    for _ in range(6):
        y += STEP
        sheet.set(110, y, "The rest of the page is text that goes on from line to line under the table.")


def stamp(sheet: Sheet, x: float, y: float, text: str, size: float) -> None:
    """Sets letters as wide as letters of that height are."""
    sheet.set(x, y, text, size=size)


@pytest.mark.parametrize(
    ("x", "y", "text", "size"),
    [
        (120, 130, "DRAFT 2026", 70),
        (100, 150, "Preprint", 40),
        (130, 140, "Under review 7.5", 34),
        (108, 143, "CONFIDENTIAL 99.9", 20),
    ],
)
def test_stamp_over_a_table(x: float, y: float, text: str, size: float) -> None:
    """it reads the rows beneath a stamp as if it were not there"""
    sheet = Sheet()
    table_page(sheet)
    stamp(sheet, x, y, text, size)
    (table,) = tables_of(sheet)
    assert texts(table) == [list(row) for row in ROWS]
    assert not {w.text for w in pages_of(sheet)[0].words} & set(text.split())


def test_stamp_on_every_page() -> None:
    """it leaves the stamp out of pages too on which it lies over nothing"""
    sheets = [Sheet(1), Sheet(2)]
    for sheet in sheets:
        stamp(sheet, 120, 160, "DRAFT", 70)
    table_page(sheets[0])
    sheets[1].set(110, 600, "A last line of text.")
    assert [[w.text for w in page.words if w.text == "DRAFT"] for page in pages_of(*sheets)] == [[], []]


@pytest.mark.parametrize("large", ["title", "formula", "initial"])
def test_large_print_that_stays(large: str) -> None:
    """it keeps titles, tall symbols of formulas and initials, which lie over no lines of text"""
    sheet = Sheet()
    table_page(sheet, 200)
    if large == "title":
        sheet.set(110, 120, "Networks of several depths", size=2 * SIZE)
        word = "Networks"
    elif large == "formula":  # the box of a sum is as tall as three lines, and no wider than its letters
        sheet.set(200, 210, "Xmax", size=SIZE)
        last = sheet.words.pop()
        sheet.words.append(last._replace(top=198, bottom=232, size=34, x1=last.x0 + 4 * CHAR))
        word = "Xmax"
    else:
        sheet.set(60, 270, "W", size=4 * SIZE)
        word = "W"
    assert word in {w.text for w in pages_of(sheet)[0].words}

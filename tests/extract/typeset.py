"""Pages set by hand, word by word and rule by rule, as a PDF reader gives them: for tests of tables."""

from __future__ import annotations

from collections.abc import Sequence

from db.models import Page, Ruling, Table, Word
from extract.layout.blocks import lay_out
from extract.pdf.read import RawPage
from extract.tables.find import find_tables

SIZE = 9.0  # of a word's box, in points
CHAR = 4.5  # width of a letter
SPACE = 2.3  # of a word space
STEP = 12.0  # from base line to base line


class Sheet:
    """One page on which words and rules are set; `y` grows downwards."""

    def __init__(self, number: int = 1, width: float = 612.0, height: float = 792.0) -> None:
        self.number, self.width, self.height = number, width, height
        self.words: list[Word] = []
        self.rulings: list[Ruling] = []
        self.rotated: list[Word] = []

    def set(self, x: float, y: float, text: str, *, bold: bool = False, size: float = SIZE) -> float:
        """Sets words from x on; where they end. "^" lets the rest of a word stand raised, in smaller letters."""
        for part in text.split():
            base, _, mark = part.partition("^")
            wide = CHAR * len(base) * size / SIZE
            if base:
                self.words.append(Word(base, x, y, x + wide, y + size, size, bold))
                x += wide
            if mark:
                small = 0.65 * size
                wide = CHAR * len(mark) * small / SIZE
                self.words.append(Word(mark, x, y - 0.1 * size, x + wide, y - 0.1 * size + small, small, bold))
                x += wide
            x += SPACE * size / SIZE
        return x

    def row(self, y: float, columns: Sequence[float], cells: Sequence[str], *, bold: bool = False) -> None:
        """Sets one cell at each x; an empty one leaves its column empty."""
        for x, cell in zip(columns, cells, strict=False):
            if cell:
                self.set(x, y, cell, bold=bold)

    def rule(self, x0: float, x1: float, y: float) -> None:
        self.rulings.append(Ruling(x0, y, x1, y + 0.5))

    def wall(self, x: float, top: float, bottom: float) -> None:
        self.rulings.append(Ruling(x, top, x + 0.5, bottom))

    def raw(self) -> RawPage:
        return RawPage(
            self.number, self.width, self.height, tuple(self.words), (), tuple(self.rulings), tuple(self.rotated)
        )


def pages_of(*sheets: Sheet) -> tuple[Page, ...]:
    return lay_out([s.raw() for s in sheets])


def tables_of(*sheets: Sheet) -> list[Table]:
    return find_tables(pages_of(*sheets))


def texts(table: Table) -> list[list[str]]:
    """The body's cells as texts, row by row."""
    return [[cell.text for cell in row] for row in table.rows]

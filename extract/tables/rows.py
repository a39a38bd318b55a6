"""Body lines of a table -> rows: wrapped cells joined, group rows and cells that span rows told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from statistics import median

from db.models import Ruling
from extract.layout.lines import MIDDLE, TableLine, is_blank, is_value
from extract.tables.grid import Grid, Piece, body_pieces, piece_text
from extract.tables.row_spans import BodyRow, Floating, RowCell, fill

VALUE_SHARE = 0.5  # of a column's entries: numbers, if it is to hold values | 0 0 0 0
TIGHT = 0.8  # of the usual distance between rows: closer lines belong to one row | 9 0 1 1
OFF_HALF_WAY = 0.25  # of the distance between two rows: how far off its half a cell of both may stand | 0 0 0 0
CLOSE_ROWS = 2.3  # heights of the print between two rows with a cell of both between them, at most | 0 0 0 0
PLAIN_STEP = 1.25  # heights of the print from row to row, where no two rows follow each other | 1 0 0 0
RUNS_ON = 0.4  # heights of the print between two words of one phrase, at most | 0 0 0 0
NEXT_LINE = 1.02  # of the distance between rows: a row's second line is no farther down | 0 0 0 0


def value_columns(lines: Sequence[Cells], columns: int) -> set[int]:
    """Columns most of whose entries are numbers."""
    values, texts = [0] * columns, [0] * columns
    for line in lines:
        for piece, text in line:
            if piece.span > 1 or is_blank(text):
                continue
            if is_value(text):
                values[piece.column] += 1
            else:
                texts[piece.column] += 1
    return {c for c in range(columns) if values[c] and values[c] >= VALUE_SHARE * (values[c] + texts[c])}


Cells = list[tuple[Piece, str]]
"""The cells of one printed line, each with its text."""


@dataclass(frozen=True)
class Body:
    """A table's body as its rows are read from it: printed lines, their cells, and what separates them."""

    lines: Sequence[TableLine]
    cells: Sequence[Cells]
    values: set[int]  # columns of numbers
    grid: Grid
    full: Sequence[float]  # heights of the rulings across the table

    @cached_property
    def first_value(self) -> int:
        """The first column of numbers behind the names; the number of columns if there is none."""
        return min((c for c in self.values if c > 0), default=self.grid.columns)

    @cached_property
    def kinds(self) -> list[str]:
        """For each line: row | label (names alone) | between (cells of two rows, half-way between them)."""
        return [
            "between" if _stands_between(self, n) else _kind(self, line, cells)
            for n, (line, cells) in enumerate(zip(self.lines, self.cells, strict=True))
        ]

    @cached_property
    def step(self) -> float:
        """Points from base line to base line of two rows."""
        places = range(len(self.lines) - 1)
        rows = [n for n in places if self.kinds[n] == self.kinds[n + 1] == "row" and not self.ruled(n, n + 1)]
        steps = [self.lines[n + 1].base - self.lines[n].base for n in rows]
        return median(steps) if steps else max(PLAIN_STEP * self.lines[0].size, 1.0)

    def ruled(self, m: int, n: int) -> bool:
        """Whether a ruling across the table stands between lines m and n."""
        a, b = self.lines[m], self.lines[n]
        return any(a.base - MIDDLE * a.size < y < b.base - MIDDLE * b.size for y in self.full)

    def columns_of(self, n: int) -> set[int]:
        """The columns in which line n has words."""
        return {c for p, _ in self.cells[n] for c in range(p.column, p.column + p.span)}


def body_rows(
    lines: Sequence[TableLine], grid: Grid, full: Sequence[float], level_rulings: Sequence[Ruling]
) -> list[BodyRow]:
    """The rows from top to bottom."""
    if not lines:
        return []
    cells = [[(p, piece_text(line, p)) for p in body_pieces(line, grid)] for line in lines]
    body = Body(lines, cells, value_columns(cells, grid.columns), grid, full)
    reader = _RowReader(body)
    for n in range(len(lines)):
        reader.take(n)
    fill(reader.rows, reader.floating, grid, body.first_value, body.step, level_rulings)
    return reader.rows


class _RowReader:
    """Takes a body's lines from top to bottom, as rows, as parts of rows, or as titles of groups."""

    def __init__(self, body: Body) -> None:
        self.body = body
        self.rows: list[BodyRow] = []
        self.floating: list[Floating] = []  # cells that stand beside several rows
        self.waiting: list[int] = []  # lines of names that begin the next row
        self.group = ""
        self.last = -1  # the last line that went into the last row

    def take(self, n: int) -> None:
        """Takes line n."""
        kind = self.body.kinds[n]
        if kind == "between":
            self._float(n)
        elif kind == "row":
            if not (self.rows and _goes_on(self.body, self.rows[-1], n)):
                self._begin_row(n)
            self._add(n)
        else:
            self._take_label(n)

    def _take_label(self, n: int) -> None:
        column = self.body.cells[n][0][0].column
        before = self.rows[-1].cells.get(column) if self.rows and self.last == n - 1 else None
        role = _label_role(self.body, n, before.text if before else "")
        if role == "previous" and self.rows:
            self._add(n)
        elif role == "next":
            self.waiting.append(n)
        elif role == "spanning":
            self._float(n)
        else:
            self.group = _next_group(self.body, self.group, n)

    def _begin_row(self, n: int) -> None:
        row = BodyRow(self.body.lines[n].base, group=self.group)
        self.rows.append(row)
        for m in self.waiting:
            _add(row, self.body.lines[m], self.body.cells[m])
        self.waiting = []

    def _add(self, n: int) -> None:
        _add(self.rows[-1], self.body.lines[n], self.body.cells[n])
        self.last = n

    def _float(self, n: int) -> None:
        line = self.body.lines[n]
        self.floating.extend(Floating(line.base, p, line) for p, _ in self.body.cells[n])


def _kind(body: Body, line: TableLine, cells: Cells) -> str:
    """ "row" if something stands in a column of numbers, "label" if only names do."""
    if body.first_value >= body.grid.columns:
        return "row" if len(cells) > 1 or body.grid.columns == 1 else "label"
    if _one_phrase(line, cells):
        return "label"
    if len(cells) == 1:
        piece, text = cells[0]
        return "row" if piece.column >= body.first_value and (is_value(text) or is_blank(text)) else "label"
    return "row" if any(p.column + p.span > body.first_value for p, _ in cells) else "label"


def _stands_between(body: Body, n: int) -> bool:
    """Whether a line holds cells of two rows or more: it stands half-way between two rows that lack them."""
    lines, cells = body.lines, body.cells
    if not 0 < n < len(lines) - 1 or all(p.column < body.first_value for p, _ in cells[n]):
        return False  # names alone are told from groups' titles elsewhere
    if not all(any(is_value(t) for _, t in cells[m]) for m in (n - 1, n + 1)):
        return False
    up, down = lines[n].base - lines[n - 1].base, lines[n + 1].base - lines[n].base
    if abs(up - down) > OFF_HALF_WAY * (up + down) or up + down > CLOSE_ROWS * lines[n].size:
        return False
    if body.ruled(n - 1, n) or body.ruled(n, n + 1):
        return False
    over, own, under = (body.columns_of(m) for m in (n - 1, n, n + 1))
    return bool(over & under) and not own & (over | under)


def _one_phrase(line: TableLine, cells: Cells) -> bool:
    """Whether a line's words run on from its left over a column's border, and none of them is a value."""
    if len(cells) != 2 or cells[0][0].column or any(is_value(t) or is_blank(t) for _, t in cells):
        return False
    gap = line.words[cells[1][0].first].x0 - line.words[cells[0][0].last - 1].x1
    return gap < RUNS_ON * line.size and cells[0][1].count("(") != cells[0][1].count(")")


def _goes_on(body: Body, row: BodyRow, n: int) -> bool:
    """Whether line n is the second line of the row above: no name, set tight, or only deviations in brackets."""
    cells = body.cells[n]
    if any(p.column == 0 or p.column not in row.cells for p, _ in cells) or body.ruled(n - 1, n):
        return False
    texts = [t for _, t in cells]
    if all(t[:1] in "(±[+" for t in texts):
        return True
    distance = body.lines[n].base - body.lines[n - 1].base
    if any(is_value(t) for t in texts):
        return False
    if not body.values:
        return distance < TIGHT * body.step
    return distance < NEXT_LINE * body.step and not any(is_blank(t) for t in texts)


@dataclass(frozen=True)
class _LabelLine:
    """A line of names alone, between the lines above and below it."""

    body: Body
    n: int
    before: str  # the text so far of the cell above, where that is the last row's

    @property
    def cells(self) -> Cells:
        return self.body.cells[self.n]

    @property
    def text(self) -> str:
        return " ".join(t for _, t in self.cells)

    @cached_property
    def ruled_above(self) -> bool:
        """Whether a ruling, or nothing, is above."""
        return self.n == 0 or self.body.ruled(self.n - 1, self.n)

    @cached_property
    def last(self) -> bool:
        return self.n + 1 == len(self.body.lines)

    @cached_property
    def ruled_below(self) -> bool:
        return self.last or self.body.ruled(self.n, self.n + 1)

    def _distance(self, m: int, ruled: bool) -> float:
        return inf if ruled else abs(self.body.lines[m].base - self.body.lines[self.n].base)

    @cached_property
    def up(self) -> float:
        """Points to the base line above, infinite over a ruling."""
        return self._distance(self.n - 1, self.ruled_above)

    @cached_property
    def down(self) -> float:
        return self._distance(self.n + 1, self.ruled_below)

    @property
    def tight_up(self) -> bool:
        return self.up < TIGHT * self.body.step

    @property
    def tight_down(self) -> bool:
        return self.down < TIGHT * self.body.step

    @cached_property
    def own_above(self) -> bool:
        """Whether the line above has words in this one's first column."""
        return self.n > 0 and any(p.column == self.cells[0][0].column for p, _ in self.body.cells[self.n - 1])

    @cached_property
    def own_below(self) -> bool:
        return not self.last and any(p.column == self.cells[0][0].column for p, _ in self.body.cells[self.n + 1])

    @property
    def wide(self) -> bool:
        """Whether it reaches into the columns of numbers."""
        first = self.body.first_value
        spans = any(p.span > 1 and p.column + p.span > first for p, _ in self.cells)
        return spans or self.cells[0][0].column >= first

    @property
    def row_below(self) -> bool:
        return not self.last and self.body.kinds[self.n + 1] == "row"

    @property
    def beside_rows(self) -> bool:
        """Whether it is one name, not the first column's, set tight between two lines."""
        one = len(self.cells) == 1 and self.cells[0][0].span == 1 and self.cells[0][0].column > 0
        return self.tight_up and self.tight_down and one

    @property
    def ends_row(self) -> bool:
        """Whether it reads as the rest of the cell above ("(base" | "model)")."""
        return bool(self.before) and self.own_above and not self.ruled_above and _continues(self.before, self.text)

    @property
    def begins_row(self) -> bool:
        """Whether the cell below reads as the rest of it."""
        if not self.row_below or self.ruled_below or not self.own_below:
            return False
        return _continues(self.text, self.body.cells[self.n + 1][0][1]) and (self.ruled_above or self.own_above)


def _label_role(body: Body, n: int, before: str) -> str:
    """What a line of names alone is: group | previous (row goes on) | next (row begins) | spanning (several rows)."""
    line = _LabelLine(body, n, before)
    if line.ruled_above and line.ruled_below:
        return "group"
    if line.beside_rows:
        return "spanning"
    if line.wide:
        return "group"
    if line.tight_up and line.tight_down and not line.own_above and not line.own_below:
        return "spanning"
    if line.tight_up and (not line.tight_down or line.up <= line.down):
        return "previous" if line.own_above or not line.tight_down else "spanning"
    if line.tight_down:
        return "next" if line.row_below else "spanning"
    if line.ends_row:
        return "previous"
    return "next" if line.begins_row else "group"


def _continues(first: str, second: str) -> bool:
    """Whether the second text reads as the rest of the first ("Transformer (base" | "model)")."""
    if not first or not second:
        return False
    if first.count("(") > first.count(")") or first.count("[") > first.count("]"):
        return True
    if first[-1] in "-,+&/" or first.rsplit(" ", 1)[-1].lower() in ("with", "and", "of", "for", "w/", "on", "w/o", "+"):
        return not first.endswith("-") or len(first) > 1
    return second[0] in "(+)&,[" or (second[0].islower() and first[-1].isalnum())


def _next_group(body: Body, group: str, n: int) -> str:
    """The group from line n on: its text, joined to the line above when both make one label."""
    text = body.lines[n].text().strip(" :")
    goes_on = n > 0 and group and body.kinds[n - 1] == "label" and not body.ruled(n - 1, n) and _continues(group, text)
    return f"{group} {text}" if goes_on else text


def _add(row: BodyRow, line: TableLine, cells: Cells) -> None:
    for piece, _ in cells:
        words, places = line.words[piece.first : piece.last], line.places[piece.first : piece.last]
        cell = row.cells.get(piece.column)
        if cell is None:
            row.cells[piece.column] = RowCell([words], list(places), piece.span)
        else:
            cell.lines.append(words)
            cell.places.extend(places)

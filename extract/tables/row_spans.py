"""Cells of a table that span several rows: a name or number that stands beside several rows is repeated in each."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from db.models import Ruling, Word
from extract.layout.captions import base_of
from extract.layout.lines import TableLine, is_blank, is_mark, is_value, joined_text
from extract.layout.slack import ROUNDING, SLACK
from extract.tables.grid import Grid, Piece

EVENLY = 0.2  # heights of the print by which a name's first and last line may hang unequally | 0 0 0 0
MOST_LINES = 3  # of one name beside rows | 0 0 0 0
SAME_NAME = 1.4  # of the distance between rows: lines of one name beside several rows are no farther apart | 0 0 0 0
HANGING = 0.06  # of the height of the print: how far a name's first line hangs below its row, its last above | 0 0 0 0


@dataclass
class RowCell:
    """Words of one cell by printed line."""

    lines: list[list[Word]]
    places: list[int]
    span: int = 1

    @property
    def text(self) -> str:
        return joined_text(self.lines)


@dataclass
class BodyRow:
    """One row: its cells by column, and the label of the group it stands in."""

    base: float
    cells: dict[int, RowCell] = field(default_factory=dict)
    group: str = ""
    filled: set[int] = field(default_factory=set)  # columns whose cell spans rows and is repeated here

    def offset(self, column: int) -> float:
        """How far below the row's other cells the column's first line stands."""
        others = [base_of(w) for c, cell in self.cells.items() if c != column for w in cell.lines[0]]
        own = [base_of(w) for w in self.cells[column].lines[0]]
        return median(own) - median(others) if others else 0.0


@dataclass(frozen=True)
class Floating:
    """A cell that stands between rows, and so beside several of them."""

    base: float
    piece: Piece
    line: TableLine

    def cell(self) -> RowCell:
        first, last = self.piece.first, self.piece.last
        return RowCell([self.line.words[first:last]], self.line.places[first:last])


@dataclass
class Stretch:
    """Rows of one column without a ruling between them there, and the cells that stand between the rows."""

    rows: list[BodyRow]
    loose: list[tuple[float, RowCell]]


def fill(
    rows: list[BodyRow],
    floating: Sequence[Floating],
    grid: Grid,
    first_value: int,
    step: float,
    level_rulings: Sequence[Ruling],
) -> None:
    """Repeats names that span several rows in each of them: down from the top row, or about the middle.

    `first_value` is the first column of numbers behind the names, `step` the points from row to row.
    """
    for column in range(grid.columns):
        middle = sum(grid.edges[column]) / 2
        bounds = sorted(r.top for r in level_rulings if r.x0 - SLACK <= middle <= r.x1 + SLACK)
        parts = _column_stretches(rows, [f for f in floating if f.piece.column == column], bounds)
        behind_names, marks = column >= first_value, _is_mark_column(parts, column)
        alone = _alone(parts, column) if behind_names and not marks else set()
        numbers = behind_names and all(is_value(cell.text) for part in parts for _, cell in part.loose)
        for k, part in enumerate(parts):
            if k in alone and not part.loose:
                _repeat_middle(part.rows, column)
            elif numbers or marks:
                _fill_around(part.rows, column, part.loose)
            else:
                _join_spread_name(part.rows, column, ruled=len(parts) > 1)
                _fill_stretch(part, column, step)


def _is_mark_column(parts: Sequence[Stretch], column: int) -> bool:
    """Whether a column holds check marks alone: a mark belongs to its own row, or to the rows it stands between."""
    cells = [r.cells[column] for part in parts for r in part.rows if column in r.cells]
    texts = [cell.text for cell in (*cells, *(cell for part in parts for _, cell in part.loose))]
    return any(is_mark(t) for t in texts) and all(is_mark(t) or is_blank(t) for t in texts)


def _column_stretches(rows: list[BodyRow], floating: Sequence[Floating], bounds: Sequence[float]) -> list[Stretch]:
    """A column's rows, and the cells that float in it, between the rulings at `bounds`."""

    def level(base: float) -> int:
        return bisect_left(bounds, base - SLACK)

    parts: list[Stretch] = []
    before = -1
    for row in rows:
        here = level(row.base)
        if here != before:
            parts.append(Stretch([], [(f.base, f.cell()) for f in floating if level(f.base) == here]))
            before = here
        parts[-1].rows.append(row)
    return parts


def _repeat_middle(rows: list[BodyRow], column: int) -> None:
    middle = rows[len(rows) // 2]
    for r in rows:
        if r is not middle:
            _repeat(r, column, middle.cells[column])


def _alone(parts: Sequence[Stretch], column: int) -> set[int]:
    """The stretches between rulings whose only entry in a column stands in the middle: a cell over all of their rows.

    The middle row's number may be the only one that is known: all stretches must be so, or have all rows filled, and
    two at least must be so.
    """
    found = set()
    for k, part in enumerate(parts):
        rows, loose = part.rows, part.loose
        filled = [n for n, r in enumerate(rows) if column in r.cells and not is_blank(r.cells[column].text)]
        if (loose and not filled) or (len(rows) > 1 and filled == [(len(rows) - 1) / 2]):
            found.add(k)
        elif len(filled) < len(rows):
            return set()
    return found if len(found) > 1 else set()


def _join_spread_name(rows: list[BodyRow], column: int, *, ruled: bool) -> None:
    """One name printed over several lines beside several rows between two rulings: it stands off the rows' base lines.

    Its lines are closer together than the rows are, so that the first hangs below its row and the last above.
    """
    named = [r for r in rows if column in r.cells]
    if not ruled or len(rows) < 2 or len(named) < 2 or any(len(r.cells[column].lines) > 1 for r in named):
        return
    offsets = [r.offset(column) for r in named]
    size = named[0].cells[column].lines[0][0].size
    hangs = offsets[0] > HANGING * size and offsets[-1] < -HANGING * size
    if hangs and abs(offsets[0] + offsets[-1]) < EVENLY * size:
        whole = _joined([r.cells[column] for r in named])
        for r in rows:
            r.cells.pop(column, None)
        for r in rows:
            _repeat(r, column, whole)


def _fill_stretch(part: Stretch, column: int, step: float) -> None:
    """Repeats the names of a stretch in its rows that have none."""
    rows = part.rows
    empty = [r for r in rows if column not in r.cells]
    if not empty or (column > 0 and not part.loose and not _spans_beside(empty, column - 1)):
        return
    entries = _entries(part, column, step)
    if not entries:
        return
    if len(entries) == 1 or len(rows) == 1:  # lines beside a single row can only be that row's
        whole = _joined([cell for _, cell in entries])
        for r in empty:
            _repeat(r, column, whole)
    else:
        centred = column not in rows[0].cells
        if (centred or part.loose) and _fill_tiles(rows, column, entries):
            return
        if centred:
            _fill_about(rows, column, entries, step)
        else:
            _fill_down(rows, column)


def _joined(cells: Sequence[RowCell]) -> RowCell:
    """One cell of the lines of several, in their order."""
    return RowCell([line for cell in cells for line in cell.lines], [p for cell in cells for p in cell.places])


def _spans_beside(rows: Sequence[BodyRow], column: int) -> bool:
    """Whether the column's cells beside these rows span rows too, or are empty."""
    return all(column in r.filled or column not in r.cells for r in rows)


def _entries(part: Stretch, column: int, step: float) -> list[tuple[float, RowCell]]:
    """A column's names with their base lines, those of the rows and those between rows; lines of one name joined."""
    entries = [(r.base, r.cells[column]) for r in part.rows if column in r.cells]
    floats = [False] * len(entries)
    for base, cell in sorted(part.loose, key=lambda entry: entry[0]):
        near = next((i for i, (b, _) in enumerate(entries) if floats[i] and abs(b - base) < SAME_NAME * step), None)
        if near is None:
            entries.append((base, cell))
            floats.append(True)
        else:  # two printed lines of one name
            b, old = entries[near]
            entries[near] = ((b + base) / 2, RowCell(old.lines + cell.lines, old.places + cell.places))
    return sorted(entries, key=lambda entry: entry[0])


def _fill_down(rows: Sequence[BodyRow], column: int) -> None:
    """Each name holds for its own row and those below, as far as they have none."""
    current = None
    for r in rows:
        if column in r.cells:
            current = r.cells[column]
        elif current is not None:
            _repeat(r, column, current)


def _fill_about(rows: Sequence[BodyRow], column: int, entries: Sequence[tuple[float, RowCell]], step: float) -> None:
    """Each name holds for as many rows below its middle as above it; the last for all that are left."""
    start = 0
    for n, (base, cell) in enumerate(entries):
        if start >= len(rows):
            break
        count = round(2 * (base - rows[start].base) / step) + 1
        stop = len(rows) if n == len(entries) - 1 else min(max(start + count, start + 1), len(rows))
        for r in rows[start:stop]:
            if column not in r.cells:
                _repeat(r, column, cell)
        start = stop


def _fill_tiles(rows: list[BodyRow], column: int, entries: Sequence[tuple[float, RowCell]]) -> bool:
    """Repeats each name in the rows that it is centred over, if such stretches fill the whole height exactly."""
    bases = [r.base for r in rows]
    places = []
    for base, _ in entries:  # in halves of rows from the first
        k = min(max(bisect_right(bases, base) - 1, 0), len(rows) - 2)
        places.append(round(2 * (k + (base - bases[k]) / (bases[k + 1] - bases[k]))) / 2)
    tiles = _tiles(places, 0, len(rows))
    if tiles is None:
        return False
    for first, last, start, stop in tiles:
        whole = _joined([cell for _, cell in entries[first:last]])
        for r in rows[start:stop]:
            if last - first > 1 or column not in r.cells:
                _repeat(r, column, whole)
    return True


def _tiles(places: Sequence[float], start: int, count: int, first: int = 0) -> list[tuple[int, int, int, int]] | None:
    """First and last+1 entry, first and last+1 row of each name; several entries in a run may be one name's lines."""
    if first == len(places):
        return [] if start == count else None
    for last in range(first + 1, min(first + MOST_LINES, len(places)) + 1):
        if last > first + 1 and places[last - 1] - places[last - 2] > 1:
            return None
        stop = places[first] + places[last - 1] - start + 1
        if stop != int(stop) or not places[last - 1] < stop <= count or places[first] < start:
            continue
        if last < len(places) and places[last] < stop:
            continue
        rest = _tiles(places, int(stop), count, last)
        if rest is not None:
            return [(first, last, start, int(stop)), *rest]
    return None


def _fill_around(rows: list[BodyRow], column: int, loose: list[tuple[float, RowCell]]) -> None:
    """A number or mark between rows belongs to the rows on both sides, as far as they are empty and none is as near."""
    for base, cell in loose:
        above = sorted((r for r in rows if r.base < base), key=lambda r: -r.base)
        below = sorted((r for r in rows if r.base >= base), key=lambda r: r.base)
        for pair in zip(above, below, strict=False):
            if any(column in r.cells or _is_nearer_to_another(r, base, loose) for r in pair):
                break
            for r in pair:
                _repeat(r, column, cell)


def _is_nearer_to_another(row: BodyRow, base: float, loose: Sequence[tuple[float, RowCell]]) -> bool:
    return any(abs(other - row.base) < abs(base - row.base) - ROUNDING for other, _ in loose)


def _repeat(row: BodyRow, column: int, cell: RowCell) -> None:
    row.cells[column] = RowCell(cell.lines, cell.places)
    row.filled.add(column)

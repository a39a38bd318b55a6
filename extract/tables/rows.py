"""Body lines of a table -> rows: wrapped cells joined, group rows and cells that span rows told apart."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from statistics import median

from db.models import Ruling, Word
from extract.layout.captions import DESCENT
from extract.layout.lines import TableLine, is_blank, is_mark, is_value, joined_text
from extract.layout.slack import ROUNDING, SLACK
from extract.tables.grid import Grid, Piece, body_pieces, piece_text

VALUE_SHARE = 0.5  # of a column's entries: numbers, if it is to hold values
TIGHT = 0.8  # of the usual distance between rows: closer lines belong to one row
OFF_HALF_WAY = 0.25  # of the distance between two rows: how far off its half a cell of both may stand
CLOSE_ROWS = 2.3  # heights of the print between two rows with a cell of both between them, at most
PLAIN_STEP = 1.25  # heights of the print from row to row, where no two rows follow each other
RULED_OFF = 0.3  # heights of the print above a base line: the middle of small letters, where a ruling strikes a line
RUNS_ON = 0.4  # heights of the print between two words of one phrase, at most
NEXT_LINE = 1.02  # of the distance between rows: a row's second line is no farther down
EVENLY = 0.2  # heights of the print by which a name's first and last line may hang unequally
MOST_LINES = 3  # of one name beside rows
SAME_NAME = 1.4  # of the distance between rows: lines of one name beside several rows are no farther apart
HANGING = 0.06  # of the height of the print: how far a name's first line hangs below its row, its last above


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
        others = [w.bottom - DESCENT * w.size for c, cell in self.cells.items() if c != column for w in cell.lines[0]]
        own = [w.bottom - DESCENT * w.size for w in self.cells[column].lines[0]]
        return median(own) - median(others) if others else 0.0


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
        return any(a.base - RULED_OFF * a.size < y < b.base - RULED_OFF * b.size for y in self.full)

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
    _fill(reader.rows, reader.floating, body, level_rulings)
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


def _fill(rows: list[BodyRow], floating: list[Floating], body: Body, level_rulings: Sequence[Ruling]) -> None:
    """Names that span several rows are repeated in each: down from the top row, or about the middle."""
    for column in range(body.grid.columns):
        middle = sum(body.grid.edges[column]) / 2
        bounds = sorted(r.top for r in level_rulings if r.x0 - SLACK <= middle <= r.x1 + SLACK)
        parts = _column_stretches(rows, [f for f in floating if f.piece.column == column], bounds)
        behind_names, marks = column >= body.first_value, _is_mark_column(parts, column)
        alone = _alone(parts, column) if behind_names and not marks else set()
        numbers = behind_names and all(is_value(cell.text) for part in parts for _, cell in part.loose)
        for k, part in enumerate(parts):
            if k in alone and not part.loose:
                _repeat_middle(part.rows, column)
            elif numbers or marks:
                _fill_around(part.rows, column, part.loose)
            else:
                _join_spread_name(part.rows, column, ruled=len(parts) > 1)
                _fill_stretch(part, column, body.step)


def _is_mark_column(parts: Sequence[Stretch], column: int) -> bool:
    """Whether a column holds check marks alone: a mark belongs to its own row, or to the rows it stands between."""
    cells = [r.cells[column] for part in parts for r in part.rows if column in r.cells]
    texts = [cell.text for cell in (*cells, *(cell for part in parts for _, cell in part.loose))]
    return any(is_mark(t) for t in texts) and all(is_mark(t) or is_blank(t) for t in texts)


def _column_stretches(rows: list[BodyRow], floating: Sequence[Floating], bounds: Sequence[float]) -> list[Stretch]:
    """A column's rows, and the cells that float in it, between the rulings at `bounds`."""

    def level(base: float) -> int:
        return sum(y < base - SLACK for y in bounds)

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
        whole = RowCell(
            [line for r in named for line in r.cells[column].lines], [p for r in named for p in r.cells[column].places]
        )
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
    if len(entries) == 1:
        for r in empty:
            _repeat(r, column, entries[0][1])
    elif entries:
        centred = column not in rows[0].cells
        if (centred or part.loose) and _fill_tiles(rows, column, entries):
            return
        if centred:
            _fill_about(rows, column, entries, step)
        else:
            _fill_down(rows, column)


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
        block = [cell for _, cell in entries[first:last]]
        whole = RowCell([line for cell in block for line in cell.lines], [p for cell in block for p in cell.places])
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

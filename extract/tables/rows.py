"""Body lines of a table -> rows: wrapped cells joined, group rows and cells that span rows told apart."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from db.models import Ruling, Word
from extract.layout.lines import DESCENT, TableLine, is_blank, is_value, joined_text
from extract.tables.grid import Grid, Piece, body_pieces, piece_text

VALUE_SHARE = 0.5  # of a column's entries: numbers, if it is to hold values
TIGHT = 0.8  # of the usual distance between rows: closer lines belong to one row


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


def value_columns(lines: Sequence[list[tuple[Piece, str]]], columns: int) -> set[int]:
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


def body_rows(
    lines: Sequence[TableLine], grid: Grid, full: Sequence[float], level_rulings: Sequence[Ruling]
) -> list[BodyRow]:
    """The rows from top to bottom."""
    if not lines:
        return []
    pieces = [[(p, piece_text(line, p)) for p in body_pieces(line, grid)] for line in lines]
    values = value_columns(pieces, grid.columns)
    first_value = min((c for c in values if c > 0), default=grid.columns)
    kinds = [
        "between"
        if _stands_between(n, lines, pieces, full, first_value)
        else _kind(line, cells, values, first_value, grid)
        for n, (line, cells) in enumerate(zip(lines, pieces, strict=True))
    ]
    steps = [
        b.base - a.base
        for a, b, k, m in zip(lines, lines[1:], kinds, kinds[1:], strict=False)
        if k == m == "row" and not _ruled_between(a, b, full)
    ]
    step = median(steps) if steps else max(1.25 * lines[0].size, 1.0)
    rows: list[BodyRow] = []
    floating: list[tuple[float, Piece, TableLine]] = []
    waiting: list[int] = []  # label lines that begin the next row
    group = ""
    last = -1  # the last line that went into the last row
    for n, (line, cells, kind) in enumerate(zip(lines, pieces, kinds, strict=True)):
        if kind == "between":
            floating.extend((line.base, p, line) for p, _ in cells)
            continue
        if kind == "row":
            if rows and _goes_on(rows[-1], lines[n - 1], line, cells, values, step, full):
                _add(rows[-1], line, cells)
                last = n
                continue
            row = BodyRow(line.base, group=group)
            for m in waiting:
                _add(row, lines[m], pieces[m])
            waiting = []
            _add(row, line, cells)
            rows.append(row)
            last = n
            continue
        before = rows[-1].cells.get(cells[0][0].column) if rows and last == n - 1 else None
        role = _label_role(n, lines, pieces, kinds, step, full, first_value, before.text if before else "")
        if role == "previous" and rows:
            _add(rows[-1], line, cells)
            last = n
        elif role == "next":
            waiting.append(n)
        elif role == "spanning":
            floating.extend((line.base, p, line) for p, _ in cells)
        else:
            group = _next_group(group, line, n, lines, kinds, full)
    _fill(rows, floating, grid, level_rulings, step, first_value)
    return rows


def _kind(line: TableLine, cells: list[tuple[Piece, str]], values: set[int], first_value: int, grid: Grid) -> str:
    """ "row" if something stands in a value column, "label" if only names do."""
    if not values or first_value >= grid.columns:
        return "row" if len(cells) > 1 or grid.columns == 1 else "label"
    if _one_phrase(line, cells):
        return "label"
    if len(cells) == 1:
        piece, text = cells[0]
        return "row" if piece.column >= first_value and (is_value(text) or is_blank(text)) else "label"
    return "row" if any(p.column + p.span > first_value for p, _ in cells) else "label"


def _stands_between(
    n: int, lines: Sequence[TableLine], pieces: Sequence[list[tuple[Piece, str]]], full: Sequence[float],
    first_value: int,
) -> bool:  # fmt: skip
    """Whether a line holds cells of two rows or more: it stands half-way between two rows that lack them."""
    if not 0 < n < len(lines) - 1 or all(p.column < first_value for p, _ in pieces[n]):
        return False  # names alone are told from groups' titles elsewhere
    if not all(any(is_value(t) for _, t in cells) for cells in (pieces[n - 1], pieces[n + 1])):
        return False
    above, line, below = lines[n - 1 : n + 2]
    up, down = line.base - above.base, below.base - line.base
    if abs(up - down) > 0.25 * (up + down) or up + down > 2.3 * line.size:
        return False
    if _ruled_between(above, line, full) or _ruled_between(line, below, full):
        return False
    over, own, under = (
        {c for p, _ in cells for c in range(p.column, p.column + p.span)} for cells in pieces[n - 1 : n + 2]
    )
    return bool(over & under) and not own & (over | under)


def _one_phrase(line: TableLine, cells: list[tuple[Piece, str]]) -> bool:
    """Whether a line's words run on from its left over a column's border, and none of them is a value."""
    if len(cells) != 2 or cells[0][0].column or any(is_value(t) or is_blank(t) for _, t in cells):
        return False
    gap = line.words[cells[1][0].first].x0 - line.words[cells[0][0].last - 1].x1
    return gap < 0.4 * line.size and cells[0][1].count("(") != cells[0][1].count(")")


def _ruled_between(a: TableLine, b: TableLine, full: Sequence[float]) -> bool:
    return any(a.base - 0.3 * a.size < y < b.base - 0.3 * b.size for y in full)


def _goes_on(
    row: BodyRow, before: TableLine, line: TableLine, cells: list[tuple[Piece, str]], values: set[int], step: float,
    full: Sequence[float],
) -> bool:  # fmt: skip
    """Whether a line is the second line of the row above: no name, set tight, or only deviations in brackets."""
    if any(p.column == 0 for p, _ in cells) or _ruled_between(before, line, full):
        return False
    if any(p.column not in row.cells for p, _ in cells):
        return False
    texts = [t for _, t in cells]
    if all(t[:1] in "(±[+" for t in texts):
        return True
    if any(is_value(t) for t in texts) or not values:
        distance = line.base - before.base
        return distance < TIGHT * step and not any(is_value(t) for t in texts)
    return line.base - before.base < 1.02 * step and not any(is_blank(t) for t in texts)


def _label_role(
    n: int, lines: Sequence[TableLine], pieces: Sequence[list[tuple[Piece, str]]], kinds: Sequence[str], step: float,
    full: Sequence[float], first_value: int, before: str,
) -> str:  # fmt: skip
    """What a line of names alone is: group | previous (row goes on) | next (row begins) | spanning (several rows)."""
    line, cells = lines[n], pieces[n]
    above = lines[n - 1] if n else None
    below = lines[n + 1] if n + 1 < len(lines) else None
    ruled_above = above is None or _ruled_between(above, line, full)
    ruled_below = below is None or _ruled_between(line, below, full)
    if ruled_above and ruled_below:
        return "group"
    up = line.base - above.base if above is not None and not ruled_above else 1e9
    down = below.base - line.base if below is not None and not ruled_below else 1e9
    text = " ".join(t for _, t in cells)
    wide = any(p.span > 1 and p.column + p.span > first_value for p, _ in cells) or cells[0][0].column >= first_value
    tight_up, tight_down = up < TIGHT * step, down < TIGHT * step
    if tight_up and tight_down and len(cells) == 1 and cells[0][0].span == 1 and cells[0][0].column:
        return "spanning"
    if wide:
        return "group"
    own_up = n > 0 and any(p.column == cells[0][0].column for p, _ in pieces[n - 1])
    own_down = below is not None and any(p.column == cells[0][0].column for p, _ in pieces[n + 1])
    if tight_up and tight_down and not own_up and not own_down:
        return "spanning"
    if tight_up and (not tight_down or up <= down):
        return "previous" if own_up or not tight_down else "spanning"
    if tight_down:
        return "next" if kinds[n + 1] == "row" else "spanning"
    if before and own_up and not ruled_above and _continues(before, text):
        return "previous"
    if (
        below is not None and kinds[n + 1] == "row" and not ruled_below and own_down
        and _continues(text, pieces[n + 1][0][1]) and (n == 0 or ruled_above or own_up)
    ):  # fmt: skip
        return "next"
    return "group"


def _continues(first: str, second: str) -> bool:
    """Whether the second text reads as the rest of the first ("Transformer (base" | "model)")."""
    if not first or not second:
        return False
    if first.count("(") > first.count(")") or first.count("[") > first.count("]"):
        return True
    if first[-1] in "-,+&/" or first.rsplit(" ", 1)[-1].lower() in ("with", "and", "of", "for", "w/", "on", "w/o", "+"):
        return not first.endswith("-") or len(first) > 1
    return second[0] in "(+)&,[" or (second[0].islower() and first[-1].isalnum())


def _next_group(
    group: str, line: TableLine, n: int, lines: Sequence[TableLine], kinds: Sequence[str], full: Sequence[float]
) -> str:
    """The group from here on: this line's text, joined to the line above when both make one label."""
    text = line.text().strip(" :")
    if (
        n
        and kinds[n - 1] == "label"
        and group
        and not _ruled_between(lines[n - 1], line, full)
        and _continues(group, text)
    ):
        return f"{group} {text}"
    return text


def _add(row: BodyRow, line: TableLine, cells: list[tuple[Piece, str]]) -> None:
    for piece, _ in cells:
        words, places = line.words[piece.first : piece.last], line.places[piece.first : piece.last]
        cell = row.cells.get(piece.column)
        if cell is None:
            row.cells[piece.column] = RowCell([words], list(places), piece.span)
        else:
            cell.lines.append(words)
            cell.places.extend(places)


def _fill(
    rows: list[BodyRow], floating: list[tuple[float, Piece, TableLine]], grid: Grid, level_rulings: Sequence[Ruling],
    step: float, first_value: int,
) -> None:  # fmt: skip
    """Names that span several rows are repeated in each: down from the top row, or about the middle."""
    for column in range(grid.columns):
        parts: list[tuple[list[BodyRow], list[tuple[float, RowCell]]]] = []
        middle = sum(grid.edges[column]) / 2
        bounds = sorted(r.top for r in level_rulings if r.x0 - 2 <= middle <= r.x1 + 2)
        start = 0
        while start < len(rows):
            level = sum(y < rows[start].base - 2 for y in bounds)
            stop = start + 1
            while stop < len(rows) and sum(y < rows[stop].base - 2 for y in bounds) == level:
                stop += 1
            loose = [
                (base, RowCell([line.words[p.first : p.last]], line.places[p.first : p.last]))
                for base, p, line in floating
                if p.column == column and sum(y < base - 2 for y in bounds) == level
            ]
            parts.append((rows[start:stop], loose))
            start = stop
        alone = _alone(parts, column) if column >= first_value else set()
        numbers = column >= first_value and all(is_value(cell.text) for _, loose in parts for _, cell in loose)
        for k, (part, loose) in enumerate(parts):
            if k in alone and not loose:
                for r in part[: len(part) // 2] + part[len(part) // 2 + 1 :]:
                    _repeat(r, column, part[len(part) // 2].cells[column])
            elif numbers:
                _fill_around(part, column, loose)
            else:
                _join_spread_name(part, column, ruled=len(parts) > 1)
                _fill_segment(part, column, loose, step)


def _alone(parts: Sequence[tuple[list[BodyRow], list[tuple[float, RowCell]]]], column: int) -> set[int]:
    """The stretches between rulings whose only entry in a column stands in the middle: a cell over all of their rows.

    The middle row's number may be the only one that is known: all stretches must be so, or have all rows filled, and
    two at least must be so.
    """
    found = set()
    for k, (rows, loose) in enumerate(parts):
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
    if offsets[0] > 0.06 * size and offsets[-1] < -0.06 * size and abs(offsets[0] + offsets[-1]) < 0.2 * size:
        whole = RowCell(
            [line for r in named for line in r.cells[column].lines], [p for r in named for p in r.cells[column].places]
        )
        for r in rows:
            r.cells.pop(column, None)
        for r in rows:
            _repeat(r, column, whole)


def _fill_segment(rows: list[BodyRow], column: int, loose: list[tuple[float, RowCell]], step: float) -> None:
    empty = [r for r in rows if column not in r.cells]
    if not empty:
        return
    if column > 0 and not loose and not all(column - 1 in r.filled or column - 1 not in r.cells for r in empty):
        return
    entries = [(r.base, r.cells[column]) for r in rows if column in r.cells]
    for base, cell in sorted(loose, key=lambda bc: bc[0]):
        near = next(
            (i for i, (b, _) in enumerate(entries) if abs(b - base) < 1.4 * step and _is_loose(entries[i], loose)), None
        )
        if near is not None:  # two printed lines of one spanning name
            b, old = entries[near]
            entries[near] = ((b + base) / 2, RowCell(old.lines + cell.lines, old.places + cell.places))
            loose = [*loose, entries[near]]
        else:
            entries.append((base, cell))
    entries.sort(key=lambda e: e[0])
    if not entries:
        return
    if len(entries) == 1:
        for r in empty:
            _repeat(r, column, entries[0][1])
        return
    centred = column not in rows[0].cells
    if (centred or loose) and _fill_tiles(rows, column, entries):
        return
    if not centred:
        current = None
        for r in rows:
            if column in r.cells:
                current = r.cells[column]
            elif current is not None:
                _repeat(r, column, current)
        return
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
    for last in range(first + 1, min(first + 4, len(places) + 1)):
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
    """A number between rows belongs to the rows at both its sides, as far as they are empty and no other is as near."""
    for base, cell in loose:
        above = sorted((r for r in rows if r.base < base), key=lambda r: -r.base)
        below = sorted((r for r in rows if r.base >= base), key=lambda r: r.base)
        for pair in zip(above, below, strict=False):
            if any(column in r.cells or any(abs(o - r.base) < abs(base - r.base) - 1 for o, _ in loose) for r in pair):
                break
            for r in pair:
                _repeat(r, column, cell)


def _is_loose(entry: tuple[float, RowCell], loose: Sequence[tuple[float, RowCell]]) -> bool:
    return any(entry[1] is cell for _, cell in loose)


def _repeat(row: BodyRow, column: int, cell: RowCell) -> None:
    row.cells[column] = RowCell(cell.lines, cell.places)
    row.filled.add(column)

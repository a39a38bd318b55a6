"""Header cells and the columns each covers: by drawn rulings, by walls between columns, by where a phrase is centred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from db.models import Ruling, Word
from extract.layout.lines import TableLine, joined_text
from extract.tables.grid import Grid


@dataclass
class HeaderCell:
    """One header entry: words by printed line, and the columns it covers."""

    lines: list[list[Word]]
    places: list[int]
    column: int
    span: int
    top: float
    bottom: float

    @property
    def text(self) -> str:
        return joined_text(self.lines)


def header_cells(
    lines: Sequence[TableLine],
    grid: Grid,
    partial: Sequence[Ruling],
    full: Sequence[float],
    verticals: Sequence[Ruling],
) -> list[list[HeaderCell]]:
    """Header rows from top to bottom; entries that go on in the next line of the same columns are one cell."""
    rows: list[list[HeaderCell]] = []
    for n, line in enumerate(lines):
        below = lines[n + 1 :]
        rows.append(_line_cells(line, below, grid, partial, verticals))
    for n, row in enumerate(rows):
        if n + 1 < len(rows) and not _set_between(lines, n):
            _spread(row, rows[n + 1 :], rows[:n], grid, lines[n])
    return _merge_down(rows, partial, full, grid)


def _set_between(lines: Sequence[TableLine], n: int) -> bool:
    """Whether the line stands less than a line's height under one and over another.

    So stands an entry of one line that is centred beside entries of two: it heads its own column, none of theirs.
    """
    if not 0 < n < len(lines) - 1:
        return False
    near = 0.9 * lines[n].size
    return lines[n].base - lines[n - 1].base < near and lines[n + 1].base - lines[n].base < near


def _line_cells(
    line: TableLine, below: Sequence[TableLine], grid: Grid, partial: Sequence[Ruling], verticals: Sequence[Ruling]
) -> list[HeaderCell]:
    cells: list[HeaderCell] = []
    middles = [(line.words[a].x0 + max(w.x1 for w in line.words[a:b])) / 2 for a, b in line.phrases]
    level = line.base - 0.25 * line.size
    walls = sorted({-1e6, 1e6} | {r.x0 for r in verticals if r.top - 2 <= level <= r.bottom + 2})
    for k, (first, last) in enumerate(line.phrases):
        covered = _under_ruling(line, middles, k, below, grid, partial) or _between_walls(
            middles, k, below, grid, walls
        )
        if covered:
            cells.append(_cell(line, first, last, covered[0], covered[-1] - covered[0] + 1))
        else:
            cells.extend(_split(line, first, last, below, grid))
    return cells


def _under_ruling(
    line: TableLine, middles: Sequence[float], k: int, below: Sequence[TableLine], grid: Grid, partial: Sequence[Ruling]
) -> list[int]:
    """Columns over which a ruling is drawn right beneath phrase k alone (a cmidrule)."""
    if not below:
        return []
    first, last = line.phrases[k]
    width = max(w.x1 for w in line.words[first:last]) - line.words[first].x0
    for r in partial:
        under = [t.base for t in below if any(w.x0 < r.x1 and w.x1 > r.x0 for w in t.words)]
        if not under or not line.base - 1 < r.top < min(under) - 0.3 * line.size or r.x1 - r.x0 < 0.8 * width:
            continue
        if [m for m in middles if r.x0 - 3 <= m <= r.x1 + 3] == [middles[k]]:
            return [c for c, (a, b) in enumerate(grid.edges) if r.x0 - 4 <= (a + b) / 2 <= r.x1 + 4]
    return []


def _between_walls(
    middles: Sequence[float], k: int, below: Sequence[TableLine], grid: Grid, walls: Sequence[float]
) -> list[int]:
    """Columns between two vertical rulings, where phrase k stands alone and centred between them."""
    if not below or len(walls) < 3:
        return []
    low = max(x for x in walls if x <= middles[k])
    high = min(x for x in walls if x > middles[k])
    if sum(low <= m < high for m in middles) > 1:
        return []
    covered = [c for c, (a, b) in enumerate(grid.edges) if low < (a + b) / 2 < high]
    leaves = {grid.column_of((w.x0 + w.x1) / 2) for t in below for w in t.words}
    if len(covered) < 2 or not all(c in leaves for c in covered):
        return []
    width = grid.edges[covered[-1]][1] - grid.edges[covered[0]][0]
    if abs(_off(middles[k], grid, covered[0], covered[-1])) > 0.12 * width + 3:
        return []
    return covered


def _cell(line: TableLine, first: int, last: int, column: int, span: int) -> HeaderCell:
    words = line.words[first:last]
    return HeaderCell(
        [words], line.places[first:last], column, span, min(w.top for w in words), max(w.bottom for w in words)
    )


def _split(line: TableLine, first: int, last: int, below: Sequence[TableLine], grid: Grid) -> list[HeaderCell]:
    """A phrase as one cell over the columns it stands on, or parted where its words fit their own columns better."""
    words = line.words
    bounds = [first]
    columns = []
    column = _home(words[first], grid)
    for i in range(first + 1, last):
        here = _home(words[i], grid)
        if here > column and words[i].x0 - words[i - 1].x1 > 0.04 * line.size:
            bounds.append(i)
            columns.append(column)
        column = max(here, column)
    columns.append(column)
    bounds.append(last)
    x0, x1 = words[first].x0, max(w.x1 for w in words[first:last])
    low, high = _covered(x0, x1, grid)
    whole = [_cell(line, first, last, low, high - low + 1)]
    if len(columns) == 1:
        return whole
    pieces = [
        _cell(line, a, b, c, 1) for a, b, c in zip(bounds, bounds[1:], columns, strict=False)
    ]  # fmt: skip
    fits = max(
        _misfit(words[a].x0, max(w.x1 for w in words[a:b]), grid.edges[c])
        for a, b, c in zip(bounds, bounds[1:], columns, strict=False)
    )
    span = (grid.edges[columns[0]][0], grid.edges[columns[-1]][1])
    centred = abs((x0 + x1) / 2 - (span[0] + span[1]) / 2)
    children = bool(below) and all(
        any(_home(w, grid) == c for t in below for w in t.words) for c in range(columns[0], columns[-1] + 1)
    )
    if children:
        return pieces if fits < 0.3 * line.size and centred > fits + 0.5 * line.size else whole
    if fits < 0.6 * line.size or fits < centred:
        return pieces
    return whole


def _home(word: Word, grid: Grid) -> int:
    return grid.column_of((word.x0 + word.x1) / 2)


def _covered(x0: float, x1: float, grid: Grid) -> tuple[int, int]:
    """First and last column that a stretch of x stands on, slivers left out."""
    middle = grid.column_of((x0 + x1) / 2)
    low = high = middle
    for c, (a, b) in enumerate(grid.edges):
        shared = min(b, x1) - max(a, x0)
        if shared > 0.45 * (b - a) or (c == middle):
            low, high = min(low, c), max(high, c)
    return low, high


def _misfit(x0: float, x1: float, edge: tuple[float, float]) -> float:
    a, b = edge
    return min(abs(x0 - a), abs(x1 - b), abs((x0 + x1) / 2 - (a + b) / 2))


def _spread(
    row: list[HeaderCell], lower: Sequence[Sequence[HeaderCell]], upper: Sequence[Sequence[HeaderCell]], grid: Grid,
    line: TableLine,
) -> None:  # fmt: skip
    """Entries centred over several columns that nothing else heads take all of them (no ruling drawn under them)."""
    if not row or len(row) >= grid.columns:
        return
    leaf = {c for cells in lower for cell in cells for c in range(cell.column, cell.column + cell.span)}
    taken = {c for cell in row for c in range(cell.column, cell.column + cell.span)}
    for k, cell in enumerate(row):
        first, last = cell.column, cell.column + cell.span - 1
        if cell.span == 1 and first == 0 and k == 0:
            continue
        before = row[k - 1].column + row[k - 1].span if k else 0
        after = row[k + 1].column if k + 1 < len(row) else grid.columns
        x0, x1 = cell.lines[0][0].x0, max(w.x1 for w in cell.lines[0])
        middle = (x0 + x1) / 2
        alone = min(_off(middle, grid, first, last), _misfit(x0, x1, (grid.edges[first][0], grid.edges[last][1])))
        best = (alone, first, last)
        for low in range(before, first + 1):
            for high in range(last, after):
                extra = [c for c in range(low, high + 1) if not first <= c <= last]
                if not extra or any(c not in leaf or (c in taken) for c in extra) or low == 0:
                    continue
                off = _off(middle, grid, low, high)
                wide = 0.02 * (grid.edges[high][1] - grid.edges[low][0])
                if off < best[0] - 0.6 * line.size or (
                    off < 0.5 * line.size + wide
                    and high - low > best[2] - best[1]
                    and _tiles(row, k, low, high, grid, leaf, taken)
                ):
                    best = (off, low, high)
        _, low, high = best
        if (low, high) != (first, last) and best[0] < 1.2 * line.size:
            cell.column, cell.span = low, high - low + 1
            taken.update(range(low, high + 1))


def _tiles(row: Sequence[HeaderCell], k: int, low: int, high: int, grid: Grid, leaf: set[int], taken: set[int]) -> bool:
    """Whether the wider span leaves no column between this entry and its neighbours without a head."""
    before = row[k - 1].column + row[k - 1].span if k else low
    after = row[k + 1].column if k + 1 < len(row) else grid.columns
    right = all(c not in leaf for c in range(high + 1, after)) if k + 1 == len(row) else True
    left = all(c not in leaf for c in range(before, low)) or k == 0
    return right and left


def _off(middle: float, grid: Grid, low: int, high: int) -> float:
    return abs(middle - (grid.edges[low][0] + grid.edges[high][1]) / 2)


def _merge_down(
    rows: list[list[HeaderCell]], partial: Sequence[Ruling], full: Sequence[float], grid: Grid
) -> list[list[HeaderCell]]:
    """A cell right under one of the same columns goes on with it, unless a ruling parts them."""
    open_: dict[tuple[int, int], HeaderCell] = {}
    out: list[list[HeaderCell]] = []
    for row in rows:
        kept = []
        for cell in row:
            key = (cell.column, cell.span)
            above = open_.get(key)
            blocked = above is not None and _ruling_between(above, cell, partial, full)
            if above is not None and not blocked:
                above.lines.extend(cell.lines)
                above.places.extend(cell.places)
                above.bottom = max(above.bottom, cell.bottom)
                continue
            for other in list(open_):
                if other[0] < cell.column + cell.span and cell.column < other[0] + other[1]:
                    del open_[other]
            open_[key] = cell
            kept.append(cell)
        out.append(kept)
    return [row for row in out if row]


def _ruling_between(above: HeaderCell, cell: HeaderCell, partial: Sequence[Ruling], full: Sequence[float]) -> bool:
    low, high = above.bottom - 3, cell.top + 4
    x0, x1 = cell.lines[0][0].x0, cell.lines[0][-1].x1
    return any(low < y < high for y in full) or any(low < r.top < high and r.x0 < x1 and r.x1 > x0 for r in partial)

"""Header cells and the columns each covers: by drawn rulings, by walls between columns, by where it is centred."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from db.models import Ruling, Word
from extract.layout.lines import MIDDLE, TableLine
from extract.layout.slack import ROUNDING, SLACK, WIDE_SLACK
from extract.tables.grid import Grid
from extract.tables.header_cell import HeaderCell
from extract.tables.tiles import tile

CENTRED_OFF = 0.5  # heights of the print: an entry off the middle of its columns | 0 0 0 0
CENTRED_SHARE = 0.02  # of the columns' width, on top of that | 0 0 0 0
SPREAD_OFF = 1.2  # heights of the print: farther off the middle an entry keeps to the columns it stands on | 0 0 0 0
MUCH_BETTER = 0.6  # heights of the print by which other columns must fit better, if they are not more | 0 0 0 0
BETWEEN_WALLS_OFF = 0.12  # of the columns' width: an entry off the middle between two upright rulings | 0 0 0 0
SET_BETWEEN = 0.9  # heights of the print: base lines as near are no two lines of one header | 2 1 0 0
RULED_OVER = 0.3  # heights of the print from the ruling under a header line to the next base line, at least | 0 0 0 0
FITS = 0.3  # heights of the print: words that stand as near their own columns head these | 0 0 0 0
FITS_ALONE = 0.6  # the same where nothing below tells columns | 0 0 0 0
LESS_CENTRED = 0.5  # heights of the print by which the whole phrase must stand farther off | 0 0 0 0
WORDS_APART = 0.04  # heights of the print between words of two columns, at least | 0 0 0 0
MUCH_COVERED = 0.45  # of a column's width: a phrase over less does not head it | 1 0 0 0
RULED_WITHIN = (3.0, 4.0)  # points into the cells above and below in which a ruling still separates them | 0 0 2 7
UNDERLINE_WIDTH = 0.8  # of an entry's width: a shorter ruling beneath it is not its own | 0 0 0 0


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
    between = [_set_between(lines, n) for n in range(len(lines))]
    for n, row in enumerate(rows):
        lower = [cells for m, cells in enumerate(rows) if m > n and not between[m]]
        if not between[n] and not tile(row, lower, rows, grid, lines[n].size) and n + 1 < len(rows):
            _spread(row, lower, grid, lines[n])
    return _merge_down(rows, partial, full, grid)


def _set_between(lines: Sequence[TableLine], n: int) -> bool:
    """Whether the line stands less than a line's height under one and over another.

    So stands an entry of one line that is centred beside entries of two: it heads its own column, none of theirs.
    """
    if not 0 < n < len(lines) - 1:
        return False
    near = SET_BETWEEN * lines[n].size
    return lines[n].base - lines[n - 1].base < near and lines[n + 1].base - lines[n].base < near


def _line_cells(
    line: TableLine, below: Sequence[TableLine], grid: Grid, partial: Sequence[Ruling], verticals: Sequence[Ruling]
) -> list[HeaderCell]:
    cells: list[HeaderCell] = []
    middles = [(line.words[a].x0 + max(w.x1 for w in line.words[a:b])) / 2 for a, b in line.phrases]
    level = line.base - MIDDLE * line.size
    walls = sorted({-inf, inf} | {r.x0 for r in verticals if r.top - SLACK <= level <= r.bottom + SLACK})
    for k, (first, last) in enumerate(line.phrases):
        covered = _under_ruling(line, middles, k, below, grid, partial) or _between_walls(
            middles, k, below, grid, walls
        )
        parts = _words_by_column(line, first, last, grid)
        if len(parts) > 1 and _run_together(line, parts):
            cells.extend(_cell(line, a, b, c, 1) for a, b, c in parts)
        elif covered:
            cells.append(_cell(line, first, last, covered[0], covered[-1] - covered[0] + 1, drawn=True))
        else:
            cells.extend(_split(line, parts, below, grid))
    return cells


def _under_ruling(
    line: TableLine, middles: Sequence[float], k: int, below: Sequence[TableLine], grid: Grid, partial: Sequence[Ruling]
) -> list[int]:
    """Columns over which a ruling is drawn right beneath phrase k alone (a cmidrule)."""
    first, last = line.phrases[k]
    width = max(w.x1 for w in line.words[first:last]) - line.words[first].x0
    for r in partial:
        if r.x1 - r.x0 < UNDERLINE_WIDTH * width or not _right_beneath(line, r, below):
            continue
        if [m for m in middles if r.x0 - WIDE_SLACK <= m <= r.x1 + WIDE_SLACK] == [middles[k]]:
            low, high = r.x0 - SLACK, r.x1 + SLACK
            return [c for c, (a, b) in enumerate(grid.edges) if low <= (a + b) / 2 <= high]
    return []


def _right_beneath(line: TableLine, ruling: Ruling, below: Sequence[TableLine]) -> bool:
    """Whether a ruling stands between a header line and the next line that has words under the ruling."""
    under = [t.base for t in below if any(w.x0 < ruling.x1 and w.x1 > ruling.x0 for w in t.words)]
    return bool(under) and line.base - ROUNDING < ruling.top < min(under) - RULED_OVER * line.size


def _between_walls(
    middles: Sequence[float], k: int, below: Sequence[TableLine], grid: Grid, walls: Sequence[float]
) -> list[int]:
    """Columns between two upright rulings, where phrase k stands alone and centred between them."""
    if not below or len(walls) < 3:
        return []
    low = max(x for x in walls if x <= middles[k])
    high = min(x for x in walls if x > middles[k])
    covered = [c for c, (a, b) in enumerate(grid.edges) if low < (a + b) / 2 < high]
    if sum(low <= m < high for m in middles) > 1 or len(covered) < 2:
        return []
    if not {_home(w, grid) for t in below for w in t.words}.issuperset(covered):
        return []
    width = grid.edges[covered[-1]][1] - grid.edges[covered[0]][0]
    centred = _off(middles[k], grid, covered[0], covered[-1]) <= BETWEEN_WALLS_OFF * width + WIDE_SLACK
    return covered if centred else []


def _cell(line: TableLine, first: int, last: int, column: int, span: int, *, drawn: bool = False) -> HeaderCell:
    words = line.words[first:last]
    top, bottom = min(w.top for w in words), max(w.bottom for w in words)
    return HeaderCell([words], line.places[first:last], column, span, top, bottom, drawn)


def _split(
    line: TableLine, parts: Sequence[tuple[int, int, int]], below: Sequence[TableLine], grid: Grid
) -> list[HeaderCell]:
    """A phrase as one cell over the columns it stands on, or several where its words fit their own columns better.

    `parts` are its words by the column over which they stand: first and last+1 word, and the column.
    """
    words, first, last = line.words, parts[0][0], parts[-1][1]
    x0, x1 = words[first].x0, max(w.x1 for w in words[first:last])
    low, high = _covered(x0, x1, grid)
    whole = [_cell(line, first, last, low, high - low + 1)]
    if len(parts) == 1:
        return whole
    pieces = [_cell(line, a, b, c, 1) for a, b, c in parts]
    fits = max(_misfit(words[a].x0, max(w.x1 for w in words[a:b]), grid.edges[c]) for a, b, c in parts)
    columns = range(parts[0][2], parts[-1][2] + 1)
    centred = _off((x0 + x1) / 2, grid, columns[0], columns[-1])
    if below and {_home(w, grid) for t in below for w in t.words}.issuperset(columns):
        return pieces if fits < FITS * line.size and centred > fits + LESS_CENTRED * line.size else whole
    return pieces if fits < FITS_ALONE * line.size or fits < centred else whole


def _run_together(line: TableLine, parts: Sequence[tuple[int, int, int]]) -> bool:
    """Whether a phrase is several heads with hardly more than a word space between: each begins with the same word."""
    texts = [[w.text for w in line.words[a:b]] for a, b, _ in parts]
    alike = len({len(t) for t in texts}) == 1 and len({t[0] for t in texts}) == 1
    return alike and len(texts[0]) > 1 and len({tuple(t) for t in texts}) == len(texts)


def _words_by_column(line: TableLine, first: int, last: int, grid: Grid) -> list[tuple[int, int, int]]:
    """A phrase's words `first:last` by the column over which they stand: first and last+1 word, and the column."""
    parts = []
    start, column = first, _home(line.words[first], grid)
    for i in range(first + 1, last):
        here = _home(line.words[i], grid)
        if here > column and line.words[i].x0 - line.words[i - 1].x1 > WORDS_APART * line.size:
            parts.append((start, i, column))
            start = i
        column = max(here, column)
    return [*parts, (start, last, column)]


def _home(word: Word, grid: Grid) -> int:
    return grid.column_of((word.x0 + word.x1) / 2)


def _covered(x0: float, x1: float, grid: Grid) -> tuple[int, int]:
    """First and last column that a stretch of x stands on, slivers left out."""
    middle = grid.column_of((x0 + x1) / 2)
    low = high = middle
    for c, (a, b) in enumerate(grid.edges):
        shared = min(b, x1) - max(a, x0)
        if shared > MUCH_COVERED * (b - a) or (c == middle):
            low, high = min(low, c), max(high, c)
    return low, high


def _misfit(x0: float, x1: float, edge: tuple[float, float]) -> float:
    a, b = edge
    return min(abs(x0 - a), abs(x1 - b), abs((x0 + x1) / 2 - (a + b) / 2))


def _spread(row: list[HeaderCell], lower: Sequence[Sequence[HeaderCell]], grid: Grid, line: TableLine) -> None:
    """Entries centred over several columns that nothing else heads take all of them (no ruling drawn under them)."""
    if not row or len(row) >= grid.columns:
        return
    leaf = {c for cells in lower for cell in cells for c in cell.columns}
    taken = {c for cell in row for c in cell.columns}
    for k, cell in enumerate(row):
        if cell.drawn or (cell.span == 1 and cell.column == 0 and k == 0):
            continue  # its columns are known; it stands over the names
        off, low, high = _widest_centred(row, k, grid, line, leaf, taken)
        if (low, high) != (cell.column, cell.last) and off < SPREAD_OFF * line.size:
            cell.column, cell.span = low, high - low + 1
            taken.update(cell.columns)


def _widest_centred(
    row: Sequence[HeaderCell], k: int, grid: Grid, line: TableLine, leaf: set[int], taken: set[int]
) -> tuple[float, int, int]:
    """How far off the middle entry k stands over the columns that it heads best, and the first and last of these."""
    cell = row[k]
    first, last = cell.column, cell.last
    before = row[k - 1].last + 1 if k else 0
    after = row[k + 1].column if k + 1 < len(row) else grid.columns
    x0, x1 = cell.lines[0][0].x0, max(w.x1 for w in cell.lines[0])
    middle = cell.middle
    alone = min(_off(middle, grid, first, last), _misfit(x0, x1, (grid.edges[first][0], grid.edges[last][1])))
    best = (alone, first, last)
    spans = [(low, high) for low in range(max(before, 1), first + 1) for high in range(last, after)]
    for low, high in spans:
        extra = [c for c in range(low, high + 1) if not first <= c <= last]
        if not extra or any(c not in leaf or c in taken for c in extra):
            continue
        off = _off(middle, grid, low, high)
        centred = off < CENTRED_OFF * line.size + CENTRED_SHARE * (grid.edges[high][1] - grid.edges[low][0])
        wider = high - low > best[2] - best[1]
        if off < best[0] - MUCH_BETTER * line.size or (
            centred and wider and _leaves_none(row, k, (low, high), grid, leaf)
        ):
            best = (off, low, high)
    return best


def _leaves_none(row: Sequence[HeaderCell], k: int, span: tuple[int, int], grid: Grid, leaf: set[int]) -> bool:
    """Whether the first or last entry's wider span leaves no column at the table's end without a head."""
    low, high = span
    right = k + 1 < len(row) or all(c not in leaf for c in range(high + 1, grid.columns))
    left = k == 0 or all(c not in leaf for c in range(row[k - 1].last + 1, low))
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
    low, high = above.bottom - RULED_WITHIN[0], cell.top + RULED_WITHIN[1]
    x0, x1 = cell.lines[0][0].x0, cell.lines[0][-1].x1
    return any(low < y < high for y in full) or any(low < r.top < high and r.x0 < x1 and r.x1 > x0 for r in partial)

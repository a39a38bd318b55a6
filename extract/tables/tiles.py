"""Which columns each head of a row covers, where heads are centred over groups of columns and no ruling says which.

The heads of a row cover its columns together: the columns between the names and the end of the table are dealt out to
the heads, each a group of neighbours, so that every head stands as near the middle of its group as can be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from extract.tables.grid import Grid
from extract.tables.header_cell import HeaderCell

OFF = 0.5  # heights of the print: a head off the middle of its columns | 0 0 0 0
OFF_SHARE = 0.1  # of the group's width, on top of that | 0 0 0 0
BARE_OFF = 0.5  # the same where nothing else says that the columns belong together | 0 0 0 0
BARE_SHARE = 0.04  # of the group's width, on top of that | 0 0 0 0
LEFT_BARE = 0.5  # heights of the print that a column without a head costs ("Avg" behind the groups) | 0 0 0 0
MAX_COLUMNS = 40  # of a stretch that is dealt out | 0 0 0 0

Ends = Sequence[tuple[float, float]]
"""Left and right end of each column."""


def tile(
    row: list[HeaderCell], lower: Sequence[Sequence[HeaderCell]], rows: Sequence[Sequence[HeaderCell]], grid: Grid,
    size: float,
) -> bool:  # fmt: skip
    """Gives the heads of a row their columns, in place; whether there was anything to give.

    `lower` are the header rows below it, `rows` all of them; `size` is the height of the print. Where no row stands
    below, the columns to give are those that no head at all stands over.
    """
    headed = {c for cells in rows for cell in cells for c in cell.columns}
    leaf = {c for cells in lower for cell in cells for c in cell.columns}
    bare = not lower and len(headed) < grid.columns
    if bare:
        leaf = set(range(1, grid.columns))
    changed = False
    for heads, columns in _stretches(row, leaf, grid.columns):
        ends = _ends(grid, columns, lower)
        share = (BARE_OFF, BARE_SHARE) if bare else (OFF, OFF_SHARE)
        found = deal([h.middle for h in heads], ends, size, share)
        if found is None or (bare and any(last == first for first, last in found)):
            continue
        for head, (first, last) in zip(heads, found, strict=True):
            head.column, head.span = columns[first], last - first + 1
        changed = True
    return changed


def _stretches(row: Sequence[HeaderCell], leaf: set[int], columns: int) -> list[tuple[list[HeaderCell], list[int]]]:
    """Stretches of columns to deal out, each with its two heads or more: rulings and heads of one column end them."""
    fixed = {c for cell in row if cell.drawn or not leaf.intersection(cell.columns) for c in cell.columns}
    open_columns = [c for c in range(1, columns) if c in leaf and c not in fixed]
    runs: list[list[int]] = []
    for c in open_columns:
        if runs and c == runs[-1][-1] + 1:
            runs[-1].append(c)
        else:
            runs.append([c])
    found = []
    for run in runs:
        heads = [cell for cell in row if not cell.drawn and set(cell.columns) & set(run)]
        if 1 < len(heads) < len(run) <= MAX_COLUMNS and all(set(head.columns) <= set(run) for head in heads):
            found.append((heads, run))
    return found


def _ends(grid: Grid, columns: Sequence[int], lower: Sequence[Sequence[HeaderCell]]) -> list[tuple[float, float]]:
    """Left and right end of each column's words, those of its own head below among them."""
    own: Mapping[int, list[HeaderCell]] = {
        c: [cell for cells in lower for cell in cells if cell.column == c and cell.span == 1] for c in columns
    }
    out = []
    for c in columns:
        left, right = grid.edges[c]
        words = [w for cell in own[c] for line in cell.lines for w in line]
        out.append((min([left, *(w.x0 for w in words)]), max([right, *(w.x1 for w in words)])))
    return out


def deal(
    middles: Sequence[float], ends: Ends, size: float, tolerance: tuple[float, float] = (OFF, OFF_SHARE)
) -> list[tuple[int, int]] | None:
    """First and last column of each head, in order; None if some head stands off the middle of its columns.

    `tolerance`: heights of the print, and a share of the group's width. A column may stay without a head where all
    others then fit the tighter `BARE_SHARE`.

        deal([35, 75], [(0, 10), (20, 30), (40, 50), (60, 70), (80, 90)], 9)  # [(1, 2), (3, 4)]
    """

    def off(head: int, first: int, last: int) -> float:
        return abs(middles[head] - (ends[first][0] + ends[last][1]) / 2)

    @cache
    def best(head: int, start: int) -> tuple[float, tuple[tuple[int, int], ...]]:
        """How far the heads from `head` on stand off at least, over the columns from `start` on; their columns."""
        if head == len(middles):
            return LEFT_BARE * size * (len(ends) - start), ()
        left = len(ends) - (len(middles) - head - 1)  # the columns behind are for the heads behind
        options = []
        for first in range(start, left):
            for last in range(first, left):
                rest, after = best(head + 1, last + 1)
                cost = off(head, first, last) + LEFT_BARE * size * (first - start) + rest
                options.append((cost, ((first, last), *after)))
        return min(options)

    groups = list(best(0, 0)[1])
    whole = sum(last - first + 1 for first, last in groups) == len(ends)
    share = tolerance[1] if whole else min(BARE_SHARE, tolerance[1])
    fits = all(
        off(head, first, last) <= tolerance[0] * size + share * (ends[last][1] - ends[first][0])
        for head, (first, last) in enumerate(groups)
    )
    return groups if fits else None

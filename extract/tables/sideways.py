"""What a table prints on its side: names over its columns, and names at its left over several rows.

These words are no words of the page's text; they head cells, and are never values.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from db.models import Cell, Page, Ruling, Word
from extract.layout.slack import SLACK
from extract.tables.grid import Grid
from extract.tables.regions import Region
from extract.tables.row_spans import BodyRow

FOOT = 4.0  # points from a leaning name's left end to the middle of its foot | 0 0 0 0
ASIDE = 6.0  # points beyond a column's words, or below a header's end, that a name may stand | 0 0 0 1
NEXT_WORD = 9.0  # points from a leaning word's end to the next one's begin | 0 0 0 0
OVER_ROWS = 1.5  # heights of the print that a name's middle may stand over the first base line | 0 0 0 0
WITHIN = 0.5  # heights of the print between words of one name | 0 0 0 0
OFF_BASE = 0.25  # of the step between rows: how far the middle of a row stands over its base line | 0 0 0 0
REACH = 60.0  # points that leaning heads rise over a table, and that names stand left of its own, at most | 3 0 0 0


def sideways_heads(
    page: Page, region: Region, grid: Grid, head: Sequence[Sequence[Cell]], bottom: float
) -> list[tuple[Cell, ...]]:
    """A header row of names printed sideways over columns that have none."""
    if not page.rotated:
        return []
    named = {c for row in head for cell in row for c in range(cell.column, cell.column + cell.span)}
    bare = sorted(set(range(grid.columns)) - named)
    over = [w for w in page.rotated if region.box[1] - REACH < w.top and w.bottom < bottom + ASIDE]
    # a leaning name stands over its column with its middle, or with its foot
    middles = _over_columns([(w, (w.x0 + w.x1) / 2) for w in over], grid, bare)
    feet = _over_columns([(w, name[0].x0 + FOOT) for name in _leaning(over) for w in name], grid, bare)
    found = feet if _fit(feet) > _fit(middles) else middles
    cells = [Cell(_text(words), (), False, column, 1) for column, words in found.items()]
    return [tuple(cells)] if len(cells) >= 2 else []


def _over_columns(words: Sequence[tuple[Word, float]], grid: Grid, columns: Sequence[int]) -> dict[int, list[Word]]:
    """The words that stand at these x over each column."""
    found: dict[int, list[Word]] = {}
    for column in columns:
        x0, x1 = grid.edges[column]
        over = [w for w, x in words if x0 - ASIDE < x < x1 + ASIDE]
        if over:
            found[column] = over
    return found


def _fit(found: dict[int, list[Word]]) -> int:
    """Columns that have a name, less the names that two columns would have."""
    words = [w for over in found.values() for w in over]
    return len(found) - len(words) + len(set(words))


def _leaning(words: Sequence[Word]) -> list[list[Word]]:
    """Words that rise side by side as names: each begins where the last ends, higher and to the right."""
    names: list[list[Word]] = []
    for word in sorted(words, key=lambda w: w.x0):
        for name in names:
            last = name[-1]
            if max(abs(word.x0 - last.x1), abs(word.bottom - last.top)) < NEXT_WORD:
                name.append(word)
                break
        else:
            names.append([word])
    return names


def sideways_groups(page: Page, region: Region, grid: Grid, rows: Sequence[BodyRow]) -> list[str]:
    """The group of each row: the name at its left that is printed sideways over it and others, before its own."""
    own = [row.group for row in rows]
    if not page.rotated or len(rows) < 2:
        return own
    names = _names(_words_left_of(page, region, grid, rows))
    if not names:
        return own
    level = [r for r in region.rulings if r.horizontal]
    stretches = _between_rulings(rows, names, level) or _centred_over(rows, names)
    for (start, stop), words in zip(stretches, names, strict=False):
        for n in range(start, stop):
            own[n] = f"{_text(words)} {own[n]}".strip()
    return own


def _words_left_of(page: Page, region: Region, grid: Grid, rows: Sequence[BodyRow]) -> list[Word]:
    """Words printed on their side at the left of the names, within the height of the rows."""
    size = max(w.size for cell in rows[0].cells.values() for line in cell.lines for w in line)
    top, bottom = rows[0].base - OVER_ROWS * size, rows[-1].base + size
    first = grid.edges[0][0]
    left, right = max(region.box[0] - SLACK, first - REACH), first + SLACK
    return [
        w
        for w in page.rotated
        if left < w.x0 and w.x1 < right and top < _middle(w) < bottom and w.bottom - w.top > w.x1 - w.x0
    ]


def _middle(word: Word) -> float:
    return (word.top + word.bottom) / 2


def _names(words: Sequence[Word]) -> list[list[Word]]:
    """Words that stand beside or over each other without a gap are one name, from top to bottom."""
    names: list[list[Word]] = []
    for word in sorted(words, key=lambda w: w.top):
        gap = word.top - max(w.bottom for w in names[-1]) if names else inf
        if gap < WITHIN * word.size:
            names[-1].append(word)
        else:
            names.append([word])
    return names


def _middles(names: Sequence[Sequence[Word]]) -> list[float]:
    return [(min(w.top for w in name) + max(w.bottom for w in name)) / 2 for name in names]


def _between_rulings(
    rows: Sequence[BodyRow], names: Sequence[Sequence[Word]], rulings: Sequence[Ruling]
) -> list[tuple[int, int]]:
    """First and last+1 row of each name, where each stands between two rulings of its own; else nothing."""
    x = sum((name[0].x0 + name[0].x1) / 2 for name in names) / len(names)
    full = [r.top for r in rulings if r.x0 - SLACK <= x <= r.x1 + SLACK]  # others separate rows beside the names
    levels = [sum(y < row.base - SLACK for y in full) for row in rows]
    found = [sum(y < m for y in full) for m in _middles(names)]
    if len(set(found)) < len(found) or not set(levels) >= set(found) or len(set(levels)) < 2:
        return []
    return [(levels.index(f), len(levels) - levels[::-1].index(f)) for f in found]


def _centred_over(rows: Sequence[BodyRow], names: Sequence[Sequence[Word]]) -> list[tuple[int, int]]:
    """First and last+1 row of each name, where each is centred over some and all rows have one; else nothing."""
    step = (rows[-1].base - rows[0].base) / (len(rows) - 1)
    out: list[tuple[int, int]] = []
    start = 0
    for m in _middles(names):
        if start == len(rows):
            return []
        # the last row stands as far below the name's middle as the first above it (base lines: a quarter of a row off)
        stop = start + round(2 * (m + OFF_BASE * step - rows[start].base) / step) + 1
        if not start < stop <= len(rows):
            return []
        out.append((start, stop))
        start = stop
    return out if start == len(rows) else []


def _text(words: Sequence[Word]) -> str:
    lines = sorted({round(w.x0) for w in words})
    return " ".join(w.text for x in lines for w in sorted((w for w in words if round(w.x0) == x), key=_from_below))


def _from_below(word: Word) -> float:
    return -word.bottom

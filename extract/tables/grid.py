"""Columns of a table, from the rivers of white between its words, and which words of a line stand in which column.

A river is a stretch of x that (nearly) no row of the body covers. It separates two columns where an upright ruling
stands in it, where the gap is wider than a word space, or where it stands between two numbers; word spaces that happen
to stand above each other in a column of names do not.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from statistics import median

from db.models import Ruling, Word
from extract.layout.lines import WORD_SPACE, TableLine, is_value, two_values
from extract.layout.slack import ROUNDING, SLACK, WIDE_SLACK

CROSSED = 0.2  # share of the rows that may cover a river: rows whose cell spans several columns | 3 1 0 0
STRONG_SHARE = 0.2  # of the rows with words on both sides of a river: so many show more than a word space | 0 0 0 0
SAME_RULING = 4.0  # points between upright rulings that are one, and between a ruling and a cut that it makes | 0 0 0 0
RULED_HEIGHT = 0.4  # of the body's lines beside an upright ruling that separates columns | 0 0 0 0
NEAR_RIVER = 1.5  # points beyond a river's banks in which a ruling still stands in it | 0 0 0 0
MIN_RIVER = 0.6  # points: narrower stretches are gaps between letters | 0 0 0 1
SILENT_RIVER = 0.45  # heights of the print: how wide a river must be that no row has words beside | 0 0 0 0
TOUCHING_WORDS = 0.3  # points between words that cover one stretch | 0 0 0 0
DEVIATION_GAP = 3.0  # times a word space: before and after "±" the gap is wider than within other cells | 0 0 0 0
NUMBERS_GAP = 0.1  # heights of the print between two cells' numbers, at least | 0 0 0 0
BETWEEN_ROWS = 0.8  # of the step between rows: a name set so near both its neighbours stands between two rows | 2 1 0 0
CENTRED_NAME = 0.35  # of the table's width: a longer phrase alone is a group's title | 1 0 0 0
FEW_WORDS = 3  # of a phrase that runs over columns as text, at least, beside other phrases | 0 0 0 0
WORDS_A_VALUE = 4  # more than so many to a number, in a group's title that holds numbers | 0 0 0 1
OFF_CUT = 0.8  # points off a river's bank: a gap between words of one phrase that only crosses it | 0 0 0 0
OVER_RIVER = 2.5  # points beyond a river that a word reaches if it covers the next column too | 0 0 0 1
HALF_A_COLUMN = 10.0  # points: where a column is taken to stand that no line has words in | 0 0 0 0
BRACKET_GAP = 2.0  # heights of the print: "73.6 (+1.0)" may stand so far apart and be one cell | 0 0 0 0


@dataclass(frozen=True)
class Grid:
    """Columns of a table: `cuts` between them (one fewer than columns), and each one's left and right end."""

    cuts: tuple[float, ...]
    rivers: tuple[tuple[float, float], ...]  # the white around each cut
    edges: tuple[tuple[float, float], ...]  # of each column's own words
    ruled: tuple[bool, ...]  # whether a vertical ruling stands in the cut

    @property
    def columns(self) -> int:
        return len(self.edges)

    def column_of(self, x: float) -> int:
        return bisect_left(self.cuts, x)


@dataclass(frozen=True)
class Piece:
    """Words of one line that make one cell: `first:last` of the line's words, over `span` columns from `column`."""

    first: int
    last: int
    column: int
    span: int


@dataclass(frozen=True)
class _Cut:
    """A place between two columns, with the white around it."""

    x: float
    river: tuple[float, float]
    ruled: bool


def find_grid(
    body: Sequence[TableLine], header: Sequence[TableLine], verticals: Sequence[Ruling], box: tuple[float, float]
) -> Grid:
    """The columns that the body's lines stand in; the header's gaps are heard as witnesses only."""
    rows = _column_lines(body, box)
    ruled = _ruled_cuts(body, verticals, box)
    rivers = _separating(_rivers(rows), ruled, rows, header)
    kept = _with_words_between(_cuts(rivers, ruled), body, rows, header)
    places = tuple(c.x for c in kept)
    edges = _edges(rows, header, places)
    return Grid(places, tuple(c.river for c in kept), edges, tuple(c.ruled for c in kept))


def _ruled_cuts(body: Sequence[TableLine], verticals: Sequence[Ruling], box: tuple[float, float]) -> list[float]:
    """Where upright rulings stand within the table beside many of the body's lines."""
    height = sum(t.bottom - t.top for t in body) or 1.0
    lengths: list[tuple[float, float]] = []  # x, and how much of the body's lines stands beside
    for r in sorted(verticals, key=lambda r: r.x0):
        beside = sum(max(min(r.bottom, t.bottom) - max(r.top, t.top), 0) for t in body)
        if lengths and r.x0 - lengths[-1][0] < SAME_RULING:
            lengths[-1] = (lengths[-1][0], lengths[-1][1] + beside)
        else:
            lengths.append((r.x0, beside))
    return [x for x, beside in lengths if beside > RULED_HEIGHT * height and box[0] + SLACK < x < box[1] - SLACK]


def _cuts(rivers: Sequence[tuple[float, float]], ruled: Sequence[float]) -> list[_Cut]:
    """A cut in each river, and one at each upright ruling, which separates columns even where words cross it."""
    cuts = []
    for low, high in rivers:
        inside = [x for x in ruled if low - NEAR_RIVER <= x <= high + NEAR_RIVER]
        cuts.append(_Cut(inside[0], (low, high), True) if inside else _Cut((low + high) / 2, (low, high), False))
    known = [c.x for c in cuts if c.ruled]
    cuts += [_Cut(x, (x, x), True) for x in ruled if not any(abs(x - k) < SAME_RULING for k in known)]
    return sorted(cuts, key=lambda c: (c.x, c.river, c.ruled))


def _with_words_between(
    cuts: Sequence[_Cut], body: Sequence[TableLine], rows: Sequence[TableLine], header: Sequence[TableLine]
) -> list[_Cut]:
    """The cuts that have words on both sides; of two with nothing between them the ruled one stays."""
    kept: list[_Cut] = []
    for cut in cuts:
        last = kept[-1] if kept else None
        if last and (
            not _words_between(body, header, last.x, cut.x)
            or (cut.ruled != last.ruled and _only_spanning(rows, header, last.x, cut.x))
        ):
            if cut.ruled and not last.ruled:
                kept[-1] = cut
            continue
        kept.append(cut)
    while kept and not _words_between(body, header, -inf, kept[0].x):
        kept.pop(0)
    while kept and not _words_between(body, header, kept[-1].x, inf):
        kept.pop()
    return kept


def _column_lines(body: Sequence[TableLine], box: tuple[float, float]) -> list[TableLine]:
    """The lines that show columns: rows, and names set between two rows' base lines; not titles of groups."""
    rows = [t for t in body if len(t.phrases) >= 2]
    if len(rows) < 2:
        return rows or list(body)
    step = median(b.base - a.base for a, b in pairwise(rows))
    out = []
    for n, line in enumerate(body):
        if len(line.phrases) == 1:
            up = line.base - body[n - 1].base if n else inf
            down = body[n + 1].base - line.base if n + 1 < len(body) else inf
            near = BETWEEN_ROWS * step
            between = max(up, down) <= near or (up + down <= 2 * near and _beside(line, body[n - 1 : n + 2]))
            if not between or line.x1 - line.x0 > CENTRED_NAME * (box[1] - box[0]):
                continue
        out.append(line)
    return out


def _beside(line: TableLine, near: Sequence[TableLine]) -> bool:
    """Whether a line stands at the left or right of all words of its neighbours: a name centred over their rows."""
    return all(w.x0 > line.x1 or w.x1 < line.x0 for other in near if other is not line for w in other.words)


def _rivers(rows: Sequence[TableLine]) -> list[tuple[float, float]]:
    """Stretches of x that at most a few rows cover, and fewer than the stretches beside them."""
    allowed = int(CROSSED * len(rows))
    steps = _coverage(rows)
    return [
        (a, b)
        for n, (a, b, c) in enumerate(steps)
        if c <= allowed and b - a > MIN_RIVER and 0 < n < len(steps) - 1 and steps[n - 1][2] > c < steps[n + 1][2]
    ]


def _coverage(rows: Sequence[TableLine]) -> list[tuple[float, float, int]]:
    """Stretches of x, from left to right, each with how many rows cover it."""
    events = sorted(event for row in rows for a, b in _stretches(row) for event in ((a, 1), (b, -1)))
    steps: list[tuple[float, float, int]] = []
    cover = 0
    previous: float | None = None
    for x, step in events:
        if previous is not None and x > previous:
            if steps and steps[-1][2] == cover:
                steps[-1] = (steps[-1][0], x, cover)
            else:
                steps.append((previous, x, cover))
        cover += step
        previous = x
    return steps


def _stretches(row: TableLine) -> list[tuple[float, float]]:
    """The stretches of x that a line's words cover, touching words joined."""
    out: list[tuple[float, float]] = []
    for w in row.words:
        if out and w.x0 <= out[-1][1] + TOUCHING_WORDS:
            out[-1] = (out[-1][0], max(out[-1][1], w.x1))
        else:
            out.append((w.x0, w.x1))
    return out


def _separating(
    rivers: list[tuple[float, float]], ruled: Sequence[float], rows: Sequence[TableLine], header: Sequence[TableLine]
) -> list[tuple[float, float]]:
    """The rivers that separate columns. Those that don't are dropped and the rest heard again, with wider banks."""
    kept = list(rivers)
    while True:
        failing = _failing(kept, ruled, rows, header)
        if not any(failing):
            return kept
        # of neighbours that fail, the narrowest goes first: the others may then be heard as one column's gap
        widths = [b - a if fails else inf for (a, b), fails in zip(kept, failing, strict=True)]
        around = [inf, *widths, inf]
        kept = [
            river
            for n, river in enumerate(kept)
            if not (failing[n] and widths[n] < around[n] and widths[n] <= around[n + 2])
        ]


def _failing(
    rivers: Sequence[tuple[float, float]], ruled: Sequence[float], rows: Sequence[TableLine],
    header: Sequence[TableLine],
) -> list[bool]:  # fmt: skip
    """For each river whether it separates nothing, as its witnesses tell."""
    witnesses = _witnesses(rivers, rows, header)
    drawn = [any(low - NEAR_RIVER <= x <= high + NEAR_RIVER for x in ruled) for low, high in rivers]
    silent = [not d and w == (0, 0) for d, w in zip(drawn, witnesses, strict=True)]
    failing = []
    for n, (river, (strong, weak)) in enumerate(zip(rivers, witnesses, strict=True)):
        fails = not drawn[n] and not _separates(river, strong, weak, rows)
        if silent[n]:  # what stands between two rivers that nobody witnesses is a cell over both columns
            before = rivers[n - 1][1] if n else river[0]
            after = rivers[n + 1][0] if n + 1 < len(rivers) else river[1]
            fails = fails or any(silent[m] for m in (n - 1, n + 1) if 0 <= m < len(rivers))
            fails = fails or any(before < x < after for x in ruled)
        failing.append(fails)
    return failing


def _separates(river: tuple[float, float], strong: int, weak: int, rows: Sequence[TableLine]) -> bool:
    if strong:
        return strong >= STRONG_SHARE * (strong + weak)
    return not weak and river[1] - river[0] > SILENT_RIVER * rows[0].size  # columns that no row fills both


def _witnesses(
    rivers: Sequence[tuple[float, float]], rows: Sequence[TableLine], header: Sequence[TableLine]
) -> list[tuple[int, int]]:
    """For each river: the lines with words on both its banks that show a column's gap, or a word space there.

    A bank reaches to the next river. A line without words on one bank says nothing: its gap may be another river's.
    """
    middles = [(low + high) / 2 for low, high in rivers]
    strong, weak = [0] * len(middles), [0] * len(middles)
    changes = [0] * len(middles)  # wide gaps before a number in brackets: "73.6 (+1.0)" is one cell without a header
    for line in rows:
        words = line.words
        homes = [bisect_left(middles, (w.x0 + w.x1) / 2) for w in words]
        reach = words[0].x1
        for i in range(1, len(words)):
            gap = words[i].x0 - reach
            reach = max(reach, words[i].x1)
            n = homes[i - 1]
            if homes[i] != n + 1 or gap <= 0:
                continue
            if _is_column_gap(line, i, gap):
                strong[n] += 1
                changes[n] += _before_change(line, i, gap)
            else:
                weak[n] += 1
    for line in header:
        for n in _heads_apart(line, rivers, middles):
            strong[n] += 1
    return [(0, w + c) if c and s == c else (s, w) for s, w, c in zip(strong, weak, changes, strict=True)]


def _is_column_gap(line: TableLine, i: int, gap: float) -> bool:
    """Whether the gap before word i is wider than a word space, or stands between two numbers."""
    a, b = line.words[i - 1], line.words[i]
    deviation = b.text[0] == "±" or a.text[-1] == "±"
    if gap > WORD_SPACE * line.size * (DEVIATION_GAP if deviation else 1):
        return True
    return gap > NUMBERS_GAP * line.size and two_values(line.words, i)


def _before_change(line: TableLine, i: int, gap: float) -> bool:
    """Whether word i is a number in brackets behind another number, too wide a space before it."""
    a, b = line.words[i - 1], line.words[i]
    wide = gap > WORD_SPACE * line.size
    return wide and b.text[0] == "(" and gap < BRACKET_GAP * line.size and is_value(b.text) and is_value(a.text)


def _heads_apart(line: TableLine, rivers: Sequence[tuple[float, float]], middles: Sequence[float]) -> Iterator[int]:
    """The rivers that stand in a gap between two of a header's entries; both stand on its banks, not beyond."""
    spans = [(line.words[a].x0, max(w.x1 for w in line.words[a:b])) for a, b in line.phrases]
    for (a0, a1), (b0, b1) in pairwise(spans):
        n = bisect_left(middles, a1)
        if n < len(middles) and middles[n] < b0 and (n + 1 == len(middles) or middles[n + 1] > b0):
            left = rivers[n - 1][1] if n else -inf
            right = rivers[n + 1][0] if n + 1 < len(rivers) else inf
            if a1 > left and a0 < rivers[n][0] and b0 < right and b1 > rivers[n][1]:
                yield n


def _words_between(body: Sequence[TableLine], header: Sequence[TableLine], low: float, high: float) -> bool:
    return any(low < (w.x0 + w.x1) / 2 < high for t in body for w in t.words) or any(
        low < (w.x0 + w.x1) / 2 < high for t in header for w in t.words
    )


def _only_spanning(rows: Sequence[TableLine], header: Sequence[TableLine], low: float, high: float) -> bool:
    """Whether between a drawn ruling and a river there is nothing but a few cells set across the ruling."""
    found = [w for t in rows for w in t.words if low < (w.x0 + w.x1) / 2 < high]
    heads = [1 for t in header for a, b in t.phrases if low < t.words[a].x0 and max(w.x1 for w in t.words[a:b]) < high]
    few = not heads and len(found) <= CROSSED * len(rows)
    return few and all(w.x0 < low + WIDE_SLACK or w.x1 > high - WIDE_SLACK for w in found)


def _edges(
    rows: Sequence[TableLine], header: Sequence[TableLine], cuts: Sequence[float]
) -> tuple[tuple[float, float], ...]:
    """Left and right end of each column's words: the body's, else the header's, else a little within its cuts."""
    ends = _ends(rows, cuts)
    heads = _ends(header, cuts) if any(e is None for e in ends) else ends
    out = []
    for c, own in enumerate(ends):
        low = cuts[c - 1] if c else (cuts[0] if cuts else 0.0) - HALF_A_COLUMN
        high = cuts[c] if c < len(cuts) else (cuts[-1] if cuts else 0.0) + HALF_A_COLUMN
        out.append(own or heads[c] or (low + ROUNDING, high - ROUNDING))
    return tuple(out)


def _ends(lines: Sequence[TableLine], cuts: Sequence[float]) -> list[tuple[float, float] | None]:
    """Left and right end of the words in each column, without those that reach over its cuts."""
    ends: list[tuple[float, float] | None] = [None] * (len(cuts) + 1)
    for w in (w for line in lines for w in line.words):
        c = bisect_left(cuts, (w.x0 + w.x1) / 2)
        if (c and w.x0 < cuts[c - 1] - ROUNDING) or (c < len(cuts) and w.x1 > cuts[c] + ROUNDING):
            continue
        before = ends[c]
        ends[c] = (min(before[0], w.x0), max(before[1], w.x1)) if before else (w.x0, w.x1)
    return ends


def body_pieces(line: TableLine, grid: Grid) -> list[Piece]:
    """A body line's cells: its words by column; words that run across a river make one cell over its columns."""
    words = line.words
    pieces: list[Piece] = []
    for first, last in line.phrases:
        start = first
        whole = _spans_as_text(words[first:last], grid, alone=len(line.phrases) == 1)
        column = _first_column(words[first], grid)
        end_column = _last_column(words[first], grid, column)
        for i in range(first + 1, last):
            here = grid.column_of(_middle(words[i].x0, words[i].x1))
            reach = _last_column(words[i], grid, here)
            if here > end_column and not whole and not _crosses_cut(words, i, grid, end_column):
                pieces.append(Piece(start, i, column, end_column - column + 1))
                start, column, end_column = i, here, reach
            else:
                end_column = max(end_column, reach, here)
        pieces.append(Piece(start, last, column, end_column - column + 1))
    return _joined(pieces)


def _spans_as_text(words: Sequence[Word], grid: Grid, *, alone: bool) -> bool:
    """Whether a phrase of plain words runs over three columns or more ("positional embedding instead of sinusoids").

    Two are enough where nothing else stands in the line: the title of a group.
    """
    if len(words) < (2 if alone else FEW_WORDS):
        return False
    low, high = grid.column_of(words[0].x0), grid.column_of(words[-1].x1)
    values = sum(is_value(w.text) for w in words)
    if alone:  # "Ensembles (as of Sept. 23, 2019)" too; a row of so many columns has more numbers
        wide = high - low >= (1 if not values else 2)
        return wide and values <= (high - low) // 2 and len(words) > WORDS_A_VALUE * values
    return not values and high - low >= 2 and not any(grid.ruled[low:high])


def _crosses_cut(words: Sequence[Word], i: int, grid: Grid, column: int) -> bool:
    """Whether the gap before word i stands well off the cut after `column`: the phrase runs across it."""
    a, b = words[i - 1], words[i]
    if column >= len(grid.cuts):
        return True
    if a.text[-1] in "·×±/" or b.text[0] in "·×±/":
        return True
    low, high = grid.rivers[column]
    return b.x0 < low - OFF_CUT or a.x1 > high + OFF_CUT


def _first_column(word: Word, grid: Grid) -> int:
    """The column that a word stands in; the first of two, where it is set across a ruling that its row leaves out."""
    column = grid.column_of(_middle(word.x0, word.x1))
    for c in (column - 1, column):
        if _stands_across(word, grid, c):
            return c
    return column


def _stands_across(word: Word, grid: Grid, column: int) -> bool:
    """Whether a word is set across the ruling behind a column."""
    if not 0 <= column < len(grid.cuts) or not grid.ruled[column]:
        return False
    return word.x0 < grid.cuts[column] - SLACK and word.x1 > grid.cuts[column] + SLACK


def _last_column(word: Word, grid: Grid, column: int) -> int:
    """The last column that a word covers, when it runs across whole rivers."""
    if _stands_across(word, grid, column):
        column += 1
    while column < len(grid.cuts) and word.x1 > max(
        grid.rivers[column][1] + OVER_RIVER, grid.edges[column + 1][0] + WIDE_SLACK
    ):
        column += 1
    return column


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Two phrases in one column are one cell."""
    out: list[Piece] = []
    for piece in pieces:
        if out and piece.column < out[-1].column + out[-1].span:
            last = out[-1]
            end = max(last.column + last.span, piece.column + piece.span)
            out[-1] = Piece(last.first, piece.last, last.column, end - last.column)
        else:
            out.append(piece)
    return out


def piece_text(line: TableLine, piece: Piece) -> str:
    return line.phrase_text((piece.first, piece.last))


def _middle(a: float, b: float) -> float:
    return (a + b) / 2

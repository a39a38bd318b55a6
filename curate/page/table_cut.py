"""A table cell with what tells its meaning: where its row's label and its column's headers are printed.

The extractor says what they read; here they are found again on the page, so that they can be cut out beside the cell.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from curate.page.words import PrintedPage, PrintedWord, hull, same_line, turned_box, turned_page
from db.models import Box, ShownField

PATH = " / "  # between the parts of a header path
FARTHEST_HEADER = 420.0  # points above the cell: tables on one page are no taller
BESIDE = 45.0  # points: a header's words may stand so far off its column on either side
ONE_NAME = 12.0  # points between two parts of a label that are cut out as one
MARGIN = 3.0  # points around a cell or a header
LABEL_LINES = 260.0  # points up or down in which the label of a group of rows is looked for


@dataclass(frozen=True)
class TableCut:
    """The places to cut out, in points of the page turned so that the table can be read."""

    cell: Box
    rows: tuple[Box, ...]  # the parts of the row's label, the group's name first
    headers: tuple[Box, ...]  # from the top down
    quarters: int = 0  # clockwise turns of the page


def table_cut(shown: ShownField, page: PrintedPage) -> TableCut | None:
    """Where a cell's row label and column headers stand; None where neither is found, or it is no cell."""
    if not shown.boxes or (shown.row is None and shown.column is None):
        return None
    cell, quarters = hull(shown.boxes), _quarters(shown, page)
    for _ in range(quarters):
        cell, page = turned_box(cell, page.height), turned_page(page, 1)
    rows = _row_labels(shown.row, cell, page.words)
    headers = tuple(box for box in (_header(part, cell, page.words) for part in _parts(shown.column)) if box)
    if not rows and not headers:
        return None
    headers = tuple(grown(h, page.words) for h in sorted(set(headers), key=lambda b: b[1]))
    return TableCut(grown(cell, page.words), tuple(grown(r, page.words) for r in rows), headers, quarters)


def grown(box: Box, words: Sequence[PrintedWord]) -> Box:
    """The box with a margin, as far as none of the lines above and below it comes in."""
    x0, top, x1, bottom = box
    middle = (top + bottom) / 2
    others = [w.box for w in words if w.box[0] < x1 and x0 < w.box[2]]
    above = max((b[3] for b in others if b[3] < middle), default=0.0)
    below = min((b[1] for b in others if b[1] > middle), default=math.inf)
    # in a narrow table letters are as high as lines are apart: then the margin is nothing
    return x0 - MARGIN, min(top, max(top - MARGIN, above)), x1 + MARGIN, max(bottom, min(bottom + MARGIN, below))


def _quarters(shown: ShownField, page: PrintedPage) -> int:
    """How far the page must be turned for the cell to be read."""
    cell = hull(shown.boxes)
    inside = [w for w in page.words if _overlaps(w.box, cell)]
    return max((w.quarters for w in inside), default=0)


def _row_labels(path: str | None, cell: Box, words: Sequence[PrintedWord]) -> tuple[Box, ...]:
    """The parts of the label: left of the cell on its line, else nearest above or below; a group's name also above."""
    near = [w for w in words if abs(w.box[1] - cell[1]) < LABEL_LINES]
    left = [w for w in near if w.box[2] <= cell[0] + 2]
    above = [w for w in near if w.box[3] <= cell[1] + 2]
    found: list[Box] = []
    for part in _parts(path):
        runs = _runs(part, left) or _runs(part, above)
        if runs:
            found.append(min(runs, key=lambda b: (not same_line(b, cell), abs(b[1] - cell[1]), cell[0] - b[2])))
    joined: list[Box] = []
    for box in dict.fromkeys(found):
        if joined and same_line(joined[-1], box) and 0 <= box[0] - joined[-1][2] < ONE_NAME:
            joined[-1] = hull([joined[-1], box])
        else:
            joined.append(box)
    return tuple(joined)


def _header(part: str, cell: Box, words: Sequence[PrintedWord]) -> Box | None:
    """The nearest printing of the header above the cell."""
    above = [w for w in words if w.box[3] <= cell[1] + 2 and cell[1] - w.box[3] < FARTHEST_HEADER]
    middle = (cell[0] + cell[2]) / 2
    runs = [b for b in _runs(part, above) if b[0] - BESIDE <= middle <= b[2] + BESIDE]
    runs = runs or _runs(part, above)  # a header that spans many columns may stand far from this one
    return min(runs, key=lambda b: (cell[1] - b[3]) + 2 * max(b[0] - middle, middle - b[2], 0.0), default=None)


def _parts(path: str | None) -> list[str]:
    return [part for part in (path or "").split(PATH) if _tokens(part)]


def _runs(text: str, words: Sequence[PrintedWord]) -> list[Box]:
    """Where the text is printed: neighbouring words whose letters and digits begin with its, or all of them."""
    wanted = "".join(_tokens(text))
    found = []
    for start, first in enumerate(words):
        if not wanted.startswith(_joined([first])) or not _joined([first]):
            continue
        run = [first]
        for w in words[start + 1 :]:
            if _joined(run) == wanted or not wanted.startswith(_joined([*run, w])) or not _near(run[-1], w):
                break
            run.append(w)
        if _joined(run) == wanted:
            found.append(hull([w.box for w in run]))
    return found


def _near(a: PrintedWord, b: PrintedWord) -> bool:
    """Whether one word may follow the other in a header: beside it, or on the line under it."""
    beside = same_line(a.box, b.box) and b.box[0] - a.box[2] < 30
    under = 0 <= b.box[1] - a.box[1] < 16 and b.box[0] < a.box[2] + 60
    return beside or under


def _joined(words: Iterable[PrintedWord]) -> str:
    return "".join(token for w in words for token in _tokens(w.text))


def _tokens(text: str) -> list[str]:
    return re.findall(r"[^\W_]+|[%+#@]", text.lower())


def _overlaps(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]

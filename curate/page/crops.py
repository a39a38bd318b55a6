"""Evidence cut from a page's picture: a line of text between its neighbours, or a cell under its headers.

Nothing is drawn anew: each cut is a window on the page's one picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from curate.page.marks import lines_of, percent_box
from curate.page.table_cut import TableCut, table_cut
from curate.page.words import PrintedPage, hull, same_line, turned_box
from db.models import Box, ShownField

CROP_WIDTH = 330.0  # points that fill the column of fields; text comes out at the size of the page's own
COLUMN_GAP = 11.0  # points: words of a justified line stand nearer, columns of text farther apart
NARROWEST_COLUMN = 180.0  # points: a line that ends sooner is a table's row, a formula or a paragraph's end
NARROWEST_CUT = 200.0  # points
SIDE = 5.0  # points beside the text
ABOVE_LETTERS = 2.5  # points: some letters stand higher than their font says
CONTEXT = 11.0  # points above and below the evidence: a line of context on either side
TALLEST = 90.0  # points
TABLE_PIXELS = 560.0  # that a table cut may be wide; the narrowest page leaves 600
LARGEST_SCALE = 1.6  # pixels a point: the size of text in the other cuts
GAP = 8.0  # pixels between the parts of a row's label

Size = tuple[float, float]


def crop_html(f: ShownField, url: str, size: Size, printed: PrintedPage | None, colour: str) -> str:
    """The field's evidence as a picture; "" where it is not known where on the page it stands."""
    if not f.boxes:
        return ""
    cut = table_cut(f, printed) if printed is not None else None
    if cut is not None:
        return _table(f, cut, url, size, colour)
    return passage_html(f.boxes, url, size, printed, colour)


def passage_html(boxes: Sequence[Box], url: str, size: Size, printed: PrintedPage | None, colour: str) -> str:
    """The evidence with whole lines of context above and below, as wide as its column of text or its table's row."""
    page_width, page_height = size
    _, top, _, bottom = hull(boxes)
    left, right = _sides(boxes, page_width, printed)
    width = right - left
    upper, lower = _whole_lines((left, top - CONTEXT, right, bottom + CONTEXT), printed)
    upper = max(upper, 0.0)
    height = min(lower - upper, TALLEST, page_height - upper)
    marks = "".join(
        f'<span class="pf-box" style="{percent_box(_moved(b, left, upper), (width, height))};'
        f'border-color:{colour};background:{colour}22"></span>'
        for b in lines_of(boxes)
    )
    return (
        f'<div class="pf-crop" style="width:{min(100 * width / CROP_WIDTH, 100):.1f}%;'
        f'aspect-ratio:{width:.1f}/{height:.1f}">'
        f'<img src="{escape(url)}" alt="" draggable="false" style="width:{100 * page_width / width:.2f}%;'
        f'left:{-100 * left / width:.2f}%;top:{-100 * upper / height:.2f}%"/>{marks}</div>'
    )


def _sides(boxes: Sequence[Box], page_width: float, printed: PrintedPage | None) -> tuple[float, float]:
    """Where the cut begins and ends: so that it cuts no word at its sides, and shows none of another column."""
    x0, top, x1, bottom = hull(boxes)
    runs = _runs((x0, top - CONTEXT, x1, bottom + CONTEXT), printed) if printed is not None else []
    own = [r for r in runs if same_line(r, (x0, top, x1, bottom)) and r[0] < x1 and x0 < r[2]]
    left, _, right, _ = hull([(x0, top, x1, bottom), *own])
    around = [r for r in runs if r[0] < right and left < r[2]]
    left, _, right, _ = hull([(left, top, right, bottom), *around])
    if right - left < NARROWEST_COLUMN and printed is not None:  # no running text: a table's row, with its label
        rows = [hull([w.box for w in line]) for line in printed.lines]
        left, _, right, _ = hull(
            [(left, top, right, bottom), *(r for r in rows if same_line(r, (x0, top, x1, bottom)) and _meet(r, x0, x1))]
        )
    left, right = left - SIDE, right + SIDE
    if right - left < NARROWEST_CUT:
        middle = min(max((left + right) / 2, NARROWEST_CUT / 2), page_width - NARROWEST_CUT / 2)
        left, right = middle - NARROWEST_CUT / 2, middle + NARROWEST_CUT / 2
    return max(left, 0.0), min(right, page_width)


def _meet(box: Box, x0: float, x1: float) -> bool:
    return box[0] <= x1 and x0 <= box[2]


def _runs(window: Box, printed: PrintedPage) -> list[Box]:
    """The runs of words as high as the window, each as wide as no gap between columns parts them."""
    inside = [w.box for w in printed.words if w.box[1] < window[3] and window[1] < w.box[3] and not w.quarters]
    runs: list[Box] = []
    for box in sorted(inside):
        near = next((n for n, r in enumerate(runs) if same_line(r, box) and box[0] - r[2] < COLUMN_GAP), None)
        if near is None:
            runs.append(box)
        else:
            runs[near] = hull([runs[near], box])
    return runs


def _whole_lines(window: Box, printed: PrintedPage | None) -> tuple[float, float]:
    """The window's top and bottom, moved out so that they cut no word."""
    x0, top, x1, bottom = window
    if printed is not None:
        inside = [w.box for w in printed.words if w.box[0] < x1 and x0 < w.box[2] and not w.quarters]
        cut = [b for b in inside if b[1] < bottom and top < b[3] and b[3] - b[1] < 3 * CONTEXT]
        top = min([top, *(b[1] - ABOVE_LETTERS for b in cut)])
        bottom = max([bottom, *(b[3] + 1 for b in cut)])
    return top, bottom


def _table(f: ShownField, cut: TableCut, url: str, size: Size, colour: str) -> str:
    """The cell under its column's headers and beside its row's label, as in the table."""
    cell = cut.cell
    wide = max(b[2] - b[0] for b in (cell, *cut.headers)) + sum(r[2] - r[0] for r in cut.rows)
    scale = min(LARGEST_SCALE, (TABLE_PIXELS - GAP * (1 + len(cut.rows))) / wide)
    boxes = [_turned(b, cut.quarters, size) for b in f.boxes]
    marks = "".join(
        f'<span class="pf-box" style="left:{(b[0] - cell[0]) * scale:.1f}px;top:{(b[1] - cell[1]) * scale:.1f}px;'
        f"width:{(b[2] - b[0]) * scale:.1f}px;height:{(b[3] - b[1]) * scale:.1f}px;"
        f'border-color:{colour};background:{colour}22"></span>'
        for b in lines_of(boxes)
    )
    heads = "".join(f"<div>{_window(h, url, size, cut.quarters, scale)}</div>" for h in cut.headers)
    labels = "".join(_window(r, url, size, cut.quarters, scale) for r in cut.rows)
    return (
        '<div class="pf-cut">'
        f'<div class="pf-cut-heads">{heads}</div>'
        f'<div class="pf-cut-row">{labels}</div>'
        f'<div class="pf-cut-cell">{_window(cell, url, size, cut.quarters, scale, marks)}</div></div>'
    )


def _window(box: Box, url: str, size: Size, quarters: int, scale: float, marks: str = "") -> str:
    """A window on the page's picture, turned clockwise by so many quarters, of so many pixels a point."""
    width, height = size[0] * scale, size[1] * scale
    turn = {
        0: "",
        1: f"transform:translate({height:.1f}px,0) rotate(90deg);",
        2: f"transform:translate({width:.1f}px,{height:.1f}px) rotate(180deg);",
        3: f"transform:translate(0,{width:.1f}px) rotate(270deg);",
    }[quarters]
    return (
        f'<span class="pf-window" style="width:{(box[2] - box[0]) * scale:.1f}px;'
        f'height:{(box[3] - box[1]) * scale:.1f}px">'
        f'<span class="pf-pan" style="left:{-box[0] * scale:.1f}px;top:{-box[1] * scale:.1f}px">'
        f'<img src="{escape(url)}" alt="" draggable="false" style="width:{width:.1f}px;height:{height:.1f}px;{turn}"/>'
        f"</span>{marks}</span>"
    )


def _turned(box: Box, quarters: int, size: Size) -> Box:
    width, height = size
    for _ in range(quarters % 4):
        box = turned_box(box, height)
        width, height = height, width
    return box


def _moved(box: Box, left: float, upper: float) -> Box:
    return (box[0] - left, box[1] - upper, box[2] - left, box[3] - upper)

"""Sub-captions: "(a) ResNet-50 on ImageNet" under or over each of several grids that share one caption."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from db.models import Line, Page
from extract.layout.captions import SUB_LABEL, Caption, caption_at, goes_on_a_paragraph
from extract.layout.slack import SLACK, WIDE_SLACK

REACH = 160.0  # points from a caption to its sub-captions, at most | 0 0 0 0
RIGHT_BELOW = 14.0  # points: closer under the caption, sub-captions stand above their grids | 0 0 0 0
LINES_NEAR = 12  # of the page's lines before and behind a sub-caption that may stand beside it | 0 0 0 0
ON_ONE_ROW = 0.4  # heights of the print between the bottoms of a row's cells | 0 0 0 0
CELL_GAP = 60.0  # points between them, at most | 0 0 0 0
BESIDE = 150.0  # points to the left and right in which the cells of the next row stand | 0 0 0 0
RULED = 0.9  # heights of the print from a grid's title to the ruling over or under it | 0 0 0 0
NEXT_ROW = (0.8, 1.5)  # heights of the print from its top to the next row's, least and most | 0 0 0 0


def find_sub_captions(page: Page, captions: Sequence[Caption]) -> list[Caption]:
    """The page's sub-captions, each with its `main` caption and, where that tells, the side its grid is on.

    Rows that begin with "(a)" and titles within a grid are none: a row has cells beside its first, a title stands
    right between a ruling and the header.
    """
    found: list[tuple[int, str]] = []
    for n, line in enumerate(page.lines):
        first = page.words[line.first].text
        if first[:1] != "(":
            continue
        match = SUB_LABEL.match(" ".join(w.text for w in page.words[line.first : min(line.last, line.first + 2)]))
        if match and not goes_on_a_paragraph(page, n) and not _is_row(page, n) and not _is_title(page, line):
            found.append((n, match["letter"]))
    out: list[Caption] = []
    for series in _series(found):
        subs = [caption_at(page, n, "table", letter) for n, letter in series]
        main = _main(subs, captions)
        if main is None:
            continue
        side = _side(subs, main)
        out.extend(replace(s, what=main.what, number=main.number, main=main, side=side) for s in subs)
    return out


def _series(found: Sequence[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    """Runs a, b, c ... of two members at least."""
    out: list[list[tuple[int, str]]] = []
    for n, letter in found:
        if letter == "a":
            out.append([(n, letter)])
        elif out and ord(letter) == ord(out[-1][-1][1]) + 1:
            out[-1].append((n, letter))
    return [s for s in out if len(s) > 1]


def _main(subs: Sequence[Caption], captions: Sequence[Caption]) -> Caption | None:
    best: tuple[float, Caption] | None = None
    left, right = min(s.box[0] for s in subs), max(s.box[2] for s in subs)
    for caption in captions:
        box = caption.box
        if min(right, box[2]) - max(left, box[0]) <= 0:  # a short one may stand between its sub-captions
            continue
        for sub in subs:
            distance = max(box[1] - sub.box[3], sub.box[1] - box[3], 0)
            if distance < REACH and (best is None or distance < best[0]):
                best = (distance, caption)
    return best[1] if best else None


def _side(subs: Sequence[Caption], main: Caption) -> int:
    """1 if the sub-captions stand above their grids, -1 if below, 0 where the page does not tell."""
    first, last = min(s.box[1] for s in subs), max(s.box[3] for s in subs)
    if main.box[1] >= last - WIDE_SLACK:
        return -1
    if main.box[3] <= first + WIDE_SLACK:
        return 1 if first - main.box[3] < RIGHT_BELOW else -1
    return 0


def _is_row(page: Page, n: int) -> bool:
    """Whether cells stand beside the line, before the next column of the page."""
    line = page.lines[n]
    for other in page.lines[max(n - LINES_NEAR, 0) : n + LINES_NEAR + 1]:
        if other is line or abs(other.bottom - line.bottom) > ON_ONE_ROW * line.size:
            continue
        gap = other.x0 - line.x1 if other.x0 > line.x0 else line.x0 - other.x1
        if SUB_LABEL.match(page.words[other.first].text):
            continue
        if gap < CELL_GAP and not (line.x1 < page.width / 2 < other.x0 or other.x1 < page.width / 2 < line.x0):
            return True
    return False


def _is_title(page: Page, line: Line) -> bool:
    """Whether the line stands between a ruling and the grid's own next row."""
    middle, size = (line.x0 + line.x1) / 2, line.size
    level = [r for r in page.rulings if r.horizontal and r.x0 < middle < r.x1]
    if not any(-SLACK < line.top - r.bottom < RULED * size for r in level):
        return False
    ruled = any(-SLACK < r.top - line.bottom < RULED * size for r in level)
    below = [o for o in page.lines if NEXT_ROW[0] * size < o.top - line.top < NEXT_ROW[1] * size]
    return ruled or sum(o.x0 < line.x1 + BESIDE and o.x1 > line.x0 - BESIDE for o in below) >= 2

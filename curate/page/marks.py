"""Boxes over the evidence, and the numbers that stand beside them where the page is blank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from curate.page.words import PrintedPage
from db.models import Box

MARK_WIDTH, MARK_HEIGHT = 11.0, 9.5  # points that a number takes on the page
MARGIN = 2.0  # points from the page's edge: the margin's numbers stand here
BOX_GROWS_BY = 1.5  # points, so that a box does not touch the ink

Place = tuple[float, float]  # points from the page's left and top


def mark_places(boxes: Mapping[int, Sequence[Box]], printed: PrintedPage | None) -> dict[int, Place]:
    """Where each field's number stands: beside its evidence, on no word and on no other number.

    Where everything around the evidence is print, it stands in the page's margin, as high as the evidence.
    """
    covered = [w.box for w in printed.words] if printed else []
    covered += [box for of_field in boxes.values() for box in lines_of(of_field)]
    places: dict[int, Place] = {}
    for n, of_field in boxes.items():
        x, y = _free_place(lines_of(of_field), covered)
        covered.append(_mark_box(x, y))
        places[n] = (x, y)
    return places


def lines_of(boxes: Sequence[Box]) -> list[Box]:
    """The boxes of neighbouring words on one line joined, and grown a little."""
    joined: list[list[float]] = []
    for x0, top, x1, bottom in boxes:
        last = joined[-1] if joined else None
        if last and abs(last[3] - bottom) < 3 and -2 <= x0 - last[2] < 12:
            last[1], last[2], last[3] = min(last[1], top), max(last[2], x1), max(last[3], bottom)
        else:
            joined.append([x0, top, x1, bottom])
    by = BOX_GROWS_BY
    return [(x0 - by, top - by, x1 + by, bottom + by) for x0, top, x1, bottom in joined]


def percent_box(box: Box, size: tuple[float, float]) -> str:
    """CSS that lays the box over a picture of something of this size in points."""
    width, height = size
    x0, top, x1, bottom = box
    return (
        f"left:{100 * x0 / width:.2f}%;top:{100 * top / height:.2f}%;"
        f"width:{100 * (x1 - x0) / width:.2f}%;height:{100 * (bottom - top) / height:.2f}%"
    )


def _free_place(lines: Sequence[Box], covered: Sequence[Box]) -> Place:
    x0, top, _, bottom = lines[0]
    _, last_top, x1, last_bottom = lines[-1]
    middle = (top + bottom - MARK_HEIGHT) / 2
    last_middle = (last_top + last_bottom - MARK_HEIGHT) / 2
    beside = [
        (x0 - MARK_WIDTH - 1, middle),
        (x1 + 1, last_middle),
        (x0, top - MARK_HEIGHT - 0.5),
        (x1 - MARK_WIDTH, last_bottom + 0.5),
        (x0 - MARK_WIDTH - 1, top - MARK_HEIGHT),
        (x1 + 1, last_bottom),
    ]
    margin = [(MARGIN + step * (MARK_WIDTH + 1), middle) for step in range(40)]
    return next((p for p in [*beside, *margin] if p[0] >= 0 and not _hits(_mark_box(*p), covered)), margin[0])


def _mark_box(x: float, y: float) -> Box:
    return (x, y, x + MARK_WIDTH, y + MARK_HEIGHT)


def _hits(box: Box, covered: Sequence[Box]) -> bool:
    return any(box[0] < c[2] and c[0] < box[2] and box[1] < c[3] and c[1] < box[3] for c in covered)

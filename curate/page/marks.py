"""Boxes over the evidence, and the numbers that stand beside them where the page is blank."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from curate.page.words import PrintedPage
from db.models import Box

MARK_WIDTH, MARK_HEIGHT = 11.0, 9.5  # points that a number of two signs takes on a page of the usual width
SIGN_WIDTH = 4.5  # points that each further sign takes
USUAL_WIDTH = 612.0  # points: on a wider page, which is shown smaller, numbers are larger
MARGIN = 2.0  # points from the page's edge: the margin's numbers stand here
BOX_GROWS_BY = 1.5  # points, so that a box does not touch the ink

Place = tuple[float, float]  # points from the page's left and top
Marked = TypeVar("Marked", bound=Hashable)


def mark_size(page_width: float, signs: int = 2) -> tuple[float, float]:
    """Width and height of a number of so many signs on a page of this width, in points."""
    scale = max(1.0, page_width / USUAL_WIDTH)
    return (MARK_WIDTH + SIGN_WIDTH * max(signs - 2, 0)) * scale, MARK_HEIGHT * scale


def mark_places(
    boxes: Mapping[Marked, Sequence[Box]], printed: PrintedPage | None, size: tuple[float, float]
) -> dict[Marked, Place]:
    """Where each field's number stands: beside its evidence, on no word and on no other number.

    Where everything around the evidence is print, it stands in the page's margin, as high as the evidence.
    """
    covered = [w.box for w in printed.words] if printed else []
    covered += [box for of_field in boxes.values() for box in lines_of(of_field)]
    places: dict[Marked, Place] = {}
    for n, of_field in boxes.items():
        x, y = _free_place(lines_of(of_field), covered, size)
        covered.append(_mark_box(x, y, size))
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


def _free_place(lines: Sequence[Box], covered: Sequence[Box], size: tuple[float, float]) -> Place:
    width, height = size
    x0, top, _, bottom = lines[0]
    _, last_top, x1, last_bottom = lines[-1]
    middle = (top + bottom - height) / 2
    last_middle = (last_top + last_bottom - height) / 2
    beside = [
        (x0 - width - 1, middle),
        (x1 + 1, last_middle),
        (x0, top - height - 0.5),
        (x1 - width, last_bottom + 0.5),
        (x0 - width - 1, top - height),
        (x1 + 1, last_bottom),
    ]
    margin = [(MARGIN + step * (width + 1), middle) for step in range(40)]
    return next((p for p in [*beside, *margin] if p[0] >= 0 and not _hits(_mark_box(*p, size), covered)), margin[0])


def _mark_box(x: float, y: float, size: tuple[float, float]) -> Box:
    return (x, y, x + size[0], y + size[1])


def _hits(box: Box, covered: Sequence[Box]) -> bool:
    return any(box[0] < c[2] and c[0] < box[2] and box[1] < c[3] and c[1] < box[3] for c in covered)

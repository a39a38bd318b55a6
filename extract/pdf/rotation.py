"""Pages turned by quarter turns: boxes, rulings and words on them, and a frame that turns PDFium's coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from db.models import Box, Ruling, Word
from extract.pdf.pdfium import loose_box, loose_boxes


def turned_box(box: Box, quarters: int, width: float, height: float) -> Box:
    """The box on the page of this width and height when it is turned clockwise by so many quarter turns."""
    x0, top, x1, bottom = box
    for _ in range(quarters % 4):
        x0, top, x1, bottom = height - bottom, x0, height - top, x1
        width, height = height, width
    return x0, top, x1, bottom


def turned_rulings(rulings: Sequence[Ruling], quarters: int, width: float, height: float) -> list[Ruling]:
    """The rulings on the page of this width and height when it is turned."""
    return [Ruling(*turned_box((r.x0, r.top, r.x1, r.bottom), quarters, width, height)) for r in rulings]


def turned_words(words: Sequence[Word], quarters: int, width: float, height: float) -> list[Word]:
    """The words on the page of this width and height when it is turned."""
    return [Word(w.text, *turned_box(w.box, quarters, width, height), *w[5:]) for w in words]


class Frame:
    """A page turned clockwise by `quarters`: where its upper left corner is then, its size, its characters' boxes."""

    def __init__(self, crop: tuple[float, float, float, float], quarters: int) -> None:
        left, bottom, right, top = crop
        self.quarters = quarters % 4
        # a quarter turn takes the point (x, y) to (y, -x)
        self.left, self.top = ((left, top), (bottom, -left), (-right, -bottom), (-top, right))[self.quarters]
        self.size = (right - left, top - bottom) if self.quarters % 2 == 0 else (top - bottom, right - left)
        self.loose_box = self._turned_loose_box if self.quarters else loose_box

    def turned(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """Left, bottom, right and top in PDF coordinates, turned."""
        for _ in range(self.quarters):
            x0, y0, x1, y1 = y0, -x1, y1, -x0
        return x0, y0, x1, y1

    def loose_boxes(self, textpage: object, places: Sequence[int]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """As `pdfium.loose_boxes`, turned."""
        boxes, found = loose_boxes(textpage, places)
        if self.quarters:
            left, top, right, bottom = boxes.T
            left, bottom, right, top = self.turned(left, bottom, right, top)
            boxes = np.column_stack((left, top, right, bottom))
        return boxes, found

    def _turned_loose_box(self, textpage: object, place: int, reference: Any) -> int:
        found = loose_box(textpage, place, reference)
        rect = reference._obj
        rect.left, rect.bottom, rect.right, rect.top = self.turned(rect.left, rect.bottom, rect.right, rect.top)
        return int(found)

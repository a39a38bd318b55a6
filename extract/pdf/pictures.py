"""Where a page's pictures stand: images, and drawings taken in from other files. In them there is no text to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from db.models import Box
from extract.pdf.limits import MAX_OBJECTS_PER_PAGE

_PICTURES = (pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_FORM)


def pictures_on(data: bytes, numbers: Iterable[int]) -> Mapping[int, list[Box]]:
    """The boxes of the pictures on the pages of these numbers, in points from the top left; none of a turned page."""
    document = pdfium.PdfDocument(data)
    try:
        return {number: _pictures(document[number - 1]) for number in numbers}
    finally:
        document.close()


def _pictures(page: pdfium.PdfPage) -> list[Box]:
    if page.get_rotation() or pdfium_c.FPDFPage_CountObjects(page) > MAX_OBJECTS_PER_PAGE:
        return []
    left, _, _, top = page.get_cropbox()
    boxes = []
    for thing in page.get_objects(filter=_PICTURES, max_depth=1):
        x0, y0, x1, y1 = thing.get_bounds()
        boxes.append((x0 - left, top - y1, x1 - left, top - y0))
    return boxes

"""The rulings of a page: thin straight lines among its drawn objects, joined where they lie end to end."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from itertools import repeat

import pypdfium2.raw as pdfium_c

from db.models import Box, Ruling
from extract.pdf.limits import MAX_OBJECTS_PER_PAGE
from extract.pdf.pdfium import object_bounds, object_type, page_object
from extract.pdf.rotation import Frame, turned_rulings

MIN_RULING = 8.0  # points: what is shorter is a dash or a glyph
MAX_RULING_THICKNESS = 2.5  # points: what is thicker is a bar
END_TO_END = 1.5  # points between two pieces of one ruling, along it and across it
FEW_OBJECTS = 8  # a page stamped afterwards holds its whole content in one form among few objects
FORM_DEPTH = 2  # how deep such forms are looked into

Matrix = tuple[float, float, float, float, float, float]
# old converters from DVI paint rulings as thin images
_DRAWN = (pdfium_c.FPDF_PAGEOBJ_PATH, pdfium_c.FPDF_PAGEOBJ_IMAGE)


def thin_lines(page: object, crop: tuple[float, float, float, float]) -> list[Ruling]:
    """Thin horizontal and vertical lines of a PDFium page, in points from the crop box's upper left corner."""
    count = pdfium_c.FPDFPage_CountObjects(page)
    if count > MAX_OBJECTS_PER_PAGE:
        return []
    left, _, _, top = crop
    things = map(page_object, repeat(page), range(count))
    boxes = _boxes(things, None, FORM_DEPTH if count <= FEW_OBJECTS else 0)
    return [Ruling(x0 - left, top - y1, x1 - left, top - y0) for x0, y0, x1, y1 in boxes if _is_thin(x1 - x0, y1 - y0)]


def rulings_on(thin: Sequence[Ruling], frame: Frame) -> tuple[Ruling, ...]:
    """Thin lines as they stand on the turned page, joined where they lie end to end."""
    if frame.quarters:
        width, height = frame.size if frame.quarters == 2 else frame.size[::-1]
        thin = turned_rulings(thin, frame.quarters, width, height)
    return tuple(_joined(thin))


def _is_thin(wide: float, tall: float) -> bool:
    return (tall <= MAX_RULING_THICKNESS and wide >= MIN_RULING) or (
        wide <= MAX_RULING_THICKNESS and tall >= MIN_RULING
    )


def _boxes(things: Iterator[object], matrix: Matrix | None, depth: int) -> Iterator[Box]:
    """Left, bottom, right and top of each drawn object; forms are looked into as deep as `depth`."""
    corners = tuple(ctypes.c_float() for _ in range(4))
    references = tuple(ctypes.byref(v) for v in corners)
    for thing in things:
        kind = object_type(thing)
        if kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth:
            inner = pdfium_c.FPDFFormObj_CountObjects(thing)
            if 0 < inner <= MAX_OBJECTS_PER_PAGE:
                members = (pdfium_c.FPDFFormObj_GetObject(thing, i) for i in range(inner))
                yield from _boxes(members, _placed(thing, matrix), depth - 1)
        elif kind in _DRAWN and object_bounds(thing, *references):
            x0, y0, x1, y1 = (v.value for v in corners)
            yield (x0, y0, x1, y1) if matrix is None else _transformed((x0, y0, x1, y1), matrix)


def _transformed(box: Box, matrix: Matrix) -> Box:
    """The box of a transformed box; sheared ones are taken by two of their corners."""
    (x0, y0, x1, y1), (a, b, c, d, e, f) = box, matrix
    x0, y0, x1, y1 = a * x0 + c * y0 + e, b * x0 + d * y0 + f, a * x1 + c * y1 + e, b * x1 + d * y1 + f
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _placed(form: object, outer: Matrix | None) -> Matrix:
    """Where a form's content stands on the page: its matrix, within the matrix of the form around it."""
    m = pdfium_c.FS_MATRIX()
    if not pdfium_c.FPDFPageObj_GetMatrix(form, ctypes.byref(m)):
        return outer or (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    if outer is None:
        return (m.a, m.b, m.c, m.d, m.e, m.f)
    a, b, c, d, e, f = outer
    return (
        m.a * a + m.b * c, m.a * b + m.b * d, m.c * a + m.d * c, m.c * b + m.d * d,
        m.e * a + m.f * c + e, m.e * b + m.f * d + f,
    )  # fmt: skip


def _joined(rulings: Sequence[Ruling]) -> list[Ruling]:
    """Horizontal rulings that touch end to end become one (booktabs and hline are often drawn cell by cell)."""
    out = [r for r in rulings if not r.horizontal]
    for ruling in sorted((r for r in rulings if r.horizontal), key=lambda r: (round(r.top), r.x0)):
        last = out[-1] if out and out[-1].horizontal else None
        if last and abs(last.top - ruling.top) < END_TO_END and ruling.x0 <= last.x1 + END_TO_END:
            ends = max(last.x1, ruling.x1), max(last.bottom, ruling.bottom)
            out[-1] = Ruling(last.x0, min(last.top, ruling.top), *ends)
        else:
            out.append(ruling)
    return out

"""The places that a PDF names, as LaTeX's hyperref writes them: `section.3`, `table.caption.2`, `cite.smith2019`.

pypdf lists them too, but takes 30 ms a file, an eighth of what reading a paper costs; PDFium, which has the file open,
takes less than two.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from db.models import Anchor
from extract.pdf.rotation import Frame

MAX_DESTINATIONS = 5_000  # a long paper has a thousand
_NAME_BYTES = 256


SECTIONS = frozenset(("chapter", "section", "subsection", "subsubsection", "section*", "subsection*", "appendix"))
FLOATS = frozenset(("table", "figure"))


@dataclass(frozen=True, slots=True)
class Destination:
    """One named place: its page (from 1) and its point there, in PDF coordinates of that page."""

    name: str
    page: int
    x: float
    y: float

    @property
    def kind(self) -> str:
        """What begins there: "section" for `subsection.3.1`, "table" for `table.caption.2`, "" for what is neither."""
        return _kind(self.name)

    @property
    def number(self) -> str:
        """Its number as LaTeX counts: "3.1" for `subsection.3.1`, "2" for `table.caption.2`."""
        return self.name.partition(".")[2].removeprefix("caption.")


def _kind(name: str) -> str:
    first = name.partition(".")[0]
    return "section" if first in SECTIONS else first if first in FLOATS else ""


def named_destinations(document: pdfium.PdfDocument) -> list[Destination]:
    """The document's named sections, tables and figures that say where on their page they are."""
    count = min(pdfium_c.FPDF_CountNamedDests(document.raw), MAX_DESTINATIONS)
    found = (_destination(document, n) for n in range(count))
    return [place for place in found if place is not None]


def anchors_by_page(document: pdfium.PdfDocument) -> Mapping[int, list[Destination]]:
    """The named places of each page."""
    pages: dict[int, list[Destination]] = {}
    for place in named_destinations(document):
        pages.setdefault(place.page, []).append(place)
    return pages


def anchors_on(places: Sequence[Destination], frame: Frame) -> tuple[Anchor, ...]:
    """Named places as points on the page as it is held to read it, from the top."""
    points = [(place, frame.turned(place.x, place.y, place.x, place.y)) for place in places]
    anchors = [Anchor(d.kind, d.number, x - frame.left, frame.top - y) for d, (x, y, _, _) in points]
    return tuple(sorted(anchors, key=lambda a: (a.top, a.x)))


def _destination(document: pdfium.PdfDocument, n: int) -> Destination | None:
    name, length = ctypes.create_string_buffer(_NAME_BYTES), ctypes.c_long(_NAME_BYTES)
    place = pdfium_c.FPDF_GetNamedDest(document.raw, n, name, ctypes.byref(length))
    if not place or not 2 < length.value <= _NAME_BYTES:
        return None
    text = name.raw[: length.value].decode("utf-16-le", "replace").rstrip("\0")
    if not _kind(text):  # most are citations
        return None
    page = pdfium_c.FPDFDest_GetDestPageIndex(document.raw, place)
    has = tuple(ctypes.c_int() for _ in range(3))
    at = tuple(ctypes.c_float() for _ in range(3))
    known = pdfium_c.FPDFDest_GetLocationInPage(place, *map(ctypes.byref, has), *map(ctypes.byref, at))
    if page < 0 or not known or not has[1].value:
        return None
    return Destination(text, page + 1, at[0].value if has[0].value else 0.0, at[1].value)

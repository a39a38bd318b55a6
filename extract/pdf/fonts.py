"""The fonts of a page: which are bold, and how to bring the boxes of their characters to one measure.

Fonts claim ascents and descents as they like: Computer Modern's symbols reach a whole line below the base line. Every
box is therefore redrawn as Times would have it, on the same base line.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat

import pypdfium2.raw as pdfium_c

from extract.pdf.pdfium import font_info, text_object, text_object_font
from extract.pdf.rotation import Frame

BOX_HEIGHT, BOX_DESCENT = 0.9, 0.217  # of the font size: Times' own, which every word's box is drawn with
TIMES_DESCENT_SHARE = 0.24  # of a box's height: what Times has under the base line
DESCENT_TOLERANCE, HEIGHT_TOLERANCE = 0.04, 0.06  # boxes this close to Times' are left as they are
SANE_HEIGHT = (0.2, 3.0)  # of the font size: other boxes are broken, and left as they are
SANE_DESCENT = (-0.2, 1.0)  # of the box's height
STEADY_DESCENT, STEADY_HEIGHT = (0.1, 0.7), 0.6  # beyond these each letter has a box of its own (bitmap fonts)
MIN_FONT_SIZE = 2.0  # points: what is smaller is measured too coarsely
_NAME_BYTES = 96
# CMBX, SFBX, NimbusRomNo9L-Medi, Times-Bold, ...-Black, -Demi, -Heavy, LinBiolinumTB
_BOLD = ("bold", "cmbx", "cmb10", "sfbx", "medi", "black", "demi", "heavy", "ecbx", "linlibertinetb")


@dataclass(frozen=True, slots=True)
class Font:
    """What a font's boxes need: `share` of a box's height under the base line, `height` of a box by the font size.

    `share` is None where the box is Times-like already; `varying` says that each letter has a box of its own.
    """

    bold: bool
    share: float | None = None
    height: float = BOX_HEIGHT
    varying: bool = False

    def fitted(self, bottom: float, top: float) -> tuple[float, float]:
        """Bottom and top of a box as Times would have it, on the same base line."""
        if self.share is None:
            return bottom, top
        size = (top - bottom) / self.height
        base = bottom + self.share * (top - bottom)
        return base - BOX_DESCENT * size, base + (BOX_HEIGHT - BOX_DESCENT) * size


class Fonts:
    """The fonts of one page by name, measured where they are first met."""

    def __init__(self, textpage: object, frame: Frame) -> None:
        self._textpage = textpage
        self._frame = frame
        self._name = ctypes.create_string_buffer(_NAME_BYTES)
        self._flags = ctypes.c_int()
        self._flags_ref = ctypes.byref(self._flags)
        self.known: list[Font] = []
        self._varying: set[int] = set()  # of `known`: fonts to be measured at each character
        self._seen: dict[bytes, int] = {}
        self._of_object: dict[int | None, int] = {}
        self._of_handle: dict[int | None, int] = {}
        self._rect = pdfium_c.FS_RECTF()
        self._matrix = pdfium_c.FS_MATRIX()
        self._origin = (ctypes.c_double(), ctypes.c_double())

    def at(self, place: int) -> Font:
        """The font of a character."""
        return self.known[self._at_character(place, self._of_thing(place, text_object(self._textpage, place)))]

    def index_each(self, places: Sequence[int]) -> list[int]:
        """The font of each character, as its place in `known`."""
        indexes = []
        before: object = ""  # no text object yet
        index = -1
        for place, thing in zip(places, map(text_object, repeat(self._textpage), places), strict=True):
            if thing != before:
                before, index = thing, self._of_thing(place, thing)
            indexes.append(self._at_character(place, index) if index in self._varying else index)
        return indexes

    def _at_character(self, place: int, index: int) -> int:
        if index not in self._varying:
            return index
        self.known.append(self._measured(place, self.known[index].bold))
        return len(self.known) - 1

    def _of_thing(self, place: int, thing: int | None) -> int:
        """A text object has one font: it is asked for it once. What PDFium made up has no object: the last one's."""
        index = self._of_object.get(thing)
        if index is None:
            index = self._of_object[thing] = self._of_font(place, thing)
        self._of_object[None] = index
        return index

    def _of_font(self, place: int, thing: int | None) -> int:
        """Text objects share few fonts, and a font has one name."""
        handle = text_object_font(thing) if thing else None
        index = self._of_handle.get(handle) if handle else None
        if index is None:
            index = self._of_handle[handle] = self._of_name(place)
        return index

    def _of_name(self, place: int) -> int:
        font_info(self._textpage, place, self._name, _NAME_BYTES, self._flags_ref)
        index = self._seen.get(self._name.value)
        if index is None:
            name = self._name.value.decode("latin-1").lower().rsplit("+", 1)[-1]
            index = self._seen[self._name.value] = len(self.known)
            self.known.append(self._measured(place, any(s in name for s in _BOLD)))
            if self.known[index].varying:
                self._varying.add(index)
        return index

    def _measured(self, place: int, bold: bool) -> Font:
        """The font as one of its characters shows it: where the base line runs in the box, how tall the box is."""
        measures = self._measures(place)
        if measures is None:
            return Font(bold)
        share, height = measures
        like_times = (
            abs(share - TIMES_DESCENT_SHARE) <= DESCENT_TOLERANCE and abs(height - BOX_HEIGHT) <= HEIGHT_TOLERANCE
        )
        if like_times or not SANE_DESCENT[0] <= share <= SANE_DESCENT[1]:
            return Font(bold)
        steady = STEADY_DESCENT[0] <= share <= STEADY_DESCENT[1] and height >= STEADY_HEIGHT
        return Font(bold, share, height, varying=not steady)

    def _measures(self, place: int) -> tuple[float, float] | None:
        """A character's descent as a share of its box, and the box's height by the font size; None if it leans."""
        page, rect, (x, y), matrix = self._textpage, self._rect, self._origin, self._matrix
        if not (
            self._frame.loose_box(page, place, ctypes.byref(rect))
            and pdfium_c.FPDFText_GetCharOrigin(page, place, ctypes.byref(x), ctypes.byref(y))
            and pdfium_c.FPDFText_GetMatrix(page, place, ctypes.byref(matrix))
        ):
            return None
        tall = rect.top - rect.bottom
        _, base, _, _ = self._frame.turned(x.value, y.value, x.value, y.value)
        across, along = (matrix.b, matrix.d) if self._frame.quarters % 2 else (matrix.d, matrix.b)
        size = pdfium_c.FPDFText_GetFontSize(page, place) * abs(across)
        if tall <= 0 or size < MIN_FONT_SIZE or abs(along) > 1e-3 or not SANE_HEIGHT[0] < tall / size < SANE_HEIGHT[1]:
            return None
        return (base - rect.bottom) / tall, tall / size

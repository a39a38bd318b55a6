"""PDFium's C functions that are called for every word, without ctypes' check of each argument.

The check is a third of a call's time, and a page takes a thousand calls. Callers pass what the C header asks for: a
handle, ints, and `byref` or buffers. PDFium has no call that fills an array: `loose_boxes` calls it once a character,
but from `map`, so that no line of Python runs in between (0.21 us a character, in a loop 0.25).
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

LooseBox = Callable[[object, int, Any], int]
"""(text page, place of a character, reference to a rectangle to fill) -> whether the character has a box."""


def _unchecked(function: Any, result: Any = ctypes.c_int) -> Any:
    bare = ctypes.CFUNCTYPE(result)(ctypes.cast(function, ctypes.c_void_p).value or 0)
    bare.argtypes = None  # type: ignore[assignment]
    return bare


loose_box: LooseBox = _unchecked(pdfium_c.FPDFText_GetLooseCharBox)
font_info = _unchecked(pdfium_c.FPDFText_GetFontInfo, ctypes.c_ulong)
text_object = _unchecked(pdfium_c.FPDFText_GetTextObject, ctypes.c_void_p)
text_object_font = _unchecked(pdfium_c.FPDFTextObj_GetFont, ctypes.c_void_p)
text_object_font.argtypes = (ctypes.c_void_p,)  # it gets what `text_object` gave, a number
page_object = _unchecked(pdfium_c.FPDFPage_GetObject, pdfium_c.FPDF_PAGEOBJECT)
object_type = _unchecked(pdfium_c.FPDFPageObj_GetType)
object_bounds = _unchecked(pdfium_c.FPDFPageObj_GetBounds)
_unicode = _unchecked(pdfium_c.FPDFText_GetUnicode, ctypes.c_uint)
_char_angle = _unchecked(pdfium_c.FPDFText_GetCharAngle, ctypes.c_float)

_CHUNK = 2048  # rectangles: more than the words of most pages


def loose_boxes(textpage: object, places: Sequence[int]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The boxes of the characters at `places`, a row each (left, top, right, bottom), and which of them have one."""
    rects, references = _rectangles()
    boxes, found = np.empty((len(places), 4)), np.empty(len(places), dtype=bool)
    for start in range(0, len(places), _CHUNK):
        part = places[start : start + _CHUNK]
        end = start + len(part)
        found[start:end] = list(map(loose_box, repeat(textpage), part, references))
        boxes[start:end] = rects[: len(part)]
    return boxes, found


def unicodes(textpage: object, count: int) -> list[int]:
    """The code points of the first `count` characters."""
    return list(map(_unicode, repeat(textpage), range(count)))


def char_angles(textpage: object, places: Sequence[int]) -> list[float]:
    """The angles at which the characters at `places` stand, in radians."""
    return list(map(_char_angle, repeat(textpage), places))


@lru_cache(maxsize=1)
def _rectangles() -> tuple[NDArray[np.float32], Sequence[object]]:
    """Room for PDFium's rectangles, seen as an array and as a reference to each."""
    rects = (pdfium_c.FS_RECTF * _CHUNK)()
    size = ctypes.sizeof(pdfium_c.FS_RECTF)
    references = [ctypes.byref(rects, size * k) for k in range(_CHUNK)]
    return np.frombuffer(rects, dtype=np.float32).reshape(_CHUNK, 4), references

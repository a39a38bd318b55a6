"""PDFium's C functions that are called for every word, without ctypes' check of each argument.

The check is a third of a call's time, and a page takes a thousand calls. Callers pass what the C header asks for: a
handle, ints, and `byref` or buffers.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import pypdfium2.raw as pdfium_c

LooseBox = Callable[[object, int, Any], int]
"""(text page, place of a character, reference to a rectangle to fill) -> whether the character has a box."""


def _unchecked(function: Any, result: Any = ctypes.c_int) -> Any:
    bare = ctypes.CFUNCTYPE(result)(ctypes.cast(function, ctypes.c_void_p).value or 0)
    bare.argtypes = None  # type: ignore[assignment]
    return bare


loose_box: LooseBox = _unchecked(pdfium_c.FPDFText_GetLooseCharBox)
font_info = _unchecked(pdfium_c.FPDFText_GetFontInfo, ctypes.c_ulong)
text_object = _unchecked(pdfium_c.FPDFText_GetTextObject, ctypes.c_void_p)

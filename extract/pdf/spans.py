"""Where the words of a page's text begin and end, found on an array of its characters.

A word ends at white space, behind the hyphen of a word that goes on in the next line, and where it is cut.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int_]
Flags = NDArray[np.bool_]

_PLANE = 0x10000  # characters that have a kind; what stands beyond has that of the last, none
_SPACE, _HYPHEN, _MARK, _BREAK, _ODD = 1, 2, 4, 8, 16
_KINDS = (
    (_SPACE, r"\s"),
    (_HYPHEN, "[\x02\ufffe]"),  # PDFium's marks for the hyphen of a word that goes on in the next line
    (_MARK, r"[\d*†‡]"),  # what may be printed as a superscript
    (_BREAK, r"\n"),
    (_ODD, r"[^ -~]"),
)

# single characters that stand for several letters, or that extraction leaves in odd forms
_REPLACED = {ord(c): unicodedata.normalize("NFKC", c) for c in "ﬀﬁﬂﬃﬄﬅﬆ"} | {
    0x00A0: " ",
    0x00AD: "-",
    0x2: "-",
    0xFFFE: "-",
    0x0: "",
    0x200B: "",
    0xFEFF: "",
    0x2010: "-",
    0x2011: "-",
}


@dataclass(frozen=True)
class Spans:
    """The words of a text, an item each: as they are read, where they begin and end."""

    texts: Sequence[str]
    starts: Places
    ends: Places
    marked: Flags  # whether what may be a superscript stands behind the first character
    lines: Places  # how many line breaks stand before


def find_spans(text: str, cuts: Sequence[int] = ()) -> Spans:
    """The words of the text; `cuts` are places at which a word ends, beside those that are found."""
    kinds = _kinds()[np.minimum(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32), _PLANE - 1)]
    ends_before = np.empty(len(kinds) + 1, dtype=bool)  # at each place, whether no word goes on there
    ends_before[0] = ends_before[-1] = True
    ends_before[1:-1] = (kinds[:-1] & (_SPACE | _HYPHEN) | kinds[1:] & _SPACE) > 0
    ends_before[list(cuts)] = True
    inked = kinds & _SPACE == 0
    starts, ends = np.flatnonzero(inked & ends_before[:-1]), np.flatnonzero(inked & ends_before[1:]) + 1
    texts = [text[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    for k in np.unique(np.searchsorted(starts, np.flatnonzero(kinds & (_ODD | _SPACE) == _ODD), side="right")) - 1:
        texts[k] = plain(texts[k])
    marks = np.flatnonzero(kinds & _MARK)
    marked = np.searchsorted(marks, ends) > np.searchsorted(marks, starts + 1)
    return Spans(texts, starts, ends, marked, np.searchsorted(np.flatnonzero(kinds & _BREAK), starts))


def plain(text: str) -> str:
    """A word's text with ligatures taken apart and odd hyphens and spaces replaced."""
    return text.translate(_REPLACED)


@cache
def _kinds() -> NDArray[np.uint8]:
    """The kinds of each character, added up."""
    every = "".join(map(chr, range(_PLANE)))
    kinds = np.zeros(_PLANE, dtype=np.uint8)
    for kind, pattern in _KINDS:
        kinds[[match.start() for match in re.finditer(pattern, every)]] |= kind
    return kinds

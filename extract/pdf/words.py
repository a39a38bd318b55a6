"""The words of a page, with boxes, from PDFium's characters.

Speed matters here: everything else waits for it. Of most words only the first and the last character are asked for, all
in one pass (`plain_words.py`). Words that may lean and words with digits (their superscripts must be found: 10^20 is
printed "1020") are then read one by one.
"""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass, field

import numpy as np
import pypdfium2.raw as pdfium_c

from db.models import Word
from extract.pdf.fonts import Font, Fonts
from extract.pdf.limits import MAX_CHARS_PER_PAGE
from extract.pdf.pdfium import unicodes
from extract.pdf.plain_words import SAME_BOX, PlainWords
from extract.pdf.rotation import Frame
from extract.pdf.spans import find_spans, plain

JUMP = 3.0  # heights of a character that the next one stands back or off: it belongs to another cell
MIN_JUMPING = 6  # characters of a word that may hold such a jump, three on each side
SMALLER, LARGER = 0.86, 1.16  # of the height before: a superscript begins, or ends
RAISED = 0.12  # of the height before: how far above the base line a superscript stands
TOUCHING = 0.035  # of the height of a box: what two characters of one word do not leave between them
SCRIPT_SPACE = 0.5  # points that TeX leaves behind a subscript
LONE_GAP = 2.5  # times wider than the gaps beside it: a gap between two cells, not tracking

_TABLE_LABELS = ("Tab", "TAB", "表", "Табл")  # pages without any have no heads that might touch

_MAY_BE_RAISED = re.compile(r"[\d*†‡]")
# where two columns' heads or numbers may touch: "APbox|APbox", "Top-1|Top-5", "mAP|mAR", "mIoU|mAcc", "76.3|93.2";
# one expression for each first letter: with an alternation of them the search takes ten times as long
_MAY_TOUCH = (
    (re.compile(r"[A-Z](?<=[A-Za-z@\d-][a-z\d)%].)[\w@]"), (0,)),
    (re.compile(r"[A-Z](?<=[A-Za-z]{2}[am].)\w"), (-1,)),
    (re.compile(r"[A-Z](?<=[A-Z].)[a-z][A-Za-z]"), (1,)),
    (re.compile(r"[\d)%](?<=\w.)[a-z]{2}"), (1,)),
    (re.compile(r"\.\d{2,4}\.\d"), (2, 3)),
)


@dataclass
class PageWords:
    """Words in stream order, the places in them that follow a line break, and the words that lean."""

    words: list[Word] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    rotated: list[Word] = field(default_factory=list)


def page_words(textpage: object, frame: Frame, *, each: bool = False) -> PageWords:
    """The words of a PDFium text page, turned as `frame` is.

    The angle of a single character is only asked for on a turned page, or where `each` says so.
    """
    text = _page_text(textpage)
    if not text:
        return PageWords()
    reader = _Reader(textpage, text, frame, each or frame.quarters > 0)
    found = reader.read(frozenset())
    return reader.read(frozenset(reader.jumps)) if reader.jumps else found


def _page_text(textpage: object) -> str:
    """The page's characters, as many as PDFium counts."""
    count = min(pdfium_c.FPDFText_CountChars(textpage), MAX_CHARS_PER_PAGE)
    if count <= 0:
        return ""
    buffer = (ctypes.c_ushort * (count + 1))()
    got = pdfium_c.FPDFText_GetText(textpage, 0, count, buffer)
    text = bytes(buffer)[: 2 * max(got - 1, 0)].decode("utf-16-le", "replace")
    if len(text) != count:  # surrogates or skipped characters: places in the text are not character numbers
        codes = unicodes(textpage, count)
        text = "".join([chr(c) if 0 < c < 0xD800 or 0xE000 <= c < 0x110000 else " " for c in codes])
    return text


class _Reader:
    """Reads one page's text word by word. `jumps` are places at which a word's characters go on elsewhere."""

    __slots__ = (
        "each", "fonts", "frame", "jumps", "left", "loose_box", "rect", "reference", "sides", "text", "textpage", "top",
    )  # fmt: skip

    def __init__(self, textpage: object, text: str, frame: Frame, each: bool) -> None:
        self.textpage, self.text, self.frame, self.each = textpage, text, frame, each
        self.loose_box, self.left, self.top = frame.loose_box, frame.left, frame.top
        self.rect = pdfium_c.FS_RECTF()
        self.reference = ctypes.byref(self.rect)
        self.sides = memoryview(self.rect).cast("B").cast("f")  # left, top, right, bottom: all at once
        self.fonts = Fonts(textpage, frame)
        self.jumps: list[int] = []

    def read(self, cuts: frozenset[int]) -> PageWords:
        """The page's words; `cuts` are places at which a word ends, beside those that are found."""
        spans = find_spans(self.text, self._cuts(cuts))
        if not spans.texts:
            return PageWords()
        found = PlainWords(self.textpage, self.frame, self.fonts, spans, each=self.each)
        words = found.words
        for k in found.unsure:
            words[k] = self._word(int(spans.starts[k]), int(spans.ends[k]), not cuts)
        kept = [k for k, word in enumerate(words) if word is not None and word.text]
        breaks = np.flatnonzero(np.diff(spans.lines[kept], prepend=0)).tolist()
        return PageWords([word for word in words if word is not None and word.text], breaks, found.rotated)

    def _word(self, place: int, end: int, note_jumps: bool) -> Word | None:
        """The word at `place:end`, read character by character where it may have superscripts."""
        loose_box, textpage, reference, sides = self.loose_box, self.textpage, self.reference, self.sides
        loose_box(textpage, place, reference)
        x0, y1, x1, y0 = sides
        box_height = y1 - y0
        font = self.fonts.at(place)
        y0, y1 = font.fitted(y0, y1)
        size = y1 - y0
        loose_box(textpage, end - 1, reference)
        _, high, last_x1, low = sides
        jumps = last_x1 < x0 - JUMP * size or abs(low - y0) > JUMP * size
        if jumps and note_jumps and end - place >= MIN_JUMPING:
            self.jumps.extend(self._jump(place, end))
        raw = self.text[place:end]
        raised: tuple[int, ...] = ()
        if _MAY_BE_RAISED.search(raw, 1):
            x1, y0, y1, size, raised = self._raised(place, end, (x1, y0, y1, size), box_height)
        else:
            x1 = last_x1
            low, high = self._fitted_last(end - 1, low, high, font, box_height)
            y0, y1 = min(y0, low), max(y1, high)
        x0, x1 = min(x0, x1), max(x0, x1)
        text = plain(raw)
        if raised and len(text) != len(raw):
            raised = tuple(len(plain(raw[:k])) for k in raised)
        left, top = self.left, self.top
        return Word(text, x0 - left, top - y1, x1 - left, top - y0, size, font.bold, raised)

    def _fitted_last(self, place: int, low: float, high: float, font: Font, box_height: float) -> tuple[float, float]:
        """Bottom and top of a word's last character as Times would have it; it may be of another font."""
        same = abs(high - low - box_height) <= SAME_BOX * box_height
        return (font if same else self.fonts.at(place)).fitted(low, high)

    def _jump(self, place: int, end: int) -> list[int]:
        """Where a word's characters go on elsewhere on the page: PDFium saw no space between two cells."""
        before: tuple[float, float] | None = None
        for k in range(place, end):
            if not self.loose_box(self.textpage, k, self.reference):
                continue
            left, high, _, low = self.sides
            away = JUMP * (high - low)
            if before and (left < before[0] - away or abs(low - before[1]) > away):
                # letters of a ligature may stand anywhere
                return [k] if k - place > 2 and end - k > 2 else []
            before = left, low
        return []

    def _cuts(self, cuts: frozenset[int]) -> list[int]:
        """Where words end beside `cuts`: between two that PDFium ran together, heads that nearly touch."""
        text = self.text
        if not cuts and not any(label in text for label in _TABLE_LABELS):
            return []
        found = {m.start() + k for search, places in _MAY_TOUCH for m in search.finditer(text, 2) for k in places}
        return sorted({*cuts, *(k for k in found if self._stands_apart(k))})

    def _stands_apart(self, place: int) -> bool:
        """Whether more white stands before a character than within a word, and more than between its neighbours."""
        sides = []
        for k in range(place - 2, place + 2):
            if not self.loose_box(self.textpage, k, self.reference):
                return False
            left, high, right, low = self.sides
            sides.append((left, right, high - low))
            if k == place:  # nearly always all that has to be looked at
                (_, before, tall), (left, _, here) = sides[1:]
                gap = left - before
                least = TOUCHING * max(tall, here) + (SCRIPT_SPACE if tall < SMALLER * here else 0)
                if not least < gap < here:
                    return False
        return gap > LONE_GAP * max(b[0] - a[1] for a, b in (sides[:2], sides[2:]))

    def _raised(
        self, place: int, end: int, box: tuple[float, float, float, float], box_height: float
    ) -> tuple[float, float, float, float, tuple[int, ...]]:
        """The word's right edge, bottom, top and size, and the places in it at which a superscript begins."""
        x1, y0, y1, size = box
        spans: list[int] = []
        here, base, font = size, y0, self.fonts.at(place)
        for k in range(place + 1, end):
            if not self.loose_box(self.textpage, k, self.reference):
                continue
            _, high, right, low = self.sides
            tall = high - low
            if abs(tall - box_height) > SAME_BOX * box_height:  # another font, or another size of this one
                box_height, font = tall, self.fonts.at(k)
            if font.share is not None:
                low, high = font.fitted(low, high)
                tall = high - low
            if tall < SMALLER * here and low > base + RAISED * here:
                spans.append(k - place)
                here, base = tall, low
            elif tall > LARGER * here:
                here, base = tall, low
                size = max(size, tall)
            x1, y0, y1 = right, min(y0, low), max(y1, high)
        return x1, y0, y1, size, tuple(spans)

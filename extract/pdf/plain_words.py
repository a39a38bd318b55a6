"""The words of a page whose boxes follow from those of their characters without a closer look: nearly all of them.

They are worked out on arrays. PDFium is still called twice a word.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray

from db.models import Word
from extract.pdf.fonts import BOX_DESCENT, BOX_HEIGHT, Fonts
from extract.pdf.pdfium import char_angles
from extract.pdf.rotation import Frame
from extract.pdf.spans import Flags, Places, Spans

OFF_BASE = 0.35  # of a word's height: a last character that far off the first one's base line may lean
SAME_BOX = 0.01  # of a box's height: boxes that differ by less are of one font and size
LEANING = (0.3, 5.98)  # radians, clockwise: what leans less is printed as prose is

Numbers = NDArray[np.float64]
Sides = tuple[Numbers, Numbers, Numbers, Numbers]
"""Left, bottom, right and top of boxes, in PDF coordinates."""


class PlainWords:
    """Works out the words of one page. `each`: every word's angle is asked for, not only where its box says so.

    `words` has None where a word has no box, or leans; those that lean are in `rotated`. `unsure` are the words that
    need a closer look, whatever stands for them in `words`: they jump, or may have superscripts.
    """

    def __init__(self, textpage: object, frame: Frame, fonts: Fonts, spans: Spans, *, each: bool) -> None:
        self._textpage, self._frame, self._fonts, self._spans = textpage, frame, fonts, spans
        first, has_first = self._boxes(spans.starts)
        last, has_last = self._boxes(spans.ends - 1)
        more = has_first & has_last & (spans.ends - spans.starts > 1)
        x0, y1, x1, y0 = first.T
        _, high, last_x1, low = last.T
        height = y1 - y0
        along = more & (last_x1 > x1)
        ends_in_other = along & ~spans.marked & (np.abs(high - low - height) > SAME_BOX * height)
        inner = _Inner(self._boxes, spans, np.flatnonzero(along & spans.marked), height)
        asked = np.sort(np.concatenate((spans.starts, spans.ends[ends_in_other] - 1, inner.changes)))
        font_at = np.array(fonts.index_each(asked.tolist()))
        font = font_at[np.searchsorted(asked, spans.starts)]
        y0, y1 = self._fitted(font, y0, y1)
        size = y1 - y0
        # what runs along a line goes right and keeps its height: only where it does not is the angle asked for
        strays = more & ~(along & (np.abs(low - y0) <= OFF_BASE * size))
        leans = self._lean(has_first & np.where(more, strays, each))
        self.rotated = self._aside(np.flatnonzero(leans), (x0, y0, x1, y1), more)
        font_of_last = np.where(ends_in_other, font_at[np.searchsorted(asked, spans.ends - 1, side="right") - 1], font)
        low, high = self._fitted(font_of_last, low, high)
        x1 = np.where(more, last_x1, x1)
        y0, y1 = np.where(more & (low < y0), low, y0), np.where(more & (high > y1), high, y1)
        unsure = strays & ~leans
        if len(inner.words):
            k = inner.words
            low, high = self._fitted(np.repeat(font[k], inner.lengths), inner.low, inner.high)
            y0[k] = np.minimum(y0[k], np.minimum.reduceat(low, inner.begins))
            y1[k] = np.maximum(y1[k], np.maximum.reduceat(high, inner.begins))
            unsure[k] |= ~inner.of_one_size & ~leans[k]
        self.words = self._words(font, (np.minimum(x0, x1), y0, np.maximum(x0, x1), y1), size)
        for nothing in np.flatnonzero(leans | ~has_first).tolist():
            self.words[nothing] = None
        self.unsure: list[int] = np.flatnonzero(unsure).tolist()

    def _words(self, font: Places, sides: Sides, size: Numbers) -> list[Word | None]:
        bold = [font.bold for font in self._fonts.known]
        rows = zip(
            self._spans.texts,
            *self._from_top_left(sides),
            size.tolist(),
            map(bold.__getitem__, font.tolist()),
            repeat(()),
        )
        # as Word(...) does, without the call of its own __new__: two thirds of the time
        return list(map(tuple.__new__, repeat(Word), rows))

    def _from_top_left(self, sides: Sides) -> list[list[float]]:
        x0, y0, x1, y1 = sides
        left, top = self._frame.left, self._frame.top
        return [side.tolist() for side in (x0 - left, top - y1, x1 - left, top - y0)]

    def _boxes(self, places: Places) -> tuple[Numbers, Flags]:
        return self._frame.loose_boxes(self._textpage, places.tolist())

    def _lean(self, asked: Flags) -> Flags:
        """Which words stand on their side or head, of those that are asked for their angle."""
        angles = np.zeros(len(asked))
        angles[asked] = char_angles(self._textpage, self._spans.starts[asked].tolist())
        angles[asked] += self._frame.quarters * math.pi / 2
        angles %= 2 * math.pi
        return (LEANING[0] < angles) & (angles < LEANING[1])

    def _aside(self, words: Places, sides: Sides, more: Flags) -> list[Word]:
        """Words that lean, each with the box of all its characters."""
        x0, y0, x1, y1 = (side[words] for side in sides)
        many = more[words]
        if many.any():
            places, _, begins = _characters(self._spans.starts[words[many]], self._spans.ends[words[many]])
            boxes, found = self._boxes(places)
            boxes[~found] = (np.inf, -np.inf, -np.inf, np.inf)
            left, high, right, low = boxes.T
            x0[many] = np.minimum(x0[many], np.minimum.reduceat(left, begins))
            y0[many] = np.minimum(y0[many], np.minimum.reduceat(low, begins))
            x1[many] = np.maximum(x1[many], np.maximum.reduceat(right, begins))
            y1[many] = np.maximum(y1[many], np.maximum.reduceat(high, begins))
        texts = [self._spans.texts[k] for k in words.tolist()]
        return list(map(Word, texts, *self._from_top_left((x0, y0, x1, y1)), (x1 - x0).tolist()))

    def _fitted(self, font: Places, bottom: Numbers, top: Numbers) -> tuple[Numbers, Numbers]:
        """Bottoms and tops of boxes as `Font.fitted` gives them."""
        share = np.array([np.nan if f.share is None else f.share for f in self._fonts.known])[font]
        size = (top - bottom) / np.array([f.height for f in self._fonts.known])[font]
        fits = ~np.isnan(share)
        base = bottom + share * (top - bottom)
        return (
            np.where(fits, base - BOX_DESCENT * size, bottom),
            np.where(fits, base + (BOX_HEIGHT - BOX_DESCENT) * size, top),
        )


class _Inner:
    """The characters behind the first one of some of the words.

    `lengths` and `begins` say how many each word has, and where among all of them they begin; `changes` are places at
    which the size of characters changes.
    """

    def __init__(
        self, boxes_of: Callable[[Places], tuple[Numbers, Flags]], spans: Spans, words: Places, height: Numbers
    ) -> None:
        self.words = words
        places, self.lengths, self.begins = _characters(spans.starts[words] + 1, spans.ends[words])
        boxes, found = boxes_of(places)
        _, self.high, _, self.low = boxes.T
        tall = self.high - self.low
        before = np.roll(tall, 1)
        before[self.begins] = height[words]
        self.changes = places[found & (np.abs(tall - before) > SAME_BOX * before)]
        of_word = np.repeat(height[words], self.lengths)
        alike = found & (np.abs(tall - of_word) <= SAME_BOX * of_word)
        self.of_one_size = np.logical_and.reduceat(alike, self.begins) if len(words) else alike


def _characters(starts: Places, ends: Places) -> tuple[Places, Places, Places]:
    """The places of all characters, word by word; how many each word has, and where among them it begins."""
    lengths = ends - starts
    every = chain.from_iterable(map(range, starts.tolist(), ends.tolist()))
    return np.fromiter(every, int, int(lengths.sum())), lengths, np.cumsum(lengths) - lengths

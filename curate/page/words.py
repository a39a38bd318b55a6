"""The words of a PDF's pages with their places, so that a value can be looked up and a table cut out.

Only as exact as a review page needs; what papers say is read by extract.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import pypdfium2

from db.errors import BadInputError
from db.models import Box

SAME_LINE = 0.5  # of the lower word's height: words that overlap by more stand on one line
WORD_GAP = 0.3  # of a character's height, and two points: what may stand between two characters of a word
WIDEST_GAP = 150.0  # points between two cells of a row; text columns do not follow one another line by line
LINE_BREAK_IN_A_WORD = "\ufffe"  # PDFium's sign for a hyphen at a line's end


@dataclass(frozen=True)
class PrintedWord:
    """One word and where it stands, in points from the page's top left corner as a viewer shows it."""

    text: str
    box: Box
    quarters: int = 0  # clockwise quarter turns after which it can be read: 1 or 3 for sideways text


@dataclass(frozen=True)
class PrintedPage:
    """One page's words in the order in which the PDF holds them."""

    number: int
    width: float
    height: float
    words: tuple[PrintedWord, ...]

    @cached_property
    def lines(self) -> tuple[tuple[PrintedWord, ...], ...]:
        """Runs of words on one base line, broken where a column ends."""
        runs: list[list[PrintedWord]] = []
        for w in self.words:
            last = runs[-1][-1] if runs else None
            if last is not None and same_line(last.box, w.box) and -2 <= w.box[0] - last.box[2] < WIDEST_GAP:
                runs[-1].append(w)
            else:
                runs.append([w])
        return tuple(tuple(run) for run in runs)


class PrintedPaper:
    """A PDF opened for its words; a page is read once, when it is asked for. Close it after use."""

    def __init__(self, pdf: Path) -> None:
        """BadInputError where the PDF can't be opened."""
        try:
            self._document = pypdfium2.PdfDocument(pdf)
        except (OSError, pypdfium2.PdfiumError) as error:
            raise BadInputError(f"{pdf} can't be read ({error})", "add the paper again") from error
        self._pages: dict[int, PrintedPage] = {}

    def __enter__(self) -> PrintedPaper:
        return self

    def __exit__(self, *_: object) -> None:
        self._document.close()

    def __len__(self) -> int:
        return len(self._document)

    def page(self, number: int) -> PrintedPage | None:
        """The page of this number, from 1; None where the PDF has none such."""
        if not 1 <= number <= len(self._document):
            return None
        if number not in self._pages:
            self._pages[number] = _read_page(self._document, number)
        return self._pages[number]


@lru_cache(maxsize=64)
def printed_page(pdf: Path, number: int) -> PrintedPage | None:
    """One page's words; None where the PDF has no such page. Many records show the same page: it is read once."""
    with PrintedPaper(pdf) as paper:
        return paper.page(number)


def same_line(a: Box, b: Box) -> bool:
    """Whether two words stand on one line."""
    overlap = min(a[3], b[3]) - max(a[1], b[1])
    return overlap > SAME_LINE * min(a[3] - a[1], b[3] - b[1])


def hull(boxes: Sequence[Box]) -> Box:
    """The smallest box around these."""
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def _read_page(document: pypdfium2.PdfDocument, number: int) -> PrintedPage:
    page = document[number - 1]
    width, height = page.get_size()
    text = page.get_textpage()
    try:
        crop, quarters = page.get_cropbox(), page.get_rotation() // 90
        chars = text.get_text_range()
        # a character outside of the first plane is one to PDFium and one to Python, so the places agree
        boxes = [_turned(text.get_charbox(i, loose=True), crop, quarters) for i in range(text.count_chars())]
        return PrintedPage(number, width, height, tuple(_words(chars, boxes)))
    finally:
        text.close()


def _turned(box: Box, crop: Box, quarters: int) -> Box:
    """A box of the page's own space (y upwards) as a viewer shows it, turned clockwise by so many quarters."""
    x0, bottom, x1, top = box
    left, low, right, high = crop
    for _ in range(quarters % 4):  # a quarter turn takes the point (x, y) to (y, -x)
        x0, bottom, x1, top = bottom, -x1, top, -x0
        left, low, right, high = low, -right, high, -left
    return x0 - left, high - top, x1 - left, high - bottom


def _words(chars: str, boxes: Sequence[Box]) -> Iterator[PrintedWord]:
    """Runs of characters between white space; a word that is broken at a line's end is two."""
    run: list[int] = []
    for i in range(min(len(chars), len(boxes))):
        blank = chars[i].isspace() or ord(chars[i]) < 32 or chars[i] == LINE_BREAK_IN_A_WORD
        if run and (blank or not _goes_on(boxes[run[-1]], boxes[i])):
            yield _word(chars, boxes, run)
            run = []
        if not blank:
            run.append(i)
    if run:
        yield _word(chars, boxes, run)


def _goes_on(before: Box, after: Box) -> bool:
    """Whether a character stands beside the one before it, on a line or (sideways text) in a column."""
    beside = same_line(before, after) and after[0] - before[2] < WORD_GAP * (before[3] - before[1]) + 2
    above = abs(before[0] - after[0]) < 3 and min(abs(before[1] - after[3]), abs(after[1] - before[3])) < 3
    return beside or above


def _word(chars: str, boxes: Sequence[Box], run: Sequence[int]) -> PrintedWord:
    first, last = boxes[run[0]], boxes[run[-1]]
    whole = hull([boxes[i] for i in run])
    sideways = len(run) > 1 and whole[3] - whole[1] > whole[2] - whole[0] and abs(first[0] - last[0]) < 3
    quarters = (1 if first[1] > last[1] else 3) if sideways else 0
    return PrintedWord("".join(chars[i] for i in run), whole, quarters)


def turned_page(page: PrintedPage, quarters: int) -> PrintedPage:
    """The page turned clockwise by so many quarters, so that its sideways words can be read."""
    width, height, words = page.width, page.height, page.words
    for _ in range(quarters % 4):
        words = tuple(PrintedWord(w.text, turned_box(w.box, height), (w.quarters - 1) % 4) for w in words)
        width, height = height, width
    return PrintedPage(page.number, width, height, words)


def turned_box(box: Box, height: float) -> Box:
    """A box on a page of this height after a clockwise quarter turn of the page."""
    return height - box[3], box[0], height - box[1], box[2]

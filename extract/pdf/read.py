"""PDF bytes -> raw pages: words with boxes, rulings, and the words that stand on their side apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

import pypdfium2 as pdfium

from db.models import Anchor, Outcome, Ruling, Word
from extract.pdf.destinations import Destination, anchors_by_page, anchors_on
from extract.pdf.drawn_lines import rulings_on, thin_lines
from extract.pdf.limits import UnreadableError, check_bytes, check_page_count, check_text
from extract.pdf.rotation import Frame
from extract.pdf.words import PageWords, page_words

MIN_TURNED = 8  # words on their side: fewer are a stamp or an axis' label
MIN_TURNED_ROW = 3  # words in a row, and rows, that only a turned table or text has
ROW_PITCH = 6.0  # points: turned words whose middles fall into one such stretch stand in one row
_TEXT = attrgetter("text")
_CAPTION_WORDS = frozenset(("Table", "TABLE", "Tab.", "Figure", "FIGURE", "Fig.", "FIG."))


@dataclass(frozen=True)
class RawPage:
    """A page as PDFium gives it: words in the order of the content stream, boxes in points from the top left."""

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    breaks: tuple[int, ...]  # places in `words` that follow a line break of PDFium's
    rulings: tuple[Ruling, ...]
    rotated: tuple[Word, ...]
    turned: tuple[RawPage, ...] = ()  # what stands on its side, on the page turned so that it is upright
    quarters: int = 0  # of a turned page: clockwise quarter turns from the printed one
    anchors: tuple[Anchor, ...] = ()  # where the PDF says that sections, tables and figures begin


def read_pages(data: bytes) -> Iterator[RawPage]:
    """The pages in order. Raises `UnreadableError` for what is no PDF, damaged, locked, or without text."""
    check_bytes(data)
    document = _opened(data)
    try:
        count = len(document)
        check_page_count(count)
        places = anchors_by_page(document)
        chars = broken = 0
        for number in range(1, count + 1):
            try:
                page = _read_page(document, number, places.get(number, ()))
            except pdfium.PdfiumError:
                broken += 1
                continue
            chars += sum(sum(map(len, map(_TEXT, part.words))) for part in (page, *page.turned))
            yield page
        check_text(count, broken, chars)
    finally:
        document.close()


def _opened(data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        text = str(error).lower()
        if "password" in text or "security" in text:
            raise UnreadableError(Outcome.ENCRYPTED, "a password is needed to open it") from error
        raise UnreadableError(Outcome.DAMAGED, f"PDFium can't open it: {error}") from error


def _read_page(document: pdfium.PdfDocument, number: int, places: Sequence[Destination]) -> RawPage:
    page = document[number - 1]
    try:
        crop = page.get_cropbox()
        shown = page.get_rotation() // 90  # boxes are those of the page as a viewer shows it
        frame = Frame(crop, shown)
        sides: list[tuple[int, PageWords]] = []
        textpage = page.get_textpage()
        try:
            found = page_words(textpage.raw, frame)
            if len(found.rotated) >= MIN_TURNED and _may_be_text(found.rotated, found.words):
                sides = [(q, page_words(textpage.raw, Frame(crop, shown + q))) for q in (1, 3)]
                found = page_words(textpage.raw, frame, each=True)
        finally:
            textpage.close()
        thin = thin_lines(page.raw, crop)
    finally:
        page.close()
    turned = tuple(
        _raw_page(number, Frame(crop, shown + quarters), side, thin, quarters=quarters)
        for quarters, side in sides
        if len(side.words) >= MIN_TURNED
    )
    return replace(_raw_page(number, frame, found, thin, turned), anchors=anchors_on(places, frame))


def _raw_page(
    number: int, frame: Frame, found: PageWords, thin: Sequence[Ruling], turned: tuple[RawPage, ...] = (), *,
    quarters: int = 0,
) -> RawPage:  # fmt: skip
    words, breaks, rotated = tuple(found.words), tuple(found.breaks), tuple(found.rotated)
    return RawPage(number, *frame.size, words, breaks, rulings_on(thin, frame), rotated, turned, quarters)


def _may_be_text(rotated: Sequence[Word], words: Sequence[Word]) -> bool:
    """Whether words on their side may be more than a plot's labels: a caption, or three rows of three words.

    Only then are they read again, character by character on a turned page.
    """
    if any(w.text in _CAPTION_WORDS for w in rotated):
        return True
    rows = Counter(round((w.x0 + w.x1) / ROW_PITCH) for w in rotated)
    if sum(n >= MIN_TURNED_ROW for n in rows.values()) < MIN_TURNED_ROW:
        return False
    return len(rotated) > len(words) or any(w.text in _CAPTION_WORDS for w in words)

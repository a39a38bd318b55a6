"""What a PDF's first pages say of the paper: the arXiv stamp and the title, read in a process that may die.

A hostile PDF can hang or crash the reader, so it is read in a child process under a time limit; whatever happens
there, the answer here is a `FirstPage`, at worst an empty one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.untyped import Row
from harvest.ids import ArxivId, id_from_stamp
from harvest.pdfs import reader_process
from harvest.pdfs.reader_process import ReaderProcess

READ_SECONDS = 20.0  # the 98 papers of the corpus take 0.03 s each; a file that takes longer is left to the extractor
STAMP_PAGES = 2  # a reprint carries the stamp of the original's first page on its second
TITLE_PART = 0.3  # of the page's height: figures further down have labels larger than the title
MOST_TITLE_LINES = 4
VENUE_LINE = re.compile(r"^\s*(?:Published as|Under review as|Accepted as) a conference paper at \w+ \d{4}")
SMALLEST_TITLE = 12  # letters: shorter runs of large type are drop capitals, "Abstract" or a journal's name


@dataclass(frozen=True)
class FirstPage:
    """The stamp's identifier and the title as printed; None where there is none (or the file can't be read)."""

    stamp: ArxivId | None = None
    title: str | None = None


class FirstPageReader:
    """Reads first pages in a process that may die."""

    def __init__(self) -> None:
        self._process = ReaderProcess("harvest.disk.first_page")

    def read(self, pdf: Path, *, seconds: float = READ_SECONDS) -> FirstPage:
        """What the file's first pages say; an empty FirstPage where it can't be read in `seconds`."""
        answer = self._process.ask(pdf, seconds=seconds)
        if not answer:
            return FirstPage()
        return FirstPage(ArxivId(*answer["stamp"]) if answer["stamp"] else None, answer["title"])

    def close(self) -> None:
        """Ends the process."""
        self._process.close()


@contextmanager
def first_page_reader() -> Iterator[FirstPageReader]:
    """A reader whose child process ends with the block."""
    reader = FirstPageReader()
    try:
        yield reader
    finally:
        reader.close()


def read_first_page(pdf: Path) -> FirstPage:
    """The stamp (of page 1, else of page 2) and page 1's title. Any exception of the PDF library may come out."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        stamp = None
        for number in range(min(STAMP_PAGES, len(document))):
            stamp = id_from_stamp(document[number].get_textpage().get_text_range())
            if stamp is not None:
                break
        return FirstPage(stamp, _title(document[0]) if len(document) else None)
    finally:
        document.close()


def serve() -> None:
    """The process's side of `FirstPageReader`."""

    def answer(pdf: Path) -> Row:
        page = read_first_page(pdf)
        stamp = [page.stamp.arxiv_id, page.stamp.version] if page.stamp else None
        return {"stamp": stamp, "title": page.title}

    reader_process.serve(answer)


def _title(page: Any) -> str | None:
    """The lines in the largest upright type of the page's upper part, joined; None if there are too few letters."""
    lines: list[tuple[float, str]] = []
    size, letters = 0.0, ""
    for letter, letter_size in [*_upright_letters(page), ("\n", 0.0)]:
        if letter != "\n":
            # a line is as large as its largest letter: in small capitals the others are a fifth smaller
            size, letters = max(size, letter_size), letters + letter
        elif VENUE_LINE.sub("", letters).strip():
            lines.append((size, VENUE_LINE.sub("", letters).strip()))
            size, letters = 0.0, ""
        else:
            size, letters = 0.0, ""
    blocks: list[tuple[float, list[str]]] = []
    for size, text in lines:
        if blocks and abs(size - blocks[-1][0]) < 0.08 * size:
            blocks[-1][1].append(text)
        else:
            blocks.append((size, [text]))
    titles = [(size, " ".join(block[:MOST_TITLE_LINES])) for size, block in blocks]
    titles = [
        (size, re.sub(r"\s+", " ", text)) for size, text in titles if sum(map(str.isalpha, text)) >= SMALLEST_TITLE
    ]
    return max(titles, key=lambda title: title[0])[1] if titles else None


def _upright_letters(page: Any) -> Iterator[tuple[str, float]]:
    """The letters of the page's upper part with their heights in points; line ends as "\\n"."""
    import ctypes

    import pypdfium2.raw as pdfium

    text_page = page.get_textpage()
    bottom = page.get_height() * (1 - TITLE_PART)
    box = pdfium.FS_RECTF()
    for index in range(min(text_page.count_chars(), 4000)):
        letter = chr(pdfium.FPDFText_GetUnicode(text_page, index))
        pdfium.FPDFText_GetLooseCharBox(text_page, index, ctypes.byref(box))
        if letter in "\r\n":
            yield "\n", 0.0
        elif letter.isspace():
            yield " ", 0.0
        elif (
            letter.isprintable()
            and box.bottom > bottom
            and abs(pdfium.FPDFText_GetCharAngle(text_page, index)) < 0.1  # radians: the stamp stands on its side
        ):
            yield letter, float(box.top - box.bottom) if letter.isalnum() else 0.0  # a root sign is tall

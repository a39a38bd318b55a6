"""What a PDF's first pages say of the paper: the arXiv stamp and the title, read in a process that may die.

A hostile PDF can hang or crash the reader, so it is read in a child process under a time limit; whatever happens
there, the answer here is a `FirstPage`, at worst an empty one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from db.untyped import Row
from harvest.ids import ArxivId, id_from_stamp
from harvest.pdfs import reader_process
from harvest.pdfs.reader_process import ReaderProcess

READ_SECONDS = 20.0  # the 98 papers of the corpus take 0.03 s each; a file that takes longer is left to the extractor
STAMP_PAGES = 2  # a reprint carries the stamp of the original's first page on its second
TITLE_PART = 0.3  # of the page's height: figures further down have labels larger than the title
MOST_TITLE_LINES = 4
VENUE_LINE = re.compile(r"^\s*(?:Published as|Under review as|Accepted as) a conference paper at \w+ \d{4}")
LARGER = 1.15  # times: a short name on top is the title if it is so much larger than what else may be
TITLE_GAP = 2.5  # times the letters' height: lines of a title stand closer, authors in type of the same size do not
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


class _Letter(NamedTuple):
    text: str
    size: float  # points; 0 for signs, since a root sign is tall
    bottom: float = 0.0
    left: float = 0.0
    right: float = 0.0


_LINE_END = _Letter("\n", 0.0)


@dataclass(frozen=True)
class _Line:
    """A printed line of the first page, and the height of its largest letter: small capitals are a fifth smaller."""

    text: str
    size: float
    bottom: float
    left: float
    right: float


def _title(page: Any) -> str | None:
    """The lines in the largest upright type of the page's upper part, joined; None if there are too few letters."""
    blocks: list[list[_Line]] = []
    for line in _lines(page):
        if blocks and _goes_on(blocks[-1][-1], line):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    named = blocks[0] if blocks and len(blocks[0]) == 1 and _is_name(blocks[0][0].text) else None
    titles = [block for block in blocks if sum(map(str.isalpha, " ".join(x.text for x in block))) >= SMALLEST_TITLE]
    largest = max((block[0].size for block in titles), default=0.0)
    best = next((block for block in titles if _same_size(block[0].size, largest)), None)
    if named is not None and (best is None or named[0].size > LARGER * best[0].size):
        best = named  # a paper called as its model is, as "Grid R-CNN"
    if best is None:
        return None
    return re.sub(r"\s+", " ", " ".join(line.text for line in _without_authors(best)[:MOST_TITLE_LINES]))


def _goes_on(above: _Line, line: _Line) -> bool:
    """Whether a line may belong to the title above it: in type of the same size, and no gap between as to authors."""
    return _same_size(above.size, line.size) and above.bottom - line.bottom < TITLE_GAP * line.size


def _same_size(one: float, other: float) -> bool:
    return abs(one - other) < 0.08 * other


def _without_authors(block: Sequence[_Line]) -> Sequence[_Line]:
    """The lines of a title in capitals, where authors in type of the same size follow it; any other as it is."""
    capitals = next((n for n, line in enumerate(block) if not line.text.isupper()), len(block))
    title = " ".join(line.text for line in block[:capitals])
    return block[:capitals] if sum(map(str.isalpha, title)) >= SMALLEST_TITLE and title[-1] not in ":-" else block


def _is_name(text: str) -> bool:
    """Whether a short line is a name such as "Grid R-CNN" or "YOLOv3"; "Nature", "Abstract", "ICLR 2015" are none."""
    return re.search(r"[a-z][A-Z]|[a-z]\d|[A-Z]-[A-Z]", text) is not None


def _lines(page: Any) -> Iterator[_Line]:
    """The lines of the page's upper part. What PDFium parts within one printed line is joined again."""
    last: _Line | None = None
    for part in _parts_of_lines(page):
        beside = last is not None and abs(part.bottom - last.bottom) < 0.35 * last.size and part.left > last.right - 1
        if last is not None and beside:
            between = "" if part.left - last.right < 0.1 * last.size else " "
            text = f"{last.text}{between}{part.text}"
            last = _Line(text, max(last.size, part.size), last.bottom, last.left, part.right)
            continue
        if last is not None:
            yield last
        last = part
    if last is not None:
        yield last


def _parts_of_lines(page: Any) -> Iterator[_Line]:
    letters: list[_Letter] = []
    for letter in [*_upright_letters(page), _LINE_END]:
        if letter is not _LINE_END and letter.text != "\n":
            letters.append(letter)
            continue
        venue = VENUE_LINE.match("".join(x.text for x in letters))
        letters = letters[venue.end() :] if venue else letters
        text = "".join(x.text for x in letters).strip()
        printed = [x for x in letters if x.size > 0] or [x for x in letters if not x.text.isspace()]
        if text and printed:
            yield _Line(
                text, max(x.size for x in printed), printed[0].bottom, min(x.left for x in printed),
                max(x.right for x in printed),
            )  # fmt: skip
        letters = []


def _upright_letters(page: Any) -> Iterator[_Letter]:
    """The letters of the page's upper part with their heights and places in points; line ends as "\\n"."""
    import ctypes

    import pypdfium2.raw as pdfium

    text_page = page.get_textpage()
    bottom = page.get_height() * (1 - TITLE_PART)
    box = pdfium.FS_RECTF()
    for index in range(min(text_page.count_chars(), 4000)):
        letter = chr(pdfium.FPDFText_GetUnicode(text_page, index))
        pdfium.FPDFText_GetLooseCharBox(text_page, index, ctypes.byref(box))
        if letter in "\r\n":
            yield _LINE_END
        elif letter.isspace():
            yield _Letter(" ", 0.0)
        elif (
            letter.isprintable()
            and box.bottom > bottom
            and abs(pdfium.FPDFText_GetCharAngle(text_page, index)) < 0.1  # radians: the stamp stands on its side
        ):
            size = float(box.top - box.bottom) if letter.isalnum() else 0.0
            yield _Letter(letter, size, float(box.bottom), float(box.left), float(box.right))

"""A page of a PDF as a picture, kept on disk: rendered once however many records have evidence on it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image

from curate.page.words import PrintedPage, printed_page
from db.errors import BadInputError

PICTURE_DPI = 144  # two pixels a point: body text of 9 points reads well at the page's width and when cropped
PICTURE_FORMAT = "webp"  # a third of the bytes of PNG for a page of text, at a quality where none is seen
_QUALITY = 80


@dataclass(frozen=True)
class Picture:
    """One page's picture: where it is kept, and the page's size in points."""

    pdf_sha256: str
    page: int
    path: Path
    width: float
    height: float
    printed: PrintedPage | None = None  # its words, to cut tables out and to keep marks off them

    @property
    def name(self) -> str:
        """The name it has on a server: the same page of the same PDF has the same name."""
        return f"{self.pdf_sha256[:16]}-p{self.page}-{PICTURE_DPI}.{PICTURE_FORMAT}"


@dataclass(frozen=True)
class PageImage:
    """A page picture as the page shows it: its address, the page's size in points, and the page's words."""

    url: str
    width: float
    height: float
    printed: PrintedPage | None = None


def page_pictures(pdf: Path, pdf_sha256: str, pages: set[int], folder: Path) -> dict[int, Picture]:
    """The pictures of these pages by page number; rendered now where they are not in `folder` yet.

    A page number that the PDF does not have is left out. BadInputError where the PDF can't be opened.
    """
    try:
        document = pypdfium2.PdfDocument(pdf)
    except (OSError, pypdfium2.PdfiumError) as error:
        raise BadInputError(f"{pdf} can't be rendered ({error})", "add the paper again") from error
    pictures = {}
    try:
        for number in sorted(n for n in pages if 1 <= n <= len(document)):
            page = document[number - 1]
            width, height = page.get_size()
            path = folder / pdf_sha256[:2] / f"{pdf_sha256[:16]}-p{number}-{PICTURE_DPI}.{PICTURE_FORMAT}"
            if not path.exists():
                image = page.render(scale=PICTURE_DPI / 72).to_pil()
                _save(image, path)
            pictures[number] = Picture(pdf_sha256, number, path, width, height, printed_page(pdf, number))
    finally:
        document.close()
    return pictures


def _save(image: Image.Image, path: Path) -> None:
    """Puts the whole picture in place at once: a kill leaves no half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    image.convert("RGB").save(part, format=PICTURE_FORMAT, quality=_QUALITY, method=2)
    part.replace(path)

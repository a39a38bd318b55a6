"""The look of a paper's pages, by which accuracy is compared: columns and paper size.

    python -m extract.page_style ../shared/corpus/pdf ../shared/corpus/calibration

prints the line `file,style` of each PDF: what the column `style` of papers.csv was filled with.
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median

from db.models import Page
from extract.read_paper import read_document

WIDE = 0.55  # of the page's width: prose lines at least as wide as this are set in one column
A4_HEIGHT = 842.0  # points; US letter has 792
PAGES = slice(1, 6)  # the first page has the title's own layout


def style_of(pages: tuple[Page, ...]) -> str:
    """Names the style: "one column, letter", "two columns, A4" and so on; "other" where no prose was found."""
    widths = [
        (line.x1 - line.x0) / page.width
        for page in pages[PAGES] or pages
        for block in page.blocks
        if block.kind == "prose"
        for line in page.lines[block.first : block.last]
    ]
    if not widths:
        return "other"
    columns = "one column" if median(widths) >= WIDE else "two columns"
    paper = "A4" if abs(pages[0].height - A4_HEIGHT) < 10 else "letter"
    return f"{columns}, {paper}"


def main(folders: list[str]) -> None:
    """Prints file and style of every PDF in the folders."""
    for folder in folders:
        for pdf in sorted(Path(folder).glob("*.pdf")):
            document = read_document(pdf.read_bytes(), pdf.stem, 1)
            print(f'{pdf.name},"{style_of(document.pages)}"')


if __name__ == "__main__":
    main(sys.argv[1:])

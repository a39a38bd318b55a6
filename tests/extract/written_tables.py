"""Documents that hold one table, written as lines of cells, for tests of what tables are read as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from db.models import Cell, Document, Page, Table, Word
from extract.fields.paper import PaperView, view_paper
from extract.layout.blocks import lay_out
from tests.extract.written import written_page

ROW_HEIGHT, COLUMN_WIDTH, SIZE, TITLE_SIZE = 14.0, 70.0, 9.0, 14.0


def _title_words(title: str) -> list[Word]:
    """The words of a title, larger than the rest of the page and above it."""
    words, x = [], 60.0
    for word in title.split():
        wide = 0.5 * TITLE_SIZE * len(word)
        words.append(Word(word, x, 40.0, x + wide, 40.0 + TITLE_SIZE, TITLE_SIZE))
        x += wide + 4
    return words


def table_paper(
    lines: str, *, caption: str, header_rows: int = 1, groups: Sequence[str] = (), text: str = "", number: str = "1",
    arxiv_id: str = "2001.99999", heading: str = "4 Results", title: str = "",
) -> PaperView:  # fmt: skip
    """A paper of one page with prose and a table below it.

    Each line of `lines` is a row, its cells parted by "|"; a header cell "name >2" covers two columns.
    """
    raw = written_page(text or "This page says nothing that matters to the table below.", heading=heading)
    if title:
        raw = replace(raw, words=(*_title_words(title), *raw.words))
    page = lay_out([raw])[0]
    rows = [[part.strip() for part in line.split("|")] for line in lines.strip().splitlines()]
    words = list(page.words)
    columns = len(rows[-1])
    built: list[tuple[Cell, ...]] = []
    for r, row in enumerate(rows):
        cells, column = [], 0
        for part in row:
            span = 1
            if r < header_rows and " >" in part:
                part, _, wide = part.rpartition(" >")
                span = int(wide)
            places = []
            x = 60.0 + column * COLUMN_WIDTH
            for word in part.split():
                raised = tuple(i for i in range(len(word)) if word[i] == "^")
                places.append(len(words))
                top = 400 + r * ROW_HEIGHT
                cuts = tuple(place - n for n, place in enumerate(raised))
                words.append(Word(word.replace("^", ""), x, top, x + 5.0 * len(word), top + SIZE, SIZE, raised=cuts))
                x += 5.0 * len(word) + 3
            if part or r >= header_rows:
                cells.append(Cell(part.replace("^", ""), tuple(places), column=column, span=span))
            column += span
        built.append(tuple(cells))
    starts, text_parts, offset = list(page.starts), [page.text], len(page.text)
    for word in words[len(page.words) :]:
        text_parts.append(" " + word.text)
        starts.append(offset + 1)
        offset += 1 + len(word.text)
    full = Page(
        1, page.width, page.height, "".join(text_parts), tuple(words), tuple(starts), page.lines, page.blocks, (), ()
    )
    body = built[header_rows:]
    table = Table(
        1, number, f"Table {number}: {caption}", columns, tuple(built[:header_rows]), tuple(body),
        tuple(groups) or ("",) * len(body), (50.0, 390.0, 560.0, 400 + ROW_HEIGHT * len(rows)),
    )  # fmt: skip
    return view_paper(Document(arxiv_id, 1, (full,), (table,), "test"))

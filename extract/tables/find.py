"""Tables from captions, rulings and the alignment of words.

Captions say where tables are, rulings and rows how far each reaches, rivers of white where its columns run, and rulings
again what is header and what is body. No page without a table's caption is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from db.models import Cell, Page, Table, Word
from extract.layout.captions import Caption, find_captions
from extract.layout.lines import table_lines
from extract.layout.rulings import repeated_rulings, split_rulings
from extract.layout.sideways_text import on_page, sheets
from extract.layout.sub_captions import find_sub_captions
from extract.tables.grid import find_grid
from extract.tables.headers import HeaderCell, header_cells
from extract.tables.regions import Region, caption_side, may_hold_grids, table_regions
from extract.tables.rows import BodyRow, body_rows
from extract.tables.sections import Section, sections
from extract.tables.sideways import sideways_groups, sideways_heads


def find_tables(pages: Sequence[Page]) -> list[Table]:
    """The document's tables in order of page; one with two headers, or sub-tables, gives several of one number."""
    held = [(sheet, part, find_captions(sheet)) for page in pages for sheet, part in sheets(page)]
    for sheet, _, found in held:
        if any(c.what == "table" for c in found) or may_hold_grids(sheet, found):
            found.extend(find_sub_captions(sheet, found))
    running = repeated_rulings(pages)
    prior = caption_side(((sheet, found) for sheet, _, found in held if found), running)
    tables: list[Table] = []
    loose: list[Caption] = []  # the page's table captions that have no table yet
    for sheet, part, found in held:
        upright: tuple[int, ...] = ()  # words of the caption, where the table alone was turned
        if part is None:
            loose = [c for c in found if c.what == "table"]
        elif not any(c.what == "table" for c in found) and loose:
            upright = loose[0].words
            found = [*found, _over(loose.pop(0), sheet)]
        for region in table_regions(sheet, found, running, prior):
            read = _read_region(sheet, region, tables)
            tables.extend(on_page(t, part, upright) if part else t for t in read)
            loose = [c for c in loose if c is not (region.caption.main or region.caption)]
    return tables


def _over(caption: Caption, view: Page) -> Caption:
    """A caption that is printed upright beside a turned table, as if it stood over the table."""
    x0, x1, top = min(w.x0 for w in view.words), max(w.x1 for w in view.words), min(w.top for w in view.words)
    return replace(caption, words=(), box=(x0, top - 12, x1, top - 2), side=1)


def _read_region(page: Page, region: Region, before: Sequence[Table]) -> list[Table]:
    verticals = [r for r in region.rulings if not r.horizontal]
    level_rulings = [r for r in region.rulings if r.horizontal]
    lines = table_lines([(i, page.words[i]) for i in region.words], verticals)
    if not lines:
        return []
    full, partial = split_rulings(region.rulings, region.box)
    caption = region.caption
    main = caption.main
    text = f"{main.text} {caption.text}" if main else caption.text
    if caption.continued:
        text = next((f"{t.caption} {text}" for t in before if _same(t, caption)), text)
    caption_words = (*main.words, *caption.words) if main else caption.words
    out = []
    for section in sections(lines, full):
        body = section.body
        if not body:
            continue
        grid = find_grid(body, section.header, verticals, (region.box[0], region.box[2]))
        header = header_cells(section.header, grid, partial, full, verticals)
        rows = body_rows(body, grid, full, level_rulings)
        if not rows or grid.columns < 2:
            continue
        titles = _title_rows(section, grid.columns)
        head = [tuple(_header_cell(c) for c in row) for row in header]
        sideways = sideways_heads(page, region, grid, head, min(t.top for t in body))
        if sideways:  # a lone word over the names is their column's head, and no title
            titles = [
                (replace(cell, span=1),) if line.x1 < grid.cuts[0] else (cell,)
                for (cell,), line in zip(titles, section.title, strict=True)
            ]
        head = titles + head + sideways
        if not header and caption.continued:
            head = _inherited(caption, grid.columns, before) or head
        parts = [*section.title, *section.header, *body]
        box = (
            min(t.x0 for t in parts), min(t.top for t in parts),
            max(t.x1 for t in parts), max(t.bottom for t in parts),
        )  # fmt: skip
        out.append(
            Table(
                page.number,
                caption.number,
                text,
                grid.columns,
                tuple(head),
                tuple(_row_cells(row, grid.columns) for row in rows),
                tuple(sideways_groups(page, region, grid, rows)),
                box,
                caption_words,
                kind=caption.what.capitalize(),
            )
        )
    return out


def _title_rows(section: Section, columns: int) -> list[tuple[Cell, ...]]:
    return [(Cell(t.text(), tuple(t.places), _bold(t.words), 0, columns),) for t in section.title]


def _header_cell(cell: HeaderCell) -> Cell:
    words = [w for line in cell.lines for w in line]
    return Cell(cell.text, tuple(cell.places), _bold(words), cell.column, cell.span)


def _row_cells(row: BodyRow, columns: int) -> tuple[Cell, ...]:
    cells = []
    for c in range(columns):
        cell = row.cells.get(c)
        if cell is None:
            cells.append(Cell("", (), False, c, 1))
        else:
            words = [w for line in cell.lines for w in line]
            cells.append(Cell(cell.text, tuple(cell.places), _bold(words), c, cell.span))
    return tuple(cells)


def _bold(words: Sequence[Word]) -> bool:
    """Whether all words but marks are bold."""
    named = [w for w in words if any(c.isalnum() for c in w.text)]
    return bool(named) and all(w.bold for w in named)


def _same(table: Table, caption: Caption) -> bool:
    return table.number == caption.number and table.kind.lower() == caption.what


def _inherited(caption: Caption, columns: int, before: Sequence[Table]) -> list[tuple[Cell, ...]]:
    """The header of the table that this one continues."""
    for table in reversed(before):
        if _same(table, caption) and table.columns == columns and table.header:
            return [tuple(Cell(c.text, (), c.bold, c.column, c.span) for c in row) for row in table.header]
    return []

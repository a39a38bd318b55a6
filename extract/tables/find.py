"""Tables from captions, rulings and the alignment of words.

Captions say where tables are, rulings and rows how far each reaches, rivers of white where its columns run, and rulings
again what is header and what is body. No page without a table's caption is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from db.models import Cell, Page, Ruling, Table, Turned, Word
from extract.layout.captions import Caption, find_captions
from extract.layout.lines import table_lines
from extract.layout.rulings import repeated_rulings, split_rulings
from extract.layout.sideways_text import on_page, sheets
from extract.layout.slack import SLACK
from extract.layout.sub_captions import find_sub_captions
from extract.tables.grid import Grid, find_grid
from extract.tables.header_cell import HeaderCell
from extract.tables.headers import header_cells
from extract.tables.regions import Region, caption_side, may_hold_grids, table_regions
from extract.tables.row_spans import BodyRow
from extract.tables.rows import body_rows
from extract.tables.sections import Section, sections
from extract.tables.sideways import sideways_groups, sideways_heads

CAPTION_HEIGHT = 12.0  # points over a turned table, where a caption is put that is printed upright | 0 0 0 0


def find_tables(pages: Sequence[Page]) -> list[Table]:
    """The document's tables in order of page; one with two headers, or sub-tables, gives several of one number."""
    held = [_Sheet(sheet, part, find_captions(sheet)) for page in pages for sheet, part in sheets(page)]
    for sheet in held:
        if sheet.has_table_caption or may_hold_grids(sheet.page, sheet.captions):
            sheet.captions.extend(find_sub_captions(sheet.page, sheet.captions))
    running = repeated_rulings(pages)
    prior = caption_side(((sheet.page, sheet.captions) for sheet in held if sheet.captions), running)
    tables: list[Table] = []
    loose: list[Caption] = []  # the page's table captions that have no table yet
    for sheet in held:
        captions = sheet.captions
        upright: tuple[int, ...] = ()
        if sheet.part is None:
            loose = [c for c in captions if c.what == "table"]
        elif not sheet.has_table_caption and loose:  # the table alone was turned
            upright = loose[0].words
            captions = [*captions, _over(loose.pop(0), sheet.page)]
        for region in table_regions(sheet.page, captions, running, prior):
            read = _read_region(sheet.page, region, tables)
            tables.extend(on_page(t, sheet.part, upright) if sheet.part else t for t in read)
            loose = [c for c in loose if c is not (region.caption.main or region.caption)]
    return tables


@dataclass
class _Sheet:
    """A page as one holds it to read, upright or turned, with its captions."""

    page: Page
    part: Turned | None
    captions: list[Caption]

    @property
    def has_table_caption(self) -> bool:
        return any(c.what == "table" for c in self.captions)


def _over(caption: Caption, view: Page) -> Caption:
    """A caption that is printed upright beside a turned table, as if it stood over the table."""
    x0, x1, top = min(w.x0 for w in view.words), max(w.x1 for w in view.words), min(w.top for w in view.words)
    return replace(caption, words=(), box=(x0, top - CAPTION_HEIGHT, x1, top - SLACK), side=1)


def _read_region(page: Page, region: Region, before: Sequence[Table]) -> list[Table]:
    """The tables of one grid: one for each header in it."""
    verticals = [r for r in region.rulings if not r.horizontal]
    lines = table_lines([(i, page.words[i]) for i in region.words], verticals)
    if not lines:
        return []
    full, partial = split_rulings(region.rulings, region.box)
    drawn = _Drawn(full, partial, [r for r in region.rulings if r.horizontal], verticals)
    text = _caption_text(region.caption, before)
    found = (_read_section(page, region, section, drawn, before) for section in sections(lines, full))
    return [replace(table, caption=text) for table in found if table is not None]


@dataclass(frozen=True)
class _Drawn:
    """The rulings of one grid by what they do."""

    full: Sequence[float]  # heights of those across the table
    partial: Sequence[Ruling]  # level ones over some columns
    level: Sequence[Ruling]
    verticals: Sequence[Ruling]


def _read_section(page: Page, region: Region, section: Section, drawn: _Drawn, before: Sequence[Table]) -> Table | None:
    """The table that one header and its rows make, without the caption's text; None without columns or rows."""
    body = section.body
    if not body:
        return None
    grid = find_grid(body, section.header, drawn.verticals, (region.box[0], region.box[2]))
    rows = body_rows(body, grid, drawn.full, drawn.level)
    if not rows or grid.columns < 2:
        return None
    caption = region.caption
    words = (*caption.main.words, *caption.words) if caption.main else caption.words
    parts = [*section.title, *section.header, *body]
    return Table(
        page.number,
        caption.number,
        "",
        grid.columns,
        tuple(_header(page, region, section, grid, drawn, before)),
        tuple(_row_cells(row, grid.columns) for row in rows),
        tuple(sideways_groups(page, region, grid, rows)),
        (min(t.x0 for t in parts), min(t.top for t in parts), max(t.x1 for t in parts), max(t.bottom for t in parts)),
        words,
        kind=caption.what.capitalize(),
    )


def _header(
    page: Page, region: Region, section: Section, grid: Grid, drawn: _Drawn, before: Sequence[Table]
) -> list[tuple[Cell, ...]]:
    """The header rows: titles over the whole table, printed heads, heads on their side; else those it continues."""
    cells = header_cells(section.header, grid, drawn.partial, drawn.full, drawn.verticals)
    head = [tuple(_header_cell(c) for c in row) for row in cells]
    sideways = sideways_heads(page, region, grid, head, min(t.top for t in section.body))
    titles = _title_rows(section, grid.columns)
    if sideways:  # a lone word over the names is their column's head, and no title
        titles = [
            (replace(cell, span=1),) if line.x1 < grid.cuts[0] else (cell,)
            for (cell,), line in zip(titles, section.title, strict=True)
        ]
    if not cells and region.caption.continued:
        return _inherited(region.caption, grid.columns, before) or [*titles, *head, *sideways]
    return [*titles, *head, *sideways]


def _caption_text(caption: Caption, before: Sequence[Table]) -> str:
    """The caption's text, behind the main caption's, and behind that of the table which it continues."""
    text = f"{caption.main.text} {caption.text}" if caption.main else caption.text
    if caption.continued:
        return next((f"{t.caption} {text}" for t in before if _same(t, caption)), text)
    return text


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
    if not any(w.bold for w in words):  # nearly all that are asked about
        return False
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

"""Text printed on its side: which turned words are to be read, not a plot's labels, and the page as one holds it then.

A sideways table is read on a page of its own, as one holds it to read: turned, with its own width and height. Its
words are words of the printed page too, behind all others, with the boxes they have there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from db.models import Box, Cell, Line, Page, Table, Turned, Word
from extract.layout.captions import find_captions
from extract.layout.lines import MOSTLY, has_values, table_lines
from extract.layout.rulings import frames_of
from extract.layout.slack import ROUNDING, SLACK
from extract.pdf.rotation import turned_box, turned_words

MIN_PROSE = 60  # words of running text that no plot has | 0 0 0 0


def is_read_turned(view: Page, page: Page) -> bool:
    """Whether the page's turned words, seen upright in `view`, are a table or text: not the labels of a drawing.

    They have a caption of their own, or stand between rulings under a caption that is not turned, or are prose.
    """
    if find_captions(view):
        return True
    prose = sum(
        line.last - line.first for b in view.blocks if b.kind == "prose" for line in view.lines[b.first : b.last]
    )
    if prose >= MIN_PROSE and len(view.words) > len(page.words):
        return True
    return any(c.what == "table" for c in find_captions(page)) and _has_ruled_grid(view)


def _has_ruled_grid(view: Page) -> bool:
    for frame in frames_of(view, view.rulings, ()):
        inside = [
            (i, w)
            for i, w in enumerate(view.words)
            if frame.x0 - SLACK <= (w.x0 + w.x1) / 2 <= frame.x1 + SLACK
            and frame.top <= (w.top + w.bottom) / 2 <= frame.bottom
        ]
        lines = table_lines(inside)
        if len(frame.rulings) >= 2 and sum(has_values(t) for t in lines) >= max(2, MOSTLY * len(lines)):
            return True
    return False


def with_turned(page: Page, view: Page, quarters: int) -> Page:
    """The page with the view's words, lines and blocks behind its own; they are no longer among the rotated ones."""
    first, offset = len(page.words), len(page.text)
    back = -quarters % 4
    words = turned_words(view.words, back, view.width, view.height)
    lines = [Line(line.first + first, line.last + first, *_back(line, back, view), line.size) for line in view.lines]
    blocks = [replace(b, first=b.first + len(page.lines), last=b.last + len(page.lines)) for b in view.blocks]
    return replace(
        page,
        text=page.text + view.text,
        words=(*page.words, *words),
        starts=(*page.starts, *(offset + start for start in view.starts)),
        lines=(*page.lines, *lines),
        blocks=(*page.blocks, *blocks),
        rotated=tuple(r for r in page.rotated if not any(_covers(w, r) for w in words)),
        turned=(*page.turned, Turned(quarters, first, view)),
    )


def _back(line: Line, back: int, view: Page) -> Box:
    return turned_box((line.x0, line.top, line.x1, line.bottom), back, view.width, view.height)


def _covers(word: Word, other: Word) -> bool:
    x, y = (other.x0 + other.x1) / 2, (other.top + other.bottom) / 2
    wide = word.x0 - ROUNDING <= x <= word.x1 + ROUNDING
    return wide and word.top - ROUNDING <= y <= word.bottom + ROUNDING


def sheets(page: Page) -> list[tuple[Page, Turned | None]]:
    """The page as it is held to read it: upright without what is turned, then each turned part."""
    if not page.turned:
        return [(page, None)]
    first = page.turned[0].first
    lines = tuple(line for line in page.lines if line.last <= first)
    upright = replace(
        page,
        words=page.words[:first],
        starts=page.starts[:first],
        lines=lines,
        blocks=tuple(b for b in page.blocks if b.last <= len(lines)),
        turned=(),
    )
    return [(upright, None), *((part.view, part) for part in page.turned)]


def on_page(table: Table, part: Turned, upright: tuple[int, ...] = ()) -> Table:
    """A table read in the view, with the printed page's places of words and box.

    `upright` are the words of its caption where they are not turned.
    """

    def placed(cell: Cell) -> Cell:
        return replace(cell, words=tuple(i + part.first for i in cell.words))

    return replace(
        table,
        header=tuple(tuple(placed(c) for c in row) for row in table.header),
        rows=tuple(tuple(placed(c) for c in row) for row in table.rows),
        box=turned_box(table.box, -part.quarters % 4, part.view.width, part.view.height),
        caption_words=upright or tuple(i + part.first for i in table.caption_words),
    )


def as_read(page: Page, words: Sequence[int]) -> Sequence[Word]:
    """The page's words at these places as they stand when the page is held to read them."""
    for part in reversed(page.turned):
        if words and words[0] >= part.first:
            return [part.view.words[i - part.first] for i in words]
    return [page.words[i] for i in words]

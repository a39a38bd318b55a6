"""How far a table reaches: rows beyond its rulings, or rows alone where it has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from statistics import median

from db.models import Box, Page, Ruling, Word
from extract.layout.captions import Caption
from extract.layout.lines import MIDDLE, MOSTLY, TableLine, has_values, is_blank, is_value, table_lines
from extract.layout.rulings import Frame
from extract.layout.slack import ROUNDING, SLACK, WIDE_SLACK

FAR = 75.0  # points from a caption to its table at most | 2 0 0 1
OFF_CAPTION = 6.0  # points by which a frame's end may overlap its caption | 0 0 0 0
ROW_STEP = (1.05, 2.2)  # heights of the print: least and most from base line to base line of two rows | 0 0 0 0
GAP_TOWARDS_CAPTION = 1.3  # steps of the table between rulings and a row on the caption's side | 0 0 0 0
GAP_BEYOND = 0.8  # steps on the other side, where text that is no table's begins | 0 0 0 0
GAP_OF_SPANNING_HEAD = 0.6  # steps between a header line and the one phrase that spans it | 0 0 0 0
FIRST_GAP = 2.8  # heights of the print from a caption to the first row, at most | 0 0 0 0
NEXT_GAP = 1.6  # from row to row | 0 0 0 0
RULED_GAP = 3.0  # from row to row over a ruling | 0 0 0 0
LONGEST_CELL = 8  # words of a phrase that no cell has | 0 0 0 0
LONGEST_LONE_CELL = 5  # words of a line's only phrase that no row has | 0 0 0 0
LONGEST_TITLE = 12  # words of a group's title over rows of values | 0 0 0 0
MAX_LONE_LINES = 2  # lines of one phrase that follow each other in a table | 0 0 0 0
LONGEST_SPANNING_HEAD = 5  # words of a phrase that spans the header beneath it | 0 0 0 0
PLAIN_STEP = 1.3  # heights of the print from row to row, where only one is known | 0 0 0 0
KNOWN_SIDE_ROWS = 3  # rows that the side is worth on which this paper's captions have their tables | 0 0 0 0
GROUP_WIDTH = 0.75  # of the table's width that a group's title takes, at most | 0 0 0 0
LONGEST_ROW_PHRASE = 7  # words of a row's phrase | 0 0 0 0
LONGEST_VALUED_PHRASE = 14  # words of one beside two values or more | 0 0 0 0
TIGHT = 0.9  # heights of the print: words as near a row's ends are running text that goes on | 0 0 0 0
ON_ONE_ROW = 3.0  # points between the middles of words of one row | 0 0 0 0
FULL = 0.7  # of the lines between two places: rows of numbers, where a table goes on between them | 0 0 0 0
FULL_GAP = 1.2  # heights of the print between such rows | 0 0 0 0
FULL_ENDS = 2.0  # heights of the print from the places to the first and last row | 0 0 0 0

# where a caption's table may stand
OFF_MIDDLE = 0.1  # of the page's width: the middle of a caption over one column is farther off the page's | 0 0 0 0
ONE_COLUMN = 0.55  # of the page's width: a caption over one column is no longer | 0 0 0 0
HALVES = (0.47, 0.53)  # of the page's width: lines begin behind, or end before, in a page of two columns | 0 0 0 0
COLUMN_LINE = 5  # words, at least, of lines that tell columns | 0 0 0 0
COLUMN_LINES = 3  # of them in each column, at least | 0 0 0 0

# what makes lines a table
TABLE_WORDS = 4  # at least | 0 0 0 0
RULED_ROWS = 0.25  # of the lines between rulings: several phrases | 0 0 0 0
GRID_ROWS = (3, 0.6)  # rows of names and numbers, and their share, in a figure that is a table | 0 0 0 0
FLUSH = 1.5  # heights of the print by which such names begin off their middle one, at most | 0 0 0 0
REGULAR = 1.6  # times the least step that the middle one may be | 0 0 0 0


@dataclass(frozen=True)
class Surroundings:
    """What stands around a page's tables, as every search for a table's ends needs it."""

    page: Page
    captions: Sequence[Caption]
    free: Sequence[int]  # words that no caption, running head or other table has
    rulings: Sequence[Ruling]
    verticals: Sequence[Ruling]
    frames: Sequence[Frame]

    def words_between(self, x0: float, x1: float, top: float, bottom: float) -> list[tuple[int, Word]]:
        """The free words with their middles in a box, each with its place."""
        found = ((i, self.page.words[i]) for i in self.free)
        return [(i, w) for i, w in found if x0 <= (w.x0 + w.x1) / 2 <= x1 and top < (w.top + w.bottom) / 2 < bottom]


def extend_frame(around: Surroundings, frame: Frame, caption: Caption) -> tuple[Box, list[int]]:
    """The frame with the rows outside its rulings: towards the caption, and beyond its other end.

    Returns the box and the places of its words.
    """
    x0, top, x1, bottom = frame.box
    near = around.words_between(x0 - SLACK, x1 + SLACK, top - FAR, bottom + FAR)
    lines = table_lines(near, around.verticals)
    inside = [t for t in lines if top - SLACK < t.base - MIDDLE * t.size < bottom + SLACK]
    if not inside:
        return frame.box, []
    growth = _FrameGrowth(around, frame, caption, lines, inside)
    above, below = growth.rows_beyond(-1), growth.rows_beyond(1)
    top = min([top, *(t.top for t in above[-1:])])
    bottom = max([bottom, *(t.bottom for t in below[-1:])])
    return (x0, top, x1, bottom), [i for t in (*inside, *above, *below) for i in t.places]


class _FrameGrowth:
    """Looks for rows above (-1) and below (1) a frame, line by line, until one does not belong to it."""

    def __init__(
        self, around: Surroundings, frame: Frame, caption: Caption, lines: Sequence[TableLine],
        inside: Sequence[TableLine],
    ) -> None:  # fmt: skip
        self.around, self.frame, self.caption = around, frame, caption
        self.lines, self.inside = lines, inside
        self.caption_above = caption.box[3] <= frame.top + OFF_CAPTION
        self.step = _row_step(inside)
        rows = [t for t in inside if len(t.phrases) > 1]
        self.headless = bool(rows) and has_values(rows[0])  # the header stands over the first ruling
        self.named = sum(not is_value(t.phrase_text(t.phrases[0])) for t in rows) > MOSTLY * len(rows)
        self.others = [f.box for f in around.frames if f is not frame and len(f.rulings) > 1]
        self.others += [c.box for c in around.captions]

    def rows_beyond(self, direction: int) -> list[TableLine]:
        """The rows above or below the frame, the nearest first."""
        side = [t for t in self.lines if t not in self.inside and (t.base < self.inside[0].base) == (direction < 0)]
        side.sort(key=lambda t: direction * t.base)
        edge = self.frame.top if direction < 0 else self.frame.bottom
        taken: list[TableLine] = []
        for n, line in enumerate(side):
            distance = (edge - line.bottom) if direction < 0 else (line.top - edge)
            if self._ends_at(line, distance, direction):
                break
            after = side[n + 1] if n + 1 < len(side) else None
            if not (self._is_title(line, after, distance, direction, taken) or self._is_row(line, direction)):
                break
            taken.append(line)
            edge = line.top if direction < 0 else line.bottom
        return taken

    def _towards_caption(self, direction: int) -> bool:
        return self.caption_above == (direction < 0)

    def _ends_at(self, line: TableLine, distance: float, direction: int) -> bool:
        """Whether the table ends before a line: at its caption, at another's, at a gap, at the axis of a plot."""
        towards = self._towards_caption(direction)
        beyond_caption = towards and (
            line.top < self.caption.box[3] - SLACK if direction < 0 else line.bottom > self.caption.box[1] + SLACK
        )
        box = (line.x0, line.top, line.x1, line.bottom)
        if beyond_caption or any(boxes_meet(box, other) for other in self.others):
            return True
        if distance > (GAP_TOWARDS_CAPTION if towards else GAP_BEYOND) * self.step:
            return True
        return direction < 0 and self.named and all(is_value(line.phrase_text(p)) for p in line.phrases)

    def _is_title(
        self, line: TableLine, after: TableLine | None, distance: float, direction: int, taken: Sequence[TableLine]
    ) -> bool:
        """Whether a line of one phrase spans the header beneath it, or heads the rows of values below it."""
        if len(line.phrases) != 1:
            return False
        if direction < 0:
            several = any(len(t.phrases) > 1 for t in taken)
            short = len(line.words) <= LONGEST_SPANNING_HEAD
            return several and short and distance < GAP_OF_SPANNING_HEAD * self.step
        heads = after is not None and has_values(after) and after.top - line.bottom <= GAP_BEYOND * self.step
        return heads and len(line.words) <= LONGEST_TITLE

    def _is_row(self, line: TableLine, direction: int) -> bool:
        strict = not self._towards_caption(direction) and not (self.headless and direction < 0)
        return _row_like(self.around.page, line, self.frame.x0, self.frame.x1, strict=strict)


def _row_step(lines: Sequence[TableLine]) -> float:
    """Points from base line to base line of a table's rows, within what print has."""
    steps = [b.base - a.base for a, b in pairwise(lines)]
    size = lines[0].size
    step = median(steps) if steps else PLAIN_STEP * size
    return min(max(step, ROW_STEP[0] * size), ROW_STEP[1] * size)


def find_unruled(around: Surroundings, caption: Caption, prior: float) -> tuple[Box, list[int]]:
    """An unruled table: the row-like lines above or below the caption, on the side that has more of them.

    `prior` > 0: this paper's captions stand above. Returns the box and the places of its words; none, no words.
    """
    x0, x1 = _band(around.page, caption, around.captions)
    lines = table_lines(around.words_between(x0, x1, -inf, inf), around.verticals)
    best: tuple[float, list[TableLine]] = (0.0, [])
    for direction in (1, -1):
        low, high = caption.box[1] + WIDE_SLACK, caption.box[3] - WIDE_SLACK
        side = [t for t in lines if (t.top >= high if direction > 0 else t.bottom <= low)]
        side.sort(key=lambda t: direction * t.base)
        taken = _rows_from(around, side, caption, direction, (x0, x1))
        several = sum(len(t.phrases) >= 2 for t in taken)
        places = [i for t in taken for i in t.places]
        if several < 2 or not looks_tabular(around.page, places, around.verticals, ruled=False):
            continue
        score = several + (KNOWN_SIDE_ROWS if prior * direction > 0 else 0)
        if score > best[0]:
            best = (score, taken)
    taken = best[1]
    if not taken:
        return caption.box, []
    box = (min(t.x0 for t in taken), min(t.top for t in taken), max(t.x1 for t in taken), max(t.bottom for t in taken))
    return box, [i for t in taken for i in t.places]


def _rows_from(
    around: Surroundings, side: Sequence[TableLine], caption: Caption, direction: int, band: tuple[float, float]
) -> list[TableLine]:
    """Lines from the caption on, the nearest first, as long as they look like a table's."""
    taken: list[TableLine] = []
    edge = caption.box[3] if direction > 0 else caption.box[1]
    lone = 0
    for n, line in enumerate(side):
        after = side[n + 1] if n + 1 < len(side) else None
        if _meets_another(around.captions, caption, edge, line, band):
            break
        if not _close_enough(around, line, edge, direction, first=not taken):
            break
        if _is_prose(line) and not (taken and _heads_a_group(line, after, taken)):
            break
        lone = lone + 1 if len(line.phrases) == 1 else 0
        if lone > MAX_LONE_LINES:
            break
        taken.append(line)
        edge = line.bottom if direction > 0 else line.top
    while taken and len(taken[-1].phrases) == 1:
        taken.pop()
    return taken


def _meets_another(
    captions: Sequence[Caption], caption: Caption, edge: float, line: TableLine, band: tuple[float, float]
) -> bool:
    """Whether another caption stands beside the line, or between it and the lines before."""
    box = (band[0], line.top, band[1], line.bottom)
    others = [c for c in captions if c is not caption]
    return any(boxes_meet(box, c.box) for c in others) or _crosses(others, edge, line, band)


def _close_enough(around: Surroundings, line: TableLine, edge: float, direction: int, *, first: bool) -> bool:
    """Whether the gap to the lines before is one between rows; a ruling in it lets it be wider."""
    gap = (line.top - edge) if direction > 0 else (edge - line.bottom)
    if gap <= (FIRST_GAP if first else NEXT_GAP) * line.size:
        return True
    if first or gap >= RULED_GAP * line.size:
        return False
    low, high = min(edge, line.bottom) - SLACK, max(edge, line.top) + SLACK
    return any(r.horizontal and low <= r.top <= high and r.x0 < line.x1 and r.x1 > line.x0 for r in around.rulings)


def _longest(line: TableLine) -> int:
    return max(b - a for a, b in line.phrases)


def _is_prose(line: TableLine) -> bool:
    return _longest(line) >= LONGEST_CELL or (len(line.phrases) == 1 and _longest(line) >= LONGEST_LONE_CELL)


def _heads_a_group(line: TableLine, after: TableLine | None, taken: Sequence[TableLine]) -> bool:
    """Whether a long line is the title of a group: one phrase, not over the whole width, before a row of values."""
    if len(line.phrases) > 1 or _longest(line) > LONGEST_TITLE or after is None or not has_values(after):
        return False
    return line.x1 - line.x0 <= GROUP_WIDTH * (max(t.x1 for t in taken) - min(t.x0 for t in taken))


def _crosses(captions: Sequence[Caption], edge: float, line: TableLine, band: tuple[float, float]) -> bool:
    low, high = min(edge, line.top), max(edge, line.bottom)
    inside = [c.box for c in captions if c.box[1] >= low - ROUNDING and c.box[3] <= high + ROUNDING]
    return any(box[0] < band[1] and box[2] > band[0] for box in inside)


def _band(page: Page, caption: Caption, captions: Sequence[Caption]) -> tuple[float, float]:
    """Left and right end of where the caption's table may stand: its column, or the page between its neighbours."""
    x0, top, x1, bottom = caption.box
    left, right = 0.0, page.width
    middle = (x0 + x1) / 2
    narrow = abs(middle - page.width / 2) > OFF_MIDDLE * page.width and x1 - x0 < ONE_COLUMN * page.width
    if narrow and _two_columns(page):
        left, right = (0.0, page.width / 2) if middle < page.width / 2 else (page.width / 2, page.width)
    for other in captions:
        if other is caption or other.box[3] < top - SLACK or other.box[1] > bottom + SLACK:
            continue
        if other.box[0] >= x1:
            right = min(right, (x1 + other.box[0]) / 2)
        elif other.box[2] <= x0:
            left = max(left, (x0 + other.box[2]) / 2)
    return left, right


def _two_columns(page: Page) -> bool:
    left = right = whole = 0
    for line in page.lines:
        if line.last - line.first < COLUMN_LINE:
            continue
        if line.x1 < HALVES[1] * page.width:
            left += 1
        elif line.x0 > HALVES[0] * page.width:
            right += 1
        else:
            whole += 1
    return left + right > 2 * whole and min(left, right) >= COLUMN_LINES


def _row_like(page: Page, line: TableLine, x0: float, x1: float, *, strict: bool) -> bool:
    """Whether a line outside the rulings reads as a row: several phrases, numbers among them, nothing beside them."""
    if len(line.phrases) < 2:
        return False
    texts = [line.phrase_text(p) for p in line.phrases]
    values = sum(is_value(t) or is_blank(t) for t in texts)
    if max(b - a for a, b in line.phrases) > (LONGEST_ROW_PHRASE if values < 2 else LONGEST_VALUED_PHRASE):
        return False
    if strict and (values < 1 or (len(texts) < 3 and not is_value(texts[1]))):
        return False
    middle = (line.top + line.bottom) / 2
    tight = TIGHT * line.size
    return not any(
        abs((w.top + w.bottom) / 2 - middle) < ON_ONE_ROW and (0 <= x0 - w.x1 < tight or 0 <= w.x0 - x1 < tight)
        for w in page.words
    )


def rows_fill(around: Surroundings, box: Box) -> bool:
    """Whether rows of numbers stand close together over a box's whole height: a table goes on beyond its rulings."""
    x0, top, x1, bottom = box
    lines = table_lines(around.words_between(x0 - SLACK, x1 + SLACK, top, bottom))
    if len(lines) < 2 or max(lines[0].top - top, bottom - lines[-1].bottom) > FULL_ENDS * lines[0].size:
        return False
    if any(b.top - a.bottom > FULL_GAP * a.size for a, b in pairwise(lines)):
        return False
    return sum(has_values(t) for t in lines) >= FULL * len(lines)


def looks_tabular(page: Page, places: Sequence[int], verticals: Sequence[Ruling], *, ruled: bool) -> bool:
    if len(places) < TABLE_WORDS:
        return False
    lines = table_lines([(i, page.words[i]) for i in places], verticals)
    several = [t for t in lines if len(t.phrases) >= 2]
    if len(several) < 2:
        return False
    if ruled:
        return len(several) >= RULED_ROWS * len(lines)
    values = sum(is_value(t.phrase_text(p)) for t in several for p in t.phrases)
    return values >= 2 and len(several) >= MOSTLY * len(lines)


def is_grid(page: Page, places: Sequence[int], verticals: Sequence[Ruling]) -> bool:
    """Whether words between rulings are a table's rows beyond doubt: a figure may be a plot in a frame, or a program.

    Under a line of names stand three rows or more, at regular distances, each a name and numbers behind it.
    """
    lines = table_lines([(i, page.words[i]) for i in places], verticals)
    rows = [t for t in lines if has_values(t) and any(c.isalpha() for c in t.phrase_text(t.phrases[0]))]
    if len(rows) < max(GRID_ROWS[0], GRID_ROWS[1] * (len(lines) - 1)) or rows[0] is lines[0]:
        return False
    left = sorted(t.x0 for t in rows)
    steps = sorted(b.base - a.base for a, b in pairwise(rows))
    head = [lines[0].phrase_text(p) for p in lines[0].phrases]
    return (
        sum(abs(x - left[len(left) // 2]) < FLUSH * rows[0].size for x in left) >= GRID_ROWS[1] * len(left)
        and steps[len(steps) // 2] < REGULAR * steps[0]
        and sum(any(c.isalpha() for c in text) for text in head) >= MOSTLY * len(head)
    )


def boxes_meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] - ROUNDING and b[1] < a[3] - ROUNDING

"""How far a table reaches: rows beyond its rulings, or rows alone where it has none."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from db.models import Box, Page, Ruling
from extract.layout.captions import Caption
from extract.layout.lines import TableLine, has_values, is_blank, is_value, table_lines
from extract.layout.rulings import Frame

FAR = 75.0  # points from a caption to its table at most


def grown(
    page: Page, frame: Frame, caption: Caption, captions: Sequence[Caption], free: Sequence[int],
    verticals: Sequence[Ruling], frames: Sequence[Frame],
) -> tuple[Box, list[int]]:  # fmt: skip
    """The frame with rows outside its rulings: towards the caption, and beyond its other end."""
    x0, top, x1, bottom = frame.box
    near = [
        (i, w)
        for i in free
        if x0 - 4 <= ((w := page.words[i]).x0 + w.x1) / 2 <= x1 + 4
        and top - FAR < (w.top + w.bottom) / 2 < bottom + FAR
    ]
    lines = table_lines(near, verticals)
    inside = [t for t in lines if top - 2 < t.base - 0.25 * t.size < bottom + 2]
    if not inside:
        return frame.box, []
    steps = [b.base - a.base for a, b in pairwise(inside)]
    step = median(steps) if steps else 1.3 * inside[0].size
    step = min(max(step, 1.05 * inside[0].size), 2.2 * inside[0].size)
    others = [f for f in frames if f is not frame and len(f.rulings) > 1]
    taken = list(inside)
    above = caption.box[3] <= top + 6
    rows = [t for t in inside if len(t.phrases) > 1]
    headless = bool(rows) and has_values(rows[0])  # the header stands over the first ruling
    named = sum(not is_value(t.phrase_text(t.phrases[0])) for t in rows) > 0.5 * len(rows)
    for direction in (-1, 1):
        edge = top if direction < 0 else bottom
        limit = (caption.box[3] if above else None) if direction < 0 else (None if above else caption.box[1])
        towards = limit is not None
        side = [t for t in lines if t not in inside and (t.base < inside[0].base) == (direction < 0)]
        side.sort(key=lambda t: direction * t.base)
        several = False
        for n, line in enumerate(side):
            box = (line.x0, line.top, line.x1, line.bottom)
            if limit is not None and (line.top < limit - 2 if direction < 0 else line.bottom > limit + 2):
                break
            if any(boxes_meet(box, o.box) for o in others) or any(boxes_meet(box, c.box) for c in captions):
                break
            distance = (edge - line.bottom) if direction < 0 else (line.top - edge)
            if distance > (1.3 if towards else 0.8) * step:
                break
            if direction < 0 and named and all(is_value(line.phrase_text(p)) for p in line.phrases):
                break  # numbers over a header: the axis of a plot
            spanning = several and direction < 0 and len(line.words) <= 5 and distance < 0.6 * step
            after = side[n + 1] if n + 1 < len(side) else None
            titles = direction > 0 and len(line.words) <= 12 and after is not None and has_values(after)
            if titles and after is not None and after.top - line.bottom > 0.8 * step:
                titles = False
            strict = not towards and not (headless and direction < 0)
            alone = len(line.phrases) == 1 and (spanning or titles)
            if not alone and not _row_like(page, line, x0, x1, strict=strict):
                break
            several = several or len(line.phrases) > 1
            taken.append(line)
            edge = line.top if direction < 0 else line.bottom
        if direction < 0:
            top = min(top, edge)
        else:
            bottom = max(bottom, edge)
    return (x0, top, x1, bottom), [i for t in taken for i in t.places]


def walked(
    page: Page, caption: Caption, captions: Sequence[Caption], free: Sequence[int], verticals: Sequence[Ruling],
    prior: float, rulings: Sequence[Ruling],
) -> tuple[Box, list[int]]:  # fmt: skip
    """Rows next to the caption, by their look alone; the side that has more of them."""
    band = _band(page, caption, captions)
    x0, x1 = band
    words = [(i, page.words[i]) for i in free if x0 <= (page.words[i].x0 + page.words[i].x1) / 2 <= x1]
    lines = table_lines(words, verticals)
    best: tuple[float, list[TableLine]] = (0.0, [])
    for direction in (1, -1):
        side = [t for t in lines if (t.top >= caption.box[3] - 3 if direction > 0 else t.bottom <= caption.box[1] + 3)]
        side.sort(key=lambda t: direction * t.base)
        taken = _rows_from(page, side, caption, captions, direction, (x0, x1), rulings)
        several = sum(len(t.phrases) >= 2 for t in taken)
        places = [i for t in taken for i in t.places]
        if several < 2 or not looks_tabular(page, places, verticals, ruled=False):
            continue
        score = several + (3 if prior * direction > 0 else 0)
        if score > best[0]:
            best = (score, taken)
    if not best[1]:
        return caption.box, []
    taken = best[1]
    box = (min(t.x0 for t in taken), min(t.top for t in taken), max(t.x1 for t in taken), max(t.bottom for t in taken))
    return box, [i for t in taken for i in t.places]


def _rows_from(
    page: Page, side: Sequence[TableLine], caption: Caption, captions: Sequence[Caption], direction: int,
    band: tuple[float, float], rulings: Sequence[Ruling],
) -> list[TableLine]:  # fmt: skip
    taken: list[TableLine] = []
    edge = caption.box[3] if direction > 0 else caption.box[1]
    single = 0
    for n, line in enumerate(side):
        box = (band[0], line.top, band[1], line.bottom)
        gap = (line.top - edge) if direction > 0 else (edge - line.bottom)
        if any(c is not caption and boxes_meet(box, c.box) for c in captions) or _crosses(
            captions, caption, edge, line, band
        ):
            break
        if gap > (2.8 if not taken else 1.6) * line.size and not (
            taken and gap < 3 * line.size and any(
                r.horizontal and min(edge, line.bottom) - 2 <= r.top <= max(edge, line.top) + 2
                and r.x0 < line.x1 and r.x1 > line.x0 for r in rulings
            )
        ):  # fmt: skip
            break
        longest = max(b - a for a, b in line.phrases)
        if longest >= 8 or (len(line.phrases) == 1 and longest >= 5):
            title = taken and len(line.phrases) == 1 and longest <= 12 and n + 1 < len(side) and has_values(side[n + 1])
            if not title or line.x1 - line.x0 > 0.75 * (max(t.x1 for t in taken) - min(t.x0 for t in taken)):
                break  # prose, not the title of a group
        single = single + 1 if len(line.phrases) == 1 else 0
        if single > 2:
            break
        taken.append(line)
        edge = line.bottom if direction > 0 else line.top
    while taken and len(taken[-1].phrases) == 1:
        taken.pop()
    return taken


def _crosses(
    captions: Sequence[Caption], caption: Caption, edge: float, line: TableLine, band: tuple[float, float]
) -> bool:
    low, high = min(edge, line.top), max(edge, line.bottom)
    return any(
        c is not caption and c.box[1] >= low - 1 and c.box[3] <= high + 1 and c.box[0] < band[1] and c.box[2] > band[0]
        for c in captions
    )


def _band(page: Page, caption: Caption, captions: Sequence[Caption]) -> tuple[float, float]:
    """Left and right end of where the caption's table may stand: its column, or the page between its neighbours."""
    x0, top, x1, bottom = caption.box
    left, right = 0.0, page.width
    middle = (x0 + x1) / 2
    two = _two_columns(page)
    if two and abs(middle - page.width / 2) > 0.1 * page.width and x1 - x0 < 0.55 * page.width:
        left, right = (0.0, page.width / 2) if middle < page.width / 2 else (page.width / 2, page.width)
    for other in captions:
        if other is caption or other.box[3] < top - 2 or other.box[1] > bottom + 2:
            continue
        if other.box[0] >= x1:
            right = min(right, (x1 + other.box[0]) / 2)
        elif other.box[2] <= x0:
            left = max(left, (x0 + other.box[2]) / 2)
    return left, right


def _two_columns(page: Page) -> bool:
    left = right = whole = 0
    for line in page.lines:
        if line.last - line.first < 5:
            continue
        if line.x1 < 0.53 * page.width:
            left += 1
        elif line.x0 > 0.47 * page.width:
            right += 1
        else:
            whole += 1
    return left + right > 2 * whole and min(left, right) >= 3


def _row_like(page: Page, line: TableLine, x0: float, x1: float, *, strict: bool) -> bool:
    """Whether a line outside the rulings reads as a row: several phrases, numbers among them, nothing beyond the grid."""
    if len(line.phrases) < 2:
        return False
    texts = [line.phrase_text(p) for p in line.phrases]
    values = sum(is_value(t) or is_blank(t) for t in texts)
    if max(b - a for a, b in line.phrases) > (7 if values < 2 else 14):
        return False
    if strict and (values < 1 or (len(texts) < 3 and not is_value(texts[1]))):
        return False
    middle = (line.top + line.bottom) / 2
    tight = 0.9 * line.size
    return not any(
        abs((w.top + w.bottom) / 2 - middle) < 3 and (0 <= x0 - w.x1 < tight or 0 <= w.x0 - x1 < tight)
        for w in page.words
    )


def rows_fill(page: Page, box: Box, free: Sequence[int]) -> bool:
    """Whether rows of numbers stand close together over the whole height of a box: a table goes on beyond its rulings."""
    x0, top, x1, bottom = box
    near = [
        (i, w)
        for i in free
        if x0 - 4 <= ((w := page.words[i]).x0 + w.x1) / 2 <= x1 + 4 and top < (w.top + w.bottom) / 2 < bottom
    ]
    lines = table_lines(near)
    if len(lines) < 2 or max(lines[0].top - top, bottom - lines[-1].bottom) > 2 * lines[0].size:
        return False
    if any(b.top - a.bottom > 1.2 * a.size for a, b in pairwise(lines)):
        return False
    return sum(has_values(t) for t in lines) >= 0.7 * len(lines)


def looks_tabular(page: Page, places: Sequence[int], verticals: Sequence[Ruling], *, ruled: bool) -> bool:
    if len(places) < 4:
        return False
    lines = table_lines([(i, page.words[i]) for i in places], verticals)
    several = [t for t in lines if len(t.phrases) >= 2]
    if len(several) < 2:
        return False
    if ruled:
        return len(several) >= 0.25 * len(lines)
    values = sum(is_value(t.phrase_text(p)) for t in several for p in t.phrases)
    return values >= 2 and len(several) >= 0.5 * len(lines)


def is_grid(page: Page, places: Sequence[int], verticals: Sequence[Ruling]) -> bool:
    """Whether words between rulings are a table's rows beyond doubt: a figure may be a plot in a frame, or a program.

    Under a line of names stand three rows or more, at regular distances, each a name and numbers behind it.
    """
    lines = table_lines([(i, page.words[i]) for i in places], verticals)
    rows = [t for t in lines if has_values(t) and any(c.isalpha() for c in t.phrase_text(t.phrases[0]))]
    if len(rows) < 3 or len(rows) < 0.6 * (len(lines) - 1) or rows[0] is lines[0]:
        return False
    left = sorted(t.x0 for t in rows)
    steps = sorted(b.base - a.base for a, b in pairwise(rows))
    head = [lines[0].phrase_text(p) for p in lines[0].phrases]
    return (
        sum(abs(x - left[len(left) // 2]) < 1.5 * rows[0].size for x in left) >= 0.6 * len(left)
        and steps[len(steps) // 2] < 1.6 * steps[0]
        and sum(any(c.isalpha() for c in text) for text in head) >= 0.5 * len(head)
    )


def boxes_meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] - 1 and b[1] < a[3] - 1

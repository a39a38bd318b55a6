"""Where a table stands: the stretch of page between a caption and the rules or rows that belong to it.

Two ways, the first that holds: (1) a frame, horizontal rules of one width with no caption between them, next to the
caption; (2) without such rules, the lines next to the caption as far as they look like rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from db.models import Box, Page, Rule
from extract.captions import Caption
from extract.table_lines import TableLine, is_blank, is_value, table_lines

SHORT_RULE = 18.0  # points: what is shorter is a fraction's bar or a dash
SAME_EDGE = 6.0  # points that rules of one table may differ at their ends
FAR = 75.0  # points from a caption to its table at most


@dataclass(frozen=True)
class Region:
    """One grid's place on the page, under one caption or sub-caption."""

    caption: Caption
    box: Box
    words: tuple[int, ...]
    rules: tuple[Rule, ...]


@dataclass
class _Frame:
    x0: float
    top: float
    x1: float
    bottom: float
    rules: list[Rule]

    @property
    def box(self) -> Box:
        return (self.x0, self.top, self.x1, self.bottom)


def repeated_rules(pages: Sequence[Page]) -> set[tuple[int, int, int]]:
    """Rules under running heads and over footers: at the same place on several pages."""
    seen: Counter[tuple[int, int, int]] = Counter()
    for page in pages:
        keys = set()
        for r in page.rules:
            if r.horizontal and (r.bottom < 0.16 * page.height or r.top > 0.88 * page.height):
                keys.add(_rule_key(r))
        seen.update(keys)
    return {key for key, n in seen.items() if n >= 3}


def _rule_key(rule: Rule) -> tuple[int, int, int]:
    return (round(rule.top / 2), round(rule.x0 / 2), round(rule.x1 / 2))


def table_regions(
    page: Page, captions: Sequence[Caption], running: set[tuple[int, int, int]], prior: float
) -> list[Region]:
    """The grids of the page's table captions. `prior` > 0: this paper's captions stand above, < 0: below."""
    tables = [c for c in captions if c.what == "table"]
    if not tables:
        return []
    taken = {i for c in captions for i in c.words}
    margin = {
        i
        for b in page.blocks
        if b.kind == "margin"
        for line in page.lines[b.first : b.last]
        for i in range(line.first, line.last)
    }
    rules = [r for r in page.rules if not (r.horizontal and _rule_key(r) in running)]
    verticals = _vertical_rules(rules)
    frames = _frames(page, rules, captions)
    for i in list(margin):  # a table's first line may stand where running heads do
        w = page.words[i]
        if any(len(f.rules) > 1 and f.x0 < w.x0 < f.x1 and f.top < (w.top + w.bottom) / 2 < f.bottom for f in frames):
            margin.discard(i)
    free = [i for i in range(len(page.words)) if i not in taken and i not in margin]
    homes = _assign(page, frames, captions, prior, free)
    regions: list[Region] = []
    used: set[int] = set()
    for number, caption in enumerate(captions):
        if caption.what != "table":
            continue
        mine = [f for f, home in zip(frames, homes, strict=True) if home == number]
        if mine:
            for whole in mine:
                _reach_with_verticals(whole, verticals, captions)
            grown = [_grow(page, f, caption, captions, free, verticals, frames) for f in mine]
            for frame, places in grown:
                places = [i for i in places if i not in used]
                if _looks_tabular(page, places, verticals, ruled=True):
                    regions.append(_region(page, caption, frame, places, rules, verticals))
                    used.update(places)
    done = {id(r.caption) for r in regions} | {id(c.main) for c in captions if c.main is not None}
    for caption in tables:
        if id(caption) in done:
            continue
        box, places = _walk(
            page, caption, captions, [i for i in free if i not in used], verticals, caption.side or prior, rules
        )
        if places:
            regions.append(_region(page, caption, box, places, rules, verticals))
            used.update(places)
    return regions


def caption_side(pages: Iterable[tuple[Page, Sequence[Caption]]], running: set[tuple[int, int, int]]) -> float:
    """From 1 (this paper's table captions stand above their tables) to -1 (below), by those with rules on one side."""
    above = below = 0
    for page, captions in pages:
        rules = [r for r in page.rules if r.horizontal and r.x1 - r.x0 > 40 and _rule_key(r) not in running]
        prose = _prose_lines(page)
        for caption in captions:
            if caption.what != "table" or caption.main is not None:
                continue
            over = any(_next_to(caption.box, r, prose) < 0 for r in rules)
            under = any(_next_to(caption.box, r, prose) > 0 for r in rules)
            above += under and not over
            below += over and not under
    return (above - below) / max(above + below, 2)


def _next_to(box: Box, rule: Rule, prose: Sequence[Box]) -> int:
    """1 if a rule lies below a caption within reach and no prose between them, -1 if above it, else 0."""
    if min(rule.x1, box[2]) - max(rule.x0, box[0]) < 0.4 * min(rule.x1 - rule.x0, box[2] - box[0]):
        return 0
    if rule.top >= box[3] - 3:
        low, high, side = box[3], rule.top, 1
    else:
        low, high, side = rule.bottom, box[1], -1
    if high < low - 6 or high - low > 45:
        return 0
    blocked = any(p[1] >= low - 2 and p[3] <= high + 2 and min(p[2], box[2]) - max(p[0], box[0]) > 20 for p in prose)
    return 0 if blocked else side


def _vertical_rules(rules: Iterable[Rule]) -> list[Rule]:
    """Vertical rules, those drawn row by row joined."""
    out: list[Rule] = []
    for rule in sorted((r for r in rules if not r.horizontal), key=lambda r: (round(r.x0), r.top)):
        last = out[-1] if out else None
        if last and abs(last.x0 - rule.x0) < 1.2 and rule.top <= last.bottom + 2.5:
            out[-1] = Rule(last.x0, last.top, last.x1, max(last.bottom, rule.bottom))
        else:
            out.append(rule)
    return out


def _frames(page: Page, rules: Sequence[Rule], captions: Sequence[Caption]) -> list[_Frame]:
    """Horizontal rules of one width with no caption between them."""
    level = sorted((r for r in rules if r.horizontal and r.x1 - r.x0 >= SHORT_RULE), key=lambda r: r.top)
    if len(level) > 400:
        return []
    frames: list[_Frame] = []
    for rule in level:
        home = None
        for frame in reversed(frames):
            same = abs(frame.x0 - rule.x0) < SAME_EDGE and abs(frame.x1 - rule.x1) < SAME_EDGE
            if same and not _caption_between(frame, rule, captions):
                home = frame
                break
        if home is None:
            frames.append(_Frame(rule.x0, rule.top, rule.x1, rule.bottom, [rule]))
        else:
            home.rules.append(rule)
            home.bottom = max(home.bottom, rule.bottom)
    whole = [f for f in frames if len(f.rules) > 1]
    out = list(whole)
    for frame in frames:
        if len(frame.rules) > 1:
            continue
        host = next((w for w in whole if w is not frame and _within(frame, w)), None)
        if host is None:
            out.append(frame)
    # a frame inside another (cmidrules of one width): part of it
    return [f for f in out if not any(o is not f and len(o.rules) > 1 and _within(f, o) for o in out)]


def _within(inner: _Frame, outer: _Frame) -> bool:
    return (
        inner.x0 >= outer.x0 - SAME_EDGE and inner.x1 <= outer.x1 + SAME_EDGE
        and inner.top >= outer.top - 2 and inner.bottom <= outer.bottom + 2
        and (inner.x1 - inner.x0 < outer.x1 - outer.x0 - 1 or inner.bottom - inner.top < outer.bottom - outer.top - 1)
    )  # fmt: skip


def _caption_between(frame: _Frame, rule: Rule, captions: Sequence[Caption]) -> bool:
    return any(
        c.box[1] >= frame.bottom - 3 and c.box[3] <= rule.top + 3
        and min(c.box[2], rule.x1) - max(c.box[0], rule.x0) > 0
        for c in captions
    )  # fmt: skip


def _assign(
    page: Page, frames: Sequence[_Frame], captions: Sequence[Caption], prior: float, free: Sequence[int]
) -> list[int | None]:
    """For each frame the place of its caption in `captions`, or None (one rule alone is no frame)."""
    homes: list[int | None] = []
    prose = _prose_lines(page)
    costs: list[dict[int, float]] = []
    for frame in frames:
        costs.append({})
        best: tuple[float, int] | None = None
        for number, caption in enumerate(captions):
            cost = _distance(page, frame, caption, captions, frames, prose, free)
            if cost is None:
                continue
            above = caption.box[3] <= frame.top + 6
            side = caption.side or prior
            if caption.what == "table":
                if side and (side > 0) != above:
                    cost += 60 if caption.side else 10 + 30 * abs(prior)
            elif caption.what == "figure" and above:
                cost += 20
            if len(frame.rules) < 2 and caption.what == "table":
                cost += 10
            costs[-1][number] = cost
            if best is None or cost < best[0]:
                best = (cost, number)
        homes.append(best[1] if best and len(frame.rules) > 1 else None)
    # a caption with frames on both sides gives one to a neighbour that has none
    for number, caption in enumerate(captions):
        if caption.what != "table" or number in homes:
            continue
        wanted = [n for n, f in enumerate(frames) if len(f.rules) > 1 and number in costs[n]]
        for n in sorted(wanted, key=lambda n: costs[n][number]):
            home = homes[n]
            if home is None or captions[home].what != "table":
                continue
            others = [m for m, h in enumerate(homes) if h == home and m != n]
            middle = captions[home].box[1]
            if others and all((frames[m].top < middle) != (frames[n].top < middle) for m in others):
                homes[n] = number
                break
    return homes


def _prose_lines(page: Page) -> list[Box]:
    return [
        (line.x0, line.top, line.x1, line.bottom)
        for b in page.blocks
        if b.kind in ("prose", "heading")
        for line in page.lines[b.first : b.last]
        if line.last - line.first >= 7 or b.kind == "heading"
    ]


def _distance(
    page: Page, frame: _Frame, caption: Caption, captions: Sequence[Caption], frames: Sequence[_Frame],
    prose: Sequence[Box], free: Sequence[int],
) -> float | None:  # fmt: skip
    """Points between frame and caption, other grids of the same row not counted; None if they can't belong."""
    box = caption.box
    overlap = min(frame.x1, box[2]) - max(frame.x0, box[0])
    if overlap < 0.45 * min(frame.x1 - frame.x0, box[2] - box[0]):
        return None
    if box[3] <= frame.top + 6:
        low, high = box[3], frame.top
    elif box[1] >= frame.bottom - 6:
        low, high = frame.bottom, box[1]
    else:
        return None
    gap = max(high - low, 0.0)
    x0, x1 = max(frame.x0, box[0]), min(frame.x1, box[2])
    for other in captions:
        b = other.box
        if other is not caption and b[1] >= low - 2 and b[3] <= high + 2 and min(b[2], x1) - max(b[0], x0) > 0:
            return None
    for grid in frames:
        if grid is frame or len(grid.rules) < 2:
            continue
        if grid.top >= low - 2 and grid.bottom <= high + 2 and min(grid.x1, x1) - max(grid.x0, x0) > 0:
            gap -= grid.bottom - grid.top
    for p in prose:
        if p[1] >= low - 2 and p[3] <= high + 2 and min(p[2], x1) - max(p[0], x0) > 0.5 * (p[2] - p[0]):
            gap += 12
    if 25 < gap < 400 and len(frame.rules) > 1 and _rows_fill(page, (x0, low, x1, high), free):
        return 5.0
    return gap if gap <= FAR else None


def _rows_fill(page: Page, box: Box, free: Sequence[int]) -> bool:
    """Whether rows of numbers stand close together over the whole height of a box: a table goes on beyond its rules."""
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
    return sum(_has_values(t) for t in lines) >= 0.7 * len(lines)


def _grow(
    page: Page, frame: _Frame, caption: Caption, captions: Sequence[Caption], free: Sequence[int],
    verticals: Sequence[Rule], frames: Sequence[_Frame],
) -> tuple[Box, list[int]]:  # fmt: skip
    """The frame with rows outside its rules: towards the caption, and beyond its other end."""
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
    others = [f for f in frames if f is not frame and len(f.rules) > 1]
    taken = list(inside)
    above = caption.box[3] <= top + 6
    rows = [t for t in inside if len(t.phrases) > 1]
    headless = bool(rows) and _has_values(rows[0])  # the header stands over the first rule
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
            if any(_boxes_meet(box, o.box) for o in others) or any(_boxes_meet(box, c.box) for c in captions):
                break
            distance = (edge - line.bottom) if direction < 0 else (line.top - edge)
            if distance > (1.3 if towards else 0.8) * step:
                break
            if direction < 0 and named and all(is_value(line.phrase_text(p)) for p in line.phrases):
                break  # numbers over a header: the axis of a plot
            spanning = several and direction < 0 and len(line.words) <= 5 and distance < 0.6 * step
            after = side[n + 1] if n + 1 < len(side) else None
            titles = direction > 0 and len(line.words) <= 12 and after is not None and _has_values(after)
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


def _reach_with_verticals(frame: _Frame, verticals: Sequence[Rule], captions: Sequence[Caption]) -> None:
    """Lengthens a frame by the vertical rules that cross it, as far as no caption is met."""
    for r in verticals:
        if not (frame.x0 - 3 <= r.x0 <= frame.x1 + 3 and r.top < frame.bottom and r.bottom > frame.top):
            continue
        top, bottom = min(frame.top, r.top), max(frame.bottom, r.bottom)
        if bottom - top > 3 * (frame.bottom - frame.top) + 60 or any(
            c.box[1] < bottom - 4 and c.box[3] > top + 4 and c.box[0] < frame.x1 and c.box[2] > frame.x0
            for c in captions
        ):
            continue
        frame.top, frame.bottom = top, bottom


def _has_values(line: TableLine) -> bool:
    texts = [line.phrase_text(p) for p in line.phrases]
    return len(texts) > 1 and sum(is_value(t) or is_blank(t) for t in texts[1:]) >= 0.5 * len(texts[1:])


def _boxes_meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] - 1 and b[1] < a[3] - 1


def _row_like(page: Page, line: TableLine, x0: float, x1: float, *, strict: bool) -> bool:
    """Whether a line outside the rules reads as a row: several phrases, numbers among them, nothing beyond the grid."""
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


def _region(
    page: Page, caption: Caption, box: Box, places: Sequence[int], rules: Sequence[Rule], verticals: Sequence[Rule]
) -> Region:
    words = [page.words[i] for i in places]
    x0, top = min(box[0], *(w.x0 for w in words)), min(box[1], *(w.top for w in words))
    x1, bottom = max(box[2], *(w.x1 for w in words)), max(box[3], *(w.bottom for w in words))
    whole = (x0, top, x1, bottom)
    mine = [
        r for r in rules
        if r.horizontal and r.top >= top - 4 and r.bottom <= bottom + 4 and r.x0 >= x0 - 8 and r.x1 <= x1 + 8
    ]  # fmt: skip
    mine += [r for r in verticals if x0 - 3 <= r.x0 <= x1 + 3 and r.top < bottom and r.bottom > top]
    return Region(caption, whole, tuple(sorted(places)), tuple(mine))


def _looks_tabular(page: Page, places: Sequence[int], verticals: Sequence[Rule], *, ruled: bool) -> bool:
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


def _walk(
    page: Page, caption: Caption, captions: Sequence[Caption], free: Sequence[int], verticals: Sequence[Rule],
    prior: float, rules: Sequence[Rule],
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
        taken = _rows_from(page, side, caption, captions, direction, (x0, x1), rules)
        several = sum(len(t.phrases) >= 2 for t in taken)
        places = [i for t in taken for i in t.places]
        if several < 2 or not _looks_tabular(page, places, verticals, ruled=False):
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
    band: tuple[float, float], rules: Sequence[Rule],
) -> list[TableLine]:  # fmt: skip
    taken: list[TableLine] = []
    edge = caption.box[3] if direction > 0 else caption.box[1]
    single = 0
    for n, line in enumerate(side):
        box = (band[0], line.top, band[1], line.bottom)
        gap = (line.top - edge) if direction > 0 else (edge - line.bottom)
        if any(c is not caption and _boxes_meet(box, c.box) for c in captions) or _crosses(
            captions, caption, edge, line, band
        ):
            break
        if gap > (2.8 if not taken else 1.6) * line.size and not (
            taken and gap < 3 * line.size and any(
                r.horizontal and min(edge, line.bottom) - 2 <= r.top <= max(edge, line.top) + 2
                and r.x0 < line.x1 and r.x1 > line.x0 for r in rules
            )
        ):  # fmt: skip
            break
        longest = max(b - a for a, b in line.phrases)
        if longest >= 8 or (len(line.phrases) == 1 and longest >= 5):
            title = (
                taken and len(line.phrases) == 1 and longest <= 12 and n + 1 < len(side) and _has_values(side[n + 1])
            )
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

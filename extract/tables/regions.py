"""Where a table stands: the stretch of page between a caption and the rulings or rows that belong to it.

Two ways, the first that holds: (1) a frame, horizontal rulings of one width with no caption between them, next to the
caption; (2) without such rulings, the lines next to the caption as far as they look like rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from db.models import Box, Page, Ruling
from extract.layout.captions import Caption
from extract.layout.rulings import Frame, frames_of, reach_with_verticals, ruling_key, vertical_rulings
from extract.tables.extent import FAR, grown, is_grid, looks_tabular, rows_fill, walked


@dataclass(frozen=True)
class Region:
    """One grid's place on the page, under one caption or sub-caption."""

    caption: Caption
    box: Box
    words: tuple[int, ...]
    rulings: tuple[Ruling, ...]


def table_regions(
    page: Page, captions: Sequence[Caption], running: set[tuple[int, int, int]], prior: float
) -> list[Region]:
    """The grids of the page's table captions, and of its figures' where a figure is a table between rulings.

    `prior` > 0: this paper's captions stand above, < 0: below.
    """
    tables = [c for c in captions if c.what == "table"]
    if not tables and not may_hold_grids(page, captions):
        return []
    taken = {i for c in captions for i in c.words}
    margin = {
        i
        for b in page.blocks
        if b.kind == "margin"
        for line in page.lines[b.first : b.last]
        for i in range(line.first, line.last)
    }
    rulings = [r for r in page.rulings if not (r.horizontal and ruling_key(r) in running)]
    verticals = vertical_rulings(rulings)
    frames = frames_of(page, rulings, captions)
    for i in list(margin):  # a table's first line may stand where running heads do
        w = page.words[i]
        if any(len(f.rulings) > 1 and f.x0 < w.x0 < f.x1 and f.top < (w.top + w.bottom) / 2 < f.bottom for f in frames):
            margin.discard(i)
    free = [i for i in range(len(page.words)) if i not in taken and i not in margin]
    homes = _assign(page, frames, captions, prior, free)
    regions: list[Region] = []
    used: set[int] = set()
    for number, caption in enumerate(captions):
        if caption.what not in ("table", "figure"):
            continue
        mine = [f for f, home in zip(frames, homes, strict=True) if home == number]
        if mine:
            for whole in mine:
                reach_with_verticals(whole, verticals, captions)
            for frame in mine:
                if caption.what == "table":
                    box, reached = grown(page, frame, caption, captions, free, verticals, frames)
                else:  # what stands beyond the rulings may be a plot's
                    box, reached = frame.box, _inside(page, frame, free)
                places = [i for i in reached if i not in used]
                if looks_tabular(page, places, verticals, ruled=True) and (
                    caption.what == "table" or is_grid(page, places, verticals)
                ):
                    regions.append(_region(page, caption, box, places, rulings, verticals))
                    used.update(places)
    done = {id(r.caption) for r in regions} | {id(c.main) for c in captions if c.main is not None}
    for caption in tables:
        if id(caption) in done:
            continue
        box, places = walked(
            page, caption, captions, [i for i in free if i not in used], verticals, caption.side or prior, rulings
        )
        if places:
            regions.append(_region(page, caption, box, places, rulings, verticals))
            used.update(places)
    return regions


def _inside(page: Page, frame: Frame, free: Sequence[int]) -> list[int]:
    return [
        i
        for i in free
        if frame.x0 - 4 <= ((w := page.words[i]).x0 + w.x1) / 2 <= frame.x1 + 4
        and frame.top - 2 < (w.top + w.bottom) / 2 < frame.bottom + 2
    ]


def may_hold_grids(page: Page, captions: Sequence[Caption]) -> bool:
    """Whether two long rulings of one width stand over each other on a page with a figure."""
    if not any(c.what == "figure" for c in captions):
        return False
    level = [r for r in page.rulings if r.horizontal and r.x1 - r.x0 > 60]
    ends = Counter((round(r.x0 / 3), round(r.x1 / 3)) for r in level)
    return len(level) <= 400 and any(n > 1 for n in ends.values())


def caption_side(pages: Iterable[tuple[Page, Sequence[Caption]]], running: set[tuple[int, int, int]]) -> float:
    """From 1 (this paper's table captions stand above their tables) to -1 (below), by those with rulings on one side."""
    above = below = 0
    for page, captions in pages:
        rulings = [r for r in page.rulings if r.horizontal and r.x1 - r.x0 > 40 and ruling_key(r) not in running]
        prose = _prose_lines(page)
        for caption in captions:
            if caption.what != "table" or caption.main is not None:
                continue
            over = any(_next_to(caption.box, r, prose) < 0 for r in rulings)
            under = any(_next_to(caption.box, r, prose) > 0 for r in rulings)
            above += under and not over
            below += over and not under
    return (above - below) / max(above + below, 2)


def _next_to(box: Box, ruling: Ruling, prose: Sequence[Box]) -> int:
    """1 if a ruling lies below a caption within reach and no prose between them, -1 if above it, else 0."""
    if min(ruling.x1, box[2]) - max(ruling.x0, box[0]) < 0.4 * min(ruling.x1 - ruling.x0, box[2] - box[0]):
        return 0
    if ruling.top >= box[3] - 3:
        low, high, side = box[3], ruling.top, 1
    else:
        low, high, side = ruling.bottom, box[1], -1
    if high < low - 6 or high - low > 45:
        return 0
    blocked = any(p[1] >= low - 2 and p[3] <= high + 2 and min(p[2], box[2]) - max(p[0], box[0]) > 20 for p in prose)
    return 0 if blocked else side


def _assign(
    page: Page, frames: Sequence[Frame], captions: Sequence[Caption], prior: float, free: Sequence[int]
) -> list[int | None]:
    """For each frame the place of its caption in `captions`, or None (one ruling alone is no frame)."""
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
            if len(frame.rulings) < 2 and caption.what == "table":
                cost += 10
            costs[-1][number] = cost
            if best is None or cost < best[0]:
                best = (cost, number)
        homes.append(best[1] if best and len(frame.rulings) > 1 else None)
    # a caption with frames on both sides gives one to a neighbour that has none
    for number, caption in enumerate(captions):
        if caption.what != "table" or number in homes:
            continue
        wanted = [n for n, f in enumerate(frames) if len(f.rulings) > 1 and number in costs[n]]
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
    page: Page, frame: Frame, caption: Caption, captions: Sequence[Caption], frames: Sequence[Frame],
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
        if grid is frame or len(grid.rulings) < 2:
            continue
        if grid.top >= low - 2 and grid.bottom <= high + 2 and min(grid.x1, x1) - max(grid.x0, x0) > 0:
            gap -= grid.bottom - grid.top
    for p in prose:
        if p[1] >= low - 2 and p[3] <= high + 2 and min(p[2], x1) - max(p[0], x0) > 0.5 * (p[2] - p[0]):
            gap += 12
    if 25 < gap < 400 and len(frame.rulings) > 1 and rows_fill(page, (x0, low, x1, high), free):
        return 5.0
    return gap if gap <= FAR else None


def _region(
    page: Page, caption: Caption, box: Box, places: Sequence[int], rulings: Sequence[Ruling], verticals: Sequence[Ruling]
) -> Region:
    words = [page.words[i] for i in places]
    x0, top = min(box[0], *(w.x0 for w in words)), min(box[1], *(w.top for w in words))
    x1, bottom = max(box[2], *(w.x1 for w in words)), max(box[3], *(w.bottom for w in words))
    whole = (x0, top, x1, bottom)
    mine = [
        r for r in rulings
        if r.horizontal and r.top >= top - 4 and r.bottom <= bottom + 4 and r.x0 >= x0 - 8 and r.x1 <= x1 + 8
    ]  # fmt: skip
    mine += [r for r in verticals if x0 - 3 <= r.x0 <= x1 + 3 and r.top < bottom and r.bottom > top]
    return Region(caption, whole, tuple(sorted(places)), tuple(mine))

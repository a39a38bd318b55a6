"""Where a table stands: the stretch of page between a caption and the rulings or rows that belong to it.

Two ways, the first that holds: (1) a frame, horizontal rulings of one width with no caption between them, next to the
caption; (2) without such rulings, the lines next to the caption as far as they look like rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from db.models import Box, Page, Ruling, Word
from extract.layout.captions import Caption
from extract.layout.rulings import (
    MAX_LEVEL_RULINGS,
    Frame,
    frames_of,
    reach_with_verticals,
    ruling_key,
    vertical_rulings,
)
from extract.layout.slack import SLACK, WIDE_SLACK
from extract.tables.extent import (
    FAR,
    OFF_CAPTION,
    Surroundings,
    extend_frame,
    find_unruled,
    is_grid,
    looks_tabular,
    rows_fill,
)

# points that are added to a frame's distance from a caption
WRONG_SIDE_OF_FIGURE = 20.0  # a figure's caption stands below it | 0 0 0 0
KNOWN_SIDE = 60.0  # the caption's side is known | 0 0 0 0
USUAL_SIDE = 10.0  # it is usual in this paper | 0 0 0 0
ALWAYS_USUAL = 30.0  # on top of that where no caption differs | 0 0 0 0
LONE_RULING = 10.0  # one ruling is hardly a table | 0 0 0 0
A_LINE_OF_PROSE = 12.0  # for each line of prose between them | 0 0 0 2
FILLED = 5.0  # in all, where rows of numbers fill the place between | 0 0 0 0
FILLED_GAP = (25.0, 400.0)  # where that is asked, least and most | 0 0 0 0

MEETS = 0.45  # of the narrower's width that a caption and its frame share | 0 0 0 0
PROSE_LINE = 7  # words, at least, of a line of text that stands between a caption and another table | 0 0 0 1
INTO_PROSE = 0.5  # of its width that such a line has between them | 0 0 0 1

# points: on which side of its captions this paper's tables stand
LONG_RULING = 40.0  # a ruling that tells it, at least | 0 0 0 0
RULING_MEETS = 0.4  # of the narrower's width that both share | 0 0 0 0
RULING_NEAR = 45.0  # between both, at most | 0 0 0 0
PROSE_MEETS = 20.0  # of a line of prose between them | 0 0 0 0

# points: rulings of a figure that may be a table, and of one table's region
FIGURE_RULING = 60.0  # at least | 0 0 0 0
SAME_ENDS = 3.0  # ends of rulings of one width | 0 0 0 0
ASIDE = 8.0  # beyond a table's sides | 0 0 0 0


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

    `running`: keys of rulings that stand at the same place on several pages. `prior` > 0: this paper's captions stand
    above, < 0: below.
    """
    tables = [c for c in captions if c.what == "table"]
    if not tables and not may_hold_grids(page, captions):
        return []
    around = _surroundings(page, captions, running)
    homes = _assign(around, prior)
    regions: list[Region] = []
    used: set[int] = set()
    for number, caption in enumerate(captions):
        mine = [f for f, home in zip(around.frames, homes, strict=True) if home == number]
        if caption.what in ("table", "figure"):
            _add_ruled(around, caption, mine, regions, used)
    done = {id(r.caption) for r in regions} | {id(c.main) for c in captions if c.main is not None}
    for caption in tables:
        if id(caption) in done:
            continue
        left = replace(around, free=[i for i in around.free if i not in used])
        box, places = find_unruled(left, caption, caption.side or prior)
        if places:
            regions.append(_region(around, caption, box, places))
            used.update(places)
    return regions


def _surroundings(page: Page, captions: Sequence[Caption], running: set[tuple[int, int, int]]) -> Surroundings:
    rulings = [r for r in page.rulings if not (r.horizontal and ruling_key(r) in running)]
    frames = frames_of(page, rulings, captions)
    taken = {i for c in captions for i in c.words} | _margin_words(page, frames)
    free = [i for i in range(len(page.words)) if i not in taken]
    return Surroundings(page, captions, free, rulings, vertical_rulings(rulings), frames)


def _margin_words(page: Page, frames: Sequence[Frame]) -> set[int]:
    """Words of running heads and page numbers; a table's first line may stand where they do."""
    margin = {
        i
        for b in page.blocks
        if b.kind == "margin"
        for line in page.lines[b.first : b.last]
        for i in range(line.first, line.last)
    }
    ruled = [f for f in frames if len(f.rulings) > 1]
    return {i for i in margin if not any(_holds(f, page.words[i]) for f in ruled)}


def _holds(frame: Frame, word: Word) -> bool:
    return frame.x0 < word.x0 < frame.x1 and frame.top < (word.top + word.bottom) / 2 < frame.bottom


def _add_ruled(
    around: Surroundings, caption: Caption, frames: Sequence[Frame], regions: list[Region], used: set[int]
) -> None:
    """Adds the regions of a caption's frames, and their words to `used`."""
    for frame in frames:
        reach_with_verticals(frame, around.verticals, around.captions)
    for frame in frames:
        if caption.what == "table":
            box, reached = extend_frame(around, frame, caption)
        else:  # what stands beyond the rulings may be a plot's
            box = frame.box
            x0, top, x1, bottom = box
            found = around.words_between(x0 - SLACK, x1 + SLACK, top - SLACK, bottom + SLACK)
            reached = [i for i, _ in found]
        places = [i for i in reached if i not in used]
        if looks_tabular(around.page, places, around.verticals, ruled=True) and (
            caption.what == "table" or is_grid(around.page, places, around.verticals)
        ):
            regions.append(_region(around, caption, box, places))
            used.update(places)


def may_hold_grids(page: Page, captions: Sequence[Caption]) -> bool:
    """Whether two long rulings of one width stand over each other on a page with a figure."""
    if not any(c.what == "figure" for c in captions):
        return False
    level = [r for r in page.rulings if r.horizontal and r.x1 - r.x0 > FIGURE_RULING]
    ends = Counter((round(r.x0 / SAME_ENDS), round(r.x1 / SAME_ENDS)) for r in level)
    return len(level) <= MAX_LEVEL_RULINGS and any(n > 1 for n in ends.values())


def caption_side(pages: Iterable[tuple[Page, Sequence[Caption]]], running: set[tuple[int, int, int]]) -> float:
    """From 1 (this paper's table captions stand above their tables) to -1 (below), by rulings on one side."""
    above = below = 0
    for page, captions in pages:
        level = [r for r in page.rulings if r.horizontal and r.x1 - r.x0 > LONG_RULING]
        rulings = [r for r in level if ruling_key(r) not in running]
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
    if min(ruling.x1, box[2]) - max(ruling.x0, box[0]) < RULING_MEETS * min(ruling.x1 - ruling.x0, box[2] - box[0]):
        return 0
    if ruling.top >= box[3] - WIDE_SLACK:
        low, high, side = box[3], ruling.top, 1
    else:
        low, high, side = ruling.bottom, box[1], -1
    if not -OFF_CAPTION <= high - low <= RULING_NEAR:
        return 0
    between = [p for p in prose if p[1] >= low - SLACK and p[3] <= high + SLACK]
    return 0 if any(min(p[2], box[2]) - max(p[0], box[0]) > PROSE_MEETS for p in between) else side


def _assign(around: Surroundings, prior: float) -> list[int | None]:
    """For each frame the place of its caption, or None: it has none, or is one ruling alone."""
    captions, frames = around.captions, around.frames
    prose = _prose_lines(around.page)
    costs = [
        {n: cost for n in range(len(captions)) if (cost := _cost(around, frame, captions[n], prose, prior)) is not None}
        for frame in frames
    ]
    homes = [
        min(cost, key=lambda n: (cost[n], n)) if cost and len(frame.rulings) > 1 else None
        for frame, cost in zip(frames, costs, strict=True)
    ]
    for number, caption in enumerate(captions):
        if caption.what == "table" and number not in homes:
            given = _spare_frame(around, homes, costs, number)
            if given is not None:
                homes[given] = number
    return homes


def _cost(around: Surroundings, frame: Frame, caption: Caption, prose: Sequence[Box], prior: float) -> float | None:
    """Points between frame and caption, more on the unusual side of it; None if they can't belong."""
    cost = _distance(around, frame, caption, prose)
    if cost is None:
        return None
    above = caption.box[3] <= frame.top + OFF_CAPTION
    if caption.what == "figure":
        return cost + WRONG_SIDE_OF_FIGURE if above else cost
    if caption.what == "table":
        side = caption.side or prior
        if side and (side > 0) != above:
            cost += KNOWN_SIDE if caption.side else USUAL_SIDE + ALWAYS_USUAL * abs(prior)
        if len(frame.rulings) < 2:
            cost += LONE_RULING
    return cost


def _spare_frame(
    around: Surroundings, homes: Sequence[int | None], costs: Sequence[Mapping[int, float]], number: int
) -> int | None:
    """A frame for a caption that has none: from a neighbour that has frames on both its sides."""
    wanted = [n for n, f in enumerate(around.frames) if len(f.rulings) > 1 and number in costs[n]]
    for n in sorted(wanted, key=lambda n: costs[n][number]):
        home = homes[n]
        if home is None or around.captions[home].what != "table":
            continue
        others = [m for m, h in enumerate(homes) if h == home and m != n]
        middle = around.captions[home].box[1]
        if others and all((around.frames[m].top < middle) != (around.frames[n].top < middle) for m in others):
            return n
    return None


def _prose_lines(page: Page) -> list[Box]:
    return [
        (line.x0, line.top, line.x1, line.bottom)
        for b in page.blocks
        if b.kind in ("prose", "heading")
        for line in page.lines[b.first : b.last]
        if line.last - line.first >= PROSE_LINE or b.kind == "heading"
    ]


def _distance(around: Surroundings, frame: Frame, caption: Caption, prose: Sequence[Box]) -> float | None:
    """Points between frame and caption, other grids of the same row not counted; None if they can't belong."""
    box = caption.box
    overlap = min(frame.x1, box[2]) - max(frame.x0, box[0])
    if overlap < MEETS * min(frame.x1 - frame.x0, box[2] - box[0]):
        return None
    if box[3] <= frame.top + OFF_CAPTION:
        low, high = box[3], frame.top
    elif box[1] >= frame.bottom - OFF_CAPTION:
        low, high = frame.bottom, box[1]
    else:
        return None
    between = (max(frame.x0, box[0]), low, min(frame.x1, box[2]), high)
    if any(c is not caption and _is_between(c.box, between) for c in around.captions):
        return None
    gap = max(high - low, 0.0)
    grids = [f.box for f in around.frames if f is not frame and len(f.rulings) > 1]
    gap -= sum(g[3] - g[1] for g in grids if _is_between(g, between))
    gap += A_LINE_OF_PROSE * sum(_is_between(p, between, share=INTO_PROSE) for p in prose)
    if FILLED_GAP[0] < gap < FILLED_GAP[1] and len(frame.rulings) > 1 and rows_fill(around, between):
        return FILLED
    return gap if gap <= FAR else None


def _is_between(box: Box, between: Box, share: float = 0.0) -> bool:
    """Whether a box stands within the height of another and meets it with more than a share of its width."""
    x0, low, x1, high = between
    meets = min(box[2], x1) - max(box[0], x0) > share * (box[2] - box[0])
    return box[1] >= low - SLACK and box[3] <= high + SLACK and meets


def _region(around: Surroundings, caption: Caption, box: Box, places: Sequence[int]) -> Region:
    words = [around.page.words[i] for i in places]
    x0, top = min(box[0], *(w.x0 for w in words)), min(box[1], *(w.top for w in words))
    x1, bottom = max(box[2], *(w.x1 for w in words)), max(box[3], *(w.bottom for w in words))
    level = [
        r for r in around.rulings
        if r.horizontal and r.top >= top - SLACK and r.bottom <= bottom + SLACK
        and r.x0 >= x0 - ASIDE and r.x1 <= x1 + ASIDE
    ]  # fmt: skip
    beside = [r for r in around.verticals if x0 - WIDE_SLACK <= r.x0 <= x1 + WIDE_SLACK]
    upright = [r for r in beside if r.top < bottom and r.bottom > top]
    return Region(caption, (x0, top, x1, bottom), tuple(sorted(places)), (*level, *upright))

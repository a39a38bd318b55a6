"""A page's rulings as tables are drawn with them: frames of level rulings of one width, upright rulings joined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from db.models import Box, Page, Ruling
from extract.layout.captions import Caption
from extract.layout.slack import ROUNDING, SLACK, WIDE_SLACK

SHORT_RULING = 18.0  # points: what is shorter is a fraction's bar or a dash | 0 0 0 0
SAME_EDGE = 6.0  # points that rulings of one table may differ at their ends | 0 0 0 0
MAX_LEVEL_RULINGS = 400  # a page with more holds a drawing | 0 0 0 0
ROW_BY_ROW = (1.2, 2.5)  # points across and along between pieces of one upright ruling, drawn row by row | 0 0 0 0
CROSSES = 0.6  # of the table's width: a ruling this long separates rows, a shorter one spans columns | 6 5 2 17
SAME_LEVEL = 1.6  # points between the tops of rulings of one height | 0 0 0 0
DOUBLE = 3.5  # points: closer crossing rulings are one double ruling | 0 0 0 0
TRIMMED = 2.5  # points between two cmidrules that booktabs trims; less is one ruling drawn in pieces | 2 1 0 0
HEAD = 0.16  # of the page's height, above which rulings may be those of running heads | 0 0 0 0
FOOT = 0.88  # below which they may be those of footers | 0 0 0 0
REPEATED = 3  # pages on which a ruling or a text stands that belongs to none of them, at least | 3 3 0 0
SAME_PLACE = 2.0  # points: rulings of two pages that differ by less stand at one place | 0 0 0 0
MOST_TALLER = 3.0  # times a frame's height that upright rulings may give it | 0 0 0 0
MOST_TALLER_BY = 60.0  # points on top of that, for frames of one row | 0 0 0 0


@dataclass
class Frame:
    x0: float
    top: float
    x1: float
    bottom: float
    rulings: list[Ruling]

    @property
    def box(self) -> Box:
        return (self.x0, self.top, self.x1, self.bottom)


def repeated_rulings(pages: Sequence[Page]) -> set[tuple[int, int, int]]:
    """Rules under running heads and over footers: at the same place on several pages."""
    seen: Counter[tuple[int, int, int]] = Counter()
    for page in pages:
        keys = set()
        for r in page.rulings:
            if r.horizontal and (r.bottom < HEAD * page.height or r.top > FOOT * page.height):
                keys.add(ruling_key(r))
        seen.update(keys)
    return {key for key, n in seen.items() if n >= REPEATED}


def ruling_key(ruling: Ruling) -> tuple[int, int, int]:
    return (round(ruling.top / SAME_PLACE), round(ruling.x0 / SAME_PLACE), round(ruling.x1 / SAME_PLACE))


def vertical_rulings(rulings: Iterable[Ruling]) -> list[Ruling]:
    """Vertical rulings, those drawn row by row joined."""
    out: list[Ruling] = []
    for ruling in sorted((r for r in rulings if not r.horizontal), key=lambda r: (round(r.x0), r.top)):
        last = out[-1] if out else None
        if last and abs(last.x0 - ruling.x0) < ROW_BY_ROW[0] and ruling.top <= last.bottom + ROW_BY_ROW[1]:
            out[-1] = Ruling(last.x0, last.top, last.x1, max(last.bottom, ruling.bottom))
        else:
            out.append(ruling)
    return out


def frames_of(page: Page, rulings: Sequence[Ruling], captions: Sequence[Caption]) -> list[Frame]:
    """Horizontal rulings of one width with no caption between them."""
    level = sorted((r for r in rulings if r.horizontal and r.x1 - r.x0 >= SHORT_RULING), key=lambda r: r.top)
    if len(level) > MAX_LEVEL_RULINGS:
        return []
    frames: list[Frame] = []
    for ruling in level:
        home = next((f for f in reversed(frames) if _goes_on(f, ruling, captions)), None)
        if home is None:
            frames.append(Frame(ruling.x0, ruling.top, ruling.x1, ruling.bottom, [ruling]))
        else:
            home.rulings.append(ruling)
            home.bottom = max(home.bottom, ruling.bottom)
    whole = [f for f in frames if len(f.rulings) > 1]
    alone = [f for f in frames if len(f.rulings) == 1 and not any(_within(f, w) for w in whole)]
    # a frame inside another (cmidrules of one width) is part of it
    return [f for f in (*whole, *alone) if not any(o is not f and len(o.rulings) > 1 and _within(f, o) for o in whole)]


def _goes_on(frame: Frame, ruling: Ruling, captions: Sequence[Caption]) -> bool:
    """Whether a ruling is as wide as the frame, and no caption stands between them."""
    same = abs(frame.x0 - ruling.x0) < SAME_EDGE and abs(frame.x1 - ruling.x1) < SAME_EDGE
    return same and not _caption_between(frame, ruling, captions)


def _within(inner: Frame, outer: Frame) -> bool:
    return (
        inner.x0 >= outer.x0 - SAME_EDGE and inner.x1 <= outer.x1 + SAME_EDGE
        and inner.top >= outer.top - SLACK and inner.bottom <= outer.bottom + SLACK
        and (
            inner.x1 - inner.x0 < outer.x1 - outer.x0 - ROUNDING
            or inner.bottom - inner.top < outer.bottom - outer.top - ROUNDING
        )
    )  # fmt: skip


def _caption_between(frame: Frame, ruling: Ruling, captions: Sequence[Caption]) -> bool:
    return any(
        c.box[1] >= frame.bottom - WIDE_SLACK and c.box[3] <= ruling.top + WIDE_SLACK
        and min(c.box[2], ruling.x1) - max(c.box[0], ruling.x0) > 0
        for c in captions
    )  # fmt: skip


def reach_with_verticals(frame: Frame, verticals: Sequence[Ruling], captions: Sequence[Caption]) -> None:
    """Lengthens a frame by the vertical rulings that cross it, as far as no caption is met."""
    for r in verticals:
        beside = frame.x0 - WIDE_SLACK <= r.x0 <= frame.x1 + WIDE_SLACK
        if not (beside and r.top < frame.bottom and r.bottom > frame.top):
            continue
        top, bottom = min(frame.top, r.top), max(frame.bottom, r.bottom)
        if bottom - top > MOST_TALLER * (frame.bottom - frame.top) + MOST_TALLER_BY or any(
            c.box[1] < bottom - SLACK and c.box[3] > top + SLACK and c.box[0] < frame.x1 and c.box[2] > frame.x0
            for c in captions
        ):
            continue
        frame.top, frame.bottom = top, bottom


def split_rulings(rulings: Sequence[Ruling], box: Box) -> tuple[list[float], list[Ruling]]:
    """Heights of the rulings that cross the table, and the shorter horizontal rulings."""
    width = box[2] - box[0]
    levels: list[list[Ruling]] = []
    for r in sorted((r for r in rulings if r.horizontal), key=lambda r: r.top):
        if levels and r.top - levels[-1][0].top < SAME_LEVEL:
            levels[-1].append(r)
        else:
            levels.append([r])
    full: list[float] = []
    partial: list[Ruling] = []
    for level in levels:
        if sum(r.x1 - r.x0 for r in level) >= CROSSES * width and (len(level) == 1 or _touching(level)):
            y = sum(r.top for r in level) / len(level)
            if not full or y - full[-1] > DOUBLE:
                full.append(y)
        else:
            partial.extend(level)
    return full, partial


def _touching(level: Sequence[Ruling]) -> bool:
    """Whether rulings of one height make one line: no gap like the one between two cmidrules."""
    ordered = sorted(level, key=lambda r: r.x0)
    reach = ordered[0].x1
    for r in ordered[1:]:
        if r.x0 > reach + TRIMMED:
            return False
        reach = max(reach, r.x1)
    return True

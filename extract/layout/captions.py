"""Captions on a page: "Table 2: ...", "TABLE IV", "Tab. 3.", and those of figures, listings and algorithms.

A caption is found by its label at the head of a line, and goes on with the lines set right beneath. A sentence that
happens to begin a line with "Table 2" ("Table 2 shows that ...") stands in a paragraph: a line set tight above it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from db.models import Box, Line, Page, Word

# accepts "Table 2:", "Table 2. ", "TABLE IV", "Tab. 3 -", "Table A.1:", "Table S1.", "Table 3 (continued)"
# refuses "Table 2 shows", "Table 5).", "Table 2; ", "Tables 3 and 4", "Table 2(c) shows"
_LABEL = re.compile(
    r"^(?:Extended Data |Supplementary |Supplemental )?"
    r"(?P<what>Table|TABLE|T ABLE|Tab\.|TAB\.|Figure|FIGURE|Fig\.|FIG\.|Algorithm|ALGORITHM|Listing|LISTING)\s?"
    r"(?P<number>(?:[A-Z]{1,2}[.\-]?)?\d{1,3}(?:[.\-]\d{1,2})?[a-z]?|[IVX]{1,6}|[A-Z]\d?)"
    r"\s?(?P<stop>[:.|\-–—]|$|(?=,?\s?\(?(?:cont|Cont))|(?=\s[A-Z(“\"∗*]))"
)
_FIRST_LETTERS = ("tab", "fig", "alg", "lis", "ext", "sup", "t")
_SUB_LABEL = re.compile(r"^\([a-j]\)\s+[A-Z]")  # "(a) Comparison of ..." begins a sub-caption of its own
_VERBS = re.compile(
    r"^(?:Table|TABLE|Tab\.)\s?\S+\s(?:shows?|presents?|lists?|summari[sz]es?|reports?|compares?|gives?|and|also|we)\b"
)


@dataclass(frozen=True)
class Caption:
    """One caption: what it names ("table" or another float), its number, words and box."""

    what: str  # table | figure | algorithm | listing
    number: str
    text: str
    words: tuple[int, ...]
    box: Box
    continued: bool  # "Table 3 (continued)"
    main: Caption | None = None  # of a sub-caption: the caption that it stands under
    side: int = 0  # 1: known to stand above its float, -1: below


def find_captions(page: Page) -> list[Caption]:
    """The page's captions from top to bottom."""
    found = []
    for n, line in enumerate(page.lines):
        first = page.words[line.first].text
        if first[:3].lower() not in _FIRST_LETTERS and first.lower() not in _FIRST_LETTERS:
            continue
        head = " ".join(w.text for w in page.words[line.first : min(line.last, line.first + 6)])
        match = _LABEL.match(head)
        if match is None or _VERBS.match(head) or (match["stop"] not in (":", "|") and goes_on_a_paragraph(page, n)):
            continue
        found.append(_caption(page, n, match))
    return sorted(found, key=lambda c: (c.box[1], c.box[0]))


def _caption(page: Page, n: int, match: re.Match[str]) -> Caption:
    label = match["what"].lower().replace(" ", "")
    what = {"tab": "table", "fig": "figure", "alg": "algorithm", "lis": "listing"}[label[:3]]
    return caption_at(page, n, what, match["number"])


def caption_at(page: Page, n: int, what: str, number: str) -> Caption:
    """The caption that begins with the page's line n."""
    lines = _caption_lines(page, n)
    words = tuple(i for line in lines for i in range(line.first, line.last))
    text = join_lines([[page.words[i] for i in range(line.first, line.last)] for line in lines])
    box = (
        min(line.x0 for line in lines), min(line.top for line in lines),
        max(line.x1 for line in lines), max(line.bottom for line in lines),
    )  # fmt: skip
    continued = bool(re.search(r"\(?\bcont(?:inued|\.|’d|'d)", text[:60], re.I))
    return Caption(what, number, text, words, box, continued)


def goes_on_a_paragraph(page: Page, n: int) -> bool:
    """Whether line n stands in running text: a line of the same size right above it, flush and full."""
    line = page.lines[n]
    words = page.words
    bold = words[line.first].bold
    if bold and not words[line.last - 1].bold:
        return False
    for other in page.lines[max(n - 3, 0) : n]:
        gap = line.top - other.bottom
        if not -0.3 * line.size < gap < 0.45 * line.size or abs(other.size - line.size) > 0.08 * line.size:
            continue
        if other.x0 > line.x0 + 2 or line.x0 > other.x0 + 25 or other.x1 < line.x1 - 0.5 * (line.x1 - line.x0):
            continue
        if other.last - other.first >= 4 and other.x1 - other.x0 > 100:
            return True
    return False


def _caption_lines(page: Page, n: int) -> list[Line]:
    """The label's line and those that go on with it: set beneath, same size, the same distance each time.

    A printed line may come in pieces (marks, changes of font); a gap as between cells says that it is a table's row.
    """
    first = page.lines[n]
    size = first.size
    near = [
        (m, o)
        for m, o in enumerate(page.lines[max(n - 60, 0) : n + 60], max(n - 60, 0))
        if m != n and o.top > first.top - size and o.x1 > first.x0 - 200 and o.x0 < first.x1 + 200
    ]
    lines = [first]
    used = {n}
    for m, other in near:  # the rest of the label's own line
        gap = other.x0 - max(line.x1 for line in lines)
        beside = abs(_base(other) - _base(first)) < 0.4 * size or (other.size < 0.86 * size and _level(other, first))
        if m > n and beside and -0.5 * size <= gap < size and not _starts_another(page, other):
            lines.append(other)
            used.add(m)
    x0, x1 = min(line.x0 for line in lines), max(line.x1 for line in lines)
    base, last_row, pitch = _base(first), list(lines), None
    while True:
        lead: tuple[float, int, Line] | None = None
        alone = len(lines) == 1 and first.last - first.first <= 2  # "TABLE IV": its title stands beneath
        for m, other in near:
            step = _base(other) - base
            if m in used or m < n or not 0.6 * size < step < 1.75 * size:
                continue
            if alone and _titles(other, first):
                if lead is None or (step, m) < (lead[0], lead[1]):
                    lead = (step, m, other)
                continue
            if abs(other.size - size) > 0.13 * size:
                continue
            if other.x1 < x0 or other.x0 > x1 or other.x0 < x0 - 0.6 * (x1 - x0) or other.x1 > x1 + 0.6 * (x1 - x0):
                continue
            if (pitch is None and step > 1.5 * size) or (pitch is not None and abs(step - pitch) > 0.22 * pitch):
                continue
            if lead is None or (step, m) < (lead[0], lead[1]):
                lead = (step, m, other)
        if lead is None:
            break
        step, _, other = lead
        if _ruling_between(page, x0, x1, max(line.bottom for line in last_row), other) or _starts_another(page, other):
            break
        row = [
            (m, o)
            for m, o in near
            if m not in used and o.x1 > x0 - 3 and o.x0 < max(x1, other.x1) + 3
            and (abs(_base(o) - _base(other)) < 0.3 * size or (o.size < 0.86 * size and _level(o, other)))
        ]  # fmt: skip
        row.sort(key=lambda mo: mo[1].x0)
        if any(b.x0 - a.x1 > 2.5 * size for (_, a), (_, b) in pairwise(row)):
            break  # a row of a table
        left, right = min(line.x0 for line in last_row), max(line.x1 for line in last_row)
        flush = abs(left - x0) < 3
        if (
            last_row[0] is not first
            and flush
            and right < x1 - 0.12 * (x1 - x0)
            and row[-1][1].x1 > right + 0.1 * (x1 - x0)
        ):
            break  # the line above ended short: the caption was over
        if alone and _titles(other, first):
            size = other.size
        last_row = [o for _, o in row]
        lines.extend(last_row)
        used.update(m for m, _ in row)
        pitch = step if pitch is None else pitch
        base = _base(other)
        x0, x1 = min(x0, *(o.x0 for o in last_row)), max(x1, *(o.x1 for o in last_row))
    return lines


def _titles(line: Line, label: Line) -> bool:
    """Whether a line beneath a label that stands alone is its title: centred or flush, and hardly smaller."""
    centred = abs((line.x0 + line.x1) - (label.x0 + label.x1)) < 8 or abs(line.x0 - label.x0) < 2
    return centred and 0.72 * label.size < line.size < 1.13 * label.size and line.last - line.first >= 3


def _base(line: Line) -> float:
    return line.bottom - 0.24 * line.size


def _level(mark: Line, line: Line) -> bool:
    """Whether small print stands beside a line, raised or lowered."""
    return line.top - 0.5 * line.size < mark.top and mark.bottom < line.bottom + 0.5 * line.size


def _ruling_between(page: Page, x0: float, x1: float, bottom: float, below: Line) -> bool:
    return any(
        r.horizontal
        and bottom - 2 <= r.top <= below.top + 3
        and min(r.x1, x1) - max(r.x0, x0) > 0.3 * (below.x1 - below.x0)
        for r in page.rulings
    )


def _starts_another(page: Page, line: Line) -> bool:
    head = " ".join(w.text for w in page.words[line.first : min(line.last, line.first + 6)])
    match = _LABEL.match(head)
    return (match is not None and match["stop"] == ":") or bool(_SUB_LABEL.match(head))


def join_lines(lines: Sequence[Sequence[Word]]) -> str:
    """Words of several lines as one text, words broken at a line's end joined again."""
    text = ""
    for line in lines:
        piece = " ".join(marked(w) for w in line)
        if text.endswith("-") and text[-2:-1].isalpha() and piece[:1].islower():
            text = text[:-1] + piece
        elif text:
            text += " " + piece
        else:
            text = piece
    return text


def marked(word: Word) -> str:
    """A word's text with "^" before each raised part ("76.3^1", "10^20")."""
    text = word.text
    for place in reversed(word.raised):
        text = text[:place] + "^" + text[place:]
    return text

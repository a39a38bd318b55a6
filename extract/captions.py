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
    r"\s?(?P<stop>[:.|\-–—]|$|(?=\s?\((?:cont|Cont))|(?=\s[A-Z(“\"∗*]))"
)
_FIRST_LETTERS = ("tab", "fig", "alg", "lis", "ext", "sup", "t")
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


def find_captions(page: Page) -> list[Caption]:
    """The page's captions from top to bottom."""
    found = []
    for n, line in enumerate(page.lines):
        first = page.words[line.first].text
        if first[:3].lower() not in _FIRST_LETTERS and first.lower() not in _FIRST_LETTERS:
            continue
        head = " ".join(w.text for w in page.words[line.first : min(line.last, line.first + 6)])
        match = _LABEL.match(head)
        if match is None or _VERBS.match(head) or _goes_on_a_paragraph(page, n, match):
            continue
        found.append(_caption(page, n, match))
    return sorted(found, key=lambda c: (c.box[1], c.box[0]))


def _caption(page: Page, n: int, match: re.Match[str]) -> Caption:
    lines = _caption_lines(page, n)
    words = tuple(i for line in lines for i in range(line.first, line.last))
    text = join_lines([[page.words[i] for i in range(line.first, line.last)] for line in lines])
    box = (
        min(line.x0 for line in lines), min(line.top for line in lines),
        max(line.x1 for line in lines), max(line.bottom for line in lines),
    )  # fmt: skip
    label = match["what"].lower().replace(" ", "")
    what = {"tab": "table", "fig": "figure", "alg": "algorithm", "lis": "listing"}[label[:3]]
    continued = bool(re.search(r"\(?\bcont(?:inued|\.|’d|'d)", text[:60], re.I))
    return Caption(what, match["number"], text, words, box, continued)


def _goes_on_a_paragraph(page: Page, n: int, match: re.Match[str]) -> bool:
    """Whether the line stands in running text: a line of the same size right above it, flush and full."""
    if match["stop"] in (":", "|"):
        return False
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
    """The label's line and those that go on with it: set beneath, same size, the same distance each time."""
    first = page.lines[n]
    lines = [first]
    used = {n}
    pitch = None
    for m in range(n + 1, min(n + 4, len(page.lines))):  # the rest of the label's own line, if a gap broke it
        other = page.lines[m]
        same = abs(other.top - first.top) < 0.3 * first.size and abs(other.size - first.size) < 0.1 * first.size
        if same and 0 <= other.x0 - max(line.x1 for line in lines) < 4 * first.size:
            lines.append(other)
            used.add(m)
        else:
            break
    x0, x1 = min(line.x0 for line in lines), max(line.x1 for line in lines)
    bottom, top = first.bottom, first.top
    while True:
        below = None
        for m, other in enumerate(page.lines[n + 1 : n + 40], n + 1):
            if m in used or abs(other.size - first.size) > 0.13 * first.size:
                continue
            step = other.top - top
            if not 0.6 * first.size < step < 1.75 * first.size:
                continue
            if other.x1 < x0 or other.x0 > x1 or other.x0 < x0 - 0.6 * (x1 - x0) or other.x1 > x1 + 0.6 * (x1 - x0):
                continue
            if pitch is not None and abs(step - pitch) > 0.22 * pitch:
                continue
            if pitch is None and step > 1.45 * first.size:
                continue
            if below is None or (step, m) < (below[0], below[1]):
                below = (step, m, other)
        if below is None:
            break
        step, m, other = below
        if _rule_between(page, x0, x1, bottom, other) or _starts_another(page, other):
            break
        row = [k for k, o in enumerate(page.lines) if k not in used and abs(o.top - other.top) < 0.3 * o.size
               and o.x1 > x0 - 3 and o.x0 < x1 + 3]  # fmt: skip
        pieces = sorted((page.lines[k] for k in row), key=lambda o: o.x0)
        if len(pieces) > 2 or any(b.x0 - a.x1 > 2.5 * first.size for a, b in pairwise(pieces)):
            break  # a row of a table
        full = max(line.x1 for line in lines) - min(line.x0 for line in lines)
        last = lines[-1]
        if len(lines) >= 2 and last.x1 < x1 - 0.12 * full and abs(last.x0 - x0) < 3 and other.x1 > last.x1 + 0.1 * full:
            break  # the line above ended short: the caption was over
        lines.append(other)
        used.add(m)
        pitch = step if pitch is None else pitch
        bottom, top = other.bottom, other.top
        x0, x1 = min(x0, other.x0), max(x1, other.x1)
    return lines


def _rule_between(page: Page, x0: float, x1: float, bottom: float, below: Line) -> bool:
    return any(
        r.horizontal
        and bottom - 2 <= r.top <= below.top + 3
        and min(r.x1, x1) - max(r.x0, x0) > 0.3 * (below.x1 - below.x0)
        for r in page.rules
    )


def _starts_another(page: Page, line: Line) -> bool:
    head = " ".join(w.text for w in page.words[line.first : min(line.last, line.first + 6)])
    match = _LABEL.match(head)
    return match is not None and match["stop"] == ":"


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

"""Captions on a page: "Table 2: ...", "TABLE IV", "表 3", and those of figures, listings and algorithms.

A caption is found by its label at the head of a line, and goes on with the lines set right beneath. A sentence that
happens to begin a line with "Table 2" ("Table 2 shows that ...") stands in a paragraph: a line set tight above it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from db.models import Box, Line, Page, Word
from extract.layout.slack import SLACK, WIDE_SLACK
from extract.pattern import Pattern

# what floats are called; papers in other languages have tables too
FLOATS = {
    "table": (
        "Table", "TABLE", "T ABLE", "Tab.", "TAB.", "Tabelle", "Tableau", "TABLEAU", "Tabla", "TABLA", "Tabela",
        "TABELA", "Tabella", "Tabel", "Taulukko", "Tabulka", "Tablo", "Bảng", "Таблица", "ТАБЛИЦА", "Табл.",
        "表格", "表", "표",
    ),
    "figure": (
        "Figure", "FIGURE", "Fig.", "FIG.", "Abbildung", "Abb.", "Figura", "FIGURA", "Rysunek", "Hình",
        "Рисунок", "Рис.", "图", "圖", "図", "그림",
    ),
    "algorithm": ("Algorithm", "ALGORITHM", "Algorithmus", "Algorithme", "Algoritmo", "Алгоритм", "算法"),
    "listing": ("Listing", "LISTING"),
}  # fmt: skip
_KIND = {word: kind for kind, words in FLOATS.items() for word in words}
_NO_SPACES = "\u2e80-\u9fff\uac00-\ud7af"  # scripts in which words touch
LABEL = Pattern(
    "the label that a float's caption begins with",
    {
        "|".join(re.escape(word) for word in sorted(_KIND, key=len, reverse=True)): (
            "Table 2:", "TABLE IV", "Tab. 3 -", "Table A.1:", "Table S1.", "Table 3 (continued)", "表1 模型",
            "Supplementary Figure 2 | Of",
        ),
    },
    refuses=("Table 2 shows", "Table 5).", "Table 2; ", "Tables 3 and 4", "Table 2(c) shows", "Tabelle 3 zeigt"),
    before="^(?:Extended Data |Supplementary |Supplemental )?(?P<what>",
    after=r")\s?(?P<number>(?:[A-Z]{1,2}[.\-]?)?\d{1,3}(?:[.\-]\d{1,2})?[a-z]?|[IVX]{1,6}|[A-Z]\d?)"
    rf"\s?(?P<stop>[:：.．|\-–—]|$|(?=,?\s?\(?(?:cont|Cont))|(?=\s[A-ZА-Я(“\"∗*])|(?=\s?[{_NO_SPACES}]))",
    flags=re.NOFLAG,
)  # fmt: skip
_FIRST_LETTERS = frozenset(
    {word[:3].lower() for word in (*_KIND, "Extended", "Supplementary")} | {"t", *(w for w in _KIND if len(w) < 3)}
)
_COLONS = (":", "：")
# accepts "(a) Comparison of ...", "(b)"; refuses "(a)-(c)", "(ours) 76.3", "a) ..."
SUB_LABEL = re.compile(r"^\((?P<letter>[a-j])\)(?!\s?[-–,])")
_VERBS = Pattern(
    "a sentence that begins with the label of a table or figure, and no caption",
    {
        r"(?:表格?|图|圖|図)\s?\d+\s?"
        r"(?:给出|給出|显示|顯示|展示|列出|比较|比較|总结|總結|报告|報告|中|为|是|和|与|に|は|の)": (
            "表1给出",
            "図 2 は",
        ),
    },
    refuses=("Table 2 Results", "Figure 2 shows", "表1 模型"),
    before="^",
    flags=re.NOFLAG,
)


LABEL_WORDS = 6  # of a line's first words that a label is looked for in | 0 0 0 0
CONTINUED_WITHIN = 60  # characters of a caption that may say that it goes on from another page | 0 0 0 0
NEAR_LINES = 60  # of the page's lines before and behind a label: among them stand the caption's own | 0 0 0 0
NEAR = 200.0  # points beside a label within which they stand | 0 0 0 0
CELL_GAP = 2.5  # heights of the print: so wide a gap stands between the cells of a row, not within a caption | 0 0 0 0

# a label within running text: the line right above it
LINES_BEFORE = 3  # of the page's lines that may be it | 0 0 0 0
TIGHT_GAP = (-0.3, 0.45)  # heights of the print between both, least and most | 0 0 0 0
SAME_PRINT = 0.08  # heights of the print by which both differ at most | 0 0 0 0
INDENT = 25.0  # points that the label may begin behind it | 0 0 0 0
SHORT_OF = 0.5  # of the label line's length that it may end before | 0 0 0 0
FULL_LINE = (4, 100.0)  # its words and points, at least: less is a cell or a heading | 0 0 0 0

# the lines of one caption: heights of the print
LABEL_ROW = 0.4  # between the base lines of the label and of what stands beside it | 0 0 0 0
ROW_PIECES = 0.3  # between those of pieces of one printed line | 0 0 0 0
PIECE_OVERLAP = 0.5  # that a piece may begin before the last one's end | 0 0 0 0
LINE_STEP = (0.6, 1.75)  # from base line to base line, least and most | 0 0 0 0
FIRST_STEP = 1.5  # at most, where no step is known yet | 0 0 0 0
OTHER_STEP = 0.22  # of the known step: how far another may be off | 0 0 0 0
OTHER_PRINT = 0.13  # by which lines of one caption differ at most | 0 0 0 0
TITLE_PRINT = (0.72, 1.13)  # a title's under a label that stands alone | 0 0 0 0
TITLE_WORDS = 3  # at least | 0 0 0 0
TITLE_OFF = 4.0  # points that a title stands off the label's middle | 0 0 0 0
SMALL = 0.86  # of the print: what is smaller is a script or a mark | 3 3 3 3
MARK_REACH = 0.5  # that a mark stands above or below its line | 0 0 0 0
BEYOND = 0.6  # of the caption's width that its next line may reach beyond its sides | 0 0 0 0
ENDED_SHORT = 0.12  # of its width: a line that ends so far before the right is a paragraph's last | 0 0 0 0
LONGER = 0.1  # of its width: what reaches so far beyond such a last line is no part of the caption | 0 0 0 0
RULED_OFF = 0.3  # of a line's width that a ruling above it covers | 0 0 0 0
DESCENT = 0.24  # of a line's height below its base line | 1 0 0 0


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
        if not may_begin_label(page.words[line.first].text):
            continue
        head = _head(page, line)
        match = LABEL.match(head)
        if (
            match is None
            or _VERBS.match(head)
            or (match["stop"] not in (*_COLONS, "|") and goes_on_a_paragraph(page, n))
        ):
            continue
        found.append(_caption(page, n, match))
    return sorted(found, key=lambda c: (c.box[1], c.box[0]))


def may_begin_label(text: str) -> bool:
    """Whether a line that begins so may begin with a float's label: asked of every line, it spares the expression."""
    return text[:3].lower() in _FIRST_LETTERS or text[:1] in _FIRST_LETTERS or text[:2] in _FIRST_LETTERS


def _caption(page: Page, n: int, match: re.Match[str]) -> Caption:
    number = unicodedata.normalize("NFKC", match["number"])
    return caption_at(page, n, _KIND[match["what"]], number)


_CONTINUED = Pattern(
    "a float that goes on from another page",
    {r"inued": "Table 3 (continued)", r"\.": "Table 3 (cont.)", r"’d": "Table 3, cont’d", r"'d": "Table 3 cont'd"},
    refuses=("Table 3: Contrast",),
    before=r"\bcont",
)


def caption_at(page: Page, n: int, what: str, number: str) -> Caption:
    """The caption that begins with the page's line n."""
    lines = _caption_lines(page, n)
    words = tuple(i for line in lines for i in range(line.first, line.last))
    text = join_lines([[page.words[i] for i in range(line.first, line.last)] for line in lines])
    box = (
        min(line.x0 for line in lines), min(line.top for line in lines),
        max(line.x1 for line in lines), max(line.bottom for line in lines),
    )  # fmt: skip
    continued = bool(_CONTINUED.search(text[:CONTINUED_WITHIN]))
    return Caption(what, number, text, words, box, continued)


def goes_on_a_paragraph(page: Page, n: int) -> bool:
    """Whether line n stands in running text: a line of the same size right above it, flush and full."""
    line = page.lines[n]
    words = page.words
    bold = words[line.first].bold
    if bold and not words[line.last - 1].bold:
        return False
    for other in page.lines[max(n - LINES_BEFORE, 0) : n]:
        gap = line.top - other.bottom
        if not TIGHT_GAP[0] * line.size < gap < TIGHT_GAP[1] * line.size:
            continue
        if abs(other.size - line.size) > SAME_PRINT * line.size:
            continue
        if other.x0 > line.x0 + SLACK or line.x0 > other.x0 + INDENT:
            continue
        if other.x1 < line.x1 - SHORT_OF * (line.x1 - line.x0):
            continue
        if other.last - other.first >= FULL_LINE[0] and other.x1 - other.x0 > FULL_LINE[1]:
            return True
    return False


def _caption_lines(page: Page, n: int) -> list[Line]:
    """The label's line and those that go on with it: set beneath, same size, the same distance each time.

    A printed line may come in pieces (marks, changes of font); a gap as between cells says that it is a table's row.
    """
    caption = _CaptionLines(page, n)
    caption.take_label_row()
    while (lead := caption.next_line()) is not None:
        row = caption.row_of(lead)
        if caption.ends_before(lead, row):
            break
        caption.take(lead, row)
    return caption.lines


class _CaptionLines:
    """The lines of a caption while they are collected; places are those of the page's lines."""

    def __init__(self, page: Page, n: int) -> None:
        self.page, self.n, self.first = page, n, page.lines[n]
        self.size = size = self.first.size
        first = self.first
        self.near = [
            (m, o)
            for m, o in enumerate(page.lines[max(n - NEAR_LINES, 0) : n + NEAR_LINES], max(n - NEAR_LINES, 0))
            if m != n and o.top > first.top - size and o.x1 > first.x0 - NEAR and o.x0 < first.x1 + NEAR
        ]
        self.lines = [first]
        self.used = {n}
        self.last_row = [first]
        self.base = base_of(first)
        self.pitch: float | None = None  # points from base line to base line, once two are known

    def take_label_row(self) -> None:
        """Takes the rest of the label's own printed line."""
        for m, other in self.near:
            gap = other.x0 - max(line.x1 for line in self.lines)
            level = abs(base_of(other) - self.base) < LABEL_ROW * self.size or self._is_mark(other, self.first)
            beside = level and -PIECE_OVERLAP * self.size <= gap < self.size
            if m > self.n and beside and not _starts_another(self.page, other):
                self.lines.append(other)
                self.used.add(m)
        self.last_row = list(self.lines)
        self._measure()

    def _measure(self) -> None:
        self.x0, self.x1 = min(line.x0 for line in self.lines), max(line.x1 for line in self.lines)

    @property
    def label_alone(self) -> bool:
        """Whether there is only a label yet: "TABLE IV", whose title stands beneath."""
        return len(self.lines) == 1 and self.first.last - self.first.first <= 2

    def next_line(self) -> Line | None:
        """The nearest line beneath that may go on with the caption."""
        found = [(step, m) for m, o in self.near if (step := self._step_to(m, o)) is not None]
        return self.page.lines[min(found)[1]] if found else None

    def _step_to(self, m: int, other: Line) -> float | None:
        """Points from the last base line down to this line's, where it may be the caption's next."""
        if m in self.used or m < self.n:
            return None
        step = base_of(other) - self.base
        if not LINE_STEP[0] * self.size < step < LINE_STEP[1] * self.size:
            return None
        if self.label_alone and _titles(other, self.first):
            return step
        if abs(other.size - self.size) > OTHER_PRINT * self.size or not self._stands_beneath(other):
            return None
        if self.pitch is None:
            return step if step <= FIRST_STEP * self.size else None
        return step if abs(step - self.pitch) <= OTHER_STEP * self.pitch else None

    def _stands_beneath(self, other: Line) -> bool:
        """Whether a line stands under the caption and reaches little beyond its sides."""
        beyond = BEYOND * (self.x1 - self.x0)
        meets = other.x1 >= self.x0 and other.x0 <= self.x1
        return meets and other.x0 >= self.x0 - beyond and other.x1 <= self.x1 + beyond

    def row_of(self, lead: Line) -> list[tuple[int, Line]]:
        """All pieces of the printed line that `lead` belongs to, from left to right."""
        row = [
            (m, o)
            for m, o in self.near
            if m not in self.used and o.x1 > self.x0 - WIDE_SLACK and o.x0 < max(self.x1, lead.x1) + WIDE_SLACK
            and (abs(base_of(o) - base_of(lead)) < ROW_PIECES * self.size or self._is_mark(o, lead))
        ]  # fmt: skip
        return sorted(row, key=lambda piece: piece[1].x0)

    def _is_mark(self, small: Line, line: Line) -> bool:
        return small.size < SMALL * self.size and _level(small, line)

    def ends_before(self, lead: Line, row: Sequence[tuple[int, Line]]) -> bool:
        """Whether the caption is over: a ruling, another caption, a row of cells, or a last line that ended short."""
        bottom = max(line.bottom for line in self.last_row)
        if _ruling_between(self.page, self.x0, self.x1, bottom, lead) or _starts_another(self.page, lead):
            return True
        if any(b.x0 - a.x1 > CELL_GAP * self.size for (_, a), (_, b) in pairwise(row)):
            return True
        width = self.x1 - self.x0
        left, right = min(line.x0 for line in self.last_row), max(line.x1 for line in self.last_row)
        short = abs(left - self.x0) < WIDE_SLACK and right < self.x1 - ENDED_SHORT * width
        return self.last_row[0] is not self.first and short and row[-1][1].x1 > right + LONGER * width

    def take(self, lead: Line, row: Sequence[tuple[int, Line]]) -> None:
        """Adds a printed line to the caption."""
        if self.label_alone and _titles(lead, self.first):
            self.size = lead.size
        step = base_of(lead) - self.base
        self.pitch = step if self.pitch is None else self.pitch
        self.last_row = [o for _, o in row]
        self.lines.extend(self.last_row)
        self.used.update(m for m, _ in row)
        self.base = base_of(lead)
        self._measure()


def _titles(line: Line, label: Line) -> bool:
    """Whether a line beneath a label that stands alone is its title: centred or flush, and hardly smaller."""
    centred = abs((line.x0 + line.x1) - (label.x0 + label.x1)) < 2 * TITLE_OFF or abs(line.x0 - label.x0) < SLACK
    alike = TITLE_PRINT[0] * label.size < line.size < TITLE_PRINT[1] * label.size
    return centred and alike and line.last - line.first >= TITLE_WORDS


def base_of(line: Line | Word) -> float:
    """The height of a line's, or a word's, base line."""
    return line.bottom - DESCENT * line.size


def _level(mark: Line, line: Line) -> bool:
    """Whether small print stands beside a line, raised or lowered."""
    reach = MARK_REACH * line.size
    return line.top - reach < mark.top and mark.bottom < line.bottom + reach


def _ruling_between(page: Page, x0: float, x1: float, bottom: float, below: Line) -> bool:
    return any(
        r.horizontal
        and bottom - SLACK <= r.top <= below.top + WIDE_SLACK
        and min(r.x1, x1) - max(r.x0, x0) > RULED_OFF * (below.x1 - below.x0)
        for r in page.rulings
    )


def _head(page: Page, line: Line) -> str:
    """A line's first words, in which a label is looked for."""
    return " ".join(w.text for w in page.words[line.first : min(line.last, line.first + LABEL_WORDS)])


def _starts_another(page: Page, line: Line) -> bool:
    head = _head(page, line)
    match = LABEL.match(head) if may_begin_label(head) else None
    sub = SUB_LABEL.match(head)
    titled = sub is not None and head[sub.end() :].lstrip()[:1].isupper()
    return titled or (match is not None and match["stop"] in _COLONS)


def join_lines(lines: Sequence[Sequence[Word]]) -> str:
    """Words of several lines as one text, words broken at a line's end joined again."""
    text = ""
    for line in lines:
        piece = " ".join([marked(w) if w.raised else w.text for w in line])
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

"""Raw pages -> pages with lines, blocks and their kinds: prose, headings, captions, footnotes, references, labels.

The order of the content stream is kept: TeX writes floats, then columns from left to right. Where a page's stream
jumps between columns line by line (some word processors), its lines are put into column order first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from statistics import median

from db.models import Block, Line, Page, Word
from extract.layout.captions import LABEL, may_begin_label
from extract.layout.rulings import REPEATED
from extract.layout.sideways_text import is_read_turned, with_turned
from extract.layout.slack import ROUNDING, SLACK
from extract.layout.watermarks import USUAL_PRINT, without_watermarks
from extract.pattern import Pattern, each_word
from extract.pdf.read import RawPage

_REFERENCES = Pattern(
    "the heading of the bibliography",
    {
        "references?(?: and notes)?": ("References", "7. References and Notes"),
        "bibliography": "IV. Bibliography",
    },
    refuses=("References are listed", "See References"),
    before=r"^(?:\d{1,2}\.?\s|[IVX]+\.\s)?",
    after=r"\s*:?$",
)
_NUMBERED_HEADING = re.compile(r"^(?:\d{1,2}|[A-Z]|[IVX]{1,5})(?:\.\d{1,2}){0,3}\.?\s+[A-Z(]")
_APPENDIX = Pattern(
    "what an appendix begins with",
    {
        r"(?:technical )?append(?:ix|ices)\b": ("Appendix A", "Technical Appendices"),
        r"supplement(?:ary|al)\b": "Supplementary material",
        r"[A-Z](?:\.\d)?\.?\s+[A-Z]": ("A Details", "B.1 Training"),
    },
    refuses=("4 Experiments", "appended"),
    before="^",
)
_NAMED_HEADING = Pattern(
    "a heading by its usual first word",
    {
        **each_word("abstract introduction background methodology approach experimental training implementation"),
        **each_word("evaluation discussion supplementary analysis ablation setup"),
        r"related work": "Related Work",
        r"(?:method|experiment|result|conclusion|dataset)s?": ("Method", "Experiments", "Result", "Datasets"),
        r"acknowledge?ments?": "Acknowledgments",
        r"append(?:ix|ices)": "Appendix",
    },
    refuses=("Our results", "Trainingless", "Table 1"),
    before="^",
    after=r"\b",
)
_APPENDIX_TITLE = Pattern(
    "the title from which on all is appendix",
    {r"(?:technical )?append(?:ix|ices)\b": "Technical Appendix", "supplement": "Supplementary Material"},
    refuses=("A Details", "appended"),
)
_APPENDIX_LINE = Pattern(
    "a line that only names the appendix, in any print",
    {
        r"(?:technical |online )?append(?:ix|ices)(?:\s(?-i:[A-Z\d]|[IVX]+)\b[.:]?[^.,;]{0,60})?": (
            "APPENDIX", "Appendix B: Proofs", "Technical Appendices", "APPENDIX A PROOFS",
        ),
        r"supplement(?:ary|al)(?: (?:materials?|information|appendix))?": "SUPPLEMENTARY MATERIAL",
    },
    refuses=("Appendix to a treatise. Annals, 1972", "Appendices of fish", "Supplementary notes on trees, 1990"),
    before="^",
    after=r"\s?:?$",
)  # fmt: skip
_OURSELVES = re.compile(r"\b(?:[Ww]e|[Oo]ur)\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_REFERENCE_ENTRY = re.compile(r"^(?:\[\d{1,3}\]|\[[A-Z][A-Za-z+]*\d{2}[a-z]?\]|\d{1,3}\.\s)")


# a word goes on with the line before it: heights of the print
ON_ONE_ROW = 0.35  # of the lower of both: how far their heights overlap, at least | 0 0 0 0
STEP_BACK = 0.5  # before the last word's end that it may begin | 0 0 0 0
COLUMN_GAP = 2.2  # behind it: as far apart as words of two columns | 0 0 0 0
SUPERSCRIPT = 0.8  # of the line's print: smaller words do not move the line | 0 0 0 0

# a page whose stream jumps between its columns
LONG_LINE = (4, 0.25)  # words, and share of the page's width: shorter lines say nothing of columns | 0 0 0 0
MIN_HALF_LINES = 20  # lines of half the page's width, at least | 0 0 0 0
JUMPS = 0.3  # of them that are followed by one of the other half | 0 0 0 0
GUTTER = (0.42, 0.58)  # of the page's width: a line over all of this spans two columns | 0 0 0 0
HALVES = (0.48, 0.52)  # of the page's width: the right column's lines begin behind, the left one's end before | 0 0 0 0

# where blocks end: heights of the print
OTHER_SIZE = 0.13  # by which a line of another block differs | 0 0 0 0
PARAGRAPH_GAP = 0.75  # down to a line of another block | 0 0 0 0
STEP_UP = 0.6  # up to one | 0 0 0 0
OTHER_ROW = 0.5  # between the tops of two lines that are not pieces of one row | 0 0 0 0
FULL_PAGE = 20  # lines: on a page of more, pieces on both sides of the middle are two columns' | 0 0 0 0

# points from a named section's place to its heading
HEADING_ABOVE = -3.0  # down to its top, at least | 0 0 0 0
HEADING_DROP = 5.0  # usually | 0 0 0 0
HEADING_BELOW = 16.0  # at most | 0 0 0 0
HEADING_LEFT = -10.0  # right to its left end, at least | 0 0 0 0
HEADING_INDENT = 150.0  # at most | 0 0 0 0

# headings
LARGER = 1.06  # of the body's print: a heading's | 0 0 0 0
LARGER_TITLE = 1.05  # the same behind the references | 0 0 0 0
CAPITALS = 0.8  # of a heading's letters | 0 0 0 0
LONGEST_HEADING = 90  # characters of a line that may be a heading's first | 0 0 0 0
HEADING_LINES = 3  # at most | 0 0 0 0
HEADING_WORDS = 16  # at most | 0 0 0 0
HEADING_LETTERS = 3  # more than so many: less is a formula's or a table's | 0 0 0 0

# behind the bibliography
YEARS = 3  # printed in one, at least | 0 0 0 0
LEAST_OURSELVES = 2  # words "we" and "our" of a block that is no list of titles | 0 0 0 0
WORDS_FOR_ONE = 80.0  # words of it to one of them, at most | 0 0 0 0

# footnotes
SMALLER = 0.93  # of the body's print: a footnote's | 0 0 0 0
FOOT = 0.55  # of the page's height, below which footnotes stand | 0 0 0 0
RULING_ABOVE = 200.0  # points from a footnote up to its ruling, at most: several stand under one | 0 0 0 0
RULING_INDENT = 12.0  # points that it may begin to the right of the footnote | 0 0 0 0
FOOT_RULING = 40.0  # points of its length, at least | 0 0 0 0
FOOT_RULING_SHARE = 0.5  # of the page's width, at most | 0 0 0 0

# running heads, running text
MARGIN = 0.09  # of the page's height, at its top and bottom: where running heads and page numbers stand | 0 0 0 0
PROSE_LETTERS = 0.62  # of the characters of running text, at least | 0 0 0 1
PROSE_LONG_WORDS = 0.3  # of its words, at least: three letters or more | 0 0 0 0
PROSE_WORDS_A_ROW = 4.5  # on average, at least: labels in figures have fewer | 0 0 0 1
PROSE_WORDS = 8  # at least | 0 0 0 0
PROSE_SENTENCE = 4  # words, at least, that end with a stop | 0 0 0 0
ROW = 3.0  # points: tops of lines that are as near stand in one row | 0 0 0 0


def lay_out(raw_pages: Sequence[RawPage]) -> tuple[Page, ...]:
    """The document's pages with lines, blocks, sections and text."""
    staged = []
    for raw in without_watermarks(raw_pages):
        words, lines = _lines(raw)
        staged.append((raw, words, lines))
    paper = _PaperStyle(_body_size(lines for _, _, lines in staged), _margin_lines(staged))
    state = _State()
    pages = []
    for raw, words, lines in staged:
        page = _page(raw, words, lines, paper, state)
        pages.append(_with_turned(page, raw, paper, state) if raw.turned else page)
    return tuple(pages)


def _page(raw: RawPage, words: list[Word], lines: list[Line], paper: _PaperStyle, state: _State) -> Page:
    starts, texts = _texts(words, lines)
    blocks = _blocks(raw, words, lines, texts, paper, state)
    return Page(
        raw.number,
        raw.width,
        raw.height,
        "".join(text + "\n" for text in texts),
        tuple(words),
        tuple(starts),
        tuple(lines),
        tuple(blocks),
        raw.rulings,
        raw.rotated,
        anchors=raw.anchors,
    )


def _with_turned(page: Page, raw: RawPage, paper: _PaperStyle, state: _State) -> Page:
    """The page with those words behind its own that stand on their side and are to be read."""
    bare = _PaperStyle(paper.body_size, frozenset())
    for side in raw.turned:
        words, lines = _lines(side)
        view = _page(side, words, lines, bare, copy(state))
        if is_read_turned(view, page):
            page = with_turned(page, view, side.quarters)
    return page


def line_text(words: Sequence[Word], line: Line) -> str:
    return " ".join(w.text for w in words[line.first : line.last])


# --- lines ------------------------------------------------------------------------------------------------------


def _lines(raw: RawPage) -> tuple[list[Word], list[Line]]:
    """The page's words in reading order, and the lines they make."""
    groups = _runs(raw.words)
    if _jumps_between_columns(groups, raw.words, raw.width):
        groups = _column_order(groups, raw.words, raw.width)
    words: list[Word] = []
    lines: list[Line] = []
    for group in groups:
        members = [raw.words[i] for i in group]
        first = len(words)
        words.extend(members)
        longest, size = 0, 0.0
        x0, top, x1, bottom = members[0].x0, members[0].top, members[0].x1, members[0].bottom
        for w in members:
            if len(w.text) > longest:
                longest, size = len(w.text), w.size
            if w.x0 < x0:
                x0 = w.x0
            if w.top < top:
                top = w.top
            if w.x1 > x1:
                x1 = w.x1
            if w.bottom > bottom:
                bottom = w.bottom
        lines.append(Line(first, len(words), x0, top, x1, bottom, size))
    return words, lines


def _runs(words: Sequence[Word]) -> list[list[int]]:
    """Places of words, grouped into pieces of lines: same base line, moving right, no gap as wide as a column's."""
    groups: list[list[int]] = []
    top = bottom = x1 = size = 0.0
    # plain comparisons, not min() and max(): this is asked of every word of every paper
    for i, (_, here_x0, here_top, here_x1, here_bottom, here_size, _, _) in enumerate(words):
        joined = False
        if groups:
            low, high = bottom if bottom <= here_bottom else here_bottom, top if top >= here_top else here_top
            tall, here_tall = bottom - top, here_bottom - here_top
            larger = size if size >= here_size else here_size
            joined = (
                low - high > ON_ONE_ROW * (tall if tall <= here_tall else here_tall)
                and -STEP_BACK * size < here_x0 - x1 < COLUMN_GAP * larger + ROUNDING
            )
        if joined:
            groups[-1].append(i)
            if here_size >= SUPERSCRIPT * size:
                top, bottom, size = here_top, here_bottom, here_size
            x1 = here_x1
        else:
            groups.append([i])
            top, bottom, x1, size = here_top, here_bottom, here_x1, here_size
    return groups


def _jumps_between_columns(groups: list[list[int]], words: Sequence[Word], width: float) -> bool:
    """Whether the stream crosses the page's middle from line to line (left, right, left, right ...)."""
    sides = []
    for g in groups:
        x0, x1 = words[g[0]].x0, words[g[-1]].x1
        if len(g) >= LONG_LINE[0] and x1 - x0 > LONG_LINE[1] * width:
            sides.append("l" if x1 < HALVES[1] * width else "r" if x0 > HALVES[0] * width else "b")
    crossings = sum(a != b and "b" not in (a, b) for a, b in pairwise(sides))
    halves = sum(s != "b" for s in sides)
    return halves >= MIN_HALF_LINES and crossings > JUMPS * halves


def _column_order(groups: list[list[int]], words: Sequence[Word], width: float) -> list[list[int]]:
    """Left column before right column between the lines that cross the page's middle."""

    def box(g: list[int]) -> tuple[float, float, float]:
        return words[g[0]].x0, min(words[i].top for i in g), words[g[-1]].x1

    crossing = sorted(box(g)[1] for g in groups if box(g)[0] < GUTTER[0] * width and box(g)[2] > GUTTER[1] * width)

    def order(g: list[int]) -> tuple[int, int, float, float]:
        x0, top, x1 = box(g)
        band = sum(c <= top + ROUNDING for c in crossing)
        wide = x0 < GUTTER[0] * width and x1 > GUTTER[1] * width
        return (band, 0 if wide or x1 < HALVES[1] * width else 1, top, x0)

    return sorted(groups, key=order)


def _texts(words: Sequence[Word], lines: Sequence[Line]) -> tuple[list[int], list[str]]:
    """Where each word begins in the page's text, and the lines of that text."""
    parts = [w.text for w in words]
    starts = [n + place for n, place in enumerate(accumulate(map(len, parts[:-1]), initial=0))] if parts else []
    return starts, [" ".join(parts[line.first : line.last]) for line in lines]


# --- blocks -----------------------------------------------------------------------------------------------------


_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())


@dataclass(frozen=True)
class _PaperStyle:
    """How the paper is set: the character height of its text, and the texts of its running heads."""

    body_size: float
    margins: frozenset[str]


@dataclass
class _State:
    """What carries over from page to page."""

    section: str | None = None
    in_references: bool = False
    before_references: str | None = None  # the section in which they began
    years: int = 0  # printed in them
    appendix: bool = False


def _body_size(pages: Iterable[Sequence[Line]]) -> float:
    """The character height of most of the document's text."""
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[round(line.size, 1)] += line.last - line.first
    return sizes.most_common(1)[0][0] if sizes else USUAL_PRINT


def _margin_lines(staged: Sequence[tuple[RawPage, list[Word], list[Line]]]) -> frozenset[str]:
    """Texts (digits masked) that stand at the top or bottom of several pages: running heads and page numbers."""
    seen: Counter[str] = Counter()
    for raw, words, lines in staged:
        for line in lines:
            if line.bottom < MARGIN * raw.height or line.top > (1 - MARGIN) * raw.height:
                seen[_masked(line_text(words, line))] += 1
    return frozenset(text for text, n in seen.items() if n >= REPEATED or not text.strip("# -–—|"))


def _masked(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _blocks(
    raw: RawPage, words: Sequence[Word], lines: Sequence[Line], texts: Sequence[str], paper: _PaperStyle, state: _State
) -> list[Block]:
    blocks: list[Block] = []
    bold = [_all_bold(words, line) for line in lines]
    references = _references(texts)
    named = _named_headings(raw, lines, bold, paper.body_size)
    first = 0
    for i in range(1, len(lines) + 1):
        if (
            i < len(lines)
            and not (i in references or i - 1 in references)
            and _same_block(lines, texts, bold, i, raw)
            and not (i in named or (i - 1 in named and not bold[i]))
        ):
            continue
        blocks.append(_classify(raw, words, lines[first:i], first, paper, state, named=first in named))
        first = i
    return blocks


def _named_headings(raw: RawPage, lines: Sequence[Line], bold: Sequence[bool], body_size: float) -> set[int]:
    """Places of the lines at which the PDF itself says that a section begins, bold or larger than the text.

    The named place stands at the left of its column, some points above the heading's line. A paragraph with a bold
    first word is named too: it is no heading.
    """
    found = set()
    for anchor in (a for a in raw.anchors if a.kind == "section"):
        near = [
            (abs(line.top - anchor.top - HEADING_DROP), n)
            for n, line in enumerate(lines)
            if HEADING_ABOVE < line.top - anchor.top < HEADING_BELOW
            and HEADING_LEFT < line.x0 - anchor.x < HEADING_INDENT
        ]
        if near:
            n = min(near)[1]
            if bold[n] or lines[n].size > LARGER * body_size:
                found.add(n)
    return found


def _same_block(lines: Sequence[Line], texts: Sequence[str], bold: Sequence[bool], i: int, raw: RawPage) -> bool:
    """Whether line i goes on with the block of the line before it."""
    last, line = lines[i - 1], lines[i]
    size = max(last.size, line.size)
    if abs(last.size - line.size) > OTHER_SIZE * size and min(line.last - line.first, last.last - last.first) > 1:
        return False
    if line.top > last.bottom + PARAGRAPH_GAP * size or line.top < last.top - STEP_UP * size:
        return False
    if min(last.x1, line.x1) - max(last.x0, line.x0) < 0:
        # pieces of one row (a table's cells, a displayed equation): together, but only within a column
        if abs(line.top - last.top) > OTHER_ROW * size:
            return False
        if (last.x1 < raw.width / 2 < line.x0) and len(lines) > FULL_PAGE:
            return False
    if may_begin_label(texts[i]) and LABEL.match(texts[i]) and abs(line.top - last.top) > OTHER_ROW * size:
        return False
    return bold[i] == bold[i - 1] or not _looks_like_heading(texts[i] if bold[i] else texts[i - 1])


def _references(texts: Sequence[str]) -> set[int]:
    """Places of the lines that are the heading of the bibliography."""
    if not _REFERENCES.may_stand_in("\n".join(texts)):
        return set()
    return {n for n, text in enumerate(texts) if _REFERENCES.match(text)}


def _all_bold(words: Sequence[Word], line: Line) -> bool:
    return all(w.bold for w in words[line.first : line.last] if len(w.text) > 1)


def _looks_like_heading(text: str) -> bool:
    return len(text) < LONGEST_HEADING and bool(_NUMBERED_HEADING.match(text) or _NAMED_HEADING.match(text))


def _classify(
    raw: RawPage, words: Sequence[Word], members: Sequence[Line], first: int, paper: _PaperStyle, state: _State, *,
    named: bool = False,
) -> Block:  # fmt: skip
    """The block of some consecutive lines, the page's lines from `first` on; what it begins is kept in `state`.

    `named`: the PDF says that a section begins there.
    """
    found = _Lines(raw, words, members, named)

    def block(kind: str) -> Block:
        return Block(first, first + len(members), kind, state.section, state.appendix)

    if _in_margin(found, paper.margins):
        return block("margin")
    if len(members) <= 2 and _REFERENCES.match(found.head):
        state.in_references, state.before_references, state.section = True, state.section, found.head
        state.years = 0
        return block("heading")
    heading = _is_heading(found, paper.body_size)
    if heading and state.in_references and _is_next_section(state.before_references or "", found.head):
        state.in_references = False  # "Reference" stood over a table's column
    if heading and state.in_references:
        heading = _ends_references(found, paper.body_size)
        if heading:
            state.in_references, state.appendix = False, True
    if may_begin_label(found.head) and LABEL.match(found.head):
        return block("caption")
    if state.in_references and not _leave_references(found, paper.body_size, state):
        return block("reference")
    if heading:
        state.section = " ".join(line_text(words, line) for line in members)
        state.appendix = state.appendix or bool(_APPENDIX_TITLE.match(found.head))
        return block("heading")
    if not _is_prose(found):
        return block("label")
    return block("footnote" if _is_footnote(found, paper.body_size) else "prose")


@dataclass(frozen=True)
class _Lines:
    """Consecutive lines that make a block, with what its kind is told by."""

    raw: RawPage
    words: Sequence[Word]
    members: Sequence[Line]
    named: bool = False  # whether the PDF says that a section begins there

    @cached_property
    def head(self) -> str:
        return line_text(self.words, self.members[0])

    @cached_property
    def text(self) -> str:
        return " ".join(line_text(self.words, line) for line in self.members)

    @cached_property
    def count(self) -> int:
        """The words in it."""
        return sum(line.last - line.first for line in self.members)

    @cached_property
    def size(self) -> float:
        return median(line.size for line in self.members)


def _in_margin(found: _Lines, margins: frozenset[str]) -> bool:
    """Whether the lines are a running head or a page number."""
    members, height = found.members, found.raw.height
    if not (members[-1].bottom < MARGIN * height or members[0].top > (1 - MARGIN) * height) or len(members) > 2:
        return False
    return _masked(found.head) in margins or (found.count <= 2 and found.head.strip("-–— ").isdigit())


_SECTION_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,3})\.?\s")


def _is_next_section(section: str, head: str) -> bool:
    """Whether a heading with a number of two parts or more follows on a section's: 4.2 on 4.1, 4.1.1 on 4.1."""
    before, after = _SECTION_NUMBER.match(section), _SECTION_NUMBER.match(head)
    if before is None or after is None:
        return False
    number = [int(n) for n in before[1].split(".")]
    following = [[*number, 1], *([*number[:i], number[i] + 1] for i in range(1, len(number)))]
    return [int(n) for n in after[1].split(".")] in following


def _ends_references(found: _Lines, body_size: float) -> bool:
    """Whether a heading among the references begins what follows them: an appendix, or "Methods" after the references.

    An entry of the bibliography may look like a heading ("A. Smith. ..."): the heading must be bigger or bold.
    """
    head = found.head
    if found.named:
        return True
    bigger, bold = found.size > LARGER_TITLE * body_size, _all_bold(found.words, found.members[0])
    set_off = bigger and bold  # no entry of the bibliography is set so
    names_a_section = (
        _APPENDIX.match(head)
        or (_NUMBERED_HEADING.match(head) and not _REFERENCE_ENTRY.match(head))
        or (set_off and _NAMED_HEADING.match(head))
    )
    return bool(names_a_section) and (set_off or ((bigger or bold) and not _YEAR.search(head)))


def _leave_references(found: _Lines, body_size: float, state: _State) -> bool:
    """Whether no bibliography goes on here: an appendix is called so, or the authors speak of what they did.

    Smaller print may be a footnote to the text above the bibliography.
    Where nothing before it gave a year, a word "Reference" in a figure was taken for a heading.
    """
    titled = _APPENDIX_LINE.match(found.head)
    text = found.size > SMALLER * body_size and _speaks_of_itself(found) and _is_prose(found)
    if not titled and not text:
        state.years += len(_YEAR.findall(found.text))
        return False
    state.in_references = False
    if state.years >= YEARS:
        state.appendix = True
        state.section = found.head if titled else state.section
    else:
        state.section = state.before_references
    return True


def _speaks_of_itself(found: _Lines) -> bool:
    """Whether a text says "we" and "our" as often as a paper does; titles say it too, and a year behind them."""
    ours = len(_OURSELVES.findall(found.text))
    years = len(_YEAR.findall(found.text))
    return ours >= max(LEAST_OURSELVES, found.count / WORDS_FOR_ONE) and ours > 2 * years


def _is_prose(found: _Lines) -> bool:
    """Whether the lines are running text: letters, words of three letters and more, several words in each row."""
    rows = len({round(line.top / ROW) for line in found.members})
    long_enough = found.count >= PROSE_WORDS or (found.count >= PROSE_SENTENCE and found.head[-1:] in ".:;,")
    if not long_enough or found.count / rows < PROSE_WORDS_A_ROW:
        return False
    texts = [w.text for line in found.members for w in found.words[line.first : line.last]]
    long_words = sum(map(str.isalpha, [text[:3] for text in texts if len(text) > 2]))
    if long_words / found.count <= PROSE_LONG_WORDS:
        return False
    chars = "".join(texts)
    return _letters(chars) / (len(chars) or 1) > PROSE_LETTERS


def _letters(text: str) -> int:
    """How many letters a text has."""
    if text.isascii():  # the usual one, a tenth of the time
        return len(text.encode().translate(None, _NO_LETTERS))
    return sum(map(str.isalpha, text))


def _is_footnote(found: _Lines, body_size: float) -> bool:
    first = found.members[0]
    small = found.size < SMALLER * body_size and first.top > FOOT * found.raw.height
    return small and _under_footnote_ruling(found.raw, first)


def _is_heading(found: _Lines, body_size: float) -> bool:
    head, members = found.head, found.members
    if len(members) > HEADING_LINES or found.count > HEADING_WORDS or not head[:1].isalnum():
        return False
    numbered = bool(_NUMBERED_HEADING.match(head))
    if head.endswith((".", ",", ";")) and not numbered:
        return False
    letters = [c for c in head if c.isalpha()]
    if found.named and len(letters) > HEADING_LETTERS:
        return True
    if len(letters) <= HEADING_LETTERS or not (numbered or _NAMED_HEADING.match(head)):
        return False
    capitals = sum(c.isupper() for c in letters) / len(letters) > CAPITALS
    return capitals or found.size > LARGER * body_size or all(_all_bold(found.words, line) for line in members)


def _under_footnote_ruling(raw: RawPage, line: Line) -> bool:
    return any(
        r.horizontal
        and -SLACK < line.top - r.bottom < RULING_ABOVE
        and r.x0 <= line.x0 + RULING_INDENT
        and FOOT_RULING < r.x1 - r.x0 < FOOT_RULING_SHARE * raw.width
        for r in raw.rulings
    )

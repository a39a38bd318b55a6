"""Pages -> passages: running text as a person reads it, each character tied to its place on the page.

Put right on the way: words broken at a line's end, superscripts (`10^20`), sentences that go on in the next column or
on the next page. Quotes are always cut from the page's own text, never from a passage.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from db.models import Block, Box, Document, Evidence, Line, Page, Word
from extract.layout.slack import SLACK
from extract.pattern import Pattern

QUOTE_LENGTH = 300  # characters: enough to judge by, short enough to publish beside a link | 0 0 0 0
RUNNING = ("prose",)
HYPHENS_SKIPPED = 12  # characters that a line's end may cost: more were left out for a float | 0 0 0 0
ABBREVIATION = 8  # characters before a full stop in which an abbreviation is looked for | 0 0 0 0
PLAIN_LINE = 4  # words, at least, of a line that is taken as the page has it | 0 0 0 0
RAISED_PRINT = 0.8  # of the word before: an exponent's print is smaller | 0 0 0 0
RAISED_BY = 0.15  # heights of that word that an exponent stands above its bottom | 0 0 0 0


class PageOf:
    """The page number of each character of a passage, kept as the places where a page begins."""

    def __init__(self, length: int, starts: Sequence[int], numbers: Sequence[int]) -> None:
        self._length, self._starts, self._numbers = length, tuple(starts), tuple(numbers)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, place: int) -> int:
        if not -self._length <= place < self._length:
            raise IndexError(place)
        if len(self._numbers) == 1:
            return self._numbers[0]
        return self._numbers[bisect_right(self._starts, place % self._length) - 1]


@dataclass(frozen=True)
class Passage:
    """A stretch of running text. `pages[i]` and `offsets[i]` say where character i of `text` stands."""

    text: str
    pages: PageOf
    offsets: array[int]
    kind: str
    section: str | None
    appendix: bool

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Start and end of each sentence in `text`."""
        return tuple(split_sentences(self.text))

    def sentence_at(self, place: int) -> tuple[int, int]:
        """Start and end of the sentence that holds this character."""
        i = max(bisect_right(self.sentences, (place, len(self.text) + 1)) - 1, 0)
        return self.sentences[i]


def passages(pages: Sequence[Page], *, tables: Sequence[tuple[int, Box]] = ()) -> list[Passage]:
    """The document's passages in reading order. Text inside `tables` (page, box), margins and references is left out.

    Prose that breaks off in mid-sentence is joined with the next prose block, on the next page too.
    """
    out: list[Passage] = []
    open_: _Builder | None = None
    by_page: dict[int, list[Box]] = {}
    for number, box in tables:
        by_page.setdefault(number, []).append(box)
    for page in pages:
        boxes = by_page.get(page.number, ())
        for block in page.blocks:
            if block.kind in ("margin", "reference", "table") or _inside(page, block, boxes):
                continue
            if block.kind in RUNNING:
                if open_ is not None and open_.goes_on(page, block):
                    open_.add(page, block)
                    continue
                if open_ is not None:
                    out.append(open_.passage())
                open_ = _Builder(page, block)
            else:
                if block.kind == "heading" and open_ is not None:
                    out.append(open_.passage())
                    open_ = None
                out.append(_Builder(page, block).passage())
    if open_ is not None:
        out.append(open_.passage())
    return [p for p in out if p.text]


def _inside(page: Page, block: Block, boxes: Sequence[Box]) -> bool:
    if block.kind == "caption" or not boxes:
        return False
    lines = page.lines[block.first : block.last]
    x0, x1 = min(line.x0 for line in lines), max(line.x1 for line in lines)
    top, bottom = lines[0].top, lines[-1].bottom
    middle_x, middle_y = (x0 + x1) / 2, (top + bottom) / 2
    return any(b[0] - SLACK <= middle_x <= b[2] + SLACK and b[1] - SLACK <= middle_y <= b[3] + SLACK for b in boxes)


class _Builder:
    def __init__(self, page: Page, block: Block) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.page_starts: list[int] = []
        self.page_numbers: list[int] = []
        self.offsets: array[int] = array("i")
        self.block = block
        self.last_char = ""
        self.add(page, block)

    def goes_on(self, page: Page, block: Block) -> bool:
        """Whether the block continues the sentence that this passage broke off in."""
        first = page.words[page.lines[block.first].first].text
        if self.last_char in ".!?:" or block.section != self.block.section:
            return False
        return self.last_char in ",-;(" or first[:1].islower() or first[:1].isdigit() or self.last_char.isalnum()

    def add(self, page: Page, block: Block) -> None:
        if not self.page_numbers or self.page_numbers[-1] != page.number:
            self.page_starts.append(self.length)
            self.page_numbers.append(page.number)
        for n in range(block.first, block.last):
            self._add_line(page, page.lines[n])

    def _add_line(self, page: Page, line: Line) -> None:
        # most lines are words and nothing else: between the first and the last they are taken as the page has them
        words = page.words
        plain = line.last - line.first >= PLAIN_LINE and not any(
            word.raised or (word.text[0] in _MAY_BE_RAISED and _is_raised(word, before))
            for before, word in pairwise(words[line.first : line.last - 1])
        )
        self._add_word(page, line.first, first=True)
        inner = line.first + 1
        if plain:
            self._put_words(page, inner, line.last - 1)
            inner = line.last - 1
        for i in range(inner, line.last):
            self._add_word(page, i, first=False)

    def _add_word(self, page: Page, i: int, *, first: bool) -> None:
        """Adds the page's word i; the first of a line may go on with a word that the last line's end broke."""
        word, start = page.words[i], page.starts[i]
        text = word.text
        joint = " " if self.parts else ""
        if first and self.last_char == "-":
            joint = ""
            if text[:1].islower() and self.parts[-1][-2:-1].isalpha() and _is_broken(self.parts[-1].lstrip()):
                self._drop_hyphen()
        elif not first and text[0] in _MAY_BE_RAISED and _is_raised(word, page.words[i - 1]):
            joint = "^"
        last = 0
        for cut in word.raised:
            self._put(joint, text[last:cut], start + last)
            last, joint = cut, "^"
        self._put(joint, text[last:], start + last)
        self.last_char = text[-1]

    def _put(self, joint: str, text: str, offset: int) -> None:
        """Adds text that stands at `offset`, with one character or none before it that is not the page's own."""
        self.parts.append(joint + text)
        if joint:
            self.offsets.append(offset)
        self.offsets.extend(range(offset, offset + len(text)))
        self.length += len(joint) + len(text)

    def _put_words(self, page: Page, first: int, last: int) -> None:
        """Adds words of one line, each behind a space, which stands where the word begins."""
        starts = page.starts
        start, end = starts[first], starts[last - 1] + len(page.words[last - 1].text)
        self.parts.append(" " + page.text[start:end])
        spaces = len(self.offsets) - start
        self.offsets.append(start)
        self.offsets.extend(range(start, end))
        spaced = self.offsets
        for place in starts[first + 1 : last]:
            spaced[spaces + place] = place
        self.length += 1 + end - start

    def _drop_hyphen(self) -> None:
        self.parts[-1] = self.parts[-1][:-1]
        self.offsets.pop()
        self.length -= 1

    def passage(self) -> Passage:
        b = self.block
        pages = PageOf(self.length, self.page_starts, self.page_numbers)
        return Passage("".join(self.parts), pages, self.offsets, b.kind, b.section, b.appendix)


_MAY_BE_RAISED = frozenset("0123456789−–-")


def _is_raised(word: Word, before: Word) -> bool:
    """Whether a small word stands above the base line of the word before it: an exponent or a footnote's number."""
    return word.size < RAISED_PRINT * before.size and word.bottom < before.bottom - RAISED_BY * before.size


_KEEPS_HYPHEN = frozenset(
    (
        "self non pre multi semi state end high low large small long short cross co re sub fine single top "
        "left right one two three four five six seven eight nine ten full half mini first second third bi tri "
        "inter intra well real data model word character char batch sequence attention position time hyper "
        "feed encoder decoder mid deep open out in on off over under based "
    ).split()
)


def _is_broken(word: str) -> bool:
    """Whether a line's last word was broken by the typesetter ("trans-|lation"), not compound ("self-|attention")."""
    stem = word.rstrip("-").lower()
    return "-" not in stem and stem not in _KEEPS_HYPHEN and not any(c.isdigit() for c in stem)


_ABBREVIATIONS = Pattern(
    "what a full stop abbreviates, so that no sentence ends there",
    {
        r"\b(?:e\.g|i\.e|w\.r\.t|a\.k\.a|etc|cf|vs|viz|resp|approx|incl|ca)": (
            "e.g.",
            "i.e.",
            "w.r.t.",
            "a.k.a.",
            "etc.",
            "cf.",
            "vs.",
            "viz.",
            "resp.",
            "approx.",
            "incl.",
            "ca.",
        ),
        r"\b(?:et al|al|Dr|Prof|St|Inc|Corp)": ("Foo et al.", "al.", "Dr.", "Prof.", "St.", "Foo Inc.", "Foo Corp."),
        r"\b(?:Fig|Figs|Eq|Eqs|Sec|Tab|Ref|Refs|Appx|App|No|no)": (
            "see Fig.",
            "Figs.",
            "Eq.",
            "Eqs.",
            "Sec.",
            "Tab.",
            "Ref.",
            "Refs.",
            "Appx.",
            "App.",
            "No.",
            "no.",
        ),
        r"\b(?:ep|param|params|err|acc|hrs|hr|min|sec)": (
            "30 ep.",
            "param.",
            "params.",
            "err.",
            "acc.",
            "hrs.",
            "hr.",
            "min.",
            "sec.",
        ),
        r"(?<!itan )(?<!ITAN )\b[A-Z]": "J.",
        r"^\d{1,2}": "12.",
        r"\s\d": "step 3.",
    },
    refuses=("Titan V.", "trained.", "in 120."),
    after=r"\.$",
    flags=re.NOFLAG,
)
_SENTENCE_END = re.compile(r"[.!?][\")\]’”]?(?:\^[\d,]+)?\s+(?=[\"(“‘\[]?[A-Z0-9‘“])")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence: a stop, white space, then a capital or digit, abbreviations apart."""
    out = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        head = text[max(start, match.start() - ABBREVIATION) : match.start() + 1]
        if text[match.start()] == "." and _ABBREVIATIONS.search(head):
            continue
        out.append((start, match.end()))
        start = match.end()
    if start < len(text):
        out.append((start, len(text)))
    return out


def evidence_in_passage(document: Document, passage: Passage, start: int, end: int) -> Evidence:
    """Where characters `start:end` of a passage stand: page, the sentence as quote, boxes of the words.

    A value that runs over a page break is placed on the page where it begins; the quote stays on that page.
    """
    page_number = passage.pages[start]
    stop = end
    while stop > start + 1 and passage.pages[stop - 1] != page_number:
        stop -= 1
    page = next(p for p in document.pages if p.number == page_number)
    a, b = passage.offsets[start], passage.offsets[stop - 1] + 1
    if b <= a:
        b = a + 1
    left, right = passage.sentence_at(start)
    right = left + len(passage.text[left:right].rstrip())
    while passage.pages[left] != page_number:
        left += 1
    right = min(max(right, stop), len(passage.text))
    while right > stop and passage.pages[right - 1] != page_number:
        right -= 1
    spare = QUOTE_LENGTH - (stop - start)
    if right - left > QUOTE_LENGTH:
        left = max(left, start - spare // 2)
        right = min(right, left + QUOTE_LENGTH)
        left = max(min(left, right - QUOTE_LENGTH), left - spare, 0)
    # a passage may skip floats: the quote is cut from the unbroken stretch of page text around the value
    while left < start and passage.offsets[start] - passage.offsets[left] > (start - left) + HYPHENS_SKIPPED:
        left += 1
    while right > stop and passage.offsets[right - 1] - passage.offsets[stop - 1] > (right - stop) + HYPHENS_SKIPPED:
        right -= 1
    q0, q1 = passage.offsets[left], passage.offsets[right - 1] + 1
    q0, q1 = _whole_words(page, min(q0, a), max(q1, b))
    quote = " ".join(page.text[q0:q1].split())
    return Evidence(
        document.arxiv_id, document.version, page_number, quote, a, b, tuple(word_boxes(page, a, b)), row=None
    )  # fmt: skip


def evidence_in_words(
    document: Document, page: Page, words: Sequence[int], *, table: str | None, row: str | None, column: str | None,
    quote_words: Sequence[int] | None = None,
) -> Evidence:  # fmt: skip
    """Where a cell's words stand: boxes of the words; the quote is `quote_words` (the row), or the words alone.

    A row whose words do not follow each other in the page's text is quoted from the value's line.
    """
    a = page.starts[words[0]]
    b = page.starts[words[-1]] + len(page.words[words[-1]].text)
    shown = sorted(quote_words) if quote_words else list(words)
    together = shown[-1] - shown[0] + 1 == len(shown)
    if together and set(words) <= set(shown):
        q0 = page.starts[shown[0]]
        q1 = page.starts[shown[-1]] + len(page.words[shown[-1]].text)
    else:
        line = next((ln for ln in page.lines if ln.first <= words[0] < ln.last), None)
        q0 = page.starts[line.first] if line else a
        q1 = page.starts[line.last - 1] + len(page.words[line.last - 1].text) if line else b
    q1 = max(q1, b)
    if q1 - q0 > QUOTE_LENGTH:
        q0 = max(q0, a - QUOTE_LENGTH // 2)
        q1 = max(min(q1, q0 + QUOTE_LENGTH), b)
        q0, q1 = _whole_words(page, q0, q1)
    quote = " ".join(page.text[q0:q1].split())
    boxes = tuple(page.words[i].box for i in words)
    return Evidence(
        document.arxiv_id,
        document.version,
        page.number,
        quote,
        a,
        b,
        boxes,
        table=table,
        row=row,
        column=column,
    )


def word_boxes(page: Page, start: int, end: int) -> list[Box]:
    """The boxes of the words that overlap `start:end` of the page's text."""
    i = max(bisect_right(page.starts, start) - 1, 0)
    out = []
    while i < len(page.words) and page.starts[i] < end:
        if page.starts[i] + len(page.words[i].text) > start:
            out.append(page.words[i].box)
        i += 1
    return out


def _whole_words(page: Page, start: int, end: int) -> tuple[int, int]:
    text = page.text
    while start > 0 and not text[start - 1].isspace() and not text[start].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace() and not text[end - 1].isspace():
        end += 1
    return start, end

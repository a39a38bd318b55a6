"""Decimal commas: a page that prints "25,6 million" and "77,4 %" prints all its numbers so, and "11.689.512" too.

Whether a page does is decided once, by all numbers on it. Its words are then given points and commas as English papers
print them, each character at its place, so that everything after this reads one kind of number. Quotes are cut from the
page as it was printed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum

from db.models import Candidate, Cell, Document, Page, Table, Word
from extract.pattern import Pattern

ENOUGH = 3  # decimal commas on a page: two may be a list ("1,2") whose spaces were lost
_RAISED = 0.85  # of the size of most words: what is smaller is a mark ("Smith 1,2")

COMMA = Pattern(
    "a number with a decimal comma or points between thousands",
    {
        r"\d{1,4},(?:\d{1,2}|\d{4,})": ("25,6", "77,4%", "(2,5"),
        r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?": "11.689.512",
    },
    before=r"^[(±~<>≈+−-]?",
    after=r"(?:%|[GMKTk]|±.*)?[.,;:)]*$",
    refuses=("1,024", "[1,2]", "1,2,3", "3.1", "v1,2"),
)
POINT = Pattern(
    "a number with a decimal point or commas between thousands",
    {r"\d{1,4}\.(?:\d{1,2}|\d{4,})": ("25.6", "77.4%"), r"\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?": "11,689,512"},
    before=r"^[(±~<>≈+−-]?",
    after=r"(?:%|[GMKTk]|±.*)?[.,;:)]*$",
    refuses=("1.024", "25,6", "1.2.3"),
)
_THOUSANDS = re.compile(r"(?<![\w.,])\d{1,3}(?:\.\d{3})+(?:,\d+)?(?![\d.]*\d)")
_DECIMAL = re.compile(r"(?<![\d.,\[{])(\d+),(\d+)(?![\d\]}]|,\d)")
_SEPARATED = re.compile(r"\d[.,]\d")  # in every number that COMMA or POINT accepts
_AS_COMMA = re.compile(r"\d,\d|\d\.\d{3}\.\d")  # in every number that COMMA accepts
_PAIR = re.compile(r"\(\d+,\d+\)")  # "(0,1)": an interval or a pair
_ONE_DIGIT_EACH = re.compile(r"^\d,\d[.,;:)]*$")  # "3,4" may be a list: a page of nothing else tells nothing


class _Style(Enum):
    COMMAS, POINTS, UNKNOWN = range(3)


def with_decimal_points(document: Document) -> Document:
    """The document with English separators; the very same where no page prints decimal commas.

    Every text keeps its length, so that offsets hold in both.
    """
    if not any(_may_have_commas(page.text) for page in document.pages):
        return document
    styles = {page.number: _style(page) for page in document.pages}
    if _Style.COMMAS not in styles.values():
        return document
    alone = _Style.POINTS not in styles.values()  # pages with few numbers follow the others
    with_commas = {n for n, s in styles.items() if s is _Style.COMMAS or (alone and s is _Style.UNKNOWN)}
    return replace(
        document,
        pages=tuple(_page(p) if p.number in with_commas else p for p in document.pages),
        tables=tuple(_table(t) if t.page in with_commas else t for t in document.tables),
    )


def as_printed(candidate: Candidate, read: Document, printed: Document) -> Candidate:
    """A candidate that was read in `with_decimal_points(printed)`, quoted as the page prints it."""
    here = " ".join(read.page(candidate.evidence.page).text.split())
    there = " ".join(printed.page(candidate.evidence.page).text.split())
    at = here.find(candidate.evidence.quote)
    if at < 0 or here == there:
        return candidate
    quote = there[at : at + len(candidate.evidence.quote)]
    return replace(candidate, evidence=replace(candidate.evidence, quote=quote))


def _may_have_commas(text: str) -> bool:
    """Whether so many numbers stand in the page's text that `_style` could call them decimal commas."""
    return len(_AS_COMMA.findall(text)) >= ENOUGH


def _style(page: Page) -> _Style:
    """Whether the page prints decimal commas or points; a mark's or an index's small digits are not asked."""
    words = [w for w in page.words if ("," in w.text or "." in w.text) and _SEPARATED.search(w.text)]
    if not words:
        return _Style.UNKNOWN
    sizes = sorted(w.size for w in page.words)
    least = _RAISED * sizes[len(sizes) // 2]
    texts = [w.text for w in words if w.size >= least and not _PAIR.search(w.text)]
    commas = [t for t in texts if COMMA.search(t)]
    points = sum(POINT.search(t) is not None for t in texts)
    if len(commas) >= max(ENOUGH, 2 * points) and not all(_ONE_DIGIT_EACH.match(t) for t in commas):
        return _Style.COMMAS
    return _Style.POINTS if points > len(commas) else _Style.UNKNOWN


def _english(text: str) -> str:
    """ "11.689.512" as "11,689,512", "25,6" as "25.6"."""
    if _PAIR.search(text):
        return text
    if _THOUSANDS.search(text):
        return _THOUSANDS.sub(lambda m: m[0].translate(_SWAP), text)
    return _DECIMAL.sub(r"\1.\2", text)


_SWAP = str.maketrans(".,", ",.")


def _words(words: Sequence[Word]) -> tuple[Word, ...]:
    return tuple(w._replace(text=_english(w.text)) if _may_change(w.text) else w for w in words)


def _may_change(text: str) -> bool:
    return ("," in text or "." in text) and any(c.isdigit() for c in text)


def _page(page: Page) -> Page:
    """The page with its words and its text changed alike."""
    words = _words(page.words)
    text = list(page.text)
    for word, before, start in zip(words, page.words, page.starts, strict=True):
        if word.text != before.text:
            text[start : start + len(word.text)] = word.text
    turned = tuple(replace(t, view=_page(t.view)) for t in page.turned)
    return replace(page, words=words, text="".join(text), rotated=_words(page.rotated), turned=turned)


def _table(table: Table) -> Table:
    """The table with its cells' text, caption and groups changed word by word, as its page's words were."""
    return replace(
        table,
        caption=_phrase(table.caption),
        header=tuple(tuple(_cell(c) for c in row) for row in table.header),
        rows=tuple(tuple(_cell(c) for c in row) for row in table.rows),
        groups=tuple(_phrase(g) for g in table.groups),
    )


def _cell(cell: Cell) -> Cell:
    return replace(cell, text=_phrase(cell.text)) if _may_change(cell.text) else cell


def _phrase(text: str) -> str:
    return "".join(_english(part) for part in re.split(r"(\s+)", text))

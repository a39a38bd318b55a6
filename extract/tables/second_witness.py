"""A second reading of tables, by pdfplumber's text strategy: does another reader see the same number in the same cell?

It is an independent witness, not a better one: it never changes a value, it says `agree`, `differ` or `none` of each
numeric cell (on 24 papers full of tables .943, .008 and .049 of 9,457 cells). There it took 28.6 s where finding the
tables takes 4.3, so it runs only where it is asked for (`paperflops extract --witness`), and only on pages with a table
that holds values.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from db.models import Box, Candidate, Page, Table
from extract.layout.lines import is_value

if TYPE_CHECKING:
    from pdfplumber.page import Page as PlumberPage

MARGIN = 1.0  # points around a table's words: a crop cuts off what reaches over it | 0 0 0 0
WITNESS = "witness"  # the qualifier of a candidate that was read in a table's cell
_SETTINGS = {"vertical_strategy": "text", "horizontal_strategy": "text"}

Rows = Sequence[Sequence[str]]


class Witness(StrEnum):
    """What the second reading says of a numeric cell."""

    AGREE = "agree"
    DIFFER = "differ"
    NONE = "none"  # it has no number there, or no such row


@dataclass(frozen=True)
class SecondReading:
    """One table as pdfplumber reads it: its rows of texts, and what it says of each numeric cell (row, column)."""

    table: Table
    rows: Rows
    seen: Mapping[tuple[int, int], str]  # the text of its cell for each of our numeric cells, where it has one
    verdicts: Mapping[tuple[int, int], Witness]


def read_again(data: bytes, tables: Iterable[Table]) -> list[SecondReading]:
    """The second reading of each table that holds values. A page that pdfplumber can't open gives none."""
    import pdfplumber  # a third of a second, which every other command would wait for
    from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

    valued = [t for t in tables if any(is_value(cell.text) for row in t.rows for cell in row)]
    if not valued:
        return []
    out: list[SecondReading] = []
    try:
        with pdfplumber.open(io.BytesIO(data), pages=sorted({t.page for t in valued})) as pdf:
            for page in pdf.pages:
                out.extend(compare(t, _rows(page, t.box)) for t in valued if t.page == page.page_number)
                page.close()
    except (MalformedPDFException, PdfminerException, ValueError, TypeError, KeyError):  # on files that we can read
        return out
    return out


def _rows(page: PlumberPage, box: Box) -> Rows:
    """The rows of texts that pdfplumber finds within a box of the page."""
    x0, top, x1, bottom = box
    crop = page.crop((x0 - MARGIN, top - MARGIN, x1 + MARGIN, bottom + MARGIN), strict=False)
    found = crop.extract_table(_SETTINGS) or []
    return [[cell or "" for cell in row] for row in found if any(row)]


def compare(table: Table, rows: Rows) -> SecondReading:
    """What a second reading's rows say of each numeric cell of a table."""
    ours = [[_digits(c.text) if is_value(c.text) else "" for c in row] for row in table.rows]
    theirs = [[_digits(text) for text in row] for row in rows]
    row_of = _same_rows(ours, theirs)
    column_of = _same_columns(ours, theirs, row_of)
    seen, verdicts = {}, {}
    for r, c in ((r, c) for r, row in enumerate(ours) for c, text in enumerate(row) if text):
        other = theirs[row_of[r]][column_of[c]] if r in row_of and c in column_of else ""
        if other:
            seen[r, c] = rows[row_of[r]][column_of[c]]
        verdicts[r, c] = Witness.NONE if not other else Witness.AGREE if other == ours[r][c] else Witness.DIFFER
    return SecondReading(table, rows, seen, verdicts)


def _digits(text: str) -> str:
    """The digits, stops and commas of a text: "1.8×10^9" and "1.8 × 109" are the same."""
    return "".join(c for c in text if c.isdigit() or c in ".,").strip(".,")


def _same_rows(ours: Rows, theirs: Rows) -> dict[int, int]:
    """For each of our rows theirs with the most numbers in common, each of theirs once, the surest first."""
    shared = []
    for r, row in enumerate(ours):
        mine = Counter(filter(None, row))
        for s, other in enumerate(theirs):
            common = (mine & Counter(filter(None, other))).total()
            if common:
                shared.append((-common / mine.total(), abs(r - s), r, s))
    out: dict[int, int] = {}
    for _, _, r, s in sorted(shared):
        if r not in out and s not in out.values():
            out[r] = s
    return out


def _same_columns(ours: Rows, theirs: Rows, row_of: Mapping[int, int]) -> dict[int, int]:
    """For each of our columns theirs with the same numbers in most rows."""
    votes: dict[int, Counter[int]] = {}
    for r, s in row_of.items():
        for c, text in enumerate(ours[r]):
            if text:
                votes.setdefault(c, Counter()).update(d for d, other in enumerate(theirs[s]) if other == text)
    return {c: found.most_common(1)[0][0] for c, found in votes.items() if found}


def with_witness(
    candidates: Iterable[Candidate], readings: Iterable[SecondReading], pages: Sequence[Page]
) -> Iterator[Candidate]:
    """The candidates, those of tables' cells with the qualifier `witness`: agree | differ | none."""
    starts = {page.number: page.starts for page in pages}
    verdicts: dict[tuple[int, int | None], Witness] = {
        (reading.table.page, starts[reading.table.page][i]): verdict
        for reading in readings
        for (r, c), verdict in reading.verdicts.items()
        for i in reading.table.rows[r][c].words
    }
    for candidate in candidates:
        evidence = candidate.evidence
        verdict = verdicts.get((evidence.page, evidence.start))
        if verdict is None or evidence.table is None:
            yield candidate
        else:
            yield replace(candidate, qualifiers={**candidate.qualifiers, WITNESS: verdict.value})

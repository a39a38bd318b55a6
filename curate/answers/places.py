"""Where a value that a person gave stands in the paper, so that it has a page and words like any other.

It is looked for on the page that the person named, or that was shown; then in the whole paper, where only a printing
that can't mean anything else counts: "25.6M" does, a bare "26" does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from curate.page.words import PrintedPage, PrintedPaper, PrintedWord, hull
from db.models import Box, Decision, Field, Place
from db.quantities import number_text

LONGEST_QUOTE = 200  # characters
SURE_DIGITS = 3  # a bare number of so many digits is looked for in the whole paper too
_SCALES = (
    (1e12, ("T", " trillion", "×1012", "x1012")),
    (1e9, ("B", "G", " billion", "×109", "x109", " GFLOPs", " GMACs")),
    (1e6, ("M", " million", "×106", "x106", " MFLOPs")),
    (1e3, ("K", "k", " thousand")),
)
_TIMES = (
    (604800.0, ("weeks", "week")),
    (86400.0, ("days", "day", "d")),
    (3600.0, ("hours", "hour", "hrs", "h")),
    (60.0, ("minutes", "minute", "mins", "min")),
    (1.0, ("seconds", "second", "s")),
)
_NUMBER_WORDS = ("zero one two three four five six seven eight nine ten eleven twelve").split()


@dataclass(frozen=True)
class Printing:
    """One way in which a value may be printed, and whether it can't well be anything else."""

    text: str
    sure: bool


def find_place(paper: PrintedPaper, d: Decision, shown: Sequence[Box] = ()) -> Place | None:
    """Where the decision's value is printed; None where it is not. `shown`: where the judged value stands."""
    if d.value is None:
        return None
    printings = list(dict.fromkeys(printings_of(d.field, d.value, d.typed)))
    first = d.answer_page or d.page
    if first is not None:
        page = paper.page(first)
        near = hull(shown) if shown and first == d.page else None
        found = _on_page(page, printings, near) if page is not None else None
        if found is not None:
            return found
    sure = [p for p in printings if p.sure]
    for number in range(1, len(paper) + 1):
        page = paper.page(number)
        found = _on_page(page, sure, None) if page is not None and number != first else None
        if found is not None:
            return found
    return None


def printings_of(field: str, value: float | str, typed: str | None) -> Iterator[Printing]:
    """The ways in which a paper may print a value, those that can't be anything else first."""
    if isinstance(value, str):
        yield Printing(value, True)
        return
    if typed and typed.strip():
        words = " ".join(typed.split())
        yield Printing(words, bool(re.search(r"[^\W\d_]", words)) or _digits(words) >= SURE_DIGITS)
    if field == Field.TRAINING_TIME:
        yield from _times(value)
    elif field == Field.SCORE:
        yield from _scores(value)
    else:
        yield from _numbers(value)


def _times(seconds: float) -> Iterator[Printing]:
    for size, units in _TIMES:
        amount = seconds / size
        if amount >= 1 and abs(amount - round(amount, 2)) < 1e-6:
            for number in _number_texts(round(amount, 2)):
                yield from (Printing(f"{number} {unit}", True) for unit in units)
                yield from (Printing(f"{number}-{unit}", True) for unit in units[1:2])


def _scores(value: float) -> Iterator[Printing]:
    texts = {number_text(value), f"{value:.1f}", f"{value:.2f}"}
    for text in sorted((t for t in texts if float(t) == value), key=len, reverse=True):
        yield Printing(text, _digits(text) >= SURE_DIGITS)


def _numbers(value: float) -> Iterator[Printing]:
    for size, units in _SCALES:
        amount = value / size
        if 0.1 <= amount < 10_000:
            for number in dict.fromkeys(f"{amount:.{digits}f}" for digits in (0, 1, 2, 3)):
                if abs(float(number) * size - value) <= 1e-6 * abs(value):
                    yield from (Printing(f"{number}{unit}", True) for unit in units)
                    yield from (Printing(f"{number} {unit.strip()}", True) for unit in units)
                    yield Printing(number, False)  # in a table whose header says "(M)"
    whole = f"{value:,.0f}" if value == int(value) else None
    if whole is not None and value >= 1000:
        yield Printing(whole, True)
        yield Printing(whole.replace(",", ""), True)
    for number in _number_texts(value):
        yield Printing(number, _digits(number) > SURE_DIGITS)


def _number_texts(amount: float) -> Iterator[str]:
    yield number_text(amount)
    if amount == int(amount) and int(amount) < len(_NUMBER_WORDS):
        yield _NUMBER_WORDS[int(amount)]


def _digits(text: str) -> int:
    return sum(c.isdigit() for c in text)


def _on_page(page: PrintedPage, printings: Sequence[Printing], near: Box | None) -> Place | None:
    """The first printing that the page has; of several of it, the one nearest to the evidence that was shown."""
    sure = [[p] for p in printings if p.sure]
    for alike in [*sure, [p for p in printings if not p.sure]]:
        found = [(run, line) for p in alike for line in page.lines for run in _runs(p.text, line)]
        if found:
            run, line = min(found, key=lambda f: _distance(hull([w.box for w in f[0]]), near))
            return Place(page.number, _quote(run, line), tuple(w.box for w in run))
    return None


def _runs(text: str, line: Sequence[PrintedWord]) -> Iterator[Sequence[PrintedWord]]:
    """The words of a line that print the text."""
    starts, joined = [], ""
    for w in line:
        joined += " " if joined else ""
        starts.append(len(joined))
        joined += w.text
    pattern = r"\s?".join(re.escape(part) for part in text.split())
    for m in re.finditer(rf"(?<![\w.,]){pattern}(?!\w|[.,]\d)", joined, re.IGNORECASE):
        inside = [w for w, at in zip(line, starts, strict=True) if at < m.end() and at + len(w.text) > m.start()]
        yield inside


def _quote(run: Sequence[PrintedWord], line: Sequence[PrintedWord]) -> str:
    """The line's words around these, as many as a quote may have."""
    first, last = line.index(run[0]), line.index(run[-1])
    while True:
        text = " ".join(w.text for w in line[first : last + 1])
        wider = [(max(first - 1, 0), last), (first, min(last + 1, len(line) - 1))]
        fitting = [
            (a, b)
            for a, b in wider
            if (a, b) != (first, last) and len(" ".join(w.text for w in line[a : b + 1])) <= LONGEST_QUOTE
        ]
        if not fitting:
            return text[:LONGEST_QUOTE]
        first, last = min(f[0] for f in fitting), max(f[1] for f in fitting)


def _distance(box: Box, near: Box | None) -> float:
    """How far from the evidence: lines apart count more than columns apart."""
    if near is None:
        return box[1]
    return 3 * abs(box[1] - near[1]) + abs(box[0] - near[0])

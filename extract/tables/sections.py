"""Header and body of a table: told by rulings, by numbers, by bold; a header may be printed again below."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from db.models import Word
from extract.layout.captions import SUB_LABEL
from extract.layout.lines import MIDDLE, MOSTLY, TableLine, is_blank, is_value

_LIST = re.compile(r"^[\[{(][^a-zA-Z]*\d[^a-zA-Z]*,[^a-zA-Z]*[\]})]")  # "[200, 400, 600]": values that were tried
_THRESHOLD = re.compile(r"^0?\.\d{1,2}$")  # "0.5", ".75"

LEFT_EDGE = 12.0  # points from a table's left edge within which a line begins in its first column | 0 0 0 0
NUMERIC_SHARE = 0.3  # of the entries behind the names that are numbers, in a table of numbers | 0 0 0 2
HEADER_VALUES = 0.34  # of a header line's entries behind the first that may be numbers, at most | 0 0 0 0
MAX_HEADER_LINES = 8  # of words alone, before the first ruling under them | 0 0 0 0
MAX_MIXED_HEADER_LINES = 4  # of words and numbers | 2 0 0 0
MAX_REPEATED_HEADER_LINES = 5  # of a header in the middle of a table | 0 0 0 0
CENTRED = 0.06  # of the table's width: how far off its middle a title over all of it may stand | 0 0 0 0
MANY_LINES = 6  # more than so many: a table in which one line of numbers may head columns | 0 0 0 0
NUMBER_HEADS = 3  # lines of a header that holds numbers, at most | 0 0 0 0
CLEARLY = 0.6  # of entries or lines: more than a chance majority | 0 0 0 3
DECIMALS = 0.8  # of the numbers under a word that heads results | 0 0 0 0
SETTINGS = 4  # whole numbers of a line that tells settings, at least | 0 0 0 0
SHARED = 3  # entries that a header printed again has in common, where others are numbers | 0 0 0 0
LINES_UNDER = 5  # below a name, which it may head | 0 0 0 0
TITLE_WIDTH = 0.2  # of the table's width, at least | 0 0 0 0

Band = list[TableLine]
"""Consecutive lines without a ruling between them that crosses the table."""


@dataclass
class Section:
    """One header with the rows under it. `title` lines stand over all columns."""

    title: list[TableLine] = field(default_factory=list)
    header: list[TableLine] = field(default_factory=list)
    body: list[TableLine] = field(default_factory=list)


def sections(lines: Sequence[TableLine], full: Sequence[float]) -> list[Section]:
    """The lines as headers and bodies, from top to bottom; `full` are the heights of the rulings across the table."""
    reader = _SectionReader(_bands(lines, full), max(len(t.phrases) for t in lines), _is_numeric_table(lines))
    found = list(reader.read())
    return [s for s in found if s.body] or found[:1]


def _bands(lines: Sequence[TableLine], full: Sequence[float]) -> list[Band]:
    bands: list[Band] = []
    level = -1
    for line in lines:
        here = sum(y < line.base - MIDDLE * line.size for y in full)
        if here != level or not bands:
            bands.append([])
            level = here
        bands[-1].append(line)
    return bands


class _SectionReader:
    """Takes a table's bands from top to bottom, as headers or as rows."""

    def __init__(self, bands: list[Band], widest: int, numeric: bool) -> None:
        self.bands, self.widest, self.numeric = bands, widest, numeric
        self.n = 0  # the next band
        self.head = Section()
        self.last: Band = []  # the band that went into the body last

    def read(self) -> Iterator[Section]:
        """The sections from top to bottom, each with its header and body."""
        self._take_head(first=True)
        while self.n < len(self.bands):
            if self.numeric and self.head.header and (ended := self._new_section()):
                yield ended
                continue
            self.last = self.bands[self.n]
            self.head.body.extend(self.last)
            self.n += 1
        yield self.head

    def _new_section(self) -> Section | None:
        """The section that ends before the next band, where that begins a new header."""
        ended = self._name_more_columns()
        if ended:
            return ended
        band = self.bands[self.n]
        cut = _header_again(band, self.head)
        if cut:  # a header in the middle without a ruling over it
            self.bands[self.n : self.n + 1] = [band[:cut], band[cut:]]
        return self._repeat_header()

    def _name_more_columns(self) -> Section | None:
        """Begins a section at names for columns that the header left without: from here on both headers count."""
        band, after = self.bands[self.n], self.bands[self.n + 1 :]
        place = _more_columns_named(band, after, self.head)
        if place is None or not (place or self.head.body):
            return None
        ended = self.head
        ended.body.extend(band[:place])
        self.head = Section(header=[*ended.header, band[place]])
        self.bands[self.n : self.n + 1] = [band[place + 1 :]] if place + 1 < len(band) else []
        return ended

    def _repeat_header(self) -> Section | None:
        """Begins a section at a new header in the middle of the table."""
        if not _repeats_header(self.bands, self.n, self.widest, self.head):
            return None
        ended = self.head
        above: Band = []
        while ended.body and self.last and ended.body[-1] in self.last and _all_header(self.last):
            above.insert(0, ended.body.pop())  # a spanning header between rulings of its own
        self.head = Section()
        self._take_head(first=False)
        (self.head.title if self.head.title else self.head.header)[:0] = above
        self.last = []
        return ended

    def _take_head(self, *, first: bool) -> None:
        """Moves title and header lines from the next bands into the section."""
        head = self.head
        while self._more() and len(self._band()) <= 2 and _single(self._band()):
            head.title.extend(self._band())
            self.n += 1
        if self.n >= len(self.bands):
            return
        band = self._band()
        if self._more() and _header_band(band, self.bands[self.n + 1 :]):
            self._take_ruled_header()
        elif not first or len(band) > 1:
            k = _unruled_header(band, alone=not self._more())
            head.header.extend(band[:k])
            self.bands[self.n] = band[k:]
        self._take_titles(band)

    def _band(self) -> Band:
        return self.bands[self.n]

    def _more(self) -> bool:
        """Whether another band follows the next one."""
        return len(self.bands) - self.n > 1

    def _take_ruled_header(self) -> None:
        """Takes the header's first band, and those behind rulings that go on with it."""
        band = self._band()
        self.head.header.extend(band)
        self.n += 1
        every = self._every_line()
        named = any(not _nameless(t, every) for t in band)
        while self._more() and self._continues_header(self._band(), every, named):
            self.head.header.extend(self._band())
            self.n += 1

    def _every_line(self) -> list[TableLine]:
        return [t for b in self.bands for t in b]

    def _continues_header(self, band: Band, every: Sequence[TableLine], named: bool) -> bool:
        if len(band) > MAX_MIXED_HEADER_LINES or _single(band):
            return False
        settings = _settings(band[0], self.bands[self.n + 1 :])
        if named and not settings and any(not _nameless(t, every) for t in band):
            return False
        return _all_header(band) or (len(band) == 1 and settings)

    def _take_titles(self, band: Band) -> None:
        """Moves a header's first lines that stand over the whole table to its titles."""
        head, every = self.head, self._every_line()
        while len(head.header) > 1 and len(head.header[0].phrases) == 1:
            top = head.header[0]
            over_all = any(_covers_all(top, rest) for rest in (head.header[1:], every))
            if not SUB_LABEL.match(top.text()) and (_left(top, band) or not over_all):
                break
            head.title.append(head.header.pop(0))


def _unruled_header(band: Band, *, alone: bool) -> int:
    """How many of a band's first lines are its header: words over a line with numbers."""
    k = 0
    while k < len(band) - 1 and _header_line(band[k]) and any(_value_count(t) for t in band[k + 1 :]):
        k += 1
    # a line of names alone right above the first row of values is a group, not a header
    while k > 1 and len(band[k - 1].phrases) == 1 and _left(band[k - 1], band):
        k -= 1
    if k == 0 and alone and not any(_value_count(t) for t in band) and band[0].words[0].bold:
        return 1
    return k


def _covers_all(line: TableLine, rest: Sequence[TableLine]) -> bool:
    """Whether a line's one phrase stands centred over all the others."""
    x0, x1 = min(t.x0 for t in rest), max(t.x1 for t in rest)
    return abs((line.x0 + line.x1) / 2 - (x0 + x1) / 2) < CENTRED * (x1 - x0) and line.x1 - line.x0 > TITLE_WIDTH * (
        x1 - x0
    )


def _left(line: TableLine, band: Band) -> bool:
    return line.x0 < min(t.x0 for t in band) + LEFT_EDGE


def _single(band: Band) -> bool:
    return all(len(t.phrases) == 1 for t in band)


def _value_count(line: TableLine) -> int:
    return sum(is_value(line.phrase_text(p)) for p in line.phrases[1:])


def _header_line(line: TableLine) -> bool:
    """Whether a line reads as a header's: hardly a number after its first phrase."""
    texts = [line.phrase_text(p) for p in line.phrases]
    rest = texts[1:] if len(texts) > 1 else texts
    values = [t for t in rest if is_value(t) or _LIST.match(t)]
    if any(not _counts(t) for t in values):  # "47.3" is a result, "18" may be a depth
        values += [t for t in rest if is_blank(t)] + values
    return len(values) <= HEADER_VALUES * len(rest)


def _all_header(band: Band) -> bool:
    return all(_header_line(t) for t in band) and not any(
        all(is_blank(t.phrase_text(p)) for p in t.phrases[1:]) and len(t.phrases) > 1 for t in band
    )


def _header_band(band: Band, rest: Sequence[Band]) -> bool:
    """Whether the first band is the header: text, or whole numbers over a body of another kind."""
    if _all_header(band):
        return len(band) <= MAX_HEADER_LINES
    every = [t for b in (band, *rest) for t in b]
    named = [t for t in band if not _nameless(t, every)]
    if 1 < len(band) <= MAX_MIXED_HEADER_LINES and _header_line(band[0]):
        if _all_header(named) and not any(is_value(_first_phrase(t)) for t in named):
            return True  # "0.5:0.95 0.5 0.75" under "Avg. Precision, IoU"
        if band[0] not in named and len(named) == 1 and (len(every) > MANY_LINES or _thresholds(named[0], rest)):
            return not is_value(_first_phrase(named[0]))  # names of columns under a spanning header
    if len(band) > NUMBER_HEADS:
        return False
    if len(band) == 1 and (_beside_names(band[0], rest) or len(rest) == 1):
        return True  # nothing over the names, or the only ruling within: its line heads the rest, numbers or not
    if _names_numbers(band[-1], rest) and _all_header(band[:-1]):
        return True
    return (_all_bold(band) and not _mostly_bold(rest)) or _whole_numbers_over_others(band, rest, named)


def _first_phrase(line: TableLine) -> str:
    return line.phrase_text(line.phrases[0])


def _thresholds(line: TableLine, rest: Sequence[Band]) -> bool:
    """Whether a line's numbers are all below one ("0.5 0.75 0.9"), and those under it are not."""
    own = [line.phrase_text(p) for p in line.phrases[1:]]
    below = [t.phrase_text(p) for b in rest for t in b for p in t.phrases[1:] if is_value(t.phrase_text(p))]
    return all(_THRESHOLD.match(t) for t in own) and bool(below) and not any(_THRESHOLD.match(t) for t in below)


def _all_bold(band: Band) -> bool:
    return all(w.bold for t in band for w in t.words if any(c.isalnum() for c in w.text))


def _whole_numbers_over_others(band: Band, rest: Sequence[Band], named: Sequence[TableLine]) -> bool:
    """Whether a band's numbers are whole ("18", "34"), most of those below it are not, and its names are words."""
    values = [t.phrase_text(p) for t in band for p in t.phrases[1:] if is_value(t.phrase_text(p))]
    below = [t.phrase_text(p) for b in rest for t in b for p in t.phrases[1:]]
    if not all(_counts(v) for v in values) or sum(not _counts(v) for v in below) <= MOSTLY * len(below):
        return False
    return not any(is_value(_first_phrase(t)) for t in named) and sum(len(b) for b in rest) > len(band)


def _beside_names(line: TableLine, rest: Sequence[Band]) -> bool:
    """Whether nothing stands over the column of names, which all lines below begin with."""
    below = [t for band in rest for t in band if len(t.phrases) > 1]
    if not below:
        return False
    left = min(t.x0 for t in below)
    ends = sorted(t.words[t.phrases[0][1] - 1].x1 for t in below if t.x0 < left + LEFT_EDGE)
    return len(ends) >= CLEARLY * len(below) and line.x0 > ends[len(ends) // 2]


def _names_numbers(line: TableLine, rest: Sequence[Band]) -> bool:
    """Whether two entries at least are words over columns of numbers with decimals ("Top-1" over 57.3, 67.0)."""
    below = [(w.x0, w.x1, w.text) for band in rest for t in band for w in t.words]
    found = 0
    for a, b in line.phrases[1:]:
        text = line.phrase_text((a, b))
        if is_value(text) or is_blank(text) or not any(c.isalpha() for c in text):
            continue
        x0, x1 = line.words[a].x0, line.words[b - 1].x1
        under = [t for w0, w1, t in below if w0 < x1 and w1 > x0]
        found += len(under) >= 2 and sum(is_value(t) and not _counts(t) for t in under) >= DECIMALS * len(under)
    return found >= 2


def _settings(line: TableLine, rest: Sequence[Band]) -> bool:
    """Whether a line under the header tells settings: the same few whole numbers again and again (8 4 2, 8 4 2)."""
    values = [line.phrase_text(p) for p in line.phrases[1:]]
    if (
        len(values) < SETTINGS
        or len(set(values)) > len(values) / 2
        or not all(is_value(v) and _counts(v) for v in values)
    ):
        return False
    below = [t.phrase_text(p) for band in rest for t in band for p in t.phrases[1:]]
    return sum(not _counts(t) for t in below) > CLEARLY * len(below)


def _mostly_bold(bands: Sequence[Band]) -> bool:
    words = [w for band in bands for t in band for w in t.words]
    return sum(w.bold for w in words) > MOSTLY * len(words)


def _nameless(line: TableLine, band: Sequence[TableLine]) -> bool:
    """Whether nothing stands in the line's first column."""
    left = min(t.x0 for t in band)
    ends = [t.words[t.phrases[0][1] - 1].x1 for t in band if t.x0 < left + LEFT_EDGE]
    return line.x0 > max(ends)


def _counts(text: str) -> bool:
    """Whether a number counts something: whole, or with a letter or two ("18", "2x", "1.3B", "8 GPUs")."""
    return ("." not in text or text[-1:] in "kKmMbBgG") and "%" not in text and "±" not in text


def _repeats_header(bands: Sequence[Band], n: int, widest: int, head: Section) -> bool:
    """Whether a band in the middle of the table is a new header: text over several columns, rows of values below."""
    band = bands[n]
    if len(band) > 1 and _value_count(band[1]) and _shares_header(band[:1], head):
        return True
    if n + 1 >= len(bands):
        return False
    if len(band) > MAX_REPEATED_HEADER_LINES:
        return False
    if SUB_LABEL.match(band[0].text()) and any(SUB_LABEL.match(t.text()) for t in [*head.title, *head.header]):
        return True
    if _single(band) and len(band) == 1:
        short = n + 2 < len(bands) and len(bands[n + 1]) <= NUMBER_HEADS
        return short and _is_new_header(bands[n + 1], bands[n + 2], widest, head)
    return _is_new_header(band, bands[n + 1], widest, head)


def _shares_header(band: Band, head: Section) -> bool:
    """Whether half of the band's entries stand in the header above, and none is a number."""
    texts = [t.phrase_text(p).lower() for t in band for p in t.phrases]
    old = {t.phrase_text(p).lower() for t in head.header for p in t.phrases}
    shared = sum(t in old and not is_blank(t) for t in texts)
    if shared >= max(SHARED, CLEARLY * len(texts)):
        return True
    return len(texts) >= 2 and shared >= MOSTLY * len(texts) and not any(_value_count(t) for t in band)


def _more_columns_named(band: Band, after: Sequence[Band], head: Section) -> int | None:
    """The place in a band of a line that names nothing but columns: words over numbers, no name at its left."""
    lines = [*band, *(t for b in after for t in b)]
    for k, line in enumerate(band):
        if len(line.phrases) < 2 or _value_count(line) or not _nameless(line, lines):
            continue
        below = [w for t in lines[k + 1 : k + 1 + LINES_UNDER] for w in t.words]
        if all(_heads_numbers(line, phrase, below, head) for phrase in line.phrases):
            return k
    return None


def _heads_numbers(line: TableLine, phrase: tuple[int, int], below: Sequence[Word], head: Section) -> bool:
    """Whether a phrase is words over numbers, with no header over it."""
    a, b = phrase
    x0, x1 = line.words[a].x0, line.words[b - 1].x1
    under = [w.text for w in below if w.x0 < x1 and w.x1 > x0]
    headed = any(w.x0 < x1 and w.x1 > x0 for t in head.header for w in t.words)
    words = any(c.isalpha() for c in line.phrase_text(phrase))
    return words and not headed and bool(under) and all(is_value(t) for t in under)


def _header_again(band: Band, head: Section) -> int:
    """The place in a band, from 1, of a line that prints the header again; 0 if there is none."""
    old = {t.phrase_text(p).lower() for t in head.header for p in t.phrases if not is_blank(t.phrase_text(p))}
    for k, line in enumerate(band[1:], 1):
        texts = [line.phrase_text(p).lower() for p in line.phrases]
        shared = sum(t in old for t in texts)
        again = shared >= max(SHARED if _value_count(line) else 2, CLEARLY * len(texts))
        if again and k + 1 < len(band):
            return k
    return 0


def _is_new_header(band: Band, below: Sequence[TableLine], widest: int, head: Section) -> bool:
    if not any(_value_count(t) for t in below):
        return False
    if _shares_header(band, head):
        return True
    if not _all_header(band):
        return False
    texts = [t.phrase_text(p) for t in band for p in t.phrases]
    named = [t for t in texts[1:] if any(c.isalpha() for c in t) and not is_blank(t)]
    most = max(len(t.phrases) for t in band)
    return most >= max(SHARED, CLEARLY * widest) and len(named) >= max(2, CLEARLY * len(texts[1:]))


def _is_numeric_table(lines: Sequence[TableLine]) -> bool:
    values = sum(_value_count(t) for t in lines)
    phrases = sum(len(t.phrases) - 1 for t in lines)
    return phrases > 0 and values > NUMERIC_SHARE * phrases

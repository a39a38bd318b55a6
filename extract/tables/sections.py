"""Header and body of a table told apart: by rulings, by what numbers look like, by bold; headers printed again below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from extract.layout.lines import TableLine, is_blank, is_value

_LIST = re.compile(r"^[\[{(][^a-zA-Z]*\d[^a-zA-Z]*,[^a-zA-Z]*[\]})]")  # "[200, 400, 600]": values that were tried


_LETTERED = re.compile(r"^\([a-h]\)\s")  # "(b) System-level comparison"


@dataclass
class Section:
    """One header with the rows under it. `title` lines stand over all columns."""

    title: list[TableLine] = field(default_factory=list)
    header: list[TableLine] = field(default_factory=list)
    body: list[TableLine] = field(default_factory=list)


def sections(lines: Sequence[TableLine], full: Sequence[float]) -> list[Section]:
    """The lines parted into headers and bodies, from top to bottom."""
    bands: list[list[TableLine]] = []
    level = -1
    for line in lines:
        here = sum(y < line.base - 0.25 * line.size for y in full)
        if here != level or not bands:
            bands.append([])
            level = here
        bands[-1].append(line)
    found: list[Section] = [Section()]
    widest = max(len(t.phrases) for t in lines)
    numeric = _is_numeric_table(lines)
    last: list[TableLine] = []
    head = found[0]
    n = _take_head(bands, 0, head, widest, first=True)
    while n < len(bands):
        band = bands[n]
        more = _more_columns_named(band, bands[n + 1 :], head) if numeric and head.header else None
        if more is not None and (
            more or head.body
        ):  # names for columns that the header left without: from here on both count
            head.body.extend(band[:more])
            head = Section(header=[*head.header, band[more]])
            found.append(head)
            bands[n : n + 1] = [band[more + 1 :]] if more + 1 < len(band) else []
            continue
        cut = _header_again(band, head) if numeric and head.header else 0
        if cut:  # a header in the middle without a ruling over it
            bands[n : n + 1] = [band[:cut], band[cut:]]
            band = bands[n]
        if numeric and head.header and _repeats_header(bands, n, widest, head):
            above: list[TableLine] = []
            while head.body and last and head.body[-1] in last and _all_header(last):
                above.insert(0, head.body.pop())  # a spanning header between rulings of its own
            head = Section()
            found.append(head)
            n = _take_head(bands, n, head, widest, first=False)
            if head.title:
                head.title[:0] = above
            else:
                head.header[:0] = above
            last = []
            continue
        last = band
        head.body.extend(band)
        n += 1
    return [s for s in found if s.body] or found[:1]


def _take_head(bands: list[list[TableLine]], n: int, head: Section, widest: int, *, first: bool) -> int:
    """Moves title and header lines from `bands[n:]` into `head`; the band where the body goes on."""
    while n < len(bands) and len(bands) - n > 1 and len(bands[n]) <= 2 and all(len(t.phrases) == 1 for t in bands[n]):
        head.title.extend(bands[n])
        n += 1
    if n >= len(bands):
        return n
    band = bands[n]
    if len(bands) - n > 1 and _header_band(band, bands[n + 1 :], widest):
        head.header.extend(band)
        n += 1
        every = [t for b in bands for t in b]
        named = any(not _nameless(t, every) for t in band)
        while (
            len(bands) - n > 1
            and len(bands[n]) <= 4
            and not _single(bands[n])
            and not (
                named and not _settings(bands[n][0], bands[n + 1 :]) and any(not _nameless(t, every) for t in bands[n])
            )
            and (_all_header(bands[n]) or (len(bands[n]) == 1 and _settings(bands[n][0], bands[n + 1 :])))
        ):
            head.header.extend(bands[n])
            n += 1
    elif not first or len(band) > 1:
        k = 0
        while k < len(band) - 1 and _header_line(band[k]) and any(_value_count(t) for t in band[k + 1 :]):
            k += 1
        # a label-only line right above the first row of values is a group, not a header
        while k > 1 and len(band[k - 1].phrases) == 1 and _left(band[k - 1], band):
            k -= 1
        if k == 0 and not any(_value_count(t) for t in band) and len(bands) - n == 1 and band[0].words[0].bold:
            k = 1
        head.header.extend(band[:k])
        bands[n] = band[k:]
    every = [t for band in bands for t in band]
    while len(head.header) > 1 and len(head.header[0].phrases) == 1:
        top = head.header[0]
        lettered = bool(_LETTERED.match(top.text()))
        if not lettered and (_left(top, band) or not any(_covers_all(top, r) for r in (head.header[1:], every))):
            break
        head.title.append(head.header.pop(0))
    return n


def _covers_all(line: TableLine, rest: Sequence[TableLine]) -> bool:
    """Whether a line's one phrase stands centred over all the others."""
    x0, x1 = min(t.x0 for t in rest), max(t.x1 for t in rest)
    return abs((line.x0 + line.x1) / 2 - (x0 + x1) / 2) < 0.06 * (x1 - x0) and line.x1 - line.x0 > 0.2 * (x1 - x0)


def _left(line: TableLine, band: Sequence[TableLine]) -> bool:
    return line.x0 < min(t.x0 for t in band) + 12


def _single(band: Sequence[TableLine]) -> bool:
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
    return len(values) <= 0.34 * len(rest)


def _all_header(band: Sequence[TableLine]) -> bool:
    return all(_header_line(t) for t in band) and not any(
        all(is_blank(t.phrase_text(p)) for p in t.phrases[1:]) and len(t.phrases) > 1 for t in band
    )


def _header_band(band: Sequence[TableLine], rest: Sequence[Sequence[TableLine]], widest: int) -> bool:
    """Whether the first band is the header: text, or whole numbers over a body of another kind."""
    if _all_header(band):
        return len(band) <= 8
    every = [t for b in (band, *rest) for t in b]
    named = [t for t in band if not _nameless(t, every)]
    if (
        1 < len(band) <= 4
        and _header_line(band[0])
        and _all_header(named)
        and not any(is_value(t.phrase_text(t.phrases[0])) for t in named)
    ):
        return True  # "0.5:0.95 0.5 0.75" under "Avg. Precision, IoU"
    if 1 < len(band) <= 4 and band[0] not in named and _header_line(band[0]) and len(named) == 1 and len(every) > 6:
        return not is_value(named[0].phrase_text(named[0].phrases[0]))  # names of columns under a spanning header
    if len(band) > 3:
        return False
    if len(band) == 1 and (_beside_names(band[0], rest) or len(rest) == 1):
        return True  # nothing over the names, or the only ruling within: its line heads the rest, numbers or not
    if _names_numbers(band[-1], rest) and _all_header(band[:-1]):
        return True
    if all(w.bold for t in band for w in t.words if any(c.isalnum() for c in w.text)) and not _mostly_bold(rest):
        return True
    values = [t.phrase_text(p) for t in band for p in t.phrases[1:] if is_value(t.phrase_text(p))]
    below = [t.phrase_text(p) for b in rest for t in b for p in t.phrases[1:]]
    whole = all(_counts(v) for v in values)
    other = sum(not _counts(v) for v in below) > 0.5 * len(below) if below else False
    names = [t.phrase_text(t.phrases[0]) for t in named]
    return whole and other and not any(is_value(t) for t in names) and sum(len(b) for b in rest) > len(band)


def _beside_names(line: TableLine, rest: Sequence[Sequence[TableLine]]) -> bool:
    """Whether nothing stands over the column of names, which all lines below begin with."""
    below = [t for band in rest for t in band if len(t.phrases) > 1]
    if not below:
        return False
    left = min(t.x0 for t in below)
    ends = sorted(t.words[t.phrases[0][1] - 1].x1 for t in below if t.x0 < left + 12)
    return len(ends) >= 0.6 * len(below) and line.x0 > ends[len(ends) // 2]


def _names_numbers(line: TableLine, rest: Sequence[Sequence[TableLine]]) -> bool:
    """Whether two entries at least are words over columns of numbers with decimals ("Top-1" over 57.3, 67.0)."""
    below = [(w.x0, w.x1, w.text) for band in rest for t in band for w in t.words]
    found = 0
    for a, b in line.phrases[1:]:
        text = line.phrase_text((a, b))
        if is_value(text) or is_blank(text) or not any(c.isalpha() for c in text):
            continue
        x0, x1 = line.words[a].x0, line.words[b - 1].x1
        under = [t for w0, w1, t in below if w0 < x1 and w1 > x0]
        found += len(under) >= 2 and sum(is_value(t) and not _counts(t) for t in under) >= 0.8 * len(under)
    return found >= 2


def _settings(line: TableLine, rest: Sequence[Sequence[TableLine]]) -> bool:
    """Whether a line under the header tells settings: the same few whole numbers again and again (8 4 2, 8 4 2)."""
    values = [line.phrase_text(p) for p in line.phrases[1:]]
    if len(values) < 4 or len(set(values)) > len(values) / 2 or not all(is_value(v) and _counts(v) for v in values):
        return False
    below = [t.phrase_text(p) for band in rest for t in band for p in t.phrases[1:]]
    return sum(not _counts(t) for t in below) > 0.6 * len(below)


def _mostly_bold(bands: Sequence[Sequence[TableLine]]) -> bool:
    words = [w for band in bands for t in band for w in t.words]
    return sum(w.bold for w in words) > 0.5 * len(words)


def _nameless(line: TableLine, band: Sequence[TableLine]) -> bool:
    """Whether nothing stands in the line's first column."""
    left = min(t.x0 for t in band)
    ends = [t.words[t.phrases[0][1] - 1].x1 for t in band if t.x0 < left + 12]
    return line.x0 > max(ends)


def _counts(text: str) -> bool:
    """Whether a number counts something: whole, or with a letter or two ("18", "2x", "1.3B", "8 GPUs")."""
    return ("." not in text or text[-1:] in "kKmMbBgG") and "%" not in text and "±" not in text


def _repeats_header(bands: Sequence[Sequence[TableLine]], n: int, widest: int, head: Section) -> bool:
    """Whether a band in the middle of the table is a new header: text over several columns, rows of values below."""
    band = bands[n]
    if len(band) > 1 and _value_count(band[1]) and _shares_header(band[:1], head):
        return True
    if n + 1 >= len(bands):
        return False
    if len(band) > 5:
        return False
    if _LETTERED.match(band[0].text()) and any(_LETTERED.match(t.text()) for t in [*head.title, *head.header]):
        return True
    if _single(band) and len(band) == 1:
        return (
            n + 2 < len(bands) and len(bands[n + 1]) <= 3 and _is_new_header(bands[n + 1], bands[n + 2], widest, head)
        )
    return _is_new_header(band, bands[n + 1], widest, head)


def _shares_header(band: Sequence[TableLine], head: Section) -> bool:
    """Whether half of the band's entries stand in the header above, and none is a number."""
    texts = [t.phrase_text(p).lower() for t in band for p in t.phrases]
    old = {t.phrase_text(p).lower() for t in head.header for p in t.phrases}
    shared = sum(t in old and not is_blank(t) for t in texts)
    if shared >= 3 and shared >= 0.6 * len(texts):
        return True
    return len(texts) >= 2 and shared >= 0.5 * len(texts) and not any(_value_count(t) for t in band)


def _more_columns_named(band: Sequence[TableLine], after: Sequence[Sequence[TableLine]], head: Section) -> int | None:
    """The place in a band of a line that names nothing but columns: words over numbers, no name at its left."""
    lines = [*band, *(t for b in after for t in b)]
    for k, line in enumerate(band):
        if len(line.phrases) < 2 or _value_count(line) or not _nameless(line, lines):
            continue
        below = [(w.x0, w.x1, w.text) for t in lines[k + 1 : k + 6] for w in t.words]
        heads = 0
        for a, b in line.phrases:
            if not any(c.isalpha() for c in line.phrase_text((a, b))):
                break
            x0, x1 = line.words[a].x0, line.words[b - 1].x1
            under = [t for w0, w1, t in below if w0 < x1 and w1 > x0]
            headed = any(w.x0 < x1 and w.x1 > x0 for t in head.header for w in t.words)
            if headed or not under or not all(is_value(t) for t in under):
                break
            heads += 1
        if heads == len(line.phrases):
            return k
    return None


def _header_again(band: Sequence[TableLine], head: Section) -> int:
    """The place in a band, from 1, of a line that prints the header again; 0 if there is none."""
    old = {t.phrase_text(p).lower() for t in head.header for p in t.phrases if not is_blank(t.phrase_text(p))}
    for k, line in enumerate(band[1:], 1):
        texts = [line.phrase_text(p).lower() for p in line.phrases]
        shared = sum(t in old for t in texts)
        again = shared >= (3 if _value_count(line) else 2) and shared >= 0.6 * len(texts)
        if again and k + 1 < len(band):
            return k
    return 0


def _is_new_header(band: Sequence[TableLine], below: Sequence[TableLine], widest: int, head: Section) -> bool:
    if not any(_value_count(t) for t in below):
        return False
    if _shares_header(band, head):
        return True
    if not _all_header(band):
        return False
    texts = [t.phrase_text(p) for t in band for p in t.phrases]
    named = [t for t in texts[1:] if any(c.isalpha() for c in t) and not is_blank(t)]
    most = max(len(t.phrases) for t in band)
    return most >= max(3, 0.6 * widest) and len(named) >= max(2, 0.6 * len(texts[1:]))


def _is_numeric_table(lines: Sequence[TableLine]) -> bool:
    values = sum(_value_count(t) for t in lines)
    phrases = sum(len(t.phrases) - 1 for t in lines)
    return phrases > 0 and values > 0.3 * phrases

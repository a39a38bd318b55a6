"""Header and body of a table told apart, headers that repeat in the middle, and the columns each header cell covers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from db.models import Box, Rule, Word
from extract.table_grid import Grid
from extract.table_lines import TableLine, is_blank, is_value, words_text

_LIST = re.compile(r"^[\[{(][^a-zA-Z]*\d[^a-zA-Z]*,[^a-zA-Z]*[\]})]")  # "[200, 400, 600]": values that were tried
_LETTERED = re.compile(r"^\([a-h]\)\s")  # "(b) System-level comparison"
FULL = 0.6  # of the table's width: a rule this long parts rows, a shorter one spans columns


@dataclass
class Section:
    """One header with the rows under it. `title` lines stand over all columns."""

    title: list[TableLine] = field(default_factory=list)
    header: list[TableLine] = field(default_factory=list)
    body: list[TableLine] = field(default_factory=list)


@dataclass
class HeaderCell:
    """One header entry: words by printed line, and the columns it covers."""

    lines: list[list[Word]]
    places: list[int]
    column: int
    span: int
    top: float
    bottom: float

    @property
    def text(self) -> str:
        out = ""
        for line in self.lines:
            piece = words_text(line)
            if out.endswith("-") and out[-2:-1].isalpha() and piece[:1].islower():
                out = out[:-1] + piece
            else:
                out = f"{out} {piece}" if out else piece
        return out


def split_rules(rules: Sequence[Rule], box: Box) -> tuple[list[float], list[Rule]]:
    """Heights of the rules that cross the table, and the shorter horizontal rules."""
    width = box[2] - box[0]
    levels: list[list[Rule]] = []
    for r in sorted((r for r in rules if r.horizontal), key=lambda r: r.top):
        if levels and r.top - levels[-1][0].top < 1.6:
            levels[-1].append(r)
        else:
            levels.append([r])
    full: list[float] = []
    partial: list[Rule] = []
    for level in levels:
        if sum(r.x1 - r.x0 for r in level) >= FULL * width and (len(level) == 1 or _touching(level)):
            y = sum(r.top for r in level) / len(level)
            if not full or y - full[-1] > 3.5:
                full.append(y)
        else:
            partial.extend(level)
    return full, partial


def _touching(level: Sequence[Rule]) -> bool:
    """Whether rules of one height make one line: no gap like the one between two cmidrules."""
    ordered = sorted(level, key=lambda r: r.x0)
    reach = ordered[0].x1
    for r in ordered[1:]:
        if r.x0 > reach + 2.5:
            return False
        reach = max(reach, r.x1)
    return True


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
        more = _more_columns_named(band, bands[n + 1 :]) if numeric and head.header else None
        if more is not None and (
            more or head.body
        ):  # names for columns that the header left without: from here on both count
            head.body.extend(band[:more])
            head = Section(header=[*head.header, band[more]])
            found.append(head)
            bands[n : n + 1] = [band[more + 1 :]] if more + 1 < len(band) else []
            continue
        cut = _header_again(band, head) if numeric and head.header else 0
        if cut:  # a header in the middle without a rule over it
            bands[n : n + 1] = [band[:cut], band[cut:]]
            band = bands[n]
        if numeric and head.header and _repeats_header(bands, n, widest, head):
            above: list[TableLine] = []
            while head.body and last and head.body[-1] in last and _all_header(last):
                above.insert(0, head.body.pop())  # a spanning header between rules of its own
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
        return True  # nothing over the names, or the only rule within: its line heads the rest, numbers or not
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


def _more_columns_named(band: Sequence[TableLine], after: Sequence[Sequence[TableLine]]) -> int | None:
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
            if not under or not all(is_value(t) for t in under):
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


def header_cells(
    lines: Sequence[TableLine], grid: Grid, partial: Sequence[Rule], full: Sequence[float], verticals: Sequence[Rule]
) -> list[list[HeaderCell]]:
    """Header rows from top to bottom; entries that go on in the next line of the same columns are one cell."""
    rows: list[list[HeaderCell]] = []
    for n, line in enumerate(lines):
        below = lines[n + 1 :]
        rows.append(_line_cells(line, below, grid, partial, verticals))
    for n, row in enumerate(rows):
        if n + 1 < len(rows):
            _spread(row, rows[n + 1 :], rows[:n], grid, lines[n])
    return _merge_down(rows, partial, full, grid)


def _line_cells(
    line: TableLine, below: Sequence[TableLine], grid: Grid, partial: Sequence[Rule], verticals: Sequence[Rule]
) -> list[HeaderCell]:
    cells: list[HeaderCell] = []
    middles = [(line.words[a].x0 + max(w.x1 for w in line.words[a:b])) / 2 for a, b in line.phrases]
    level = line.base - 0.25 * line.size
    walls = sorted({-1e6, 1e6} | {r.x0 for r in verticals if r.top - 2 <= level <= r.bottom + 2})
    for k, (first, last) in enumerate(line.phrases):
        covered = _under_rule(line, middles, k, below, grid, partial) or _between_walls(middles, k, below, grid, walls)
        if covered:
            cells.append(_cell(line, first, last, covered[0], covered[-1] - covered[0] + 1))
        else:
            cells.extend(_split(line, first, last, below, grid))
    return cells


def _under_rule(
    line: TableLine, middles: Sequence[float], k: int, below: Sequence[TableLine], grid: Grid, partial: Sequence[Rule]
) -> list[int]:
    """Columns over which a rule is drawn right beneath phrase k alone (a cmidrule)."""
    if not below:
        return []
    first, last = line.phrases[k]
    width = max(w.x1 for w in line.words[first:last]) - line.words[first].x0
    for r in partial:
        under = [t.base for t in below if any(w.x0 < r.x1 and w.x1 > r.x0 for w in t.words)]
        if not under or not line.base - 1 < r.top < min(under) - 0.3 * line.size or r.x1 - r.x0 < 0.8 * width:
            continue
        if [m for m in middles if r.x0 - 3 <= m <= r.x1 + 3] == [middles[k]]:
            return [c for c, (a, b) in enumerate(grid.edges) if r.x0 - 4 <= (a + b) / 2 <= r.x1 + 4]
    return []


def _between_walls(
    middles: Sequence[float], k: int, below: Sequence[TableLine], grid: Grid, walls: Sequence[float]
) -> list[int]:
    """Columns between two vertical rules, where phrase k stands alone and centred between them."""
    if not below or len(walls) < 3:
        return []
    low = max(x for x in walls if x <= middles[k])
    high = min(x for x in walls if x > middles[k])
    if sum(low <= m < high for m in middles) > 1:
        return []
    covered = [c for c, (a, b) in enumerate(grid.edges) if low < (a + b) / 2 < high]
    leaves = {grid.column_of((w.x0 + w.x1) / 2) for t in below for w in t.words}
    if len(covered) < 2 or not all(c in leaves for c in covered):
        return []
    width = grid.edges[covered[-1]][1] - grid.edges[covered[0]][0]
    if abs(_off(middles[k], grid, covered[0], covered[-1])) > 0.12 * width + 3:
        return []
    return covered


def _cell(line: TableLine, first: int, last: int, column: int, span: int) -> HeaderCell:
    words = line.words[first:last]
    return HeaderCell(
        [words], line.places[first:last], column, span, min(w.top for w in words), max(w.bottom for w in words)
    )


def _split(line: TableLine, first: int, last: int, below: Sequence[TableLine], grid: Grid) -> list[HeaderCell]:
    """A phrase as one cell over the columns it stands on, or parted where its words fit their own columns better."""
    words = line.words
    bounds = [first]
    columns = []
    column = _home(words[first], grid)
    for i in range(first + 1, last):
        here = _home(words[i], grid)
        if here > column and words[i].x0 - words[i - 1].x1 > 0.08 * line.size:
            bounds.append(i)
            columns.append(column)
        column = max(here, column)
    columns.append(column)
    bounds.append(last)
    x0, x1 = words[first].x0, max(w.x1 for w in words[first:last])
    low, high = _covered(x0, x1, grid)
    whole = [_cell(line, first, last, low, high - low + 1)]
    if len(columns) == 1:
        return whole
    pieces = [
        _cell(line, a, b, c, 1) for a, b, c in zip(bounds, bounds[1:], columns, strict=False)
    ]  # fmt: skip
    fits = max(
        _misfit(words[a].x0, max(w.x1 for w in words[a:b]), grid.edges[c])
        for a, b, c in zip(bounds, bounds[1:], columns, strict=False)
    )
    span = (grid.edges[columns[0]][0], grid.edges[columns[-1]][1])
    centred = abs((x0 + x1) / 2 - (span[0] + span[1]) / 2)
    children = bool(below) and all(
        any(_home(w, grid) == c for t in below for w in t.words) for c in range(columns[0], columns[-1] + 1)
    )
    if children:
        return pieces if fits < 0.3 * line.size and centred > fits + 0.5 * line.size else whole
    if fits < 0.6 * line.size or fits < centred:
        return pieces
    return whole


def _home(word: Word, grid: Grid) -> int:
    return grid.column_of((word.x0 + word.x1) / 2)


def _covered(x0: float, x1: float, grid: Grid) -> tuple[int, int]:
    """First and last column that a stretch of x stands on, slivers left out."""
    middle = grid.column_of((x0 + x1) / 2)
    low = high = middle
    for c, (a, b) in enumerate(grid.edges):
        shared = min(b, x1) - max(a, x0)
        if shared > 0.45 * (b - a) or (c == middle):
            low, high = min(low, c), max(high, c)
    return low, high


def _misfit(x0: float, x1: float, edge: tuple[float, float]) -> float:
    a, b = edge
    return min(abs(x0 - a), abs(x1 - b), abs((x0 + x1) / 2 - (a + b) / 2))


def _spread(
    row: list[HeaderCell], lower: Sequence[Sequence[HeaderCell]], upper: Sequence[Sequence[HeaderCell]], grid: Grid,
    line: TableLine,
) -> None:  # fmt: skip
    """Entries centred over several columns that nothing else heads take all of them (no rule drawn under them)."""
    if not row or len(row) >= grid.columns:
        return
    leaf = {c for cells in lower for cell in cells for c in range(cell.column, cell.column + cell.span)}
    taken = {c for cell in row for c in range(cell.column, cell.column + cell.span)}
    for k, cell in enumerate(row):
        first, last = cell.column, cell.column + cell.span - 1
        if cell.span == 1 and first == 0 and k == 0:
            continue
        before = row[k - 1].column + row[k - 1].span if k else 0
        after = row[k + 1].column if k + 1 < len(row) else grid.columns
        x0, x1 = cell.lines[0][0].x0, max(w.x1 for w in cell.lines[0])
        middle = (x0 + x1) / 2
        alone = min(_off(middle, grid, first, last), _misfit(x0, x1, (grid.edges[first][0], grid.edges[last][1])))
        best = (alone, first, last)
        for low in range(before, first + 1):
            for high in range(last, after):
                extra = [c for c in range(low, high + 1) if not first <= c <= last]
                if not extra or any(c not in leaf or (c in taken) for c in extra) or low == 0:
                    continue
                off = _off(middle, grid, low, high)
                wide = 0.02 * (grid.edges[high][1] - grid.edges[low][0])
                if off < best[0] - 0.6 * line.size or (
                    off < 0.5 * line.size + wide
                    and high - low > best[2] - best[1]
                    and _tiles(row, k, low, high, grid, leaf, taken)
                ):
                    best = (off, low, high)
        _, low, high = best
        if (low, high) != (first, last) and best[0] < 1.2 * line.size:
            cell.column, cell.span = low, high - low + 1
            taken.update(range(low, high + 1))


def _tiles(row: Sequence[HeaderCell], k: int, low: int, high: int, grid: Grid, leaf: set[int], taken: set[int]) -> bool:
    """Whether the wider span leaves no column between this entry and its neighbours without a head."""
    before = row[k - 1].column + row[k - 1].span if k else low
    after = row[k + 1].column if k + 1 < len(row) else grid.columns
    right = all(c not in leaf for c in range(high + 1, after)) if k + 1 == len(row) else True
    left = all(c not in leaf for c in range(before, low)) or k == 0
    return right and left


def _off(middle: float, grid: Grid, low: int, high: int) -> float:
    return abs(middle - (grid.edges[low][0] + grid.edges[high][1]) / 2)


def _merge_down(
    rows: list[list[HeaderCell]], partial: Sequence[Rule], full: Sequence[float], grid: Grid
) -> list[list[HeaderCell]]:
    """A cell right under one of the same columns goes on with it, unless a rule parts them."""
    open_: dict[tuple[int, int], HeaderCell] = {}
    out: list[list[HeaderCell]] = []
    for row in rows:
        kept = []
        for cell in row:
            key = (cell.column, cell.span)
            above = open_.get(key)
            blocked = above is not None and _rule_between(above, cell, partial, full)
            if above is not None and not blocked:
                above.lines.extend(cell.lines)
                above.places.extend(cell.places)
                above.bottom = max(above.bottom, cell.bottom)
                continue
            for other in list(open_):
                if other[0] < cell.column + cell.span and cell.column < other[0] + other[1]:
                    del open_[other]
            open_[key] = cell
            kept.append(cell)
        out.append(kept)
    return [row for row in out if row]


def _rule_between(above: HeaderCell, cell: HeaderCell, partial: Sequence[Rule], full: Sequence[float]) -> bool:
    low, high = above.bottom - 3, cell.top + 4
    x0, x1 = cell.lines[0][0].x0, cell.lines[0][-1].x1
    return any(low < y < high for y in full) or any(low < r.top < high and r.x0 < x1 and r.x1 > x0 for r in partial)

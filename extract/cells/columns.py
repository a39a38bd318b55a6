"""What stands over a table's columns: the header entries of each, its lead rows, and which columns hold names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, pairwise

from db.models import Cell, Field, Table
from db.reference.untracked import find_untracked_datasets
from extract.cells.explained_heads import explained_heads, in_full
from extract.cells.headers import COUNTS, Says, read_header
from extract.cells.numbers import numbers_of_cell
from extract.language.average_precision import is_index, read_average_precision
from extract.language.paper_context import PaperContext
from extract.pattern import Pattern, each_word
from extract.tables.paths import label_columns

BLANK = frozenset({"", "-", "–", "—", "−", "''", '"', "”", "〃", "N/A", "n/a"})
_IN_BRACKETS = re.compile(r"[(\[][^()\[\]]{1,12}[)\]]")
MOST_LEAD_ROWS = 3  # rows above the first label that may belong to the header
SAME_TOP = 30  # points: two tables side by side begin no farther apart

BROKEN = re.compile(r"(?<=\w)-\s(?=\d)")  # "ILSVRC- 2010" at a line's end
PART_TITLE = re.compile(r"\([a-z]\)\s\w")  # "(b) Pooling"

NUMBER_WITH_NAME = Pattern(
    "a score with whose it is",
    {r"(?=[^()\[\]]*[A-Za-z])(?![\d.]+\s?[A-Z]{3,5}[)\]])[^()\[\]]{2,40}": ("14.2 (FooNet)", "76.3% [Foo et al.]")},
    before=r"(?P<value>\d{1,3}(?:\.\d+)?)\s?%?\s?[(\[](?P<name>",
    after=r")[)\]]\s?[*†‡]?",
    refuses=("14.2 (0.3)", "14.2", "31 (15.5 FMA)"),
    flags=re.NOFLAG,
)
_NUMBER_WITH_MARK = re.compile(r"\d{1,3}\.\d{1,3}\s?\^?[^\w\s.,()%/±+–-]{1,2}")
_TEST_SETS = r"(?:news|ntst|nst|wmt|test|tst|nt|dev|valid|mt)*"
TEST_OF_YEAR = Pattern(
    "a test set that its year names",
    {_TEST_SETS: ("newstest2014", "dev '13", "2016")},
    refuses=("newstest14/15", "2030", "v14"),
    before="^",
    after=r"\s?[-'’]?\s?(?:20)?(?P<year>0[5-9]|1\d|2[0-4])$",
)
ALL_SIZES = Pattern(
    "a header over objects of all sizes, beside those over some",
    each_word("all overall"),
    refuses=("all classes", "total time"),
    before="^",
    after="$",
)
NAME_HEAD = Pattern(
    "a header that says that its column holds names of models",
    {
        r"^(?:model|network|architecture|backbone|system|detector)?\s?(?:names?|variants?)$": "Model name",
        r"^(?:models?|net(?:work)?s?|architectures?|systems?)$": "Network",
        r"^(?:detectors?|backbones?|encoders?)$": "Backbone",
        r"^(?:teams?|entry|entries|submissions?)$": "Entry",
    },
    refuses=("Model size", "Method"),
)
METHOD_HEAD = Pattern(
    "a header over what was done: names, most often",
    {r"^(?:methods?|configuration|setting|training method)$": "Method"},
    refuses=("Methods compared",),
)
DATA_HEAD = Pattern(
    "a header over names of data sets",
    {
        r"^(?:data(?:\s?-?sets?)?|benchmarks?|corpus|corpora|test ?sets?|tasks?)(?:\s?\([^()]*\))?$": "Dataset (val)",
        r"^(?:(?:language )?pairs?|languages?|directions?)(?:\s?\([^()]*\))?$": "Language pair",
        r"^eval\w*(?: data| set| on)?$": "Evaluated on",
    },
    refuses=("Database", "Training data"),
)
METRIC_HEAD = Pattern(
    "a header over names of metrics",
    {"metrics?": "Metric"},
    refuses=("metrical", "F1"),
    before=r"^(?:eval\w*\s)?",
    after="$",
)
TASK_HEAD = Pattern("a header over names of tasks", {"tasks?": "Tasks"}, refuses=("Task A",), before="^", after="$")
CHECK = Pattern(
    "a cell that says yes",
    {r"^(?:[✓✔√Xx×●•]|✓+)$": ("✓", "x"), r"^[Tt]rue$": "True", r"^[Yy]es$": "Yes"},
    refuses=("no", "xx", "✗"),
    flags=re.NOFLAG,
)
VALUE_HEAD = Pattern(
    "a header that says only that numbers stand below",
    each_word("value score result performance"),
    refuses=("F1 score", "scoring"),
    before="^",
    after="s?$",
)
METRIC_BEGINS = Pattern(
    "where one of several metrics in a head begins, though it may touch the one before",
    {
        r"(?<![a-z])[Tt]op-?\s?[15]": "Top-1 Acc.Top-5 Acc.",
        r"(?<![\^a-z])m?AP(?![A-Za-z]{2})": ("AP AP50 AP75", "APb50AP^b75"),
        r"\b(?:EM|F1|IS|FID)\b": "EM / F1",
    },
    refuses=("stop-1", "MAPPING"),
    flags=re.NOFLAG,
)
WEIGHTS_SOURCE = Pattern(
    "where weights or training data come from, not what is measured",
    {
        r"\binitiali[sz]\w*": "Initialization",
        r"\binit\b": "Init",
        r"\bpre-?train\w*": "Pre-trained on",
        r"\bcheckpoints?\b": "Checkpoint",
        r"\bsource\b": "Source",
        r"\btrain(?:ed|ing)\s(?:on|data|set)": "Training data",
        r"\bweights\b": "ImageNet weights",
        r"\bupstream\b": "Upstream",
        r"\b(?:search|discover|deriv|distill)\w*\s(?:on|from)\b": "FooNet (searched on CIFAR-10)",
        r"^from\s": "From ImageNet",
        r"\b(?:extra|external|additional|unlabell?ed) (?:training )?data\b": "Extra data",
        r"→": "ImageNet → CIFAR",
    },
    refuses=("ImageNet", "trained"),
)


@dataclass(frozen=True)
class TableWords:
    """Reads texts of one table in the light of its paper: "En-De" under years is a pair whose year is told."""

    context: PaperContext
    tells_years: bool  # columns are headed by the years of test sets: 2014, newstest15, Test17
    explained: Mapping[str, str]  # short headers that the caption explains as counts

    def says(self, text: str) -> Says:
        """What the text says of numbers, by itself or as the caption explains it."""
        says = read_header(text, self.benchmarks_in(text))
        if not self.explained or says.quantity in COUNTS or says.names_data or says.metrics:
            return says
        full = in_full(text, self.explained)
        return read_header(full) if full != text else says

    def benchmarks_in(self, text: str) -> tuple[str, ...]:
        """The benchmarks that the text names, in this table of this paper."""
        return self.context.benchmarks_in(text, year_told=self.tells_years)


@dataclass(frozen=True, eq=False)
class ColumnHeads:
    """The header of one table, column by column."""

    table: Table
    words: TableWords
    label_columns: tuple[int, ...]  # columns of names and text
    value_columns: tuple[int, ...]
    lead: int  # how many of the body's first rows belong to the header
    paths: tuple[tuple[str, ...], ...]  # of each column its header entries, from the top

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Each column's header as one text; over an index alone with the quantity at its left: "AP | 50 | small"."""
        out: list[str] = []
        quantity = False  # whether the columns go on from one of average precision
        for path in self.paths:
            text, leaf = " ".join(path), path[-1] if path else ""
            index = is_index(leaf)
            quantity = read_average_precision(leaf) is not None or (quantity and index)
            of_all = len(path) == 1 and self._sizes_stand_apart and ALL_SIZES.fullmatch(text)
            out.append(f"AP {text}" if (quantity and index) or of_all else text)
        return tuple(out)

    @cached_property
    def _sizes_stand_apart(self) -> bool:
        """Whether small and large objects stand under one average precision: "all" beside it is of all sizes."""
        sizes = [p for p in self.paths if len(p) > 1 and is_index(p[-1]) and read_average_precision(p[0]) is not None]
        return len(sizes) >= 2

    @cached_property
    def columns(self) -> tuple[Says, ...]:
        """What each column's header says."""
        return tuple(self._says(text, path) for text, path in zip(self.texts, self.paths, strict=True))

    def _says(self, text: str, path: tuple[str, ...]) -> Says:
        """What the header says, its entries' data sets and no others: "FooNet-10" over "100" is not "FooNet-10/100"."""
        says = self.words.says(text)
        if len(path) > 1 and PART_TITLE.match(path[0]):  # the title of a part says nothing of a count under it
            count = self.words.says(" ".join(path[1:]))
            if count.quantity in COUNTS:
                says = replace(count, benchmarks=says.benchmarks)
        where = [entry for entry in path if "→" in entry or not WEIGHTS_SOURCE.search(entry)]
        if says.names_data and len(where) < len(path) and not any(self.words.says(entry).names_data for entry in where):
            return replace(says, benchmarks=(), untracked=False)  # "Pre-trained on FooNet" over what was measured
        named = tuple(dict.fromkeys(b for entry in path for b in self.words.benchmarks_in(entry)))
        return replace(says, benchmarks=named) if 0 < len(named) < len(says.benchmarks) else says

    @cached_property
    def heads_metrics_with_names(self) -> bool:
        """Whether a metric stands over the row names: the right half of a table that prints its names once."""
        return bool(self.paths) and 0 in self.label_columns and self.words.says(self.texts[0]).metrics

    def without_metric_labels(self) -> ColumnHeads:
        """These heads, columns headed by metrics being no columns of names."""
        labels = tuple(c for c in self.label_columns if not self.words.says(self.texts[c]).metrics)
        return replace(
            self, label_columns=labels, value_columns=tuple(c for c in range(self.table.columns) if c not in labels)
        )


def column_heads(table: Table, context: PaperContext) -> ColumnHeads:
    """What stands over the table's columns."""
    words = TableWords(context, _tells_years(table), explained_heads(table.caption))
    every = sorted(label_columns(table))
    labels = tuple(c for n, c in enumerate(every) if n == 0 or not _holds_named_values(table, c))
    lead = _lead_rows(table, labels, words)
    within = [r for r in range(lead + 1, len(table.rows) - 1) if _names_columns(table, r, words)]
    paths = [_path(table, c, (*range(lead), *within), context) for c in range(table.columns)]
    values = tuple(c for c in range(table.columns) if c not in labels)
    for alike in _columns_alike(paths, values):
        paths[alike.start : alike.stop] = _with_a_metric_each(paths[alike.start], len(alike), words)
    return ColumnHeads(table, words, labels, values, lead, tuple(paths))


def _columns_alike(paths: Sequence[tuple[str, ...]], values: Sequence[int]) -> Iterator[range]:
    """The runs of neighbouring columns of numbers that have the very same header."""
    for path, found in groupby(values, key=lambda c: paths[c]):
        run = list(found)
        if path and len(run) > 1 and run[-1] - run[0] == len(run) - 1:
            yield range(run[0], run[-1] + 1)


def _with_a_metric_each(path: tuple[str, ...], count: int, words: TableWords) -> list[tuple[str, ...]]:
    """The header of each of `count` columns: of an entry that names so many metrics each has its own.

    "Top-1 Acc.Top-5 Acc." over two columns, "EM / F1" over twin columns.
    """
    for n, entry in enumerate(path):
        starts = [match.start() for match in METRIC_BEGINS.finditer(entry)]
        bracket = ")" if starts and entry[: starts[0]].endswith("(") else ""
        parts = [entry[a:b].strip(f" /|,&{bracket}") for a, b in pairwise([*starts, len(entry)])]
        if len(set(parts)) == count == len(parts) and all(words.says(part).metrics for part in parts):
            return [(*path[:n], entry[: starts[0]] + part + bracket, *path[n + 1 :]) for part in parts]
    return [path] * count


def lender_of_names(heads: ColumnHeads, others: Sequence[ColumnHeads]) -> ColumnHeads | None:
    """The table at the left whose row names are this one's too, where a table of two halves prints them once."""
    if not heads.heads_metrics_with_names:
        return None
    table = heads.table
    for other in others:
        beside = (
            other is not heads and other.table.page == table.page and other.table.label == table.label
            and len(other.table.rows) == len(table.rows) and abs(other.table.box[1] - table.box[1]) < SAME_TOP
        )  # fmt: skip
        if beside and other.paths and not other.words.says(other.texts[0]).metrics:
            return other
    return None


def _tells_years(table: Table) -> bool:
    heads = table.header[-1] if table.header else ()
    return sum(bool(TEST_OF_YEAR.fullmatch(cell.text.strip())) for cell in heads) >= 2


def _holds_named_values(table: Table, column: int) -> bool:
    """Whether a column holds numbers with a name or a footnote's sign behind each: "5.3 (Name)", "33.1^?"."""
    cells = [row[column].text.strip() for row in table.rows if row[column].text.strip() not in BLANK]
    named = sum(bool(NUMBER_WITH_NAME.fullmatch(t) or _NUMBER_WITH_MARK.fullmatch(t)) for t in cells)
    return bool(cells) and named > 0.5 * len(cells)


def _lead_rows(table: Table, labels: Sequence[int], words: TableWords) -> int:
    """How many header rows were taken for the body: those above the first label, or a first row of metrics."""
    lead, last = 0, len(table.rows) - 1
    while lead < last and not any(table.rows[lead][c].text.strip() for c in labels):
        lead += 1
    if lead > MOST_LEAD_ROWS or lead == last or (lead == 1 and _is_unchecked(table, labels)):
        lead = 0
    if lead == 0 and (_heads_metrics(table, 0, words) or _heads_names(table, labels)):
        lead = 1
        while lead < last and _has_label_of_row_above(table, lead, labels):
            lead += 1  # "Backbone | AP | AP" over "Backbone | | 50"
    return lead


def _heads_names(table: Table, labels: Sequence[int]) -> bool:
    """Whether the first row of a table without a header is one: "Methods | 10% | 100%"."""
    if len(table.rows) < 3 or any(cell.text.strip() for row in table.header for cell in row):
        return False
    texts = [table.rows[0][c].text.strip() for c in labels]
    return any(head.fullmatch(text) for text in texts for head in (NAME_HEAD, METHOD_HEAD, DATA_HEAD))


def _has_label_of_row_above(table: Table, r: int, labels: Sequence[int]) -> bool:
    above, own = ([table.rows[k][c].text.strip() for c in labels] for k in (r - 1, r))
    return own == above and any(own)


def _is_unchecked(table: Table, labels: Sequence[int]) -> bool:
    """Whether a first row without labels is the one without any of the parts that check marks below put in."""
    marks = [text for row in table.rows for c in labels if (text := row[c].text.strip()) not in BLANK]
    return bool(marks) and all(CHECK.fullmatch(mark) for mark in marks)


def _heads_metrics(table: Table, r: int, words: TableWords) -> bool:
    """Whether a row taken for the body's first is the header's last: metrics over columns of numbers."""
    if len(table.rows) < 3:
        return False
    cells = [table.rows[r][c].text for c in range(1, table.columns)]
    named = [c for c, text in enumerate(cells, 1) if re.search(r"[A-Za-z]{2}", text) and words.says(text).metrics]
    below = [table.rows[k][c].text for k in range(r + 1, len(table.rows)) for c in named]
    return len(named) >= 2 and sum(bool(numbers_of_cell(t)) for t in below) >= 0.8 * len(below)


def _names_columns(table: Table, r: int, words: TableWords) -> bool:
    """Whether a row further down names columns that had no name so far: "# layers", "# params"."""
    cells = [cell.text.strip() for cell in table.rows[r]]
    named = [c for c, text in enumerate(cells) if text]
    if not named or cells[0] or len(named) > len(cells) - 2:
        return False
    if any(words.says(cells[c]).quantity is None or not cells[c].startswith(("#", "num")) for c in named):
        return False
    return not any(table.rows[k][c].text.strip() for k in range(r) for c in named)


def _path(table: Table, column: int, rows: Sequence[int], context: PaperContext) -> tuple[str, ...]:
    """The column's header entries from the top, those in `rows` of the body last."""
    heads = [
        _word_over_unit(cell, column, table.header[n + 1 :]) or _share(cell, column, context)
        for n, row in enumerate(table.header)
        for cell in row
        if cell.column <= column < cell.column + cell.span
    ]
    within = [table.rows[r][column].text for r in rows]
    entries = [BROKEN.sub("-", " ".join(t.split())) for t in (*heads, *within) if t.strip()]
    headed = sum(1 for t in heads if t.strip())
    return tuple(e for n, e in enumerate(entries) if n == 0 or n < headed or e != entries[n - 1])


def _word_over_unit(cell: Cell, column: int, below: Sequence[Sequence[Cell]]) -> str | None:
    """The header's word over this column, where one entry is several near each other: "Params FLOPs" over "(M) (G)".

    Each of its words has a column, and under each stands nothing but a unit in brackets.
    """
    words = cell.text.split()
    if cell.span < 2 or len(words) != cell.span:
        return None
    units = [c.column for row in below for c in row if c.span == 1 and _IN_BRACKETS.fullmatch(c.text.strip())]
    return words[column - cell.column] if set(units) >= set(range(cell.column, cell.column + cell.span)) else None


def _share(cell: Cell, column: int, context: PaperContext) -> str:
    """The header entry's text; of one that prints a data set for each part of its columns, this column's."""
    if cell.span < 2:
        return cell.text
    found = {(m.start, m.end) for m in context.mentions_in(cell.text)}
    found |= {(f.start, f.end) for f in find_untracked_datasets(cell.text)}
    names = sorted(f for f in found if not any(o != f and o[0] <= f[0] and f[1] <= o[1] for o in found))
    count = len(names)
    if count < 2 or cell.span % count or cell.text[: names[0][0]].strip():
        return cell.text
    if any(cell.text[a[1] : b[0]].strip() or b[0] < a[1] for a, b in pairwise(names)):
        return cell.text
    place = (column - cell.column) // (cell.span // count)
    return cell.text[names[place][0] : names[place + 1][0] if place + 1 < count else None]


def holds_scores_or_nothing(says: Says) -> bool:
    """Whether the header names no quantity but a score."""
    return says.quantity in (None, Field.SCORE)

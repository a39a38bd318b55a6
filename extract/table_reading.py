"""Tables -> readings: every cell whose number is a score, parameters, operations or training operations.

A cell's meaning comes from its column header, its row header and group, the header over the row headers, the
caption, the sentences that name the table, and last from the paper as a whole; the nearest word wins.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from db.benchmarks import find_metric
from db.models import Cell, Field, Page, Table
from db.untracked import find_untracked_datasets
from extract.candidates import Reader
from extract.models_named import CITATION, MODEL_NAME, has_citation, model_names_in, without_marks
from extract.numbers import Number, find_numbers, parse_number
from extract.paper_context import PaperContext, paper_context
from extract.table_columns import (
    BENCHMARKS_OWN,
    OTHER,
    Says,
    classification_metric,
    in_percent_points,
    metric_named,
    names_both_ranks,
    read_header,
    resolve_metric,
    split_of,
    unit_of,
)
from extract.table_paths import header_path, label_columns
from extract.table_roles import TableRoles, role_of, table_roles


@dataclass(frozen=True)
class CellReading:
    """One number of one cell, and what it is. `reason` says why it is not stood behind (None: it is)."""

    table: Table
    row: int
    column: int
    field: str
    value: float
    pattern: str
    words: tuple[int, ...]
    row_words: tuple[int, ...]
    model: str | None
    role: str
    row_path: str
    column_path: str
    benchmark: str | None = None
    metric: str | None = None
    split: str | None = None
    low: float | None = None
    high: float | None = None
    qualifiers: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None


_last: tuple[Reader, list[CellReading]] | None = None
_last_frames: tuple[Reader, list[TableReader]] | None = None


def table_frames(reader: Reader) -> list[TableReader]:
    """Each of the paper's tables with the words around it; kept for the last paper."""
    global _last_frames
    if _last_frames is None or _last_frames[0] is not reader:
        context = paper_context(reader)
        frames = [TableReader(t, reader.page_by_number[t.page], context) for t in reader.document.tables]
        for frame in frames:
            frame.borrow_names(frames)
        _last_frames = (reader, frames)
    return _last_frames[1]


def table_readings(reader: Reader) -> list[CellReading]:
    """The readings of all the paper's tables; the last paper's are kept, since every field asks for them."""
    global _last
    if _last is not None and _last[0] is reader:
        return _last[1]
    tables = table_frames(reader)
    by_table = [list(table.readings()) for table in tables]
    # a table that names data sets and no metric is read by the metric that the paper's other tables have for them
    metrics: dict[str, Counter[str]] = {}
    for reading in (r for readings in by_table for r in readings):
        if reading.benchmark and reading.metric and reading.reason is None:
            metrics.setdefault(reading.benchmark, Counter())[reading.metric] += 1
    for i, table in enumerate(tables):
        if table.unresolved and metrics:
            table.known_metrics = {b: counts.most_common(1)[0][0] for b, counts in metrics.items()}
            table._decisions.clear()
            by_table[i] = list(table.readings())
    found = [reading for readings in by_table for reading in _ranks_mended(readings)]
    _last = (reader, found)
    return found


_BLANK = frozenset({"", "-", "–", "—", "−", "''", '"', "”", "〃", "N/A", "n/a"})
_CHECK = re.compile(r"[✓✔√Xx×●•]|[Tt]rue|[Yy]es|✓+")
_REFERENCE = re.compile(
    r",?\s?\(?(?:see\s)?(?:Fig(?:ure|\.)?|Sec(?:tion|\.)?|Tab(?:le|\.)?|Eq(?:n|\.)?)\s?\.?\s?\(?\d+\w?\)?\)?",
    re.IGNORECASE,
)
_OUTCOME = re.compile(
    r"\b(?:fps|time|latency|speed\w*|memory|throughput|ppl|perplexity|m?iou|loss|hours|days|ms|cost|recall|prec\w*|ar|m?ap\w*)\b|/\s?s(?:ec)?\b",
    re.IGNORECASE,
)
_SIZE = re.compile(r"(?:model |network )?size", re.IGNORECASE)
_NO_MODEL_COLUMN = re.compile(r"\b(?:data\w*|corpus|corpora|sentences|images|tokens|size|set)\b", re.IGNORECASE)
_COUNTS = (Field.PARAMETERS, Field.FLOPS, Field.MULTIPLY_ADDS, Field.TRAINING_FLOPS)
_NAMED_NUMBER = re.compile(r"(?:^|(?<=\s))[^=]{1,24}=\s?[\d.,]+\S*")
_COUNT_IN_LABEL = re.compile(r"\((?P<count>\d+(?:\.\d+)?\s?[MB])(?:\sparam\w*)?\)")
_OTHER_RANK = {
    "top1_error": "top5_error", "top5_error": "top1_error", "top1_accuracy": "top5_accuracy",
    "top5_accuracy": "top1_accuracy",
}  # fmt: skip


def _ranks_mended(readings: list[CellReading]) -> list[CellReading]:
    """The readings with top-1 and top-5 exchanged in a table that prints its two headers the wrong way round.

    A top-5 error is below the top-1 error of the same row: if no row with both has it so, the headers are at fault.
    """
    rows: dict[int, dict[str, float]] = {}
    for reading in readings:
        if reading.metric in _OTHER_RANK and len(reading.column_path) < 200:
            rows.setdefault(reading.row, {})[reading.metric] = reading.value
    verdicts = []
    for values in rows.values():
        if {"top1_error", "top5_error"} <= values.keys():
            verdicts.append(values["top5_error"] < values["top1_error"])
        elif {"top1_accuracy", "top5_accuracy"} <= values.keys():
            verdicts.append(values["top5_accuracy"] > values["top1_accuracy"])
    if not verdicts or any(verdicts):
        return readings
    return [_rank_exchanged(r) if r.metric in _OTHER_RANK else r for r in readings]


def _rank_exchanged(reading: CellReading) -> CellReading:
    assert reading.benchmark is not None and reading.metric is not None
    metric = _OTHER_RANK[reading.metric]
    plausible = in_percent_points(reading.benchmark, metric, reading.value, all_fractions=False) is not None
    reason = None if plausible and "plausible" in (reading.reason or "plausible") else reading.reason
    return replace(reading, metric=metric, reason=reason, pattern=f"{reading.pattern}_rank_mended")


_LETTER = re.compile(r"[A-Za-zα-ωΑ-Ω]")
_PAIR = re.compile(r"\s?[/|]\s?")
_MASK = re.compile(
    r"\b[Mm]asks?\b|\b[Ss]egm?\b|\bAP\s?[_^]?\s?(?:m|mk|mask|seg|segm)(?![A-Za-z])|[Ii]nstance [Ss]eg\w*"
)
_BOX = re.compile(r"\b[Bb](?:b|bounding )?-?box\b|\bAP\s?[_^]?\s?(?:b|bb|box|bbox)(?![A-Za-z])|[Dd]etection\b")
_PART_CAPTION = re.compile(r"(?:^|[.:]\s)\((?P<letter>[a-z])\)\s(?P<text>.{3,}?)\.?\s*$")
_KEYPOINT = re.compile(r"\bkey-?points?\b|\bAP\^?\s?(?:kp|keypoint)\b|\bpose\b", re.IGNORECASE)
_PLAIN_METRIC = re.compile(
    r"\btop-?\s?[15]\b|\berror rates?\b|\b(?:test|val\w*|classification)\s(?:error|acc\w*)|\b(?:errors?|accurac(?:y|ies))\s?\((?:in\s)?%\)|^(?:Table \w+[.:]\s)?(?:error|accuracy)\b"
    r"|\bBLEU\b|\bm?AP\b|\bF1\b|\bEM\b|\bWER\b|\bword error|\bFID\b|\bPCKh\b",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"\binitiali[sz]\w*|\binit\b|\bpre-?train\w*|\bcheckpoints?\b|\bsource\b|\btrain(?:ed|ing)\s(?:on|data|set)|\bweights\b|\biters\b|\bupstream\b|\bextra data\b|→",
    re.IGNORECASE,
)
_RESULTS = re.compile(
    r"\b(?:results?|performances?|compar\w+|fine-?tun\w+|transfer\w*|evaluat\w+|scores?|perform\w*|ablat\w+|effect)\b",
    re.IGNORECASE,
)
_ATTACKED = re.compile(
    r"\badversarial (?:attack|robust|example|accurac)|\bunder [\w-]+(?: \w+)? attack|\bFGSM\b|\bPGD\b|\bcorrupt\w+|\brobust(?:ness)? (?:acc|err|to)|\blabel noise|\bnoisy labels?|\bnoise (?:rate|level)",
    re.IGNORECASE,
)
_FIRST_OF_TWO = re.compile(r"\bv?1\.1\s?/\s?v?2\.0")
_SETTINGS = re.compile(
    r"\bhyper-?param\w*|\bconfigurations? (?:of|for)|\bdata ?sets? (?:statistics|summary|details)|\bstatistics\b",
    re.IGNORECASE,
)
_PER_CLASS = re.compile(
    r"\bper[-\s](?:class|category)|\b(?:class|category)-?wise\b|\b(?:for|of) each (?:class|category)", re.IGNORECASE
)
_EXTRA_DATA = re.compile(r"\bJFT(?:-\w+)?|\bImageNet-?2[12]k|\bIN-?2[12]k", re.IGNORECASE)
_TELLING_METRIC = re.compile(r"\btop-?\s?[15]\b|\bAP\s?_?\^?(?:50|75|S|M|L)\b", re.IGNORECASE)
_STUB_NAME = re.compile(
    r"^(?:#|no\.?|id|index|model|models|method|methods|name|system|systems|approach|architecture|network|detector|backbone|"
    r"framework|algorithm|configuration|config|setting|settings|variant|type|case|encoder|.*\bmodel|.*\bmethod)$",
    re.IGNORECASE,
)
_QUALIFIERS = {
    "ensemble": re.compile(r"\bensembles?\b|\bens\.|\(\s?\d+ models?\)|\b\d+ (?:model|net)s\b|\bmodel averag", re.IGNORECASE),
    "single_model": re.compile(r"\bsingle[-\s]model\b", re.IGNORECASE),
    "multi_scale": re.compile(r"\bmulti-?\s?scale\b|\bms test\w*|\bMS\b|\bmulti-?scale test", re.IGNORECASE),
    "single_crop": re.compile(r"\bsingle[-\s]crop\b|\b1[-\s]crop\b|\bcenter crop\b", re.IGNORECASE),
    "multi_crop": re.compile(r"\bmulti-?\s?crop\b|\b(?:10|12|30|50|144|150)[-\s]crops?\b", re.IGNORECASE),
    "extra_data": re.compile(
        r"\bextra (?:training )?data\b|\bJFT\b|\bImageNet-?2[12]k\b|\bin-?2[12]k\b|\bexternal data\b|\bInstagram\b|\bIG-1B\b", re.IGNORECASE
    ),
}  # fmt: skip


class TableReader:
    """One table with the words around it that tell what its numbers are."""

    def __init__(self, table: Table, page: Page, context: PaperContext) -> None:
        self.table = table
        self.page = page
        self.context = context
        self.caption = table.caption
        self.sentences = context.sentences.get((table.number or "").replace(".", ""), ())
        self._decisions: dict[tuple[int, str, int, bool], tuple[list[tuple[str, str]], str, str | None] | None] = {}
        self.borrowed: TableReader | None = None  # the table whose rows' names are this one's too
        self.unresolved = False  # whether a cell's data set is known and its metric is not
        self.known_metrics: dict[str, str] = {}
        self.label_columns = sorted(set(label_columns(table)))
        self.value_columns = [c for c in range(table.columns) if c not in self.label_columns]
        part = _PART_CAPTION.search(self.caption)
        self.part = part["text"] if part and not re.search(r"\.\s\([a-z]\)\s", part["text"]) else ""
        # rows above the first label are header rows that were taken for the body
        self.lead = 0
        while self.lead < len(table.rows) - 1 and not any(
            table.rows[self.lead][c].text.strip() for c in self.label_columns
        ):
            self.lead += 1
        if self.lead > 3 or self.lead == len(table.rows) - 1:
            self.lead = 0

    def borrow_names(self, frames: Sequence[TableReader]) -> None:
        """Takes the rows' names from the table at its left, where a table of two halves has them only once."""
        table = self.table
        if not table.columns or 0 not in self.label_columns or not self.says(" ".join(self._paths[0])).metrics:
            return
        for other in frames:
            if (
                other is not self and other.table.page == table.page and other.table.number == table.number
                and len(other.table.rows) == len(table.rows) and abs(other.table.box[1] - table.box[1]) < 30
                and not other.says(" ".join(other._paths[0])).metrics
            ):  # fmt: skip
                self.borrowed = other
                self.label_columns = [c for c in self.label_columns if not self.says(" ".join(self._paths[c])).metrics]
                self.value_columns = [c for c in range(table.columns) if c not in self.label_columns]
                return

    # What the parts of the table say.

    def says(self, text: str) -> Says:
        return read_header(text, self.context.benchmarks_in(text))

    def column_path(self, column: int) -> list[str]:
        return self._paths[column]

    @cached_property
    def _paths(self) -> list[list[str]]:
        return [self._path(c) for c in range(self.table.columns)]

    def _path(self, column: int) -> list[str]:
        lead = [self.table.rows[r][column].text for r in range(self.lead)]
        return [" ".join(t.split()) for t in (*header_path(self.table, column), *lead) if t.strip()]

    @cached_property
    def columns(self) -> dict[int, Says]:
        return {c: self.says(" ".join(self.column_path(c))) for c in range(self.table.columns)}

    @cached_property
    def stub(self) -> str:
        """What stands over the row headers: "Model", or what the rows are ("Top-1 error")."""
        return " ".join(" ".join(self.column_path(c)) for c in self.label_columns)

    @cached_property
    def printed(self) -> list[list[str]]:
        return [[printed_text(self.page, cell) for cell in row] for row in self.table.rows]

    @cached_property
    def name_columns(self) -> list[int]:
        """The label columns that name the row; the others say its settings (input size, memory, year)."""
        named = [
            c
            for c in self.label_columns
            if c == self.label_columns[0] or self.columns[c].quantity in (None, Field.SCORE)
        ]
        return named or self.label_columns[:1]

    @cached_property
    def labels(self) -> list[str]:
        """Each row's name as printed, citation marks included; a blank one is the name above (a cell over rows)."""
        if self.borrowed is not None:
            return self.borrowed.labels
        out: list[str] = []
        above: dict[int, str] = {}
        group = ""
        for r in range(len(self.table.rows)):
            if self.table.groups[r] != group:
                above.clear()
                group = self.table.groups[r]
            parts = []
            for c in self.name_columns:
                text = " ".join(self.printed[r][c].split())
                if text in _BLANK:
                    # only the leading cells go on over rows; a blank last cell is blank
                    text = above.get(c, "") if c != self.name_columns[-1] or len(self.name_columns) == 1 else ""
                else:
                    for later in [k for k in above if k > c]:
                        del above[later]
                    above[c] = text
                if text:
                    parts.append(self._named(c, text))
            out.append(" ".join(p for p in parts if p))
        return out

    def _named(self, column: int, text: str) -> str:
        """The label's cell; a bare number gets its column's name ("dk=16"), so does a check mark."""
        head = self.column_path(column)
        name = head[-1] if head and not _STUB_NAME.match(head[-1]) and len(head[-1]) <= 24 else ""
        if _CHECK.fullmatch(text):
            return name
        if text.lower() in ("false", "no", "n/a", "none", "✗"):
            return ""
        if _LETTER.search(text):
            return text
        return f"{name}={text}" if name else text

    @cached_property
    def settings(self) -> list[str]:
        """What sets each row apart beside its name: check marks and the columns of no tracked quantity."""
        out = []
        names = Counter((g, x) for g, x in zip(self.table.groups, self.labels, strict=True))
        for r, label in enumerate(self.labels):
            parts = []
            bare = not self._is_name(label)
            twice = names[(self.table.groups[r], label)] > 1
            for c in range(self.table.columns):
                if c in self.name_columns or not self.column_path(c):
                    continue
                if c > self._first_measure and not _CHECK.fullmatch(" ".join(self.printed[r][c].split())):
                    break
                text = " ".join(self.printed[r][c].split())
                if _CHECK.fullmatch(text) or (
                    (bare or twice) and self._is_setting(c) and text not in _BLANK
                    and not _OUTCOME.search(self.columns[c].text) and len(text) <= 16
                ):  # fmt: skip
                    parts.append(self._named(c, text))
            out.append(" ".join(p for p in parts[:6] if p))
        return out

    @cached_property
    def _first_measure(self) -> int:
        """The first column of a tracked quantity; what stands behind it are outcomes, not settings."""
        return next((c for c in range(self.table.columns) if _is_measure(self.columns[c])), self.table.columns)

    @cached_property
    def _same_name_elsewhere(self) -> list[bool]:
        bare = [without_marks(label) for label in self.labels]
        count = Counter(set(zip(bare, self.labels, strict=True)))
        names = Counter(b for b, _ in count)
        return [names[b] > 1 and has_citation(label) for b, label in zip(bare, self.labels, strict=True)]

    def _is_setting(self, column: int) -> bool:
        says = self.columns[column]
        return says.quantity == OTHER or (says.quantity is None and not says.benchmarks and self._says_metrics)

    @cached_property
    def row_says(self) -> list[Says]:
        # a bare number says nothing, whatever its column is called: "140" under "MFLOPs" makes no row of FLOPs
        return [self.says(CITATION.sub(" ", _NAMED_NUMBER.sub(" ", label))) for label in self.labels]

    @cached_property
    def group_says(self) -> list[Says]:
        return [self.says(CITATION.sub(" ", group)) for group in self.table.groups]

    @cached_property
    def transposed(self) -> bool:
        """Whether the rows are metrics or quantities and the columns are models."""
        rows = [s for s, label in zip(self.row_says, self.labels, strict=True) if label]
        if not rows or not self.value_columns:
            return False
        ours = sum(_is_measure(s) for s in rows)
        columns = [self.columns[c] for c in self.value_columns]
        said = sum(_is_measure(s) or bool(s.benchmarks) or s.untracked or s.untracked_metric for s in columns)
        return ours >= max(1, 0.3 * len(rows)) and said <= 0.34 * len(columns)

    @cached_property
    def models_in_columns(self) -> bool:
        """Whether the columns are the models: the rows are measures or data sets, and the columns are neither."""
        if self.transposed:
            return True
        says = [self.columns[c] for c in self.value_columns]
        return self._rows_name_data and sum(_says_nothing(s) or s.untracked for s in says) > 0.5 * len(says)

    @cached_property
    def models(self) -> list[str]:
        """The labels of the axis that holds the models, for the roles' frame."""
        return [" ".join(self.column_path(c)) for c in self.value_columns] if self.models_in_columns else self.labels

    @cached_property
    def roles(self) -> TableRoles:
        return table_roles(self.models, self.table.groups, self.caption, self.context.names)

    # Readings.

    def readings(self) -> Iterator[CellReading]:
        if not self.table.rows or _PER_CLASS.search(self.caption):
            return
        yield from self._counts_in_labels()
        if not self.transposed:
            yield from self._count_rows()
        for column in range(self.table.columns):
            if column in self.label_columns and self.columns[column].quantity in (None, OTHER, Field.SCORE):
                continue
            numbers = self._numbers_in(column)
            if not numbers:
                continue
            yield from self._read_column(column, numbers)

    def _count_rows(self) -> Iterator[CellReading]:
        """The rows "# params" and "FLOPs" at the foot of a table of architectures, whose columns are the models."""
        for r, row in enumerate(self.table.rows):
            place, says = next(
                (
                    (c, s) for c, s in ((c, self.says(self.printed[r][c])) for c in range(min(3, len(row))))
                    if s.quantity in _COUNTS and len(s.text) <= 32 and not re.search(r"\b[TP]-?FLOP", s.text) and not any(ch.isdigit() for ch in s.text[:1])
                ),
                (-1, None),
            )  # fmt: skip
            if says is None or place < 0:
                continue
            for c in range(place + 1, len(row)):
                if self.columns[c].quantity in _COUNTS or not row[c].words:
                    continue
                found = numbers_of_cell(self.printed[r][c])
                if len(found) != 1 or not (
                    found[0].magnitude
                    or says.scale
                    or self._scale(self.printed[r][c], found[0], says, str(says.quantity))
                ):
                    continue
                for reading in self._count(c, r, found, str(says.quantity), says, says):
                    model = self._column_title(c)
                    if not self._is_name(model or ""):
                        model = self._caption_model() or model
                    yield replace(
                        reading, model=model, role=role_of(model or "", "", self.roles, self.context.names),
                        pattern=f"{reading.pattern}_row", row_path=says.text, column_path=model or "",
                    )  # fmt: skip

    def _column_title(self, column: int) -> str | None:
        """The topmost header entry over the column; of a column without one, the entry over the nearest on its left."""
        for c in range(column, 0, -1):
            for cells in self.table.header[:2]:
                for cell in cells:
                    if cell.column <= c < cell.column + cell.span and _LETTER.search(cell.text):
                        return without_marks(cell.text)
        return None

    def _counts_in_labels(self) -> Iterator[CellReading]:
        """Parameters printed behind the model's name ("X (1.7M)"), where the caption speaks of parameters."""
        if not re.search(r"\bparam", self.caption, re.IGNORECASE):
            return
        for r, row in enumerate(self.table.rows):
            for c in self.name_columns[:1]:
                if _NO_MODEL_COLUMN.search(" ".join(self.column_path(c))):
                    continue
                match = _COUNT_IN_LABEL.search(self.printed[r][c])
                number = parse_number(match["count"]) if match else None
                if match is None or number is None:
                    continue
                words = tuple(i for i in row[c].words if match["count"] in self.page.words[i].text) or row[c].words
                reading = self._reading(
                    c, r, Field.PARAMETERS, number.value, "table_parameters_in_label", number, reason=None
                )
                bare = without_marks(self.printed[r][c].replace(match.group(), " "))
                yield replace(reading, words=words, model=bare)

    def _numbers_in(self, column: int) -> dict[int, list[Number]]:
        out = {}
        for r, row in enumerate(self.table.rows):
            if r < self.lead or column >= len(row) or not row[column].words:
                continue
            found = numbers_of_cell(self.printed[r][column])
            if found:
                out[r] = found
        return out

    def _read_column(self, column: int, numbers: Mapping[int, list[Number]]) -> Iterator[CellReading]:
        says = self.columns[column]
        for r, found in numbers.items():
            quantity, source = self._quantity(column, r)
            if quantity is None or quantity == OTHER:
                continue
            if quantity == Field.SCORE:
                yield from self._scores(column, r, found, numbers)
            else:
                yield from self._count(column, r, found, quantity, source, says)

    def _quantity(self, column: int, r: int) -> tuple[str | None, Says | None]:
        """What the cell's number is, and the text that says so."""
        col, row = self.columns[column], self.row_says[r]
        if self.transposed:
            if row.quantity not in (None, OTHER) or row.benchmarks:
                return (row.quantity if row.quantity not in (None, OTHER) else Field.SCORE), row
            return (OTHER, row)
        if not col.text and len(self.value_columns) > 1 and not row.metrics:
            return OTHER, col  # a column without a header says nothing
        if col.quantity not in (None, OTHER, Field.SCORE):
            return col.quantity, col
        if col.quantity == OTHER:
            return OTHER, col
        if col.difference:
            return OTHER, col
        if col.quantity == Field.SCORE:
            return Field.SCORE, col
        if col.text and not col.metrics and self._says_metrics and not self._is_alias(column):
            leaf = self.says(self.column_path(column)[-1])
            if not leaf.benchmarks and not leaf.split:
                return OTHER, col  # other columns say what they measure: one that does not is a setting
        group = self.group_says[r]
        if group.quantity not in (None, OTHER, Field.SCORE) and not _LETTER.search(self.labels[r]):
            return group.quantity, group
        return Field.SCORE, col

    @cached_property
    def _says_metrics(self) -> bool:
        """Whether some column says which metric it holds."""
        return any(
            self.columns[c].metrics and self.columns[c].quantity == Field.SCORE for c in range(self.table.columns)
        )

    def _is_alias(self, column: int) -> bool:
        """Whether the column's header is a metric's short name that only its benchmark knows ("NER", "CH")."""
        return any(find_metric(b, self.columns[column].text) for b in self.context.counts)

    # Counts.

    def _count(
        self, column: int, r: int, found: list[Number], quantity: str, source: Says | None, says: Says
    ) -> Iterator[CellReading]:
        if source is None:
            return
        number = found[0]
        text = self.printed[r][column]
        if number.sign or number.percent or re.search(r"\d\s?[x×]\s*$", text):
            return
        if quantity == Field.FLOPS and number.value >= 1e18:
            quantity = Field.TRAINING_FLOPS  # no network's pass costs that much
        if quantity == Field.FLOPS and self.context.flops_are_multiply_adds:
            quantity = Field.MULTIPLY_ADDS
        value, reason, pattern = number.value, source.refusal, f"table_{quantity}"
        said = f"{self.caption} {' '.join(self.sentences)}"
        unit = number.magnitude or self._scale(text, number, source, quantity)
        if _SIZE.fullmatch(source.text) and not (
            unit and (number.value >= 1e5 or not number.magnitude)
            and (source.text.lower() != "size" or re.search(r"\bsize\b[^.]{0,60}\bparam", said, re.IGNORECASE))
        ):  # fmt: skip
            return  # a size in bytes or units, not a count of parameters
        factor = 1.0
        if not number.magnitude:
            factor = self._scale(text, number, source, quantity) or 0.0
            if not factor:
                if quantity == Field.PARAMETERS and 0.01 <= value < 50_000:
                    # a bare count of parameters this small is in millions in every paper seen
                    factor, pattern = 1e6, "table_parameters_without_unit"
                elif quantity == Field.PARAMETERS or value >= 1e5:
                    factor = 1.0
                else:
                    factor, reason = 1.0, "no unit is printed for this count"
        value = _exact_product(value, factor)
        low, high = _exact_product(number.low, factor), _exact_product(number.high, factor)
        limits = {
            Field.PARAMETERS: (1e3, 1e14), Field.FLOPS: (1e4, 1e17), Field.MULTIPLY_ADDS: (1e4, 1e17),
            Field.TRAINING_FLOPS: (1e10, 1e28),
        }[Field(quantity)]  # fmt: skip
        if not limits[0] <= value <= limits[1]:
            reason = reason or f"{value:g} is no plausible count"
        yield self._reading(
            column, r, quantity, value, pattern, number, reason=reason,
            low=low if number.is_range else None, high=high if number.is_range else None,
        )  # fmt: skip

    def _scale(self, text: str, number: Number, source: Says, quantity: str) -> float | None:
        """What the unit in the cell, in the header or in the caption multiplies by."""
        rest = text[number.end :].strip().lower()
        match = re.match(r"([kmgbtpe])\s?(?:flops?|macs?|params?|madds?)?\b", rest)
        if match:
            return {"k": 1e3, "m": 1e6, "g": 1e9, "b": 1e9, "t": 1e12, "p": 1e15, "e": 1e18}[match[1]]
        if source.scale:
            return source.scale
        words = {
            Field.PARAMETERS: r"param\w*|weights|model size", Field.FLOPS: r"flops?|operations|ops",
            Field.MULTIPLY_ADDS: r"multipl\w+-?\s?add\w*|mult-?adds?|madds?|macs?|flops?", Field.TRAINING_FLOPS: r"flops?|compute",
        }[Field(quantity)]  # fmt: skip
        for around in (self.caption, *self.sentences):
            for match in re.finditer(rf"(?:#\s?)?\b(?:{words})\b[^.;]{{0,24}}", around, re.IGNORECASE):
                scale = unit_of(match.group().lower())
                if scale:
                    return scale
        return None

    # Scores.

    def _scores(
        self, column: int, r: int, found: list[Number], numbers: Mapping[int, list[Number]]
    ) -> Iterator[CellReading]:
        text = self.printed[r][column]
        if _ATTACKED.search(f"{' '.join(self.column_path(column))} {self.table.groups[r]} {self.caption}"):
            if not re.search(r"\bclean\b|\bstandard\b|\bnatural\b", " ".join(self.column_path(column)), re.IGNORECASE):
                return
        if found[0].sign and found[0].sign != "":
            return
        if found[0].magnitude:
            return
        decided = self._decided(column, r, [n[0].value for n in numbers.values()])
        if decided is None:
            return
        pairs, pattern, reason = decided
        if not pairs:
            return
        all_fractions = all(0 <= n[0].value <= 1 for n in numbers.values()) and len(numbers) > 0
        if len(pairs) == 1 and len(found) == 1 and self._several_metrics(column, pairs[0][0]):
            reason = reason or "the header names several metrics"
        wanted = found[: len(pairs)] if len(found) >= len(pairs) > 1 else found[:1]
        if len(pairs) == 1 and len(found) > 1 and not _PAIR.search(text[found[0].end : found[1].start]):
            # "4.92 (4.99±0.14)": best and mean of the same runs, both are results
            inner = text[found[0].end : found[1].start].strip()
            if inner.endswith("(") and (found[1].deviation is not None or found[0].deviation is not None):
                wanted, pairs = found[:2], [pairs[0], pairs[0]]
        header = " ".join(self.column_path(column))
        if _FIRST_OF_TWO.search(header):
            # "SQuAD 1.1/2.0" over "90.4/79.1": the first number is the tracked data set's
            first = re.match(r"[^/]*\d[^/]*(?=/)", text)
            if first is None:
                return
            wanted = found[:1]
            pairs = pairs[:1]
        elif (
            len(found) == 2
            and _PAIR.search(text)
            and pairs[0][0] == "squad11"
            and not re.search(r"EM\s?/\s?F1|F1\s?/\s?EM", f"{header} {self.caption}")
        ):
            # exact match never exceeds F1
            low, high = (("squad11", "em"), ("squad11", "f1"))
            wanted, pairs = found, [high, low] if found[0].value > found[1].value else [low, high]
        if (
            len(pairs) == 1
            and len(found) == 2
            and not _FIRST_OF_TWO.search(header)
            and _PAIR.search(text)
            and abs(found[0].value - found[1].value) <= 0.5
        ):
            wanted, pairs = found, [pairs[0], pairs[0]]  # two reports of one score
        if (
            len(pairs) == 1
            and len(found) > 1
            and len(wanted) == 1
            and _PAIR.search(text)
            and not _FIRST_OF_TWO.search(header)
        ):
            reason = reason or "two numbers in the cell, one metric in the header"
        for number, (benchmark_id, metric_id) in zip(wanted, pairs, strict=False):
            value = in_percent_points(benchmark_id, metric_id, number.value, all_fractions=all_fractions)
            why = reason
            if benchmark_id == "coco_keypoints" and metric_id != "keypoint_ap":
                why = why or "of keypoints only the AP over all thresholds is kept: AP50 and AP75 stand for boxes"
            if value is None:
                value, why = number.value, why or f"{number.value:g} is no plausible {metric_id} on {benchmark_id}"
            yield self._reading(
                column, r, Field.SCORE, value, pattern, number, reason=why, benchmark=benchmark_id, metric=metric_id
            )

    def _several_metrics(self, column: int, benchmark_id: str) -> bool:
        """Whether one header entry over one column names two metrics: columns that were taken for one."""
        path = self.column_path(column)
        if not path or benchmark_id in ("imagenet", "cifar10", "cifar100"):
            return False
        return len(re.findall(r"\bm?AP", path[-1])) > 1 or len(re.findall(r"\b(?:F1|EM|BLEU)\b", path[-1])) > 1

    def _texts(self, column: int, r: int) -> list[str]:
        """The texts that may name the metric, the nearest first."""
        path = " ".join(self.column_path(column))
        label = CITATION.sub(" ", self.labels[r])
        group = CITATION.sub(" ", self.table.groups[r])
        own = [label, path] if self.transposed else [path]
        if not self.transposed and self.row_says[r].metrics and not self.columns[column].metrics:
            own.append(label)
        return [*own, group, self.stub, self.caption, self._rank_sense]

    @cached_property
    def _rank_sense(self) -> str:
        """ "accuracy" or "error" as the numbers tell, in a table with top-1 and top-5: a top-5 accuracy is the higher."""
        ranks = {c: classification_metric(" ".join(self.column_path(c))).rank for c in self.value_columns}
        firsts, fifths = ([c for c in self.value_columns if ranks[c] == k] for k in (1, 5))
        if not firsts or len(firsts) != len(fifths):
            return ""
        higher = lower = 0
        for one, five in zip(firsts, fifths, strict=True):
            a, b = self._numbers_in(one), self._numbers_in(five)
            for r in a.keys() & b.keys():
                higher += b[r][0].value > a[r][0].value
                lower += b[r][0].value < a[r][0].value
        return "accuracy" if higher > lower else "error" if lower > higher else ""

    def _decided(
        self, column: int, r: int, values: Sequence[float]
    ) -> tuple[list[tuple[str, str]], str, str | None] | None:
        """`_benchmark_and_metrics`, asked once for all rows that say the same of their data and metric."""
        row = self.row_says[r]
        speaks = self.transposed or row.benchmarks or row.untracked or row.metrics or self._rows_name_data
        key = (column, self.table.groups[r], r if speaks else -1, bool(self.labels[r]))
        if key not in self._decisions:
            self._decisions[key] = self._benchmark_and_metrics(column, r, values)
        return self._decisions[key]

    def _benchmark_and_metrics(
        self, column: int, r: int, values: Sequence[float]
    ) -> tuple[list[tuple[str, str]], str, str | None] | None:
        """The cell's (benchmark, metric) pairs, the pattern that found them, and a reason against; None: no score."""
        near = self._near(column, r)
        if near is None:
            return None
        texts = self._texts(column, r)
        header = texts[0] if not self.transposed else f"{texts[0]} {texts[1]}"
        mask = self._is_mask(column, r)
        named_here = any(metric_named(t, t.lower()) for t in texts[:-2])
        sources: list[tuple[str, Sequence[str]]] = [
            ("header", near),
            ("caption", self.context.benchmarks_in(self.caption)),
            ("sentence", self._sentence_benchmarks),
            ("paper", self._dominating),
            ("mention", self._mentioned_with(header)),
        ]
        for source, benchmarks in sources:
            if not benchmarks:
                if source == "caption" and self._untracked_caption and not self._header_is_alias(header):
                    return None  # the caption names data sets, none of them tracked
                continue
            if source == "paper" and not named_here and not self._caption_metric:
                continue
            if (
                source == "paper"
                and self._is_generic(texts)
                and not self._header_is_alias(header)
                and (self.context.names_untracked or not self.context.counts)
            ):
                continue  # "accuracy" is measured on everything
            if source in ("sentence", "paper", "mention") and not (
                named_here or metric_named(self.caption, self.caption.lower())
            ):
                extra = [s for s in self.sentences if metric_named(s, s.lower())]
                if source == "paper" or not extra:
                    continue
                texts = [*texts, *extra]
            options: list[list[tuple[str, str]]] = []
            for benchmark_id in self._of_one_task(benchmarks, header):
                pairs = self._pairs(benchmark_id, header, texts, values, mask)
                if pairs:
                    options.append(pairs)
            if not options:
                if source == "header" and (
                    self.columns[column].metrics or (self.transposed and self.row_says[r].metrics)
                ):
                    continue  # a data set without the header's metric: where weights came from
                if source == "header":
                    # the header names the data set; its metric may be said by the sentences only
                    for benchmark_id in benchmarks:
                        pairs = self._pairs(benchmark_id, header, [*texts, *self.sentences], values, mask)
                        if pairs:
                            return pairs, "table_score_header", None
                    if self.row_says[r].quantity == OTHER or _SETTINGS.search(self.caption):
                        return None
                    if metric_named(self.caption, self.caption.lower()) or not _RESULTS.search(self.caption):
                        return None
                    self.unresolved = True
                    if len(benchmarks) == 1 and benchmarks[0] in self.known_metrics:
                        return [(benchmarks[0], self.known_metrics[benchmarks[0]])], "table_score_metric_of_paper", None
                    return None
                if source == "caption" and self._untracked_caption and not self._header_is_alias(header):
                    return None  # the data set that the caption names for this metric is not tracked
                continue
            if source != "header" and not self.transposed and len(self.labels) > 2:
                options = [o for o in options if o[0][0] not in self._rows_of_benchmarks]
                if not options:
                    return None
            options = self._fitting(options, values)
            if len(options) == 1:
                return options[0], f"table_score_{source}", None
            paired = self._paired_by_header(header, options)
            if paired:
                return paired, f"table_score_{source}", None
            own = BENCHMARKS_OWN.search(header)
            preferred = [o for o in options if own and find_metric(o[0][0], own.group())]
            if len(preferred) == 1:
                return preferred[0], f"table_score_{source}", None
            preferred = [o for o in options if o[0][0] == self._section_benchmark]
            if len(preferred) == 1:
                return preferred[0], f"table_score_{source}_of_several", None
            return options[0], f"table_score_{source}", f"the {source} names several data sets"
        return None

    def _near(self, column: int, r: int) -> list[str] | None:
        """Benchmarks that the cell's own headers name; None where they name a data set or metric that is not tracked."""
        col, row, group = self.columns[column], self.row_says[r], self.group_says[r]
        row = self._data_cell(r) or row
        if col.untracked_metric and not col.metrics:
            return None
        leaf = self.column_path(column)[-1:]
        if leaf and col.benchmarks and find_untracked_datasets(leaf[0]) and not self.context.benchmarks_in(leaf[0]):
            return None  # "SQuAD" over a wide span and "MNLI" below it
        if self.transposed and row.untracked_metric and not row.metrics:
            return None
        rows_tell = self._row_label_names_data(r)
        measure = self.row_says[r] if self.transposed else col
        found: list[str] = []
        for says in (col, row if rows_tell else None, group if self._groups_name_data else None):
            if says is None or not says.benchmarks:
                continue
            able = [b for b in says.benchmarks if not measure.metrics or self._has_metric(b, measure.text)]
            if able:
                found = able if not found else [b for b in found if b in able] or found
        if group.untracked and self._groups_name_data:
            return None
        if found:
            return found
        if self.part:
            first = self.part.split(". ")[0]
            named = self.context.benchmarks_in(first)
            if named:
                return list(named)
            if find_untracked_datasets(first):
                return None
        if (
            col.untracked
            or (row.untracked and (rows_tell or self._is_mostly_data(r)))
            or (group.untracked and self._groups_name_data)
        ):
            return None
        if self.stub and not _SOURCE.search(self.stub):
            stub = self.context.benchmarks_in(self.stub)
            if len(stub) == 1:
                return list(stub)
        siblings = [self.columns[c] for c in self.value_columns if c != column]
        if any(s.benchmarks for s in siblings) and not col.metrics and col.text:
            return None  # its neighbours name data sets: this one is a data set we do not know
        if self._rows_name_data and not row.metrics and not self.transposed and self.labels[r]:
            return None
        return []

    def _has_metric(self, benchmark_id: str, text: str) -> bool:
        """Whether the metric that the text names is one of the benchmark's."""
        if benchmark_id in ("imagenet", "cifar10", "cifar100"):
            said = classification_metric(text)
            return bool(said.rank or said.sense or names_both_ranks(text))
        return bool(find_metric(benchmark_id, text)) or bool(
            benchmark_id == "coco" and find_metric("coco_keypoints", text)
        )

    def _is_generic(self, texts: Sequence[str]) -> bool:
        """Whether the texts say no more than "accuracy", "error" or "F1", which any data set has."""
        text = " ".join(texts[:1]) if any(metric_named(t, t.lower()) for t in texts[:1]) else " ".join(texts)
        said = classification_metric(text)
        if said.sense and not said.rank and not names_both_ranks(text):
            return not re.search(r"\bBLEU\b|\bm?AP|\bWER\b", text)
        return False

    @cached_property
    def _untracked_caption(self) -> bool:
        return bool(find_untracked_datasets(self.caption))

    def _header_is_alias(self, header: str) -> bool:
        """Whether the header names a metric that belongs to one benchmark alone ("NER", "SWB", "En-De")."""
        return not metric_named(header, header.lower()) and any(
            find_metric(benchmark_id, header) for benchmark_id in self._dominating
        )

    @cached_property
    def _caption_metric(self) -> bool:
        """Whether the caption says plainly what the numbers are, and no column of the table is another measure."""
        if any(self.columns[c].untracked_metric for c in self.value_columns):
            return False
        return bool(_PLAIN_METRIC.search(self.caption))

    @cached_property
    def _rows_name_data(self) -> bool:
        """Whether the row headers are data sets: half of them name one, and not always the same.

        Rows under "Initialization" or "Pre-trained on" name where weights came from.
        """
        named = [s for s in self.row_says if s.text]
        said = [s for s in named if s.benchmarks or s.untracked]
        if len(named) < 2 or len(said) < 0.5 * len(named) or _SOURCE.search(self.stub):
            return False
        return len({s.benchmarks or s.text for s in said}) > 1

    @cached_property
    def _groups_name_data(self) -> bool:
        """Whether the row groups are data sets that the numbers were measured on."""
        if self._untracked_caption and not self.context.benchmarks_in(self.caption):
            return False
        return not any(_SOURCE.search(group) for group in self.table.groups)

    def _is_mostly_data(self, r: int) -> bool:
        """Whether a data set's name makes up half of the row's label."""
        label = self.labels[r]
        named = sum(f.end - f.start for f in find_untracked_datasets(label))
        return 2 * named >= len(re.sub(r"[^A-Za-z0-9]", "", label))

    @cached_property
    def _rows_of_benchmarks(self) -> frozenset[str]:
        """The benchmarks that have a row of their own in this table: the other rows are not theirs."""
        if _SOURCE.search(self.stub):
            return frozenset()
        return frozenset(
            m.benchmark
            for label in self.labels
            for m in self.context.mentions_in(label)
            if 2 * len(m.alias) > len(label) and len(self.context.benchmarks_in(label)) == 1
        )

    def _data_cell(self, r: int) -> Says | None:
        """Of several label cells the last that names a data set, in a table whose label columns do."""
        if len(self.label_columns) < 2 or not self._rows_name_data:
            return None
        for c in reversed(self.label_columns):
            says = self.says(CITATION.sub(" ", self.printed[r][c]))
            if says.benchmarks or says.untracked:
                return says
        return None

    def _row_label_names_data(self, r: int) -> bool:
        """Whether the row's label says on which data its numbers were measured ("ImageNet-22k pre-trained" does not)."""
        if _SOURCE.search(self.stub) or _SOURCE.search(self.labels[r]):
            return False
        return self.transposed or self._rows_name_data or bool(re.search(r"\bon\b|\(", self.labels[r]))

    def _pairs(
        self, benchmark_id: str, header: str, texts: Sequence[str], values: Sequence[float], mask: bool
    ) -> list[tuple[str, str]]:
        if benchmark_id == "coco" and _KEYPOINT.search(header + " " + self.caption) and not _BOX.search(header):
            benchmark_id = "coco_keypoints"
        if metric_named(header, header.lower()) and not self._has_metric(benchmark_id, header):
            return []  # the header's metric is not one of this benchmark
        for part_of in (header, self.stub, self.caption):
            parts = [p for p in re.split(r"\s?[/|&]\s?", part_of) if p.strip()]
            if len(parts) == 2 and part_of != self.caption:
                metrics = [find_metric(benchmark_id, p) for p in parts]
                if (
                    all(metrics)
                    and metrics[0][0] != metrics[1][0]
                    and benchmark_id not in ("imagenet", "cifar10", "cifar100")
                ):
                    return [(benchmark_id, m[0]) for m in metrics]
            break
        return [(benchmark_id, m) for m in resolve_metric(benchmark_id, texts, values, mask=mask)]

    def _of_one_task(self, benchmarks: Sequence[str], header: str) -> list[str]:
        """The benchmarks, one of those that share images: COCO's detection or its keypoints, as the table says."""
        out = list(dict.fromkeys(benchmarks))
        if "coco" in out and "coco_keypoints" in out:
            out.remove("coco" if _KEYPOINT.search(f"{header} {self.caption}") else "coco_keypoints")
        return out

    def _is_mask(self, column: int, r: int) -> bool:
        header = " ".join([*self.column_path(column), self.table.groups[r], self.labels[r] if self.transposed else ""])
        if re.search(r"AP\^?\s?_?m\b", header):
            siblings = " ".join(" ".join(self.column_path(c)) for c in self.value_columns) + " ".join(
                self.labels if self.transposed else ()
            )
            return bool(re.search(r"AP\^?\s?_?(?:b|bb|box|bbox)\b", siblings)) or not re.search(
                r"AP\^?\s?_?[sl]\b", siblings, re.IGNORECASE
            )
        if _MASK.search(header):
            return not re.search(r"\bbox\b|\bbb(?:ox)?\b", " ".join(self.column_path(column)), re.IGNORECASE)
        if _BOX.search(header):
            return False
        caption = self.caption
        return bool(
            re.search(r"\b(?:mask|segmentation) (?:m?AP|results|performance)\b|instance seg\w+", caption, re.IGNORECASE)
        ) and not re.search(r"\bbox|detect", caption, re.IGNORECASE)

    def _fitting(self, options: list[list[tuple[str, str]]], values: Sequence[float]) -> list[list[tuple[str, str]]]:
        """The options whose metric's range holds most of the column's values."""
        fitting = [
            o for o in options
            if sum(in_percent_points(*o[0], v, all_fractions=max(values) <= 1) is not None for v in values)
            > 0.5 * len(values)
        ]  # fmt: skip
        return fitting or options[:1]

    def _paired_by_header(self, header: str, options: list[list[tuple[str, str]]]) -> list[tuple[str, str]] | None:
        """ "CIFAR-10 / CIFAR-100" over "3.5 / 17.2": the first benchmark named is the first number's."""
        if len(options) == 2 and _PAIR.search(header):
            return [options[0][0], options[1][0]]
        return None

    @cached_property
    def _dominating(self) -> list[str]:
        """The paper's benchmarks, if one stands out among those that share a metric with the table's header."""
        ranked = Counter(self.context.counts).most_common()
        if not ranked or ranked[0][1] < 3:
            # named once in passing is not what the paper is measured on; named all through the text is
            ranked = Counter(self.context.prose_counts).most_common()
            if not ranked or ranked[0][1] < 3:
                return []
        top = [b for b, n in ranked if n * 2 >= ranked[0][1]]
        return top

    @cached_property
    def _sentence_benchmarks(self) -> list[str]:
        return [b for s in self.sentences for b in self.context.benchmarks_in(s)]

    def _mentioned_with(self, header: str) -> list[str]:
        """The one benchmark named anywhere in the text that the header's metric belongs to ("top-5", "AP75")."""
        if not _TELLING_METRIC.search(header):
            return []
        named = [b for b in {*self.context.counts, *self.context.prose_counts} if find_metric(b, header)]
        return named if len(named) == 1 else []

    @cached_property
    def _section_benchmark(self) -> str | None:
        named = Counter(self._sentence_benchmarks)
        if len(named) == 1:
            return next(iter(named))
        return None

    # Common.

    def _model(self, column: int, r: int) -> str | None:
        label = _REFERENCE.sub("", without_marks(self.labels[r]))
        if self._same_name_elsewhere[r]:
            label = self.labels[r]  # two papers' models of one name: the citation tells them apart
        inner = [without_marks(p) for p in self.column_path(column) if _says_nothing(self.says(p))]
        if self.transposed:
            parts = [self._row_models[r], *(inner or [without_marks(" ".join(self.column_path(column)))])]
            if not any(parts):
                parts = [self._caption_model() or "", self._settings_above(column)]
        elif self._rows_name_data or (
            self.row_says[r].metrics and not self.columns[column].metrics and not self._is_name(label)
        ):
            path = self.column_path(column)
            inner = inner if self._model_column is None else [without_marks(self.printed[r][self._model_column])]
            parts = inner or [without_marks(" ".join(path)) if not self._says_metrics else self.table.groups[r]]
            if not any(parts):
                parts = [self._caption_model() or ""]
        else:
            parts = [label, self.settings[r], *inner]
            if not (self._is_name(label) or has_citation(self.labels[r]) or any(self._is_name(p) for p in inner)):
                group = without_marks(self.table.groups[r])
                parts = [group if self._is_name(group) else f"{self._caption_model() or ''} {group}", *parts]
        name = " ".join(" ".join(p for p in parts if p).split())
        data = _EXTRA_DATA.search(
            f"{self.table.groups[r]} {self.column_path(column)[0] if self.column_path(column) else ''}"
        )
        if name and data and data.group() not in name:
            name = f"{name} ({data.group()})"  # the same model trained on more data is another model
        return name or None

    @cached_property
    def _model_column(self) -> int | None:
        """In a table whose rows are data sets: the column that says which model was measured on each."""
        for c in range(1, self.table.columns):
            if re.fullmatch(
                r"(?:best\s)?(?:models?|networks?|architectures?|methods?)",
                " ".join(self.column_path(c)),
                re.IGNORECASE,
            ):
                return c
        return None

    @cached_property
    def _row_models(self) -> list[str]:
        """In a table whose rows are measures: the model that a row's label names beside the measure, or the row above."""
        out, above = [], ""
        for r, label in enumerate(self.labels):
            if r and (self.table.groups[r] != self.table.groups[r - 1] or not _is_measure(self.row_says[r - 1])):
                above = ""
            match = MODEL_NAME.search(label)
            if match and not metric_named(match.group(), match.group().lower()):
                above = match.group()
            out.append(above or (without_marks(self.table.groups[r]) if self._is_name(self.table.groups[r]) else ""))
        return out

    def _settings_above(self, column: int) -> str:
        """In a table whose columns are variants told apart by rows of check marks: the names of the marked rows."""
        parts = []
        for r, label in enumerate(self.labels):
            text = " ".join(self.printed[r][column].split())
            if _is_measure(self.row_says[r]) or text in _BLANK:
                continue
            parts.append(label if _CHECK.fullmatch(text) else f"{label}={text}")
        return " ".join(parts[:8]) or "baseline"

    def _is_name(self, text: str) -> bool:
        names = self.context.names
        return bool(text) and (bool(MODEL_NAME.search(text)) or names.is_own(text) or names.is_cited(text))

    def _caption_model(self) -> str | None:
        """The model that the caption speaks of: one of the paper's own, else the first name in it, else the paper's."""
        for text in (self.part, self.caption):
            for name in self.context.names.printed[:6]:
                match = re.search(rf"(?<!\w){re.escape(name)}[\w-]*", text)
                if match:
                    return match.group()
            found = model_names_in(text)
            if found:
                return found[0]
        return self.context.names.printed[0] if self.context.names.printed else None

    def _reading(
        self, column: int, r: int, quantity: str, value: float, pattern: str, number: Number, *, reason: str | None,
        benchmark: str | None = None, metric: str | None = None, low: float | None = None, high: float | None = None,
    ) -> CellReading:  # fmt: skip
        cell = self.table.rows[r][column]
        path = " ".join(self.column_path(column))
        label = path if self.models_in_columns else self.labels[r]
        group = self.table.groups[r]
        split = None
        for text in (path, self.labels[r], group, self.caption, *self.sentences):
            split = split_of(text.lower())
            if split:
                break
        qualifiers: dict[str, Any] = {}
        if quantity == Field.SCORE:
            around = f"{label} {group} {path}"
            for name, regex in _QUALIFIERS.items():
                if regex.search(around) or (
                    name in ("single_crop", "multi_crop", "single_model") and regex.search(self.caption)
                ):
                    qualifiers[name] = True
            if number.deviation is not None:
                qualifiers["deviation"] = number.deviation
            if cell.bold:
                qualifiers["bold"] = True
        if number.approximate:
            qualifiers["approximate"] = True
        if number.bound:
            qualifiers["bound"] = number.bound
        return CellReading(
            self.table, r, column, quantity, value, pattern, cell.words,
            tuple(i for c in self.table.rows[r] for i in c.words), self._model(column, r),
            role_of(label, "" if self.models_in_columns else group, self.roles, self.context.names),
            " / ".join(x for x in (group, *(self.table.rows[r][c].text for c in self.label_columns)) if x), " / ".join(self.column_path(column)),
            benchmark, metric, split, low, high, qualifiers, reason,
        )  # fmt: skip


def _says_nothing(says: Says) -> bool:
    """Whether a header names neither measure, data set nor split: a model then, or a setting of one."""
    return (
        bool(says.text) and says.quantity is None and not says.benchmarks and not says.untracked and not says.split
        and not says.metrics and bool(_LETTER.search(says.text))
    )  # fmt: skip


def _is_measure(says: Says) -> bool:
    return says.metrics or says.quantity in (
        Field.PARAMETERS, Field.FLOPS, Field.MULTIPLY_ADDS, Field.TRAINING_FLOPS, Field.SCORE,
    )  # fmt: skip


def _exact_product(value: float, factor: float) -> float:
    """The product as the decimals read: 25.6 and 1e6 give 25600000.0."""
    return float(f"{value * factor:.12g}")


def printed_text(page: Page, cell: Cell) -> str:
    """The cell's words with `^` before raised digits, which `Cell.text` has lost."""
    parts: list[str] = []
    for place, i in enumerate(cell.words):
        word = page.words[i]
        text = word.text
        for cut in reversed(word.raised):
            text = text[:cut] + "^" + text[cut:]
        if place:
            before = page.words[cell.words[place - 1]]
            raised = (
                word.size < 0.8 * before.size
                and word.bottom < before.bottom - 0.15 * before.size
                and text[:1] in "0123456789−–-*†‡"
            )
            parts.append("^" if raised else " ")
        parts.append(text)
    return "".join(parts)


_DELTA = re.compile(
    r"[(\[]?\s?[↑↓▲▼△▽]?\s?[+−–-]\s?\d+(?:\.\d+)?\s?%?\s?[↑↓]?\s?[)\]]?|[(\[]?\s?[↑↓▲▼]\s?\d+(?:\.\d+)?\s?%?\s?[)\]]?"
)
_BEST_IN_BRACKETS = re.compile(r"±[^()]*\((?P<best>\d+\.\d+)\)")
_WORDS_IN_CELL = re.compile(r"[A-Za-z]{2,}")


def numbers_of_cell(text: str) -> list[Number]:
    """The numbers that a cell states, deltas ("(+1.2)") let go; [] for a cell of words, ratios or shapes."""
    text = text.strip()
    if not text or not any(c.isdigit() for c in text):
        return []
    one = parse_number(text)
    if one is not None:
        best = _BEST_IN_BRACKETS.search(text) if one.deviation is not None else None
        second = parse_number(best["best"]) if best else None
        if best and second and abs(second.value - one.value) < 0.3 * abs(one.value):
            # "21.78 ± 0.05 (21.83)": mean and best of the same runs
            return [one, replace(second, start=best.start("best"), end=best.end("best"))]
        return [one]
    if len(text) > 40:
        return []
    bare = CITATION.sub(lambda m: " " * len(m.group()), text)
    bare = re.sub(r"(?<=[\d)%\s])" + _DELTA.pattern, lambda m: " " * len(m.group()) if m.start() else m.group(), bare)
    found = [n for n in find_numbers(bare, words=False)]
    rest = bare
    for n in reversed(found):
        rest = rest[: n.start] + rest[n.end :]
    if not found or _WORDS_IN_CELL.search(re.sub(r"(?i)\b[kmgbt]?(?:flops?|macs?|params?|madds?)\b", "", rest)):
        return []
    if re.search(r"[×xX*=]", rest) and not re.search(r"^\s*[*]+\s*$", rest.strip()):
        return []
    return found

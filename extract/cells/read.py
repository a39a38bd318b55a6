"""Tables -> readings: every cell whose number is a score, parameters, operations or training operations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from db.models import Field, normal_name
from db.reference.benchmarks import find_metric, is_short_name, serves_another_task
from db.vocabulary import Reason, Refusal
from extract.cells.columns import VALUE_HEAD
from extract.cells.counts import OPERATION_COUNTS, TableCounts
from extract.cells.evidence import TableEvidence
from extract.cells.frame import TableFrame
from extract.cells.headers import COUNTS, NO_RESULT, OTHER, Says
from extract.cells.models import CellReading, CellValue, TableModels
from extract.cells.numbers import exact_product
from extract.cells.orders import with_orders
from extract.cells.scores import ColumnScores, is_bad_run
from extract.cells.task import headings
from extract.language.metrics import in_percent_points
from extract.language.model_names import without_marks
from extract.language.numbers import Number, decimals
from extract.pattern import Pattern

MOST_APART = 10.0  # times that operations of one paper's tables lie apart, beyond the others' least and most
LEAST_CELLS = 3  # of a table whose numbers repeat scores of other tables
LEAST_REPEATED = 2  # numbers with one decimal that are; of those with two, one tells
LEAST_SHARE = 0.1  # of the table's numbers that are
BEYOND_KNOWN = 5.0  # percent points below or above the other tables' scores

PER_CLASS = Pattern(
    "a table with a result for each class of a data set",
    {
        r"\bper[-\s](?:class|category)": "Per-class AP",
        r"\b(?:class|category)-?wise\b": "class-wise accuracy",
        r"\b(?:for|of) each (?:class|category)": "AP of each category",
    },
    refuses=("classes", "classification"),
)
PARTS_OF_TEST = Pattern(
    "a table with results for parts of a test set",
    {
        r"\b(?:entit(?:y|ies)|sentences?|questions?|answers?|words?|mentions?|samples?|images?|examples?|classes)\s"
        r"(?:(?:of|with|by|at|from)\s)?(?:different|various|varying|increasing|each)\s(?:[a-z]+\s)?"
        r"(?:lengths?|frequenc\w+|rarit\w+|difficult\w+|types?|categor\w+|domains?)\b": (
            "F1 on questions of different lengths",
            "BLEU for sentences with varying length",
        ),
        r"\b(?:by|per|over)\s(?:entity|sentence|question|answer|word|class|source|target)\s"
        r"(?:lengths?|types?|frequenc\w+)\b": "F1 by entity type",
        r"\b(?:samples|images|examples|predictions|instances|inputs)\s(?:\w+\s){0,2}(?:with|of)\s(?:\w+\s){0,2}"
        r"(?:confidences?|probabilit\w+|uncertaint\w+)\b": "images predicted with a confidence above 0.9",
    },
    refuses=("objects of different sizes", "samples with different augmentations", "images of each size"),
)
WHOLE_TEST = Pattern(
    "a head over results for the whole test set",
    {r"(?:all|overall|total|avg\.?|average|micro)(?:\s.{1,12})?": ("all", "Overall F1", "Avg.")},
    refuses=("small", "PER", "3-5"),
    before="^",
    after="$",
)


@dataclass(frozen=True)
class TableReading:
    """What one table was read as. `lacks_metric`: it names a data set, and nothing in it says by which metric."""

    frame: TableFrame
    readings: Sequence[CellReading]
    lacks_metric: bool = False


def read_cells(frames: Sequence[TableFrame]) -> list[CellReading]:
    """The readings of all the paper's tables."""
    models = frozenset(normal_name(without_marks(label)) for frame in frames for label in frame.models)
    tables = [read_table(frame, models) for frame in frames]
    # a table that names data sets and no metric is read by the metric that the paper's other tables have for them
    known = _known_metrics(tables)
    if known:
        tables = [read_table(table.frame, models, known) if table.lacks_metric else table for table in tables]
    tables = [replace(table, readings=with_unit_told(table.readings, tables)) for table in tables]
    rows, values = _known_rows(tables), _known_values(tables)
    for i, table in enumerate(tables):
        if rows and not any(r.quantity == Field.SCORE and r.reason is None for r in table.readings):
            more = told_before(table.frame, rows) or repeating(table.frame, models, values)
            tables[i] = replace(table, readings=[*table.readings, *more])
    return [reading for table in tables for reading in with_orders(table.readings)]


def read_table(
    frame: TableFrame, names: frozenset[str] = frozenset(), known_metrics: Mapping[str, Sequence[str]] | None = None
) -> TableReading:
    """One table's readings; `names` are what the paper's tables have as models, `known_metrics` what they measure."""
    if not frame.table.rows or PER_CLASS.search(frame.caption):
        return TableReading(frame, [])
    models = TableModels(frame)
    evidence, counts = TableEvidence(frame, known_metrics or {}, names), TableCounts(frame, models)
    readings = [*counts.of_labels(), *counts.of_views()]
    if not frame.transposed:
        readings += counts.of_rows()
    lacks_metric, in_parts = False, PARTS_OF_TEST.search(frame.caption) is not None
    for column in range(frame.table.columns):
        if column in frame.label_columns and frame.columns[column].quantity in (None, OTHER, Field.SCORE):
            continue
        scores = ColumnScores(evidence, models, column)
        read = _read_column(frame, counts, scores)
        kept = [r for r in read if not (in_parts and r.quantity == Field.SCORE and is_part(frame, r.row, column))]
        readings += kept if frame.transposed or frame.rows_name_data else without_odd_numbers(kept)
        lacks_metric = lacks_metric or scores.lacks_metric
    return TableReading(frame, readings, lacks_metric)


def without_odd_numbers(column: Sequence[CellReading]) -> list[CellReading]:
    """The column's readings; of a column whose scores are mostly no plausible ones none is stood behind."""
    scores = [r for r in column if r.quantity == Field.SCORE]
    odd = [r.reason for r in scores if r.reason and r.reason.refusal is Refusal.IMPLAUSIBLE_SCORE]
    if 2 * len(odd) <= len(scores):
        return list(column)
    return [replace(r, reason=r.reason or odd[0]) if r.quantity == Field.SCORE else r for r in column]


def is_part(frame: TableFrame, r: int, column: int) -> bool:
    """Whether in a table of parts of a test set the cell is of one: neither row nor column is over the whole."""
    heads = (*frame.column_path(column)[-1:], frame.row_says[r].text)
    return not any(WHOLE_TEST.search(text.strip()) for text in heads)


def _read_column(frame: TableFrame, counts: TableCounts, scores: ColumnScores) -> Iterator[CellReading]:
    for r, found in scores.numbers.items():
        quantity, source = _quantity(frame, counts, scores, r)
        if quantity == Field.SCORE:
            yield from scores.read(r)
        elif quantity in COUNTS:
            yield from counts.read(scores.column, r, found, replace(source, quantity=quantity))


def _quantity(frame: TableFrame, counts: TableCounts, scores: ColumnScores, r: int) -> tuple[str, Says]:
    """What the cell's number is, and the text that says so."""
    column = scores.column
    col, row = frame.columns[column], frame.row_says[r]
    if frame.transposed:
        if NO_RESULT.search(row.text):
            return OTHER, row
        if row.quantity not in (None, OTHER):
            return str(row.quantity), row
        return (Field.SCORE if row.benchmarks or scores.evidence.is_way_measured(r) else OTHER), row
    if col.quantity in (None, OTHER) and counts.counts_operations(column):
        return Field.FLOPS, col
    if not col.text and len(frame.value_columns) > 1 and not row.metrics:
        return OTHER, col  # a column without a header says nothing
    if col.quantity in (None, Field.SCORE) and scores.says_no_result:
        return OTHER, col
    changed = scores.change_of_inputs if col.quantity in (None, OTHER) else None
    if changed is not None:
        return (OTHER if changed else Field.SCORE), col  # changed by nothing they are as they were
    if col.quantity in COUNTS:
        return str(col.quantity), col
    if col.quantity == OTHER and _is_benchmarks_own(frame, col):
        return Field.SCORE, col
    if col.difference or (col.quantity == OTHER and not (frame.says_apart and VALUE_HEAD.fullmatch(col.text))):
        return OTHER, col
    if col.quantity == Field.SCORE:
        return Field.SCORE, col
    return _unnamed_quantity(frame, counts, scores, r)


def _is_benchmarks_own(frame: TableFrame, says: Says) -> bool:
    """Whether the header is a short name of the caption's benchmark: "Total" beside the joints, "Mean"."""
    return is_short_name(says.text) and any(find_metric(b, says.text) for b in frame.benchmarks_in(frame.caption))


def _unnamed_quantity(frame: TableFrame, counts: TableCounts, scores: ColumnScores, r: int) -> tuple[str, Says]:
    """What a number is whose column names no quantity: a count by caption, else a score perhaps."""
    column = scores.column
    col = frame.columns[column]
    if col.text and not col.metrics and frame.says_metrics and not frame.is_alias(column):
        leaf = frame.says(frame.column_path(column)[-1])
        if not leaf.benchmarks and not leaf.split and not scores.is_like_its_neighbours:
            return OTHER, col  # other columns say what they measure: one that does not is a setting
    counted = counts.of_caption
    if counted is not None and frame.printed[r][column].strip()[-1:] in "KMGB":
        return str(counted.quantity), counted
    return Field.SCORE, col


# --- what other tables tell -------------------------------------------------------------------------------------------

KnownRows = dict[str, dict[float, tuple[str, str]]]  # a row's name -> its scores, and of which benchmark and metric


def _scores(tables: Sequence[TableReading]) -> Iterator[tuple[TableFrame, CellReading, str, str]]:
    """Every score that is stood behind, with its table, benchmark and metric."""
    for table in tables:
        for reading in table.readings:
            if reading.benchmark and reading.metric and reading.reason is None:
                yield table.frame, reading, reading.benchmark, reading.metric


def _known_metrics(tables: Sequence[TableReading]) -> dict[str, list[str]]:
    """The metrics that the paper's tables have for each benchmark, the commonest first."""
    counts: dict[str, Counter[str]] = {}
    for _, _, benchmark_id, metric_id in _scores(tables):
        counts.setdefault(benchmark_id, Counter())[metric_id] += 1
    return {benchmark_id: [m for m, _ in of_it.most_common()] for benchmark_id, of_it in counts.items()}


def _known_rows(tables: Sequence[TableReading]) -> KnownRows:
    """What the paper's tables say of each row's name."""
    known: KnownRows = {}
    for frame, reading, benchmark_id, metric_id in _scores(tables):
        known.setdefault(_row_name(frame, reading.row), {})[reading.value] = (benchmark_id, metric_id)
    known.pop("", None)
    return known


KnownValues = dict[tuple[str, str], frozenset[float]]  # benchmark and metric -> the scores that tables have by it


def _known_values(tables: Sequence[TableReading]) -> KnownValues:
    """The scores with decimals that the paper's tables have, by benchmark and metric."""
    known: dict[tuple[str, str], set[float]] = {}
    for _, reading, benchmark_id, metric_id in _scores(tables):
        known.setdefault((benchmark_id, metric_id), set()).add(reading.value)
    return {key: frozenset(values) for key, values in known.items()}


def _row_name(frame: TableFrame, r: int) -> str:
    return normal_name(without_marks(frame.model_labels[r]))


def with_unit_told(readings: Sequence[CellReading], tables: Sequence[TableReading]) -> list[CellReading]:
    """The readings, operations without a unit in the one that all of the paper's other tables print: "FLOPs (G)".

    As long as that makes them as large as these tables' are.
    """
    known = [
        (table.frame.columns[r.column].scale, r.value)
        for table in tables
        for r in table.readings
        if r.quantity in OPERATION_COUNTS and r.reason is None
    ]
    scales = {scale for scale, _ in known if scale}
    if len(scales) != 1:
        return list(readings)
    (scale,) = scales
    low, high = min(v for _, v in known) / MOST_APART, max(v for _, v in known) * MOST_APART
    return [
        replace(r, value=exact_product(r.value, scale), pattern=f"{r.pattern}_unit_told", reason=None)
        if r.reason == Reason(Refusal.NO_UNIT) and r.quantity in OPERATION_COUNTS and low <= r.value * scale <= high
        else r
        for r in readings
    ]


def told_before(frame: TableFrame, known: KnownRows) -> list[CellReading]:
    """The scores of a table that names neither data nor metric, where its rows repeat scores of rows told before.

    "BERT | 91.01 | 85.92": the row's first number is what another table says that BERT has on a benchmark, and
    the others are the same model's on the same, by the settings that head their columns.
    """
    evidence, models = TableEvidence(frame), TableModels(frame)
    if frame.transposed or frame.rows_name_data or evidence.says_other_data:
        return []
    columns = evidence.columns_of_scores()
    told: dict[int, tuple[str, str]] = {}
    for r in range(len(frame.table.rows)):
        scores = known.get(_row_name(frame, r), {})
        again = [scores[n[0].value] for c in columns if (n := frame.numbers[c].get(r)) and n[0].value in scores]
        if again and decimals(str(next(iter(scores)))):
            told[r] = again[0]
    numbered = {r for c in columns for r in frame.numbers[c]}
    if len(told) < 2 or len(told) < 0.5 * len(numbered):
        return []
    out = []
    for r, (benchmark_id, metric_id) in told.items():
        row = {c: frame.numbers[c][r][0] for c in columns if r in frame.numbers[c]}
        for c, number in row.items():
            value = _value_told(benchmark_id, metric_id, number, list(row.values()))
            if value is not None and decimals(number.text):
                score = CellValue(Field.SCORE, value, "table_score_told_before", number, benchmark_id, metric_id)
                out.append(models.reading(c, r, score))
    return out


def repeating(frame: TableFrame, models: frozenset[str], known: KnownValues) -> list[CellReading]:
    """The scores of a table that names no data set, whose numbers repeat scores of the paper's other tables.

    "Variant | Accuracy" in a paper on one benchmark: 75.14 and 78.05 are scores of other tables, so all are.
    """
    evidence, names = TableEvidence(frame, models=models), TableModels(frame)
    if not evidence.may_repeat_scores:
        return []
    columns = evidence.columns_of_scores()
    if frame.says_metrics:
        columns = [c for c in columns if frame.columns[c].metrics]
    cells = {
        (c, r): n[0] for c in columns for r, n in frame.numbers[c].items() if decimals(n[0].text) and not n[0].sign
    }
    again = Counter({key: n for key in known if (n := sum(n.value in known[key] for n in cells.values()))})
    if len(cells) < LEAST_CELLS or not again:
        return []
    ((benchmark_id, metric_id), _), *others = again.most_common()
    alone = not others and (frame.says_metrics or evidence.caption_names_metric)
    if not alone and [benchmark_id] != evidence.dominating:
        return []
    if any(serves_another_task(benchmark_id, text) for text in (frame.caption, *frame.sentences, *headings(frame))):
        return []
    if not evidence.has_metric_told(metric_id) or not _repeats(
        list(cells.values()), known[benchmark_id, metric_id], is_only=alone and len(known) == 1
    ):
        return []
    return [
        names.reading(c, r, CellValue(Field.SCORE, n.value, "table_score_told_before", n, benchmark_id, metric_id))
        for (c, r), n in cells.items()
    ]


def _repeats(numbers: Sequence[Number], known: frozenset[float], *, is_only: bool) -> bool:
    """Whether numbers are scores among the known ones: in their range, and so many of them known ones themselves.

    `is_only`: the paper has no scores but the known ones, and the table names their metric.
    """
    values = {n.value for n in numbers}
    enough = 1 if is_only or min(decimals(n.text) for n in numbers) > 1 else LEAST_REPEATED
    low, high = min(known) - BEYOND_KNOWN, max(known) + BEYOND_KNOWN
    return len(values & known) >= max(enough, LEAST_SHARE * len(values)) and all(low <= v <= high for v in values)


def _value_told(benchmark_id: str, metric_id: str, number: Number, row: Sequence[Number]) -> float | None:
    """The number in the benchmark's unit; of an implausible one in a row of good ones, as printed."""
    value = in_percent_points(benchmark_id, metric_id, number.value, all_fractions=False)
    return number.value if value is None and is_bad_run(benchmark_id, metric_id, number, row) else value

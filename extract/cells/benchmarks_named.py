"""Which benchmarks the headers around a cell name: its column, row and group, and the header over the row headers."""

from __future__ import annotations

from db.reference.benchmarks import benchmark
from db.reference.untracked import find_untracked_datasets
from extract.cells.columns import WEIGHTS_SOURCE
from extract.cells.evidence import LIKE_DATA, RECALL_AT, TableEvidence
from extract.cells.frame import TableFrame
from extract.cells.headers import Says
from extract.cells.models import UNCHANGED
from extract.language.metrics import split_of
from extract.language.named_metric import has_metric


def benchmarks_of_headers(evidence: TableEvidence, column: int, r: int) -> list[str] | None:
    """Benchmarks that the cell's own headers name; None where they name what is not tracked."""
    frame = evidence.frame
    if _headers_name_other(evidence, column, r):
        return None
    found = _named_with_metric(evidence, column, r)
    if frame.groups_name_data and (
        frame.group_says[r].untracked or frame.table.groups[r] in evidence.groups_of_other_data
    ):
        return None
    if found:
        year_told = evidence.names_this_test_set(column, r)
        several_languages = (
            evidence.is_multilingual and not year_told and all(benchmark(b).is_translation for b in found)
        )
        return None if several_languages else found
    return _named_around(evidence, column, r)


def _headers_name_other(evidence: TableEvidence, column: int, r: int) -> bool:
    """Whether the nearest header names a metric or a data set that is not kept."""
    frame = evidence.frame
    col, row = frame.columns[column], evidence.data_cell(r) or frame.row_says[r]
    if col.untracked_metric and not col.metrics:
        return True
    if RECALL_AT.search(col.text) and evidence.retrieves:
        return True
    if col.untracked and frame.columns_name_data and not frame.transposed:
        return True  # the columns are data sets: one in the row's name is what its model was trained on
    leaf = frame.column_path(column)[-1:]
    if leaf and col.benchmarks and find_untracked_datasets(leaf[0]) and not frame.benchmarks_in(leaf[0]):
        return True  # "SQuAD" over a wide span and "MNLI" below it
    if frame.transposed:
        return row.untracked_metric and not row.metrics
    # rows of data sets: what a column's name holds is where weights came from
    return _rows_tell(evidence, r) and row.untracked and not row.benchmarks


def _rows_tell(evidence: TableEvidence, r: int) -> bool:
    """Whether the row alone says on which data its numbers were measured."""
    frame = evidence.frame
    return frame.rows_name_data and not frame.is_joined(r) and not frame.columns_name_data


def _named_with_metric(evidence: TableEvidence, column: int, r: int) -> list[str]:
    """The benchmarks that column, row and group name, those without the cell's metric left out."""
    frame = evidence.frame
    row = evidence.data_cell(r) or frame.row_says[r]
    measure = _measure(frame, column, r)
    told = (
        frame.columns[column],
        row if evidence.label_names_data(r) else None,
        frame.group_says[r] if frame.groups_name_data else None,
    )
    found: list[str] = []
    for says in told:
        if says is None:
            continue
        able = [b for b in says.benchmarks if not measure.metrics or has_metric(b, measure.text)]
        if not able:
            continue
        if not found or (says is row and frame.rows_name_data and not frame.columns_name_data):
            found = able
        else:
            found = [b for b in found if b in able] or found
    return found


def _measure(frame: TableFrame, column: int, r: int) -> Says:
    """What says which metric the cell holds: its cell under "Metric", its row where rows are metrics, its column."""
    cell = frame.metric_cell(r)
    if cell:
        return frame.says(cell)
    return frame.row_says[r] if frame.transposed else frame.columns[column]


def _named_around(evidence: TableEvidence, column: int, r: int) -> list[str] | None:
    """What part caption, labels and stub name where column, row and group name no benchmark; None for other data."""
    frame = evidence.frame
    if frame.part:
        first = frame.part.split(". ")[0]
        named = frame.benchmarks_in(first)
        if named or find_untracked_datasets(first):
            return list(named) or None
    col, row = frame.columns[column], evidence.data_cell(r) or frame.row_says[r]
    if col.untracked or (row.untracked and (evidence.label_names_data(r) or evidence.is_mostly_data(r))):
        return None
    of_stub = _named_by_stub(frame)
    if of_stub is None or of_stub:
        return of_stub
    siblings = [frame.columns[c] for c in frame.value_columns if c != column]
    if UNCHANGED.fullmatch(col.text) and any(s.untracked for s in siblings) and len(evidence.dominating) == 1:
        return evidence.dominating  # "Clean" beside changed or harder test sets
    if any(s.benchmarks for s in siblings) and not col.metrics and col.text and not _is_split_alone(col):
        return None  # its neighbours name data sets: this one is a data set we do not know
    if _stands_under_other_data(evidence, column):
        return None
    if frame.rows_name_data and not row.metrics and not frame.transposed and frame.labels[r]:
        return None
    return []


def _stands_under_other_data(evidence: TableEvidence, column: int) -> bool:
    """Whether the entry over the column's metric is called as data sets are, beside one that is a tracked data set.

    "FooNet | FooReal" over "Top-1 | Acc": the second is a data set that we do not know.
    """
    frame = evidence.frame
    path = frame.column_path(column)
    if len(path) < 2 or not frame.columns[column].metrics or not _may_be_data(evidence, path[0]):
        return False
    tops = {p[0] for c in frame.value_columns if len(p := frame.column_path(c)) > 1} - {path[0]}
    tracked = any(len(top.split()) == 1 and frame.benchmarks_in(top) for top in tops)
    like = LIKE_DATA.search(path[0]) or any(LIKE_DATA.search(t) and _may_be_data(evidence, t) for t in tops)
    return tracked and bool(like)


def _may_be_data(evidence: TableEvidence, top: str) -> bool:
    """Whether a header's entry is one capitalised word that is neither a model nor anything that is known."""
    says = evidence.frame.says(top)
    known = says.quantity is not None or says.split or says.metrics or says.benchmarks
    return len(top.split()) == 1 and top[0].isupper() and not known and not evidence.is_model(top)


def _is_split_alone(col: Says) -> bool:
    """Whether the header is a part of the data and nothing else: "test-challenge" beside "test-dev"."""
    return bool(col.split) and split_of(col.text.lower()) is not None and len(col.text.split()) == 1


def _named_by_stub(frame: TableFrame) -> list[str] | None:
    """The benchmark that stands over the row names; None where that is another data set."""
    if not frame.stub or WEIGHTS_SOURCE.search(frame.stub):
        return []
    named = frame.benchmarks_in(frame.stub)
    if len(named) == 1:
        return list(named)
    others = find_untracked_datasets(frame.stub)
    if not named and others and 2 * sum(f.end - f.start for f in others) >= len(frame.stub):
        return None
    return []

"""Orderings that must hold between the metrics of one row: AP <= AP50, top-5 >= top-1, EM <= F1.

They tell the metrics of columns whose indices were lost, mend two headers that were printed the wrong way round, and
flag a table that breaks them: it was misread somewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from db.models import Field
from db.reference.benchmarks import benchmark
from db.vocabulary import Refusal
from extract.cells.frame import TableFrame
from extract.cells.models import CellReading
from extract.language.metrics import in_percent_points

LEAST_SERIES = 3  # columns of one head from which their order tells their metrics
HOLDS = 0.9  # share of rows in which an ordering holds where a table is read right: sizes of objects break it at times

Pair = tuple[str, str]  # metrics, the first of which is never above the second


def ordered_pairs(benchmark_id: str) -> Iterator[Pair]:
    """The pairs of the benchmark's metrics of which the first is never above the second."""
    for chain in benchmark(benchmark_id).orders:
        yield from combinations(chain, 2)


# --- indices that were lost -------------------------------------------------------------------------------------------


def metric_by_order(frame: TableFrame, benchmark_id: str, column: int) -> str | None:
    """The metric of one of several columns with the same head, told by their order and by what must hold.

    Six columns "AP" whose numbers rise and fall as AP, AP50, AP75, APS, APM, APL do are these.
    """
    columns = same_heads(frame, column)
    if len(columns) < LEAST_SERIES:
        return None
    fitting = [
        series
        for series in benchmark(benchmark_id).series
        if len(series) == len(columns) and _series_holds(frame, benchmark_id, dict(zip(series, columns, strict=True)))
    ]
    return fitting[0][columns.index(column)] if len(fitting) == 1 else None


def same_heads(frame: TableFrame, column: int) -> list[int]:
    """The columns side by side whose header is the same as this one's."""
    path = frame.column_path(column)
    first = last = column
    while first - 1 in frame.value_columns and frame.column_path(first - 1) == path:
        first -= 1
    while last + 1 in frame.value_columns and frame.column_path(last + 1) == path:
        last += 1
    return list(range(first, last + 1))


def _series_holds(frame: TableFrame, benchmark_id: str, columns: Mapping[str, int]) -> bool:
    """Whether the numbers of nearly all rows obey the orderings if the columns are these metrics."""
    verdicts = []
    for r in range(len(frame.table.rows)):
        values = {m: frame.numbers[c][r][0].value for m, c in columns.items() if r in frame.numbers[c]}
        verdicts += _verdicts(benchmark_id, values)
    return bool(verdicts) and sum(verdicts) >= HOLDS * len(verdicts)


def _verdicts(benchmark_id: str, values: Mapping[str, float]) -> list[bool]:
    """Of each ordered pair whose values are known whether it holds."""
    pairs = ordered_pairs(benchmark_id)
    return [values[lesser] <= values[greater] for lesser, greater in pairs if lesser in values and greater in values]


# --- headers that were printed the wrong way round --------------------------------------------------------------------


def with_orders(readings: Sequence[CellReading]) -> list[CellReading]:
    """A table's readings, two headers exchanged that no row obeys, and each score marked by whether orderings hold."""
    return _marked(_mended(readings))


def _rows(readings: Sequence[CellReading]) -> dict[tuple[int, str], dict[str, float]]:
    """Of each row and benchmark the metrics with their values; of two columns of one metric the first's."""
    rows: dict[tuple[int, str], dict[str, float]] = {}
    for reading in readings:
        if reading.quantity == Field.SCORE and reading.benchmark and reading.metric:
            rows.setdefault((reading.row, reading.benchmark), {}).setdefault(reading.metric, reading.value)
    return rows


def _mended(readings: Sequence[CellReading]) -> list[CellReading]:
    """The readings with the metrics of a pair exchanged in a table in which no row obeys its order.

    A top-5 error is below the top-1 error of the same row: if no row with both has it so, the headers are at fault.
    """
    rows = _rows(readings)
    other: dict[tuple[str, str], str] = {}
    for benchmark_id in {b for _, b in rows}:
        together = {frozenset(pair) for pair in benchmark(benchmark_id).pairs}
        for lesser, greater in ordered_pairs(benchmark_id):
            of_both = [v for (_, b), v in rows.items() if b == benchmark_id and lesser in v and greater in v]
            if frozenset((lesser, greater)) in together and of_both and all(v[lesser] >= v[greater] for v in of_both):
                other[benchmark_id, lesser], other[benchmark_id, greater] = greater, lesser
    return [_exchanged(r, other) if (r.benchmark, r.metric) in other else r for r in readings]


def _exchanged(reading: CellReading, other: Mapping[tuple[str, str], str]) -> CellReading:
    """The reading by the other metric; a number that is plausible by it loses the reason that it was not."""
    assert reading.benchmark is not None and reading.metric is not None
    metric = other[reading.benchmark, reading.metric]
    plausible = in_percent_points(reading.benchmark, metric, reading.value, all_fractions=False) is not None
    doubted = reading.reason is not None and reading.reason.refusal is Refusal.IMPLAUSIBLE_SCORE
    reason = None if plausible and doubted else reading.reason
    return replace(reading, metric=metric, reason=reason, pattern=f"{reading.pattern}_rank_mended")


# --- tables that break an ordering ------------------------------------------------------------------------------------


def _marked(readings: Sequence[CellReading]) -> list[CellReading]:
    """The readings with the qualifier `orders_hold` on scores whose table has metrics that must obey an order."""
    verdicts: dict[str, list[bool]] = {}
    for (_, benchmark_id), values in _rows(readings).items():
        verdicts.setdefault(benchmark_id, []).extend(_verdicts(benchmark_id, values))
    holds = {b: sum(told) >= HOLDS * len(told) for b, told in verdicts.items() if told}
    return [
        replace(r, qualifiers={**r.qualifiers, "orders_hold": holds[r.benchmark]})
        if r.quantity == Field.SCORE and r.benchmark in holds
        else r
        for r in readings
    ]

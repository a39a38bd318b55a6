"""The queue as it stands, planned in the database: which records wait, in which order, without making their pages.

Every record is a row of a few numbers, kept since it was read (`db/tables/outlines.py`). Of the papers of which people
have judged anything it is then told apart what still waits, and what the rest has become in the curated table.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from curate.answers.agreement import disputes
from curate.queue.load import Queue, answered_by_people, queue_of_papers
from curate.queue.order import STRATEGIES
from curate.queue.outlines import COORDINATES, DOUBTED_BY_A_WITNESS, Flags, Floats, Outlines, Places, coordinates
from curate.queue.points import Point, Value, log_of_amounts, point_of, point_of_values
from curate.queue.uncollected import uncollected
from db.measures import AXES, log10
from db.models import FIELD_NAMES, Decision, Field, judged_key
from db.reference.benchmarks import load_benchmarks
from db.reference.hardware import find_device
from db.store import Connection
from db.tables.auto_accept import Taken, auto_accept_rule
from db.tables.curated import changed_papers, rows_of_papers, saved_values
from db.tables.outlines import load_outlines
from db.tables.reviews import MODEL, RECORD, load_assignments, load_decisions, sent_to
from db.tables.settlement import Settlement, settlements
from db.tables.shown import ShownKey, shown_keys, taken_of_all
from db.untyped import Row


class Asked(NamedTuple):
    """One record that waits."""

    key: str
    paper: tuple[str, int]
    backend: str | None  # where it was sent; None: nowhere yet


@dataclass(frozen=True)
class Plan:
    """Every record that shows a value, as an outline; those with a question that nobody has answered wait."""

    records: Outlines
    sent: Mapping[str, str | None]  # the backend of each record that was sent
    decisions: tuple[Decision, ...]
    settled: tuple[Settlement, ...]  # what stands of each thing that was judged
    assigned: Mapping[str, Sequence[str]]  # people, by arXiv id

    @uncollected()
    def in_order(self, strategy: str) -> Ordered:
        """The records that wait, in the order in which they are asked."""
        return Ordered(self, STRATEGIES[strategy](self.records))

    @property
    def waiting(self) -> int:
        """How many records wait."""
        return int(self.records.waits.sum())


@dataclass(frozen=True)
class Ordered:
    """Records in the order in which they are asked, each made when it is come to: all of them are a list too long."""

    plan: Plan
    rows: Places

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Asked]:
        records, sent = self.plan.records, self.plan.sent
        for row in map(int, self.rows):
            key = records.keys[row]
            yield Asked(key, records.papers[row], sent.get(key))


@uncollected()
def load_plan(con: Connection, benchmark: str | None = None) -> Plan:
    """The plan as it stands: of all benchmarks, or of one."""
    decisions = load_decisions(con)
    settled = settlements(decisions)
    taken = taken_of_all(con, auto_accept_rule(con))
    records = _as_read(con, benchmark, taken)
    if decisions:
        _take_in_judgements(con, records, decisions, settled, taken)
    return Plan(
        records.taken(np.argsort(~records.waits, kind="stable")), sent_to(con), tuple(decisions), tuple(settled),
        load_assignments(con),
    )  # fmt: skip


def pages_of_asked(con: Connection, asked: Iterable[Asked], benchmark: str | None = None) -> Queue:
    """The queue of the papers that these records are of, with its pages."""
    taken = taken_of_all(con, auto_accept_rule(con))
    return queue_of_papers(con, {a.paper for a in asked}, benchmark=benchmark, taken=taken)


def _as_read(con: Connection, benchmark: str | None, taken: Taken | None) -> Outlines:
    """The outlines of all records, before anybody has judged anything."""
    stored = load_outlines(con, benchmark=benchmark, taken=taken)
    found = stored.columns
    keys, papers = found.pop("key").tolist(), found.pop("paper").tolist()
    read = _points(found)
    waits = found["waits"].astype(bool)
    now = _as_curated(keys, read, waits, stored.as_taken)
    doubts = np.column_stack([found["doubt"], *(found[f"doubt_{n}"] for n in range(len(AXES)))])
    doubts[found["contradicted"].astype(bool)] = DOUBTED_BY_A_WITNESS
    known = load_benchmarks()
    benchmarks = _shared(found.pop("benchmark"))
    return Outlines(
        keys=keys, papers=[stored.papers[n] for n in papers], models=_shared(found.pop("model")),
        benchmarks=benchmarks, published=[stored.published[n] for n in papers], read=read, now=now,
        tracked=np.array([b in known for b in benchmarks], bool), waits=waits, judged=np.zeros(len(waits), bool),
        doubt=doubts[:, 0], doubt_of=doubts[:, 1:], page=found["page"].astype(np.intp), top=found["top"].astype(float),
    )  # fmt: skip


def _as_curated(keys: Sequence[str], read: Floats, waits: Flags, as_taken: Row) -> Floats:
    """The points as they stand: of what was taken as the curated table has it, which may show another value first."""
    if not as_taken:
        return read.copy()
    now = read.copy()
    row_of = {key: row for row, key in enumerate(keys) if not waits[row]}
    points = _points(as_taken)
    for key, point in zip(as_taken["key"].tolist(), points, strict=True):
        if key in row_of:
            now[row_of[key]] = point
    return now


def _shared(texts: Any) -> list[Any]:
    """The texts of a column, equal ones as one object: they take a fraction of the memory."""
    seen: dict[str | None, str | None] = {}
    return [seen.setdefault(text, text) for text in texts.tolist()]


def _take_in_judgements(
    con: Connection,
    records: Outlines,
    decisions: Sequence[Decision],
    settled: Sequence[Settlement],
    taken: Taken | None,
) -> None:
    """Sets of the papers of which people have judged something which records wait, and how the others stand now."""
    papers = {(d.arxiv_id, d.version) for d in decisions}
    rows = [row for row, paper in enumerate(records.papers) if paper in papers]
    shown = shown_keys(con, {arxiv_id for arxiv_id, _ in papers})
    answered, dropped = answered_by_people(decisions, settled)
    differ: dict[str, set[str]] = defaultdict(set)
    for d in disputes(settled):
        differ[d.task_key].add(d.judged_key)
    points = _points_now(con, papers, taken)
    for row in rows:
        key, here = records.keys[row], shown[records.keys[row]]
        asked = {s.judged_key for s in here if taken is None or not _is_taken(s, taken)} - answered.get(key, set())
        if key in differ:
            asked |= differ[key] & _keys_on_page(records, row, here)
        records.waits[row] = bool(asked) and key not in dropped
        records.judged[row] = not records.waits[row] and bool(answered.get(key))
        if not records.waits[row]:
            records.now[row] = coordinates(points.get(key))


def _is_taken(s: ShownKey, taken: Taken) -> bool:
    sure = s.stated and s.confidence is not None and s.confidence >= taken.rule.threshold
    return sure and s.judged_key not in taken.audited


def _keys_on_page(records: Outlines, row: int, shown: Sequence[ShownKey]) -> set[str]:
    """Everything that the record's pages ask: of what was read, of what was not, of the record and its model."""
    benchmark, read = records.benchmarks[row], {s.field for s in shown}
    primary = _primary_metric(benchmark)
    missing = {
        judged_key(*records.papers[row], None, None, name, primary if name == Field.SCORE else None, None)
        for name in FIELD_NAMES
        if name not in read and (name != Field.SCORE or benchmark is not None)
    }
    return missing | {s.judged_key for s in shown} | {RECORD, MODEL}


def _primary_metric(benchmark: str | None) -> str | None:
    known = load_benchmarks().get(benchmark or "")
    return known.primary_metric.id if known else None


def _points_now(con: Connection, papers: set[tuple[str, int]], taken: Taken | None) -> dict[str, Point | None]:
    """The points of the curated rows of these papers, by record key: as they were saved, if nothing changed since."""
    changed = changed_papers(con, taken) & papers
    fresh = {r.row_key: point_of_values(r.benchmark, r.values) for r in rows_of_papers(con, changed, taken)}
    saved: dict[str, tuple[str | None, list[tuple[str, str | None, Value]]]] = {}
    for row_key, benchmark, field, metric, value in saved_values(con, papers - changed):
        saved.setdefault(row_key, (benchmark, []))[1].append((field, metric, value))
    return {key: point_of(benchmark, values) for key, (benchmark, values) in saved.items()} | fresh


def _points(found: Row) -> Floats:
    """The coordinates of each record's point: log10 of its error rate, and of each measure of computing."""
    devices = found["device"].tolist()
    peaks = {name: _peak(name) for name in set(devices)}

    def amount(field: str) -> Floats:
        numbers = (
            np.array([peaks[name] for name in devices], float) if field == Field.DEVICE else _numbers(found[field])
        )
        return np.where(numbers > 0, numbers, np.nan)

    measures = [log_of_amounts(axis, [amount(field) for field in takes]) for axis, takes in AXES.items()]
    return np.column_stack([log10(_numbers(found["error"])), *measures]).reshape(len(devices), len(COORDINATES))


def _peak(device: str | None) -> float:
    found = find_device(device) if device is not None else None
    return math.nan if found is None or found.peak_gflops_fp32 is None else found.peak_gflops_fp32


def _numbers(column: Any) -> Floats:
    """A column's numbers, NaN for NULL."""
    numbers: Floats = np.asarray(column.astype(float).filled(np.nan) if hasattr(column, "filled") else column, float)
    return numbers

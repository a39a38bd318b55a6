"""The queue as it stands: every record's task as it would be shown now, and what of it nobody has answered yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from curate.answers.agreement import Dispute, disputes
from curate.queue.outlines import Settled
from curate.queue.points import point_of_values
from curate.queue.tasks import Notes, PaperToShow, build_tasks, pages_of
from db.models import Candidate, Decision, Record, ReviewTask, Verdict
from db.quantities import human
from db.store import Connection, rows_of
from db.tables.auto_accept import Taken, auto_accept_rule
from db.tables.curated import curated_rows
from db.tables.readings import load_candidates, load_records
from db.tables.reviews import (
    MODEL,
    RECORD,
    Witness,
    load_assignments,
    load_decisions,
    load_disagreements,
    load_tasks,
)  # fmt: skip
from db.tables.settlement import NOT_A_RESULT, Settlement, answers_now, settlements
from db.tables.shown import taken_of_all

UNSURE_IS_ANSWERED = 2  # times: who is unsure asks for one other look, not for ever more


@dataclass(frozen=True)
class Queue:
    """Every record's task as it would be shown now, with what was said of it."""

    tasks: tuple[ReviewTask, ...]
    decisions: tuple[Decision, ...]
    settled: tuple[Settled, ...]  # the records that need no asking any more, as they stand
    to_ask: Mapping[str, frozenset[str]]  # by record: the judged keys (RECORD, MODEL too) that lack an answer
    disputes: tuple[Dispute, ...]

    @property
    def open(self) -> list[ReviewTask]:
        """The tasks with a question that nobody has answered."""
        return [t for t in self.tasks if t.state != "done"]

    def open_pages(self, task: ReviewTask) -> list[ReviewTask]:
        """Those pages of a record that ask something nobody has answered."""
        return [page for page in pages_of(task) if self.asks(page)]

    def asks(self, page: ReviewTask) -> bool:
        """Whether the page asks something that nobody has answered."""
        wanted = self.to_ask.get(page.record_key, frozenset())
        here = {page.payload.judged_key(f) for f in page.payload.fields}
        if page.payload.part == 1:
            here |= {RECORD, MODEL}
        return bool(wanted & here)


def load_queue(con: Connection, benchmark: str | None = None) -> Queue:
    """The queue as it stands, every page of it: of all benchmarks, or of one. `curate/queue/plan.py` does without."""
    rows = con.execute("SELECT DISTINCT arxiv_id, version FROM records").fetchall()
    return queue_of_papers(con, set(rows), benchmark=benchmark, taken=taken_of_all(con, auto_accept_rule(con)))


def queue_of_papers(
    con: Connection, papers: Collection[tuple[str, int]], *, benchmark: str | None = None, taken: Taken | None = None
) -> Queue:
    """The queue of the records of these papers. `taken` is what is taken of all that any record shows."""
    ids = sorted({arxiv_id for arxiv_id, _ in papers})
    assigned = load_assignments(con)
    records = [
        r
        for r in load_records(con, papers=ids)
        if (r.arxiv_id, r.version) in papers and (benchmark is None or r.benchmark == benchmark)
    ]
    return queue_of(
        records,
        {c.key: c for c in load_candidates(con, papers=ids)},
        {
            (row["arxiv_id"], row["version"]): PaperToShow(**row, assigned=assigned.get(row["arxiv_id"], ()))
            for row in rows_of(
                con,
                "SELECT arxiv_id, version, title, published, pdf_sha256 FROM papers"
                " WHERE arxiv_id IN (SELECT unnest($ids))",
                {"ids": ids},
            )
        },
        [d for d in load_decisions(con, papers=ids) if (d.arxiv_id, d.version) in papers],
        witnesses=load_disagreements(con),
        taken=taken,
        sent={t.record_key: t for t in load_tasks(con, papers=ids) if t.backend_id},
    )


def queue_of(
    records: Sequence[Record],
    candidates: Mapping[str, Candidate],
    papers: Mapping[tuple[str, int], PaperToShow],
    decisions: Sequence[Decision],
    *,
    witnesses: Mapping[str, Sequence[Witness]] | None = None,
    taken: Taken | None = None,
    sent: Mapping[str, ReviewTask] | None = None,
) -> Queue:
    """The queue of these records, of which these decisions were made. `witnesses` and `sent` are by record key."""
    settled_things = settlements(decisions)
    of_people = disputes(settled_things)
    answered, dropped = answered_by_people(decisions, settled_things)
    tasks, to_ask = [], {}
    by_key = {r.key: r for r in records}
    for t in build_tasks(records, candidates, papers, decisions, _notes(of_people, witnesses or {})):
        shown = {RECORD, MODEL, *map(t.payload.judged_key, t.payload.fields)}
        differ = {d.judged_key for d in of_people if d.task_key == t.key} & shown
        lacking = (_judged_keys(by_key[t.key], candidates, taken) - answered[t.key]) | differ
        to_ask[t.key] = frozenset() if t.key in dropped else frozenset(lacking)
        old = (sent or {}).get(t.key)
        state = ("sent" if old else "queued") if to_ask[t.key] else "done"
        tasks.append(
            replace(t, state=state, backend=old.backend if old else None, backend_id=old.backend_id if old else None)
        )
    rows = {row.row_key: row for row in curated_rows(records, candidates, decisions, {}, taken)}
    settled = [
        Settled(
            t.payload,
            point_of_values(t.payload.benchmark, rows[t.key].values) if t.key in rows else None,
            by_people=bool(answered[t.key]),
        )
        for t in tasks
        if t.state == "done"
    ]
    return Queue(tuple(tasks), tuple(decisions), tuple(settled), to_ask, tuple(of_people))


def answered_by_people(
    decisions: Sequence[Decision], settled: Sequence[Settlement]
) -> tuple[Mapping[str, set[str]], set[str]]:
    """By record, the judged keys that somebody has answered; and the records that are no results."""
    answered: dict[str, set[str]] = defaultdict(set)
    unsure: dict[tuple[str, str], int] = defaultdict(int)
    for d in answers_now(decisions):
        if d.verdict == Verdict.UNSURE:
            unsure[(d.task_key, d.judged_key)] += 1
        else:
            answered[d.task_key].add(d.judged_key)
    for (task_key, judged_key), times in unsure.items():
        if times >= UNSURE_IS_ANSWERED:
            answered[task_key].add(judged_key)
    dropped = {
        s.thing.record_key
        for s in settled
        if s.thing.field == RECORD and s.stands is not None and s.stands.outcome[0] == NOT_A_RESULT
    }
    return answered, dropped


def _judged_keys(record: Record, candidates: Mapping[str, Candidate], taken: Taken | None) -> set[str]:
    """What there is to judge: everything shown that was read and that is not taken without asking."""
    return {c.judged_key for c in record.shown(candidates) if taken is None or not taken.takes(c)}


def _notes(of_people: Sequence[Dispute], witnesses: Mapping[str, Sequence[Witness]]) -> dict[str, Notes]:
    """What people who differ, and leaderboards, say of each record."""
    differ: dict[str, dict[str, str]] = defaultdict(dict)
    for d in of_people:
        differ[d.task_key][d.judged_key] = d.words
    of_boards = {
        key: {(w.field, w.metric): f"{human(w.field, w.theirs)} ({w.source}, {w.model})" for w in said}
        for key, said in witnesses.items()
    }
    return {key: Notes(differ[key], of_boards.get(key, {})) for key in {*differ, *of_boards}}

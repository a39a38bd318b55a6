"""Sending the queue, bringing answers back, and telling how it stands."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from curate.answers.agreement import disputes
from curate.answers.audit import Audit, audit
from curate.answers.decisions import decisions_of, news
from curate.backends import Backend, PulledTask
from curate.page.pictures import Picture, page_pictures
from curate.queue.order import in_order
from curate.queue.points import point_of_values
from curate.queue.tasks import Notes, PaperToShow, build_tasks
from curate.queue.worth import Settled
from db.console import Steps
from db.curated import curated_rows, rebuild_curated
from db.errors import BadInputError
from db.models import Decision, ReviewTask, Verdict, judged_key
from db.quantities import human
from db.readings import load_candidates, load_records, load_shown
from db.reviews import (
    RECORD,
    AutoAcceptRule,
    append_decisions,
    auto_accept_rule,
    high_water,
    load_decisions,
    load_disagreements,
    load_tasks,
    save_tasks,
    set_high_water,
    standing,
    withdraw_auto_accept,
)  # fmt: skip
from db.settings import pdf_path
from db.store import Connection, reading, rows_of, writing

BACKEND = "label_studio"
TASKS_A_SAVE = 100


@dataclass(frozen=True)
class Queue:
    """Every record's task as it would be shown now, with what was said of it."""

    tasks: tuple[ReviewTask, ...]
    decisions: tuple[Decision, ...]
    settled: tuple[Settled, ...]  # the records that need no asking any more, as they stand

    @property
    def open(self) -> list[ReviewTask]:
        """The tasks with a question that nobody has answered."""
        return [t for t in self.tasks if t.state != "done"]


@dataclass(frozen=True)
class SyncOutcome:
    tasks: int  # that had changed
    decisions: int  # that were new
    withdrawn: int  # of them
    rows: int  # curated rows there are now
    doubts: tuple[str, ...]


def load_queue(con: Connection, benchmark: str | None = None) -> Queue:
    """The queue as it stands: of all benchmarks, or of one."""
    papers = {
        (row["arxiv_id"], row["version"]): PaperToShow(**row)
        for row in rows_of(con, "SELECT arxiv_id, version, title, published, pdf_sha256 FROM papers")
    }
    records = [r for r in load_records(con) if benchmark is None or r.benchmark == benchmark]
    candidates = {c.key: c for c in load_candidates(con)}
    decisions = load_decisions(con)
    before = {t.key: t for t in load_tasks(con)}
    said: dict[str, set[str]] = defaultdict(set)
    dropped = set()
    for d in standing(decisions):
        said[d.task_key].add(d.judged_key)
        if d.field == RECORD and d.verdict == Verdict.REJECT:
            dropped.add(d.task_key)
    rule = auto_accept_rule(con)
    disputed = {d.task_key for d in disputes(decisions)}
    tasks = []
    for t in build_tasks(records, candidates, papers, decisions, _notes(con, decisions)):
        to_ask = _judged_keys(t, rule)
        done = t.key in dropped or (to_ask <= said[t.key] and t.key not in disputed)
        old = before.get(t.key)
        state = "done" if done else ("sent" if old and old.backend_id else "queued")
        tasks.append(
            replace(t, state=state, backend=old.backend if old else None, backend_id=old.backend_id if old else None)
        )
    rows = {row.row_key: row for row in curated_rows(records, candidates, decisions, {}, rule)}
    settled = [
        Settled(
            t.payload,
            point_of_values(t.payload["benchmark"], rows[t.key].values) if t.key in rows else None,
            by_people=bool(said[t.key]),
        )
        for t in tasks
        if t.state == "done"
    ]
    return Queue(tuple(tasks), tuple(decisions), tuple(settled))


def send(
    db: Path, backend: Backend, *, strategy: str, limit: int | None, benchmark: str | None, steps: Steps | None = None
) -> Counter[str]:
    """How many tasks were created, there, renewed or begun. `limit`: at most so many that were not sent before."""
    with reading(db) as con:
        queue = load_queue(con, benchmark)
    ordered = in_order(queue.open, queue.settled, strategy)
    fresh = [t for t in ordered if t.backend != backend.name]
    wanted = {t.key for t in (fresh if limit is None else fresh[:limit])}
    chosen = [t for t in ordered if t.key in wanted or t.backend == backend.name]
    if steps is not None:
        steps.total = len(chosen)
    outcomes: Counter[str] = Counter()
    by_key = {t.key: t for t in chosen}
    for batch in backend.send(chosen, lambda t: pictures_of(db, t)):
        sent = [
            replace(by_key[s.key], backend=backend.name, backend_id=s.id, state="sent")
            for s in batch
            if s.outcome != "there" or by_key[s.key].backend_id != s.id
        ]
        with writing(db) as con:
            save_tasks(con, sent)
        outcomes.update(s.outcome for s in batch)
        if steps is not None:
            steps.advance(by=len(batch))
    return outcomes


def sync(db: Path, backend: Backend, steps: Steps | None = None) -> SyncOutcome:
    """What came back. Twice the same answer makes no second decision; a kill loses none."""
    with reading(db) as con:
        mark = high_water(con, backend.name)
    tasks = appended = withdrawn = 0
    doubts: list[str] = []
    batch: list[PulledTask] = []

    def save() -> None:
        nonlocal appended, withdrawn, mark
        with writing(db) as con:
            fresh = fresh_decisions(batch, load_decisions(con), doubts)
            appended += append_decisions(con, fresh)
            withdrawn += sum(d.verdict == Verdict.WITHDRAWN for d in fresh)
            mark = max([p.changed_at for p in batch] + ([mark] if mark else []))
            set_high_water(con, backend.name, mark)
        batch.clear()

    for pulled in backend.fetch(mark):
        tasks += 1
        batch.append(pulled)
        if len(batch) >= TASKS_A_SAVE:
            save()
        if steps is not None:
            steps.advance()
    if batch:
        save()
    with writing(db) as con:
        check_audit(con)
        rows = rebuild_curated(con)
        queue = load_queue(con)
        answered = {d.task_key for d in queue.decisions}
        save_tasks(con, [t for t in queue.tasks if t.key in answered and t.backend_id])
    return SyncOutcome(tasks, appended, withdrawn, rows, tuple(doubts))


def take_in(db: Path, pulled: Sequence[PulledTask]) -> SyncOutcome:
    """What came of answers that were brought by file. Twice the same file makes no second decision."""
    doubts: list[str] = []
    with writing(db) as con:
        fresh = fresh_decisions(pulled, load_decisions(con), doubts)
        appended = append_decisions(con, fresh)
        rows = rebuild_curated(con)
    withdrawn = sum(d.verdict == Verdict.WITHDRAWN for d in fresh)
    return SyncOutcome(len(pulled), appended, withdrawn, rows, tuple(doubts))


def check_audit(con: Connection) -> tuple[AutoAcceptRule, Audit] | None:
    """The rule in force and its audit; a rule that fails is withdrawn, and what it took waits for people again."""
    rule = auto_accept_rule(con)
    if rule is None:
        return None
    found = audit(rule, load_shown(con), load_decisions(con))
    if found.fails:
        why = f"the audit found {found.right} of {found.judged} right, {rule.threshold:.0%} expected"
        withdraw_auto_accept(con, why)
        rebuild_curated(con)
    return rule, found


def fresh_decisions(pulled: Iterable[PulledTask], known: Sequence[Decision], doubts: list[str]) -> list[Decision]:
    """The decisions to append for these tasks; what could not be understood is added to `doubts`."""
    fresh: list[Decision] = []
    for task in pulled:
        key = task.payload["key"]
        made: list[Decision] = []
        present = []
        for answer in task.answers:
            if answer.skipped:
                continue
            present.append(answer.id)
            if answer.revision is not None and answer.revision != task.payload["revision"]:
                doubts.append(
                    f"{task.payload['model']} in {task.payload['arxiv_id']}: {answer.annotator} judged an older page;"
                    " it stays in the queue"
                )
                made += [d for d in known if d.task_key == key and d.backend_id == answer.id]
                continue
            read = decisions_of(answer, task.payload, BACKEND)
            made += read.decisions
            doubts += read.doubts
        fresh += news(made, [d for d in known if d.backend == BACKEND], task.key, present)
    return fresh


def pictures_of(db: Path, task: ReviewTask) -> Mapping[int, Picture]:
    """The pictures of the pages that the task shows; none where the PDF is not kept."""
    sha = task.payload["pdf_sha256"]
    pages = {f["page"] for f in task.payload["fields"] if f["page"] is not None}
    if sha is None or not pdf_path(db, sha).exists():
        return {}
    try:
        return page_pictures(pdf_path(db, sha), sha, pages, db.parent / "pages")
    except BadInputError:
        return {}  # the page says that it could not be rendered; the quotes are shown all the same


def _judged_keys(task: ReviewTask, rule: AutoAcceptRule | None) -> set[str]:
    """What there is to judge: everything shown that was read and that the rule does not take."""
    p = task.payload
    keys = set()
    for f in p["fields"]:
        if f["page"] is not None:
            key = judged_key(p["arxiv_id"], p["version"], f["page"], f["quote"], f["field"], f["metric"], f["value"])
            if rule is None or f["value"] is None or not rule.takes(f["confidence"]) or rule.audits(key):
                keys.add(key)
    return keys


def _notes(con: Connection, decisions: Sequence[Decision]) -> dict[str, Notes]:
    """What people who differ, and leaderboards, say of each record."""
    of_people: dict[str, dict[str, str]] = defaultdict(dict)
    for d in disputes(decisions):
        of_people[d.task_key][d.judged_key] = d.words
    of_boards: dict[str, dict[tuple[str, str | None], str]] = defaultdict(dict)
    for key, witnesses in load_disagreements(con).items():
        for w in witnesses:
            of_boards[key][(w.field, w.metric)] = f"{human(w.field, w.theirs)} ({w.source}, {w.model})"
    return {key: Notes(of_people[key], of_boards[key]) for key in {*of_people, *of_boards}}

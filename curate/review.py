"""Sending the queue, and bringing answers back."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path

from curate.answers.audit import Audit, audit
from curate.answers.decisions import decisions_of, news
from curate.answers.places import find_place
from curate.backends import Answered, Backend, PulledTask
from curate.page.pictures import Picture, page_pictures
from curate.page.words import PrintedPaper
from curate.queue.assign import assign_papers
from curate.queue.load import queue_of_papers
from curate.queue.order import batch
from curate.queue.plan import Asked, load_plan, pages_of_asked
from curate.queue.tasks import pages_of
from db.errors import BadInputError
from db.models import Box, Decision, ReviewTask, Verdict
from db.quantities import human
from db.settings import pdf_path
from db.store import Connection, reading, rows_of, writing
from db.tables.auto_accept import AutoAcceptRule, auto_accept_rule, withdraw_auto_accept
from db.tables.curated import rebuild_curated
from db.tables.outlines import refresh_outlines
from db.tables.readings import load_shown
from db.tables.reviews import (
    append_decisions,
    high_water,
    load_annotators,
    load_assignments,
    load_decisions,
    load_tasks,
    papers_to_look_at,
    save_annotators,
    save_assignments,
    save_tasks,
    set_high_water,
)  # fmt: skip
from db.tables.shown import taken_of_all
from db.terminal.console import Steps

BACKEND = "label_studio"
TASKS_A_SAVE = 100

# Why a record that was answered is asked about again.
DIFFER, EVIDENCE, UNFINISHED = "differ", "evidence", "unfinished"


@dataclass(frozen=True)
class SyncOutcome:
    tasks: int  # that had changed
    decisions: int  # that were new
    withdrawn: int  # of them
    rows: int  # curated rows there are now
    doubts: tuple[str, ...]
    unfinished: int = 0  # records that were answered and still ask something


@dataclass(frozen=True)
class Team:
    """Who shares the papers that are sent, and which share of them two people answer."""

    people: tuple[str, ...]
    twice: float = 0.0


def send(
    db: Path, backend: Backend, *, strategy: str, limit: int | None, benchmark: str | None, team: Team | None = None,
    steps: Steps | None = None,
) -> Counter[str]:  # fmt: skip
    """How many pages were created, there, renewed, begun, or asked again (by the reason: see above).

    `limit`: at most so many records that were not sent before. With a team, their papers are shared out first, and no
    paper takes more of the limit than one person's part.
    """
    refresh_outlines(db)
    with reading(db) as con:
        ordered = load_plan(con, benchmark).in_order(strategy)
        unsent: Iterator[Asked] = filter(lambda a: a.backend != backend.name, ordered)
        if team is not None and limit is not None:
            unsent = _first_of_each_paper(unsent, ceil(limit / len(team.people)))
        new = batch(unsent, limit, lambda a: a.paper)
        fresh = {a.key for a in new}
        asked = [a for a in ordered if a.key in fresh or a.backend == backend.name]
        queue = pages_of_asked(con, asked, benchmark)
    by_key = {t.key: t for t in queue.open}
    if team is not None:
        with writing(db) as con:
            to_share = [by_key[a.key] for a in new]
            save_assignments(con, assign_papers(to_share, team.people, load_assignments(con), team.twice))
            queue = pages_of_asked(con, asked, benchmark)
        by_key = {t.key: t for t in queue.open}
    chosen = [by_key[a.key] for a in asked]
    pages = [page for t in chosen for page in queue.open_pages(t)]
    if steps is not None:
        steps.total = len(pages)
    outcomes: Counter[str] = Counter()
    page_of = {p.key: p for p in pages}
    for done in backend.send(pages, lambda t: pictures_of(db, t)):
        sent = [
            replace(page_of[s.key], backend=backend.name, backend_id=s.id, state="sent")
            for s in done
            if s.outcome != "there" or page_of[s.key].backend_id != s.id
        ]
        with writing(db) as con:
            save_tasks(con, sent)
        outcomes.update(why_again(page_of[s.key]) if s.outcome == "reopened" else s.outcome for s in done)
        if steps is not None:
            steps.advance(by=len(done))
    return outcomes


def _first_of_each_paper(asked: Iterable[Asked], most: int) -> Iterator[Asked]:
    """The same without what exceeds so many records of a paper."""
    of_paper: Counter[tuple[str, int]] = Counter()
    for a in asked:
        of_paper[a.paper] += 1
        if of_paper[a.paper] <= most:
            yield a


def why_again(page: ReviewTask) -> str:
    """Why a page that was answered is asked about again."""
    p = page.payload
    if p.record_dispute or p.model_dispute or any(f.dispute for f in p.fields):
        return DIFFER
    return EVIDENCE if any(f.before and not f.already for f in p.fields) else UNFINISHED


def sync(db: Path, backend: Backend, steps: Steps | None = None) -> SyncOutcome:
    """What came back. Twice the same answer makes no second decision; a kill loses none."""
    with reading(db) as con:
        mark = high_water(con, backend.name)
    pulled: list[PulledTask] = []
    tasks = appended = withdrawn = 0
    doubts: list[str] = []
    concerned: dict[str, tuple[str, int]] = {}  # the records that were answered, with their papers

    def save() -> None:
        nonlocal appended, withdrawn, mark
        with writing(db) as con:
            fresh = _with_places(db, con, fresh_decisions(pulled, load_decisions(con), doubts), pulled, doubts)
            appended += append_decisions(con, fresh)
            withdrawn += sum(d.verdict == Verdict.WITHDRAWN for d in fresh)
            mark = max([p.changed_at for p in pulled] + ([mark] if mark else []))
            set_high_water(con, backend.name, mark)
        concerned.update((p.payload.key, p.payload.paper) for p in pulled if p.answers)
        pulled.clear()

    for task in backend.fetch(mark):
        tasks += 1
        pulled.append(task)
        if len(pulled) >= TASKS_A_SAVE:
            save()
        if steps is not None:
            steps.advance()
    if pulled:
        save()
    people = backend.people()
    with writing(db) as con:
        save_annotators(con, backend.name, people)
        rows, unfinished = _made_anew(con, concerned)
    return SyncOutcome(tasks, appended, withdrawn, rows, tuple(doubts), unfinished)


def take_in(db: Path, pulled: Sequence[PulledTask]) -> SyncOutcome:
    """What came of answers that were brought by file. Twice the same file, or after a sync, makes no new decision."""
    doubts: list[str] = []
    with writing(db) as con:
        known = load_decisions(con)
        named = _named(pulled, known, load_annotators(con), doubts)
        fresh = _with_places(db, con, fresh_decisions(named, known, doubts, by_file=True), named, doubts)
        appended = append_decisions(con, fresh)
        rows, unfinished = _made_anew(con, {p.payload.key: p.payload.paper for p in pulled if p.answers})
    withdrawn = sum(d.verdict == Verdict.WITHDRAWN for d in fresh)
    return SyncOutcome(len(pulled), appended, withdrawn, rows, tuple(doubts), unfinished)


def take_in_decisions(db: Path, decisions: Sequence[Decision]) -> SyncOutcome:
    """What came of decisions that were kept as lines, of this database or another that read the same papers.

    One that is known already is not made again.
    """
    with writing(db) as con:
        known = {d.key for d in load_decisions(con)}
        fresh = [d for d in decisions if d.key not in known]
        appended = append_decisions(con, fresh)
        concerned = {d.task_key: (d.arxiv_id, d.version) for d in decisions}
        rows, unfinished = _made_anew(con, concerned)
    withdrawn = sum(d.verdict == Verdict.WITHDRAWN for d in fresh)
    return SyncOutcome(len(concerned), appended, withdrawn, rows, (), unfinished)


def _made_anew(con: Connection, concerned: Mapping[str, tuple[str, int]]) -> tuple[int, int]:
    """How many curated rows there are after decisions came in, and how many of these records still ask something."""
    check_audit(con)
    return rebuild_curated(con), _save_states(con, concerned)


def check_audit(con: Connection) -> tuple[AutoAcceptRule, Audit] | None:
    """The rule in force and its audit; a rule that fails is withdrawn, and what it took waits for people again."""
    rule = auto_accept_rule(con)
    if rule is None:
        return None
    found = audit(rule, load_shown(con), load_decisions(con))
    if found.fails:
        why = f"the audit found {found.right} of {found.judged} right, {rule.promised:.0%} was promised"
        withdraw_auto_accept(con, why)
        rebuild_curated(con)
    return rule, found


def fresh_decisions(
    pulled: Iterable[PulledTask], known: Sequence[Decision], doubts: list[str], *, by_file: bool = False
) -> list[Decision]:
    """The decisions to append for these tasks; what could not be understood is added to `doubts`."""
    ours = [d for d in known if d.backend == BACKEND]
    known_ids: dict[str | None, list[Decision]] = defaultdict(list)
    for d in ours:
        known_ids[d.backend_id].append(d)
    fresh: list[Decision] = []
    for task in pulled:
        made: list[Decision] = []
        present = set()
        for answer in task.answers:
            if answer.skipped:
                continue
            answer = replace(answer, id=_known_as(answer, known_ids))
            present.add(answer.id)
            if answer.revision is not None and answer.revision != task.payload.revision:
                doubts.append(
                    f"{task.payload.model} in {task.payload.arxiv_id}: {answer.annotator} judged an older page;"
                    " it stays in the queue"
                )
                made += known_ids.get(answer.id, [])
                continue
            read = decisions_of(answer, task.payload, BACKEND)
            made += read.decisions
            doubts += read.doubts
        fresh += news(made, ours, task.key, present, task.changed_at, by_file=by_file)
    return fresh


def pictures_of(db: Path, task: ReviewTask) -> Mapping[int, Picture]:
    """The pictures of the pages that the task shows; none where the PDF is not kept."""
    sha = task.payload.pdf_sha256
    pages = {page for f in task.payload.fields for page in f.pages}
    if sha is None or not pdf_path(db, sha).exists():
        return {}
    try:
        return page_pictures(pdf_path(db, sha), sha, pages, db.parent / "pages")
    except BadInputError:
        return {}  # the page says that it could not be rendered; the quotes are shown all the same


def _known_as(answer: Answered, known: Mapping[str | None, Sequence[Decision]]) -> str:
    """The id under which the answer is known: its own, or one that an earlier version of this program gave it.

    Those are not an answer's alone (two servers count alike): it must have been born before what is known of it.
    """
    if answer.id in known:
        return answer.id
    for alias in answer.aliases:
        if alias in known and (answer.created_at is None or known[alias][-1].decided_at >= answer.created_at):
            return alias
    return answer.id


def _named(
    pulled: Sequence[PulledTask], known: Sequence[Decision], servers: Mapping[str, Mapping[int, str]],
    doubts: list[str],
) -> list[PulledTask]:  # fmt: skip
    """The tasks of a file with people in place of numbers: as its answers that are known say, else as servers do."""
    ids: dict[str | None, list[Decision]] = defaultdict(list)
    for d in known:
        ids[d.backend_id].append(d)
    by_number = {
        a.user: ids[name][-1].annotator
        for task in pulled
        for a in task.answers
        if a.user is not None and (name := _known_as(a, ids)) in ids
    }
    for people in servers.values():
        if by_number and all(people.get(n, who) == who for n, who in by_number.items() if n is not None):
            by_number = {**people, **by_number}
    unnamed = sorted({a.annotator for task in pulled for a in task.answers if a.user not in by_number and a.unnamed})
    if unnamed:
        doubts.append(f"the file names {', '.join(unnamed)} by number only; --annotator says whose answers they are")
    return [
        replace(
            task,
            answers=tuple(
                replace(a, annotator=by_number[a.user]) if a.unnamed and a.user in by_number else a
                for a in task.answers
            ),
        )
        for task in pulled
    ]


def _with_places(
    db: Path, con: Connection, fresh: Sequence[Decision], pulled: Iterable[PulledTask], doubts: list[str]
) -> list[Decision]:
    """The decisions, each value that a person gave with its place in the paper, as far as it is found there."""
    shown = {
        task.payload.judged_key(f): f.boxes for task in pulled for f in task.payload.fields if f.boxes
    }  # fmt: skip
    of_paper: dict[tuple[str, int], list[Decision]] = defaultdict(list)
    for d in fresh:
        if d.verdict == Verdict.CORRECT and d.field != "model":
            of_paper[(d.arxiv_id, d.version)].append(d)
    placed: dict[str, Decision] = {}
    for (arxiv_id, version), given in of_paper.items():
        for d in _placed(_pdf(db, con, arxiv_id, version), given, shown.get):
            placed[d.key] = d
            if d.place is None:
                doubts.append(
                    f"{d.model} in {arxiv_id}, {d.metric or d.field}: {human(d.field, d.value)} stands nowhere in the"
                    f" paper's text; it is kept in {d.annotator}'s own words"
                )
    return [placed.get(d.key, d) for d in fresh]


def _placed(
    pdf: Path | None, given: Sequence[Decision], boxes_of: Callable[[str, tuple[Box, ...]], tuple[Box, ...]]
) -> list[Decision]:
    if pdf is None:
        return list(given)
    try:
        with PrintedPaper(pdf) as paper:
            return [replace(d, place=find_place(paper, d, boxes_of(d.judged_key, ()))) for d in given]
    except BadInputError:
        return list(given)


def _pdf(db: Path, con: Connection, arxiv_id: str, version: int) -> Path | None:
    """The paper's PDF; None where it is not kept."""
    sql = "SELECT pdf_sha256 FROM papers WHERE arxiv_id = ? AND version = ? AND pdf_sha256 IS NOT NULL"
    found = rows_of(con, sql, [arxiv_id, version])
    path = pdf_path(db, found[0]["pdf_sha256"]) if found else None
    return path if path is not None and path.exists() else None


def _save_states(con: Connection, concerned: Mapping[str, tuple[str, int]]) -> int:
    """Marks the sent pages whose questions are answered as done, and those that ask again as sent.

    How many of these records, with their papers, still ask something. Of papers of which nobody has judged anything no
    page is made: all that they ask is open, unless a rule takes it.
    """
    rule = auto_accept_rule(con)
    papers = papers_to_look_at(con, all_sent=rule is not None) | set(concerned.values())
    queue = queue_of_papers(con, papers, taken=taken_of_all(con, rule))
    now_shown = {page.key: page for t in queue.tasks for page in pages_of(t)}
    changed = []
    for stored in load_tasks(con, papers={arxiv_id for arxiv_id, _ in papers}):
        page = now_shown.get(stored.key)
        if stored.backend_id is None or page is None:
            continue
        state = "sent" if queue.asks(page) else "done"
        if state != stored.state:
            changed.append(replace(page, state=state, backend=stored.backend, backend_id=stored.backend_id))
    save_tasks(con, changed)
    return sum(t.key in concerned for t in queue.open)

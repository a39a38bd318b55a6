"""Reading all papers that were not read yet: jobs given out to an executor, readings saved in batches as they come."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from db.errors import PaperflopsError, UnknownNameError, UnreachableError
from db.models import Field, Outcome
from db.reference.check import load_for_reading
from db.settings import pdf_path
from db.store import Connection, reading, rows_of, writing
from db.tables.readings import Reading, save_readings, unread
from db.terminal.console import progress, say
from extract.fields import field_readers
from extract.language.data_set_names import asked_components
from extract.read_paper import reader_version
from extract.workers.claims import Claims, claims_on
from extract.workers.job import read_job
from extract.workers.limits import MEMORY_LIMIT_MB, TIME_LIMIT_SECONDS
from extract.workers.sandbox import GONE, Job, stop_all

BATCH = 25  # readings saved at once
BATCH_SECONDS = 5.0  # or after this long: what a kill can cost


@dataclass(frozen=True)
class Wanted:
    """Which papers are to be read, and how."""

    ids: Sequence[str] = ()  # arXiv ids, with or without a version; none: all
    again: bool = False  # also what this version of the reader has read
    witness: bool = False  # tables a second time
    time_limit: float = TIME_LIMIT_SECONDS
    memory_limit_mb: int = MEMORY_LIMIT_MB
    pdfs: str | None = None  # the folder or URL at which workers find the PDF store, if not here


def read_unread(db: Path, wanted: Wanted, workers: int, open_executor: Callable[[int], Executor]) -> None:
    """Reads the papers, saves what comes, and says what was read. UnreachableError where files could not be read."""
    jobs = jobs_for(db, wanted)
    if not jobs:
        return
    started = time.monotonic()
    with claims_on(db, reader_version()) as claims:
        done = _read_all(jobs, open_executor(workers), workers, db, claims)
    _summary(done, time.monotonic() - started, reader_version())
    if claims.elsewhere:
        who = f" ({', '.join(sorted(claims.holders))})" if claims.holders else ""
        say(f"  left to another paperflops extract{who}: {claims.elsewhere}")
    if done.lost:
        raise UnreachableError(
            f"{done.lost} files were not read, for the reasons above", "what is known of them stays; try again"
        )


def jobs_for(db: Path, wanted: Wanted) -> list[Job]:
    """A job for each paper that is to be read; where there is none, that is said."""
    load_for_reading()
    field_readers()
    if asked_components():
        # an unknown one is told here, in one line, and not by every worker; spaCy takes 0.6 s to import
        from extract.language.pipeline import read_language

        read_language()
    version = reader_version()
    with reading(db) as con:
        _known(con, wanted.ids)
        papers = unread(con, version, wanted.ids, again=wanted.again)
        kept = rows_of(con, "SELECT count(*) AS n FROM papers WHERE pdf_sha256 IS NOT NULL")[0]["n"]
    if not papers:
        say(f"nothing to read: all {kept} papers with a PDF have been read by reader {version}")
    return [
        Job(
            p.arxiv_id, p.version, p.pdf_sha256, _place(db, wanted.pdfs, p.pdf_sha256), wanted.time_limit,
            wanted.memory_limit_mb, wanted.witness,
        )
        for p in papers
    ]  # fmt: skip


def _place(db: Path, pdfs: str | None, sha256: str) -> str:
    """Where a worker finds this PDF."""
    here = pdf_path(db, sha256).absolute()
    return str(here) if pdfs is None else f"{pdfs.rstrip('/')}/{here.parent.name}/{here.name}"


def _known(con: Connection, ids: Sequence[str]) -> None:
    for arxiv_id in ids:
        found = rows_of(
            con,
            "SELECT pdf_sha256 FROM papers WHERE arxiv_id = $id OR arxiv_id || 'v' || version = $id",
            {"id": arxiv_id},
        )
        if not found:
            raise UnknownNameError(
                f"there is no paper {arxiv_id} in the database", "add its PDF with `paperflops add PATH`"
            )
        if all(row["pdf_sha256"] is None for row in found):
            raise UnknownNameError(f"paper {arxiv_id} has no PDF yet", "fetch it with `paperflops harvest`")


@dataclass
class _Tally:
    """What was read, in numbers: the readings themselves are in the database, and too many to keep."""

    outcomes: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)  # candidates by field
    chosen: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    records: int = 0
    notes: Counter[str] = field(default_factory=Counter)  # what could not be read, by kind
    lost: int = 0  # files that could not be had, or whose worker was lost: they stay as they were

    def add(self, result: Reading) -> None:
        self.outcomes[result.outcome.value] += 1
        self.seen.update(str(c.field) for c in result.candidates)
        self.chosen.update(str(c.field) for c in result.candidates if c.chosen)
        self.pages += result.pages or 0
        self.records += len(result.records)
        self.notes.update(str(note.kind) for note in result.notes)


@dataclass
class _Batch:
    """Readings that are not in the database yet; saved when they are many, or old."""

    db: Path
    claims: Claims
    readings: list[Reading] = field(default_factory=list)
    saved_at: float = field(default_factory=time.monotonic)

    def save_if_due(self) -> None:
        if len(self.readings) >= BATCH or time.monotonic() - self.saved_at > BATCH_SECONDS:
            self.save()

    def save(self) -> None:
        if self.readings:
            with writing(self.db) as con:
                save_readings(con, self.readings)
            self.claims.release((r.arxiv_id, r.version) for r in self.readings)
            self.readings.clear()
        self.saved_at = time.monotonic()


def _read_all(jobs: list[Job], pool: Executor, workers: int, db: Path, claims: Claims) -> _Tally:
    """The count of what was read, saved in batches as it came. A file that is in hand at Ctrl-C stays unread."""
    tally = _Tally()
    batch = _Batch(db, claims)
    with pool as executor, progress("reading", len(jobs)) as steps:
        try:
            with closing(_as_read(claims.unclaimed(jobs, 2 * workers), executor, 2 * workers, batch)) as done:
                for job, future in done:
                    name = f"{job.arxiv_id}v{job.version}"
                    steps.advance(name)
                    problem = _take(job, future, batch, tally)
                    if problem:
                        steps.line(f"{name}: {problem}")
        except BaseException:
            stop_all()
            raise
        finally:
            batch.save()
    return tally


def _as_read(
    queue: Iterator[Job], executor: Executor, at_once: int, batch: _Batch
) -> Generator[tuple[Job, Future[Reading]]]:
    """Each job with its future as it is done; at most `at_once` are given out, and the batch is saved between them."""
    job_of: dict[Future[Reading], Job] = {}
    try:
        while True:
            for job in islice(queue, at_once - len(job_of)):
                job_of[executor.submit(read_job, job)] = job
            if not job_of:
                return
            ready, _ = wait(job_of, timeout=BATCH_SECONDS, return_when=FIRST_COMPLETED)
            for future in ready:
                yield job_of.pop(future), future
            batch.save_if_due()
    finally:
        for future in job_of:
            future.cancel()


def _take(job: Job, future: Future[Reading], batch: _Batch, tally: _Tally) -> str:
    """Adds a reading to the batch and the count; what to say of it, "" if it was read.

    A failing executor, or a store out of reach, is not the file's fault: what was read of it before stays.
    PaperflopsError where the reader itself can't start, so that no file would be read.
    """
    try:
        result = future.result()
    except PaperflopsError:  # the reader is at fault, not the file
        raise
    except Exception as error:
        tally.lost += 1
        return f"not read: {type(error).__name__}: {error}"
    if result.message == GONE:
        tally.lost += 1
        return f"not read: {GONE}: {job.path}"
    batch.readings.append(result)
    tally.add(result)
    return "" if result.outcome == Outcome.READ else f"{result.outcome.value}: {result.message}"


def _summary(done: _Tally, seconds: float, version: str) -> None:
    say(
        f"read {done.outcomes['read']} of {done.outcomes.total() + done.lost} papers, {done.pages} pages"
        f" in {seconds:.1f} s ({done.pages / max(seconds, 1e-9):.0f} pages/s) with reader {version}"
    )
    for outcome, count in sorted(done.outcomes.items()):
        if outcome != Outcome.READ:
            say(f"  {outcome}: {count}")
    for kind, count in sorted(done.notes.items()):
        say(f"  {kind.replace('_', ' ')}: {count}")
    fields = dict.fromkeys([*map(str, Field), *sorted(done.seen)])
    values = ", ".join(f"{f} {done.chosen[f]}/{done.seen[f]}" for f in fields if done.seen[f])
    say(f"candidates (stood behind / seen): {values or 'none'}")
    say(f"records: {done.records}")

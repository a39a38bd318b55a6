"""The commands of extract."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from db.errors import PaperflopsError, UnknownNameError, UnreachableError
from db.models import Field, Outcome
from db.reference.check import load_for_reading
from db.settings import DEFAULT_DB, DbOption, pdf_path
from db.store import Connection, reading, rows_of, writing
from db.tables.readings import Reading, save_readings, unread
from db.terminal.console import progress, say
from extract.confidence.evaluate import evaluate
from extract.fields import field_readers
from extract.language.data_set_names import asked_components
from extract.read_paper import reader_version
from extract.workers import dask, processes
from extract.workers.claims import Claims, claims_on
from extract.workers.job import read_job
from extract.workers.sandbox import GONE, MEMORY_LIMIT_MB, TIME_LIMIT_SECONDS, Job, stop_all


class Where(StrEnum):
    """Which executor reads the files."""

    processes = "processes"
    dask = "dask"


BATCH = 25  # readings saved at once
BATCH_SECONDS = 5.0  # or after this long: what a kill can cost


def mount(app: typer.Typer) -> None:
    """Adds this stage's commands to the command line."""
    app.command("extract")(extract)
    app.command("evaluate")(evaluate)
    app.command("sentences")(sentences)


def extract(
    ids: Annotated[
        list[str] | None, typer.Argument(help="arXiv ids, with or without a version; none: all unread.")
    ] = None,
    again: Annotated[bool, typer.Option("--all", help="Read also what this version of the reader has read.")] = False,
    witness: Annotated[
        bool,
        typer.Option(help="Read tables a second time, with pdfplumber, and note where both agree: 4 times slower."),
    ] = False,
    workers: Annotated[int, typer.Option(min=1, help="Files read side by side.")] = max(1, os.cpu_count() or 1),
    time_limit: Annotated[float, typer.Option(min=1, help="Seconds for one file.")] = TIME_LIMIT_SECONDS,
    memory_limit: Annotated[int, typer.Option(min=64, help="MiB for one file.")] = MEMORY_LIMIT_MB,
    executor: Annotated[
        Where, typer.Option(help="Where files are read: this machine, or a Dask cluster.")
    ] = Where.processes,
    scheduler: Annotated[str | None, typer.Option(help="Address of the Dask scheduler (tcp://HOST:PORT).")] = None,
    pdfs: Annotated[
        str | None, typer.Option(help="The folder or URL at which workers find the PDF store, if not here.")
    ] = None,
    db: DbOption = DEFAULT_DB,
) -> None:
    """Read hardware, time, operations, parameters and scores out of the PDFs that were not read yet."""
    load_for_reading()
    field_readers()
    if asked_components():
        # an unknown one is told here, in one line, and not by every worker; spaCy takes 0.6 s to import
        from extract.language.pipeline import read_language

        read_language()
    version = reader_version()
    with reading(db) as con:
        _known(con, ids or [])
        papers = unread(con, version, ids or [], again=again)
        kept = rows_of(con, "SELECT count(*) AS n FROM papers WHERE pdf_sha256 IS NOT NULL")[0]["n"]
    if not papers:
        say(f"nothing to read: all {kept} papers with a PDF have been read by reader {version}")
        return
    jobs = [
        Job(p.arxiv_id, p.version, p.pdf_sha256, _place(db, pdfs, p.pdf_sha256), time_limit, memory_limit, witness)
        for p in papers
    ]
    started = time.monotonic()
    pool = dask.open_executor(workers, scheduler) if executor is Where.dask else processes.open_executor(workers)
    with claims_on(db, version) as claims:
        done = _read_all(jobs, pool, workers, db, claims)
    _summary(done, time.monotonic() - started, version)
    if claims.elsewhere:
        who = f" ({', '.join(sorted(claims.holders))})" if claims.holders else ""
        say(f"  left to another paperflops extract{who}: {claims.elsewhere}")
    if done.lost:
        raise UnreachableError(
            f"{done.lost} files were not read, for the reasons above", "what is known of them stays; try again"
        )


def _place(db: Path, pdfs: str | None, sha256: str) -> str:
    """Where a worker finds this PDF."""
    here = pdf_path(db, sha256).absolute()
    return str(here) if pdfs is None else f"{pdfs.rstrip('/')}/{here.parent.name}/{here.name}"


def _known(con: Connection, ids: list[str]) -> None:
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


def sentences(
    paper: Annotated[str, typer.Argument(metavar="ARXIV_ID", help="An arXiv id, with or without a version.")],
    out: Annotated[
        Path | None, typer.Option(dir_okay=False, help="The HTML file to write; sentences-ARXIV_ID.html otherwise.")
    ] = None,
    db: DbOption = DEFAULT_DB,
) -> None:
    """Draw a paper's sentences with every value that was read in them, refused ones too, as an HTML page."""
    # spaCy takes 0.6 s to import: the other commands need not wait for it
    from extract.mark_sentences import write_sentences

    write_sentences(paper, out, db)


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

"""The commands of extract."""

from __future__ import annotations

import os
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from db.console import progress, say
from db.errors import UnknownNameError
from db.models import Field, Outcome
from db.readings import Reading, save_readings, unread
from db.settings import DEFAULT_DB, DbOption, pdf_path
from db.store import reading, rows_of, writing
from extract.evaluate import evaluate
from extract.executors import dask, processes, read_job
from extract.read_paper import reader_version
from extract.sandbox import MEMORY_LIMIT_MB, TIME_LIMIT_SECONDS, Job


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


def extract(
    ids: Annotated[
        list[str] | None, typer.Argument(help="arXiv ids, with or without a version; none: all unread.")
    ] = None,
    again: Annotated[bool, typer.Option("--all", help="Read also what this version of the reader has read.")] = False,
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
    version = reader_version()
    with reading(db) as con:
        _known(con, ids or [])
        papers = unread(con, version, ids or [], again=again)
        kept = rows_of(con, "SELECT count(*) AS n FROM papers WHERE pdf_sha256 IS NOT NULL")[0]["n"]
    if not papers:
        say(f"nothing to read: all {kept} papers with a PDF have been read by reader {version}")
        return
    jobs = [
        Job(p.arxiv_id, p.version, p.pdf_sha256, _place(db, pdfs, p.pdf_sha256), time_limit, memory_limit)
        for p in papers
    ]
    started = time.monotonic()
    pool = dask.open_executor(workers, scheduler) if executor is Where.dask else processes.open_executor(workers)
    done = _read_all(jobs, pool, workers, db)
    _summary(done, time.monotonic() - started, version)


def _place(db: Path, pdfs: str | None, sha256: str) -> str:
    """Where a worker finds this PDF."""
    here = pdf_path(db, sha256).absolute()
    return str(here) if pdfs is None else f"{pdfs.rstrip('/')}/{here.parent.name}/{here.name}"


def _known(con: object, ids: list[str]) -> None:
    for arxiv_id in ids:
        found = rows_of(
            con,  # type: ignore[arg-type]
            "SELECT pdf_sha256 FROM papers WHERE arxiv_id = $id OR arxiv_id || 'v' || version = $id",
            {"id": arxiv_id},
        )
        if not found:
            raise UnknownNameError(
                f"there is no paper {arxiv_id} in the database", "add its PDF with `paperflops add PATH`"
            )
        if all(row["pdf_sha256"] is None for row in found):
            raise UnknownNameError(f"paper {arxiv_id} has no PDF yet", "fetch it with `paperflops harvest`")


def _read_all(jobs: list[Job], pool: Executor, workers: int, db: Path) -> list[Reading]:
    """All readings (without their candidates' bulk: those are in the database), saved in batches as they come."""
    light: list[Reading] = []
    batch: list[Reading] = []
    saved_at = time.monotonic()

    def save() -> None:
        nonlocal saved_at
        if batch:
            with writing(db) as con:
                save_readings(con, batch)
            batch.clear()
        saved_at = time.monotonic()

    waiting: set[Future[Reading]] = set()
    queue = iter(jobs)
    with pool as executor, progress("reading", len(jobs)) as steps:
        try:
            while True:
                while len(waiting) < 2 * workers and (job := next(queue, None)) is not None:
                    waiting.add(executor.submit(read_job, job))
                if not waiting:
                    break
                ready, waiting = wait(waiting, timeout=BATCH_SECONDS, return_when=FIRST_COMPLETED)
                for future in ready:
                    result = future.result()
                    batch.append(result)
                    light.append(result)
                    steps.advance(f"{result.arxiv_id}v{result.version}")
                    if result.outcome != Outcome.READ:
                        steps.line(f"{result.arxiv_id}v{result.version}: {result.outcome.value}: {result.message}")
                if len(batch) >= BATCH or (batch and time.monotonic() - saved_at > BATCH_SECONDS):
                    save()
        finally:
            for future in waiting:
                future.cancel()
            save()
    return light


def _summary(done: list[Reading], seconds: float, version: str) -> None:
    outcomes = Counter(r.outcome.value for r in done)
    pages = sum(r.pages or 0 for r in done)
    fields = Counter(str(c.field) for r in done for c in r.candidates)
    chosen = Counter(str(c.field) for r in done for c in r.candidates if c.chosen)
    say(
        f"read {outcomes.pop('read', 0)} of {len(done)} papers, {pages} pages in {seconds:.1f} s"
        f" ({pages / max(seconds, 1e-9):.0f} pages/s) with reader {version}"
    )
    for outcome, count in sorted(outcomes.items()):
        say(f"  {outcome}: {count}")
    say(
        "candidates (stood behind / seen): "
        + ", ".join(f"{f} {chosen[f]}/{fields[f]}" for f in map(str, Field) if fields[f])
    )
    say(f"records: {sum(len(r.records) for r in done)}")

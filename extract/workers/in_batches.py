"""Reading on this machine: each file by a process of its own, readings saved in batches as they come."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from db.errors import PaperflopsError
from db.models import Outcome
from db.store import writing
from db.tables.readings import Reading, save_readings
from db.terminal.console import progress
from extract.workers.claims import Claims
from extract.workers.give_out import as_done
from extract.workers.job import read_job
from extract.workers.sandbox import GONE, Job, stop_all
from extract.workers.tally import Tally

BATCH = 25  # readings saved at once
BATCH_SECONDS = 5.0  # or after this long: what a kill can cost


@dataclass(frozen=True)
class InBatches:
    """Readings come back as values and are saved 25 at a time."""

    open_executor: Callable[[int], Executor]
    workers: int

    def take_in_left(self, db: Path, claims: Claims) -> None:
        """Nothing: what was not saved is not kept."""

    def read_all(self, jobs: list[Job], db: Path, claims: Claims) -> Tally:
        """The count of what was read, saved as it came. A file that is in hand at Ctrl-C stays unread."""
        tally = Tally()
        batch = _Batch(db, claims)
        at_once = 2 * self.workers
        with self.open_executor(self.workers) as executor, progress("reading", len(jobs)) as steps:
            try:
                queue = claims.unclaimed(jobs, lambda: at_once)
                with closing(
                    as_done(queue, lambda job: executor.submit(read_job, job), lambda: at_once, batch.save_if_due)
                ) as done:
                    for job, future in done:
                        steps.advance(job.name)
                        problem = _take(job, future, batch, tally)
                        if problem:
                            steps.line(f"{job.name}: {problem}")
            except BaseException:
                stop_all()
                raise
            finally:
                batch.save()
        return tally


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


def _take(job: Job, future: Future[Reading], batch: _Batch, tally: Tally) -> str:
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
    problem = problem_of(job, result)
    if result.message == GONE:
        tally.lost += 1
    else:
        batch.readings.append(result)
        tally.add(result)
    return problem


def problem_of(job: Job, result: Reading) -> str:
    """What to say of a reading; "" of a file that was read."""
    if result.message == GONE:
        return f"not read: {GONE}: {job.path}"
    return "" if result.outcome == Outcome.READ else f"{result.outcome.value}: {result.message}"

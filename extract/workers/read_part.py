"""What a worker of a cluster does: it reads some files, leaves the readings in the parts folder, and says how many.

Only the part's name and counts pass through the scheduler, however much was read.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass

from db.errors import PaperflopsError
from db.tables.parts import part_of
from extract.read_paper import reader_version
from extract.workers.in_batches import problem_of
from extract.workers.job import read_job
from extract.workers.parts_folder import PartsFolder
from extract.workers.sandbox import GONE, STOPPED, Job
from extract.workers.tally import Tally


@dataclass(frozen=True)
class PartJob:
    """Files whose readings are to be one part."""

    jobs: tuple[Job, ...]
    folder: PartsFolder
    folder_id: str
    reader_version: str  # of the command that asks


@dataclass(frozen=True)
class WrittenPart:
    """What was done: the part's name (None: no file could be had) and what is in it, in numbers."""

    name: str | None
    tally: Tally
    problems: tuple[str, ...]  # of files that were not read: "1706.03762v5: timeout: not read within 60 s"


def read_part(work: PartJob) -> WrittenPart:
    """Reads the files and writes the part. PaperflopsError where this worker can't do it, whatever the files."""
    here = socket.gethostname()
    if reader_version() != work.reader_version:
        raise PaperflopsError(
            f"worker {here} has reader {reader_version()}, this command {work.reader_version}",
            "install the same version of paperflops on all machines of the cluster and start its workers again",
        )
    work.folder.check(work.folder_id, here)
    readings, tally, problems = [], Tally(), []
    for job in work.jobs:
        reading = read_job(job)
        if reading.message == STOPPED:
            raise RuntimeError(f"worker {here} was stopped")  # the scheduler gives the work to another
        problem = problem_of(job, reading)
        if problem:
            problems.append(f"{job.name}: {problem}")
        if reading.message == GONE:
            tally.lost += 1
        else:
            readings.append(reading)
            tally.add(reading)
    name = work.folder.write(part_of(readings), here) if readings else None
    return WrittenPart(name, tally, tuple(problems))

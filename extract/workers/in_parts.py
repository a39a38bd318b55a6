"""Reading on a cluster: its workers write parts into a folder, and the database takes them in by one INSERT a table.

What was written and not taken in when a run ended is taken in by the next one. A part is removed once it is in the
database.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path

from db.errors import PaperflopsError
from db.store import reading, writing
from db.tables.parts import papers_of, part_format, take_in_parts
from db.terminal.console import Steps, progress, say, warn
from extract.read_paper import reader_version
from extract.workers.claims import Claims
from extract.workers.give_out import as_done
from extract.workers.parts_folder import DamagedPartError, PartsFolder, folder_at
from extract.workers.read_part import PartJob, WrittenPart, read_part
from extract.workers.sandbox import Job
from extract.workers.tally import Tally

PAPERS_A_PART = 25  # ten seconds of a worker; fewer where there are few papers, so that each worker gets some
PARTS_A_THREAD = 4  # at least, where there are few papers
TAKE_IN_SECONDS = 5.0  # between two times of taking in, and ...
WAIT = 10.0  # ... so many times as long as the last took: that grows with the database, however little is taken in
PARTS_AT_ONCE = 200  # of one transaction: 5,000 papers take one to two GB of memory


class Cluster(Executor):
    """An executor of many machines, which knows its size and its faults."""

    def threads(self) -> int:
        """How many files it reads side by side, now."""
        raise NotImplementedError

    def fault(self, error: Exception) -> PaperflopsError | None:
        """What is wrong with the cluster as a whole; None if the error is of one part alone."""
        raise NotImplementedError


@dataclass(frozen=True)
class InParts:
    """Readings go through a folder that the workers and this machine share."""

    open_cluster: Callable[[], Cluster]
    place: str  # of the parts: a folder or URL

    def take_in_left(self, db: Path, claims: Claims) -> None:
        """Saves the whole parts that earlier runs left, and says which parts are of no use."""
        folder = self._folder()
        folder.make()
        parts, papers = _take_in_left(folder, db, claims)
        if papers:
            say(f"took in {papers} papers of {parts} parts that an earlier run had left in {folder.url}")

    def read_all(self, jobs: list[Job], db: Path, claims: Claims) -> Tally:
        """The count of what was read, saved as it came. Parts in hand at Ctrl-C are taken in by the next run."""
        folder = self._folder()
        folder_id = folder.make()
        taking = _TakingIn(folder, db, claims)
        with self.open_cluster() as cluster, progress("reading", len(jobs)) as steps:
            threads = _Threads(cluster)
            size = max(1, min(PAPERS_A_PART, len(jobs) // (PARTS_A_THREAD * threads.now())))
            papers = claims.unclaimed(jobs, lambda: 2 * size * threads.now())
            parts = (PartJob(tuple(some), folder, folder_id, reader_version()) for some in _in_lots(papers, size))

            def submit(work: PartJob) -> Future[WrittenPart]:
                return cluster.submit(read_part, work)

            try:
                with closing(as_done(parts, submit, lambda: 2 * threads.now(), taking.save_if_due)) as done:
                    for work, future in done:
                        _take(work, future, taking, cluster, steps)
                        steps.advance(work.jobs[-1].name, len(work.jobs))
            except BaseException:
                cluster.shutdown(wait=False)
                raise
            finally:
                taking.save()
        _take_in_left(folder, db, claims)  # what killed workers wrote and others read again
        return taking.tally

    def _folder(self) -> PartsFolder:
        return folder_at(self.place, f"{reader_version()}-{part_format():03}")


@dataclass
class _Threads:
    """The cluster's size, asked again now and then: workers come and go."""

    cluster: Cluster
    asked_at: float = 0.0
    known: int = 0

    def now(self) -> int:
        """Its threads; at least one, for which the first part waits."""
        if not self.asked_at or time.monotonic() - self.asked_at > TAKE_IN_SECONDS:
            self.known = self.cluster.threads()
            if not self.known and not self.asked_at:
                warn("no worker has joined the cluster yet: waiting for one")
            self.asked_at = time.monotonic()
        return max(1, self.known)


@dataclass
class _TakingIn:
    """Parts that are written and not in the database yet. They are safe in the folder: there is no hurry."""

    folder: PartsFolder
    db: Path
    claims: Claims
    tally: Tally = field(default_factory=Tally)  # of what is in the database
    waiting: list[tuple[PartJob, WrittenPart]] = field(default_factory=list)
    saved_at: float = field(default_factory=time.monotonic)
    took: float = 0.0  # seconds, the last time

    def save_if_due(self) -> None:
        if self.waiting and time.monotonic() - self.saved_at > max(TAKE_IN_SECONDS, WAIT * self.took):
            self.save()

    def save(self) -> None:
        """Takes in what waits. A part that is damaged or gone is told, and its papers stay unread."""
        began = time.monotonic()
        while self.waiting:
            self._take_in(self.waiting[:PARTS_AT_ONCE])
            del self.waiting[:PARTS_AT_ONCE]
        self.saved_at = time.monotonic()
        self.took = self.saved_at - began

    def _take_in(self, some: list[tuple[PartJob, WrittenPart]]) -> None:
        names = {part.name for _, part in some if part.name is not None}
        with _here(self.db) as here:
            copies = {name: copy for name in names if (copy := _copy(self.folder, name, here)) is not None}
            if copies:
                with writing(self.db) as con:
                    take_in_parts(con, list(copies.values()))
        for work, part in some:
            if part.name in copies or part.name is None:
                self.tally.add_all(part.tally)
                self.claims.release((job.arxiv_id, job.version) for job in work.jobs)
            else:
                self.tally.lost += len(work.jobs)
        self.folder.remove(copies)


@contextmanager
def _here(db: Path) -> Iterator[Path]:
    """A folder beside the database for copies of parts; it is gone at the end."""
    with tempfile.TemporaryDirectory(dir=db.parent, prefix=f".{db.name}.") as folder:
        yield Path(folder)


def _copy(folder: PartsFolder, name: str, here: Path) -> Path | None:
    """A copy of the part on this machine; None, told in a line, where it is damaged (then it is removed) or gone."""
    try:
        return folder.fetch(name, here)
    except DamagedPartError:
        warn(f"part {name} is damaged (its content does not match its name): removed, its papers are read again")
        folder.remove([name])
    except FileNotFoundError:
        warn(f"part {name} is gone from {folder.url}: its papers are read again")
    return None


def _take(work: PartJob, future: Future[WrittenPart], taking: _TakingIn, cluster: Cluster, steps: Steps) -> None:
    """Notes a part that is to be taken in. PaperflopsError where the cluster can't read any."""
    try:
        part = future.result()
    except Exception as error:
        fault = cluster.fault(error)
        if fault is not None:
            raise fault from error
        taking.tally.lost += len(work.jobs)
        names = work.jobs[0].name + (f" to {work.jobs[-1].name}" if len(work.jobs) > 1 else "")
        steps.line(f"{names}: not read: {type(error).__name__}: {error}")
        return
    for problem in part.problems:
        steps.line(problem)
    taking.waiting.append((work, part))


def _take_in_left(folder: PartsFolder, db: Path, claims: Claims) -> tuple[int, int]:
    """How many parts, and papers of them, were taken in of those that nobody has in hand. They are removed."""
    halves = folder.remove_halves()
    if halves:
        warn(f"{halves} half parts, of workers that ended while they wrote: removed, their papers are read again")
    parts = papers = 0
    names = iter(folder.names())
    while some := list(islice(names, PARTS_AT_ONCE)):
        with _here(db) as here:
            copies = [copy for name in some if (copy := _copy(folder, name, here)) is not None]
            mine = _claimed(copies, db, claims)
            if mine:
                with writing(db) as con:
                    saved = take_in_parts(con, list(mine), newer_only=True)
                papers += saved
                parts += len(mine) if saved else 0
                folder.remove(copy.name for copy in mine)
            for owned in mine.values():
                claims.release(owned)
    return parts, papers


def _claimed(copies: Sequence[Path], db: Path, claims: Claims) -> dict[Path, list[tuple[str, int]]]:
    """The parts that this command may take in, with their papers: no other command has one of them in hand."""
    if not copies:
        return {}
    with reading(db) as con:
        held = papers_of(con, copies)
    by_name = {copy.name: copy for copy in copies}
    found = {}
    for name, papers in groupby(held, lambda paper: paper.part):
        of_part = list(papers)
        if not any(paper.known for paper in of_part):
            warn(f"part {name} is of papers that {db} does not have: left where it is")
            continue
        owned = [(paper.arxiv_id, paper.version) for paper in of_part]
        if claims.claim_all(owned):
            found[by_name[name]] = owned
    return found


def _in_lots(papers: Iterator[Job], size: int) -> Iterator[list[Job]]:
    """The papers, so many at a time."""
    while some := list(islice(papers, size)):
        yield some

"""Which papers this command reads where several read into one database: each paper is read by one of them.

A claim is a lock on one byte of a file beside the database, at a place made of the paper's name. The system frees it
when its holder ends, however that ends, so that nothing is ever left claimed.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import struct
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path

from db.errors import BadInputError
from db.store import now, reading
from db.tables.readings import read_since
from extract.workers.sandbox import Job

_PLACES = 2**40  # of bytes that may be locked; the file itself stays empty
_FLOCK = "hhqqi"  # struct flock on Linux: type, whence, start, length, process


class Claims:
    """This command's claims on papers of a database."""

    def __init__(self, db: Path, reader_version: str, descriptor: int, began: datetime) -> None:
        self._db, self._reader_version, self._descriptor, self._began = db, reader_version, descriptor, began
        self.elsewhere = 0  # papers that another command reads, or read since this one began
        self.holders: set[str] = set()  # who reads them, as far as the system says

    def unclaimed(self, jobs: Sequence[Job], at_once: Callable[[], int]) -> Iterator[Job]:
        """Each job that no other command has, claimed for this one; `at_once` are asked for together."""
        waiting = iter(jobs)
        while some := list(islice(waiting, at_once())):
            mine = [job for job in some if self._claim(job)]
            with reading(self._db) as con:
                done = read_since(con, self._reader_version, self._began, [(j.arxiv_id, j.version) for j in mine])
            for job in mine:
                if (job.arxiv_id, job.version) in done:
                    self.release([(job.arxiv_id, job.version)])
                    self.elsewhere += 1
                else:
                    yield job

    def claim_all(self, papers: Sequence[tuple[str, int]]) -> bool:
        """Whether these papers could be claimed for this command, all of them; if not, none is."""
        for number, paper in enumerate(papers):
            if self._holder_of(paper):
                self.release(papers[:number])
                return False
        return True

    def release(self, papers: Iterable[tuple[str, int]]) -> None:
        """Gives papers up: they are saved."""
        for paper in papers:
            fcntl.lockf(self._descriptor, fcntl.LOCK_UN, 1, _place(*paper))

    def _claim(self, job: Job) -> bool:
        holder = self._holder_of((job.arxiv_id, job.version))
        if holder:
            self.elsewhere += 1
            self.holders.add(holder)
        return not holder

    def _holder_of(self, paper: tuple[str, int]) -> str:
        """Who has the paper, if another has it; "" once it is claimed for this command."""
        place = _place(*paper)
        try:
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EAGAIN):
                return _holder(self._descriptor, place)
        return ""  # a file system without locks counts too: nobody can be told apart there


@contextmanager
def claims_on(db: Path, reader_version: str) -> Iterator[Claims]:
    """This command's claims, given up at the end. BadInputError where their file can't be made."""
    path = db.with_name(f"{db.name}.extract.lock")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise BadInputError(f"{path} can't be made ({error.strerror})", "name another database with --db") from error
    try:
        yield Claims(db, reader_version, descriptor, now())
    finally:
        os.close(descriptor)


def _place(arxiv_id: str, version: int) -> int:
    """The byte that stands for a paper."""
    return int.from_bytes(hashlib.sha256(f"{arxiv_id}v{version}".encode()).digest()[:8]) % _PLACES


def _holder(descriptor: int, place: int) -> str:
    """Who has that byte: "process 1234"."""
    if sys.platform == "linux":
        asked = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, place, 1, 0)
        kind, _, _, _, process = struct.unpack(_FLOCK, fcntl.fcntl(descriptor, fcntl.F_GETLK, asked))
        if kind != fcntl.F_UNLCK and process > 0:
            return f"process {process}"
    return "another process"

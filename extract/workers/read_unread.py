"""Reading all papers that were not read yet, by this machine or a cluster."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from db.errors import UnknownNameError, UnreachableError
from db.reference.check import load_for_reading
from db.settings import pdf_path
from db.store import Connection, reading, rows_of
from db.tables.outlines import refresh_outlines
from db.tables.readings import unread
from db.terminal.console import say
from extract.fields import field_readers
from extract.language.data_set_names import asked_components
from extract.read_paper import reader_version
from extract.workers.claims import Claims, claims_on
from extract.workers.limits import MEMORY_LIMIT_MB, TIME_LIMIT_SECONDS
from extract.workers.sandbox import Job
from extract.workers.tally import Tally, say_what_was_read


@dataclass(frozen=True)
class Wanted:
    """Which papers are to be read, and how."""

    ids: Sequence[str] = ()  # arXiv ids, with or without a version; none: all
    again: bool = False  # also what this version of the reader has read
    witness: bool = False  # tables a second time
    time_limit: float = TIME_LIMIT_SECONDS
    memory_limit_mb: int = MEMORY_LIMIT_MB
    pdfs: str | None = None  # the folder or URL at which workers find the PDF store, if not here


class Way(Protocol):
    """How papers are read and saved: `InBatches` on this machine, `InParts` on a cluster."""

    def take_in_left(self, db: Path, claims: Claims) -> None:
        """Saves what an earlier run read and did not save."""

    def read_all(self, jobs: list[Job], db: Path, claims: Claims) -> Tally:
        """The count of what was read, and saved."""


def read_unread(db: Path, wanted: Wanted, way: Way) -> None:
    """Reads the papers, saves what comes, and says what was read. UnreachableError where files could not be read."""
    _load_reader()
    with reading(db) as con:
        _known(con, wanted.ids)
    with claims_on(db, reader_version()) as claims:
        way.take_in_left(db, claims)
        jobs = jobs_for(db, wanted)
        started = time.monotonic()
        done = way.read_all(jobs, db, claims) if jobs else None
    refresh_outlines(db)
    if done is None:
        return
    say_what_was_read(done, time.monotonic() - started, reader_version())
    if claims.elsewhere:
        who = f" ({', '.join(sorted(claims.holders))})" if claims.holders else ""
        say(f"  left to another paperflops extract{who}: {claims.elsewhere}")
    if done.lost:
        raise UnreachableError(
            f"{done.lost} files were not read, for the reasons above", "what is known of them stays; try again"
        )


def _load_reader() -> None:
    """Nothing; an error in one line where a reference table, a field or a component can't be used."""
    load_for_reading()
    field_readers()
    if asked_components():
        # an unknown one is told here, in one line, and not by every worker; spaCy takes 0.6 s to import
        from extract.language.pipeline import read_language

        read_language()


def jobs_for(db: Path, wanted: Wanted) -> list[Job]:
    """A job for each paper that is to be read; where there is none, that is said."""
    version = reader_version()
    with reading(db) as con:
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

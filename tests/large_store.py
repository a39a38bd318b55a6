"""Stores of any size, made by the project's own functions of the readings of some papers.

Each copy of a paper has an id of its own and values a few percent off its original's, so that no two copies give one
key. One paper in fifty is reviewed: every value that a record of it shows is accepted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from db.models import Candidate, Decision, Outcome, Paper, Record, Verdict
from db.store import Connection, reading, rows_of, writing
from db.tables.curated import rebuild_curated
from db.tables.outlines import refresh_outlines
from db.tables.papers import Hit, save_hits, save_papers
from db.tables.readings import Reading, load_candidates, load_records, save_readings
from db.tables.reviews import append_decisions

PAPERS_A_SAVE = 200
REVIEWED = 50  # one paper in so many
SPREAD = 0.03  # of a copy's values about its original's
FIRST_ANSWER = datetime(2026, 1, 5, 9)


@dataclass(frozen=True)
class ReadPaper:
    """One paper with what was read in it."""

    paper: Paper
    reading: Reading


def make_store(source: Path, target: Path, papers: int) -> None:
    """Makes a store of so many copies of the papers that were read in the source."""
    with reading(source) as con:
        originals = list(_read_papers(con))
    for start in range(0, papers, PAPERS_A_SAVE):
        numbers = range(start, min(start + PAPERS_A_SAVE, papers))
        copies = {n: copy_of(originals[n % len(originals)], n) for n in numbers}
        reviewed = [c.reading for n, c in copies.items() if n % REVIEWED == 0]
        with writing(target) as con:
            save_papers(con, [c.paper for c in copies.values()])
            save_hits(con, [h for c in copies.values() for h in _hits(c.reading)])
            save_readings(con, [c.reading for c in copies.values()])
            append_decisions(con, [d for r in reviewed for d in _answers(r)])
    with writing(target) as con:
        rebuild_curated(con)
    refresh_outlines(target)


def copy_of(original: ReadPaper, number: int) -> ReadPaper:
    """The paper under an id made of the number, its values a few percent off."""
    chance = Random(number)
    born = original.paper.published or date(2017, 1, 1)
    arxiv_id = f"{born:%y%m}.{number:05}"
    old = original.reading
    renewed = {c.key: _copy_of_candidate(c, arxiv_id, chance) for c in old.candidates}
    records = tuple(
        Record(
            arxiv_id, old.version, r.model, r.benchmark, r.role,
            tuple(replace(v, candidate_key=renewed[v.candidate_key].key) for v in r.values),
        )
        for r in old.records
    )  # fmt: skip
    sha256 = f"{number:064x}"
    paper = replace(original.paper, arxiv_id=arxiv_id, title=f"{original.paper.title} {number}", pdf_sha256=sha256)
    return ReadPaper(
        paper,
        replace(old, arxiv_id=arxiv_id, pdf_sha256=sha256, candidates=tuple(renewed.values()), records=records),
    )


def _copy_of_candidate(c: Candidate, arxiv_id: str, chance: Random) -> Candidate:
    value = c.value
    if isinstance(value, int | float):
        value = float(f"{value * (1 + SPREAD * (chance.random() - 0.5)):.4g}")
    return replace(c, value=value, evidence=replace(c.evidence, arxiv_id=arxiv_id))


def _read_papers(con: Connection) -> Iterator[ReadPaper]:
    for row in rows_of(
        con,
        """
        SELECT r.* EXCLUDE (read_at), p.title, p.authors, p.abstract, p.categories, p.published
        FROM readings r JOIN papers p USING (arxiv_id, version)
        WHERE r.outcome = 'read' ORDER BY arxiv_id, version
        """,
    ):
        arxiv_id, version = row["arxiv_id"], row["version"]
        paper = Paper(
            arxiv_id, version, row.pop("title"), tuple(row.pop("authors") or ()), row.pop("abstract"),
            tuple(row.pop("categories") or ()), row.pop("published"),
        )  # fmt: skip
        row["outcome"] = Outcome(row["outcome"])
        yield ReadPaper(
            paper,
            Reading(
                **row,
                candidates=tuple(c for c in load_candidates(con, arxiv_id) if c.evidence.version == version),
                records=tuple(r for r in load_records(con, arxiv_id) if r.version == version),
            ),
        )


def _hits(read: Reading) -> list[Hit]:
    return [Hit(read.arxiv_id, b, b) for b in sorted({r.benchmark for r in read.records if r.benchmark})]


def _answers(read: Reading) -> Iterator[Decision]:
    """Every value that the records show, accepted by one of two people."""
    by_key = {c.key: c for c in read.candidates}
    who = "ann@example.org" if int(read.arxiv_id[-2:]) % 4 else "bob@example.org"
    for number, record in enumerate(read.records):
        shown: Sequence[Candidate] = record.shown(by_key)
        for c in shown:
            yield Decision(
                record.key, read.arxiv_id, read.version, record.model, record.benchmark, c.field, c.metric,
                Verdict.ACCEPT.value, c.value, c.value, c.evidence.page, c.evidence.quote, who,
                FIRST_ANSWER + timedelta(seconds=number), 30.0,
            )  # fmt: skip

"""One PDF -> one Reading: document, candidates of every field, runs, links, records. Pure: bytes in, values out."""

from __future__ import annotations

import time

from db.models import Candidate, Outcome
from db.readings import Reading
from extract.candidates import Reader
from extract.confidence import calibration_version, with_confidence, with_link_confidence
from extract.fields import field_readers
from extract.linking import link
from extract.read_document import read_document
from extract.read_pdf import UnreadableError
from extract.records import make_records
from extract.rules import rules_version
from extract.run_benchmarks import with_benchmarks
from extract.runs import group_runs


def reader_version() -> str:
    """Names the rules: a paper read under another name is read again."""
    return f"{rules_version()}-{calibration_version()}"


def read_paper(data: bytes, arxiv_id: str, version: int, pdf_sha256: str) -> Reading:
    """What this PDF says, or the typed outcome of failing to read it. Never raises for a bad file."""
    started = time.perf_counter()
    try:
        document = read_document(data, arxiv_id, version)
    except UnreadableError as error:
        return Reading(
            arxiv_id, version, pdf_sha256, reader_version(), error.outcome, error.message,
            seconds=time.perf_counter() - started,
        )  # fmt: skip
    reader = Reader(document)
    found = read_candidates(reader)
    return Reading(
        arxiv_id,
        version,
        pdf_sha256,
        reader_version(),
        Outcome.READ,
        pages=len(document.pages),
        tables=len(document.tables),
        seconds=time.perf_counter() - started,
        candidates=tuple(found),
        records=tuple(with_link_confidence(make_records(arxiv_id, version, found), found)),
    )


def read_candidates(reader: Reader) -> list[Candidate]:
    """Every field's candidates, grouped into runs, linked to models, chosen or refused, with confidence."""
    found = [c for field in field_readers().values() for c in field.read(reader)]
    found = with_benchmarks(reader, link(reader, group_runs(reader, found)))
    unique = {c.key: c for c in found}
    return with_confidence(unique.values())

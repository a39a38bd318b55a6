"""One PDF -> one Reading: document, candidates of every field, runs, links, records. Pure: bytes in, values out."""

from __future__ import annotations

import time
from collections.abc import Sequence

from db.models import Candidate, Document, Outcome
from db.tables.readings import Reading
from extract.confidence.chance import calibration_version, with_confidence, with_link_confidence
from extract.fields import read_fields
from extract.fields.paper import PaperView, view_paper
from extract.layout.blocks import lay_out
from extract.notes import notes_of
from extract.pdf.limits import UnreadableError
from extract.pdf.read import read_pages
from extract.records.duplicates import link
from extract.records.make import make_records
from extract.records.one_name import with_one_name
from extract.runs.benchmarks import with_benchmarks
from extract.runs.join import group_runs
from extract.sentences.repeats import with_repeats
from extract.tables.find import find_tables
from extract.tables.second_witness import SecondReading, read_again, with_witness
from extract.version import rules_version


def reader_version() -> str:
    """Names the rules: a paper read under another name is read again."""
    return f"{rules_version()}-{calibration_version()}"


def read_paper(data: bytes, arxiv_id: str, version: int, pdf_sha256: str, *, witness: bool = False) -> Reading:
    """What this PDF says, or the typed outcome of failing to read it. Never raises for a bad file.

    With `witness` its tables are read a second time, and values from them say whether both readings agree.
    """
    started = time.perf_counter()
    try:
        document = read_document(data, arxiv_id, version)
    except UnreadableError as error:
        return Reading(
            arxiv_id, version, pdf_sha256, reader_version(), error.outcome, error.message,
            seconds=time.perf_counter() - started,
        )  # fmt: skip
    found = read_candidates(view_paper(document), read_again(data, document.tables) if witness else ())
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
        notes=tuple(notes_of(document, data)),
    )


def read_document(data: bytes, arxiv_id: str, version: int) -> Document:
    """The PDF's pages with words, lines and blocks, and its tables. Raises `UnreadableError` where it can't be read."""
    pages = lay_out(list(read_pages(data)))
    return Document(arxiv_id, version, pages, tuple(find_tables(pages)), rules_version())


def read_candidates(view: PaperView, second: Sequence[SecondReading] = ()) -> list[Candidate]:
    """Every field's candidates, grouped into runs, chosen or refused, with confidence.

    `second` are second readings of its tables: values from them get the qualifier `witness`.
    """
    read = read_fields(view)
    found = list(with_witness(read, second, view.document.pages) if second else read)
    found = with_one_name(found, view.context.abbreviations)
    found = with_repeats(with_benchmarks(view, link(group_runs(view, found))), view.passages)
    return with_confidence({c.key: c for c in found}.values())

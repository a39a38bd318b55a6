"""Readings of the sample papers, made without the extractor: each value found by its words on the page."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2

from db.models import Box, Candidate, Evidence, Field, Outcome, Record, RecordValue
from db.settings import pdf_path
from db.store import insert_rows, now, writing
from db.tables.readings import Reading, save_readings

SAMPLES = Path(__file__).resolve().parent.parent / "samples" / "pdf"
RESIDUAL = SAMPLES / "1512.99901v1.pdf"  # a sample of the repository's own: "Stacks with Identity Shortcuts"
RESIDUAL_ID = "1512.99901"


@dataclass(frozen=True)
class Told:
    """One value that a test says a paper states: the words around it, and the words that carry it."""

    field: str
    value: float | str | None
    page: int
    quote: str
    words: str
    metric: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)
    chosen: bool = True


RUN = "eight NVIDIA Tesla M40\nGPUs for 6 days"
IMAGENET_RESNET_50 = (
    Told(Field.SCORE, 20.74, 2, "ResNet-50 20.74 5.25", "20.74", "top1_error", {"confidence": 0.93}),
    Told(Field.SCORE, 5.25, 2, "ResNet-50 20.74 5.25", "5.25", "top5_error", {"confidence": 0.91}),
    Told(Field.PARAMETERS, 25.6e6, 1, "ResNet-50 has 25.6M parameters", "25.6M", None, {"confidence": 0.97}),
    Told(Field.MULTIPLY_ADDS, 3.8e9, 1, "ResNet-50 50 25.6 3.8×109", "3.8×109", None, {"confidence": 0.82}),
    Told(Field.DEVICE, "Tesla M40", 1, RUN, "Tesla M40", None, {"confidence": 0.95}),
    Told(Field.DEVICE_COUNT, 8.0, 1, RUN, "eight", None, {"confidence": 0.9}),
    Told(Field.TRAINING_TIME, 518400.0, 1, RUN, "6 days", None, {"confidence": 0.66}),
)  # fmt: skip


def reading_of(pdf: Path, models: Mapping[tuple[str, str | None], tuple[Told, ...]], extractor: str = "1") -> Reading:
    """A reading whose records are the models on their benchmarks, each with what the test says of it."""
    arxiv_id, version = pdf.stem.split("v")
    document = pypdfium2.PdfDocument(pdf)
    candidates, records = [], []
    for (model, benchmark), told in models.items():
        values = []
        for t in told:
            boxes = boxes_of(document, t.page, t.quote, t.words)
            evidence = Evidence(arxiv_id, int(version), t.page, t.quote, boxes=boxes)
            c = Candidate(
                t.field, t.value, evidence, "told", extractor, subject=model, benchmark=benchmark,
                metric=t.metric, role="own", chosen=t.chosen, **t.more,
            )  # fmt: skip
            candidates.append(c)
            values.append(RecordValue(str(t.field), t.metric, c.key, t.chosen, None if t.chosen else "told so"))
        records.append(Record(arxiv_id, int(version), model, benchmark, "own", tuple(values)))
    document.close()
    sha = hashlib.sha256(pdf.read_bytes()).hexdigest()
    return Reading(
        arxiv_id, int(version), sha, extractor, Outcome.READ, candidates=tuple(candidates), records=tuple(records)
    )


def save_paper(db: Path, pdf: Path, reading: Reading, title: str = "Stacks with Identity Shortcuts") -> None:
    """Saves the paper, its PDF in the store beside the database, and the reading."""
    kept = pdf_path(db, reading.pdf_sha256)
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(pdf.read_bytes())
    with writing(db) as con:
        insert_rows(
            con,
            "papers",
            [
                {
                    "arxiv_id": reading.arxiv_id, "version": reading.version, "title": title,
                    "pdf_sha256": reading.pdf_sha256, "added_at": now(),
                }
            ],
        )  # fmt: skip
        save_readings(con, [reading])


def boxes_of(document: pypdfium2.PdfDocument, number: int, quote: str, words: str) -> tuple[Box, ...]:
    """Where `words` within `quote` stand on the page, a box a printed line, in points from the top left."""
    page = document[number - 1]
    text = page.get_textpage()
    height = page.get_height()
    flat, places = _flat(text.get_text_range())
    start = flat.find(_flat(quote)[0])
    assert start >= 0, f"{quote!r} is not on page {number}"
    start = flat.find(_flat(words)[0], start)
    first, last = places[start], places[start + len(_flat(words)[0]) - 1]
    boxes: list[list[float]] = []
    for i in range(first, last + 1):
        left, bottom, right, top = text.get_charbox(i)
        if right <= left:
            continue
        if boxes and abs(boxes[-1][3] - (height - bottom)) < 8 and left >= boxes[-1][0]:
            boxes[-1][1] = min(boxes[-1][1], height - top)
            boxes[-1][2] = max(boxes[-1][2], right)
            boxes[-1][3] = max(boxes[-1][3], height - bottom)
        else:
            boxes.append([left, height - top, right, height - bottom])
    return tuple((a, b, c, d) for a, b, c, d in boxes)


def _flat(text: str) -> tuple[str, list[int]]:
    """The text without white space, and where each of its characters stood."""
    kept = [(c, i) for i, c in enumerate(text) if not c.isspace() and ord(c) > 31]
    return "".join(c for c, _ in kept), [i for _, i in kept]

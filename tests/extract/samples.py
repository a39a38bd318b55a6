"""The sample papers that the repository ships, for tests of reading real PDFs."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from db.models import Document
from extract.read_paper import read_document

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
PDFS = sorted((SAMPLES / "pdf").glob("*.pdf"))
BROKEN = SAMPLES / "broken"


@cache
def sample_document(name: str) -> Document:
    """The sample whose file name begins with `name`, read once a test run."""
    (path,) = [p for p in PDFS if p.name.startswith(name)]
    return read_document(path.read_bytes(), path.stem, 1)

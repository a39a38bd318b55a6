"""Everything the reader says, as digests: a change of a rule is seen, and a restructuring changes nothing.

Where a change is meant: `python -m tests.golden_dump FOLDER --digests FILE` remakes them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.extract.samples import PDFS
from tests.golden_dump import digest_of, lines_of, load_digests

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("pdf", PDFS, ids=lambda pdf: pdf.stem)
def test_samples(pdf: Path) -> None:
    """it says of a sample paper what it said when its digest was made"""
    assert digest_of(lines_of(pdf)) == load_digests(GOLDEN / "samples.csv")[pdf.stem]


@pytest.mark.slow
def test_labelled_papers(shared: Path) -> None:
    """it says of the labelled papers what it said when their digests were made"""
    known = load_digests(GOLDEN / "labelled_papers.csv")
    found = {pdf.stem: digest_of(lines_of(pdf)) for pdf in sorted((shared / "corpus" / "pdf").glob("*.pdf"))}
    assert {stem for stem, digest in found.items() if digest != known[stem]} == set()

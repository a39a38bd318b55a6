"""The title as a first page prints it."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvest.disk import first_page
from harvest.disk.first_page import _Letter, read_first_page
from tests.harvest.small_pdf import small_pdf

Words = list[tuple[float, float, float, str]]  # size, left, height above the page's bottom

CASES: dict[str, tuple[Words, str | None]] = {
    "four lines": (
        [(17, 100, 700 - 20 * n, f"Line number {n} of a title") for n in range(4)],
        " ".join(f"Line number {n} of a title" for n in range(4)),
    ),
    "authors in type of the title's size": (
        [
            (12, 100, 700, "SPEECH RECOGNITION WITH DEEP NETWORKS"), (12, 100, 680, "Alex Graves and Geoffrey Hinton"),
            (12, 100, 660, "University of Toronto"),
        ],
        "SPEECH RECOGNITION WITH DEEP NETWORKS",
    ),
    "authors in type of the title's size, below a gap": (
        [
            (14.2, 100, 700, "Spotting the Replaced Word: A Report"), (14.2, 100, 683, "on the Cost of Pre-training"),
            (14.3, 100, 637, "Paul Sample"), (14.3, 100, 620, "The paperflops project"),
        ],
        "Spotting the Replaced Word: A Report on the Cost of Pre-training",
    ),
    "a title that goes on after capitals": (
        [(17, 100, 700, "YOLO9000 AND MORE:"), (17, 100, 680, "Better, Faster, Stronger"), (10, 100, 650, "J. Redmon")],
        "YOLO9000 AND MORE: Better, Faster, Stronger",
    ),
    "a short title that is a model's name": (
        [(14, 100, 700, "Grid R-CNN"), (12, 100, 680, "Xin Lu, Buyu Li and Yuxin Yue"), (12, 100, 660, "Abstract")],
        "Grid R-CNN",
    ),
    "a journal's name above the title": (
        [(24, 100, 720, "Nature"), (17, 100, 690, "Mastering the game of Go"), (10, 100, 650, "D. Silver")],
        "Mastering the game of Go",
    ),
    "a conference above the title": (
        [(24, 100, 720, "ICLR 2015"), (17, 100, 690, "Mastering the game of Go"), (10, 100, 650, "D. Silver")],
        "Mastering the game of Go",
    ),
    "no title": ([(10, 100, 700, "Abstract")], None),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_title(case: str, tmp_path: Path) -> None:
    """it reads the whole title and nothing of what stands beside it."""
    words, title = CASES[case]
    pdf = tmp_path / "paper.pdf"
    pdf.write_bytes(small_pdf(words=words))
    assert read_first_page(pdf).title == title


@pytest.mark.parametrize(
    ("parts", "lines"),
    [
        # as PDFium gives the title of 1409.1556, in small capitals far apart
        ([("VERY DEEP", 17, 0, 60), ("NETWORKS", 17, 0, 300), ("FOR", 14, -22, 60), ("IMAGES", 17, -22, 120)],
         ["VERY DEEP NETWORKS", "FOR IMAGES"]),
        # and that of 1502.03167, whose last letter it parts from its word
        ([("Training b", 19, 0, 60), ("y", 19, 0, 160), ("Reducing", 19, 0, 180)], ["Training by Reducing"]),
        ([("Left column", 10, 0, 60), ("under it", 10, -12, 60)], ["Left column", "under it"]),
        ([("Published as a conference paper at ICLR 2015DEEP", 19, 0, 60)], ["DEEP"]),
    ],
)  # fmt: skip
def test_parts_of_a_line(
    parts: list[tuple[str, float, float, float]], lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """it joins what is printed on one line, and words that are parted within."""
    letters = []
    for text, size, bottom, left in parts:
        letters += [_Letter(c, size, bottom, left + 10 * n, left + 10 * n + 10) for n, c in enumerate(text)]
        letters.append(_Letter("\n", 0.0))
    monkeypatch.setattr(first_page, "_upright_letters", lambda page: iter(letters))
    assert [line.text for line in first_page._lines(None)] == lines

"""The labelled papers that the repository ships, in four sets, by which every figure in the docs is measured."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from db.reference.labelled_papers import LabelledPaper, load_labelled
from extract.confidence.truth import truth_of
from extract.labels import FOLDER
from extract.labels.score import Truth


class LabelSet(StrEnum):
    """What a labelled paper may be used for."""

    TUNED = "tuned"  # rules were made on it: its errors may be read, its figures flatter
    HELD_OUT = "held_out"  # rules were hardly made on it: of some fields the errors were looked at, once
    CALIBRATION = "calibration"  # never looked at, and small
    BLIND = "blind"  # nobody has looked at an error of it: its figures are what a new paper may expect


UNSEEN = (LabelSet.HELD_OUT, LabelSet.CALIBRATION, LabelSet.BLIND)  # on which confidences are fitted


@dataclass(frozen=True)
class LabelledEntry:
    """One labelled paper of the repository: which PDF it is of, and what it may be used for."""

    arxiv_id: str
    version: int | None  # None for a copy without arXiv's stamp
    set: LabelSet
    pdf_sha256: str
    pages: int
    style: str  # of the publisher: "two columns, letter" ...
    title: str


def load_entries() -> list[LabelledEntry]:
    """Every labelled paper of the repository, by set and arXiv id."""
    with (FOLDER / "papers.csv").open(encoding="utf-8", newline="") as rows:
        return [
            LabelledEntry(
                row["arxiv_id"].removeprefix("arXiv:"), int(row["version"]) if row["version"] else None,
                LabelSet(row["set"]), row["pdf_sha256"], int(row["pages"]), row["style"], row["title"],
            )
            for row in csv.DictReader(rows)
        ]  # fmt: skip


def load_labels() -> dict[str, LabelledPaper]:
    """arXiv id -> the annotation, of all sets."""
    return {**load_labelled(FOLDER / "papers"), **load_labelled(FOLDER / "calibration")}


def truths_of(entries: Iterable[LabelledEntry], labels: Mapping[str, LabelledPaper]) -> dict[str, Truth]:
    """arXiv id -> what the paper says, of these entries."""
    return {e.arxiv_id: truth_of(labels[e.arxiv_id]) for e in entries}


def year_of(entry: LabelledEntry) -> str:
    """The year in which the paper came to arXiv, by its id: "2017"; "before 2007" for the old form of ids."""
    number = entry.arxiv_id.split("v")[0]
    return f"20{number[:2]}" if number[:4].isdigit() and "." in number else "before 2007"

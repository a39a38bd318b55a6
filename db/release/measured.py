"""How well the reader reads and how well annotators agree: figures that stand beside the labelled papers.

A release is made by people who do not have the PDFs of the labelled papers, so it measures nothing itself:
`paperflops evaluate --labels --out measured.json` wrote the reader's figures, and `python score.py second --json
agreement.json` the annotators'.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from db.untyped import Parsed

SCORED = (
    "device", "device_count", "training_time", "run", "epochs", "parameters", "flops", "multiply_adds",
    "training_flops", "score",
)  # fmt: skip
_FEWEST_FOR_A_MEAN = 5  # labelled values that a field needs to count in the mean

Figures = Parsed  # precision, recall, f1, predicted, labelled


@dataclass(frozen=True)
class Measured:
    """The figures that a data card shows."""

    readers: Sequence[str]  # versions of the reader that was measured
    papers: Mapping[str, int]  # labelled papers of each set
    sets: Mapping[str, Mapping[str, Figures]]  # set -> field -> figures
    calibration_error: float
    agreement: Figures
    baselines: Sequence[Mapping[str, str]]

    def mean_f1(self, of_set: str) -> float:
        """The mean F1 of the fields with enough labelled values."""
        values = [f["f1"] or 0.0 for f in self.sets[of_set].values() if f["labelled"] >= _FEWEST_FOR_A_MEAN]
        return sum(values) / len(values)


def load_measured(labels: Path) -> Measured:
    """The figures as they stand in the folder of the labelled papers."""
    measured = json.loads((labels / "measured.json").read_text(encoding="utf-8"))
    with (labels / "baselines.csv").open(encoding="utf-8", newline="") as rows:
        baselines = list(csv.DictReader(rows))
    return Measured(
        measured["readers"],
        measured["papers"],
        measured["groups"],
        measured["calibration_error"],
        json.loads((labels / "agreement.json").read_text(encoding="utf-8")),
        baselines,
    )

"""Passes over the training data in a whole run."""

from __future__ import annotations

from collections.abc import Iterator

from db.models import Candidate, Field
from extract.candidates import Reader

FIELD = Field.EPOCHS
VERSION = "1"

EXAMPLES: tuple[tuple[str, list[object]], ...] = (
    ("All models are trained for 90 epochs.", [90]),
    ("We train for a total of 300 epochs with Adam.", [300]),
    ("The maximum number of epochs is set to 50.", [50]),
    ("We trained it for 1M steps (ca. 14 epochs).", [14]),
    # near misses
    ("The learning rate is divided by 10 after 30 epochs.", []),
    ("We use a linear warm-up of 5 epochs.", []),
    ("We train with a decay at epochs 27 and 33.", []),
    ("The best result was found at epoch 42 during training.", []),
)


def read(reader: Reader) -> Iterator[Candidate]:
    """Every number of epochs; chosen where it is the length of a run of the paper's own."""
    for s in reader.statements:
        for e in s.epochs:
            reason = e.refused or s.foreign
            if reason is None and e.value < 1:
                reason = "less than one epoch"
            yield reader.from_passage(
                s.passage, e.start, e.end, FIELD, e.value, e.pattern,
                purpose="training" if s.purpose == "inference" else s.purpose, chosen=reason is None, reason=reason,
                qualifiers={"statement": s.number},
            )  # fmt: skip
    yield from (c for c in reader.training_tables if c.field == FIELD)

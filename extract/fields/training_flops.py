"""FLOPs of a whole training, as reported: FLOPs, exaFLOPs, petaflop/s-days (8.64e19 FLOP each)."""

from __future__ import annotations

from collections.abc import Iterator

from db.models import Candidate, Field
from extract.fields.counting import count_candidates
from extract.fields.paper import PaperView

FIELD = Field.TRAINING_FLOPS

EXAMPLES: tuple[tuple[str, list[float]], ...] = (
    ("Training the big model took 2.3 · 10^19 FLOPs.", [2.3e19]),
    ("We trained it with 0.9 exaFLOPs in total.", [0.9e18]),
    ("Training consumed 3640 petaflop/s-days.", [3.144960e23]),
    ("The training needs 3.14e23 FLOPs.", [3.14e23]),
    # near misses
    ("Our cluster reaches a peak of 1.4 exaFLOPS per second.", []),
    ("We trained on GPUs of 9.5 TFLOPS.", []),
    ("It was trained for 3 days on 8 GPUs.", []),
    ("The trained network needs 4 billion FLOPs.", []),
)


def read(view: PaperView) -> Iterator[Candidate]:
    """Every count of a whole training's FLOPs, in tables and in running text."""
    return count_candidates(view, FIELD)

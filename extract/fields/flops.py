"""FLOPs of one network pass, as reported in FLOPs (multiply-adds are another field, rates are none)."""

from __future__ import annotations

from collections.abc import Iterator

from db.models import Candidate, Field
from extract.fields.counting import count_candidates
from extract.fields.paper import PaperView

FIELD = Field.FLOPS

EXAMPLES: tuple[tuple[str, list[float]], ...] = (
    ("ResNet-50 requires 4.1 billion FLOPs for one image.", [4.1e9]),
    ("A model of 600 MFLOPs.", [600e6]),
    ("It needs 15.3 GFLOPs at this resolution.", [15.3e9]),
    ("The complexity is 3.8 × 10^9 FLOPs.", [3.8e9]),
    # near misses
    ("The GPU delivers 9.5 TFLOPS in single precision.", []),
    ("This reduces the cost by 300 MFLOPs.", []),
    ("We sustain 50 teraFLOP/s on 16 GPUs.", []),
    ("The network costs 569 million multiply-adds.", []),
)


def read(view: PaperView) -> Iterator[Candidate]:
    """Every count of FLOPs per pass, in tables and in running text."""
    return count_candidates(view, FIELD)

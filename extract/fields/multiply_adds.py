"""Multiply-adds (MACs, MAdds) of one network pass, and FLOPs that the paper defines as multiply-adds."""

from __future__ import annotations

from collections.abc import Iterator

from db.models import Candidate, Field
from extract.fields.counting import count_candidates
from extract.fields.paper import PaperView

FIELD = Field.MULTIPLY_ADDS

EXAMPLES: tuple[tuple[str, list[float]], ...] = (
    ("The network costs 569 million multiply-adds.", [569e6]),
    ("It has 3.8 billion FLOPs (multiply-adds).", [3.8e9]),
    ("Our smallest model uses 56 MMACs.", [56e6]),
    ("It takes 1.2B mult-adds.", [1.2e9]),
    # near misses
    ("ResNet-50 requires 4.1 billion FLOPs for one image.", []),
    ("It uses 40% fewer multiply-adds.", []),
    ("We add and multiply 3 numbers.", []),
    ("The iMac of 2017 has 8 MB of cache.", []),
)


def read(view: PaperView) -> Iterator[Candidate]:
    """Every count of multiply-adds per pass, in tables and in running text."""
    return count_candidates(view, FIELD)

"""Numbers of parameters of whole models."""

from __future__ import annotations

from collections.abc import Iterator

from db.models import Candidate, Field
from extract.fields.counting import count_candidates
from extract.fields.paper import PaperView

FIELD = Field.PARAMETERS

EXAMPLES: tuple[tuple[str, list[float]], ...] = (
    ("The resulting LSTM has 384M parameters.", [384e6]),
    ("ResNet-50 has 25.6 million parameters.", [25.6e6]),
    ("We train a 1.3-billion parameter model.", [1.3e9]),
    ("The number of parameters is about 36M.", [36e6]),
    ("Our detector uses only 5,300,000 parameters.", [5.3e6]),
    # near misses
    ("It was trained on 300B tokens and 25.6M images.", []),
    ("Our network has 8.4x fewer parameters.", []),
    ("This adds 2.5M parameters to the network.", []),
    ("We run 1M steps with the parameters of Table 3.", []),
    ("The softmax alone has 30M embedding parameters.", []),
)


def read(view: PaperView) -> Iterator[Candidate]:
    """Every count of parameters, in tables and in running text."""
    return count_candidates(view, FIELD)

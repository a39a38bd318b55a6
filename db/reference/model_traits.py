"""What sets a model's training apart from plain training on the benchmark's data: `db/reference/model_traits.csv`.

A trait is told from the model's name, the paper's title or a remark, by patterns with their source. An analysis leaves
such rows out, or asks what a slope is without them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from db.reference.files import read_csv

TRAITS_CSV = Path(__file__).parent / "model_traits.csv"
TRAITS = ("pre_training", "extra_data", "ensemble", "search")


@dataclass(frozen=True)
class TraitPattern:
    """One line of the file: a trait is there where the pattern is found in one of these texts of a row."""

    trait: str
    where: tuple[str, ...]  # model, title, comments
    pattern: re.Pattern[str]
    example: str
    near_miss: str
    source: str


def traits_of(model: str, title: str = "", comments: str = "") -> frozenset[str]:
    """The traits that these texts tell of: traits_of("BERT (ensemble)") is {"pre_training", "ensemble"}."""
    texts = {"model": model, "title": title, "comments": comments}
    return frozenset(
        line.trait for line in load_trait_patterns() if any(line.pattern.search(texts[place]) for place in line.where)
    )


@lru_cache(maxsize=1)
def load_trait_patterns() -> tuple[TraitPattern, ...]:
    """Every line of the file. FaultyFileError where one is at fault."""
    from db.reference.shapes import TraitShape

    return tuple(
        TraitPattern(
            line.trait,
            tuple(line.where.split(" or ")),
            re.compile(line.pattern, re.IGNORECASE),
            line.example,
            line.near_miss,
            line.source,
        )
        for line in read_csv(TRAITS_CSV, TraitShape).values()
    )

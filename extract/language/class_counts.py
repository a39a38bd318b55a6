"""How many classes are told apart: "5-way", "a subset of 30 classes"; fewer than a data set has make another task."""

from __future__ import annotations

from functools import lru_cache

from db.reference.benchmarks import benchmark
from extract.pattern import Pattern

_COUNT = r"(?<![\d,.])(?<!\d\s)[1-9]\d*"
CLASSES_TOLD_APART = Pattern(
    "how many classes are told apart",
    {
        rf"(?P<way>{_COUNT})[-\s]way\b(?!\s(?:\w+[-\s])?(?:parallel|split|tie|cross|tensor|attention))": (
            "5-way 1-shot",
            "the 20-way task",
        ),
        rf"\bsubsets?\b[^.;:]{{0,40}}?(?P<subset>{_COUNT})\s(?:[a-z]+\s)?(?:classes|categories)\b": (
            "Each subset has 30 random classes",
            "a subset of 12 categories",
        ),
        rf"(?P<part>{_COUNT})[-\s](?:[a-z]+\s)?class(?:es)?\s(?:subset|split|version)": "the 50-class subset",
    },
    refuses=("1, 000-way parallel", "8-way tensor parallelism", "subsets of all classes", "10 classes", "5-shot"),
)

FEW_EXAMPLES = Pattern(
    "learning from a few examples of each class, which is told of few classes",
    {r"(?:one|few|five|ten|[1-9]\d?)[-\s]shots?\b": ("one-shot accuracy", "5-shot")},
    refuses=("zero-shot", "snapshots", "a single-shot detector"),
    before=r"\b",
)


def tells_fewer_classes(benchmark_id: str, *texts: str) -> bool:
    """Whether one of the texts says that fewer classes are told apart than the benchmark has."""
    known = benchmark(benchmark_id).classes
    return known is not None and any(count < known for text in texts for count in _counts(text))


@lru_cache(maxsize=1024)
def _counts(text: str) -> tuple[int, ...]:
    return tuple(int(next(filter(None, match.groups()))) for match in CLASSES_TOLD_APART.finditer(text))

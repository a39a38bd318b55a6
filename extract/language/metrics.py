"""Splits of data sets, units of operations and the ranges of metrics, as headers and sentences both use them."""

from __future__ import annotations

import re

from db.reference.benchmarks import benchmark

PETAFLOP_PER_S_DAY = 8.64e19  # FLOP: 1e15 a second for 86,400 seconds
_SPLIT = re.compile(
    r"\b(?P<split>test-?\s?dev(?:20\d\d)?|test-?\s?std|test-?\s?challenge|mini-?val(?:20\d\d)?"
    r"|trainval\w*|val\s?20\d\d|newstest\s?20\d\d|newstest\d\d|ntst\d\d|"
    r"validation|val\b\.?|dev(?:elopment)?(?:\sset)?\b|testa|testb|test(?:\sset)?\b"
    r"|train(?:ing)?(?=\s(?:set|error|err|f1|acc)))",
)


def split_of(low: str) -> str | None:
    """The part of the data that the text names, in the words of benchmarks.toml where it can."""
    match = _SPLIT.search(low)
    if match is None:
        return None
    split = match["split"].replace(" ", "")
    if split.startswith("newstest") and len(split) == 10:
        split = "newstest20" + split[-2:]
    known = {
        "validation": "val",
        "val.": "val",
        "development": "dev",
        "developmentset": "dev",
        "devset": "dev",
        "testset": "test",
        "testdev": "test-dev",
        "ntst14": "newstest2014",
        "training": "train",
    }
    if split.startswith(("test-dev", "testdev")):
        return "test-dev"
    if split.startswith("mini"):
        return "minival"
    return known.get(split, split)


def in_percent_points(benchmark_id: str, metric_id: str, value: float, *, all_fractions: bool) -> float | None:
    """The value in the benchmark's unit (0.763 is 76.3 where a whole column is printed so); None if implausible."""
    metric = benchmark(benchmark_id).metric(metric_id)
    if metric.percent and all_fractions and 0 < value <= 1:
        value = round(value * 100, 6)
    return value if metric.is_plausible(value) else None

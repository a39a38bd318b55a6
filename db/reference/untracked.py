"""Data sets and metrics that papers report but that are not tracked: `db/reference/untracked.toml`, compiled."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from db.reference.benchmarks import find_variants
from db.reference.printed_names import Found, NameFinder, compile_names, expand_braces

UNTRACKED_TOML = Path(__file__).parent / "untracked.toml"


@cache
def _finder(kind: str) -> NameFinder:
    with UNTRACKED_TOML.open("rb") as file:
        names = tomllib.load(file)[kind]
    return compile_names([name for raw in names for name in expand_braces(raw)])


def find_untracked_datasets(text: str) -> list[Found]:
    """Each data set in the text that no tracked benchmark is measured on, left to right; variants of one are others."""
    listed = _finder("datasets").find(text)
    variants = [v for v in find_variants(text) if not any(f.start <= v.start < f.end for f in listed)]
    return sorted([*listed, *variants], key=lambda found: found.start) if variants else listed


def find_pretraining_data(text: str) -> list[Found]:
    """Each larger data set in the text that models are trained on before a benchmark's own, left to right."""
    return _finder("pretraining").find(text)


def find_untracked_metrics(text: str) -> list[Found]:
    """Each metric in the text that is not kept (mIoU, perplexity, average recall), left to right."""
    return _finder("metrics").find(text)

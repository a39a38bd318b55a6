"""How sure to be of a candidate: the share of its pattern's candidates that turned out right on labelled papers.

The shares stand in `confidence.json` beside this file, written by `paperflops evaluate --gold DIR --calibrate`;
nothing in it is typed by hand. A pattern seen seldom leans on its field's share, a field never seen on no figure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from db.models import Candidate

CONFIDENCE_FILE = Path(__file__).with_name("confidence.json")
PRIOR_WEIGHT = 4.0  # candidates' worth of the field's own share that a pattern's share starts from


@cache
def measured() -> Mapping[str, Mapping[str, tuple[int, int]]]:
    """Field -> pattern -> (right, judged), from the labelled papers."""
    if not CONFIDENCE_FILE.exists():
        return {}
    text = CONFIDENCE_FILE.read_text(encoding="utf-8")
    return {f: {p: (int(a), int(b)) for p, (a, b) in ps.items()} for f, ps in json.loads(text)["patterns"].items()}


def confidence_from(record: Mapping[str, Mapping[str, tuple[int, int]]], field: str, pattern: str) -> float | None:
    """The expected chance that a value of this pattern is right: its own share, drawn to its field's where rare."""
    patterns = record.get(field)
    if not patterns:
        return None
    right, judged = (sum(column) for column in zip(*patterns.values(), strict=True))
    share = (right + 1) / (judged + 2)
    here_right, here_judged = patterns.get(pattern, (0, 0))
    return (here_right + PRIOR_WEIGHT * share) / (here_judged + PRIOR_WEIGHT)


def with_confidence(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates, each with its pattern's measured confidence."""
    known = measured()
    out = []
    for c in candidates:
        confidence = confidence_from(known, str(c.field), c.pattern)
        out.append(replace(c, confidence=None if confidence is None else round(confidence, 3)))
    return out

"""How sure to be of a candidate: the share of its pattern's candidates that turned out right on labelled papers.

The shares stand in `confidence.json` beside this file, written by `paperflops evaluate --gold DIR --calibrate`;
nothing in it is typed by hand. A pattern seen seldom leans on its field's share, a field never seen on no figure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib import resources

from db.models import Candidate

PRIOR_WEIGHT = 4.0  # candidates' worth of the field's own share that a pattern's share starts from


@cache
def measured() -> Mapping[str, Mapping[str, tuple[int, int]]]:
    """Field -> pattern -> (right, judged), from the labelled papers."""
    try:
        text = resources.files("extract").joinpath("confidence.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    return {f: {p: (int(a), int(b)) for p, (a, b) in ps.items()} for f, ps in json.loads(text)["patterns"].items()}


def confidence_of(field: str, pattern: str) -> float | None:
    """The expected chance that a candidate of this pattern is right; None where nothing was measured."""
    patterns = measured().get(field)
    if not patterns:
        return None
    right, judged = (sum(column) for column in zip(*patterns.values(), strict=True))
    share = (right + 1) / (judged + 2)
    here_right, here_judged = patterns.get(pattern, (0, 0))
    return round((here_right + PRIOR_WEIGHT * share) / (here_judged + PRIOR_WEIGHT), 3)


def with_confidence(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates, each with its pattern's measured confidence."""
    return [replace(c, confidence=confidence_of(c.field, c.pattern)) for c in candidates]

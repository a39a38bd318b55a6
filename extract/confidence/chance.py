"""How sure to be of a candidate: the measured chance that it is right.

A logistic regression on the candidate's signs (`signs.py`), fitted on labelled papers that no rule was made on. In a
record the chance that a right value is that model's too comes in as a factor, by the way in which it was joined
(`RecordValue.link`, measured by `attachment_worth.py`). Weights and shares stand in `confidence.json` beside this file,
which `paperflops evaluate --labels --calibrate` writes; nothing in it is typed by hand. A field that was judged too
seldom has no figure: its confidence is None.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from db.models import Candidate, RecordValue
from db.models import Record as PaperRecord
from db.untyped import Parsed
from db.vocabulary import Link
from extract.confidence.signs import Signs, signs_of

CONFIDENCE_FILE = Path(__file__).with_name("confidence.json")
PRIOR_WEIGHT = 4.0  # judgements' worth of the field's own share that the share of a way of joining starts from
LEAST, MOST = 0.01, 0.995  # no measurement on some thousand values tells more
FEWEST_JUDGED = 10  # values of a field; on fewer it has no figure

Links = Mapping[str, Mapping[Link, tuple[float, float]]]  # field -> way of joining -> (right, judged), papers capped


@dataclass(frozen=True)
class Calibration:
    """What was measured on labelled papers."""

    intercept: float = 0.0
    weights: Mapping[str, float] = field(default_factory=dict)  # of each sign, in log-odds
    judged: Mapping[str, int] = field(default_factory=dict)  # values of each field that the fit saw
    links: Links = field(default_factory=dict)

    def chance(self, of_field: str, signs: Signs) -> float | None:
        """The chance that a value is right; None where its field was judged too seldom."""
        if self.judged.get(of_field, 0) < FEWEST_JUDGED:
            return None
        z = self.intercept + sum(self.weights.get(name, 0.0) * value for name, value in signs.items())
        return min(MOST, max(LEAST, 0.5 * (1 + math.tanh(z / 2))))


@cache
def measured() -> Calibration:
    """What `confidence.json` says; nothing where it is absent."""
    if not CONFIDENCE_FILE.exists():
        return Calibration()
    return calibration_from(json.loads(CONFIDENCE_FILE.read_text(encoding="utf-8")))


def calibration_from(data: Parsed) -> Calibration:
    """The calibration that the file's contents are."""
    return Calibration(
        float(data.get("intercept", 0.0)),
        {str(name): float(w) for name, w in data.get("weights", {}).items()},
        {str(f): int(n) for f, n in data.get("judged", {}).items()},
        {f: {Link[w]: (float(a), float(b)) for w, (a, b) in ws.items()} for f, ws in data.get("links", {}).items()},
    )


def by_name(links: Links) -> dict[str, dict[str, tuple[float, float]]]:
    """What is known of the ways of joining as a file holds it: each way under its name."""
    return {field: {way.name: counted for way, counted in ways.items()} for field, ways in links.items()}


@cache
def calibration_version() -> str:
    """A short digest of the calibration; a paper read under another one is read again."""
    return f"{zlib.crc32(CONFIDENCE_FILE.read_bytes()):08x}"[:4] if CONFIDENCE_FILE.exists() else "0"


def share_right(record: Links, of_field: str, way: Link) -> float | None:
    """The expected share of right values joined in this way: its own, drawn to its field's where it is rare."""
    ways = record.get(of_field)
    if not ways:
        return None
    right, judged = sum(r for r, _ in ways.values()), sum(j for _, j in ways.values())
    share = (right + 1) / (judged + 2)
    here_right, here_judged = ways.get(way, (0, 0))
    return (here_right + PRIOR_WEIGHT * share) / (here_judged + PRIOR_WEIGHT)


def with_confidence(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates of one paper, each with its measured confidence."""
    known, found = measured(), list(candidates)
    chances = (known.chance(str(c.field), signs) for c, signs in zip(found, signs_of(found), strict=True))
    return [
        replace(c, confidence=None if chance is None else round(chance, 3))
        for c, chance in zip(found, chances, strict=True)
    ]


def with_link_confidence(records: Iterable[PaperRecord], candidates: Iterable[Candidate]) -> list[PaperRecord]:
    """The records, each chosen value with the measured chance that it is right and that model's."""
    links = measured().links
    by_key = {c.key: c for c in candidates}

    def sure(v: RecordValue) -> RecordValue:
        confidence = by_key[v.candidate_key].confidence
        if not v.chosen or confidence is None:
            return v
        share = share_right(links, v.field, v.link) if v.link is not None else None
        return replace(v, confidence=confidence if share is None else round(confidence * share, 3))

    return [replace(r, values=tuple(sure(v) for v in r.values)) for r in records]

"""How sure to be of a candidate: the measured chance that it is right.

First the share of its pattern's candidates that turned out right on labelled papers; a pattern seen seldom leans on its
field's share, a field never seen has no figure. Then a logistic regression on that share and on what the rest of the
paper says of the value (`SIGNS`). In a record the chance that a right value is that model's too comes in as a factor,
by the way in which it was joined (`RecordValue.link`, measured by `extract/links.py`). Shares and weights stand in
`confidence.json` beside this file, written by `paperflops evaluate --gold DIR --calibrate`; nothing in it is typed by
hand. `extract/calibration.py` fits them.
"""

from __future__ import annotations

import json
import math
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from db.models import Candidate, Field, RecordValue
from db.models import Record as PaperRecord

CONFIDENCE_FILE = Path(__file__).with_name("confidence.json")
PRIOR_WEIGHT = 4.0  # candidates' worth of the field's own share that a pattern's share starts from
LEAST, MOST = 0.01, 0.995  # no measurement on some thousand values tells more

Record = Mapping[str, Mapping[str, tuple[int, int]]]  # field -> pattern -> (right, judged)
Links = Mapping[str, Mapping[str, tuple[float, float]]]  # field -> way of joining -> (right, judged), papers capped

SIGNS = (
    "repeated",  # log(1 + other places of the paper that print the same value of the same thing, at most 3)
    "table_echoed",  # the share of its table's values that another place of the paper prints too
    "rivals_in_row",  # log(1 + other values of the same thing in its own row of the table)
    "rivals_of_model",  # log(1 + other values of the same thing that the paper gives this model)
    "in_prose",  # 1 where what tables mostly say (a score, a size, operations) was read in running text
    # The share of the paper's candidates of this field that were refused: its tables are hard to read. Of hardware,
    # time and epochs nought: most hours and GPUs that a paper names are of something else, and rightly refused.
    "refused",
)

_OF_TABLES = frozenset((Field.SCORE, Field.PARAMETERS, Field.FLOPS, Field.MULTIPLY_ADDS, Field.TRAINING_FLOPS))


@dataclass(frozen=True)
class Calibration:
    """What was measured on labelled papers. Without weights the pattern's share is the confidence."""

    patterns: Record = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)  # of the intercept, the share's log-odds and each sign
    links: Links = field(default_factory=dict)

    def chance(self, of_field: str, pattern: str, signs: Sequence[float]) -> float | None:
        """The chance that a value is right; None where its field was never judged."""
        share = confidence_from(self.patterns, of_field, pattern)
        if share is None or not self.weights:
            return share
        z = sum(self.weights[name] * x for name, x in zip(INPUTS, inputs(share, signs), strict=True))
        return min(MOST, max(LEAST, 0.5 * (1 + math.tanh(z / 2))))


INPUTS = ("intercept", "pattern", *SIGNS)


def inputs(share: float, signs: Sequence[float]) -> tuple[float, ...]:
    """What the regression sees of a value whose pattern has this share."""
    return (1.0, math.log(share / (1 - share)), *signs)


@cache
def measured() -> Calibration:
    """What `confidence.json` says; nothing where it is absent."""
    if not CONFIDENCE_FILE.exists():
        return Calibration()
    return calibration_from(json.loads(CONFIDENCE_FILE.read_text(encoding="utf-8")))


def calibration_from(data: Mapping[str, object]) -> Calibration:
    """The calibration that the file's contents are."""
    patterns = {f: {p: (int(a), int(b)) for p, (a, b) in ps.items()} for f, ps in data["patterns"].items()}  # type: ignore[attr-defined]
    weights = {str(name): float(w) for name, w in data.get("weights", {}).items()}  # type: ignore[attr-defined]
    links = {f: {w: (float(a), float(b)) for w, (a, b) in ws.items()} for f, ws in data.get("links", {}).items()}  # type: ignore[attr-defined]
    # weights fitted for other signs than ours mean nothing
    return Calibration(patterns, weights if set(weights) == set(INPUTS) else {}, links)


@cache
def calibration_version() -> str:
    """Names the calibration: a paper read under another one is read again."""
    return f"{zlib.crc32(CONFIDENCE_FILE.read_bytes()):08x}"[:4] if CONFIDENCE_FILE.exists() else "0"


def confidence_from(record: Links, of_field: str, pattern: str) -> float | None:
    """The expected share of this pattern's values that are right: its own, drawn to its field's where rare."""
    patterns = record.get(of_field)
    if not patterns:
        return None
    right, judged = (sum(column) for column in zip(*patterns.values(), strict=True))
    share = (right + 1) / (judged + 2)
    here_right, here_judged = patterns.get(pattern, (0, 0))
    return (here_right + PRIOR_WEIGHT * share) / (here_judged + PRIOR_WEIGHT)


def signs_of(candidates: Sequence[Candidate]) -> list[tuple[float, ...]]:
    """For each candidate of one paper its `SIGNS`, in order."""
    standing = [c for c in candidates if c.chosen and c.purpose != "inference"]
    places: dict[tuple[object, ...], set[tuple[object, ...]]] = defaultdict(set)
    of_row: dict[tuple[object, ...], set[object]] = defaultdict(set)
    of_model: dict[tuple[object, ...], set[object]] = defaultdict(set)
    of_table: dict[tuple[object, ...], list[Candidate]] = defaultdict(list)
    for c in standing:
        places[(*_thing(c), c.value)].add(_place(c))
        of_model[(*_thing(c), c.subject)].add(c.value)
        if c.evidence.table is not None:
            of_row[_row(c)].add(c.value)
            of_table[_table(c)].append(c)
    echoed = {
        table: sum(len({place[:2] for place in places[(*_thing(c), c.value)]}) > 1 for c in members) / len(members)
        for table, members in of_table.items()
    }
    seen = Counter(str(c.field) for c in candidates)
    refused = Counter(str(c.field) for c in candidates if not c.chosen)
    return [
        (
            math.log1p(min(3, len(places.get((*_thing(c), c.value), set()) - {_place(c)}))),
            echoed.get(_table(c), 0.0),
            math.log1p(len(of_row.get(_row(c), set()) - {c.value})),
            math.log1p(len(of_model.get((*_thing(c), c.subject), set()) - {c.value})),
            float(c.evidence.table is None and c.field in _OF_TABLES),
            refused[str(c.field)] / seen[str(c.field)] if c.field in _OF_TABLES else 0.0,
        )
        for c in candidates
    ]


def _thing(c: Candidate) -> tuple[object, ...]:
    """What is measured: values of one thing can be compared."""
    return str(c.field), c.benchmark, c.metric


def _place(c: Candidate) -> tuple[object, ...]:
    e = c.evidence
    return e.page, e.table, e.row if e.table is not None else e.quote


def _table(c: Candidate) -> tuple[object, ...]:
    return (*_thing(c), c.evidence.page, c.evidence.table)


def _row(c: Candidate) -> tuple[object, ...]:
    return (*_table(c), c.split, c.evidence.row, c.evidence.quote)


def with_confidence(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates of one paper, each with its measured confidence."""
    known, found = measured(), list(candidates)
    out = []
    for c, signs in zip(found, signs_of(found), strict=True):
        confidence = known.chance(str(c.field), c.pattern, signs)
        out.append(replace(c, confidence=None if confidence is None else round(confidence, 3)))
    return out


def with_link_confidence(records: Iterable[PaperRecord], candidates: Iterable[Candidate]) -> list[PaperRecord]:
    """The records, each chosen value with the measured chance that it is right and that model's."""
    links = measured().links
    by_key = {c.key: c for c in candidates}

    def sure(v: RecordValue) -> RecordValue:
        confidence = by_key[v.candidate_key].confidence
        if not v.chosen or confidence is None:
            return v
        share = confidence_from(links, v.field, v.link) if v.link is not None else None
        return replace(v, confidence=confidence if share is None else round(confidence * share, 3))

    return [replace(r, values=tuple(sure(v) for v in r.values)) for r in records]

"""Which values of tables the running text prints again: "WideNet reaches 76.32 %" beside a cell of 76.32.

A value that prose repeats was read from the right cell more often than one that it does not: the confidence uses it as
the qualifier `repeated`, the number of sentences that print the value beside a metric or a unit of its kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from db.models import Candidate, Field
from extract.layout.passages import Passage
from extract.sentences.score_metrics import METRIC_HINT

# as short as a number may be and still be told from a coincidence: three digits, one behind the point
_DECIMAL = re.compile(r"(?<![\d.,^])(?P<digits>\d{1,3}\.\d{1,4})(?![\d^]|\.\d)")
_SCALED = re.compile(r"(?<![\d.,^])(?P<digits>\d{1,4}(?:\.\d{1,3})?)\s?-?(?P<scale>[KMGBT]|million|billion)(?![a-z])")
_SCALES = {"K": 1e3, "M": 1e6, "G": 1e9, "B": 1e9, "T": 1e12, "million": 1e6, "billion": 1e9}
_COUNTS = (Field.PARAMETERS, Field.FLOPS, Field.MULTIPLY_ADDS)
_COUNT_PARTS = ("aram", "FLOP", "lops", "dds", "MAC", "weights")
LEAST_DIGITS = 3


def with_repeats(candidates: Iterable[Candidate], passages: Sequence[Passage]) -> list[Candidate]:
    """The candidates, those of tables with `repeated` among their qualifiers where sentences print them again."""
    scores, counts = _printed_in(passages)
    return [_with_repeats(c, scores if c.field == Field.SCORE else counts) for c in candidates]


def _with_repeats(candidate: Candidate, printed: Mapping[float, int]) -> Candidate:
    of_table = candidate.evidence.table is not None and candidate.field in (Field.SCORE, *_COUNTS)
    if not of_table or not isinstance(candidate.value, float | int):
        return candidate
    times = printed.get(_key(float(candidate.value)), 0)
    return replace(candidate, qualifiers={**candidate.qualifiers, "repeated": times}) if times else candidate


def _printed_in(passages: Sequence[Passage]) -> tuple[Counter[float], Counter[float]]:
    """How many sentences print each number: beside a metric, and with a magnitude beside a unit of counts."""
    scores: Counter[float] = Counter()
    counts: Counter[float] = Counter()
    for passage in passages:
        if passage.kind not in ("prose", "footnote"):
            continue
        for start, end in passage.sentences:
            text = passage.text[start:end]
            if "." in text and METRIC_HINT.search(text):
                scores.update({_key(float(m["digits"])) for m in _DECIMAL.finditer(text) if _is_long(m["digits"])})
            if any(part in text for part in _COUNT_PARTS):
                counts.update({_key(float(m["digits"]) * _SCALES[m["scale"]]) for m in _SCALED.finditer(text)})
    return scores, counts


def _is_long(digits: str) -> bool:
    return len(digits.replace(".", "").lstrip("0")) >= LEAST_DIGITS


def _key(value: float) -> float:
    """The value without the noise of a multiplication."""
    return float(f"{value:.10g}")

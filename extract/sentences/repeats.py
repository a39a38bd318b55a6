"""Which values of tables the running text prints again: "WideNet reaches 76.32 %" beside a cell of 76.32.

A value that prose repeats was read from the right cell more often than one that it does not: the confidence uses it as
the qualifier `repeated`, the number of sentences that print the value beside a metric or a unit of its kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from db.models import Candidate, Field
from extract.layout.passages import Passage
from extract.pattern import Pattern
from extract.sentences.score_metrics import METRIC_HINT

# as short as a number may be and still be told from a coincidence: three digits, one behind the point
_DECIMAL = re.compile(r"(?P<digits>\d{1,3}\.\d{1,4})(?![\d^]|\.\d)")
_SCALED = Pattern(
    "a number with its magnitude",
    {"[KMGBT]": "25.6M", "million": "25.6 million", "billion": "1.3 billion"},
    refuses=("25.6", "25 Models"),
    before=r"(?P<digits>\d{1,4}(?:\.\d{1,3})?)\s?-?(?P<scale>",
    after=")(?![a-z])",
    flags=re.NOFLAG,
)
_PART_OF_NUMBER = frozenset(
    "0123456789.,^"
)  # before the digits: they go on to the left (as a lookbehind it costs twice)
_SCALES = {"K": 1e3, "M": 1e6, "G": 1e9, "B": 1e9, "T": 1e12, "million": 1e6, "billion": 1e9}
_COUNTS = (Field.PARAMETERS, Field.FLOPS, Field.MULTIPLY_ADDS)
_UNIT_OF_COUNT = Pattern(
    "what a count may be of, however it is spelt",
    {"aram": "params", "FLOP": "GFLOP", "dds": "multiply-adds", "MAC": "MACs", "weights": "weights"},
    refuses=("images", "lop"),
    flags=re.NOFLAG,
)
LEAST_DIGITS = 3

Search = Callable[[str, int, int], re.Match[str] | None]


def with_repeats(candidates: Iterable[Candidate], passages: Sequence[Passage]) -> list[Candidate]:
    """The candidates, those of tables with `repeated` among their qualifiers where sentences print them again."""
    found = list(candidates)
    running = [p for p in passages if p.kind in ("prose", "footnote")]
    scores = _sentences_with(running, _DECIMAL, _wanted(found, (Field.SCORE,)), METRIC_HINT.search)
    counts = _sentences_with(running, _SCALED, _wanted(found, _COUNTS), _UNIT_OF_COUNT.search)
    return [_with_repeats(c, scores if c.field == Field.SCORE else counts) for c in found]


def _wanted(candidates: Iterable[Candidate], fields: Sequence[Field]) -> frozenset[float]:
    """The values of these fields that stand in tables."""
    return frozenset(_key(float(c.value)) for c in candidates if c.field in fields and _is_of_table(c))  # type: ignore[arg-type]


def _is_of_table(candidate: Candidate) -> bool:
    return candidate.evidence.table is not None and isinstance(candidate.value, float | int)


def _with_repeats(candidate: Candidate, printed: Mapping[float, int]) -> Candidate:
    if candidate.field not in (Field.SCORE, *_COUNTS) or not _is_of_table(candidate):
        return candidate
    times = printed[_key(float(candidate.value))]  # type: ignore[arg-type]
    return replace(candidate, qualifiers={**candidate.qualifiers, "repeated": times}) if times else candidate


def _sentences_with(
    passages: Iterable[Passage], numbers: Pattern | re.Pattern[str], wanted: frozenset[float], beside: Search
) -> Counter[float]:
    """How many sentences print each of the wanted values, with what must stand beside it somewhere in the sentence."""
    printed: set[tuple[float, int, int]] = set()
    if not wanted:
        return Counter()
    for i, passage in enumerate(passages):
        for match in numbers.finditer(passage.text):
            value = _value(match)
            if value in wanted and passage.text[match.start() - 1 : match.start()] not in _PART_OF_NUMBER:
                start, end = passage.sentence_at(match.start())
                if beside(passage.text, start, end):
                    printed.add((value, i, start))
    return Counter(value for value, _, _ in printed)


def _value(match: re.Match[str]) -> float | None:
    """The number; None where it has too few digits to be told from a coincidence."""
    scale = match.groupdict().get("scale")
    if scale is None and len(match["digits"].replace(".", "").lstrip("0")) < LEAST_DIGITS:
        return None
    return _key(float(match["digits"]) * _SCALES.get(scale or "", 1.0))


def _key(value: float) -> float:
    """The value without the noise of a multiplication."""
    return float(f"{value:.10g}")

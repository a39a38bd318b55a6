"""Which of a paper's candidates stand: the same value said twice, a rounded restatement, a value without its model.

Fields read cells and sentences by themselves; what one knows of another is settled here, after all have run. Device,
count, time and epochs pass through: `extract/runs.py` groups them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from db.models import Candidate, Field, normal_name
from db.reference.benchmarks import Metric, benchmark
from db.vocabulary import Reason, Refusal
from extract.language.numbers import decimals
from extract.language.same_model import one_within_the_other, words_of

COUNTS = (Field.PARAMETERS, Field.FLOPS, Field.MULTIPLY_ADDS, Field.TRAINING_FLOPS)


def link(candidates: list[Candidate]) -> list[Candidate]:
    """The candidates, in order, with doubles and restatements of a table's value no longer chosen."""
    in_tables: dict[tuple[str | None, str | None], list[Candidate]] = defaultdict(list)
    counts: dict[str, list[Candidate]] = defaultdict(list)
    for c in candidates:
        if c.chosen and c.evidence.table is not None and isinstance(c.value, float | int):
            if c.field == Field.SCORE:
                in_tables[_measure(c)].append(c)
            elif c.field in COUNTS:
                counts[c.field].append(c)
    out = []
    for c in candidates:
        if not c.chosen or c.evidence.table is not None or not isinstance(c.value, float | int):
            out.append(c)
        elif c.field == Field.SCORE:
            out.append(_against_tables(c, in_tables[_measure(c)]))
        elif c.field in COUNTS:
            out.append(_count_against_tables(c, counts[c.field]))
        else:
            out.append(c)
    return _once(out)


def _measure(c: Candidate) -> tuple[str | None, str | None]:
    """Benchmark and metric, accuracies and errors as one."""
    error = _error_of(c)
    return c.benchmark, error.id if error else c.metric


def _error_of(c: Candidate) -> Metric | None:
    """The error metric that the candidate's accuracy is the complement of; None where it is no accuracy."""
    if c.benchmark is None or c.metric is None:
        return None
    its = benchmark(c.benchmark)
    metric = its.metric(c.metric)
    return its.counterpart(metric) if metric.quantity == "accuracy" else None


def _error(c: Candidate) -> float:
    value = float(c.value)  # type: ignore[arg-type]
    return round(100 - value, 6) if _error_of(c) else value


def _against_tables(c: Candidate, table: Iterable[Candidate]) -> Candidate:
    """A sentence's score: refused where a table says it, or says it to more digits."""
    value = _error(c)
    places = decimals(str(c.qualifiers.get("printed", c.value)))
    for t in table:
        if abs(_error(t) - value) < 1e-9:
            return replace(c, chosen=False, reason=_words(Refusal.SAID_IN_A_TABLE, t.evidence.table))
    for t in table:
        exact = _error(t)
        if places <= 1 and abs(exact - value) <= 0.5 * 10**-places + 1e-9:
            return replace(c, chosen=False, reason=_words(Refusal.ROUNDING_OF, f"{t.value:g} in {t.evidence.table}"))
    return c


def _rounded_to(c: Candidate, exact: Candidate) -> bool:
    """Whether one sentence's score is another's with fewer digits, both to two decimals at least."""
    fewer, more = (decimals(str(x.qualifiers.get("printed", x.value))) for x in (c, exact))
    if _measure(c) != _measure(exact) or not 2 <= fewer < more:
        return False
    return abs(_error(exact) - _error(c)) <= 0.5 * 10.0**-fewer + 1e-9


def _count_against_tables(c: Candidate, table: Iterable[Candidate]) -> Candidate:
    """A sentence's count: refused where it is a table's value rounded, for a model of the same name."""
    value = float(c.value)  # type: ignore[arg-type]
    for t in table:
        exact = float(t.value)  # type: ignore[arg-type]
        if exact != value and abs(exact - value) <= 0.05 * exact and _same_model(c.subject, t.subject):
            return replace(c, chosen=False, reason=_words(Refusal.ROUNDING_OF, f"{exact:g} in {t.evidence.table}"))
    return c


def _same_model(a: str | None, b: str | None) -> bool:
    """Whether one name may be the other's, a family's name that of its models."""
    if not a or not b or not (words_of(a) and words_of(b)):
        return False
    return one_within_the_other(a, b) or normal_name(a) == normal_name(b)


def _once(candidates: list[Candidate]) -> list[Candidate]:
    """A value that sentences say several times is chosen where it is said with a model, else where it is said first."""
    best: dict[tuple[object, ...], int] = {}
    out = list(candidates)
    said = [c for c in out if c.chosen and c.evidence.table is None and c.field == Field.SCORE]
    for i, c in enumerate(out):
        if not c.chosen or c.evidence.table is not None or c.field not in (*COUNTS, Field.SCORE):
            continue
        if c.field == Field.SCORE:
            exact = next((o for o in said if o is not c and _rounded_to(c, o)), None)
            if exact is not None:
                printed = f"{exact.value:g} on page {exact.evidence.page}"
                out[i] = replace(c, chosen=False, reason=_words(Refusal.ROUNDING_OF, printed))
                continue
        key = (c.field, c.value, c.benchmark, c.metric)
        if key not in best:
            best[key] = i
            continue
        first = out[best[key]]
        if first.subject is None and c.subject is not None:
            out[best[key]] = replace(first, chosen=False, reason=_words(Refusal.SAID_WITH_ITS_MODEL))
            best[key] = i
        elif first.subject is None or c.subject is None or _same_model(first.subject, c.subject):
            out[i] = replace(c, chosen=False, reason=_words(Refusal.SAID_BEFORE, first.evidence.page))
    return out


def _words(refusal: Refusal, detail: object = "") -> str:
    return Reason(refusal, str(detail)).words

"""Candidates -> records: one model of the paper on one benchmark, for each field the chosen value and the rest.

Scores make the records; parameters and operations join by the model's name; a training run (device, count, time,
epochs) joins by its model where it names one, else it speaks for all the paper's own models.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from db.benchmarks import load_benchmarks
from db.models import Candidate, Field, Record, RecordValue, normal_name

RUN_FIELDS = (Field.DEVICE, Field.DEVICE_COUNT, Field.TRAINING_TIME, Field.EPOCHS)
COST_FIELDS = (Field.PARAMETERS, Field.FLOPS, Field.MULTIPLY_ADDS, Field.TRAINING_FLOPS)
_SPLIT_RANK = {"test": 0, "test-dev": 0, "test-std": 0, "newstest2014": 0, None: 1, "val": 2, "dev": 3}


def make_records(arxiv_id: str, version: int, candidates: Iterable[Candidate]) -> list[Record]:
    """The paper's records: its own models with a score or a cost, in order of benchmark and model."""
    chosen = [c for c in candidates if c.chosen and c.role != "prior" and c.purpose != "inference"]
    groups: dict[tuple[str, str | None], list[Candidate]] = defaultdict(list)
    names: dict[tuple[str, str | None], str] = {}
    for c in chosen:
        if c.field == Field.SCORE and c.role == "own" and c.subject:
            key = (normal_name(c.subject), c.benchmark)
            groups[key].append(c)
            names.setdefault(key, c.subject)
    scored = {name for name, _ in groups}
    for c in chosen:
        if c.field in COST_FIELDS and c.subject and c.role != "ablation":
            name = normal_name(c.subject)
            if not any(_same_model(c.subject, names[k]) for k in groups if k[0] in scored):
                groups.setdefault((name, None), [])
                names.setdefault((name, None), c.subject)
    costs = [c for c in chosen if c.field in COST_FIELDS]
    runs = [c for c in chosen if c.field in RUN_FIELDS]
    if not groups and (runs or costs):
        groups[("", None)] = []
        names[("", None)] = "*"
    out = []
    for key, scores in groups.items():
        model, benchmark = names[key], key[1]
        values: list[RecordValue] = list(_scores(scores, benchmark))
        for field in COST_FIELDS:
            mine = [c for c in costs if c.field == field and _speaks_of(c, model, alone=len(groups) == 1)]
            values += _choice(mine, field)
        run = _run_for(model, benchmark, runs)
        for field in RUN_FIELDS:
            values += _choice([c for c in run if c.field == field], field)
        if values:
            out.append(Record(arxiv_id, version, model, benchmark, "own", tuple(values)))
    return sorted(out, key=lambda r: (r.benchmark or "~", r.model))


def _scores(candidates: Sequence[Candidate], benchmark: str | None) -> Iterable[RecordValue]:
    by_metric: dict[str, list[Candidate]] = defaultdict(list)
    for c in candidates:
        by_metric[c.metric or ""].append(c)
    known = load_benchmarks().get(benchmark or "")
    order = [m.id for m in known.metrics] if known else []
    for metric in sorted(by_metric, key=lambda m: (order.index(m) if m in order else len(order), m)):
        ranked = sorted(
            by_metric[metric], key=lambda c: (_SPLIT_RANK.get(c.split, 1), bool(c.qualifiers.get("ensemble")))
        )
        yield from _choice(ranked, Field.SCORE, metric)


def _choice(candidates: Sequence[Candidate], field: str, metric: str | None = None) -> list[RecordValue]:
    """The first of the most confident chosen, each other rejected with the reason."""
    if not candidates:
        return []
    best = max(candidates, key=lambda c: (c.value is not None, c.evidence.table is not None, c.confidence or 0.0))
    if field == Field.SCORE:
        best = candidates[0]
    out = [RecordValue(str(field), metric, best.key, True)]
    seen = {best.key}
    for c in candidates:
        if c.key not in seen:
            seen.add(c.key)
            out.append(
                RecordValue(
                    str(field),
                    metric,
                    c.key,
                    False,
                    f"{best.value:g} stands for it" if isinstance(best.value, float) else f"{best.value} stands for it",
                )
            )
    return out


def _speaks_of(c: Candidate, model: str, *, alone: bool) -> bool:
    if c.subject is None or c.subject == "*":
        return alone
    return _same_model(c.subject, model)


def _run_for(model: str, benchmark: str | None, runs: Sequence[Candidate]) -> list[Candidate]:
    """The candidates of the run that trained this model: one that names it, else one that names none.

    Pre-training and search are kept apart: they are another computation, named by their purpose.
    """
    training = [c for c in runs if c.purpose in ("training", "finetuning")] or [
        c for c in runs if c.purpose == "pretraining"
    ]
    named = [c for c in training if c.subject and c.subject != "*" and _same_model(c.subject, model)]
    labels = {c.run for c in named if c.run}
    if named:
        return [c for c in training if c in named or (c.run in labels)]
    general = [c for c in training if not c.subject or c.subject == "*"]
    on_it = [c for c in general if c.benchmark == benchmark and benchmark]
    labels = {c.run for c in on_it if c.run}
    if on_it:
        return [c for c in general if c in on_it or c.run in labels]
    return [c for c in general if not c.benchmark]


def _same_model(a: str, b: str) -> bool:
    """Whether two printed names mean one model: the same letters and digits, or one's words all in the other's."""
    x, y = normal_name(a), normal_name(b)
    if x == y:
        return True
    p, q = (set(re.findall(r"[a-z]+|\d+", t.lower())) for t in (a, b))
    small, large = sorted((p, q), key=len)
    digits = {w for w in p ^ q if w.isdigit()}
    return len(small) >= 2 and small <= large and not digits

"""Candidates -> records: one model of the paper on one benchmark, for each field the chosen value and the rest.

Scores make the records; parameters and operations join by the model's name. A training run joins by the words that
tell its model from the paper's others ("the base models took 12 hours"), or by its benchmark; a run that names
neither speaks for all models, if it is the paper's only one. Where several runs could be meant none is chosen, and
the record keeps them with the reason.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from db.benchmarks import find_benchmarks, load_benchmarks
from db.models import Candidate, Field, Record, RecordValue, normal_name

RUN_FIELDS = (Field.DEVICE, Field.DEVICE_COUNT, Field.TRAINING_TIME, Field.EPOCHS)
COST_FIELDS = (Field.PARAMETERS, Field.FLOPS, Field.MULTIPLY_ADDS, Field.TRAINING_FLOPS)
_SPLIT_RANK = {"test": 0, "test-dev": 0, "test-std": 0, "newstest2014": 0, None: 1, "val": 2, "dev": 3}
_WORDS = re.compile(r"[a-z]+|\d+(?:\.\d+)?")


def make_records(arxiv_id: str, version: int, candidates: Iterable[Candidate]) -> list[Record]:
    """The paper's records: its own models with a score or a cost, in order of benchmark and model."""
    chosen = [c for c in candidates if c.chosen and c.role != "prior" and c.purpose != "inference"]
    costs = [c for c in chosen if c.field in COST_FIELDS]
    runs = _runs([c for c in chosen if c.field in RUN_FIELDS])
    groups, names = _models(chosen, costs)
    if not groups and (runs or costs):
        groups, names = {("", None): []}, {("", None): "*"}
    common = _words_of_all(names.values())
    out = []
    for key, scores in groups.items():
        model, benchmark = names[key], key[1]
        values: list[RecordValue] = list(_scores(scores, benchmark))
        for field in COST_FIELDS:
            mine = [c for c in costs if c.field == field and _speaks_of(c, model, alone=len(groups) == 1)]
            values += _choice(mine, field)
        values += _training(model, benchmark, runs, common)
        if values:
            out.append(Record(arxiv_id, version, model, benchmark, "own", tuple(values)))
    return sorted(out, key=lambda r: (r.benchmark or "~", r.model))


Key = tuple[str, str | None]


def _models(
    chosen: Sequence[Candidate], costs: Sequence[Candidate]
) -> tuple[dict[Key, list[Candidate]], dict[Key, str]]:
    """The scores of each own model and benchmark, own models with a cost alone, and the names as printed."""
    groups: dict[Key, list[Candidate]] = defaultdict(list)
    names: dict[Key, str] = {}
    for c in chosen:
        if c.field == Field.SCORE and c.role == "own" and c.subject:
            key = (normal_name(c.subject), c.benchmark)
            groups[key].append(c)
            names.setdefault(key, c.subject)
    scored = [names[k] for k in groups]
    for c in costs:
        if c.subject and c.role != "ablation" and not any(_same_model(c.subject, name) for name in scored):
            key = (normal_name(c.subject), None)
            groups.setdefault(key, [])
            names.setdefault(key, c.subject)
    return groups, names


# --- scores and costs --------------------------------------------------------------------------------------------


def _scores(candidates: Sequence[Candidate], benchmark: str | None) -> Iterable[RecordValue]:
    by_metric: dict[str, list[Candidate]] = defaultdict(list)
    for c in candidates:
        by_metric[c.metric or ""].append(c)
    known = load_benchmarks().get(benchmark or "")
    order = [m.id for m in known.metrics] if known else []
    for metric in sorted(by_metric, key=lambda m: (order.index(m) if m in order else len(order), m)):
        yield from _choice(sorted(by_metric[metric], key=_like_with_like), Field.SCORE, metric)


def _like_with_like(c: Candidate) -> tuple[int, bool, bool]:
    """Order of preference: the test split first, a single model before an ensemble, no extra data before some."""
    return (_SPLIT_RANK.get(c.split, 1), bool(c.qualifiers.get("ensemble")), bool(c.qualifiers.get("extra_data")))


def _choice(candidates: Sequence[Candidate], field: str, metric: str | None = None) -> list[RecordValue]:
    """One chosen (a score: the first; else the surest, tables before prose), each other rejected with the reason."""
    if not candidates:
        return []
    best = candidates[0]
    if field != Field.SCORE:
        best = max(candidates, key=lambda c: (c.value is not None, c.evidence.table is not None, c.confidence or 0.0))
    out = [RecordValue(str(field), metric, best.key, True)]
    seen = {best.key}
    for c in candidates:
        if c.key not in seen:
            seen.add(c.key)
            reason = f"{_printed(best)} stands for it" if c.value != best.value else "said twice"
            out.append(RecordValue(str(field), metric, c.key, False, reason))
    return out


def _printed(c: Candidate) -> str:
    return f"{c.value:.10g}" if isinstance(c.value, float) else str(c.value)


def _speaks_of(c: Candidate, model: str, *, alone: bool) -> bool:
    if c.subject is None or c.subject == "*":
        return alone
    return _same_model(c.subject, model)


def _same_model(a: str, b: str) -> bool:
    """Whether two printed names mean one model: the same letters and digits, or one's words all in the other's."""
    x, y = normal_name(a), normal_name(b)
    if x == y:
        return True
    p, q = set(_WORDS.findall(a.lower())), set(_WORDS.findall(b.lower()))
    small, large = sorted((p, q), key=len)
    digits = {w for w in p ^ q if w[0].isdigit()}
    return len(small) >= 2 and small <= large and not digits


# --- training runs -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Run:
    """The candidates of one label, and what their sentences say of whose run it is."""

    parts: tuple[Candidate, ...]
    subject: str | None
    words: frozenset[str]  # of the sentence (or row) with the time, else of all
    benchmarks: frozenset[str]

    @property
    def figures(self) -> tuple[object, ...]:
        """Device, count and time: two runs with the same figures are one."""
        first = {str(c.field): c.value for c in reversed(self.parts)}
        return tuple(first.get(str(f)) for f in RUN_FIELDS[:3])

    def has(self, field: str) -> bool:
        return any(c.field == field for c in self.parts)


def _runs(candidates: Sequence[Candidate]) -> list[_Run]:
    """The paper's runs; epochs without a label are runs of their own. Pre-training only where nothing else is said."""
    wanted = [c for c in candidates if c.purpose in ("training", "finetuning")]
    by_label: dict[str, list[Candidate]] = defaultdict(list)
    for n, c in enumerate(wanted or [c for c in candidates if c.purpose == "pretraining"]):
        by_label[c.run or f"alone {n}"].append(c)
    out = []
    for parts in by_label.values():
        lead = [c for c in parts if c.field == Field.TRAINING_TIME] or parts
        quotes = " ".join(c.evidence.quote for c in lead)
        subject = next((c.subject for c in parts if c.subject and c.subject != "*"), None)
        mentioned = frozenset(m.benchmark for m in find_benchmarks(quotes))
        named = frozenset(c.benchmark for c in parts if c.benchmark)
        out.append(_Run(tuple(parts), subject, frozenset(_WORDS.findall(quotes.lower())), named or mentioned))
    return out


def _words_of_all(models: Iterable[str]) -> frozenset[str]:
    """Words that every model's name has: they tell none from another."""
    sets = [set(_WORDS.findall(m.lower())) for m in models]
    return frozenset(set.intersection(*sets)) if len(sets) > 1 else frozenset()


def _training(model: str, benchmark: str | None, runs: Sequence[_Run], common: frozenset[str]) -> list[RecordValue]:
    """The run that trained this model, field by field, and the runs that did not, with the reason."""
    out: list[RecordValue] = []
    for field_group in (RUN_FIELDS[:3], RUN_FIELDS[3:]):
        able = [r for r in runs if any(r.has(f) for f in field_group)]
        fits = {id(r): _fit(r, model, benchmark, common) for r in able}
        best = max(fits.values(), default=0)
        top = [r for r in able if fits[id(r)] == best] if best > 0 else []
        full = [r for r in top if r.has(Field.TRAINING_TIME)]
        top = full or top
        figures = {r.figures if field_group is not RUN_FIELDS[3:] else _epochs(r) for r in top}
        clear = len(figures) == 1 or best >= 4
        for field in field_group:
            mine = [c for r in top for c in r.parts if c.field == field]
            if not mine:
                continue
            if clear or len({c.value for c in mine}) == 1:
                out += _choice(mine, field)
            else:
                seen = dict.fromkeys(c.key for c in mine)
                why = "the paper has several runs and none of them names this model"
                out += [RecordValue(str(field), None, key, False, why) for key in seen]
    return out


def _epochs(run: _Run) -> tuple[object, ...]:
    return tuple(sorted({str(c.value) for c in run.parts if c.field == Field.EPOCHS}))


def _fit(run: _Run, model: str, benchmark: str | None, common: Mapping[str, object] | frozenset[str]) -> int:
    """How well a run fits a record: 4 names the model, 3 its telling words, 2 its benchmark, 1 nothing, 0 another's."""
    if run.subject:
        if _same_model(run.subject, model):
            return 4
        if not any(w in run.words for w in set(_WORDS.findall(model.lower())) - set(common)):
            return 0
    if benchmark and run.benchmarks and benchmark not in run.benchmarks:
        return 0
    telling = {w for w in _WORDS.findall(model.lower()) if w not in common and (len(w) > 2 or w[0].isdigit())}
    if telling & run.words:
        return 3
    return 2 if benchmark and benchmark in run.benchmarks else 1

"""Candidates -> records: one model of the paper on one benchmark, for each field the chosen value and the rest.

Scores make the records; parameters and operations join by the model's name, training runs as `record_runs.py` says.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from db.models import OF_A_RUN, Candidate, Field, Record, RecordValue
from db.reference.benchmarks import load_benchmarks
from db.vocabulary import Link, Purpose, Role
from extract.language.same_model import SIZES, same_model, words_in
from extract.language.settings import is_data_variant
from extract.pattern import Pattern
from extract.records.attach_runs import Fit, Models, Run, runs_of, values_of_runs
from extract.records.choose import choice
from extract.records.names import ModelNames

COST_FIELDS = (Field.PARAMETERS, Field.FLOPS, Field.MULTIPLY_ADDS, Field.TRAINING_FLOPS)
_NO_NAME = frozenset(
    "a an the this our proposed full final whole entire model models network networks net system method approach "
    "architecture".split()
)
_NO_MODEL = Pattern(
    "what a row of a table of costs may be called without being a model",
    {
        r"^[^=]{0,30}=\s?[\d(]": ("Stride=2", "k = (3, 3)"),
        r"^\d{1,3}\b": "1-layer 2D",
        r"^[A-Z]{1,2}$": "MB",
    },
    refuses=("Plainnet-50", "S4D", "Widenet (ours)"),
    flags=re.RegexFlag(0),
)
_SIZE_ALONE = Pattern(
    "a model called by its size alone",
    {"|".join(SIZES): ("the large model", "Base", "our tiny version")},
    refuses=("large FooNet", "the large corpus"),
    before="^(?:the |our )?(?P<size>",
    after=")(?: (?:models?|networks?|version))?$",
)


def make_records(arxiv_id: str, version: int, candidates: Iterable[Candidate]) -> list[Record]:
    """The paper's records: its own models with a score or a cost, in order of benchmark and model."""
    chosen = [c for c in candidates if c.chosen and c.role != Role.PRIOR and c.purpose != Purpose.INFERENCE]
    further = sorted({c.field for c in chosen} - set(Field))  # of files that a contributor added
    cost_fields = (*COST_FIELDS, *further)
    costs = [c for c in chosen if c.field in cost_fields]
    runs = runs_of([c for c in chosen if c.field in OF_A_RUN])
    known = ModelNames(c.subject for c in chosen if c.subject)
    groups, names = _models(chosen, costs, runs, known)
    models = Models.of(names.values())
    alone = len({model for model, _ in groups}) == 1
    scored = any(groups.values())
    out = []
    for key, scores in groups.items():
        model, benchmark = names[key[0]], key[1]
        values: list[RecordValue] = list(_scores(scores, benchmark))
        for field in cost_fields:
            found, link = _of_model([c for c in costs if c.field == field], model, known, alone=alone)
            values += choice(found, field, link=link)
        # a model that sentences on costs alone name may be somebody else's: a run must name it
        in_table = any(c.evidence.table for c in costs if c.subject and known.key(c.subject) == key[0])
        least = Fit.TOLD if scored and not scores and not in_table and model != "*" else Fit.UNTOLD
        values += values_of_runs(model, benchmark, runs, models, least)
        if values:
            out.append(Record(arxiv_id, version, model, benchmark, Role.OWN.value, tuple(values)))
    return sorted(out, key=lambda r: (r.benchmark or "~", r.model))


Key = tuple[str, str | None]
_ANY: Key = ("", None)


def _models(
    chosen: Sequence[Candidate], costs: Sequence[Candidate], runs: Sequence[Run], known: ModelNames
) -> tuple[dict[Key, list[Candidate]], dict[str, str]]:
    """The scores of each own model and benchmark, own models with a cost alone, and the names as printed.

    In a paper without either, the models that its runs name, else "*".
    """
    groups: dict[Key, list[Candidate]] = defaultdict(list)
    names: dict[str, str] = {}
    printed = list(dict.fromkeys(c.subject for c in chosen if c.subject and c.role != Role.PRIOR))
    for c in chosen:
        if c.field == Field.SCORE and c.role == Role.OWN and c.subject:
            name = _of_variant(_in_full(c.subject, printed), c)
            key = (known.key(name), c.benchmark)
            groups[key].append(c)
            names.setdefault(key[0], name)
    scored = [names[model] for model, _ in groups]
    subjects = [c.subject for c in costs if c.subject and c.role != Role.ABLATION]
    if not groups and not subjects:
        subjects = [r.subject for r in runs if r.subject]
    in_general = [s for s in subjects if _in_general(s)]
    for subject in subjects:
        if subject in in_general or _NO_MODEL.search(subject):
            continue
        if not any(_mean_one(subject, name, known) for name in scored):
            key = (known.key(subject), None)
            groups.setdefault(key, [])
            names.setdefault(key[0], subject)
    if (not groups and (runs or costs)) or (in_general and len({model for model, _ in groups}) > 1):
        groups[_ANY], names[_ANY[0]] = [], "*"
    return groups, names


def _in_general(subject: str | None) -> bool:
    """Whether it speaks of the paper's models in general: "*", "our network", "the model"."""
    return not set(words_in(subject or "")) - _NO_NAME


def _of_variant(name: str, score: Candidate) -> str:
    """The model's name with the variant of the data that it was trained on: "Foonet (5-shot)" is another record."""
    setting = str(score.qualifiers.get("setting", ""))
    if not is_data_variant(setting) or set(words_in(setting)) <= set(words_in(name)):
        return name
    return f"{name} ({setting})"


def _in_full(name: str, printed: Sequence[str]) -> str:
    """The model that a size alone means: "big model" -> "Transformer (big)", where one model has that size."""
    alone = _SIZE_ALONE.match(name)
    if not alone:
        return name
    sized = [n for n in printed if alone["size"].lower() in words_in(n) and not _SIZE_ALONE.match(n)]
    short = min(sized, key=len, default=name)
    one = all(set(words_in(short)) <= set(words_in(n)) for n in sized)
    return short if one else name


# --- scores and costs --------------------------------------------------------------------------------------------


def _scores(candidates: Sequence[Candidate], benchmark: str | None) -> Iterable[RecordValue]:
    by_metric: dict[str, list[Candidate]] = defaultdict(list)
    for c in candidates:
        by_metric[c.metric or ""].append(c)
    known = load_benchmarks().get(benchmark or "")
    order = [m.id for m in known.metrics] if known else []
    for metric in sorted(by_metric, key=lambda m: (order.index(m) if m in order else len(order), m)):
        yield from choice(sorted(by_metric[metric], key=_like_with_like), Field.SCORE, metric)


def _like_with_like(c: Candidate) -> tuple[bool, bool, int, bool, bool]:
    """Order of preference: the data set as it is, one model, the test split, no extra data, one crop."""
    many_crops = bool(c.qualifiers.get("multi_crop")) and not c.qualifiers.get("single_crop")
    extra_data = bool(c.qualifiers.get("extra_data"))
    variant = is_data_variant(str(c.qualifiers.get("setting", "")))
    return (variant, bool(c.qualifiers.get("ensemble")), _split_rank(c.split), extra_data, many_crops)


def _mean_one(a: str, b: str, known: ModelNames) -> bool:
    """Whether two printed names may mean one model."""
    return same_model(a, b) or known.key(a) == known.key(b)


def _split_rank(split: str | None) -> int:
    """Test before what is not said, validation after it."""
    if split is None or "test" in split:
        return int(split is None)
    return {"val": 2, "dev": 3}.get(split, 1)


def _of_model(
    candidates: Sequence[Candidate], model: str, known: ModelNames, *, alone: bool
) -> tuple[list[Candidate], Link]:  # fmt: skip
    """Those that speak of this model: of just this name where there are any, else of a name that means it too.

    With the way in which they are known to.
    """
    named = [c for c in candidates if c.subject and not _in_general(c.subject) and _mean_one(c.subject, model, known)]
    exact = [c for c in named if known.key(c.subject or "") == known.key(model)]
    if exact:
        return exact, Link.VERY_NAME
    if named:
        return named, Link.LIKE_NAME
    return [c for c in candidates if _in_general(c.subject)] if alone or model == "*" else [], Link.ONLY_MODEL

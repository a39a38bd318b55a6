"""Candidates -> records: one model of the paper on one benchmark, for each field the chosen value and the rest.

Scores make the records; parameters and operations join by the model's name. A training run joins by the words that
tell its model from the paper's others ("the base models took 12 hours"), or by its benchmark; a run that names
neither speaks for all models, if it is the paper's only one. Where several runs could be meant none is chosen, and
the record keeps them with the reason.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from db.benchmarks import find_benchmarks, load_benchmarks
from db.models import Candidate, Field, Record, RecordValue, normal_name

NAMED = 4  # how well a run fits a record whose model it names
TOLD = 3  # and one whose model its words tell
RUN_FIELDS = (Field.DEVICE, Field.DEVICE_COUNT, Field.TRAINING_TIME, Field.EPOCHS)
COST_FIELDS = (Field.PARAMETERS, Field.FLOPS, Field.MULTIPLY_ADDS, Field.TRAINING_FLOPS)
_SPLIT_RANK = {"test": 0, "test-dev": 0, "test-std": 0, "newstest2014": 0, None: 1, "val": 2, "dev": 3}
_WORDS = re.compile(r"[a-z]+|\d+(?:\.\d+)?")
# words of a name that sentences on any run have: they show no run to be this model's
_COMMON = frozenset(
    "model models network networks layer layers step steps total training trained baseline baselines data batch size "
    "epoch epochs our ours the with and without for only single base big large small tiny huge medium original "
    "recurrent standard test dev val setting settings proposed method net new full scale crop deep learning".split()
)
_NO_NAME = frozenset(
    "a an the this our proposed full final whole entire model models network networks net system method approach "
    "architecture".split()
)
_PARAMETERS_IN_NAME = re.compile(r"\s?\(\s?[\d.]+\s?[MBK]\s?\)")  # "ResNet-1001 (10.2M)"
_EPOCHS_IN_NAME = re.compile(r"\bepochs?\s?=\s?(\d+)|(?<![\w-])(\d+)[\s-]?epochs?\b(?!\s?=)", re.IGNORECASE)
# what a row of a table of costs may be called without being a model: "Stride=2", "1-layer 2D", "MB"
_NO_MODEL = re.compile(r"^[^=]{0,30}=\s?[\d(]|^\d{1,3}\b|^[A-Z]{1,2}$|^\W*$")
_SIZE_ALONE = re.compile(
    r"^(?:the |our )?(?P<size>base|big|large|small|tiny|huge|medium|xlarge|xxlarge)"
    r"(?: (?:models?|networks?|version))?$",
    re.IGNORECASE,
)


def make_records(arxiv_id: str, version: int, candidates: Iterable[Candidate]) -> list[Record]:
    """The paper's records: its own models with a score or a cost, in order of benchmark and model."""
    chosen = [c for c in candidates if c.chosen and c.role != "prior" and c.purpose != "inference"]
    costs = [c for c in chosen if c.field in COST_FIELDS]
    runs = _runs([c for c in chosen if c.field in RUN_FIELDS])
    groups, names = _models(chosen, costs, runs)
    common = _words_of_all(names.values())
    alone = len({model for model, _ in groups}) == 1
    scored = any(groups.values())
    out = []
    for key, scores in groups.items():
        model, benchmark = names[key], key[1]
        values: list[RecordValue] = list(_scores(scores, benchmark))
        for field in COST_FIELDS:
            values += _choice(_of_model([c for c in costs if c.field == field], model, alone=alone), field)
        # a model that sentences on costs alone name may be somebody else's: a run must name it
        in_table = any(c.evidence.table for c in costs if normal_name(c.subject or "") == key[0])
        least = TOLD if scored and not scores and not in_table and model != "*" else 1
        values += _training(model, benchmark, runs, common, least)
        if values:
            out.append(Record(arxiv_id, version, model, benchmark, "own", tuple(values)))
    return sorted(out, key=lambda r: (r.benchmark or "~", r.model))


Key = tuple[str, str | None]
_ANY: Key = ("", None)


def _models(
    chosen: Sequence[Candidate], costs: Sequence[Candidate], runs: Sequence[_Run]
) -> tuple[dict[Key, list[Candidate]], dict[Key, str]]:
    """The scores of each own model and benchmark, own models with a cost alone, and the names as printed.

    In a paper without either, the models that its runs name, else "*".
    """
    groups: dict[Key, list[Candidate]] = defaultdict(list)
    names: dict[Key, str] = {}
    printed = list(dict.fromkeys(c.subject for c in chosen if c.subject and c.role != "prior"))
    for c in chosen:
        if c.field == Field.SCORE and c.role == "own" and c.subject:
            name = _in_full(c.subject, printed)
            key = (normal_name(name), c.benchmark)
            groups[key].append(c)
            names.setdefault(key, name)
    scored = [names[k] for k in groups]
    subjects = [c.subject for c in costs if c.subject and c.role != "ablation"]
    if not groups and not subjects:
        subjects = [r.subject for r in runs if r.subject]
    in_general = [s for s in subjects if _in_general(s)]
    for subject in subjects:
        if subject in in_general or _NO_MODEL.search(subject):
            continue
        if not any(_same_model(subject, name) for name in scored):
            key = (normal_name(subject), None)
            groups.setdefault(key, [])
            names.setdefault(key, subject)
    if (not groups and (runs or costs)) or (in_general and len({model for model, _ in groups}) > 1):
        groups[_ANY], names[_ANY] = [], "*"
    return groups, names


def _in_general(subject: str | None) -> bool:
    """Whether it speaks of the paper's models in general: "*", "our network", "the model"."""
    return not set(_WORDS.findall((subject or "").lower())) - _NO_NAME


def _in_full(name: str, printed: Sequence[str]) -> str:
    """The model that a size alone means: "big model" -> "Transformer (big)", where one model has that size."""
    alone = _SIZE_ALONE.match(name)
    if not alone:
        return name
    sized = [n for n in printed if alone["size"].lower() in _WORDS.findall(n.lower()) and not _SIZE_ALONE.match(n)]
    short = min(sized, key=len, default=name)
    one = all(set(_WORDS.findall(short.lower())) <= set(_WORDS.findall(n.lower())) for n in sized)
    return short if one else name


# --- scores and costs --------------------------------------------------------------------------------------------


def _scores(candidates: Sequence[Candidate], benchmark: str | None) -> Iterable[RecordValue]:
    by_metric: dict[str, list[Candidate]] = defaultdict(list)
    for c in candidates:
        by_metric[c.metric or ""].append(c)
    known = load_benchmarks().get(benchmark or "")
    order = [m.id for m in known.metrics] if known else []
    for metric in sorted(by_metric, key=lambda m: (order.index(m) if m in order else len(order), m)):
        yield from _choice(sorted(by_metric[metric], key=_like_with_like), Field.SCORE, metric)


def _like_with_like(c: Candidate) -> tuple[bool, int, bool, bool]:
    """Order of preference: a single model before an ensemble, the test split, no extra data, one crop before many."""
    many_crops = bool(c.qualifiers.get("multi_crop")) and not c.qualifiers.get("single_crop")
    extra_data = bool(c.qualifiers.get("extra_data"))
    return (bool(c.qualifiers.get("ensemble")), _SPLIT_RANK.get(c.split, 1), extra_data, many_crops)


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


def _of_model(candidates: Sequence[Candidate], model: str, *, alone: bool) -> list[Candidate]:
    """Those that speak of this model: of just this name where there are any, else of a name that means it too."""
    named = [c for c in candidates if c.subject and not _in_general(c.subject) and _same_model(c.subject, model)]
    exact = [c for c in named if normal_name(c.subject or "") == normal_name(model)]
    if named:
        return exact or named
    return [c for c in candidates if _in_general(c.subject)] if alone or model == "*" else []


def _same_model(a: str, b: str) -> bool:
    """Whether two printed names mean one model: the same letters and digits, or one's words all in the other's."""
    a, b = (_PARAMETERS_IN_NAME.sub("", name) for name in (a, b))
    if normal_name(a) == normal_name(b):
        return True
    p, q = _words(a), _words(b)
    small, large = (p, q) if len(p) <= len(q) else (q, p)
    return len(small) >= 2 and small <= large and not any(w[0].isdigit() for w in p ^ q)


@lru_cache(maxsize=4096)
def _words(name: str) -> frozenset[str]:
    return frozenset(_WORDS.findall(name.lower()))


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

    @property
    def tunes(self) -> bool:
        """Whether it only fine-tunes: a model's training is said by another run, where there is one."""
        return all(c.purpose == "finetuning" for c in self.parts)

    def has(self, field: str) -> bool:
        return any(c.field == field for c in self.parts)


def _runs(candidates: Sequence[Candidate]) -> list[_Run]:
    """The paper's runs; epochs without a label are runs of their own.

    Pre-training only where nothing else is said: of hardware and time, and of epochs.
    """
    by_label: dict[str, list[Candidate]] = defaultdict(list)
    for fields in (RUN_FIELDS[:3], RUN_FIELDS[3:]):
        said = [c for c in candidates if c.field in fields]
        wanted = [c for c in said if c.purpose in ("training", "finetuning")]
        for n, c in enumerate(wanted or [c for c in said if c.purpose == "pretraining"]):
            by_label[c.run or f"alone {n}"].append(c)
    out = []
    for parts in by_label.values():
        lead = [c for c in parts if c.field == Field.TRAINING_TIME] or parts
        quotes = " ".join(c.evidence.quote for c in lead)
        subject = next((c.subject for c in parts if c.subject and c.subject != "*"), None)
        mentioned = frozenset(m.benchmark for m in find_benchmarks(quotes))
        named = frozenset(c.benchmark for c in parts if c.benchmark)
        if subject is None:  # "Each training took 4 days": the sentence with the processors names the model
            quotes = " ".join(c.evidence.quote for c in parts)
        out.append(_Run(tuple(parts), subject, frozenset(_WORDS.findall(quotes.lower())), named or mentioned))
    return out


def _words_of_all(models: Iterable[str]) -> frozenset[str]:
    """Words that every model's name has: they tell none from another."""
    sets = [set(_WORDS.findall(m.lower())) for m in models]
    return frozenset(set.intersection(*sets)) if len(sets) > 1 else frozenset()


def _training(
    model: str, benchmark: str | None, runs: Sequence[_Run], common: frozenset[str], least: int
) -> list[RecordValue]:
    """The run that trained this model, field by field, and the runs that did not, with the reason.

    `least`: how well a run must fit, by `_fit`.
    """
    out: list[RecordValue] = []
    for field_group in (RUN_FIELDS[:3], RUN_FIELDS[3:]):
        able = [r for r in runs if any(r.has(f) for f in field_group)]
        fits = {id(r): _fit(r, model, benchmark, common) for r in able}
        # a run that names the model first; else training before fine-tuning, whatever benchmark a sentence mentions
        able = sorted((r for r in able if fits[id(r)] >= least), key=lambda r: _order(fits[id(r)], r), reverse=True)
        top = [r for r in able if _order(fits[id(r)], r) == _order(fits[id(able[0])], able[0])]
        best = fits[id(top[0])] if top else 0
        full = [r for r in top if r.has(Field.TRAINING_TIME)]
        top = full or top
        figures = {r.figures if field_group is not RUN_FIELDS[3:] else _epochs(r) for r in top}
        clear = len(figures) == 1 or best >= NAMED
        for field in field_group:
            mine = [c for r in top for c in r.parts if c.field == field]
            if field == Field.EPOCHS and (said := _EPOCHS_IN_NAME.search(model)):
                alike = [c for r in able for c in r.parts if c.value == float(said[1] or said[2])]
                mine = [c for c in alike if c.field == field] or mine
            if not mine:
                continue
            several = len({c.value for c in mine if not c.qualifiers.get("lesser")}) > 1
            if not several or (clear and best >= NAMED):
                out += _choice(mine, field)
            else:
                seen = dict.fromkeys(c.key for c in mine)
                why = "the paper has several runs and none of them names this model"
                out += [RecordValue(str(field), None, key, False, why) for key in seen]
    return out


def _order(fit: int, run: _Run) -> tuple[int, bool, int]:
    return (fit if fit >= TOLD else 0, not run.tunes, fit)


def _epochs(run: _Run) -> tuple[object, ...]:
    return tuple(sorted({str(c.value) for c in run.parts if c.field == Field.EPOCHS}))


def _fit(run: _Run, model: str, benchmark: str | None, common: frozenset[str]) -> int:
    """How well a run fits a record: 4 names the model, 3 its telling words, 2 its benchmark, 1 nothing, 0 another's."""
    if run.subject:
        if _same_model(run.subject, model):
            return NAMED
        if not any(w in run.words for w in set(_WORDS.findall(model.lower())) - common):
            return 0
    if benchmark and run.benchmarks and benchmark not in run.benchmarks:
        return 0
    words = [w for w in _WORDS.findall(model.lower()) if w not in _COMMON]
    telling = {w for w in words if w not in common}
    if any(len(w) > 2 for w in telling & run.words if w[0].isalpha()):
        return TOLD
    family = {w for w in words if w[0].isalpha()}
    if family and family <= run.words and any(w[0].isdigit() for w in telling & run.words):
        return TOLD  # "ResNet-50": the number tells it only beside the name
    return 2 if benchmark and benchmark in run.benchmarks else 1

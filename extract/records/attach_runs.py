"""Training runs -> the records whose models they trained, each value with the way its run was joined.

A run joins by the words that tell its model from the paper's others ("the base models took 12 hours"), or by its
benchmark; a run that names neither speaks for all models, if it is the paper's only one. Where several runs could be
meant none is chosen, and the record keeps them with the reason. What each way of joining is worth is measured on
labelled papers (`extract/confidence/attachment_worth.py`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from db.models import OF_A_RUN, Candidate, Field, RecordValue
from db.reference.benchmarks import find_benchmarks
from db.vocabulary import Link, Purpose, Reason, Refusal
from extract.language.same_model import same_model, speaks_of_another, words_in, words_of
from extract.pattern import Pattern
from extract.records.choose import choice

# words of a name that sentences on any run have: they show no run to be this model's
_COMMON = frozenset(
    "model models network networks layer layers step steps total training trained baseline baselines data batch size "
    "epoch epochs our ours the with and without for only single base big large small tiny huge medium original "
    "recurrent standard test dev val setting settings proposed method net new full scale crop deep learning".split()
)
_EPOCHS_IN_NAME = Pattern(
    "a number of epochs in a model's name",
    {r"\bepochs?\s?=\s?(\d+)": "FooNet (epochs=300)", r"(?<![\w-])(\d+)[\s-]?epochs?\b(?!\s?=)": "FooNet, 300 epochs"},
    refuses=("FooNet-300 epoch=", "FooNet-300"),
)
_CAPITAL = re.compile(r"[A-Z][A-Za-z]*|\d")


class Fit(IntEnum):
    """How well a run fits a record."""

    ANOTHER = 0  # it speaks of another model, or another benchmark
    UNTOLD = 1
    BENCHMARK = 2
    TOLD = 3  # words of its sentence tell the model
    NAMED = 4


_LINKS = {
    Fit.NAMED: Link.MODEL_NAMED,
    Fit.TOLD: Link.WORDS_OF_NAME,
    Fit.BENCHMARK: Link.BENCHMARK_NAMED,
    Fit.UNTOLD: Link.NO_MODEL_NAMED,
}
_ONLY_VALUE = {
    Link.BENCHMARK_NAMED: Link.BENCHMARK_NAMED_ONLY_VALUE,
    Link.NO_MODEL_NAMED: Link.NO_MODEL_NAMED_ONLY_VALUE,
}


@dataclass(frozen=True)
class Run:
    """The candidates of one label, and what their sentences say of whose run it is."""

    parts: tuple[Candidate, ...]
    subject: str | None
    first: str  # the sentence (or row) with the time, else all
    said: str  # the same, or all where it names no model
    benchmarks: frozenset[str]

    @cached_property
    def words(self) -> frozenset[str]:
        """Of what is said, in small letters."""
        return frozenset(words_in(self.said))

    @property
    def figures(self) -> tuple[object, ...]:
        """Device, count and time: two runs with the same figures are one."""
        first = {str(c.field): c.value for c in reversed(self.parts)}
        return tuple(first.get(str(f)) for f in OF_A_RUN[:3])

    @property
    def tunes(self) -> bool:
        """Whether it only fine-tunes: a model's training is said by another run, where there is one."""
        return all(c.purpose == Purpose.FINETUNING for c in self.parts)

    def has(self, field: str) -> bool:
        return any(c.field == field for c in self.parts)


def runs_of(candidates: Sequence[Candidate]) -> list[Run]:
    """The paper's runs; epochs without a label are runs of their own.

    Pre-training only where nothing else is said: of hardware and time, and of epochs.
    """
    by_label: dict[str, list[Candidate]] = defaultdict(list)
    for fields in (OF_A_RUN[:3], OF_A_RUN[3:]):
        said = [c for c in candidates if c.field in fields]
        wanted = [c for c in said if c.purpose in (Purpose.TRAINING, Purpose.FINETUNING)]
        for n, c in enumerate(wanted or [c for c in said if c.purpose == Purpose.PRETRAINING]):
            by_label[c.run or f"alone {n}"].append(c)
    out = []
    for parts in by_label.values():
        lead = [c for c in parts if c.field == Field.TRAINING_TIME] or parts
        first = quotes = " ".join(c.evidence.quote for c in lead)
        subject = next((c.subject for c in parts if c.subject and c.subject != "*"), None)
        mentioned = frozenset(m.benchmark for m in find_benchmarks(quotes))
        named = frozenset(c.benchmark for c in parts if c.benchmark)
        named = named or frozenset(b for c in lead for b in str(c.qualifiers.get("data", "")).split())
        if subject is None:  # "Each training took 4 days": the sentence with the processors names the model
            leads = [str(c.qualifiers["lead"]) for c in parts if "lead" in c.qualifiers]
            quotes = " ".join(dict.fromkeys([*leads, *(c.evidence.quote for c in parts)]))
        out.append(Run(tuple(parts), subject, first, quotes, named or mentioned))
    return out


@dataclass(frozen=True)
class Models:
    """The names of the paper's own models, for telling one from another."""

    names: frozenset[str]
    common: frozenset[str]  # words that all of the names have

    @classmethod
    def of(cls, names: Iterable[str]) -> Models:
        """The models of these names."""
        every = frozenset(names)
        sets = [words_of(name) for name in every]
        return cls(every, frozenset(frozenset.intersection(*sets)) if len(sets) > 1 else frozenset())


def values_of_runs(
    model: str, benchmark: str | None, runs: Sequence[Run], models: Models, least: Fit = Fit.UNTOLD
) -> list[RecordValue]:
    """The run that trained this model, field by field, and the runs that did not, with the reason.

    `least`: how well a run must fit.
    """
    out: list[RecordValue] = []
    fits = {id(r): _fit(r, model, benchmark, models) for r in runs}
    for field_group in (OF_A_RUN[:3], OF_A_RUN[3:]):
        able = [r for r in runs if any(r.has(f) for f in field_group)]
        # a run that names the model first; else training before fine-tuning, whatever benchmark a sentence mentions
        able = sorted((r for r in able if fits[id(r)] >= least), key=lambda r: _order(fits[id(r)], r), reverse=True)
        top = [r for r in able if _order(fits[id(r)], r) == _order(fits[id(able[0])], able[0])]
        best = fits[id(top[0])] if top else Fit.ANOTHER
        full = [r for r in top if r.has(Field.TRAINING_TIME)]
        top = full or top
        figures = {r.figures if field_group is not OF_A_RUN[3:] else _epochs(r) for r in top}
        clear = len(figures) == 1 or best >= Fit.NAMED
        for field in field_group:
            link = _link(field, top, best, runs, model, models)
            mine = [c for r in top for c in r.parts if c.field == field]
            if field == Field.EPOCHS and (said := _EPOCHS_IN_NAME.search(model)):
                alike = [c for r in able for c in r.parts if c.value == float(said[1] or said[2])]
                if alike := [c for c in alike if c.field == field]:
                    mine, link = alike, Link.NAME_SAYS_SO
            if not mine:
                continue
            several = len({c.value for c in mine if not c.qualifiers.get("lesser")}) > 1
            why = None
            if several and not (clear and best >= Fit.NAMED):
                why = Reason(Refusal.NO_RUN_NAMES_THE_MODEL).words
            elif best < Fit.TOLD and link != Link.NAME_SAYS_SO and all(_names_another(r, model, models) for r in top):
                why = Reason(Refusal.NAMES_ANOTHER_MODEL).words
            if why is None:
                out += choice(mine, field, link=link)
            else:
                out += [RecordValue(str(field), None, key, False, why) for key in dict.fromkeys(c.key for c in mine)]
    return out


def _link(field: str, top: Sequence[Run], best: Fit, runs: Sequence[Run], model: str, models: Models) -> Link | None:
    """The way in which the value that these runs give was joined to the record."""
    if best == Fit.ANOTHER:
        return None
    how = _LINKS[best]
    if best >= Fit.TOLD:
        return how
    if len(models.names) == 1:
        return Link.ONLY_MODEL
    values = {str(c.value) for r in runs for c in r.parts if c.field == field}
    return how if len(values) > 1 else _ONLY_VALUE[how]


def _names_another(run: Run, model: str, models: Models) -> bool:
    """Whether it names one of the paper's other models: by all words of a name, a number among them."""
    own = words_of(model)
    others = [words for name in models.names if name != model and len(words := words_of(name)) >= 2]
    return any(w <= run.words and not w <= own and any(word[0].isdigit() for word in w) for w in others)


def _order(fit: int, run: Run) -> tuple[int, bool, int]:
    return (fit if fit >= Fit.TOLD else 0, not run.tunes, fit)


def _epochs(run: Run) -> tuple[object, ...]:
    return tuple(sorted({str(c.value) for c in run.parts if c.field == Field.EPOCHS}))


def _fit(run: Run, model: str, benchmark: str | None, models: Models) -> Fit:
    common = models.common
    if run.subject:
        if same_model(run.subject, model):
            return Fit.NAMED
        if not any(w in run.words for w in words_of(model) - common):
            return Fit.ANOTHER
    if any(speaks_of_another(text, model) for text in {run.first, run.said}):
        return Fit.ANOTHER
    if benchmark and run.benchmarks and benchmark not in run.benchmarks:
        return Fit.ANOTHER
    words = [w for w in words_in(model) if w not in _COMMON]
    telling = {w for w in words if w not in common}
    proper = {w.lower() for w in _CAPITAL.findall(model)}
    if any(len(w) > 2 for w in telling & run.words & proper if w[0].isalpha()):
        return Fit.TOLD
    family = {w for w in words if w[0].isalpha()}
    if family and family <= run.words and any(w[0].isdigit() for w in telling & run.words):
        return Fit.TOLD  # "ResNet-50": the number tells it only beside the name
    return Fit.BENCHMARK if benchmark and benchmark in run.benchmarks else Fit.UNTOLD

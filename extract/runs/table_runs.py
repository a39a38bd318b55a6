"""The runs of tables: times that are worked out in the row, and the hardware that the text says a table's runs had."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from db.models import Candidate, Field
from db.vocabulary import Purpose, Role
from extract.layout.passages import Passage
from extract.runs.derive import DEVICE_TIME, ONE_EPOCH, over_count, printed_too, times_epochs
from extract.runs.hardware import device_of
from extract.runs.placed import Placed, only_one

_DISTINCT = re.compile(r"(?<=.)[A-Z]|[A-Za-z]-?\d|\d[A-Za-z]")  # "FooNet", "B7": no word of the language


@dataclass(frozen=True)
class Told:
    """What the paper's sentences say of hardware and epochs, and its passages."""

    devices: Sequence[Placed]
    counts: Sequence[Placed]
    epochs: Sequence[Placed]
    passages: Sequence[Passage]


def table_runs(candidates: Sequence[Candidate], told: Told) -> list[Candidate]:
    """The candidates, times worked out beside those printed, each run with the count and device that the text gives."""
    out: list[Candidate] = []
    rows = _by_run(candidates)
    for c in candidates:
        out.append(c)
        if c.field != Field.TRAINING_TIME or c.role == Role.PRIOR or not c.run:
            continue
        mine = rows.get(c.run, {})
        time = c if c.chosen else _derived(c, mine, told)
        if time is None or (time is not c and printed_too(time, candidates)):
            continue
        if time is not c:
            out.append(time)
        out += (replace(p.candidate, run=c.run) for p in _hardware(c, mine, told))
    return out


def _by_run(candidates: Sequence[Candidate]) -> dict[str, dict[str, Candidate]]:
    """run -> field -> the first chosen candidate."""
    rows: dict[str, dict[str, Candidate]] = {}
    for c in candidates:
        if c.run and c.chosen:
            rows.setdefault(c.run, {}).setdefault(str(c.field), c)
    return rows


def _derived(c: Candidate, mine: Mapping[str, Candidate], told: Told) -> Candidate | None:
    """The whole run's time made of a cell's device time or time per epoch; None where a factor is missing."""
    if c.reason == DEVICE_TIME:
        count = mine.get(Field.DEVICE_COUNT)
        return over_count(c, count.value if count else _count_named(c, told.counts))
    if c.reason == ONE_EPOCH:
        passes = mine.get(Field.EPOCHS)
        values = {p.candidate.value for p in told.epochs if p.candidate.purpose != Purpose.FINETUNING}
        return times_epochs(c, passes.value if passes else next(iter(values)) if len(values) == 1 else None)
    return None


def _count_named(c: Candidate, counts: Sequence[Placed]) -> object:
    """The count of a sentence on the row's model, where there is one such count."""
    if not c.subject:
        return None
    named = {p.candidate.value for p in counts if _names(p.candidate.evidence.quote, c.subject)}
    return next(iter(named)) if len(named) == 1 else None


def _hardware(c: Candidate, mine: Mapping[str, Candidate], told: Told) -> Iterator[Placed]:
    """The count and device of a table's time that the row does not say."""
    device = mine.get(Field.DEVICE)
    if Field.DEVICE_COUNT not in mine and (count := _of_the_text(c, told.counts, told.passages)):
        yield count
        if device is None and (its := device_of(count, count, told.devices, told.counts)):
            yield its
    elif device is None and (named := _of_the_text(c, told.devices, told.passages)):
        yield named


def _of_the_text(c: Candidate, others: Sequence[Placed], passages: Sequence[Passage]) -> Placed | None:
    """The one of the text that names the row's model, else the caption's, the paper's only, the table's section's."""
    mine = [p for p in others if p.trains]
    # a section speaks of much: only a name that is no words of the language is looked for in it
    distinct = c.subject is not None and _DISTINCT.search(c.subject) is not None
    for around in (_clause, _sentence, _section) if distinct else (_clause, _sentence):
        if by_name := _naming(c.subject, mine, around):
            return by_name
    label = c.evidence.table
    captioned = [p for p in mine if label and p.statement.passage.kind == "caption" and _captions(p, label)]
    only = only_one(captioned) or only_one(mine) or only_one([p for p in mine if p.statement.trains])
    if only is None and mine:
        sections = _sections_on(passages, label)
        only = only_one([p for p in mine if p.section in sections and p.candidate.purpose in (c.purpose, "training")])
    return only


def _sections_on(passages: Sequence[Passage], label: str | None) -> Collection[str]:
    """The sections whose running text speaks of the table of this label: "Table 4"."""
    if not label:
        return set()
    named = re.compile(rf"\b(?:{re.escape(label)}|{re.escape(label.replace('Table', 'Tab.'))})(?!\d)", re.IGNORECASE)
    return {p.section for p in passages if p.kind == "prose" and p.section and named.search(p.text)}


def _naming(model: str | None, mine: Sequence[Placed], around: Callable[[Placed], str]) -> Placed | None:
    """The one of these around which the text names the model, where they are of one value."""
    return only_one([p for p in mine if model and _names(around(p), model)])


def _captions(p: Placed, label: str) -> bool:
    """Whether the statement stands in the caption of the table of this label."""
    return re.match(rf"{re.escape(label)}(?!\d)", p.statement.passage.text, re.IGNORECASE) is not None


def _clause(p: Placed) -> str:
    return p.clause


def _sentence(p: Placed) -> str:
    return p.statement.text


def _section(p: Placed) -> str:
    return f"{p.section or ''} {p.statement.passage.text[:300]}"


def _names(sentence: str, model: str) -> bool:
    """Whether a sentence names this model, in full or by its size ("the 65B-parameter model" for LLaMA-65B)."""
    printed = re.sub(r"\^\d+$", "", model.lower())  # a footnote's mark
    words = set(_WORD.findall(printed))
    there = set(_WORD.findall(sentence.lower()))
    sizes = {w for w in words if re.fullmatch(r"\d[\d.]*[bm]", w)}
    short = {w for w in words if f"{w}." in printed}  # "Trans. Base"
    if short and all(any(t.startswith(w) for t in there) for w in short):
        words -= short
    return bool(words) and (words <= there or bool(sizes & there))


_WORD = re.compile(r"[a-z]*\d[\w.]*|[a-z]{2,}")

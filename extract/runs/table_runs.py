"""The runs of tables: times that are worked out in the row, and the hardware that the text says a table's runs had."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from db.models import UNITS, Candidate, Field
from db.reference.hardware import find_device
from db.vocabulary import Purpose, Reason, Refusal, Role
from extract.layout.passages import Passage
from extract.pattern import Pattern
from extract.runs.derive import (
    DEVICE_TIME,
    ONE_EPOCH,
    ONE_STEP,
    over_count,
    printed_too,
    times_epochs,
    times_steps,
)
from extract.runs.hardware import device_of, first_of_alternatives, other_hardware
from extract.runs.placed import Placed, only_one, same_processor
from extract.runs.steps import steps_of_a_table

_DISTINCT = re.compile(r"(?<=.)[A-Z]|[A-Za-z]-?\d|\d[A-Za-z]")  # "FooNet", "B7": no word of the language


@dataclass(frozen=True)
class TextTold:
    """What the paper's sentences say of hardware and epochs, and its passages."""

    devices: Sequence[Placed]
    counts: Sequence[Placed]
    epochs: Sequence[Placed]
    passages: Sequence[Passage]


def table_runs(candidates: Sequence[Candidate], told: TextTold) -> list[Candidate]:
    """The candidates, times worked out beside those printed, each run with the count and device that the text gives."""
    out: list[Candidate] = []
    rows = _by_run(candidates)
    for c in candidates:
        if c.field != Field.TRAINING_TIME or c.role == Role.PRIOR or not c.run:
            out.append(c)
            continue
        mine = rows.get(c.run, {})
        time = c if c.chosen else _derived(c, mine, told)
        if time is not None and time is not c and printed_too(time, candidates):
            time = None
        if time is None or time.value != c.value:
            out.append(c)
        if time is None:
            continue
        lent = _hardware(c, mine, told)
        out += (time, *(replace(p, run=c.run) for p in lent.values()))
        for n, other in enumerate(_other_hardware(lent, told), 2):
            out += (replace(part, run=f"{c.run} or {n}") for part in (time, *other))
        if c.reason != DEVICE_TIME and (one := _one_card(mine, lent)):
            out.append(one)
    return _one_time_a_run(out)


def _one_time_a_run(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates; where a row gives several times (of search, of training), each with hardware of its own."""
    times: dict[str, list[Candidate]] = {}
    for c in candidates:
        if c.field == Field.TRAINING_TIME and c.chosen and c.run:
            times.setdefault(c.run, []).append(c)
    further = {id(c): f"{run}, {n}" for run, several in times.items() for n, c in enumerate(several[1:], 2)}
    out: list[Candidate] = []
    for c in candidates:
        out.append(replace(c, run=further[id(c)]) if id(c) in further else c)
        if c.field in (Field.DEVICE, Field.DEVICE_COUNT) and c.chosen and c.run in times:
            out += (replace(c, run=further[id(t)]) for t in times[c.run][1:])
    return out


def _by_run(candidates: Sequence[Candidate]) -> dict[str, dict[str, Candidate]]:
    """run -> field -> the first chosen candidate."""
    rows: dict[str, dict[str, Candidate]] = {}
    for c in candidates:
        if c.run and c.chosen:
            rows.setdefault(c.run, {}).setdefault(str(c.field), c)
    return rows


def _derived(c: Candidate, mine: Mapping[str, Candidate], told: TextTold) -> Candidate | None:
    """The whole run's time made of a cell's device time or time per epoch; None where a factor is missing."""
    if c.reason == DEVICE_TIME:
        count = mine.get(Field.DEVICE_COUNT) or _count_of_the_same_run(c, told)
        return over_count(c, count.value) if count else None
    if c.reason in (ONE_EPOCH, _COMPARED):
        row = mine.get(Field.EPOCHS)
        return times_epochs(c, row.value if row else c.qualifiers.get("epochs") or _epochs_told(c, told))
    if c.reason == ONE_STEP and c.evidence.table:
        steps = steps_of_a_table(naming_table(c.evidence.table), told.passages)
        return times_steps(c, steps) if steps else None
    return None


def _epochs_told(c: Candidate, told: TextTold) -> object:
    """The epochs that the nearest place in the text gives for a row's run; None where it gives none or several.

    That is the row's model, the table, all runs; for a table on training also whatever the text speaks of.
    """
    places: list[_Test] = [*_near_places(c), lambda p: p.of_all_runs]
    if c.reason != _COMPARED:  # beside scores, such a time is often of another experiment than the paper's epochs
        places.append(lambda p: p.candidate.purpose != Purpose.FINETUNING)
    for place in places:
        if epochs := [p for p in told.epochs if place(p)]:
            return found.candidate.value if (found := only_one(epochs)) else None
    return None


def _count_of_the_same_run(c: Candidate, told: TextTold) -> Candidate | None:
    """The count that the text gives for this row, table, search or all runs: device time is divided by no other."""
    places: list[_Test] = [*_near_places(c), lambda p: p.trains and p.of_all_runs]
    if c.purpose in (Purpose.SEARCH, Purpose.PRETRAINING):
        places.append(lambda p: p.candidate.purpose == c.purpose and p.trains)
    for place in places:
        if count := only_one([p for p in told.counts if place(p)]):
            return count.candidate
    return None


_COMPARED = Reason(Refusal.EPOCH_TIMES_COMPARED).words


def _other_hardware(lent: Mapping[str, Candidate], told: TextTold) -> Iterator[list[Candidate]]:
    """The further kinds of hardware that a lent one's sentence says the times hold for: "on 4 B7s or 2 B8s"."""
    count = next((p for p in told.counts if p.candidate is lent.get(Field.DEVICE_COUNT)), None)
    for device in other_hardware(count, told.devices):
        start = device.place
        its = next((p for p in told.counts if p.candidate.qualifiers.get("device_start") == start), count)
        yield [p.candidate for p in (its, device) if p is not None]


_CELLS = ("device in a cell", "device in a header")
_PLURAL = Pattern(
    "devices in the plural",
    {r"(?:\d|[A-Z]|GPU|card|chip)s$": ("V100s", "TITANs", "cards")},
    refuses=("V100", "class"),
    flags=re.NOFLAG,
)


def _one_card(mine: Mapping[str, Candidate], lent: Mapping[str, Candidate]) -> Candidate | None:
    """The count of a run whose cell names one card, and of which neither row nor text says another number."""
    device = mine.get(Field.DEVICE)
    if device is None or device.pattern not in _CELLS or Field.DEVICE_COUNT in (*mine, *lent):
        return None
    known = find_device(str(device.value))
    plural = _PLURAL.search(f"{device.evidence.column or ''}") or _PLURAL.search(_printed(device))
    if known is None or known.kind != "gpu" or plural:
        return None
    return replace(device, field=Field.DEVICE_COUNT, value=1.0, pattern="one card", unit=UNITS[Field.DEVICE_COUNT])


def _printed(device: Candidate) -> str:
    """The device's name as its cell prints it, an "s" behind it kept."""
    quote = device.evidence.quote
    at = quote.find(str(device.value))
    return quote[at : at + len(str(device.value)) + 1].strip() if at >= 0 else ""


# --- whose hardware a table's runs had --------------------------------------------------------------------------------


def _hardware(c: Candidate, mine: Mapping[str, Candidate], told: TextTold) -> dict[str, Candidate]:
    """The count and device of a table's time that its row and header do not say, from the nearest place that does.

    A device that a near place names (a sentence on the model or on the table, the caption) is the run's, whatever count
    is found farther away; a count of another device is passed over.
    """
    row = mine.get(Field.DEVICE)
    device = str(row.value) if row else None
    near = list(_near_places(c))
    counted = mine.get(Field.DEVICE_COUNT)
    told = replace(told, devices=_of_the_kind(counted, told.devices))
    found: dict[str, Candidate] = {}
    for place in (*near, *_wide_places(c, told)):
        devices = [p for p in told.devices if place(p)]
        count = None
        if Field.DEVICE_COUNT not in mine:
            counts = [p for p in told.counts if place(p) and _of(p, device)]
            count = only_one(counts) or (first_of_alternatives(counts, devices) if device is None else None)
            if count is None and place in near and c.subject:
                count = _behind_name(counts, c.subject)
        if count:
            found[Field.DEVICE_COUNT] = count.candidate
            its = device_of(count, count, devices, told.counts) or device_of(count, count, told.devices, told.counts)
            if row is None and its and (device is None or same_processor(str(its.candidate.value), device)):
                found[Field.DEVICE] = its.candidate
            return found
        if device is None and place in near and (its := only_one(devices)):
            found[Field.DEVICE] = its.candidate
            device = str(its.candidate.value)
    if device is None:
        named = (only_one([p for p in told.devices if place(p)]) for place in _wide_places(c, told))
        if its := next(filter(None, named), None):
            found[Field.DEVICE] = its.candidate
    return found


def _of_the_kind(counted: Candidate | None, devices: Sequence[Placed]) -> Sequence[Placed]:
    """The devices that a row's count may be of: under "TPU cores" no GPU, under "# GPUs" no TPU."""
    head = f"{counted.evidence.column or ''} {counted.evidence.row or ''}" if counted else ""
    kinds = {kind for kind, word in (("gpu", "GPU"), ("tpu", "TPU")) if word in head}
    return [p for p in devices if p.kind in (*kinds, "system", None)] if len(kinds) == 1 else devices


def _behind_name(counts: Sequence[Placed], model: str) -> Placed | None:
    """Of several counts in a sentence the one that follows the model's name: "S on 8 cards and L on 32 of them"."""
    if len({p.number for p in counts}) != 1:
        return None
    statement = counts[0].statement
    named = list(re.finditer(rf"(?<![\w-]){re.escape(model)}(?![\w-])", statement.text))
    if len(named) != 1:
        return None
    behind = [p for p in counts if p.place >= statement.start + named[0].end()]
    return min(behind, key=lambda p: p.place) if behind else None


def _of(count: Placed, device: str | None) -> bool:
    """Whether a count may be one of this device."""
    counted = count.candidate.qualifiers.get("device")
    if device is None or counted is None or find_device(str(counted)) is None:
        return True  # "8 GPUs" may be of any kind
    return same_processor(str(counted), device)


_Test = Callable[[Placed], bool]


def _near_places(c: Candidate) -> Iterator[_Test]:
    """A clause, sentence or section that names the row's model; the caption; a sentence that names the table."""
    model, label = c.subject, c.evidence.table
    if model:
        yield lambda p: p.trains and _names(p.clause, model)
        yield lambda p: p.trains and _names(p.statement.text, model)
        if _DISTINCT.search(model):  # a section speaks of much: only a name that is no words of the language
            yield lambda p: p.trains and _names(f"{p.section or ''} {p.statement.passage.text[:300]}", model)
    if label:
        named = naming_table(label)
        yield lambda p: p.trains and p.in_caption and bool(named.match(p.statement.passage.text))
        yield lambda p: p.trains and bool(named.search(p.statement.text))


def _wide_places(c: Candidate, told: TextTold) -> Iterator[_Test]:
    """The whole paper, the section that names the table, what is said of all runs, the setup, sentences on training."""
    yield lambda p: p.trains
    if c.evidence.table:
        named = naming_table(c.evidence.table)
        sections = {p.section for p in told.passages if p.kind == "prose" and p.section and named.search(p.text)}
        yield lambda p: p.trains and p.section in sections and p.candidate.purpose in (c.purpose, Purpose.TRAINING)
    yield lambda p: p.trains and p.of_all_runs
    yield lambda p: p.trains and p.of_setup
    yield lambda p: p.trains and p.statement.trains


def naming_table(label: str) -> re.Pattern[str]:
    """The label of a table as sentences print it: "Table 4", "Tab. 4"."""
    short = label.replace("Table", "Tab.")
    return re.compile(rf"\b(?:{re.escape(label)}|{re.escape(short)})(?!\d)", re.IGNORECASE)


def _names(sentence: str, model: str) -> bool:
    """Whether a sentence names this model, in full or by its size ("the 65B-parameter model" for LLaMA-65B)."""
    if re.fullmatch(r"[A-Z]{1,2}", model):  # "S", "XL"
        return re.search(rf"(?<![\w-]){model}(?![\w-])", sentence) is not None
    printed = re.sub(r"\^\d+$", "", model.lower())  # a footnote's mark
    words = set(_WORD.findall(printed))
    there = set(_WORD.findall(sentence.lower()))
    sizes = {w for w in words if re.fullmatch(r"\d[\d.]*[bm]", w)}
    short = {w for w in words if f"{w}." in printed}  # "Trans. Base"
    if short and all(any(t.startswith(w) for t in there) for w in short):
        words -= short
    return bool(words) and (words <= there or bool(sizes & there))


_WORD = re.compile(r"[a-z]*\d[\w.]*|[a-z]{2,}")

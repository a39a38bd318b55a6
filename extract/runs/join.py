"""Devices, counts and times -> training runs: what one run was trained on, with how many, for how long.

`extract/runs/hardware.py` finds the count and device of a sentence's time, `table_runs.py` those of a table's,
`derive.py` works out times that are printed for a part of a run or for all of its devices together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from db.models import OF_A_RUN, Candidate, Field
from db.vocabulary import Reason, Refusal, Role
from extract.fields.paper import PaperView
from extract.language.devices import core_of
from extract.pattern import Pattern
from extract.runs.derive import Told, derived_time, of_some_steps
from extract.runs.hardware import device_of, further_counts, hardware_for, other_hardware
from extract.runs.placed import Placed
from extract.runs.subject import Subjects, run_subjects
from extract.runs.table_runs import TextTold, naming_table, table_runs
from extract.sentences.told_together import TOGETHER


def group_runs(view: PaperView, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, those of one run with the same `run` label; a device that serves several runs once for each."""
    placed, others = _placed(view, candidates)
    placed = _of_timed_tables(placed, others)
    chosen = {field: [p for p in placed if p.candidate.field == field and p.candidate.chosen] for field in OF_A_RUN}
    devices, counts, epochs = chosen[Field.DEVICE], chosen[Field.DEVICE_COUNT], chosen[Field.EPOCHS]
    stated = chosen[Field.TRAINING_TIME]
    out = table_runs(others, TextTold(devices, counts, epochs, view.passages))
    told = Told(counts, epochs, stated, view.passages)
    rows = _timed_rows(out)
    used: set[int] = set()
    runs = 0
    for time in placed:
        if time.candidate.field != Field.TRAINING_TIME:
            continue
        printed, whole = _whole(time, told)
        if printed is not None:
            out.append(printed)
        if whole is None:
            continue
        for hardware in _hardware(replace(time, candidate=whole), devices, counts, stated):
            runs += 1
            label = f"run {runs}"
            out.append(replace(whole, run=label))
            beside = any(p.number == time.number for p in hardware)
            if not beside and (row := _row_of(whole, rows)):
                out += [replace(part, run=label) for part in row]
                continue
            out += [replace(part.candidate, run=label) for part in hardware]
            if not hardware:
                hardware = _of_a_rate(time, placed) or _of_the_same(time, placed)
                purpose = whole.purpose
                out += [replace(p.candidate, run=label, purpose=purpose, chosen=True, reason=None) for p in hardware]
            used.update(id(part.candidate) for part in hardware)
    for p in placed:
        if p.candidate.field != Field.TRAINING_TIME and id(p.candidate) not in used:
            out.append(_alone(p))
    return out


def _alone(p: Placed) -> Candidate:
    """A value of no run with a time: hardware stands by itself only where its sentence says what it was used for."""
    c = p.candidate
    if not c.chosen or c.field == Field.EPOCHS:
        return replace(c, run=None)
    if p.statement.tells or any(n.of_each or n.pattern == TOGETHER for n in p.statement.counts):
        return replace(c, run=f"statement {p.number}")
    return replace(c, run=None, chosen=False, reason=Reason(Refusal.NO_RUN_SAID).words)


def _of_timed_tables(placed: Sequence[Placed], others: Sequence[Candidate]) -> list[Placed]:
    """Hardware in the caption of a table of training times, or in a sentence that names the table, is of training."""
    labels = {c.evidence.table for c in others if c.field == Field.TRAINING_TIME and c.role != Role.PRIOR}
    tables = [naming_table(label) for label in sorted(filter(None, labels))]
    out = []
    for p in placed:
        hardware = p.candidate.field in (Field.DEVICE, Field.DEVICE_COUNT) and not _is_cpu_beside(p)
        if p.candidate.reason == _NO_TRAINING and hardware and any(_speaks_of(p, table) for table in tables):
            p = replace(p, candidate=replace(p.candidate, chosen=True, reason=None))
        out.append(p)
    return out


def _is_cpu_beside(p: Placed) -> bool:
    """Whether it is the CPU beside a GPU, which did the work."""
    return p.kind == "cpu" and any(d.kind in ("gpu", "tpu") for d in p.statement.devices)


def _speaks_of(p: Placed, table: re.Pattern[str]) -> bool:
    """Whether a sentence is of the table: its caption, one that names it, or one behind that on how it was measured."""
    text, start = p.statement.passage.text, p.statement.start
    if p.in_caption:
        return table.match(text) is not None
    if table.search(p.statement.text):
        return True
    return (
        _MEASURED.search(p.statement.text) is not None and table.search(text, max(0, start - BEHIND), start) is not None
    )


BEHIND = 300  # characters behind a table's name in which a sentence goes on about it
_MEASURED = Pattern(
    "a sentence on how the figures that were just spoken of came about",
    {
        r"(?:results?|times?|timings?|figures|numbers|measurements?|durations?|values|costs?|experiments?|runs?|jobs)"
        r" (?:\w+ ){0,3}?(?:(?:is|are|was|were|have been) (?:all |always )?"
        r"(?:obtained|measured|taken|collected|recorded|run|conducted|performed|produced|reported|carried out|for|on"
        r"|with)|(?:refers?|relates?|corresponds?|apply|applies) to)\b": (
            "The results are obtained on a machine with", "All times were measured on", "These numbers are for one",
            "Durations refer to a single",
        ),
        r"\bwe (?:\w+ )?(?:measure|record|obtain|collect|time|use|run|ran)(?:s|d|ed)?\b": "We measured them on",
        r"\b(?:hardware|machine|server|GPUs?|device)s? (?:is|are|was|were)\b": "The hardware was",
        r"\b(?:in|for|by|during) (?:each|every|all|any) (?:of the )?(?:runs?|experiments?|jobs?|trainings?)\b": (
            "A single card served for all runs",
        ),
        r"^(?:They|These|All|Both) (?:\w+ )?(?:were|was) trained\b": "They were trained on 16",
    },
    refuses=("A phone needs 20 ms for it", "The measurements of latency"),
)  # fmt: skip


_NO_TRAINING = Reason(Refusal.NO_TRAINING_NEAR).words


def _whole(time: Placed, told: Told) -> tuple[Candidate | None, Candidate | None]:
    """The printed time where it is not the run's own, and the run's time, printed or worked out, where it is known."""
    if not time.candidate.chosen:
        whole = derived_time(time, told)
        same = whole is not None and whole.value == time.candidate.value
        return None if same else time.candidate, whole
    return of_some_steps(time, told) or (None, time.candidate)


def _timed_rows(candidates: Sequence[Candidate]) -> list[dict[str, Candidate]]:
    """The runs of tables that have a time and a count: field -> candidate."""
    rows: dict[str, dict[str, Candidate]] = {}
    for c in candidates:
        if c.run and c.chosen and c.field in OF_A_RUN:
            rows.setdefault(c.run, {}).setdefault(str(c.field), c)
    return [row for row in rows.values() if Field.TRAINING_TIME in row and Field.DEVICE_COUNT in row]


def _row_of(time: Candidate, rows: Sequence[Mapping[str, Candidate]]) -> list[Candidate]:
    """The hardware of the table's row that prints the time of a sentence with none of its own; [] for none or several.

    "It takes 2.1 hours to train B (Table 3)": the row says on how many.
    """
    same = [row for row in rows if row[Field.TRAINING_TIME].value == time.value]
    parts = [[row[f] for f in (Field.DEVICE_COUNT, Field.DEVICE) if f in row] for row in same]
    alike = len({tuple(str(part.value) for part in row) for row in parts}) == 1
    return parts[0] if alike else []


def _hardware(
    time: Placed, devices: Sequence[Placed], counts: Sequence[Placed], stated: Sequence[Placed]
) -> Iterator[list[Placed]]:
    """The count and device of each run that the time is of: one for each kind of hardware that it holds for."""
    first = hardware_for(time, counts, among=stated)
    for count in (first, *further_counts(time, first, counts)):
        device = device_of(time, count, devices, counts)
        yield [part for part in (count, _in_cores(device, count)) if part is not None]
    several = sum(p.number == time.number for p in stated) > 1
    for device in other_hardware(first, devices) if not several else ():
        its = next((p for p in counts if p.candidate.qualifiers.get("device_start") == device.place), first)
        yield [part for part in (its, device) if part is not None]


def _in_cores(device: Placed | None, count: Placed | None) -> Placed | None:
    """The device, a TPU as one of its cores where cores are counted: a chip has two."""
    if device is None or count is None or device.kind != "tpu":
        return device
    text = count.statement.passage.text[count.place :][:40]
    name = str(device.candidate.value)
    cores = count.candidate.qualifiers.get("device") is None and _CORES.match(text) and "core" not in name
    return replace(device, candidate=replace(device.candidate, value=core_of(name))) if cores else device


_CORES = Pattern(
    "a count of cores",
    {r"[\d,]+\s(?:\w+\s)?cores\b": ("512 cores", "1,024 TPU cores")},
    refuses=("8 core", "512 chips"),
    before="^",
    flags=re.NOFLAG,
)


def _placed(view: PaperView, candidates: Sequence[Candidate]) -> tuple[list[Placed], list[Candidate]]:
    """The candidates of sentences on runs, each with its sentence, and all others."""
    statements = {s.number: s for s in view.statements}
    order = {id(p): i for i, p in enumerate(view.passages)}
    placed: list[Placed] = []
    others: list[Candidate] = []
    for c in candidates:
        if c.field in OF_A_RUN and "statement" in c.qualifiers:
            s = statements[c.whole_number("statement")]
            placed.append(Placed(c, s, order[id(s.passage)]))
        else:
            others.append(c)
    if text := " ".join(p.statement.text for p in placed if _may_have_subject(p.candidate)):
        subjects = run_subjects(view.cells, text)
        placed = [_with_subject(p, subjects) for p in placed]
    return placed, others


def _may_have_subject(c: Candidate) -> bool:
    return c.chosen and c.field in (Field.TRAINING_TIME, Field.EPOCHS) and c.subject is None


def _with_subject(p: Placed, subjects: Subjects) -> Placed:
    """A time or number of epochs with the model that its clause names; hardware may serve several models' runs."""
    c = p.candidate
    if not _may_have_subject(c):
        return p
    model = subjects.at(p.statement.text, p.place - p.statement.start)
    return replace(p, candidate=replace(c, subject=model)) if model else p


_RATE = Pattern(
    "so many pieces of data a second",
    {
        r"words": "1k words per second",
        r"tokens": "9,000 tokens/s",
        r"sentences": "80 sentences per sec",
        r"samples": "samples/second",
        r"images": "200 images/s",
        r"frames": "30 frames per second",
        r"examples": "examples per second",
    },
    refuses=("seconds per image", "words in a second language"),
    before=r"\b",
    after=r"(?: per |/)s(?:ec(?:ond)?)?\b",
)
_OF_USE = Pattern(
    "using a model, not training it",
    {
        r"inference": "at inference",
        r"decod": "decoding runs at",
        r"test": "at test time",
        r"deploy": "when deployed",
        r"serv(?:e|ing)": ("to serve users", "serving"),
    },
    refuses=("the latest model", "a conserved quantity"),
    before=r"\b",
)


_INFERENCE = Reason(Refusal.INFERENCE).words
_FOREIGN = Reason(Refusal.FOREIGN_RUN).words
_SAME = Pattern(
    "hardware as another's run had it",
    {r"the same (?:\w+ )?(?:hardware|machines?|servers?|setup|[GT]PUs?|cards?|chips|devices?)": "on the same hardware"},
    refuses=("the same learning rate", "the same number of GPU hours"),
    before=r"\b",
    after=r"\b(?! (?:hours|days|memory))",
)


def _of_a_rate(time: Placed, placed: Sequence[Placed]) -> list[Placed]:
    """The hardware of a speed told right before a training time: "We reach 1k words per second on a K40. It takes ...".

    By itself such a speed may be one of use; with the time of a training behind it, it is that of the training.
    """
    return [
        p for p in placed
        if p.number == time.number - 1 and p.passage == time.passage and p.candidate.reason == _INFERENCE
        and p.candidate.field in (Field.DEVICE, Field.DEVICE_COUNT) and _RATE.search(p.statement.text)
        and not _OF_USE.search(p.statement.text)
    ]  # fmt: skip


def _of_the_same(time: Placed, placed: Sequence[Placed]) -> list[Placed]:
    """The hardware of another's run, told right before a time "on the same hardware"."""
    if not _SAME.search(time.statement.text):
        return []
    return [
        p for p in placed
        if p.number == time.number - 1 and p.passage == time.passage and p.candidate.reason == _FOREIGN
        and p.candidate.field in (Field.DEVICE, Field.DEVICE_COUNT)
    ]  # fmt: skip

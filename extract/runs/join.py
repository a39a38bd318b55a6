"""Devices, counts and times -> training runs: what one run was trained on, with how many, for how long.

A time looks for its count and device in its own clause, then its sentence, then the sentences before it in the passage
or section, then after; in the whole paper only where the paper names a single one. Several times and as many counts in
one sentence belong together in order. Device time ("200 GPU-days") over a count, time per epoch times the epochs and
time per step times the steps become the run's wall-clock time here, with the rule recorded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from db.models import Candidate, Field
from db.reference.hardware import find_device
from extract.fields.paper import PaperView
from extract.language.durations import PARTS_OF_A_RUN
from extract.language.numbers import find_numbers
from extract.language.purpose import clause_at
from extract.layout.passages import Passage
from extract.runs.subject import Subjects, run_subjects
from extract.sentences.statements import Statement

LOOK_BACK = 6  # statements of the same section that may lend their device or count
LONGEST = 400 * 86400.0  # seconds; derived times beyond this are sums over many runs, not one
SHORTEST = 60.0  # seconds; device time that comes to less was a bound ("from below one core-day")
_KINDS = (Field.DEVICE, Field.DEVICE_COUNT, Field.TRAINING_TIME, Field.EPOCHS)
_PARTIAL = frozenset(f"time for one {part}" for part in PARTS_OF_A_RUN)
_STEPS = re.compile(
    r"^\s?(?:training |gradient |optimi[sz]ation |SGD |total |mini-?batch )*(?:steps|iterations|updates|iters)\b",
    re.IGNORECASE,
)
_EACH_RUN = re.compile(
    r"^(?:each|both|either)\s(?:(?:pre-?\s?|fine-?\s?)?(?:training|tuning)|model|network|run)s?\s",
    re.IGNORECASE,
)
_STEPS_BEFORE = re.compile(
    r"\b(?:for|of|total|takes?|train\w*|needs?|requires?|runs?|ran|perform\w*)\s(?:a total of |about "
    r"|around |up to )?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Placed:
    """A candidate with the statement it stands in."""

    candidate: Candidate
    statement: Statement
    passage: int

    @property
    def number(self) -> int:
        return self.statement.number

    @property
    def section(self) -> str | None:
        return self.statement.passage.section

    @property
    def place(self) -> int:
        return int(self.candidate.qualifiers["place"])

    @property
    def kind(self) -> str | None:
        """What the processor is: gpu, tpu, cpu ...; None where nothing says."""
        if self.candidate.field == Field.DEVICE_COUNT:
            kind = self.candidate.qualifiers.get("kind")
            return str(kind) if kind else None
        known = find_device(str(self.candidate.value)) if self.candidate.field == Field.DEVICE else None
        return known.kind if known else None


def group_runs(view: PaperView, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, those of one run with the same `run` label; a device that serves several runs once for each."""
    statements = {s.number: s for s in view.statements}
    order = {id(p): i for i, p in enumerate(view.passages)}
    placed: list[_Placed] = []
    others: list[Candidate] = []
    for c in candidates:
        if c.field in _KINDS and "statement" in c.qualifiers:
            s = statements[int(c.qualifiers["statement"])]
            placed.append(_Placed(c, s, order[id(s.passage)]))
        else:
            others.append(c)
    if any(p.candidate.chosen for p in placed):
        placed = _with_subjects(placed, run_subjects(view.cells))
    devices = [p for p in placed if p.candidate.field == Field.DEVICE and p.candidate.chosen]
    counts = [p for p in placed if p.candidate.field == Field.DEVICE_COUNT and p.candidate.chosen]
    epochs = [p for p in placed if p.candidate.field == Field.EPOCHS and p.candidate.chosen]
    times = [p for p in placed if p.candidate.field == Field.TRAINING_TIME]
    stated = [p for p in times if p.candidate.chosen]

    used: set[int] = set()
    runs = 0
    out: list[Candidate] = _tables(
        others, devices, counts, epochs, lambda c: _sections_on(view.passages, c.evidence.table)
    )
    for time in times:
        derived = time.candidate if time.candidate.chosen else _derived(time, counts, epochs, stated)
        if derived is not time.candidate:
            out.append(time.candidate)
        if derived is None:
            continue
        here = replace(time, candidate=derived)
        lent = _lent(here, counts, lambda p: p.candidate.value, among=stated)
        for count in (lent, *_for_each(here, lent, counts)):
            runs += 1
            label = f"run {runs}"
            out.append(replace(derived, run=label))
            device = _device_for(here, count, devices, counts)
            if count is None and device is None:
                out += [
                    replace(p.candidate, run=label, purpose=derived.purpose) for p in _of_the_rate_before(here, placed)
                ]
            for part in (count, device):
                if part is not None:
                    used.add(id(part.candidate))
                    out.append(replace(part.candidate, run=label))
    for p in placed:
        if p.candidate.field != Field.TRAINING_TIME and id(p.candidate) not in used:
            label_here = f"statement {p.number}" if p.candidate.chosen and p.candidate.field != Field.EPOCHS else None
            out.append(replace(p.candidate, run=label_here))
    return out


_RATE = re.compile(
    r"\b(?:words|tokens|sentences|samples|images|frames|examples)(?: per "
    r"|/)s(?:ec(?:ond)?)?\b",
    re.IGNORECASE,
)


_OF_USE = re.compile(r"\binference|\bdecod|\btest|\bdeploy|\bserv(?:e|ing)", re.IGNORECASE)


def _of_the_rate_before(time: _Placed, placed: Sequence[_Placed]) -> list[_Placed]:
    """The hardware of a speed told right before a training time: "We reach 1k words per second on a K40. It takes ...".

    By itself such a speed may be one of use; with the time of a training behind it, it is that of the training.
    """
    found = [
        p for p in placed
        if p.number == time.number - 1 and p.passage == time.passage and p.candidate.reason == "inference"
        and p.candidate.field in (Field.DEVICE, Field.DEVICE_COUNT) and _RATE.search(p.statement.text)
        and not _OF_USE.search(p.statement.text)
    ]  # fmt: skip
    return [replace(p, candidate=replace(p.candidate, chosen=True, reason=None)) for p in found]


def _with_subjects(placed: Sequence[_Placed], subjects: Subjects) -> list[_Placed]:
    """Times and epochs with the model that their clause names; a count or device may serve several models' runs."""
    out = []
    for p in placed:
        c = p.candidate
        if c.chosen and c.field in (Field.TRAINING_TIME, Field.EPOCHS) and c.subject is None:
            model = subjects.at(p.statement.text, p.place - p.statement.start)
            if model:
                p = replace(p, candidate=replace(c, subject=model))
        out.append(p)
    return out


# --- which count and device belong to a time --------------------------------------------------------------------------


def _lent(
    time: _Placed, others: Sequence[_Placed], value: Callable[[_Placed], object], *, among: Sequence[_Placed] = (),
    paper_wide: bool = True,
) -> _Placed | None:  # fmt: skip
    """The one of `others` that belongs to this time: in its sentence, before it, after it, or the paper's only one."""
    mine = [p for p in others if p.candidate.purpose != "inference" and not p.candidate.qualifiers.get("lesser")]
    placed = {p.place: p for p in others if p.number == time.number and p.candidate.purpose != "inference"}
    here = list(placed.values())  # "8 GPUs of type X" counts both words with one number
    beside = [p for p in among if p.number == time.number]
    if len(here) == len(beside) > 1:
        return _in_sentence(time, here, beside)  # "on 1, 2 and 8 GPUs for 12, 20 and 36 hours": none is the lesser
    same = [p for p in mine if p.number == time.number]
    if same:
        return _in_sentence(time, same, [p for p in among if p.number == time.number])
    near = [p for p in mine if p.passage == time.passage or (p.section is not None and p.section == time.section)]
    if len({value(p) for p in near}) > 1 and (named := _same_subject(time, near, value)):
        return named
    before = [p for p in near if time.number - LOOK_BACK <= p.number < time.number]
    if before:
        return max(before, key=lambda p: (p.number, p.place))
    after = [p for p in near if time.number < p.number <= time.number + 2]
    if after:
        return min(after, key=lambda p: (p.number, p.place))
    return _only_one(mine, value) if paper_wide else None


def _same_subject(
    time: _Placed, near: Sequence[_Placed], value: Callable[[_Placed], object]
) -> _Placed | None:  # fmt: skip
    """The one whose clause names the models that the time's clause names; None where that tells none apart."""
    names = _proper_names(time)
    shared = [(len(names & _proper_names(p)), p) for p in near if abs(p.number - time.number) <= LOOK_BACK]
    most = max((n for n, _ in shared), default=0)
    best = [p for n, p in shared if n == most]
    return best[-1] if most and len({value(p) for p in best}) == 1 else None


_PROPER = re.compile(r"(?<!^)\b[A-Z][\w+-]*|\b[\w-]*\d[\w-]*[A-Za-z]\w*|\b(?:base|large|small|big|tiny|huge)\b")
_COMMON = re.compile(
    r"^(?:[GCT]PUs?|NVIDIA|Nvidia|Tesla|Titan|TITAN|GeForce|GTX|RTX|Google|Cloud|Intel|Xeon|GB"
    r"|[VPAHK]\d+s?|\d+(?:k|GB?|M|B|K|h|s|th)?"
    r"|v\d|TPUv\d|We|Our|The|It|In|For|On|All|This|Training|Table|Section|Figure|Adam|SGD|Appendix|ImageNet|X|Xp|Ti)$"
)


def _proper_names(p: _Placed) -> set[str]:
    """The names in the clause of a value: its models', most often."""
    text = p.statement.text
    left, right = clause_at(text, p.place - p.statement.start)
    return {w for w in _PROPER.findall(text[left:right]) if not _COMMON.match(w)}


def _for_each(time: _Placed, lent: _Placed | None, counts: Sequence[_Placed]) -> list[_Placed]:
    """The further counts that a time holds for: "A was trained on 4. B was trained on 16. Each training took a day"."""
    text = time.statement.passage.text[time.statement.start : time.place]
    if lent is None or lent.number >= time.number or not _EACH_RUN.match(text):
        return []
    last: dict[int, _Placed] = {}  # of two counts in a sentence the last: "4 TPUs (16 chips in total)"
    for p in sorted(counts, key=lambda p: p.place):
        if p.passage == time.passage and p.statement.trains and p.kind == lent.kind and p.number < lent.number:
            last[p.number] = p
    out = []
    number = lent.number - 1
    while number in last and last[number].candidate.value != lent.candidate.value:
        out.append(last[number])
        number -= 1
    return out


def _only_one(mine: Sequence[_Placed], value: Callable[[_Placed], object]) -> _Placed | None:
    """The paper's only one; None where it has several, as a guess between them was wrong more often than right."""
    return mine[0] if mine and len({value(p) for p in mine}) == 1 else None


def _in_sentence(time: _Placed, same: Sequence[_Placed], times: Sequence[_Placed]) -> _Placed:
    """Of several in the time's own sentence: the one in the same order, else in its clause, else the nearest."""
    ordered = sorted(same, key=lambda p: p.place)
    if len(ordered) == 1:
        return ordered[0]
    in_order = sorted(times, key=lambda p: p.place)
    ranks = [i for i, p in enumerate(in_order) if p.place == time.place]
    if len(in_order) == len(ordered) and ranks:
        return ordered[ranks[0]]
    start = time.statement.start
    left, right = clause_at(time.statement.text, time.place - start)
    inside = [p for p in ordered if left <= p.place - start < right]
    return min(inside or ordered, key=lambda p: abs(p.place - time.place))


def _device_for(
    time: _Placed, count: _Placed | None, devices: Sequence[_Placed], counts: Sequence[_Placed]
) -> _Placed | None:
    """The device of the count that was found, else one lent to the time itself."""
    if count is None:
        return _lent(time, devices, _processor)
    start = count.candidate.qualifiers.get("device_start")
    exact = [p for p in devices if p.number == count.number and p.place == start]
    if exact:
        return exact[0]
    if count.kind == "cpu":
        devices = [p for p in devices if p.kind == "cpu"]  # "450 CPU workers" are no P100s
    elif count.kind is not None:
        fitting = [p for p in devices if p.kind in (count.kind, "system", None)]
        devices = fitting
    else:
        # "the same 32 chips": the device that was counted so before
        alike = [
            p for p in counts
            if p.candidate.value == count.candidate.value and p.number < count.number
            and p.candidate.qualifiers.get("device")
        ]  # fmt: skip
        for other in reversed(alike):
            named = [
                p for p in devices if p.number == other.number and p.place == other.candidate.qualifiers["device_start"]
            ]
            if named:
                return named[0]
    named = [p for p in devices if p.number == count.number]
    if named:
        return min(named, key=lambda p: abs(p.place - count.place))
    return _lent(count, devices, _processor) or _lent(time, devices, _processor)


def _processor(p: _Placed) -> object:
    known = find_device(str(p.candidate.value))
    return known.name if known else p.candidate.value


# --- times that have to be worked out ---------------------------------------------------------------------------------


def _derived(
    time: _Placed, counts: Sequence[_Placed], epochs: Sequence[_Placed], stated: Sequence[_Placed]
) -> Candidate | None:
    """The whole run's time made of a time per epoch or step or of device time; None where a factor is missing."""
    c = time.candidate
    if not isinstance(c.value, float) or c.purpose == "inference" or c.reason is None:
        return None
    if c.reason == "device time":
        if any(p.passage == time.passage or (p.section and p.section == time.section) for p in stated):
            return None  # the run's time is printed
        count = _lent(time, counts, lambda p: p.candidate.value)
        if count is None or not isinstance(count.candidate.value, float):
            return None
        return _within(_divided(c, count.candidate.value))
    if c.reason == "time for one epoch":
        once = [p for p in epochs if p.number == time.number and p.candidate.value == 1]
        if not once and any(p.number == time.number for p in stated):
            return None  # "30 epochs at 40 s each took 20 minutes"
        passes = once[0] if once else _lent(time, epochs, lambda p: p.candidate.value)
        if passes is None or not isinstance(passes.candidate.value, float):
            return None
        n = passes.candidate.value
        return _within(_multiplied(c, n, "time per epoch times epochs", f"time per epoch x {n:g} epochs"))
    if c.reason in _PARTIAL:
        if any(p.passage == time.passage or p.section == time.section for p in stated):
            return None  # the run's time is printed
        steps = _steps(time)
        return (
            _within(_multiplied(c, steps, "time per step times steps", f"time per step x {steps:g} steps"))
            if steps
            else None
        )
    return None


def _steps(time: _Placed) -> float | None:
    """The number of steps that the time's passage gives, nearest before it; None where it gives none."""
    text = time.statement.passage.text
    found = [
        n for n in find_numbers(text, words=False)
        if n.value >= 1000 and not n.sign and _STEPS.match(text[n.end : n.end + 40])
        and _STEPS_BEFORE.search(text[max(0, n.start - 30) : n.start])
    ]  # fmt: skip
    values = {n.value for n in found}
    return next(iter(values)) if len(values) == 1 else None


def _divided(c: Candidate, n: float) -> Candidate:
    """Device time over `n` processors: the run's wall-clock time."""
    return _multiplied(c, 1 / n, "device time over count", f"device time / {n:g} processors")


def _multiplied(c: Candidate, n: float, pattern: str, rule: str) -> Candidate:
    assert isinstance(c.value, float)
    return replace(
        c, value=c.value * n, low=c.low and c.low * n, high=c.high and c.high * n, pattern=pattern, chosen=True,
        reason=None, qualifiers={**c.qualifiers, "rule": rule},
    )  # fmt: skip


def _within(c: Candidate) -> Candidate | None:
    least = SHORTEST if c.pattern == "device time over count" else 0.0
    return c if isinstance(c.value, float) and least <= c.value <= LONGEST else None


# --- tables -----------------------------------------------------------------------------------------------------------


def _tables(
    candidates: Sequence[Candidate], devices: Sequence[_Placed], counts: Sequence[_Placed], epochs: Sequence[_Placed],
    told_in: Callable[[Candidate], Collection[str]],
) -> list[Candidate]:  # fmt: skip
    """The candidates with times in tables resolved, and given the count and device that the text says they had."""
    own: dict[str, dict[str, Candidate]] = {}
    for c in candidates:
        if c.run and c.chosen:
            own.setdefault(c.run, {}).setdefault(str(c.field), c)
    out: list[Candidate] = []
    for c in candidates:
        out.append(c)
        if c.field != Field.TRAINING_TIME or c.role == "prior" or not c.run:
            continue
        mine = own.get(c.run, {})
        count, device = mine.get(Field.DEVICE_COUNT), mine.get(Field.DEVICE)
        time: Candidate | None = c if c.chosen else None
        if c.reason == "device time":
            n = count.value if count else _count_named(c, counts)
            if isinstance(n, float):
                time = _within(_divided(c, n))
        elif c.reason == "time for one epoch":
            passes = mine.get(Field.EPOCHS)
            values = {p.candidate.value for p in epochs if p.candidate.purpose != "finetuning"}
            n = passes.value if passes else next(iter(values)) if len(values) == 1 else None
            if isinstance(n, float):
                time = _within(_multiplied(c, n, "time per epoch times epochs", f"time per epoch x {n:g} epochs"))
        if time is None or (time is not c and _printed_too(time, candidates)):
            continue
        if time is not c:
            out.append(time)
        if count is None and (lent := _for_model(c, counts, told_in)):
            out.append(replace(lent.candidate, run=c.run))
            if device is None and (its := _device_for(lent, lent, devices, counts)):
                out.append(replace(its.candidate, run=c.run))
        elif device is None and (lent := _for_model(c, devices, told_in)):
            out.append(replace(lent.candidate, run=c.run))
    return out


def _printed_too(derived: Candidate, candidates: Sequence[Candidate]) -> bool:
    """Whether a table prints for the same model the time that was worked out: the printed one stands."""
    assert isinstance(derived.value, float)
    return any(
        c.field == Field.TRAINING_TIME and c.chosen and c.subject and c.subject == derived.subject
        and isinstance(c.value, float) and abs(c.value - derived.value) <= 0.1 * c.value
        for c in candidates
    )  # fmt: skip


def _sections_on(passages: Sequence[Passage], label: str | None) -> set[str]:
    """The sections whose running text speaks of the table of this label: "Table 4"."""
    if not label:
        return set()
    named = re.compile(rf"\b(?:{re.escape(label)}|{re.escape(label.replace('Table', 'Tab.'))})(?!\d)", re.IGNORECASE)
    return {p.section for p in passages if p.kind == "prose" and p.section and named.search(p.text)}


def _for_model(
    c: Candidate, others: Sequence[_Placed], told_in: Callable[[Candidate], Collection[str]]
) -> _Placed | None:
    """The one of the text that names the row's model, else the paper's only one, else that of the table's section."""
    mine = [p for p in others if p.candidate.purpose != "inference" and not p.candidate.qualifiers.get("lesser")]
    # a section speaks of much: only a name that is no words of the language is looked for in it
    distinct = c.subject is not None and _DISTINCT.search(c.subject) is not None
    for around in (_clause_of, _sentence_of, _section_of) if distinct else (_clause_of, _sentence_of):
        if by_name := _naming(c.subject, mine, around):
            return by_name
    label = c.evidence.table
    captioned = [p for p in mine if label and p.statement.passage.kind == "caption" and _captions(p, label)]
    only = (
        _only_one(captioned, _value)
        or _only_one(mine, _value)
        or _only_one([p for p in mine if p.statement.trains], _value)
    )
    if only is None and mine:
        sections = told_in(c)
        alike = [p for p in mine if p.section in sections and p.candidate.purpose in (c.purpose, "training")]
        only = _only_one(alike, _value)
    return only


_DISTINCT = re.compile(r"(?<=.)[A-Z]|[A-Za-z]-?\d|\d[A-Za-z]")


def _naming(model: str | None, mine: Sequence[_Placed], around: Callable[[_Placed], str]) -> _Placed | None:
    """The one of these around which the text names the model, where they are of one value."""
    named = [p for p in mine if model and _names(around(p), model)]
    return _only_one(named, _value)


def _captions(p: _Placed, label: str) -> bool:
    """Whether the statement stands in the caption of the table of this label."""
    return re.match(rf"{re.escape(label)}(?!\d)", p.statement.passage.text, re.IGNORECASE) is not None


def _clause_of(p: _Placed) -> str:
    left, right = clause_at(p.statement.text, p.place - p.statement.start)
    return p.statement.text[left:right]


def _sentence_of(p: _Placed) -> str:
    return p.statement.text


def _section_of(p: _Placed) -> str:
    return f"{p.section or ''} {p.statement.passage.text[:300]}"


def _value(p: _Placed) -> object:
    return _processor(p) if p.candidate.field == Field.DEVICE else p.candidate.value


def _count_named(c: Candidate, counts: Sequence[_Placed]) -> float | str | None:
    """The count of a sentence on the row's model, where there is one such count."""
    if not c.subject:
        return None
    named = {p.candidate.value for p in counts if _names(p.candidate.evidence.quote, c.subject)}
    return next(iter(named)) if len(named) == 1 else None


def _names(sentence: str, model: str) -> bool:
    """Whether a sentence names this model, in full or by its size ("the 65B-parameter model" for LLaMA-65B)."""
    printed = re.sub(r"\^\d+$", "", model.lower())  # a footnote's mark
    words = set(re.findall(r"[a-z]*\d[\w.]*|[a-z]{2,}", printed))
    there = set(re.findall(r"[a-z]*\d[\w.]*|[a-z]{2,}", sentence.lower()))
    sizes = {w for w in words if re.fullmatch(r"\d[\d.]*[bm]", w)}
    short = {w for w in words if f"{w}." in printed}  # "Trans. Base"
    if short and all(any(t.startswith(w) for t in there) for w in short):
        words -= short
    return bool(words) and (words <= there or bool(sizes & there))

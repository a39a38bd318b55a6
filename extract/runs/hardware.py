"""Which count and device a sentence's time belongs to.

A time looks for its count in its own clause, then its sentence, then the sentences before it in the passage or section,
then after; in the whole paper only where the paper names a single one, or says one of all its runs or in the section on
their setup. Several times and as many counts in one sentence belong together in order. The device is that of the count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from db.reference.benchmarks import load_benchmarks
from db.reference.hardware import find_device
from db.vocabulary import Purpose
from extract.language.durations import RESPECTIVELY
from extract.language.purpose import clause_at
from extract.language.wording import MACHINE_WORDS
from extract.pattern import Pattern
from extract.runs.placed import Placed, only_one, same_processor

LOOK_BACK = 6  # statements of the same section whose count or device may be this time's
LOOK_AHEAD = 2  # statements behind it

_EACH_RUN = Pattern(
    "a sentence on each of several runs",
    {
        r"each\s": "Each training took four days",
        r"both\s": "Both models took a week",
        r"either\s": "Either run takes a day",
    },
    refuses=("Each GPU took", "All took"),
    before="^",
    after=r"(?:(?:pre-?\s?|fine-?\s?)?(?:training|tuning)|model|network|run)s?\s",
)
_PROPER = Pattern(
    "what a clause calls by name or by size",
    {
        r"(?<!^)\b[A-Z][\w+-]*": "train FooNet",
        r"\b(?:-|[^\W\d])*\d[\w-]*[A-Za-z]\w*": "the b7x",
        r"\b(?:base|large|small|big|tiny|huge)\b": "a base model",
    },
    refuses=("Train a model", "the largest"),
    flags=re.NOFLAG,
)
_NO_NAME = frozenset(
    "GPU CPU TPU GPUs CPUs TPUs NVIDIA Nvidia Tesla Titan TITAN GeForce GTX RTX Google Cloud Intel Xeon GB We Our The "
    "It In For On All This Training Table Section Figure Adam SGD Appendix X Xp Ti".split()
) | {entry.name for entry in load_benchmarks().values()}
_FIGURE = Pattern(
    "a device's short name or a number with its unit, and no model's name",
    {r"[VPAHK]\d+s?": "V100s", r"\d+(?:k|GB?|M|B|K|h|s|th)?": ("300k", "8th"), r"v\d": "v3", r"TPUv\d": "TPUv3"},
    refuses=("B7", "FooNet-50"),
    before="^",
    after="$",
    flags=re.NOFLAG,
)


def belonging_to(time: Placed, others: Sequence[Placed], *, among: Sequence[Placed] = ()) -> Placed | None:
    """The one of `others` that belongs to this time: in its sentence, before it, after it, or the paper's only one.

    `among` are the paper's times: several in a sentence share out what stands there in order.
    """
    mine = [p for p in others if p.trains and not _is_of_another_kind(time, p)]
    placed = {p.place: p for p in others if p.number == time.number and p.candidate.purpose != Purpose.INFERENCE}
    here = list(placed.values())  # "8 GPUs of type X" counts both words with one number
    beside = [p for p in among if p.number == time.number]
    if len(here) == len(beside) > 1:
        return _in_sentence(time, here, beside)  # "on 1, 2 and 8 GPUs for 12, 20 and 36 hours": none is the lesser
    same = [p for p in mine if p.number == time.number]
    if same:
        return _in_sentence(time, same, beside)
    if in_order := _in_order_before(time, mine, beside):
        return in_order
    around = [p for p in mine if p.passage == time.passage or (p.section is not None and p.section == time.section)]
    if len({p.value for p in around}) > 1 and (named := _of_the_same_name(time, around)):
        return named
    before = [p for p in around if time.number - LOOK_BACK <= p.number < time.number]
    if before:
        return max(before, key=lambda p: (p.number, p.place))
    after = [p for p in around if time.number < p.number <= time.number + LOOK_AHEAD]
    if after:
        return min(after, key=lambda p: (p.number, p.place))
    return only_one(mine)


def _is_of_another_kind(time: Placed, p: Placed) -> bool:
    """Whether the time's sentence names CPUs or another device, and the value is of other processors elsewhere."""
    if p.number == time.number:
        return False
    named = [d for d in time.statement.devices if time.statement.purpose_at(d.start) is not Purpose.INFERENCE]
    if {d.kind for d in named} == {"cpu"}:
        return p.kind != "cpu"
    its = str(p.candidate.qualifiers.get("device") or "")
    mine = [d.printed for d in named if d.processor is not None and d.kind in ("gpu", "tpu")]
    return bool(mine) and find_device(its) is not None and not any(same_processor(its, name) for name in mine)


def _in_order_before(time: Placed, mine: Sequence[Placed], beside: Sequence[Placed]) -> Placed | None:
    """Of a sentence right before with as many values as this one has times: "took 22 and 40 hours, respectively"."""
    if len(beside) < 2 or not RESPECTIVELY.search(time.statement.text):
        return None
    near = [p for p in mine if p.passage == time.passage and time.number - 2 <= p.number < time.number]
    last = max((p.number for p in near), default=-1)
    there = list({p.place: p for p in near if p.number == last}.values())
    return _in_sentence(time, there, beside) if len(there) == len(beside) else None


def hardware_for(time: Placed, others: Sequence[Placed], *, among: Sequence[Placed] = ()) -> Placed | None:
    """The count or device that belongs to this time, or else that of all the paper's runs."""
    return belonging_to(time, others, among=among) or _of_the_setup(time, others)


def _of_the_setup(time: Placed, others: Sequence[Placed]) -> Placed | None:
    """What is said of all runs, or else in a section on their setup that is the last to speak of hardware before.

    Not where the time's own section speaks of hardware, and not what another sentence contradicts.
    """
    alike = (time.candidate.purpose, Purpose.TRAINING)
    mine = [p for p in others if p.trains and p.candidate.purpose in alike and not _is_of_another_kind(time, p)]
    if any(p.section == time.section for p in mine) or _A_MACHINE.search(time.clause):
        return None
    before = [p for p in mine if p.number < time.number]
    last = [p for p in before[-1:] if p.of_setup]
    found = only_one([p for p in mine if p.of_all_runs]) or only_one(last)
    return None if found is None or any(_contradicts(p, found) for p in mine) else found


_A_MACHINE = Pattern(
    "a machine with processors",
    {MACHINE_WORDS: ("machine", "laptop's host")},
    refuses=("machinery", "ghost"),
    before=r"\b",
    after=r"\b",
)


def _contradicts(p: Placed, found: Placed) -> bool:
    """Whether another number of the same device is said of another run."""
    mine, its = (x.candidate.qualifiers.get("device") for x in (p, found))
    return bool(mine and its) and same_processor(str(mine), str(its)) and p.value != found.value


def _of_the_same_name(time: Placed, around: Sequence[Placed]) -> Placed | None:
    """The one whose clause names the models that the time's clause names; None where that tells none apart."""
    names = _proper_names(time)
    shared = [(len(names & _proper_names(p)), p) for p in around if abs(p.number - time.number) <= LOOK_BACK]
    most = max((n for n, _ in shared), default=0)
    best = [p for n, p in shared if n == most]
    return best[-1] if most and len({p.value for p in best}) == 1 else None


def _proper_names(p: Placed) -> set[str]:
    """The names in the clause of a value: its models', most often."""
    return {w for m in _PROPER.finditer(p.clause) if (w := m[0]) not in _NO_NAME and not _FIGURE.fullmatch(w)}


def _in_sentence(time: Placed, same: Sequence[Placed], times: Sequence[Placed]) -> Placed:
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


def further_counts(time: Placed, count: Placed | None, counts: Sequence[Placed]) -> list[Placed]:
    """The further counts that a time holds for: "A was trained on 4. B was trained on 16. Each training took a day"."""
    text = time.statement.passage.text[time.statement.start : time.place]
    if count is None or count.number >= time.number or not _EACH_RUN.match(text):
        return []
    last: dict[int, Placed] = {}  # of two counts in a sentence the last: "4 TPUs (16 chips in total)"
    for p in sorted(counts, key=lambda p: p.place):
        if p.passage == time.passage and p.statement.trains and p.kind == count.kind and p.number < count.number:
            last[p.number] = p
    out = []
    number = count.number - 1
    while number in last and last[number].candidate.value != count.candidate.value:
        out.append(last[number])
        number -= 1
    return out


def first_of_alternatives(counts: Sequence[Placed], devices: Sequence[Placed]) -> Placed | None:
    """The first of several counts of one sentence whose devices are joined by "or"; None where they are not."""
    if not counts or len({p.number for p in counts}) != 1:
        return None
    first = min(counts, key=lambda p: p.place)
    others = {p.place for p in other_hardware(first, devices)}
    return (
        first if all(p.candidate.qualifiers.get("device_start") in others for p in counts if p is not first) else None
    )


def other_hardware(count: Placed | None, told: Sequence[Placed]) -> list[Placed]:
    """The devices that the time of this count holds for as well: of "3 days on two V100 or six P100" the P100s.

    `told` are the sentence's devices; one that is joined by "or" to the run's own device is another run's.
    """
    if count is None or sum(p.number == count.number for p in told) < 2:
        return []
    text = count.statement.passage.text
    ordered = sorted({p.place: p for p in told if p.number == count.number}.values(), key=lambda p: p.place)
    groups: list[list[Placed]] = [ordered[:1]]
    for before, device in pairwise(ordered):
        joint = text[before.place : device.place]
        if _OR.search(joint) and len(joint) < FARTHEST_OR and before.value != device.value:
            groups[-1].append(device)
        else:
            groups.append([device])
    start = count.candidate.qualifiers.get("device_start")
    return next(
        ([p for p in group if p.place != start] for group in groups if any(p.place == start for p in group)), []
    )


FARTHEST_OR = 60  # characters between the starts of two devices, the name of the first included
_OR = Pattern(
    "an alternative", {"or": "8 or 16", "and/or": "GPUs and/or TPUs"}, refuses=("for", "and"), before=r"\s", after=r"\s"
)


def device_of(time: Placed, count: Placed | None, devices: Sequence[Placed], counts: Sequence[Placed]) -> Placed | None:
    """The device of the count that was found, else one that belongs to the time itself."""
    if count is None:
        return hardware_for(time, devices)
    start = count.candidate.qualifiers.get("device_start")
    exact = [p for p in devices if p.number == count.number and p.place == start]
    if exact:
        return exact[0]
    if count.kind == "cpu":
        devices = [p for p in devices if p.kind == "cpu"]  # "450 CPU workers" are no P100s
    elif count.kind is not None:
        devices = [p for p in devices if p.kind in (count.kind, "system", None)]
    elif again := _counted_before(count, devices, counts):
        return again
    named = [p for p in devices if p.number == count.number]
    if named:
        return min(named, key=lambda p: abs(p.place - count.place))
    return belonging_to(count, devices) or belonging_to(time, devices)


def _counted_before(count: Placed, devices: Sequence[Placed], counts: Sequence[Placed]) -> Placed | None:
    """Of "the same 32 chips" the device that was counted so before."""
    for other in reversed(counts):
        if other.candidate.value == count.candidate.value and other.number < count.number:
            start = other.candidate.qualifiers.get("device_start")
            named = [p for p in devices if p.number == other.number and p.place == start]
            if named:
                return named[0]
    return None

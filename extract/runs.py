"""Devices, counts and times -> training runs: what one run was trained on, with how many, for how long.

A time looks for its count and device in its own sentence, then in the sentences before it in the passage, then in
the section; in the whole paper only where the paper names a single one. Device time ("200 GPU-days") over a count
and time per epoch times the epochs become the run's wall-clock time here, with the rule recorded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from db.hardware import find_device
from db.models import Candidate, Field
from extract.candidates import Reader

LOOK_BACK = 6  # statements of the same section that may lend their device or count
_KINDS = (Field.DEVICE, Field.DEVICE_COUNT, Field.TRAINING_TIME, Field.EPOCHS)


@dataclass(frozen=True)
class _Placed:
    """A candidate with the statement it stands in."""

    candidate: Candidate
    number: int
    section: str | None
    passage: int


def group_runs(reader: Reader, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, those of one run with the same `run` label; a device that serves several runs once for each."""
    where = _places(reader)
    placed = [
        _Placed(c, int(c.qualifiers["statement"]), *where.get(int(c.qualifiers["statement"]), (None, -1)))
        for c in candidates
        if c.field in _KINDS and "statement" in c.qualifiers
    ]
    placed_keys = {id(p.candidate) for p in placed}
    out = [c for c in candidates if id(c) not in placed_keys]
    devices = [p for p in placed if p.candidate.field == Field.DEVICE and p.candidate.chosen]
    counts = [p for p in placed if p.candidate.field == Field.DEVICE_COUNT and p.candidate.chosen]
    epochs = [p for p in placed if p.candidate.field == Field.EPOCHS and p.candidate.chosen]
    times = [p for p in placed if p.candidate.field == Field.TRAINING_TIME]

    used: set[int] = set()
    runs = 0
    out = _table_times(out, counts)
    for time in times:
        derived = time.candidate if time.candidate.chosen else _derived(time, counts, epochs)
        if derived is None:
            out.append(time.candidate)
            continue
        if derived is not time.candidate:
            out.append(time.candidate)
        runs += 1
        label = f"run {runs}"
        out.append(replace(derived, run=label))
        here = replace(time, candidate=derived)
        count = _lent(here, counts, lambda p: p.candidate.value)
        device = _device_for(here, count, devices)
        for part in (count, device):
            if part is not None:
                used.add(id(part.candidate))
                out.append(replace(part.candidate, run=label))
    for p in placed:
        if p.candidate.field != Field.TRAINING_TIME and id(p.candidate) not in used:
            label_here = f"statement {p.number}" if p.candidate.chosen and p.candidate.field != Field.EPOCHS else None
            out.append(replace(p.candidate, run=label_here))
    return out


def _table_times(candidates: Sequence[Candidate], counts: Sequence[_Placed]) -> list[Candidate]:
    """Device time in tables made wall-clock by the row's own count, or by that of a sentence on the row's model."""
    own = {c.run: c.value for c in candidates if c.field == Field.DEVICE_COUNT and c.chosen and c.run}
    out = list(candidates)
    for c in candidates:
        if c.field != Field.TRAINING_TIME or c.reason != "device time" or not isinstance(c.value, float):
            continue
        n = own.get(c.run) if c.run else None
        if n is None and c.subject:
            named = {p.candidate.value for p in counts if _names(p.candidate.evidence.quote, c.subject)}
            n = next(iter(named)) if len(named) == 1 else None
        if isinstance(n, float):
            out.append(_divided(c, n))
    return out


def _names(quote: str, model: str) -> bool:
    """Whether a sentence names this model, in full or by its size ("the 65B-parameter model" for LLaMA-65B)."""
    words = {w for w in re.findall(r"[a-z]*\d[\w.]*|[a-z]{2,}", model.lower())}
    there = set(re.findall(r"[a-z]*\d[\w.]*|[a-z]{2,}", quote.lower()))
    sizes = {w for w in words if re.fullmatch(r"\d[\d.]*[bm]", w)}
    return bool(words) and (words <= there or bool(sizes & there))


def _divided(c: Candidate, n: float) -> Candidate:
    """Device time over `n` processors: the run's wall-clock time."""
    assert isinstance(c.value, float)
    return replace(
        c, value=c.value / n, low=c.low and c.low / n, high=c.high and c.high / n, pattern="device time over count",
        chosen=True, reason=None, qualifiers={**c.qualifiers, "rule": f"device time / {n:g} processors"},
    )  # fmt: skip


def _places(reader: Reader) -> dict[int, tuple[str | None, int]]:
    """Statement number -> its section and passage."""
    order = {id(p): i for i, p in enumerate(reader.passages)}
    return {s.number: (s.passage.section, order[id(s.passage)]) for s in reader.statements}


def _lent(
    time: _Placed, others: Sequence[_Placed], value: Callable[[_Placed], object], *, paper_wide: bool = True
) -> _Placed | None:
    """The one of `others` that belongs to this time: in its sentence, before it, after it, or the paper's only one."""
    mine = [p for p in others if p.candidate.purpose != "inference" and not p.candidate.qualifiers.get("lesser")]
    same = [p for p in mine if p.number == time.number]
    if same:
        at = time.candidate.evidence.start or 0
        return min(same, key=lambda p: abs((p.candidate.evidence.start or 0) - at))
    near = [p for p in mine if p.passage == time.passage or (p.section is not None and p.section == time.section)]
    before = [p for p in near if time.number - LOOK_BACK <= p.number < time.number]
    if before:
        return max(before, key=lambda p: (p.number, p.candidate.evidence.start or 0))
    after = [p for p in near if time.number < p.number <= time.number + 2]
    if after:
        return min(after, key=lambda p: (p.number, p.candidate.evidence.start or 0))
    if paper_wide and mine and len({value(p) for p in mine}) == 1:
        return mine[0]
    return None


def _device_for(time: _Placed, count: _Placed | None, devices: Sequence[_Placed]) -> _Placed | None:
    """The device of the count that was found, else one lent to the time itself."""
    if count is not None:
        start = count.candidate.qualifiers.get("device_start")
        named = [p for p in devices if p.number == count.number]
        exact = [p for p in named if p.candidate.value == count.candidate.qualifiers.get("device")]
        if exact:
            return min(
                exact, key=lambda p: abs((p.candidate.evidence.start or 0) - (count.candidate.evidence.end or 0))
            )
        if named and start is not None:
            return min(
                named, key=lambda p: abs((p.candidate.evidence.start or 0) - (count.candidate.evidence.end or 0))
            )
        found = _lent(count, devices, _processor)
        if found is not None:
            return found
    return _lent(time, devices, _processor)


def _processor(p: _Placed) -> object:
    known = find_device(str(p.candidate.value))
    return known.name if known else p.candidate.value


def _derived(time: _Placed, counts: Sequence[_Placed], epochs: Sequence[_Placed]) -> Candidate | None:
    """The whole run's time made of a time per epoch or of device time, or None where a factor is missing."""
    c = time.candidate
    if not isinstance(c.value, float) or c.purpose == "inference" or c.reason is None:
        return None
    if c.reason == "device time":
        count = _lent(time, counts, lambda p: p.candidate.value)
        if count is None or not isinstance(count.candidate.value, float):
            return None
        return _divided(c, count.candidate.value)
    if c.reason == "time for one epoch":
        passes = _lent(time, epochs, lambda p: p.candidate.value)
        if passes is None or not isinstance(passes.candidate.value, float):
            return None
        n = passes.candidate.value
        return replace(
            c, value=c.value * n, low=c.low and c.low * n, high=c.high and c.high * n, pattern="time per epoch times epochs",
            chosen=True, reason=None, qualifiers={**c.qualifiers, "rule": f"time per epoch x {n:g} epochs"},
        )  # fmt: skip
    return None

"""Counts of processors that several sentences tell together.

"Each node has four cards. We reserve sixteen such nodes." counts 64; "the student needs half of these GPUs", half of
those counted before; "for the large model, we use 64", processors as in the sentence before. One pass over the paper's
statements keeps what was said last of machines, of what one of them has, and of processors, section by section.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from db.vocabulary import Reason, Refusal
from extract.language.machines import HAS, OF_EACH, Machines
from extract.language.processor_count import MOST, Count
from extract.sentences.statements import Statement

FARTHEST = 6  # statements between a number of machines and what each of them has
LAST = 2  # statements between a count and one that refers to it

TOGETHER = "machines times processors of each"
OF_ANOTHER = "told by another count"
ELIDED = "what it counts is left out"
_PARTS = ("count before device", "one device", "count after device", "chips, cores or cards", "workers")


@dataclass(frozen=True)
class _Each:
    """What each machine has: the count, and the statement that says it by its index."""

    count: Count
    process: bool
    at: int


@dataclass
class _Said:
    """What was said last, by the index of the statement."""

    statements: list[Statement]
    each: _Each | None = None
    number: tuple[Machines, int] | None = None  # of the machines that a run used, and where it was said
    there: Machines | None = None  # the machines that there are
    counts: list[tuple[int, Count]] = field(default_factory=list)  # of processors, chosen or refused


def tell_together(statements: Sequence[Statement]) -> list[Statement]:
    """The statements with the counts that they tell only together; of one machine is none that was multiplied."""
    said = _Said(list(statements))
    for i, s in enumerate(said.statements):
        if s.machines:
            _machines_times_each(said, i)
        if s.shares or s.elided:
            _by_another(said, i)
        said.counts += [(i, c) for c in said.statements[i].counts if _of_processors(c) and _is_told(c)]
    return said.statements


def _machines_times_each(said: _Said, i: int) -> None:
    """Adds to statement `i` the product that it completes."""
    s = said.statements[i]
    if product := next((c for c in s.counts if c.of_each), None):  # the sentence tells both
        said.each = _Each(replace(product, value=product.of_each or 1), False, i)
        return
    each = next((found for c in s.counts if _of_processors(c) and (found := _of_each(s, c, i))), None)
    machines = _used(said, s)
    said.each = each or said.each
    if machines is not None:
        own = [c for c in s.counts if not (each and c is each.count) and c.refused is None and _of_processors(c)]
        if said.each is not None and said.each.process == machines.process and not own:
            _multiply(said, i, said.each, machines.number or 1, machines.place)
            return
        said.number = (machines, i)
    elif each is not None and said.number is not None and i - said.number[1] <= FARTHEST:
        machines = said.number[0]
        if machines.process == each.process:
            _multiply(said, i, each, machines.number or 1, each.count.start)
            said.number = None


def _used(said: _Said, s: Statement) -> Machines | None:
    """The machines that the statement says a run used, with their number; "all nodes" are as many as there are."""
    found = None
    for m in s.machines:
        if m.all and said.there and said.there.process == m.process:
            m = replace(m, number=said.there.number, used=True)
        if m.number is None or m.place in {c.start for c in s.counts}:
            continue
        if m.number > 1:
            said.there = m
        if m.used and found is None:
            found = m
    return found


def _multiply(said: _Said, i: int, each: _Each, number: int, place: int) -> None:
    value = each.count.value * number
    if not 1 <= value <= MOST:
        return
    if number > 1 or each.at == i:
        part = replace(each.count, refused=each.count.refused or Reason(Refusal.ONE_MACHINE))
        _put(said, each.at, [part if c is each.count else c for c in said.statements[each.at].counts])
    whole = replace(each.count, value=value, start=place, end=place + 1, pattern=TOGETHER, refused=None)
    _put(said, i, [*said.statements[i].counts, whole])


def _put(said: _Said, i: int, counts: Sequence[Count]) -> None:
    said.statements[i] = replace(said.statements[i], counts=tuple(counts))


def _of_processors(c: Count) -> bool:
    kind = c.device.kind if c.device else "gpu"
    return kind in ("gpu", "tpu", "other") and not c.lesser


def _is_told(c: Count) -> bool:
    """Whether a count is of processors that were there, even if another's or one machine's."""
    return c.refused is None or c.refused.refusal is Refusal.ONE_MACHINE


def _of_each(s: Statement, c: Count, i: int) -> _Each | None:
    """The count as one of one machine: "each node has 4 GPUs", "the nodes carry 4", "one A100 per process"."""
    if c.pattern not in _PARTS:
        return None
    text = s.passage.text
    behind = c.device.end if c.device and c.device.start >= c.start else c.end
    for m in s.machines:
        of_it = m.each and m.start >= c.end and OF_EACH.match(text[min(behind, m.start) : m.start] or " ")
        told = m.each or (m.several and m.number is None)
        if of_it or (told and m.end <= c.start and HAS.match(text[m.end : c.start])):
            return _Each(c, m.process, i)
    return None


def _by_another(said: _Said, i: int) -> None:
    """Adds to statement `i` the counts that it tells by the last one, or whose noun it leaves out."""
    s = said.statements[i]
    found: list[Count] = []
    for share in s.shares:
        last = _last_before(said, i, share.start)
        value = last.value * share.factor if last else 0.0
        if last and value >= 1 and value == int(value):
            told = replace(last, value=int(value), start=share.start, end=share.end, pattern=OF_ANOTHER, refused=None)
            found.append(told)
    for elided in s.elided:
        last = _last_before(said, i, elided.start)
        taken = [(p.start, p.end) for p in s.counts] + [(p.start, p.end) for p in s.durations]
        if last and not any(first <= elided.start <= end for first, end in taken):
            found.append(
                replace(last, value=elided.number, start=elided.start, end=elided.end, pattern=ELIDED, refused=None)
            )
    if found:
        _put(said, i, sorted([*s.counts, *found], key=lambda c: c.start))


def _last_before(said: _Said, i: int, place: int) -> Count | None:
    """The last count of processors before the place, in the statement or the section's last ones."""
    s = said.statements[i]
    here = [c for c in s.counts if c.end <= place and _of_processors(c) and _is_told(c)]
    if here:
        return here[-1]
    at, last = said.counts[-1] if said.counts else (-1, None)
    near = at >= i - LAST and said.statements[at].passage.section == s.passage.section
    return last if near else None

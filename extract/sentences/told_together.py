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
from extract.language.processors import MOST, Count
from extract.sentences.statements import Statement

FARTHEST = 6  # statements between a number of machines and what each of them has
LAST = 4  # statements between a count and one that refers to it

TOGETHER = "machines times processors of each"
OF_ANOTHER = "told by another count"
ELIDED = "what it counts is left out"
_PARTS = ("count before device", "one device", "count after device", "chips, cores or cards", "workers")


@dataclass(frozen=True)
class _Each:
    """What each machine has: the count, and the statement that says it by its index."""

    count: Count
    at: int


@dataclass
class _Said:
    """What was said last, by the index of the statement."""

    statements: list[Statement]
    each: _Each | None = None
    number: tuple[int, int] | None = None  # of machines, and where it was said
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
    if any(c.pattern == "nodes times devices" and c.refused is None for c in s.counts):
        return  # the sentence tells both
    each = next((c for c in s.counts if _of_processors(c) and _is_of_each(s, c)), None)
    counted = [m for m in s.machines if m.number is not None and m.place not in {c.start for c in s.counts}]
    machines = next(iter(counted), None)
    if each is not None:
        said.each = _Each(each, i)
    if machines is not None and machines.number is not None:
        number = machines.number
        own = [c for c in s.counts if c is not each and c.refused is None and _of_processors(c)]
        if said.each is not None and not own and _is_near(said, said.each.at, i):
            _multiply(said, i, said.each, number, machines.place)
            return
        said.number = (number, i)
    elif each is not None and said.number is not None and _is_near(said, said.number[1], i, FARTHEST):
        _multiply(said, i, said.each or _Each(each, i), said.number[0], each.start)
        said.number = None


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


def _is_near(said: _Said, before: int, i: int, farthest: int = 10_000) -> bool:
    """Whether what statement `before` says of machines holds in statement `i`: in its section, or a setup's."""
    a, b = said.statements[before], said.statements[i]
    return i - before <= farthest and (a.foreign is None or b.foreign is not None)


def _of_processors(c: Count) -> bool:
    kind = c.device.kind if c.device else "gpu"
    return kind in ("gpu", "tpu", "other") and not c.lesser


def _is_told(c: Count) -> bool:
    """Whether a count is of processors that were there, even if another's or one machine's."""
    return c.refused is None or c.refused.refusal is Refusal.ONE_MACHINE


def _is_of_each(s: Statement, c: Count) -> bool:
    """Whether the count is of one machine: "each node has 4 GPUs", "the nodes carry 4", "one A100 per process"."""
    if c.pattern not in _PARTS:
        return False
    text = s.passage.text
    behind = c.device.end if c.device and c.device.start >= c.start else c.end
    for m in s.machines:
        if m.each and m.start >= c.end and OF_EACH.match(text[min(behind, m.start) : m.start] or " "):
            return True
        told = m.each or (m.several and m.number is None)
        if told and m.end <= c.start and HAS.match(text[m.end : c.start]):
            return True
    return False


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
        if last and not any(c.start <= elided.start <= c.end for c in s.counts):
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

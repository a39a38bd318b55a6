"""Where two people judged the same thing: how far they agree, who is right in the end, and how often machines are.

Agreement is Krippendorff's alpha: 1 is perfect, 0 is what chance alone would give. Two answers agree if they let the
same value stand (numbers within a tolerance), or both let none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db.models import Decision, Field, Verdict, normal_name
from db.quantities import human
from db.reviews import MODEL, RECORD

TOLERANCE = 0.01  # relative; of scores, the last printed digit counts
Outcome = tuple[str, float | str | None]


@dataclass(frozen=True)
class Agreement:
    """How two or more people agree on one field."""

    field: str
    judged_twice: int
    share: float  # of pairs that agree
    alpha: float | None  # None where everybody always said the same one thing: chance can't be told from agreement


@dataclass(frozen=True)
class Dispute:
    """One thing judged on which people differ, and nobody has decided between them."""

    task_key: str
    judged_key: str
    field: str
    metric: str | None
    words: str  # what each said


@dataclass(frozen=True)
class ErrorRates:
    """Of what was judged: how often the machine's value, and a person's answer, did not stand in the end."""

    machine_judged: int
    machine_wrong: int
    human_judged: int  # answers on what two people judged and that is settled
    human_wrong: int


def outcome(d: Decision) -> Outcome:
    """What a decision lets stand."""
    if d.verdict == Verdict.ACCEPT:
        return "value", d.judged_value
    if d.verdict == Verdict.CORRECT:
        return "value", d.value
    return str(d.verdict), None


def same_outcome(field: str, a: Outcome, b: Outcome) -> bool:
    """Whether two answers let the same stand."""
    if a[0] != b[0]:
        return False
    x, y = a[1], b[1]
    if isinstance(x, int | float) and isinstance(y, int | float):
        tolerance = 1e-9 if field == Field.SCORE else TOLERANCE
        return abs(x - y) <= tolerance * max(abs(x), abs(y))
    return x == y


def agreement(decisions: Sequence[Decision]) -> list[Agreement]:
    """The agreement on each field that two people judged, by field."""
    of_field: dict[str, list[list[Decision]]] = defaultdict(list)
    for said in judged_by_several(decisions).values():
        first = [d for d in said if not _asked_anew(d)]
        if len({d.annotator for d in first}) > 1:
            of_field[first[0].field].append(first)
    return [
        Agreement(field, len(units), *_alpha(units))
        for field, units in sorted(of_field.items(), key=lambda item: (-len(item[1]), item[0]))
    ]


def disputes(decisions: Sequence[Decision]) -> list[Dispute]:
    """What people differ on and nobody has decided since: an answer to the question asked anew decides."""
    open_ones = []
    for (task_key, judged_key), said in judged_by_several(decisions).items():
        if said[0].field in (RECORD, MODEL) or _settled(said) is not None:
            continue
        words = "; ".join(f"{d.annotator} {_words(d)}" for d in said)
        open_ones.append(Dispute(task_key, judged_key, said[0].field, said[0].metric, words))
    return open_ones


def error_rates(decisions: Sequence[Decision]) -> ErrorRates:
    """How often the machine and people were wrong, as far as people have settled it."""
    machine_judged = machine_wrong = human_judged = human_wrong = 0
    by_thing: dict[tuple[str, str], list[Decision]] = defaultdict(list)
    for d in _answers(decisions):
        if d.field not in (RECORD, MODEL):
            by_thing[(d.task_key, d.judged_key)].append(d)
    for said in by_thing.values():
        final = _settled(said)
        if final is None:
            continue
        if final.quote is not None and final.verdict != Verdict.UNSURE:
            machine_judged += 1
            machine_wrong += not same_outcome(final.field, outcome(final), ("value", final.judged_value))
        if len({d.annotator for d in said}) > 1 or len(said) > 1:
            first = [d for d in said if not _asked_anew(d)]
            human_judged += len(first)
            human_wrong += sum(not same_outcome(d.field, outcome(d), outcome(final)) for d in first)
    return ErrorRates(machine_judged, machine_wrong, human_judged, human_wrong)


def judged_by_several(decisions: Sequence[Decision]) -> Mapping[tuple[str, str], list[Decision]]:
    """What was said of each thing that more than one person judged, by task and judged key."""
    things: dict[tuple[str, str], list[Decision]] = defaultdict(list)
    for d in _answers(decisions):
        things[(d.task_key, d.judged_key)].append(d)
    return {key: said for key, said in things.items() if len({d.annotator for d in said}) > 1}


def _answers(decisions: Sequence[Decision]) -> list[Decision]:
    """What each answer says now, in order of time. Unlike `standing`, it keeps what a person first said of a thing
    that the same person was later asked anew."""
    last = {(d.backend_id, d.annotator, d.task_key, normal_name(d.model), d.judged_key): d for d in decisions}
    return sorted((d for d in last.values() if d.verdict != Verdict.WITHDRAWN), key=lambda d: d.decided_at)


def _settled(said: Sequence[Decision]) -> Decision | None:
    """The decision that stands in the end; None where people differ and the question was not answered anew."""
    anew = [d for d in said if _asked_anew(d)]
    if anew and anew[-1] is said[-1]:
        return anew[-1]
    if all(same_outcome(d.field, outcome(d), outcome(said[0])) for d in said):
        return said[-1]
    return None


def _asked_anew(d: Decision) -> bool:
    """Whether it answers a question that was asked anew: such a task's key carries the page's revision."""
    return ":" in (d.backend_id or "").split("#")[0]


def _words(d: Decision) -> str:
    if d.verdict == Verdict.ACCEPT:
        return "accepted"
    if d.verdict == Verdict.CORRECT:
        return f"corrected to {human(d.field, d.value)}"
    return {"reject": "rejected", "not_stated": "said: not stated", "unsure": "was unsure"}[d.verdict]


def _alpha(units: Sequence[Sequence[Decision]]) -> tuple[float, float | None]:
    """The share of agreeing pairs, and Krippendorff's alpha with nominal distance."""
    coded = [_codes(unit) for unit in units]
    pairs = sum(len(unit) * (len(unit) - 1) // 2 for unit in coded)
    agreeing = sum(unit[i] == unit[j] for unit in coded for i in range(len(unit)) for j in range(i))
    totals = Counter(code for unit in coded for code in unit)
    n = sum(totals.values())
    observed = sum(
        sum(a != b for i, a in enumerate(unit) for j, b in enumerate(unit) if i != j) / (len(unit) - 1)
        for unit in coded
    )
    expected = sum(totals[a] * totals[b] for a in totals for b in totals if a != b) / (n - 1)
    return agreeing / pairs, None if expected == 0 else 1 - observed / expected


def _codes(unit: Sequence[Decision]) -> list[tuple[str, int]]:
    """Each answer as a category that may be met by chance: the shown value stands, another one does, none does."""
    others: list[Outcome] = []
    codes = []
    for d in unit:
        said = outcome(d)
        if said[0] != "value":
            codes.append((said[0], 0))
        elif same_outcome(d.field, said, ("value", d.judged_value)):
            codes.append(("stands", 0))
        else:
            known = next((i for i, o in enumerate(others) if same_outcome(d.field, o, said)), None)
            if known is None:
                others.append(said)
                known = len(others) - 1
            codes.append(("another", known))
    return codes

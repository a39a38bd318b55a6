"""Where two people judged the same thing: how far they agree, who is right in the end, and how often machines are.

Agreement is Krippendorff's alpha: 1 is perfect, 0 is what chance alone would give. Two answers agree if they let the
same value stand (numbers within a tolerance), or both let none. Whether a record is a result at all, and whose it is,
are judged too: by whoever says so, and by whoever lets a value of it stand.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from db.models import Verdict
from db.quantities import human
from db.tables.reviews import MODEL, RECORD
from db.tables.settlement import (
    MODEL_IS,
    MOVED,
    VALUE,
    Outcome,
    Settlement,
    Stance,
    same_outcome,
)  # fmt: skip


@dataclass(frozen=True)
class Agreement:
    """How two or more people agree on one field."""

    field: str  # a Field, or RECORD, or MODEL
    judged_twice: int
    share: float  # of pairs that agree
    alpha: float | None  # None where everybody always said the same one thing: chance can't be told from agreement


@dataclass(frozen=True)
class Dispute:
    """One thing judged on which people differ, and nobody has decided between them."""

    task_key: str  # the record's key
    judged_key: str
    field: str  # a Field, or RECORD, or MODEL
    metric: str | None
    words: str  # what each said
    people: tuple[str, ...]
    arxiv_id: str
    model: str


@dataclass(frozen=True)
class ErrorRates:
    """Of what was judged: how often the machine's value, and a person's answer, did not stand in the end."""

    machine_judged: int
    machine_wrong: int
    human_judged: int  # answers on what two people judged and that is settled
    human_wrong: int


def agreement(settled: Sequence[Settlement]) -> list[Agreement]:
    """The agreement on each field that two people judged, the most judged first."""
    of_field: dict[str, list[list[Stance]]] = defaultdict(list)
    in_words = set()  # of the record and of its model there is nothing to tell while nobody has said anything of them
    for s in settled:
        sure = [stance for stance in s.first if not stance.unsure]
        if len(sure) > 1:
            of_field[s.thing.field].append(sure)
            if _said_in_words(s):
                in_words.add(s.thing.field)
    return [
        Agreement(field, len(units), *alpha([_codes(unit) for unit in units]))
        for field, units in sorted(of_field.items(), key=lambda item: (-len(item[1]), item[0]))
        if field in in_words
    ]


def disputes(settled: Sequence[Settlement]) -> list[Dispute]:
    """What people differ on and nobody has decided since: an answer to the question asked anew decides."""
    return [_dispute(s) for s in settled if s.disputed]


def error_rates(settled: Sequence[Settlement]) -> ErrorRates:
    """How often the machine and people were wrong, as far as people have settled it."""
    machine_judged = machine_wrong = human_judged = human_wrong = 0
    for s in settled:
        final = s.stands
        if final is None:
            continue
        d = final.decision
        if s.thing.field not in (RECORD, MODEL) and d.quote is not None and not final.unsure:
            machine_judged += 1
            machine_wrong += not same_outcome(s.thing.field, final.outcome, (VALUE, d.judged_value))
        if (s.people > 1 or s.deciding) and _said_in_words(s):
            human_judged += len(s.first)
            human_wrong += sum(not same_outcome(s.thing.field, said.outcome, final.outcome) for said in s.first)
    return ErrorRates(machine_judged, machine_wrong, human_judged, human_wrong)


def agrees_with_others(settled: Sequence[Settlement]) -> dict[str, tuple[int, int]]:
    """By person: how many of the things that others judged too, and on how many of them all others said the same."""
    judged: Counter[str] = Counter()
    agreed: Counter[str] = Counter()
    for s in settled:
        sure = [said for said in s.first if not said.unsure]
        for said in sure if len(sure) > 1 else []:
            judged[said.annotator] += 1
            agreed[said.annotator] += all(same_outcome(s.thing.field, said.outcome, o.outcome) for o in sure)
    return {who: (judged[who], agreed[who]) for who in judged}


def alpha(coded: Sequence[Sequence[object]]) -> tuple[float, float | None]:
    """The share of agreeing pairs, and Krippendorff's alpha with nominal distance, of units of two or more codes."""
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


def _said_in_words(s: Settlement) -> bool:
    """Whether somebody has said so in a verdict on this very thing, not only let a value of the record stand."""
    return any(said.decision.field == s.thing.field for said in [*s.first, *s.deciding])


def _dispute(s: Settlement) -> Dispute:
    said = [*s.first, *s.deciding]
    d = said[0].decision
    words = "; ".join(f"{one.annotator} {_words(one)}" for one in said)
    people = tuple(dict.fromkeys(one.annotator for one in said))
    return Dispute(
        s.thing.record_key, s.thing.judged_key, s.thing.field, s.thing.metric, words, people, d.arxiv_id, d.model
    )


def _words(s: Stance) -> str:
    kind, what = s.outcome
    d = s.decision
    if s.thing.field == RECORD:
        return f"said: {kind}"
    if kind == MODEL_IS:
        return f"said: of {what}"
    if kind == MOVED:
        return f"said: of {what}, not of {d.model}"
    if d.verdict == Verdict.ACCEPT:
        return "accepted"
    if d.verdict == Verdict.CORRECT:
        verb = "corrected to" if d.quote is not None else "added"
        return f"{verb} {human(d.field, d.value)}"
    return {"reject": "rejected", "not_stated": "said: not stated", "unsure": "was unsure"}[d.verdict]


def _codes(unit: Sequence[Stance]) -> list[tuple[str, object]]:
    """Each answer as a category that may be met by chance: the shown value stands, another one does, none does."""
    others: list[Outcome] = []
    codes: list[tuple[str, object]] = []
    for s in unit:
        kind, _ = s.outcome
        if kind not in (VALUE, MOVED, MODEL_IS):
            codes.append((kind, 0))
        elif same_outcome(s.thing.field, s.outcome, _as_shown(s)):
            codes.append(("stands", 0))
        else:
            known = next((i for i, o in enumerate(others) if same_outcome(s.thing.field, o, s.outcome)), None)
            if known is None:
                others.append(s.outcome)
                known = len(others) - 1
            codes.append(("another", known))
    return codes


def _as_shown(s: Stance) -> Outcome:
    """The outcome that lets stand what was shown."""
    if s.thing.field == MODEL:
        return MODEL_IS, s.decision.model
    return VALUE, s.decision.judged_value
